"""The page of a sensitivity study: which inputs move each scenario's advantage, and how much of the spread is luck.

Nothing is counted here: the tables hold every number.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.core.grammar import counted, listed, noun_for
from sim.document.blocks import Block, Document, Heading, List, Paragraph, Table, notes
from sim.presentation import words
from sim.presentation.sensitivity.page import ROOM, Line, Page, page_of
from sim.presentation.sensitivity.rows import is_settled, name_of
from sim.presentation.sensitivity.words import DIFFERENCE, INDICES, Index, Labels, outcome, share
from sim.sensitivity.indices.guards import CONSTANT

if TYPE_CHECKING:
    import pandas as pd

TITLE = "What moves each scenario's advantage"
MUCH = 0.5  # share of variance from which luck is in every input's total
NO_DIFFERENCE = "No difference between scenarios was studied."
NAMED = 6  # inputs named that cannot be told from zero


def sensitivity_page(
    sensitivity: pd.DataFrame, noise: pd.DataFrame, labels: Labels, *,
    common_random_numbers: pd.DataFrame | None = None, skipped: pd.DataFrame | None = None, design: str = "",
    index: str = "", measures: Sequence[str] = (),
) -> Document:  # fmt: skip
    """The page of one design.

    skipped: outcomes that could not be analysed, with the reason.

    index: by which inputs are put in order; the first of total, mu-star, first order, delta and PAWN that the table
    holds, where none is given. measures: outcomes told; the headline measures of the table, where none are given.
    A table without differences gives a page that says so.
    """
    page = page_of(sensitivity, noise, labels, common_random_numbers, design, index, measures, skipped)
    if page is None:
        return Heading(TITLE, level=1), Paragraph(_nothing_to_tell([design] if design else [], skipped))
    heads = ("Outcome", f"Moved most by ({page.index.name})", "Luck's part")
    blocks: list[Block] = [Heading(TITLE, level=1), Paragraph(_opening(page, labels)), _overview(page, labels)]
    for scenario, lines in page.by_scenario.items():
        rows = tuple((line.head(), tuple(line.named(labels)), line.luck) for line in lines)
        blocks += [Heading(labels.scenario(scenario)), Table(heads, rows)]
        blocks += notes(_closing(page, scenario, lines, labels))
    return (*blocks, List(tuple(_notes(page, labels))))


def page_of_nothing(designs: Sequence[str], skipped: pd.DataFrame | None) -> Document:
    """The page of designs of which no difference could be analysed: why not, once."""
    return Heading(TITLE, level=1), Paragraph(_nothing_to_tell(designs, skipped))


def _nothing_to_tell(designs: Sequence[str], skipped: pd.DataFrame | None) -> str:
    """Why no difference is told: none was studied, or each was left out of the analysis, with the reason."""
    if skipped is None:
        return NO_DIFFERENCE
    why: dict[tuple[str, ...], list[str]] = {}
    for design in designs:
        of = skipped[(skipped["kind"] == DIFFERENCE) & (skipped["design"] == design)]
        why.setdefault(tuple(dict.fromkeys(of["reason"])), []).append(design)
    told = [_reason(reasons, named) for reasons, named in why.items() if reasons]
    return " ".join(told) or NO_DIFFERENCE


def _reason(reasons: tuple[str, ...], designs: Sequence[str]) -> str:
    quoted = listed([f"'{name}'" for name in designs])
    named = f"{noun_for(len(designs), 'the design', 'the designs')} {quoted}"
    if reasons == (CONSTANT,):
        return (
            f"Every outcome is constant in {named}: the difference between the scenarios is the same at all points, "
            "whatever the parameters, so nothing can be said of which inputs move it."
        )
    return f"No outcome could be analysed in {named}: {'; '.join(reasons)}."


def _opening(page: Page, labels: Labels) -> str:
    level = words.level_in_words(labels.level)
    together = " Totals may add up to more than 100%, as what two inputs do together counts for both."
    total = together if page.index is INDICES["ST"] else ""
    return (
        f"Differences from '{labels.scenario(labels.baseline)}', the same people and the same luck under both. "
        f"Inputs are put in order by {_index_words(page.index)}; in brackets {level} intervals.{total} "
        f"Luck's part: share of variance that is chance alone. {counted(page.runs, 'run')} of the design "
        f"'{page.design}' ({page.method.replace('_', ' ')})."
    )


def _overview(page: Page, labels: Labels) -> Table:
    """All scenarios on one screen: the input that is most often the largest, and the range of luck's part."""
    rows = tuple(
        (labels.scenario(scenario), _most_often(lines, labels), _luck_range(lines))
        for scenario, lines in page.by_scenario.items()
    )
    return Table(("Scenario", "Most often the largest input", "Luck's part"), rows)


