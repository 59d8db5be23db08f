"""Every mistake of a scenario file is told, once, on its own line, and nothing that only follows from another."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from sim.core import mistakes
from sim.core.errors import InputError
from sim.experiment import api
from sim.scenario import load_scenario
from sim.scenario.reading import chain, load

ROOT = Path(__file__).resolve().parents[2]

HEAD = """name: mine
title: Mine
description: Several purchases.
extends: baseline.yaml
"""
PURCHASES = """levers:
  - lever: navigatr
    gbp_per_year: 500_000
  - lever: navigators
    gbp_per_year: 500_000
    places: [bristol, plymouht]
  # a right one between two that are wrong
  - lever: navigators
    gbp_per_year: 500_000
    places: [bristol]
  - lever: depot_buprenorphine
    gbp_per_year: -5
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    return tmp_path / "scenarios"


def told(folder: Path, text: str, name: str = "mine.yaml") -> list[str]:
    """Line and key of every message about a file with this text; the rest of each message is checked elsewhere."""
    file = folder / name
    file.write_text(text, encoding="utf-8")
    good, problems = api.check([file])
    assert bool(good) != bool(problems)
    assert all(problem.startswith(f"{file}:") for problem in problems), problems
    return [":".join(problem.removeprefix(f"{file}:").split(": ")[0].split(":")) for problem in problems]


def test_every_purchase_that_is_wrong_is_told(folder: Path) -> None:
    assert told(folder, HEAD + PURCHASES) == [
        "6:levers[1].lever",
        "10:levers[2].places[2]",
        "16:levers[4].gbp_per_year",
    ]


def test_mistakes_of_every_part_come_by_line(folder: Path) -> None:
    text = HEAD.replace("title: Mine", "titel: Mine") + PURCHASES
    text += "parameters:\n  overdose.witnessd: {low: 0.6}\n  overdose.witnessed:\n    low: 0.9\n    reason: x\n"
    assert told(folder, text) == [
        "2:titel",
        "6:levers[1].lever",
        "10:levers[2].places[2]",
        "16:levers[4].gbp_per_year",
        "18:parameters.overdose.witnessd",
        "18:parameters.overdose.witnessd.reason",
        "20:parameters.overdose.witnessed.low",
    ]


@pytest.mark.parametrize(
    ("old", "new", "told_first"),
    [
        ("name: mine", "name: other", ["1:name"]),
        ("title: Mine", "title: 7", ["2:title"]),
        ("description: Several purchases.", "", ["1:description"]),
        ("extends: baseline.yaml", "extends: basline.yaml", ["4:extends"]),
        ("extends: baseline.yaml", "starts: soon", ["4:starts"]),
        ("extends: baseline.yaml", "", ["1:starts"]),
    ],
)
def test_a_key_that_is_wrong_hides_no_purchase(old: str, new: str, told_first: list[str], folder: Path) -> None:
    purchases = ["6:levers[1].lever", "10:levers[2].places[2]", "16:levers[4].gbp_per_year"]
    assert told(folder, HEAD.replace(old, new) + PURCHASES) == told_first + purchases


def test_what_follows_from_an_unknown_first_release_is_not_told(folder: Path) -> None:
    late = "levers:\n  - lever: navigators\n    gbp_per_year: 500_000\n    places: [bristol]\n    starts: 2019-01-01\n"
    assert told(folder, HEAD + late) == ["9:levers[1].starts"]
    assert told(folder, HEAD.replace("baseline", "basline") + late) == ["4:extends"]


def test_a_file_that_it_extends_is_told_about_once(folder: Path) -> None:
    (folder / "baseline.yaml").write_text(
        "name: baseline\ntitle: x\ndescription: y\nstrats: 2025-04-01\n", encoding="utf-8"
    )
    file = folder / "mine.yaml"
    file.write_text(HEAD + PURCHASES, encoding="utf-8")
    _, problems = api.check([folder / "baseline.yaml", file])
    assert [problem.split(": ")[0].removeprefix(f"{folder}/") for problem in problems] == [
        "baseline.yaml:4:strats",
        "mine.yaml:6:levers[1].lever",
        "mine.yaml:10:levers[2].places[2]",
        "mine.yaml:16:levers[4].gbp_per_year",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- a list\n", ["1"]),
        ("{}\n", ["1:name", "1:title", "1:description", "1:starts"]),
        (
            HEAD + "levers: [{lever: x}, {lever: y}]\n",
            ["5:levers[1].lever", "5:levers[1].gbp_per_year", "5:levers[2].lever", "5:levers[2].gbp_per_year"],
        ),
        (HEAD + "levers: many\nswitches: {a: 1}\n", ["5:levers", "6:switches.a"]),
        ("{name: mine, title: 7, description: 8}\n", ["1:title", "1:description", "1:starts"]),
        (
            HEAD + "title: Twice\n" + PURCHASES,
            ["5", "7:levers[1].lever", "11:levers[2].places[2]", "17:levers[4].gbp_per_year"],
        ),
        (HEAD + PURCHASES + "\tlever: x\n", ["17"]),
    ],
)
def test_mistakes_on_one_line_are_all_told_and_what_is_no_yaml_by_itself(
    text: str, expected: list[str], folder: Path
) -> None:
    assert told(folder, text) == expected


