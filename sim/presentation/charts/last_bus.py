"""Which of a day's first appointments can be reached and returned from, place by place, before and after a scenario.

A bar is the part of the hub's day that somebody who lives there can use: from the earliest arrival to the last way
home. What is left of the day is an appointment that cannot be kept, whoever wants to.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.analysis.access import AccessToHub
from sim.area.model import Area, clock
from sim.core.grammar import counted
from sim.mechanisms.attendance import APPOINTMENT_MINUTES
from sim.presentation import theme, words
from sim.presentation.drawing import chart_settings

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NAME = "last_bus"
WIDTH = 12.5  # inches
LEFT, BESIDE = 3.1, 2.35  # inches for the names, and for the shares to the right
ROW = 0.27  # inches
MOST_PLACES = 30
LEAST_MINUTES = 1.0  # by which a last way home is later
LEAST_SHARE = 0.005
FIRST_HOUR, LAST_HOUR = 8, 23
COLUMNS = (
    "place", "population", "hub", "hub_place", "opens", "closes", "earliest_arrival", "last_way_home_before",
    "last_way_home_after", "out_of_reach_before", "out_of_reach_after",
)  # fmt: skip
Pair = tuple[AccessToHub, AccessToHub]


@chart_settings()
def plot(
    area: Area, before: Sequence[AccessToHub], after: Sequence[AccessToHub], titles: tuple[str, str]
) -> theme.Chart | None:
    """The chart of the places from which a part of the day is out of reach; None where there is none.

    before, after: access from every place of the area under two scenarios; titles: of these scenarios.
    """
    pairs = _cut_off(before, after)
    if not pairs:
        return None
    drawn = pairs[:MOST_PLACES]
    title, message = _title(area, pairs), theme.lines(_message(area, pairs, titles), WIDTH, theme.WIDE_CHARACTER)
    foot = [line for text in _footer(area, pairs, titles) for line in theme.lines(text, WIDTH)]
    head, below = 1.12 + 0.19 * len(message), 0.62 + theme.LINE * len(foot)
    body = ROW * len(drawn)
    height = head + body + below
    figure = theme.new_figure(WIDTH, height)
    theme.heading(figure, height, title, message)
    room = (LEFT / WIDTH, below / height, (WIDTH - LEFT - BESIDE) / WIDTH, body / height)
    _plot(figure.add_axes(room), area, drawn)
    _legend(figure, height, titles)
    theme.footing(figure, height, "\n".join(foot))
    alt = _alt(area, pairs, titles)
    svg, png = theme.render(figure, title=title, alt=alt)
    return theme.Chart(NAME, svg, png, alt, _data(area, pairs).to_csv(index=False, lineterminator="\n"))


def _cut_off(before: Sequence[AccessToHub], after: Sequence[AccessToHub]) -> list[Pair]:
    """Places with appointments out of reach under either scenario, the most of them first."""
    pairs = [
        (one, other)
        for one, other in zip(before, after, strict=True)
        if max(one.out_of_reach, other.out_of_reach) >= LEAST_SHARE
    ]
    return sorted(pairs, key=lambda pair: (-pair[0].out_of_reach, -pair[1].out_of_reach, pair[0].place))


def _plot(axis: Axes, area: Area, pairs: Sequence[Pair]) -> None:
    theme.quiet_axes(axis)
    theme.row_bands(axis, len(pairs))
    axis.set_xlim(60 * FIRST_HOUR, 60 * LAST_HOUR)
    hours = range(FIRST_HOUR, LAST_HOUR + 1)
    axis.set_xticks([60 * hour for hour in hours], [f"{hour:02d}:00" for hour in hours])
    axis.xaxis.tick_top()
    names = [
        f"{area.places[access.place].name}, to {area.places[area.place_index[area.services[access.hub].place]].name}"
        for access, _ in pairs
    ]
    axis.set_yticks(range(len(pairs)), [theme.label(name, 42, 1) for name in names])
    for row, (one, other) in enumerate(pairs):
        _row(axis, row, one, other)
    axis.annotate(
        "out of reach,\nbefore → after", (1, 0), xycoords=("axes fraction", "data"), xytext=(16, 20),
        textcoords="offset points", size=theme.SMALL_SIZE, color=theme.QUIET, va="bottom", annotation_clip=False,
    )  # fmt: skip


def _row(axis: Axes, row: int, one: AccessToHub, other: AccessToHub) -> None:
    """The hub's day as a box, the part within reach filled; a later last way home as a line to a second mark."""
    axis.barh(
        row, one.closes - one.opens, left=one.opens, height=0.62, facecolor="white", edgecolor=theme.QUIET,
        hatch="////", linewidth=0.8, zorder=2,
    )  # fmt: skip
    for access, colour in ((other, theme.LINE_COLOURS[5]), (one, theme.BETTER_COLOUR)):
        first, last = _within(access)
        if last > first:
            axis.barh(row, last - first, left=first, height=0.62, color=colour, zorder=3)
    for access, fill in ((one, "white"), (other, theme.WORSE_COLOUR)):
        if access.latest_return is not None and (access is one or _is_later(one, other)):
            axis.plot(
                [access.latest_return], [row], marker="D", markersize=6, markerfacecolor=fill,
                markeredgecolor=theme.WORSE_COLOUR, linestyle="none", zorder=5,
            )  # fmt: skip
    if _is_later(one, other):
        ends = [access.latest_return for access in (one, other) if access.latest_return is not None]
        axis.plot(ends, [row] * len(ends), color=theme.WORSE_COLOUR, linewidth=1.4, zorder=4)
    share_text = words.percent(one.out_of_reach)
    if abs(one.out_of_reach - other.out_of_reach) >= LEAST_SHARE:
        share_text += f" → {words.percent(other.out_of_reach)}"
    axis.annotate(
        share_text, (1, row), xycoords=("axes fraction", "data"), xytext=(16, 0), textcoords="offset points",
        size=theme.SMALL_SIZE, color=theme.INK, va="center", annotation_clip=False,
        weight="bold" if "→" in share_text else "normal",
    )  # fmt: skip


