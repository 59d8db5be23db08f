"""Makes tests/store/schema_1: a small study run by the last program that wrote folders of schema 1 (commit c2ef1dc).

    PYTHONPATH=<a checkout of that commit> python tests/store/make_schema_1.py tests/store/schema_1

Run it in an empty folder: it writes the study's scenarios there. Charts, pages and most parameters are left out, so
that the folder stays small, and the manifest is signed again.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import pyarrow.parquet as pq

from sim import studies
from sim.presentation import files, sensitivity_files

STUDY = """\
title: A small study of schema 1
scenarios: [scenarios/navigators.yaml]
baseline: scenarios/baseline.yaml
people: 20
months: 3
draws: 2
replicates: 2
measures: [engaged_within_3_weeks]
strata: []
designs:
  morris: {samples: 4, parameters: [navigator.*]}
"""
SCENARIOS = {
    "baseline": "title: Today\ndescription: Today\nstarts: 2026-01-05\n",
    "navigators": (
        "title: Navigators\ndescription: Two posts\nstarts: 2026-01-05\nlevers:\n"
        "  - {lever: navigators, gbp_per_year: 92000, places: [plymouth]}\n"
    ),
}
LEFT_OUT = ("report.*", "sensitivity.*", "*/*dictionary.csv", "charts/*")
KEPT = ("draw", "design", "point", "unit", "luck", "navigator.attendance_or")  # columns of points; there are hundreds


def main(out: Path) -> None:
    """Run the study in the working folder, leave out charts, pages and most parameters, and sign the folder again."""
    Path("scenarios").mkdir(exist_ok=True)
    for name, text in SCENARIOS.items():
        Path("scenarios", f"{name}.yaml").write_text(f"name: {name}\n{text}", encoding="utf-8")
    Path("study.yaml").write_text(STUDY, encoding="utf-8")
    files.CHARTS = ()
    sensitivity_files._charts = lambda *_: iter(())
    studies.study("study.yaml", out=out, force=True, threads=1)
    for path in (file for pattern in LEFT_OUT for file in out.glob(pattern)):
        path.unlink()
    points = out / "tables" / "points.parquet"
    pq.write_table(pq.read_table(points, columns=list(KEPT)), points)
    for path in out.rglob("*.parquet"):
        if path.with_suffix(".csv").exists():
            path.unlink()
    manifest = out / "manifest.json"
    content = json.loads(manifest.read_text(encoding="utf-8"))
    content["files"] = {
        name: {"bytes": (out / name).stat().st_size, "sha256": hashlib.sha256((out / name).read_bytes()).hexdigest()}
        for name in content["files"]
        if (out / name).exists()
    }
    manifest.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
