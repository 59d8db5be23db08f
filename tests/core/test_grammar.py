"""Grammar of counts, and that nobody makes it by hand."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.core.grammar import a, counted, listed, noun_for

SIM = Path(__file__).parents[2] / "sim"
NOUNS = (
    "base samples", "blocks", "cells", "characters", "days", "differences", "draws", "figures", "files", "inputs",
    "levers", "links", "minutes", "mistakes", "months", "nights", "outcomes", "parameters", "people", "places",
    "points", "prisons", "purchases", "replicates", "rides", "rows", "runs", "samples", "scenarios", "threads",
    "workers",
)  # fmt: skip
BY_HAND = re.compile(rf" (?:more |other |whole )?(?:{'|'.join(NOUNS)})\b")
# Words of the rooms that draw: their sentences hold numbers of another kind beside those of counts.
OTHERS = ("presentation/charts", "presentation/sensitivity/charts")


def counts_by_hand(source: str) -> Iterator[str]:
    """Whole numbers in f-strings before a noun for several, which would read '1 runs'."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.JoinedStr):
            continue
        for number, after in zip(node.values, node.values[1:], strict=False):
            if not isinstance(number, ast.FormattedValue) or not isinstance(after, ast.Constant):
                continue
            told = ast.unparse(number.value)
            form = ast.unparse(number.format_spec)[2:-1] if number.format_spec else ""
            is_count = form == "," or (not form and re.match(r"len\(|int\(|\w+\.(size|months|points|runs)\b", told))
            if is_count and not told.isupper() and BY_HAND.match(str(after.value)):
                yield f"{node.lineno}: {{{told}}}{str(after.value)[:20]}"


def test_every_count_is_told_by_the_helper() -> None:
    found = [
        f"{path.relative_to(SIM)}:{line}"
        for path in sorted(SIM.rglob("*.py"))
        if not path.relative_to(SIM).as_posix().startswith(OTHERS)
        for line in counts_by_hand(path.read_text(encoding="utf-8"))
    ]
    assert not found, "say it with sim.core.grammar:\n" + "\n".join(found)


@pytest.mark.parametrize("source", ["f'{len(x)} runs'", "f'on {n:,} threads'", "f'these {len(a.b)} mistakes: more'"])
def test_a_count_by_hand_is_found(source: str) -> None:
    assert list(counts_by_hand(source))


@pytest.mark.parametrize(("number", "said"), [(0, "0 runs"), (1, "1 run"), (2, "2 runs"), (1200, "1,200 runs")])
def test_a_number_has_its_noun(number: int, said: str) -> None:
    assert counted(number, "run") == said


def test_words_that_go_with_a_number() -> None:
    assert counted(1, "person", "people") == "1 person"
    assert counted(2200, "person", "people") == "2,200 people"
    assert (noun_for(1, "is", "are"), noun_for(2, "is", "are")) == ("is", "are")
    assert [listed(items) for items in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]


ARTICLE_BY_HAND = re.compile(r"\b[Aa]n? $")


def articles_by_hand(source: str) -> Iterator[str]:
    """Words in f-strings behind an article that is written out, which would read 'a event'."""
    for node in ast.walk(ast.parse(source)):
        for before, noun in zip(node.values, node.values[1:], strict=False) if isinstance(node, ast.JoinedStr) else ():
            is_pair = isinstance(before, ast.Constant) and isinstance(noun, ast.FormattedValue)
            if is_pair and ARTICLE_BY_HAND.search(str(before.value)):
                yield f"{node.lineno}: {str(before.value)[-20:]}{{{ast.unparse(noun.value)}}}"


def test_every_article_is_told_by_the_helper() -> None:
    found = [
        f"{path.relative_to(SIM)}:{line}"
        for path in sorted(SIM.rglob("*.py"))
        for line in articles_by_hand(path.read_text(encoding="utf-8"))
    ]
    assert not found, "say it with sim.core.grammar.a:\n" + "\n".join(found)


@pytest.mark.parametrize("source", ["f'is not a {what}'", "f'An {x} band'"])
def test_an_article_by_hand_is_found(source: str) -> None:
    assert list(articles_by_hand(source))
    assert not list(articles_by_hand("f'{what} and {other}, extra {more}'"))


@pytest.mark.parametrize(
    "said",
    ["a row", "an event", "an odds ratio", "a unit", "a utility", "an urban place", "an hour", "an 80% band",
     "a 95% band",     "an 11%", "an 18% band", "a 180% band", "a use", "an amount", "an unknown", "a one-way"],
)  # fmt: skip
def test_a_noun_has_its_article(said: str) -> None:
    assert a(said.partition(" ")[2]) == said
