"""Prints one hash of a small study's tables and of all its lives, for comparison across processes.

python digest_of_study.py
"""

from __future__ import annotations

import hashlib

from engine_ground import SHIPPED, Ground, lay_ground

from sim.experiment.simulator import StudySimulator


def small_study(ground: Ground) -> StudySimulator:
    """Every shipped scenario over two draws."""
    scenarios = [ground.scenario(name) for name in SHIPPED]
    return StudySimulator(scenarios, ground.area, ground.table, people=150, months=24, draws=2, seed=12)


def digest_of(study: StudySimulator) -> str:
    """SHA-256 of groups, measures, totals and lives."""
    digest = hashlib.sha256(repr((study.groups, study.measures)).encode())
    for scenario in range(len(study.scenarios)):
        for draw in range(2):
            totals = study(scenario, draw, 1)
            digest.update(totals.numerator.tobytes() + totals.denominator.tobytes() + b"%d" % totals.person_days)
            world = study.world(scenario, draw, 1)
            world.run_to(world.days)
            digest.update(world.people["digest"].tobytes() + world.people["trust"].tobytes())
        digest.update(repr(study.spend(scenario)).encode())
    return digest.hexdigest()


if __name__ == "__main__":
    print(digest_of(small_study(lay_ground())))
