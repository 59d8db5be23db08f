"""Scenarios from plain words: what is bought, where, for how much. The words become a scenario file that goes through
the same strict loader as every other, and lies beside the notebooks' runs for whoever wants to keep it."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypedDict, Unpack

import yaml

from sim.core.arguments import checked_name, checked_path, plain
from sim.core.errors import InputError, nearest_name
from sim.core.grammar import listed
from sim.core.printable import written
from sim.presentation import words
from sim.scenario import Scenario, load_scenario
from sim.scenario.levers import LEVERS
from sim.scenario.shipped import not_shipped, shipped_files
from sim.store.atomic import write_bytes

BASELINE = "baseline"  # shipped
FOLDER = Path("results/runs/notebooks/scenarios")
LONGEST_NAME, LONGEST_TITLE = 60, 120
Names = str | Sequence[str]
# The words of `funding` and the keys of a scenario file, where they differ.
KEYS = {"place": "places", "council": "councils", "prison": "prisons", "link": "links"}
OPTIONS = {"for_": "for", "when": "when", "setting": "setting"}  # of a lever; `for` is a word of Python's own
MONEY, PERCENT = "gbp_per_year", "percent_of_today"


class Purchase(TypedDict, total=False):
    """What may be said of a purchase beside its lever and how much of it; a word that is None is not said.

    place, council, prison, link: names or ids, one or several, whichever the lever takes (`throughgate levers`).
    for_: of keyworkers, "people_leaving_prison" or "everybody" (`for` itself is a word of Python's own).
    when: of bus trips. setting: of the LGBTQ+ practitioner. payer: code of who pays. starts, ends: days, as dates or
    '2025-10-01'.
    """

    place: Names | None
    council: Names | None
    prison: Names | None
    link: Names | None
    for_: str | None
    when: str | None
    setting: str | None
    payer: str | None
    starts: date | str | None
    ends: date | str | None


WORDS = tuple(Purchase.__annotations__)
DATES = ("starts", "ends")


def funding(
    lever: str,
    *,
    gbp_per_year: float | None = None,
    percent_of_today: float | None = None,
    title: str | None = None,
    **purchase_words: Unpack[Purchase],
) -> Scenario:
    """The baseline with one sum of money a year for one lever added, or with one cut of what stands today.

    gbp_per_year: below 0 a cut. percent_of_today: in its place a cut in per cent, -10 for a tenth. place, council,
    prison, link, for_, when, setting, payer, starts, ends: see `Purchase`; title: what charts call it.
    Raises InputError that names the word that is wrong, what is allowed, and the nearest name, and StoreError where the
    scenario's file cannot be written; no half of it is left.
    """
    sizes = {MONEY: plain(gbp_per_year), PERCENT: plain(percent_of_today)}
    purchase = {key: _writable(value) for key, value in _purchase(lever, sizes, purchase_words).items()}
    where = [name for key in KEYS.values() if key in purchase for name in _names(purchase[key])]
    content = {
        "name": (name := _file_name(purchase, where)),
        "title": _title(purchase, where) if title is None else title,
        "description": "Asked for in a notebook.",
        "extends": BASELINE,
        "levers": [purchase],
    }
    text = _as_yaml(content)
    try:
        load_scenario(content)
    except InputError as error:
        raise _in_plain_words(error) from None
    mark, number = _marked(name, text), 1
    while not _is_free(path := FOLDER / f"{content['name']}.yaml", text):
        content["name"] = mark if number == 1 else f"{mark}_{number}"
        text, number = _as_yaml(content), number + 1
    write_bytes(path, text.encode())
    return load_scenario(path)


def _purchase(lever: Any, how_much: dict[str, Any], purchase_words: Mapping[str, Any]) -> dict[str, Any]:
    """The purchase as a scenario's file holds it; a word that is None is left out."""
    said = {word: value for word, value in purchase_words.items() if value is not None}
    for word in said:
        if word not in WORDS:
            near = nearest_name(word, WORDS)
            raise InputError(f"'{word}' is no word for a purchase", allowed=", ".join(WORDS), nearest=near)
    purchase = {"lever": lever, **{key: value for key, value in how_much.items() if value is not None}}
    for word in WORDS:
        if word in said:
            value = said[word]
            purchase[_key(word)] = _day(value) if word in DATES else _listed(word, value)
    return purchase


def _key(word: str) -> str:
    """The key of a scenario's file that a word of `funding` stands for."""
    return (KEYS | OPTIONS).get(word, word)


def _is_free(path: Path, text: str) -> bool:
    """Whether a scenario may be written there: nothing stands there yet, or the same scenario."""
    try:
        return not os.path.lexists(path) or (path.is_file() and path.read_bytes() == text.encode())
    except OSError:  # what stands there cannot be read
        return False


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
    plain_key = re.sub(r"\[\d+\]$", "", key)
    word = next((word for word, named in (KEYS | OPTIONS).items() if plain_key == named), key)
    is_word = " is not a key of " in error.problem  # what comes next is a guess about keys of a file
    return InputError(
        _said(error.problem.replace("is not a key of", "is no word for")),
        key=word or None,
        allowed=None if error.allowed is None else _said(error.allowed),
        nearest=None if is_word else error.nearest,
    )


def _said(text: str) -> str:
    """Keys of a scenario file as words of `funding`: 'places:' as place=, and without the quotes of YAML."""
    same = (MONEY, PERCENT, *DATES)
    for word, key in (KEYS | OPTIONS | dict(zip(same, same, strict=True))).items():
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


def _writable(value: object) -> object:
    """A value as it is; in words one that Python cannot write, such as a number of 5,000 digits, to be refused so."""
    try:
        str(value)
    except Exception:
        return written(value)
    return value


def _file_name(purchase: Mapping[str, Any], where: Sequence[Any]) -> str:
    """A name that tells scenarios apart: lever, places, option, and the pounds or per cent of a purchase or a cut; with
    a short mark where that is not all."""
    options = [purchase[key] for key in OPTIONS.values() if key in purchase]
    text = "_".join(str(part) for part in (purchase["lever"], *where, *options, *_size_in_name(purchase)))
    name = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    is_all = {"lever", MONEY, PERCENT, *KEYS.values(), *OPTIONS.values()} >= set(purchase) and len(name) <= LONGEST_NAME
    if not name[:1].isalpha():
        name = f"funding_{name}".strip("_")
    if is_all and len(name) <= LONGEST_NAME:
        return name
    return _marked(name, repr(sorted(purchase.items(), key=str)))


def _size_in_name(purchase: Mapping[str, Any]) -> list[str]:
    """'500000', or of a cut 'cut' and '46000', or '10' and 'percent'."""
    size = purchase.get(MONEY, purchase.get(PERCENT, ""))
    is_cut = PERCENT in purchase or str(size).startswith("-")
    return [*(["cut"] if is_cut else []), str(size).lstrip("-"), *(["percent"] if PERCENT in purchase else [])]


def _marked(name: str, content: str) -> str:
    """The name, shortened where it is long, with a mark of a content that it does not tell."""
    mark = hashlib.blake2b(content.encode(), digest_size=3).hexdigest()
    return f"{name[: LONGEST_NAME - 12].rstrip('_')}_{mark}"


def _title(purchase: Mapping[str, Any], where: Sequence[Any]) -> str:
    """'Navigators for people with multiple disadvantage, Plymouth (£500,000)', as short as it has to be; '(£46,000
    less)' and '(10% less)' for cuts."""
    lever = purchase["lever"]
    what = LEVERS[lever].title if isinstance(lever, str) and lever in LEVERS else str(lever)
    options = [f"{'for ' if key == 'for' else ''}{purchase[key]}".replace("_", " ") for key in OPTIONS.values()
               if key in purchase]  # fmt: skip
    places = f", {listed([str(name) for name in where])}" if where else ""
    end = f" ({_size_in_words(purchase)})"
    room = LONGEST_TITLE - len(end)
    text = ", ".join([what, *options]) + places
    return (text if len(text) <= room else f"{text[: room - 4].rstrip()} ...") + end


def _size_in_words(purchase: Mapping[str, Any]) -> str:
    size = purchase.get(MONEY, purchase.get(PERCENT, ""))
    if not isinstance(size, int | float) or not abs(size) < 1e12:  # nor what is no number
        return str(size)
    shown = f"{abs(size):g}%" if PERCENT in purchase else words.pounds(abs(float(size)))
    return f"{shown}{' less' if size < 0 else ''}"


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
