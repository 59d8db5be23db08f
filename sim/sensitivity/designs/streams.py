"""Streams of luck and seeds that a design derives by hashing: same seed and place, same stream, on every machine."""

from __future__ import annotations

import hashlib
from typing import cast

import numpy as np
from numpy.typing import NDArray


def derived_seed(seed: int, *words: object) -> int:
    """A whole number from 1 to 2^32 - 1 made of the seed and the words alone; for libraries that take a seed."""
    return int(_digest(seed, *words) % (2**32 - 1)) + 1


def streams_of_uniforms(seed: int, uniforms: NDArray[np.float64]) -> NDArray[np.int64]:
    """The stream that each uniform picks, i8 of the same shape, from 0 to 2^63 - 1; equal uniforms, equal streams.

    The bits of the uniform are mixed with the seed's key by SplitMix64 (Steele, Lea and Flood 2014).
    """
    bits = np.ascontiguousarray(uniforms, dtype=np.float64).view(np.uint64)
    mixed = bits ^ np.uint64(_digest(seed, "streams of luck"))
    mixed = mixed + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return cast("NDArray[np.int64]", (mixed >> np.uint64(1)).astype(np.int64))


def stream_of(seed: int, *words: object) -> int:
    """The stream, from 0 to 2^63 - 1, of a place in a design that words name."""
    return _digest(seed, *words) >> 1


def _digest(seed: int, *words: object) -> int:
    text = "\n".join(str(word) for word in (int(seed), *words))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")
