"""How a command ends and what it says meanwhile: one message and an exit code, never a traceback; progress on stderr.

Exit codes: 0 done, 1 failed, 2 wrong input, 130 interrupted. Only click is imported here.
"""

from __future__ import annotations

import errno
import io
import os
import re
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from sim.commands.interrupts import INTERRUPTED, Interrupts, raise_if_heard
from sim.core.errors import InputError, nearest_name
from sim.core.files import working_folder
from sim.core.grammar import counted
from sim.core.memory import OF_MEMORY, is_out_of_memory, words_of_lack
from sim.core.mistakes import all_by_line
from sim.core.printable import escaped, is_printable

if TYPE_CHECKING:
    from sim.study.protocol import Progress

DONE, FAILED, WRONG_INPUT = 0, 1, 2
MOST_SAID = 20  # mistakes of one file
DEBUG_VARIABLE = "THROUGHGATE_DEBUG"
ARGUMENTS = {  # parameters that are not given by an option of their name
    "name": "NAME", "number": "NUMBER", "run": "RUN_ID", "place": "PLACE", "folder": "DIR", "path": "FILE",
    "paths": "SCENARIO", "service": "--to",
}  # fmt: skip


_path_argument: list[str] = []  # of the command that is carried out, as its usage shows it

_NO_COMMAND = re.compile(r"No such command '(.*)'\.")
_NO_CHOICE = re.compile(r"'(.*?)' is not one of ")


class Interrupted(Exception):
    """A study was interrupted; the message says what is kept and how to go on."""


class OutOfMemory(Exception):
    """A study ran out of memory or threads; the message says what is kept and how to go on."""


def _refused(error: InputError) -> int:
    """Say every mistake that one reading has found, of very many the first, and give the exit code of wrong input."""
    mistakes = all_by_line(error, Path(error.file)) if error.others and error.file else [error, *error.others]
    for mistake in mistakes[:MOST_SAID]:
        say(mistake.message(as_option))
    if len(mistakes) > MOST_SAID:
        say(f"and {counted(len(mistakes) - MOST_SAID, 'more mistake')}")
    return WRONG_INPUT


def _with_nearest(error: click.UsageError) -> click.UsageError:
    """The same, told with the nearest of the words that are known, and with none where none is near."""
    if error.ctx is None:
        return error
    command, ctx = error.ctx.command, error.ctx
    if isinstance(error, click.NoSuchOption):
        known = [name[2:] for param in command.get_params(ctx) for name in param.opts if name.startswith("--")]
        near = nearest_name(error.option_name.lstrip("-"), known)
        possibilities = [] if near is None else [f"--{near}"]
        return click.NoSuchOption(error.option_name, possibilities=possibilities, ctx=ctx)
    if isinstance(command, click.Group) and (word := _NO_COMMAND.match(error.message)):
        return click.UsageError(word[0] + _meant(nearest_name(word[1], command.commands)), ctx)
    choices = error.param.type if isinstance(error, click.BadParameter) and error.param is not None else None
    if isinstance(choices, click.Choice) and (word := _NO_CHOICE.match(error.message)):
        near = nearest_name(word[1], [str(choice) for choice in choices.choices])
        return click.BadParameter(error.message + _meant(near), ctx, getattr(error, "param", None))
    return error


def _meant(near: str | None) -> str:
    return "" if near is None else f" Did you mean '{near}'?"


def ended(command: Callable[[], Any]) -> int:
    """The exit code of a command; its failure in one message on stderr."""
    _open_closed_streams()
    interrupts = Interrupts(say)
    form, warnings.formatwarning = warnings.formatwarning, _warning_line
    try:
        interrupts.listen()
        try:
            returned = command()
            sys.stdout.flush()
        finally:
            interrupts.give_back()
        return returned if isinstance(returned, int) else DONE
    except InputError as error:
        return _failed(error) if is_out_of_memory(error) else _refused(error)
    except click.UsageError as error:
        shown = _with_nearest(error)
        if type(shown) is click.UsageError:  # as of words too many, which click shows as they were typed
            shown = click.UsageError(escaped(shown.message, keep="\n"), shown.ctx)
        with suppress(OSError):
            shown.show(file=sys.stderr)
        return WRONG_INPUT
    except click.ClickException as error:
        return say(error.format_message(), WRONG_INPUT)
    except (BrokenPipeError, SystemExit) as error:  # click leaves with SystemExit only when the reader closed the pipe
        _forget(sys.stdout)
        return _failed(error) if isinstance(sys.stdout, _Closed) else DONE
    except Interrupted as error:
        return say(f"interrupted; {error}", INTERRUPTED)
    except (KeyboardInterrupt, click.Abort) as error:  # click makes an Abort of a file that ended too early, too
        cause = error.__cause__
        return _failed(cause) if isinstance(cause, EOFError) else say("interrupted", INTERRUPTED)
    except Exception as error:
        return say("interrupted", INTERRUPTED) if interrupts.heard else _failed(error)
    finally:
        warnings.formatwarning = form


def _warning_line(message: Warning | str, category: object, filename: str, lineno: int, line: str | None = None) -> str:
    """A library's warning, as of a setting in the environment that it cannot read: its first line alone."""
    line = next(iter(str(message).strip().splitlines()), "a library warns")
    return f"throughgate: {escaped(line)}\n"


