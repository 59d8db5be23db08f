"""The command line: it parses, calls sim.api and names what was written; it decides nothing else.

Results go to stdout, progress and messages to stderr. Exit codes: 0 done, 1 failed, 2 wrong input, 130 interrupted.
Only click is imported here; everything heavier is imported by the command that needs it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sim.core.errors import InputError

if TYPE_CHECKING:
    from sim.analysis.comparison import Comparison
    from sim.api import Prepared
    from sim.study.protocol import Progress

DONE, FAILED, WRONG_INPUT, INTERRUPTED = 0, 1, 2, 130
DEBUG_VARIABLE = "THROUGHGATE_DEBUG"

F = TypeVar("F", bound=Callable[..., Any])


class Throughgate(click.Group):
    """The command group; turns every way of ending into one message and an exit code, never a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Commands in the order in which they are usually met."""
        return list(self.commands)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the command and leave with its exit code."""
        kwargs["standalone_mode"] = False
        sys.exit(_ended(lambda: super(Throughgate, self).main(*args, **kwargs)))


def _ended(command: Callable[[], Any]) -> int:
    """The exit code of a command; its failure in one message on stderr."""
    try:
        returned = command()
        sys.stdout.flush()
        return returned if isinstance(returned, int) else DONE
    except InputError as error:
        return _say(str(error), WRONG_INPUT)
    except click.UsageError as error:
        error.show(file=sys.stderr)
        return WRONG_INPUT
    except click.ClickException as error:
        return _say(error.format_message(), WRONG_INPUT)
    except (BrokenPipeError, SystemExit):  # click leaves with SystemExit only when the reader closed the pipe
        _forget_stdout()
        return DONE
    except (KeyboardInterrupt, click.Abort):
        return _say("interrupted; finished runs are kept, give the same command again to go on", INTERRUPTED)
    except Exception as error:
        return _failed(error)


def _failed(error: Exception) -> int:
    from sim.store.atomic import StoreError
    from sim.study.protocol import RunFailed

    if os.environ.get(DEBUG_VARIABLE):
        import traceback

        traceback.print_exc()
    if isinstance(error, StoreError):
        return _say(f"failed: {error}", FAILED)
    said = str(error) if isinstance(error, RunFailed) else f"{type(error).__name__}: {error}"
    return _say(f"failed: {' '.join(said.split())} (for the trace, run again with {DEBUG_VARIABLE}=1)", FAILED)


def _say(message: str, code: int) -> int:
    click.echo(f"throughgate: {message}", err=True)
    return code


