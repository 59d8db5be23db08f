"""Published figures that the model is held against; none of them is read by a run.

Each row names the measure in plain words, the published value with its interval and its counts, the source row it comes
from, the era it is read under, and its role: what a value was fitted to, what decided a form, what checks, what is put
in. Nothing counted is a target twice, and a check is a figure that no parameter cites.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sim.core.cells import Record, read_named
from sim.core.errors import InputError, exact, nearest_name
from sim.evidence.deaths import FORM, is_one_figure, is_one_publication, read_label, share_deaths
from sim.evidence.eras import Era, load_eras
from sim.evidence.load import KEYS, load_parameters, load_sources
from sim.evidence.rows import Parameter, Source
from sim.evidence.units import allowed_values, check_unit, kind_of_unit

TARGETS = Path(__file__).parent / "targets.csv"
FIT, STRUCTURE, CHECK, INPUT = ROLES = ("fit", "structure", "check", "input")
CONFIDENCE, SPREAD, JUDGED, NONE = INTERVAL_KINDS = ("confidence", "spread", "judged", "none")
BINOMIAL, POISSON, NORMAL, LOGNORMAL = LIKELIHOODS = ("binomial", "poisson", "normal", "lognormal")
COUNTS = (BINOMIAL, POISSON)
ROUNDING = 0.01  # by which a value may differ from its counts, as a share of it
FIGURES = (
    "engaged_within_3_weeks", "engaged_odds_ratio_ost", "first_night_homeless", "settled_3_months", "rough_3_months",
    "homeless_12_months", "unsettled_12_months", "reoffended_first_night_hidden",
    "recalls_per_release", "recalled_9_months", "reoffended_short", "reoffended_all", "reoffended_first_night_homeless",
    "reoffended_first_night_temporary", "reoffended_first_night_settled", "deaths_2_days", "deaths_28_days_ost",
    "deaths_28_days_no_ost", "deaths_29_365_days_opiate", "drug_death_ratio_weeks_1_2", "drug_death_rate_year_women",
    "drug_death_rate_year_men", "drug_death_age_ratio", "retained_12_weeks", "retained_12_months",
    "nonfatal_overdose_rate_14_days", "nonfatal_overdose_rate_year", "overdoses_six_months_homeless",
    "custody_12_months_settled", "custody_12_months_unsettled", "breach_share_of_recalls",
    "recalled_28_days_of_9_months", "reoffending_ratio_completed", "street_count_recent_leavers",
    "deaths_14_days_first_4", "deaths_14_days_homeless", "drug_deaths_14_days",
)  # fmt: skip
"""What a run can be held against: `figures` in sim/experiment/validation.py gives it; a test holds the two together."""


@dataclass(frozen=True)
class Target:
    """One published figure to be reproduced.

    measure: in words. value, low, high: in `unit`; low and high are None where no interval is known, and interval_kind
    is one of INTERVAL_KINDS. likelihood: one of LIKELIHOODS; events among exposed where the source has counts, else
    None. counted: events and cohort, the source row where the table leaves them empty; of deaths whose they are
    and when (`sim.evidence.deaths`). role: one of ROLES.
    source: identifier of a source row. implied: what the specification's cohort check gave, None where it was not run.
    """

    name: str
    measure: str
    unit: str
    value: float
    low: float | None
    high: float | None
    interval_kind: str
    likelihood: str
    events: int | None
    exposed: float | None
    counted: tuple[str, ...]
    role: str
    era: str
    source: str
    implied: float | None
    note: str
    file: Path
    line: int

    @property
    def is_ratio(self) -> bool:
        """Whether the figure sets two others against each other."""
        return "ratio" in self.unit.split()


class Known(NamedTuple):
    """What the rows of a table of targets may name. cited: sources that parameters rest on, with the parameter."""

    sources: Mapping[str, Source]
    eras: Mapping[str, Era]
    cited: Mapping[str, str]


def load_targets(
    file: str | Path | None = None,
    *,
    sources: Mapping[str, Source] | None = None,
    parameters: Mapping[str, Parameter] | None = None,
    eras: Mapping[str, Era] | None = None,
) -> Mapping[str, Target]:
    """All targets by name; refuses what `load_parameters` refuses, naming file and line.

    sources, parameters, eras: what a row may name; the shipped ones unless told otherwise.
    """
    rows = load_parameters() if parameters is None else parameters
    known = Known(
        load_sources() if sources is None else sources,
        load_eras(rows) if eras is None else eras,
        {source: row.name for row in rows.values() for source in row.sources},
    )
    names: Mapping[str, Collection[str]] = {"@figures": FIGURES, "@eras": known.eras}
    targets: dict[str, Target] = {}

    def checked(record: Record, before: Mapping[str, Target]) -> Target:
        target = _target(record)
        if target.name in before:
            raise record.row.error("name", f"'{target.name}' is there twice", "each name once")
        _check(target, known)
        _refuse_used_twice(target, before, known.sources)
        return target

    read_named(TARGETS if file is None else Path(file), KEYS["targets"], checked, "name", targets, known=names)
    return targets


def _target(record: Record) -> Target:
    text, number = record.text, record.maybe_number
    events = number("events")
    return Target(
        name=text("name"), measure=text("measure"), unit=text("unit"), value=record.number("value"), low=number("low"),
        high=number("high"), interval_kind=text("interval_kind"), likelihood=text("likelihood"),
        events=None if events is None else int(events), exposed=number("exposed"),
        counted=record.names("counted") or (text("source"),), role=text("role"), era=text("era"), source=text("source"),
        implied=number("implied"), note=text("note"), file=record.row.file, line=record.row.line,
    )  # fmt: skip


def _check(row: Target, known: Known) -> None:
    """Refuses a row that contradicts itself or what the other tables say."""
    unknown = check_unit(row.unit)
    if unknown:
        raise _refused(row, "unit", *unknown)
    wrong = _wrong_unit(row) or _wrong_interval(row) or _wrong_counts(row)
    if wrong:
        raise _refused(row, *wrong)
    if row.source not in known.sources:
        near = nearest_name(row.source, known.sources)
        raise _refused(row, "source", f"'{row.source}' is not a source", "an identifier of the source tables", near)
    if row.role == CHECK and row.source in known.cited:
        problem = f"is a check, but '{known.cited[row.source]}' cites its source '{row.source}'"
        raise _refused(row, "role", problem, f"for a figure that a parameter rests on {FIT}, {STRUCTURE} or {INPUT}")
    _refuse_unlabelled_deaths(row, known.sources)


def _wrong_unit(row: Target) -> tuple[str, str, str] | None:
    """Which figure of the row its unit cannot hold: the column, what is wrong, and what is allowed."""
    lowest, highest, words = allowed_values(kind_of_unit(row.unit))
    for column, figure in (("value", row.value), ("low", row.low), ("high", row.high), ("implied", row.implied)):
        if figure is not None and not lowest <= figure <= highest:
            return column, f"{column} {exact(figure)} is not possible in the unit '{row.unit}'", words
    if row.likelihood == LOGNORMAL and row.value <= 0.0:
        return "value", f"value {exact(row.value)} has no logarithm", f"above 0 for {LOGNORMAL}"
    return None


def _wrong_interval(row: Target) -> tuple[str, str, str] | None:
    """What is wrong with the interval: the column, what is wrong, and what is allowed."""
    low, high = row.low, row.high
    if (low is None) != (high is None) or (low is None) != (row.interval_kind == NONE):
        problem = f"interval_kind {row.interval_kind} does not go with low and high"
        return "interval_kind", problem, f"both numbers, or {NONE} and neither"
    if low is None or high is None:
        return None
    if low >= high:
        return "low", f"low {exact(low)} is not below high {exact(high)}", f"low below high, or {NONE} and neither"
    if not low <= row.value <= high:
        return "value", f"value {exact(row.value)} is outside low to high", f"{exact(low)} to {exact(high)}"
    if row.interval_kind == CONFIDENCE and row.value in (low, high):
        problem = f"value {exact(row.value)} stands on an end of its interval of 95%"
        return "value", problem, f"strictly between {exact(low)} and {exact(high)}, or another interval_kind"
    if row.likelihood == LOGNORMAL and low <= 0.0:
        return "low", f"low {low:g} has no logarithm", f"above 0 for {LOGNORMAL}"
    return None


def _wrong_counts(row: Target) -> tuple[str, str, str] | None:
    """What is wrong with the counts: the column, what is wrong, and what is allowed."""
    events, exposed = row.events, row.exposed
    if row.likelihood not in COUNTS:
        if events is None and exposed is None:
            return None
        problem = f"likelihood {row.likelihood} takes no counts"
        return "likelihood", problem, f"{' or '.join(COUNTS)} beside events and exposed"
    if events is None or not exposed:
        column = "events" if events is None else "exposed"
        return column, f"likelihood {row.likelihood} needs counts", "events and exposed, exposed above 0"
    if row.likelihood == BINOMIAL and events > exposed:
        return "events", f"{events} events are more than the {exposed:g} exposed", "events at most exposed"
    share = events / exposed
    if abs(row.value - share) > ROUNDING * share:
        return "value", f"value {row.value:g} is not {events} of {exposed:,.12g}", f"{share:.4g}"
    return None


def _refuse_unlabelled_deaths(row: Target, sources: Mapping[str, Source]) -> None:
    """Refuses a figure of deaths that something rests on and that does not say whose deaths it counts, and when."""
    said = f"{row.name} {row.unit} {row.measure} {sources[row.source].quantity}".lower()
    if row.role not in (FIT, STRUCTURE) or "death" not in said:
        return
    for label in row.counted:
        if read_label(label) is None:
            problem = f"counted says '{label}' of" if label != row.source else "counted is empty in"
            raise _refused(row, "counted", f"{problem} a row of deaths with role {row.role}", FORM)


def _refuse_used_twice(row: Target, before: Mapping[str, Target], sources: Mapping[str, Source]) -> None:
    """Refuses a source or a count that an earlier target has; a check that is a ratio may count again."""
    for other in before.values():
        where = f"'{other.name}' in line {other.line}"
        if other.source == row.source or is_one_figure(sources[other.source], sources[row.source]):
            problem = f"source '{row.source}' is a target twice; it is that of {where}"
            raise _refused(row, "source", problem, "each figure once")
        again = _counted_again(row, other, sources)
        if again and not any(one.role == CHECK and one.is_ratio for one in (row, other)):
            problem = f"'{again}' is counted twice; it is counted by {where}"
            raise _refused(row, "counted", problem, f"each count once, or role {CHECK} for a ratio of two targets")


def _counted_again(row: Target, other: Target, sources: Mapping[str, Source]) -> str:
    """A label of the row of which the other target counts the same, or some of the same deaths; empty if none does."""
    one_publication = is_one_publication(sources[row.source], sources[other.source])
    for label in row.counted:
        ours = read_label(label)
        for theirs in map(read_label, other.counted):
            if ours and theirs and share_deaths(ours, theirs, one_publication=one_publication):
                return label
    return min(set(row.counted) & set(other.counted), default="")


def _refused(row: Target, column: str, problem: str, allowed: str, nearest: str | None = None) -> InputError:
    key = f"{row.name}:{column}"
    return InputError(problem, file=row.file, line=row.line, key=key, allowed=allowed, nearest=nearest)