def _within(access: AccessToHub) -> tuple[float, float]:
    """First and last minute of the hub's day that somebody can be there for."""
    if access.earliest_arrival is None or access.latest_return is None:
        return access.opens, access.opens
    return max(access.opens, access.earliest_arrival), min(access.closes, access.latest_return)


def _is_later(one: AccessToHub, other: AccessToHub) -> bool:
    """Whether the last way home is later under the other scenario."""
    if other.latest_return is None:
        return False
    return one.latest_return is None or other.latest_return >= one.latest_return + LEAST_MINUTES


def _legend(figure: Figure, height: float, titles: tuple[str, str]) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles = [
        Patch(color=theme.BETTER_COLOUR, label="within reach before"),
        Patch(color=theme.LINE_COLOURS[5], label="within reach after as well"),
        Patch(facecolor="white", edgecolor=theme.QUIET, hatch="////", label="hub open, out of reach"),
        *(
            Line2D([], [], color=theme.WORSE_COLOUR, marker="D", markerfacecolor=fill, linestyle="none", label=label)
            for fill, label in (("white", "last way home before"), (theme.WORSE_COLOUR, "after"))
        ),
    ]
    figure.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0.008, 0.03 / height), ncols=len(handles), frameon=False,
        fontsize=theme.SMALL_SIZE, labelcolor=theme.INK, handlelength=1.3, handletextpad=0.5, columnspacing=1.2,
    )  # fmt: skip


def _homes(area: Area, pairs: Sequence[Pair]) -> str:
    return words.figure(sum(area.places[access.place].population for access, _ in pairs))


def _title(area: Area, pairs: Sequence[Pair]) -> str:
    """What is lost, and whether to the first bus or to the last one."""
    count = sum(one.out_of_reach >= LEAST_SHARE for one, _ in pairs)
    early, late = (sum(getattr(one, name) for one, _ in pairs) for name in ("too_early", "too_late"))
    most = "the first bus comes too late" if early > late else "the last bus leaves too soon"
    return f"{count} of {len(area.places)} places lose part of the clinic's day to the timetable, mostly because {most}"


