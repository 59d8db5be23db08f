"""Streams of random numbers and seeds that a design derives by hashing: the same on every machine.

The words that are hashed key the draws and never change."""

from __future__ import annotations

import hashlib
from typing import cast

import numpy as np
from numpy.typing import NDArray

from sim.evidence.draws import GOLDEN_GAMMA, scramble


def derived_seed(seed: int, *words: object) -> int:
    """A whole number from 1 to 2^32 - 1 made of the seed and the words alone; for libraries that take a seed."""
    return int(_digest(seed, *words) % (2**32 - 1)) + 1


def streams_of_uniforms(seed: int, uniforms: NDArray[np.float64]) -> NDArray[np.int64]:
    """The stream that each uniform picks, i8 of the same shape, from 0 to 2^63 - 1; equal uniforms, equal streams.

    The bits of the uniform are mixed with the seed's key by SplitMix64 (see `sim.evidence.draws.scramble`).
    """
    bits = np.ascontiguousarray(uniforms, dtype=np.float64).view(np.uint64)
    mixed = scramble((bits ^ np.uint64(_digest(seed, "streams of luck"))) + GOLDEN_GAMMA)
    return cast("NDArray[np.int64]", (mixed >> np.uint64(1)).astype(np.int64))


def stream_of(seed: int, *words: object) -> int:
    """The stream, from 0 to 2^63 - 1, of a place in a design that words name."""
    return _digest(seed, *words) >> 1


def _digest(seed: int, *words: object) -> int:
    text = "\n".join(str(word) for word in (int(seed), *words))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")
