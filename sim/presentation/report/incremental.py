"""What health costs, in each view on money: who stands on the frontier, at which ratio, and what would change that.

A ratio is told on the frontier alone, between neighbours; no ratio of benefits to costs is told, and nothing is a pass
mark.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from sim.analysis.comparison import Comparison
from sim.analysis.money_by_payer import gross_by_payer
from sim.analysis.value.bias import optimism_bias
from sim.analysis.value.incremental import BASE, DOMINATED, EXTENDED, FRONTIER
from sim.analysis.value.tables import TOO_SHORT, UNRANKED, Valued
from sim.core.grammar import counted, listed
from sim.document.blocks import Block, Cell, Document, Heading, Paragraph, Table, notes, tied
from sim.evidence.views import View
from sim.presentation import words
from sim.presentation.report.selection import time_counted
from sim.presentation.report.ties import assumed, ties
from sim.scenario.levers.grades import ASSUMED

WITHIN_LUCK = 2.0  # Monte Carlo standard errors below which a difference may be luck alone
SIGNIFICANT_SHARE = 0.5  # GBP below which money outside a view is none
BESIDE = "council"  # payer whose line stands beside a view that leaves it out: it pays for treatment
BESIDE_HEAD = "Beside it: council"
NOT_TOLD = "not told"
HOW_TO_READ = (
    "Scenarios stand in the order of their costs, and each on the frontier has its cost of a further QALY, against the "
    f"baseline unless another is named. ({ASSUMED}): effect or price is, its own or of what it is held against. Ties "
    "at: the largest price and the smallest share of its effect at which a scenario is worth as much as the best "
    "other one; of a cut, what it would have to save, and the largest share of its harm."
)
Row = Mapping[str, Any]


def views_part(comparison: Comparison) -> Document:
    """A part a view; nothing for a study that holds one scenario or not all the measures."""
    parts = enumerate(comparison.valued)
    return tuple(block for place, one in parts for block in _part(comparison, one, is_first=not place))


def _part(comparison: Comparison, one: Valued, *, is_first: bool) -> Iterator[Block]:
    rows = _rows(one)
    yield Heading(f"What health costs: {one.view.title}")
    yield Paragraph(f"{_view_in_words(comparison, one.view)}{f' {HOW_TO_READ}' if is_first else ''}")
    beside = (BESIDE_HEAD,) if BESIDE not in one.view.payers else ()
    heads = ("Scenario", "Cost", *beside, "QALYs", "Where it stands", f"Net benefit at {_value(one.view)}", "Ties at")
    yield Table(heads, tuple(_row(comparison, one.view, row, rows) for row in rows))
    said = (
        _ten_years(comparison, rows),
        _luck(rows),
        _bias(comparison, rows),
        _care(comparison, one.view, rows),
        _outside(comparison, one, rows),
        _knowing(comparison, one),
    )
    yield from notes(said)


def _rows(one: Valued) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in one.incremental.to_dict("records")]


def _view_in_words(comparison: Comparison, view: View) -> str:
    worth = words.whole_pounds(view.qaly_value)
    if view.qaly_value_high > view.qaly_value:
        worth = f"{worth} to {words.whole_pounds(view.qaly_value_high)}"
    baseline = comparison.titles[comparison.baseline]
    dated = f" (views.csv: {view.qaly_row})" if view.qaly_row else ""
    line = "" if BESIDE in view.payers else f" (what {words.payer(BESIDE)} pays, for treatment too, stands beside them)"
    care = ", later treatment of people who live on included" if view.survivors_care else ""
    payers = listed([words.payer(payer) for payer in view.payers])
    return (
        f"Costs to {payers} within the year{care}{line}, and QALYs of whole lives by expected survival, of the "
        f"releases of {time_counted(comparison)}; in brackets those of the year itself. Differences are from "
        f"'{baseline}'. Discounted a year: costs {words.percent(view.cost_rate)}, health "
        f"{words.percent(view.health_rate)}. A QALY is taken to be worth {worth}{dated}."
    )


def _row(comparison: Comparison, view: View, row: Row, rows: list[dict[str, Any]]) -> tuple[Cell, ...]:
    title, beside = comparison.titles[str(row["scenario"])], BESIDE not in view.payers
    standing = _standing(comparison, view, row, rows)
    if row["scenario"] == comparison.baseline:
        return title, "", *([""] if beside else []), "", standing, "", ""
    # What others pay for seems to be had for nothing: its cost to the view alone is no price of anything.
    cost = NOT_TOLD if row["status"] == UNRANKED else tied(_money(float(row["cost_difference_gbp"])))
    line = [tied(_money(float(row[f"{BESIDE}_gbp"])))] if beside else []
    health = _signed(float(row["qaly_difference"])), f"({_signed(float(row['qaly_difference_year_one']))})"
    said: tuple[Cell, ...] = (title, cost, *line, " ".join(map(tied, health)))
    if row["status"] in (UNRANKED, TOO_SHORT):
        return *said, standing, "", ""
    return *said, standing, _net_benefit(row), ties(row)


def _standing(comparison: Comparison, view: View, row: Row, rows: list[dict[str, Any]]) -> str:
    """'the cheapest', '£12,500 a QALY beyond Navigators (assumed)', 'dominated by OST at release'."""
    status, against = str(row["status"]), comparison.titles.get(str(row["against"]), "")
    words_of = {
        BASE: "the cheapest",
        DOMINATED: f"dominated by {against}",
        EXTENDED: "dominated by a mixture of others",
        UNRANKED: f"not ranked: {_paid_outside(comparison, view, str(row['scenario']))}",
        TOO_SHORT: "too short to value: filled for under 90 days",
    }
    said = words_of.get(status, "")
    if status == FRONTIER:
        beyond = "" if row["against"] == comparison.baseline else f" beyond {against}"
        said = f"{tied(_ratio(float(row['icer_gbp'])))}{beyond}"
    held_against = {str(row["against"])} if row["against"] else set()
    if status == EXTENDED:
        held_against = {str(one["scenario"]) for one in rows if one["status"] in (BASE, FRONTIER)}
    return f"{said}{assumed(row, *(one for one in rows if one['scenario'] in held_against))}"


def _paid_outside(comparison: Comparison, view: View, name: str) -> str:
    """'£552,000 of it is paid by Police and Crime Commissioner'."""
    sums = {
        payer: gbp
        for payer, gbp in gross_by_payer(comparison, name).items()
        if abs(gbp) >= SIGNIFICANT_SHARE and not set(payer.split("/")) & set(view.payers)
    }
    if not sums:
        return "paid by others than this view counts"
    who = listed([words.payer(payer) for payer in sums])
    gbp = sum(sums.values())
    return f"{tied(words.pounds(abs(gbp)))} of it is {'paid' if gbp > 0.0 else 'saved'} by {who}"


def _ratio(icer: float) -> str:
    return f"{words.pounds(float(words.rounded(icer)))} a QALY"


def _net_benefit(row: Row) -> str:
    """The net benefit with its interval."""
    low, high = float(row["net_benefit_low"]), float(row["net_benefit_high"])
    interval = words.interval(low, high, "pounds") if math.isfinite(low + high) else "no interval"
    return f"{tied(_money(float(row['net_benefit_gbp'])))} ({interval})"


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
    unsure = sum(
        _may_be_luck(row, "qaly_difference") or (row["status"] != UNRANKED and _may_be_luck(row, "cost_difference"))
        for row in rows
    )
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


def _outside(comparison: Comparison, one: Valued, rows: list[dict[str, Any]]) -> str:
    """What payers pay whom the view leaves out."""
    said = [
        f"{_money(float(row['outside_view_gbp']))} ({comparison.titles[str(row['scenario'])]})"
        for row in rows
        if abs(float(row["outside_view_gbp"])) >= SIGNIFICANT_SHARE
    ]
    among = "" if BESIDE in one.view.payers else f", {words.payer(BESIDE)} among them"
    return f"Cost to all payers whom this view leaves out{among}: {'; '.join(said)}." if said else ""


def _bias(comparison: Comparison, rows: list[dict[str, Any]]) -> str:
    """What optimism bias of prices would do to cost and net benefit, scenario by scenario; '' where there is none."""
    said = [
        f"{comparison.titles[str(row['scenario'])]} ({tied(_money(float(row['optimism_bias_gbp'])))}, net benefit "
        f"{tied(_money(float(row['net_benefit_with_bias_gbp'])))})"
        for row in rows
        if float(row["optimism_bias_gbp"]) >= SIGNIFICANT_SHARE
    ]
    if not said:
        return ""
    shares = [
        f"{words.percent(optimism_bias(grade))} on {article} {grade} price"
        for grade, article in (("assumed", "an"), ("derived", "a"))
    ]
    return f"With the optimism bias of its price ({', '.join(shares)}, none on a contract price): {'; '.join(said)}."


def _knowing(comparison: Comparison, one: Valued) -> str:
    """The scenario to choose on what is known, its chance, and what it would be worth to know more; or why neither."""
    if one.refused:
        return f"No acceptability curve and no value of information: {one.refused}."
    at_value = one.acceptability[one.acceptability["qaly_value_gbp"] <= one.view.qaly_value]
    if at_value.empty:
        return ""
    at_value = at_value[at_value["qaly_value_gbp"] == at_value["qaly_value_gbp"].max()]
    best = at_value[at_value["is_best_on_average"]].iloc[0]
    name = str(best["scenario"])
    mark = assumed(*(row for row in _rows(one) if row["scenario"] == name))
    said = (
        f"At {words.whole_pounds(float(best['qaly_value_gbp']))} a QALY {comparison.titles[name]}{mark} has "
        f"the largest net benefit on what is known, with a chance of {words.percent(float(best['chance_best']))} to "
        f"have it. To know all of the model's numbers would be worth {words.pounds(float(best['evpi_gbp']))} a year "
        f"(EVPI; Monte Carlo error {words.pounds(float(best['evpi_mcse']))})."
    )
    return f"{said} {one.remark}." if one.remark else said
