"""The command line: it parses, calls sim.experiment and names what was written; it decides nothing else.

Results go to stdout, progress and messages to stderr; how a command ends stands in terminal.py. Only click is imported
here; everything heavier is imported by the command that needs it.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.commands import saturation, schema, study
from sim.commands.cache import cache
from sim.commands.carry_out import carry_out_study, print_study, warn_of_compiling
from sim.commands.numbers import MONEY, WHOLE, Figures
from sim.commands.options import COMPARISON, QUIET_UNLESS_WRONG, option, options
from sim.commands.terminal import (
    DONE,
    FAILED,
    WRONG_INPUT,
    as_option,
    ended,
    json_text,
    progress,
    remember_argument,
    say,
)
from sim.core.arguments import whole_number
from sim.core.environment import refuse_settings
from sim.core.grammar import counted
from sim.core.memory import ensure_libraries

if TYPE_CHECKING:
    from sim.experiment.setup import StudySetup

_BELOW_ZERO = re.compile(r"-[0-9][0-9_.,]*")
RUNS = Figures(is_whole=True, ends=(1, 10_000))


class Throughgate(click.Group):
    """The command group; turns every way of ending into one message and an exit code, never a traceback."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Words of the command line; an error for a lack of memory or threads, before a library ends the process."""
        if args and not {"-h", "--help", "--version"} & set(args):
            ensure_libraries()
            refuse_settings()
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the words name, whose argument messages then speak of."""
        resolved = super().resolve_command(ctx, args)
        remember_argument(resolved[1])
        return resolved

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Commands in the order in which they are usually met."""
        return list(self.commands)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the command and leave with its exit code."""
        kwargs["standalone_mode"] = False
        sys.exit(ended(lambda: super(Throughgate, self).main(*args, **kwargs)))


class TakesNumber(click.Command):
    """A command with a number among its arguments: one below 0 is a number too, and no option that is not known."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Words of the command, numbers below 0 after all options."""
        try:
            return super().parse_args(ctx, [*args])
        except click.NoSuchOption as error:
            below = [word for word in args if _BELOW_ZERO.fullmatch(word)]
            if not below or not below[0].startswith(error.option_name):
                raise
            others = [word for word in args if word not in below]
            return super().parse_args(ctx, [*others, "--", *below])


@click.group(cls=Throughgate, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="throughgate", prog_name="throughgate")
def main() -> None:
    """Compare ways of spending money on the passage from prison to community.

    Start with: throughgate compare
    """


@main.command()
@click.argument("scenarios", nargs=-1, required=True, metavar="SCENARIO...")
@options("area", ("json", "Print one JSON object."), ("quiet", "Print nothing when all is well."))
def check(scenarios: tuple[str, ...], area: str | None, as_json: bool, quiet: bool) -> int:
    """Check scenario files, and name every mistake.

    SCENARIO is a YAML file, or the name of a shipped scenario such as navigators_two_cities. Each mistake comes with
    file, line and key, what is allowed, and the nearest right name.
    """
    from sim.evidence.recall_laws import law_remark
    from sim.experiment import api
    from sim.experiment.defaults import MONTHS
    from sim.presentation.words import whole_pounds

    good, problems = api.check(scenarios, area=area)
    if as_json:
        described = [
            {
                "file": str(scenario.file),
                "name": scenario.name,
                "title": scenario.title,
                "levers": len(scenario.levers),
                "gbp_per_year": scenario.gbp_per_year,
                "remarks": list(filter(None, [law_remark(scenario.starts, MONTHS, scenario.recall_law)])),
            }
            for scenario in good
        ]
        _print_json({"scenarios": described, "problems": problems})
    elif not quiet:
        for scenario in good:
            levers, money = counted(len(scenario.levers), "lever"), whole_pounds(scenario.gbp_per_year)
            click.echo(f"{scenario.file}: well-formed: {scenario.title} ({levers}, {money} a year)")
            if remark := law_remark(scenario.starts, MONTHS, scenario.recall_law):
                click.echo(f"  {remark}")
    for problem in problems:
        say(problem)
    return WRONG_INPUT if problems else DONE


@main.command()
@click.argument("scenario", metavar="SCENARIO")
@options(*COMPARISON)
def run(scenario: str, **settings: Any) -> int:
    """Run one scenario by itself."""
    from sim.experiment.requests import set_up_run

    ending, study_options = _sorted(settings)
    return _run_or_say(set_up_run(scenario, **study_options), **ending)


