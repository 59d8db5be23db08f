"""Measures in which single themes of the system show: what people tell, who fits, what is lost, how people get
there."""

from __future__ import annotations

from sim.outcomes.measure import Measure, share, total

THEME_MEASURES: tuple[Measure, ...] = (
    total(
        "rough_street_count",
        "people whom an official street count would find on a night",
        "nights of sleeping rough within 365 days of the first release / 365 x the share that a street count finds",
        "What an official count of one night would show of people released in a year: fewer than really sleep rough, "
        "by housing.street_count_share.",
        "Found by a street count",
        "people",
        "lower",
    ),
    share(
        "disclosed_trauma",
        "told a keyworker of trauma within a year of release",
        "Told a keyworker in community treatment of adversity or complex trauma for the first time.",
        "Told a keyworker of trauma",
        "neither",
        field="disclosed",
    ),
    total(
        "women_at_centre",
        "women who had a place at a women's centre",
        "women with a place at a women's centre within 365 days of the first release",
        "Women released who had a place at a women's centre that a lever has paid for.",
        "Women at a women's centre",
        "people",
        "higher",
        field="in_womens_centre",
    ),
    total(
        "chemsex_recognised",
        "people whose chemsex need was recognised",
        "people with a chemsex need that probation or treatment recognised within 365 days of the first release",
        "A need that stays hidden unless somebody recognises it; about thirteen people a year have it.",
        "Chemsex need recognised",
        "people",
        "higher",
        field="recognised",
    ),
    share(
        "went_to_mutual_aid",
        "went to mutual aid meetings within a year of release",
        "Went to meetings after the first or a later release.",
        "Went to mutual aid",
        "higher",
        field="went_to_meetings",
    ),
    share(
        "met_mutual_aid_in_prison",
        "met mutual aid in prison before a release",
        "Met mutual aid in prison through meetings that a lever has paid for; by itself this changes nothing.",
        "Met mutual aid in prison",
        "neither",
        field="met_mutual_aid",
    ),
    total(
        "requests_lost",
        "requests for help lost between agencies in the year after release",
        "requests to treatment passed on by probation, housing or mental health services that did not arrive",
        "Requests for help that were lost between agencies within a year of the first release.",
        "Requests lost between agencies",
        "requests",
        "lower",
        field="requests_lost",
    ),
    total(
        "appointments_brought_near",
        "appointments reached by a lift, outreach, remote contact or demand bus",
        "appointments held near home or remotely, or with a lift or demand-responsive bus, within 365 days of release",
        "Appointments for which the timetable was not needed.",
        "Appointments brought near",
        "appointments",
        "neither",
        field="brought",
    ),
)
