"""Price years: what money of one financial year is in the money of another, by two published indices.

nhscii         NHS and care staff and services: the NHS cost inflation index, pay and prices. Its sources print the
               change on the year before, so a level is the product of the changes since.
gdp_deflator   everything else: HM Treasury's deflator of gross domestic product at market prices, printed as a level.
drug_tariff    list prices of medicines: a price holds in cash until the tariff changes it, and is never uprated.
own_pay        pay by a scale that has no series here: stated in the declared price year, or refused.

Both series are rows of the source tables (`nhscii_2023_24`, `gdp_deflator_2023_24`), so a year is known exactly if it
has a source. Money of a year to come is deflated to the declared year and then discounted: never uprated as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from sim.core.errors import InputError, nearest_name
from sim.evidence.rows import Source

PRICE_YEAR = "2024/25"
"""The declared price year: every price that a run uses, and every sum of money that it prints, is in its money."""

NHSCII, GDP_DEFLATOR, DRUG_TARIFF, OWN_PAY = "nhscii", "gdp_deflator", "drug_tariff", "own_pay"
INDICES = (NHSCII, GDP_DEFLATOR, DRUG_TARIFF, OWN_PAY)
INDEX_WORDS = {
    NHSCII: "by the NHS cost inflation index",
    GDP_DEFLATOR: "by the GDP deflator",
    DRUG_TARIFF: "a list price, which is not uprated",
    OWN_PAY: "as stated",
}
_YEAR = re.compile(r"((?:19|20)[0-9]{2})/([0-9]{2})")


def first_calendar_year(year: str) -> int:
    """2024 of the financial year '2024/25'; InputError for any other text."""
    match = _YEAR.fullmatch(year)
    if match is None or (int(match[1]) + 1) % 100 != int(match[2]):
        raise InputError(f"'{year}' is not a financial year", allowed=f"two years that follow, such as {PRICE_YEAR}")
    return int(match[1])


def financial_year(first: int) -> str:
    """'2024/25' of 2024."""
    return f"{first}/{(first + 1) % 100:02d}"


def uprating(index: str, year: str, sources: Mapping[str, Source], to: str = PRICE_YEAR) -> float:
    """What one pound of a financial year is in pounds of another one; below 1 for a year after it.

    Raises InputError for an index or a year that is not known, and for pay of another year than the one declared.
    """
    if index not in INDICES:
        raise InputError(
            f"'{index}' is not a price index", allowed=", ".join(INDICES), nearest=nearest_name(index, INDICES)
        )
    start, end = first_calendar_year(year), first_calendar_year(to)
    if index == DRUG_TARIFF:
        return 1.0
    if index == OWN_PAY:
        if start != end:
            problem = f"own pay of {year} cannot be told in the money of {to}: pay scales have no series here"
            raise InputError(problem, allowed=f"price_year {to}, or the index {NHSCII} or {GDP_DEFLATOR}")
        return 1.0
    if index == GDP_DEFLATOR:
        return _figure(index, end, sources) / _figure(index, start, sources)
    factor = 1.0
    for later in range(min(start, end) + 1, max(start, end) + 1):
        factor *= 1.0 + _figure(index, later, sources) / 100.0
    return factor if start <= end else 1.0 / factor


def present_value(gbp: float, index: str, year: str, rate: float, sources: Mapping[str, Source]) -> float:
    """Money that will be paid in a financial year, in its own money, as a present value in the declared price year.

    Deflated to PRICE_YEAR and then discounted by `rate` a year for each year after it; nothing is uprated. A sum that
    is already in the money of PRICE_YEAR is not to be handed in: it is only discounted.
    """
    years = first_calendar_year(year) - first_calendar_year(PRICE_YEAR)
    if years < 0:
        raise InputError(f"{year} lies before {PRICE_YEAR}", allowed="a year to come; earlier money is uprated")
    return gbp * uprating(index, year, sources) / (1.0 + rate) ** years


def cash_of(year: str, sources: Mapping[str, Source]) -> float:
    """What one pound of the declared price year is in the cash of a financial year, by the GDP deflator.

    Years after the last printed one go on at the growth of that one. InputError for a year before all of them.
    """
    last = _last_year(GDP_DEFLATOR, sources)
    beyond = max(0, first_calendar_year(year) - last)
    growth = _figure(GDP_DEFLATOR, last, sources) / _figure(GDP_DEFLATOR, last - 1, sources)
    printed = year if not beyond else financial_year(last)
    return uprating(GDP_DEFLATOR, PRICE_YEAR, sources, to=printed) * growth**beyond


def _last_year(index: str, sources: Mapping[str, Source]) -> int:
    """First calendar year of the last financial year of which an index has a source row."""
    prefix = f"{index}_"
    return max(int(name.removeprefix(prefix)[:4]) for name in sources if name.startswith(prefix))


def _figure(index: str, first: int, sources: Mapping[str, Source]) -> float:
    """The printed figure of a year; refused where no source row has it."""
    source = sources.get(source_of(index, first))
    if source is None or source.value is None:
        known = sorted(name for name in sources if name.startswith(f"{index}_"))
        years = [name.removeprefix(f"{index}_").replace("_", "/") for name in known]
        year = financial_year(first)
        allowed = f"a year of {years[0]} to {years[-1]} with a source row" if years else "a source row for each year"
        problem = f"the index {index} has no figure for {year}"
        raise InputError(problem, allowed=allowed, nearest=nearest_name(year, years))
    return source.value


def source_of(index: str, first: int) -> str:
    """Identifier of the source row of an index and year: 'gdp_deflator_2021_22'."""
    return f"{index}_{financial_year(first).replace('/', '_')}"
