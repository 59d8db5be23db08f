"""What disadvantage does to each hazard, by hand: somebody at 1 standard deviation beside somebody at 0, and means."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import numpy as np
import pytest
from by_hand import differences, margins, number_with, params_of, someone, stated_draw, under_law

from sim.core.compiled import rows
from sim.core.rates import logit, probability_from_logit
from sim.engine import person_day as life
from sim.mechanisms import attendance, release, reoffending, supervision
from sim.population import processes as P
from sim.population.codes import (
    ALCOHOL,
    COMMUNITY,
    CUSTODY,
    HIDDEN,
    IN_TREATMENT,
    LONGER,
    RESIDENTIAL,
    ROUGH,
    SETTLED,
    STIMULANT,
    TO_6_MONTHS,
)
from sim.population.disadvantage import COMPLEX_PTSD, SHORT_SENTENCE, expit
from sim.population.returns import spent_in_a_year

DAY = 1024
LOADED = {
    "disadvantage__homeless": 1.2, "disadvantage__recall": 0.85, "disadvantage__reoffending": 0.85,
    "disadvantage__overdose": 0.28, "disadvantage__attendance": 0.4,
}  # fmt: skip


def prepared(params: Any, **fields: Any) -> Any:
    row = someone(licence_until=400, **fields)
    life.prepare(row, params)
    return row


def test_somebody_at_mean_disadvantage_without_loadings_is_as_ever() -> None:
    params = params_of()
    for z in (-2.0, 0.0, 2.0):
        row = prepared(params, disadvantage=z, sentence=LONGER)
        assert (row["recall_factor"], row["reoffence_factor"]) == (pytest.approx(1.0), 1.0)
        assert row["missed_contact"].tolist() == [1.0, 1.0, 1.0]
        assert row["attendance_traits"] == pytest.approx(-float(params["keep_trait_mean"]))


# Reoffending


@pytest.mark.parametrize(("sentence", "base", "share"), [(TO_6_MONTHS, 0.00265, 0.592), (LONGER, 0.00070, None)])
def test_reoffending_by_disadvantage(sentence: int, base: float, share: float | None) -> None:
    params, at = params_of(**LOADED), margins(**LOADED).nodes
    one, none = (prepared(params, disadvantage=z, sentence=sentence) for z in (1.0, 0.0))
    hazards = [reoffending.hazard(row, params, 5) for row in (one, none)]
    assert hazards[0] / hazards[1] == pytest.approx(math.exp(0.85))
    short = at.traits[:, SHORT_SENTENCE]
    among = short if sentence != LONGER else 1.0 - short
    if share is None:  # of longer sentences what is left of 0.38: (0.38 - w 0.592) / (1 - w)
        w = at.mean(short)
        share = (0.38 - w * 0.592) / (1.0 - w)
    spent = -math.log(1.0 - share)
    mean = at.mean(np.exp(0.85 * at.z), among)
    assert hazards[1] == pytest.approx(base * at.frailty_scale(0.85, spent, among) / mean)
    # By the end of a year as many have reoffended as with everybody alike, whatever the loading.
    a_year = hazards[1] / base * spent * np.exp(0.85 * at.z)
    assert at.mean(1.0 - np.exp(-a_year), among) == pytest.approx(share, abs=1e-9)


def test_nothing_is_left_for_longer_sentences() -> None:
    spent = spent_in_a_year(stated_draw(), 0.70)  # 0.70 x 0.592 is more than 0.38
    assert spent == (pytest.approx(-math.log(0.408)), 0.0)
    assert spent_in_a_year(stated_draw(), 1.0)[1] == pytest.approx(-math.log(0.62))


def test_reoffending_off_whatever_the_trait() -> None:
    params = params_of(**LOADED)
    params["reoffence"] = reoffending.WHEN_OFF["reoffence"]
    assert reoffending.hazard(prepared(params, disadvantage=3.0), params, 5) == 0.0


# Recall for a breach


def test_recall_by_disadvantage_keeps_its_mean() -> None:
    params, at = params_of(**LOADED), margins(**LOADED).nodes
    one, none = (prepared(params, disadvantage=z) for z in (1.0, 0.0))
    hazards = [supervision.recall_hazard(row, params, 100) for row in (one, none)]
    assert hazards[0] / hazards[1] == pytest.approx(math.exp(0.85))
    assert at.mean(hazards[1] * np.exp(0.85 * at.z)) == pytest.approx(0.0031)


def test_a_breach_is_early_and_the_mean_over_the_licence_stays() -> None:
    params = params_of(supervision__recall_days_1_28_ratio=2.5)
    row = prepared(params, latest_release=50)
    early, later = (supervision.recall_hazard(row, params, day) for day in (50, 78))
    assert supervision.recall_hazard(row, params, 77) == early == pytest.approx(2.5 * later)
    # 28 of 75, 150 and 365 days; women 0.09 of people: shares 0.3707, 0.12 and 0.5093.
    shares = (0.91 * 0.35 + 0.09 * 0.58, 0.12, 1.0 - 0.12 - 0.91 * 0.35 - 0.09 * 0.58)
    days = np.array([75.0, 150.0, 365.0])
    spent = np.array(shares) @ (28.0 * early + (days - 28.0) * later)
    assert spent == pytest.approx(0.0031 * (np.array(shares) @ days))


def test_recall_by_roof_use_and_treatment() -> None:
    params = params_of(
        supervision__recall_rough_hr=1.6, supervision__recall_using_hr=1.35, supervision__recall_treatment_hr=0.9
    )
    for fields, ratio in (
        ({}, 1.0),
        ({"housing": ROUGH}, 1.6),
        ({"housing": HIDDEN}, math.sqrt(1.6)),
        ({"using": 1}, 1.35),
        ({"treatment": IN_TREATMENT}, 0.9),
        ({"housing": ROUGH, "using": 1, "treatment": IN_TREATMENT}, 1.6 * 1.35 * 0.9),
        ({"joint_case": 1, "using": 1}, 1.35 * 0.97),
    ):
        row = prepared(params, **fields)
        assert supervision.recall_hazard(row, params, 100) == pytest.approx(0.0031 * ratio)


MISSED = {"supervision__missed_share": 0.5, "supervision__kept": 0.8, "appointment__rough_or": 0.66}


def test_missed_contact_by_hand() -> None:
    params = params_of(**MISSED, **LOADED)
    m0 = float(params["missed_mean"])
    row = prepared(params, disadvantage=1.0, complex_ptsd=1, mental_health=1)
    traits = float(row["attendance_traits"])
    assert traits == pytest.approx(
        float(params["keep_cptsd"]) + math.log(0.85) - 0.4 - float(params["keep_trait_mean"])
    )
    for k, roof in enumerate((0.0, float(params["keep_rough"]), 0.5 * float(params["keep_rough"]))):
        missed = 1.0 - probability_from_logit(logit(0.8) + traits + roof)
        assert row["missed_contact"][k] == pytest.approx(0.5 + 0.5 * missed / m0)
    assert row["missed_contact"][1] > row["missed_contact"][2] > row["missed_contact"][0] > 1.0
    roof = supervision.recall_hazard(row, params, 100)
    row["housing"] = ROUGH
    rough = supervision.recall_hazard(row, params, 100)
    assert rough / roof == pytest.approx(2.0 * row["missed_contact"][1] / row["missed_contact"][0])
    row["housing"] = HIDDEN
    hidden = supervision.recall_hazard(row, params, 100)
    assert hidden / roof == pytest.approx(math.sqrt(2.0) * row["missed_contact"][2] / row["missed_contact"][0])


def test_the_mean_chance_of_missing_contact_is_that_of_people() -> None:
    """A brute sum over sex and every trait that attendance knows, and the nodes of disadvantage."""
    draw, of_people = stated_draw(**MISSED, **LOADED), margins(**MISSED, **LOADED)
    terms, at = attendance.trait_terms(draw, of_people), of_people.nodes
    health = {(sex, ace4): of_people.mental_health_by[sex, ace4] for sex in (0, 1) for ace4 in (0, 1)}
    no_crack = 1.0 - draw["need.opiate_and_crack"]
    chemsex = of_people.chemsex / ((1.0 - draw["population.women_share"]) * no_crack)
    total = shares = 0.0
    for i in range(len(at.z)):
        ace4, ptsd, _, _, crack = at.traits[i]
        for sex, part in ((0, 1.0 - at.women[i]), (1, at.women[i])):
            own = draw["population.abuse_women"] if sex else (0.0 if crack else chemsex)
            for with_health in (0, 1):
                h = health[sex, int(ace4)]
                for with_own in (0, 1):
                    share = at.weight[i] * part * (h if with_health else 1.0 - h) * (own if with_own else 1.0 - own)
                    term = ptsd * terms.cptsd + with_health * terms.mental_health - 0.4 * at.z[i] - terms.mean
                    term += with_own * (terms.woman if sex else terms.chemsex)
                    total += share / (1.0 + math.exp(logit(0.8) + term))
                    shares += share
    assert shares == pytest.approx(1.0)
    assert supervision.mean_missed(draw, of_people) == pytest.approx(total, rel=1e-9)
    assert 0.2 < total < 0.22  # those who miss more weigh more than 1 - 0.8


def test_somebody_at_ones_side_lowers_recall_by_the_part_that_contact_makes() -> None:
    params = params_of(**MISSED)
    row = prepared(params)
    alone = row["missed_contact"].tolist()
    row["navigator_from"], row["navigator_until"] = 10, 193
    supervision.look_at_contact(row, params, 10)
    full = row["missed_contact"].tolist()
    missed = 1.0 - probability_from_logit(logit(0.8) + float(row["attendance_traits"]) + math.log(1.5))
    assert full[0] == pytest.approx(0.5 + 0.5 * missed / float(params["missed_mean"]))
    supervision.look_at_contact(row, params, 51)
    assert row["missed_contact"].tolist() == full
    supervision.look_at_contact(row, params, 52)  # half of the logarithm from day 42 on
    half = row["missed_contact"].tolist()
    assert full[0] < half[0] < alone[0] and full[1] < half[1] < alone[1]
    row["navigator_until"], row["peer_worker"] = 193, 1
    supervision.look_at_contact(row, params, 193)  # a peer is left, as good as half a navigator, since day 0
    assert row["missed_contact"].tolist() == alone  # 183 days of the peer are over too
    row["latest_release"] = 100
    supervision.look_at_contact(row, params, 193)
    assert row["missed_contact"].tolist() == half


def test_without_a_part_of_missed_contact_nobody_at_ones_side_changes_recall() -> None:
    """The null: no part by contact, ratios of 1 and no loading leave a navigator nothing to do about recall."""
    params = params_of()
    row = prepared(params, navigator_from=10, navigator_until=193)
    supervision.look_at_contact(row, params, 10)
    assert supervision.recall_hazard(row, params, 20) == pytest.approx(0.0031)


@pytest.mark.parametrize("status", [CUSTODY, COMMUNITY, RESIDENTIAL])
def test_contact_is_looked_at_outside_and_on_licence_alone(status: int) -> None:
    params = params_of(**MISSED)
    row = prepared(params, status=status)
    row["navigator_from"], row["navigator_until"] = 10, 193
    supervision.look_at_contact(row, params, 400)  # the licence is over
    assert row["contact_support"] == 0.0
    supervision.look_at_contact(row, params, 20)
    assert (row["contact_support"] != 0.0) == (status != CUSTODY)


def test_days_on_which_recall_changes_by_time_alone() -> None:
    params, reset = params_of(), rows(under_law(date(2024, 4, 29)))[0]
    for fields, day, due in (
        ({}, 10, 28),
        ({}, 28, 400),
        ({"licence_until": 20}, 10, 20),
        ({"licence_until": 20}, 20, 0),
        ({"navigator_from": 5, "navigator_until": 188}, 30, 47),
        ({"navigator_from": 5, "navigator_until": 188}, 47, 188),
        ({"navigator_from": 5, "navigator_until": 188, "peer_worker": 1}, 47, 188),
        ({"peer_worker": 1}, 30, 183),
        ({"peer_worker": 1}, 183, 400),
    ):
        row = someone(**({"licence_until": 400} | fields))
        assert supervision.next_change(row, params, day) == due, (fields, day)
    row = someone(licence_until=400, licence_days=365)  # the last third begins on day 400 - 121
    assert [supervision.next_change(row, reset, day) for day in (28, 278, 279)] == [279, 279, 400]


# Attendance, overdose and the first night


def test_attendance_by_disadvantage_and_what_is_left_of_published_ratios() -> None:
    params, of_people = params_of(**LOADED), margins(**LOADED)
    at = of_people.nodes
    one, none = (prepared(params, disadvantage=z) for z in (1.0, 0.0))
    assert none["attendance_traits"] - one["attendance_traits"] == pytest.approx(0.4)
    # On the log scale people with complex PTSD differ from the others by the published ratio, the trait included.
    left = float(params["keep_cptsd"])
    assert left - 0.4 * at.difference(COMPLEX_PTSD) == pytest.approx(math.log(0.80))
    terms = left * at.traits[:, COMPLEX_PTSD] - 0.4 * at.z
    assert at.mean(terms) == pytest.approx(left * of_people.complex_ptsd)
    # As many contacts are kept as are stated.
    bare = margins(**LOADED, appointment__journey_or_per_10min=1.0)
    steady = params_of(**LOADED, appointment__journey_or_per_10min=1.0, appointment__no_money_or=1.0)
    assert bare.nodes.mean(expit(float(steady["keep_contact"]) - 0.4 * at.z)) == pytest.approx(0.75, abs=1e-9)


def test_a_published_ratio_that_the_trait_explains_leaves_no_harm_of_a_roof() -> None:
    strong = {"disadvantage__attendance": 0.8, "disadvantage__homeless": 1.8, "disadvantage__overdose": 1.5}
    params = params_of(**strong, appointment__rough_or=0.9)
    assert float(params["keep_rough"]) == 0.0 and float(params["overdose_rough"]) == 1.0
    other_way = params_of(**strong, overdose__rough_hr=0.9, appointment__rough_or=1.1)
    assert float(other_way["overdose_rough"]) == 0.9 and float(other_way["keep_rough"]) == pytest.approx(math.log(1.1))


def test_overdose_by_disadvantage_keeps_its_mean_within_needs() -> None:
    params, at = params_of(**LOADED), margins(**LOADED).nodes
    plain = params_of()
    for need, part in ((0, at.opiate), (STIMULANT, 1.0 - at.opiate), (ALCOHOL, 1.0 - at.opiate)):
        one, none = (prepared(params, disadvantage=z, need=need)["overdose_base"] for z in (1.0, 0.0))
        alike = prepared(plain, need=need)["overdose_base"]
        assert one / none == pytest.approx(math.exp(0.28))
        assert at.mean(none * np.exp(0.28 * at.z), part) == pytest.approx(alike)


def test_the_first_night_by_disadvantage() -> None:
    params, of_people = params_of(**LOADED), margins(**LOADED)
    one, none = (someone(disadvantage=z, sentence=LONGER) for z in (1.0, 0.0))
    for probability in (lambda row: release.homeless_probability(row, params, False),
                        lambda row: release.unsettled_probability(row, params)):  # fmt: skip
        odds = [p / (1.0 - p) for p in (probability(row) for row in (one, none))]
        assert odds[0] / odds[1] == pytest.approx(math.exp(1.2))
    at, first = of_people.nodes, of_people.first_night
    homeless = expit(first.homeless + first.terms(at, 1.2))
    assert at.mean(homeless) == pytest.approx(0.149 + 0.64 * 0.119, abs=1e-9)
    assert at.mean(at.z, homeless) > 0.6  # who sleeps rough is more disadvantaged, from the first night on


def test_one_random_number_orders_the_first_night() -> None:
    """More disadvantage never leads to a better night under the same random number."""
    params = params_of(**LOADED)
    rank = {SETTLED: 0, 1: 1, ROUGH: 2}
    for number in range(1, 60):
        nights = [
            release.night_before_beds(someone(number, disadvantage=z), params, 1, False) for z in (-2.0, 0.0, 2.0)
        ]
        assert [rank[night] for night in nights] == sorted(rank[night] for night in nights)


def test_disadvantage_is_read_once_and_at_the_gate() -> None:
    """No event after the release reads the trait itself: a life goes on by what was set on the row."""
    params = params_of(**LOADED, **MISSED)
    lives = []
    for later in (0.0, 3.0):
        row = prepared(params, number=number_with((P.FIRST_NIGHT, 1, 0.5, 0.6)), disadvantage=0.5)
        row["disadvantage"] = later
        for day in range(40):
            life.live_day(row, params, day)
        lives.append(row)
    assert differences(*lives) <= {"disadvantage"}
