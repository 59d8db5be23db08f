"""Reads one YAML file into a tree that knows the line of every key and value, and refuses what YAML would guess.

Plain words stay words (`no`, `on`, `yes`); only `true` and `false` are booleans; only `null`, `~` or nothing is empty.
Numbers may be written 500000, 500_000, 1e3 or 1e-3 (YAML 1.1 reads 1e3 as text); 012 and 1:30 stay text, so that a
reader who wants a number can say what is wrong. Dates are ISO days (2025-04-01). Refused: tabs, duplicate keys,
keys that are not words, anchors, aliases, merge keys, tags, several documents, not-a-number, infinity, deep nesting.
Every refusal is an InputError with file and line. One reading tells them all, but for those after which nobody can say
what the rest means: what is not YAML, a tab that indents, nesting without end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from sim.core.errors import InputError
from sim.core.files import read_text
from sim.core.grammar import counted, noun_for
from sim.core.mistakes import Mistakes, TooMany
from sim.core.printable import escaped, written
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
FINITE = "a finite number in plain figures, for example {example}"
EXAMPLES = {"percent_of_today": "-10"}  # by the key; of others that of money
A_DAY = "a day that there is, as year-month-day, for example 2025-04-01"
NOT_FINITE = re.compile(r"[-+]?\.?(?:inf(?:inity)?|nan)", re.IGNORECASE)  # of which .inf and .nan are YAML's numbers
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_NULL = ("", "~", "null")
MERGE = "<<"


def printable(words: str) -> str:
    """The words on one line of at most MAX_MESSAGE characters, what does not print as its escape."""
    shown = escaped(" ".join(words.split()))
    return shown if len(shown) <= MAX_MESSAGE else shown[: MAX_MESSAGE - 3] + "..."


@dataclass(frozen=True)
class Node:
    """One value of a YAML file with the file and line on which it stands; neither is there in a mapping.

    value: a scalar, a dict of name to Node, or a list of Node.
    key_lines: for a dict, the line of each key. path: the keys that lead here, joined with dots ('' at the top).
    refused: keys of a dict that are told as wrong already: without a value where it cannot be read, with the first of
    their values where they stand twice. MERGE among them: a key that
    cannot be read, and which may stand for any.
    """

    value: Scalar | dict[str, Node] | list[Node]
    file: Path | None
    line: int | None
    path: str = ""
    key_lines: dict[str, int] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()

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
        text = str(self.value) if isinstance(self.value, str | date) else written(self.value)
        text = f"{self.value:.12g}" if isinstance(self.value, float) else text
        return printable(f"'{text if len(text) <= 60 else text[:57] + '...'}'")


def read_yaml(path: str | Path, mistakes: Mistakes | None = None) -> Node:
    """The tree of one YAML file; anything unreadable or ambiguous is an InputError naming file and line.

    mistakes: where what is wrong is collected as long as the rest can be read; without it all is raised together.
    """
    file = Path(path)
    text = read_text(file, at_most=MAX_BYTES, what="a YAML file", nearest=nearest_file)
    if mistakes is not None:
        return _tree(text, file, mistakes)
    own, tree = Mistakes(file), None
    with suppress(TooMany):
        tree = own.read(_tree, text, file, own)
    own.raise_all()
    assert tree is not None
    return tree


def parse_yaml(text: str, file: Path) -> Node:
    """The tree of a text in YAML that is right. file: where it stands, for messages."""
    mistakes = Mistakes(file)
    tree = _tree(text, file, mistakes)
    mistakes.raise_all()
    return tree


def _tree(text: str, file: Path, mistakes: Mistakes) -> Node:
    if "\t" in text:
        tabs = _tabs(text, file)
        if any(_is_indented_by_a_tab(line) for line in text.splitlines()):
            raise tabs
        mistakes.add(tabs)
        text = text.replace("\t", " ")
    refusals: dict[int, InputError] = {}
    root = _compose(file, text, refusals)
    return _Builder(file, mistakes, refusals).build(root, "")


def _tabs(text: str, file: Path) -> InputError:
    lines = [number for number, line in enumerate(text.split("\n"), 1) if "\t" in line]
    others = len(lines) - 1
    more = f", and so {noun_for(others, 'does', 'do')} {counted(others, 'other line')}" if others else ""
    return InputError(f"holds a tab{more}", file=file, line=lines[0], allowed="spaces only")


def _is_indented_by_a_tab(line: str) -> bool:
    """Whether a tab stands where blanks say to which block the line belongs; a line without words belongs to none."""
    words = line.lstrip()
    return bool(words) and not words.startswith("#") and "\t" in line[: len(line) - len(words)]


def _refusal(file: Path, line: int | None, problem: str, *, allowed: str | None = None, path: str = "") -> InputError:
    return InputError(printable(problem), file=file, line=line, key=printable(path) or None, allowed=allowed)


class _Composer(yaml.SafeLoader):
    """Composes nodes only: no values are constructed. What refers elsewhere in the file is refused.

    refusals: by the identity of a node, why it is refused.
    """

    file: Path
    refusals: dict[int, InputError]
    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """PyYAML's own composing of one node, which sees no anchor, alias or tag; deep nesting ends it."""
        peek: Callable[[], Any] = self.peek_event
        event = peek()
        line = int(event.start_mark.line) + 1
        if isinstance(event, yaml.AliasEvent):
            take: Callable[[], Any] = self.get_event
            take()
            mark: Any = event.start_mark
            alias = yaml.ScalarNode("", "", mark, mark)
            return self._refused(alias, line, f"refers back with '*{event.anchor}'")
        if self.depth >= MAX_DEPTH:
            raise _refusal(self.file, line, "is nested too deeply", allowed=f"at most {MAX_DEPTH} levels")
        anchor, tag = event.anchor, event.tag
        event.anchor = event.tag = None
        self.depth += 1
        try:
            node = super().compose_node(parent, index)
        finally:
            self.depth -= 1
        if anchor is not None:
            return self._refused(node, line, f"holds the anchor '&{anchor}'")
        if tag is not None:  # what stands under it is no plain value, whatever it looks like
            mark = event.start_mark
            tagged = yaml.ScalarNode("", "", mark, mark)
            return self._refused(tagged, line, f"holds the tag '{tag.replace('tag:yaml.org,2002:', '!!')}'")
        return node

    def _refused(self, node: yaml.Node | None, line: int, problem: str) -> yaml.Node | None:
        self.refusals[id(node)] = _refusal(self.file, line, problem, allowed="plain values")
        return node


