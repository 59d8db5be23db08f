"""Make results/reference/baseline/ anew: python tests/reference/refresh_baseline.py (or `make baseline`).

Run it with every change that moves numbers, read what moved (git diff results/reference/baseline), and quote it in
CHANGELOG.md. `make baseline` then renders the table of published figures in sim/MODEL.md from it.
"""

from __future__ import annotations

from pathlib import Path

from sim.experiment import baseline
from sim.store.atomic import write_bytes

FOLDER = Path(__file__).resolve().parents[2] / "results" / "reference" / "baseline"


def main() -> None:
    """Run the baseline and write its files, each whole or not at all."""
    lines, _ = baseline.make()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in baseline.as_files(lines).items():
        write_bytes(FOLDER / name, text.encode())


if __name__ == "__main__":
    main()
