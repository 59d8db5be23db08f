"""What a study is unless it is told otherwise: its numbers, its scenario files with the baseline first, its folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypedDict

from sim.core.arguments import checked_list, checked_path, plain, refused_empty
from sim.core.errors import InputError, named, nearest_name
from sim.core.files import this, what_stands_there, why_no_folder
from sim.scenario.shipped import THEMES, nearest_file, scenario_path, shipped_in

PEOPLE = 2_200
MONTHS = 24
DRAWS = 50
REPLICATES = 4
SEED = 1
LEVEL = 0.95
NUMBERS: Mapping[str, int] = {
    "people": PEOPLE, "months": MONTHS, "draws": DRAWS, "replicates": REPLICATES, "seed": SEED,
}  # fmt: skip
VALIDATION_RUNS, MOST_VALIDATION_RUNS = 20, 10_000

SCENARIOS_FOLDER = Path("scenarios")
THEMES_FOLDER = SCENARIOS_FOLDER / "themes"
BASELINE = SCENARIOS_FOLDER / "baseline.yaml"
RUNS_FOLDER = Path("results/runs")
LONGEST_NAME = 80  # of a folder that is named by its scenarios
COMPARE_OUT = RUNS_FOLDER / "south_west"
EQUAL_MONEY_OUT = RUNS_FOLDER / "equal_money"

Paths = str | Path | Sequence[str | Path]


class Options(TypedDict, total=False):
    """What any study may be told beside its scenarios; what is not told is as above, or as its study file says.

    people: nominal size of a run; months: from the first release, 24 follow everybody for a year; draws of uncertain
    numbers, replicates under each, which are streams of random numbers that all scenarios share; level of the
    intervals, a share of one; threads (None: all cores) change no number; area: folder, None for South West England.
    """

    people: int
    months: int
    draws: int
    replicates: int
    seed: int
    threads: int | None
    area: str | Path | None
    out: str | Path | None
    level: float


def numbers_of(options: Options, usual: Mapping[str, int] = NUMBERS) -> dict[str, int]:
    """The numbers of a study's plan: those told, the others as usual. TypeError for an option that there is not."""
    for name in options.keys() - Options.__annotations__.keys():
        near = nearest_name(name, Options.__annotations__)
        raise TypeError(f"'{name}' is not an option of a study" + (f"; did you mean '{near}'?" if near else ""))
    own = {name: plain(value) for name, value in options.items() if name in NUMBERS}
    return {**NUMBERS, **usual, **own}


def listed(paths: Paths) -> list[str | Path]:
    """Paths and names as a list; one given by itself is a list of one. Raises InputError for what is neither, and for
    a list of none."""
    return [_path_or_name(path, "paths") for path in refused_empty(checked_list(paths, "paths"), "paths")]


def _path_or_name(path: str | Path, parameter: str) -> str | Path:
    checked_path(path, parameter)
    return path if isinstance(path, Path) else str(path)


def paths_asked(paths: Paths) -> list[Path]:
    """The files of paths and of names of shipped scenarios. Raises InputError for a name that is none."""
    return [scenario_path(path) for path in listed(paths)]


def usual_baseline() -> Path:
    """The baseline when none is named: that of the folder scenarios/ here, or the shipped one where there is none."""
    return BASELINE if SCENARIOS_FOLDER.exists() else scenario_path(BASELINE.stem)


def files_asked(paths: Paths | None, baseline: str | Path | None, *, is_equal_money: bool = False) -> list[Path]:
    """The baseline's file and the others; none named means all of scenarios/*.yaml, or of scenarios/themes/*.yaml for
    a study of equal money: those of the folder scenarios/ here, the shipped ones where there is no such folder. A file
    that is the baseline's counts once.

    Raises InputError when there is no such baseline, and for a folder of themes without scenarios.
    """
    first = usual_baseline() if baseline is None else scenario_path(_path_or_name(baseline, "baseline"))
    others = None if paths is None else paths_asked(paths)
    if not first.is_file():
        raise _no_baseline(first, is_usual=baseline is None, is_alone=baseline is not None and others == [first])
    if others is None:
        others = _themes() if is_equal_money else _main_scenarios()
    return [first, *(path for path in dict.fromkeys(others) if path.resolve() != first.resolve())]


def usual_out(files: Sequence[Path], *, is_equal_money: bool = False) -> Path:
    """The folder of a comparison that is told none: of named scenarios (files, the baseline first) one by their names,
    apart from that of all scenarios, and from that of one scenario run alone.
    """
    if not files:
        return EQUAL_MONEY_OUT if is_equal_money else COMPARE_OUT
    baseline, *others = (file.stem for file in files)
    names = "_and_".join(others) or baseline
    if len(names) > LONGEST_NAME:
        names = f"{others[0][:LONGEST_NAME]}_and_{len(others) - 1}_more"
    with_money = "_equal_money" if is_equal_money else ""
    return RUNS_FOLDER / f"{names}_against_{baseline[:LONGEST_NAME]}{with_money}"


def _no_baseline(file: Path, *, is_usual: bool, is_alone: bool) -> InputError:
    """is_usual: nobody named a baseline; is_alone: the scenario that is to be run by itself."""
    if problem := what_stands_there(file):
        return InputError(this(problem), file=file, allowed="a scenario's YAML file")
    if is_alone:
        return InputError("there is no such file", file=file, nearest=nearest_file(file))
    if is_usual:
        if not SCENARIOS_FOLDER.is_dir():
            return InputError(why_no_folder(SCENARIOS_FOLDER), file=SCENARIOS_FOLDER, allowed="a folder of scenarios")
        allowed = f"this command in the folder that holds {SCENARIOS_FOLDER.as_posix()}/, or {named('baseline')} FILE"
        return InputError("there is no such baseline scenario here", file=file, allowed=allowed)
    problem = "there is no such baseline scenario"
    return InputError(problem, file=file, allowed=f"{named('baseline')} FILE", nearest=nearest_file(file))


def _main_scenarios() -> list[Path]:
    return sorted(SCENARIOS_FOLDER.glob("*.yaml")) if SCENARIOS_FOLDER.exists() else shipped_in()


def _themes() -> list[Path]:
    files = sorted(THEMES_FOLDER.glob("*.yaml")) if SCENARIOS_FOLDER.exists() else shipped_in(THEMES)
    if not files:
        is_empty = THEMES_FOLDER.is_dir()
        problem = "the folder holds no scenario file (*.yaml)" if is_empty else why_no_folder(THEMES_FOLDER)
        allowed = f"SCENARIO files, or scenario files in {THEMES_FOLDER.as_posix()}"
        raise InputError(problem, file=THEMES_FOLDER, allowed=allowed)
    return files
