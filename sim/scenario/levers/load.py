"""Strict reading of the lever table; every problem is one InputError naming file, line and column.

One row a lever. Lists are written as `a; b`, options as `when: evening, sunday`, their defaults as `when: evening`.
Every name of something that stands elsewhere is held against it here: parameter rows, payers, coverages, options,
rules of who is eligible.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path

from sim.area.load import shipped_kinds
from sim.core.cells import LONGEST_TITLE, words_of
from sim.core.errors import InputError, exact
from sim.core.grammar import counted
from sim.core.tables import Row, read_rows
from sim.evidence.load import shipped_names
from sim.evidence.needed import needed_rows
from sim.evidence.rows import Parameter
from sim.evidence.units import null_of_unit
from sim.population.coverage import COVERAGE
from sim.scenario.levers.eligibility import ELIGIBLE, PER_UNIT
from sim.scenario.levers.lever import GROUPS, OPERATING_DAYS, PAYERS, PRISON_COVERAGE, Lever, Share

TABLE = Path(__file__).parent / "levers.csv"

COLUMNS = (
    "name", "title", "group", "themes", "unit", "payers", "cost_parameter", "cost_factors", "cost_multiplier",
    "cost_divisor", "once_parameter", "leaves_parameter", "overhead_parameter", "overhead_share", "takes",
    "needs_where", "hubs_only", "beside", "options", "defaults", "minimum_units", "minimum_per", "ramps",
    "can_be_cut", "coverage", "axis", "eligible", "eligible_words", "whole_councils", "per_unit", "writes",
    "capacity_parameters", "effect_parameters", "leaves_out",
)  # fmt: skip
NEEDS = (
    "name", "title", "group", "themes", "unit", "payers", "cost_parameter", "needs_where", "hubs_only", "ramps",
    "can_be_cut", "writes", "effect_parameters", "leaves_out",
)  # fmt: skip
OF_COVERAGE = ("axis", "eligible", "eligible_words", "per_unit")
COVERAGE_OF_AXIS: Mapping[str, tuple[str, ...]] = {"home": COVERAGE, "hub": COVERAGE, "prison": PRISON_COVERAGE}
WHERE = ("places", "prisons", "links")
MINIMUM_PER = ("purchase", "link")
PRICES = "cost."  # rows of sim/evidence/tables/cost.csv
MOST = 1_000_000  # of a factor or a smallest number of units
AT_ONE = 0.01  # of a ratio's range on the log scale: an end that near to 1 stands at 1
YES_OR_NO: Mapping[str, bool] = {"yes": True, "no": False}

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_THEME = re.compile(r"T[1-9][0-9]*")


class _Row(Row):
    """One row of the table, with what only levers have."""

    __slots__ = ()

    def positive(self, column: str, default: float) -> float:
        """The number above 0 in a cell, or what an empty cell stands for."""
        number = self.optional_number(column)
        if number is not None and not 0.0 < number <= MOST:
            raise self.error(column, f"{self.cells[column]} is not possible", f"above 0, at most {MOST:,}")
        return default if number is None else number

    def is_yes(self, column: str) -> bool:
        """Whether a cell says yes."""
        return YES_OR_NO[self.word(column, YES_OR_NO, "yes or no")]

    def parameters(self, column: str) -> tuple[str, ...]:
        """Names of rows of the evidence tables; one that only misses there is refused as the tables are loaded."""
        return self.words(column, sorted(shipped_names() | set(needed_rows())), "a row of the evidence tables")


def load_levers(file: Path = TABLE) -> Mapping[str, Lever]:
    """The levers of the table by name, in its order.

    Raises InputError, naming file, line and column, at the first cell that is not right.
    """
    levers: dict[str, Lever] = {}
    lines: dict[str, int] = {}
    for found in read_rows(file, COLUMNS, NEEDS):
        row = _Row(file, found.line, found.cells)
        lever = _lever(row)
        if lever.name in levers:
            raise row.error(
                "name", f"'{lever.name}' is there twice; it first stands in line {lines[lever.name]}",
                allowed="each name once",
            )  # fmt: skip
        levers[lever.name], lines[lever.name] = lever, row.line
    if not levers:
        raise InputError("the table holds no lever", file=file, allowed="a row for each lever")
    return levers


def _lever(row: _Row) -> Lever:
    cells, options, once = row.cells, _options(row), _once(row)
    overhead = row.parameters("overhead_parameter")
    if bool(overhead) != bool(cells["overhead_share"]):
        missing = "overhead_share" if overhead else "overhead_parameter"
        raise row.error(missing, "an overhead has a price row and a share of it", allowed="both, or neither")
    if row.is_yes("needs_where") and not row.items("takes"):
        raise row.error("takes", "a purchase must say where, and can name nothing", allowed=", ".join(WHERE))
    return Lever(
        name=_shaped(row, "name", cells["name"], _NAME, "a name as navigators or bus_trips"),
        title=words_of(row, "title", longest=LONGEST_TITLE),
        group=row.word("group", GROUPS, "a group"),
        themes=tuple(_shaped(row, "themes", theme, _THEME, "T and a number, as T8") for theme in row.items("themes")),
        unit=words_of(row, "unit", longest=LONGEST_TITLE),
        payers=row.words("payers", PAYERS, "a payer"),
        cost_parameter=_price(row, "cost_parameter"),
        cost_factors=row.parameters("cost_factors"),
        cost_multiplier=row.positive("cost_multiplier", 1.0),
        cost_divisor=row.positive("cost_divisor", 1.0),
        once_parameter=once[0] if once else None,
        leaves_parameter=once[1] if once else None,
        overhead_parameter=_price(row, "overhead_parameter") if overhead else None,
        overhead_share=row.positive("overhead_share", 0.0),
        takes=row.words("takes", WHERE, "something that a purchase can name"),
        needs_where=row.is_yes("needs_where"),
        hubs_only=row.is_yes("hubs_only"),
        beside=_beside(row, options),
        options=options,
        defaults=_defaults(row, options),
        minimum_units=row.positive("minimum_units", 1.0),
        minimum_per=_minimum_per(row, options),
        ramps=row.is_yes("ramps"),
        can_be_cut=row.is_yes("can_be_cut"),
        share=_share(row, options),
        writes=cells["writes"],
        capacity_parameters=row.parameters("capacity_parameters"),
        effect_parameters=row.parameters("effect_parameters"),
        leaves_out=cells["leaves_out"],
    )


def _shaped(row: _Row, column: str, text: str, shape: re.Pattern[str], allowed: str) -> str:
    if not shape.fullmatch(text):
        raise row.error(column, f"'{text}' is not possible here", allowed=allowed)
    return text


def _price(row: _Row, column: str) -> str:
    """The one row of a cell, which is a price."""
    names = row.parameters(column)
    if len(names) > 1:
        raise row.error(
            column, f"{counted(len(names), 'row')} are named", allowed="one row; further ones in cost_factors"
        )
    if not names[0].startswith(PRICES):
        raise row.error(column, f"'{names[0]}' is not a price", allowed=f"a row named {PRICES}...")
    return names[0]


def _once(row: _Row) -> tuple[str, str] | None:
    """The row of what is bought once and that of the rate at which it leaves; None where all is bought every year."""
    once, leaves = row.parameters("once_parameter"), row.parameters("leaves_parameter")
    if not once and not leaves:
        return None
    for column, names in (("once_parameter", once), ("leaves_parameter", leaves), ("cost_factors", leaves)):
        if not row.cells[column] or (column != "cost_factors" and len(names) > 1):
            allowed = "what is bought once, the rate at which it leaves, and what is bought every year; or neither"
            raise row.error(column, "what is bought once needs one row of each", allowed=allowed)
    return once[0], leaves[0]


def _options(row: _Row) -> dict[str, tuple[str, ...]]:
    """Words of each option, from 'when: evening, sunday; setting: hub, street'."""
    options: dict[str, tuple[str, ...]] = {}
    for part in row.items("options"):
        key, colon, rest = part.partition(":")
        choices = tuple(word.strip() for word in rest.split(","))
        if not colon or not all(_NAME.fullmatch(word) for word in (key, *choices)) or len(set(choices)) < len(choices):
            raise row.error("options", f"'{part}' is not an option", allowed="a name and its words, as 'when: a, b'")
        options[key] = choices
    return options


def _defaults(row: _Row, options: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """The word of each option that need not be given, from 'when: evening'."""
    defaults: dict[str, str] = {}
    for part in row.items("defaults"):
        key, _, word = part.partition(":")
        row.one_of("defaults", key, options, "an option of the lever")
        defaults[key] = row.one_of("defaults", word.strip(), options[key], f"a word of the option '{key}'")
    return defaults


def _beside(row: _Row, options: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Kind of service by option's word, from 'word: kind' or, for every purchase, 'kind'."""
    beside: dict[str, str] = {}
    for part in row.items("beside"):
        word, colon, kind = part.rpartition(":")
        if colon:
            choices = [choice for words in options.values() for choice in words]
            row.one_of("beside", word, choices, "a word of the lever's options")
        beside[word] = row.one_of("beside", kind.strip(), sorted(shipped_kinds()), "a kind of service of an area")
    return beside


