"""What a cell shows: a picture with escaped alt text and a table, an answer, or one message instead of a traceback."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from sim.core.errors import InputError
from sim.notebook import begin
from sim.notebook.shown import MOST_ROWS, NOTHING, data_table, shown
from sim.presentation.theme import Chart

ODD = 'Costs "less" & <b>more</b>\'s\nSecond line'


def chart(alt: str = ODD, csv: str = "place,share_of_it\n<i>Bude</i>,0.123456\nLooe,12\n") -> Chart:
    return Chart("some_chart", b"<svg/>", b"\x89PNG", alt, csv)


class Alt(HTMLParser):
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.alt = dict(attrs)["alt"]


class Words(Alt):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_alt_text_is_escaped_and_whole() -> None:
    page = shown(chart()).html
    reader = Alt()
    reader.feed(page)
    assert reader.alt == " ".join(ODD.split())
    assert "<b>" not in page
    assert "<i>" not in page
    assert "&lt;i&gt;Bude" in page
    assert "//" not in page.replace("</", "")


def test_dollars_and_backslashes_are_no_mathematics() -> None:
    """A notebook looks for mathematics between signs of one piece of text, never across a tag."""
    said = r"Between $5m and $6m, \(\frac{1}{0}\)"
    page = shown(chart(alt=said, csv=f'place,n\n"{said}",1\n')).html
    reader = Words()
    reader.feed(page)
    assert reader.alt == said
    assert "".join(reader.words).count(said) == 2
    assert all(len(piece) == 1 for piece in reader.words if set(piece) & set("$\\"))


def test_the_table_has_heads_and_readable_numbers() -> None:
    table = data_table("place,share_of_it,n\nBude,0.1234567,7011\nLooe,,0\n", "some_chart")
    assert '<th scope="col">share of it</th>' in table
    assert "<td>0.1235</td><td>7011</td>" in table
    assert "<td></td><td>0</td>" in table
    assert "<caption>some chart: 2 rows</caption>" in table


def test_a_long_table_says_what_is_left_out() -> None:
    table = data_table("a\n" + "1\n" * (MOST_ROWS + 7), "long")
    assert table.count("<td>") == MOST_ROWS
    assert "7 more rows" in table


def test_no_chart_is_told_in_words() -> None:
    assert NOTHING in shown(None).html


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> InteractiveShell:
    """An IPython shell that has been started as a notebook starts."""
    found = InteractiveShell()
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "baseline.yaml").write_text("x", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(begin, "shell_in_use", lambda: found)
    begin.start()
    return found


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (
            "InputError(\"'Plymoth' is not a place\", key='place', nearest='plymouth')",
            "place: 'Plymoth' is not a place",
        ),
        ("InputError('-3 is not a number this takes', parameter='people')", "people: -3 is not a number"),
        ("KeyboardInterrupt()", "interrupted; run the cell again"),
    ],
)
def test_a_mistake_is_one_message(shell: InteractiveShell, capsys: Any, raised: str, said: str) -> None:
    result = shell.run_cell(f"from sim.core.errors import InputError\nraise {raised}", store_history=False)
    captured = capsys.readouterr()
    told = captured.out + captured.err
    assert f"throughgate: {said}" in told
    assert len(told.strip().splitlines()) == 1
    assert "Traceback" not in told
    assert not result.success, "whoever runs the notebook learns that the cell failed"


def test_other_errors_keep_their_traceback(shell: InteractiveShell, capsys: Any) -> None:
    shell.run_cell("1 / 0", store_history=False)
    captured = capsys.readouterr()
    assert "ZeroDivisionError" in captured.out + captured.err
    assert "throughgate:" not in captured.out + captured.err


def test_outside_a_notebook_nothing_is_shown() -> None:
    assert begin.shell_in_use() is None
    with pytest.raises(InputError):
        begin.top_of(Path("/"))
