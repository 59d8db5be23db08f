"""The seal of a JSON file: a hash over all else that it says, kept in the file itself.

It finds what was edited, cut off or mixed up. It is no signature: whoever changes a file on purpose can reckon its seal
again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.core.errors import InputError
from sim.core.files import read_json
from sim.store.atomic import json_bytes
from sim.store.manifest import canonical_json, sha256_text

SEAL = "seal"
WILL_BE_SEALED = "is_sealed_when_finished"
"""Entry of study.json: the manifest of this study has a seal, so one without is not as it was written."""

WHOLE, BROKEN, NONE = "whole", "broken", "none"
"""How a seal is found: as it was written, not that of the content, or not there."""


def seal_of(content: Mapping[str, Any]) -> str:
    """sha256 over the one spelling of everything but the seal, in hex."""
    return sha256_text(canonical_json({key: value for key, value in content.items() if key != SEAL}))


def sealed(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content as JSON reads it back, with its seal as the last entry."""
    plain: dict[str, Any] = json.loads(json_bytes(dict(content)))
    return {**plain, SEAL: seal_of(plain)}


def is_edited(file: Path) -> bool:
    """Whether a JSON file has a seal that is not that of what it says; False where it cannot be read."""
    try:
        return state_of_seal(read_json(file)) == BROKEN
    except InputError:
        return False


def state_of_seal(content: Mapping[str, Any]) -> str:
    """WHOLE, BROKEN, or NONE for content without a seal, as every manifest was written before there were seals."""
    if SEAL not in content:
        return NONE
    return WHOLE if content[SEAL] == seal_of(content) else BROKEN
