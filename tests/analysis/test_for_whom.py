"""The group of people that a word means, and its totals: added up by hand, and refused where a study keeps none."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.cube import Cube
from sim.analysis.for_whom import added_up, for_whom, span_of
from sim.core.errors import InputError

GROUPS = (
    ("all", "all"), ("sex", "man"), ("sex", "woman"), ("need", "opiate_and_crack"), ("need", "opiate_no_crack"),
    ("need", "alcohol"), ("council", "Bristol, City of"), ("council", "Cornwall"), ("age", "50 and over"),
    ("month", "month 1"),
)  # fmt: skip
PLACES = {"truro": ("Truro", "Cornwall"), "st_ives": ("St Ives", "Cornwall")}


@pytest.mark.parametrize(
    ("word", "stratum", "names"),
    [
        ("women", "sex", ("woman",)),
        ("Women", "sex", ("woman",)),
        ("woman", "sex", ("woman",)),
        ("alcohol", "need", ("alcohol",)),
        ("opiates", "need", ("opiate_and_crack", "opiate_no_crack")),
        ("opiate_no_crack", "need", ("opiate_no_crack",)),
        ("bristol", "council", ("Bristol, City of",)),
        ("Bristol, City of", "council", ("Bristol, City of",)),
        ("50 and over", "age", ("50 and over",)),
        ("st_ives", "council", ("Cornwall",)),
    ],
)
def test_a_word_means_a_group(word: str, stratum: str, names: tuple[str, ...]) -> None:
    whom = for_whom(word, GROUPS, PLACES)
    assert (whom.stratum, whom.names) == (stratum, names)


def test_for_a_place_its_council_stands_and_says_so() -> None:
    assert for_whom("Truro", GROUPS, PLACES).remark == (
        "Totals are kept by council: these are of Cornwall, in which Truro lies."
    )
    assert for_whom("cornwall", GROUPS, PLACES).remark == ""


@pytest.mark.parametrize(
    ("word", "nearest"),
    [("wemen", "women"), ("cornwal", "cornwall"), ("month 1", ""), ("rural", ""), ("trur", "Truro")],
)
def test_what_is_no_group_of_the_study_is_one_sentence(word: str, nearest: str) -> None:
    with pytest.raises(
        InputError, match=f"for: '{word}' is no group of this study's totals; allowed: man, woman"
    ) as no:
        for_whom(word, GROUPS, PLACES)
    assert (f"did you mean '{nearest}'?" in str(no.value)) == bool(nearest)


def cube(groups: tuple[tuple[str, str], ...], measures: tuple[str, ...], numerator: list[list[float]]) -> Cube:
    """One run of one scenario; everybody counted in tens."""
    above = np.array(numerator, dtype=float)[None, None, None]
    return Cube(above, np.full_like(above, 10.0), ("baseline",), groups, measures)


def test_groups_of_one_stratum_are_added_up_with_the_measures_that_groups_have() -> None:
    """3 and 4 of 10 people each are 7 of 20; the services' own measure stays with everybody."""
    everybody = cube((GROUPS[0], GROUPS[1]), ("qalys", "people_waiting_mean", "custody_days"), [[50, 9, 30], [5, 0, 3]])
    some = cube((GROUPS[3], GROUPS[4]), ("custody_days", "qalys"), [[3, 6], [4, 5]])
    whom = for_whom("opiates", GROUPS, {})
    two = added_up(everybody, some, whom)
    assert two.groups == (("all", "all"), ("need", "people who use opiates"))
    assert two.measures == ("custody_days", "qalys")
    assert two.numerator[0, 0, 0].tolist() == [[30, 50], [7, 11]]
    assert two.denominator[0, 0, 0].tolist() == [[10, 10], [20, 20]]
    assert span_of(GROUPS, whom) == slice(3, 5)
    assert span_of(GROUPS, for_whom("women", GROUPS, {})) == slice(2, 4)  # two groups at least
