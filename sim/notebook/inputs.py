"""Which uncertain inputs decide what a scenario changes: charts of a finished sensitivity study, read from a folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sim.core.arguments import checked_name
from sim.core.errors import InputError, nearest_name
from sim.presentation.sensitivity.files import LED_BY, labels_of
from sim.store.reading import read_results

if TYPE_CHECKING:
    import pandas as pd

    from sim.presentation.sensitivity.words import Labels
    from sim.presentation.theme import Chart

# Groups by mechanism in words for a room; a group or parameter without any is told by its own name.
GROUPS: Mapping[str, str] = {
    "agency": "Requests between agencies",
    "appointment": "Keeping appointments",
    "cost": "Prices of what is bought",
    "custody": "Stays in custody",
    "death": "Other causes of death",
    "housing": "Housing after release",
    "income": "Benefits and first payment",
    "lever": "Effects of what is bought",
    "need": "Who needs what",
    "overdose": "Overdose risk",
    "population": "Who is released",
    "referral": "Referrals that arrive",
    "service": "Posts and caseloads",
    "supervision": "Licence and recall",
    "treatment": "Staying in treatment",
    "trust": "Trust in the keyworker",
    "use": "Use after release",
    "utility": "Quality of life weights",
    "women": "Women's services",
}
STUDY = Path("results/reference/which_inputs_matter")


@dataclass(frozen=True)
class Inputs:
    """One scenario's advantage in a sensitivity study of one design and method.

    indices, paths: rows of the tables sensitivity and sensitivity_convergence for them; measures: those studied.
    """

    indices: pd.DataFrame
    paths: pd.DataFrame
    labels: Labels
    scenario: str
    index: str
    measures: tuple[str, ...]

    def all_outcomes(self) -> Chart | None:
        """The heat map of inputs by outcomes."""
        from sim.presentation.sensitivity.charts import heat_map

        return heat_map.plot(
            self.indices, self.labels, scenario=self.scenario, index=self.index, measures=self.measures
        )

    def one_outcome(self, measure: str) -> Chart | None:
        """The inputs of one outcome with intervals, luck among them. InputError for a measure that was not studied."""
        from sim.presentation.sensitivity.charts import index_bars

        measure = self._checked(measure)
        return index_bars.plot(self.indices, self.labels, scenario=self.scenario, measure=measure, index=self.index)

    def convergence(self, measure: str) -> Chart | None:
        """The indices of one outcome by number of samples. InputError for a measure that was not studied."""
        from sim.presentation.sensitivity.charts import convergence

        measure = self._checked(measure)
        return convergence.plot(self.paths, self.labels, scenario=self.scenario, measure=measure, index=self.index)

    def _checked(self, measure: str) -> str:
        if checked_name(measure, "measure") not in self.measures:
            raise InputError(
                f"'{measure}' was not studied", key="measure", allowed=", ".join(self.measures),
                nearest=nearest_name(str(measure), self.measures),
            )  # fmt: skip
        return measure


def inputs(folder: str | Path = STUDY, *, scenario: str | None = None) -> Inputs:
    """The sensitivity study of a folder, made by `throughgate study` or `throughgate sensitivity`.

    scenario: name of one beside the baseline; the first, unless told. Of several designs or methods the first is taken.
    Raises InputError.
    """
    from sim.evidence import load_parameters

    results = read_results(folder)
    if "sensitivity" not in results.table_names:
        raise InputError("the folder holds no sensitivity study", file=folder, allowed="one of 'throughgate study'")
    content = results.manifest
    names = [name for name in content["names"] if name != content["baseline"]]
    chosen = names[0] if scenario is None and names else checked_name(scenario, "scenario")
    if chosen not in names:
        raise InputError(
            f"'{chosen}' is not compared in this study", key="scenario", allowed=", ".join(names) or "none",
            nearest=nearest_name(chosen, names),
        )  # fmt: skip
    indices, paths = results.table("sensitivity"), results.table("sensitivity_convergence")
    design, method = str(indices["design"].iloc[0]), str(indices["method"].iloc[0])
    own, of_paths = (
        table[(table["design"] == design) & (table["method"] == method)].reset_index(drop=True)
        for table in (indices, paths)
    )
    measures = tuple(str(name) for name in dict.fromkeys(own["measure"]))
    labels = replace(labels_of(content, load_parameters()), factors=GROUPS)
    return Inputs(own, of_paths, labels, chosen, LED_BY[method], measures)
