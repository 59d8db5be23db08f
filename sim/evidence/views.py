"""Views on money: whose costs are counted, at which rates costs and health are discounted, what a QALY is worth.

Three stand in views.csv, a row a choice, each with the day since which it holds: health and care, as NICE looks at it;
the same with the councils' public health, which pays for drug and alcohol treatment; and society, as the Green Book
does. A study may set any of them otherwise (`views:` of its file); what was used is kept in its manifest.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from sim.core.cells import Record, read_table
from sim.core.errors import InputError, exact, nearest_name
from sim.core.mistakes import Mistakes
from sim.core.tables import Row
from sim.evidence.load import KEYS, load_sources

TABLE = Path(__file__).parent / "views.csv"
RATES = (0.015, 0.035)
"""Yearly rates at which runs sum the years to come; no other can be made of their totals."""
MOST_VALUE = 1e6  # GBP per QALY
YES, NO = "yes", "no"
MOST_POINTS = 100  # of a curve


@dataclass(frozen=True)
class View:
    """One view on money.

    payers: codes of those whose costs are counted. cost_rate, health_rate: yearly, of RATES. qaly_value,
    qaly_value_high: GBP per QALY, ends of a range or one value twice. curve: GBP per QALY, rising, at which curves are
    drawn. survivors_care: whether later treatment of people who live on is in the cost. qaly_row: where the value of a
    QALY is from, 'nice_threshold, since 2013-04-01'; '' in studies made before it was held.
    """

    name: str
    title: str
    payers: tuple[str, ...]
    cost_rate: float
    health_rate: float
    qaly_value: float
    qaly_value_high: float
    curve: tuple[float, ...]
    survivors_care: bool
    qaly_row: str = ""

    def plain(self) -> dict[str, Any]:
        """The view as plain values for a manifest."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}

    @classmethod
    def of_plain(cls, content: Mapping[str, Any]) -> View:
        """The view that `plain` gave; KeyError or TypeError where it is another thing."""
        lists = {"payers": tuple(content["payers"]), "curve": tuple(float(value) for value in content["curve"])}
        return cls(**{**content, **lists})


Choice = str | float | bool | Sequence[str] | Sequence[float]
CHANGEABLE = ("payers", "cost_rate", "health_rate", "qaly_value", "qaly_value_high", "curve", "survivors_care")
"""Choices that a study may set otherwise."""
CHOSEN = "chosen by this study"
"""Where the value of a QALY is from when it is of no row."""


def load_views(payers: Collection[str], file: Path = TABLE) -> Mapping[str, View]:
    """The views of a table by name. payers: codes of those who may stand in one.

    Raises InputError, naming file, line and column, for a row that is wrong or twice, and for one that is missing.
    """
    known = load_sources()
    choices: dict[str, dict[str, Any]] = {}
    rows: dict[tuple[str, str], Row] = {}
    with Mistakes(file) as mistakes:
        for record in read_table(file, KEYS["views"], named="view"):
            rows[record.text("view"), record.text("key")] = record.row
            mistakes.read(_add, record, choices, payers, known)
    for name, own in choices.items():
        for key in ("title", *CHANGEABLE):
            if key not in own:
                raise next(row for (view, _), row in rows.items() if view == name).error(
                    "key", f"'{name}' has no row for '{key}'", "a row for each choice of a view"
                )
    views = {name: View(name=name, **own, qaly_row=_dated(rows[name, "qaly_value"])) for name, own in choices.items()}
    for name, view in views.items():
        _refuse_crossed(view, partial(rows[name, "qaly_value"].error, "value"))
    return views


def changed(view: View, choices: Mapping[str, Choice], payers: Collection[str]) -> View:
    """The view with some choices set otherwise; InputError, with `key` the choice, for one that is not possible."""
    own: dict[str, Any] = {**asdict(view)}
    if not isinstance(choices, Mapping):
        raise InputError(f"what '{view.name}' chooses otherwise is no set of choices", allowed=", ".join(CHANGEABLE))
    for key, choice in choices.items():
        if key not in CHANGEABLE:
            near = nearest_name(str(key), CHANGEABLE)
            raise InputError(
                f"'{key}' is no choice of a view", key=str(key), allowed=", ".join(CHANGEABLE), nearest=near
            )
        wrong = _wrong_kind(key, choice) or _wrong(key, choice, payers)
        if wrong:
            raise InputError(wrong[0], key=key, allowed=wrong[1], nearest=wrong[2])
        own[key] = tuple(choice) if isinstance(choice, list | tuple) else choice
    if "qaly_value" in choices and "qaly_value_high" not in choices:
        own["qaly_value_high"] = max(float(own["qaly_value"]), view.qaly_value_high)
    if any(own[key] != getattr(view, key) for key in ("qaly_value", "qaly_value_high")):
        own["qaly_row"] = CHOSEN
    new = View(**own)
    _refuse_crossed(new, lambda problem, allowed: InputError(problem, key="qaly_value", allowed=allowed))
    return new


