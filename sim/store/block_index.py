"""Which blocks of a study its folder keeps, in which shard, and reading them back in the study's order."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.store.shards import Block, Layout, Shard, read_shard
from sim.store.tracked_files import SHARDS_FOLDER

if TYPE_CHECKING:
    import pyarrow as pa

MOST_ROWS = 100_000  # of a shard
ROWS_OPEN = 40 * MOST_ROWS  # machines that share a folder write blocks in turn, so many shards are read side by side


class KeptBlocks:
    """The whole shards of a folder by their blocks. mark: of the study and the program; others are not seen."""

    def __init__(self, folder: Path, layout: Layout, mark: str) -> None:
        self._shards = folder / SHARDS_FOLDER
        self._layout, self._mark = layout, mark
        self._where: dict[Block, tuple[str, int]] = {}
        self._seen: set[str] = set()
        self._open: OrderedDict[str, Shard] = OrderedDict()
        self._rows_open = 0
        self.person_days: dict[Block, int] = {}
        self.scan()

    def scan(self) -> None:
        """Take in shards that have appeared since; another machine may have written them."""
        for path in sorted(self._shards.glob("totals-*.parquet")):
            if path.name not in self._seen:
                shard = read_shard(path, self._layout, self._mark)
                if shard is not None:
                    self.add(path.name, shard.blocks, shard.person_days)

    def add(self, name: str, blocks: Sequence[Block], person_days: Sequence[int]) -> None:
        """Take in a shard just written; a block kept twice is read from the last of its shards."""
        if name in self._seen:  # written anew
            self._close(name)
            for block in [block for block, where in self._where.items() if where[0] == name]:
                del self._where[block], self.person_days[block]
        self._seen.add(name)
        for position, (block, days) in enumerate(zip(blocks, person_days, strict=True)):
            self._where[block] = (name, position)
            self.person_days[block] = days

    def tables(self, blocks: Sequence[Block]) -> Iterator[tuple[Block, pa.Table | None]]:
        """The rows of each block, in order; None where its shard is not there or not whole any more."""
        for block in blocks:
            yield block, self._rows(block)

    def joined(self, blocks: Sequence[Block]) -> Iterator[pa.Table | Block]:
        """The rows of the blocks, in order, as few tables: neighbours within a shard as one. In place of a block that
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
            shard, stop = self._open[name], start + 1
            while stop < len(blocks) and self._where.get(blocks[stop]) == (name, position + stop - start):
                if shard.blocks[position + stop - start : position + stop - start + 1] != (blocks[stop],):
                    break
                stop += 1
            yield shard.table.slice(position * self._layout.rows, (stop - start) * self._layout.rows)
            start = stop

    def _rows(self, block: Block) -> Any:
        if block not in self._where:
            return None
        name, position = self._where[block]
        shard = self._opened(name)
        if shard is None or position >= len(shard.blocks) or shard.blocks[position] != block:
            return None
        return shard.table.slice(position * self._layout.rows, self._layout.rows)

    def _opened(self, name: str) -> Shard | None:
        shard = self._open.get(name)
        if shard is None:
            shard = read_shard(self._shards / name, self._layout, self._mark)
            if shard is None:
                return None
            self._open[name] = shard
            self._rows_open += shard.table.num_rows
            while self._rows_open > ROWS_OPEN and len(self._open) > 1:
                self._close(next(iter(self._open)))
        else:
            self._open.move_to_end(name)
        return shard

    def _close(self, name: str) -> None:
        shard = self._open.pop(name, None)
        if shard is not None:
            self._rows_open -= shard.table.num_rows
