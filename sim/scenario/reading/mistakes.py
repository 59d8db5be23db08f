"""All mistakes of a scenario file, where the loader stops at the first.

The part that holds a mistake (a purchase, a narrowed parameter, a key) is taken out of a copy of the file, and the copy
is loaded again, until it loads or a mistake cannot be taken out by itself. Lines are emptied, never removed, so that
later messages name the right ones. One message a part: a purchase that is wrong twice is told about once. What may be
wrong only because of an earlier mistake is left out.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sim.core.errors import InputError
from sim.scenario.reading.load import MAX_CHAIN, scenarios_folder
from sim.scenario.reading.yaml_strict import Node, read_yaml

if TYPE_CHECKING:
    from sim.scenario import Scenario

Load = Callable[[Path], "Scenario"]

MOST_MISTAKES = 100
MOST_SECONDS = 10.0
SOME_DAY = "2025-04-01"  # stands in for a first release that cannot be read; mistakes of dates are then not told
_TOP_KEY = re.compile(r"[^.\[]+")
_ITEM = re.compile(r"\[(\d+)\]")
_DATE_KEY = re.compile(r"\.(starts|ends)$")


def mistakes_in(path: Path, load: Load, first: InputError) -> list[InputError]:
    """Every mistake of a file whose first is known, by line; beyond MOST_MISTAKES, or what MOST_SECONDS are enough for,
    one more says that others are left. load: loads a scenario file or raises InputError.
    """
    found, is_more, started = [first], False, time.monotonic()
    if first.line is None:  # no such file, or none that can be read
        return found
    with tempfile.TemporaryDirectory() as room, suppress(OSError, RuntimeError):
        copies = _copy_of_chain(path, Path(room))
        mended = _Mended(path, next(iter(copies)))
        mistake = first
        while mended.take_out(mistake):
            try:
                load(mended.copy)
            except InputError as error:
                mistake = mended.seen_from_outside(error, copies)
            else:
                break
            is_more = len(found) >= MOST_MISTAKES or time.monotonic() - started > MOST_SECONDS
            if is_more:
                break
            if not mended.is_consequence(mistake):
                found.append(mistake)
    distinct = {str(mistake): mistake for mistake in found}
    ordered = sorted(distinct.values(), key=lambda mistake: (mistake.file != str(path), mistake.line or 0))
    problem = f"more is wrong than these {len(ordered)} mistakes: check again when they are put right"
    return [*ordered, InputError(problem, file=path)] if is_more else ordered


def _copy_of_chain(path: Path, room: Path) -> dict[Path, Path]:
    """A copy of the file and of those it extends, as far as they can be followed: copy to original, the file first."""
    inside = scenarios_folder(path)
    copies: dict[Path, Path] = {}
    original, shown = path.resolve(), path
    while len(copies) < MAX_CHAIN and original.is_relative_to(inside):
        copy = room / inside.name / original.relative_to(inside)
        if copy in copies:
            break
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(original.read_bytes())
        copies[copy] = shown
        try:
            top = read_yaml(original).value
        except InputError:
            break
        step = top.get("extends") if isinstance(top, dict) else None
        if step is None or not isinstance(step.value, str):
            break
        shown = shown.parent / step.value
        original = shown.resolve()
        if not original.is_file():
            break
    return copies


class _Mended:
    """A copy of a scenario file, from which mistakes are taken out one by one."""

    def __init__(self, path: Path, copy: Path) -> None:
        self.path, self.copy = path, copy
        self._items: list[int] = []  # lines of the purchases taken out
        self._misspelt: set[str] = set()  # keys that were meant by others
        self._no_dates = False

    def is_consequence(self, mistake: InputError) -> bool:
        """Whether it may follow from what was taken out."""
        key = mistake.key or ""
        return key in self._misspelt or (self._no_dates and _DATE_KEY.search(key) is not None)

    def seen_from_outside(self, error: InputError, copies: dict[Path, Path]) -> InputError:
        """The mistake with the original's file name, and with purchases numbered as they stand there."""
        key = error.key
        if error.file == str(self.copy) and key is not None and key.startswith("levers["):
            before = sum(line < (error.line or 0) for line in self._items)
            key = _ITEM.sub(lambda number: f"[{int(number[1]) + before}]", key, count=1)
        shown = {str(copy): original for copy, original in copies.items()}
        return InputError(
            error.problem,
            file=shown.get(str(error.file), error.file),
            line=error.line,
            key=key,
            allowed=error.allowed,
            nearest=error.nearest,
        )

    def take_out(self, mistake: InputError) -> bool:
        """Take the part with the mistake out of the copy; False when it cannot be done."""
        try:
            root = read_yaml(self.copy)
        except InputError:
            return False
        lines = self.copy.read_text(encoding="utf-8-sig").splitlines()
        if not isinstance(root.value, dict) or len(set(root.key_lines.values())) < len(root.value):
            return False
        before = list(lines)
        if mistake.file != str(self.path):
            self._replace(root, lines, "extends")
        elif mistake.line is not None:
            if mistake.nearest is not None:
                self._misspelt.add(mistake.nearest)
            self._take_out(root, lines, mistake.line, mistake.key or "")
        self.copy.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return lines != before and (len(lines) == len(before) or self._can_be_read())

    def _can_be_read(self) -> bool:
        """Whether the copy is still YAML; not where a line was added to a block in braces."""
        try:
            read_yaml(self.copy)
        except InputError:
            return False
        return True

    def _take_out(self, root: Node, lines: list[str], line: int, key: str) -> None:
        assert isinstance(root.value, dict)
        named = _TOP_KEY.match(key)
        top = (
            named[0]
            if named
            else max(root.key_lines, key=lambda name: (root.key_lines[name] <= line, root.key_lines[name]))
        )
        if top not in root.value:
            lines.extend(self._placeholder(top, root))
            return
        inner = root.value[top].value
        if isinstance(inner, list):
            starts = [item.line for item in inner]
        else:
            starts = sorted(root.value[top].key_lines.values())
        chosen = [start for start in starts if root.key_lines[top] < start <= line]
        if not chosen or len(set(starts)) < len(starts):
            self._replace(root, lines, top)
            return
        start = chosen[-1]
        end = min([other for other in starts if other > start], default=_end_of(root, top, lines))
        if isinstance(inner, list) and not lines[start - 1].lstrip().startswith("-"):
            return
        if isinstance(inner, list):
            self._items.append(start)
        _empty(lines, start, end)

    def _replace(self, root: Node, lines: list[str], top: str) -> None:
        """Empty a key of the top with all it holds; what a scenario must have gets something in its place."""
        if top not in root.key_lines:
            return
        start = root.key_lines[top]
        _empty(lines, start, _end_of(root, top, lines))
        lines[start - 1] = "".join(self._placeholder(top, root))

    def _placeholder(self, top: str, root: Node) -> list[str]:
        """A line that makes up for a key that is missing or wrong; none where none is needed."""
        assert isinstance(root.value, dict)
        if top == "name":
            return [f"name: {self.copy.stem}"]
        if top in ("title", "description"):
            return [f"{top}: not readable"]
        if top == "starts" or (top == "extends" and "starts" not in root.value):
            self._no_dates = True
            return [f"starts: {SOME_DAY}"]
        return []


def _end_of(root: Node, top: str, lines: list[str]) -> int:
    """The first line after a key of the top and all it holds."""
    later = [line for line in root.key_lines.values() if line > root.key_lines[top]]
    return min(later, default=len(lines) + 1)


def _empty(lines: list[str], start: int, end: int) -> None:
    """Empty the lines from start to end - 1, counted from 1."""
    lines[start - 1 : end - 1] = [""] * (end - start)
