"""`--shard i/n`: shards of one study in any order end in the bytes of one run; what cannot be a shard is refused."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from folders import Engine, files_of
from stand_ins import call

from sim.core.errors import InputError
from sim.experiment.carry_out import run_shard
from sim.experiment.requests import set_up_study_file
from sim.experiment.run import ShardState
from sim.store.lock import FolderHeld, last_writer, only_writer, shard_writer

RUN = ("study", "small.yaml", "--threads", "1")


@pytest.fixture
def whole(lab: Path) -> Path:
    assert call(*RUN, "--out", "whole").exit_code == 0
    return lab / "whole"


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2)])
def test_shards_in_any_order_end_in_the_bytes_of_one_run(order: tuple[int, ...], whole: Path, lab: Path) -> None:
    for i in order[:-1]:
        done = call(*RUN, "--out", "one", "--shard", f"{i}/3")
        assert done.exit_code == 0, done.stderr
        assert f"shard {i} of 3 is done; " in done.stderr
        assert "blocks of other shards are missing, and the last shard joins the tables" in done.stderr
        assert not (lab / "one" / "manifest.json").exists()
    done = call(*RUN, "--out", "one", "--shard", f"{order[-1]}/3")
    assert "and so are all others. Written to one" in done.stderr
    assert files_of(lab / "one") == files_of(whole)
    again = call(*RUN, "--out", "one", "--shard", "2/3")
    assert (again.exit_code, "and so are all others" in again.stderr) == (0, True)


def test_a_shard_that_was_stopped_is_given_again(whole: Path, lab: Path, engine: Engine) -> None:
    engine(limit=7)
    stopped = call(*RUN, "--out", "one", "--shard", "1/2")
    assert stopped.exit_code == 130
    assert "finished runs of this shard are kept; give the same command to go on" in stopped.stderr
    engine()
    assert "12 runs, 6 of them kept from before" in call(*RUN, "--out", "one", "--shard", "1/2").stderr
    assert call(*RUN, "--out", "one", "--shard", "2/2").exit_code == 0
    assert files_of(lab / "one") == files_of(whole)


def test_what_a_killed_shard_left_goes_with_the_last_one_and_with_every_later_command(lab: Path) -> None:
    left = ("one/.writing-report.md-0123", "one/tables/.writing-spend.csv-0123", "one/parts/.writing-totals-0123")
    assert call(*RUN, "--out", "one", "--shard", "1/2").exit_code == 0
    for later in (
        (*RUN, "--out", "one", "--shard", "2/2"),
        (*RUN, "--out", "one", "--shard", "2/2"),
        ("resume", "one"),
    ):
        for name in left:
            (lab / name).parent.mkdir(exist_ok=True)
            (lab / name).write_bytes(b"half")
        assert call(*later).exit_code == 0
        assert not list((lab / "one").rglob(".writing-*"))
        assert not (lab / "one/parts").exists()


def test_resume_does_what_shards_have_left(whole: Path, lab: Path) -> None:
    assert call(*RUN, "--out", "one", "--shard", "2/4").exit_code == 0
    done = call("resume", "one")
    assert done.exit_code == 0, done.stderr
    assert files_of(lab / "one") == files_of(whole)


def test_shards_of_another_number_join_too(whole: Path, lab: Path) -> None:
    for shard in ("1/2", "2/3", "1/3", "3/3"):
        assert call(*RUN, "--out", "one", "--shard", shard).exit_code == 0
    assert files_of(lab / "one") == files_of(whole)


def test_more_shards_than_points(whole: Path, lab: Path) -> None:
    for i in range(1, 8):
        assert call(*RUN, "--out", "one", "--shard", f"{i}/7").exit_code == 0
    assert files_of(lab / "one") == files_of(whole)


def test_a_shard_by_another_program_is_refused(lab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.store.manifest import made_by

    assert call(*RUN, "--out", "one", "--shard", "1/2").exit_code == 0
    before = files_of(lab / "one")
    other = {**made_by(), "numpy": "0.9"}
    monkeypatch.setattr("sim.experiment.setup.made_by", lambda: other)
    done = call(*RUN, "--out", "one", "--shard", "2/2")
    assert done.exit_code == 2
    assert f"changed since it was begun: numpy ({made_by()['numpy']} then, 0.9 now);" in done.stderr
    assert files_of(lab / "one") == before


def test_a_shard_that_another_process_holds_is_refused_and_so_is_resume(lab: Path) -> None:
    with shard_writer(Path("one"), (1, 2)):
        for command in ((*RUN, "--out", "one", "--shard", "1/2"), (*RUN, "--out", "one")):
            done = call(*command)
            assert (done.exit_code, "another process is writing" in done.stderr) == (2, True)
        assert call(*RUN, "--out", "one", "--shard", "2/2").exit_code == 0
    assert call(*RUN, "--out", "one", "--shard", "1/2").exit_code == 0
    assert (lab / "one" / "manifest.json").is_file()


def test_shards_that_begin_and_end_at_the_same_moment_join_once(whole: Path, lab: Path) -> None:
    found: list[ShardState | BaseException] = []
    gate = threading.Barrier(4)

    def run(i: int) -> None:
        setup = set_up_study_file("small.yaml", out="one", threads=1)
        gate.wait()
        try:
            found.append(run_shard(setup, (i, 4)))
        except BaseException as error:
            found.append(error)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(isinstance(one, ShardState) for one in found), found
    assert files_of(lab / "one") == files_of(whole)


def test_of_shards_that_end_one_seals_and_the_others_know_it(tmp_path: Path) -> None:
    with shard_writer(tmp_path, (2, 2)), last_writer(tmp_path, lambda: False) as is_ours:
        assert not is_ours  # the other shard is at work and does it
    with last_writer(tmp_path, lambda: True) as is_ours:
        assert not is_ours
    with last_writer(tmp_path, lambda: False) as is_ours:
        assert is_ours
        with pytest.raises(FolderHeld), only_writer(tmp_path):
            pass
    held = only_writer(tmp_path)
    held.__enter__()
    asked: Iterator[bool] = iter([False, False, True, True])
    with last_writer(tmp_path, lambda: next(asked)) as is_ours:
        assert not is_ours  # waited for the one who held the folder, who has sealed it
    held.__exit__(None, None, None)
    assert not list(tmp_path.iterdir())


def test_a_shard_waits_a_moment_for_one_that_begins(tmp_path: Path) -> None:
    held = only_writer(tmp_path)
    held.__enter__()
    timer = threading.Timer(0.2, lambda: held.__exit__(None, None, None))
    timer.start()
    with shard_writer(tmp_path, (1, 2)):
        assert [path.name for path in tmp_path.iterdir()] == [".lock-1-of-2"]
    timer.join()


def test_a_folder_kept_whole_by_another_is_refused_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.store.lock.WAIT_SECONDS", 0.1)
    with (
        only_writer(tmp_path),
        pytest.raises(InputError, match="another process is writing"),
        shard_writer(tmp_path, (1, 2)),
    ):
        pass
