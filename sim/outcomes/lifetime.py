"""QALYs of whole lives: what is lived in the follow-up, and what people alive at its end have before them.

One account of expected survival. A life that ended in the run ended by luck; the account takes that luck out. With H[b]
the hazard of death that a person has spent in band b of days since release (hazard x fatality of overdoses, suicide and
other deaths, at liberty and in custody, as the measures of expected deaths count them) and R[b] the rest of the
follow-up from the middle of the band:

    deaths       sum H[b]                     the measure deaths_365_days_expected
    alive        1 - sum H[b]                 at the end of the follow-up
    lived        u-weighted days lived + u (R of the band of the death, where one died) - u sum H[b] R[b]
    lifetime     lived + alive (1 + r)^-f Q(age + f)
    ten years    the same with Q of nine years more, at the rate of health

f: length of the follow-up in years (1, less in a short run); r: yearly discount rate; Q: quality-adjusted life
expectancy by sex, need and age. Deaths and people alive add up to people, and luck in deaths enters nowhere: whoever
died is given back the rest of the year, and everybody loses it in proportion to hazard spent. Each line has the mean
of its realised twin exactly, since deaths less hazard spent is a martingale; exp(-hazard spent) would not have it, as
the hazard of somebody who has died is no longer spent: with hazard h it gives (1 + exp(-2 h)) / 2 alive after a year.

    Q(a) = (1 + s(a)) / 2 x u(a, sex) x m + s(a) / (1 + r) x Q(a + 1)
    s(a) = exp(-h(a, sex) RR(need, sex, a))                       h, u of the general population (lifetable.csv)

RR: opioids lifetime.opioid_SEX_at_18 x lifetime.opioid_SEX_per_year^(a - 18), 1 at least; alcohol
lifetime.alcohol_SEX_to_40, whose logarithm falls from 40 to 60 to that of lifetime.alcohol_from_60; other needs
lifetime.other_SEX. m: lifetime.quality.

Care of survivors, related costs, apart from every payer's cost: alive x discounted years to come x
lifetime.in_treatment x the price of a year in treatment by need (economics.py).

Left out: utility and mortality by the state at the end of the follow-up; effects of a lever after it other than being
alive. Reads lifetime.*, cost.oat_year, cost.psychosocial_drugs_year, cost.psychosocial_alcohol_year, utility.*.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from sim.core.days import FOLLOW_UP_DAYS, NEVER
from sim.evidence.lifetable import AGES, FIRST_AGE, LAST_AGE, LifeTable, life_expectancy, load_life_table
from sim.outcomes import economics
from sim.outcomes.chosen_people import Columns
from sim.population.codes import ALCOHOL, BAND_ENDS, NEEDS, OPIATE_AND_CRACK, OPIATE_NO_CRACK, SEXES

Array = np.ndarray[Any, Any]
MIDDLE_OF_BAND = (np.array((0, *BAND_ENDS[:-1])) + np.array(BAND_ENDS)) / 2.0
YOUNG_TO, OLD_FROM = 40, 60  # ages between which the ratio of alcohol falls
TEN_YEARS, OF_HEALTH = 10, "_1_5"  # horizon of services in the view of society, and the end of its rate's name
RATES = {"": "lifetime.rate", "_1_5": "lifetime.rate_of_health"}
"""End of a measure's name, and the row of its yearly discount rate."""
OF_YEARS_TO_COME = (
    *RATES.values(), "lifetime.quality", "lifetime.alcohol_from_60",
    *(f"lifetime.{row}" for sex in ("men", "women")
      for row in (f"other_{sex}", f"opioid_{sex}_at_18", f"opioid_{sex}_per_year", f"alcohol_{sex}_to_40")),
)  # fmt: skip
"""Rows on which years to come depend."""


def mortality_ratios(draw: Mapping[str, float]) -> Array:
    """Mortality over that of the general population, f8[sexes, needs, ages], ages as in the life table."""
    ratios = np.ones((len(SEXES), len(NEEDS), len(AGES)))
    falls = np.clip((AGES - YOUNG_TO) / (OLD_FROM - YOUNG_TO), 0.0, 1.0)
    for sex, who in enumerate(("men", "women")):
        ratios[sex] = draw[f"lifetime.other_{who}"]
        at_18, by_year = draw[f"lifetime.opioid_{who}_at_18"], draw[f"lifetime.opioid_{who}_per_year"]
        ratios[sex, [OPIATE_AND_CRACK, OPIATE_NO_CRACK]] = np.maximum(1.0, at_18 * by_year ** (AGES - 18.0))
        young, old = draw[f"lifetime.alcohol_{who}_to_40"], draw["lifetime.alcohol_from_60"]
        ratios[sex, ALCOHOL] = young ** (1.0 - falls) * old**falls
    return ratios