NAVIGATORS = "levers:\n  - lever: navigators\n    gbp_per_year: 500_000\n    places: [bristol]\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (NAVIGATORS.replace("500_000", "x").replace("[bristol]", "[bristl, bath, tauntn]"),
         ["7:levers[1].gbp_per_year", "8:levers[1].places[1]", "8:levers[1].places[3]"]),
        (NAVIGATORS.replace("gbp_per", "gpb_per").replace("places", "place"),
         ["7:levers[1].gpb_per_year", "8:levers[1].place"]),
        (NAVIGATORS.replace("places", "prisons"), ["8:levers[1].prisons"]),
        (NAVIGATORS + "    starts: soon\n    ends: 2025-13-01x\n", ["9:levers[1].starts", "10:levers[1].ends"]),
        (NAVIGATORS + "    start: 2025-09-01\n    ends: 2025-02-01\n", ["9:levers[1].start"]),
        (NAVIGATORS.replace("500_000", "1_000")
         + "parameters:\n  cost.keyworker_year: {low: 1, high: 10, reason: x}\n",
         ["10:parameters.cost.keyworker_year.low", "10:parameters.cost.keyworker_year.high"]),
        ("extend: baseline.yaml\n" + NAVIGATORS, ["5:extend"]),
        ("budgets:\n  mode: poled\n  council: 1\n" + NAVIGATORS.replace("    places", "    payer: council\n    places"),
         ["6:budgets.mode"]),
        ("parameters:\n  navigator.attendance_or: {low: 1.2, hihg: 1.4, reason: 7}\n",
         ["6:parameters.navigator.attendance_or.hihg", "6:parameters.navigator.attendance_or.reason"]),
        ("switches:\n  off: [trus, use, use, 7]\n  open: [bude]\n  stronger_opioids: {ends: x}\n",
         ["6:switches.off[1]", "6:switches.off[3]", "6:switches.off[4]", "7:switches.open[1]",
          "8:switches.stronger_opioids.ends", "8:switches.stronger_opioids.starts"]),
        ("budgets: {council: x, pcc: -1, nsh: 5}\n", ["5:budgets.nsh", "5:budgets.council", "5:budgets.pcc"]),
    ],
)  # fmt: skip
def test_all_of_a_part_is_told_and_nothing_that_follows(text: str, expected: list[str], folder: Path) -> None:
    head = HEAD.replace("extends: baseline.yaml\n", "") if text.startswith("extend:") else HEAD
    expected = (
        [f"{int(place.split(':')[0]) - 1}:{place.split(':')[1]}" for place in expected] if head != HEAD else expected
    )
    assert sorted(told(folder, head + text)) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (NAVIGATORS.replace("navigators", "navigatr").replace("500_000", "x").replace("[bristol]", "[bristl, bath]")
         + "    starts: 2019-01-01\n    payer: nobody\n    plcaes: 1\n    links: [no]\n    prisons: [no]\n"
         "    councils: [no]\n    when: night\n",
         ["6:levers[1].lever", "7:levers[1].gbp_per_year", "8:levers[1].places[1]", "9:levers[1].starts",
          "10:levers[1].payer", "11:levers[1].plcaes", "12:levers[1].links[1]", "13:levers[1].prisons[1]",
          "14:levers[1].councils", "14:levers[1].councils[1]", "15:levers[1].when"]),
        (NAVIGATORS.replace("navigators", "navigatr"), ["6:levers[1].lever"]),
        (NAVIGATORS.replace("lever: nav", "levr: nav").replace("500_000", "0"),
         ["6:levers[1].levr", "7:levers[1].gbp_per_year"]),
        ("parameters:\n  overdose.witnessd: {low: x, high: 2, vale: 1}\n",
         ["6:parameters.overdose.witnessd", "6:parameters.overdose.witnessd.low",
          "6:parameters.overdose.witnessd.reason",
          "6:parameters.overdose.witnessd.vale"]),
        ("parameters:\n  overdose.witnessd: {low: 3, high: 2, reason: x}\n",
         ["6:parameters.overdose.witnessd", "6:parameters.overdose.witnessd"]),
        ("budgets: {nsh: x}\n", ["5:budgets.nsh", "5:budgets.nsh"]),
    ],
)  # fmt: skip
def test_a_name_that_is_not_known_hides_nothing_that_stands_under_it(
    text: str, expected: list[str], folder: Path
) -> None:
    assert sorted(told(folder, HEAD + text)) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HEAD + NAVIGATORS + "    gbp_per_year: 5\n    payer: x\nfoo: 1\n",
         ["9:levers[1]", "10:levers[1].payer", "11:foo"]),
        (HEAD + "starts: 2026-01-01\nstarts: 2025-01-01\n" + NAVIGATORS + "    starts: 2025-05-01\n", ["6"]),
        (HEAD + NAVIGATORS.replace("500_000", ".inf") + "foo: 1\n", ["7:levers[1].gbp_per_year", "9:foo"]),
        (HEAD + NAVIGATORS.replace("[bristol]", "[.inf]") + "foo: 1\n", ["8:levers[1].places[1]", "9:foo"]),
        (HEAD + NAVIGATORS.replace("500_000", "&money 500_000") + "foo: *money\nbar: !!int 7\n",
         ["7", "9", "9:foo", "10", "10:bar"]),
        (HEAD + "<<: {a: 1}\n7: x\nstarts: 2025-02-30\n" + NAVIGATORS.replace("bristol", "bristl"),
         ["5", "6", "7:starts", "11:levers[1].places[1]"]),
        (HEAD + "budgets: {council: 1, council: 2, pcc: .nan, mode: pooled}\n" + NAVIGATORS,
         ["5:budgets", "5:budgets.pcc"]),
        (HEAD + "parameters:\n  overdose.witnessed: {low: .nan, high: .nan, reason: x}\nfoo: 1\n",
         ["6:parameters.overdose.witnessed.low", "6:parameters.overdose.witnessed.high", "7:foo"]),
        (HEAD.replace("title: Mine", "title:\tMine") + "foo:\t1\n#\ta remark\n\t\n", ["2", "5:foo"]),
        (HEAD + "\tfoo: 1\nbar: 1\n", ["5"]),
        ("<<: {a: 1}\n", ["1"]),
        (HEAD.replace("title: Mine", "<<: {title: Mine}"), ["2"]),
        (HEAD + "levers:\n  - {<<: {lever: keyworkers}, gbp_per_year: 5e5}\n", ["6:levers[1]"]),
        (HEAD + "levers:\n  - {<<: {gbp_per_year: 5e5}, lever: keyworkers}\n", ["6:levers[1]"]),
        (HEAD + "levers: !!python/object/apply:os.system [ls]\n", ["5"]),
        (HEAD + "levers:\n  - !!python/object:x {levr: keyworkers}\n", ["6"]),
        (HEAD.replace("Mine", "!!python/object/apply:os.system [ls]"), ["2"]),
        ("!!python/object/apply:os.system\nargs: [ls]\n", ["1"]),
    ],
)  # fmt: skip
def test_what_yaml_would_guess_hides_nothing_else(text: str, expected: list[str], folder: Path) -> None:
    assert sorted(told(folder, text)) == sorted(expected)


