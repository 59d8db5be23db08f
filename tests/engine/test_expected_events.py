"""Expected events, which are hazard spent, match the events of the same lives in the mean, by cause and place."""

from __future__ import annotations

import pytest
from engine_ground import Ground, with_params

from sim.core.days import NEVER
from sim.population.codes import DRUG_POISONING, OTHER_CAUSE, SUICIDE


@pytest.mark.parametrize("hazard_factor", [1.0, 5.0])
def test_expected_events_are_the_mean_of_events(ground: Ground, hazard_factor: float) -> None:
    """Events less expected events have mean 0 and variance the expected; fixed seeds, odds of a false alarm 1e-4."""
    run_inputs = ground.run_inputs("naloxone_and_ost_at_release", people=2200)
    run_inputs = with_params(
        run_inputs, {"overdose_base": hazard_factor, "custody_suicide": 8.0, "custody_natural": 8.0}
    )
    names = (
        "overdoses", "drug deaths", "suicides", "other deaths", "suicides in custody", "other deaths in custody",
        "deaths in 28 days",
    )  # fmt: skip
    events_seen = dict.fromkeys(names, 0.0)
    expected = dict.fromkeys(events_seen, 0.0)
    for seed in range(12):
        p = ground.lived(run_inputs, seed).people
        early = (p["death_day"] < NEVER) & (p["death_day"] - p["first_release"] < 28)
        inside = p["died_in_custody"] > 0
        causes = ("expected_drug_deaths", "expected_suicides", "expected_other_deaths")
        any_cause = sum(p[cause][:, :3].sum() for cause in causes)
        for name, events, hazard in (
            ("overdoses", p["overdoses"], p["expected_overdoses"]),
            ("drug deaths", p["death_cause"] == DRUG_POISONING, p["expected_drug_deaths"]),
            ("suicides", p["death_cause"] == SUICIDE, p["expected_suicides"]),
            ("other deaths", p["death_cause"] == OTHER_CAUSE, p["expected_other_deaths"]),
            ("suicides in custody", inside & (p["death_cause"] == SUICIDE), p["expected_custody_deaths"][:, 1]),
            ("other deaths in custody", inside & (p["death_cause"] == OTHER_CAUSE), p["expected_custody_deaths"][:, 0]),
            ("deaths in 28 days", early, any_cause),
        ):
            events_seen[name] += float(events.sum())
            expected[name] += float(hazard.sum())
    z = {name: (events_seen[name] - expected[name]) / expected[name] ** 0.5 for name in events_seen}
    assert max(abs(value) for value in z.values()) < 3.9, z
    assert min(expected.values()) > 15
