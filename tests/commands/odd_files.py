"""What somebody may have put in the place of a file of a study."""

from __future__ import annotations

import os
from pathlib import Path


def in_its_place_a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def in_its_place_a_pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)
