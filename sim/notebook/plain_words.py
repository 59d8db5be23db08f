"""Scenarios from plain words: what is bought, where, for how much. The words become a scenario file that goes through
the same strict loader as every other, and lies beside the notebooks' runs for whoever wants to keep it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypedDict, Unpack

import yaml

from sim.core.arguments import checked_name, checked_path, plain
from sim.core.errors import InputError, nearest_name
from sim.core.grammar import listed
from sim.presentation import words
from sim.scenario import Scenario, load_scenario
from sim.scenario.levers import LEVERS
from sim.scenario.shipped import not_shipped, shipped_files

BASELINE = "baseline"  # shipped
FOLDER = Path("results/runs/notebooks/scenarios")
LONGEST_NAME, LONGEST_TITLE = 60, 120
Names = str | Sequence[str]
# The words of `funding` and the keys of a scenario file, where they differ.
KEYS = {"place": "places", "council": "councils", "prison": "prisons", "link": "links"}


class Purchase(TypedDict, total=False):
    """What may be said of a purchase beside its lever and its money; a word that is None is not said.

    place, council, prison, link: names or ids, one or several, whichever the lever takes (`throughgate levers`).
    when: of bus trips. payer: code of who pays. starts, ends: days, as dates or '2025-10-01'.
    """

    place: Names | None
    council: Names | None
    prison: Names | None
    link: Names | None
    when: str | None
    payer: str | None
    starts: date | str | None
    ends: date | str | None


WORDS = tuple(Purchase.__annotations__)
DATES = ("starts", "ends")


def funding(
    lever: str, *, gbp_per_year: float, title: str | None = None, **purchase_words: Unpack[Purchase]
) -> Scenario:
    """The baseline with one sum of money a year for one lever added.

    place, council, prison, link, when, payer, starts, ends: see `Purchase`; title: what charts call it.
    Raises InputError that names the word that is wrong, what is allowed, and the nearest name.
    """
    gbp_per_year = plain(gbp_per_year)
    given: dict[str, Any] = {word: value for word, value in purchase_words.items() if value is not None}
    for word in given:
        if word not in WORDS:
            near = nearest_name(word, WORDS)
            raise InputError(f"'{word}' is no word for a purchase", allowed=", ".join(WORDS), nearest=near)
    purchase: dict[str, Any] = {"lever": lever, "gbp_per_year": gbp_per_year}
    for word in WORDS:
        if word in given:
            value = given[word]
            purchase[KEYS.get(word, word)] = _day(value) if word in DATES else _listed(word, value)
    where = [name for word in KEYS if word in given for name in _names(given[word])]
    name = _file_name(lever, where, gbp_per_year, purchase)
    content = {
        "name": name,
        "title": _title(lever, where, gbp_per_year) if title is None else title,
        "description": "Asked for in a notebook.",
        "extends": BASELINE,
        "levers": [purchase],
    }
    text = _as_yaml(content)
    try:
        load_scenario(content)
    except InputError as error:
        raise _in_plain_words(error) from None
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return load_scenario(path)


def shipped(name: str) -> Scenario:
    """The shipped scenario of that name. Raises InputError."""
    name = checked_name(name, "name")
    if name not in shipped_files():
        raise not_shipped(name)
    return load_scenario(name)


def _as_yaml(content: dict[str, Any]) -> str:
    """The text of the scenario's file."""
    try:
        return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=10_000)
    except yaml.YAMLError:
        wrong = next((f"'{word}'" for word, value in content["levers"][0].items() if not _is_plain(value)), "a value")
        raise InputError(
            f"{wrong} holds something that is neither text, number nor date", allowed="plain values"
        ) from None


def _is_plain(value: Any) -> bool:
    return all(isinstance(item, str | int | float | date) for item in (value if isinstance(value, list) else [value]))


def _in_plain_words(error: InputError) -> InputError:
    """The loader's error without the file that nobody wrote, in the words of `funding`."""
    key = re.sub(r"^levers\[1\]\.?", "", error.key or "")
    word = next((word for word, named in KEYS.items() if re.sub(r"\[\d+\]$", "", key) == named), key)
    is_word = " is not a key of " in error.problem  # what comes next is a guess about keys of a file
    return InputError(
        _said(error.problem.replace("is not a key of", "is no word for")),
        key=word or None,
        allowed=None if error.allowed is None else _said(error.allowed),
        nearest=None if is_word else error.nearest,
    )


def _said(text: str) -> str:
    """Keys of a scenario file as words of `funding`: 'places:' as place=, and without the quotes of YAML."""
    for word, key in (KEYS | {"when": "when", "starts": "starts", "ends": "ends"}).items():
        text = re.sub(rf"\b{key}:", f"{word}=", text)
        text = text.replace(f"'{key}'", f"'{word}'")
        text = re.sub(rf"(?<=, ){key}(?=,|$)", word, text)
    return text.replace("without quotes, for example 2025-04-01", 'for example "2025-04-01"')


def _listed(word: str, value: Any) -> Any:
    return _names(value) if word in KEYS else value


def _names(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _day(value: date | str) -> Any:
    """A day written as text as a date; what is none is left for the loader to refuse."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _file_name(lever: Any, where: Sequence[Any], gbp: Any, purchase: dict[str, Any]) -> str:
    """A name that tells scenarios apart: lever, places and pounds, with a short hash where that is not all."""
    text = "_".join(str(part) for part in (lever, *where, gbp))
    plain = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    is_all = set(purchase) <= {"lever", "gbp_per_year", *KEYS.values()} and len(plain) <= LONGEST_NAME
    if not plain[:1].isalpha():
        plain = f"funding_{plain}".strip("_")
    if is_all and len(plain) <= LONGEST_NAME:
        return plain
    mark = hashlib.blake2b(repr(sorted(purchase.items(), key=str)).encode(), digest_size=3).hexdigest()
    return f"{plain[: LONGEST_NAME - 7].rstrip('_')}_{mark}"


def _title(lever: Any, where: Sequence[Any], gbp: Any) -> str:
    """'Navigators for people with multiple disadvantage, Plymouth (£500,000)', as short as it has to be."""
    what = LEVERS[lever].title if isinstance(lever, str) and lever in LEVERS else str(lever)
    money = words.pounds(float(gbp)) if isinstance(gbp, int | float) and abs(gbp) < 1e12 else str(gbp)
    places = f", {listed([str(name) for name in where])}" if where else ""
    end = f" ({money})"
    room = LONGEST_TITLE - len(end)
    text = f"{what}{places}"
    return (text if len(text) <= room else f"{text[: room - 4].rstrip()} ...") + end


def scenario_asked(scenario: Scenario | str | Path) -> Scenario:
    """A scenario as it is, or the one of a file or of a shipped name. Raises InputError."""
    if isinstance(scenario, Scenario):
        return scenario
    if isinstance(scenario, str) and not scenario.endswith((".yaml", ".yml")):
        return shipped(scenario)
    if isinstance(scenario, str | Path):
        return load_scenario(checked_path(scenario, "scenario"))
    raise InputError(
        f"{type(scenario).__name__} is not a scenario", allowed="what funding() gives, a shipped name or a YAML file"
    )
