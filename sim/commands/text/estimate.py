"""What a study would run and cost, and what of it fits into a given time, in words and as a plain object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.core.grammar import counted
from sim.document.blocks import labelled
from sim.document.text import as_text
from sim.experiment.estimate import Estimate, fitting
from sim.experiment.plan_words import plan_as_dict, plan_entries

if TYPE_CHECKING:
    from sim.experiment.setup import StudySetup

MEGABYTE = 1e6


def estimate_in_words(setup: StudySetup, cost: Estimate, seconds: float | None) -> str:
    """A line for each; seconds: the time it is to fit into, if one is asked about."""
    threads, replicates = counted(setup.plan.threads, "thread"), counted(setup.plan.replicates, "replicate")
    runs = f"{1e3 * cost.run_seconds:,.0f} ms a run, {threads} as fast as {cost.speed_up:.1f}"
    disk = max(1.0, cost.disk_bytes / MEGABYTE)
    entries = [
        *plan_entries(setup),
        ("time", f"about {duration(cost.seconds)} for the runs: {runs}"),
        ("memory", f"about {cost.memory_bytes / MEGABYTE:,.0f} MB"),
        ("disk", f"about {disk:,.0f} MB while it runs, half of that in the end"),
    ]
    if setup.analysis.precision is not None:
        entries.append(("precision", f"reckoned with {replicates}; how many it takes, the runs will tell"))
    if seconds is not None:
        entries.append(("fits", _fits(setup, cost, seconds)))
    return as_text([labelled(entries)], width=None).rstrip("\n")


def estimate_as_dict(setup: StudySetup, cost: Estimate, seconds: float | None) -> dict[str, Any]:
    """What a study would run and cost, as a plain object."""
    within = {} if seconds is None else {"within_seconds": seconds, "fits": _numbers(setup, cost, seconds)}
    return {
        **plan_as_dict(setup),
        "seconds": round(cost.seconds, 1),
        "run_seconds": round(cost.run_seconds, 5),
        "speed_up": round(cost.speed_up, 2),
        "memory_bytes": cost.memory_bytes,
        "disk_bytes": cost.disk_bytes,
        **within,
    }


def duration(seconds: float) -> str:
    """'40 seconds', '12 minutes', '3 hours 20 minutes'."""
    if seconds < 90:
        return counted(max(1, round(seconds)), "second")
    minutes = round(seconds / 60)
    if minutes < 90:
        return counted(minutes, "minute")
    hours, rest = divmod(minutes, 60)
    minutes_too = f" {counted(rest, 'minute')}" if rest else ""
    return f"{counted(hours, 'hour')}{minutes_too}"


def _numbers(setup: StudySetup, cost: Estimate, seconds: float) -> dict[str, int]:
    samples = {design.method: design.samples for design in setup.analysis.designs}
    return fitting(setup.plan, cost, seconds, samples)


def _fits(setup: StudySetup, cost: Estimate, seconds: float) -> str:
    if cost.seconds <= seconds:
        return f"into {duration(seconds)} with {duration(seconds - cost.seconds)} to spare"
    numbers = _numbers(setup, cost, seconds)
    wanted = {"draws": setup.plan.draws, **{design.method: design.samples for design in setup.analysis.designs}}
    parts = [
        f"{number:,} of {counted(wanted[name], 'draw' if name == 'draws' else 'base sample')}"
        f"{'' if name == 'draws' else f' of {name}'}"
        for name, number in numbers.items()
    ]
    return f"not into {duration(seconds)}; what does: {', '.join(parts)}"
