"""Make the README's list of levers anew from the lever table: python tests/reference/refresh_levers.py."""

from __future__ import annotations

import re
from pathlib import Path

from sim.commands.text.levers import groups_table
from sim.evidence import load_parameters
from sim.scenario.levers.describe import catalogue

README = Path(__file__).resolve().parents[2] / "README.md"
LEVERS_BLOCK = re.compile(r"(<!-- levers -->\n).*?(<!-- /levers -->)", re.DOTALL)


def with_levers(text: str) -> str:
    """The README's text with the list as the table has it."""
    return LEVERS_BLOCK.sub(lambda block: block[1] + groups_table(catalogue(load_parameters())) + block[2], text)


if __name__ == "__main__":
    README.write_text(with_levers(README.read_text(encoding="utf-8")), encoding="utf-8")
