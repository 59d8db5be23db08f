"""What health costs, in each view on money: who stands on the frontier, at which ratio, and what would change that.

A ratio is told on the frontier alone, between neighbours; no ratio of benefits to costs is told, and nothing is a pass
mark.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from sim.analysis.comparison import Comparison
from sim.analysis.value.incremental import BASE, DOMINATED, EXTENDED, FRONTIER
from sim.analysis.value.tables import TOO_SHORT, UNRANKED, Valued
from sim.core.grammar import counted, listed
from sim.document.blocks import Block, Cell, Document, Heading, Paragraph, Table, notes, tied
from sim.evidence.views import View
from sim.presentation import words
from sim.presentation.report.selection import time_counted
from sim.scenario.levers.grades import ASSUMED

WITHIN_LUCK = 2.0  # Monte Carlo standard errors below which a difference may be luck alone
SIGNIFICANT_SHARE = 0.5  # GBP below which money outside a view is none
MANY_TIMES = 2.0  # of an effect, from which on it is told as so many times
Row = Mapping[str, Any]


def views_part(comparison: Comparison) -> Document:
    """A part a view; nothing for a study that holds one scenario or not all the measures."""
    return tuple(block for one in comparison.valued for block in _part(comparison, one))


def _part(comparison: Comparison, one: Valued) -> Iterator[Block]:
    rows = [{str(key): value for key, value in row.items()} for row in one.incremental.to_dict("records")]
    yield Heading(f"What health costs: {one.view.title}")
    yield Paragraph(_view_in_words(comparison, one.view))
    heads = ("Scenario", "Cost", "QALYs", "Where it stands", f"Net benefit at {_value(one.view)}", "Ties at")
    yield Table(heads, tuple(_row(comparison, one.view, row) for row in rows))
    said = (
        _ten_years(comparison, rows),
        _luck(rows),
        _care(comparison, one.view, rows),
        _outside(comparison, rows),
        _knowing(comparison, one),
    )
    yield from notes(said)


def _view_in_words(comparison: Comparison, view: View) -> str:
    worth = words.whole_pounds(view.qaly_value)
    if view.qaly_value_high > view.qaly_value:
        worth = f"{worth} to {words.whole_pounds(view.qaly_value_high)}"
    baseline = comparison.titles[comparison.baseline]
    care = ", later treatment of people who live on included" if view.survivors_care else ""
    return (
        f"Costs to {listed([words.payer(payer) for payer in view.payers])} within the year{care}, and QALYs of whole "
        f"lives by expected survival, of the releases of {time_counted(comparison)}; in brackets those of the year "
        f"itself. Differences are from '{baseline}'. Discounted a year: costs {words.percent(view.cost_rate)}, health "
        f"{words.percent(view.health_rate)}. A QALY is taken to be worth {worth}. Scenarios stand in the order of "
        "their costs, and each on the frontier has its cost of a further QALY, against the baseline unless another is "
        f"named; ({ASSUMED}): effect or price is."
    )


def _row(comparison: Comparison, view: View, row: Row) -> tuple[Cell, ...]:
    title = comparison.titles[str(row["scenario"])]
    if row["scenario"] == comparison.baseline:
        return title, "", "", _standing(comparison, row), "", ""
    health = _signed(float(row["qaly_difference"])), f"({_signed(float(row['qaly_difference_year_one']))})"
    said: tuple[Cell, ...] = (title, tied(_money(float(row["cost_difference_gbp"]))), " ".join(map(tied, health)))
    if row["status"] in (UNRANKED, TOO_SHORT):
        return *said, _standing(comparison, row), "", ""
    return *said, _standing(comparison, row), _net_benefit(row), _ties(row)


def _standing(comparison: Comparison, row: Row) -> str:
    """'the cheapest', '£12,500 a QALY beyond Navigators (assumed)', 'dominated by OST at release'."""
    status, against = str(row["status"]), comparison.titles.get(str(row["against"]), "")
    words_of = {
        BASE: "the cheapest",
        DOMINATED: f"dominated by {against}",
        EXTENDED: "dominated by a mixture of others",
        UNRANKED: "not ranked: paid by others than this view counts",
        TOO_SHORT: "too short to value: filled for under 90 days",
    }
    said = words_of.get(status, "")
    if status == FRONTIER:
        beyond = "" if row["against"] == comparison.baseline else f" beyond {against}"
        said = f"{tied(_ratio(float(row['icer_gbp'])))}{beyond}"
    return f"{said} ({ASSUMED})" if ASSUMED in (row["effect_grade"], row["price_grade"]) else said


def _ratio(icer: float) -> str:
    return f"{words.pounds(float(words.rounded(icer)))} a QALY"


def _net_benefit(row: Row) -> str:
    """The net benefit with its interval."""
    low, high = float(row["net_benefit_low"]), float(row["net_benefit_high"])
    interval = words.interval(low, high, "pounds") if math.isfinite(low + high) else "no interval"
    return f"{tied(_money(float(row['net_benefit_gbp'])))} ({interval})"


def _ties(row: Row) -> str:
    """At which price, and at which share of its effect, a purchase would tie with the best other one."""
    price, effect = float(row["switching_price_gbp"]), float(row["switching_effect"])
    if math.isnan(price):
        return ""
    paid = tied(f"{words.pounds(price)} a year") if price > 0.0 else "no price"
    if math.isnan(effect):
        return paid
    share = f"{words.percent(effect)} of" if effect < MANY_TIMES else f"{words.figure(effect)} times"
    return f"{paid}, {tied(f'{share} the effect')}"


def _money(gbp: float) -> str:
    return words.about(gbp, "pounds").removeprefix("about ")


def _signed(number: float) -> str:
    return words.about(number).removeprefix("about ")


def _value(view: View) -> str:
    return f"{words.whole_pounds(view.qaly_value)} a QALY"


def _ten_years(comparison: Comparison, rows: list[dict[str, Any]]) -> str:
    """Net benefit at the horizon of services, beside that of whole lives above; '' where the view has none."""
    said = [
        f"{_money(gbp)} ({comparison.titles[str(row['scenario'])]})"
        for row in rows
        if row["scenario"] != comparison.baseline
        and math.isfinite(gbp := float(row.get("net_benefit_ten_years_gbp", math.nan)))
        and math.isfinite(float(row["net_benefit_gbp"]))
    ]
    lives = "The table counts whole lives, as deaths are valued; within ten years, as services are, net benefit is"
    return f"{lives} {'; '.join(said)}." if said else ""


def _luck(rows: list[dict[str, Any]]) -> str:
    """That some differences may be luck alone; '' where none may."""
    unsure = sum(_may_be_luck(row, "qaly_difference") or _may_be_luck(row, "cost_difference") for row in rows)
    if not unsure:
        return ""
    return (
        f"In {unsure} of {counted(len(rows), 'row')} cost or QALYs differ from the baseline by less than two Monte "
        "Carlo errors: too few runs to say where these stand. The errors are in the table."
    )


def _may_be_luck(row: Row, what: str) -> bool:
    difference = row.get(f"{what}_gbp", row.get(what))
    error = float(row[f"{what}_mcse"])
    return difference != 0.0 and not abs(float(difference or 0.0)) >= WITHIN_LUCK * error


def _care(comparison: Comparison, view: View, rows: list[dict[str, Any]]) -> str:
    """Later treatment of people who live on, scenario by scenario."""
    said = [
        f"{_money(float(row['later_care_difference_gbp']))} ({comparison.titles[str(row['scenario'])]})"
        for row in rows
        if abs(float(row["later_care_difference_gbp"])) >= SIGNIFICANT_SHARE
    ]
    where = "in the costs above" if view.survivors_care else "in no cost above"
    return f"Later treatment of people who live on, {where}: {'; '.join(said)}." if said else ""


def _outside(comparison: Comparison, rows: list[dict[str, Any]]) -> str:
    """What payers pay whom the view leaves out."""
    said = [
        f"{_money(float(row['outside_view_gbp']))} ({comparison.titles[str(row['scenario'])]})"
        for row in rows
        if abs(float(row["outside_view_gbp"])) >= SIGNIFICANT_SHARE
    ]
    return f"Cost to payers whom this view leaves out: {'; '.join(said)}." if said else ""


def _knowing(comparison: Comparison, one: Valued) -> str:
    """The scenario to choose on what is known, its chance, and what it would be worth to know more; or why neither."""
    if one.refused:
        return f"No acceptability curve and no value of information: {one.refused}."
    at_value = one.acceptability[one.acceptability["qaly_value_gbp"] <= one.view.qaly_value]
    if at_value.empty:
        return ""
    at_value = at_value[at_value["qaly_value_gbp"] == at_value["qaly_value_gbp"].max()]
    best = at_value[at_value["is_best_on_average"]].iloc[0]
    said = (
        f"At {words.whole_pounds(float(best['qaly_value_gbp']))} a QALY {comparison.titles[str(best['scenario'])]} has "
        f"the largest net benefit on what is known, with a chance of {words.percent(float(best['chance_best']))} to "
        f"have it. To know all of the model's numbers would be worth {words.pounds(float(best['evpi_gbp']))} a year "
        f"(EVPI; Monte Carlo error {words.pounds(float(best['evpi_mcse']))})."
    )
    return f"{said} {one.remark}." if one.remark else said
