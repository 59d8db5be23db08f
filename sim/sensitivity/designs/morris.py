"""Morris design: trajectories on a grid of levels, in which each factor (or group) moves once, by half the range.

For trajectory t and each factor: a level l of the lower half of the grid, whether the factor moves up from it or down
to it, and a place in the order of moves; groups move all their factors in one step. All three are hashes of the seed,
the name and t, so a longer design begins with the shorter one. A level l of 0..levels-1 stands at the position
(l + 0.5) / levels, inside (0, 1), and a move of levels / 2 levels is a step of 0.5 (Morris 1991; groups as in
Campolongo, Cariboni and Saltelli 2007). Luck as a factor: the stream is a hash of trajectory and level, so it stays
along a trajectory but for the one step in which luck moves.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.evidence.draws import uniforms
from sim.sensitivity.designs.design import Floats, Ints, one_stream
from sim.sensitivity.designs.streams import derived_seed, stream_of

STEP = 0.5
"""What a position moves by in the step of its factor."""


def morris_points(
    names: Sequence[str], moved: Sequence[str], moves: Ints, samples: int, seed: int, *, levels: int, has_luck: bool
) -> tuple[Floats, Ints, Ints]:
    """Uniforms, stream and unit of so many trajectories, each of one point more than there are things that move.

    names: the factors. moved: what moves as one; moves: i8[factors], index in `moved` of each factor.
    levels: an even number. has_luck: whether the last factor is luck.
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
    """i8[trajectories * points]: the stream of luck at each point."""
    found = np.empty(level.shape, dtype=np.int64)
    for t, row in enumerate(level):
        for one in np.unique(row):
            found[t, row == one] = stream_of(seed, "morris luck", t, int(one))
    return found.reshape(-1)
