"""Morris design: trajectories on a grid of levels, in which each factor (or group) moves once, by half the range.

For trajectory t and each factor: a level l of the lower half of the grid, whether the factor moves up from it or down
to it, and a place in the order of moves; groups move all their factors in one step. All three are hashes of the seed,
the name and t, so a longer design begins with the shorter one. A level l of 0..levels-1 stands at the position
(l + 0.5) / levels, inside (0, 1), and a move of levels / 2 levels is a step of 0.5. Where the stream of random numbers
is a factor (`LUCK`), it is a hash of trajectory and level, so it stays along a trajectory but for the one step in which
it moves.

Morris 1991, doi:10.1080/00401706.1991.10484804; groups as in Campolongo, Cariboni and Saltelli 2007,
doi:10.1016/j.envsoft.2006.10.004.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.evidence.draws import uniforms
from sim.sensitivity.designs.design import Floats, Ints, one_stream
from sim.sensitivity.designs.streams import derived_seed, stream_of


def morris_points(
    names: Sequence[str], moved: Sequence[str], moves: Ints, samples: int, seed: int, *, levels: int, has_luck: bool
) -> tuple[Floats, Ints, Ints]:
    """Positions, stream and unit of so many trajectories, each of one point more than there are things that move.

    f8[points, factors], i8[points], i8[points]; a trajectory is a unit. names: the factors. moved: what moves as one;
    moves: i8[factors], index in `moved` of each factor. samples: trajectories. levels: an even number.
    has_luck: whether the last factor is the stream of random numbers.
    """
    low = (uniforms(derived_seed(seed, "morris level"), names, samples) * (levels // 2)).astype(np.int64)
    upward = uniforms(derived_seed(seed, "morris direction"), names, samples) < 0.5
    order = uniforms(derived_seed(seed, "morris order"), moved, samples).argsort(axis=1)
    place = order.argsort(axis=1)  # of each thing that moves, in the order of moves: 0 moves first
    length = len(moved) + 1
    has_moved = np.arange(length)[None, :, None] > place[:, moves][:, None, :]
    level = low[:, None, :] + (levels // 2) * (has_moved == upward[:, None, :])
    positions = ((level + 0.5) / levels).reshape(samples * length, len(names))
    stream = _streams(seed, level[:, :, -1]) if has_luck else one_stream(samples * length)
    return positions, stream, np.repeat(np.arange(samples, dtype=np.int64), length)


def _streams(seed: int, level: Ints) -> Ints:
    """i8[trajectories * points]: the stream of random numbers at each point."""
    streams = np.empty(level.shape, dtype=np.int64)
    for t, row in enumerate(level):
        for one in np.unique(row):
            streams[t, row == one] = stream_of(seed, "morris luck", t, int(one))
    return streams.reshape(-1)
