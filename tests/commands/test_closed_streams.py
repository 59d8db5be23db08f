"""Standard streams that were closed before the program began, in real processes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="streams are closed by other means there")

ROOT = Path(__file__).resolve().parents[2]
OF_THIS_TREE = {**os.environ, "PYTHONPATH": str(ROOT)}
MAIN = "import sys\nfrom sim.commands.main import main\nmain(sys.argv[1:])\n"
GOOD = ("check", "scenarios/baseline.yaml")
BAD = ("check", "scenarios/nosuch.yaml")
NOT_PRINTED = "throughgate: failed: standard output is closed: the printed result was not written\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "scenarios").mkdir()
    shutil.copy(ROOT / "scenarios" / "baseline.yaml", tmp_path / "scenarios")
    return tmp_path


def shell(closed: str, arguments: tuple[str, ...], home: Path) -> subprocess.CompletedProcess[str]:
    line = f'exec "$0" -c "$1" {" ".join(arguments)} {closed}'
    return subprocess.run(
        ["sh", "-c", line, sys.executable, MAIN],
        cwd=home,
        env=OF_THIS_TREE,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("closed", "arguments", "code", "printed", "said"),
    [
        ("2>&-", GOOD, 0, "scenarios/baseline.yaml: well-formed", ""),
        ("2>&-", BAD, 2, "", ""),
        ("2>&-", ("chek",), 2, "", ""),
        (">&-", GOOD, 1, "", NOT_PRINTED),
        (">&-", (*GOOD, "--quiet"), 0, "", ""),
        (">&-", ("--version",), 1, "", NOT_PRINTED),
        (">&-", BAD, 2, "", "throughgate: scenarios/nosuch.yaml: there is no such file"),
        (">&- 2>&-", GOOD, 1, "", ""),
        ("<&- >&- 2>&-", BAD, 2, "", ""),
    ],
)
def test_closed_streams(
    closed: str, arguments: tuple[str, ...], code: int, printed: str, said: str, home: Path
) -> None:
    ended = shell(closed, arguments, home)
    assert ended.returncode == code
    assert ended.stdout.startswith(printed)
    assert ended.stderr.startswith(said)
    assert len(ended.stderr.splitlines()) == bool(said)


@pytest.mark.slow
def test_a_study_needs_no_streams(home: Path) -> None:
    numbers = ("--people", "60", "--draws", "2", "--replicates", "1")
    ended = shell("<&- >&- 2>&-", ("run", "scenarios/baseline.yaml", *numbers, "--out", "out"), home)
    assert ended.returncode == 1
    assert (home / "out" / "manifest.json").is_file()


WARNS = """
import warnings
from sim.experiment import api
def check(*_, **__):
    text = "Environment variable 'A' could not be parsed.\\nTraceback (most recent call last):"
    warnings.warn(text, stacklevel=1)
    return [], []
api.check = check
"""


def test_a_warning_of_a_library_is_one_line_without_its_source(home: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-W", "default", "-c", WARNS + MAIN, *GOOD],
        cwd=home, env=OF_THIS_TREE, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, "throughgate: Environment variable 'A' could not be parsed.\n")
