"""sim/MODEL.md and the package say the same: no file, parameter, lever, measure or target is missing or made up."""

from __future__ import annotations

import re
from functools import cache

import pytest
from house_tree import ROOT
from test_import_direction import ORDER

SIM = ROOT / "sim"
HEADINGS = (
    "## Overview",
    "### Purpose",
    "### Entities, state variables and scales",
    "### Process overview and scheduling",
    "## Design concepts",
    "## Details",
    "### The layout of the house",
    "### Initialisation",
    "### Input data",
    "### Submodels",
    "### Levers",
    "### Measures",
    "## How to add a mechanism",
    "## How to add a lever",
    "## What this form leaves out",
    "## Checks against published figures",
)
NO_RULE_OF_ITS_OWN = {"facts.py"}


@cache
def document() -> str:
    """The page."""
    return (SIM / "MODEL.md").read_text(encoding="utf-8")


@cache
def marked() -> frozenset[str]:
    """Everything between backticks."""
    return frozenset(re.findall(r"`([^`]+)`", document()))


def section(heading: str) -> str:
    """The page from a heading to the next one of the same or a higher level."""
    level = heading.split(" ")[0]
    rest = document().split(f"\n{heading}\n")[1]
    return re.split(rf"\n#{{1,{len(level)}}} ", rest)[0]


def table_rows(text: str) -> list[list[str]]:
    """Cells of every table row in a text, headers and rules left out."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    rules = [k for k, row in enumerate(rows) if set("".join(row)) <= set("- ")]
    return [row for k, row in enumerate(rows) if k not in rules and k + 1 not in rules]


def mechanism_files() -> list[str]:
    return sorted(path.name for path in (SIM / "mechanisms").glob("*.py") if path.name != "__init__.py")


def submodel(file: str) -> str:
    """The paragraphs on one mechanism, from its name in bold to the next name in bold."""
    start = re.search(rf"\n\*\*`{re.escape(file)}`", section("### Submodels"))
    assert start is not None, f"no paragraph begins with **`{file}`"
    return re.split(r"\n\*\*", section("### Submodels")[start.end() :])[0]


def test_the_headings_stand_in_order() -> None:
    places = [document().find(f"\n{heading}\n") for heading in HEADINGS]
    missing = [heading for heading, place in zip(HEADINGS, places, strict=True) if place < 0]
    assert not missing, f"headings missing: {missing}"
    assert places == sorted(places)


def test_every_parameter_is_named() -> None:
    from sim.evidence import load_parameters

    missing = sorted(set(load_parameters()) - marked())
    assert not missing, f"parameters of the evidence tables that sim/MODEL.md does not name: {', '.join(missing)}"


def test_no_parameter_is_made_up() -> None:
    from sim.evidence import load_parameters

    table = load_parameters()
    code = re.findall(r"(?m)^    .*$", document())
    words = {
        word for text in (*marked(), *code) for word in re.findall(r"(?<![\w/.])[a-z]+\.[a-z_0-9]+(?![\w/(])", text)
    }
    like_parameters = {word for word in words if word.split(".")[0] in table.mechanisms and not word.endswith(".py")}
    assert like_parameters, "no parameter found"
    assert not like_parameters - set(table), f"named, but in no table: {sorted(like_parameters - set(table))}"


@pytest.mark.parametrize("file", mechanism_files())
def test_every_mechanism_is_told(file: str) -> None:
    from sim.population.person import FIELDS

    text = submodel(file)
    if file in NO_RULE_OF_ITS_OWN:
        return
    assert "Left out: " in text, f"{file}: what is left out is not told"
    writes = re.search(r"\nWrites: (.*?)\. Left out: ", text.replace("\nLeft out", " Left out"), flags=re.DOTALL)
    assert writes is not None, f"{file}: what it writes is not told"
    fields = {name for name in re.findall(r"`([^`]+)`", writes.group(1)) if not name.endswith(".py")}
    assert fields, f"{file} writes nothing"
    unknown = fields - FIELDS.keys()
    assert not unknown, f"{file}: not fields of a person: {sorted(unknown)}"


def test_a_parameter_is_told_where_it_is_read() -> None:
    """A name that a mechanism's own code spells out stands in that mechanism's paragraphs."""
    from sim.evidence import load_parameters

    names = set(load_parameters())
    problems = []
    for file in mechanism_files():
        code = (SIM / "mechanisms" / file).read_text(encoding="utf-8").split('"""', 2)[2]
        read = {name for name in re.findall(r'"([a-z]+\.[a-z_0-9]+)"', code) if name in names}
        problems += [f"{file} reads {name}" for name in sorted(read) if name not in submodel(file)]
    assert not problems, f"not told in the paragraphs on the file: {', '.join(problems)}"


def test_the_layout_holds_every_package_in_order() -> None:
    found = {path.parent.name for path in SIM.glob("*/__init__.py")}
    found |= {path.stem for path in SIM.glob("*.py") if path.name != "__init__.py"}
    told = [
        re.sub(r"`sim/([a-z_]+)(\.py)?`", r"\1", row[0]) for row in table_rows(section("### The layout of the house"))
    ]
    assert found == set(told), f"missing {sorted(found - set(told))}, made up {sorted(set(told) - found)}"
    assert told == [room for room in ORDER if room in told], "the order of the table is the order of imports"


def test_every_measure_is_named() -> None:
    from sim.outcomes.measures import MEASURE_NAMES

    told = re.findall(r"`([a-z0-9_]+)`", section("### Measures"))
    assert set(MEASURE_NAMES) <= set(told), f"missing: {sorted(set(MEASURE_NAMES) - set(told))}"
    assert set(told) <= {*MEASURE_NAMES, "_expected"}, f"made up: {sorted(set(told) - set(MEASURE_NAMES))}"


def test_every_lever_is_in_the_table_with_its_parameters() -> None:
    from sim.scenario import LEVERS

    rows = {row[0].strip("`"): " ".join(row) for row in table_rows(section("### Levers"))}
    assert set(rows) == set(LEVERS)
    untold = [
        f"{name}: {lever.cost_parameter}" for name, lever in LEVERS.items() if lever.cost_parameter not in rows[name]
    ]
    assert not untold, f"prices not told: {untold}"


def test_every_published_figure_is_held_against_the_model() -> None:
    from sim.evidence.targets import load_targets

    rows = {row[0].split("`")[1]: row for row in table_rows(section("## Checks against published figures"))}
    targets = load_targets()
    assert set(rows) == set(targets)
    for name, target in targets.items():
        _, published, model = rows[name]
        assert published.startswith(f"{target.value:g} (`{target.source}`"), f"{name}: {published}"
        assert re.fullmatch(r"[0-9.]+ \([0-9.e-]+\)", model), f"{name}: '{model}' is no value with its standard error"


def test_every_file_named_is_there() -> None:
    named = {name for name in marked() if re.fullmatch(r"[\w/]+/[\w.]+\.(py|md|csv|yaml)", name)}
    assert named
    missing = sorted(name for name in named if not (ROOT / name).exists())
    assert not missing, f"sim/MODEL.md names files that are not there: {missing}"
