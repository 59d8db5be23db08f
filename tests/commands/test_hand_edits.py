"""What somebody changed by hand in an unfinished study's folder is found before it is gone on with; what cannot be
known is refused, and nothing is lost; settings and names that are none are told by their own name."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from folders import files_of
from stand_ins import ENGINE, SMALL, Broken, call

from sim.core.environment import refuse_settings
from sim.core.errors import InputError
from sim.store.command_lines import command_on

COMPARE = ("compare", "scenarios/navigators.yaml", *SMALL, "--out", "one")


@pytest.fixture
def begun(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a study of four blocks that was interrupted after two."""
    from sim.experiment.simulator import simulator_of as simulator

    monkeypatch.setattr("sim.presentation.report.files.CHARTS", ())
    monkeypatch.setattr(ENGINE, lambda setup: Broken(KeyboardInterrupt(), after=4))
    assert call(*COMPARE, "--threads", "1").exit_code == 130
    monkeypatch.setattr(ENGINE, simulator)
    return home / "one"


@pytest.mark.parametrize(
    "edit", [{"level": 0.5}, {"equal_money_gbp_per_year": 5e5}, {"paths_from": "."}, {"area": "south_west"}]
)
def test_an_edited_study_file_is_not_gone_on_with(begun: Path, edit: dict[str, Any]) -> None:
    file = begun / "study.json"
    file.write_text(json.dumps({**json.loads(file.read_text(encoding="utf-8")), **edit}), encoding="utf-8")
    before = files_of(begun)
    done = call("resume", "one")
    assert done.exit_code == 2 and done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("throughgate: one")
    assert files_of(begun) == before


def assert_resumed_as_run_at_once(begun: Path) -> None:
    done = call("resume", "one")
    assert done.exit_code == 0, done.stderr
    resumed = files_of(begun)
    shutil.rmtree(begun)
    assert call(*COMPARE).exit_code == 0
    assert files_of(begun) == resumed


def test_a_part_whose_rows_were_edited_is_run_again(begun: Path) -> None:
    (part, *_) = sorted((begun / "parts").glob("*.parquet"))
    table = pq.read_table(part)
    numbers = table["numerator"].to_numpy().copy()
    numbers[0] += 1.0
    edited = table.set_column(table.column_names.index("numerator"), "numerator", pa.array(numbers))
    pq.write_table(edited, part, write_page_checksum=True, compression="zstd")
    assert pq.read_table(part).schema.metadata == table.schema.metadata, "it says of itself what it said"
    assert_resumed_as_run_at_once(begun)


@pytest.mark.parametrize("column", ["scenario", "measure"])
def test_a_part_whose_words_were_edited_is_run_again(begun: Path, column: str) -> None:
    (part, *_) = sorted((begun / "parts").glob("*.parquet"))
    table = pq.read_table(part)
    words = table[column].to_pylist()
    swapped = pa.array(words[::-1]).dictionary_encode()
    edited = table.set_column(table.column_names.index(column), table.schema.field(column), swapped)
    pq.write_table(edited.replace_schema_metadata(table.schema.metadata), part, write_page_checksum=True)
    assert_resumed_as_run_at_once(begun)


def test_a_part_that_nobody_edited_is_kept(begun: Path) -> None:
    done = call("resume", "one")
    assert "8 runs, 4 of them kept from before" in done.stderr


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (("--threads", "0"), "--threads: 0 is not a number this takes; allowed: 1 to 1,024"),
        (("--threads", "5000"), "--threads: 5000 is not a number this takes"),
        (("--cluster", "nowhere"), "--cluster: "),
    ],
)
def test_a_finished_study_takes_no_wrong_threads_or_cluster(home: Path, option: tuple[str, ...], words: str) -> None:
    assert call(*COMPARE, "--quiet").exit_code == 0
    done = call("resume", "one", *option)
    assert done.exit_code == 2 and words in done.stderr and done.stdout == ""


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"files": []}', '{"files": 5}'])
def test_nothing_is_replaced_where_nobody_knows_which_files_are_the_studys(home: Path, content: str) -> None:
    assert call(*COMPARE, "--quiet").exit_code == 0
    manifest = home / "one" / "manifest.json"
    manifest.write_text(content, encoding="utf-8")
    before = files_of(home / "one")
    done = call(*COMPARE, "--force", "--people", "100")
    assert done.exit_code == 2
    assert done.stderr.startswith("throughgate: one/manifest.json: the manifest cannot be read, so nobody knows which")
    assert files_of(home / "one") == before and manifest.read_text(encoding="utf-8") == content


def test_a_baseline_against_itself_is_told_how_it_is_run_alone(home: Path) -> None:
    (home / "my own.yaml").write_text("title: mine\n", encoding="utf-8")
    done = call("compare", "my own.yaml", "--baseline", "my own.yaml", *SMALL)
    assert done.exit_code == 2 and "or 'throughgate run 'my own.yaml'' for it alone" in done.stderr


def test_a_name_like_an_option_is_told_from_here() -> None:
    assert command_on("resume", Path("-x")) == "throughgate resume ./-x"
    assert command_on("run", Path("--help.yaml")) == "throughgate run ./--help.yaml"
    assert command_on("report", Path("a/-x")) == "throughgate report a/-x"


def test_a_folder_like_an_option_is_gone_on_with_as_it_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.experiment.simulator import simulator_of as simulator

    monkeypatch.setattr(ENGINE, lambda setup: Broken(KeyboardInterrupt(), after=4))
    stopped = call(*COMPARE, "--out", "-x", "--threads", "1").stderr
    assert stopped.rstrip().endswith("go on with: throughgate resume ./-x")
    monkeypatch.setattr(ENGINE, simulator)
    assert call("resume", "./-x", "--quiet").exit_code == 0


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("run", "\udcff"), "SCENARIO"),
        (("check", "\udcff"), "SCENARIO"),
        (("compare", "\udcff"), "SCENARIO"),
        (("study", "\udcff"), "STUDY.yaml"),
        (("sensitivity", "\udcff", "--method", "sobol"), "STUDY.yaml"),
        (("resume", "\udcff"), "DIR"),
    ],
)
def test_what_is_no_path_is_told_by_the_word_of_the_usage(words: tuple[str, ...], name: str) -> None:
    done = call(*words)
    assert done.exit_code == 2 and done.stderr.startswith(f"throughgate: {name}: '\\udcff' is not UTF-8")


@pytest.mark.parametrize("seconds", ["abc", "", "-1", "1.5", "1_0", "0x10", "9" * 12])
def test_a_time_of_the_build_that_is_none(seconds: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", seconds)
    done = call("check", "baseline")
    assert done.exit_code == 2
    said = f"throughgate: SOURCE_DATE_EPOCH: '{seconds}' is not a time; allowed: whole seconds since 1970, or not set"
    assert done.stderr.startswith(said) and done.stderr.count("\n") == 1
    with pytest.raises(InputError, match="SOURCE_DATE_EPOCH"):
        refuse_settings()


def test_a_time_of_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    refuse_settings()
