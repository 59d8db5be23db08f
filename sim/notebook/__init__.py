"""For notebooks: money in plain words, runs in seconds, charts with their words and tables, mistakes in one sentence.

    from sim import notebook as nb
    nb.start()
    navigators = nb.funding("navigators", place="Plymouth", gbp_per_year=500_000)
    comparison = nb.compare(navigators, people=1_100)
    nb.show(comparison)

It adds no rule and no number: it calls what the command line calls.
"""

from sim.notebook.begin import start
from sim.notebook.inputs import inputs
from sim.notebook.plain_words import funding, shipped
from sim.notebook.runs import access_shown, area_shown, compare, one_person
from sim.notebook.shown import show

__all__ = ["access_shown", "area_shown", "compare", "funding", "inputs", "one_person", "shipped", "show", "start"]
