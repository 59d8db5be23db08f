"""Studies on a cluster: a real scheduler and real workers on this machine end in the bytes of a local run."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cluster_engine import engine, fake_plan, record_of, simulator_of
from cluster_processes import ROOT, Cluster, cluster_in

from sim.core.errors import InputError
from sim.experiment.carry_out import carry_out
from sim.experiment.requests import set_up_comparison, set_up_study_file
from sim.experiment.setup import StudySetup
from sim.store.atomic import StoreError
from sim.store.block_index import BlockIndex
from sim.store.failures import read_failures
from sim.store.folder import RunFolder
from sim.store.lock import only_writer
from sim.store.manifest import made_by_sha256
from sim.study.cluster.flow import cluster_runner
from sim.study.protocol import Progress, RunFailed
from sim.study.run_blocks import Clock, run_missing
from sim.study.threads import run_study

pytestmark = pytest.mark.skipif(os.name == "nt", reason="processes are killed in the way of POSIX")
SCENARIO = ROOT / "scenarios" / "navigators_two_cities.yaml"


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with cluster_in(tmp_path / "cluster") as found:
        yield found


def small(out: Path, draws: int, people: int = 20, months: int = 1) -> StudySetup:
    return set_up_comparison(
        [SCENARIO], baseline=ROOT / "scenarios" / "baseline.yaml", people=people, months=months, draws=draws,
        replicates=2, threads=2, out=out,
    )  # fmt: skip


def after(share: float, act: Callable[[], object]) -> Progress:
    """Acts once, as soon as more than this share of the runs is done and some are left."""
    done: list[bool] = []

    def progress(runs: int, total: int) -> None:
        if not done and share * total < runs < total:
            done.append(True)
            act()

    return progress


def files_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
    return found


def test_a_killed_worker_changes_no_byte(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.presentation.report.files.CHARTS", ())  # drawn from the tables, and slowly
    victim, _ = cluster.worker("victim")
    cluster.worker("other")
    carry_out(small(tmp_path / "local", 16))
    told: list[str] = []
    setup = small(tmp_path / "shared", 16)
    killing = after(0.1, lambda: victim.send_signal(signal.SIGKILL))
    carry_out(setup, cluster=cluster.address, progress=killing, on_message=told.append)
    assert victim.wait() == -signal.SIGKILL
    assert files_of(tmp_path / "shared") == files_of(tmp_path / "local")
    assert told == ["2 workers with 2 threads on the cluster"]
    assert not list((tmp_path / "shared").glob(".*")), "nothing is left behind"


@pytest.mark.slow
def test_a_larger_study_of_a_file_with_designs(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Relative names, other working folders, two threads a worker, one that joins late, one that is killed."""
    monkeypatch.chdir(ROOT)
    file = Path("scenarios/studies/small.yaml")
    victim, _ = cluster.worker("victim", threads=2)

    def change() -> None:
        cluster.worker("late", threads=2)
        victim.kill()

    local = set_up_study_file(file, people=60, months=2, out=tmp_path / "local")
    carry_out(local)
    shared = set_up_study_file(file, people=60, months=2, out=os.path.relpath(tmp_path / "shared"))
    carry_out(shared, cluster=cluster.address, progress=after(0.2, change))
    assert files_of(tmp_path / "shared") == files_of(tmp_path / "local")


class Fake:
    """A study of a stand-in, in a folder."""

    def __init__(self, folder: Path, kind: str = "slow", draws: int = 40) -> None:
        self.folder, self.kind = folder, kind
        self.plan = fake_plan(draws)
        self.record, self.asked = record_of(draws, kind)
        self.base = folder.parent
        for scenario in self.record.scenarios:
            (self.base / scenario.file).touch()

    def run(
        self, address: str | None, progress: Progress | None = None, before: Callable[[], object] | None = None
    ) -> tuple[RunFolder, BlockIndex]:
        """Run what is missing, on the cluster or here. before: done once the cluster has been looked at."""
        if address is None:
            return self._runs(run_study, progress)
        with cluster_runner(address, self.folder, self.record, engine, base=self.base) as runner:
            if before is not None:
                before()
            return self._runs(runner, progress)

    def _runs(self, runner: Any, progress: Progress | None) -> tuple[RunFolder, BlockIndex]:
        simulator = simulator_of(self.kind)
        with only_writer(self.folder):
            folder = RunFolder.create(self.folder, self.record.study, code=made_by_sha256(), content=self.asked)
            return folder, run_missing(self.plan, simulator, folder, Clock(), progress=progress, runner=runner)

    def bytes(self, address: str | None, progress: Progress | None = None) -> bytes:
        folder, kept = self.run(address, progress)
        return folder.merge_totals(
            kept, [block for block in self.plan.blocks if block in kept.person_days]
        ).read_bytes()


def interrupt() -> None:
    raise KeyboardInterrupt


@pytest.mark.slow
def test_an_interrupt_keeps_what_is_done_and_the_study_goes_on_anywhere(cluster: Cluster, tmp_path: Path) -> None:
    cluster.worker("one")
    cluster.worker("two")
    here, there = Fake(tmp_path / "here"), Fake(tmp_path / "there")
    with pytest.raises(KeyboardInterrupt):
        there.run(cluster.address, after(0.3, interrupt))
    kept = len(list((tmp_path / "there" / "parts").glob("totals-*")))
    assert kept > 0
    with pytest.raises(KeyboardInterrupt):
        there.run(None, after(0.5, interrupt))
    assert there.bytes(cluster.address) == here.bytes(None)