def as_option(parameter: str) -> str:
    """A parameter as it is given on the command line: an argument by its place, most as options of their name."""
    if parameter == "path" and _path_argument:
        return _path_argument[-1]
    return ARGUMENTS.get(parameter, f"--{parameter.replace('_', '-')}")


def remember_argument(command: click.Command | None) -> None:
    """What the command that is carried out calls its file: SCENARIO of `run`, STUDY.yaml of `study`."""
    named = [argument.metavar for argument in getattr(command, "params", ()) if isinstance(argument, click.Argument)]
    _path_argument[:] = [name for name in named[:1] if name]


class _Closed(io.StringIO):
    """Stands for a standard output that was closed before the program began: whatever is printed fails."""

    def write(self, _: str, /) -> int:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


def _open_closed_streams() -> None:
    """Streams that were closed before the program began lead nowhere, and no other file takes their numbers."""
    if sys.stdout is not None and sys.stderr is not None:
        return
    while (handle := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(handle)
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # until the process ends
    if sys.stdout is None:
        sys.stdout = _Closed()


def _failed(error: BaseException) -> int:
    try:
        from sim.store.atomic import DISK_FULL, StoreError
        from sim.study.protocol import RunFailed
    except (ImportError, MemoryError):  # too little memory even to tell apart what went wrong
        return say(f"failed: {words_of_lack(error) or OF_MEMORY}", FAILED)

    if os.environ.get(DEBUG_VARIABLE):
        import traceback

        traceback.print_exc()
    if lack := words_of_lack(error):
        kept = f"; {error}" if isinstance(error, OutOfMemory) else ""
        return say(f"failed: {lack}{kept}", FAILED)
    if isinstance(error, StoreError):
        return say(f"failed: {error}", FAILED)
    if isinstance(error, OSError) and error.errno in DISK_FULL:
        _forget(sys.stdout)
        return say(f"failed: the disk is full: {error.filename or 'the printed result'} was not written", FAILED)
    if isinstance(sys.stdout, _Closed) and (isinstance(error, SystemExit) or getattr(error, "errno", 0) == errno.EBADF):
        return say("failed: standard output is closed: the printed result was not written", FAILED)
    if isinstance(error, FileNotFoundError) and error.filename is None:
        try:
            working_folder()
        except InputError as lost:
            return _refused(lost)
    if isinstance(error, PermissionError) and error.filename is not None:
        return _refused(InputError("this may not be opened or written (permission denied)", file=str(error.filename)))
    if isinstance(error, OSError) and error.filename is not None and error.strerror:
        return say(f"failed: {error.filename}: {error.strerror}", FAILED)
    reason = str(error) if isinstance(error, RunFailed) else f"{type(error).__name__}: {error}"
    return say(f"failed: {' '.join(reason.split())} (for the trace, run again with {DEBUG_VARIABLE}=1)", FAILED)


def say(message: str, code: int = DONE) -> int:
    """A message on stderr, marked as the program's; gives the exit code it was given."""
    warn(f"throughgate: {message}")
    return code


def warn(text: str) -> None:
    """A line on stderr; a study goes on when nobody reads its messages or the disk that should hold them is full."""
    try:
        click.echo(escaped(text, keep="\n\t"), err=True)
    except OSError:
        _forget(sys.stderr)


def _forget(stream: TextIO) -> None:
    """What is left for a closed pipe or a full disk is dropped, so that Python does not complain while it ends."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(devnull, stream.fileno())
    except (OSError, ValueError):
        return
    finally:
        os.close(devnull)


@contextmanager
def progress(*, quiet: bool) -> Iterator[Progress | None]:
    """A bar with time left on a terminal; two short lines elsewhere; nothing when quiet.

    Progress is told between two runs, in the main thread, where an interrupt that got lost on its way is heard.
    """
    if quiet:
        yield lambda *_: raise_if_heard()
    elif sys.stderr.isatty():
        from tqdm import tqdm

        with tqdm(unit=" runs", dynamic_ncols=True, file=sys.stderr, leave=False) as bar:

            def draw(done: int, total: int) -> None:
                raise_if_heard()
                bar.total = total
                bar.update(done - bar.n)

            yield draw
    else:
        is_told = False

        def tell(done: int, total: int) -> None:
            nonlocal is_told
            raise_if_heard()
            if not is_told:
                is_told = True
                runs = counted(total, "run")
                say(f"{runs}, {done:,} of them kept from before" if done else runs)

        yield tell


def json_text(content: dict[str, Any]) -> str:
    """One JSON object as it is printed; refuses numbers that JSON does not know."""
    import json

    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    return "".join(c if c == "\n" or is_printable(c) else json.dumps(c)[1:-1] for c in text)


def shard_hint(folder: Path) -> str:
    """What an interrupted shard of a study has left, and how to go on with it."""
    from sim.store.tracked_files import has_parts

    kept = "finished runs of this shard are kept" if has_parts(folder) else "no run had finished"
    return f"{kept}; give the same command to go on"


def resume_hint(folder: Path) -> str:
    """What an interrupted study has left, and the command that goes on with it."""
    from sim.store.command_lines import resume_command
    from sim.store.study_record import is_finished, is_unfinished
    from sim.store.tracked_files import has_parts

    if is_unfinished(folder):
        kept = "finished runs are kept, go on" if has_parts(folder) else "no run had finished, begin again"
        return f"{kept} with: {resume_command(folder)}"
    return f"{folder} holds the study, finished" if is_finished(folder) else "nothing was written"
