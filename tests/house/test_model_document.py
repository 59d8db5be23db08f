"""sim/MODEL.md and CONTRIBUTING.md say what the package says: no file, name, parameter, lever, measure or target is
missing or made up."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest
from house_tree import ROOT, modules
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
    "## What this form leaves out",
    "## Checks against published figures",
)
NO_RULE_OF_ITS_OWN = {"parameters.py", "quantities.py"}
# of files, and of measures
WORDS_OF_FILES = {"assumed", "separate", "pooled", "percent_of_today", "most_disadvantaged", "_expected"}
RECIPES = ("## Where does it live?", "## Adding a mechanism", "## Adding a lever")


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
    unknown = fields - set(FIELDS)
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


def rooms_told(text: str) -> list[str]:
    """The rooms that open the rows of the first table of a text, as paths below sim."""
    told = [re.fullmatch(r"`sim/([a-z_/]+)(\.py)?`", row[0]) for row in table_rows(text)]
    return [room[1] for room in told if room is not None]


def test_the_layout_holds_every_room_in_order() -> None:
    rooms = {path.parent.relative_to(SIM).as_posix() for path in SIM.glob("*/**/__init__.py")}
    rooms |= {path.stem for path in SIM.glob("*.py") if path.name != "__init__.py"}
    told = rooms_told(section("### The layout of the house"))
    assert rooms == set(told), f"missing {sorted(rooms - set(told))}, made up {sorted(set(told) - rooms)}"
    tops = list(dict.fromkeys(room.split("/")[0] for room in told if room != "__main__"))
    assert tops == list(ORDER[:-1]), "the order of the table is the order of imports"


def test_contributing_holds_every_room_in_order() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert rooms_told(text.split("\n## One way through\n")[1].split("\n## ")[0]) == list(ORDER[:-1])


def test_contributing_has_its_recipes_and_names_what_is_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    missing = [heading for heading in RECIPES if f"\n{heading}\n" not in text]
    assert not missing, f"headings missing: {missing}"
    assert not (gone := paths_gone(text)), f"CONTRIBUTING.md names what is not there: {gone}"


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
    """The table itself is rendered from the saved run; here that it holds every target with its role and era."""
    from sim.evidence.targets import load_targets

    rows = {row[0].split("`")[1]: row for row in table_rows(section("## Checks against published figures"))}
    targets = load_targets()
    assert set(rows) == set(targets)
    for name, target in targets.items():
        _, role, era, published, model, verdict = rows[name]
        assert (role, era) == (target.role, target.era)
        assert published.startswith(f"{target.value:g} (`{target.source}`"), f"{name}: {published}"
        assert re.fullmatch(r"[0-9.]+ \([0-9.e-]+\)", model), f"{name}: '{model}' is no value with its standard error"
        assert verdict in ("met", "not met", "no interval")


def test_no_figure_that_is_not_met_is_excused() -> None:
    """The rate of overdoses over a year is shown as it is."""
    from sim.evidence.targets import load_targets

    assert "should stand above" not in load_targets()["nonfatal_overdose_rate_year"].note
    rows = {row[0].split("`")[1]: row for row in table_rows(section("## Checks against published figures"))}
    assert rows["nonfatal_overdose_rate_year"][-1] == "not met"
    assert "stand above the published rate" not in " ".join(document().split())


def paths_gone(text: str) -> list[str]:
    """Files and folders named between backticks that are not in the repository."""
    tops = "|".join(sorted(path.name for path in ROOT.iterdir() if path.is_dir() and path.name[0] != "."))
    named = set(re.findall(rf"`((?:{tops})/[\w./]*)`", text)) | set(
        re.findall(r"`([\w/]+/\w+\.(?:py|md|csv|yaml))`", text)
    )
    assert named, "no path found"
    return sorted(name for name in named if not (ROOT / name).exists())


def test_every_path_named_is_there() -> None:
    assert not (gone := paths_gone(document())), f"sim/MODEL.md names what is not there: {gone}"


@cache
def names_in_code() -> frozenset[str]:
    """Every function, class and constant of the package's modules."""
    trees = [tree for _, tree in modules()]
    named = {node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    assigned = [node for tree in trees for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)]
    stored = [inner for node in assigned for inner in ast.walk(node) if isinstance(inner, ast.Name)]
    return frozenset(named | {name.id for name in stored if isinstance(name.ctx, ast.Store)})


def test_every_identifier_named_is_there() -> None:
    """A name of the code, a field, a lever, a measure, a figure or a source, and no name that one of them had once."""
    from sim.evidence import load_sources
    from sim.evidence.targets import load_targets
    from sim.outcomes.measures import MEASURE_NAMES
    from sim.population.person import FIELDS
    from sim.scenario import LEVERS

    identifiers = {name for name in marked() if re.fullmatch(r"[A-Za-z_]\w*", name)}
    known = {*names_in_code(), *load_sources(), *load_targets(), *MEASURE_NAMES, *LEVERS, *WORDS_OF_FILES}
    known |= set(FIELDS)
    assert len(identifiers) > 100
    assert identifiers <= known, f"sim/MODEL.md names what is nowhere: {sorted(identifiers - known)}"


@pytest.mark.parametrize("page", ["sim/MODEL.md", "sim/GLOSSARY.md", "CONTRIBUTING.md"])
def test_luck_is_a_word_of_pages_for_readers(page: str) -> None:
    """Documents of method say common random numbers, and luck only where they quote a page or name a factor."""
    text = re.sub(r'"the same luck"|`[^`]*`', "", (ROOT / page).read_text(encoding="utf-8"))
    assert "luck" not in text.lower()
