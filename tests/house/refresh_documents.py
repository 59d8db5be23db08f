"""Render the parts of the documents that are tables: python tests/house/refresh_documents.py (or `make documents`).

A rendered part stands between two markers, <!-- NAME --> and <!-- /NAME -->; what stands around it is written by hand.
`test_documents.py` holds each part equal to its table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from sim.core.schema import Key, Keys

ROOT = Path(__file__).resolve().parents[2]


class Part(NamedTuple):
    """A rendered part of a document: the file from the top of the repository, its marker, what renders it."""

    document: str
    marker: str
    render: Callable[[], str]


def theme_names() -> Mapping[str, Collection[str]]:
    """By column of the table of themes, the names that exist in the package."""
    from sim.evidence import load_parameters
    from sim.outcomes.measures import MEASURE_NAMES
    from sim.scenario import LEVERS

    mechanisms = [path.stem for path in (ROOT / "sim" / "mechanisms").glob("*.py")]
    return {"mechanisms": mechanisms, "levers": LEVERS, "measures": MEASURE_NAMES, "numbers": load_parameters()}


def themes() -> str:
    """The table of themes; a mechanism is named as its file, as in `attendance.py`."""
    return "\n".join(_theme_lines())


def _theme_lines() -> Iterator[str]:
    from sim.evidence.themes import load_themes

    heads = ("theme", "files in `sim/mechanisms`", "levers", "measures in which it shows", "numbers", "left out")
    yield f"| {' | '.join(heads)} |"
    yield "| --- " * len(heads) + "|"
    for theme in load_themes(known=theme_names()):
        lists = {
            "mechanisms": [f"{name}.py" for name in theme.mechanisms],
            "levers": theme.levers,
            "measures": theme.measures,
            "numbers": theme.numbers,
        }
        cells = [theme.in_words.get(key) or ", ".join(f"`{name}`" for name in names) for key, names in lists.items()]
        yield f"| {theme.code} {theme.title} | {' | '.join(cells)} | {theme.left_out} |"


def hub_falls() -> str:
    """What halving the hubs costs at both ends of the rows that it hangs on, from the reference's table."""
    from csv import DictReader

    folder = ROOT / "results" / "reference" / "hub_curves"
    with (folder / "curve.csv").open(encoding="utf-8", newline="") as file:
        by_part = {float(row["part_of_today"]): float(row["engaged"]) for row in DictReader(file)}
    with (folder / "ends.csv").open(encoding="utf-8", newline="") as file:
        ends = list(DictReader(file))
    parts = [float(head.removeprefix("engaged_at_")) for head in ends[0] if head.startswith("engaged_at_")]
    rows = [("reference", "", [by_part[part] for part in parts])]
    rows += [
        (f"`{row['row']}`", f"{float(row['value']):g}", [float(row[f"engaged_at_{part:g}"]) for part in parts])
        for row in ends
    ]
    lines = [f"| row | at | {' | '.join(f'{100 * part:.0f}%' for part in parts)} | halving costs |", "| --- " * 9 + "|"]
    for name, value, engaged in rows:
        shown = " | ".join(f"{share:.3f}" for share in engaged)
        lines.append(f"| {name} | {value} | {shown} | {100 * (1 - engaged[-1] / engaged[0]):.0f}% |")
    return "\n".join(lines)


def levers() -> str:
    """The names of the levers, by what the money is spent on."""
    from sim.commands.text.levers import groups_table
    from sim.evidence import load_parameters
    from sim.scenario.levers.describe import catalogue

    return groups_table(catalogue(load_parameters())).rstrip("\n")


FILES_TITLES = {
    "scenario": "Scenario (YAML)",
    "purchase": "A purchase, an item of `levers:`",
    "narrowing": "A narrowed range, an entry of `parameters:`",
    "switches": "`switches:`",
    "stronger_opioids": "`stronger_opioids:`",
    "budgets": "`budgets:`",
    "study": "Study (YAML)",
    "view": "A view on money, an entry of `views:`",
    "design": "A design, an entry of `designs:`; what every method takes",
    "sobol": "`sobol:`, beside what every method takes",
    "morris": "`morris:`",
    "fast": "`fast:`",
    "one_at_a_time": "`one_at_a_time:`",
    "rule of journeys": "Rules of journeys.csv, by their names",
    "prices": "`prices:`",
    "parameters": "Evidence: parameters, a table a mechanism",
    "price_rows": "Evidence: cost.csv, the table of prices",
    "sources": "Evidence: sources",
    "targets": "Evidence: targets.csv, published figures that the model is held against",
    "lifetable": "Evidence: lifetable.csv, deaths and quality of life of the general population",
    "views": "Evidence: views.csv, views on money",
    "eras": "Evidence: eras.csv, eras under which published figures are read",
    "recall_laws": "Evidence: recall_laws.csv, the law of recall by date",
}