def test_lines_with_a_tab_are_told_together(folder: Path) -> None:
    file = folder / "mine.yaml"
    for tabs, words in ((1, ""), (2, ", and so does 1 other line"), (4, ", and so do 3 other lines")):
        file.write_text(HEAD + NAVIGATORS + "#\ta remark\n" * tabs, encoding="utf-8")
        assert api.check([file])[1] == [f"{file}:9: holds a tab{words}; allowed: spaces only"]


def test_a_mapping_is_told_whole(folder: Path) -> None:
    purchase = {"lever": "navigators", "gbp_per_year": float("nan"), "places": ["bristl"]}
    given = {"name": "mine", "title": object(), "description": "x", "extends": "baseline", "levers": [purchase]}
    with pytest.raises(InputError) as found:
        load_scenario(given)
    assert [error.key for error in (found.value, *found.value.others)] == [
        "title", "levers[1].gbp_per_year", "levers[1].places[1]",
    ]  # fmt: skip


def test_all_mistakes_of_an_extended_file_are_told(folder: Path) -> None:
    base = "name: base\ntitle: 7\ndescription: x\nstarts: 2025-04-01\nswitches: {off: [trus], opn: []}\n"
    (folder / "base.yaml").write_text(base, encoding="utf-8")
    file = folder / "mine.yaml"
    file.write_text(HEAD.replace("baseline", "base") + PURCHASES, encoding="utf-8")
    problems = [problem.split(": ")[0].removeprefix(f"{folder}/") for problem in api.check([file])[1]]
    assert problems == [
        "mine.yaml:6:levers[1].lever",
        "mine.yaml:10:levers[2].places[2]",
        "mine.yaml:16:levers[4].gbp_per_year",
        "base.yaml:2:title",
        "base.yaml:5:switches.opn",
        "base.yaml:5:switches.off[1]",
    ]


