"""Words for a parameter: its row with every source behind it; rows of a table or a mechanism; the assumptions log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sim.core.errors import InputError, nearest_name
from sim.core.grammar import counted
from sim.document.blocks import Cell, Heading, Paragraph, Table, labelled
from sim.document.text import as_text
from sim.evidence.draws import ParameterTable
from sim.evidence.price import SAVING_WORDS
from sim.evidence.price_index import DRUG_TARIFF, INDEX_WORDS, PRICE_YEAR
from sim.evidence.priors import shape_of_draws
from sim.evidence.ranges import rule_words
from sim.evidence.rows import GRADES, Parameter, Source

WIDTH = 110
IF_IT_WORKS = ", if it does anything"
LEAST_TOLD = 0.001  # of draws that do the opposite

SHAPES = {
    "uniform": "uniform: flat from {low} to {high}",
    "beta": "beta: median {value}, 95% of draws within {low} to {high}",
    "beta_mean": "beta: mean {value}, standard deviation a 3.92th of {low} to {high}",
    "lognormal": "lognormal: median {value}, 95% of draws within {low} to {high}",
    "gamma": "gamma: mean {value}, standard deviation a 3.92th of {low} to {high}",
    "normal": "normal, a side apart: median {value}, 95% of draws within {low} to {high}",
    "fixed": "fixed: never drawn, always {value}",
}

SEEN = {
    "read": "a page retrieved gave this figure; the address says which, a copy or abstract included",
    "computed": "worked out from figures that were read",
    "secondary": "quoted by another publication",
    "recalled": "from memory, not checked",
}


def describe_name(
    name: str,
    table: ParameterTable,
    sources: Mapping[str, Source],
    read_by: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """Words for a parameter's name; for the name of a table or of a mechanism its rows.

    read_by: by mechanism, names of the rows that it reads. A name that is a table's and a mechanism's gives both rows.
    An unknown name is refused with the nearest.
    """
    if name in table:
        return describe(table[name], sources)
    mechanisms = read_by or {}
    read = set(mechanisms.get(name, ()))
    rows = [row for row in table.values() if row.mechanism == name or row.name in read]
    if rows:
        return assumptions_log(rows)
    if name in mechanisms:
        return f"the mechanism '{name}' reads no row of the evidence tables"
    groups = sorted({*table.mechanisms, *mechanisms})
    raise InputError(
        f"'{name}' is neither a parameter nor a table of parameters nor a mechanism",
        allowed=f"a parameter's full name, or one of {', '.join(groups)}",
        nearest=nearest_name(name, [*table, *groups]),
    )


def describe(parameter: Parameter, sources: Mapping[str, Source]) -> str:
    """One parameter in lines of text: value, range, distribution, grade, derivation, and each source it rests on."""
    low, high, value = (number(x) for x in (parameter.low, parameter.high, parameter.value))
    entries: list[tuple[str, Cell]] = [
        ("value", f"{value} {parameter.unit}{IF_IT_WORKS if parameter.no_effect else ''}"),
        ("range", ", ".join(filter(None, (f"{low} to {high}", rule_words(parameter.unit, parameter.rule))))),
        ("distribution", SHAPES[parameter.distribution].format(value=value, low=low, high=high)),
        *_price(parameter),
        ("no effect", _no_effect(parameter)),
        ("draws", _draws(parameter)),
        ("grade", parameter.grade),
        ("people", parameter.population),
        ("place, period", ", ".join(part for part in (parameter.place, parameter.period) if part)),
        ("derivation", parameter.derivation),
        ("note", parameter.note),
        ("row", f"{parameter.file.name} line {parameter.line}"),
    ]
    cited = [_source(sources[identifier]) for identifier in parameter.sources]
    entries += [("" if k else "sources", lines) for k, lines in enumerate(cited or [("none: an assumption",)])]
    told = labelled((label, said) for label, said in entries if said)
    return as_text([Heading(parameter.name, level=3), told], WIDTH).rstrip("\n")


def _price(row: Parameter) -> list[tuple[str, Cell]]:
    """What a price was where it was published, how it came into the declared year, and what is saved of it."""
    price = row.price
    if price is None:
        return []
    low, high, value = (number(x) for x in (price.low, price.high, price.value))
    unit = row.unit.removesuffix(f", {PRICE_YEAR}")
    published = f"{value} {unit} ({low} to {high}) in the money of {price.year}"
    if price.uprating != 1.0:
        uprated = f"x {_figures(price.uprating)} {INDEX_WORDS[price.index]} = {_figures(row.value)} in {PRICE_YEAR}"
    else:
        uprated = INDEX_WORDS[price.index] if price.index == DRUG_TARIFF else f"the money of {PRICE_YEAR}, as it stands"
    saved = f"{price.cashable:.0%} of it" if price.cashable else "nothing of it can be banked"
    lag = f", after {counted(price.lag_days, 'day')}" if price.lag_days else ""
    return [
        ("published", published),
        ("run uses", uprated),
        ("when less", f"{SAVING_WORDS[price.saving]}: {saved}{lag} (judged)"),
    ]


def _no_effect(row: Parameter) -> str:
    """The stated chance that the thing does nothing and what it rests on; empty where none is stated."""
    return f"{row.no_effect:.0%} chance that it does nothing: {row.no_effect_basis}" if row.no_effect else ""


def _draws(row: Parameter) -> str:
    """What runs use: the mean of the draws, how many do nothing or the opposite, and the value of the reference run."""
    if row.distribution == "fixed":
        return ""
    shape = shape_of_draws(row)
    parts = [f"{_figures(shape.mean)} on average"]
    if shape.nothing is not None and shape.beyond is not None:
        parts += [f"{shape.nothing:.0%} do nothing"] if shape.nothing else []
        parts += [f"{shape.beyond:.1%} lie beyond {row.null:g}, the other way"] if shape.beyond >= LEAST_TOLD else []
    parts.append(f"the reference run takes {_figures(row.centre)}")
    return "; ".join(parts)


def _figures(x: float) -> str:
    """A number to four figures."""
    return number(float(f"{x:.4g}"))


def assumptions_log(table: ParameterTable | Iterable[Parameter]) -> str:
    """An aligned table with one line a parameter, sorted by mechanism (in table order within one), ready to print.

    The column after high says where the range comes from: stated by the row, or worked out by the default rule. Mean is
    that of the draws, nothing the part of them that does nothing.
    """
    rows = list(table.values()) if isinstance(table, ParameterTable) else list(table)
    rows.sort(key=lambda row: row.mechanism)
    heads = (
        "parameter", "value", "low", "high", "mean", "nothing", "range", "unit", "distribution", "grade", "sources",
    )  # fmt: skip
    cells = tuple(
        (
            row.name, number(row.value), number(row.low), number(row.high), _figures(shape.mean),
            f"{shape.nothing:.0%}" if shape.nothing else "", row.rule or "stated", row.unit, row.distribution,
            row.grade, _cited(row.sources),
        )
        for row in rows
        for shape in (shape_of_draws(row),)
    )  # fmt: skip
    counts = ", ".join(f"{sum(row.grade == grade for row in rows)} {grade}" for grade in GRADES)
    total = Paragraph(f"{counted(len(rows), 'parameter')}: {counts}")
    return as_text([Table(heads, cells, right=frozenset({1, 2, 3, 4, 5})), total], width=None).rstrip("\n")


def _cited(sources: tuple[str, ...]) -> str:
    """The first source and how many more there are; `describe` lists them all."""
    if not sources:
        return "none"
    return sources[0] if len(sources) == 1 else f"{sources[0]} + {len(sources) - 1}"


def number(x: float) -> str:
    """A number as short as it goes without loss for a reader: 2200, 0.00238, 0.000977."""
    text = f"{x:.6g}"
    return f"{x:.10f}".rstrip("0").rstrip(".") if "e" in text else text


def _source(source: Source) -> tuple[str, ...]:
    """The name of a source, then its lines."""
    figure = "no size published" if source.value is None else number(source.value)
    lines = (
        f"{figure}{_interval(source.low, source.high)} {source.unit}: {source.quantity}",
        ", ".join(part for part in (source.population, source.place, source.period) if part),
        source.source,
        source.url,
        f"confidence: {source.confidence} ({SEEN[source.confidence]})",
        source.note,
    )
    return source.id, *(f"  {line}" for line in lines if line)


def _interval(low: float | None, high: float | None) -> str:
    """' (0.41 to 0.66)'; empty when neither end is known."""
    if low is not None and high is not None:
        return f" ({number(low)} to {number(high)})"
    if low is not None:
        return f" (from {number(low)})"
    return "" if high is None else f" (up to {number(high)})"
