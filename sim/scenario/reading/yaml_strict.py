"""Reads one YAML file into a tree that knows the line of every key and value, and refuses what YAML would guess.

Plain words stay words (`no`, `on`, `yes`); only `true` and `false` are booleans; only `null`, `~` or nothing is empty.
Numbers may be written 500000, 500_000, 1e3 or 1e-3 (YAML 1.1 reads 1e3 as text); 012 and 1:30 stay text, so that a
reader who wants a number can say what is wrong. Dates are ISO days (2025-04-01). Refused: tabs, duplicate keys,
keys that are not words, anchors, aliases, merge keys, tags, several documents, not-a-number, infinity, deep nesting.
Every refusal is an InputError with file and line.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from sim.core.errors import InputError
from sim.core.files import read_text
from sim.core.grammar import counted
from sim.core.printable import escaped
from sim.scenario.shipped import nearest_file

MAX_BYTES = 200_000
MAX_DEPTH = 12
MAX_DIGITS = 40
MAX_MESSAGE = 300

Scalar = str | int | float | bool | date | None

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*(_[0-9]+)*)")
_DECIMAL = re.compile(
    r"[-+]?(?:(?:0|[1-9][0-9]*(?:_[0-9]+)*)\.[0-9]*|\.[0-9]+|(?:0|[1-9][0-9]*(?:_[0-9]+)*))(?:[eE][-+]?[0-9]+)?"
)
_NOT_FINITE = re.compile(r"[-+]?(?:\.?inf(?:inity)?|\.?nan)", re.IGNORECASE)
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_NULL = ("", "~", "null")


def printable(words: str) -> str:
    """The words on one line of at most MAX_MESSAGE characters, what does not print as its escape."""
    shown = escaped(" ".join(words.split()))
    return shown if len(shown) <= MAX_MESSAGE else shown[: MAX_MESSAGE - 3] + "..."


@dataclass(frozen=True)
class Node:
    """One value of a YAML file with the file and line on which it stands; neither is there in a mapping.

    value: a scalar, a dict of name to Node, or a list of Node.
    key_lines: for a dict, the line of each key. path: the keys that lead here, joined with dots ('' at the top).
    """

    value: Scalar | dict[str, Node] | list[Node]
    file: Path | None
    line: int | None
    path: str = ""
    key_lines: dict[str, int] = field(default_factory=dict)

    def error(
        self,
        problem: str,
        *,
        key: str | None = None,
        line: int | None = None,
        allowed: str | None = None,
        nearest: str | None = None,
    ) -> InputError:
        """The InputError that names this node's file, line and key (or those given)."""
        where = printable(".".join(part for part in (self.path, key) if part))
        return InputError(
            printable(problem),
            file=self.file,
            line=line or self.line,
            key=where or None,
            allowed=allowed,
            nearest=nearest,
        )

    def plain(self) -> Any:
        """What a JSON file of the same content would hold: a date is its text."""
        if isinstance(self.value, dict):
            return {key: inner.plain() for key, inner in self.value.items()}
        if isinstance(self.value, list):
            return [item.plain() for item in self.value]
        return self.value.isoformat() if isinstance(self.value, date) else self.value

    def kind(self) -> str:
        """What stands here, in words a reader of the file would use."""
        if isinstance(self.value, dict):
            return "a block of keys"
        if isinstance(self.value, list):
            return "a list"
        if self.value is None:
            return "nothing"
        if isinstance(self.value, bool):
            return f"'{str(self.value).lower()}'"
        text = f"{self.value:.12g}" if isinstance(self.value, float) else str(self.value)
        return printable(f"'{text if len(text) <= 60 else text[:57] + '...'}'")


def read_yaml(path: str | Path) -> Node:
    """The tree of one YAML file; anything unreadable or ambiguous is an InputError naming file and line."""
    file = Path(path)
    text = read_text(file, at_most=MAX_BYTES, what="a YAML file", nearest=nearest_file)
    if "\t" in text:
        line = text[: text.index("\t")].count("\n") + 1
        raise InputError("holds a tab", file=file, line=line, allowed="spaces only")
    return parse_yaml(text, file)


def parse_yaml(text: str, file: Path) -> Node:
    """The tree of a text in YAML. file: where it stands, for messages."""
    return _build(file, _compose(file, text), "")


def _refusal(file: Path, line: int | None, problem: str, *, allowed: str | None = None, path: str = "") -> InputError:
    return InputError(printable(problem), file=file, line=line, key=printable(path) or None, allowed=allowed)


