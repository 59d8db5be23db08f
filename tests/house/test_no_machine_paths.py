"""The repository is at home on any machine: no file holds a path of one machine or the address of a package index."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from house_tree import ROOT, house_files, shown

# Read as bytes, so that notebooks, tables and pictures are searched as well; written so that this file passes.
ELSEWHERE = tuple(
    (what, re.compile(pattern))
    for what, pattern in (
        ("a work folder", rb"(?<![\w./-])/" + rb"work/"),
        ("root's home", rb"(?<![\w./-])/" + rb"root\b"),
        ("somebody's home", rb"(?<![\w./-])/(?:" + rb"home|Users)/[\w.-]+"),
        ("a job's folder", rb"/tmp" + rb"/bash_jobs"),
        ("a folder of packages", rb"(?<![\w./-])/opt/" + rb"(?:wheels|pypi)"),
        ("a file address", rb"file:" + rb"///?[\w.]"),
        (
            "a package index",
            rb"(?:pypi\." + rb"org|python" + rb"hosted\.org|registry\." + rb"npmjs|conda\." + rb"anaconda)",
        ),
        ("another package index", rb"(?:--(?:extra-)?" + rb"index-url|PIP_" + rb"INDEX|find-" + rb"links)"),
        ("a distribution's packages", rb"(?:deb|security)\." + rb"debian\.org"),
    )
)


def problems_in(path: Path) -> list[str]:
    """What a file holds that belongs to one machine, with lines."""
    content = path.read_bytes()
    return [
        f"{shown(path)}:{content.count(bytes([10]), 0, found.start()) + 1}: {what}: {found.group().decode('latin-1')}"
        for what, pattern in ELSEWHERE
        for found in pattern.finditer(content)
    ]


def test_no_file_knows_a_machine() -> None:
    files = house_files()
    assert ROOT / "pyproject.toml" in files
    problems = [problem for path in files for problem in problems_in(path)]
    assert not problems, "\n" + "\n".join(problems)


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("open('/" + "work/main/a.csv')", True),
        ('"/' + 'root/.cache"', True),
        ("/" + "home/ann/results", True),
        ("numpy @ file:" + "///tmp/numpy.whl", True),
        ("https://pypi." + "org/simple", True),
        ("housing/work/benefits", False),
        ("https://example.org/work/report", False),
        ("results/runs/south_west", False),
        ("../home/readme", False),
        ("/path/to/python3", False),
    ],
)
def test_a_path_of_a_machine_is_told_from_others(tmp_path: Path, text: str, is_found: bool) -> None:
    file = tmp_path / "file.txt"
    file.write_text(text, encoding="utf-8")
    assert bool(problems_in(file)) == is_found