@main.command()
@click.argument("scenarios", nargs=-1, metavar="[SCENARIO]...")
@option("--baseline", metavar="FILE", help="What the others are held against (default scenarios/baseline.yaml).")
@option(
    "--equal-money",
    type=MONEY,
    metavar="GBP",
    help="Bring every scenario but the baseline to this sum a year, all its purchases by one factor.",
)
@options(*COMPARISON)
def compare(scenarios: tuple[str, ...], **settings: Any) -> int:
    """Run scenarios against the baseline: cost and change.

    SCENARIO is a YAML file, or the name of a shipped scenario such as navigators_two_cities. Without any: all of
    scenarios/*.yaml, written to results/runs/south_west; with --equal-money all of scenarios/themes/*.yaml, written to
    results/runs/equal_money. Where there is no folder scenarios/ here, the shipped ones are taken. Named scenarios are
    written to a folder of their names, such as results/runs/navigators_two_cities_against_baseline, unless told.
    """
    from sim.experiment.requests import set_up_comparison

    ending, study_options = _sorted(settings)
    return _run_or_say(set_up_comparison(scenarios or None, **study_options), **ending)


@main.command()
@click.argument("folder", metavar="DIR")
@options("threads", "cluster", "json", "quiet")
def resume(folder: str, threads: int | None, cluster: str | None, as_json: bool, quiet: bool) -> int:
    """Go on with a study that did not end.

    It may have been interrupted or killed, or its disk was full. DIR is its folder, which knows what was asked; the
    tables come out as if nothing had happened. A finished study is held against its seal: every file that is not as it
    was written is named with what mends it, its page is printed where its tables are whole, and the exit code is 1.
    """
    from sim.commands.text.study import can_be_read
    from sim.experiment import api
    from sim.experiment.setup import set_up_again
    from sim.study.cluster.link import parsed
    from sim.study.keys import LIMITS

    if threads is not None:  # also of a study that is finished, where nothing would be run with them
        whole_number(threads, "threads", *LIMITS["threads"])
    if cluster is not None:
        parsed(cluster)
    if not api.is_finished(folder):
        setup = set_up_again(Path(folder), threads=threads)
        return carry_out_study(setup, as_json=as_json, quiet=quiet, cluster=cluster)
    differing = api.differences(folder)
    if can_be_read(Path(folder), differing, as_json=as_json):
        print_study(Path(folder), as_json=as_json)
    for error in differing.values():
        say(error.message(as_option))
    if not differing and not quiet:
        say(f"the study in {folder} is finished: nothing is left to do; its files are as they were written")
    return FAILED if differing else DONE


@main.command()
@click.argument("name", required=False)
def evidence(name: str | None) -> None:
    """Show where a number comes from.

    NAME is a parameter, such as overdose.witnessed, a table of them, such as population, or a mechanism as in
    'switches: off' of a scenario, such as attendance, for the rows that it reads. Without NAME: the log of all
    assumptions.
    """
    from sim.experiment import api

    click.echo(api.evidence(name).rstrip("\n"))


@main.command()
@click.argument("name", required=False)
@option("--theme", metavar="T5", help="Only the levers of one theme.")
@options(("json", "Print one JSON object."))
def levers(name: str | None, theme: str | None, as_json: bool) -> None:
    """Show what money can buy.

    Prices, payers, smallest purchases, and what the effects rest on. NAME is a lever, such as navigators, and shows all
    about it.
    """
    from sim.commands.text.levers import lever_words, levers_table
    from sim.document.text import WIDTH
    from sim.experiment import api

    descriptions = api.levers(name, theme=theme)
    if as_json:
        _print_json({"levers": [lever.as_dict() for lever in descriptions]})
        return
    width = shutil.get_terminal_size((WIDTH, 24)).columns
    click.echo(levers_table(descriptions, width) if name is None else lever_words(descriptions[0], width), nl=False)


@main.command()
@click.argument("place")
@option("--to", "service", required=True, metavar="SERVICE", help="Id or name of a service.")
@option("--day", type=click.Choice(["weekday", "sunday"]), default="weekday", show_default=True)
@option("--depart", metavar="HH:MM", help="Leave not before (default: the first journey of the day).")
@option("--arrive", metavar="HH:MM", help="Be there not after (an appointment's time).")
@options("area")
def journey(place: str, service: str, day: str, depart: str | None, arrive: str | None, area: str | None) -> None:
    """Show one journey from door to door.

    Each leg with its wait, minutes and fare.
    """
    from sim.experiment import api

    click.echo(api.journey(place, service, day=day, depart=depart, arrive=arrive, area=area).rstrip("\n"))