class _Composer(yaml.SafeLoader):
    """Composes nodes only: no values are constructed, and nothing that refers elsewhere in the file is accepted."""

    file: Path
    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """PyYAML's own composing of one node, after anchors, aliases, tags and deep nesting are refused."""
        peek: Callable[[], Any] = self.peek_event
        event = peek()
        line = int(event.start_mark.line) + 1
        if isinstance(event, yaml.AliasEvent):
            raise _refusal(self.file, line, f"refers back with '*{event.anchor}'", allowed="plain values")
        if event.anchor is not None:
            raise _refusal(self.file, line, f"holds the anchor '&{event.anchor}'", allowed="plain values")
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            raise _refusal(self.file, line, f"holds the tag '{tag}'", allowed="plain values")
        if self.depth >= MAX_DEPTH:
            raise _refusal(self.file, line, "is nested too deeply", allowed=f"at most {MAX_DEPTH} levels")
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


def _compose(file: Path, text: str) -> yaml.Node:
    try:
        loader = _Composer(text)
        loader.file = file
        try:
            root = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        line = None if mark is None else mark.line + 1
        if problem.context == "expected a single document in the stream":
            raise _refusal(file, line, "holds more than one document", allowed="one, without a second '---'") from None
        words = " ".join(part for part in (problem.context, problem.problem) if part)
        raise _refusal(file, line, f"is not valid YAML ({words})") from None
    except yaml.reader.ReaderError as problem:
        line = text[: problem.position].count("\n") + 1
        raise _refusal(file, line, "holds a character that YAML does not allow") from None
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError, IndexError) as problem:
        raise InputError(f"is not valid YAML ({problem})", file=file) from None
    if root is None:
        raise InputError("is empty", file=file, allowed="a scenario: name, title, description, levers")
    return root


def _build(file: Path, node: yaml.Node, path: str) -> Node:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _build_mapping(file, node, path, line)
    if isinstance(node, yaml.SequenceNode):
        return Node([_build(file, item, f"{path}[{n + 1}]") for n, item in enumerate(node.value)], file, line, path)
    return Node(_scalar(file, node, path, line), file, line, path)


def _build_mapping(file: Path, node: yaml.MappingNode, path: str, line: int) -> Node:
    values: dict[str, Node] = {}
    lines: dict[str, int] = {}
    for key_node, value_node in node.value:
        key_line = key_node.start_mark.line + 1
        key = _key(file, key_node, path, key_line)
        if key in values:
            problem = f"the key '{key}' stands twice (first on line {lines[key]})"
            raise _refusal(file, key_line, problem, allowed="each key once", path=path)
        inner = f"{path}.{key}" if path else key
        values[key] = _build(file, value_node, inner)
        lines[key] = key_line
    return Node(values, file, line, path, lines)


def _key(file: Path, node: yaml.Node, path: str, line: int) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise _refusal(file, line, "a key is not a word", allowed="a word before ':'", path=path)
    if node.value == "<<":
        raise _refusal(file, line, "holds a merge key '<<'", allowed="plain keys", path=path)
    key = _scalar(file, node, path, line)
    if not isinstance(key, str) or not key.strip():
        shown = "an empty key" if key is None or key == "" else f"the key '{node.value}' is not a word"
        raise _refusal(file, line, shown, allowed="a word before ':'", path=path)
    return key


def _scalar(file: Path, node: yaml.Node, path: str, line: int) -> Scalar:
    text = str(node.value)
    if not isinstance(node, yaml.ScalarNode) or node.style is not None:
        return text
    if text in _NULL:
        return None
    if text in ("true", "false"):
        return text == "true"
    if _NOT_FINITE.fullmatch(text):
        raise _refusal(file, line, f"'{text}' is not a finite number", path=path)
    if _INTEGER.fullmatch(text) or _DECIMAL.fullmatch(text):
        return _number(file, text, path, line)
    day = _DATE.fullmatch(text)
    if day:
        try:
            return date(int(day[1]), int(day[2]), int(day[3]))
        except ValueError:
            raise _refusal(file, line, f"'{text}' is not a day of the calendar", path=path) from None
    return text


def _number(file: Path, text: str, path: str, line: int) -> int | float:
    if len(text) > MAX_DIGITS:
        problem = f"a number of {counted(len(text), 'character')}"
        raise _refusal(file, line, problem, allowed=f"at most {MAX_DIGITS} characters", path=path)
    plain = text.replace("_", "")
    if _INTEGER.fullmatch(text):
        return int(plain)
    value = float(plain)
    if value in (float("inf"), float("-inf")):
        raise _refusal(file, line, f"'{text}' is too large a number", path=path)
    return value
