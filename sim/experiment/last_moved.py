"""In which commit each line of a file last moved, where the file lies in a checkout with git."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from sim.core.printable import escaped

MOST_SECONDS = 60.0
NO_COMMIT = "0" * 40  # what git names a line that is in no commit yet
_HEAD = re.compile(r"([0-9a-f]{40}) \d+ (\d+)")


class Commit(NamedTuple):
    """A commit by its short name, day and first line; all empty but the first where a line is in none yet."""

    name: str
    day: str
    title: str

    def __str__(self) -> str:
        return f"{self.name} of {self.day}: {self.title}" if self.day else self.name


def last_moved(file: Path) -> tuple[Mapping[int, Commit], str]:
    """The commit of each line of a table, by its place below the heading from 0; or none, and why."""
    blame = ["git", "-C", str(file.parent), "blame", "--line-porcelain", "--", file.name]
    try:
        done = subprocess.run(blame, capture_output=True, timeout=MOST_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return {}, "git could not be asked"
    if done.returncode:
        return {}, f"{file} is in no checkout that git knows"
    return _commits(done.stdout.decode("utf-8", errors="replace")), ""


def _commits(porcelain: str) -> dict[int, Commit]:
    commits: dict[int, Commit] = {}
    name, place, day, title = "", 0, "", ""
    for text in porcelain.split("\n"):
        head = _HEAD.match(text)
        if head:
            name, place = head[1], int(head[2]) - 2
        elif text.startswith("committer-time "):
            day = datetime.fromtimestamp(int(text.split()[1]), UTC).date().isoformat()
        elif text.startswith("summary "):
            title = escaped(text.removeprefix("summary "))
        elif text.startswith("\t"):
            commits[place] = Commit("no commit yet", "", "") if name == NO_COMMIT else Commit(name[:7], day, title)
    return commits
