"""Targets and eras: bad tables are refused by file, row and name, and nothing counted is a target twice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sim.core.errors import InputError
from sim.evidence import load_parameters, load_sources, load_targets
from sim.evidence.eras import ERAS, load_eras
from sim.evidence.load import KEYS
from sim.evidence.targets import BINOMIAL, FIGURES, INTERVAL_KINDS, LIKELIHOODS, POISSON, ROLES, Target
from sim.experiment import tally, tally_lives, validation

TABLE = load_parameters()
# The sources of GOOD and OTHER are cited by no parameter; marsden_4wk_ost is.
GOOD = {
    "name": "recalls_per_release", "measure": "m", "unit": "share", "value": "0.5", "low": "0.4", "high": "0.6",
    "interval_kind": "confidence", "likelihood": "normal", "role": "check", "era": "since_2021",
    "source": "recalled_9m_omic",
}  # fmt: skip
OTHER = {**GOOD, "name": "reoffended_all", "source": "nfod_six_months_mean"}
COUNT = {**GOOD, "likelihood": "binomial", "events": "6", "exposed": "12"}


def table(folder: Path, *rows: dict[str, str], kind: str = "targets") -> Path:
    columns, file = tuple(KEYS[kind]), folder / f"{kind}.csv"
    lines = [",".join(columns), *(",".join(row.get(column, "") for column in columns) for row in rows)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def read(folder: Path, *rows: dict[str, str]) -> dict[str, Target]:
    return dict(load_targets(table(folder, *rows), parameters=TABLE))


def test_good_rows_are_read(tmp_path: Path) -> None:
    rows = read(tmp_path, OTHER, COUNT)
    assert rows["recalls_per_release"].events == 6 and rows["recalls_per_release"].exposed == 12.0
    assert rows["reoffended_all"].events is None
    assert rows["reoffended_all"].counted == ("nfod_six_months_mean",)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"source": "recalled_9m_omik"}, "is not a source; .*did you mean 'recalled_9m_omic'"),
        ({"name": "reoffended_all"}, "is there twice"),
        ({"name": "recalls_per_relese"}, "did you mean 'recalls_per_release'"),
        ({"value": "0.7"}, "outside low to high"),
        ({"value": "nan"}, "not a finite number"),
        ({"unit": ""}, "unit: the cell is empty"),
        ({"role": "chek"}, "role: 'chek' is not one of the words for 'role'; allowed: fit, .*did you mean 'check'"),
        ({"era": "since_2012"}, "'since_2012' is not a known era; .*did you mean 'since_2021'"),
        ({"likelihood": "poison"}, "'poison' is not one of the words for 'likelihood'; .*did you mean 'poisson'"),
        ({"interval_kind": "jugded"}, "'jugded' is not one of the words for 'interval_kind'; .*did you mean 'judged'"),
        ({"interval_kind": "none"}, "interval_kind none does not go with low and high"),
        ({"low": "", "high": ""}, "interval_kind confidence does not go with"),
        ({"high": ""}, "does not go with low and high"),
        ({"likelihood": "lognormal", "low": "0"}, "low 0 has no logarithm"),
        ({"events": "3", "exposed": "6"}, "likelihood normal takes no counts"),
        ({"likelihood": "binomial"}, "likelihood binomial needs counts"),
        ({"likelihood": "poisson", "events": "3", "exposed": "0"}, "likelihood poisson needs counts"),
        ({"likelihood": "binomial", "events": "7", "exposed": "6"}, "7 events are more than the 6 exposed"),
        ({"likelihood": "binomial", "events": "2", "exposed": "6"}, "value 0.5 is not 2 of 6; allowed: 0.3333"),
        ({"likelihood": "binomial", "events": "2.5", "exposed": "5"}, "2.5 is not a whole number"),
        ({"source": "marsden_4wk_ost"}, "is a check, but '[a-z.]+_[a-z_]+' cites its source 'marsden_4wk_ost'"),
        ({"source": "nfod_six_months_mean"}, "is a target twice; it is that of 'reoffended_all' in line 2"),
        ({"unit": "proportion", "value": "1.2", "high": "1.3"}, "value 1.2 is not possible in the unit 'proportion'"),
        ({"unit": "proportion", "high": "1.3"}, "high 1.3 is not possible in the unit 'proportion'; allowed: 0 to 1"),
        ({"unit": "rate ratio", "low": "-1"}, "low -1 is not possible in the unit 'rate ratio'; allowed: above 0"),
        ({"unit": "per cent"}, "'per cent' is not a unit"),
        ({"implied": "1.4"}, "implied 1.4 is not possible in the unit 'share'"),
        ({"value": "0.3"}, "value 0.3 is outside low to high; allowed: 0.4 to 0.6"),
        ({"value": "0.6"}, "value 0.6 stands on an end of its interval of 95%"),
        ({"low": "0.5", "high": "0.5", "interval_kind": "judged"}, "low 0.5 is not below high 0.5"),
        ({"likelihood": "lognormal", "value": "0", "low": "", "high": "", "interval_kind": "none"}, "has no logarithm"),
        ({"role": "chek"}, ":3:recalls_per_release:role: 'chek' is not one of the words"),
        ({"era": "since_2012"}, ":3:recalls_per_release:era: 'since_2012' is not a known era"),
        ({"counted": "nfod_six_months_mean"}, "'nfod_six_months_mean' is counted twice; it is counted by 'reoff"),
    ],
)
def test_a_broken_target_is_refused(tmp_path: Path, change: dict[str, str], words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        read(tmp_path, OTHER, {**GOOD, **change})
    place = f"{tmp_path / 'targets.csv'}:3:"
    assert str(caught.value).startswith(place)
    column = str(caught.value).removeprefix(place).split(": ")[0].split(":")[-1]
    assert column in KEYS["targets"], "the column is named"
    assert "\n" not in str(caught.value)


def test_a_figure_that_a_parameter_rests_on_may_be_fitted(tmp_path: Path) -> None:
    assert read(tmp_path, {**GOOD, "source": "marsden_or_entry", "role": "fit"})


def test_a_ratio_of_two_targets_counts_again_as_a_check_only(tmp_path: Path) -> None:
    ratio = {**GOOD, "unit": "rate ratio", "counted": "nfod_six_months_mean"}
    assert len(read(tmp_path, OTHER, ratio)) == 2
    with pytest.raises(InputError, match="is counted twice"):
        read(tmp_path, OTHER, {**ratio, "role": "fit"})


def test_deaths_of_the_shipped_table_are_counted_once() -> None:
    """Marsden's 160 deaths: 6 and 18 in four weeks, 136 later."""
    targets = load_targets()
    deaths = {name: target.events for name, target in targets.items() if target.likelihood in (BINOMIAL, POISSON)}
    assert deaths == {
        "deaths_28_days_ost": 6, "deaths_28_days_no_ost": 18, "deaths_29_365_days_opiate": 136, "deaths_2_days": 13,
        "drug_deaths_14_days": 36,
    }  # fmt: skip
    counted = [cell for target in targets.values() for cell in target.counted]
    assert len(counted) == len(set(counted)) == len(targets)


