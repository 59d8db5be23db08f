"""The lever catalogue in words: a table of all levers, and everything about one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sim.core.grammar import counted, listed
from sim.document.blocks import Block, Cell, Document, Heading, Note, Paragraph, Table, labelled, tied
from sim.document.text import WIDTH, as_text
from sim.evidence.describe import number
from sim.presentation import words
from sim.scenario.levers.describe import LeverDescription, Row

NARROWEST, WIDEST = 40, 160
NARROW = 90  # columns below which the table gives way to a list
HEADS = ("lever", "theme", "GBP per unit (range)", tied("at least"), "payers", "effects rest on")
LEAST = 3  # the column of sums, aligned to the right
MARK = "*"  # after a smallest sum that depends on links or on an option's word


def levers_table(levers: Sequence[LeverDescription], width: int = WIDTH) -> str:
    """One row a lever, in so many columns (40 to 160); a list below 90."""
    width = min(max(width, NARROWEST), WIDEST)
    rows = tuple(map(_cells, levers))
    table = Table(HEADS, rows, right=frozenset({LEAST}))
    every: list[Block] = [block for row in rows for block in _entry(row)] if width < NARROW else [table]
    return as_text([*every, *map(Paragraph, _notes(levers))], width)


def groups_table(levers: Sequence[LeverDescription]) -> str:
    """The levers by what the money is spent on, as a table in Markdown: the README's, between its marks."""
    lines = ["| | |", "| --- | --- |"]
    names: dict[str, list[str]] = {}
    for lever in levers:
        cut = " (may be cut)" if lever.can_be_cut else ""
        names.setdefault(lever.group, []).append(f"`{lever.name}`{cut}")
    lines += [f"| {group} | {', '.join(named)} |" for group, named in names.items()]
    return "\n".join(lines) + "\n"


def lever_words(lever: LeverDescription, width: int = WIDTH) -> str:
    """Everything about one lever, in so many columns (40 to 160), with the lines that buy it in a scenario."""
    width = min(max(width, NARROWEST), WIDEST)
    blocks: list[Block] = [
        Heading(lever.name, level=3),
        Paragraph(lever.title),
        labelled(_entries(lever)),
        Paragraph("In a scenario, for the smallest sum:"),
    ]
    return "\n".join([as_text(blocks, width), *_example(lever)]) + "\n"


def _entries(lever: LeverDescription) -> Iterator[tuple[str, Cell]]:
    """Labels with their texts."""
    together = " if all prices are low or high together" if len(lever.prices) > 1 else ""
    low, high = gbp(lever.unit_cost_low_gbp), gbp(lever.unit_cost_high_gbp)
    yield "theme", ", ".join(lever.themes)
    yield "unit", lever.unit
    yield "price", (f"£{gbp(lever.unit_cost_gbp)} a unit (£{low} to £{high}{together})", *map(_row, lever.prices))
    if lever.overhead_gbp_per_prison:
        yield "and first", f"£{gbp(lever.overhead_gbp_per_prison)} a year for each prison"
    yield "at least", _least(lever)
    usual, *others = (f"{words.payer(code)} ({code})" for code in lever.payers)
    instead = f"; or {listed(others, last='or')}" if others else ""
    yield "paid by", f"{usual} unless told{instead}"
    yield "bought for", where(lever)
    for key, choices in lever.options.items():
        choice = listed(list(choices), last="or")
        unless_told = f"{choice}; {lever.defaults[key]} unless told" if key in lever.defaults else ""
        yield f"{key}:", unless_told or f"must be given: {choice}"
    yield "changes", lever.changes
    yield "begins", "in a straight line over the ramp" if lever.ramps else "at once"
    if lever.can_be_cut:
        cut = "money below 0 takes away what stands there today; 'percent_of_today: -10' takes a tenth of it"
        yield "may be cut", cut
    yield "evidence", (grades_in_words(lever), *map(_row, lever.effects))
    if lever.capacity:
        yield "capacity", tuple(map(_row, lever.capacity))
    yield "leaves out", lever.leaves_out


def where(lever: LeverDescription) -> str:
    """Where a lever can be bought: 'places or councils, which must be named', 'prisons, all of them unless named'."""
    if not lever.takes:
        return "the whole area"
    hubs = " with an open drug and alcohol hub" if lever.hubs_only else ""
    rule = "which must be named" if lever.needs_where else "all of them unless named"
    beside = "".join(f"; {_beside(lever.options, word, kind)}" for word, kind in lever.beside.items())
    return f"{listed(list(lever.takes), last='or')}{hubs}, {rule}{beside}"