def test_nothing_is_written_beside_the_scenarios(folder: Path) -> None:
    before = sorted(path.name for path in folder.iterdir())
    told(folder, HEAD + PURCHASES)
    assert sorted(path.name for path in folder.iterdir()) == sorted([*before, "mine.yaml"])
    assert (folder / "mine.yaml").read_text(encoding="utf-8") == HEAD + PURCHASES


MANY = HEAD + "".join(f"wrong_{number}: 1\n" for number in range(150))


def test_a_file_with_more_mistakes_than_are_told_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mistakes, "MOST_MISTAKES", 7)
    file = folder / "mine.yaml"
    file.write_text(MANY, encoding="utf-8")
    problems = api.check([file])[1]
    assert len(problems) == 8
    assert problems[-1] == f"{file}: more is wrong than these 7 mistakes: check again when they are put right"
    file.write_text(HEAD + "".join(f"wrong_{number}: 1\n" for number in range(7)), encoding="utf-8")
    assert len(api.check([file])[1]) == 7


def test_a_file_with_many_mistakes_is_read_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    original = chain.read_yaml
    monkeypatch.setattr(load, "read_yaml", lambda path, *to: (read.append(path.name), original(path, *to))[1])
    monkeypatch.setattr(chain, "read_yaml", lambda path, *to: (read.append(path.name), original(path, *to))[1])
    file = folder / "mine.yaml"
    file.write_text(HEAD + PURCHASES, encoding="utf-8")
    assert len(api.check([file])[1]) == 3
    assert read == ["mine.yaml", "baseline.yaml"]
    monkeypatch.setattr(mistakes, "MOST_MISTAKES", 1)
    more = f"{file}: more is wrong than this 1 mistake: check again when it is put right"
    assert api.check([file])[1][1:] == [more]


@pytest.mark.skipif(os.name == "nt", reason="links and pipes are other things there")
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("loop.yaml", "is a link that leads nowhere, or back to itself"),
        ("dangling.yaml", "is a link that leads nowhere, or back to itself"),
        ("folder.yaml", "is a folder, not a file"),
        ("pipe.yaml", "is a pipe, not a file"),
        ("loop/baseline.yaml", "cannot be followed|there is no file"),
    ],
)
def test_what_is_no_file_is_told_by_itself_and_where_it_is_extended(name: str, words: str, folder: Path) -> None:
    (folder / "loop.yaml").symlink_to("loop.yaml")
    (folder / "loop").symlink_to("loop")
    (folder / "dangling.yaml").symlink_to("nowhere.yaml")
    (folder / "folder.yaml").mkdir()
    os.mkfifo(folder / "pipe.yaml")
    file = folder / "mine.yaml"
    file.write_text(HEAD.replace("baseline.yaml", name), encoding="utf-8")
    (problem,) = api.check([file])[1]
    assert problem.startswith(f"{file}:4:extends: '{name}'") or problem.startswith(f"{file}:4:extends: there is")
    assert re.search(words, problem)
    (by_itself,) = api.check([folder / name])[1]
    assert by_itself.startswith(f"{folder / name}: ")
    assert f"did you mean '{folder / name}'" not in by_itself
    if "/" not in name:
        assert words in by_itself
