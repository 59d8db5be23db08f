"""What a diary says of a day, for a few days by hand."""

from __future__ import annotations

from typing import Any

import pytest

from sim.experiment.diary import _in_words
from sim.mechanisms.events import Event
from sim.population.codes import CAS3, COMMUNITY, CUSTODY, HIDDEN, HOUSING_FIRST, ROUGH, SETTLED, TEMPORARY


def at_night(status: int, housing: int = SETTLED, licence_until: int = 75) -> dict[str, Any]:
    return {"status": status, "housing": housing, "licence_until": licence_until}


@pytest.mark.parametrize(
    ("events", "housing", "words"),
    [
        ([Event.RELEASED], TEMPORARY, ["leaves prison: temporary"]),
        ([Event.RELEASED, Event.BED_TAKEN], CAS3, ["leaves prison", "moves into a short-stay bed"]),
        ([Event.MOVES_UP], SETTLED, ["moves somewhere better to stay: settled"]),
        ([Event.MOVES_UP], HIDDEN, ["leaves the street: homeless, not on the street"]),  # no better place to stay
        ([Event.MOVES_DOWN], HIDDEN, ["loses the place to stay: homeless, not on the street"]),
        ([Event.MOVED_IN], HOUSING_FIRST, ["moves into a place with support: Housing First"]),
        ([Event.MOVES_DOWN], ROUGH, ["loses the place to stay: rough"]),
        ([Event.USE_STARTS, Event.CAS3_ENDED], SETTLED,
         ["uses again", "the planned stay in a short-stay bed ends: settled"]),
    ],
)  # fmt: skip
def test_where_a_move_led(events: list[Event], housing: int, words: list[str]) -> None:
    assert _in_words(events, at_night(COMMUNITY, housing), 10) == words


def test_what_brought_somebody_into_custody() -> None:
    charged, breach = [Event.REOFFENCE, Event.TAKEN_INTO_CUSTODY], [Event.RECALL, Event.TAKEN_INTO_CUSTODY]
    person = at_night(CUSTODY)
    assert _in_words(charged, person, 74)[1] == "is recalled to custody on the charge"
    assert _in_words(charged, person, 75)[1] == "is taken into custody, with a new sentence"  # the licence is over
    assert _in_words(breach, person, 74) == ["is recalled for a breach", "is taken into custody"]
    released = [Event.RELEASED, *charged]
    assert _in_words(released, person, 10)[0] == "leaves prison"  # and spends no night outside
