"""Where people come home to: councils by population and deprivation, then towns by population."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.area.model import Area, Council, DemandRow
from sim.area.records import keyed_records
from sim.core.cells import Record
from sim.core.errors import InputError, nearest_name
from sim.core.grammar import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_PEOPLE = 100_000_000
POPULATION = "population"
SCORE = "imd2025_average_score"


def council_table(
    folder: Path, demand: tuple[DemandRow, ...], councils: set[str], total: Record
) -> tuple[Council, ...]:
    """Population and deprivation score of every council that a place names, in order of population.

    Statistics are matched by ONS code through councils.csv: each code belongs to one council. A council's population
    is the sum over its codes; its score the one read for it whole, or the mean of its districts weighted by population.
    Refuses a code without a council, a council without a figure, and a sum that differs from area.csv (`total`).
    Source: demand.csv, Census 2021 and IMD 2025.
    """
    file = folder / "councils.csv"
    records = keyed_records(folder, file.name, "ons_code", known={"@councils": sorted(councils)})
    owner = {record.text("ons_code"): record.text("council") for record in records}
    people = _by_code(folder, demand, POPULATION, owner)
    score = _by_code(folder, demand, SCORE, owner)
    table = [_council(file, name, owner, people, score) for name in sorted(councils)]
    expected = total.row.whole("value", low=1, high=MOST_PEOPLE)
    summed = sum(council.population for council in table)
    if summed != expected:
        people_told = counted(summed, "person", "people")
        raise total.row.error("value", f"the councils add up to {people_told}, not {expected:,}")
    return tuple(sorted(table, key=lambda council: (-council.population, council.name)))


def _by_code(folder: Path, demand: tuple[DemandRow, ...], indicator: str, owner: dict[str, str]) -> dict[str, float]:
    values: dict[str, float] = {}
    for row in demand:
        if row.indicator != indicator or row.area_level != "local_authority":
            continue
        if row.ons_code not in owner:
            raise InputError(
                f"{row.area} ({row.ons_code or 'no ONS code'}) of row {row.id} has no council in councils.csv",
                file=folder / "demand.csv",
                nearest=nearest_name(row.ons_code, owner),
            )
        if row.ons_code in values:
            raise InputError(f"{indicator} of {row.area} stands twice ({row.id})", file=folder / "demand.csv")
        if row.value <= 0:
            raise InputError(f"{indicator} of {row.area} is not above 0 ({row.id})", file=folder / "demand.csv")
        values[row.ons_code] = row.value
    return values


def _council(
    file: Path, name: str, owner: dict[str, str], people: dict[str, float], score: dict[str, float]
) -> Council:
    codes = tuple(code for code, council in owner.items() if council == name)
    population = sum(people[code] for code in codes if code in people)
    scored = [code for code in codes if code in score]
    if not population or not scored:
        what = SCORE if population else POPULATION
        raise InputError(f"no {what} in demand.csv for {name} ({', '.join(codes) or 'no code'})", file=file)
    if len(scored) == 1:
        return Council(name, int(population), score[scored[0]], codes)
    for code in scored:
        if code not in people:
            raise InputError(f"{code} of {name} has a deprivation score but no population", file=file)
    weighted = sum(score[code] * people[code] for code in scored) / sum(people[code] for code in scored)
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
