"""Share starting community treatment within 3 weeks, by scenario, for people with rural and with urban homes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.analysis.comparison import Comparison
from sim.analysis.differences import CHANCES
from sim.analysis.verdicts import SURE
from sim.core.grammar import listed
from sim.outcomes.measures import measure_named
from sim.presentation import chances, theme, words
from sim.presentation.drawing import chart_settings
from sim.presentation.report.changes import SILENT
from sim.presentation.report.page import source_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAME = "engagement_by_home"
WIDTH = 12.5  # inches
MEASURE = "engaged_within_3_weeks"
TITLE = "Who starts community treatment within 3 weeks of release, by home"
COLUMNS = [
    "scenario",
    "group",
    "measure",
    "value",
    "value_low",
    "value_high",
    "difference",
    "low",
    "high",
    *CHANCES,
    "verdict",
]

# (scenario, group) to that row of the comparison by group.
Rows = Mapping[tuple[str, str], Mapping[str, Any]]


def home_stratum(comparison: Comparison) -> str | None:
    """The stratum that tells rural from urban homes; None when the study has none."""
    for stratum, group in zip(comparison.groups["stratum"], comparison.groups["group"], strict=True):
        if "rural" in str(group).lower():
            return str(stratum)
    return None


@chart_settings()
def plot(comparison: Comparison) -> theme.Chart | None:
    """The chart; None when the study has no rural and urban groups or nobody in them."""
    frame = comparison.groups
    frame = frame[
        (frame["stratum"] == home_stratum(comparison)) & (frame["measure"] == MEASURE) & frame["value"].notna()
    ]
    rows: Rows = {
        (str(row["scenario"]), str(row["group"])): {str(key): cell for key, cell in row.items()}
        for row in frame.to_dict("records")
    }
    groups = [group for group in dict.fromkeys(group for _, group in rows) if (comparison.baseline, group) in rows]
    groups = groups[: len(theme.GROUP_COLOURS)]
    if not groups:
        return None
    message = theme.lines(_message(comparison, rows, groups), WIDTH, theme.WIDE_CHARACTER)
    foot = [line for text in _footer(comparison) for line in theme.lines(text, WIDTH)]
    head, below = 1.0 + 0.19 * len(message), 0.75 + theme.LINE * len(foot)
    body = (0.26 + 0.13 * len(groups)) * len(comparison.scenarios)
    height = head + body + below
    figure = theme.new_figure(WIDTH, height)
    theme.heading(figure, height, TITLE, message)
    left = 3.05
    wide = (WIDTH - left - 0.25 - 0.3) * (0.56 if len(comparison.scenarios) > 1 else 1.0)
    axis = figure.add_axes((left / WIDTH, below / height, wide / WIDTH, body / height))
    _shares(axis, comparison, rows, groups)
    if len(comparison.scenarios) > 1:
        at = left + wide + 0.3
        beside = figure.add_axes((at / WIDTH, below / height, (WIDTH - 0.25 - at) / WIDTH, body / height))
        _differences(beside, comparison, rows, groups)
    figure.legend(
        loc="lower right", bbox_to_anchor=(0.99, 0.03 / height), ncols=len(groups), frameon=False,
        fontsize=theme.SMALL_SIZE, labelcolor=theme.INK,
    )  # fmt: skip
    theme.footing(figure, height, "\n".join(foot))
    alt = _alt(comparison, rows, groups)
    svg, png = theme.render(figure, title=TITLE, alt=alt)
    return theme.Chart(NAME, svg, png, alt, frame[COLUMNS].to_csv(index=False, lineterminator="\n"))


def _shares(axis: Axes, comparison: Comparison, rows: Rows, groups: list[str]) -> None:
    """Shares with intervals, by scenario, and dashed lines at the baseline's."""
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    _rows_axes(axis, comparison, f"share of people, {words.level_in_words(comparison.level)} interval")
    for order, group in enumerate(groups):
        colour, marker = theme.GROUP_COLOURS[order], theme.GROUP_MARKERS[order]
        at_baseline = float(rows[comparison.baseline, group]["value"])
        axis.axvline(at_baseline, color=colour, linewidth=1.0, linestyle=(0, (4, 3)), zorder=1)
        axis.plot([], [], color=colour, marker=marker, label=group_words(group))
        for name, y in _heights(comparison, rows, groups, group):
            row = rows[name, group]
            filled = name == comparison.baseline or chances.is_marked(row)
            _dot(axis, (row["value"], max(0.0, row["value_low"]), min(1.0, row["value_high"])), y, order, filled)
    labels = [theme.label(comparison.titles[name], 44) for name in comparison.scenarios]
    axis.set_yticks(range(len(labels)), labels)
    axis.margins(x=0.04)
    axis.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    low, high = axis.get_xlim()
    axis.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0 if high - low > 0.06 else 1))


