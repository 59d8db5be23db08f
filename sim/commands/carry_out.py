"""Running a study for a command: what is told while it runs, what is printed in the end, and with which exit code."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.commands.interrupts import say_when_stopped
from sim.commands.terminal import (
    DONE,
    FAILED,
    Interrupted,
    OutOfMemory,
    json_text,
    progress,
    resume_hint,
    say,
    shard_hint,
    warn,
)
from sim.core.compile_cache import on_first_compilation
from sim.core.grammar import counted, noun_for
from sim.core.memory import is_out_of_memory
from sim.store.command_lines import command_on

if TYPE_CHECKING:
    from sim.experiment.setup import StudySetup

PARTS_OF_A_FOLDER = ("report.md", "sensitivity.md", "charts", "tables", "manifest.json")
MOST_LETTERS = 20  # that a message names


def carry_out_study(
    setup: StudySetup, *, force: bool = False, as_json: bool, quiet: bool, cluster: str | None = None
) -> int:
    """Run a study and print what it says."""
    from sim.experiment.carry_out import carry_out

    warn_of_compiling(quiet)
    say_when_stopped(lambda: resume_hint(setup.out))
    try:
        with progress(quiet=quiet) as on_progress:
            study = carry_out(
                setup, force=force, progress=on_progress, cluster=cluster, on_message=None if quiet else say
            )
        print_study(setup.out, as_json=as_json)
    except KeyboardInterrupt:
        raise Interrupted(resume_hint(setup.out)) from None
    except Exception as error:
        if is_out_of_memory(error):
            raise OutOfMemory(resume_hint(setup.out)) from error
        raise
    if not quiet:
        warn(_written(setup))
    if study.left_out:
        say(f"left out, because a run failed: {counted(len(study.left_out), 'point')}; {_failures_of(setup)}")
    say_undrawn(setup.out, study.undrawn)
    say_missing_letters(quiet)
    return FAILED if study.left_out or study.undrawn else DONE


def carry_out_shard(setup: StudySetup, shard: tuple[int, int], *, quiet: bool) -> int:
    """Run one shard of a study and say how its folder stands then."""
    from sim.experiment.carry_out import run_shard

    warn_of_compiling(quiet)
    say_when_stopped(lambda: shard_hint(setup.out))
    try:
        with progress(quiet=quiet) as on_progress:
            state = run_shard(setup, shard, progress=on_progress)
    except KeyboardInterrupt:
        raise Interrupted(shard_hint(setup.out)) from None
    which = f"shard {shard[0]} of {shard[1]} is done"
    if state.missing:
        missing = f"{counted(state.missing, 'block')} of other shards {noun_for(state.missing, 'is', 'are')} missing"
        line = f"{which}; {missing}, and the last shard joins the tables"
    elif state.is_sealed:
        line = f"{which}, and so are all others. {_written(setup)}"
    else:
        line = f"{which}; a shard that is still at work joins the tables"
    if not quiet:
        warn(line)
    if state.failed:
        more = f" and {len(state.failed) - 3} more" if len(state.failed) > 3 else ""
        say(f"failed and left out: {', '.join(state.failed[:3])}{more}; {_failures_of(setup)}")
    say_undrawn(setup.out, state.undrawn)
    say_missing_letters(quiet)
    return FAILED if state.failed or state.undrawn else DONE


def say_undrawn(folder: Path, undrawn: Mapping[str, str]) -> None:
    """Name each chart that could not be drawn with the reason, and say how it is drawn again."""
    for name, reason in undrawn.items():
        say(f"chart '{name}' could not be drawn: {reason}")
    if undrawn:
        say(f"all tables and pages stand; to draw the charts again: {command_on('report', folder)}")


def say_missing_letters(quiet: bool) -> None:
    """Name the letters in place of which the charts of this command show a question mark."""
    from sim.presentation.letters import take_missing

    missing = take_missing()
    if missing and not quiet:
        more = f" and {len(missing) - MOST_LETTERS} more" if len(missing) > MOST_LETTERS else ""
        letters = " ".join(missing[:MOST_LETTERS])
        say(f"the fonts of charts lack {letters}{more}, so pictures show ? there; pages and tables hold every letter")


def print_study(out: Path, *, as_json: bool) -> None:
    """Print what a finished study says: its comparison, its sensitivity, or both."""
    from sim.commands.text.study import study_as_dict, study_page

    click.echo(json_text(study_as_dict(out)) if as_json else study_page(out), nl=as_json)


def warn_of_compiling(quiet: bool) -> None:
    """Have it said, when a run is ready, that the first one on this machine compiles, which takes a while."""
    on_first_compilation(None if quiet else lambda: say("compiling, first run only (about half a minute)"))


def _written(setup: StudySetup) -> str:
    written = [name for name in PARTS_OF_A_FOLDER if (setup.out / name).exists()]
    return f"Written to {setup.out}: {', '.join(written[:-1])} and {written[-1]}"


def _failures_of(setup: StudySetup) -> str:
    return f"see {setup.out}/failures, and {command_on('rerun', setup.out)} ID"
