"""How much a study has to live, before it is run: person-days as the manifest counts them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sim.core.days import FOLLOW_UP_DAYS, horizon

if TYPE_CHECKING:
    from sim.evidence import ParameterTable
    from sim.evidence.draws import Narrowed
    from sim.sensitivity.designs import Design
    from sim.study.plan import StudyPlan


def nominal_person_days(
    plan: StudyPlan, table: ParameterTable, narrowed: Narrowed | None = None, designs: Sequence[Design] = ()
) -> int:
    """Days between first release and death or end of follow-up in all runs, of the people released in the study year.

    Each draw has its own number of people, and each point of a design that varies it. Deaths, about one in a hundred
    people, are not taken off. narrowed: ranges that the baseline narrows.
    """
    from sim.engine.run_inputs import PEOPLE_PARAMETER

    people = type(table)({PEOPLE_PARAMETER: table[PEOPLE_PARAMETER]})  # draws are keyed by name, so one row is enough
    own = {name: ends for name, ends in (narrowed or {}).items() if name == PEOPLE_PARAMETER}
    usual = table[PEOPLE_PARAMETER].centre
    draws = people.sample(plan.seed, plan.draws, own) if plan.draws else ()
    cohorts = plan.replicates * sum(_cohort(plan, draw[PEOPLE_PARAMETER] / usual) for draw in draws)
    for design in designs:
        if PEOPLE_PARAMETER in design.parameters:
            k = design.factors.index(PEOPLE_PARAMETER)
            alone = replace(design, factors=(PEOPLE_PARAMETER,), groups=None, uniforms=design.uniforms[:, [k]])
            values = alone.values(people, own)[:, 0].tolist()
            cohorts += design.replicates * sum(_cohort(plan, value / usual) for value in values)
        else:
            share = people.narrow(own)[PEOPLE_PARAMETER].centre / usual
            cohorts += design.replicates * design.points * _cohort(plan, share)
    return round(cohorts * len(plan.scenarios) * days_each(horizon(plan.months)))


def _cohort(plan: StudyPlan, share: float) -> int:
    return max(1, round(plan.people * share))


def days_each(study_days: int) -> float:
    """Days that one of the people released in the study year is followed within so many days of a study."""
    from sim.population.cohort import WEEKS

    released = range(7 * WEEKS)
    return sum(max(0, min(day + FOLLOW_UP_DAYS, study_days) - day) for day in released) / len(released)
