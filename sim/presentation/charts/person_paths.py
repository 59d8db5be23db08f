"""One person under two scenarios, day by day: where the nights are spent, treatment, and what happens on which day."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.core.days import FOLLOW_UP_DAYS
from sim.core.grammar import a, counted, listed
from sim.outcomes.diary import TOTALS, Diary, Entry, Span, TwoPaths
from sim.presentation import theme
from sim.presentation.drawing import chart_settings
from sim.presentation.layout import shortened

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAME = "person_paths"
WIDTH = 12.5  # inches
LEFT, RIGHT = 1.15, 0.25  # inches
LANE, MARKS, CONTACTS = 0.3, 0.24, 0.16  # inches: a band of states, a row of numbered events, the row of contacts
ROWS_OF_MARKS = 3
CLEAR_OF = 0.21  # inches between the middles of two numbered events in a row
MOST_LISTED = 24  # events listed beneath, by path
COLUMNS = ("scenario", "what", "first_day", "end_day", "words", "theme", "in_this_path_only")
# Fill, hatch and colour of words of each state; what has no entry is left white.
LOOKS: dict[str, tuple[str, str, str]] = {
    "settled": ("#0072B2", "", "white"),
    "Housing First": ("#0072B2", "..", "white"),
    "supported": ("#56B4E9", "", theme.INK),
    "temporary": ("#F0E442", "", theme.INK),
    "short-stay bed": ("#F0E442", "//", theme.INK),
    "homeless, not on the street": ("#E69F00", "..", "#000000"),
    "rough": ("#D55E00", "", "#000000"),
    "in custody": ("#595959", "", "white"),
    "residential treatment": ("#009E73", "..", theme.INK),
    "died": ("#222222", "", "white"),
    "waiting": ("#FFFFFF", "////", theme.INK),
    "in treatment": ("#009E73", "", theme.INK),
}
SAID = {"rough": "sleeping rough", "settled": "settled home", "temporary": "temporary housing", "none": "no treatment"}


@dataclass(frozen=True)
class Event:
    """A numbered event of a path: its entry in the diary, and its row among the marks.

    only_here: whether the other path lacks it on that day.
    """

    number: int
    entry: Entry
    only_here: bool
    row: int


@chart_settings()
def plot(paths: TwoPaths) -> theme.Chart:
    """The chart of one person's year under two scenarios, each a strip of states and numbered events."""
    events = [_events(one, other) for one, other in ((paths.usual, paths.other), (paths.other, paths.usual))]
    event_lines = [_listed(numbered) for numbered in events]
    message = theme.lines(_message(paths), WIDTH, theme.WIDE_CHARACTER)
    foot = [line for text in _footer(paths) for line in theme.lines(text, WIDTH)]
    rows = [1 + max((event.row for event in numbered), default=0) for numbered in events]
    block = [0.34 + 2 * (LANE + 0.06) + MARKS * n + CONTACTS for n in rows]
    head, axis_of_days = 0.72 + 0.19 * len(message), 0.5
    list_height = 0.3 + theme.LINE * max(map(len, event_lines))
    below = 0.6 + theme.LINE * len(foot)
    height = head + sum(block) + 0.2 + axis_of_days + list_height + below
    figure = theme.new_figure(WIDTH, height)
    title = _title(paths)
    theme.heading(figure, height, title, message)
    top = head
    for diary, numbered, n_rows, tall in zip((paths.usual, paths.other), events, rows, block, strict=True):
        bottom = height - top - tall
        room = (LEFT / WIDTH, bottom / height, (WIDTH - LEFT - RIGHT) / WIDTH, tall / height)
        _block(figure.add_axes(room), diary, numbered, n_rows, tall, is_last=diary is paths.other)
        top += tall + 0.2
    for k, lines in enumerate(event_lines):
        _list(figure, height, top + axis_of_days, k, (paths.usual, paths.other)[k].title, lines)
    _legend(figure, height, paths)
    theme.footing(figure, height, "\n".join(foot))
    alt = _alt(paths)
    svg, png = theme.render(figure, title=title, alt=alt)
    return theme.Chart(NAME, svg, png, alt, _data(paths).to_csv(index=False, lineterminator="\n"))


