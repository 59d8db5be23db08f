"""Text as a chart can draw it: letters that Matplotlib's own fonts hold, and a plain sign in place of all others.

A text keeps its words, its order and its line breaks. Signs that have no shape of their own (controls, marks of
direction, joiners) go; a letter that no font holds is drawn as its plain equals where it has any ('fi' for a ligature)
and as '?' otherwise, with the accents upon it. The words beside a chart and its data keep every letter.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

FAMILIES = ("DejaVu Sans", "STIXGeneral")
"""Font families that come with Matplotlib, in the order in which a letter is looked for."""

MISSING = "?"
MOST_ACCENTS = 2  # upon one letter: more would climb into the line above
MOST_EQUALS = 3  # letters that may stand for one
LAID_OUT_SINCE = (3, 11)  # the Matplotlib that joins and turns letters written from right to left
_FILES = {False: ("DejaVuSans.ttf", "STIXGeneral.ttf"), True: ("DejaVuSans-Bold.ttf", "STIXGeneralBol.ttf")}
_POINTS = 100
_FROM_RIGHT = frozenset({"R", "AL", "AN"})
_asked_for: set[str] = set()  # letters that no font holds, since they were last told
_SHAPELESS = frozenset({"Cf", "Cn", "Co", "Cs"})


def drawable(text: str, *, bold: bool = False) -> str:
    """The text with nothing in it that the fonts of a chart cannot draw; as it is where they can draw all of it."""
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    known = _letters(bold)
    drawn: list[str] = []
    accents, is_missing = 0, False
    for letter in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(letter)
        if kind.startswith("M"):
            if ord(letter) in known and not is_missing and drawn and accents < MOST_ACCENTS:
                drawn.append(letter)
                accents += 1
        elif kind == "Cf" or _is_modifier(letter):
            continue
        else:
            shown = _shown(letter, kind, known)
            drawn.append(shown)
            accents, is_missing = 0, shown == MISSING and letter != MISSING
            if is_missing:
                _asked_for.add(letter)
    return "".join(drawn)


def take_missing() -> str:
    """The letters that were asked for since this was last asked, and that no chart can draw."""
    missing = "".join(sorted(_asked_for))
    _asked_for.clear()
    return missing


def ems(text: str) -> float:
    """Width of a line of regular type, in ems: kerning left out, letters that no font holds as wide as a capital."""
    return sum(map(_em, text))


def printable(text: str) -> str:
    """The text with blanks in place of controls, and '?' for halves of letters: what a picture's own words may hold."""
    kinds = ((letter, unicodedata.category(letter)) for letter in text)
    return "".join(
        letter if letter == "\n" or kind not in ("Cc", "Cs") else " " if kind == "Cc" else MISSING
        for letter, kind in kinds
    )


def _shown(letter: str, kind: str, known: frozenset[int]) -> str:
    if letter == "\n":
        return letter
    if kind.startswith("Z") or kind == "Cc":
        return letter if kind == "Zs" and ord(letter) in known else " "
    if _fits(letter, kind, known):
        return letter
    equals = unicodedata.normalize("NFKC", letter)
    fit = all(_fits(one, unicodedata.category(one), known) for one in equals)
    return equals if equals != letter and fit and len(equals) <= MOST_EQUALS else MISSING


def _fits(letter: str, kind: str, known: frozenset[int]) -> bool:
    return kind not in _SHAPELESS and ord(letter) in known


def _is_modifier(letter: str) -> bool:
    """Whether the sign only changes the look of the emoji before it."""
    return 0x1F3FB <= ord(letter) <= 0x1F3FF


@cache
def _em(letter: str) -> float:
    font = _regular()
    if not font.get_char_index(ord(letter)):
        return 0.0 if unicodedata.category(letter)[0] in "MC" else 0.7
    return float(font.load_char(ord(letter)).linearHoriAdvance) / 65536 / _POINTS


@cache
def _regular() -> FT2Font:
    """The type of most words, at so many points that hinting does not count."""
    import matplotlib
    from matplotlib.ft2font import FT2Font

    font = FT2Font(str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / _FILES[False][0]))
    font.set_size(_POINTS, 72)
    return font


@cache
def _letters(bold: bool) -> frozenset[int]:
    """Code points that a chart can draw in regular or bold type."""
    import matplotlib
    from matplotlib.ft2font import FT2Font

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    known = {code for name in _FILES[bold] for code in FT2Font(str(folder / name)).get_charmap()}
    if matplotlib.__version_info__[:2] < LAID_OUT_SINCE:
        known = {code for code in known if unicodedata.bidirectional(chr(code)) not in _FROM_RIGHT}
    return frozenset(known)
