"""Text from outside in charts: as it is written, or with a plain sign for what no font holds; never a warning."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import matplotlib
import pytest
from chart_words import problems_of_words
from full_study import TITLES, full_study
from matplotlib.figure import Figure
from matplotlib.text import Text
from quick_cases import some_quick

from sim.analysis.comparison import Comparison
from sim.presentation import theme
from sim.presentation.charts import what_money_bought
from sim.presentation.drawing import chart_settings
from sim.presentation.letters import drawable, printable
from sim.presentation.report.files import CHARTS

MATHEMATICS = (
    r"Cost $\frac{1}{0}$ and $x_1$", "Between $5m and $6m", r"\alpha 50% _under_ {brace} ^2 ~ # & <b>", "$$", r"\$5",
)  # fmt: skip
MARKS = "".join(map(chr, (0x202E, 0x200F, 0x200B, 0xFEFF)))  # of direction and width, without a shape
CONTROLS = "".join(map(chr, (0x1B, 0x07, 0x00, 0x85, 0x2028)))
HALF = chr(0xD83D)


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    return full_study(tmp_path_factory.mktemp("letters") / "out")


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Café £5 – naïve", "Café £5 – naïve"),
        ("\N{CJK UNIFIED IDEOGRAPH-65E5}\N{CJK UNIFIED IDEOGRAPH-672C} x", "?? x"),
        ("\N{GRINNING FACE}", "\N{GRINNING FACE}"),
        ("\N{HOSPITAL}\N{VARIATION SELECTOR-16}", "?"),
        ("\N{THUMBS UP SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-4}", "?"),
        ("\N{FULLWIDTH LATIN CAPITAL LETTER A}", "A"),
        ("e\N{COMBINING ACUTE ACCENT}", "é"),
        ("q" + "\N{COMBINING ACUTE ACCENT}" * 40, "q" + "\N{COMBINING ACUTE ACCENT}" * 2),
        ("\N{HOSPITAL}\N{COMBINING ACUTE ACCENT}", "?"),
        (f"a{MARKS}b", "ab"),
        ("a\tb\nc", "a b\nc"),
        (f"a{HALF}b", "a?b"),
        ("why?\N{COMBINING ACUTE ACCENT}", "why?\N{COMBINING ACUTE ACCENT}"),
    ],
)
def test_letters(text: str, drawn: str) -> None:
    assert drawable(text) == drawn
    assert len(drawn) <= len(text)


def test_controls_are_blanks() -> None:
    assert drawable(f"a{CONTROLS}b") == "a     b"
    assert printable(f"a{CONTROLS[:3]}\n{HALF}") == "a   \n?"


@pytest.mark.parametrize("text", MATHEMATICS)
def test_dollars_and_backslashes_are_drawn_as_they_are_written(text: str) -> None:
    assert drawable(text) == text
    drawn: list[Figure] = []

    @chart_settings()
    def draw() -> tuple[bytes, bytes]:
        figure = theme.new_figure(8, 3)
        drawn.append(figure)
        axes = figure.add_axes((0.3, 0.2, 0.6, 0.5))
        axes.plot([0, 1], [0, 1], label=text)
        axes.set_yticks([0, 1], [text, theme.label(text, 20)])
        axes.legend()
        theme.heading(figure, 3, text, [text])
        return theme.render(figure, title=text, alt=text)

    svg, _ = draw()
    said = [one for one in drawn[0].findobj(Text) if one.get_text()]
    assert not any(one.get_parse_math() or one.get_usetex() for one in said)
    assert [one.get_text() for one in said].count(text) >= 4
    title = ET.fromstring(svg).find(".//{http://purl.org/dc/elements/1.1/}title")
    assert title is not None
    assert title.text == text


@pytest.mark.slow
@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.filterwarnings("error")
def test_every_letter_can_be_drawn_without_a_word(bold: bool) -> None:
    """A part of every block of Unicode, controls and halves of letters too."""
    letters = [chr(code) for code in [*range(0x600), *range(0x600, 0x20000, 41)]]

    @chart_settings()
    def draw() -> bytes:
        figure = theme.new_figure(10, 10)
        for row in range(0, len(letters), 300):
            weight = "bold" if bold else "normal"
            figure.text(0.1, 0.1, "".join(letters[row : row + 300]).replace("\n", " "), weight=weight)
        return theme.render(figure, title="".join(letters), alt="".join(letters))[0]

    ET.fromstring(draw())


@pytest.mark.parametrize(
    "module",
    some_quick(CHARTS, CHARTS[:1]),
    ids=lambda module: module.NAME,
)
@pytest.mark.parametrize(
    "title",
    [
        MATHEMATICS[0] + ", " + MATHEMATICS[1],
        pytest.param("\N{CJK UNIFIED IDEOGRAPH-65E5}\N{HOSPITAL} " * 12, marks=pytest.mark.slow),
        pytest.param("NAVIGATORS FOR EVERYBODY WHO COMES HOME TO BRISTOL FROM A PRISON " * 2, marks=pytest.mark.slow),
        pytest.param("W" * 120, marks=pytest.mark.slow),
        pytest.param("Wide words " * 450, marks=pytest.mark.slow),
    ],
    ids=["mathematics", "letters", "capitals", "one word", "5,000 letters"],
)
@pytest.mark.filterwarnings("error")
def test_odd_titles_neither_leave_a_chart_nor_overlap(
    module: ModuleType, title: str, comparison: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = replace(comparison, titles=dict.fromkeys(TITLES, title))
    chart = module.plot(odd)
    assert module is what_money_bought or title.strip() in chart.alt
    problems = problems_of_words(module, odd, monkeypatch)
    assert not problems, "\n".join(problems)


def test_a_title_of_one_long_word_is_cut_and_not_lost() -> None:
    assert theme.label("x" * 5000, 40, 2).startswith("x" * 30)
    assert theme.label("i" * 30 + " word", 40, 1) == "i" * 30 + " word"
    assert len(theme.label("W" * 120, 40, 1)) < len(theme.label("i" * 120, 40, 1))


def test_fonts_are_those_that_come_with_matplotlib() -> None:
    from matplotlib import font_manager

    from sim.presentation.letters import FAMILIES

    for family in FAMILIES:
        for weight in ("normal", "bold"):
            found = font_manager.findfont(font_manager.FontProperties(family=family, weight=weight))
            assert Path(found).is_relative_to(matplotlib.get_data_path())
