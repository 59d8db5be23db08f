"""The commands of researchers: study, sensitivity, expand, rerun, report, verify."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.commands.carry_out import carry_out_shard, carry_out_study, say_missing_letters, say_undrawn, warn_of_compiling
from sim.commands.numbers import Figures
from sim.commands.options import QUIET_UNLESS_WRONG, STUDY_FILE, option, options
from sim.commands.terminal import DONE, FAILED, as_option, json_text, progress
from sim.core.errors import InputError, named
from sim.study.methods import METHODS

if TYPE_CHECKING:
    from sim.experiment.setup import StudySetup

RUNS = Figures(is_whole=True, ends=(0, 100_000))


@click.command()
@click.argument("file", metavar="STUDY.yaml")
@options(*STUDY_FILE)
def study(file: str, **settings: Any) -> int:
    """Run a study file: scenarios x draws x replicates x designs.

    Killed at any moment it goes on with 'throughgate resume DIR', and its tables end in the same bytes. Examples lie in
    scenarios/studies/.
    """
    return _run_file(file, None, settings)


@click.command()
@click.argument("file", metavar="STUDY.yaml")
@option("--method", required=True, type=click.Choice(METHODS), help="What the analysis is made with.")
@options(*STUDY_FILE)
def sensitivity(file: str, method: str, **settings: Any) -> int:
    """Which uncertain numbers matter, and how much is luck.

    For the values of each scenario and for its advantage over the baseline. The file's own settings of the method are
    taken where it has some, otherwise the usual ones. pawn, delta and rbd_fast read the file's draws.
    """
    return _run_file(file, method, settings)


@click.command()
@click.argument("folder", metavar="DIR")
@options(("draws", "So many draws in all."), ("replicates", "So many streams of luck a draw in all."))
@click.option("--samples", multiple=True, metavar="DESIGN=N", help="So many base samples of a design in all.")
@options("threads", "json", "quiet")
def expand(folder: str, samples: tuple[str, ...], as_json: bool, quiet: bool, **settings: Any) -> int:
    """Make a finished study larger; nothing is run twice.

    The tables end in the same bytes as if the larger study had been run at once. Of a study with a damaged table,
    without any new number, all tables are made again from its totals.
    """
    from sim.experiment.expand import set_up_expanded

    setup = set_up_expanded(folder, samples=_sample_options(samples), **settings)
    return carry_out_study(setup, as_json=as_json, quiet=quiet)


@click.command()
@click.argument("folder", metavar="DIR")
@click.argument("run", metavar="RUN_ID")
@options(("json", "Print one JSON object, inputs and all rows in it."), ("quiet", QUIET_UNLESS_WRONG))
def rerun(folder: str, run: str, as_json: bool, quiet: bool) -> int:
    """Make one run again, by itself.

    RUN_ID is SCENARIO:DRAW:REPLICATE with the numbers of tables/totals.parquet, or as the record of a run that failed
    says (DIR/failures). The run is held against what the folder keeps of it; exit code 1 where it differs or fails, and
    where the folder keeps nothing of it.
    """
    from sim.commands.text.replay import replay_as_dict, replay_in_words
    from sim.experiment import api
    from sim.experiment.replay import SAME

    warn_of_compiling(quiet)
    replay = api.rerun(folder, run)
    click.echo(json_text(replay_as_dict(replay)) if as_json else replay_in_words(replay))
    return DONE if replay.verdict == SAME else FAILED


@click.command()
@click.argument("folder", metavar="DIR")
@option("--for", "whom", metavar="WHOM", help="Of women, men, alcohol, opiates, rural, a council or place...")
@options(
    ("out", "Folder for them (default: where the study's own lie)."), ("json", "Print one JSON object."), "quiet"
)  # fmt: skip
def report(folder: str, whom: str | None, out: str | None, as_json: bool, quiet: bool) -> int:
    """Draw pages and charts of a finished study again.

    From its tables, without running the model. The study's manifest stays as it was written: report.json lists what was
    drawn, and 'throughgate verify' holds that too. With --for every table is made of one group of people, in a folder
    beside the study's unless told.
    """
    from sim.commands.text.study import reported_as_dict, reported_in_words
    from sim.experiment import api

    reported = api.report(folder, out=out, whom=whom)
    if as_json:
        click.echo(json_text(reported_as_dict(reported)))
    elif not quiet:
        click.echo(reported_in_words(reported))
    say_undrawn(Path(folder), reported.undrawn)
    say_missing_letters(quiet)
    return FAILED if reported.undrawn else DONE


@click.command()
@click.argument("folder", metavar="DIR")
@option(
    "--runs",
    type=RUNS,
    default=5,
    show_default=True,
    metavar="N",
    help="Runs to make again.",
)
@options(("json", "Print one JSON object."), "quiet")
def verify(folder: str, runs: int, as_json: bool, quiet: bool) -> int:
    """Hold a finished study against its files and this program.

    Checks the manifest's seal and every file's hash, makes tables again from the totals and a sample of runs, and names
    what has changed since: the study's files, the program, libraries, the machine. Exit code 1 where a file is damaged,
    or a table or a run gives other numbers. It finds accidents and edits; it is no signature.
    """
    from sim.commands.text.verify import verified_as_dict, verified_in_words
    from sim.experiment import api

    warn_of_compiling(quiet)
    with progress(quiet=quiet) as on_progress:
        verified = api.verify(folder, runs=runs, progress=on_progress)
    verdict = json_text(verified_as_dict(verified, as_option)) if as_json else verified_in_words(verified, as_option)
    click.echo(verdict)
    return DONE if verified.is_same else FAILED


COMMANDS = (study, sensitivity, expand, rerun, report, verify)


def _run_file(file: str, method: str | None, settings: dict[str, Any]) -> int:
    """Set up a study file, then estimate it, run a shard of it, or run it and print what it says."""
    from sim.experiment.carry_out import parse_shard, refuse_unready
    from sim.experiment.requests import set_up_study_file

    names = ("shard", "cluster", "precision", "measure", "within", "force", "as_json", "quiet", "dry_run")
    shard, cluster, precision, measure, within, force, as_json, quiet, dry_run = (settings.pop(name) for name in names)
    if within is not None and not dry_run:
        raise InputError(
            "a limit of time is held against an estimate", parameter="within", allowed=f"beside {named('dry_run')}"
        )
    if shard is not None and cluster is not None:
        either = f"{named('shard')} or {named('cluster')}"
        raise InputError("a cluster shares the work itself", parameter="shard", allowed=either)
    shard = None if shard is None else parse_shard(shard)
    study_options = {key: value for key, value in settings.items() if value is not None}
    setup = set_up_study_file(file, method=method, precision=precision, measure=measure, **study_options)
    if dry_run:
        refuse_unready(setup, force=force, shard=shard, cluster=cluster)
        warn_of_compiling(quiet)
        return _estimate(setup, within, as_json=as_json)
    if shard is not None:
        return carry_out_shard(setup, shard, quiet=quiet)
    return carry_out_study(setup, force=force, as_json=as_json, quiet=quiet, cluster=cluster)


def _estimate(setup: StudySetup, within: str | None, *, as_json: bool) -> int:
    from sim.commands.text.estimate import estimate_as_dict, estimate_in_words
    from sim.experiment.estimate import estimate, parse_seconds
    from sim.experiment.run import StudyRun

    seconds = None if within is None else parse_seconds(within)
    cost = estimate(setup.plan, StudyRun(setup).run)
    click.echo(
        json_text(estimate_as_dict(setup, cost, seconds)) if as_json else estimate_in_words(setup, cost, seconds)
    )
    return DONE


def _sample_options(given: Sequence[str]) -> dict[str, int]:
    """Base samples by design; InputError for one design with two numbers."""
    samples: dict[str, int] = {}
    for name, number in map(_sample_option, given):
        if samples.setdefault(name, number) != number:
            problem = f"'{name}' is given as {samples[name]:,} and as {number:,}"
            raise InputError(problem, parameter="samples", allowed="one number for each design")
    return samples


def _sample_option(text: str) -> tuple[str, int]:
    name, _, number = text.partition("=")
    if not (number.isascii() and number.isdecimal()):
        raise InputError(f"'{text}' is not a design and a number", parameter="samples", allowed="such as sobol=512")
    return name, int(number)
