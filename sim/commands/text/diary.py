"""The diary of one person in words: two scenarios side by side, day by day, with the theme of each event."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from sim.document.blocks import Block, Cell, Document, Heading, Marked, Paragraph, Table, notes
from sim.document.text import WIDTH, as_text
from sim.outcomes.diary import Diary, Entry

WIDEST = 120
NARROWEST = 60


def diaries_in_words(diaries: Sequence[Diary]) -> str:
    """The first diary (the baseline's) beside each other one; scenarios under which nothing differs are only named."""
    usual, others = diaries[0], diaries[1:]
    same = [other.title for other in others if other.entries == usual.entries]
    differing = [other for other in others if other.entries != usual.entries]
    blocks: list[Block] = [Paragraph(_who(usual))]
    blocks += [block for other in differing for block in _side_by_side(usual, other)] or _alone(usual)
    if same:
        blocks.append(Paragraph(f"The same days, event by event, under: {'; '.join(same)}"))
    width = shutil.get_terminal_size((WIDTH, 24)).columns
    return as_text(blocks, max(NARROWEST, min(WIDEST, width)))


def diaries_as_dict(diaries: Sequence[Diary]) -> dict[str, Any]:
    """The diaries as one plain object."""
    return {
        "person": diaries[0].person,
        "scenarios": [
            {
                "name": diary.scenario,
                "title": diary.title,
                "end": diary.end,
                "events": [
                    {"date": entry.on.isoformat(), "day": entry.day, "theme": entry.theme or None, "event": entry.words}
                    for entry in diary.entries
                ],
            }
            for diary in diaries
        ],
    }


def _who(diary: Diary) -> str:
    person = diary.person
    traits = [name for name, value in person.items() if value is True]
    return "; ".join([f"Person {person['number']}: {person['sex']}, {person['age']}, need: {person['need']}", *traits])


def _alone(diary: Diary) -> Document:
    """One diary by itself."""
    rows = tuple((entry.on.isoformat(), str(entry.day), entry.theme, entry.words) for entry in diary.entries)
    table = Table(("date", "day", "theme", "event"), rows, right=frozenset({1}))
    return Heading(f"Under '{diary.title}'", level=3), table, Paragraph(diary.end)


def _side_by_side(usual: Diary, other: Diary) -> Document:
    """Two diaries in two columns by date; an event that only one path has, or has once more, bears a mark."""
    rows: list[tuple[Cell, ...]] = []
    for on in sorted({entry.on for diary in (usual, other) for entry in diary.entries}):
        here, there = ([entry for entry in diary.entries if entry.on == on] for diary in (usual, other))
        events = list(zip_longest(_events(here, there), _events(there, here), fillvalue=(Marked("", ""), "")))
        rows += [(on.isoformat() if number == 0 else "", *left, *right) for number, (left, right) in enumerate(events)]
    legend = f"Left: '{usual.title}'. Right: '{other.title}'. A * marks what only one of the two paths has."
    table = Table(("date", "theme", "left", "theme", "right"), tuple(rows))
    return Paragraph(legend), table, *notes([f"Left: {usual.end}", f"Right: {other.end}"])


def _events(entries: Sequence[Entry], others: Sequence[Entry]) -> list[tuple[Marked, str]]:
    """Theme and words of one path's events of a day; others: those of the other path on that day."""
    events: list[tuple[Marked, str]] = []
    left = Counter(entry.words for entry in others)
    for entry in entries:
        only = left[entry.words] == 0
        left[entry.words] -= not only
        events.append((Marked("*" if only else "", entry.theme), entry.words))
    return events
