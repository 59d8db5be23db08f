"""A study that is set up, run into its folder: whole, on local threads or a cluster, or one shard of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.core.errors import InputError, named

if TYPE_CHECKING:
    from sim.experiment.run import ShardState, StudyRun
    from sim.experiment.setup import StudySetup
    from sim.study.protocol import Progress

MOST_SHARDS = 100_000


def refuse_unready(
    setup: StudySetup, *, force: bool = False, shard: tuple[int, int] | None = None, cluster: str | None = None
) -> None:
    """InputError for whatever keeps a study from being begun, before anything is run or written: its folder, its shard,
    the address of its cluster. A dry run asks the same; whether a cluster answers is seen when it runs.
    """
    from sim.store.folder import RunFolder
    from sim.study.cluster.link import parsed

    if cluster is not None:
        parsed(cluster)
    if shard is not None and setup.analysis.precision is not None:
        raise InputError(
            "a precision is reached round by round, so it cannot be run in shards", parameter="shard",
            allowed=f"{named('shard')} or {named('precision')}",
        )  # fmt: skip
    if not _is_done(setup, shard):
        RunFolder.check(setup.out, setup.record.study, force and shard is None, setup.record.content())


def _is_done(setup: StudySetup, shard: tuple[int, int] | None) -> bool:
    """Whether the shard belongs to a study that is finished already, so that nothing is left to do and to refuse."""
    from sim.store.folder import RunFolder
    from sim.store.study_record import is_finished

    return shard is not None and is_finished(setup.out) and RunFolder.check(setup.out, setup.record.study, True)[1]


def carry_out(
    setup: StudySetup,
    *,
    force: bool = False,
    progress: Progress | None = None,
    cluster: str | None = None,
    on_message: Callable[[str], object] | None = None,
) -> StudyRun:
    """Run a study into its folder, which no other process may write to meanwhile.

    cluster: address of a Dask scheduler; local threads without it. on_message: receives a line on the cluster's
    workers. Raises InputError, RunFailed, StoreError or KeyboardInterrupt; what is done by then is kept for `resume`.
    """
    from sim.experiment.run import StudyRun

    refuse_unready(setup, force=force, cluster=cluster)
    if cluster is None:
        study = StudyRun(setup)
        study.whole(force=force, progress=progress)
        return study
    from sim.experiment.setup import base_of
    from sim.experiment.worker import engine_of
    from sim.study.cluster.flow import cluster_runner

    base = base_of(setup.record, setup.out)
    with cluster_runner(
        cluster, setup.out, setup.record, engine_of, base=base, on_message=on_message
    ) as runner:  # fmt: skip
        study = StudyRun(setup)
        study.whole(force=force, progress=progress, runner=runner)
    return study


def run_shard(setup: StudySetup, shard: tuple[int, int], *, progress: Progress | None = None) -> ShardState:
    """Run one shard of a study; the shard that ends last seals the folder.

    Raises InputError, RunFailed, StoreError or KeyboardInterrupt.
    """
    from sim.experiment.run import ShardState, StudyRun
    from sim.store.folder import tidy_finished

    refuse_unready(setup, shard=shard)
    if _is_done(setup, shard):
        tidy_finished(setup.out)
        return ShardState(0, True)
    return StudyRun(setup).shard(shard, progress=progress)


def parse_shard(text: str) -> tuple[int, int]:
    """(i, n) of 'i/n', from 1 to MOST_SHARDS; InputError for what is no shard."""
    first, _, last = text.partition("/")
    if first.isascii() and first.isdecimal() and last.isascii() and last.isdecimal():
        i, n = int(first), int(last)
        if 1 <= i <= n <= MOST_SHARDS:
            return i, n
    raise InputError(f"'{text}' is not a shard", parameter="shard", allowed="i/n with i from 1 to n, such as 3/20")
