"""Days, moments and dates.

Day 0 is the first day of the study year; a day holds 1,024 moments. Days since release d = 0, 1, 2, ... fall into the
bands in which the evidence is given. Weekdays count Monday as 0.
"""

from __future__ import annotations

from datetime import date, timedelta

MOMENTS_PER_DAY = 1024
FOLLOW_UP_DAYS = 365
THREE_WEEKS = 21  # within which treatment is to have started after the first release
RELEASE_DAYS = 365  # of the study year
WARM_UP_DAYS = 364  # lived before it: 52 weeks, so that weekdays stay
STUDY_DAYS = RELEASE_DAYS + FOLLOW_UP_DAYS
MONTHS = 24  # of a whole study
SUPPORT_DAYS = 183  # for which a navigator, a peer worker or a practitioner stays with a person after release
WORKING_WEEK = 5.0  # days a week that a full-time post works
MOST_LAWS = 8  # laws of recall by date that a run has room for
NEVER = 1 << 30  # a moment (and so a day) that no run reaches; fits a 32-bit integer

# First day since release of each band: week 1, week 2, weeks 3-4, weeks 5-12, weeks 13-26, weeks 27-52, later.
BAND_STARTS = (0, 7, 14, 28, 84, 182, 365)


def date_of(start: date, day: int) -> date:
    """Calendar date of a day of the run."""
    return start + timedelta(days=day)


def day_of(start: date, when: date) -> int:
    """Day of the run on which a date falls; negative before the start."""
    return (when - start).days


def horizon(months: int) -> int:
    """Days of a study that lasts the given months from the first release."""
    return round(STUDY_DAYS * months / MONTHS)