def _events(diary: Diary, other: Diary) -> list[Event]:
    """What happens but for contacts in treatment, numbered by day and laid in rows in which no mark covers another."""
    per_inch = FOLLOW_UP_DAYS / (WIDTH - LEFT - RIGHT)
    also = Counter((entry.day, entry.words) for entry in other.entries)
    last = [-math.inf] * ROWS_OF_MARKS
    events: list[Event] = []
    for entry in diary.entries:
        if entry.contact is not None or not entry.theme:
            continue
        only_here = also[entry.day, entry.words] == 0
        also[entry.day, entry.words] -= not only_here
        free = [row for row in range(ROWS_OF_MARKS) if entry.day - last[row] >= CLEAR_OF * per_inch]
        row = free[0] if free else min(range(ROWS_OF_MARKS), key=lambda k: last[k])
        last[row] = entry.day
        events.append(Event(len(events) + 1, entry, only_here, row))
    return events


def _block(axis: Axes, diary: Diary, events: Sequence[Event], n_rows: int, tall: float, *, is_last: bool) -> None:
    """One path: its title, two bands of states, numbered events, contacts; y counts inches down from the top."""
    for side in ("top", "right", "left", "bottom"):
        axis.spines[side].set_visible(False)
    axis.set_xlim(0, FOLLOW_UP_DAYS)
    axis.set_ylim(tall, 0)
    axis.set_yticks([])
    ticks = range(0, FOLLOW_UP_DAYS, 30)
    axis.set_xticks(list(ticks), [str(day) for day in ticks] if is_last else [])
    axis.tick_params(length=0, labelsize=theme.SMALL_SIZE, labelcolor=theme.INK)
    if is_last:
        axis.set_xlabel("days since the first release", size=theme.SMALL_SIZE, color=theme.QUIET, loc="left")
    axis.text(
        0, 0.14, theme.label(diary.title, 100, 1), size=theme.TEXT_SIZE, weight="bold", color=theme.INK, va="center"
    )
    for day in ticks:
        axis.plot([day, day], [0.3, tall], color=theme.GRID, linewidth=0.8, zorder=0)
    down = 0.34
    for what, name in (("where", "Where"), ("treatment", "Treatment")):
        _lane_name(axis, name, down + LANE / 2)
        for span in diary.spans:
            if span.what == what:
                _band(axis, span, down)
        down += LANE + 0.06
    _lane_name(axis, "Events", down + MARKS * n_rows / 2)
    for event in events:
        _mark(axis, event, down + MARKS * (event.row + 0.5))
    down += MARKS * n_rows
    contacts = [entry for entry in diary.entries if entry.contact is not None]
    if contacts:
        _lane_name(axis, "Contacts", down + CONTACTS / 2)
    for entry in contacts:
        marker, colour = ("|", theme.BETTER_COLOUR) if entry.contact else ("x", theme.WORSE_COLOUR)
        axis.plot([entry.day], [down + CONTACTS / 2], marker=marker, color=colour, markersize=5, clip_on=False)


def _lane_name(axis: Axes, name: str, y: float) -> None:
    axis.annotate(
        name, (0, y), xytext=(-8, 0), textcoords="offset points", ha="right", va="center", size=theme.SMALL_SIZE,
        color=theme.QUIET, annotation_clip=False,
    )  # fmt: skip


def _band(axis: Axes, span: Span, down: float) -> None:
    """A state from its first to its last day; its name stands in it where there is room."""
    from matplotlib.patches import Rectangle

    first, end = max(0, span.first), min(FOLLOW_UP_DAYS, span.end)
    fill, hatch, ink = LOOKS.get(span.state, ("#FFFFFF", "", theme.QUIET))
    axis.add_patch(
        Rectangle(
            (first, down),
            end - first,
            LANE,
            facecolor=fill,
            hatch=hatch,
            edgecolor=theme.QUIET,
            linewidth=0.6,
            zorder=2,
        )
    )
    name = SAID.get(span.state, span.state)
    inches = (end - first) * (WIDTH - LEFT - RIGHT) / FOLLOW_UP_DAYS
    if inches > len(name) * theme.CHARACTER + 0.1:
        plain = {"boxstyle": "square,pad=0.15", "facecolor": fill, "edgecolor": "none"} if hatch else None
        axis.text(
            (first + end) / 2, down + LANE / 2, name, size=theme.SMALL_SIZE, color=ink, ha="center", va="center",
            zorder=3, bbox=plain,
        )  # fmt: skip


