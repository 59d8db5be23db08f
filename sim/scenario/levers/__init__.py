"""The lever catalogue: what money can buy, in which unit, who pays, what it writes and what it leaves out.

It stands in levers.csv, one row a lever. Nothing there is an effect size or a price: both are parameter rows, named in
each entry. Source of every entry: model specification, section 4 (levers) and 3.1, 3.5, 3.7, 3.9, 3.13 (what each one
writes).
"""

from __future__ import annotations

from collections.abc import Mapping

from sim.scenario.levers.lever import PAYERS, Lever
from sim.scenario.levers.load import load_levers

__all__ = ["LEVERS", "PAYERS", "Lever"]

LEVERS: Mapping[str, Lever] = load_levers()
