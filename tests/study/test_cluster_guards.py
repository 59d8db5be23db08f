"""A cluster that cannot be used is one clear message: addresses, listeners, workers; tasks by themselves."""

from __future__ import annotations

import json
import socket
import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from cluster_engine import engine, record_of

from sim.core.errors import InputError
from sim.experiment.carry_out import carry_out
from sim.experiment.requests import set_up_comparison
from sim.store.atomic import StoreError
from sim.store.failures import read_failures
from sim.store.manifest import made_by
from sim.store.parts import Block
from sim.study.cluster import link as cluster_link
from sim.study.cluster.flow import FIRST_BLOCKS, TASKS_PER_THREAD, _as_ours, _Sizes
from sim.study.cluster.link import connected, parsed, refuse
from sim.study.cluster.task import TaskRequest, TaskResult, unfit, work
from sim.study.protocol import RunFailed

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("text", ["", "foo", "http://x", "http://x:1", "tcp://", "tcp://x", "tcp://x:0", "tcp://x:70000",
                                  "tcp://a b:1", "tcp://me@x:1", "tls://x:1", "tcp://x:1/path"])  # fmt: skip
def test_what_is_no_address_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InputError) as found:
        parsed(text)
    assert str(found.value).startswith(f"cluster: '{text}' is not the address of a Dask scheduler; allowed: tcp://")


def test_addresses() -> None:
    assert parsed("tcp://10.0.0.1:8786") == ("10.0.0.1", 8786)
    assert parsed("tcp://login-1.cluster:8786/") == ("login-1.cluster", 8786)
    assert parsed("tcp://[fe80::1]:8786") == ("fe80::1", 8786)
    with pytest.raises(InputError, match="did you mean 'tcp://node:8786'"):
        parsed("node:8786")


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Listens, and never says a word."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        yield found


def _reach(listener: socket.socket) -> str:
    with pytest.raises(InputError) as found, connected(f"tcp://127.0.0.1:{listener.getsockname()[1]}"):
        pass
    return found.value.problem.split(" cannot be reached: ")[1]


def test_a_closed_port(listener: socket.socket) -> None:
    assert _reach(listener) == "connection refused"


def test_a_listener_that_says_nothing(listener: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_link, "CONNECT_SECONDS", 0.5)
    listener.listen(10)
    assert _reach(listener).startswith("what listens there has not answered within")


@pytest.mark.skipif(sys.platform != "linux", reason="a full backlog drops packets on Linux")
def test_a_machine_that_drops_packets(listener: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_link, "KNOCK_SECONDS", 0.5)
    listener.listen(0)
    waiting = [socket.socket() for _ in range(4)]
    try:
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
        assert _reach(listener) == "timed out"
    finally:
        for one in waiting:
            one.close()


def test_a_name_that_no_machine_has() -> None:
    with pytest.raises(InputError, match=r"no machine is known as 'no-such-machine\.invalid'|no answer"):  # noqa: SIM117
        with connected("tcp://no-such-machine.invalid:8786"):
            pass


def test_the_bounds_leave_room_within_ten_seconds() -> None:
    assert cluster_link.KNOCK_SECONDS + cluster_link.CONNECT_SECONDS < 8


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"pip install 'throughgate\[cluster\]'"), connected("tcp://127.0.0.1:1"):
        pass


def test_nothing_is_touched_when_the_cluster_cannot_be_reached(tmp_path: Path, listener: socket.socket) -> None:
    """Not even with --force, which replaces what the folder holds."""
    setup = set_up_comparison(
        [ROOT / "scenarios" / "navigators_two_cities.yaml"], baseline=ROOT / "scenarios" / "baseline.yaml",
        people=20, draws=1, replicates=1, out=tmp_path / "out",
    )  # fmt: skip
    (tmp_path / "out").mkdir()
    for name in ("study.json", "manifest.json"):
        (tmp_path / "out" / name).write_text(json.dumps({"schema": 2, "study": setup.record.study, "files": {}}))
    with pytest.raises(InputError, match="cannot be reached"):
        carry_out(setup, force=True, cluster=f"tcp://127.0.0.1:{listener.getsockname()[1]}")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["manifest.json", "study.json"]


def test_many_unfit_workers_are_counted() -> None:
    refuse({})
    with pytest.raises(InputError, match=r"the worker w0 cannot take part: why; .* \(and 97 more workers\)"):
        refuse({f"w{k}": "why" for k in range(100)})


