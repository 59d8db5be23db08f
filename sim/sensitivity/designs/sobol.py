"""Sobol design: a scrambled Sobol sequence in Saltelli's order.

Each base sample i gives two points A_i and B_i of the 2k-dimensional sequence, and between them AB_i1..AB_ik, where
what moves as j (a factor, or all factors of a group) is taken from B_i and the rest from A_i. For second order
BA_i1..BA_ik follow, with A and B exchanged. The runs of one base sample are

    A, AB_1 .. AB_k, (BA_1 .. BA_k,) B

as SALib orders them, which is what its analysis expects. Scrambling depends on the seed alone, so a longer design
begins with the shorter one. Where the stream of random numbers is a factor (`LUCK`), its position picks the stream.

Sobol 2001, doi:10.1016/S0378-4754(00)00270-6; Saltelli 2002, doi:10.1016/S0010-4655(02)00280-1; Saltelli and others
2010, doi:10.1016/j.cpc.2009.09.018.
"""

from __future__ import annotations

import numpy as np

from sim.sensitivity.designs.design import Floats, Ints, one_stream
from sim.sensitivity.designs.streams import derived_seed, streams_of_uniforms

_BITS = 30  # of each number of the sequence


def sobol_points(
    moves: Ints, samples: int, seed: int, *, second_order: bool, has_luck: bool
) -> tuple[Floats, Ints, Ints]:
    """Positions, stream and unit of the points of so many base samples, a power of 2.

    f8[points, factors], i8[points], i8[points]; a base sample is a unit. moves: i8[factors], index of what each factor
    moves with. has_luck: whether the last factor is the stream of random numbers.
    """
    width = len(moves)
    base = base_sequence(2 * width, samples, seed)
    uniforms = saltelli_order(base[:, :width], base[:, width:], moves, second_order=second_order)
    stream = streams_of_uniforms(seed, uniforms[:, -1]) if has_luck else one_stream(len(uniforms))
    per_sample = len(uniforms) // samples
    return uniforms, stream, np.repeat(np.arange(samples, dtype=np.int64), per_sample)


def base_sequence(width: int, samples: int, seed: int) -> Floats:
    """f8[samples, width]: the scrambled sequence, moved by half a step so that no number is 0."""
    from scipy.stats import qmc

    sequence = qmc.Sobol(width, scramble=True, bits=_BITS, seed=derived_seed(seed, "sobol"))
    return np.asarray(sequence.random(samples), dtype=np.float64) + 2.0 ** -(_BITS + 1)


def saltelli_order(a: Floats, b: Floats, moves: Ints, *, second_order: bool) -> Floats:
    """f8[samples * runs, factors]: the points of all base samples in the order told at the head of this file."""
    samples, width = a.shape
    count = int(moves.max()) + 1
    runs = 2 * count + 2 if second_order else count + 2
    out = np.empty((samples, runs, width), dtype=np.float64)
    out[:, : count + 1] = a[:, None]
    out[:, count + 1 :] = b[:, None]
    for j in range(count):
        own = moves == j
        out[:, 1 + j, own] = b[:, own]
        if second_order:
            out[:, 1 + count + j, own] = a[:, own]
    return out.reshape(samples * runs, width)
