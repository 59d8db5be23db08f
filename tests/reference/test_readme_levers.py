"""The README's list of levers is the lever table's."""

from __future__ import annotations

import re

from refresh_levers import LEVERS_BLOCK, README, with_levers

from sim.scenario import LEVERS

AGAIN = "run `make readme-levers`"


def test_the_readme_lists_the_levers_of_the_table() -> None:
    text = README.read_text(encoding="utf-8")
    assert with_levers(text) == text, AGAIN
    block = LEVERS_BLOCK.search(text)
    assert block is not None
    assert re.findall(r"`([a-z_0-9]+)`", block[0]) == list(LEVERS)
    assert f"`throughgate levers` lists {len(LEVERS)} kinds of help" in " ".join(text.split())


def test_another_list_is_replaced_between_its_marks_only() -> None:
    text = README.read_text(encoding="utf-8")
    assert with_levers(text.replace("| `shared_record`, ", "| ")) != text.replace("| `shared_record`, ", "| ")
    assert with_levers("no marks") == "no marks"
