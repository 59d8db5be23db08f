"""How a notebook begins: at the top of the repository, with mistakes told in one sentence instead of a traceback."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sim.core.errors import InputError
from sim.core.files import working_folder
from sim.core.memory import words_of_lack
from sim.experiment.defaults import BASELINE
from sim.store.atomic import StoreError
from sim.study.protocol import RunFailed

# Errors whose message is made for the person who made the mistake, and the end that the person asked for.
TOLD = (InputError, RunFailed, StoreError, MemoryError, KeyboardInterrupt)


def start() -> None:
    """The notebook stands at the top of the repository, and a mistake ends its cell with one message.

    May be called again. InputError when neither this folder nor one above it holds the shipped scenarios.
    """
    os.chdir(top_of(working_folder()))
    shell = shell_in_use()
    if shell is not None:
        shell.set_custom_exc(TOLD, tell)


def top_of(folder: Path) -> Path:
    """The nearest folder, this one or one above it, that holds the shipped scenarios."""
    for candidate in (folder, *folder.parents):
        if (candidate / BASELINE).is_file():
            return candidate
    raise InputError(
        f"neither this folder nor one above it holds {BASELINE.as_posix()}",
        file=folder.name,
        allowed="a notebook that lies in the repository, for example in notebooks/",
    )


def tell(shell: Any, kind: type[BaseException], error: BaseException, trace: Any, tb_offset: int | None = None) -> None:
    """Show an error as its one message, as IPython's handlers are called."""
    message = "interrupted; run the cell again" if isinstance(error, KeyboardInterrupt) else str(error)
    shell._showtraceback(kind, error, [f"throughgate: {words_of_lack(error) or message}"])


def shell_in_use() -> Any | None:
    """IPython's shell when this is a notebook or an IPython prompt, else None."""
    try:
        from IPython.core.getipython import get_ipython
    except ImportError:
        return None
    return get_ipython()  # type: ignore[no-untyped-call, unused-ignore]
