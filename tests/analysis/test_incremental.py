"""Full incremental analysis and value of information against worked examples that were printed elsewhere."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.analysis.value.incremental import BASE, DOMINATED, EXTENDED, FRONTIER, incremental_analysis
from sim.analysis.value.net_benefit import (
    best_on_average,
    chances_best,
    net_benefit,
    perfect_information,
    switching_effect,
    switching_price,
    without_luck,
)

# dampack, vignettes/cdiff_icers.csv: strategies against C. difficile, Rajasingham and others 2020.
CDIFF = {
    "s3": (57336.0059896538, 12.9399639202408), "s27": (57541.2526373815, 13.0140640696275),
    "s33": (57642.2587507842, 13.0389116321918), "s31": (57934.0743411241, 13.0966257932217),
    "s43": (58072.1137208494, 13.11285766912), "s44": (58665.7823044647, 13.1283328397025),
    "s39": (57814.6470919581, 13.0462790163185), "s4": (57887.481549326, 12.9970657153765),
    "s13": (58018.6252420203, 13.0650412387992), "s37": (58081.7947984323, 13.1029711156978),
    "s20": (58634.2026441398, 13.1100568867995),
}  # fmt: skip


def test_six_strategies() -> None:
    """The example of HERC in dampack's tests: C is extendedly dominated, A dominated."""
    names = ("UC", "A", "B", "C", "D", "E")
    ranked = incremental_analysis(names, (5e3, 12e3, 10e3, 25e3, 35e3, 55e3), (1, 1.5, 2, 3, 4, 5))
    assert [one.name for one in ranked] == ["UC", "B", "A", "C", "D", "E"]
    assert [one.status for one in ranked] == [BASE, FRONTIER, DOMINATED, EXTENDED, FRONTIER, FRONTIER]
    assert {one.name: one.icer for one in ranked if one.status == FRONTIER} == {"B": 5000, "D": 12_500, "E": 20_000}
    assert {one.name: one.against for one in ranked} == {
        "UC": "", "B": "UC", "A": "B", "C": "", "D": "B", "E": "D",
    }  # fmt: skip


def test_eleven_strategies_to_the_printed_digits() -> None:
    ranked = incremental_analysis(list(CDIFF), *zip(*CDIFF.values(), strict=True))
    by_name = {one.name: one for one in ranked}
    assert by_name["s3"].status == BASE and math.isnan(by_name["s3"].icer)
    printed = {"s27": 2769.85, "s33": 4065.03, "s31": 5056.22, "s43": 8504.22, "s44": 38362.65}
    assert {one.name: round(one.icer, 2) for one in ranked if one.status == FRONTIER} == printed
    assert by_name["s44"].icer == pytest.approx(38362.6519947134, rel=1e-9)
    assert by_name["s39"].status == EXTENDED
    assert {one.name for one in ranked if one.status == DOMINATED} == {"s4", "s13", "s37", "s20"}
    assert [one.cost for one in ranked] == sorted(cost for cost, _ in CDIFF.values())


def test_ties_and_lone_strategies() -> None:
    assert [one.status for one in incremental_analysis(["today"], [5.0], [1.0])] == [BASE]
    same = incremental_analysis(["today", "again"], [5.0, 5.0], [1.0, 1.0])
    assert [(one.name, one.status, one.against) for one in same] == [("today", BASE, ""), ("again", DOMINATED, "today")]
    dearer = incremental_analysis(["less", "more"], [5.0, 5.0], [1.0, 2.0])
    assert [(one.name, one.status) for one in dearer] == [("more", BASE), ("less", DOMINATED)]
    saving = incremental_analysis(["today", "cut"], [0.0, -100.0], [0.0, -1.0])
    assert [(one.name, one.icer) for one in saving][1] == ("today", 100.0)


# Net benefit of ten iterations at 100,000 a QALY, PMC4323782, table 1.
WARFARIN = (
    438601.60,
    437745.50,
    433453.80,
    435035.00,
    437617.40,
    435430.20,
    434030.50,
    433893.70,
    435033.60,
    437555.70,
)
DEVICE = (419543.20, 463363.40, 467280.00, 440207.70, 449992.30, 445595.70, 424200.50, 435406.70, 434547.60, 457368.10)


