"""The one page: what was asked, what changes, how sure that is, and where it comes from."""

from __future__ import annotations

from sim.analysis.chances import MARKED as ALMOST_CERTAIN
from sim.analysis.comparison import Comparison
from sim.analysis.intervals import BASIS_WORDS
from sim.analysis.verdicts import BETTER, SURE, WORSE
from sim.core.grammar import counted, listed
from sim.document.blocks import Document, Heading, List, Paragraph, paragraphs, sentence
from sim.presentation import chances, words
from sim.presentation.report.blocks import scenario_blocks, values_table
from sim.presentation.report.budget_impact import budget_impact_part
from sim.presentation.report.changes import in_full
from sim.presentation.report.cost_per_outcome import costs_part
from sim.presentation.report.incremental import views_part
from sim.presentation.report.money import (
    baseline_funding,
    cost_in_words,
    counted_note,
    diagnostics_note,
    funding_line,
)
from sim.presentation.report.overview import marks_line, overview
from sim.presentation.report.payers import prices_note
from sim.presentation.report.selection import headlines, is_short, leading, others, time_counted
from sim.presentation.report.value_for_money import equal_money_line, value_part

LIMITS_NOTE = (
    "These are a model's answers, not a forecast, and not about any one person: they hold as far as its mechanisms and "
    "evidence do; sim/MODEL.md says what it leaves out. "
    "Ranges of the numbers and their grades: throughgate evidence."
)
MANY = 3  # scenarios from which on a sentence counts them instead of naming them
WHOLE_MONTHS = 24  # everybody is followed for a year
FEW_DRAWS = 39  # below which intervals are Student's (sim/analysis/intervals.py)


def report_page(comparison: Comparison) -> Document:
    """The page of a comparison; of a single scenario, its values."""
    if len(comparison.scenarios) == 1:
        return _single(comparison)
    baseline = comparison.titles[comparison.baseline]
    return (
        Heading(f"{page_title(comparison)}, against '{baseline}'", level=1),
        *paragraphs([_whom_line(comparison), _basis_line(comparison), equal_money_line(comparison)]),
        overview(comparison),
        *paragraphs([marks_line(comparison)]),
        Paragraph(_marks()),
        *value_part(comparison),
        *costs_part(comparison),
        *views_part(comparison),
        *budget_impact_part(comparison),
        *paragraphs([baseline_funding(comparison)]),
        *scenario_blocks(comparison),
        Heading(f"'{baseline}' itself"),
        values_table(comparison, comparison.baseline, headlines_only=True),
        List(tuple(notes(comparison))),
    )


def page_title(comparison: Comparison) -> str:
    """'What each scenario changes in a year', with whom it is told of where that is not everybody."""
    whom = f" for {comparison.for_whom}" if comparison.for_whom else ""
    return f"What each scenario changes in {time_counted(comparison)}{whom}"


def headline(comparison: Comparison) -> str:
    """The message in a few sentences: what changes the leading measures most, what is worse, who is silent."""
    names, measures = others(comparison), headlines(comparison)
    first = leading(comparison)
    rows = {(name, measure.name): comparison.row(name, measure.name) for name in names for measure in measures}
    sentences: list[str] = []
    for measure in first:
        of_measure = {name: rows[name, measure.name] for name in names}
        better = [name for name, row in of_measure.items() if chances.sure_way(row) == BETTER]
        better = [name for name in better if chances.is_marked(of_measure[name])] or better
        if better:
            best = max(better, key=lambda name: abs(float(of_measure[name]["per_year"])))
            said = in_full(rows[best, measure.name], measure)
            sentences.append(f"{measure.label}, with {comparison.titles[best]}: {said}.")
    worse: dict[tuple[tuple[str, ...], bool], list[str]] = {}
    for measure in measures:
        for is_assumed in (False, True):
            of = tuple(
                comparison.titles[name]
                for name in names
                if chances.sure_way(row := rows[name, measure.name]) == WORSE
                and chances.rests_on_assumption(row) == is_assumed
            )
            if of:
                worse.setdefault((of, is_assumed), []).append(words.lowered(measure.label))
    if worse:
        phrases = [
            f"{listed(labels)} {_who(of)}{f' ({chances.ON_ASSUMPTION})' if is_assumed else ''}"
            for (of, is_assumed), labels in worse.items()
        ]
        sentences.append(f"Almost certainly worse: {'; '.join(phrases)}.")
    silent = [
        comparison.titles[name]
        for name in names
        if not any(rows[name, measure.name]["verdict"] in SURE for measure in first)
    ]
    if silent:
        sentences.append(f"Nothing almost certain in treatment, rough sleeping, deaths or recall: {listed(silent)}.")
    return " ".join(sentences)


def _who(titles: tuple[str, ...]) -> str:
    return f"with {listed(list(titles))}" if len(titles) < MANY else f"in {counted(len(titles), 'scenario')}"


