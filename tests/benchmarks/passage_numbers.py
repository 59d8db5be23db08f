"""The evidence's reference values as daily probabilities, for the two small models that Throughgate is held against.

Both contestants, idiomatic_mesa.py and plain_numba.py, live the states of the first form day by day: housing, use,
treatment with a waiting list and contacts, overdose, death, recall and reoffending. They take the same hazards from
the same tables, without Throughgate's traits, journeys, named workers and keyed luck, so they have less to do.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from sim.evidence import load_parameters
from sim.evidence.recall_laws import load_recall_laws
from sim.mechanisms import hubs, tolerance
from sim.mechanisms.housing import rough_exits
from sim.mechanisms.overdose import fatalities
from sim.mechanisms.treatment import exit_hazards
from sim.mechanisms.use import start_hazards

YEAR = 365
HUBS = 20
PLACES_PER_THOUSAND = 600  # treatment places for a thousand people released in a year


class Numbers(NamedTuple):
    """Probabilities a day unless the name says otherwise; pairs and bands are in the order of the state's codes."""

    opiate_share: float
    first_night_rough: float
    first_night_temporary: float
    use_on_release: float
    ost_at_release: float
    referral_lost: float
    rough_exit: tuple[float, float]  # in the first 28 days of the spell, later
    rough_exit_settled: float  # share of exits
    temporary_to_settled: float
    temporary_to_rough: float
    settled_loss: float
    loss_to_rough: float  # share of losses
    use_start: tuple[tuple[float, float, float], tuple[float, float, float]]  # without OST, on OST; three bands
    use_stop: tuple[float, float]  # out of treatment, in treatment
    overdose: tuple[tuple[float, float, float, float], tuple[float, float, float, float]]  # housed, rough; four bands
    fatality: float  # share of overdoses
    other_death: tuple[float, float]  # housed, rough
    dropout: tuple[float, float, float]
    completion: float
    asks_for_help: float
    first_delay_days: int
    retry_days: int
    max_missed: int
    keeps_first: float  # probability an appointment
    contact_days: int
    keeps_contact: float  # probability a contact
    trust_start: float
    trust_step: float
    recall: tuple[float, float]  # housed, rough
    reoffence: float
    after_reoffence: float  # share of reoffences followed by custody
    licence_days: int
    custody_days: int


def a_day(hazard: float) -> float:
    """Probability of an event within a day at a hazard a day."""
    return -math.expm1(-hazard)


def numbers_of(draw: Mapping[str, float]) -> Numbers:
    """The numbers under a draw of the parameters."""
    starts = start_hazards(draw)
    weeks = tolerance.bands(draw)
    base = draw["overdose.level"] * draw["overdose.base_opioid"] / YEAR
    other = (draw["death.natural_opiate"] + draw["death.suicide"]) / YEAR
    fatality = fatalities(draw)
    seen = draw["overdose.witnessed"]
    to_the_hub = hubs.least_lead(draw) / hubs.WORKING_DAYS_PER_DAY  # beyond the handover
    return Numbers(
        opiate_share=draw["need.opiate_and_crack"] + draw["need.opiate_no_crack"],
        first_night_rough=draw["housing.first_night_homeless"],
        first_night_temporary=draw["housing.first_night_temporary"],
        use_on_release=draw["use.day_0_drug"],
        ost_at_release=draw["population.ost_at_release"],
        referral_lost=draw["referral.lost"],
        rough_exit=tuple(a_day(hazard) for hazard in rough_exits(draw)),
        rough_exit_settled=draw["housing.rough_exit_settled"],
        temporary_to_settled=a_day(draw["housing.temporary_to_settled"]),
        temporary_to_rough=a_day(draw["housing.temporary_to_homeless"]),
        settled_loss=a_day(draw["housing.settled_loss"]),
        loss_to_rough=draw["housing.loss_to_rough"],
        use_start=(
            (a_day(starts[0]), a_day(starts[1]), a_day(starts[2])),
            (
                a_day(starts[0] * draw["use.ost_hr"]),
                a_day(starts[1] * draw["use.ost_hr"]),
                a_day(starts[2] * draw["use.ost_hr"]),
            ),
        ),
        use_stop=(a_day(draw["use.stop_out"]), a_day(draw["use.stop_in_treatment"])),
        overdose=(_bands(base, weeks), _bands(base * draw["overdose.rough_hr"], weeks)),
        fatality=(1.0 - seen) * fatality[0] + seen * fatality[1],
        other_death=(a_day(other), a_day(other * draw["overdose.rough_hr"])),
        dropout=tuple(a_day(hazard) for hazard in exit_hazards(draw)),
        completion=a_day(draw["treatment.completion_opiate"]),
        asks_for_help=a_day(draw["referral.asks_days_1_28"] * (1.0 - draw["referral.never_asks"])),
        first_delay_days=round(draw["appointment.first_delay_days"] + to_the_hub),
        retry_days=round(draw["appointment.retry_days"] + to_the_hub),
        max_missed=round(draw["appointment.max_missed"]),
        keeps_first=draw["appointment.base_attendance"],
        contact_days=round(hubs.usual_interval(draw) / hubs.WORKING_DAYS_PER_DAY),
        keeps_contact=draw["appointment.in_treatment"],
        trust_start=draw["trust.start"],
        trust_step=draw["trust.step"],
        recall=(
            a_day(draw["supervision.recall_compliance"]),
            a_day(draw["supervision.recall_compliance"] * draw["supervision.recall_rough_hr"]),
        ),
        reoffence=a_day(draw["reoffending.short"]),
        after_reoffence=draw["custody.after_reoffence"],
        licence_days=YEAR,
        custody_days=load_recall_laws()[-1].days[0],
    )


def _bands(hazard: float, ratios: list[float]) -> tuple[float, float, float, float]:
    week_1, week_2, weeks_3_4, later = (a_day(hazard * ratio) for ratio in ratios)
    return week_1, week_2, weeks_3_4, later


def reference_numbers() -> Numbers:
    """The numbers at the evidence's reference values."""
    return numbers_of(load_parameters().reference())


def places_for(people: int) -> int:
    """Treatment places of each hub for a cohort, at least one."""
    return max(1, round(PLACES_PER_THOUSAND * people / 1000 / HUBS))
