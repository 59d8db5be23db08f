"""What a study would run and cost, and what of it fits into a given time, in words and as a plain object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.experiment.estimate import Estimate, fitting
from sim.experiment.setup import plan_as_dict, plan_in_words

if TYPE_CHECKING:
    from sim.experiment.setup import StudySetup

MEGABYTE = 1e6


def estimate_in_words(setup: StudySetup, cost: Estimate, seconds: float | None) -> str:
    """A line for each; seconds: the time it is to fit into, if one is asked about."""
    lines = [
        *plan_in_words(setup),
        f"time        about {duration(cost.seconds)} for the runs: {1e3 * cost.run_seconds:,.0f} ms a run, "
        f"{setup.plan.threads} threads as fast as {cost.speed_up:.1f}",
        f"memory      about {cost.memory_bytes / MEGABYTE:,.0f} MB",
        f"disk        about {max(1.0, cost.disk_bytes / MEGABYTE):,.0f} MB while it runs, half of that in the end",
    ]
    if setup.analysis.precision is not None:
        lines.append(
            f"precision   reckoned with {setup.plan.replicates:,} replicates; how many it takes, the runs will tell"
        )
    if seconds is not None:
        lines.append(f"fits        {_fits(setup, cost, seconds)}")
    return "\n".join(lines)


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
        return f"{max(1, round(seconds))} second{'' if round(seconds) <= 1 else 's'}"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} minutes"
    hours, rest = divmod(minutes, 60)
    minutes_too = f" {rest} minute{'' if rest == 1 else 's'}" if rest else ""
    return f"{hours} hour{'' if hours == 1 else 's'}{minutes_too}"


def _numbers(setup: StudySetup, cost: Estimate, seconds: float) -> dict[str, int]:
    samples = {design.method: design.samples for design in setup.analysis.designs}
    return fitting(setup.plan, cost, seconds, samples)


def _fits(setup: StudySetup, cost: Estimate, seconds: float) -> str:
    if cost.seconds <= seconds:
        return f"into {duration(seconds)} with {duration(seconds - cost.seconds)} to spare"
    numbers = _numbers(setup, cost, seconds)
    wanted = {"draws": setup.plan.draws, **{design.method: design.samples for design in setup.analysis.designs}}
    parts = [
        f"{number:,} of {wanted[name]:,} {'draws' if name == 'draws' else f'base samples of {name}'}"
        for name, number in numbers.items()
    ]
    return f"not into {duration(seconds)}; what does: {', '.join(parts)}"