def _mark(axis: Axes, event: Event, y: float) -> None:
    """A numbered disc; filled where only this path has the event."""
    fill, ink = (theme.INK, "white") if event.only_here else ("white", theme.INK)
    x = max(0, event.entry.day)
    axis.plot(
        [x], [y], marker="o", markersize=12, markerfacecolor=fill, markeredgecolor=theme.INK, markeredgewidth=0.8,
        zorder=4, clip_on=False,
    )  # fmt: skip
    axis.text(x, y, str(event.number), size=7, color=ink, ha="center", va="center_baseline", zorder=5)


def _listed(events: Sequence[Event]) -> list[str]:
    """The events as lines of a column; how many more there are where there is no room for all."""
    room = int(((WIDTH - 0.6) / 2) / theme.CHARACTER) - 16
    lines = [
        f"{event.number:>2}".replace(" ", "\N{FIGURE SPACE}")
        + f"  day {event.entry.day}: {shortened(event.entry.words, room)}"
        for event in events[:MOST_LISTED]
    ]
    left = len(events) - MOST_LISTED
    return [*lines, f"and {left} more: in the data table"] if left > 0 else lines


def _list(figure: Figure, height: float, down: float, column: int, title: str, lines: Sequence[str]) -> None:
    at = (0.19 + column * WIDTH / 2) / WIDTH
    head = theme.label(title, int(WIDTH / 2 / theme.CHARACTER) - 6, 1)
    figure.text(at, 1 - down / height, head, size=theme.SMALL_SIZE, weight="bold", color=theme.INK, va="top")
    for k, line in enumerate(lines):
        y = 1 - (down + 0.2 + k * theme.LINE) / height
        figure.text(at, y, line, size=theme.SMALL_SIZE, color=theme.INK, va="top")


