"""What Ctrl-C (SIGINT), a polite request to end (SIGTERM) and a closed terminal (SIGHUP) do to a command's process.

    before the command begins   one line, and the process has ended: nothing was begun
    the first while it runs     KeyboardInterrupt in the main thread: what is done is kept, and the command says how to
                                go on; where that takes more than a moment, a line says so
    the second                  the process has ended: files appear whole or not at all, so nothing is half written
    once the command is done    the process has ended, with the command's exit code

The last thing of all is to leave with that code at once: while Python takes itself apart, which may take a second, a
signal would end the process with a code of its own.
A thread hears the signals too, by a byte in a pipe: Python calls handlers in the main thread alone, which may be deep
in a library that compiles. An interrupt that Python drops, because it arose in a `__del__` or in the callback of a weak
reference, is raised again. Nothing that takes time is imported here: this is what the process begins with.
"""

from __future__ import annotations

import atexit
import os
import select
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

INTERRUPTED = 130
PATIENCE_SECONDS = 1.0  # of closing, until a line says what is waited for
AGAIN_SECONDS = 0.05  # until an interrupt that was dropped is raised once more: by then the callback has ended
STOPPING = "stopping when the step at work is done (compiling takes up to half a minute); press again to stop now"
AT_ONCE = "interrupted; stopped at once"
LINE = b"throughgate: interrupted\n"

_USUAL: dict[int, Any] = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}
if hasattr(signal, "SIGHUP"):
    _USUAL[signal.SIGHUP] = signal.SIG_DFL


def listen_early() -> None:
    """Take over the signals until the command begins; a signal ends the process with one line.

    What is registered first to be done at the end is done last.
    """
    atexit.register(_leave)
    for number in _free():
        signal.signal(number, end_early)


def end_early(*_: object) -> None:
    """One line and the exit code of an interrupt, at once: there is nothing to close."""
    with suppress(OSError):
        os.write(2, LINE)
    os._exit(INTERRUPTED)


def end_with(code: int) -> None:
    """From now on a signal ends the process at once with the command's exit code, whatever is still being closed."""
    _code[:] = [code]
    for number in _USUAL:
        if signal.getsignal(number) is end_early or number in _ignored:
            signal.signal(number, lambda *_: os._exit(code))


def _free() -> list[int]:
    """Signals that nobody has other plans for (`nohup` has, for SIGHUP)."""
    if threading.current_thread() is not threading.main_thread():
        return []
    return [number for number, usual in _USUAL.items() if signal.getsignal(number) in (usual, end_early)]


def _leave() -> None:
    """End the process with the command's exit code, where it has one, after all that others do at the end."""
    if not _code:
        return
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
    os._exit(_code[0])


_code: list[int] = []  # of the command, once it is done
_ignored: set[int] = set()  # signals that nobody hears any more, because the command was interrupted
_running: list[Interrupts] = []  # the listener of the command at work


def say_when_stopped(kept: Callable[[], str]) -> None:
    """What a command that is stopped at once says beside: what is kept, and how to go on."""
    for interrupts in _running:
        interrupts.kept = kept


def raise_if_heard() -> None:
    """KeyboardInterrupt where a command goes on working although it was interrupted: a library swallowed the first."""
    if any(interrupts.heard for interrupts in _running):
        raise KeyboardInterrupt


class Interrupts:
    """The signals while a command runs. heard: whether there was one; kept: gives what is said of what is kept.

    say: puts a line on standard error.
    """

    def __init__(self, say: Callable[[str], object]) -> None:
        self.heard = False
        self.kept: Callable[[], str] | None = None
        self._say = say
        self._before: dict[int, Any] = {}
        self._number: int = signal.SIGINT
        self._times = 0
        self._is_lost = self._is_over = False
        self._sent_again = 0
        self._pipe: tuple[int, int] | None = None
        self._wakeup_before = -1
        self._hook = sys.unraisablehook

    def listen(self) -> None:
        """Take over the signals, each unless somebody has other plans for it."""
        self._before = {number: signal.getsignal(number) for number in _free()}
        if not self._before:
            return
        _running.append(self)
        self._hook, sys.unraisablehook = sys.unraisablehook, self._dropped
        self._watch()
        for number in self._before:
            signal.signal(number, self._hear)

    def give_back(self) -> None:
        """What was before; after an interrupt nothing more is heard until the process has ended."""
        self._is_over = True
        for number, handler in self._before.items():
            signal.signal(number, signal.SIG_IGN if self.heard else handler)
        if not self._before:
            return
        _ignored.update(self._before if self.heard else ())
        _running.remove(self)
        sys.unraisablehook = self._hook
        if self._pipe is not None:
            signal.set_wakeup_fd(self._wakeup_before)
            os.close(self._pipe[1])  # ends the thread, which closes the other side

    def _hear(self, number: int, _: object) -> None:
        """In the main thread, between two steps of Python."""
        if self._pipe is None:
            self._count()
        if self._is_over or (self.heard and not self._is_lost):
            return
        self.heard, self._is_lost, self._number = True, False, number
        raise KeyboardInterrupt

    def _watch(self) -> None:
        """Hear the signals in a thread too; where that cannot be (Windows, no memory), the main thread alone hears."""
        if os.name == "nt":
            return
        pipe = os.pipe()
        os.set_blocking(pipe[1], False)
        try:
            threading.Thread(target=self._watched, args=pipe[:1], daemon=True, name="interrupts").start()
        except (RuntimeError, MemoryError):
            for handle in pipe:
                os.close(handle)
            return
        self._pipe = pipe
        self._wakeup_before = signal.set_wakeup_fd(pipe[1], warn_on_full_buffer=False)

    def _watched(self, reader: int) -> None:
        is_told = False
        while True:
            waits = self._times and not is_told
            if waits and not select.select([reader], [], [], PATIENCE_SECONDS)[0]:
                is_told = True
                self._tell(STOPPING)
                continue
            numbers = os.read(reader, 64)
            if not numbers:
                break
            for number in numbers:
                if number in self._before:
                    self._count()
        os.close(reader)

    def _count(self) -> None:
        """Take in one signal; the second ends the process, here and now."""
        if self._sent_again:
            self._sent_again -= 1
            return
        self._times += 1
        if self._times > 1 and not self._is_over:
            kept = ""
            with suppress(Exception):
                kept = "" if self.kept is None else f"; {self.kept()}"
            self._tell(f"{AT_ONCE}{kept}")
            os._exit(INTERRUPTED)

    def _tell(self, line: str) -> None:
        if self._is_over:
            return
        with suppress(Exception):
            if sys.stderr.isatty():
                os.write(2, b"\n")  # after ^C, or a bar
            self._say(line)

    def _dropped(self, unraisable: Any) -> None:
        """In place of 'Exception ignored in': an interrupt that was dropped is raised again a little later."""
        if not (self.heard and issubclass(unraisable.exc_type, KeyboardInterrupt)):
            self._hook(unraisable)
            return
        again = threading.Timer(AGAIN_SECONDS, self._send_again)
        again.daemon = True
        again.start()

    def _send_again(self) -> None:
        if self._is_over:
            return
        self._is_lost = True
        self._sent_again += 1
        if hasattr(signal, "pthread_kill"):  # wakes the main thread where it waits
            signal.pthread_kill(threading.main_thread().ident or 0, self._number)
        else:
            signal.raise_signal(self._number)