def _most_often(lines: Sequence[Line], labels: Labels) -> str:
    """'treatment (4 of 10 outcomes)'; inputs that share the place are all named."""
    counts: dict[str, int] = {}
    for line in lines:
        if line.clear:
            name = words.lowered(name_of(line.clear[0], labels))
            counts[name] = counts.get(name, 0) + 1
    if not counts:
        return "none can be told from zero"
    most = max(counts.values())
    named = listed([name for name, count in counts.items() if count == most])
    return f"{named} ({most} of {counted(len(lines), 'outcome')})"


def _luck_range(lines: Sequence[Line]) -> str:
    """'18% to 64%' over the outcomes; 'not known' where none tells."""
    shares = [line.luck_share for line in lines if math.isfinite(line.luck_share)]
    if not shares:
        return "not known"
    low, high = share(min(shares)), share(max(shares))
    return low if low == high else f"{low} to {high}"


def _index_words(index: Index) -> str:
    return f"their {index.name} index: {index.axis}" if index.is_share else index.axis


def _closing(page: Page, scenario: str, lines: Sequence[Line], labels: Labels) -> list[str]:
    """What cannot be told from zero, how stable the order is, shares beyond the whole, and what pairing saves."""
    return [
        _silent(lines, labels),
        _stability(lines),
        _beyond_the_whole(lines),
        _left_out(page.left_out[scenario]),
        page.worth.get(scenario, ""),
    ]


def _beyond_the_whole(lines: Sequence[Line]) -> str:
    """Why luck's part of an outcome may pass 100%; '' where none does."""
    beyond = [outcome(line.measure) for line in lines if line.luck_share > 1.0]
    if not beyond:
        return ""
    return (
        f"Luck's part of {listed(beyond)} is all of it, as far as can be told: it is an estimate from so many runs, "
        "which, like its interval, may pass 100%."
    )


def _silent(lines: Sequence[Line], labels: Labels) -> str:
    inputs: dict[str, str] = {}
    clear: set[str] = set()
    for line in lines:
        for row in line.inputs:
            key = f"{row['factor']}|{row['other']}"
            inputs[key] = words.lowered(name_of(row, labels))
            clear |= {key} if row["from_zero"] else set()
    silent = [name for key, name in inputs.items() if key not in clear]
    if not silent:
        return ""
    named = listed(silent) if len(silent) <= NAMED else f"{', '.join(silent[:NAMED])} and {len(silent) - NAMED} more"
    where = "here" if len(lines) == 1 else f"in any of these {counted(len(lines), 'outcome')}"
    return f"Cannot be told from zero {where}: {len(silent)} of {counted(len(inputs), 'input')} ({named})."


def _stability(lines: Sequence[Line]) -> str:
    """In how many outcomes the largest input keeps its rank in every resample, and where it does not."""
    firsts = [(line, line.clear[0]) for line in lines if line.clear]
    if not firsts:
        return ""
    open_ = [line for line, row in firsts if not is_settled(row)]
    n_settled = len(firsts) - len(open_)
    of = counted(len(firsts), "outcome")
    if not open_:
        return f"The largest input keeps its rank in resamples in all of {of}."
    named = listed([outcome(line.measure) for line in open_[:ROOM]])
    more = f" and {len(open_) - ROOM} more" if len(open_) > ROOM else ""
    where = f"in {n_settled} of {of}" if n_settled else f"in none of {of}"
    return f"The largest input keeps its rank in resamples {where}; which is largest is open for {named}{more}."


def _left_out(outcomes: Sequence[str]) -> str:
    return f"Left out: {listed(list(outcomes))}." if outcomes else ""


def _notes(page: Page, labels: Labels) -> list[str]:
    notes = []
    if any(line.luck == "not known" for lines in page.by_scenario.values() for line in lines):
        notes.append("Luck's part is not known where luck was no factor and no run was repeated.")
    if page.index is INDICES["ST"] and any(
        line.luck_share > MUCH for lines in page.by_scenario.values() for line in lines
    ):
        notes.append(
            "Where luck's part is large, any input that moves a life at all also deals it other luck, and its total "
            "holds that too: many inputs then look alike. Read the first order there, or ask for more people."
        )
    return [
        *notes,
        "An input that matters here is one whose range of evidence moves the difference: better evidence on it would "
        "narrow the answer. One that cannot be told from zero may still matter to a person.",
        labels.source,
    ]