def _differences(axis: Axes, comparison: Comparison, rows: Rows, groups: list[str]) -> None:
    """Paired differences from the baseline in percentage points, by scenario."""
    from matplotlib.ticker import MaxNLocator

    _rows_axes(axis, comparison, "difference from the baseline, percentage points")
    axis.axvline(0, color=theme.INK, linewidth=1.0, zorder=1)
    for order, group in enumerate(groups):
        for name, y in _heights(comparison, rows, groups, group):
            row = rows[name, group]
            if name != comparison.baseline:
                points = tuple(100.0 * float(row[key]) for key in ("difference", "low", "high"))
                _dot(axis, points, y, order, chances.is_marked(row))
    axis.set_yticks([])
    axis.margins(x=0.08)
    axis.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axis.xaxis.set_major_formatter(theme.signed)


def _rows_axes(axis: Axes, comparison: Comparison, title: str) -> None:
    theme.quiet_axes(axis)
    theme.row_bands(axis, len(comparison.scenarios))
    axis.set_title(title, loc="left", size=theme.SMALL_SIZE, color=theme.QUIET, pad=6)


def _heights(comparison: Comparison, rows: Rows, groups: list[str], group: str) -> list[tuple[str, float]]:
    """Scenario and height of its mark for a group: the groups of one scenario stand above one another."""
    spread = 0.46 / len(groups)
    shift = (groups.index(group) - (len(groups) - 1) / 2) * spread
    return [(name, k + shift) for k, name in enumerate(comparison.scenarios) if (name, group) in rows]


def _dot(axis: Axes, numbers: tuple[float, ...], y: float, order: int, filled: bool) -> None:
    number, low, high = numbers
    colour = theme.GROUP_COLOURS[order]
    axis.plot([low, high], [y, y], color=colour, linewidth=1.8, zorder=2)
    axis.plot(
        [number], [y], color=colour, marker=theme.GROUP_MARKERS[order], markersize=6, linestyle="none", zorder=3,
        markerfacecolor=colour if filled else "white",
    )  # fmt: skip


def _footer(comparison: Comparison) -> list[str]:
    if len(comparison.scenarios) == 1:
        return [source_line(comparison)]
    return [
        "Dashed: baseline. Differences are paired: the same people, the same luck, so they can be certain where "
        "shares overlap. Filled: marked, at a chance of 97.5% or more; open: less certain, or on an assumption.",
        source_line(comparison),
    ]


def group_words(group: str) -> str:
    """A group's name in words: 'rural homes'."""
    text = group.replace("_", " ")
    return f"{text} homes" if text.lower() in ("rural", "urban") else text


def _message(comparison: Comparison, rows: Rows, groups: list[str]) -> str:
    shares = [
        f"{words.percent(float(rows[comparison.baseline, group]['value']))} with {group_words(group)}"
        for group in groups
    ]
    sentences = [f"In {comparison.titles[comparison.baseline]}: {listed(shares)}."]
    for group in groups:
        sure = [row for (_, of), row in rows.items() if of == group and row["verdict"] in SURE]
        if sure:
            best = max(sure, key=lambda row: abs(float(row["difference"])))
            change = float(best["difference"]) * 100
            sentences.append(
                f"Largest almost certain change with {group_words(group)}: {comparison.titles[str(best['scenario'])]}, "
                f"{_points(change)} {'higher' if change > 0 else 'lower'}{_assumed(best)}."
            )
        elif len(comparison.scenarios) > 1:
            sentences.append(f"No change is almost certain with {group_words(group)} in any scenario.")
    return " ".join(sentences)


def _assumed(row: Mapping[str, Any]) -> str:
    """' (rests on an assumption)' where a change is not marked for that."""
    return f" ({chances.ON_ASSUMPTION})" if chances.rests_on_assumption(row) else ""


def _points(change: float) -> str:
    size = words.figure(change)
    return f"{size} percentage point{'' if size == '1' else 's'}"


def _sure(row: Mapping[str, Any]) -> str:
    """How sure a difference is, in the words of its band; its verdict where there is nothing to be sure of."""
    return str(row["verdict"]) if row["verdict"] in SILENT else chances.band(row) or str(row["verdict"])


def _alt(comparison: Comparison, rows: Rows, groups: list[str]) -> str:
    named = listed([group_words(group) for group in groups])
    lines = [
        f"Share of people who {measure_named(MEASURE).title}, by scenario, for {named}.",
        _message(comparison, rows, groups),
    ]
    for name in comparison.scenarios:
        parts = []
        for group in groups:
            if (name, group) in rows:
                row = rows[name, group]
                share = words.percent(float(row["value"]))
                about = "" if name == comparison.baseline else f" (against the baseline: {_sure(row)})"
                parts.append(f"{group_words(group)} {share}{about}")
        lines.append(f"{comparison.titles[name]}: {'; '.join(parts)}.")
    return "\n".join(lines) + "\n"
