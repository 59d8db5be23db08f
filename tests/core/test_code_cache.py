"""Whatever becomes of a file of the compile cache, the function is compiled again and gives the same."""

from __future__ import annotations

import importlib.util
import logging
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import pytest

from sim.core import compile_cache
from sim.core.code_cache import CacheFolder, FunctionCache
from sim.core.memory import ensure_room, is_out_of_memory

SOURCE = "def double(x):\n    return 2 * x\n\n\ndef treble(x):\n    return 3 * x\n"
NAME, OTHER = "0123456789abcdef0123", "f" * 20


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Path:
    """A place of caches of its own, in which nothing has been said yet."""
    monkeypatch.setenv("THROUGHGATE_CACHE", str(tmp_path / "caches"))
    monkeypatch.setattr(compile_cache.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(compile_cache, "_HELD", [])
    compile_cache.say_once.cache_clear()
    caplog.set_level(logging.WARNING)
    return tmp_path / "caches"


@pytest.fixture
def functions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A module with two functions that compile in no time."""
    path = tmp_path / "small.py"
    path.write_text(SOURCE, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("small", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "small", module)
    spec.loader.exec_module(module)
    return module


def compiled(function: Callable[[float], float], name: str = NAME) -> Any:
    """The function as a process that has just begun has it."""
    inner = numba.njit(function)
    inner._cache = FunctionCache(function, CacheFolder(name))
    return inner


def was_read(function: Callable[[float], float], name: str = NAME) -> bool:
    """Whether the function's machine code was read, not compiled; it gives what it should in any case."""
    inner = compiled(function, name)
    assert inner(21.0) == function(21.0)
    return bool(inner.stats.cache_hits)


def file_of(root: Path, kind: str, function: str = "double", name: str = NAME) -> Path:
    (path,) = (root / name).rglob(f"small.{function}-*{kind}")
    return path


def emptied(path: Path, _: Path) -> None:
    path.write_bytes(b"")


def truncated(path: Path, _: Path) -> None:
    path.write_bytes(path.read_bytes()[:-10])


def of_random_bytes(path: Path, _: Path) -> None:
    path.write_bytes(os.urandom(5_000))


def one_bit_changed(path: Path, _: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-len(content) // 3] ^= 1
    path.write_bytes(content)


def a_folder(path: Path, _: Path) -> None:
    path.unlink()
    (path / "inside").mkdir(parents=True)


def a_pipe(path: Path, _: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def a_link_to_itself(path: Path, _: Path) -> None:
    path.unlink()
    path.symlink_to(path)


def of_another_function(path: Path, root: Path) -> None:
    shutil.copy(file_of(root, path.suffix, "treble"), path)


def of_another_cache(path: Path, root: Path) -> None:
    shutil.copy(file_of(root, path.suffix, name=OTHER), path)


@pytest.mark.parametrize("kind", [".nbi", ".nbc"])
@pytest.mark.parametrize(
    "damage",
    [
        emptied, truncated, of_random_bytes, one_bit_changed, a_folder, a_pipe, a_link_to_itself, of_another_function,
        of_another_cache,
    ],
)  # fmt: skip
def test_a_damaged_file_is_compiled_again_and_told_once(
    damage: Callable[[Path, Path], None], kind: str, functions: Any, root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    if damage is a_pipe and sys.platform == "win32":
        pytest.skip("no named pipes in folders there")
    for function, name in ((functions.double, NAME), (functions.treble, NAME), (functions.double, OTHER)):
        assert not was_read(function, name)
    assert was_read(functions.double)
    assert not caplog.messages
    damage(file_of(root, kind), root)
    assert not was_read(functions.double)
    assert caplog.messages == [f"throughgate: compile cache: a file in {root / NAME} is damaged and is compiled again"]
    assert was_read(functions.double)
    assert len(caplog.messages) == 1


def test_a_changed_source_is_compiled_again_in_silence(
    functions: Any, root: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert not was_read(functions.double)
    monkeypatch.setattr("sim.core.code_cache._sha256_of", lambda _: b"of another text")
    assert not was_read(functions.double)
    assert not caplog.messages


def test_a_file_where_the_folder_should_be(functions: Any, root: Path) -> None:
    was_read(functions.double)
    folder = file_of(root, ".nbi").parent
    shutil.rmtree(folder)
    folder.write_text("mine", encoding="utf-8")
    assert not was_read(functions.double)
    assert was_read(functions.double)


def test_a_full_disk_costs_the_cache_and_not_the_run(
    functions: Any, root: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(self: Path, _: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    assert not was_read(functions.double)
    assert not was_read(functions.treble)
    said = f"compile cache: {root} cannot be written (No space left on device); machine code of this run is not kept"
    assert caplog.messages == [f"throughgate: {said}"]
    assert not [path for path in root.rglob("*") if ".tmp." in path.name]


def test_the_temporary_folder_serves_where_the_usual_cannot(
    functions: Any, root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    root.write_text("a file", encoding="utf-8")
    assert not was_read(functions.double)
    assert was_read(functions.double)
    other = next(root.parent.glob("throughgate*"))
    assert caplog.messages == [
        f"throughgate: compile cache: {root} cannot be written (File exists); machine code is kept in {other} instead"
    ]
    assert other.stat().st_mode & 0o077 == 0


@pytest.mark.skipif(sys.platform == "win32", reason="temporary folders are a person's own there")
@pytest.mark.parametrize("mode", [0o777, None])
def test_nobody_elses_temporary_folder_is_read(
    mode: int | None, functions: Any, root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    root.write_text("a file", encoding="utf-8")
    other = root.parent / f"throughgate-{os.getuid()}"
    elsewhere = root.parent / "elsewhere"
    elsewhere.mkdir()
    if mode is None:
        other.symlink_to(elsewhere)
    else:
        other.mkdir()
        other.chmod(mode)
    assert not was_read(functions.double)
    assert not was_read(functions.double)
    assert caplog.messages == [
        f"throughgate: compile cache: {root} cannot be written (File exists); "
        "this run compiles anew and keeps no machine code"
    ]
    assert not list(other.iterdir())


def test_a_whole_cache_that_cannot_be_written_is_read(
    functions: Any, root: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    was_read(functions.double)
    compile_cache.touch_complete(root / NAME)

    def refused(_: Path) -> None:
        raise PermissionError(30, "Read-only file system")

    monkeypatch.setattr(compile_cache, "_hold", refused)
    assert was_read(functions.double)
    assert not was_read(functions.treble)
    assert not caplog.messages


def test_no_home(functions: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def nobody() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("THROUGHGATE_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", nobody)
    assert not was_read(functions.double)
    assert was_read(functions.double)
    assert len(caplog.messages) == 1
    assert caplog.messages[0].startswith(
        "throughgate: compile cache: no home folder is known; machine code is kept in "
    )


def test_no_room_to_compile_is_an_error_and_no_end_of_the_process(
    functions: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.core.code_cache.COMPILING_MB", 1 << 40)
    with pytest.raises(MemoryError) as found:
        compiled(functions.double)(1.0)
    assert is_out_of_memory(found.value)
    ensure_room(1)
