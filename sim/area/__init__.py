"""A region on the map: places, prisons, services, transport links, and the journeys between them.

area = load_area()
table = journey_table(area, day_type="weekday")
describe_journey(area, "bude", "with_you_drug_and_alcohol_service_truro", "weekday")
"""

from sim.area.check import check_area
from sim.area.demand import home_weights, regional_score
from sim.area.describe import Journey, Leg, describe_journey
from sim.area.journeys import (
    NO_ARRIVAL,
    NO_RETURN,
    JourneyTable,
    ReleaseTable,
    home_prison,
    journey_table,
    release_table,
    treatment_site,
    womens_prison,
)
from sim.area.load import load_area
from sim.area.meetings import meeting_near
from sim.area.model import (
    DAY_TYPES,
    Area,
    Council,
    EarlyRelease,
    JourneyRules,
    Kind,
    Link,
    Mode,
    Place,
    Prison,
    ServiceSite,
)
from sim.area.names import find_place, find_service
from sim.area.opened import with_services_open
from sim.area.opening import Opening, opening_of
from sim.area.text import journey_record, journey_text
from sim.area.timetable import LinkChange, Timetable, changed_links, timetable
from sim.core.cells import parse_clock

__all__ = [
    "DAY_TYPES",
    "NO_ARRIVAL",
    "NO_RETURN",
    "Area",
    "Council",
    "EarlyRelease",
    "Journey",
    "JourneyRules",
    "JourneyTable",
    "Kind",
    "Leg",
    "Link",
    "LinkChange",
    "Mode",
    "Opening",
    "Place",
    "Prison",
    "ReleaseTable",
    "ServiceSite",
    "Timetable",
    "changed_links",
    "check_area",
    "describe_journey",
    "find_place",
    "find_service",
    "home_prison",
    "home_weights",
    "journey_record",
    "journey_table",
    "journey_text",
    "load_area",
    "meeting_near",
    "opening_of",
    "parse_clock",
    "regional_score",
    "release_table",
    "timetable",
    "treatment_site",
    "with_services_open",
    "womens_prison",
]