def _forget_stdout() -> None:
    """The reader closed the pipe: drop what is left, so that Python does not complain while it ends."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(devnull, sys.stdout.fileno())
    except (OSError, ValueError):
        return
    finally:
        os.close(devnull)


def study_options(command: F) -> F:
    """The options that every command which runs a study takes; what is not given is left to sim.api."""
    options = (
        click.option(
            "--people", type=int, metavar="N", help="People released in each run (default 2,200, the region's year)."
        ),
        click.option(
            "--months",
            type=int,
            metavar="N",
            help="Months from the first release: 24 follows everybody for a whole year (default).",
        ),
        click.option("--draws", type=int, metavar="N", help="Samples of the uncertain numbers (default 50)."),
        click.option("--replicates", type=int, metavar="N", help="Streams of luck under each draw (default 4)."),
        click.option("--seed", type=int, metavar="N", help="Same seed, same numbers (default 1)."),
        click.option("--threads", type=int, metavar="N", help="Threads (default: all cores); never changes a number."),
        click.option("--area", metavar="DIR", help="Folder of an area (default: South West England)."),
        click.option("--level", type=float, metavar="SHARE", help="Level of the intervals (default 0.95)."),
        click.option("--out", metavar="DIR", help="Folder for tables, charts and report; one for each study."),
        click.option("--force", is_flag=True, help="Replace the study that the folder holds."),
        click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the page."),
        click.option("--quiet", is_flag=True, help="No progress and no messages, except what went wrong."),
        click.option("--dry-run", is_flag=True, help="Say what would be run, and stop."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.group(cls=Throughgate, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="throughgate", prog_name="throughgate")
def main() -> None:
    """Compare ways of spending money on the passage from prison to community.

    Start with: throughgate compare
    """


@main.command()
@click.argument("scenarios", nargs=-1, required=True, metavar="SCENARIO...")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--quiet", is_flag=True, help="Print nothing when all is well.")
def check(scenarios: tuple[str, ...], as_json: bool, quiet: bool) -> int:
    """Check scenario files: the first mistake of each, with line, allowed values and nearest name."""
    from sim import api

    good, problems = api.check_all(scenarios)
    if as_json:
        _print_json({"scenarios": good, "problems": problems})
    elif not quiet:
        for entry in good:
            levers = f"{entry['levers']} lever{'' if entry['levers'] == 1 else 's'}"
            money = f"{levers}, £{entry['gbp_per_year']:,.0f} a year"
            click.echo(f"{entry['file']}: well-formed: {entry['title']} ({money})")
    for problem in problems:
        _say(problem, WRONG_INPUT)
    return WRONG_INPUT if problems else DONE


@main.command()
@click.argument("scenario", metavar="SCENARIO")
@study_options
def run(scenario: str, **options: Any) -> None:
    """Run one scenario by itself."""
    from sim import api

    _study(lambda given: api.prepare_run(scenario, **given), options)


@main.command()
@click.argument("scenarios", nargs=-1, metavar="[SCENARIO]...")
@click.option("--baseline", metavar="FILE", help="What the others are held against (default scenarios/baseline.yaml).")
@study_options
def compare(scenarios: tuple[str, ...], **options: Any) -> None:
    """Run scenarios against the baseline: what each costs, and what it changes.

    Without SCENARIO: all of scenarios/*.yaml, written to results/runs/south_west.
    """
    from sim import api

    _study(lambda given: api.prepare(scenarios, **given), options)


@main.command()
@click.argument("name", required=False)
def evidence(name: str | None) -> None:
    """Show where a number comes from; without NAME, the log of all assumptions.

    NAME is a parameter, such as overdose.witnessed, or a mechanism, such as overdose.
    """
    from sim import api

    click.echo(api.evidence(name).rstrip("\n"))


@main.command()
@click.argument("place")
@click.option("--to", "service", required=True, metavar="SERVICE", help="Id or name of a service.")
@click.option("--day", type=click.Choice(["weekday", "sunday"]), default="weekday", show_default=True)
@click.option("--depart", metavar="HH:MM", help="Leave not before (default: the first journey of the day).")
@click.option("--arrive", metavar="HH:MM", help="Be there not after (an appointment's time).")
@click.option("--area", metavar="DIR", help="Folder of an area (default: South West England).")
def journey(place: str, service: str, day: str, depart: str | None, arrive: str | None, area: str | None) -> None:
    """Show one journey from door to door: each leg, its wait, minutes and fare."""
    from sim import api

    click.echo(api.journey(place, service, day=day, depart=depart, arrive=arrive, area=area).rstrip("\n"))


def _study(prepare: Callable[[dict[str, Any]], Prepared], options: dict[str, Any]) -> None:
    """Prepare a study, then say what it would be or run it and print what it says."""
    from sim import api

    force, as_json, quiet, dry_run = (options.pop(key) for key in ("force", "as_json", "quiet", "dry_run"))
    ready = prepare({key: value for key, value in options.items() if value is not None})
    if dry_run:
        _print_json(api.plan_as_dict(ready)) if as_json else click.echo("\n".join(api.plan_in_words(ready)))
        return
    if not quiet and api.is_first_compilation():
        click.echo("throughgate: compiling, first run only (about half a minute)", err=True)
    with _progress(quiet=quiet) as progress:
        comparison = api.carry_out(ready, force=force, progress=progress)
    _print_comparison(comparison, as_json=as_json)
    if not quiet:
        click.echo(f"Written to {comparison.out}: report.md, charts, tables and manifest.json", err=True)


def _print_comparison(comparison: Comparison, *, as_json: bool) -> None:
    from sim.presentation.report_text import report_text

    if as_json:
        _print_json(comparison.as_dict())
    else:
        click.echo(report_text(comparison), nl=False)


def _print_json(content: dict[str, Any]) -> None:
    import json

    click.echo(json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False))


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Progress | None]:
    """A bar with time left on a terminal; two short lines elsewhere; nothing when quiet."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        from tqdm import tqdm

        with tqdm(unit=" runs", dynamic_ncols=True, file=sys.stderr, leave=False) as bar:

            def draw(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            yield draw
    else:
        told = False

        def tell(done: int, total: int) -> None:
            nonlocal told
            if not told:
                before = f", {done:,} of them kept from before" if done else ""
                told = True
                with suppress(BrokenPipeError):  # a study goes on when nobody reads its messages
                    click.echo(f"throughgate: {total:,} runs{before}", err=True)

        yield tell


if __name__ == "__main__":
    main()
