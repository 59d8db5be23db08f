"""People come first in every word that is printed, named or drawn.

Reads every text file of the repository but the tests, and every file name. A name in code is read as its words, so
that `target_group` and "target group" are one. Addresses, link texts, quotations and the table columns that hold
titles and names stay as their owners wrote them.
"""

from __future__ import annotations

import csv
import io
import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from house_tree import ROOT, house_files, shown, text_of

# Words that are not used of people, with what is said instead. A blank is any gap between two words.
BANNED: tuple[tuple[str, str, str], ...] = (
    ("offender", r"(?:re ?|ex )?offenders?", "person in prison, on licence, or who reoffended"),
    ("offending", r"(?<!re )offending", "proven reoffending (the official term)"),
    ("addict", r"addicts?|addicted", "person with a drug or alcohol need"),
    ("addiction", r"addictions?(?! (?:services?|medicine|psychiatry|research)\b)", "drug or alcohol need"),
    ("junkie", r"junk(?:ies?|y)|druggies?", "person who uses drugs"),
    ("alcoholic", r"alcoholics|(?:an|recovering|former|ex) alcoholic", "person with an alcohol need"),
    (
        "drug user",
        r"(?:drugs?|substances?|services?|opioids?|opiates?|heroin|crack|cocaine|stimulants?|alcohol|injecting) users?",
        "person who uses drugs, person who uses the service",
    ),
    ("abuser", r"abusers?", "person who uses drugs"),
    ("clean", r"cleans?|cleaned|cleaning", "not using, abstinent"),
    ("prisoner", r"(?:ex )?prisoners?", "person in prison"),
    ("inmate", r"inmates?", "person in prison"),
    ("ex-con", r"ex ?(?:cons?|convicts?)|convicts|felons?", "person released from prison"),
    ("criminal (of a person)", r"criminals", "person convicted"),
    ("criminal (of a person)", r"(?:a|the|ex|former|career|prolific|known) criminal", "person convicted"),
    ("the homeless", r"the homeless", "people without a home"),
    ("rough sleeper", r"rough sleepers?", "person sleeping rough"),
    ("hard to reach", r"hard to reach|hardest to reach", "people whom services do not reach"),
    ("target group", r"target groups?", "people eligible"),
    ("front line", r"front ?lines?", "practitioners, those who meet people"),
    ("task force", r"task ?forces?", "team"),
    ("entrenched", r"entrenched", "long-standing, sleeping rough for long"),
    ("knotted needs", r"knotted(?: \w+)? needs?", "multiple disadvantage"),
    (
        "war, fight",
        r"war on|(?:fight|fights|fighting|battle|battles|battling) (?:against|drugs|addiction|crime)",
        "reduce",
    ),
)

# 'clean' is banned of people only: with one of these words within so many words before or after it in a sentence.
OF_PEOPLE = re.compile(r"(?i)\b(?:people|persons?|drugs?|women|woman|men|man|patients?|clients?)\b")
CLEAN_REACH = 4
PICTURE = re.compile(r"base64,[A-Za-z0-9+/=]+")  # the bytes of a picture, which are no words
# An adjective use, as in 'criminal justice' or 'the homeless pathway', says nothing of a person's nature.
ADJECTIVE_BEFORE = {
    "criminal (of a person)": r"(?: (?:justice|records?|law|courts?|convictions?|offences?|cases?|charges?|codes?))\b",
    "the homeless": (
        r"(?: (?:person|people|households?|services?|pathways?|reduction|prevention|shares?|(?:first )?nights?))\b"
    ),
}
# 'abuse' is the right word for violence and the wrong one for drinking or using.
ABUSE = re.compile(r"(?i)\babuse(?:d|s)?\b")
ABUSE_REACH = 3
OF_SUBSTANCES = re.compile(r"(?i)\b(?:substances?|drugs?|alcohol|opioids?|opiates?|heroin|crack|cocaine|solvents?)\b")
OF_VIOLENCE = re.compile(
    r"(?i)\b(?:child|children|childhood|domestic|sexual|sexually|physical|physically|emotional|emotionally|"
    r"psychological|psychologically|partners?)\b"
)
# Proper names of programmes, statistics and places, which are what they are called.
PROPER_NAMES = re.compile(
    r"(?i)young offender institutions?|integrated offender management|offender management (?:statistics|units?)|"
    r"offender personality disorder pathways?|offender equalities|accommodation for ex-offenders|"
    r"alcoholics anonymous|rough sleepers? initiative"
)
# Table columns that hold titles, names, addresses and keys: of every table, and of the tables about places.
COLUMNS_AS_FOUND = {"source", "sources", "url", "provider", "address", "id", "ids", "evidence_ids"}
COLUMNS_OF_PLACES_AS_FOUND = {"name"}

