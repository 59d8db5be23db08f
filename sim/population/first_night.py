"""The first night with the trait in place, and who of whom is homeless four weeks later; exact sums, once a draw.

Published ratios by roof (of overdose, of attendance) compare people who sleep rough with people who have a home, so
they hold that the former are more disadvantaged. How much more is worked out for day 28: the first night, today's
short-stay beds in it, then the moves between kinds of housing from the day after it on (sim/mechanisms/housing.py),
without support or custody.
Where sleeping rough acts with a ratio r, being homeless off the street acts with r to the power
housing.hidden_exponent.
Reads housing.* of the first night and of the moves, disadvantage.homeless.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.population.disadvantage import FirstNight, Nodes, centre_first_night, expit

Array = np.ndarray[Any, Any]

COMPARED_ON = 28  # day after release on which people are compared by roof
STEPS_A_DAY = 16  # of the moves between kinds of housing


@dataclass(frozen=True, eq=False)
class BeforeBeds:
    """f8[nodes] each: probability of a first night without a home, and of one in temporary housing, before beds."""

    homeless: Array
    temporary: Array


@dataclass(frozen=True, eq=False)
class Later:
    """f8[nodes] each: share of people who sleep rough on day 28, and of people who are not homeless."""

    rough: Array
    housed: Array


def before_beds(draw: Mapping[str, float]) -> tuple[float, float]:
    """Shares (homeless, in temporary housing) of first nights as they would be without short-stay beds."""
    covered = draw["housing.cas3_coverage"]
    averted = draw["housing.cas3_additional"] * covered
    homeless = min(draw["housing.first_night_homeless"] + averted, 0.95)
    temporary = draw["housing.first_night_temporary"] - averted
    return homeless, min(max(temporary, 0.0), 1.0 - homeless)


def in_beds(draw: Mapping[str, float]) -> tuple[float, float]:
    """Shares of people bound for no home, and of people bound for temporary housing, who have one of today's beds."""
    covered, additional = draw["housing.cas3_coverage"], draw["housing.cas3_additional"]
    bound = before_beds(draw)
    beds = covered * additional, covered * (1.0 - additional)
    shares = [min(part / of, 1.0) if of > 0.0 else 0.0 for part, of in zip(beds, bound, strict=True)]
    return shares[0], shares[1]


def first_night_of(draw: Mapping[str, float], nodes: Nodes) -> FirstNight:
    """Log odds of the first night before beds, centred."""
    ratios = draw["housing.short_sentence_or"], draw["housing.no_fixed_abode_or"]
    return centre_first_night(nodes, draw["disadvantage.homeless"], *before_beds(draw), ratios)


def first_night_by_node(draw: Mapping[str, float], nodes: Nodes, first: FirstNight) -> BeforeBeds:
    """Where the people of each node would spend the first night."""
    terms = first.terms(nodes, draw["disadvantage.homeless"])
    homeless, unsettled = expit(first.homeless + terms), expit(first.unsettled + terms)
    return BeforeBeds(homeless, np.maximum(unsettled - homeless, 0.0))


def rough_exits(draw: Mapping[str, float]) -> tuple[float, float]:
    """Hazard of leaving the street, 1/person-day, in the first 28 days of a spell and later; it never rises."""
    early = draw["housing.rough_exit_days_1_28"]
    return early, early * draw["housing.rough_exit_later_part"]


def off_street(draw: Mapping[str, float], ratio: float) -> float:
    """What being homeless off the street does where sleeping rough has the ratio."""
    return float(ratio ** draw["housing.hidden_exponent"])


def moves_a_day(draw: Mapping[str, float]) -> Array:
    """f8[4, 4], hazards of moves between rough, hidden, temporary and settled, 1/person-day, with nobody beside the
    person and spells on the street in their first 28 days; rows add up to 0."""

    def row(name: str) -> float:
        return draw[f"housing.{name}"]

    leave, way_out, lose = rough_exits(draw)[0], row("hidden_exit"), row("temporary_to_homeless")
    settled = row("rough_exit_settled")
    hidden = min(row("rough_exit_hidden"), 1.0 - settled)
    street = row("loss_to_rough")
    off = min(row("loss_to_hidden"), 1.0 - street)
    rates = np.array(
        [
            [0.0, leave * hidden, leave * (1.0 - settled - hidden), leave * settled],
            [row("hidden_to_rough"), 0.0, way_out * (1.0 - row("hidden_exit_settled")),
             way_out * row("hidden_exit_settled")],
            [lose * row("temporary_loss_street"), lose * (1.0 - row("temporary_loss_street")), 0.0,
             row("temporary_to_settled")],
            [row("settled_loss") * street, row("settled_loss") * off, row("settled_loss") * (1.0 - street - off), 0.0],
        ]
    )  # fmt: skip
    return np.asarray(rates - np.diag(rates.sum(axis=1)))


def later_by_node(draw: Mapping[str, float], nodes: Nodes, first: FirstNight) -> Later:
    """Who of the people of each node is homeless on day 28."""
    step = np.eye(4) + moves_a_day(draw) / STEPS_A_DAY
    moved = np.linalg.matrix_power(step, STEPS_A_DAY * (COMPARED_ON - 1))  # nobody moves on the day of release
    night, street = first_night_by_node(draw, nodes, first), draw["housing.first_night_street"]
    homeless = night.homeless * (1.0 - in_beds(draw)[0])
    temporary = night.temporary + night.homeless - homeless  # beds among it
    start = np.stack(
        [homeless * street, homeless * (1.0 - street), temporary, 1.0 - homeless - temporary]
    )  # rough, hidden, temporary, settled
    later = moved.T @ start
    return Later(later[0], later[2] + later[3])
