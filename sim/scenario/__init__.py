"""Scenarios: strict loading of what is asked, the lever catalogue, and pounds to capacity.

scenario = load_scenario("scenarios/navigators_two_cities.yaml")
delivery = deliver(scenario, draw, demand, area, days)
"""

from sim.scenario.capacity import deliver
from sim.scenario.delivery import Delivery, Demand, Spend, Team
from sim.scenario.levers import LEVERS, PAYERS, Lever
from sim.scenario.load import load_scenario
from sim.scenario.scenario import Narrowing, Purchase, Scenario

__all__ = [
    "LEVERS",
    "PAYERS",
    "Delivery",
    "Demand",
    "Lever",
    "Narrowing",
    "Purchase",
    "Scenario",
    "Spend",
    "Team",
    "deliver",
    "load_scenario",
]