DEATHS = {
    **GOOD, "name": "deaths_28_days_ost", "role": "fit", "source": "marsden_4wk_ost", "interval_kind": "none",
    "low": "", "high": "", "counted": '"marsden deaths, days 0 to 27, on OST"',
}  # fmt: skip
YEAR = {**DEATHS, "name": "deaths_29_365_days_opiate", "source": "marsden_yr_deaths"}


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("", "counted is empty in a row of deaths with role fit; allowed: 'COHORT deaths, days FIRST to LAST'"),
        ("all that died", "counted says 'all that died' of a row of deaths with role fit"),
        ("marsden deaths, days 27 to 0", "counted says 'marsden deaths, days 27 to 0' of a row of deaths"),
        ("marsden deaths, days 0 to 365", "days 0 to 365' is counted twice; it is counted by 'deaths_28_days_ost' in"),
        ("another deaths, days 27 to 365", "is counted twice"),
        ("marsden drug deaths, days 0 to 27, On OST", "is counted twice"),
    ],
)
def test_one_death_is_counted_once(tmp_path: Path, label: str, words: str) -> None:
    """Deaths of a year beside those of its first weeks, whatever the label calls them."""
    with pytest.raises(InputError, match=words) as caught:
        read(tmp_path, DEATHS, {**YEAR, "counted": f'"{label}"'})
    assert str(caught.value).startswith(f"{tmp_path / 'targets.csv'}:3:deaths_29_365_days_opiate:counted: ")


@pytest.mark.parametrize("label", ["marsden deaths, days 28 to 365", "marsden deaths, days 0 to 27, without OST"])
def test_deaths_of_other_days_or_of_other_people_are_others(tmp_path: Path, label: str) -> None:
    assert len(read(tmp_path, DEATHS, {**YEAR, "counted": f'"{label}"'})) == 2


