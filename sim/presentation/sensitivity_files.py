"""Which files a finished sensitivity analysis is shown in: tables, charts, a page, and the dictionary of them all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.outcomes.measures import HEADLINES
from sim.presentation.charts import convergence, heat_map, index_bars, morris, response_curves, running_mean, tornado
from sim.presentation.sensitivity_dictionary import TABLE, sensitivity_dictionary
from sim.presentation.sensitivity_text import sensitivity_markdown, sensitivity_text
from sim.presentation.sensitivity_words import Speech
from sim.presentation.theme import Chart
from sim.store.folder import RunFolder

if TYPE_CHECKING:
    import pandas as pd

    from sim.evidence import ParameterTable

LED_BY: Mapping[str, str] = {
    "sobol": "ST", "fast": "ST", "morris": "mu_star", "rbd_fast": "S1", "delta": "delta", "pawn": "pawn"
}  # fmt: skip
"""The index by which each method's inputs are drawn and put in order."""

FEW_SCENARIOS, OUTCOMES_OF_FEW, OUTCOMES_OF_MANY = 3, 3, 1
"""Of up to so many scenarios so many outcomes are drawn, of more fewer: a folder of charts that nobody opens helps
nobody, and every number stands in the tables."""


def speech_of(content: Mapping[str, Any], parameters: ParameterTable) -> Speech:
    """What charts and page need to speak. content: what the manifest says of the study."""
    designs = content.get("designs", ())
    points = [f"{part['points']:,} points of {part['name']}" for part in designs]
    points += [f"{content['draws']:,} draws, {content['replicates']} replicates each"] if content["draws"] else []
    source = (
        f"Source: Throughgate, study {content['study'][:12]}, program {content['code_sha256'][:12]}; "
        f"{'; '.join(points)}; nominally {content['people']:,} people a run."
    )
    return Speech(
        source=source,
        scenarios={scenario["name"]: scenario["title"] for scenario in content["scenarios"]},
        baseline=content["baseline"],
        units={name: row.unit for name, row in parameters.items()},
        values={name: row.value for name, row in parameters.items()},
        level=content["level"],
        people_per_year=content["people_per_year"],
    )


def write_sensitivity(
    tables: Mapping[str, pd.DataFrame], content: Mapping[str, Any], parameters: ParameterTable, folder: RunFolder,
    *, told: Sequence[str] | None, extra: Mapping[str, pd.DataFrame],
) -> None:  # fmt: skip
    """Write tables, charts, page and dictionary. content: what the manifest says of the study.

    told: measures that the study file names; extra: further tables of the folder for page and dictionary (points,
    precision, paired_luck).
    """
    speech = speech_of(content, parameters)
    held = {name: table for name, table in tables.items() if len(table)}
    for name, table in held.items():
        folder.write_table(name, table)
    _write_page(tables, speech, folder, told, extra.get("paired_luck"))
    charts = list(_charts(tables, content, speech, told))
    for chart in charts:
        write_chart(chart, folder)
    units = {name: row.unit for name, row in parameters.items()}
    folder.write_table(TABLE, sensitivity_dictionary({**held, **extra}, charts, units=units), parquet=False)


def write_precision(
    tables: Mapping[str, pd.DataFrame], content: Mapping[str, Any], parameters: ParameterTable, folder: RunFolder,
    *, wanted: float | None, measure: str,
) -> None:  # fmt: skip
    """Write how sure luck leaves each difference and what paired luck saves, and draw the running mean of one measure.

    wanted: half-width that was asked for, if one was.
    """
    for name, table in tables.items():
        folder.write_table(name, table)
    speech = speech_of(content, parameters)
    for scenario in dict.fromkeys(tables["precision"]["scenario"]):
        chart = running_mean.draw(tables["precision"], speech, scenario=scenario, measure=measure, wanted=wanted)
        if chart is not None:
            write_chart(chart, folder)


def write_chart(chart: Chart, folder: RunFolder) -> None:
    """A chart as its four files."""
    for ending, what in (("svg", chart.svg), ("png", chart.png), ("txt", chart.alt), ("csv", chart.csv)):
        folder.write_file(f"charts/{chart.name}.{ending}", what)


def _write_page(
    tables: Mapping[str, pd.DataFrame], speech: Speech, folder: RunFolder, told: Sequence[str] | None,
    paired_luck: pd.DataFrame | None,
) -> None:  # fmt: skip
    """One part of the page a design and method."""
    indices, noise = tables["sensitivity"], tables["noise"]
    pages: dict[str, list[str]] = {"txt": [], "md": []}
    for design, method in dict.fromkeys(zip(indices["design"], indices["method"], strict=True)):
        own = indices[(indices["design"] == design) & (indices["method"] == method)]
        given = {
            "paired_luck": paired_luck, "skipped": tables["skipped"], "design": design, "index": LED_BY[method],
            "measures": tuple(told or ()),
        }  # fmt: skip
        pages["txt"].append(sensitivity_text(own, noise, speech, **given))
        pages["md"].append(sensitivity_markdown(own, noise, speech, **given))
    if pages["txt"]:
        folder.write_file("sensitivity.txt", "\n\n".join(pages["txt"]))
        folder.write_file("sensitivity.md", "\n\n".join(pages["md"]))


def _charts(
    tables: Mapping[str, pd.DataFrame], content: Mapping[str, Any], speech: Speech, told: Sequence[str] | None
) -> Iterator[Chart]:
    """The charts of each scenario's advantage; of one scenario alone, those of its own values."""
    others = [name for name in content["names"] if name != content["baseline"]]
    kind, scenarios = ("difference", others) if others else ("level", list(content["names"]))
    wanted = list(told or [measure.name for measure in HEADLINES if measure.name in content["measures"]])
    drawn = wanted[: OUTCOMES_OF_FEW if len(scenarios) <= FEW_SCENARIOS else OUTCOMES_OF_MANY]
    indices, response = tables["sensitivity"], tables["response"]
    for scenario in scenarios:
        for design, method in dict.fromkeys(zip(indices["design"], indices["method"], strict=True)):
            own = indices[(indices["design"] == design) & (indices["method"] == method)]
            paths = tables["sensitivity_convergence"]
            paths = paths[(paths["design"] == design) & (paths["method"] == method)]
            index = LED_BY[method]
            of = {"scenario": scenario, "kind": kind}
            yield from _drawn(heat_map.draw(own, speech, index=index, measures=wanted, **of))
            for measure in drawn:
                if method == "morris":
                    yield from _drawn(morris.draw(own, speech, measure=measure, **of))
                else:
                    yield from _drawn(index_bars.draw(own, speech, measure=measure, index=index, **of))
                yield from _drawn(convergence.draw(paths, speech, measure=measure, index=index, **of))
        for measure in drawn if len(response) else ():
            of = {"scenario": scenario, "kind": kind, "measure": measure}
            yield from _drawn(tornado.draw(response, speech, **of))
            yield from _drawn(response_curves.draw(response, speech, **of))


def _drawn(chart: Chart | None) -> Iterator[Chart]:
    if chart is not None:
        yield chart
