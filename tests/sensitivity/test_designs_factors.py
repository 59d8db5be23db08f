"""Factors are the uncertain rows, and every one stands in exactly one group by each grouping."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from sim.core.errors import InputError
from sim.evidence import load_parameters
from sim.scenario.levers import LEVERS
from sim.sensitivity.designs import LUCK, NO_THEME, factors_of, groups_of, make_design, themes, themes_of_rows
from sim.sensitivity.designs.factors import LUCK_FACTOR, is_uncertain

TABLE = load_parameters()
ALL = factors_of(TABLE)
THEME = dict(zip((factor.name for factor in ALL), groups_of(ALL, "theme") or (), strict=True))


def test_factors_are_the_uncertain_rows_in_table_order() -> None:
    assert [factor.name for factor in ALL] == [name for name, row in TABLE.rows.items() if is_uncertain(row)]
    assert len(ALL) > 200
    assert all(TABLE[factor.name].low < TABLE[factor.name].high for factor in ALL)
    assert all(factor.mechanism == TABLE[factor.name].mechanism for factor in ALL)


def test_some_factors_by_name_and_pattern_stay_in_table_order() -> None:
    some = factors_of(TABLE, ["use.ost_hr", "overdose.*_hr", "overdose.rough_hr"])
    names = [factor.name for factor in some]
    assert names == [name for name in TABLE if name in names]
    assert {"use.ost_hr", "overdose.rough_hr", "overdose.alcohol_hr"} <= set(names)
    assert not any(name.startswith("housing") for name in names)


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (["overdose.rough_hrr"], "matches no parameter.*did you mean 'overdose.rough_hr'"),
        (["nothing.*"], "'nothing.\\*' matches no parameter"),
        ([], "no parameter to vary"),
        ([next(name for name, row in TABLE.rows.items() if not is_uncertain(row))], "is fixed in the evidence tables"),
    ],
)
def test_unknown_and_fixed_rows_are_refused(wanted: list[str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        factors_of(TABLE, wanted)


def test_themes_are_those_of_the_document_in_its_order() -> None:
    assert [theme.code for theme in themes()] == [f"T{k}" for k in range(1, 19)]
    assert all(theme.mechanisms or theme.code == "T15" for theme in themes())
    assert all(theme.numbers for theme in themes())
    assert all(name in TABLE for theme in themes() for name in theme.numbers)
    assert themes()[1].title == "Relapse, overdose and death in the first weeks"


def test_the_first_rule_that_finds_a_theme_decides_and_the_first_theme_is_the_group() -> None:
    of_rows = themes_of_rows(TABLE)
    assert of_rows["agency.colocated_received_or"] == ("T11", "T13", "T16")  # named by three themes
    assert of_rows["overdose.ambulance"] == ("T2", "T17")  # by the file of its table
    assert THEME["appointment.retry_days"] == "T1"  # attendance.py reads most of that table
    assert THEME["trust.remote_step"] == "T5"
    assert THEME["cost.cas3_night"] == "T3"  # by the lever that reads it
    assert THEME["population.age_mean"] == THEME["need.alcohol"] == NO_THEME


def test_every_theme_and_every_lever_of_money_has_a_factor() -> None:
    assert set(THEME.values()) == {theme.code for theme in themes()} | {NO_THEME}
    assert all(THEME[lever.cost_parameter] != NO_THEME for lever in LEVERS.values() if lever.cost_parameter in THEME)


@pytest.mark.parametrize("grouping", ["mechanism", "theme", {"money": ["cost.*"], "rest": ["*"]}])
def test_every_factor_stands_in_one_group_and_luck_in_its_own(grouping: str | Mapping[str, Sequence[str]]) -> None:
    groups = groups_of((*ALL, LUCK_FACTOR), grouping)
    assert groups is not None
    assert len(groups) == len(ALL) + 1
    assert all(groups)
    assert groups.count(LUCK) == 1
    assert groups[-1] == LUCK
    design = make_design("sobol", ALL, samples=16, seed=1, groups=grouping)
    assert design.groups == groups
    assert design.moved[-1] == LUCK
    assert design.points == 16 * (len(set(groups)) + 2)


def test_factors_of_a_group_move_together() -> None:
    design = make_design("sobol", ALL, samples=16, seed=1, groups="mechanism")
    runs = design.uniforms.reshape(16, -1, len(design.factors))
    for j, name in enumerate(design.moved):
        own = [group == name for group in design.groups or ()]
        assert (runs[:, 1 + j][:, own] == runs[:, -1][:, own]).all()
        others = [not one for one in own]
        assert (runs[:, 1 + j][:, others] == runs[:, 0][:, others]).all()


@pytest.mark.parametrize(
    ("grouping", "words"),
    [
        ("themes", "'themes' is not a grouping.*did you mean 'theme'"),
        ({"a": ["overdose.*"], "b": ["overdose.rough_hr"]}, "'overdose.rough_hr' stands in 'a' and in 'b'"),
        ({"a": ["overdose.*"]}, "in no group: .* and [0-9]+ more"),
        ({"a": ["overdoze.*"], "b": ["*"]}, "'overdoze.*' of group 'a' matches no factor"),
        ({"a": ["*"], "b": ["*"]}, "only one group can take the rest"),
        ({"luck": ["overdose.*"], "b": ["*"]}, "luck is a group of its own"),
    ],
)
def test_groups_that_do_not_divide_the_factors_are_refused(
    grouping: str | Mapping[str, Sequence[str]], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        groups_of(ALL, grouping)
    with pytest.raises(InputError, match="no factor is left for 'rest'"):
        groups_of(factors_of(TABLE, ["overdose.*"]), {"a": ["overdose.*"], "rest": ["*"]})