def test_deaths_of_another_publication_are_others(tmp_path: Path) -> None:
    other = {**YEAR, "source": "merrall_uk_rr", "counted": '"merrall drug deaths, days 0 to 83"'}
    assert len(read(tmp_path, DEATHS, other)) == 2
    with pytest.raises(InputError, match="is counted twice"):
        read(tmp_path, DEATHS, {**other, "counted": '"marsden deaths, days 0 to 83"'})


def test_one_figure_under_two_identifiers_is_used_once(tmp_path: Path) -> None:
    sources = dict(load_sources())
    sources["again"] = replace(sources["recalled_9m_omic"], id="again", note="copied")
    rows = table(tmp_path, GOOD, {**OTHER, "source": "again"})
    with pytest.raises(InputError, match="source 'again' is a target twice; it is that of 'recalls_per_release'"):
        load_targets(rows, parameters=TABLE, sources=sources)


def test_a_missing_target_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        load_targets(tmp_path / "none.csv")


def test_targets_are_figures_that_the_model_gives() -> None:
    source = "".join(Path(module.__file__).read_text(encoding="utf-8") for module in (tally, tally_lives, validation))
    assert [name for name in FIGURES if f'"{name}"' not in source] == []
    assert set(load_targets()) == set(FIGURES)


def test_words_of_the_table_are_those_that_the_reader_knows() -> None:
    keys = KEYS["targets"]
    declared = tuple(keys[name].choices for name in ("role", "likelihood", "interval_kind"))
    assert declared == (ROLES, LIKELIHOODS, INTERVAL_KINDS)


ERA = {"name": "to_2014", "title": "t", "settings": "overdose.naloxone_held = 0", "meaning": "m"}


def test_an_era_sets_rows_and_leaves_all_others(tmp_path: Path) -> None:
    era = load_eras(TABLE, table(tmp_path, ERA, kind="eras"))["to_2014"]
    changed = era.of(TABLE)
    assert changed.reference()["overdose.naloxone_held"] == 0.0
    assert {name for name in TABLE if changed[name].value != TABLE[name].value} == {"overdose.naloxone_held"}
    assert era.settings_in_words == "reference values but overdose.naloxone_held = 0"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": "first"}, "'first' is there twice"),
        ({"title": ""}, "title: the cell is empty"),
        ({"settings": "overdose.naloxone_hold = 0"}, "is not a parameter; .*did you mean 'overdose.naloxone_held'"),
        ({"settings": "overdose.naloxone_held"}, "sets no number"),
        ({"settings": "overdose.naloxone_held = inf"}, "sets no number"),
        ({"settings": "overdose.naloxone_held = ٣"}, "sets no number"),
        ({"settings": "appointment.retry_days = 5e-324"}, "sets no number"),
        ({"settings": "overdose.naloxone_held = 2"}, "2 is not possible for 'overdose.naloxone_held'"),
        (
            {"settings": "service.contacts_per_worker_day = 0"},
            ":3:to_2014:settings: 0 is not possible for 'service.contacts_per_worker_day'; allowed: above 0",
        ),
        ({"settings": "appointment.base_attendance = 1"}, "for 'appointment.base_attendance'; allowed: below 1"),
        ({"settings": "appointment.retry_days = 0"}, "'appointment.retry_days'; allowed: above 0, as .* is lognormal"),
        ({"settings": "overdose.witnessed = 1; overdose.witnessed = 0"}, "is set twice in 'to_2014'"),
    ],
)
def test_a_broken_era_is_refused(tmp_path: Path, change: dict[str, str], words: str) -> None:
    file = table(tmp_path, {**ERA, "name": "first"}, {**ERA, **change}, kind="eras")
    with pytest.raises(InputError, match=words) as caught:
        load_eras(TABLE, file)
    assert str(caught.value).startswith(f"{file}:3:")


def test_a_table_of_a_heading_alone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"eras\.csv: the table holds no row; allowed: a row for each name"):
        load_eras(TABLE, table(tmp_path, kind="eras"))


def test_every_shipped_era_tells_level_law_kits_and_ost() -> None:
    eras = load_eras(TABLE, ERAS)
    assert set(eras) == {target.era for target in load_targets().values()}
    for era in eras.values():
        assert all(word in era.meaning.lower() for word in ("level", "recall law", "kits", "ost")), era.name
