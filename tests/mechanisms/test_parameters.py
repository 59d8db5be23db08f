"""The run's numbers: declared once, doing nothing where a mechanism is off, finite and in range under any draw."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import get_type_hints

import numpy as np
import pytest
from by_hand import FARE_SHARE, JOURNEY_TERM, MEETING_SHARE, margins, stated_draw

from sim.core.days import NEVER
from sim.core.records import DAY_OF_RUN, Cells, Floats
from sim.evidence import load_parameters
from sim.evidence.draws import Draw
from sim.mechanisms import parameters as run_numbers
from sim.mechanisms.hubs import LONGEST_LEAD, OPEN_DAYS
from sim.mechanisms.parameters import MECHANISM_NAMES, MECHANISMS, NUMBERS, PARAMS, Params, derive_params
from sim.mechanisms.quantities import DAYS, EXPONENT, HAZARD, LOG_ODDS, PROBABILITY, RATIO, SWITCH, YEARS
from sim.outcomes.measures import MEASURE_NAMES
from sim.population.margins import margins_of
from sim.scenario.reading import switches

BY_NAME = dict(zip(MECHANISM_NAMES, MECHANISMS, strict=True))
DRAWS = 200


@pytest.fixture(scope="module")
def draws() -> list[Draw]:
    return load_parameters().sample(11, DRAWS)


def test_switches_name_every_mechanism_and_nothing_else() -> None:
    assert set(switches.MECHANISMS) == set(MECHANISM_NAMES)
    assert (
        len(set(MECHANISM_NAMES)) == len(MECHANISM_NAMES) == len(set(switches.MECHANISMS)) == len(switches.MECHANISMS)
    )


def test_every_number_has_one_owner() -> None:
    names = [name for fields in NUMBERS.values() for name in fields]
    assert len(set(names)) == len(names)
    assert PARAMS.names == tuple(names)


def test_the_record_is_what_the_types_declare() -> None:
    assert tuple(NUMBERS) == MECHANISM_NAMES
    assert get_type_hints(Params).keys() == set(PARAMS.names or ())
    for name, hint in get_type_hints(Params).items():
        kind, shape = PARAMS[name].base.kind, PARAMS[name].shape
        assert hint in {("f", 0): (float,), ("i", 0): (int,), ("f", 1): (Cells[float],), ("i", 1): (Cells[int],)}.get(
            (kind, len(shape)), (Floats,)
        ), name


@pytest.mark.parametrize("name", MECHANISM_NAMES)
def test_what_is_derived_fits_what_is_declared(name: str) -> None:
    for draw in (stated_draw(), load_parameters().reference()):
        values = BY_NAME[name].numbers(draw, margins())
        assert {number: np.shape(value) for number, value in values.items()} == {
            number: field.shape for number, field in NUMBERS[name].items()
        }
        for number, field in NUMBERS[name].items():
            assert field.meaning and np.array_equal(np.asarray(values[number]).astype(field.kind), values[number])


@pytest.mark.parametrize("name", MECHANISM_NAMES)
def test_a_switch_sets_own_numbers_and_moves_a_declared_measure(name: str) -> None:
    mechanism = BY_NAME[name]
    assert mechanism.WHEN_OFF, "a mechanism that cannot be switched off"
    assert set(mechanism.WHEN_OFF) <= set(NUMBERS[name])
    assert mechanism.EXPECTED_TO_MOVE in MEASURE_NAMES
    assert (mechanism.__doc__ or "").strip()


@pytest.mark.parametrize("name", MECHANISM_NAMES)
def test_numbers_when_off_differ_from_the_reference(name: str) -> None:
    """Or else switching the mechanism off would change nothing."""
    usual, off = derive_params(stated_draw(), margins())[0], derive_params(stated_draw(), margins(), off=[name])[0]
    changed = {field for field in PARAMS.names or () if not np.array_equal(usual[field], off[field])}
    assert changed == set(BY_NAME[name].WHEN_OFF)
    for field, value in BY_NAME[name].WHEN_OFF.items():
        assert np.all(off[field] == np.broadcast_to(value, np.shape(off[field])))


def test_all_mechanisms_off_at_once() -> None:
    off = derive_params(stated_draw(), margins(), off=MECHANISM_NAMES)[0]
    for mechanism in MECHANISMS:
        for field, value in mechanism.WHEN_OFF.items():
            assert np.all(off[field] == value)


def test_a_mechanism_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no mechanism \\['weather'\\]"):
        derive_params(stated_draw(), margins(), off=["weather", "use"])


def test_a_number_that_is_not_finite_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"housing: settled_loss is not finite"):
        derive_params(stated_draw(housing__settled_loss=math.nan), margins())


def test_a_number_that_is_not_declared_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(BY_NAME["use"], "numbers", lambda draw, margins: {"use_start": (0.0, 0.0, 0.0)})
    with pytest.raises(ValueError, match=r"use declares .* and derives"):
        run_numbers.derive_params(stated_draw(), margins())


# Where a number may lie, by its unit.
Holds = Callable[[np.ndarray], np.ndarray]
RANGES: dict[str, Holds] = {
    PROBABILITY: lambda value: (value >= 0.0) & (value <= 1.0),
    SWITCH: lambda value: value == 1,
    "0-1": lambda value: (value > 0.0) & (value <= 1.0),
    HAZARD: lambda value: (value >= 0.0) & (value < 1.0),
    "1/worker-day": lambda value: (value >= 0.0) & (value < 1.0),
    RATIO: lambda value: (value > 0.0) & (value < 100.0),
    LOG_ODDS: lambda value: np.abs(value) < 12.0,
    EXPONENT: lambda value: (value >= 0.0) & (value < 4.0),
    YEARS: lambda value: (value >= 18.0) & (value < 100.0),
    DAYS: lambda value: (value >= 1) & (value < 2000),
    "appointments": lambda value: (value >= 1) & (value < 2000),
    "contacts": lambda value: (value > 0.0) & (value < 10.0),
    "1/open day": lambda value: (value > 0.0) & (value < 50.0),
    "working days": lambda value: (value > 0.0) & (value < 100.0),
    "people a post": lambda value: (value > 0.0) & (value < 2000.0),
    OPEN_DAYS: lambda value: (value > 0.0) & (value < LONGEST_LEAD),
    "weekday": lambda value: (value >= 0) & (value < 7),
    DAY_OF_RUN: lambda value: value == NEVER,  # unless a scenario says when
}
DAYS_AT_LEAST_NONE = {"first_payment_days", "delay_mean_beyond_1", "booked_delay"}


def range_of(name: str, unit: str) -> Holds:
    return (lambda value: (value >= 0.0) & (value < 200.0)) if name in DAYS_AT_LEAST_NONE else RANGES[unit]


UNITS = {name: field.unit for fields in NUMBERS.values() for name, field in fields.items()}


def test_every_unit_has_a_range() -> None:
    assert set(UNITS.values()) == set(RANGES)


def test_every_sampled_draw_gives_numbers_in_range(draws: list[Draw]) -> None:
    for draw in draws:
        params = derive_params(draw, margins_of(draw, JOURNEY_TERM, FARE_SHARE, MEETING_SHARE))[0]
        wrong = {
            name: params[name].tolist()
            for name, unit in UNITS.items()
            if not np.all(range_of(name, unit)(np.asarray(params[name])))
        }
        assert not wrong, f"draw {draw.index}: {wrong}"


def test_every_sampled_draw_keeps_the_order_of_states(draws: list[Draw]) -> None:
    """Whatever is drawn apart: a kit never makes an overdose more deadly, help never makes homelessness more likely."""
    for draw in draws:
        params = derive_params(draw, margins_of(draw, JOURNEY_TERM, FARE_SHARE, MEETING_SHARE))[0]
        assert 0.0 <= params["averted_by_kit"] <= params["fatality_no_kit"], draw.index
        assert params["homeless_supported"] <= 0.0 and params["homeless_exit_supported"] >= 1.0
        assert params["use_on_release_dosed"] <= params["use_on_release"][0]
        late_exits = params["dropout"][0, 2] + params["completion"][0]
        assert late_exits == pytest.approx(max(params["dropout"][1, 2], params["completion"][0]))
        assert params["depot_dropout"] <= 1.0
        kept, half, lost, on_ost = np.asarray(params["overdose_tolerance"])
        assert np.all(kept == 1.0) and half**2 == pytest.approx(lost)
        assert np.all(lost[:-1] >= lost[1:]) and lost[3] == 1.0
        assert np.all(on_ost <= lost) and np.all(on_ost >= 1.0)
        first, second, third, later = np.asarray(params["overdose_first_days"])
        assert first >= second >= third >= later == 1.0 or first <= second <= third <= later == 1.0
        assert params["standard_recall_days"][0] <= params["standard_recall_days"][1]
        assert params["residential_days"][1] <= params["residential_days"][0]
        assert params["hub_least_every"] <= params["hub_usual_every"] <= params["hub_most_every"]