def test_perfect_information_by_hand() -> None:
    benefit = np.array([WARFARIN, DEVICE]).T
    assert [round(mean, 2) for mean in benefit.mean(axis=0)] == [435_839.70, 443_750.52]
    assert round(float(benefit.max(axis=1).mean()), 2) == 446_687.96
    worth, error = perfect_information(benefit)
    assert round(worth, 2) == 2937.44
    assert error == pytest.approx(np.std([19058.4, 0, 0, 0, 0, 0, 9830.0, 0, 486.0, 0], ddof=1) / math.sqrt(10))
    assert chances_best(benefit).tolist() == pytest.approx([0.3, 0.7])
    assert best_on_average(benefit) == 1
    assert without_luck(benefit[:, None]).tolist() == benefit.tolist()  # one run a draw: nothing can be told apart


def test_chances_share_ties_and_net_benefit_by_hand() -> None:
    costs, effects = np.array([[0.0, 1000.0], [0.0, 3000.0]]), np.array([[0.0, 0.1], [0.0, 0.1]])
    assert net_benefit(costs, effects, 20_000.0).tolist() == [[0.0, 1000.0], [0.0, -1000.0]]
    assert chances_best(net_benefit(costs, effects, 10_000.0)).tolist() == [0.75, 0.25]  # one tie, one loss


def test_luck_alone_is_worth_nothing_to_know() -> None:
    """Four strategies that do nothing, 1,000 draws of two noisy runs: raw means would promise 0.8 of their noise."""
    noise = np.random.default_rng(1).normal(0.0, 1000.0, (1000, 2, 4))
    noise[:, :, 0] = 0.0  # against the baseline
    raw, _ = perfect_information(noise.mean(axis=1))
    shrunk, _ = perfect_information(without_luck(noise))
    assert raw > 400.0
    assert shrunk < raw / 4


def test_perfect_information_behind_luck_is_that_of_the_numbers() -> None:
    """Difference of two strategies N(500, 1,000^2): EVPI = 1,000 (phi(0.5) - 0.5 Phi(-0.5)) = 197.8, Raiffa and
    Schlaifer's unit loss. Seen through four runs a draw whose luck is twice as wide."""
    random = np.random.default_rng(2)
    truth = random.normal(500.0, 1000.0, 20_000)
    seen = np.zeros((20_000, 4, 2))
    seen[:, :, 1] = truth[:, None] + random.normal(0.0, 2000.0, (20_000, 4))
    worth, error = perfect_information(without_luck(seen))
    assert error < 5.0
    assert worth == pytest.approx(197.8, abs=4 * error)
    raw, _ = perfect_information(seen.mean(axis=1))
    assert raw > 197.8 + 100.0


def test_twins_behind_luck_of_their_own_are_told_to_be_twins() -> None:
    """Two strategies that share every number and differ by luck alone: pulled in one by one they would still differ."""
    random = np.random.default_rng(3)
    shared = random.normal(0.0, 1000.0, (4000, 1, 1))
    seen = np.zeros((4000, 2, 3))
    seen[:, :, 1:] = shared + random.normal(0.0, 300.0, (4000, 2, 2))
    pulled = without_luck(seen)
    assert pulled.std(axis=0)[1:].tolist() == pytest.approx([1000.0, 1000.0], rel=0.05)
    assert (pulled[:, 1] - pulled[:, 2]).std() < 0.2 * (seen[:, :, 1] - seen[:, :, 2]).mean(axis=1).std()


def test_what_would_make_the_choice_switch_by_hand() -> None:
    """500,000 GBP that bring 30 QALYs at 20,000 and save 50,000 elsewhere: net benefit 150,000; the next has 90,000."""
    benefit = 30 * 20_000 + 50_000 - 500_000
    assert switching_price(500_000.0, benefit, 90_000.0) == 560_000.0
    share = switching_effect(500_000.0, benefit, 90_000.0)
    assert share * (30 * 20_000 + 50_000) - 500_000 == pytest.approx(90_000.0)
    assert share == pytest.approx(590 / 650)
    assert math.isnan(switching_price(0.0, 10.0, 0.0)) and math.isnan(switching_effect(500.0, -600.0, 0.0))
