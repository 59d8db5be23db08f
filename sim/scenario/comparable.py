"""Whether scenarios may stand beside each other: one first release, one set of narrowed ranges, one choice of prices,
so that what differs is policy, and titles that tell them apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.core.errors import InputError

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario


def refuse_incomparable(scenarios: Sequence[Scenario]) -> None:
    """InputError for scenarios of one study that begin on other days, narrow other parameters or choose other prices
    than the first, and for two of one title."""
    first = scenarios[0]
    titled: dict[str, Scenario] = {}
    for scenario in scenarios:
        other = titled.setdefault(scenario.title.casefold(), scenario)
        if other is not scenario:
            raise InputError(
                f"'{scenario.title}' is the title of '{other.file}', too", file=scenario.file, key="title",
                allowed="another title for each scenario, by which pages and charts tell them apart",
            )  # fmt: skip
    for scenario in scenarios[1:]:
        if scenario.starts != first.starts:
            raise InputError(
                f"'{scenario.name}' starts on {scenario.starts}, the baseline on {first.starts}",
                file=scenario.file,
                key="starts",
                allowed="the same first release in all scenarios of a comparison; date the levers instead",
            )
        for key, verb, own, usual in (
            ("parameters", "narrows", scenario.narrowed, first.narrowed),
            ("prices", "chooses", scenario.prices, first.prices),
        ):
            if own != usual:
                raise InputError(
                    f"'{scenario.name}' {verb} other {key} than the baseline '{first.name}'",
                    file=scenario.file,
                    key=key,
                    allowed=f"the same {key} in the baseline, so that a difference is policy and not numbers",
                )
