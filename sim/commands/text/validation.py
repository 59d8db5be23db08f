"""The model held against published figures, as a page of text."""

from __future__ import annotations

import math
import textwrap

from sim.analysis.published import INSIDE, NO_INTERVAL, NOT_KNOWN, OUTSIDE, TargetComparison, Validation

WIDTH = 100


def in_words(validation: Validation) -> str:
    """The table as text, at most 100 columns wide."""
    lines = textwrap.wrap(
        f"The model against published figures: {validation.runs:,} runs of {validation.people:,} people at reference "
        f"values, {validation.months} months, seed {validation.seed}. In brackets the model's standard error. No run "
        "reads a published figure, but some parameters were set with one in view: agreement shows consistency, not "
        "validity.",
        WIDTH,
    )
    for figure in validation.comparisons:
        lines += ["", *textwrap.wrap(f"{figure.target.measure[:1].upper()}{figure.target.measure[1:]}", WIDTH)]
        lines += _numbers(figure)
        label = "why: " if figure.why else "note: "
        if figure.why or (figure.verdict != INSIDE and figure.target.note):
            lines += textwrap.wrap(
                label + (figure.why or figure.target.note), WIDTH, initial_indent="  ", subsequent_indent="  "
            )
    verdicts = [figure.verdict for figure in validation.comparisons]
    lines += [
        "",
        f"Of {len(verdicts)} figures {verdicts.count(INSIDE)} lie inside their published interval, "
        f"{verdicts.count(OUTSIDE)} outside; {verdicts.count(NO_INTERVAL)} have no published interval.",
    ]
    return "\n".join(lines) + "\n"


def _numbers(figure: TargetComparison) -> list[str]:
    """Published value and source, the model's value and what is said of it."""
    target = figure.target
    ends = "no interval" if target.low is None or target.high is None else f"{target.low:g} to {target.high:g}"
    error = f" ({figure.error:.2g})" if math.isfinite(figure.error) else ""
    side = "above" if figure.distance > 0 else "below"
    away = "" if figure.verdict in (INSIDE, NOT_KNOWN) else f": {abs(figure.distance):.1%} {side} the published value"
    doubt = ["  not clear in so few runs"] if figure.verdict == OUTSIDE and not figure.is_clear else []
    return [
        f"  published {f'{target.value:g} ({ends})':<30}{target.source}",
        f"  model     {f'{figure.model:.4g}{error}':<30}{figure.verdict}{away}",
        *doubt,
    ]
