"""Files that are not there: each command says what it looks for and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.core.errors import InputError
from sim.study.asked import files_asked


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "scenarios").mkdir()
    for name in ("baseline", "navigators"):
        (tmp_path / "scenarios" / f"{name}.yaml").write_text("name: x\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refusal(*paths: str, baseline: str | None = None, is_equal_money: bool = False) -> str:
    with pytest.raises(InputError) as caught:
        files_asked(paths, baseline, is_equal_money=is_equal_money)
    return str(caught.value)


def test_one_scenario_by_itself_that_is_not_there() -> None:
    said = refusal("navigatrs.yaml", baseline="navigatrs.yaml")
    assert said == "navigatrs.yaml: there is no such file; did you mean 'scenarios/navigators.yaml'?"
    beside = refusal("scenarios/baselin.yaml", baseline="scenarios/baselin.yaml")
    assert beside.endswith("there is no such file; did you mean 'scenarios/baseline.yaml'?")
    assert refusal("scenarios", baseline="scenarios").startswith("scenarios: is a folder, not a file")


def test_a_baseline_that_is_not_there() -> None:
    said = refusal("scenarios/navigators.yaml", baseline="scenarios/basline.yaml")
    assert "no such baseline scenario; allowed: --baseline FILE; did you mean 'scenarios/baseline.yaml'?" in said


@pytest.mark.parametrize("is_equal_money", [False, True])
def test_another_folder(is_equal_money: bool, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "elsewhere").mkdir()
    monkeypatch.chdir(here / "elsewhere")
    said = refusal(is_equal_money=is_equal_money)
    assert "allowed: this command in the folder that holds scenarios/, or --baseline FILE" in said