def notes(comparison: Comparison) -> list[str]:
    """How sure, what the counts stand on, and the source line."""
    level = words.level_in_words(comparison.level)
    sentences = [
        f"Intervals ({level}) hold {BASIS_WORDS[comparison.basis]}. They do not hold what the model leaves out.",
        "Deaths and overdoses are expected numbers: each person's risk is summed, which tells small changes apart.",
        "Where fewer people die, more live on: part of a rise in nights, recalls or overdoses survived is their time.",
        prices_note(comparison),
        LIMITS_NOTE,
        source_line(comparison),
    ]
    sentences[1:1] = [note for note in (counted_note(comparison), diagnostics_note(comparison)) if note]
    if comparison.months < WHOLE_MONTHS:
        sentences.insert(
            1,
            f"This run ends {counted(comparison.months, 'month')} after the first release, so people are "
            "followed for less than a year: figures within a year are too low, and differences may come later.",
        )
    if few := _few_draws(comparison):
        sentences.insert(1, few)
    sentences[:0] = comparison.remarks
    if comparison.worth is not None and comparison.worth > 1.0:
        sentences.insert(
            1,
            f"Paired luck: for these differences one run tells as much as about {words.figure(comparison.worth)} "
            f"{'run' if words.figure(comparison.worth) == '1' else 'runs'} with luck of their own (the middle of all "
            "shown).",
        )
    return sentences


def source_line(comparison: Comparison) -> str:
    """Where the numbers come from, for a page or a chart."""
    program = f", program {comparison.code[:12]}" if comparison.code else ""
    return (
        f"Source: Throughgate, study {comparison.study[:12]}{program}; {_draws(comparison)}, nominally "
        f"{counted(comparison.people, 'person', 'people')} a run."
    )


def _few_draws(comparison: Comparison) -> str:
    """What a study of few draws cannot say; '' for one of enough."""
    if comparison.draws >= FEW_DRAWS:
        return ""
    if comparison.draws == 1:
        return (
            "With one draw intervals are of luck alone: what the model's numbers leave open is not in them, so that "
            f"nothing is marked. At least {FEW_DRAWS} draws say how sure an answer is."
        )
    return (
        f"{counted(comparison.draws, 'draw')} are few: intervals are made wider on purpose, and so few cannot show a "
        f"chance of {_least()}, so that nothing is marked. At least {FEW_DRAWS} draws can."
    )


def _least() -> str:
    """The chance from which on a difference is marked, '97.5%'."""
    return f"{ALMOST_CERTAIN * 100:g}%"


def _marks() -> str:
    return (
        f"Marks, from a chance of {_least()} on (almost certainly): + better; ! worse; * more or fewer, where neither "
        "is better. From 90% on it is very likely, from 75% on likely; below, it is better (or worse) or no difference "
        "where these two make 90%, else it could go either way. Where the effect is assumed nothing is marked, as "
        "better or as worse, and where the price is, nothing in money. Ties at: the price, and the share of its "
        "effect, at which what rests on an assumption would be worth as much as the best other scenario, in the first "
        "view on money below that ranks it. Below, each scenario in turn, with intervals."
    )


def _single(comparison: Comparison) -> Document:
    name = comparison.scenarios[0]
    level = words.level_in_words(comparison.level)
    funding = funding_line(comparison, name)
    return (
        Heading(comparison.titles[name], level=1, beside=cost_in_words(comparison, name)),
        *paragraphs([sentence(funding) if funding else ""]),
        values_table(comparison, name),
        Paragraph(f"Last column: {level} interval. It holds {BASIS_WORDS[comparison.basis]}."),
        *paragraphs([prices_note(comparison), LIMITS_NOTE, source_line(comparison)]),
    )


def _whom_line(comparison: Comparison) -> str:
    """Of whom all figures are; '' for everybody."""
    return f"All figures are of {comparison.for_whom}, the people counted below." if comparison.for_whom else ""


def _basis_line(comparison: Comparison) -> str:
    mean, low, high = (words.figure(number) for number in comparison.released)
    known = "" if low == high else f" ({low} to {high}, as the true number is not known)"
    if is_short(comparison):
        time = "a month's" if comparison.months == 1 else f"{counted(comparison.months, 'month')}'"
        return (
            f"This run ends {counted(comparison.months, 'month')} after the first release. Counts are for {time} "
            f"releases, not a year's: about {mean} people with a drug or alcohol need{known}, the same people under "
            "every scenario."
        )
    return (
        f"Counts are for a year's releases: about {mean} people with a drug or alcohol need{known}, the same people "
        "under every scenario."
    )


def _draws(comparison: Comparison) -> str:
    draws, replicates = counted(comparison.draws, "draw"), counted(comparison.replicates, "replicate")
    return f"{draws} of the uncertain numbers, {replicates} each"
