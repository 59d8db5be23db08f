"""The model held against published figures, as a page of text."""

from __future__ import annotations

import math
import textwrap

from sim.analysis.published import INSIDE, NO_INTERVAL, NOT_KNOWN, OUTSIDE, TargetComparison, Validation

WIDTH = 100


def in_words(found: Validation) -> str:
    """The table as text, at most 100 columns wide."""
    lines = textwrap.wrap(
        f"The model against published figures: {found.runs:,} runs of {found.people:,} people at reference values, "
        f"{found.months} months, seed {found.seed}. In brackets the model's standard error. No run reads a published "
        "figure, but some parameters were set with one in view: agreement shows consistency, not validity.",
        WIDTH,
    )
    for held in found.comparisons:
        lines += ["", *textwrap.wrap(f"{held.target.measure[:1].upper()}{held.target.measure[1:]}", WIDTH)]
        lines += _numbers(held)
        label = "why: " if held.why else "note: "
        if held.why or (held.verdict != INSIDE and held.target.note):
            lines += textwrap.wrap(
                label + (held.why or held.target.note), WIDTH, initial_indent="  ", subsequent_indent="  "
            )
    verdicts = [held.verdict for held in found.comparisons]
    lines += [
        "",
        f"Of {len(verdicts)} figures {verdicts.count(INSIDE)} lie inside their published interval, "
        f"{verdicts.count(OUTSIDE)} outside; {verdicts.count(NO_INTERVAL)} have no published interval.",
    ]
    return "\n".join(lines) + "\n"


def _numbers(held: TargetComparison) -> list[str]:
    """Published value and source, the model's value and what is said of it."""
    target = held.target
    ends = "no interval" if target.low is None or target.high is None else f"{target.low:g} to {target.high:g}"
    error = f" ({held.error:.2g})" if math.isfinite(held.error) else ""
    side = "above" if held.distance > 0 else "below"
    away = "" if held.verdict in (INSIDE, NOT_KNOWN) else f": {abs(held.distance):.1%} {side} the published value"
    doubt = ["  not clear in so few runs"] if held.verdict == OUTSIDE and not held.is_clear else []
    return [
        f"  published {f'{target.value:g} ({ends})':<30}{target.source}",
        f"  model     {f'{held.model:.4g}{error}':<30}{held.verdict}{away}",
        *doubt,
    ]