def _minimum_per(row: _Row, options: Mapping[str, tuple[str, ...]]) -> str:
    if not row.cells["minimum_per"]:
        return "purchase"
    per = row.word("minimum_per", MINIMUM_PER, "what a smallest purchase is reckoned for")
    if per == "link":
        if "links" not in row.items("takes"):
            raise row.error("minimum_per", "the lever takes no links", allowed="links in takes")
        if "when" not in options:
            raise row.error("options", "a trip on a link needs the option 'when'", allowed=", ".join(OPERATING_DAYS))
        for word in options["when"]:
            row.one_of("options", word, OPERATING_DAYS, "a word for 'when' whose days are known")
    return per


def _share(row: _Row, options: Mapping[str, tuple[str, ...]]) -> Share | None:
    """How the lever raises a coverage, or None where its delivery has a rule of its own."""
    cells = row.cells
    if not cells["coverage"]:
        for column in (*OF_COVERAGE, "whole_councils"):
            if cells[column]:
                raise row.error(column, "a value stands here without a coverage", allowed="a coverage, or empty")
        return None
    for column in OF_COVERAGE:
        if not cells[column]:
            raise row.error(column, "the cell is empty", allowed="a value beside each coverage")
    axis = row.word("axis", COVERAGE_OF_AXIS, "an axis")
    share = Share(
        coverage=cells["coverage"],
        axis=axis,
        eligible=row.word("eligible", ELIGIBLE[axis], f"a rule of who is eligible by {axis}"),
        eligible_words=cells["eligible_words"],
        per_unit=row.word("per_unit", PER_UNIT, "a rule of how many a unit reaches"),
        whole_councils=row.is_yes("whole_councils") if cells["whole_councils"] else False,
    )
    for key in re.findall(r"{(.*?)}", share.coverage):
        row.one_of("coverage", key, options, "an option of the lever")
    for name in share.names(options):
        row.one_of("coverage", name, COVERAGE_OF_AXIS[axis], f"a coverage by {axis}")
    return share


