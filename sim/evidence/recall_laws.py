"""The law of recall by date: when a recall is fixed-term, how long it then is, and how a licence is watched at its end.

Dates, days and sources are facts and stand in recall_laws.csv; shares that nobody has counted are rows of the evidence,
which the table names. The rows follow each other without a gap. What holds of a recall is the law of its own day; a
later one may end standard recalls of people who are inside when it begins.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial
from pathlib import Path

from sim.core.cells import Record, read_named
from sim.core.days import MOST_LAWS, WARM_UP_DAYS, horizon
from sim.core.errors import InputError, nearest_name
from sim.core.grammar import counted, listed
from sim.evidence.load import KEYS, load_sources, shipped_names

RECALL_LAWS = Path(__file__).parent / "recall_laws.csv"
A_DAY = timedelta(days=1)
Names = Collection[str]


@dataclass(frozen=True)
class RecallLaw:
    """The law of recall between two days.

    starts, ends: first and last day, None while it holds. shares: names of the rows with the share of recalls that are
    fixed-term, sentences to 12 months and longer ones; days: of a fixed term, the same. last_third: name of the row
    with the ratio, in the last third of a licence, of the part of breach that contact triggers; empty where supervision
    goes on to the end. ends_stays: whether standard recalls of people inside on the first day end as its fixed terms.
    """

    name: str
    starts: date
    ends: date | None
    shares: tuple[str, str]
    days: tuple[int, int]
    last_third: str
    ends_stays: bool
    sources: tuple[str, ...]
    note: str


def load_recall_laws(
    file: str | Path | None = None, *, parameters: Names | None = None, sources: Names | None = None
) -> tuple[RecallLaw, ...]:
    """All laws in the order of their days; InputError names file, line and what is wrong.

    parameters, sources: the names that a row may give; the shipped ones unless told otherwise.
    """
    if file is None and parameters is None and sources is None:
        return _shipped()
    names = shipped_names() if parameters is None else parameters
    known = load_sources() if sources is None else sources
    path = RECALL_LAWS if file is None else Path(file)
    laws: dict[str, RecallLaw] = {}
    read_named(path, KEYS["recall_laws"], partial(_law, parameters=names, sources=known), "name", laws)
    if len(laws) > MOST_LAWS:
        raise InputError(counted(len(laws), "law"), file=path, allowed=f"at most {MOST_LAWS}")
    last = list(laws.values())[-1]
    if last.ends is not None:
        raise InputError(
            f"the last law, '{last.name}', ends on {last.ends}", file=path, key="ends", allowed="an empty cell there"
        )
    return tuple(laws.values())


@cache
def _shipped() -> tuple[RecallLaw, ...]:
    return load_recall_laws(RECALL_LAWS)


def law_on(laws: tuple[RecallLaw, ...], day: date) -> RecallLaw:
    """The law of a day; before the first law the first."""
    return next((law for law in reversed(laws) if law.starts <= day), laws[0])


def law_remark(starts: date, months: int, held: date | None = None, laws: tuple[RecallLaw, ...] | None = None) -> str:
    """One sentence for a run across a change of the law of recall; '' where one law holds throughout.

    starts: the scenario's first day; months: of the run, which begins a year before that day; held: day whose law holds
    throughout, if any.
    """
    first, end = starts - timedelta(days=WARM_UP_DAYS), starts + timedelta(days=horizon(months))
    changes = [law.starts for law in laws or load_recall_laws() if first < law.starts < end]
    if held is not None or not changes:
        return ""
    return (
        f"The law of recall changes within this run, which with the year before it goes from {_in_words(first)} to "
        f"{_in_words(end)}: on {listed([_in_words(day) for day in changes])}. "
        "With 'recall_law' among the switches of a scenario one day's law holds throughout."
    )


def _in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _law(record: Record, before: Mapping[str, RecallLaw], *, parameters: Names, sources: Names) -> RecallLaw:
    """A checked row. before: those read before it."""
    row, name = record.row, record.text("name")
    if name in before:
        raise row.error("name", f"'{name}' is there twice", "each name once")
    starts, ends = record.day("starts"), record.maybe_day("ends")
    if ends is not None and ends < starts:
        raise row.error("ends", f"{ends} is before {starts}, on which the law starts", "that day or a later one")
    shares = record.text("share_to_12_months"), record.text("share_longer")
    for column, named in zip(("share_to_12_months", "share_longer"), shares, strict=True):
        _refuse_unknown(record, column, named, parameters, "a row of the evidence tables")
    last_third = record.text("last_third")
    if last_third:
        _refuse_unknown(record, "last_third", last_third, parameters, "a row of the evidence tables")
    for source in record.names("sources"):
        _refuse_unknown(record, "sources", source, sources, "a row of the source tables")
    law = RecallLaw(
        name=name,
        starts=starts,
        ends=ends,
        shares=shares,
        days=(record.whole("days_to_12_months"), record.whole("days_longer")),
        last_third=last_third,
        ends_stays=record.text("ends_stays") == "yes",
        sources=record.names("sources"),
        note=record.text("note"),
    )
    if before:
        _refuse_gap(record, law, list(before.values())[-1])
    return law


def _refuse_unknown(record: Record, column: str, name: str, known: Names, what: str) -> None:
    if name not in known:
        raise record.row.error(column, f"'{name}' is unknown", what, nearest_name(name, known))


def _refuse_gap(record: Record, law: RecallLaw, former: RecallLaw) -> None:
    """Each law starts on the day after the one before it ends, and a reset of supervision stays."""
    row = record.row
    if law.starts <= former.starts:
        raise row.error(
            "starts", f"{law.starts} is not after {former.starts}, on which '{former.name}' starts", "rows by date"
        )
    if former.ends is None:
        raise row.error("starts", f"'{former.name}' before it has no end", f"ends: {law.starts - A_DAY} there")
    if law.starts != former.ends + A_DAY:
        what = "leaves a gap after" if law.starts > former.ends else "overlaps"
        raise row.error("starts", f"'{law.name}' {what} '{former.name}', which ends on {former.ends}",
                        f"{former.ends + A_DAY}")  # fmt: skip
    if former.last_third and law.last_third != former.last_third:
        raise row.error("last_third", f"'{former.name}' before it has '{former.last_third}'", "the same from then on")
