"""How a command ends and what it says meanwhile: one message and an exit code, never a traceback; progress on stderr.

Exit codes: 0 done, 1 failed, 2 wrong input, 130 interrupted. Only click is imported here.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TextIO

import click

from sim.core.errors import InputError

if TYPE_CHECKING:
    from sim.study.protocol import Progress

DONE, FAILED, WRONG_INPUT, INTERRUPTED = 0, 1, 2, 130
DEBUG_VARIABLE = "THROUGHGATE_DEBUG"


class Interrupted(Exception):
    """A study was interrupted; the message says what is kept and how to go on."""


def ended(command: Callable[[], Any]) -> int:
    """The exit code of a command; its failure in one message on stderr."""
    try:
        with _asked_to_end():
            returned = command()
            sys.stdout.flush()
        return returned if isinstance(returned, int) else DONE
    except InputError as error:
        return say(str(error), WRONG_INPUT)
    except click.UsageError as error:
        with suppress(OSError):
            error.show(file=sys.stderr)
        return WRONG_INPUT
    except click.ClickException as error:
        return say(error.format_message(), WRONG_INPUT)
    except (BrokenPipeError, SystemExit):  # click leaves with SystemExit only when the reader closed the pipe
        _forget(sys.stdout)
        return DONE
    except Interrupted as error:
        return say(f"interrupted; {error}", INTERRUPTED)
    except (KeyboardInterrupt, click.Abort):
        return say("interrupted", INTERRUPTED)
    except Exception as error:
        return _failed(error)


def _failed(error: Exception) -> int:
    from sim.store.atomic import DISK_FULL, StoreError
    from sim.study.protocol import RunFailed

    if os.environ.get(DEBUG_VARIABLE):
        import traceback

        traceback.print_exc()
    if isinstance(error, StoreError):
        return say(f"failed: {error}", FAILED)
    if isinstance(error, OSError) and error.errno in DISK_FULL:
        _forget(sys.stdout)
        return say(f"failed: the disk is full: {error.filename or 'the printed result'} was not written", FAILED)
    said = str(error) if isinstance(error, RunFailed) else f"{type(error).__name__}: {error}"
    return say(f"failed: {' '.join(said.split())} (for the trace, run again with {DEBUG_VARIABLE}=1)", FAILED)


@contextmanager
def _asked_to_end() -> Iterator[None]:
    """A polite request to end (SIGTERM) counts as an interrupt, unless somebody has other plans for it."""
    import signal

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    ours = threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    if ours:
        signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        if ours:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)


def say(message: str, code: int = DONE) -> int:
    """A message on stderr, marked as the program's; gives the exit code it was told."""
    note(f"throughgate: {message}")
    return code


def note(text: str) -> None:
    """A line on stderr; a study goes on when nobody reads its messages or the disk that should hold them is full."""
    try:
        click.echo(text, err=True)
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
                told = True
                runs = f"{total:,} run{'' if total == 1 else 's'}"
                say(f"{runs}, {done:,} of them kept from before" if done else runs)

        yield tell
