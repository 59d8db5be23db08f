"""Finds a place or a service by its id or its name, as a person would type it."""

from __future__ import annotations

from collections.abc import Sequence

from sim.area.model import Area, Place, ServiceSite
from sim.core.errors import InputError, nearest_names
from sim.core.grammar import a, counted

MOST_SHOWN = 3  # ids that a message gives as examples


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
    shown = near[1:] or [record.id for record in records[:MOST_SHOWN]]
    raise InputError(
        f"{text!r} is not {a(what)} in {title}",
        allowed=f"an id or name, for example {', '.join(shown)}",
        nearest=near[0] if near else None,
    )


def _near(records: Sequence[Place | ServiceSite], wanted: str) -> list[str]:
    by_name = {_folded(name): record.id for record in records for name in (record.id, record.name)}
    near = nearest_names(wanted, by_name, most=2 * MOST_SHOWN + 2)  # an id and a name of each
    return list(dict.fromkeys(by_name[name] for name in near))[: MOST_SHOWN + 1]


def _folded(text: str) -> str:
    return " ".join(text.lower().replace("_", " ").replace("-", " ").split())
