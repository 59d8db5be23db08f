"""What the tests of study folders share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

Engine = Callable[..., None]  # the fixture `engine`: how the stand-in for the engine behaves


def files_of(out: Path) -> dict[str, bytes]:
    """Every file of a finished folder but the manifest, which holds times."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
