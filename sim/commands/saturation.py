"""`throughgate saturation`: what the next pound of one lever buys, as a table and a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.commands.carry_out import say_missing_letters, warn_of_compiling
from sim.commands.interrupts import say_when_stopped
from sim.commands.options import option, options
from sim.commands.terminal import DONE, FAILED, Interrupted, json_text, progress, say, warn
from sim.core.errors import InputError

if TYPE_CHECKING:
    from sim.analysis.saturation import Curve

GO_ON = "finished runs are kept, the same command goes on"
FILES = ("saturation.txt", "saturation.md", "saturation.csv", "saturation.svg", "saturation.png", "saturation_alt.txt")


@click.command()
@click.argument("lever", metavar="LEVER")
@option("--where", metavar="PLACE", help="Place or council, prison or bus link, as the lever is bought.")
@option("--gbp", metavar="0..MAX", help="Money a year (default 0..1_000_000), in six equal steps.")
@option("--outcome", metavar="NAME", help="Measure of the curve (default engaged_within_3_weeks).")
@click.option("--option", multiple=True, metavar="OPTION=WORD", help="Option of the lever, such as when=sunday.")
@options(
    "people", "months", ("draws", "Samples of the uncertain numbers (default 16)."),
    ("replicates", "Streams of luck under each draw (default 2)."), "seed", "threads", "area", "level",
    ("out", "Folder of table, picture and study."), "force", "json", "quiet",
    ("dry-run", "Say what would be run, and stop."),
)  # fmt: skip
def saturation(lever: str, **settings: Any) -> int:
    """Show what the next pound buys.

    LEVER is bought with a few sums a year, all lived with the same luck; the table and the picture show the outcome and
    the money that finds nobody left to reach. Given again after a kill, the command goes on.
    """
    from sim.core.memory import ensure_room
    from sim.experiment.run import SEAL_MB
    from sim.experiment.saturation import set_up_ladder, trace

    names = ("option", "force", "as_json", "quiet", "dry_run")
    words, force, as_json, quiet, dry_run = (settings.pop(name) for name in names)
    chosen = {key: value for key, value in settings.items() if value is not None}
    ladder = set_up_ladder(lever, words=_words(words), **chosen)
    if dry_run:
        from sim.experiment.plan_words import plan_as_dict, plan_in_words

        click.echo(json_text(plan_as_dict(ladder.setup)) if as_json else "\n".join(plan_in_words(ladder.setup)))
        return DONE
    warn_of_compiling(quiet)
    say_when_stopped(lambda: GO_ON)
    try:
        with progress(quiet=quiet) as on_progress:
            curve = trace(ladder, force=force, progress=on_progress)
    except KeyboardInterrupt:
        raise Interrupted(GO_ON) from None
    ensure_room(SEAL_MB)
    undrawn = write_curve(curve, ladder.out)
    if as_json:
        click.echo(json_text(curve_as_dict(curve, ladder.out)))
    else:
        click.echo((ladder.out / FILES[0]).read_text(encoding="utf-8"), nl=False)
    if undrawn:
        say(f"the picture could not be drawn: {undrawn}; the table stands")
    elif not quiet:
        warn(f"Written to {ladder.out}: {', '.join(FILES)}, and the study")
    say_missing_letters(quiet)
    return FAILED if undrawn else DONE


def write_curve(curve: Curve, out: Path) -> str:
    """Write table, page and picture of a curve, those of an earlier one taken away first; why a picture is missing, ''
    where none is. Raises StoreError."""
    from sim.document.markdown import as_markdown
    from sim.document.text import as_text
    from sim.presentation.charts.saturation import plot
    from sim.presentation.report.saturation import saturation_page
    from sim.store.atomic import write_bytes

    page = saturation_page(curve)
    table = curve.table.to_csv(index=False, lineterminator="\n")
    contents = {FILES[0]: as_text(page).encode(), FILES[1]: as_markdown(page).encode(), FILES[2]: table.encode()}
    problem = ""
    try:
        chart = plot(curve)
        contents |= {FILES[3]: chart.svg, FILES[4]: chart.png, FILES[5]: chart.alt.encode()}
    except Exception as error:  # whatever it is, the numbers stand
        problem = f"{type(error).__name__}: {error}"
    for name in FILES:
        (out / name).unlink(missing_ok=True)
    for name, content in contents.items():
        write_bytes(out / name, content)
    return problem


def curve_as_dict(curve: Curve, out: Path) -> dict[str, Any]:
    """A curve as one plain object; numbers that are not known are None."""
    rows = [
        {str(key): None if value != value else value for key, value in row.items()}
        for row in curve.table.to_dict("records")
    ]
    return {
        "lever": curve.lever, "where": curve.where, "outcome": curve.outcome, "level": curve.level,
        "draws": curve.draws, "replicates": curve.replicates, "study": curve.study, "out": str(out), "sums": rows,
    }  # fmt: skip


def _words(texts: Sequence[str]) -> dict[str, str]:
    words: dict[str, str] = {}
    for text in texts:
        name, is_there, word = text.partition("=")
        if not is_there or not word:
            raise InputError(f"'{text}' is not an option and a word", parameter="option", allowed="such as when=sunday")
        if words.setdefault(name, word) != word:
            raise InputError(f"'{name}' is given twice", parameter="option", allowed="one word for each option")
    return words


COMMANDS = (saturation,)
