"""What the benchmarks found, kept until the end of the run and shown as one table.

A row holds what was measured, the figure in words, what was asked for, and whether it was reached. Absolute figures
depend on the machine and on what else runs there; they are told and never asserted.
"""

from __future__ import annotations

from typing import NamedTuple

WIDTH = 106


class Row(NamedTuple):
    """One line of the table; asked: the bar in words, empty where none was set; reached: None where none was set."""

    section: str
    what: str
    figure: str
    asked: str = ""
    reached: bool | None = None


ROWS: list[Row] = []


def told(section: str, what: str, figure: str) -> None:
    """A figure without a bar."""
    ROWS.append(Row(section, what, figure))


def held_against(section: str, what: str, figure: str, asked: str, *, reached: bool) -> None:
    """A figure with its bar."""
    ROWS.append(Row(section, what, figure, asked, reached))


def table() -> list[str]:
    """The lines of the table, sections in the order in which they were first met."""
    lines: list[str] = []
    for section in dict.fromkeys(row.section for row in ROWS):
        lines += ["", section, "-" * WIDTH]
        for row in ROWS:
            if row.section == section:
                verdict = "" if row.reached is None else ("reached" if row.reached else "NOT REACHED")
                lines.append(f"{row.what:<54}{row.figure:>18}  {row.asked:<18}{verdict}".rstrip())
    return lines
