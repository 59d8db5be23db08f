"""A study verified, in words and as a plain object."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sim.commands.text.replay import labelled_lines, verdict_in_words
from sim.core.errors import spelled
from sim.core.grammar import counted
from sim.document.blocks import Cell
from sim.experiment import remade
from sim.experiment.replay import SAME
from sim.experiment.verify import Verified
from sim.store.seal import BROKEN, NONE, WHOLE

MOST_NAMES = 6
SEALS = {
    WHOLE: "whole",
    BROKEN: "broken: manifest.json was changed after it was sealed",
    NONE: "none, as before there were seals: an edit of manifest.json is seen only where another file says otherwise",
}


def verified_in_words(verified: Verified, spell: Callable[[str], str]) -> str:
    """A few lines: files and what mends them, seal, tables and runs made again, what has changed.

    spell: how readers write a parameter's name.
    """
    files = "whole" if not verified.damaged else f"damaged or missing: {', '.join(verified.damaged)}"
    changed = "nothing since it was run" if not verified.changed else ", ".join(verified.changed)
    mends = {name: spelled(words, spell) for name, words in verified.mends.items()}
    problems = (f"{finding.file} {finding.problem}; allowed: {mends[finding.file]}" for finding in verified.problems)
    entries: list[tuple[str, Cell]] = [
        ("folder", verified.folder), ("files", (files, *problems)), ("seal", SEALS[verified.seal]),
    ]  # fmt: skip
    entries += [("drawn again", _some(verified.drawn_again))] if verified.drawn_again else []
    entries += [("not ours", _some(verified.foreign))] if verified.foreign else []
    entries += [("changed", changed), ("tables", tuple(_tables_in_words(verified)))]
    again = (f"{replay.run}: {replay.error or verdict_in_words(replay)}" for replay in verified.replays)
    entries += [("run again", line) for line in again]
    return labelled_lines([*entries, ("verdict", _verdict(verified))])


def verified_as_dict(verified: Verified, spell: Callable[[str], str]) -> dict[str, Any]:
    """A study verified, as a plain object; runs without their rows. spell: as for `verified_in_words`."""
    return {
        "folder": verified.folder,
        "same": verified.is_same,
        "seal": verified.seal,
        "damaged": list(verified.damaged),
        "problems": [
            {**finding._asdict(), "allowed": spelled(verified.mends[finding.file], spell)}
            for finding in verified.problems
        ],
        "not_ours": list(verified.foreign),
        "drawn_again": list(verified.drawn_again),
        "changed": list(verified.changed),
        "tables": [table._asdict() for table in verified.tables],
        "runs": [
            {"run": replay.run, "verdict": replay.verdict, "differing_rows": replay.differing, "error": replay.error}
            for replay in verified.replays
        ],
    }


def _tables_in_words(verified: Verified) -> Iterator[str]:
    if not verified.tables:
        yield "none was made again"
        return
    same = sum(table.verdict == remade.SAME for table in verified.tables)
    yield f"{same} of {len(verified.tables)} made again from the totals hold the same"
    yield from (f"{table.file}: {table.difference}" for table in verified.tables if table.difference)


def _verdict(verified: Verified) -> str:
    same = sum(replay.verdict == SAME for replay in verified.replays)
    runs = f"{same} of {counted(len(verified.replays), 'run')} gave the same bytes"
    runs = runs if verified.replays else "no run was made again"
    if verified.is_same:
        return f"the same: {runs}" if verified.replays else runs
    return f"{'not the same' if verified.replays else 'not verified'}: {'; '.join([*_wrong(verified), runs])}"


def _wrong(verified: Verified) -> Iterator[str]:
    """What is wrong with files and tables, each kind in a few words; runs are told beside it."""
    damaged = verified.damaged
    if damaged:
        yield f"{counted(len(damaged), 'file')} damaged or missing ({_some(damaged)})"
    differing = [table.file for table in verified.tables if table.verdict == remade.DIFFERS]
    if differing:
        yield f"{counted(len(differing), 'table')} made again with other numbers ({_some(differing)})"


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:MOST_NAMES])
    return shown if len(names) <= MOST_NAMES else f"{shown} and {len(names) - MOST_NAMES} more"