def years_to_come(
    table: LifeTable, ratios: Array, quality: float | None, rate: float, years: int | None = None
) -> Array:
    """Discounted years, or QALYs where a quality is given, that a person alive has before them: f8[sexes, needs, ages].

    ratios: mortality over that of the table, f8[sexes, needs, ages]; quality: part of the norm of utility; years: how
    many are counted, all unless told.
    """
    hazard = table.hazard[:, None] * ratios
    weights = np.ones_like(table.hazard) if quality is None else table.utility * quality
    return life_expectancy(hazard, weights[:, None], rate, years)


def before_them(draw: Mapping[str, float]) -> dict[str, tuple[Array, Array]]:
    """QALYs and years that a person alive has before them by end of a measure's name, f8[sexes, needs, ages] each; the
    same for every scenario and replicate of a draw, and worked out once."""
    return _before_them(tuple((row, draw[row]) for row in OF_YEARS_TO_COME))


@lru_cache(maxsize=64)
def _before_them(rows: tuple[tuple[str, float], ...]) -> dict[str, tuple[Array, Array]]:
    draw, table = dict(rows), load_life_table()
    ratios = mortality_ratios(draw)
    return {
        end: (
            years_to_come(table, ratios, draw["lifetime.quality"], draw[row]),
            years_to_come(table, ratios, None, draw[row]),
        )
        for end, row in RATES.items()
    }


def within_ten_years(draw: Mapping[str, float]) -> Array:
    """QALYs, discounted as health in the Green Book, that a person alive has in the years from the follow-up to ten
    years after release, f8[sexes, needs, ages]."""
    return _within_ten_years(tuple((row, draw[row]) for row in OF_YEARS_TO_COME))


@lru_cache(maxsize=64)
def _within_ten_years(rows: tuple[tuple[str, float], ...]) -> Array:
    draw, left = dict(rows), TEN_YEARS - 1
    rate = draw[RATES[OF_HEALTH]]
    return years_to_come(load_life_table(), mortality_ratios(draw), draw["lifetime.quality"], rate, left)


def hazard_spent(people: Columns) -> Array:
    """Deaths expected of each person by band of days since the first release, f8[people, bands]: of drug poisoning, by
    suicide and of other causes, in custody too."""
    no_poisoning = people["expected_other_deaths"] + people["expected_suicides"]
    return np.asarray(people["expected_drug_deaths"] + no_poisoning)


def follow_up(people: Columns, end_day: int) -> Array:
    """Years from the first release to the end of the follow-up, or of the run; end_day: first day not lived."""
    days = np.clip(end_day - people["first_release"].astype(np.int64), 0, FOLLOW_UP_DAYS)
    return np.asarray(days / FOLLOW_UP_DAYS)


def lived(people: Columns, draw: Mapping[str, float], years: Array) -> Array:
    """QALYs of the follow-up by expected survival, f8[people]; years: of the follow-up."""
    rest = np.maximum(0.0, years[:, None] - MIDDLE_OF_BAND / FOLLOW_UP_DAYS)
    since = people["death_day"].astype(np.int64) - people["first_release"]
    has_died = (people["death_day"] < NEVER) & (since < FOLLOW_UP_DAYS)
    band = np.searchsorted(BAND_ENDS, np.where(has_died, since, 0), side="right")
    given_back = np.where(has_died, rest[np.arange(len(rest)), band], 0.0)
    _, middling, _, _ = economics.utilities(draw)
    return np.asarray(
        economics.qalys(people, draw) + middling * (given_back - (hazard_spent(people) * rest).sum(axis=1))
    )


def lifetime_values(people: Columns, draw: Mapping[str, float], end_day: int) -> dict[str, Array]:
    """The measures of whole lives, f8[people] each; end_day: first day not lived. Accounts must be closed."""
    years = follow_up(people, end_day)
    in_follow_up = lived(people, draw, years)
    alive = 1.0 - hazard_spent(people).sum(axis=1)
    care = draw["lifetime.in_treatment"] * economics.price_of_treatment(draw)[people["need"]]
    values = {"qalys_expected": in_follow_up}
    then = alive * (1.0 + draw[RATES[OF_HEALTH]]) ** -years
    values["qalys_ten_years"] = in_follow_up + then * _at_age(within_ten_years(draw), people, years)
    for end, (qalys, to_come) in before_them(draw).items():
        then = alive * (1.0 + draw[RATES[end]]) ** -years
        values[f"qalys_lifetime{end}"] = in_follow_up + then * _at_age(qalys, people, years)
        values[f"survivors_care{end}_gbp"] = then * _at_age(to_come, people, years) * care
    return values


def _at_age(by_age: Array, people: Columns, years: Array) -> Array:
    """f8[people] of f8[sexes, needs, ages], at each person's age after so many years, between whole ages in line."""
    age = np.clip(people["age"] + years - FIRST_AGE, 0.0, LAST_AGE - FIRST_AGE)
    whole = np.minimum(age.astype(np.int64), LAST_AGE - FIRST_AGE - 1)
    sex, need, part = people["sex"], people["need"], age - whole
    return np.asarray(by_age[sex, need, whole] * (1.0 - part) + by_age[sex, need, whole + 1] * part)
