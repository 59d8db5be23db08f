"""Finds a place or a service by its id or its name, as a person would type it."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from sim.area.model import Area, Place, ServiceSite
from sim.core.errors import InputError
from sim.core.grammar import a, counted


def find_place(area: Area, text: str) -> int:
    """Index of the place with this id or name, whatever its case."""
    return _find(area.places, text, "place", area.title)


def find_service(area: Area, text: str) -> int:
    """Index of the service with this id or name, whatever its case; open ones win over closed ones of the same name."""
    return _find(area.services, text, "service", area.title)


def _find(records: Sequence[Place | ServiceSite], text: str, what: str, title: str) -> int:
    wanted = _folded(text)
    if not wanted:
        raise InputError(f"no {what} was named", allowed=f"the id or name of {a(what)} in {title}")
    for i, record in enumerate(records):
        if record.id == text.strip():
            return i
    same = [i for i, record in enumerate(records) if wanted in (_folded(record.id), _folded(record.name))]
    running = [i for i in same if getattr(records[i], "is_open", True)] or same
    if len(running) == 1:
        return running[0]
    if running:
        ids = ", ".join(records[i].id for i in running)
        raise InputError(f"{text!r} is the name of {counted(len(running), what)}", allowed=f"one of the ids {ids}")
    near = _near(records, wanted)
    raise InputError(
        f"{text!r} is not {a(what)} in {title}",
        allowed=f"an id or name, for example {', '.join(near[1:])}" if len(near) > 1 else None,
        nearest=near[0] if near else None,
    )


def _near(records: Sequence[Place | ServiceSite], wanted: str) -> list[str]:
    by_name = {_folded(name): record.id for record in records for name in (record.id, record.name)}
    close = get_close_matches(wanted, list(by_name), n=4, cutoff=0.6)
    holding = [name for name in by_name if wanted in name]
    return list(dict.fromkeys(by_name[name] for name in [*close, *holding]))[:4]


def _folded(text: str) -> str:
    return " ".join(text.lower().replace("_", " ").replace("-", " ").split())
