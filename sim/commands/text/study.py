"""What a finished study says, read from its folder: the page of its comparison, of its sensitivity, or both."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from sim.analysis.sensitivity_tables import not_analysed
from sim.core.grammar import counted, noun_for
from sim.outcomes.measures import measure_named
from sim.store.folder import STUDY_FILE
from sim.store.held_files import is_regular
from sim.store.reading import Results, read_results

if TYPE_CHECKING:
    from sim.experiment.report import Reported

PAGES = ("report.txt", "sensitivity.txt")


def study_page(folder: Path) -> str:
    """The pages as text, one below the other, how many replicates a precision took, and what could not be analysed."""
    results = read_results(folder)
    content = results.manifest
    pages = [results.page(name) for name in PAGES if name in content["files"]]
    sentences = [precision_in_words(content), *not_analysed_in_words(results)]
    return "\n".join([*pages, *(f"{sentence}\n" for sentence in sentences if sentence)])


def can_be_read(folder: Path, differing: Collection[str], *, as_json: bool) -> bool:
    """Whether a study says what it says still: nothing that its page, or its object, is read from is damaged.

    differing: names of its files that are not as they were written.
    """
    needed = () if as_json else PAGES
    is_file = is_regular(folder / STUDY_FILE) or not os.path.lexists(folder / STUDY_FILE)
    return is_file and not any(name.startswith("tables/") or name in needed for name in differing)


def not_analysed_in_words(results: Results) -> list[str]:
    """A sentence for each design, or the draws, of which no outcome could be analysed, with the reason."""
    return [
        f"No sensitivity analysis of '{design}': {reason}. The outcomes are listed in tables/skipped.csv."
        for design, reason in _not_analysed(results).items()
    ]


def _not_analysed(results: Results) -> dict[str, str]:
    names = [name for name in ("sensitivity", "response", "skipped") if name in results.table_names]
    return not_analysed({name: results.table(name) for name in names})


def precision_in_words(content: Mapping[str, Any]) -> str:
    """How many replicates were enough for the precision that a study was asked for; '' where none was asked."""
    reached = precision_reached(content)
    if not reached:
        return ""
    measure, run = measure_named(reached["measure"]), reached["replicates"]
    unit = measure.counts if measure.per_person else measure.unit
    wanted = f"Precision: differences in '{measure.label}' to within {reached['half_width']:g} {unit}"
    if measure.per_person:
        wanted += " a year"
    if reached["enough"] is None:
        return f"{wanted} were not reached with {counted(run, 'replicate')}, the most that are run."
    enough, was = counted(reached["enough"], "replicate"), noun_for(reached["enough"], "was", "were")
    return f"{wanted}: {enough} {was} enough; {run:,} were run, to see that it stays so."


def precision_reached(content: Mapping[str, Any]) -> dict[str, Any]:
    """What a precision took: measure, half_width, enough (replicates; None: not reached), replicates (run)."""
    wanted = (content.get("analysis") or {}).get("precision")
    if not wanted:
        return {}
    return {**wanted, "enough": content.get("enough_replicates"), "replicates": content["replicates"]}


def study_as_dict(folder: Path) -> dict[str, Any]:
    """One object: the comparison as `compare --json` prints it, if there are draws, then indices and noise."""
    from sim.analysis.saved import read_comparison

    results = read_results(folder)
    content = results.manifest
    study: dict[str, Any] = {"study": results.study, "out": str(folder), "baseline": content["baseline"]}
    if content["draws"]:
        study |= read_comparison(folder).as_dict()
    if not content.get("analysis"):
        return study
    if precision_reached(content):
        study["precision"] = precision_reached(content)
    for name in ("sensitivity", "noise"):
        if name in results.table_names:
            table = results.table(name)
            study[name] = [
                {key: None if value != value else value for key, value in row.items()}
                for row in table.to_dict("records")
            ]
    if without := _not_analysed(results):
        study["not_analysed"] = without
    study["failed_runs"] = list(content.get("failed_runs", ()))
    return study


def reported_in_words(reported: Reported) -> str:
    """What was drawn again, and where it lies."""
    charts = len({PurePosixPath(name).stem for name in reported.files if name.startswith("charts/")})
    pages = [name for name in reported.files if "/" not in name]
    drawn = f"Drawn again into {reported.out}: {', '.join(pages)} and {charts} chart{'' if charts == 1 else 's'}"
    if not reported.evidence_changed:
        return drawn
    return f"{drawn}\nThe evidence tables have changed since: units and reference values in charts are today's"


def reported_as_dict(reported: Reported) -> dict[str, Any]:
    """What was drawn again, as a plain object."""
    return {**asdict(reported), "files": list(reported.files)}