def files() -> str:
    """The keys of every file, a table a block."""
    from sim.area.records import KEYS as AREA
    from sim.evidence.load import KEYS as EVIDENCE
    from sim.scenario.reading.keys import KEYS as SCENARIO
    from sim.study.keys import KEYS as STUDY

    blocks = {**SCENARIO, **STUDY, **AREA, **EVIDENCE}
    return "\n\n".join(_block_table(FILES_TITLES.get(name, f"Area: {name}"), keys) for name, keys in blocks.items())


def _block_table(title: str, keys: Keys) -> str:
    lines = [f"## {title}", "", "| key | type | allowed | default | meaning |", "| --- | --- | --- | --- | --- |"]
    for key in keys.values():
        default = "needed" if key.needed else key.default
        example = f" Example: `{key.example}`." if key.example else ""
        words = (f"`{key.name}`", key.kind, _allowed(key), default, f"{key.meaning}.{example}")
        lines.append(f"| {' | '.join(cell.replace('|', '&#124;') for cell in words)} |")
    return "\n".join(lines)


def _allowed(key: Key) -> str:
    """The words or the range of a key, with its unit."""
    if key.choices:
        first = key.choices[0]
        return f"one of the {first[1:].replace('_', ' ')}" if first.startswith("@") else ", ".join(key.choices)
    is_length = key.kind in ("text", "name") or (key.kind.startswith("list") and key.kind != "list of number")
    if is_length:
        of = "items" if key.kind.startswith("list") else "letters"
        return f"at most {int(key.high):,} {of}" if key.high else ""
    ends = " to ".join(_number(end) for end in (key.low, key.high) if end)
    return f"{ends} {key.unit}".strip()


def _number(text: str) -> str:
    return text if text.count("-") == 2 else f"{float(text):,.12g}"


def published() -> str:
    """Published figures beside the model's, from the saved baseline, checks first."""
    return "\n".join(_published_lines())


def _published_lines() -> Iterator[str]:
    from sim.analysis.published import TargetComparison
    from sim.commands.text.validation import PARTS as ROLES
    from sim.evidence.targets import load_targets
    from sim.experiment.baseline import read

    saved, _ = read(ROOT / "results" / "reference" / "baseline")
    lines = {line.key: line for line in saved}
    targets = load_targets().values()
    yield "| figure | role | era | published (source) | model | |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for target in (target for role in ROLES for target in targets if target.role == role):
        line = lines.get((target.era, target.name))
        if line is None:
            raise SystemExit(f"the saved baseline has no '{target.name}' in {target.era}: run `make baseline`")
        ends = "" if target.low is None else f"; {target.low:g} to {target.high:g}, {target.interval_kind}"
        counts = "" if target.events is None else f"; {target.events} of {target.exposed:,.0f}"
        verdict = TargetComparison(target, line.mean, line.error).verdict
        cells = (
            f"`{target.name}`: {target.measure}", target.role, target.era,
            f"{target.value:g} (`{target.source}`{ends}{counts})", f"{line.mean:.4g} ({line.error:.2g})", verdict,
        )  # fmt: skip
        yield f"| {' | '.join(cells)} |"


PARTS = (
    Part("sim/MODEL.md", "published", published),
    Part("sim/MODEL.md", "hub_falls", hub_falls),
    Part("sim/FILES.md", "files", files),
    Part("sim/THEMES.md", "themes", themes),
    Part("README.md", "levers", levers),
)


def rendered(part: Part, text: str) -> str:
    """A document's text with one part rendered anew; the part must be marked once."""
    marked = re.compile(rf"(<!-- {part.marker} -->\n).*?(\n<!-- /{part.marker} -->)", re.DOTALL)
    text, n_marked = marked.subn(lambda found: f"{found[1]}{part.render()}{found[2]}", text)
    if n_marked != 1:
        raise SystemExit(f"{part.document} must hold <!-- {part.marker} --> and <!-- /{part.marker} --> once")
    return text


def main() -> None:
    for part in PARTS:
        path = ROOT / part.document
        path.write_text(rendered(part, path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