def test_a_task_that_kills_its_workers_is_told_with_its_draws() -> None:
    from distributed.scheduler import KilledWorker

    told = _as_ours(KilledWorker("task", SimpleNamespace(address="tcp://x:1"), 3), [Block(4, 0), Block(6, 1)])
    assert isinstance(told, RunFailed)
    assert str(told).startswith("the runs of draws 4 to 6 were given up: each worker that took them on ended")
    assert str(_as_ours(ValueError("odd"), [Block(4, 0)])).endswith("failed on the cluster: ValueError: odd")
    of_the_disk = StoreError("the disk is full")
    assert _as_ours(of_the_disk, [Block(4, 0)]) is of_the_disk


@pytest.fixture
def task_request(tmp_path: Path) -> TaskRequest:
    """A folder with a study that waits for its runs, and a session that goes on."""
    record, asked = record_of(20, "failing")
    folder = tmp_path / "study"
    folder.mkdir()
    (folder / "study.json").write_text(json.dumps({"schema": 2, "study": record.study, **asked}), encoding="utf-8")
    (folder / ".writing-cluster-1").write_text(".writing-cluster-1", encoding="utf-8")
    return TaskRequest(str(folder), ".writing-cluster-1", record.study, made_by(), str(tmp_path), ())


def test_what_makes_a_worker_unfit(task_request: TaskRequest, tmp_path: Path) -> None:
    assert unfit(task_request) == ""
    other = {**made_by(), "numpy": "0.9", "sources": "x"}
    ours = made_by()["numpy"]
    said = unfit(replace(task_request, program=other))
    assert said == f"it has another version of the program's sources, numpy ({ours} there, 0.9 here)"
    assert (
        unfit(replace(task_request, session=".writing-cluster-2"))
        == f"it does not see the study's folder {task_request.folder}"
    )
    assert unfit(replace(task_request, study="another")) == f"it sees another study in {task_request.folder}"
    assert unfit(replace(task_request, files=("x.yaml",))) == f"it does not see the scenario file {tmp_path / 'x.yaml'}"
    (Path(task_request.folder) / "study.json").unlink()
    assert unfit(task_request) == f"it sees no study in {task_request.folder}"
    assert work(task_request, [(0, 0)], engine) == TaskResult("here", unfit=unfit(task_request))


def test_a_task_run_again_goes_on_behind_its_parts(task_request: TaskRequest) -> None:
    blocks = [(2, 0), (2, 1), (3, 0), (3, 1), (4, 0)]
    half = work(task_request, blocks[:2], engine)
    assert (half.runs, half.failed, half.parts) == (4, (), ("totals-000002-00000.parquet",))
    first = work(task_request, blocks, engine)
    assert [lost.block for lost in first.failed] == [Block(3, 0), Block(3, 1)]
    assert first.parts == ("totals-000002-00000.parquet", "totals-000004-00000.parquet")
    assert [failure.block for failure in read_failures(Path(task_request.folder))] == [Block(3, 0), Block(3, 1)]
    again = work(task_request, blocks, engine)
    assert (again.parts, again.person_days) == (first.parts, first.person_days)


def test_a_task_whose_session_is_over_writes_nothing(task_request: TaskRequest) -> None:
    session = Path(task_request.folder) / task_request.session

    def ending(folder: Path, base: Path) -> object:
        session.unlink()
        return engine(folder, base)

    assert work(task_request, [(5, 0)], ending).ended  # type: ignore[arg-type]
    assert not (Path(task_request.folder) / "parts").exists()


def test_tasks_hold_whole_points_and_shrink_towards_the_end() -> None:
    sizes, todo = _Sizes(), deque(Block(draw, k) for draw in range(1000) for k in range(3))
    assert sizes.next(todo, 2) == [Block(draw, k) for draw in range(FIRST_BLOCKS // 3) for k in range(3)]
    sizes.learn(10.0, 100)
    second = sizes.next(todo, 2)
    assert len(second) == 99 and second[-1].replicate == 2
    lengths = []
    while todo:
        lengths.append(len(sizes.next(todo, 2)))
    assert sum(lengths) == 3000 - 6 - 99 and lengths[-1] <= 3
    assert max(lengths) <= 100 and len(lengths) > TASKS_PER_THREAD * 2


def test_a_point_with_many_streams_of_luck_is_shared_out() -> None:
    sizes, todo = _Sizes(), deque(Block(0, k) for k in range(400))
    sizes.learn(10.0, 40)
    assert len(sizes.next(todo, 2)) == 40 and todo[0] == Block(0, 40)
