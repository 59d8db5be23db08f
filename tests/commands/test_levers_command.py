"""`throughgate levers`: the table on any screen, one lever in full, one JSON object, wrong names in one message."""

from __future__ import annotations

import json

import pytest
from stand_ins import call

from sim.scenario.levers import LEVERS


@pytest.mark.parametrize("columns", ["60", "100", "130"])
def test_the_table_follows_the_width_of_the_screen(columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    done = call("levers")
    assert (done.exit_code, done.stderr) == (0, "")
    assert max(map(len, done.stdout.splitlines())) <= int(columns)
    assert all(name in done.stdout for name in LEVERS)


def test_one_lever_is_told_in_full() -> None:
    done = call("levers", "navigators")
    assert done.exit_code == 0
    assert done.stdout.startswith("navigators\nNavigators for people with multiple disadvantage\n")
    assert "leaves out" in done.stdout


def test_a_theme_leaves_the_others_out() -> None:
    done = call("levers", "--theme", "T8")
    assert done.exit_code == 0
    assert "navigators" in done.stdout
    assert "naloxone_at_release" not in done.stdout


@pytest.mark.parametrize("arguments", [(), ("navigators",), ("--theme", "T8")])
def test_json_is_one_object_of_the_same_shape(arguments: tuple[str, ...]) -> None:
    done = call("levers", *arguments, "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert set(found) == {"levers"}
    by_name = {lever["name"]: lever for lever in found["levers"]}
    assert set(by_name) <= set(LEVERS)
    assert len(by_name) == (1 if arguments == ("navigators",) else len(found["levers"]))
    assert by_name["navigators"]["unit_cost_gbp"] == 46_000


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("navigatr",), "did you mean 'navigators'?"),
        (("--theme", "T99"), "--theme: no lever belongs to the theme 'T99'; allowed: T1"),
        (("navigators", "--theme", "T8"), "by name or by theme"),
        (("navigators", "keyworkers"), "unexpected extra argument"),
    ],
)
def test_what_is_not_there_is_one_message_and_exit_2(arguments: tuple[str, ...], said: str) -> None:
    for json_too in ((), ("--json",)):
        done = call("levers", *arguments, *json_too)
        assert (done.exit_code, done.stdout) == (2, "")
        assert said in done.stderr
        assert "Traceback" not in done.output


@pytest.mark.parametrize("words", [("cache",), ("levers", "navigators"), ("resume", "a")])
def test_what_was_typed_too_much_is_told_without_its_escapes(words: tuple[str, ...]) -> None:
    done = call(*words, "\x1b]0;owned\x07")
    assert done.exit_code == 2 and "\\x1b]0;owned\\x07" in done.stderr and "\x1b" not in done.stderr
