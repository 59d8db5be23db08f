"""The lever table: what it says of levers known by heart, and one clear message for every mistake in it."""

from __future__ import annotations

import csv
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

import pytest

from sim.area import Area
from sim.core.errors import InputError
from sim.evidence import ParameterTable
from sim.population.coverage import COVERAGE
from sim.scenario import LEVERS
from sim.scenario.delivery.standing import STANDING
from sim.scenario.levers.eligibility import ELIGIBLE, PER_UNIT
from sim.scenario.levers.lever import GROUPS, PAYERS, PRISON_COVERAGE, Share
from sim.scenario.levers.load import COLUMNS, TABLE, load_levers

Changed = Callable[..., Path]


def test_levers_known_by_heart() -> None:
    meetings, training, beds = LEVERS["joint_case_meetings"], LEVERS["trauma_training"], LEVERS["cas3_beds"]
    assert meetings.share == Share("joint_cases", "home", "councils", "councils", "one", whole_councils=True)
    assert (meetings.cost_parameter, meetings.cost_divisor, meetings.payers) == (
        "cost.keyworker_year", 4.0, ("hmpps", "council"),
    )  # fmt: skip
    assert meetings.themes == ("T11", "T16")
    assert training.cost_factors == ("lever.trauma_refresh_days",)
    assert (training.once_parameter, training.leaves_parameter) == ("lever.trauma_training_days", "trust.worker_leaves")
    assert (beds.share, beds.takes, beds.minimum_units, beds.cost_multiplier) == (None, (), 6.0, 365.0)
    assert LEVERS["ost_at_release"].overhead_share == 0.25
    assert LEVERS["bus_trips"].options == {"when": ("evening", "sunday", "daytime")}
    assert LEVERS["keyworkers"].options == {"for": ("people_leaving_prison", "everybody")}
    assert LEVERS["keyworkers"].defaults == {"for": "people_leaving_prison"}
    assert LEVERS["keyworkers"].options_needed == () and LEVERS["bus_trips"].options_needed == ("when",)
    assert LEVERS["lgbtq_practitioner"].beside == {"sexual_health": "sexual_health_lgbtq"}
    assert LEVERS["womens_centre"].beside == {"": "womens_centre"}
    assert [name for name, lever in LEVERS.items() if lever.can_be_cut] == list(STANDING)


def test_everything_declared_is_used_by_some_lever() -> None:
    shares = [lever.share for lever in LEVERS.values() if lever.share]
    assert {lever.group for lever in LEVERS.values()} == set(GROUPS)
    assert {payer for lever in LEVERS.values() for payer in lever.payers} == set(PAYERS)
    assert {(share.axis, share.eligible) for share in shares} == {
        (axis, rule) for axis, rules in ELIGIBLE.items() for rule in rules
    }
    assert {share.per_unit for share in shares} == set(PER_UNIT)


def test_levers_of_a_group_stand_together() -> None:
    assert tuple(group for group, _ in groupby(lever.group for lever in LEVERS.values())) == GROUPS


def test_no_price_reaches_nothing(table: ParameterTable) -> None:
    """Money is divided by the price of a unit."""
    for lever in LEVERS.values():
        low = {name: table[name].low for name in lever.parameters}
        assert lever.unit_cost(low) > 0.0, lever.name


def test_kinds_of_service_beside_a_lever_are_known_to_the_area(area: Area) -> None:
    assert {kind for lever in LEVERS.values() for kind in lever.beside.values()} <= set(area.kinds)


@pytest.fixture
def changed(tmp_path: Path) -> Changed:
    """Writes the shipped table with some cells of one lever changed, and gives the file and the lever's line."""

    def write(lever: str, **cells: str) -> tuple[Path, int]:
        with TABLE.open(encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle))
        line = 2 + next(n for n, row in enumerate(rows) if row["name"] == lever)
        rows[line - 2].update(cells)
        file = tmp_path / "levers.csv"
        with file.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
        return file, line

    return write