def grades_in_words(lever: LeverDescription) -> str:
    """'assumed (2 assumed, 1 derived)': the weakest grade of its effects, and how many rows have each."""
    return f"{lever.grade} ({_mix(lever)})" if lever.grade else "none: no effect parameter"


def gbp(money: float) -> str:
    """Pounds without their sign, in pence only below ten: '46,000', '77', '1.50'."""
    return f"{money:,.2f}".removesuffix(".00") if money < 10 else f"{money:,.0f}"


def _entry(cells: tuple[str, ...]) -> Document:
    """A row of the table for a narrow screen."""
    name, themes, price, least, payers, grades = cells
    entry = f"{themes}; GBP {price}; at least {least}; paid by {payers}; effects rest on {grades}"
    return Heading(name, level=3), Note(entry)


def _cells(lever: LeverDescription) -> tuple[str, ...]:
    """One row of the table."""
    low, high = gbp(lever.unit_cost_low_gbp), gbp(lever.unit_cost_high_gbp)
    price = f"{gbp(lever.unit_cost_gbp)} per {lever.unit} {tied(f'({low} to {high})')}"
    least = f"{gbp(lever.least_gbp_per_year)}{MARK if _is_special(lever) else ''}"
    grades = ", ".join(tied(part) for part in _mix(lever).split(", ")) or "nothing"
    return lever.name, ", ".join(lever.themes), price, least, ", ".join(lever.payers), grades


def _notes(levers: Sequence[LeverDescription]) -> Iterator[str]:
    yield (
        f"{counted(len(levers), 'lever')}. Range: with every price at its low or high end. At least: the smallest "
        "purchase, GBP a year. Payers: the usual one first. Last column: how many of its effect parameters have each "
        "grade, the weakest first."
    )
    if any(_is_special(lever) for lever in levers):
        yield f"{MARK} for each prison or link, or by an option: see the lever."
    yield (
        "What a lever changes and leaves out, and where it can be bought: throughgate levers NAME. Where its numbers "
        "come from: throughgate evidence PARAMETER."
    )


def _is_special(lever: LeverDescription) -> bool:
    """Whether the smallest sum depends on more than the lever."""
    return len(lever.smallest) > 1 or lever.smallest[0].per != "purchase" or lever.overhead_gbp_per_prison > 0


def _least(lever: LeverDescription) -> str:
    """'£64,000 a year for 4 bed-years'; '£4,200 a year for each link (when: sunday), £17,710 a year for ...'."""
    per = lever.smallest[0].per
    units = words.units(lever.minimum_units, lever.unit).removesuffix(" a year")
    of = f" for {units}" if per == "purchase" else f" for each {per}"
    if lever.overhead_gbp_per_prison:
        of += f" in one prison, and £{gbp(lever.overhead_gbp_per_prison)} for each prison more"
    sums = []
    for one in lever.smallest:
        options = "; ".join(f"{key}: {listed(list(chosen), last='or')}" for key, chosen in one.options)
        sums.append(f"£{gbp(one.gbp_per_year)} a year{of}{f' ({options})' if options else ''}")
    return ", ".join(sums)


def _beside(options: Mapping[str, Sequence[str]], word: str, kind: str) -> str:
    """Which service must stand open in the council of each place, and under which word of an option."""
    key = next((key for key, choices in options.items() if word and word in choices), None)
    return f"{f'with {key}: {word}, ' if key else ''}in a council in which a service of kind {kind} is open"


def _mix(lever: LeverDescription) -> str:
    return ", ".join(f"{count} {grade}" for grade, count in lever.grades.items())


def _row(row: Row) -> str:
    does = f", {row.no_effect:.0%} chance that it does nothing" if row.no_effect else ""
    return f"  {row.name}: {number(row.value)} ({number(row.low)} to {number(row.high)}) {row.unit}, {row.grade}{does}"


def _example(lever: LeverDescription) -> list[str]:
    options = [f"    {key}: {word}" for key, word in _cheapest(lever).items()]
    named = [f"    {lever.takes[0]}: [...]"] if lever.needs_where and lever.takes else []
    least = -(-lever.least_gbp_per_year // 1)
    return [f"  - lever: {lever.name}", *options, f"    gbp_per_year: {int(least):_}", *named]


def _cheapest(lever: LeverDescription) -> dict[str, str]:
    """Words for the options that must be given, or decide the sum, which ask for the smallest one."""
    least = min(lever.smallest, key=lambda one: one.gbp_per_year)
    needed = {key: choices[0] for key, choices in lever.options.items() if key not in lever.defaults}
    return {**needed, **{k: v[0] for k, v in least.options}}
