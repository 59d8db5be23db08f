"""Whatever stands where a file should is one sentence, and nothing is waited for."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.core.errors import InputError
from sim.core.files import read_bytes, read_json, read_text, refuse_closed


def folder(path: Path) -> None:
    path.mkdir()


def pipe(path: Path) -> None:
    os.mkfifo(path)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def loop(path: Path) -> None:
    path.symlink_to(path)


def broken_link(path: Path) -> None:
    path.symlink_to(path.parent / "nowhere")


def too_large(path: Path) -> None:
    path.write_bytes(b"x" * 11)


def endless(path: Path) -> None:
    path.symlink_to("/proc/self/mountinfo")  # its size is told as 0


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (folder, "this is a folder, not a file; allowed: a table"),
        (pipe, "this is a pipe, not a file; allowed: a table"),
        (device, "this is a device, not a file; allowed: a table"),
        (loop, "this is a link that leads nowhere, or back to itself"),
        (broken_link, "this is a link that leads nowhere, or back to itself"),
        (too_large, "the file holds 11 bytes; allowed: at most 10 bytes"),
        (endless, "the file holds more than 10 bytes"),
        (lambda path: None, "there is no such file"),
    ],
)
def test_what_is_no_file_is_one_sentence(make: Callable[[Path], None], told: str, tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    make(file)
    with pytest.raises(InputError) as refused:
        read_bytes(file, at_most=10, what="a table")
    assert str(refused.value).startswith(f"{file}: {told}")


@pytest.mark.parametrize("name", ["a\0b", "x" * 300, "a/b/c"])
def test_a_name_that_no_file_can_have_is_one_sentence(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        read_bytes(tmp_path / name)
    assert str(refused.value).isprintable()


def test_the_nearest_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"there is no such file; did you mean 'b\.csv'"):
        read_text(tmp_path / "a.csv", nearest=lambda file: "b.csv")


def test_text_is_utf_8_with_or_without_a_mark(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    for raw in ("é\r\n".encode(), b"\xef\xbb\xbf" + "é\r\n".encode()):
        file.write_bytes(raw)
        assert read_text(file) == "é\r\n"
    for raw, line in ((b"a\nb\xff", 2), ("é".encode("utf-16"), 1)):
        file.write_bytes(raw)
        with pytest.raises(InputError) as refused:
            read_text(file)
        assert refused.value.line == line and refused.value.problem.startswith("is not UTF-8 text")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32-le"])
def test_a_file_in_another_encoding_is_told_by_name_with_a_mark_and_without(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("name,value\nash,1\n".encode(encoding))
    with pytest.raises(InputError, match=rf"a.csv:1: is not UTF-8 text \(it looks like {encoding[:6].upper()}\)"):
        read_text(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "a.json:1: is not JSON (the file is empty)"),
        ("{", "a.json:1: is not JSON (a key in double quotes is missing)"),
        ('{"a": 1,\n}', "a.json:"),
        ('{"a":\nb}', "a.json:2: is not JSON (a value is missing, or is none of JSON)"),
        ('{"a" 1}', "is not JSON (a colon is missing after a key)"),
        ('{"a": 1 "b": 2}', "is not JSON (a comma or a closing bracket is missing)"),
        ('{"a": "b', "is not JSON (a text has no closing quote)"),
        ('{"a": "b\n"}', "is not JSON (a text holds a line end or another control character)"),
        ('{"a": "\\x"}', "is not JSON (a text holds an escape that JSON does not know)"),
        ("{} {}", "is not JSON (something follows after its end)"),
        ("[" * 100_000, "is nested too deeply"),
        ("[1]", "holds no JSON object"),
        ('{"a": NaN}', "NaN is no number of JSON"),
        ('{"a": 1, "b": {"c": 1, "c": 2}}', "the key 'c' stands twice"),
        ('{"a": ' + "9" * 5000 + "}", "is not JSON (a number has too many digits)"),
    ],
)
def test_what_is_no_json_object_is_one_sentence(text: str, told: str, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_json(file)
    assert told in str(refused.value) and str(refused.value).isprintable()


def test_letters_that_do_not_print_are_shown_as_their_escapes() -> None:
    error = InputError("a\x1b[31m\u202e\n", file="x\x07.yaml")
    assert str(error) == r"x\x07.yaml: a\x1b[31m\u202e\n"


@pytest.mark.parametrize("figures", ["1" + "0" * 400, "-1" + "0" * 400, "1e400", "-1e999"])
def test_a_number_of_json_that_nobody_can_reckon_with(figures: str, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text(f'{{"level": [1, {figures}]}}', encoding="utf-8")
    with pytest.raises(InputError, match=r"is not JSON \(a number is too large\)"):
        read_json(file)


def test_a_folder_that_may_not_be_opened_is_told_with_the_first_of_its_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a" / "b" / "tables").mkdir(parents=True)
    folder = tmp_path / "a" / "b"
    closed: set[Path] = set()
    monkeypatch.setattr(os, "access", lambda path, _: Path(path) not in closed)
    refuse_closed(folder, ("tables", "parts"))
    for path in (folder / "tables", folder, tmp_path / "a"):
        closed.add(path)
        with pytest.raises(InputError) as refused:
            refuse_closed(folder, ("tables",))
        assert str(refused.value) == (
            f"{path}: this folder may not be opened (permission denied); "
            "allowed: permission to read it, as its owner can give"
        )
    monkeypatch.chdir(tmp_path)
    closed -= {tmp_path / "a"}
    with pytest.raises(InputError, match=r"^a/b: this folder"):
        refuse_closed(Path("a/b"), ("tables",))
    refuse_closed(tmp_path / "none", ("tables",))
