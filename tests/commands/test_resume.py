"""`throughgate resume`: an unfinished folder is enough to go on; what has changed since, or is no study, is told."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from stand_ins import ENGINE, SMALL, Broken, call

from sim.area import load_area
from sim.experiment import api
from sim.presentation.report import files
from sim.store.command_lines import resume_command
from sim.store.reading import read_results
from sim.store.seal import sealed

OUT = "results/runs/mine"
CHARTS = files.CHARTS
COMPARE = ("compare", "scenarios/navigators.yaml", "--level", "0.9", "--out", OUT, *SMALL)


def files_of(out: Path) -> dict[str, bytes]:
    """Every file of a finished folder but the manifest, which holds times."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }


@pytest.fixture
def begun(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a study of four blocks that was interrupted after two."""
    from sim.experiment.simulator import simulator_of as simulator

    monkeypatch.setattr(ENGINE, lambda setup: Broken(KeyboardInterrupt(), after=4))
    assert call(*COMPARE, "--threads", "1").exit_code == 130
    monkeypatch.setattr(ENGINE, simulator)
    return home / OUT


def test_an_interrupted_study_ends_in_the_same_bytes(begun: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "CHARTS", CHARTS)  # all of them
    assert len(list(begun.glob("parts/*"))) >= 1
    done = call("resume", OUT, "--threads", "2")
    assert done.exit_code == 0, done.stderr
    assert "8 runs, 4 of them kept from before" in done.stderr
    assert f"Written to {OUT}: report.md" in done.stderr
    resumed = files_of(begun)
    shutil.rmtree(begun)
    whole = call(*COMPARE)
    assert whole.stdout == done.stdout
    assert files_of(begun) == resumed
    assert {"study.json", "tables/totals.parquet", "tables/comparison.csv", "report.txt"} <= set(resumed)
    assert read_results(begun).manifest["level"] == 0.9


def test_the_study_file_holds_what_was_asked_and_no_path_of_the_machine(begun: Path, home: Path) -> None:
    held = json.loads((begun / "study.json").read_text(encoding="utf-8"))
    assert [entry["file"] for entry in held["scenarios"]] == ["scenarios/baseline.yaml", "scenarios/navigators.yaml"]
    assert {key: held[key] for key in ("people", "months", "draws", "replicates", "seed", "level", "area")} == {
        "people": 200, "months": 24, "draws": 2, "replicates": 2, "seed": 1, "level": 0.9, "area": None,
    }  # fmt: skip
    assert held["paths_from"] == "../../.."
    assert "threads" not in held
    assert str(home) not in (begun / "study.json").read_text(encoding="utf-8")


def test_a_study_is_resumed_from_another_folder(begun: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(begun.parent)
    done = call("resume", "mine", "--json", "--quiet")
    assert done.exit_code == 0, done.stderr
    assert done.stderr == ""
    found = json.loads(done.stdout)
    assert set(found) == {"study", "out", "baseline", "scenarios"}
    assert found["out"] == "mine"


def test_a_study_of_another_area_finds_it_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(load_area().folder, home / "areas" / "mine")
    with monkeypatch.context() as patch:
        patch.setattr(ENGINE, lambda setup: Broken(KeyboardInterrupt()))
        assert call(*COMPARE, "--area", "areas/mine").exit_code == 130
    assert json.loads(Path(OUT, "study.json").read_text(encoding="utf-8"))["area"] == "areas/mine"
    monkeypatch.chdir(home / OUT)
    with (home / "areas" / "mine" / "LICENCES.md").open("a", encoding="utf-8") as file:
        file.write("\nOne more line.\n")
    assert "changed since it was begun: the area's tables;" in call("resume", ".").stderr
    shutil.copyfile(load_area().folder / "LICENCES.md", home / "areas" / "mine" / "LICENCES.md")
    done = call("resume", ".")
    assert done.exit_code == 0, done.stderr
    assert read_results(".").manifest["area"]["name"] == "mine"


def test_a_folder_outside_the_working_folder_does_not_name_it(
    home: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path_factory.mktemp("elsewhere") / "a study"
    with monkeypatch.context() as patch:
        patch.setattr(ENGINE, lambda setup: Broken(KeyboardInterrupt()))
        stopped = call(*COMPARE, "--out", str(out))
    assert stopped.stderr.splitlines()[-1].endswith(resume_command(out))
    assert str(home) not in (out / "study.json").read_text(encoding="utf-8")
    monkeypatch.chdir(out)
    lost = call("resume", str(out))
    assert "give this command in the folder in which the study was begun" in lost.stderr
    monkeypatch.chdir(home)
    assert call("resume", str(out)).exit_code == 0


def test_new_scenarios_do_not_join_a_study_that_has_begun(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(ENGINE, lambda setup: Broken(KeyboardInterrupt()))
        assert call("compare", *SMALL).exit_code == 130
    (home / "scenarios" / "another.yaml").write_text("title: another\n", encoding="utf-8")
    assert call("resume", "results/runs/south_west").exit_code == 0
    assert read_results("results/runs/south_west").manifest["names"] == ["baseline", "buses", "navigators"]


def test_a_finished_study_says_so(begun: Path) -> None:
    first = call("resume", OUT, "--json")
    again = call("resume", OUT, "--json")
    assert again.exit_code == 0
    assert again.stderr == (
        f"throughgate: the study in {OUT} is finished: nothing is left to do; its files are as they were written\n"
    )
    assert again.stdout == first.stdout
    assert call("resume", OUT, "--quiet").stderr == ""


def changed_scenario(home: Path, _: pytest.MonkeyPatch) -> str:
    (home / "scenarios" / "navigators.yaml").write_text("title: other\n", encoding="utf-8")
    return "scenario 'navigators' (scenarios/navigators.yaml)"


def changed_evidence(_: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("sim.experiment.setup.parameters_sha256", lambda table: "other")
    return "the evidence tables"


def changed_program(_: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    from sim.store.manifest import made_by

    other = {**made_by(), "sources": "other", "numpy": "0.9"}
    monkeypatch.setattr("sim.experiment.setup.made_by", lambda: other)
    return f"the program's sources, numpy ({made_by()['numpy']} then, 0.9 now)"


@pytest.mark.parametrize("change", [changed_scenario, changed_evidence, changed_program])
def test_what_has_changed_since_is_named(
    change: Callable[[Path, pytest.MonkeyPatch], str], begun: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = change(home, monkeypatch)
    before = {path: path.read_bytes() for path in begun.rglob("*") if path.is_file()}
    done = call("resume", OUT)
    assert done.exit_code == 2
    assert f"{OUT}: the study cannot go on, because this has changed since it was begun: {said};" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert {path: path.read_bytes() for path in begun.rglob("*") if path.is_file()} == before


def test_a_scenario_that_is_gone_is_named(begun: Path, home: Path) -> None:
    (home / "scenarios" / "navigators.yaml").unlink()
    done = call("resume", OUT)
    assert done.exit_code == 2
    assert "the study needs 'scenarios/navigators.yaml' (scenario 'navigators'), and there is no such" in done.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"schema": 2, "stu', "study.json: the study file is damaged"),
        (b"\xff\xfe", "study.json: the study file is damaged"),
        (b"[]", "study.json: the study file is damaged"),
        (b'{"schema": 1, "study": "x"}', "study.json: the study was begun by an older Throughgate"),
        (b'{"schema": 99, "study": "x"}', "study.json: the study was begun by a newer Throughgate (schema 99,"),
        ({"people": 201}, "study.json: the study file is damaged"),
        ({"people": 0}, "study.json:people: the study file is damaged: 0 is not a number this takes"),
        ({"draws": -3}, "study.json:draws: the study file is damaged: -3 is not a number this takes"),
        ({"months": 99}, "study.json:months: the study file is damaged: 99 is not a number this takes"),
        ({"level": 7}, "study.json: the study file is damaged"),
        ({"level": "0.9"}, "study.json: the study file is damaged"),
        ({"equal_money_gbp_per_year": -1.0}, "study.json:equal_money: the study file is damaged: -1 is not a sum"),
        ({"people": "200"}, "study.json: the study file is damaged"),
        ({"people": True}, "study.json: the study file is damaged"),
        ({"level": None}, "study.json: the study file is damaged"),
        ({"scenarios": []}, "study.json: the study file is damaged"),
        ({"scenarios": [{"name": "baseline"}]}, "study.json: the study file is damaged"),
        ({"area": 3}, "study.json: the study file is damaged"),
        ({"program": None}, "study.json: the study file is damaged"),
    ],
)
def test_a_damaged_study_file_is_one_message(content: bytes | dict[str, Any], said: str, begun: Path) -> None:
    file = begun / "study.json"
    if isinstance(content, dict):
        content = json.dumps({**json.loads(file.read_text(encoding="utf-8")), **content}).encode()
    file.write_bytes(content)
    done = call("resume", OUT)
    assert done.exit_code == 2, done.output
    assert said in done.stderr
    assert not re.search("--(?!out|force)", done.stderr)  # no option that was not given
    assert len(done.stderr.splitlines()) == 1


def test_what_is_no_study_is_one_message(home: Path) -> None:
    for folder, said in (
        ("nowhere", "nowhere: there is no such folder"),
        (
            "scenarios",
            "scenarios: this is not a study's folder (no study.json); allowed: a folder begun by 'throughgate run', ",
        ),
        ("scenarios/buses.yaml", "scenarios/buses.yaml: this is a file, not a study's folder"),
    ):
        done = call("resume", folder)
        assert (done.exit_code, done.stdout) == (2, "")
        assert done.stderr.startswith(f"throughgate: {said}")
        assert len(done.stderr.splitlines()) == 1


def test_a_command_that_was_killed_before_its_study_file_may_be_given_again(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("sim.store.folder.RunFolder._write_study_file", killed)
        with pytest.raises(Killed):
            call(*COMPARE)
    (home / OUT).mkdir(parents=True, exist_ok=True)
    for left in (".lock", ".writing-study.json-0123456789ab"):
        (home / OUT / left).write_bytes(b"")
    lost = call("resume", OUT)
    begin = "'throughgate run', 'compare', 'study' or 'sensitivity'; one of these that was killed before the file stood"
    assert (lost.exit_code, f"allowed: a folder begun by {begin} may be given again\n" in lost.stderr) == (2, True)
    assert call(*COMPARE).exit_code == 0
    assert call("resume", OUT).exit_code == 0
    assert not [path.name for path in (home / OUT).iterdir() if path.name.startswith(".")]


def test_the_study_s_own_command_goes_on_too_and_another_is_told_the_way(begun: Path) -> None:
    other = call(*COMPARE, "--seed", "2")
    assert other.exit_code == 2
    assert f"allowed: another --out, 'throughgate resume {OUT}' to finish it, or --force to replace it" in other.stderr
    done = call(*COMPARE)
    assert done.exit_code == 0, done.stderr
    assert "4 of them kept from before" in done.stderr


def test_a_finished_folder_that_is_damaged_is_one_message(begun: Path) -> None:
    assert call("resume", OUT).exit_code == 0
    totals = begun / "tables" / "totals.parquet"
    content = bytearray(totals.read_bytes())
    content[200] ^= 0xFF
    totals.write_bytes(content)
    done = call("resume", OUT)
    assert (done.exit_code, done.stdout) == (1, "")
    said = "allowed: the table as it was written, or the study's own command with --force, which runs it again"
    assert f"totals.parquet: the table holds other bytes than were written; {said}" in done.stderr
    totals.unlink()
    assert "totals.parquet: the table is missing" in call("resume", OUT).stderr
    manifest = json.loads((begun / "manifest.json").read_text(encoding="utf-8"))
    del manifest["files"]["tables/totals.parquet"]
    (begun / "manifest.json").write_text(json.dumps(sealed(manifest)), encoding="utf-8")
    assert "'totals' is not a table of this study" in call("resume", OUT).stderr


def test_from_python(begun: Path) -> None:
    assert api.resume(begun).level == 0.9
    assert api.resume(begun).rows.equals(read_results(begun).comparison)


def test_a_failed_study_can_be_resumed_once_it_is_mended(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(ENGINE, lambda setup: Broken(MemoryError("no room"), after=4))
        failed = call(*COMPARE, "--threads", "1")
    assert failed.exit_code == 1
    assert "not enough memory" in failed.stderr
    done = call("resume", OUT)
    assert done.exit_code == 0
    assert "4 of them kept from before" in done.stderr


def test_a_folder_reached_by_a_link_is_written_whole_and_resumed(begun: Path, home: Path) -> None:
    (home / "link").symlink_to(begun)
    done = call("resume", "link")
    assert done.exit_code == 0, done.stderr
    assert (begun / "manifest.json").is_file() and (begun / "report.md").is_file()
    assert (home / "link").is_symlink()
    assert call("verify", "link", "--runs", "0").exit_code == 0
