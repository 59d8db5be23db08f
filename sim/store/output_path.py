"""Whether a run folder can be made where it is asked for, found out before anything is run."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from sim.core.arguments import can_be_shown
from sim.core.errors import InputError, named
from sim.core.files import why_no_folder

UP = ".."
ALLOWED = f"a new or empty folder for {named('out')}"


def without_detours(path: Path) -> Path:
    """The same path without the folders that it only leads through and back out of, and that are not there: they would
    be made. Back out of one that is there it leads as the system takes it, which for a link is elsewhere.
    """
    way = Path(path.anchor)
    for part in path.parts[1:] if path.anchor else path.parts:
        is_detour = part == UP and way.name not in ("", UP) and not os.path.lexists(way)
        way = way.parent if is_detour else way / part
    return way


def refuse_impossible(folder: Path) -> None:
    """InputError where no folder can be made or written; afterwards everything lies as it lay."""
    if not can_be_shown(str(folder)):
        reason = "its name is not UTF-8, or holds letters that cannot be shown"
        raise InputError(f"no folder can be made here: {reason}", file=folder, allowed=ALLOWED)
    try:
        for above in (folder, *folder.parents):
            if not os.path.lexists(above):
                continue
            if above.is_symlink() and not above.exists():
                raise InputError("this is a link that leads nowhere, or back to itself", file=above, allowed=ALLOWED)
            if not above.is_dir():
                raise InputError(why_no_folder(above), file=above, allowed=ALLOWED)
        _make_elsewhere_and_remove(folder)
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        name = str(folder)
        shown = name if len(name) <= 80 else f"{name[:77]}..."
        raise InputError(f"no folder can be made here: {reason}", file=shown, allowed=ALLOWED) from None
    if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK):
        raise InputError("this folder cannot be written to", file=folder, allowed=f"{ALLOWED} that can be written to")


def _make_elsewhere_and_remove(folder: Path) -> None:
    """Make what is missing of the path under a name of its own, and take it away again.

    Never under its own name: another shard of the study may begin at this moment, and would lose what it has made.
    """
    missing = [above for above in (folder, *folder.parents) if not above.exists()]
    if missing:
        with TemporaryDirectory(dir=missing[-1].parent, prefix=".") as own:
            Path(own, *(above.name for above in reversed(missing))).mkdir(parents=True)
