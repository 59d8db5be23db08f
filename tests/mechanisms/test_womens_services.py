"""Gender-informed services, by hand: a place at a women's centre, residential places that take children, settling."""

from __future__ import annotations

from math import log
from typing import Any

import numpy as np
import pytest
from by_hand import (
    diary,
    differences,
    draw_of,
    number_with,
    offered,
    params_of,
    params_without,
    per_service_type,
    someone,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.days import NEVER
from sim.mechanisms import attendance, care, custody, housing, reoffending, residential, treatment, womens_services
from sim.mechanisms.events import Event
from sim.population import need_seen
from sim.population import processes as P
from sim.population.codes import (
    ALCOHOL,
    CAS3,
    COMMUNITY,
    DETOX_SERVICE,
    IN_TREATMENT,
    LONGER,
    MAN,
    REHAB_SERVICE,
    RESIDENTIAL,
    ROUGH,
    SETTLED,
    STIMULANT,
    SUPPORTED,
    TEMPORARY,
    TREATMENT_SERVICE,
    WOMAN,
    WOMENS_REHAB_SERVICE,
)

DAY = 1024
STEADY = settings(deadline=None, derandomize=True)
PARAMS = params_of()
MIXED, BOTH = (
    per_service_type(-1, {REHAB_SERVICE: 5}),
    per_service_type(-1, {REHAB_SERVICE: 5, WOMENS_REHAB_SERVICE: 6}),
)


# A place at a women's centre


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_who_has_a_place(params: Any, share: float) -> None:
    for number in range(1, 40):
        row = someone(number, sex=WOMAN, coverage=offered(womens_centre=share), watched=1)
        womens_services.look_for_place(row, params, 7, 700)
        has = draw_of(row, P.WOMENS_CENTRE, 0) < share
        assert bool(row["in_womens_centre"]) == has
        assert diary(row) == ([Event.WOMENS_CENTRE] if has else [])


def test_the_centre_is_for_women(params: Any) -> None:
    for number in range(1, 30):
        row = someone(number, sex=MAN, coverage=offered(womens_centre=1.0))
        womens_services.look_for_place(row, params, 5, 0)
        assert row["in_womens_centre"] == 0 and row["womens_centre_until"] == NEVER


def test_a_place_comes_with_the_share_and_lasts_its_days(params: Any) -> None:
    # One luck a life, between 0.3 and 0.5: none at 0.3, one at 0.5, of 183 days; what it does lasts 28 longer.
    row = someone(number_with((P.WOMENS_CENTRE, 0, 0.3, 0.5)), sex=WOMAN, watched=1)
    for day, share, until in ((0, 0.3, NEVER), (10, 0.5, 221), (20, 1.0, 221), (250, 1.0, 221)):
        row["coverage"], row["offers"] = offered(womens_centre=share), day
        womens_services.look_for_place(row, params, day, day * DAY)
        assert row["womens_centre_until"] == until
    assert (row["in_womens_centre"], diary(row)) == (1, [Event.WOMENS_CENTRE])
    assert [womens_services.has_place(row, day) for day in (10, 220, 221)] == [True, True, False]


def test_custody_ends_a_place_and_the_next_release_may_bring_one(params: Any) -> None:
    row = someone(number_with((P.WOMENS_CENTRE, 0, 0.3, 0.5)), sex=WOMAN, womens_centre_until=221, in_womens_centre=1)
    custody.enter(row, params, 60, 60 * DAY, 14)
    assert not womens_services.has_place(row, 70)
    row["releases"], row["coverage"] = 2, offered(womens_centre=0.5)
    womens_services.look_for_place(row, params, 80, 80 * DAY)
    assert row["womens_centre_until"] == 80 + 183 + 28


def test_a_place_ends_with_the_money(params: Any) -> None:
    number = number_with((P.WOMENS_CENTRE, 0, 0.3, 0.5))
    for share, until in ((0.5, 221), (0.3, 128), (0.0, 128)):  # she keeps it while she is within what is left
        row = someone(number, sex=WOMAN, womens_centre_until=221)
        assert womens_services.fewer_places(row, params, np.array(offered(womens_centre=share)), 100) == (share < 0.5)
        assert row["womens_centre_until"] == until
    none = someone(number, sex=WOMAN)
    assert (
        not womens_services.fewer_places(none, params, np.array(offered()), 100)
        and none["womens_centre_until"] == NEVER
    )


def test_a_place_given_by_need_ends_where_her_score_is_no_longer_among_the_highest(params: Any) -> None:
    number = number_with((P.WOMENS_CENTRE, 0, 0.3, 0.5))
    for share, until in ((0.5, 221), (0.4, 128)):  # 0.38 of women stand above her, 0.1 beside her: 1 and 0.2
        row = someone(number, sex=WOMAN, womens_centre_until=221)
        row["seen_above"][need_seen.WOMEN], row["seen_equal"][need_seen.WOMEN] = 0.38, 0.1
        womens_services.fewer_places(row, params, np.array(offered(womens_centre_by_need=share)), 100)
        assert row["womens_centre_until"] == until


def test_longer_places_and_a_longer_run_out_last_longer() -> None:
    ends = []
    for days, runout in ((60.0, 7.0), (60.0, 120.0), (365.0, 120.0)):
        row = someone(sex=WOMAN, coverage=offered(womens_centre=1.0))
        params = params_of(women__centre_days=days, support__runout_days=runout)
        womens_services.look_for_place(row, params, 0, 0)
        ends.append(int(row["womens_centre_until"]))
    assert ends == [67, 180, 485]


def test_drop_out_is_as_usual_from_the_end_of_a_place_on(params: Any) -> None:
    row = someone(sex=WOMAN, treatment=IN_TREATMENT, treatment_start=20, womens_centre_until=40)
    care.update(row, params, 39)
    for day, ratio in ((39, 0.85), (40, 1.0)):
        care.at_dawn(row, params, day)
        assert row["care_ratio"] == pytest.approx(ratio)


def test_a_place_gives_back_what_a_mixed_service_takes(params: Any) -> None:
    abused = someone(sex=WOMAN, abuse=1, journey_minutes=30.0)
    abused["attendance_traits"] = attendance.person_traits(abused, params)
    mixed = attendance.common_terms(abused, params, 10)
    abused["womens_centre_until"] = 11
    assert attendance.common_terms(abused, params, 10) == pytest.approx(mixed - log(0.85))
    assert attendance.common_terms(abused, params, 11) == pytest.approx(mixed)  # the place has ended
    # With the place she keeps appointments as any woman who has not been abused.
    other = someone(sex=WOMAN, journey_minutes=30.0)
    other["attendance_traits"] = attendance.person_traits(other, params)
    assert attendance.common_terms(other, params, 10) == pytest.approx(mixed - log(0.85))
    other["womens_centre_until"] = 11
    assert attendance.settings_term(other, params, 10) == 0.0  # nothing to give back


def test_drop_out_and_reoffending_with_a_place(params: Any) -> None:
    row = someone(sex=WOMAN, treatment=IN_TREATMENT, treatment_start=0, womens_centre_until=90)
    care.update(row, params, 5)
    assert treatment.dropout_hazard(row, params, 10) == pytest.approx(0.85 * 0.0055)
    for sentence, base in ((0, 0.00265), (LONGER, 0.00070)):
        away = someone(sex=WOMAN, sentence=sentence)
        there = someone(sex=WOMAN, sentence=sentence, womens_centre_until=90)
        assert reoffending.hazard(away, params, 5) == pytest.approx(base)
        assert reoffending.hazard(there, params, 89) == pytest.approx(0.88 * base)
        assert reoffending.hazard(there, params, 90) == pytest.approx(base)
    # Beside the causal ratios of sleeping rough and of treatment.
    row = someone(sex=WOMAN, sentence=LONGER, housing=ROUGH, treatment=IN_TREATMENT, womens_centre_until=90)
    assert reoffending.hazard(row, params, 5) == pytest.approx(0.88 * 0.00070 * (2.77 * 0.59) ** 0.30)


# Residential places


@pytest.mark.parametrize("episode", [1, 2])
def test_a_mother_takes_a_mixed_place_with_one_half(params: Any, episode: int) -> None:
    takes = []
    for number in range(1, 60):
        mother, other = someone(number, sex=WOMAN, children=1), someone(number, sex=WOMAN)
        takes.append(womens_services.takes_mixed_place(mother, params, episode))
        assert takes[-1] == (draw_of(mother, P.TAKES_MIXED_PLACE, episode) < 0.5)
        assert womens_services.takes_mixed_place(other, params, episode)
    assert 0 < sum(takes) < len(takes)


def wanting(number: int = 1, **fields: Any) -> Any:
    """A woman in community treatment who wants a residential place."""
    start = {"treatment": IN_TREATMENT, "episodes": 1, "wants_residential": 1, "service": BOTH}
    return someone(number, **(start | {"sex": WOMAN} | fields))


REFUSES = (P.TAKES_MIXED_PLACE, 1, 0.5, 1.0)


@pytest.mark.parametrize(
    ("fields", "lists"),
    [
        ({}, (WOMENS_REHAB_SERVICE, REHAB_SERVICE)),  # every place that she would take
        ({"children": 1}, (WOMENS_REHAB_SERVICE,)),  # they take children, and she would not leave hers
        ({"service": MIXED}, (REHAB_SERVICE,)),
        ({"service": MIXED, "children": 1}, ()),
        ({"sex": MAN}, (REHAB_SERVICE,)),  # women alone stand in the list of places for women
        ({"need": STIMULANT}, (WOMENS_REHAB_SERVICE, REHAB_SERVICE)),
        (
            {"need": ALCOHOL, "service": per_service_type(-1, {DETOX_SERVICE: 7, WOMENS_REHAB_SERVICE: 6})},
            (DETOX_SERVICE,),
        ),
    ],
)
def test_in_which_lists_somebody_stands(params: Any, fields: dict[str, Any], lists: tuple[int, ...]) -> None:
    row = wanting(number_with(REFUSES), **fields)
    residential.at_night(row, params)
    assert row["joins"].tolist() == per_service_type(0, dict.fromkeys(lists, 1))


def test_a_mother_who_would_take_a_mixed_place_stands_in_both_lists(params: Any) -> None:
    row = wanting(number_with((P.TAKES_MIXED_PLACE, 1, 0.0, 0.5)), children=1)
    residential.at_night(row, params)
    assert row["joins"].tolist() == per_service_type(0, {WOMENS_REHAB_SERVICE: 1, REHAB_SERVICE: 1})


def test_whoever_waits_for_a_mixed_place_keeps_the_place_in_the_list(params: Any) -> None:
    # A list for women opens while she waits: she joins it and stays where she stands.
    row = wanting(key=per_service_type(0, {REHAB_SERVICE: 99}))
    residential.at_night(row, params)
    joined = per_service_type(0, {WOMENS_REHAB_SERVICE: 1})
    assert (row["joins"].tolist(), row["leaves"].tolist()) == (joined, per_service_type(0, {}))
    row["treatment"] = 0
    residential.at_night(row, params)
    both = per_service_type(0, {REHAB_SERVICE: 1, WOMENS_REHAB_SERVICE: 1})
    assert (row["joins"].tolist(), row["leaves"].tolist()) == (per_service_type(0, {}), both)


@pytest.mark.parametrize(
    ("held", "waits", "kind"),
    [
        ((WOMENS_REHAB_SERVICE, REHAB_SERVICE), (), WOMENS_REHAB_SERVICE),  # both offered on one night
        ((REHAB_SERVICE,), (WOMENS_REHAB_SERVICE,), REHAB_SERVICE),
        ((WOMENS_REHAB_SERVICE,), (REHAB_SERVICE,), WOMENS_REHAB_SERVICE),
    ],
)
def test_who_moves_in_gives_up_the_other_list(
    params: Any, held: tuple[int, ...], waits: tuple[int, ...], kind: int
) -> None:
    row = wanting(
        worker=per_service_type(-1, dict.fromkeys(held, 2)), key=per_service_type(0, dict.fromkeys(waits, 99)),
        bed_day=30, settled_at=30 * DAY,
    )  # fmt: skip
    residential.at_dawn(row, params, 30)
    assert (row["status"], residential.service_type_held(row)) == (RESIDENTIAL, kind)
    other = REHAB_SERVICE if kind == WOMENS_REHAB_SERVICE else WOMENS_REHAB_SERVICE
    assert row["leaves"].tolist() == per_service_type(0, {other: 1})
    residential.at_night(row, params)  # and joins neither while she is there
    assert row["joins"].tolist() == per_service_type(0, {})
    assert row["leaves"].tolist() == per_service_type(0, {other: 1})


def test_early_ends_in_places_for_women(params: Any) -> None:
    # 1 - 0.75^0.85 = 0.2169 end early instead of 0.25; as many days, as many of them in the first three weeks.
    assert params["residential_early_end"].tolist() == pytest.approx([0.25, 0.23, 0.2169], abs=5e-5)
    assert params["residential_early_end"][2] == pytest.approx(1.0 - 0.75**0.85)
    assert params["residential_days"].tolist() == [84, 10, 84]
    assert params["residential_early_share"][2] == params["residential_early_share"][0]
    unfitted = params_of(trauma__fitted_dropout_hr=1.0)
    assert unfitted["residential_early_end"][2] == pytest.approx(0.25)


def test_a_stay_in_a_place_for_women(params: Any) -> None:
    between = number_with((P.RESIDENTIAL_ENDS_EARLY, 0, 0.2170, 0.25))  # ends early in a mixed house alone
    for service_type, ends_early in ((WOMENS_REHAB_SERVICE, 0), (REHAB_SERVICE, 1)):
        held = per_service_type(-1, {service_type: 2, TREATMENT_SERVICE: 1})
        row = wanting(between, worker=held, bed_day=30, settled_at=30 * DAY)
        residential.at_dawn(row, params, 30)
        assert (row["status"], row["ends_early"]) == (RESIDENTIAL, ends_early)
        residential.leave(row, params, int(row["residential_until"]), int(row["residential_until"]) * DAY)
        left = {service_type: 1, TREATMENT_SERVICE: 1} if ends_early else {service_type: 1}
        assert (row["status"], row["leaves"].tolist()) == (COMMUNITY, per_service_type(0, left))


# Children


@pytest.mark.parametrize(
    ("roof", "without", "with_children"),
    [
        (TEMPORARY, 0.0078, 1.2 * 0.0078),
        (CAS3, 0.0078, 1.2 * 0.0078),
        (ROUGH, 0.036, 0.036),
        (SUPPORTED, 0.0027, 0.0027),
        (SETTLED, 0.0, 0.0),
    ],
)
def test_children_are_a_reason_to_settle(params: Any, roof: int, without: float, with_children: float) -> None:
    for children, hazard in ((0, without), (1, with_children)):
        row = someone(sex=WOMAN, housing=roof, children=children)
        assert housing.up_hazard(row, params, 5) == pytest.approx(hazard)
    losing = [housing.down_hazard(someone(housing=roof, children=children), params, 90) for children in (0, 1)]
    assert losing[0] == losing[1]


# Switched off, and shares that grow


def test_switched_off_it_does_nothing() -> None:
    off = params_without(womens_services)
    row = wanting(number_with(REFUSES, (P.WOMENS_CENTRE, 0, 0.0, 0.5)), children=1, coverage=offered(womens_centre=1.0))
    before = row.copy()
    womens_services.look_for_place(row, off, 5, 0)
    assert differences(before, row) == set()
    assert womens_services.takes_mixed_place(row, off, 1)
    row["housing"] = TEMPORARY
    assert housing.up_hazard(row, off, 5) == pytest.approx(0.0078)


@STEADY
@given(st.integers(1, 5000), st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_never_takes_a_place_away(number: int, one: float, other: float) -> None:
    less, more = (someone(number, sex=WOMAN, coverage=offered(womens_centre=share)) for share in sorted((one, other)))
    for row in (less, more):
        womens_services.look_for_place(row, PARAMS, 5, 0)
    assert more["in_womens_centre"] >= less["in_womens_centre"]


@STEADY
@given(st.floats(0, 1), st.floats(0.3, 1.5))
def test_early_ends_are_a_probability_and_move_with_the_ratio(early: float, ratio: float) -> None:
    params = params_of(treatment__rehab_early_end=early, trauma__fitted_dropout_hr=ratio)
    fitted = float(params["residential_early_end"][2])
    assert 0.0 <= fitted <= 1.0
    assert fitted <= early + 1e-12 if ratio <= 1.0 else fitted >= early - 1e-12
