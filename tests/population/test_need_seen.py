"""What services can see of a need: scores in their order, exact shares of people above each, and who is among them."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from cohort_ground import cohort
from shipped import shipped_reference

from sim.evidence.recall_laws import law_on, load_recall_laws
from sim.population.choosing import chance, rank
from sim.population.codes import LONGER, OPIATE_AND_CRACK, WOMAN
from sim.population.disadvantage import OBSERVED, nodes_of
from sim.population.need_seen import FIRST_RELEASES, LATER_RELEASES, WOMEN, ranks, shares_by_rank
from sim.population.person import new_people
from sim.population.returns import expected, mean_recall
from sim.population.traits import trait_numbers

OLD_LAW = law_on(load_recall_laws(), date(2024, 4, 2))
NFA, SHORT, CRACK, ACE4, PTSD = 4, 8, 16, 1, 2  # cells: one bit a trait


def test_scores_by_hand() -> None:
    """Weights 3, 0, 2, 1, 0: adverse experiences before a home, a home before the sentence, the others tell nothing."""
    place = ranks(np.array([3.0, 0.0, 2.0, 1.0, 0.0]))
    assert place[ACE4 | NFA | SHORT] == 0 == place[ACE4 | NFA | SHORT | CRACK | PTSD]
    order = [ACE4 | NFA | SHORT, ACE4 | NFA, ACE4 | SHORT, NFA | SHORT, NFA, SHORT, 0]
    # 6, 5, 4, then 3 twice (adverse experiences alone; a home and a sentence), 2, 1, 0
    assert [int(place[cell]) for cell in order] == [0, 1, 2, 3, 4, 5, 6]
    assert place[ACE4] == place[NFA | SHORT] == 3
    assert set(ranks(np.zeros(5)).tolist()) == {0}


def test_shares_by_hand() -> None:
    """A home weighs 2 and a sentence 1; of ten people 1 has neither in the papers, 2 a sentence, 3 no home, 4 both."""
    shares = np.zeros(32)
    shares[[0, SHORT, NFA, NFA | SHORT]] = 1.0, 2.0, 3.0, 2.5
    shares[NFA | SHORT | ACE4] = 1.5  # has not told: seen as one of the others
    above, equal = shares_by_rank(np.array([9.0, 0.0, 2.0, 1.0, 0.0]), shares)
    for cell, higher, same in ((NFA | SHORT, 0.0, 0.4), (NFA, 0.4, 0.3), (SHORT, 0.7, 0.2), (0, 0.9, 0.1)):
        assert above[cell] == pytest.approx(higher) and equal[cell] == pytest.approx(same)
    row = new_people(1)[0]
    for cell, share, given in (
        (NFA | SHORT, 0.2, 0.5), (NFA | SHORT, 0.4, 1.0), (NFA, 0.4, 0.0), (NFA, 0.55, 0.5), (SHORT, 0.55, 0.0),
        (0, 0.95, 0.5), (0, 1.0, 1.0), (NFA, 1.0, 1.0), (0, 0.0, 0.0),
    ):  # fmt: skip
        row["seen_above"][1], row["seen_equal"][1] = above[cell], equal[cell]
        assert chance(row, share, 1) == pytest.approx(given, abs=1e-12)


def test_without_weights_everybody_is_one_and_a_share_is_a_share() -> None:
    draw = {**shipped_reference(), **{f"disadvantage.{name}": 0.0 for name in OBSERVED}}
    people = cohort(draw, 300)
    assert not people["need_seen"].any() and not people["need_told"].any()
    for person in people[:20]:
        for group in (FIRST_RELEASES, LATER_RELEASES, WOMEN):
            assert chance(person, 0.3, group) == pytest.approx(0.3, rel=1e-12)


def test_what_has_been_told_counts_in_a_queue_and_not_before() -> None:
    people = cohort(shipped_reference(), 2000)
    harmed = (people["ace4"] == 1) | (people["complex_ptsd"] == 1)
    assert (people["need_told"][harmed] < people["need_seen"][harmed]).all()
    assert (people["need_told"] == people["need_seen"])[~harmed].all()
    one = people[harmed][0]
    assert rank(one) == one["need_seen"]
    one["disclosed"] = 1
    assert rank(one) == one["need_told"] < one["need_seen"]


def test_the_trait_itself_is_never_seen() -> None:
    """People alike in the papers are alike to a service, whatever else they bear."""
    people = cohort(shipped_reference(), 3000)
    papers = np.stack([people["no_fixed_abode"], people["sentence"] != LONGER, people["need"] == OPIATE_AND_CRACK])
    for seen in np.unique(papers, axis=1).T:
        alike = (papers == seen[:, None]).all(axis=0)
        assert len(set(people["need_seen"][alike].tolist())) == 1
        assert people["disadvantage"][alike].std() > 0.5
    assert np.corrcoef(people["need_seen"], people["disadvantage"])[0, 1] < -0.3  # and yet it finds them


@pytest.mark.parametrize("share", [0.03, 0.1, 0.3, 0.6, 0.9])
def test_a_share_is_exact_at_first_releases_and_among_women(share: float) -> None:
    """The mean chance of 40,000 people, within 5 standard errors; the highest scores first."""
    people = cohort(shipped_reference(), 40_000, seed=2)
    for group, among in ((FIRST_RELEASES, np.ones(len(people), dtype=bool)), (WOMEN, people["sex"] == WOMAN)):
        chances = np.array([chance(person, share, group) for person in people[among]])
        assert abs(chances.mean() - share) < 5.0 * max(chances.std(), 0.01) / np.sqrt(among.sum())
        by_score = [chances[people["need_seen"][among] == place] for place in np.unique(people["need_seen"][among])]
        means = [float(part.mean()) for part in by_score]
        assert means == sorted(means, reverse=True) and sum(0.0 < mean < 1.0 for mean in means) <= 1


def test_a_recall_by_hand() -> None:
    """Of short sentences 0.85 for 14 days and 0.15 for a quarter of 170; of long ones 0.4 for 28 and 0.6 for 170."""
    draw = {**shipped_reference(), "custody.standard_recall_days": 170.0,
            "custody.fixed_recall_share_short": 0.85, "custody.fixed_recall_share_long": 0.4}  # fmt: skip
    assert mean_recall(draw, law_on(load_recall_laws(), date(2024, 4, 2))) == (
        pytest.approx(18.275),
        pytest.approx(113.2),
    )


def test_returns_by_hand_where_people_are_alike() -> None:
    draw = {**shipped_reference(), "disadvantage.recall": 0.0, "disadvantage.reoffending": 0.0,
            "supervision.recall_compliance": 0.003, "reoffending.short": 0.002, "reoffending.long": 0.001,
            "custody.recall_on_charge": 0.5, "custody.after_reoffence": 0.25,
            "custody.standard_recall_days": 170.0, "custody.fixed_recall_share_short": 0.85,
            "custody.fixed_recall_share_long": 0.4}  # fmt: skip
    at = nodes_of(draw, trait_numbers(draw)[0])
    returns = expected(draw, at, (100.0, 365.0), OLD_LAW)
    short = 0.003 * 100 + 0.002 * (100 * 0.5 + 265 * 0.25)
    long = 0.003 * 365 + 0.001 * 365 * 0.5
    is_short = at.traits[:, 3] == 1.0
    assert returns[is_short] == pytest.approx(short / (1.0 + short * 18.275 / 365))
    assert returns[~is_short] == pytest.approx(long / (1.0 + long * 113.2 / 365))
