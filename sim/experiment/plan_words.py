"""What a study would run, before it is run: line by line, as labels with their words, and as a plain object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.document.blocks import labelled
from sim.document.text import as_text
from sim.study.plan import in_words

if TYPE_CHECKING:
    from sim.experiment.setup import StudySetup


def plan_in_words(setup: StudySetup) -> list[str]:
    """What a study would run, line by line."""
    return as_text([labelled(plan_entries(setup))], width=None).splitlines()


def plan_entries(setup: StudySetup) -> list[tuple[str, str]]:
    """What a study would run: labels with their words."""
    money = setup.equal_money
    return [
        *in_words(setup.plan),
        ("person-days", f"about {setup.nominal_person_days:,}, of people released in the study year"),
        *([] if money is None else [("money", f"{money:,.0f} GBP a year for every scenario but the baseline")]),
        ("area", setup.area.name),
        ("out", str(setup.out)),
        *(("remark", remark) for remark in setup.remarks),
    ]


def plan_as_dict(setup: StudySetup) -> dict[str, Any]:
    """What a study would run, as a plain object."""
    plan = setup.plan
    return {
        "scenarios": list(plan.scenarios),
        "baseline": plan.baseline,
        **plan.numbers(),
        "threads": plan.threads,
        "runs": plan.runs,
        "nominal_person_days": setup.nominal_person_days,
        "equal_money_gbp_per_year": setup.equal_money,
        "area": setup.area.name,
        "out": str(setup.out),
        **({"remarks": list(setup.remarks)} if setup.remarks else {}),
    }