def _message(area: Area, pairs: Sequence[Pair], titles: tuple[str, str]) -> str:
    worst = pairs[0][0]
    better = [pair for pair in pairs if pair[1].out_of_reach <= pair[0].out_of_reach - LEAST_SHARE]
    sentences = [
        f"Whoever would miss the last bus home misses the appointment. From {area.places[worst.place].name}, "
        f"{words.percent(worst.out_of_reach)} of a weekday's first appointments cannot be reached and returned from; "
        f"the places shown are home to {_homes(area, pairs)} people."
    ]
    if better:
        most = max(better, key=lambda pair: pair[0].out_of_reach - pair[1].out_of_reach)
        name = area.places[most[0].place].name
        where = name if len(better) == 1 else f"{len(better)} places, most of all {name}"
        shares = f"{words.percent(most[0].out_of_reach)} to {words.percent(most[1].out_of_reach)}"
        sentences.append(f"{titles[1]}: less of the day is lost in {where} ({shares}).")
    else:
        sentences.append(f"{titles[1]}: no place loses less of the day.")
    early = [pair for pair in pairs if pair[1].too_early >= LEAST_SHARE]
    if early:
        sentences.append(
            f"In {counted(len(early), 'place')} nobody can arrive when the hub opens, which a later last bus "
            "does not mend."
        )
    return " ".join(sentences)


def _footer(area: Area, pairs: Sequence[Pair], titles: tuple[str, str]) -> list[str]:
    left = len(pairs) - MOST_PLACES
    more = [f"{counted(left, 'more place')} not drawn: in the data table."] if left > 0 else []
    return [
        f"Before: {titles[0]}. After: {titles[1]}. Box: the hub's opening hours on a weekday. Appointments of "
        f"{APPOINTMENT_MINUTES:.0f} minutes begin evenly over them; one is lost where no journey arrives in time or "
        "none leads home afterwards.",
        "No interval: one timetable, at reference prices. Departures a day are spread evenly, most are recalled and "
        "not read, and the rural bus day (07:00 to 19:00) and the opening hours are assumed.",
        *more,
        f"Source: Throughgate, area '{area.title}' (places, services and links with their grades in its tables).",
    ]


def _alt(area: Area, pairs: Sequence[Pair], titles: tuple[str, str]) -> str:
    lines = [
        "Bars by place: the part of the opening hours of the drug and alcohol hub that somebody who lives there can "
        "use on a weekday, with the last way home, before and after.",
        f"{_title(area, pairs)}. {_message(area, pairs, titles)}",
    ]
    for one, other in pairs:
        arrival = "no way there" if one.earliest_arrival is None else f"earliest arrival {clock(one.earliest_arrival)}"
        home = _clock(one)
        later = f", then {_clock(other)}" if _is_later(one, other) else ""
        change = f", then {words.percent(other.out_of_reach)}" if one.out_of_reach != other.out_of_reach else ""
        lines.append(
            f"{area.places[one.place].name}: {arrival}, last way home {home}{later}; out of reach "
            f"{words.percent(one.out_of_reach)}{change}."
        )
    return "\n".join([*lines, *_footer(area, pairs, titles)]) + "\n"


def _clock(access: AccessToHub) -> str:
    return "none" if access.latest_return is None else clock(access.latest_return)


def _data(area: Area, pairs: Sequence[Pair]) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for one, other in pairs:
        place, hub = area.places[one.place], area.services[one.hub]
        arrival = "" if one.earliest_arrival is None else clock(one.earliest_arrival)
        rows.append(
            (place.name, place.population, hub.name, area.places[area.place_index[hub.place]].name, clock(one.opens),
             clock(one.closes), arrival, _clock(one), _clock(other), one.out_of_reach, other.out_of_reach)
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))
