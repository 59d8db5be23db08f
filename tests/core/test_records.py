"""An annotated class and the dtype made from it hold the same fields, and the annotation says what a row holds."""

from __future__ import annotations

from typing import Annotated, get_args, get_type_hints

import numpy as np
import pytest

from sim.core.records import Cells, Field, fields_of, record_dtype
from sim.engine.records import MONTH, SERVICE, WORKER, Month, Service, Worker
from sim.population.person import PERSON, Person
from sim.population.traits import TRAIT_NUMBERS, TraitNumbers

RECORDS = [
    (Person, PERSON),
    (Service, SERVICE),
    (Worker, WORKER),
    (Month, MONTH),
    (TraitNumbers, TRAIT_NUMBERS),
]
PYTHON_TYPES: dict[str, type] = {"i": int, "f": float, "u": np.uint64}


@pytest.mark.parametrize(("record", "dtype"), RECORDS, ids=lambda part: getattr(part, "__name__", ""))
def test_a_row_holds_what_the_annotations_say(record: type, dtype: np.dtype) -> None:
    assert dtype.names == tuple(record.__annotations__) == tuple(fields_of(record))
    assert dtype.isalignedstruct
    for name, hint in get_type_hints(record, include_extras=True).items():
        declared, field = get_args(hint)
        number = PYTHON_TYPES[field.kind[0]]
        assert declared == (Cells[number] if field.shape else number), name
        assert dtype[name].base == np.dtype(field.kind) and dtype[name].shape == field.shape, name


@pytest.mark.parametrize(("record", "dtype"), RECORDS, ids=lambda part: getattr(part, "__name__", ""))
def test_every_field_has_a_unit_and_a_meaning(record: type, dtype: np.dtype) -> None:
    assert all(field.unit and len(field.meaning) > 4 for field in fields_of(record).values())


def test_an_annotation_without_a_field_is_refused() -> None:
    class Half:
        age: Annotated[float, Field("f8", "years", "age at first release")]
        sex: int

    with pytest.raises(TypeError, match=r"Half\.sex is declared without a Field"):
        record_dtype(Half)
