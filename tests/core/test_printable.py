"""Letters that act on a terminal or turn a line round are shown as escapes; all others stay."""

from __future__ import annotations

import json

from sim.commands.terminal import json_text
from sim.core.printable import escaped


def test_spaces_and_joiners_stay_and_controls_are_escaped() -> None:
    assert escaped("a\u00a0b\u3000c\u200dd é 😀") == "a\u00a0b\u3000c\u200dd é 😀"
    assert escaped("\x1b[31m\u202e\n\x85\ud800") == r"\x1b[31m\u202e\n\x85\ud800"
    assert escaped("a\nb\tc\r", keep="\n\t") == "a\nb\tc" + r"\r"


def test_printed_json_is_json_with_every_letter_that_does_not_print_escaped() -> None:
    content = {"name": "\x1b\x85\u202e\U000e0001\udcff é\u00a0日本"}
    text = json_text(content)
    assert json.loads(text) == content
    assert all(line.isprintable() or "\u00a0" in line for line in text.split("\n"))
    text.encode("utf-8")
