"""Which blocks of a study its folder keeps, in which part, and reading them back in the study's order."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.store.parts import Block, Layout, Part, read_part
from sim.store.tracked_files import PARTS_FOLDER

if TYPE_CHECKING:
    import pyarrow as pa

MOST_ROWS = 100_000  # of a part
ROWS_OPEN = 40 * MOST_ROWS  # machines that share a folder write blocks in turn, so many parts are read side by side


class BlockIndex:
    """Where each block of a study lies in the parts of its folder, and its rows read back from there.

    Parts that are not whole, or bear another mark (of study and program), are not seen. person_days: of each block.
    """

    def __init__(self, folder: Path, layout: Layout, mark: str) -> None:
        self._parts = folder / PARTS_FOLDER
        self._layout, self._mark = layout, mark
        self._where: dict[Block, tuple[str, int]] = {}
        self._seen: set[str] = set()
        self._open: OrderedDict[str, Part] = OrderedDict()
        self._rows_open = 0
        self.person_days: dict[Block, int] = {}
        self.scan()

    def scan(self) -> None:
        """Take in parts that have appeared since; another machine may have written them."""
        for path in sorted(self._parts.glob("totals-*.parquet")):
            if path.name not in self._seen:
                part = read_part(path, self._layout, self._mark)
                if part is not None:
                    self.add(path.name, part.blocks, part.person_days)

    def add(self, name: str, blocks: Sequence[Block], person_days: Sequence[int]) -> None:
        """Take in a part just written; a block kept twice is read from the last of its parts."""
        if name in self._seen:  # written anew
            self._close(name)
            for block in [block for block, where in self._where.items() if where[0] == name]:
                del self._where[block], self.person_days[block]
        self._seen.add(name)
        for position, (block, days) in enumerate(zip(blocks, person_days, strict=True)):
            self._where[block] = (name, position)
            self.person_days[block] = days

    def tables(self, blocks: Sequence[Block]) -> Iterator[tuple[Block, pa.Table | None]]:
        """The rows of each block, in order; None where its part is not there or not whole any more."""
        for block in blocks:
            yield block, self._rows(block)
            self._close_behind(block)

    def joined(self, blocks: Sequence[Block]) -> Iterator[pa.Table | Block]:
        """The rows of the blocks, in order, as few tables: neighbours within a part as one. In place of a block that
        is not there, or not whole any more, the block itself.
        """
        start = 0
        while start < len(blocks):
            first = self._rows(blocks[start])
            if first is None:
                yield blocks[start]
                start += 1
                continue
            name, position = self._where[blocks[start]]
            part, stop = self._open[name], start + 1
            while stop < len(blocks) and self._where.get(blocks[stop]) == (name, position + stop - start):
                if part.blocks[position + stop - start : position + stop - start + 1] != (blocks[stop],):
                    break
                stop += 1
            yield part.table.slice(position * self._layout.rows, (stop - start) * self._layout.rows)
            self._close_behind(blocks[stop - 1])
            start = stop

    def _rows(self, block: Block) -> Any:
        if block not in self._where:
            return None
        name, position = self._where[block]
        part = self._opened(name)
        if part is None or position >= len(part.blocks) or part.blocks[position] != block:
            return None
        return part.table.slice(position * self._layout.rows, self._layout.rows)

    def _opened(self, name: str) -> Part | None:
        part = self._open.get(name)
        if part is None:
            part = read_part(self._parts / name, self._layout, self._mark)
            if part is None:
                return None
            self._open[name] = part
            self._rows_open += part.table.num_rows
            while self._rows_open > ROWS_OPEN and len(self._open) > 1:
                self._close(next(iter(self._open)))
        else:
            self._open.move_to_end(name)
        return part

    def _close_behind(self, block: Block) -> None:
        """Close the block's part where it is the last of it: blocks are asked for in order, so none is to come."""
        name, _ = self._where.get(block, ("", 0))
        if name in self._open and self._open[name].blocks[-1] == block:
            self._close(name)

    def _close(self, name: str) -> None:
        part = self._open.pop(name, None)
        if part is not None:
            self._rows_open -= part.table.num_rows
