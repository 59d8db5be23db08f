"""Make results/reference/ and the README's answer anew: python tests/reference/refresh.py (or `make reference`).

Run it when the model or its evidence changed on purpose, look at what moved, and say in CHANGELOG.md which numbers and
why. Never run it to turn a test green.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sim
from sim.outcomes.measures import measure_named
from sim.presentation import chances, words
from sim.presentation.report import changes as table
from sim.presentation.report import money as money_text

if TYPE_CHECKING:
    from sim.analysis.comparison import Comparison

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "results" / "reference"
BLOCK = re.compile(r"(<!-- answer -->\n).*?(<!-- /answer -->)", re.DOTALL)
SHOWN = (
    "engaged_within_3_weeks",
    "rough_sleeping_days",
    "deaths_365_days_expected",
    "recalled_365_days",
)


def answer(comparison: Comparison) -> str:
    """The README's table: what each scenario costs and changes in a year, with intervals and chances."""
    heads = [measure_named(name).label for name in SHOWN]
    lines = [
        f"| In a year | costs | {' | '.join(heads)} |",
        f"| --- | --- |{' --- |' * len(heads)}",
    ]
    for name in comparison.scenarios:
        if name == comparison.baseline:
            continue
        cells = []
        for measure in SHOWN:
            row = comparison.row(name, measure)
            cells.append(cell(row, measure))
        lines.append(f"| {comparison.titles[name]} | {money_text.cost(comparison, name)} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def cell(row: Mapping[str, Any], measure: str) -> str:
    """'about 130 more people (36 to 230 more), 98% better, assumed'; nothing is sure of what is too small to count."""
    said = table.change(row, measure_named(measure))
    if said == "no change":
        return said
    ends = words.interval(float(row["per_year_low"]), float(row["per_year_high"]))
    sure = "" if said in table.SILENT else f", {chances.brief(row)}"
    return f"{said} ({ends}){sure}"


def main() -> None:
    """Run the shipped comparison into results/reference and put its answer into the README."""
    scenarios = [path.relative_to(ROOT) for path in sorted((ROOT / "scenarios").glob("*.yaml"))]
    comparison = sim.compare(scenarios, out=REFERENCE.relative_to(ROOT), force=True)
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    readme.write_text(BLOCK.sub(lambda found: found[1] + answer(comparison) + found[2], text), encoding="utf-8")


if __name__ == "__main__":
    main()
