"""What the drug and alcohol hubs count on the nights of the study year, everybody who lives in the run included."""

from __future__ import annotations

from sim.outcomes.measure import BOOKINGS, HUB_TIME, NIGHTS, PEOPLE_HELD, PER_CENT, Measure

HUB_MEASURES: tuple[Measure, ...] = (
    Measure(
        "people_waiting_mean",
        "people waiting for a first appointment at one time",
        "people",
        "people who wait for a first appointment, summed over nights, at the size of the region",
        NIGHTS,
        "Mean number of people at liberty who wait for a first appointment, from the referral or the asking to the day "
        "on which treatment starts or the referral closes, on a night of the study year, earlier leavers included; in "
        "a group of months, on a night of the month. Who has given up is not in it: they stand under waits_given_up.",
        "People waiting at one time",
        "people",
        "lower",
    ),
    Measure(
        "people_per_keyworker_mean",
        "people held by a full-time keyworker with a caseload",
        "people per keyworker",
        "load that each person held in treatment shares with others, summed over people and nights",
        PEOPLE_HELD,
        "Mean number of people for whom a full-time keyworker with a caseload has to find time, as it is for people "
        "leaving prison in treatment at a hub: everybody else there counts where the time is shared.",
        "People per keyworker",
        "people",
        "lower",
    ),
    Measure(
        "contact_interval_mean",
        "open days between contacts with the keyworker",
        "open days",
        "open days between the contacts of each person held in treatment, summed over people and nights",
        PEOPLE_HELD,
        "Mean number of the hub's open days from one contact with the keyworker to the next, kept or missed.",
        "Open days between contacts",
        "open days",
        "lower",
    ),
    Measure(
        "first_appointment_lead_mean",
        "open days from joining a hub's list to a first appointment",
        "open days",
        "open days from the night of joining the list to the first appointment, summed over appointments",
        BOOKINGS,
        "Mean number of the hub's open days to the next free first appointment, as people leaving prison met it; "
        "appointments offered again after a missed one included. The handover before it is not, and neither are dates "
        "so far away that people give up: these stand under waits_given_up.",
        "Open days to a first appointment",
        "open days",
        "lower",
    ),
    Measure(
        "first_appointment_time",
        "keyworkers' time taken by first appointments",
        "per cent of keyworkers' time",
        "100 x full-time keyworkers taken by first appointments, summed over nights",
        HUB_TIME,
        "Per cent of the working time of the hubs' keyworkers that goes into first appointments of all people, missed "
        "ones included.",
        "Time for first appointments",
        PER_CENT,
        "neither",
    ),
)
