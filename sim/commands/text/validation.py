"""The model held against published figures, as a page of text: a part for each role that a figure can have."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from sim.analysis.published import (
    ENOUGH_PEOPLE,
    MET,
    NO_INTERVAL,
    NOT_KNOWN,
    NOT_MET,
    TargetComparison,
    Validation,
)
from sim.core.grammar import counted, noun_for
from sim.document.blocks import Block, Heading, Paragraph, Table, notes
from sim.document.text import as_text
from sim.evidence.targets import CHECK, FIT, INPUT, INTERVAL_KINDS, STRUCTURE

PARTS = {
    CHECK: (
        "Checks",
        "No parameter cites these figures: here agreement counts. Some come from studies of which other figures are "
        "used.",
    ),
    FIT: (
        "Fitted",
        "Values of the evidence were set with these figures in view, or will be: to meet them shows that a value was "
        "set so, and is no validation.",
    ),
    STRUCTURE: (
        "Structure",
        "These figures decided how a mechanism is built, or which source it rests on: to meet them is no validation.",
    ),
    INPUT: ("Inputs", "The model is given these figures as they stand: to meet them shows that they arrive."),
}
KINDS = dict(zip(INTERVAL_KINDS, ("95% interval", "spread", "judged range", ""), strict=True))


def in_words(validation: Validation) -> str:
    """The page as text."""
    return as_text([*_opening(validation), *(block for role in PARTS for block in _part(validation, role))])


def _opening(validation: Validation) -> Iterator[Block]:
    runs, people = counted(validation.runs, "run"), counted(validation.people, "person", "people")
    yield Paragraph(
        f"The model against published figures: {runs} of {people} for each era, "
        f"{counted(validation.months, 'month')}, seed {validation.seed}. In brackets the model's standard error. Met: "
        "model and published figure differ by no more than twice the root of both errors squared."
    )
    if not validation.is_enough:
        yield Paragraph(f"Fewer than {ENOUGH_PEOPLE:,} people are counted in an era: no verdict stands yet.")
    yield Table(
        ("eras", "lived once at"),
        tuple(
            (", ".join(f"{era.name} ({era.title})" for era in baseline.eras), baseline.settings_in_words)
            for baseline in validation.baselines
        ),
    )


def _part(validation: Validation, role: str) -> Iterator[Block]:
    """The figures of one role and how many of them are met."""
    held = validation.of_role(role)
    if not held:
        return
    title, meaning = PARTS[role]
    yield Heading(title, level=2)
    yield Paragraph(meaning)
    for figure in held:
        yield from _figure(figure)
    yield Paragraph(_total(role, [figure.verdict for figure in held]))


def _total(role: str, verdicts: Sequence[str]) -> str:
    met, unmet = verdicts.count(MET), verdicts.count(NOT_MET)
    without = len(verdicts) - met - unmet
    of_role = {
        CHECK: noun_for(len(verdicts), "check", "checks"),
        FIT: noun_for(len(verdicts), "fitted figure", "fitted figures"),
        STRUCTURE: f"{noun_for(len(verdicts), 'figure', 'figures')} of structure",
        INPUT: noun_for(len(verdicts), "input", "inputs"),
    }
    rest = f"; {without} cannot be judged" if without else ""
    return f"Of {len(verdicts):,} {of_role[role]} {met} {noun_for(met, 'is', 'are')} met, {unmet} not{rest}."


def _figure(figure: TargetComparison) -> Iterator[Block]:
    """Published value and source, the model's value, and what is said of it."""
    target = figure.target
    interval = KINDS[target.interval_kind]
    ends = "no interval" if target.low is None else f"{interval} {target.low:g} to {target.high:g}"
    counts = "" if target.events is None else f"; {target.events} of {target.exposed:,.12g}"
    error = f" ({figure.error:.2g})" if math.isfinite(figure.error) else ""
    side = "above" if figure.distance > 0 else "below"
    away = (
        f": {abs(figure.distance):.1%} {side} the published value" if figure.verdict in (NOT_MET, NO_INTERVAL) else ""
    )
    yield Heading(f"{target.measure[:1].upper()}{target.measure[1:]}", level=3)
    yield Table(
        (),
        (
            ("published", f"{target.value:g} ({ends}{counts})", target.source),
            ("model", f"{figure.model:.4g}{error}", f"{figure.verdict}{away}"),
            ("era", target.era, ""),
        ),
    )
    is_told = target.note and figure.verdict not in (MET, NOT_KNOWN)
    yield from notes([f"note: {target.note}" if is_told else ""])
