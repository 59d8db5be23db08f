"""Numbers and names on the command line: our sentence with the option and its range, a nearest word only when near."""

from __future__ import annotations

import click
import pytest
from stand_ins import as_given, call

from sim.commands.carry_out import say_missing_letters
from sim.commands.main import main
from sim.commands.options import Once
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
        (
            ("study", "small", "--measure", "nope", "--precision", "3"),
            "a measure of the list under 'Measures' in sim/",
        ),
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


@pytest.mark.parametrize("written", ["five hundred", "\u00a3500,000", "500,000", "nan", "inf", "", "\uff15"])
def test_a_sum_of_money_is_told_as_other_numbers_are(written: str) -> None:
    done = call("compare", "--equal-money", written)
    allowed = "allowed: a sum in GBP a year from 1 to 1,000,000,000, for example 500_000\n"
    assert (done.exit_code, done.stderr) == (2, f"throughgate: --equal-money: '{written}' is not a number; {allowed}")


@pytest.mark.parametrize(
    ("option", "written", "said"),
    [
        ("--equal-money", "1e400", "--equal-money: '1e400' is too large; allowed: a sum in GBP a year from 1 to"),
        (
            "--equal-money",
            "2e12",
            "--equal-money: 2,000,000,000,000 is not a sum of money in GBP a year; allowed: 1 to",
        ),
        ("--equal-money", "0.5", "--equal-money: 0.5 is not a sum of money in GBP a year; allowed: 1 to 1,000,000,000"),
        ("--equal-money", "-3", "--equal-money: -3 is not a sum of money in GBP a year; allowed: 1 to 1,000,000,000"),
        ("--level", "1e400", "--level: '1e400' is too large; allowed: a share from 0.5 to 0.999"),
    ],
)
def test_a_number_out_of_range_is_told_as_it_was_typed(option: str, written: str, said: str) -> None:
    done = call("compare", option, written)
    assert (done.exit_code, done.stderr.startswith(f"throughgate: {said}")) == (2, True), done.stderr


def _of_numbers() -> list[tuple[str, click.Parameter]]:
    """Every option and argument that takes a number, with its command's name."""
    return [
        (name, param)
        for name, command in main.commands.items()
        for param in command.params
        if not isinstance(param.type, click.Choice | click.types.StringParamType | click.types.BoolParamType)
    ]


@pytest.mark.parametrize(("name", "param"), _of_numbers(), ids=lambda of: getattr(of, "name", of))
def test_no_wrong_number_is_answered_with_a_line_of_usage(name: str, param: click.Parameter) -> None:
    command = main.commands[name]
    others = ["x" for other in command.params if isinstance(other, click.Argument) and other is not param]
    needed = ["--method", "sobol"] if name == "sensitivity" else []
    given = ["many"] if isinstance(param, click.Argument) else [param.opts[0], "many"]
    done = call(name, *others, *needed, *given)
    assert (done.exit_code, done.stderr.startswith("throughgate: "), "Usage" in done.stderr) == (2, True, False)
    assert "'many' is not a " in done.stderr and "; allowed: a" in done.stderr


def test_every_option_of_one_value_is_given_once() -> None:
    for name, command in main.commands.items():
        for param in command.params:
            if isinstance(param, click.Option) and not (param.is_flag or param.multiple):
                assert isinstance(param, Once), f"{name} {param.opts[0]}"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("compare", "--out", "a", "--out", "b"), "--out: given as 'a' and 'b'; allowed: one of them"),
        (("compare", "--draws", "2", "--seed", "1", "--draws", "3"), "--draws: given as '2' and '3'; allowed: one of"),
        (("compare", "--equal-money", "5", "--equal-money", "6"), "--equal-money: given as '5' and '6'; allowed: one"),
        (("run", "x", "--draws", "2", "--draws", "3", "--draws", "2"), "--draws: given as '2' and '3'; allowed: one"),
        (("study", "x", "--within", "1h", "--within", "2h"), "--within: given as '1h' and '2h'; allowed: one of them"),
        (("person", "x", "0", "--draw", "1", "--draw", "2"), "--draw: given as '1' and '2'; allowed: one of them"),
        (("journey", "Bude", "--to", "a", "--to", "b"), "--to: given as 'a' and 'b'; allowed: one of them"),
        (("compare", "--draws", "2", "--draws", "x"), "--draws: 'x' is not a whole number; allowed: a whole number"),
        (
            ("expand", "x", "--samples", "sobol=32", "--samples", "morris=4", "--samples", "sobol=64"),
            "--samples: 'sobol' is given as 32 and as 64; allowed: one number for each design\n",
        ),
    ],
)
def test_an_option_with_two_values_is_refused(arguments: tuple[str, ...], said: str) -> None:
    done = as_given(*arguments)
    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert done.stderr.startswith(f"throughgate: {said}"), done.stderr


def test_an_option_given_twice_alike_is_given_once() -> None:
    twice = ("--draws", "1_0", "--draws", "10", "--level", "0.9", "--level", ".9")
    done = as_given("run", "baseline", *twice, "--dry-run")
    assert (done.exit_code, "10 draws" in done.stdout) == (0, True), done.stderr


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
