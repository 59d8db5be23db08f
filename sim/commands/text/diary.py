"""The diary of one person in words: two scenarios side by side, day by day, with the theme of each event."""

from __future__ import annotations

import shutil
import textwrap
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sim.outcomes.diary import Diary, Entry

WIDEST = 120
NARROWEST = 60


def diaries_in_words(diaries: Sequence[Diary]) -> str:
    """The first diary (the baseline's) beside each other one; scenarios under which nothing differs are only named."""
    usual, others = diaries[0], diaries[1:]
    lines = [_who(usual), ""]
    same = [other for other in others if other.entries == usual.entries]
    differing = [other for other in others if other.entries != usual.entries]
    for other in differing:
        lines += [*_side_by_side(usual, other), ""]
    if not differing:
        lines += [*_alone(usual), ""]
    if same:
        lines += [*_wrapped("The same days, event by event, under: " + "; ".join(other.title for other in same)), ""]
    return "\n".join(lines)


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


def _width() -> int:
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size((100, 24)).columns))


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _width())


def _who(diary: Diary) -> str:
    person = diary.person
    traits = [name for name, value in person.items() if value is True]
    words = [f"Person {person['number']}: {person['sex']}, {person['age']}, need: {person['need']}", *traits]
    return "\n".join(_wrapped("; ".join(words)))


def _alone(diary: Diary) -> list[str]:
    """One diary by itself."""
    room = _width() - 24
    lines = [f"Under '{diary.title}'", f"{'date':<11}{'day':>5}  {'theme':<6}event", "-" * _width()]
    for entry in diary.entries:
        first, *rest = textwrap.wrap(entry.words, room)
        lines += [
            f"{entry.on.isoformat():<11}{entry.day:>5}  {entry.theme:<6}{first}",
            *(" " * 24 + more for more in rest),
        ]
    return [*lines, "-" * _width(), *_wrapped(diary.end)]


def _side_by_side(usual: Diary, other: Diary) -> list[str]:
    """Two diaries in two columns by date; an event that only one path has, or has once more, bears a mark."""
    room = (_width() - 11 - 4) // 2
    lines = [
        *_wrapped(f"Left: '{usual.title}'. Right: '{other.title}'. A * marks what only one of the two paths has."),
        "-" * _width(),
    ]
    dates = sorted({e.on for diary in (usual, other) for e in diary.entries})
    for on in dates:
        here, there = ([e for e in diary.entries if e.on == on] for diary in (usual, other))
        left, right = _column(here, there, room), _column(there, here, room)
        for k in range(max(len(left), len(right))):
            when = on.isoformat() if k == 0 else ""
            cells = (column[k] if k < len(column) else "" for column in (left, right))
            lines.append(f"{when:<11}" + "".join(f"{cell:<{room + 2}}" for cell in cells).rstrip())
    ends = [textwrap.wrap(diary.end, room) for diary in (usual, other)]
    lines.append("-" * _width())
    for k in range(max(map(len, ends))):
        cells = (column[k] if k < len(column) else "" for column in ends)
        lines.append(f"{'':<11}" + "".join(f"{cell:<{room + 2}}" for cell in cells).rstrip())
    return lines


def _column(entries: Sequence[Entry], others: Sequence[Entry], room: int) -> list[str]:
    """One path's events of a day; others: those of the other path on that day."""
    lines: list[str] = []
    left = Counter(entry.words for entry in others)
    for entry in entries:
        only = left[entry.words] == 0
        left[entry.words] -= not only
        head = f"{'*' if only else ' '}{entry.theme:<4}"
        first, *rest = textwrap.wrap(entry.words, room - len(head))
        lines += [head + first, *(" " * len(head) + more for more in rest)]
    return lines
