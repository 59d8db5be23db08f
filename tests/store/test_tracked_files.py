"""What a study did not write is neither removed by --force nor listed in its manifest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fake_study import EFFECTS, FakeSimulator, plan_of, run_into

from sim.core.errors import InputError
from sim.store.folder import RunFolder
from sim.store.reading import read_results
from sim.store.tracked_files import NOTE_FILE

FOREIGN = ("report.docx", "charts/mine.png", "tables/mine.csv", "notes/.writing-diary", "parts/mine.parquet")


def put_foreign(out: Path) -> None:
    for name in FOREIGN:
        (out / name).parent.mkdir(exist_ok=True)
        (out / name).write_bytes(b"mine")


def left(out: Path) -> set[str]:
    return {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}


def listed(out: Path) -> set[str]:
    return set(json.loads((out / "manifest.json").read_text(encoding="utf-8"))["files"])


def dies(*_: object) -> None:
    raise KeyboardInterrupt


def test_force_leaves_the_files_of_others(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_into(out, plan_of(1), FakeSimulator(EFFECTS))
    written = left(out)
    put_foreign(out)
    RunFolder.create(out, "other", force=True)
    assert left(out) == {*FOREIGN, "study.json"}
    run_into(out, plan_of(1), FakeSimulator(EFFECTS), force=True)
    assert left(out) == written | set(FOREIGN)
    assert listed(out) == written - {"manifest.json"}


@pytest.mark.parametrize("when", ["merge_totals", "finish"])
def test_what_is_put_into_an_unfinished_folder_is_not_listed(
    when: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    with monkeypatch.context() as patch:
        patch.setattr(RunFolder, when, dies)
        with pytest.raises(KeyboardInterrupt):
            run_into(out, plan_of(1), FakeSimulator(EFFECTS))
    put_foreign(out)
    run_into(out, plan_of(1), FakeSimulator(EFFECTS))
    assert not listed(out) & set(FOREIGN)
    assert set(FOREIGN) <= left(out)
    assert NOTE_FILE not in left(out)
    assert len(read_results(out).table_names) > 3


def test_force_removes_what_an_unfinished_study_wrote_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    monkeypatch.setattr(RunFolder, "finish", dies)
    with pytest.raises(KeyboardInterrupt):
        run_into(out, plan_of(1), FakeSimulator(EFFECTS))
    put_foreign(out)
    RunFolder.create(out, "other", force=True)
    assert left(out) == {*FOREIGN, "study.json"}


def test_a_damaged_list_leads_to_no_other_file(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_into(out, plan_of(1), FakeSimulator(EFFECTS))
    outside = [tmp_path / "letter.csv", tmp_path / "elsewhere" / "letter.csv", out / "letter.csv"]
    outside[1].parent.mkdir()
    for path in outside:
        path.write_bytes(b"dear")
    if (out / "charts").exists():
        (out / "charts").rename(out / "charts_then")
    (out / "charts").symlink_to(outside[1].parent, target_is_directory=True)
    names = ["../letter.csv", str(outside[0]), "letter.csv", "charts/letter.csv", "tables/../letter.csv"]
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"] = {name: {} for name in names}
    (out / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(InputError, match="this is a link, not a folder"):
        RunFolder.create(out, "other", force=True)
    (out / "charts").unlink()
    RunFolder.create(out, "other", force=True)
    assert all(path.is_file() for path in outside)
