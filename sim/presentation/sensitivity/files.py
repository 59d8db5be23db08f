"""Which files a finished sensitivity analysis is shown in: tables, charts, a page, and the dictionary of them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any

from sim.core.grammar import counted
from sim.document.blocks import Block
from sim.outcomes.measures import HEADLINES
from sim.presentation.album import Album
from sim.presentation.report.files import write_page
from sim.presentation.sensitivity.charts import (
    convergence,
    heat_map,
    index_bars,
    morris,
    response_curves,
    running_mean,
    tornado,
)
from sim.presentation.sensitivity.dictionary import TABLE, sensitivity_dictionary
from sim.presentation.sensitivity.page import has_differences
from sim.presentation.sensitivity.rows import chart_name
from sim.presentation.sensitivity.text import page_of_nothing, sensitivity_page
from sim.presentation.sensitivity.words import Labels
from sim.presentation.theme import Chart
from sim.sensitivity.designs import themes
from sim.store.folder import RunFolder

if TYPE_CHECKING:
    import pandas as pd

    from sim.evidence import ParameterTable

Plot = Callable[[], Chart | None]

LED_BY: Mapping[str, str] = {
    "sobol": "ST", "fast": "ST", "morris": "mu_star", "rbd_fast": "S1", "delta": "delta", "pawn": "pawn"
}  # fmt: skip
"""The index by which each method's inputs are drawn and put in order."""

FEW_SCENARIOS, OUTCOMES_OF_FEW, OUTCOMES_OF_MANY = 3, 3, 1
"""Of up to so many scenarios so many outcomes are drawn, of more fewer: a folder of charts that nobody opens helps
nobody, and every number stands in the tables."""


def labels_of(content: Mapping[str, Any], parameters: ParameterTable) -> Labels:
    """The labels of a study's charts and page. content: the study's manifest; parameters: evidence, for units."""
    designs = content.get("designs", ())
    points = [f"{counted(part['points'], 'point')} of {part['name']}" for part in designs]
    if content["draws"]:
        points.append(f"{counted(content['draws'], 'draw')}, {counted(content['replicates'], 'replicate')} each")
    source = (
        f"Source: Throughgate, study {content['study'][:12]}, program {content['code_sha256'][:12]}; "
        f"{'; '.join(points)}; nominally {counted(content['people'], 'person', 'people')} a run."
    )
    return Labels(
        source=source,
        scenarios={scenario["name"]: scenario["title"] for scenario in content["scenarios"]},
        baseline=content["baseline"],
        factors={theme.code: f"{theme.title} ({theme.code})" for theme in themes()},
        units={name: row.unit for name, row in parameters.items()},
        values={name: row.centre for name, row in parameters.items()},
        level=content["level"],
        people_per_year=content["people_per_year"],
    )


def write_sensitivity(
    tables: Mapping[str, pd.DataFrame], content: Mapping[str, Any], parameters: ParameterTable, folder: RunFolder,
    album: Album, *, measures_named: Sequence[str] | None, common_random_numbers: pd.DataFrame | None,
) -> None:  # fmt: skip
    """Write the tables, page and charts of a sensitivity analysis. content: the study's manifest.

    measures_named: in the study file, None where it names none; common_random_numbers: table for the page.
    """
    labels = labels_of(content, parameters)
    for name, table in tables.items():
        folder.write_table(name, table)
    _write_page(tables, labels, folder, measures_named, common_random_numbers)
    for name, plot in _charts(tables, content, labels, measures_named):
        album.add(name, plot)


def write_precision(
    tables: Mapping[str, pd.DataFrame], content: Mapping[str, Any], parameters: ParameterTable, album: Album,
    *, wanted: float | None, measure: str,
) -> None:  # fmt: skip
    """Draw the running mean of one measure's differences. A difference that is always zero has none.

    wanted: half-width that was asked for, if one was.
    """
    labels, precision = labels_of(content, parameters), tables["precision"]
    moved = precision[(precision["measure"] == measure) & (precision["difference_per_year"] != 0.0)]
    for scenario in dict.fromkeys(moved["scenario"]):
        options = {"scenario": scenario, "measure": measure, "wanted": wanted}
        album.add(
            chart_name(running_mean.NAME, scenario, measure), partial(running_mean.plot, precision, labels, **options)
        )


