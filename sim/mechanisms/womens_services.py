"""Gender-informed services: women's centres, safe space, residential places for women, children.

Women who have been abused keep fewer appointments in a mixed service (attendance.py); a place at a women's centre (a
lever) takes that away, as people there see women only. With a place drop-out is x centre_dropout_hr and proven
reoffending x centre_reoffending_hr. A mother takes a residential place in a mixed house, which does not take children,
with mixed_residential_with_children; places for women (a lever, line of its own) take children, and a woman stands in
their line first. Women with children leave temporary housing for a settled home children_settling_hr times as fast: a
reason to settle close to home. The women's prison is far from most homes: the journey on the day of release tells.
Reads women.centre_dropout_hr, women.centre_reoffending_hr, women.mixed_residential_with_children,
women.children_settling_hr. Writes in_womens_centre. Left out: contact with children, family courts, pregnancy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.core.compiled import kernel
from sim.core.keys import uniform
from sim.mechanisms import acts
from sim.mechanisms.ledger import log_event
from sim.population import processes as P
from sim.population.local_coverage import WOMENS_CENTRE
from sim.population.margins import Margins
from sim.population.person import WOMAN

FIELDS: list[Any] = [
    ("womens_centre_open", "f8"),
    ("womens_centre_dropout", "f8"),
    ("womens_centre_reoffending", "f8"),
    ("mother_takes_mixed", "f8"),
    ("children_settling", "f8"),
]
"""womens_centre_open is 1, and 0 where this mechanism is switched off."""
WHEN_OFF: Mapping[str, Any] = {"womens_centre_open": 0.0, "mother_takes_mixed": 1.0, "children_settling": 1.0}
EXPECTED_TO_MOVE = "women_at_centre"


def numbers(draw: Mapping[str, float], margins: Margins) -> dict[str, Any]:
    """Ratios of hazards and the probability that a mother takes a place in a mixed house."""
    return {
        "womens_centre_open": 1.0,
        "womens_centre_dropout": draw["women.centre_dropout_hr"],
        "womens_centre_reoffending": draw["women.centre_reoffending_hr"],
        "mother_takes_mixed": draw["women.mixed_residential_with_children"],
        "children_settling": draw["women.children_settling_hr"],
    }


@kernel
def look_for_place(person: Any, params: Any, t: int) -> None:
    """On release and at every appointment: whether the centre has a place for her by now; one luck a life."""
    if person.sex != WOMAN or person.in_womens_centre:
        return
    if uniform(person.stream, P.WOMENS_CENTRE, 0) < person.coverage[WOMENS_CENTRE] * params.womens_centre_open:
        person.in_womens_centre = 1
        log_event(person, t, acts.WOMENS_CENTRE)


@kernel
def takes_mixed_place(person: Any, params: Any, episode: int) -> bool:
    """Whether somebody who wants a residential place would take one in a mixed house."""
    if not person.children:
        return True
    return bool(uniform(person.stream, P.TAKES_MIXED_PLACE, episode) < params.mother_takes_mixed)


@kernel
def fit(person: Any, params: Any) -> float:
    """Ratio of drop-out by the setting."""
    return float(params.womens_centre_dropout) if person.in_womens_centre else 1.0
