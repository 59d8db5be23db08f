"""Command lines that a message tells, as they are typed."""

from __future__ import annotations

import os
import shlex
from pathlib import Path


def command_on(verb: str, path: Path) -> str:
    """The command line that does something with a file, or with the study in a folder.

    A name that begins as an option does is told from here, as ./-x, which no reader takes for an option.
    """
    name = f".{os.sep}{path}" if str(path).startswith("-") else str(path)
    shown = (f'"{name}"' if " " in name else name) if os.name == "nt" else shlex.quote(name)
    return f"throughgate {verb} {shown}"


def resume_command(folder: Path) -> str:
    """The command line that goes on with the study in a folder."""
    return command_on("resume", folder)
