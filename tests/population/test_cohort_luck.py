"""One keyed draw a trait: a person is the same whatever happens to other traits, other people or the cohort's size."""

from __future__ import annotations

import numpy as np
import pytest
from cohort_ground import cohort
from shipped import shipped_reference

from sim.population.codes import COUNTED, EARLIER, LATER, MOST_PEOPLE, N_KINDS
from sim.population.person import FIELDS

N = 3000
OF_ADVERSITY = {"complex_ptsd", "mental_health"}
SENTENCE = {"sentence", "licence_days"}
RELEASE = {"first_release", "custody_until"}

# What may change in anybody's row when a parameter changes.
MAY_CHANGE = {
    "population.age_mean": {"age"},
    "population.age_sd": {"age"},
    "population.injecting_opiate": {"injecting"},
    "population.ace4_men": {"ace4"} | OF_ADVERSITY,
    "population.ace4_women": {"ace4"} | OF_ADVERSITY,
    "population.cptsd_men": {"complex_ptsd"},
    "population.mental_health_men": {"mental_health"},
    "population.mental_health_women": {"mental_health"},
    "population.ace4_or": OF_ADVERSITY,
    "population.chemsex_need": {"chemsex"},
    "population.no_fixed_abode_before": {"no_fixed_abode"},
    "population.sentence_to_6m_men": SENTENCE,
    "population.sentence_to_6m_women": SENTENCE,
    "population.sentence_6_12m": SENTENCE,
    "population.friday_release": RELEASE,
    "population.released_outside_region": {"prison"},
    "population.children_women": {"children"},
    "population.any_ace": {"any_ace"},
    "population.abuse_women": {"abuse"},
    "population.alcohol_beside_opiates": {"drinks"},
    "population.women_share": {"sex", "ace4", "chemsex", "prison", "children", "abuse"} | OF_ADVERSITY | SENTENCE,
    "need.opiate_and_crack": {"need", "injecting", "drinks", "chemsex"},
    "need.alcohol": {"need", "injecting", "drinks", "chemsex"},
    "supervision.licence_days_to_6m": {"licence_days"},
    "use.start_days_1_28": set(),
    "disadvantage.ace4": set(),
    "disadvantage.short_sentence": set(),
    "disadvantage.homeless": set(),
}
# The trait is standardised, so whatever moves a share of its observed traits moves everybody's.
STANDARDISED = {
    "population.ace4_men", "population.ace4_women", "population.ace4_or", "population.cptsd_men",
    "population.no_fixed_abode_before", "population.sentence_to_6m_men", "population.sentence_to_6m_women",
    "population.sentence_6_12m", "population.women_share", "need.opiate_and_crack", "disadvantage.ace4",
    "disadvantage.short_sentence",
}  # fmt: skip
# What services see of it follows, and the shares of people above and beside one follow from who comes back, too.
SEEN = ("need_seen", "need_told", "seen_above", "seen_equal")
NAMES = list(FIELDS)


@pytest.mark.parametrize("parameter", sorted(MAY_CHANGE))
def test_a_changed_parameter_leaves_every_other_trait_of_everybody_alone(parameter: str) -> None:
    draw = dict(shipped_reference())
    before = cohort(draw, N)
    draw[parameter] *= 1.1
    after = cohort(draw, N)
    changed = {name for name in NAMES if not np.array_equal(before[name], after[name])}
    assert ("disadvantage" in changed) == (parameter in STANDARDISED)
    assert parameter in STANDARDISED or not changed & {"need_seen", "need_told"}
    changed -= {"disadvantage", *SEEN}
    assert changed <= MAY_CHANGE[parameter]
    if MAY_CHANGE[parameter]:
        assert changed


@pytest.mark.parametrize(
    ("parameter", "field"),
    [
        ("population.injecting_opiate", "injecting"),
        ("population.no_fixed_abode_before", "no_fixed_abode"),
        ("population.children_women", "children"),
        ("population.any_ace", "any_ace"),
        ("population.abuse_women", "abuse"),
        ("population.alcohol_beside_opiates", "drinks"),
        ("population.women_share", "sex"),
    ],
)
def test_a_higher_share_only_adds_people(parameter: str, field: str) -> None:
    draw = dict(shipped_reference())
    before = cohort(draw, N)[field]
    draw[parameter] *= 1.2
    after = cohort(draw, N)[field]
    assert (after >= before).all()
    assert after.sum() > before.sum()


def test_a_larger_cohort_begins_with_the_smaller_one() -> None:
    draw = shipped_reference()
    small, large = cohort(draw, 50), cohort(draw, 80)
    assert small.tobytes() == large[:50].tobytes()


def test_another_seed_is_another_cohort() -> None:
    draw = shipped_reference()
    first, second = cohort(draw, 200, seed=1), cohort(draw, 200, seed=2)
    for field in ("sex", "need", "ace4", "home", "first_release", "age"):
        assert not np.array_equal(first[field], second[field]), field
    assert not np.intersect1d(first["stream"], second["stream"]).size


def test_people_of_the_years_beside_the_study_have_numbers_and_luck_of_their_own() -> None:
    draw = shipped_reference()
    kinds = [cohort(draw, 300, kind=kind) for kind in (COUNTED, EARLIER, LATER)]
    for k, people in enumerate(kinds):
        assert people["number"].tolist() == list(range(k * MOST_PEOPLE, k * MOST_PEOPLE + 300))
    lucks = np.concatenate([people["stream"] for people in kinds])
    assert np.unique(lucks).size == lucks.size
    assert len(kinds) == N_KINDS


@pytest.mark.parametrize("first_day", [7, 364, 728])
def test_a_later_year_moves_the_release_and_nothing_else(first_day: int) -> None:
    draw = shipped_reference()
    one, other = cohort(draw, 300), cohort(draw, 300, first_day=first_day)
    changed = {name for name in NAMES if not np.array_equal(one[name], other[name])}
    assert changed == RELEASE
    assert (other["first_release"] - one["first_release"] == first_day).all()
    assert (other["custody_until"] == other["first_release"]).all()
    assert (one["first_release"] % 7 == other["first_release"] % 7).all()
