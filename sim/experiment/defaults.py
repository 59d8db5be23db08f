"""What a study is asked: its scenario files, named or the usual ones, the baseline first; the level of intervals."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.core.errors import InputError
from sim.scenario.reading.yaml_strict import nearest_file, what_stands_there
from sim.scenario.shipped import THEMES, scenario_path, shipped_in
from sim.store.study_record import LEVELS

SCENARIOS_FOLDER = Path("scenarios")
THEMES_FOLDER = SCENARIOS_FOLDER / "themes"
BASELINE = SCENARIOS_FOLDER / "baseline.yaml"


def listed(paths: str | Path | Sequence[str | Path]) -> list[str | Path]:
    """Paths and names as a list; one given by itself is a list of one."""
    return [paths] if isinstance(paths, str | Path) else list(paths)


def paths_asked(paths: str | Path | Sequence[str | Path]) -> list[Path]:
    """The files of paths and of names of shipped scenarios. Raises InputError for a name that is none."""
    return [scenario_path(path) for path in listed(paths)]


def usual_baseline() -> Path:
    """The baseline when none is named: that of the folder scenarios/ here, or the shipped one where there is none."""
    return BASELINE if SCENARIOS_FOLDER.exists() else scenario_path(BASELINE.stem)


def checked_level(level: float) -> float:
    """The level of intervals; InputError, with all its digits, for one that is none."""
    low, high = LEVELS
    if isinstance(level, bool) or not isinstance(level, int | float) or not low <= level <= high:
        allowed = f"{low:g} to {high:g} (0.95 is 95%)"
        raise InputError(f"{repr(level).removesuffix('.0')} is not a level", key="--level", allowed=allowed)
    return level


def files_asked(
    paths: str | Path | Sequence[str | Path], baseline: str | Path | None, *, is_equal_money: bool = False
) -> list[Path]:
    """The baseline's file and the others; none named means all of scenarios/*.yaml, or of scenarios/themes/*.yaml for
    a study of equal money: those of the folder scenarios/ here, the shipped ones where there is no such folder. A file
    that is the baseline's counts once.

    Raises InputError when there is no such baseline, and for a folder of themes without scenarios.
    """
    first = usual_baseline() if baseline is None else scenario_path(baseline)
    others = paths_asked(paths)
    if not first.is_file():
        raise _no_baseline(first, is_usual=baseline is None, is_alone=baseline is not None and others == [first])
    if not others:
        others = _themes() if is_equal_money else _main_scenarios()
    return [first, *(path for path in dict.fromkeys(others) if path.resolve() != first.resolve())]


def _no_baseline(file: Path, *, is_usual: bool, is_alone: bool) -> InputError:
    """is_usual: nobody named a baseline; is_alone: the scenario that is to be run by itself."""
    if is_alone:
        problem = what_stands_there(file)
        allowed = "a scenario's YAML file" if problem else None
        return InputError(problem or "there is no such file", file=file, allowed=allowed, nearest=nearest_file(file))
    if is_usual:
        allowed = f"this command in the folder that holds {SCENARIOS_FOLDER.as_posix()}/, or --baseline FILE"
        return InputError("there is no such baseline scenario here", file=file, allowed=allowed)
    problem = "there is no such baseline scenario"
    return InputError(problem, file=file, allowed="--baseline FILE", nearest=nearest_file(file))


def _main_scenarios() -> list[Path]:
    return sorted(SCENARIOS_FOLDER.glob("*.yaml")) if SCENARIOS_FOLDER.exists() else shipped_in()


def _themes() -> list[Path]:
    files = sorted(THEMES_FOLDER.glob("*.yaml")) if SCENARIOS_FOLDER.exists() else shipped_in(THEMES)
    if not files:
        problem = "the folder holds no scenario file (*.yaml)" if THEMES_FOLDER.is_dir() else "there is no such folder"
        allowed = f"SCENARIO files, or scenario files in {THEMES_FOLDER.as_posix()}"
        raise InputError(problem, file=THEMES_FOLDER, allowed=allowed)
    return files
