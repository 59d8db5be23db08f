"""A real scheduler and real workers, each a process of its own on this machine, for tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
START_SECONDS = 120.0


class Cluster:
    """Processes of one scheduler and its workers; all end with the `with` block of `cluster_in`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._processes: list[Popen[bytes]] = []
        told = folder / "scheduler.json"
        self.scheduler = self._start(
            "scheduler", "distributed.cli.dask_scheduler", "--port", "0", "--scheduler-file", str(told)
        )
        self.address = str(json.loads(_written(told))["address"])

    def worker(
        self, name: str, *, program: Path = ROOT, threads: int = 1, preload: str = ""
    ) -> tuple[Popen[bytes], str]:
        """A worker, once the scheduler knows it; its process and its address.

        program: folder that holds sim. preload: Python that the worker runs first.
        """
        process = self._start(
            name, "distributed.cli.dask_worker", self.address, "--no-nanny", "--nthreads", str(threads),
            "--name", name, "--local-directory", str(self.folder / f"of_{name}"),
            *(["--preload", preload] if preload else []), program=program,
        )  # fmt: skip
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            deadline = time.monotonic() + START_SECONDS
            while time.monotonic() < deadline:
                for address, facts in client.scheduler_info(n_workers=-1)["workers"].items():
                    if facts["name"] == name:
                        return process, str(address)
                time.sleep(0.1)
        raise AssertionError((self.folder / f"{name}.log").read_text(encoding="utf-8"))

    def _start(self, name: str, module: str, *arguments: str, program: Path = ROOT) -> Popen[bytes]:
        path = os.pathsep.join(str(part) for part in (program, TESTS, TESTS / "study"))
        with (self.folder / f"{name}.log").open("wb") as log:
            process = Popen(
                [sys.executable, "-m", module, "--host", "127.0.0.1", "--no-dashboard", *arguments],
                cwd=self.folder, env={**os.environ, "PYTHONPATH": path}, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        self._processes.append(process)
        return process

    def end(self) -> None:
        for process in reversed(self._processes):
            process.kill()
            process.wait()


@contextmanager
def cluster_in(folder: Path) -> Iterator[Cluster]:
    """A scheduler on a port of its own, without workers yet. The processes work in that folder."""
    folder.mkdir()
    cluster = Cluster(folder)
    try:
        yield cluster
    finally:
        cluster.end()


def _written(file: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if file.exists() and (text := file.read_text(encoding="utf-8")).rstrip().endswith("}"):
            return text
        time.sleep(0.05)
    raise AssertionError(f"{file} was not written")
