"""A document as plain text: lines that fit, columns that stand under one another, words that stay whole."""

from __future__ import annotations

import pytest

from sim.document.blocks import Block, Figure, Heading, List, Marked, Note, Paragraph, Table, labelled, tied
from sim.document.columns import column_widths
from sim.document.text import as_text

LONG = "a title of a scenario that goes on and on, in all the places of the region, and in every other place too"


def test_a_page_by_hand() -> None:
    document: list[Block] = [
        Heading("Page", level=1),
        Paragraph("Words."),
        Heading("Part", beside="costs £5"),
        Note("Buys a bus."),
        Table(("what", "change"), ((Marked("+", "nights"), "3 fewer"), (Marked("", "days"), "none"))),
        Note("Nothing else."),
        List(("One note.", "Another.")),
        Figure("chart.svg", "A chart."),
    ]
    assert as_text(document, 30) == (
        "Page\n\nWords.\n\n"
        "Part                  costs £5\n==============================\n  Buys a bus.\n\n"
        "  what    change\n-----------------\n+ nights  3 fewer\n  days    none\n  Nothing else.\n\n"
        "- One note.\n- Another.\n\nFigure (chart.svg): A chart.\n"
    )


@pytest.mark.parametrize("width", [40, 60, 100])
def test_lines_fit_however_long_the_words_are(width: int) -> None:
    rows = ((LONG, Marked("!", LONG), (LONG, LONG)), ("x" * 200, "", "y"))
    document: list[Block] = [
        Heading(LONG, beside="£5"), Paragraph(LONG), Note(LONG), List((LONG,)), Table(("a", "b", LONG), rows),
        labelled([("a label of many words", "x" * 300)]),
    ]  # fmt: skip
    text = as_text(document, width)
    assert max(map(len, text.splitlines())) <= width
    assert text.replace("\n", "").replace(" ", "").count("x") == 500 + text.count("next")


def test_a_mark_without_words_is_told() -> None:
    assert as_text([Table(("theme", "event"), ((Marked("*", ""), "leaves prison"),))]).splitlines()[-1].startswith("* ")


def test_tables_of_the_same_heads_stand_under_one_another() -> None:
    heads = ("scenario", "change")
    lines = as_text([Table(heads, (("a", "1"),)), Table(heads, (("a much longer title", "2"),))]).splitlines()
    assert len({line.index("change") for line in lines if "change" in line}) == 1


def test_what_is_tied_and_addresses_stay_on_one_line() -> None:
    address = f"https://example.org/{'a' * 60}"
    table = Table(("title", "interval"), ((LONG, tied("£1.25 million less to £2 million more")), ("a", address)))
    text = as_text([table], 60)
    assert "£1.25 million less to £2 million more" in text
    assert address in text
    assert "\N{NO-BREAK SPACE}" not in text


def test_room_is_taken_where_it_costs_the_fewest_lines() -> None:
    rows = tuple((LONG, f"{number} more nights") for number in range(5))
    widths = column_widths([Table(("title", "change"), rows)], 70)
    assert widths[1] == len("1 more nights")
    assert sum(widths) == 68


def test_lines_nobody_breaks() -> None:
    assert as_text([labelled([("out", LONG * 3)])], width=None) == f"{'out':<12}{LONG * 3}\n"