NOT_READ = {"LICENSE"}
GAP = re.compile(r"([_\-–'\"#*`\s\\]+)")
BLANK_LINE = re.compile(r"\n[ \t#*\"']*\n")
HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
COMPILED = tuple((term, re.compile(rf"(?i)\b(?:{banned})\b"), instead) for term, banned, instead in BANNED)
ADDRESS = re.compile(r"(?:https?://|www\.)[^\s\"'<>)\]]+")
LINK_TEXT = re.compile(r"\[[^\]\n]*\]\([^)\s]*\)")
QUOTATION = re.compile(r"(?m)^\s*>.*$")
A_WORD = re.compile(r"[A-Za-z]{3}")
OUTLINE = re.compile(r' d="[^"]*"')  # of a letter or a line in a chart


def blanked(pattern: re.Pattern[str], text: str) -> str:
    """The text with every match turned to full stops, so that words beside it do not join across it."""
    return pattern.sub(lambda found: re.sub(r"[^\n]", ".", found.group()), text)


def as_words(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text with names in code and lines joined into the words of a sentence, single blanks between.

    Underscores, hyphens, quotation and comment marks, line ends and the humps of camelCase become blanks; a blank line
    becomes a full stop. With it, where in the result each stretch begins and on which line of the text that was.
    """
    pieces: list[str] = []
    starts: list[tuple[int, int]] = []
    length, line = 0, 1
    for part in GAP.split(text):
        if GAP.match(part):
            joined = "." if BLANK_LINE.search(part) else " "
        else:
            joined = HUMP.sub(" ", part)
            starts.append((length, line))
        line += part.count("\n")
        length += len(joined)
        pieces.append(joined)
    return "".join(pieces), starts


def reach(words: str, start: int, end: int, n_words: int) -> str:
    """Up to n words on each side of a place, within its sentence."""
    before = re.split(r"[.;:!?()\[\]{}]", words[max(0, start - 120) : start])[-1].split()[-n_words:]
    after = re.split(r"[.;:!?()\[\]{}]", words[end : end + 120])[0].split()[:n_words]
    return " ".join([*before, "|", *after])


def said_of_people(term: str, words: str, start: int, end: int) -> bool:
    """Whether a banned word stands in its banned sense."""
    if term == "clean":
        return OF_PEOPLE.search(reach(words, start, end, CLEAN_REACH)) is not None
    if term == "addiction":
        return words[start:end] != "Addiction"  # the journal, which alone is written with a capital
    adjective = ADJECTIVE_BEFORE.get(term)
    return adjective is None or re.match(adjective, words[end:]) is None


def wording_problems(text: str) -> Iterator[tuple[int, str]]:
    """Line and reason of every banned word in a text."""
    words, starts = as_words(blanked(PROPER_NAMES, blanked(ADDRESS, text)))
    found = [
        (match, f"'{match.group()}' ({term}); say: {instead}")
        for term, pattern, instead in COMPILED
        for match in pattern.finditer(words)
        if said_of_people(term, words, match.start(), match.end())
    ]
    for match in ABUSE.finditer(words):
        nearby = reach(words, match.start(), match.end(), ABUSE_REACH)
        if OF_SUBSTANCES.search(nearby) and not OF_VIOLENCE.search(nearby):
            found.append((match, f"'{match.group()}' of a substance; say: use"))
    for match, why in found:
        yield starts[bisect_right(starts, (match.start(), len(text))) - 1][1], why


@cache
def cell_problems(cell: str) -> tuple[str, ...]:
    """Reason of every banned word in a cell; most cells of a large table hold a number, or what others hold."""
    return tuple(why for _, why in wording_problems(cell)) if A_WORD.search(cell) else ()


def table_problems(path: Path, text: str) -> Iterator[tuple[int, str]]:
    """Banned words in a table: its column names and every cell of a column that holds our own words."""
    as_found = COLUMNS_AS_FOUND | (COLUMNS_OF_PLACES_AS_FOUND if "area" in path.parts else set())
    rows = csv.reader(io.StringIO(text))
    header = next(rows, [])
    for _, why in wording_problems(" . ".join(header)):
        yield 1, why
    for row in rows:
        for column, cell in zip(header, row, strict=False):
            if column not in as_found:
                for why in cell_problems(cell):
                    yield rows.line_num, f"{column}: {why}"


def notebook_problems(text: str) -> Iterator[tuple[int, str]]:
    """Banned words in a notebook's cells and printed results, with the number of the cell."""
    for number, cell in enumerate(json.loads(text)["cells"], start=1):
        parts = ["".join(cell["source"])]
        for output in cell.get("outputs", []):
            parts.append("".join(output.get("text", [])))
            data = output.get("data", {})
            parts += ["".join(data[kind]) for kind in ("text/plain", "text/html", "text/markdown") if kind in data]
        for part in parts:
            for _, why in wording_problems(PICTURE.sub("", part)):
                yield number, f"(cell) {why}"


def problems_in(path: Path) -> list[str]:
    """Everything wrong with the words of one file, its name included."""
    found = [f"{shown(path)}: in the name: {why}" for _, why in wording_problems(shown(path).replace("/", " . "))]
    is_read = path.name not in NOT_READ and not path.is_relative_to(ROOT / "tests")
    text = text_of(path) if is_read else None
    if text is None:
        return found
    if path.suffix == ".csv":
        listed = table_problems(path, text)
    elif path.suffix == ".ipynb":
        listed = notebook_problems(text)
    elif path.suffix == ".md":
        listed = wording_problems(blanked(QUOTATION, blanked(LINK_TEXT, text)))
    elif path.suffix == ".svg":
        listed = wording_problems(OUTLINE.sub(lambda found: "." + "\n" * found.group().count("\n"), text))
    else:
        listed = wording_problems(text)
    return found + [f"{shown(path)}:{line}: {why}" for line, why in sorted(listed)]


def test_every_word_puts_people_first() -> None:
    files = house_files()
    assert len(files) > 10, "the repository's files were not found"
    problems = [problem for path in files for problem in problems_in(path)]
    assert not problems, "\n" + "\n".join(problems)


@pytest.mark.parametrize(
    "text",
    [
        "women offenders on licence",
        "an ex-offender",
        "n_offenders = 3",
        "class OffenderCohort:",
        "an index of offending",
        "addicts who relapse",
        "people with an addiction",
        "a person who is clean",
        "people who stayed\n# clean for a month",
        "drug users",
        "# a service\n# user",
        "service_users",
        "substance abuse treatment",
        "abuse of alcohol",
        "drug abuser",
        "inmates",
        "PRISONERS",
        "prisoner's",
        "a criminal",
        "known criminals",
        "services for the homeless.",
        "hard-to-reach",
        "the front-line",
        '"front " "line"',
        "frontline staff",
        "target_group: women",
        "a task force",
        "entrenched",
        "people with knotted needs",
        "an ex-con",
        "rough sleepers",
        "alcoholics",
    ],
)
def test_a_banned_word_is_found(text: str) -> None:
    assert list(wording_problems(text))


@pytest.mark.parametrize(
    "text",
    [
        "proven reoffending within a year",
        "proven re-offending",
        "a clean table of shards",
        "make clean\n\nPeople are rows.",
        "the user's cache folder; user guide",
        "childhood abuse; domestic abuse; abuse by a partner",
        "women with a history of abuse; childhood abuse and alcohol",
        "criminal justice system",
        "a criminal record check",
        "the homeless pathway",
        "Degenhardt and others, Addiction 2011",
        "addiction services",
        "HMYOI, a young offender institution",
        "https://example.org/offenders-and-prisoners",
        "people in prison, people on licence, people sleeping rough",
        "the frontier of mixes; a line in front",
        "a targeted group session",
        "icons and exception",
    ],
)
def test_an_allowed_word_is_left_alone(text: str) -> None:
    assert not list(wording_problems(text))


def test_titles_and_names_stay_as_their_owners_wrote_them(tmp_path: Path) -> None:
    table = tmp_path / "rows.csv"
    table.write_text("id,source,note\na,Deaths of offenders,people in prison\n", encoding="utf-8")
    assert not problems_in(table)
    table.write_text("id,source,note\na,Deaths of offenders,\nb,Deaths,of offenders\n", encoding="utf-8")
    assert [problem.split(":")[1] for problem in problems_in(table)] == ["3"]
    page = tmp_path / "page.md"
    page.write_text("See [Deaths of offenders](x.md).\n\n> 'I was clean,' a person said.\n", encoding="utf-8")
    assert not problems_in(page)
    page.write_text("See Deaths of offenders.\n", encoding="utf-8")
    assert len(problems_in(page)) == 1
