"""Some of the people of a run, in an order of their own, read a field at a time.

Rows of a run stand as is best for living them; sums over people are made in the order of their numbers, so that the
order of rows moves no last bit. Copying whole rows into that order would take as much memory again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np


@dataclass(frozen=True)
class ChosenPeople:
    """people: PERSON rows; rows: those that are meant, in the order in which they are meant."""

    people: np.ndarray[Any, Any]
    rows: np.ndarray[Any, Any]
    _columns: dict[str, np.ndarray[Any, Any]] = field(default_factory=dict, repr=False)  # those asked for before

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, chosen: Any) -> Any:
        """A field of the people by its name, or the people where an array of flags says yes."""
        if isinstance(chosen, str):
            if chosen not in self._columns:
                self._columns[chosen] = self.people[chosen][self.rows]
            return self._columns[chosen]
        return ChosenPeople(self.people, self.rows[chosen])


Columns: TypeAlias = np.ndarray[Any, Any] | ChosenPeople
"""People whose fields are read one by one: PERSON rows, or some of them in an order of their own."""
