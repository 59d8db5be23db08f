"""Deaths that published figures count: of whom and on which days after release, so that none is counted twice.

A target of deaths says so in its column `counted`, in one form: 'marsden deaths, days 0 to 27, on OST' are those of the
cohort called marsden on the days 0 to 27, of the group 'on OST' only; without a group they are everybody's. Two labels
share deaths where the cohort is one (by its first word, or by the publication of their sources), the days meet, and the
groups are one or one of them is everybody. Two groups of different names are taken for different people: no column can
tell.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from sim.evidence.rows import Source

FORM = "'COHORT deaths, days FIRST to LAST', or with ', GROUP' behind, as 'marsden deaths, days 0 to 27, on OST'"

_LABEL = re.compile(r"(\w+)(?: [^,]*)? deaths, days (\d{1,5}) to (\d{1,5})(?:, (\w.*))?", re.ASCII)


class CountedDeaths(NamedTuple):
    """Deaths that a figure counts. first, last: days after release, both counted. group: empty where everybody is."""

    cohort: str
    first: int
    last: int
    group: str


def read_label(label: str) -> CountedDeaths | None:
    """What a label says; None where it is not in the form."""
    label_parts = _LABEL.fullmatch(label.lower())
    if not label_parts:
        return None
    cohort, first, last, group = label_parts.groups(default="")
    deaths = CountedDeaths(cohort, int(first), int(last), group.strip())
    return deaths if deaths.first <= deaths.last else None


def share_deaths(one: CountedDeaths, other: CountedDeaths, *, one_publication: bool) -> bool:
    """Whether two figures count some death both. one_publication: whether their sources are figures of one."""
    people = one.group == other.group or not one.group or not other.group
    days = one.first <= other.last and other.first <= one.last
    return people and days and (one_publication or one.cohort == other.cohort)


def is_one_publication(one: Source, other: Source) -> bool:
    """Whether two source rows are of one publication, by its title or its address."""
    return one.source == other.source or (one.url != "" and one.url == other.url)


def is_one_figure(one: Source, other: Source) -> bool:
    """Whether two source rows are one published figure under two identifiers."""
    same = (one.value, one.low, one.high, one.unit) == (other.value, other.low, other.high, other.unit)
    return same and one.value is not None and one.quantity == other.quantity and is_one_publication(one, other)
