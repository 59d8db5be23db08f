"""A document as Markdown: whatever came from outside reads as it was written, and opens nothing."""

from __future__ import annotations

import pytest

from sim.document.blocks import Block, Figure, Heading, List, Marked, Note, Paragraph, Table
from sim.document.markdown import as_markdown, plain

NASTY = "``` <img/src=x/onerror=alert(1)> | [a](b) *x* _y_ ~z~ $m$ # \\ &lt;"
BLOCKS = (
    Heading(NASTY, beside=NASTY), Paragraph(NASTY), Note(NASTY), List((NASTY, NASTY)), Figure("chart.svg", NASTY),
    Table((NASTY, "b"), ((NASTY, (NASTY, NASTY)), (Marked("*", NASTY), ""))),
)  # fmt: skip


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: type(block).__name__)
def test_no_sign_of_a_text_is_one_of_markdown(block: Block) -> None:
    page = as_markdown([block]).replace("\\\\", "")
    for sign in ("`", "<", ">", "*", "[a", "_", "~", "$", "&lt;"):
        told = page.replace("<br>", "").replace("(<chart.svg>)", "")
        assert told.count(sign) == told.count(f"\\{sign}") > 0, sign


def test_a_table_keeps_its_columns() -> None:
    lines = as_markdown([BLOCKS[-1]]).replace("\\\\", "").replace("\\|", "").splitlines()
    assert {line.count("|") for line in lines} == {3}
    assert lines[1] == "| --- | --- |"
    assert as_markdown([Table((), (("label", "said"),))]).startswith("|  |  |\n| --- | --- |\n| label | said |")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("- no list", "\\- no list"),
        ("+ no list", "\\+ no list"),
        ("12. no list", "12\\. no list"),
        ("1) no list", "1\\) no list"),
        ("# no heading", "\\# no heading"),
        ("--- no rule", "--- no rule"),
        ("1.5 posts", "1.5 posts"),
        ("-3 nights", "-3 nights"),
        ("two\nlines\r\n\tof \x1b[1m text", "two lines of  \\[1m text"),
        ("R&D &amp; A&B", "R&D \\&amp; A&B"),
    ],
)
def test_a_line_begins_nothing(text: str, written: str) -> None:
    assert as_markdown([Paragraph(text)]) == f"{written}\n"
    assert as_markdown([List((text,))]) == f"- {written}\n"


def test_words_of_the_program_s_own_stay_readable() -> None:
    text = "Source: 45 draws (95%), sim/MODEL.md; £500,000 - 'navigators'!"
    assert plain(text) == text


def test_headings_tables_and_figures() -> None:
    page = as_markdown(
        [
            Heading("Title", level=1),
            Heading("Part", beside="£5"),
            Table(("a", "b"), (("x", Marked("+", "1 more")),), right=frozenset({1})),
            Figure("charts/a.svg", "A chart"),
        ]
    )
    assert (
        page == "# Title\n\n## Part: £5\n\n| a | b |\n| --- | ---: |\n| x | + 1 more |\n\n![A chart](<charts/a.svg>)\n"
    )
