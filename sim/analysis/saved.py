"""The comparison of a study from the totals in its folder, while the study is sealed or long after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.analysis.comparison import Comparison, assemble
from sim.analysis.point_sets import RANDOM, cubes_of, kept_point_sets
from sim.core.errors import InputError
from sim.store.folder import MANIFEST_FILE
from sim.store.reading import Results, read_results


def read_comparison(folder: str | Path) -> Comparison:
    """What a finished study says, made again from its totals on disk; InputError when it is unfinished or damaged."""
    results = read_results(folder)
    results.check("totals")
    return comparison_again(results)


def comparison_again(results: Results) -> Comparison:
    """What the totals of a study say, together with its table of spend; InputError where something is missing."""
    folder = results.folder
    rows = [
        {str(key): "" if value != value else value for key, value in row.items()}  # an empty note is read as NaN
        for row in results.spend.to_dict("records")
    ]
    try:
        spend = {str(name): [row for row in rows if row["scenario"] == name] for name in results.manifest["names"]}
        return comparison_of(folder, results.manifest, spend)
    except (KeyError, TypeError) as error:
        file = folder / MANIFEST_FILE
        raise InputError("the manifest lacks what a comparison needs; run the study again", file=file) from error


def comparison_of(
    folder: Path, content: Mapping[str, Any], spend: Mapping[str, Sequence[Mapping[str, Any]]]
) -> Comparison:
    """The comparison of the totals in a folder. content: what the manifest says, or will say, of the study."""
    parts = kept_point_sets(content)
    if RANDOM not in parts:
        raise InputError("the study has no draws to compare scenarios by", file=folder, allowed="a study with draws")
    comparison = assemble(
        cubes_of(folder, content, parts[RANDOM]),
        study=content["study"],
        out=str(folder),
        baseline=content["baseline"],
        titles={scenario["name"]: scenario["title"] for scenario in content["scenarios"]},
        spend=spend,
        level=content["level"],
        people=content["people"],
        people_per_year=content["people_per_year"],
        off={scenario["name"]: switched_off(scenario) for scenario in content["scenarios"]},
    )
    return replace(
        comparison,
        months=content["months"],
        code=content["code_sha256"],
        equal_money=content.get("equal_money_gbp_per_year"),
    )


def switched_off(scenario: Mapping[str, Any]) -> tuple[str, ...]:
    """Mechanisms switched off, as a resolved scenario tells them; none where it does not."""
    return tuple((scenario.get("switches") or {}).get("off") or ())
