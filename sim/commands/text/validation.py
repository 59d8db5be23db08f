"""The model held against published figures, as a page of text."""

from __future__ import annotations

import math
from collections.abc import Iterator

from sim.analysis.published import INSIDE, NO_INTERVAL, NOT_KNOWN, OUTSIDE, TargetComparison, Validation
from sim.core.grammar import counted, noun_for
from sim.document.blocks import Block, Heading, Paragraph, Table, notes
from sim.document.text import as_text


def in_words(validation: Validation) -> str:
    """The page as text."""
    runs, people = counted(validation.runs, "run"), counted(validation.people, "person", "people")
    opening = (
        f"The model against published figures: {runs} of {people} at reference values, "
        f"{counted(validation.months, 'month')}, seed {validation.seed}. In brackets the model's standard error. No "
        "run reads a published figure, but some parameters were set with one in view: agreement shows consistency, not "
        "validity."
    )
    figures = [block for figure in validation.comparisons for block in _figure(figure)]
    return as_text(
        [Paragraph(opening), *figures, Paragraph(_total([figure.verdict for figure in validation.comparisons]))]
    )


def _total(verdicts: list[str]) -> str:
    inside, without = verdicts.count(INSIDE), verdicts.count(NO_INTERVAL)
    return (
        f"Of {counted(len(verdicts), 'figure')} {inside} {noun_for(inside, 'lies', 'lie')} inside the published "
        f"interval, {verdicts.count(OUTSIDE)} outside; {without} {noun_for(without, 'has', 'have')} no published "
        "interval."
    )


def _figure(figure: TargetComparison) -> Iterator[Block]:
    """Published value and source, the model's value, and what is said of it."""
    target = figure.target
    ends = "no interval" if target.low is None or target.high is None else f"{target.low:g} to {target.high:g}"
    error = f" ({figure.error:.2g})" if math.isfinite(figure.error) else ""
    side = "above" if figure.distance > 0 else "below"
    away = "" if figure.verdict in (INSIDE, NOT_KNOWN) else f": {abs(figure.distance):.1%} {side} the published value"
    yield Heading(f"{target.measure[:1].upper()}{target.measure[1:]}", level=3)
    yield Table(
        (),
        (
            ("published", f"{target.value:g} ({ends})", target.source),
            ("model", f"{figure.model:.4g}{error}", f"{figure.verdict}{away}"),
        ),
    )
    note = f"note: {target.note}" if target.note and figure.verdict != INSIDE else ""
    is_open = figure.verdict == OUTSIDE and not figure.is_clear
    yield from notes(["not clear in so few runs" if is_open else "", f"why: {figure.why}" if figure.why else note])
