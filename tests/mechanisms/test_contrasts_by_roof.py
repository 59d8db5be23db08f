"""What roofs do beside disadvantage: published contrasts on day 28, and homelessness off the street as a power."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from by_hand import margins, params_of, someone

from sim.engine import person_day as life
from sim.mechanisms import attendance, deaths, overdose, reoffending, supervision
from sim.population.codes import HIDDEN, ROUGH, SETTLED
from sim.population.disadvantage import expit

LOADED = {
    "disadvantage__homeless": 1.2, "disadvantage__recall": 0.85, "disadvantage__reoffending": 0.85,
    "disadvantage__overdose": 0.28, "disadvantage__attendance": 0.4,
}  # fmt: skip
MISSED = {"supervision__missed_share": 0.5, "supervision__kept": 0.8, "appointment__rough_or": 0.66}


def prepared(params: Any, **fields: Any) -> Any:
    row = someone(licence_until=400, **fields)
    life.prepare(row, params)
    return row


SPREAD = {
    "housing__first_night_street": 0.54, "housing__rough_exit_hidden": 0.55, "housing__temporary_loss_street": 0.35,
    "housing__loss_to_hidden": 0.6, "housing__loss_to_rough": 0.1,
}  # fmt: skip


@pytest.mark.parametrize("hidden", [{}, SPREAD])
def test_the_contrasts_by_roof_on_day_28_stay(hidden: dict[str, float]) -> None:
    """People who sleep rough against people who have a home, summed over the nodes: overdoses and contacts kept are
    1.57 and 0.66 apart, what disadvantage says of both included; whoever is homeless off the street is in neither."""
    params, of_people = params_of(**LOADED, **hidden), margins(**LOADED, **hidden)
    at, rough, home = of_people.nodes, of_people.later.rough, of_people.later.housed
    ratio = np.exp(0.28 * at.z)
    apart = at.mean(ratio, at.opiate * rough) / at.mean(ratio, at.opiate * home)
    assert float(params["overdose_rough"]) * apart == pytest.approx(1.57)
    assert 1.0 < float(params["overdose_rough"]) < 1.57
    steady = params_of(**LOADED, **hidden, appointment__journey_or_per_10min=1.0, appointment__no_money_or=1.0)
    kept = (
        expit(float(steady["keep_contact"]) - 0.4 * at.z + float(params["keep_rough"])),
        expit(float(steady["keep_contact"]) - 0.4 * at.z),
    )
    shares = at.mean(kept[0], rough), at.mean(kept[1], home)
    odds = [share / (1.0 - share) for share in shares]
    assert odds[0] / odds[1] == pytest.approx(0.66, abs=1e-9)
    assert math.log(0.66) < float(params["keep_rough"]) < 0.0
    # Without loadings nobody differs, and what was published is what acts.
    plain = params_of(**hidden)
    assert float(plain["overdose_rough"]) == pytest.approx(1.57)
    assert float(plain["keep_rough"]) == pytest.approx(math.log(0.66), abs=1e-9)


def overdose_of(row: Any, params: Any) -> float:
    return float(overdose.hazard(row, params, 100))


def death_of(row: Any, params: Any) -> float:
    return float(deaths.natural_hazard(row, params) + deaths.suicide_hazard(row, params, 100))


def reoffence_of(row: Any, params: Any) -> float:
    return float(reoffending.hazard(row, params, 100))


def odds_of_contact(row: Any, params: Any) -> float:
    return math.exp(attendance.common_terms(row, params, 100))


@pytest.mark.parametrize(("exponent", "power"), [(0.0, 0.0), (0.5, 0.5), (1.0, 1.0)])
def test_off_the_street_a_power_of_what_the_street_does(exponent: float, power: float) -> None:
    """At 0 being homeless off the street is as having a home, at 1 as the street, in all five ways."""
    params = params_of(**LOADED, **MISSED, housing__hidden_exponent=exponent)
    home, rough, hidden = (prepared(params, using=1, housing=roof, tolerance=0) for roof in (SETTLED, ROUGH, HIDDEN))
    for what in (overdose_of, death_of, reoffence_of, odds_of_contact):
        at_home, on_street, off_street = (what(row, params) for row in (home, rough, hidden))
        assert off_street / at_home == pytest.approx((on_street / at_home) ** power), what
    assert float(params["recall_hidden"]) == pytest.approx(2.0**power)
    at_home, on_street, off_street = (supervision.recall_hazard(row, params, 100) for row in (home, rough, hidden))
    if power in (0.0, 1.0):
        assert off_street == pytest.approx((at_home, on_street)[int(power)])
    else:
        assert at_home < off_street < on_street


def test_overdose_by_roof_and_disadvantage() -> None:
    params, of_people = params_of(**LOADED), margins(**LOADED)
    at, later = of_people.nodes, of_people.later
    apart = at.ratio_by(0.28, at.opiate * later.rough, at.opiate * later.housed)
    row = prepared(params, using=1, housing=ROUGH, tolerance=0)
    roof = prepared(params, using=1, housing=SETTLED, tolerance=0)
    assert overdose.hazard(row, params, 100) / overdose.hazard(roof, params, 100) == pytest.approx(1.57 / apart)
    assert params["death_rough"] == pytest.approx(1.57)  # other deaths have no loading