def refuse_one_sided(levers: Mapping[str, Lever], parameters: Mapping[str, Parameter]) -> None:
    """Refuses a ratio that a lever acts by, whose range ends at no effect and which claims no chance of it.

    Draws of such a row are all but never on the other side: whoever compares levers would find that the lever works
    because the range was cut there. A flat range may not have its value there either, which would say nothing of it.
    """
    for lever in levers.values():
        for row in (parameters[name] for name in lever.effect_parameters if name in parameters):
            if row.no_effect or row.low >= row.high or null_of_unit(row.unit) != 1.0:
                continue
            end = _end_at_one(row.low, row.high)
            if end is not None:
                raise _one_sided(row, lever, f"the range of '{row.name}' ends at {exact(end)}, at no effect (1)")
            if row.distribution == "uniform" and row.value == 1.0:
                raise _one_sided(row, lever, f"the value of '{row.name}' is 1, no effect, in a flat range")


def _end_at_one(low: float, high: float) -> float | None:
    """The end of a ratio's range that is nearer to 1 than a hundredth of the range, on the log scale; None if neither.

    As good as 1: to end there, or just beyond, is to be cut there.
    """
    near = AT_ONE * math.log(high / low)
    return next((end for end in (low, high) if abs(math.log(end)) < near), None)


def _one_sided(row: Parameter, lever: Lever, problem: str) -> InputError:
    return InputError(
        f"{problem}, and the lever {lever.name} acts by it", file=row.file, line=row.line, key=row.name,
        allowed="a range that goes well through 1, or one on one side with a chance of no effect and its reason",
    )  # fmt: skip
