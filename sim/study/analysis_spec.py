"""What a study analyses beyond its draws: designs of a sensitivity analysis, and which measures and strata are kept.

A comparison has none of it. What stands here is what a study file asks, as plain values that study.json keeps, so that
a folder alone is enough to go on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.core.errors import InputError, nearest_name
from sim.core.grammar import a, counted
from sim.evidence.views import View, changed, load_views
from sim.outcomes.measures import MEASURE_NAMES
from sim.outcomes.totals import RunResult
from sim.scenario.levers import PAYERS
from sim.sensitivity.designs import Design, Factor, factors_of, groups_of, make_design, points_of
from sim.study.methods import CHOSEN

if TYPE_CHECKING:
    from sim.evidence import ParameterTable
    from sim.study.protocol import Simulator

MOST_NUMBERS = 100_000_000
"""Points times parameters of one design, which are held in memory (8 bytes each)."""


@dataclass(frozen=True)
class DesignSpec:
    """One design as a study file asks for it.

    parameters: names and patterns of the evidence rows that are varied; None for all that are uncertain.
    groups: 'mechanism', 'theme', own groups by name, or None.
    """

    method: str
    samples: int
    replicates: int
    luck: bool = True
    groups: str | Mapping[str, Sequence[str]] | None = None
    parameters: Sequence[str] | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)

    def made(self, table: ParameterTable, seed: int) -> Design:
        """The design over the table's uncertain rows. Raises InputError with the design's key."""
        factors = factors_of(table, self.parameters)
        self._refuse_huge(factors)
        return make_design(
            self.method, factors, samples=self.samples, seed=seed, groups=self.groups, luck=self.luck,
            replicates=self.replicates, settings=self.settings,
        )  # fmt: skip

    def refuse_damaged(self) -> None:
        """TypeError where the design cannot have been asked for by a study file."""
        numbers = (self.samples, self.replicates)
        groups, names = self.groups, self.parameters
        if (
            self.method not in CHOSEN
            or not all(_is_number(number) and isinstance(number, int) and number > 0 for number in numbers)
            or not isinstance(self.luck, bool)
            or not isinstance(self.settings, Mapping)
            or not (groups is None or isinstance(groups, str) or all(_are_words(own) for own in groups.values()))
            or not (names is None or _are_words(names))
        ):
            raise TypeError

    def _refuse_huge(self, factors: Sequence[Factor]) -> None:
        moved = len(dict.fromkeys(groups_of(factors, self.groups) or factors))
        with_luck = int(self.luck and self.method in ("sobol", "morris"))
        points = points_of(self.method, moved + with_luck, self.samples, self.settings)
        if points * len(factors) > MOST_NUMBERS:
            raise InputError(
                f"{counted(points, 'point')} of {counted(len(factors), 'parameter')} are too many for one design",
                parameter="samples",
                allowed=f"up to {counted(MOST_NUMBERS // len(factors), 'point')} of so many; groups need fewer",
            )  # fmt: skip


@dataclass(frozen=True)
class Precision:
    """How sure the differences of one measure are to be: half-width of their Monte Carlo interval, a year."""

    half_width: float
    measure: str = "engaged_within_3_weeks"


@dataclass(frozen=True)
class AnalysisSpec:
    """Designs, measures and strata of a study; None keeps all measures or strata. title: '' for a comparison.

    given_data: methods of GIVEN_DATA whose indices are made from the draws. precision: replicates are added until it is
    reached. views: by view on money what is chosen otherwise (`sim.evidence.views`).
    """

    title: str = ""
    designs: tuple[DesignSpec, ...] = ()
    given_data: tuple[str, ...] = ()
    measures: tuple[str, ...] | None = None
    strata: tuple[str, ...] | None = None
    precision: Precision | None = None
    views: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """The spec as plain values for study.json; nothing for what is as in a comparison."""
        whole = {
            "title": self.title,
            "designs": [asdict(design) for design in self.designs],
            "given_data": list(self.given_data),
            "measures": None if self.measures is None else list(self.measures),
            "strata": None if self.strata is None else list(self.strata),
            "precision": None if self.precision is None else asdict(self.precision),
            "views": {name: dict(choices) for name, choices in self.views.items()},
        }
        return {key: value for key, value in whole.items() if value or (value == [] and key == "strata")}

    def deciding(self) -> dict[str, Any]:
        """The part that decides numbers or rows: all but the title."""
        return {key: value for key, value in self.plain().items() if key != "title"}

    @classmethod
    def of_plain(cls, content: Mapping[str, Any]) -> AnalysisSpec:
        """The spec that `plain` gave; ValueError, KeyError or TypeError where they are not what was written."""
        designs = tuple(DesignSpec(**plain) for plain in content.get("designs", ()))
        for design in designs:
            design.refuse_damaged()
        lists = {key: content.get(key) for key in ("given_data", "measures", "strata")}
        for names in lists.values():
            if names is not None and not (isinstance(names, list) and all(isinstance(name, str) for name in names)):
                raise TypeError
        if not isinstance(content.get("title", ""), str):
            raise TypeError
        measures, strata = (None if lists[key] is None else tuple(lists[key] or ()) for key in ("measures", "strata"))
        precision = None if content.get("precision") is None else Precision(**content["precision"])
        if precision is not None and not (_is_number(precision.half_width) and precision.measure in MEASURE_NAMES):
            raise TypeError
        spec = cls(
            content.get("title", ""), designs, tuple(lists["given_data"] or ()), measures, strata, precision,
            content.get("views", {}),
        )  # fmt: skip
        try:
            spec.views_on_money()
        except InputError:
            raise TypeError from None
        return spec

    def views_on_money(self) -> dict[str, View]:
        """The views on money by name, with what the study chooses otherwise. Raises InputError, `key` the choice."""
        views = dict(load_views(PAYERS))
        if not isinstance(self.views, Mapping):
            raise InputError("the views on money are no set of choices by view", allowed=", ".join(views))
        for name, choices in self.views.items():
            if name not in views:
                allowed = ", ".join(views)
                raise InputError(f"'{name}' is not a view", allowed=allowed, nearest=nearest_name(name, views))
            views[name] = changed(views[name], choices, PAYERS)
        return views

    def made(self, table: ParameterTable, seed: int) -> tuple[Design, ...]:
        """The designs over a table whose ranges are narrowed already. Raises InputError."""
        return tuple(design.made(table, seed) for design in self.designs)


NO_ANALYSIS = AnalysisSpec()


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _are_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


class SelectedOutcomes:
    """A simulator whose totals are cut down to some measures and strata; everybody is always among them."""

    def __init__(self, simulator: Simulator, analysis: AnalysisSpec) -> None:
        self._simulator = simulator
        self.points = simulator.points
        strata = None if analysis.strata is None else {"all", *analysis.strata}
        self._groups = [k for k, (name, _) in enumerate(simulator.groups) if strata is None or name in strata]
        wanted = simulator.measures if analysis.measures is None else analysis.measures
        self._measures = [k for k, name in enumerate(simulator.measures) if name in wanted]
        self.groups = tuple(simulator.groups[k] for k in self._groups)
        self.measures = tuple(simulator.measures[k] for k in self._measures)
        self._cells = np.ix_(self._groups, self._measures)

    def __call__(self, scenario: int, draw: int, replicate: int) -> RunResult:
        """Totals of one finished run."""
        whole = self._simulator(scenario, draw, replicate)
        return replace(whole, numerator=whole.numerator[self._cells], denominator=whole.denominator[self._cells])


LONG_LISTS = {"measure": "the list under 'Measures' in sim/MODEL.md, or of tables/dictionary.csv of any study"}
"""Where names stand that are too many for a message."""


def checked_names(names: Sequence[str], known: Sequence[str], *, what: str, parameter: str | None) -> tuple[str, ...]:
    """The names in the order of the known ones; InputError for one that is not known, with the nearest."""
    for name in names:
        if name not in known:
            allowed = f"one of {', '.join(known)}" if len(known) < 12 else f"{a(what)} of {LONG_LISTS[what]}"
            raise InputError(
                f"'{name}' is not {a(what)}", parameter=parameter, allowed=allowed, nearest=nearest_name(name, known)
            )
    return tuple(name for name in known if name in names)
