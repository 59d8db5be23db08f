"""Whole pages are those of tests/snapshots/, word for word; `make snapshots` writes them anew, on purpose."""

from __future__ import annotations

from difflib import unified_diff

import pytest
from refresh_snapshots import SNAPSHOTS
from snapshot_pages import PAGES


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_its_snapshot(name: str) -> None:
    kept = (SNAPSHOTS / name).read_text(encoding="utf-8").splitlines()
    made = PAGES[name]().splitlines()
    difference = "\n".join(unified_diff(kept, made, f"tests/snapshots/{name}", "as made now", lineterm="", n=1))
    assert not difference, f"{difference}\n\nIf the words changed on purpose: make snapshots"


def test_every_snapshot_is_of_a_page() -> None:
    assert {file.name for file in SNAPSHOTS.iterdir()} == set(PAGES)
