"""What a worker of a cluster makes a study's folder into: its plan and its run function."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.study.plan import StudyPlan
    from sim.study.protocol import Simulator


def engine_of(folder: Path, base: Path) -> tuple[StudyPlan, Simulator]:
    """The study of a folder, ready to run. base: where its relative file names begin. Raises InputError."""
    from sim.experiment.run import StudyRun
    from sim.experiment.setup import set_up_again

    study = StudyRun(set_up_again(folder, threads=1, base=base))
    return study.plan, study.run