def write_dictionary(
    tables: Mapping[str, pd.DataFrame], charts: Sequence[Chart], parameters: ParameterTable, folder: RunFolder
) -> None:
    """Write the dictionary of these tables and charts."""
    units = {name: row.unit for name, row in parameters.items()}
    folder.write_table(TABLE, sensitivity_dictionary(tables, charts, units=units), parquet=False)


def _write_page(
    tables: Mapping[str, pd.DataFrame], labels: Labels, folder: RunFolder, measures_named: Sequence[str] | None,
    common_random_numbers: pd.DataFrame | None,
) -> None:  # fmt: skip
    """One part of the page a design and method."""
    if "sensitivity" not in tables:
        return
    indices, noise = tables["sensitivity"], tables["noise"]
    pages: list[Block] = []
    untold: list[str] = []
    for design, method in dict.fromkeys(zip(indices["design"], indices["method"], strict=True)):
        own = indices[(indices["design"] == design) & (indices["method"] == method)]
        if not has_differences(own):
            untold.append(design)
            continue
        pages += sensitivity_page(
            own, noise, labels, common_random_numbers=common_random_numbers, skipped=tables.get("skipped"),
            design=design, index=LED_BY[method], measures=tuple(measures_named or ()),
        )  # fmt: skip
    if untold:  # once, whatever the number of designs and methods
        pages += page_of_nothing(list(dict.fromkeys(untold)), tables.get("skipped"))
    if pages:
        write_page("sensitivity", tuple(pages), folder)


def _charts(
    tables: Mapping[str, pd.DataFrame], content: Mapping[str, Any], labels: Labels, measures_named: Sequence[str] | None
) -> Iterator[tuple[str, Plot]]:
    """Name and drawing of the charts of each scenario's advantage; of one scenario alone, of its own values."""
    import pandas as pd

    others = [name for name in content["names"] if name != content["baseline"]]
    kind, scenarios = ("difference", others) if others else ("level", list(content["names"]))
    wanted = list(measures_named or [measure.name for measure in HEADLINES if measure.name in content["measures"]])
    drawn = wanted[: OUTCOMES_OF_FEW if len(scenarios) <= FEW_SCENARIOS else OUTCOMES_OF_MANY]
    empty = pd.DataFrame(columns=["design", "method"])
    indices, response = tables.get("sensitivity", empty), tables.get("response", empty)
    for scenario in scenarios:
        for design, method in dict.fromkeys(zip(indices["design"], indices["method"], strict=True)):
            own = indices[(indices["design"] == design) & (indices["method"] == method)]
            paths = tables.get("sensitivity_convergence", empty)
            paths = paths[(paths["design"] == design) & (paths["method"] == method)]
            index = LED_BY[method]
            of = {"scenario": scenario, "kind": kind}
            yield _named(heat_map, own, labels, design, index=index, measures=wanted, **of)
            for measure in drawn:
                if method == "morris":
                    yield _named(morris, own, labels, design, measure=measure, **of)
                else:
                    yield _named(index_bars, own, labels, design, measure=measure, index=index, **of)
                yield _named(convergence, paths, labels, design, measure=measure, index=index, **of)
        for measure in drawn if len(response) else ():
            of = {"scenario": scenario, "kind": kind, "measure": measure}
            yield _named(tornado, response, labels, "", **of)
            yield _named(response_curves, response, labels, "", **of)


def _named(
    module: ModuleType, table: pd.DataFrame, labels: Labels, design: str, *, scenario: str, measure: str = "",
    **options: Any,
) -> tuple[str, Plot]:  # fmt: skip
    """What to call a chart where it fails, and how to draw it."""
    of = {"scenario": scenario, **({"measure": measure} if measure else {}), **options}
    return chart_name(module.NAME, design, scenario, measure), partial(module.plot, table, labels, **of)
