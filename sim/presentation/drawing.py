"""Where charts are drawn: in Matplotlib's own default settings, whatever the reader has set, and without pyplot.

The settings of the process come back when a chart is done, also when drawing fails. A settings file, style or backend
of the reader's that keeps Matplotlib from loading is passed over.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager, nullcontext, suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.presentation.letters import FAMILIES, drawable

if TYPE_CHECKING:
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

# Settings of the process and not of a picture: a chart needs none of them, and some cannot be given back.
_OF_THE_PROCESS = ("backend", "backend_fallback", "interactive", "toolbar", "webagg.", "tk.", "keymap.", "date.epoch")
_OURS: dict[str, Any] = {
    "text.parse_math": False,  # a dollar sign is money
    "text.usetex": False,
    "svg.hashsalt": "throughgate",
    "svg.fonttype": "path",
    "font.family": list(FAMILIES),
    "axes.unicode_minus": True,
}
_RC_FILE, _RC_VARIABLE, _BACKEND_VARIABLE = "matplotlibrc", "MATPLOTLIBRC", "MPLBACKEND"
_MODULES = ("matplotlib.figure", "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg")


@contextmanager
def chart_settings() -> Iterator[None]:
    """A block, or a function that it decorates, in which Matplotlib's settings are those of every chart."""
    _load_matplotlib()
    import matplotlib

    settings: dict[Any, Any] = dict(dict.items(matplotlib.rcParamsDefault))  # as they are, without words on old names
    settings = {key: value for key, value in settings.items() if not key.startswith(_OF_THE_PROCESS)} | _OURS
    with matplotlib.rc_context(settings):
        yield


def draw_plainly(figure: Figure) -> None:
    """Make every word of a figure one that its fonts can draw (letters.py), the labels of its ticks too."""
    from matplotlib.text import Text

    for text in figure.findobj(Text):
        text.set_text(drawable(text.get_text(), bold=text.get_fontweight() == "bold"))
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            _label_plainly(axis)


def _label_plainly(axis: Axis) -> None:
    """Labels of ticks are made while the figure is drawn: this axis' own formatter hands them out drawable."""
    formatter = axis.get_major_formatter()
    labels_of = formatter.format_ticks
    vars(formatter)["format_ticks"] = lambda values: [drawable(label) for label in labels_of(values)]


def _load_matplotlib() -> None:
    """Import what draws; a reader's settings that keep it from loading are left out, and nothing is said of them."""
    if "matplotlib" not in sys.modules:
        logger = logging.getLogger("matplotlib")
        level = logger.level
        logger.setLevel(logging.CRITICAL)
        try:
            _import_with_or_without_settings()
        finally:
            logger.setLevel(level)
    for name in _MODULES:
        import_module(name)


def _import_with_or_without_settings() -> None:
    """Matplotlib with the reader's settings, which their own figures may want; without them where they are broken."""
    if all(_is_plain(path) for path in _settings_files()):
        try:
            for name in ("matplotlib", *_MODULES):
                import_module(name)
            return
        except ImportError:
            raise
        except Exception:
            for name in [name for name in sys.modules if name.split(".")[0] == "matplotlib"]:
                del sys.modules[name]
    with _without_settings():
        for name in ("matplotlib", *_MODULES):
            import_module(name)


def _settings_files() -> list[Path]:
    """Where Matplotlib looks for settings by the reader's choice."""
    named = os.environ.get(_RC_VARIABLE)
    own = [os.environ.get("MPLCONFIGDIR"), os.path.expandvars("$XDG_CONFIG_HOME/matplotlib")]
    folders = [Path(name) for name in (named, *own) if name]
    with suppress(RuntimeError):  # no home
        folders += [Path.home() / ".config" / "matplotlib", Path.home() / ".matplotlib"]
    return [Path(_RC_FILE), *([Path(named)] if named else []), *(folder / _RC_FILE for folder in folders)]


def _is_plain(path: Path) -> bool:
    """Whether nothing stands there that could be read without end, such as a pipe or a device."""
    try:
        return not path.exists() or path.is_file() or path.is_dir()
    except OSError:
        return False


@contextmanager
def _without_settings() -> Iterator[None]:
    """A folder and an environment in which Matplotlib finds its own settings file and no other."""
    spec = importlib.util.find_spec("matplotlib")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("there is no Matplotlib to draw with")
    home = Path(spec.origin).parent
    held = {name: os.environ.pop(name, None) for name in (_RC_VARIABLE, _BACKEND_VARIABLE)}
    os.environ[_RC_VARIABLE] = str(home / "mpl-data" / _RC_FILE)
    try:
        with chdir(home) if os.path.lexists(_RC_FILE) else nullcontext():
            yield
    finally:
        del os.environ[_RC_VARIABLE]
        os.environ.update({name: value for name, value in held.items() if value is not None})
