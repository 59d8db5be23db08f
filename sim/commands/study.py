"""The commands of researchers: study, sensitivity, expand, rerun, verify."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sim.commands.terminal import DONE, FAILED, Interrupted, json_text, progress, resume_hint, say, warn

if TYPE_CHECKING:
    from sim.experiment.setup import StudySetup

F = TypeVar("F", bound=Callable[..., Any])
METHODS = ("sobol", "morris", "fast", "one_at_a_time", "pawn", "delta", "rbd_fast")


def file_options(command: F) -> F:
    """The options of a command that runs a study file; numbers take the place of the file's."""
    options = (
        click.option("--people", type=int, metavar="N", help="Instead of the file's: people released in each run."),
        click.option("--months", type=int, metavar="N", help="Instead of the file's: months from the first release."),
        click.option("--draws", type=int, metavar="N", help="Instead of the file's: samples of the uncertain numbers."),
        click.option("--replicates", type=int, metavar="N", help="Instead of the file's: streams of luck a draw."),
        click.option("--seed", type=int, metavar="N", help="Instead of the file's: same seed, same numbers."),
        click.option("--level", type=float, metavar="SHARE", help="Instead of the file's: level of the intervals."),
        click.option("--threads", type=int, metavar="N", help="Threads (default: all cores); never changes a number."),
        click.option("--out", metavar="DIR", help="Folder (default: results/runs/ and the file's name)."),
        click.option("--shard", metavar="i/n", help="Run one shard of n; other machines run the others, one folder."),
        click.option("--cluster", metavar="ADDRESS", help="Run on a Dask cluster, such as tcp://10.0.0.1:8786."),
        click.option("--precision", type=float, metavar="PEOPLE", help="Add replicates until differences are so sure."),
        click.option("--measure", metavar="NAME", help="What --precision is about (default engaged_within_3_weeks)."),
        click.option("--within", metavar="TIME", help="With --dry-run: what fits into 30min, 2h or 90s."),
        click.option("--force", is_flag=True, help="Replace the study that the folder holds."),
        click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the page."),
        click.option("--quiet", is_flag=True, help="No progress and no messages, except what went wrong."),
        click.option("--dry-run", is_flag=True, help="Time, memory and disk from three probe runs; nothing is kept."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@click.argument("file", metavar="STUDY.yaml")
@file_options
def study(file: str, **options: Any) -> int:
    """Run a study file: scenarios x draws x replicates x designs.

    Killed at any moment it goes on with 'throughgate resume DIR' and ends in the same bytes. Examples lie in
    scenarios/studies/.
    """
    return _run_file(file, None, options)


@click.command()
@click.argument("file", metavar="STUDY.yaml")
@click.option("--method", required=True, type=click.Choice(METHODS), help="What the analysis is made with.")
@file_options
def sensitivity(file: str, method: str, **options: Any) -> int:
    """Which uncertain numbers matter, and how much is luck.

    For the values of each scenario and for its advantage over the baseline. The file's own settings of the method are
    taken where it has some, otherwise the usual ones. pawn, delta and rbd_fast read the file's draws.
    """
    return _run_file(file, method, options)


@click.command()
@click.argument("folder", metavar="DIR")
@click.option("--draws", type=int, metavar="N", help="So many draws in all.")
@click.option("--replicates", type=int, metavar="N", help="So many streams of luck a draw in all.")
@click.option("--samples", multiple=True, metavar="DESIGN=N", help="So many base samples of a design in all.")
@click.option("--threads", type=int, metavar="N", help="Threads (default: all cores); never changes a number.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the page.")
@click.option("--quiet", is_flag=True, help="No progress and no messages, except what went wrong.")
def expand(folder: str, samples: tuple[str, ...], as_json: bool, quiet: bool, **options: Any) -> int:
    """Make a finished study larger; nothing is run twice.

    The tables end in the same bytes as if the larger study had been run at once.
    """
    from sim.experiment import studies

    ready = studies.prepare_expand(folder, samples=dict(_sample_option(text) for text in samples), **options)
    return carry_out_study(ready, force=False, as_json=as_json, quiet=quiet, cluster=None)


@click.command()
@click.argument("folder", metavar="DIR")
@click.argument("run", metavar="RUN_ID")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, inputs and all rows in it.")
@click.option("--quiet", is_flag=True, help="No messages, except what went wrong.")
def rerun(folder: str, run: str, as_json: bool, quiet: bool) -> int:
    """Make one run again, by itself.

    RUN_ID is SCENARIO:DRAW:REPLICATE with the numbers of tables/totals.parquet, or as the record of a run that failed
    says (DIR/failures). The run is held against what the folder keeps of it; exit code 1 where it differs or fails.
    """
    from sim.commands.text.replay import replay_as_dict, replay_in_words
    from sim.experiment import studies
    from sim.experiment.replay import DIFFERS

    _warn_of_compiling(quiet)
    found = studies.rerun(folder, run)
    click.echo(json_text(replay_as_dict(found)) if as_json else replay_in_words(found))
    return FAILED if found.error or found.verdict == DIFFERS else DONE


@click.command()
@click.argument("folder", metavar="DIR")
@click.option("--runs", type=int, default=5, show_default=True, metavar="N", help="Runs to make again.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--quiet", is_flag=True, help="No progress and no messages, except what went wrong.")
def verify(folder: str, runs: int, as_json: bool, quiet: bool) -> int:
    """Hold a finished study against its files and this program.

    Checks every file's hash, makes a sample of runs again, and names what has changed since: the study's files, the
    program, libraries, the machine. Exit code 1 where a file is damaged or a run gives other numbers.
    """
    from sim.commands.text.replay import verified_as_dict, verified_in_words
    from sim.experiment import studies

    _warn_of_compiling(quiet)
    with progress(quiet=quiet) as told:
        found = studies.verify(folder, runs=runs, progress=told)
    click.echo(json_text(verified_as_dict(found)) if as_json else verified_in_words(found))
    return DONE if found.is_same else FAILED


COMMANDS = (study, sensitivity, expand, rerun, verify)


def _run_file(file: str, method: str | None, options: dict[str, Any]) -> int:
    """Prepare a study file, then estimate it, run a shard of it, or run it and print what it says."""
    from sim.core.errors import InputError
    from sim.experiment import studies

    names = ("shard", "cluster", "precision", "measure", "within", "force", "as_json", "quiet", "dry_run")
    shard, cluster, precision, measure, within, force, as_json, quiet, dry_run = (options.pop(name) for name in names)
    if within is not None and not dry_run:
        raise InputError("--within goes with --dry-run", key="--within")
    if shard is not None and cluster is not None:
        raise InputError("a cluster shares the work itself", key="--shard", allowed="--shard or --cluster")
    shard = None if shard is None else studies.parse_shard(shard)
    given = {key: value for key, value in options.items() if value is not None}
    ready = studies.prepare_study_file(file, method=method, precision=precision, measure=measure, **given)
    if dry_run:
        _warn_of_compiling(quiet)
        return _estimate(ready, within, as_json=as_json)
    if shard is not None:
        return _run_shard(ready, shard, quiet=quiet)
    return carry_out_study(ready, force=force, as_json=as_json, quiet=quiet, cluster=cluster)


def _estimate(ready: StudySetup, within: str | None, *, as_json: bool) -> int:
    from sim.commands.text.estimate import estimate_as_dict, estimate_in_words
    from sim.experiment import studies

    seconds = None if within is None else studies.parse_seconds(within)
    found = studies.estimate(ready)
    click.echo(
        json_text(estimate_as_dict(ready, found, seconds)) if as_json else estimate_in_words(ready, found, seconds)
    )
    return DONE


def _run_shard(ready: StudySetup, shard: tuple[int, int], *, quiet: bool) -> int:
    from sim.experiment import studies

    _warn_of_compiling(quiet)
    try:
        with progress(quiet=quiet) as told:
            found = studies.run_shard(ready, shard, progress=told)
    except KeyboardInterrupt:
        raise Interrupted("finished runs of this shard are kept; give the same command to go on") from None
    which = f"shard {shard[0]} of {shard[1]} is done"
    if found.missing:
        said = f"{which}; {found.missing:,} blocks of other shards are missing, and the last shard joins the tables"
    elif found.is_sealed:
        said = f"{which}, and so are all others. {_written(ready)}"
    else:
        said = f"{which}; a shard that is still at work joins the tables"
    if not quiet:
        warn(said)
    if found.failed:
        some = ", ".join(found.failed[:3]) + (f" and {len(found.failed) - 3} more" if len(found.failed) > 3 else "")
        say(f"failed and left out: {some}; see {ready.out}/failures, and throughgate rerun {ready.out} ID")
    return FAILED if found.failed else DONE


def carry_out_study(ready: StudySetup, *, force: bool, as_json: bool, quiet: bool, cluster: str | None) -> int:
    """Run a prepared study and print what it says."""
    from sim.experiment import studies

    _warn_of_compiling(quiet)
    try:
        with progress(quiet=quiet) as told:
            found = studies.carry_out(ready, force=force, progress=told, cluster=cluster, told=None if quiet else say)
    except KeyboardInterrupt:
        raise Interrupted(resume_hint(ready.out)) from None
    print_study(ready.out, as_json=as_json)
    if not quiet:
        warn(_written(ready))
    if found.left_out:
        points = f"{len(found.left_out)} point{'' if len(found.left_out) == 1 else 's'}"
        say(f"left out, because a run failed: {points}; see {ready.out}/failures, and throughgate rerun {ready.out} ID")
    return FAILED if found.left_out else DONE


def print_study(out: Path, *, as_json: bool) -> None:
    """Print what a finished study says: its comparison, its sensitivity, or both."""
    from sim.commands.text.study import study_as_dict, study_page

    click.echo(json_text(study_as_dict(out)) if as_json else study_page(out), nl=as_json)


def _written(ready: StudySetup) -> str:
    return f"Written to {ready.out}: report.md, charts, tables and manifest.json"


def _sample_option(text: str) -> tuple[str, int]:
    from sim.core.errors import InputError

    name, _, number = text.partition("=")
    if not (number.isascii() and number.isdecimal()):
        raise InputError(f"'{text}' is not a design and a number", key="--samples", allowed="such as sobol=512")
    return name, int(number)


def _warn_of_compiling(quiet: bool) -> None:
    from sim.experiment import api

    if not quiet and api.is_first_compilation():
        say("compiling, first run only (about half a minute)")
