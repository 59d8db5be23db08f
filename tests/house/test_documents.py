"""What documents show of the package's tables is rendered from them, and every name in the tables exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from house_tree import ROOT
from refresh_documents import PARTS, Part, rendered, theme_names

from sim.core.errors import InputError
from sim.evidence import load_parameters
from sim.evidence.themes import THEMES, load_themes
from sim.scenario import LEVERS


@pytest.mark.parametrize("part", PARTS, ids=lambda part: f"{part.document}:{part.marker}")
def test_a_document_says_what_its_table_says(part: Part) -> None:
    text = (ROOT / part.document).read_text(encoding="utf-8")
    assert rendered(part, text) == text, "run `make documents`"


def test_the_readme_counts_the_levers_that_it_lists() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    block = text.split("<!-- levers -->")[1].split("<!-- /levers -->")[0]
    assert re.findall(r"`([a-z_0-9]+)`", block) == list(LEVERS)
    assert f"`throughgate levers` lists {len(LEVERS)} kinds of help" in " ".join(text.split())


def test_the_readme_counts_the_numbers_and_the_assumptions_among_them() -> None:
    text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    rows = load_parameters()
    assumed = sum(row.grade == "assumed" for row in rows.values()) / len(rows)
    assert f"{assumed:.0%} of its {len(rows)} numbers are assumptions" in text


def test_every_name_in_the_table_of_themes_exists() -> None:
    assert len(load_themes(known=theme_names())) == 18


@pytest.mark.parametrize(
    ("written", "misspelt", "message"),
    [
        ("overdose; deaths", "overdoze; deaths", "'overdoze' is not a mechanism; .*did you mean 'overdose'"),
        ("peer_naloxone", "peer_naloxon", "'peer_naloxon' is not a lever"),
        ("relapsed_28_days", "relapsed_28_day", "'relapsed_28_day' is not a measure"),
        ("use.day_0_drug", "use.day_0_drugs", "'use.day_0_drugs' is not a parameter row"),
    ],
)
def test_a_misspelt_name_is_one_sentence(tmp_path: Path, written: str, misspelt: str, message: str) -> None:
    file = tmp_path / "themes.csv"
    file.write_text(THEMES.read_text(encoding="utf-8").replace(written, misspelt, 1), encoding="utf-8")
    with pytest.raises(InputError, match=message) as refused:
        load_themes(file, known=theme_names())
    assert "\n" not in str(refused.value) and refused.value.line is not None
