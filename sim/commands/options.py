"""The options of the commands, each spelled once; a command names those it takes, and words of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

import click

from sim.commands.numbers import NUMBER, WHOLE
from sim.core.errors import InputError
from sim.core.grammar import listed

F = TypeVar("F", bound=Callable[..., Any])

_NUMBER: dict[str, Any] = {"type": WHOLE, "metavar": "N"}
_FLAG: dict[str, Any] = {"is_flag": True}
QUIET_UNLESS_WRONG = "No messages, except what went wrong."

OPTIONS: dict[str, dict[str, Any]] = {
    "people": {**_NUMBER, "help": "People released in each run (default 2,200, the region's year)."},
    "months": {**_NUMBER, "help": "Months from the first release: 24 follows everybody for a whole year (default)."},
    "draws": {**_NUMBER, "help": "Samples of the uncertain numbers (default 50)."},
    "replicates": {**_NUMBER, "help": "Streams of luck under each draw (default 4)."},
    "seed": {**_NUMBER, "help": "Same seed, same numbers (default 1)."},
    "threads": {**_NUMBER, "help": "Threads (default: all cores); never changes a number."},
    "area": {"metavar": "DIR", "help": "Folder of an area (default: South West England)."},
    "level": {"type": NUMBER, "metavar": "SHARE", "help": "Level of the intervals (default 0.95)."},
    "out": {"metavar": "DIR", "help": "Folder for tables, charts and report; one for each study."},
    "shard": {"metavar": "i/n", "help": "Run one shard of n; other machines run the others, one folder."},
    "cluster": {"metavar": "ADDRESS", "help": "Run on a Dask cluster, such as tcp://10.0.0.1:8786."},
    "precision": {"type": NUMBER, "metavar": "PEOPLE", "help": "Add replicates until differences are so sure."},
    "measure": {"metavar": "NAME", "help": "What --precision is about (default engaged_within_3_weeks)."},
    "within": {"metavar": "TIME", "help": "With --dry-run: what fits into 30min, 2h or 90s."},
    "force": {**_FLAG, "help": "Replace the study that the folder holds."},
    "json": {**_FLAG, "help": "Print one JSON object instead of the page."},
    "quiet": {**_FLAG, "help": "No progress and no messages, except what went wrong."},
    "dry-run": {**_FLAG, "help": "Say what would be run, and stop."},
}
"""Every option that more than one command takes, or that belongs to a study, with its usual words of help."""

COMPARISON = (
    "people", "months", "draws", "replicates", "seed", "threads", "area", "level", "out", "force", "json", "quiet",
    "dry-run",
)  # fmt: skip
"""Options of a command that runs scenarios; what is not given is left to sim.experiment."""

STUDY_FILE = (
    ("people", "Instead of the file's: people released in each run."),
    ("months", "Instead of the file's: months from the first release."),
    ("draws", "Instead of the file's: samples of the uncertain numbers."),
    ("replicates", "Instead of the file's: streams of luck a draw."),
    ("seed", "Instead of the file's: same seed, same numbers."),
    ("level", "Instead of the file's: level of the intervals."),
    "threads",
    ("out", "Folder (default: results/runs/ and the file's name)."),
    "shard", "cluster", "precision", "measure", "within", "force", "json", "quiet",
    ("dry-run", "Time, memory and disk from three probe runs; nothing is kept."),
)  # fmt: skip
"""Options of a command that runs a study file; numbers take the place of the file's."""


class Once(click.Option):
    """An option that takes one value: given again with another, it is refused, for one of the two would be dropped."""

    def add_to_parser(self, parser: Any, ctx: click.Context) -> None:
        """Have every value kept that is given, until they are looked at."""
        parser.add_option(obj=self, opts=self.opts, dest=self.name, action="append", nargs=self.nargs)

    def handle_parse_result(
        self, ctx: click.Context, opts: Mapping[str, Any], args: list[str]
    ) -> tuple[Any, list[str]]:
        """The one value that is given; InputError for two that differ."""
        values = opts.get(self.name or "")
        if not isinstance(values, list):
            return super().handle_parse_result(ctx, opts, args)
        if len({self.type_cast_value(ctx, value) for value in values}) > 1:
            distinct = listed([f"'{value}'" for value in dict.fromkeys(values)])
            raise InputError(f"{self.opts[0]}: given as {distinct}", allowed="one of them")
        return super().handle_parse_result(ctx, {**opts, self.name or "": values[-1]}, args)


option = partial(click.option, cls=Once)
"""The decorator of an option that takes one value."""


def options(*names: str | tuple[str, str]) -> Callable[[F], F]:
    """A decorator that gives a command these options, in this order; each by name, or by name and words of help.

    The command receives each under its name with _ for -, and --json as `as_json`.
    """

    def decorate(command: F) -> F:
        for chosen in reversed(names):
            name, words = (chosen, None) if isinstance(chosen, str) else chosen
            settings = OPTIONS[name] if words is None else {**OPTIONS[name], "help": words}
            target = "as_json" if name == "json" else name.replace("-", "_")
            kind = click.option if settings.get("is_flag") else option
            command = kind(f"--{name}", target, **settings)(command)
        return command

    return decorate