def _dated(row: Row) -> str:
    """The sources of a row and the day since which it holds."""
    since = row.text("since")
    return ", ".join(part for part in ("; ".join(row.items("sources")), f"since {since}" if since else "") if part)


def _refuse_crossed(view: View, error: Callable[[str, str], InputError]) -> None:
    if view.qaly_value > view.qaly_value_high:
        low, high = exact(view.qaly_value), exact(view.qaly_value_high)
        raise error(f"qaly_value {low} is above qaly_value_high {high}", "the low end up to the high one")


def _add(record: Record, choices: dict[str, dict[str, Any]], payers: Collection[str], known: Collection[str]) -> None:
    name, key, row = record.text("view"), record.text("key"), record.row
    own = choices.setdefault(name, {})
    if key in own:
        raise row.error("key", f"'{key}' of '{name}' is there twice", "each choice once")
    for source in record.names("sources"):
        if source not in known:
            allowed = "an identifier of the source tables"
            raise row.error("sources", f"'{source}' is not a source", allowed, nearest_name(source, known))
    _refuse_no_day(row)
    choice = _read(key, row)
    wrong = _wrong(key, choice, payers)
    if wrong:
        raise row.error("value", *wrong)
    own[key] = choice


def _refuse_no_day(row: Row) -> None:
    if since := row.text("since"):
        try:
            date.fromisoformat(since)
        except ValueError:
            raise row.error("since", f"'{since}' is not a day", "year-month-day, as 2013-04-01") from None


def _read(key: str, row: Row) -> Any:
    if key == "title":
        return row.text("value")
    if key == "survivors_care":
        return row.word("value", (YES, NO), "a choice") == YES
    if key == "payers":
        return row.items("value")
    if key == "curve":
        parts = row.items("value")
        try:
            return tuple(float(part) for part in parts)
        except ValueError:
            raise row.error("value", f"'{row.text('value')}' is not a list of numbers", "as '0; 20000'") from None
    return row.number("value")


def _wrong_kind(key: str, choice: Any) -> tuple[str, str, str | None] | None:
    """What is wrong with a choice that is of another kind than its key has; None where it is of that kind."""
    if key == "survivors_care":
        return None if isinstance(choice, bool) else (f"{choice!r} is neither true nor false", "true or false", None)
    if key in ("payers", "curve"):
        kind, what = (str, "codes of payers") if key == "payers" else ((int, float), "numbers")
        if not isinstance(choice, list | tuple) or not all(_is_of(part, kind) for part in choice):
            return f"{choice!r} is no list of {what}", f"a list of {what}", None
        if len(set(choice)) < len(choice):
            return f"{choice!r} names one twice", "each once", None
        return None
    return None if _is_of(choice, (int, float)) else (f"{choice!r} is not a number", "a number", None)


def _is_of(part: Any, kind: Any) -> bool:
    return isinstance(part, kind) and not isinstance(part, bool)


def _wrong(key: str, choice: Any, payers: Collection[str]) -> tuple[str, str, str | None] | None:
    """What is wrong with a choice, what is allowed and the nearest name; None where nothing is."""
    if key == "payers":
        unknown = next((payer for payer in choice if payer not in payers), None)
        if unknown is not None or not choice:
            problem = "no payer is named" if unknown is None else f"'{unknown}' is not a payer"
            return problem, ", ".join(payers), None if unknown is None else nearest_name(str(unknown), payers)
    elif key in ("cost_rate", "health_rate"):
        if choice not in RATES:
            allowed = f"{' or '.join(map(exact, RATES))}, at which runs sum the years to come"
            return f"{exact(choice)} is not a rate of these totals", allowed, None
    elif key in ("qaly_value", "qaly_value_high"):
        if not 0.0 < choice <= MOST_VALUE:
            return f"{exact(choice)} is no value of a QALY", f"above 0, up to {MOST_VALUE:,.0f} GBP", None
    elif key == "curve":
        rising = all(low < high for low, high in pairwise(choice))
        if not choice or not rising or choice[0] < 0.0 or choice[-1] > MOST_VALUE or len(choice) > MOST_POINTS:
            allowed = f"1 to {MOST_POINTS} rising values from 0 to {MOST_VALUE:,.0f} GBP"
            return "the values of the curve are none", allowed, None
    return None
