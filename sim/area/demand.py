"""Where people come home to: councils by population and deprivation, then towns by population."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.area.model import Area, Council, DemandRow, Place
from sim.area.records import keyed_records
from sim.core.cells import Record
from sim.core.errors import InputError, exact, nearest_name
from sim.core.grammar import counted
from sim.core.mistakes import Mistakes

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_PEOPLE = 100_000_000
POPULATION = "population"
SCORE = "imd2025_average_score"
LIMITS: Mapping[str, tuple[float, float]] = {POPULATION: (1, MOST_PEOPLE), SCORE: (0.01, 1000)}
"""Least and most of the figures that are read for every council."""


def council_table(
    folder: Path, demand: tuple[DemandRow, ...], places: tuple[Place, ...], total: Record
) -> tuple[Council, ...]:
    """Population and deprivation score of every council that a place names, in order of population.

    Statistics are matched by ONS code through councils.csv: each code belongs to one council. A council's population
    is the sum over its codes; its score the one read for it whole, or the mean of its districts weighted by population.
    Refuses a code without a council or without a figure, a council without a code or a figure, and a sum that differs
    from area.csv (`total`). Source: demand.csv, Census 2021 and IMD 2025.
    """
    councils = sorted({place.local_authority for place in places})
    codes = keyed_records(folder, "councils.csv", "ons_code", known={"@councils": councils})
    figures = [row for row in demand if row.area_level == "local_authority" and row.indicator in (POPULATION, SCORE)]
    _refuse_codes_without_figure(codes, figures)
    _refuse_councils_without_code(folder / "places.csv", places, codes)
    owner = {record.text("ons_code"): record for record in codes}
    people = _by_code(folder, figures, POPULATION, owner)
    score = _by_code(folder, figures, SCORE, owner)
    table = [_council(name, owner, people, score) for name in councils]
    expected = total.row.whole("value", low=1, high=MOST_PEOPLE)
    summed = sum(council.population for council in table)
    if summed != expected:
        people_told = counted(summed, "person", "people")
        raise total.row.error("value", f"the councils add up to {people_told}, not {expected:,}")
    return tuple(sorted(table, key=lambda council: (-council.population, council.name)))


def _refuse_codes_without_figure(codes: list[Record], figures: list[DemandRow]) -> None:
    """Refuses a code of councils.csv that no figure has, most probably a misspelt one, before its figures are held."""
    counted_codes = {row.ons_code for row in figures}
    known = {record.text("ons_code") for record in codes}
    with Mistakes(codes[0].row.file) as mistakes:
        for record in codes:
            code = record.text("ons_code")
            if code not in counted_codes:
                problem = f"no {POPULATION} and no {SCORE} in demand.csv has the code '{code}'"
                allowed = "the ons_code of figures there, of a local_authority"
                nearest = nearest_name(code, sorted(counted_codes - known))
                mistakes.add(record.row.error("ons_code", problem, allowed, nearest))


def _refuse_councils_without_code(file: Path, places: tuple[Place, ...], codes: list[Record]) -> None:
    """Refuses a council that a place names and no code belongs to, at the first place of it."""
    with_code = {record.text("council") for record in codes}
    for place in places:
        if place.local_authority not in with_code:
            raise InputError(
                f"'{place.local_authority}' is the council of no row of councils.csv", file=file, line=place.row_line,
                key=f"{place.id}:local_authority", allowed=", ".join(sorted(with_code)),
                nearest=nearest_name(place.local_authority, with_code),
            )  # fmt: skip


def _by_code(
    folder: Path, figures: list[DemandRow], indicator: str, owner: Mapping[str, Record]
) -> dict[str, DemandRow]:
    """The figure of each code."""
    file, by_code = folder / "demand.csv", dict[str, DemandRow]()
    least, most = LIMITS[indicator]
    with Mistakes(file) as mistakes:
        for row in figures:
            if row.indicator != indicator:
                continue
            if row.ons_code not in owner:
                problem = f"{row.area} ({row.ons_code or 'no ONS code'}) has no council in councils.csv"
                nearest = nearest_name(row.ons_code, owner)
                mistakes.add(_refused(file, row, "ons_code", problem, "a code of councils.csv", nearest))
            elif row.ons_code in by_code:
                problem = f"{indicator} of {row.area} stands twice; it first stands in {by_code[row.ons_code].id}"
                mistakes.add(_refused(file, row, "ons_code", problem, "one figure for each code"))
            elif not least <= row.value <= most:
                problem = f"{indicator} {exact(row.value)} of {row.area} is out of range"
                mistakes.add(_refused(file, row, "value", problem, f"a number from {exact(least)} to {exact(most)}"))
            else:
                by_code[row.ons_code] = row
    return by_code


def _refused(
    file: Path, row: DemandRow, column: str, problem: str, allowed: str, nearest: str | None = None
) -> InputError:
    return InputError(problem, file=file, line=row.row_line, key=f"{row.id}:{column}", allowed=allowed, nearest=nearest)


def _council(
    name: str, owner: Mapping[str, Record], people: Mapping[str, DemandRow], score: Mapping[str, DemandRow]
) -> Council:
    codes = tuple(code for code, record in owner.items() if record.text("council") == name)
    first = owner[codes[0]].row
    population = sum(people[code].value for code in codes if code in people)
    scored = [code for code in codes if code in score]
    if not population or not scored:
        what = SCORE if population else POPULATION
        problem = f"no {what} in demand.csv for {name} ({', '.join(codes)})"
        raise first.error("ons_code", problem, f"a figure of a local_authority with the indicator {what}")
    if len(scored) == 1:
        return Council(name, int(population), score[scored[0]].value, codes)
    for code in scored:
        if code not in people:
            problem = f"{code} of {name} has a deprivation score but no population"
            raise owner[code].row.error("ons_code", problem, "both in demand.csv, where several codes have a score")
    counted_people = sum(people[code].value for code in scored)
    weighted = sum(score[code].value * people[code].value for code in scored) / counted_people
    return Council(name, int(population), weighted, codes)


def regional_score(area: Area) -> float:
    """Mean deprivation score of the area, weighted by population."""
    people = sum(council.population for council in area.councils)
    return sum(council.deprivation_score * council.population for council in area.councils) / people


def home_weights(area: Area) -> NDArray[np.float64]:
    """Share of people who come home to each place, f8[n_places], sums to 1.

    A council's share is its population times its deprivation score over the regional mean (people with drug or alcohol
    needs in prison come more often from deprived areas; the proportion is assumed); within it, places by population.
    """
    mean = regional_score(area)
    weight = {c.name: c.population * c.deprivation_score / mean for c in area.councils}
    settled: dict[str, int] = {}
    for place in area.places:
        settled[place.local_authority] = settled.get(place.local_authority, 0) + place.population
    shares = np.array(
        [weight[place.local_authority] * place.population / settled[place.local_authority] for place in area.places]
    )
    shares /= shares.sum()
    shares.setflags(write=False)
    return shares
