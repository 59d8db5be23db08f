"""Permanent numbers of posts and beds, from which their random numbers come: a block of its own for each service.

However many are bought, no two posts have one number: those that a block has no room for are numbered apart, far above
all blocks, so that the blocks stay as they are.
"""

from __future__ import annotations

from typing import NamedTuple

ROOM = 4096  # numbers of a service; of a hub the upper half is for bought posts
HALF = ROOM // 2
MOST_AT_A_HUB_TODAY = 100_000  # a hub of a whole country has fewer; each is a row of the world
_APART = 1 << 48  # above every block of an area that can be read
_APART_ROOM = 1 << 24  # posts of one service beyond its block: 200 purchases of at most 1,000,000,000 GBP buy fewer


class Numbers(NamedTuple):
    """The numbers that a service has for its posts. first: of its block; room: how many the block holds."""

    first: int
    room: int

    def at(self, k: int) -> int:
        """The number of the k-th post, from 0 on."""
        if k < self.room:
            return self.first + k
        return _APART + self.first * _APART_ROOM + k

    @classmethod
    def of_block(cls, block: int) -> Numbers:
        """All numbers of a block."""
        return cls(block * ROOM, ROOM)

    def lower(self) -> Numbers:
        """Those of what stands today."""
        return Numbers(self.first, HALF)

    def upper(self) -> Numbers:
        """Those of what is bought beside it."""
        return Numbers(self.first + HALF, HALF)