def _compose(file: Path, text: str, refusals: dict[int, InputError]) -> yaml.Node:
    try:
        composer = _Composer(text)
        composer.file, composer.refusals = file, refusals
        try:
            root = composer.get_single_node()
        finally:
            composer.dispose()
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


class _Builder:
    """Makes the tree of a file of its YAML nodes; a value that is refused is collected and left out."""

    def __init__(self, file: Path, mistakes: Mistakes, refusals: Mapping[int, InputError]) -> None:
        self._file = file
        self._mistakes = mistakes
        self._refusals = refusals

    def build(self, node: yaml.Node, path: str) -> Node:
        """One value with all that stands in it. Raises InputError for a single value that cannot be read."""
        line = node.start_mark.line + 1
        refusal = self._refusals.get(id(node))
        if refusal is not None and isinstance(node, yaml.ScalarNode):
            raise refusal
        if refusal is not None:
            self._mistakes.add(refusal)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path, line)
        if isinstance(node, yaml.SequenceNode):
            items = [self._mistakes.read(self.build, item, f"{path}[{n + 1}]") for n, item in enumerate(node.value)]
            return Node([item for item in items if item is not None], self._file, line, path)
        return Node(_scalar(self._file, node, path, line), self._file, line, path)

    def _mapping(self, node: yaml.MappingNode, path: str, line: int) -> Node:
        values: dict[str, Node] = {}
        lines: dict[str, int] = {}
        refused: set[str] = set()
        for key_node, value_node in node.value:
            key = self._mistakes.read(self._key, key_node, value_node, path)
            if key is None:
                refused.add(MERGE)
                continue
            key_line = key_node.start_mark.line + 1
            if key in lines:
                problem = f"the key '{key}' stands twice (first on line {lines[key]})"
                self._mistakes.add(_refusal(self._file, key_line, problem, allowed="each key once", path=path))
                refused.add(key)
            lines.setdefault(key, key_line)
            value = self._mistakes.read(self.build, value_node, f"{path}.{key}" if path else key)
            if value is None or (value.value == [] and value_node.value):  # no item of the list could be read
                refused.add(key)
            else:
                values.setdefault(key, value)
        return Node(values, self._file, line, path, lines, frozenset(refused))

    def _key(self, node: yaml.Node, value: yaml.Node, path: str) -> str:
        line = node.start_mark.line + 1
        if id(node) in self._refusals:
            raise self._refusals[id(node)]
        if not isinstance(node, yaml.ScalarNode):
            raise _refusal(self._file, line, "a key is not a word", allowed="a word before ':'", path=path)
        if node.value == MERGE:
            problem = f"holds a merge key '{MERGE}'"
            raise self._refusals.get(id(value)) or _refusal(self._file, line, problem, allowed="plain keys", path=path)
        key = _scalar(self._file, node, path, line)
        if not isinstance(key, str) or not key.strip():
            shown = "an empty key" if key is None or key == "" else f"the key '{node.value}' is not a word"
            raise _refusal(self._file, line, shown, allowed="a word before ':'", path=path)
        return key


def _scalar(file: Path, node: yaml.Node, path: str, line: int) -> Scalar:
    text = str(node.value)
    if not isinstance(node, yaml.ScalarNode) or node.style is not None:
        return text
    if text in _NULL:
        return None
    if text in ("true", "false"):
        return text == "true"
    if "." in text and NOT_FINITE.fullmatch(text):
        raise _refusal(file, line, f"'{text}' is not a finite number", allowed=finite_number(path), path=path)
    if _INTEGER.fullmatch(text) or _DECIMAL.fullmatch(text):
        return _number(file, text, path, line)
    day = _DATE.fullmatch(text)
    if day:
        try:
            return date(int(day[1]), int(day[2]), int(day[3]))
        except ValueError:
            problem = f"'{text}' is not a day of the calendar"
            raise _refusal(file, line, problem, allowed=A_DAY, path=path) from None
    return text


def finite_number(path: str) -> str:
    """What may stand at a key in place of a number without end, with an example of it."""
    return FINITE.format(example=EXAMPLES.get(path.rpartition(".")[2], "500_000"))


def _number(file: Path, text: str, path: str, line: int) -> int | float:
    if len(text) > MAX_DIGITS:
        problem = f"a number of {counted(len(text), 'character')}"
        raise _refusal(file, line, problem, allowed=f"at most {MAX_DIGITS} characters", path=path)
    plain = text.replace("_", "")
    if _INTEGER.fullmatch(text):
        return int(plain)
    value = float(plain)
    if value in (float("inf"), float("-inf")):
        raise _refusal(file, line, f"'{text}' is too large a number", allowed=finite_number(path), path=path)
    return value
