"""What the codes on a person's row stand for: needs, states, housing, treatment, service types, kinds and bands."""

from __future__ import annotations

# need
OPIATE_AND_CRACK, OPIATE_NO_CRACK, STIMULANT, ALCOHOL, OTHER = range(5)
NEEDS = ("opiate_and_crack", "opiate_no_crack", "stimulant", "alcohol", "other")
# sex
MAN, WOMAN = range(2)
SEXES = ("man", "woman")
# sentence
TO_6_MONTHS, TO_12_MONTHS, LONGER = range(3)
SENTENCES = ("to 6 months", "6 to 12 months", "longer")
# status
NOT_YET_RELEASED, COMMUNITY, CUSTODY, DEAD, FOLLOWED_UP, RESIDENTIAL = range(6)
STATUSES = ("not yet released", "community", "custody", "dead", "followed up", "residential treatment")
# housing; a short-stay bed (CAS-3) is temporary housing of its own, supported and Housing First places count as
# settled; rough and hidden (with friends, in a squat, in a hostel by the night) are both homeless
SETTLED, TEMPORARY, ROUGH, CAS3, SUPPORTED, HOUSING_FIRST, HIDDEN = range(7)
HOMELESS = (ROUGH, HIDDEN)
HOUSING = (
    "settled", "temporary", "rough", "short-stay bed", "supported", "Housing First", "homeless, not on the street",
)  # fmt: skip
# tolerance to opioids: kept, half of it lost, lost, lost but held up by substitution treatment
KEPT, HALF, LOST, ON_OST = range(4)
# opioid substitution treatment
NO_OST, DAILY, DEPOT = range(3)
# treatment
NO_TREATMENT, WAITING, IN_TREATMENT = range(3)
TREATMENT = ("none", "waiting", "in treatment")
# causes of death
ALIVE, DRUG_POISONING, OTHER_CAUSE, SUICIDE = range(4)
CAUSES_OF_DEATH = ("alive", "drug poisoning", "another cause", "suicide")
# service types: of each a person can wait for or hold one slot at a time
(
    TREATMENT_SERVICE,
    NAVIGATOR_SERVICE,
    CAS3_SERVICE,
    SUPPORTED_SERVICE,
    REHAB_SERVICE,
    DETOX_SERVICE,
    WOMENS_REHAB_SERVICE,
    HOUSING_FIRST_SERVICE,
) = range(8)
SERVICE_TYPES = (
    "treatment",
    "navigator",
    "short-stay beds",
    "supported places",
    "rehabilitation",
    "detoxification",
    "women's rehabilitation",
    "Housing First",
)
N_SERVICE_TYPES = len(SERVICE_TYPES)
NO_SERVICE = -1
# whose lives a run holds: the study year's people, and those released in the year before and after, who keep services
# as busy as they are in the middle of any year; a person's permanent number is the kind x MOST_PEOPLE + a count
COUNTED, EARLIER, LATER = range(3)
N_KINDS = 3
MOST_PEOPLE = 1 << 20
# ends of the bands of days since the first release in which nights, custody and deaths are added up
BAND_ENDS = (7, 14, 28, 56, 84, 126, 182, 240, 300, 365)
N_BANDS = len(BAND_ENDS)
# part of what is lost between two agencies at the start below which no in-reach and no joint work brings it (assumed)
LEAST_LOST = 0.1
