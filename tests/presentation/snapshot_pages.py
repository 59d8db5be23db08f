"""Whole pages of made-up studies, kept as text in tests/snapshots/: they move with the words, not with the model.

Every number here is invented or comes from the stand-in for the engine, and no row of evidence is read for one.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import pandas as pd
from fake_study import EFFECTS, NAMES, TITLES, FakeSimulator, plan_of, run_into
from sensitivity_tables import indices_of

from sim.analysis.comparison import Comparison
from sim.analysis.published import Baseline, TargetComparison, Validation
from sim.commands.text.diary import diaries_in_words
from sim.commands.text.estimate import estimate_in_words
from sim.commands.text.levers import lever_words, levers_table
from sim.commands.text.validation import in_words as validation_in_words
from sim.document.blocks import Document
from sim.document.markdown import as_markdown
from sim.document.text import as_text
from sim.evidence import load_parameters
from sim.evidence.describe import describe
from sim.evidence.eras import Era
from sim.evidence.rows import Parameter, Source
from sim.evidence.targets import Target
from sim.experiment.estimate import Estimate
from sim.outcomes.diary import Diary, Entry
from sim.presentation.report.page import report_page
from sim.presentation.sensitivity.text import sensitivity_page
from sim.presentation.sensitivity.words import LUCK, Labels
from sim.scenario.levers.describe import LeverDescription, Row, Smallest, catalogue
from sim.study.run_blocks import SPEND_COLUMNS

NOWHERE = Path("made_up.csv")
SUM = 500_000.0


# By lever its weakest effect row and price row, with their grades; no row has a chance of no effect.
GRADED = {
    "door_openers": ("doors.opened_or", "derived", "cost.door_year", "measured"),
    "night_buses": ("buses.night_or", "measured", "cost.bus_trip", "derived"),
    "free_fares": ("fares.none_or", "assumed", "cost.fare", "assumed"),
    "door_closers": ("doors.opened_or", "derived", "cost.door_year", "measured"),
}


class Spender(FakeSimulator):
    """The stand-in with purchases of levers that no catalogue holds, so that no title or price moves a page."""

    def spend(self, scenario: int) -> list[dict[str, Any]]:
        purchases: Mapping[int, tuple[tuple[Any, ...], ...]] = {
            1: (("door_openers", "council/pcc", 500_000.0, "post", 10.87, 0, 730, 0.0, ""),),
            2: (
                ("night_buses", "transport", 400_000.0, "one-way trip", 5714.3, 183, 730, 0.0, "on 1 link"),
                ("free_fares", "transport", 100_000.0, "person reached", 212.0, 0, 730, 0.31, ""),
            ),
            3: (("door_closers", "nhs", -368_000.0, "post", -8.0, 0, 730, 0.0, ""),),
        }
        return [
            dict(zip(SPEND_COLUMNS[1:], (
                lever, "", payer, gbp, unit, units, units * (1 - unused), gbp / units, gbp * unused, math.nan, math.nan,
                first, end, "", remark,
                *GRADED[lever], 0.0, "",
            ), strict=True))
            for lever, payer, gbp, unit, units, first, end, unused, remark in purchases.get(scenario, ())
        ]  # fmt: skip


@cache
def comparison(scenarios: int = 4, draws: int = 45, replicates: int = 2) -> Comparison:
    """A small made-up study."""
    plan = plan_of(scenarios, draws=draws, replicates=replicates)
    with TemporaryDirectory() as folder:
        return run_into(Path(folder) / "out", plan, Spender(EFFECTS), shown=False)


def equal_money() -> Comparison:
    """The same with every scenario at one sum."""
    of = comparison()
    sums = of.spend.groupby("scenario")["gbp_per_year"].transform("sum")
    spend = of.spend.assign(gbp_per_year=of.spend["gbp_per_year"] * SUM / sums)
    return replace(of, equal_money=SUM, spend=spend, cost_gbp={name: SUM * (name != "baseline") for name in NAMES})


def sensitivity(index: str = "ST") -> Document:
    """The page of two scenarios, three inputs and luck; one outcome could not be analysed."""
    measures, scenarios = ("engaged_within_3_weeks", "rough_sleeping_days", "recalled_365_days"), NAMES[1:3]
    factors = ("treatment", "housing.settled_3_months", "overdose", LUCK)
    rows = pd.concat(
        [
            indices_of("sobol", "sobol", factors, ("S1", "ST"), measures, scenarios=scenarios, points=1280),
            indices_of("screen", "morris", factors, ("mu_star",), measures, scenarios=scenarios, points=80),
        ]
    )
    keys = [(scenario, measure) for scenario in scenarios for measure in measures]
    columns = {"scenario": [key[0] for key in keys], "measure": [key[1] for key in keys]}
    shares = [0.12 + 0.11 * k for k in range(len(keys))]
    noise = pd.DataFrame(columns).assign(
        design="sobol", kind="difference", noise_share=shares, noise_low=[share - 0.04 for share in shares],
        noise_high=[share + 0.05 for share in shares],
    )  # fmt: skip
    saved = pd.DataFrame(columns).assign(worth=[4.0 + 3.0 * k for k in range(len(keys))])
    reason = (NAMES[1], "difference", "qalys", "constant")
    skipped = pd.DataFrame([reason], columns=["scenario", "kind", "measure", "reason"])
    labels = Labels(source="Source: a made-up study.", scenarios=TITLES, baseline="baseline")
    return sensitivity_page(
        rows, noise, labels, common_random_numbers=saved, skipped=skipped, index=index, measures=measures
    )


def diary(name: str, *days: tuple[int, str, str]) -> Diary:
    """A year of a few events."""
    first = date(2025, 5, 1)
    person = {"number": 4, "sex": "woman", "age": 33, "need": "alcohol", "mental health need": True, "poor": False}
    entries = tuple(Entry(day, first + timedelta(days=day), theme, words) for day, theme, words in days)
    return Diary(name, TITLES[name], person, entries, f"{len(days)} events, and then the year is over")


@contextmanager
def columns(number: int) -> Iterator[None]:
    """A screen so many characters wide."""
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = str(number)
    try:
        yield
    finally:
        os.environ.pop("COLUMNS") if before is None else os.environ.update(COLUMNS=before)


def diaries() -> str:
    """One person under the baseline, under a scenario that changes the year, and under one that does not."""
    usual = diary("baseline", (-2, "T1", "is told of release"), (0, "T1", "leaves prison"), (3, "T9", "uses again"))
    other = diary(
        "navigators_far_west", (-2, "T1", "is told of release"), (0, "T1", "leaves prison"), (0, "T17", "is met at "
        "the gate by a navigator, who has time for a person with several needs at once"), (8, "T9", "uses again"),
    )  # fmt: skip
    same = replace(usual, scenario="later_buses", title=TITLES["later_buses"])
    with columns(100):
        return diaries_in_words([usual, other, same])


def diary_alone() -> str:
    with columns(100):
        return diaries_in_words([diary("baseline", (-2, "T1", "is told of release"), (0, "T1", "leaves prison"))])


def validation() -> str:
    """Figures of each role: met, not met, without an interval, without a value of the model."""
    rows: tuple[tuple[Any, ...], ...] = (
        ("engaged", "share starting treatment", "fit", "spread", 0.53, 0.5, 0.56, None, "one region", 0.541, 0.004),
        ("rough", "share sleeping rough", "fit", "judged", 0.1, 0.08, 0.12, None, "a street count", 0.21, 0.01),
        ("deaths", "deaths in four weeks", "check", "confidence", 0.002, 0.001, 0.004, (2, 1000), "few", 0.003, 0.0001),
        ("recalled", "share recalled within a year", "check", "confidence", 0.4, 0.39, 0.41, None, "", 0.432, 0.003),
        ("homes", "share in a home", "structure", "none", 0.7, None, None, None, "few were counted", 0.5, math.nan),
        ("given", "share of women", "input", "none", 0.1, None, None, None, "", math.nan, math.nan),
    )
    eras = (Era("before", "years before", {"overdose.witnessed": 0.5}, ""), Era("since", "years since", {}, ""))
    comparisons = [
        TargetComparison(
            Target(
                name, measure, "share", value, low, high, kind, "binomial" if counts else "normal",
                counts and counts[0], counts and counts[1], (name,), role, "since", "a_source", None, note, NOWHERE, 2,
            ),
            model, error,
        )
        for name, measure, role, kind, value, low, high, counts, note, model, error in rows
    ]  # fmt: skip
    baselines = tuple(Baseline((era,)) for era in eras)
    return validation_in_words(Validation(tuple(comparisons), baselines, runs=8, people=2200, months=24, seed=1))


@cache
def levers() -> tuple[LeverDescription, LeverDescription]:
    """Two made-up levers: a plain one, and one with options, an overhead, a cut and a service that must stand open."""
    own = Row("lever.door_openers", 46_000.0, 40_000.0, 52_000.0, "GBP per post", "derived")
    effect = Row("lever.doors_opened", 1.4, 1.0, 2.0, "odds ratio", "assumed")
    plain = replace(
        catalogue(load_parameters())[0], name="door_openers", title="Door openers", themes=("T2", "T17"), unit="post",
        unit_cost_gbp=46_000.0, unit_cost_low_gbp=40_000.0, unit_cost_high_gbp=52_000.0, overhead_gbp_per_prison=0.0,
        payers=("council", "nhs"), minimum_units=1.0, smallest=(Smallest(46_000.0, "purchase"),),
        takes=("places", "councils"), needs_where=True, hubs_only=False, beside={}, options={}, ramps=True,
        can_be_cut=False, changes="doors that stand open", leaves_out="windows", prices=(own,), capacity=(),
        effects=(effect, effect._replace(name="lever.doors_held", grade="measured")),
    )  # fmt: skip
    odd = replace(
        plain, name="night_buses", title="Night buses", unit="one-way trip", unit_cost_gbp=1.5, unit_cost_low_gbp=1.0,
        unit_cost_high_gbp=2.25, overhead_gbp_per_prison=9_000.0, payers=("transport",), takes=(), needs_where=False,
        smallest=(Smallest(4_200.0, "link", (("when", ("sunday",)),)),
                  Smallest(17_710.0, "link", (("when", ("evening", "daytime")),))),
        beside={"sunday": "hub"}, options={"when": ("evening", "sunday", "daytime")}, ramps=False, can_be_cut=True,
        prices=(own, own._replace(name="lever.doors_held")), capacity=(own,), effects=(),
    )  # fmt: skip
    return plain, odd


def estimate(seconds: float | None) -> str:
    """A study of an hour and a quarter, asked to fit into so many seconds."""
    study = SimpleNamespace(
        plan=plan_of(3, draws=80), equal_money=SUM, nominal_person_days=123_456_789,
        area=SimpleNamespace(name="county"), remarks=(),
        out=Path("results") / "runs" / "made_up",
        analysis=SimpleNamespace(precision="asked for", designs=(SimpleNamespace(method="sobol", samples=512),)),
    )  # fmt: skip
    cost = Estimate(seconds=4_500.0, run_seconds=0.031, speed_up=1.9, memory_bytes=812_000_000, disk_bytes=45_000_000)
    return estimate_in_words(study, cost, seconds) + "\n"  # type: ignore[arg-type]


def evidence() -> str:
    """One made-up row with its source."""
    row = Parameter(
        "trust.doors_opened", "trust", 0.35, "share", 0.2, 0.5, "beta", ("doors_2024",), "people released", "England",
        "2024", "derived", "12 of 34 doors, less one that was open already", "few doors were counted", NOWHERE, 7,
    )  # fmt: skip
    source = Source(
        "doors_2024", "doors", "doors that were opened", 0.35, 0.2, 0.5, "share", "34 doors", "England", "2024",
        "Doors and who opens them", "", "read", "one town", NOWHERE, 3,
    )  # fmt: skip
    return describe(row, {source.id: source}) + "\n"


PAGES: Mapping[str, Callable[[], str]] = {
    "report.txt": lambda: as_text(report_page(comparison())),
    "report.md": lambda: as_markdown(report_page(comparison())),
    "report_of_equal_money.txt": lambda: as_text(report_page(equal_money())),
    "report_of_equal_money.md": lambda: as_markdown(report_page(equal_money())),
    "report_of_one_scenario.txt": lambda: as_text(report_page(comparison(scenarios=1, draws=3))),
    "report_of_one_scenario.md": lambda: as_markdown(report_page(comparison(scenarios=1, draws=3))),
    "report_of_one_run.txt": lambda: as_text(report_page(comparison(scenarios=2, draws=1, replicates=1))),
    "report_of_two_months.txt": lambda: as_text(report_page(replace(comparison(scenarios=2, draws=3), months=2))),
    "sensitivity.txt": lambda: as_text(sensitivity()),
    "sensitivity.md": lambda: as_markdown(sensitivity()),
    "sensitivity_of_screening.txt": lambda: as_text(sensitivity("mu_star")),
    "diary.txt": diaries,
    "diary_alone.txt": diary_alone,
    "validation.txt": validation,
    "levers.txt": lambda: levers_table(levers()),
    "levers_narrow.txt": lambda: levers_table(levers(), width=70),
    "lever.txt": lambda: lever_words(levers()[0]),
    "lever_with_options.txt": lambda: lever_words(levers()[1]),
    "estimate.txt": lambda: estimate(None),
    "estimate_within_an_hour.txt": lambda: estimate(3_600.0),
    "evidence_of_one_row.txt": evidence,
}
"""File in tests/snapshots/ to the page that it holds."""
