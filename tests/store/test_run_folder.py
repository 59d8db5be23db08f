"""Run folders: nothing half done looks whole, no other study is touched, the same study gives the same bytes."""

from __future__ import annotations

import codecs
import errno
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fake_study import EFFECTS, FakeSimulator, plan_of, run_into

from sim.core.errors import InputError
from sim.outcomes.strata import cells
from sim.store.atomic import TEMPORARY_PREFIX, StoreError, write_bytes
from sim.store.command_lines import resume_command
from sim.store.folder import RunFolder
from sim.store.parts import Block, BlockColumns, Layout, part_name
from sim.store.reading import read_results


class Killed(BaseException):
    """Stands for a kill: nothing in the product catches it."""


PAIRS = len(cells(FakeSimulator.groups, FakeSimulator.measures)[0])  # of group and measure, a row each


def table_bytes(out: Path) -> dict[str, bytes]:
    """Every file of a finished folder except the manifest, which holds times."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }


@pytest.fixture(autouse=True)
def a_part_for_each_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.study.block_writer.PART_SECONDS", -1.0)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("runs") / "one_thread"
    run_into(out, plan_of(2, threads=1), FakeSimulator(EFFECTS))
    return out


def test_bytes_do_not_depend_on_threads(finished: Path, tmp_path: Path) -> None:
    run_into(tmp_path / "out", plan_of(2, threads=2), FakeSimulator(EFFECTS))
    one, two = table_bytes(finished), table_bytes(tmp_path / "out")
    assert {"tables/totals.parquet", "tables/comparison.csv", "tables/spend.csv", "report.txt"} <= set(one)
    assert one == two


def test_totals_are_tidy(finished: Path) -> None:
    totals = read_results(finished).totals
    assert list(totals.columns) == [
        "scenario", "draw", "replicate", "stratum", "group", "measure", "numerator", "denominator",
    ]  # fmt: skip
    assert len(totals) == 2 * 3 * 2 * PAIRS
    keys = list(totals.columns[:6])
    assert not totals.duplicated(keys).any()
    expected = FakeSimulator(EFFECTS)(1, 2, 1)
    mine = totals[(totals["scenario"] == "navigators_far_west") & (totals["draw"] == 2) & (totals["replicate"] == 1)]
    assert (
        mine["numerator"].to_numpy().tolist()
        == expected.numerator[cells(FakeSimulator.groups, FakeSimulator.measures)].tolist()
    )


def test_manifest_says_what_made_the_numbers(finished: Path) -> None:
    manifest = json.loads((finished / "manifest.json").read_text(encoding="utf-8"))
    identity = {"schema", "study", "scenarios", "seed", "people", "months", "draws", "replicates"}
    program = {"versions", "platform", "git_commit", "person_days", "timing", "date", "files"}
    assert identity | program <= set(manifest)
    assert manifest["person_days"] == 2 * 3 * 2 * 500 * 365
    assert set(manifest["versions"]) >= {"python", "numpy", "numba", "mesa", "pandas", "pyarrow", "throughgate"}
    assert "tables/totals.parquet" in manifest["files"]
    assert not (finished / "parts").exists()


def test_a_kill_between_parts_loses_only_the_part_in_flight(finished: Path, tmp_path: Path) -> None:
    out, plan = tmp_path / "out", plan_of(2)
    original = RunFolder.write_part
    written: list[int] = []

    def dies_at_the_fourth(self: RunFolder, tables: Any, blocks: Sequence[Block], days: Sequence[int]) -> str:
        if blocks[0] == (1, 1):
            raise Killed
        written.extend(2 * block.draw + block.replicate for block in blocks)
        return original(self, tables, blocks, days)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RunFolder, "write_part", dies_at_the_fourth)
        with pytest.raises(Killed):
            run_into(out, plan, FakeSimulator(EFFECTS))
    assert written == [0, 1, 2]
    with pytest.raises(InputError, match=r"unfinished; allowed: 'throughgate resume "):
        read_results(out)
    simulator = FakeSimulator(EFFECTS)
    run_into(out, plan, simulator)
    assert len(simulator.calls) == 2 * 3  # three of six blocks were left
    assert table_bytes(out) == table_bytes(finished)


def test_a_kill_before_the_manifest_leaves_an_unfinished_folder(finished: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RunFolder, "finish", lambda *_: (_ for _ in ()).throw(Killed()))
        with pytest.raises(Killed):
            run_into(out, plan_of(2), FakeSimulator(EFFECTS))
    assert (out / "tables" / "totals.parquet").is_file()
    with pytest.raises(InputError, match="unfinished"):
        read_results(out)
    simulator = FakeSimulator(EFFECTS)
    run_into(out, plan_of(2), simulator)
    assert simulator.calls == []
    assert table_bytes(out) == table_bytes(finished)


@pytest.mark.parametrize("damage", ["truncated", "one byte changed", "of another block"])
def test_a_damaged_part_is_done_again(damage: str, finished: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RunFolder, "merge_totals", lambda *_: (_ for _ in ()).throw(Killed()))
        with pytest.raises(Killed):
            run_into(out, plan_of(2), FakeSimulator(EFFECTS))
    part = out / "parts" / part_name(Block(1, 0))
    content = part.read_bytes()
    if damage == "truncated":
        part.write_bytes(content[: len(content) // 2])
    elif damage == "one byte changed":
        middle = len(content) // 3
        part.write_bytes(content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :])
    else:
        part.write_bytes((out / "parts" / part_name(Block(0, 1))).read_bytes())
    (out / "parts" / f"{TEMPORARY_PREFIX}totals-00009.parquet-1").write_bytes(b"half")
    simulator = FakeSimulator(EFFECTS)
    run_into(out, plan_of(2), simulator)
    assert {(draw, replicate) for _, draw, replicate in simulator.calls} == {(1, 0)}
    assert table_bytes(out) == table_bytes(finished)


def test_shards_of_another_program_are_not_continued(tmp_path: Path) -> None:
    simulator, plan = FakeSimulator(EFFECTS), plan_of(2)

    layout = Layout(plan.scenarios, tuple(simulator.groups), tuple(simulator.measures))
    old = RunFolder.create(tmp_path / "out", "study", code="old")
    old.write_part(
        [BlockColumns(layout).table(Block(0, 0), [simulator(0, 0, 0), simulator(1, 0, 0)])], [Block(0, 0)], [365]
    )
    assert old.block_index(layout).person_days == {Block(0, 0): 365}
    assert RunFolder.create(tmp_path / "out", "study", code="new").block_index(layout).person_days == {}


def test_another_study_is_refused_without_force(finished: Path) -> None:
    before = table_bytes(finished)
    with pytest.raises(InputError, match="another study"):
        RunFolder.create(finished, "other")
    assert table_bytes(finished) == before
    assert (finished / "manifest.json").is_file()


def test_force_replaces_another_study_and_all_its_results(finished: Path) -> None:
    RunFolder.create(finished, "other", force=True)
    assert not (finished / "manifest.json").exists()
    assert not list(finished.glob("tables/*"))


def test_force_replaces_an_unfinished_study_and_its_parts(tmp_path: Path) -> None:
    plan, simulator = plan_of(2), FakeSimulator(EFFECTS)
    layout = Layout(plan.scenarios, tuple(simulator.groups), tuple(simulator.measures))
    half = RunFolder.create(tmp_path / "out", "study")
    half.write_part(
        [BlockColumns(layout).table(Block(0, 0), [simulator(0, 0, 0), simulator(1, 0, 0)])], [Block(0, 0)], [365]
    )
    RunFolder.create(tmp_path / "out", "other", force=True)
    assert not list((tmp_path / "out").glob("parts/*"))


def test_a_finished_study_needs_force(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_into(out, plan_of(1), FakeSimulator(EFFECTS))
    with pytest.raises(InputError, match="force to run it again"):
        run_into(out, plan_of(1), FakeSimulator(EFFECTS))
    simulator = FakeSimulator(EFFECTS)
    run_into(out, plan_of(1), simulator, force=True)
    assert len(simulator.calls) == 6


def test_files_of_somebody_else_are_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(InputError, match=r"letter\.txt"):
        RunFolder.create(tmp_path, "study", force=True)
    with pytest.raises(InputError, match="not a folder"):
        RunFolder.create(tmp_path / "letter.txt", "study")
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize(("said", "is_marked"), [("£500 in Plymouth", True), ("500 in Plymouth", False)])
def test_a_table_with_letters_beyond_ascii_says_that_it_is_utf_8(said: str, is_marked: bool, tmp_path: Path) -> None:
    """Excel takes a table without the mark for one of an older encoding, and breaks the pound sign."""
    folder = RunFolder.create(tmp_path / "out", "study")
    frame = pd.DataFrame({"label": [said], "n": [1]})
    folder.write_table("some", frame, parquet=False)
    folder.write_file("charts/some.csv", frame.to_csv(index=False))
    folder.write_file("charts/some.txt", said)
    folder.finish({})
    for name in ("tables/some.csv", "charts/some.csv"):
        content = (tmp_path / "out" / name).read_bytes()
        assert content.startswith(codecs.BOM_UTF8) == is_marked
        assert content.decode("utf-8-sig") == f"label,n\n{said},1\n"
        pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "out" / name), frame)
    assert (tmp_path / "out" / "charts" / "some.txt").read_bytes() == said.encode()
    pd.testing.assert_frame_equal(read_results(tmp_path / "out").table("some"), frame)


def test_a_full_disk_is_one_message_and_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    write_bytes(tmp_path / "table.csv", b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="the disk is full"):
        write_bytes(tmp_path / "table.csv", b"new")
    monkeypatch.undo()
    assert [path.name for path in tmp_path.iterdir()] == ["table.csv"]
    assert (tmp_path / "table.csv").read_bytes() == b"old"


def test_a_disk_that_fills_while_a_table_is_merged(tmp_path: Path) -> None:
    from sim.store import folder as folder_module

    original = folder_module.write_parquet

    def full_at_the_merge(stream: Any, tables: Any) -> int:
        if isinstance(tables, list):  # a part
            return original(stream, tables)
        stream.write(b"half a table")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folder_module, "write_parquet", full_at_the_merge)
        with pytest.raises(StoreError, match=r"the disk is full: .*: free some space, then: throughgate resume "):
            run_into(tmp_path / "out", plan_of(1), FakeSimulator(EFFECTS))
    assert not list((tmp_path / "out" / "tables").iterdir())
    run_into(tmp_path / "out", plan_of(1), FakeSimulator(EFFECTS))
    assert len(read_results(tmp_path / "out").totals) == 6 * PAIRS


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("manifest.json", b'{"schema": 1', "manifest cannot be read"),
        ("manifest.json", b'{"schema": 99, "study": "s", "files": {}}', "newer Throughgate"),
        ("tables/totals.parquet", b"short", "has 5 bytes, and was written with"),
        ("tables/spend.csv", None, "missing"),
    ],
)
def test_a_damaged_folder_is_refused(name: str, content: bytes | None, message: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_into(out, plan_of(1), FakeSimulator(EFFECTS))
    if content is None:
        (out / name).unlink()
    else:
        (out / name).write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_results(out)


def test_a_table_changed_in_place_is_refused_when_read(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_into(out, plan_of(1), FakeSimulator(EFFECTS))
    content = bytearray((out / "tables" / "totals.parquet").read_bytes())
    content[200] ^= 0xFF
    (out / "tables" / "totals.parquet").write_bytes(content)
    results = read_results(out)
    assert len(results.comparison) == len(FakeSimulator.measures)
    with pytest.raises(InputError, match="holds other bytes than were written"):
        _ = results.totals
    with pytest.raises(InputError, match="did you mean 'totals'"):
        results.table("total")


def test_no_folder_and_no_study(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        read_results(tmp_path / "nowhere")
    with pytest.raises(InputError, match="not a study's folder"):
        read_results(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="names are quoted otherwise there")
@pytest.mark.parametrize(
    ("folder", "shown"), [("results/runs/x", "results/runs/x"), ("my runs/x", "'my runs/x'"), ("$(x)", "'$(x)'")]
)
def test_the_command_that_goes_on_can_be_pasted(folder: str, shown: str) -> None:
    assert resume_command(Path(folder)) == f"throughgate resume {shown}"
