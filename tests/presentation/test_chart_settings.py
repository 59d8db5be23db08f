"""Charts that nobody's Matplotlib settings change: the same bytes with any of them, which come back untouched."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import matplotlib
import pytest
from full_study import full_study
from quick_cases import some_quick
from sensitivity_draws import DRAWS, drawn, usual
from sensitivity_tables import tables

from sim.analysis.comparison import Comparison
from sim.presentation import charts, theme
from sim.presentation.drawing import chart_settings
from sim.presentation.report.files import CHARTS
from sim.presentation.sensitivity import charts as sensitivity_charts

ROOT = Path(__file__).parents[2]
ODD = {
    "text.usetex": True, "font.family": ["Nonesuch"], "axes.unicode_minus": False, "savefig.bbox": "tight",
    "savefig.format": "pdf", "axes.prop_cycle": matplotlib.cycler(color=["red"]), "svg.fonttype": "none",
    "path.sketch": (3.0, 10.0, 1.0), "figure.constrained_layout.use": True, "legend.loc": "center",
}  # fmt: skip
SMALL = """\
import hashlib, sys
from sim.presentation import theme
from sim.presentation.drawing import chart_settings

@chart_settings()
def draw():
    figure = theme.new_figure(4, 2)
    theme.heading(figure, 2, "Cost £5", ["a message"])
    axes = figure.add_axes((0.2, 0.2, 0.6, 0.4))
    theme.quiet_axes(axes)
    axes.plot([-1, 1], [-1, 2])
    return theme.render(figure, title="Cost £5", alt="words")

print(hashlib.sha256(b"".join(draw())).hexdigest(), "matplotlib.pyplot" in sys.modules)
"""


@pytest.fixture
def hostile() -> Iterator[dict[str, Any]]:
    """Every setting turned to something else, as far as Matplotlib takes it, and some at their worst."""
    with matplotlib.rc_context():
        for name, value in dict.items(matplotlib.rcParams):
            turned = not value if isinstance(value, bool) else 2 * value + 1 if isinstance(value, int | float) else None
            try:
                if turned is not None and name not in ("interactive", "savefig.transparent"):
                    matplotlib.rcParams[name] = turned
            except (ValueError, RuntimeError, TypeError):
                continue
        matplotlib.rcParams.update(ODD)
        yield dict(dict.items(matplotlib.rcParams))


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    return full_study(tmp_path_factory.mktemp("settings") / "out")


def modules_of(room: ModuleType) -> list[str]:
    return [path.stem for path in Path(str(room.__file__)).parent.glob("*.py") if path.stem != "__init__"]


@pytest.mark.parametrize("name", some_quick(DRAWS, ("bars", "heat map", "curves")))
def test_settings_change_no_chart_of_a_sensitivity_study(name: str, request: pytest.FixtureRequest) -> None:
    before = usual(name)
    settings = request.getfixturevalue("hostile")
    assert drawn(name, tables()) == before
    assert dict(dict.items(matplotlib.rcParams)) == settings


@pytest.mark.parametrize("module", some_quick(CHARTS, CHARTS[:2]), ids=lambda module: module.NAME)
def test_settings_change_no_chart_of_a_comparison(
    module: ModuleType, comparison: Comparison, request: pytest.FixtureRequest
) -> None:
    before = module.plot(comparison)
    settings = request.getfixturevalue("hostile")
    assert module.plot(comparison) == before
    assert dict(dict.items(matplotlib.rcParams)) == settings


def test_settings_come_back_when_drawing_fails(hostile: dict[str, Any]) -> None:
    with pytest.raises(ZeroDivisionError), chart_settings():
        assert not matplotlib.rcParams["text.usetex"]
        raise ZeroDivisionError
    assert dict(dict.items(matplotlib.rcParams)) == hostile


@pytest.mark.parametrize("room", [charts, sensitivity_charts], ids=["charts", "sensitivity"])
def test_every_chart_is_drawn_in_the_settings_of_charts(room: ModuleType) -> None:
    for name in modules_of(room):
        module = __import__(f"{room.__name__}.{name}", fromlist=["plot"])
        assert hasattr(module.plot, "__wrapped__"), name


def small_chart(folder: Path, **environment: str) -> tuple[str, str]:
    """What a process of its own prints and says that draws in a folder and an environment."""
    done = subprocess.run(
        [sys.executable, "-c", SMALL], cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return done.stdout, done.stderr


def write(folder: Path, kind: str) -> dict[str, str]:
    """Puts a reader's odd settings in a folder; gives what belongs in the environment."""
    file = folder / "matplotlibrc"
    if kind == "usetex":
        file.write_text("text.usetex: True\nfont.family: Nonesuch\nfigure.dpi: 7\n", encoding="utf-8")
    elif kind == "wrong values":
        file.write_text("text.usetex: banana\nwhat is this\nbackend: nonsense\n", encoding="utf-8")
    elif kind == "no text":
        file.write_bytes(b"\xff\xfe\x00\x81")
    elif kind == "pipe":
        os.mkfifo(file)
    elif kind == "device":
        return {"MATPLOTLIBRC": "/dev/zero"}
    elif kind == "backend":
        return {"MPLBACKEND": "nonsense"}
    elif kind == "no folder for settings":
        return {"MPLCONFIGDIR": "/dev/null"}
    return {}


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
@pytest.mark.parametrize("kind", [
    "usetex", "pipe",
    *(pytest.param(kind, marks=pytest.mark.slow) for kind in (
        "wrong values", "no text", "device", "backend", "no folder for settings")),
])  # fmt: skip
def test_settings_of_a_folder_or_environment_change_no_chart(kind: str, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "odd").mkdir()
    environment = write(tmp_path / "odd", kind)
    printed, said = small_chart(tmp_path / "odd", **environment)
    assert not said
    assert printed.endswith("False\n")  # pyplot stays out
    assert printed == small_chart(tmp_path / "plain")[0]


def test_a_figure_is_white_and_of_its_size_whatever_is_set(hostile: dict[str, Any]) -> None:
    chart_of = chart_settings()(lambda: theme.new_figure(4, 3))
    assert chart_of().get_facecolor() == (1.0, 1.0, 1.0, 1.0)
