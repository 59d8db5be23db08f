"""Command lines that a message tells, as they are typed."""

from __future__ import annotations

import os
import shlex
from pathlib import Path


def command_on(verb: str, folder: Path) -> str:
    """The command line that does something with the study in a folder."""
    name = str(folder)
    shown = (f'"{name}"' if " " in name else name) if os.name == "nt" else shlex.quote(name)
    return f"throughgate {verb} {shown}"


def resume_command(folder: Path) -> str:
    """The command line that goes on with the study in a folder."""
    return command_on("resume", folder)
