"""Settings of the environment that a library reads and nobody here does: what none can read is refused."""

from __future__ import annotations

import os
import re

from sim.core.arguments import shown
from sim.core.errors import InputError

BUILD_TIME = "SOURCE_DATE_EPOCH"
_SECONDS = re.compile(r"[0-9]{1,11}")


def refuse_settings() -> None:
    """InputError for a time of the build that is none; NumPy reads it while it is loaded."""
    seconds = os.environ.get(BUILD_TIME)
    if seconds is not None and not _SECONDS.fullmatch(seconds):
        allowed = "whole seconds since 1970, or not set at all"
        raise InputError(f"{shown(seconds)} is not a time", key=BUILD_TIME, allowed=allowed)