@main.command()
@option("--runs", type=RUNS, metavar="N", help="Runs in each era (default 20).")
@options(("people", "People released in each run (default 2,200)."), "seed")
@option("--baseline", metavar="FILE", help="Today's services (default scenarios/baseline.yaml).")
@options("area", ("json", "Print one JSON object instead of the table."), "quiet")
def validate(as_json: bool, quiet: bool, **settings: Any) -> None:
    """Hold the model against published figures.

    Each is read under its era, which is lived at its own settings; figures that values were fitted to, that decided the
    structure, that check and that are put in are printed apart. Where the model disagrees, the page says so, and the
    exit code is still 0. The figures stand in sim/evidence/targets.csv, the eras in sim/evidence/eras.csv.
    """
    from sim.commands.text.validation import in_words
    from sim.experiment import held_against

    warn_of_compiling(quiet)
    chosen = {key: value for key, value in settings.items() if value is not None}
    with progress(quiet=quiet) as on_progress:
        validation = held_against.validate(**chosen, progress=on_progress)
    _print_json(validation.as_dict()) if as_json else click.echo(in_words(validation), nl=False)


@main.command()
@click.argument("folder", metavar="[DIR]", required=False)
@options(("json", "Print one JSON object instead of the table."), "quiet")
def baseline(folder: str | None, as_json: bool, quiet: bool) -> int:
    """Say which measures a change of the model moved.

    Runs the saved baseline again: headline measures and validated figures of today's services. What moved is told in
    its unit and in Monte Carlo standard errors, with the commit in which the saved line last moved. DIR holds the saved
    one (default results/reference/baseline, which 'make baseline' writes). Exit code 0 where nothing moved, 1 where
    something did.
    """
    from sim.commands.text.baseline import baseline_as_dict, baseline_in_words
    from sim.experiment import held_against

    warn_of_compiling(quiet)
    with progress(quiet=quiet) as on_progress:
        held = held_against.baseline(folder, progress=on_progress)
    _print_json(baseline_as_dict(held)) if as_json else click.echo(baseline_in_words(held), nl=False)
    return FAILED if held.moves else DONE


@main.command(cls=TakesNumber)
@click.argument("folder", metavar="DIR")
@click.argument("number", type=WHOLE)
@option("--scenario", metavar="NAME", help="Beside the baseline, this scenario alone (default: all of the study).")
@option("--draw", type=WHOLE, default=1, show_default=True, help="Which sample of the uncertain numbers.")
@option("--replicate", type=WHOLE, default=1, show_default=True, help="Which stream of luck.")
@options(("json", "Print one JSON object."), ("quiet", QUIET_UNLESS_WRONG))
def person(
    folder: str, number: int, scenario: str | None, draw: int, replicate: int, as_json: bool, quiet: bool
) -> None:
    """Tell one person's year, day by day.

    Under the baseline and beside it under each scenario of the study in DIR, with the theme at work in each event. The
    same person meets the same luck, so what differs is the scenario. NUMBER counts from 0.
    """
    from sim.commands.text.diary import diaries_as_dict, diaries_in_words
    from sim.experiment import api

    warn_of_compiling(quiet)
    diaries = api.person(folder, number, scenario=scenario, draw=draw, replicate=replicate)
    _print_json(diaries_as_dict(diaries)) if as_json else click.echo(diaries_in_words(diaries), nl=False)


def _sorted(settings: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The settings of how a command ends, and those given of the study itself."""
    ending = {key: settings.pop(key) for key in ("force", "as_json", "quiet", "dry_run")}
    return ending, {key: value for key, value in settings.items() if value is not None}


def _run_or_say(setup: StudySetup, *, force: bool, as_json: bool, quiet: bool, dry_run: bool) -> int:
    """Say what a study would be, or run it and print what it says."""
    from sim.experiment.carry_out import refuse_unready
    from sim.experiment.plan_words import plan_as_dict, plan_in_words

    if not dry_run:
        return carry_out_study(setup, force=force, as_json=as_json, quiet=quiet)
    refuse_unready(setup, force=force)
    _print_json(plan_as_dict(setup)) if as_json else click.echo("\n".join(plan_in_words(setup)))
    return DONE


def _print_json(content: dict[str, Any]) -> None:
    click.echo(json_text(content))


for _command in (*saturation.COMMANDS, *study.COMMANDS, *schema.COMMANDS, cache):
    main.add_command(_command)

if __name__ == "__main__":
    main()
