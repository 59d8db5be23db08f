"""Numbers and names on the command line: our sentence with the option and its range, a nearest word only when near."""

from __future__ import annotations

import pytest
from stand_ins import call

from sim.commands.carry_out import say_missing_letters
from sim.presentation.letters import drawable, take_missing


@pytest.mark.parametrize("written", ["1e9", "nan", "1,000", "2200.0", "\uff12\uff10", "", "7" * 70])
def test_people_are_a_whole_number_in_plain_figures(written: str) -> None:
    done = call("run", "baseline", "--people", written)
    assert done.exit_code == 2
    assert done.stderr.startswith("throughgate: --people: '")
    assert "is not a whole number; allowed: a whole number from 1 to 600,000" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "baseline", "--level", "95%"), "--level: '95%' is not a number; allowed: a share from 0.5 to 0.999"),
        (("run", "baseline", "--threads", "x"), "--threads: 'x' is not a whole number; allowed: a whole number from 1"),
        (
            ("verify", "x", "--runs", "x"),
            "--runs: 'x' is not a whole number; allowed: a whole number from 0 to 100,000",
        ),
        (("run", "baseline", "--area=", "--dry-run"), "--area: the path is empty; allowed: the path of a file"),
        (("resume", ""), "DIR: the path is empty"),
        (("expand", "", "--draws", "3"), "DIR: the path is empty"),
        (("compare", "--baseline="), "--baseline: the path is empty"),
        (("compare", "--peopel", "3"), "No such option '--peopel'. Did you mean '--people'?"),
        (("compar",), "No such command 'compar'. Did you mean 'compare'?\n"),
        (("sensitivity", "x", "--method", "sobl"), "Did you mean 'sobol'?"),
        (("levers", "--theme", "5"), "did you mean 'T5'?"),
        (("journey", "Bude", "--to", "nope"), "'nope' is not a service in South West England; allowed: an id or name"),
        (("journey", "Nowhere", "--to", "x"), "'Nowhere' is not a place in South West England; allowed: an id or name"),
        (("journey", "Plymoth", "--to", "x"), "did you mean 'plymouth'?"),
    ],
)
def test_what_is_wrong_is_told_with_what_is_allowed(arguments: tuple[str, ...], said: str) -> None:
    done = call(*arguments)
    assert done.exit_code == 2
    assert said in done.stderr


@pytest.mark.parametrize("arguments", [("evidence", "nope"), ("compare", "--bogus"), ("zzz",)])
def test_nothing_near_is_not_offered(arguments: tuple[str, ...]) -> None:
    done = call(*arguments)
    assert done.exit_code == 2
    assert "id you mean" not in done.stderr


def test_letters_that_charts_lack_are_named_once(capsys: pytest.CaptureFixture[str]) -> None:
    take_missing()
    assert drawable("Brist\u6f22\u5b57") == "Brist??"
    drawable("\u6f22")
    say_missing_letters(quiet=False)
    said = capsys.readouterr().err
    assert "lack \u5b57 \u6f22, so pictures show ? there" in said
    say_missing_letters(quiet=False)
    assert capsys.readouterr().err == ""