def _legend(figure: Figure, height: float, paths: TwoPaths) -> None:
    """The states that occur in either path, and the marks."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    states = dict.fromkeys(span.state for diary in (paths.usual, paths.other) for span in diary.spans)
    handles: list[Any] = [
        Patch(facecolor=LOOKS[state][0], hatch=LOOKS[state][1], edgecolor=theme.QUIET, linewidth=0.6,
              label=SAID.get(state, state))
        for state in LOOKS if state in states
    ]  # fmt: skip
    handles += [
        Line2D([], [], color=theme.BETTER_COLOUR, marker="|", linestyle="none", label="contact kept"),
        Line2D([], [], color=theme.WORSE_COLOUR, marker="x", linestyle="none", label="contact missed"),
    ]
    figure.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0.008, 0.03 / height), ncols=len(handles), frameon=False,
        fontsize=theme.SMALL_SIZE, labelcolor=theme.INK, handlelength=1.3, handletextpad=0.4, columnspacing=1.0,
    )  # fmt: skip


def _title(paths: TwoPaths) -> str:
    """The largest change first: '260 more days in treatment: one person under two policies, day by day'."""
    change = paths.change
    most = max(change, key=lambda name: abs(change[name]))
    alike = "As many days in treatment, homeless or in custody"
    largest = _change(most, change[most]) if round(change[most]) else alike
    return f"{largest}: one person under two policies, day by day"


def _message(paths: TwoPaths) -> str:
    person = paths.usual.person
    of_age = f"{a(str(person['sex']))} of {person['age']}"
    who = f"Person {person['number']}, {of_age} with a need for help with {_need(person)}"
    ends = [f"With {diary.title} {ending}." for diary in (paths.usual, paths.other) if (ending := _last_day(diary))]
    changed = f"{who}: in the year after release {_changes(paths)} with {paths.other.title}."
    return " ".join([changed, *ends])


def _last_day(diary: Diary) -> str:
    """What cuts a count short on the last day of the year."""
    last = [span.state for span in diary.spans if span.what == "where"][-1:]
    return {
        "in custody": "the year ends in custody, and what comes after is not counted",
        "died": "the person dies",
    }.get("".join(last), "")


def _need(person: dict[str, Any]) -> str:
    need = str(person["need"])
    return {"opiate and crack": "opiates and crack", "opiate no crack": "opiates", "stimulant": "stimulants",
            "other": "another drug"}.get(need, need)  # fmt: skip


def _changes(paths: TwoPaths) -> str:
    """'260 more days in treatment and 3 fewer nights sleeping rough'."""
    changed = [_change(name, days) for name, days in paths.change.items() if round(days)]
    return listed(changed) if changed else f"as many {listed(list(TOTALS))}"


def _change(name: str, days: float) -> str:
    noun, rest = name.split(" ", 1)
    size = abs(round(days))
    return f"{size:,} {'more' if days > 0 else 'fewer'} {noun.removesuffix('s') if size == 1 else noun} {rest}"


def _footer(paths: TwoPaths) -> list[str]:
    differ = paths.differ
    mean = listed([f"{theme.signed(float(f'{differ.mean(name):.2g}'))} {name}" for name in TOTALS])
    return [
        "Bands: the state at the end of each day. Filled numbers: what only this path has on that day; open: both.",
        f"One of {counted(len(differ.changes), 'person')} whose year differs, of {differ.n_people:,} in the run"
        f"{_place(paths)}; for all whose year differs the mean change is {mean}. One life with one stream of luck has "
        "no interval.".replace("persons", "people"),
        f"Source: Throughgate, one run of {differ.n_people:,} people sampled from published shares, seed {paths.seed}, "
        f"draw {paths.draw}, replicate {paths.replicate}. Nobody real is in it.",
    ]


def _place(paths: TwoPaths) -> str:
    """How the person was come by."""
    numbers = [change.number for change in paths.differ.changes]
    if numbers and numbers[0] == paths.usual.person["number"]:
        return ", and the one in whose year most changes, for better or worse"
    return ""


def _alt(paths: TwoPaths) -> str:
    lines = [
        "Two strips of a year, one under the other, for the same person: bands of where the nights are spent and of "
        "treatment, numbered events, contacts in treatment.",
        _message(paths),
    ]
    for diary, other in ((paths.usual, paths.other), (paths.other, paths.usual)):
        for what, name in (("where", "Where"), ("treatment", "Treatment")):
            states = [
                f"{SAID.get(span.state, span.state)} from day {span.first} to {span.end}"
                for span in diary.spans
                if span.what == what
            ]
            lines.append(f"{diary.title}. {name}: {'; '.join(states)}.")
        events = [
            f"day {event.entry.day}: {event.entry.words}{' (in this path only)' if event.only_here else ''}"
            for event in _events(diary, other)
        ]
        lines.append(f"Events: {'; '.join(events)}.")
        contacts = [entry.contact for entry in diary.entries if entry.contact is not None]
        if contacts:
            lines.append(f"Contacts in treatment: {sum(contacts)} kept, {len(contacts) - sum(contacts)} missed.")
    return "\n".join([*lines, *_footer(paths)[1:]]) + "\n"


def _data(paths: TwoPaths) -> pd.DataFrame:
    """States, events and contacts of both paths."""
    import pandas as pd

    rows: list[tuple[Any, ...]] = []
    for diary, other in ((paths.usual, paths.other), (paths.other, paths.usual)):
        rows += [(diary.scenario, s.what, s.first, s.end, SAID.get(s.state, s.state), "", "") for s in diary.spans]
        only = {id(event.entry) for event in _events(diary, other) if event.only_here}
        for entry in diary.entries:
            what = "event" if entry.contact is None else "contact"
            here = "" if entry.contact is not None else "yes" if id(entry) in only else "no"
            rows.append((diary.scenario, what, entry.day, entry.day + 1, entry.words, entry.theme, here))
    return pd.DataFrame(rows, columns=list(COLUMNS))
