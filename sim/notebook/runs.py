"""What a notebook runs: a comparison of scenarios, one person under two of them, access to treatment by place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from sim.core.arguments import whole_number
from sim.core.errors import InputError
from sim.experiment import api
from sim.experiment.defaults import SEED, Options
from sim.experiment.requests import set_up_comparison, set_up_scenarios
from sim.notebook.plain_words import BASELINE, scenario_asked
from sim.notebook.shown import progress
from sim.scenario import load_scenario
from sim.study.keys import LIMITS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.analysis.comparison import Comparison
    from sim.outcomes.diary import TwoPaths
    from sim.presentation.theme import Chart
    from sim.scenario import Scenario

PEOPLE = 1_100  # half of the region's people of a year: seconds instead of a minute
DRAWS = 40
FOLDER = Path("results/runs/notebooks")


def compare(
    *scenarios: Scenario | str | Path | Sequence[Scenario | str | Path],
    people: int = PEOPLE,
    draws: int = DRAWS,
    replicates: int = 1,
    seed: int = SEED,
) -> Comparison:
    """Run scenarios against the baseline, as `throughgate compare` does, and give what the run says.

    scenarios: what `funding` gives, names of shipped scenarios or YAML files. The run folder lies in
    results/runs/notebooks/, named by the study. Raises InputError, RunFailed, StoreError.
    """
    wanted: list[Scenario | str | Path] = []
    for item in scenarios:
        wanted += item if isinstance(item, list | tuple) else [cast("Scenario | str | Path", item)]
    if not wanted:
        raise InputError("there is nothing to compare", allowed="one scenario or more, for example funding(...)")
    files = [scenario_asked(one).file for one in wanted]
    options = Options(people=people, draws=draws, replicates=replicates, seed=seed)
    options["out"] = FOLDER / set_up_comparison(files, baseline=BASELINE, **options).record.study.replace(" ", "_")
    with progress() as tell:
        return api.compare(files, baseline=BASELINE, force=True, progress=tell, **options)


def one_person(
    scenario: Scenario | str | Path, *, number: int | None = None, people: int = PEOPLE, seed: int = SEED
) -> TwoPaths:
    """One person's year under the baseline and under a scenario, in one run.

    number: of the person; without it, the person in whose year the scenario changes most, for better or worse.
    Raises InputError.
    """
    from sim.experiment.diary import two_paths
    from sim.experiment.simulator import StudySimulator

    number = None if number is None else whole_number(number, "number", 0, LIMITS["people"][1])
    setup = set_up_scenarios(
        [scenario_asked(scenario).file], baseline=BASELINE, people=people, draws=1, replicates=1, seed=seed
    )
    if len(setup.scenarios) < 2:
        raise InputError("the baseline is no second policy", allowed="another scenario, for example funding(...)")
    plan = setup.plan
    with progress():
        simulator = StudySimulator(
            setup.scenarios, setup.area, setup.table, people=plan.people, months=plan.months, draws=1, seed=plan.seed
        )
        return two_paths(simulator, number=number)


def area_shown(scenario: Scenario | str | Path = BASELINE) -> Chart:
    """The map of the area with the journey from every place to its hub under a scenario. Raises InputError."""
    from sim.analysis.access import access_by_place
    from sim.area import load_area
    from sim.evidence import load_parameters
    from sim.presentation.charts import map_of_area

    area = load_area()
    return map_of_area.plot(area, access_by_place(scenario_asked(scenario), area, load_parameters()))


def access_shown(scenario: Scenario | str | Path) -> Chart | None:
    """The last way home against the clinic's day, place by place, before and after a scenario. Raises InputError."""
    from sim.analysis.access import access_by_place
    from sim.area import load_area
    from sim.evidence import load_parameters
    from sim.presentation.charts import last_bus

    area, table = load_area(), load_parameters()
    before, after = load_scenario(BASELINE), scenario_asked(scenario)
    access_before, access_after = (access_by_place(one, area, table) for one in (before, after))
    return last_bus.plot(area, access_before, access_after, (before.title, after.title))
