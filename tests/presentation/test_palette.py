"""Colours of all charts: text that can be read, and marks that differ for readers who are colour-blind.

Contrast is WCAG 2.2's. Colour blindness is simulated with the matrices of Machado, Oliveira and Fernandes (2009) at
full severity, in linear RGB; distances are those of CIELAB (CIE 1976), in which about 2 is just seen side by side.
"""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.presentation import theme
from sim.presentation.sensitivity.charts.heat_map import text_on

Floats = NDArray[np.float64]
WHITE = "#FFFFFF"
TEXT, MARK = 4.5, 3.0  # WCAG 1.4.3 and 1.4.11
APART = 12.0  # CIELAB, between colours that carry a meaning
KINDS = {
    "usual": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def linear(colour: str) -> Floats:
    """f8[3]: linear RGB of '#RRGGBB'."""
    srgb = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255.0
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """WCAG contrast, 1 to 21."""
    light, dark = sorted((float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(rgb: Floats) -> Floats:
    """f8[3]: CIELAB (D65) of linear RGB."""
    x, y, z = np.cbrt(np.maximum(TO_XYZ @ rgb / [0.95047, 1.0, 1.08883], 0.008856))
    return np.array([116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)])


def distance(one: str, other: str, kind: str) -> float:
    """CIELAB distance of two colours as seen with that kind of colour blindness."""
    seen = [lab(np.clip(KINDS[kind] @ linear(colour), 0.0, 1.0)) for colour in (one, other)]
    return float(np.linalg.norm(seen[0] - seen[1]))


def over_white(colour: str, alpha: float) -> str:
    """The colour laid over white."""
    parts = (round(255 - alpha * (255 - int(colour[k : k + 2], 16))) for k in (1, 3, 5))
    return "#" + "".join(f"{part:02X}" for part in parts)


def test_the_measures_of_this_file_are_right() -> None:
    assert contrast("#000000", WHITE) == pytest.approx(21.0)
    assert contrast("#767676", WHITE) == pytest.approx(4.54, abs=0.01)
    assert lab(linear("#FF0000")) == pytest.approx([53.24, 80.09, 67.20], abs=0.05)
    assert distance("#FF0000", "#00B000", "deutan") < distance("#FF0000", "#00B000", "usual") / 2


@pytest.mark.parametrize("colour", [theme.INK, theme.QUIET, theme.LUCK_COLOUR])
def test_text_can_be_read_on_white_and_on_the_bands_of_rows(colour: str) -> None:
    assert contrast(colour, WHITE) >= TEXT
    assert contrast(colour, over_white(theme.GRID, 0.25)) >= TEXT


@pytest.mark.parametrize("colour", [*theme.STEPS, *theme.LUCK_STEPS])
def test_numbers_can_be_read_in_the_cells_of_a_heat_map(colour: str) -> None:
    text = text_on(colour)
    assert contrast(WHITE if text == "white" else text, colour) >= TEXT


@pytest.mark.parametrize(
    "colour",
    [theme.BETTER_COLOUR, theme.WORSE_COLOUR, theme.UNCLEAR_COLOUR, theme.FACTOR_COLOUR, theme.LUCK_COLOUR],
)
def test_marks_that_carry_a_meaning_stand_out_from_white(colour: str) -> None:
    assert contrast(colour, WHITE) >= MARK


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "colours",
    [
        theme.GROUP_COLOURS,
        theme.LINE_COLOURS,
        (theme.BETTER_COLOUR, theme.WORSE_COLOUR, theme.UNCLEAR_COLOUR, theme.INK),
        (theme.FACTOR_COLOUR, theme.PALE_COLOUR, theme.LUCK_COLOUR, theme.UNCLEAR_COLOUR, WHITE),
    ],
    ids=["groups", "lines", "verdicts", "sensitivity"],
)
def test_colours_of_one_chart_differ_for_colour_blind_readers(colours: tuple[str, ...], kind: str) -> None:
    near = {pair: found for pair in combinations(colours, 2) if (found := distance(*pair, kind)) < APART}
    assert not near, f"{kind}: {near}"


def test_lines_and_groups_differ_in_more_than_colour() -> None:
    assert len(set(theme.LINE_MARKERS)) == len(theme.LINE_COLOURS) == len(theme.LINE_DASHES)
    assert len({str(dashes) for dashes in theme.LINE_DASHES}) >= 4
    assert len(set(theme.GROUP_MARKERS)) == len(theme.GROUP_COLOURS)
    assert theme.LUCK_MARKER not in (*theme.GROUP_MARKERS, *theme.LINE_MARKERS)


@pytest.mark.parametrize("steps", [theme.STEPS, theme.LUCK_STEPS], ids=["inputs", "luck"])
@pytest.mark.parametrize("kind", KINDS)
def test_steps_go_from_light_to_dark_whoever_looks(steps: tuple[str, ...], kind: str) -> None:
    lightness = [lab(np.clip(KINDS[kind] @ linear(colour), 0.0, 1.0))[0] for colour in (WHITE, *steps)]
    assert all(before - after > 3.0 for before, after in pairwise(lightness)), lightness
