"""The scenarios and studies that come with Throughgate, each by the bare name of its file, from whatever folder.

A path ends in .yaml or holds a separator; any other word is a shipped name, or else what stands here under it. In a
checkout the files are read where they are edited, in scenarios/ at the top; an installed package holds the same files
in sim/scenarios/.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import MappingProxyType

from sim.core.errors import InputError, nearest_name

PATH_OR_NAME = "a shipped name such as {example}, or a path, which ends in .yaml or holds a separator"
STUDIES = "studies"
THEMES = "themes"
YAML_SUFFIXES = (".yaml", ".yml")
_LONGEST_SHOWN = 60


@cache
def shipped_folder() -> Path:
    """The folder of all shipped scenarios and studies."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "scenarios"
    return installed if installed.is_dir() else package.parent / "scenarios"


@cache
def shipped_files() -> Mapping[str, Path]:
    """The file of each shipped name, scenarios and studies alike; a name stands in one folder only."""
    return MappingProxyType({file.stem: file for file in sorted(shipped_folder().rglob("*.yaml"))})


def shipped_in(folder: str = "") -> list[Path]:
    """The shipped files that stand in one folder itself: '' for the main scenarios, 'themes', 'studies'..."""
    return sorted((shipped_folder() / folder).glob("*.yaml"))


def is_shipped_name(text: str) -> bool:
    """Whether a word is to be looked up among the shipped names; else it is a path."""
    return not text.endswith(YAML_SUFFIXES) and "/" not in text and "\\" not in text


def scenario_path(path_or_name: str | Path) -> Path:
    """The file of a scenario: a Path, and text that is one, as it is; any other text is the shipped scenario's name.

    Raises InputError for a name that is none, with the nearest.
    """
    return path_or_name if isinstance(path_or_name, Path) else _path(path_or_name, is_study=False)


def study_path(path_or_name: str | Path) -> Path:
    """The file of a study, in the same way."""
    return path_or_name if isinstance(path_or_name, Path) else _path(path_or_name, is_study=True)


def not_shipped(name: str, *, is_study: bool = False) -> InputError:
    """That nothing shipped has this name."""
    kind, example = ("study", "small") if is_study else ("scenario", "baseline")
    known = [shipped for shipped, file in shipped_files().items() if (file.parent.name == STUDIES) == is_study]
    shown = name if len(name) <= _LONGEST_SHOWN else f"{name[: _LONGEST_SHOWN - 3]}..."
    return InputError(
        f"'{shown}' is not a shipped {kind}",
        allowed=PATH_OR_NAME.format(example=example),
        nearest=nearest_name(name[:_LONGEST_SHOWN], known),
    )


def nearest_file(file: Path) -> str | None:
    """What a file that is not there may be meant for: the shipped name that its own is, the file beside it or in the
    folder scenarios/ there whose name comes nearest, or the nearest shipped name."""
    if file.stem in shipped_files():
        return file.stem
    for folder in (file.parent, file.parent / "scenarios"):
        with suppress(OSError, ValueError):
            near = nearest_sibling(folder / file.name)
            if near is not None:
                return str(folder / near)
    return nearest_name(file.stem[:_LONGEST_SHOWN], shipped_files())


def nearest_sibling(file: Path) -> str | None:
    """The YAML file beside one that is not there whose name, its ending left out, comes nearest."""
    by_stem = {sibling.stem: sibling.name for sibling in file.parent.glob("*.y*ml") if sibling.is_file()}
    near = nearest_name(file.stem, by_stem)
    return None if near is None else by_stem[near]


def recorded_as(path: Path) -> str:
    """How a record names a scenario's file: a shipped one by its name, any other as it was given.

    A relative path stays one, though it lead to a shipped file: it says where the file was looked for.
    """
    is_shipped = path.is_absolute() and shipped_files().get(path.stem) == path
    return path.stem if is_shipped else path.as_posix()


def recorded_path(text: str, base: Path) -> Path:
    """The file that a record names, which may be gone. base: where relative paths begin."""
    known = shipped_files().get(text) if is_shipped_name(text) else None
    return base / text if known is None else known


def _path(text: str, *, is_study: bool) -> Path:
    if not is_shipped_name(text):
        return Path(text)
    known = shipped_files().get(text)
    if known is None and os.path.lexists(text):
        return Path(text)
    if known is None:
        raise not_shipped(text, is_study=is_study)
    return known