@pytest.mark.slow
def test_a_scheduler_that_ends_is_one_message_and_costs_nothing(cluster: Cluster, tmp_path: Path) -> None:
    cluster.worker("one")
    study = Fake(tmp_path / "study")
    with pytest.raises(StoreError) as found:
        study.run(cluster.address, after(0.3, cluster.scheduler.kill))
    assert str(found.value) == (
        f"the scheduler at {cluster.address} has ended, or can no longer be reached; finished runs are kept: "
        f"start it again, then: throughgate resume {tmp_path / 'study'}"
    )
    assert list((tmp_path / "study" / "parts").glob("totals-*"))
    assert study.bytes(None) == Fake(tmp_path / "here").bytes(None)


@pytest.mark.slow
def test_failing_runs_are_recorded_by_the_worker_and_cost_themselves_only(cluster: Cluster, tmp_path: Path) -> None:
    cluster.worker("one", threads=2)
    here, there = Fake(tmp_path / "here", "failing"), Fake(tmp_path / "there", "failing")
    assert there.bytes(cluster.address) == here.bytes(None)
    failures = read_failures(tmp_path / "there")
    assert failures == read_failures(tmp_path / "here")
    assert {failure.block.draw for failure in failures} == {3, 13, 23, 33}
    flaky, slow = Fake(tmp_path / "flaky", "flaky"), Fake(tmp_path / "slow", "slow")
    assert flaky.bytes(cluster.address) == slow.bytes(None), "what the machine did is tried again"
    hopeless = Fake(tmp_path / "hopeless", "hopeless")
    with pytest.raises(RunFailed, match="most runs fail, so the study was stopped; the run of scenario 'baseline'"):
        hopeless.run(cluster.address)


@pytest.fixture(scope="module")
def altered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program with one line more."""
    folder = tmp_path_factory.mktemp("altered")
    shutil.copytree(ROOT / "sim", folder / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    with (folder / "sim" / "core" / "days.py").open("a", encoding="utf-8") as stream:
        stream.write("\nONE_MORE = 1\n")
    return folder


@pytest.mark.slow
def test_a_worker_with_another_program_is_refused_by_name(cluster: Cluster, tmp_path: Path, altered: Path) -> None:
    cluster.worker("good")
    _, name = cluster.worker("altered", program=altered)
    study = Fake(tmp_path / "study")
    with pytest.raises(InputError) as found:
        study.run(cluster.address)
    assert found.value.problem == (
        f"the worker {name} cannot take part: it has another version of the program's sources"
    )
    assert not (tmp_path / "study").exists(), "refused before anything was begun"


@pytest.mark.slow
def test_a_worker_that_joins_later_is_refused_too(cluster: Cluster, tmp_path: Path, altered: Path) -> None:
    cluster.worker("good")
    names: list[str] = []
    study = Fake(tmp_path / "study", draws=400)
    with pytest.raises(InputError) as found:
        study.run(cluster.address, after(0.02, lambda: names.append(cluster.worker("late", program=altered)[1])))
    assert str(found.value).startswith(f"cluster: the worker {names[0]} cannot take part: it has another version")
    assert list((tmp_path / "study" / "parts").glob("totals-*")), "what was done is kept"


OTHER_NUMPY = """
from sim.store import manifest
of_here = manifest.versions()
manifest.versions = lambda: {**of_here, "numpy": "1.0.0"}
"""
OTHER_DISK = """
from sim.study.cluster import task as cluster_task
cluster_task._is_on = lambda request: False
"""


@pytest.mark.slow
def test_each_unfit_worker_is_refused_by_name(cluster: Cluster, tmp_path: Path) -> None:
    """One with another library, one whose disk does not hold the study's folder, and a scenario file that none sees."""
    study = Fake(tmp_path / "study")
    cluster.worker("good")
    process, name = cluster.worker("library", preload=OTHER_NUMPY)
    with pytest.raises(InputError) as found:
        study.run(cluster.address)
    assert found.value.problem.startswith(f"the worker {name} cannot take part: it has another version of numpy (1.0.0")
    process.kill()
    process, name = cluster.worker("disk", preload=OTHER_DISK)
    with pytest.raises(InputError) as found:
        study.run(cluster.address)
    assert found.value.problem == (
        f"the worker {name} cannot take part: it does not see the study's folder {tmp_path / 'study'}"
    )
    process.kill()
    (tmp_path / "navigators_far_west.yaml").unlink()
    with pytest.raises(InputError, match=r"cannot take part: it does not see the scenario file .*far_west\.yaml"):
        study.run(cluster.address)
    assert not (tmp_path / "study").exists()


@pytest.mark.slow
def test_a_scheduler_without_workers(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.study.cluster.link.WORKERS_SECONDS", 0.5)
    with pytest.raises(InputError, match=f"the scheduler at {cluster.address} has no workers"):
        Fake(tmp_path / "study").run(cluster.address)
    assert not (tmp_path / "study").exists()
    _, worker = cluster.worker("one")
    with pytest.raises(InputError, match="what listens there is a Worker, not a Dask scheduler"):
        Fake(tmp_path / "study").run(worker)
