"""Scenarios: strict loading of what is asked, the lever catalogue, and pounds to capacity.

scenario = load_scenario("navigators_two_cities")
delivery = deliver(scenario, draw, demand, area, days)
"""

from sim.scenario.delivery.deliver import deliver
from sim.scenario.delivery.posts import keyworker_posts
from sim.scenario.delivery.records import Beds, Delivery, HubPosts, PooledPosts, Spend, Team
from sim.scenario.demand import Demand
from sim.scenario.levers import LEVERS, PAYERS
from sim.scenario.levers.lever import Lever
from sim.scenario.reading.load import load_scenario
from sim.scenario.reading.switches import MECHANISMS
from sim.scenario.scenario import Budgets, Purchase, RangeOverride, Scenario

__all__ = [
    "LEVERS",
    "MECHANISMS",
    "PAYERS",
    "Beds",
    "Budgets",
    "Delivery",
    "Demand",
    "HubPosts",
    "Lever",
    "PooledPosts",
    "Purchase",
    "RangeOverride",
    "Scenario",
    "Spend",
    "Team",
    "deliver",
    "keyworker_posts",
    "load_scenario",
]
