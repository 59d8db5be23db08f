"""The saved statistical baseline is what the model gives today, number by number."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from refresh_baseline import FOLDER

from sim.commands.text.baseline import baseline_in_words
from sim.evidence.targets import load_targets
from sim.experiment import baseline, held_against
from sim.experiment.baseline import PRIOR, REFERENCE, as_files, read, this_platform
from sim.outcomes.measures import HEADLINES


def test_the_saved_measures_are_what_the_model_gives() -> None:
    saved, made_on = read(FOLDER)
    if made_on != this_platform():
        pytest.skip("the baseline was made on another kind of machine")
    now = baseline.lines_of_runs()
    keys = {line.key for line in now}
    assert len(keys) == 2 * len(HEADLINES)
    moved = baseline.moves([line for line in saved if line.key in keys], now)
    assert not moved, moved


@pytest.mark.slow
def test_the_saved_baseline_is_what_the_model_gives() -> None:
    if read(FOLDER)[1] != this_platform():
        pytest.skip("the baseline was made on another kind of machine")
    held = held_against.baseline(FOLDER)
    assert not held.moves, "\n" + baseline_in_words(held)


def test_it_holds_every_headline_measure_and_every_target_with_its_error() -> None:
    lines, _ = read(FOLDER)
    measures = [(values, measure.name) for values in (REFERENCE, PRIOR) for measure in HEADLINES]
    figures = [(target.era, target.name) for target in load_targets().values()]
    assert [line.key for line in lines] == measures + figures
    assert all(np.isfinite([line.mean, line.error]).all() for line in lines)


def test_what_is_written_is_what_is_read() -> None:
    for name, text in as_files(read(FOLDER)[0]).items():
        saved = (FOLDER / name).read_text(encoding="utf-8")
        if name == baseline.MADE:  # names the machine
            assert [row[0] for row in csv.reader(text.splitlines())] == [
                row[0] for row in csv.reader(saved.splitlines())
            ]
        else:
            assert text == saved


def test_days_lived_one_by_one_give_the_totals_of_the_run() -> None:
    """So that the runs that are looked at day by day may stand for runs of a study."""
    from sim.experiment.requests import set_up_scenarios
    from sim.experiment.tally import follow
    from sim.experiment.validation import simulator_at_reference

    setup = set_up_scenarios([baseline.usual_baseline()], people=120, draws=1, seed=1)
    simulator = simulator_at_reference(setup, 24)(setup.table)
    world = simulator.world(0, 0, 0)
    follow(world)
    run = simulator(0, 0, 0)
    np.testing.assert_array_equal(simulator.totals(world).numerator, run.numerator)
    np.testing.assert_array_equal(simulator.totals(world).denominator, run.denominator)