@pytest.mark.parametrize(
    ("lever", "column", "text", "problem", "nearest"),
    [
        ("lifts", "cost_parameter", "cost.lifts", "'cost.lifts' is not a row of the evidence tables", "cost.lift"),
        ("lifts", "cost_parameter", "cost.lift; cost.demand_bus_trip", "2 rows are named", None),
        ("lifts", "effect_parameters", "journey", "'journey' is not a row of the evidence tables", None),
        ("lifts", "payers", "transports; council", "'transports' is not a payer", "transport"),
        ("lifts", "payers", "council; council", "'council' stands twice", None),
        ("lifts", "group", "way", "'way' is not a group", "ways"),
        ("lifts", "themes", "14", "'14' is not possible here", None),
        ("lifts", "name", "Lifts", "'Lifts' is not possible here", None),
        ("lifts", "name", "demand_bus", "'demand_bus' is there twice", None),
        ("lifts", "takes", "place", "'place' is not something that a purchase can name", "places"),
        ("lifts", "ramps", "true", "'true' is not yes or no", None),
        ("lifts", "minimum_units", "0", "0 is not possible", None),
        ("lifts", "minimum_units", "1e300", "1e300 is not possible", None),
        ("lifts", "cost_divisor", "5e-324", "5e-324 is too near 0 to mean anything", None),
        ("lifts", "title", "Lifts\nhome", "'Lifts\nhome' runs over several lines", None),
        ("lifts", "unit", "trip" * 40, "holds 160 letters", None),
        ("lifts", "minimum_units", "many", "'many' is not a number", None),
        ("lifts", "minimum_per", "links", "'links' is not what a smallest purchase is reckoned for", "link"),
        ("lifts", "minimum_per", "link", "the lever takes no links", None),
        ("lifts", "coverage", "lifft", "'lifft' is not a coverage by home", "lift"),
        ("lifts", "coverage", "", "a value stands here without a coverage", None),
        ("lifts", "axis", "house", "'house' is not an axis", "home"),
        ("lifts", "axis", "", "the cell is empty", None),
        ("lifts", "eligible", "keyworkers", "'keyworkers' is not a rule of who is eligible by home", None),
        ("lifts", "per_unit", "half_visit", "'half_visit' is not a rule of how many a unit reaches", "half_a_visit"),
        ("lifts", "leaves_out", "", "the cell is empty", None),
        ("lgbtq_practitioner", "coverage", "at_{site}", "'site' is not an option of the lever", None),
        ("lgbtq_practitioner", "options", "setting: hub", "'sexual_health' is not a word of the lever's options", None),
        ("lgbtq_practitioner", "options", "setting", "'setting' is not an option", None),
        ("lgbtq_practitioner", "beside", "clinic: probation", "'clinic' is not a word of the lever's options", None),
        ("womens_centre", "beside", "abc", "'abc' is not a kind of service of an area", None),
        ("womens_centre", "beside", "womens_center", "'womens_center' is not a kind of service", "womens_centre"),
        ("bus_trips", "options", "when: evening, noon", "'noon' is not a word for 'when' whose days are known", None),
        ("keyworkers", "defaults", "fro: everybody", "'fro' is not an option of the lever", "for"),
        ("keyworkers", "defaults", "for: everyone", "'everyone' is not a word of the option 'for'", "everybody"),
        ("keyworkers", "defaults", "for", "'' is not a word of the option 'for'", None),
        ("bus_trips", "options", "", "a trip on a link needs the option 'when'", None),
        ("inreach_meetings", "coverage", "lift", "'lift' is not a coverage by prison", None),
    ],
)  # fmt: skip
def test_each_mistake_is_named(
    changed: Changed, lever: str, column: str, text: str, problem: str, nearest: str | None
) -> None:
    file, line = changed(lever, **{column: text})
    with pytest.raises(InputError) as refused:
        load_levers(file)
    error = refused.value
    assert error.problem.startswith(problem)
    assert error.file == str(file)
    assert error.allowed
    if nearest is not None:
        assert error.nearest == nearest
    rows = file.read_text(encoding="utf-8").splitlines()
    of_name = [n for n, row in enumerate(rows, 1) if column == "name" and row.startswith(f"{text},")]
    assert error.line == max(of_name, default=line)  # of two, the second


def test_an_unknown_column_is_named(tmp_path: Path) -> None:
    file = tmp_path / "levers.csv"
    file.write_text(TABLE.read_text(encoding="utf-8").replace("eligible_words", "eligibel_words", 1), encoding="utf-8")
    with pytest.raises(InputError, match=r"levers.csv:1: 'eligibel_words' is not a column.*mean 'eligible_words'"):
        load_levers(file)


def test_a_coverage_has_one_name_for_each_word_of_an_option() -> None:
    lever = LEVERS["lgbtq_practitioner"]
    assert lever.share is not None
    assert lever.share.names(lever.options) == ("lgbtq_practitioner_at_hub", "lgbtq_practitioner_at_sexual_health")
    assert set(lever.share.names(lever.options)) <= set(COVERAGE) - set(PRISON_COVERAGE)


@pytest.mark.parametrize(
    ("lever", "cells", "message"),
    [
        ("navigators", {"cost_parameter": "navigator.attendance_or"}, "'navigator.attendance_or' is not a price"),
        ("navigators", {"overhead_share": "0.5"}, "overhead_parameter: an overhead has a price row and a share of it"),
        ("trauma_training", {"leaves_parameter": ""}, "leaves_parameter: what is bought once needs one row of each"),
        ("trauma_training", {"cost_factors": ""}, "cost_factors: what is bought once needs one row of each"),
        ("navigators", {"takes": ""}, "takes: a purchase must say where, and can name nothing"),
    ],
)
def test_a_row_that_could_not_be_bought_is_refused(
    changed: Changed, lever: str, cells: dict[str, str], message: str
) -> None:
    file, line = changed(lever, **cells)
    with pytest.raises(InputError) as error:
        load_levers(file)
    assert message in str(error.value) and f":{line}:" in str(error.value)


def test_a_table_without_levers_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "levers.csv"
    file.write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="the table holds no lever"):
        load_levers(file)
