"""Share starting community treatment within 3 weeks, by scenario, for people with rural and with urban homes."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.analysis.comparison import CLEAR, Comparison
from sim.outcomes.measures import measure_named
from sim.presentation import theme, words
from sim.presentation.report_text import source_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAME = "engagement_by_home"
MEASURE = "engaged_within_3_weeks"
TITLE = "Who starts community treatment within 3 weeks of release, by home"
COLUMNS = ["scenario", "group", "measure", "value", "value_low", "value_high", "difference", "low", "high", "verdict"]

# (scenario, group) to that row of the comparison by group.
Rows = Mapping[tuple[str, str], Mapping[str, Any]]


def home_stratum(comparison: Comparison) -> str | None:
    """The stratum that tells rural from urban homes; None when the study has none."""
    for stratum, group in zip(comparison.groups["stratum"], comparison.groups["group"], strict=True):
        if "rural" in str(group).lower():
            return str(stratum)
    return None


def draw(comparison: Comparison) -> theme.Chart | None:
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
    message = textwrap.wrap(_message(comparison, rows, groups), 118, max_lines=3, placeholder=" ...")
    head, foot = 0.55 + 0.2 * len(message), 1.1
    width, height = 10.0, head + foot + 0.35 + (0.28 + 0.17 * len(groups)) * len(comparison.scenarios)
    figure = theme.new_figure(width, height)
    axis = figure.add_axes((0.265, (foot + 0.1) / height, 0.70, 1 - (head + foot + 0.2) / height))
    _plot(axis, comparison, rows, groups)
    theme.heading(figure, height, TITLE, message)
    figure.legend(
        loc="lower right", bbox_to_anchor=(0.985, 0.04 / height), ncols=len(groups), frameon=False,
        fontsize=theme.SMALL_SIZE, labelcolor=theme.INK,
    )  # fmt: skip
    footer = (
        f"Line: {words.level_in_words(comparison.level)} interval of the share. Dashed: baseline. Filled: the paired "
        f"difference from the baseline is clear, even where lines overlap.\n{source_line(comparison)}"
    )
    theme.footing(figure, height, footer)
    alt = _alt(comparison, rows, groups)
    svg, png = theme.render(figure, title=TITLE, alt=alt)
    return theme.Chart(NAME, svg, png, alt, frame[COLUMNS].to_csv(index=False, lineterminator="\n"))


def _plot(axis: Axes, comparison: Comparison, rows: Rows, groups: list[str]) -> None:
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    theme.quiet_axes(axis)
    spread = 0.5 / len(groups)
    for order, group in enumerate(groups):
        colour, marker = theme.GROUP_COLOURS[order], theme.GROUP_MARKERS[order]
        at_baseline = float(rows[comparison.baseline, group]["value"])
        axis.axvline(at_baseline, color=colour, linewidth=1.0, linestyle=(0, (4, 3)), zorder=1)
        axis.plot([], [], color=colour, marker=marker, label=group_words(group))
        for position, name in enumerate(comparison.scenarios):
            if (name, group) not in rows:
                continue
            row, y = rows[name, group], position + (order - (len(groups) - 1) / 2) * spread
            filled = name == comparison.baseline or row["verdict"] in CLEAR
            axis.plot([row["value_low"], row["value_high"]], [y, y], color=colour, linewidth=2.0, zorder=2)
            axis.plot(
                [row["value"]], [y], color=colour, marker=marker, markersize=6.5, linestyle="none", zorder=3,
                markerfacecolor=colour if filled else "white",
            )  # fmt: skip
    labels = [theme.label(comparison.titles[name], 33) for name in comparison.scenarios]
    axis.set_yticks(range(len(labels)), labels)
    axis.set_ylim(len(labels) - 0.5, -0.5)
    axis.margins(x=0.06)
    axis.xaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10]))
    low, high = axis.get_xlim()
    axis.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0 if high - low > 0.06 else 1))


def group_words(group: str) -> str:
    """A group's name in words: 'rural homes'."""
    text = group.replace("_", " ")
    return f"{text} homes" if text.lower() in ("rural", "urban") else text


def _message(comparison: Comparison, rows: Rows, groups: list[str]) -> str:
    shares = [
        f"{words.percent(float(rows[comparison.baseline, group]['value']))} with {group_words(group)}"
        for group in groups
    ]
    sentences = [f"In {comparison.titles[comparison.baseline]}: {words.listed(shares)}."]
    for group in groups:
        clear = [row for (_, of), row in rows.items() if of == group and row["verdict"] in CLEAR]
        if clear:
            best = max(clear, key=lambda row: abs(float(row["difference"])))
            change = float(best["difference"]) * 100
            sentences.append(
                f"Largest clear change with {group_words(group)}: {comparison.titles[str(best['scenario'])]}, "
                f"{_points(change)} {'higher' if change > 0 else 'lower'}."
            )
        elif len(comparison.scenarios) > 1:
            sentences.append(f"No clear change with {group_words(group)} in any scenario.")
    return " ".join(sentences)


def _points(change: float) -> str:
    size = words.figure(change)
    return f"{size} percentage point{'' if size == '1' else 's'}"


def _alt(comparison: Comparison, rows: Rows, groups: list[str]) -> str:
    named = words.listed([group_words(group) for group in groups])
    lines = [
        f"Share of people who {measure_named(MEASURE).title}, by scenario, for {named}.",
        _message(comparison, rows, groups),
    ]
    for name in comparison.scenarios:
        said = []
        for group in groups:
            if (name, group) in rows:
                row = rows[name, group]
                share = words.percent(float(row["value"]))
                about = "" if name == comparison.baseline else f" (against the baseline: {row['verdict']})"
                said.append(f"{group_words(group)} {share}{about}")
        lines.append(f"{comparison.titles[name]}: {'; '.join(said)}.")
    return "\n".join(lines) + "\n"
