"""Keyed draws: every chance has an address, so that the same person meets the same random numbers under every
scenario (common random numbers).

    stream = mix(mix(seed) ^ permanent number)
    bits = mix(stream ^ (process << 32 | occurrence))
    u    = ((bits >> 12) + 0.5) * 2^-52           strictly between 0 and 1

52 bits: with 53 the largest u would round to 1. `mix` is the finaliser of SplitMix64 (Steele, Lea and Flood 2014,
doi:10.1145/2660193.2660195). Unsigned arithmetic stands in this file only.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.core.compiled import INTERPRETED, entry, kernel

U8 = np.uint64
_ADD = U8(0x9E3779B97F4A7C15)
_MUL_1 = U8(0xBF58476D1CE4E5B9)
_MUL_2 = U8(0x94D049BB133111EB)
_TWO_TO_MINUS_52 = 2.0**-52
TICKS_PER_HAZARD = 2.0**56


def _mix(x: Any) -> Any:
    """Scramble 64 bits; a bijection of uint64 on itself."""
    x = x + _ADD
    x = (x ^ (x >> U8(30))) * _MUL_1
    x = (x ^ (x >> U8(27))) * _MUL_2
    return x ^ (x >> U8(31))


if INTERPRETED:

    def mix(x: Any) -> Any:
        """Scramble 64 bits; NumPy's warning about the intended overflow is silenced here and nowhere else."""
        with np.errstate(over="ignore"):
            return _mix(U8(x))
else:
    mix = entry(_mix)


@kernel
def stream_of(seed: Any, number: Any) -> Any:
    """The 64 bits from which all chances of one person (worker, service) come.

    seed: uint64; number: permanent number, never a row.
    """
    return mix(mix(U8(seed)) ^ U8(number))


@kernel
def stream_of_occurrence(stream: Any, process: int, occurrence: int) -> Any:
    """The 64 bits from which all chances of the n-th occurrence of a process come, such as a choice among workers."""
    return mix(U8(stream) ^ ((U8(process) << U8(32)) | U8(occurrence)))


@kernel
def bits_between(one: Any, other: Any) -> Any:
    """64 bits of chance between two streams, such as an occurrence in a life and a worker, in either order."""
    return mix(U8(one) ^ U8(other))


@kernel
def uniform_of(bits: Any) -> float:
    """64 bits as a uniform strictly between 0 and 1; more bits never make it less."""
    return (float(U8(bits) >> U8(12)) + 0.5) * _TWO_TO_MINUS_52


@kernel
def uniform(stream: Any, process: int, occurrence: int) -> float:
    """Uniform strictly between 0 and 1 for the n-th occurrence of a process in one life."""
    return uniform_of(stream_of_occurrence(stream, process, occurrence))


@kernel
def whole(x: float, stream: Any, process: int, occurrence: int) -> int:
    """A whole number with mean x >= 0: the one below, and one more with the probability of what is left over.

    So a drawn number of days acts smoothly, where rounding would make a step of it; a whole x stays what it is.
    """
    below = int(x)
    return below + (1 if uniform(stream, process, occurrence) < x - below else 0)


@kernel
def threshold_ticks(stream: Any, process: int, occurrence: int) -> int:
    """Unit-exponential threshold of a clock's n-th occurrence, in ticks (2^56 ticks are one unit of hazard), at
    least 1."""
    ticks = int(-math.log(uniform(stream, process, occurrence)) * TICKS_PER_HAZARD)
    return ticks if ticks > 1 else 1


@kernel
def join_digest(digest: Any, moment: int, code: int) -> Any:
    """The digest of a life's events with one more event in it."""
    return mix(U8(digest) ^ ((U8(moment) << U8(8)) | U8(code)))


@kernel
def queue_key(priority: int, moment: int, stream: Any, process: int, joined: int, number: int) -> Any:
    """Place in a queue as one unique uint64; the smallest is served first.

    4 bits priority (0 first), 22 bits moment of joining + 1 (so that no key is 0; 4,096 days), 16 bits keyed tie-break,
    22 bits permanent person number.
    """
    tie = mix(U8(stream) ^ ((U8(process) << U8(32)) | U8(joined))) >> U8(48)
    return (U8(priority) << U8(60)) | (U8(moment + 1) << U8(38)) | (tie << U8(22)) | U8(number)


@kernel
def person_of_key(key: Any) -> int:
    """Permanent person number held in a queue key."""
    return int(key & U8(0x3FFFFF))


@kernel
def priority_of_key(key: Any) -> int:
    """Group held in a queue key."""
    return int(key >> U8(60))


@kernel
def spread(key: Any, n: int) -> int:
    """A keyed index from 0 to n - 1."""
    return int(mix(key) % U8(n))


def seed_of(*parts: int) -> int:
    """One 64-bit seed from several whole numbers (root seed, draw, replicate), order mattering."""
    mask = (1 << 64) - 1
    value = 0
    for part in parts:
        value = int(mix(U8((value ^ (part & mask)) & mask)))
    return value
