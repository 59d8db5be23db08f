"""The scenario that is asked for and all that it extends: each file's own keys and name, and the way to the next.

What is extended is a shipped name, or a file: one that lies there, or else the shipped one of that name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sim.core.errors import InputError, nearest_name
from sim.core.files import what_stands_there
from sim.core.mistakes import Mistakes
from sim.scenario.reading import fields
from sim.scenario.reading.fields import Block
from sim.scenario.reading.keys import SCENARIO
from sim.scenario.reading.yaml_strict import Node, read_yaml
from sim.scenario.shipped import (
    PATH_OR_NAME,
    is_shipped_name,
    nearest_sibling,
    not_shipped,
    scenario_path,
    shipped_files,
)

MAX_CHAIN = 8
A_FILE = "a shipped name such as baseline, or a scenario's YAML file beside this one"
A_NAME = "small letters, digits and _, a letter first, at most 60"
LONGEST_NAME = 60
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


class Chain(NamedTuple):
    """The files of a scenario, the oldest first. is_whole: False where one that is extended could not be read."""

    files: Sequence[Block]
    is_whole: bool

    @property
    def top(self) -> Block:
        """The scenario asked for."""
        return self.files[-1]


def read_chain(top: Node, mistakes: Mistakes) -> Chain:
    """The scenario and those that it extends. Raises InputError where the first is no scenario at all."""
    files = [_scenario_block(top, mistakes)]
    seen = [] if top.file is None else [top.file.resolve()]
    while True:
        step = files[-1].keys.get("extends")
        if step is None:
            return Chain(files[::-1], all("extends" not in file.meant for file in files))
        before = len(mistakes)
        following = mistakes.read(_extended, step, seen, mistakes, is_last=len(files) >= MAX_CHAIN)
        block = None if following is None else mistakes.read(_scenario_block, following, mistakes)
        if block is None:
            assert len(mistakes) > before
            return Chain(files[::-1], False)
        files.append(block)


def _scenario_block(node: Node, mistakes: Mistakes) -> Block:
    """The keys of one scenario, its name, title and description looked at. Raises InputError for what is no block."""
    if isinstance(node.value, dict) and "scenarios" in node.value and "levers" not in node.value:
        allowed = "a scenario's YAML file; 'throughgate study' takes study files"
        raise node.error("this is a study, not a scenario", allowed=allowed)
    fields.values(node, SCENARIO, what="a scenario")
    block = fields.block(node, SCENARIO, what="a scenario", mistakes=mistakes)
    assert block is not None
    if node.file is not None and not _NAME.fullmatch(node.file.stem):  # then no name that is the file's can be right
        mistakes.add(_named_otherwise(node.file, block.keys.get("name", node)))
    elif (name := block.required("name", what="a scenario", mistakes=mistakes)) is not None:
        mistakes.read(_check_name, name)
    for key in ("title", "description"):
        words = block.required(key, what="a scenario", mistakes=mistakes)
        if words is not None:
            mistakes.read(fields.text, words, longest=SCENARIO[key].longest)
    return block


def _check_name(name: Node) -> None:
    if not isinstance(name.value, str) or not _NAME.fullmatch(name.value):
        raise name.error(f"{name.kind()} is not a name", allowed=A_NAME)
    if name.file is not None and name.value != name.file.stem:
        raise name.error(f"'{name.value}' is not the name of the file", allowed=f"'{name.file.stem}'")


def _named_otherwise(file: Path, name: Node) -> InputError:
    """The refusal of a file whose own name is not one that a scenario can have, with what it may be renamed to."""
    near = nearest_form(file.stem)
    return name.error(
        f"the file's own name, '{file.stem}', is not one that a scenario can have",
        key=None if name.path else "name",
        allowed=f"{A_NAME}; rename the file, for example to {near}{file.suffix}, with 'name: {near}' in it",
    )


def nearest_form(stem: str) -> str:
    """The name nearest to what a file is called: its accents taken off, small letters, _ for all that is no letter."""
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    named = words if words[:1].isalpha() else f"scenario_{words}".strip("_")
    return named[:LONGEST_NAME].rstrip("_")


def _extended(step: Node, seen: list[Path], mistakes: Mistakes, *, is_last: bool) -> Node:
    """The top of what a scenario extends; its file is added to those seen."""
    if isinstance(step.value, dict) and step.file is None:
        path = None
    else:
        path = _extended_file(step)
        if path.resolve() in seen:
            raise step.error(
                f"'{step.value}' leads back to a file already read", allowed="files that do not extend each other"
            )
    if is_last:
        raise step.error("the chain of files is too long", allowed=f"at most {MAX_CHAIN} files")
    if path is None:
        return step
    seen.append(path.resolve())
    return read_yaml(path, mistakes)


def _extended_file(step: Node) -> Path:
    if not isinstance(step.value, str) or not step.value.strip():
        raise step.error(f"{step.kind()} is not a file name", allowed=A_FILE)
    named = step.value.strip()
    if is_shipped_name(named) and _NAME.fullmatch(named):
        if named not in shipped_files():
            unknown = not_shipped(named)
            raise step.error(unknown.problem, allowed=unknown.allowed, nearest=unknown.nearest)
        return scenario_path(named)
    if step.file is None:
        return _beside_nothing(step, named)
    inside = scenarios_folder(step.file)
    if Path(named).is_absolute() or "\\" in named or "\0" in named:
        raise step.error(f"'{named}' is not a relative path", allowed="a path from this file, with /")
    if not named.endswith((".yaml", ".yml")):
        raise step.error(f"'{named}' is not a YAML file", allowed="a name that ends in .yaml")
    path = step.file.parent / named
    try:
        wrong = what_stands_there(path)
        if wrong:
            raise step.error(f"'{named}' {wrong}", allowed=A_FILE)
        is_inside = path.resolve().is_relative_to(inside)
        exists = path.is_file()
    except (OSError, ValueError, RuntimeError):
        raise step.error(f"'{named}' cannot be followed", allowed=A_FILE) from None
    if not is_inside:
        near_shipped = path.stem if path.stem in shipped_files() else None
        problem, allowed = (
            f"'{named}' lies outside the folder of scenarios",
            f"files in '{inside.name}', or a shipped name",
        )
        raise step.error(problem, allowed=allowed, nearest=near_shipped)
    if not exists and (shipped := _shipped_file(named)) is not None:
        return shipped
    if not exists:
        near = nearest_sibling(path)
        shipped_name = nearest_name(path.stem, shipped_files())
        nearest = shipped_name if near is None else (Path(named).parent / near).as_posix()
        raise step.error(f"there is no file '{named}'", allowed=A_FILE, nearest=nearest)
    return path


def _beside_nothing(step: Node, named: str) -> Path:
    """The file that a scenario given as a mapping extends: a path from the working folder."""
    try:
        is_there = Path(named).is_file()
    except (OSError, ValueError):
        is_there = False
    shipped = None if is_there else _shipped_file(named)
    if not is_there and shipped is None:
        raise step.error(f"there is no file '{named}'", allowed=PATH_OR_NAME.format(example="baseline"))
    return Path(named) if shipped is None else shipped


def _shipped_file(named: str) -> Path | None:
    """The shipped scenario whose file has this name, 'baseline.yaml', where no file beside the own one has it."""
    return shipped_files().get(named.removesuffix(".yaml")) if "/" not in named else None


def scenarios_folder(file: Path) -> Path:
    """The folder that bounds what a scenario may extend: the nearest one above it called 'scenarios', else its own."""
    folder = file.resolve().parent
    for candidate in (folder, *folder.parents):
        if candidate.name == "scenarios":
            return candidate
    return folder
