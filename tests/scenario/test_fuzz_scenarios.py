"""Valid scenario files, damaged in every way that comes to mind: each loads or is refused with its file named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.core.errors import InputError
from sim.scenario import deliver, load_scenario

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
RICH = """\
name: bought
title: Everything at once
description: For a test.
extends: baseline.yaml
starts: 2025-04-01
levers:
  - {lever: naloxone_at_release, gbp_per_year: 1e4, prisons: [exeter, bristol]}
  - lever: ost_at_release
    gbp_per_year: 120_000
    starts: 2025-05-01
    ends: 2026-05-01
  - lever: inreach_worker
    gbp_per_year: 200000
    payer: nhs
  - lever: booked_before_release
    gbp_per_year: 30_000
    councils: [Cornwall, Torbay]
  - lever: navigators
    gbp_per_year: 500_000
    places: [bristol, plymouth]
  - lever: bus_trips
    when: evening
    gbp_per_year: 100_000
    links: [L117, L115]
parameters:
  navigator.attendance_or: {low: 1.2, high: 1.8, value: 1.5, reason: "local evaluation"}
switches: {}
"""
VALID = [RICH] + [
    file.read_text(encoding="utf-8").replace(f"name: {file.stem}", "name: bought")
    for file in sorted(SCENARIOS.glob("*.yaml"))
]
VALUES = [
    "", "~", "null", "true", "no", "0", "-1", "1e3", "1e-320", "1e400", "-1e9", "999999999", "9" * 400, ".nan",
    "-.inf", "012", "1:30", "0x1F", "500_000", "5__0", "[]", "{}", "[a, b]", "{a: b}", "[[[[[]]]]]", "'x'",
    '"\\x00"', '"\\ud800"', "2025-04-01", "2025-13-45", "0000-00-00", "9999-12-31", "*x", "&x y", "!!set {a}",
    "!!python/object:os.system []", "| \n   x", ">", "- a", "? a", "%", "@", "`", "\u202e", "\u0000", "😀",
    "bristol", "L117", "exeter", "x" * 3000, "<<", "---", "...", "#",
]  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """One valid file with one to four damages."""
    text = draw(st.sampled_from(VALID))
    for _ in range(draw(st.integers(1, 4))):
        lines = text.split("\n")
        here = draw(st.integers(0, len(lines) - 1))
        there = draw(st.integers(0, len(lines) - 1))
        match draw(st.integers(0, 9)):
            case 0:
                del lines[here]
            case 1:
                lines.insert(there, lines[here])
            case 2:
                lines[here], lines[there] = lines[there], lines[here]
            case 3:
                lines[here] = re.sub(r"(:\s*).*", lambda m: m[1] + draw(st.sampled_from(VALUES)), lines[here], count=1)
            case 4:
                lines[here] = draw(st.sampled_from(["  ", "    ", "\t", "- ", "? ", ": "])) + lines[here]
            case 5:
                lines[here] = lines[here].lstrip()
            case 6:
                words = re.findall(r"[\w.]+", lines[here])
                if words:
                    word = draw(st.sampled_from(words))
                    lines[here] = lines[here].replace(
                        word, draw(st.sampled_from([word[:-1], word + "x", word.upper(), *VALUES]))
                    )
            case 7:
                at = draw(st.integers(0, len(lines[here])))
                lines[here] = lines[here][:at] + draw(st.characters(exclude_categories=["Cs"])) + lines[here][at:]
            case 8:
                lines = lines[: here + 1]
            case _:
                lines[here] = draw(st.sampled_from(VALUES))
        text = "\n".join(lines)
    raw = text.encode("utf-8")
    if draw(st.integers(0, 4)) == 0 and raw:
        at = draw(st.integers(0, len(raw) - 1))
        raw = raw[:at] + draw(st.binary(max_size=3)) + raw[at + draw(st.integers(0, 5)) :]
    return raw


def test_a_damaged_file_loads_or_is_refused(write, area, table, draw, demand):
    loaded, refusals = [], []

    @settings(max_examples=600, deadline=None, derandomize=True, database=None)
    @given(raw=damaged())
    def load(raw: bytes) -> None:
        file = write(raw)
        try:
            scenario = load_scenario(file, area=area, parameters=table)
        except InputError as refused:
            message = str(refused)
            assert message.startswith(str(file))
            assert "\n" not in message and message.isprintable() and len(message) < 2000
            refusals.append(re.sub(r"'.*?'", "''", message.split(": ", 1)[1]))
            return
        deliver(scenario, draw, demand, area, 30)
        loaded.append(scenario)

    load()
    assert len(loaded) > 50 and len(refusals) > 200  # the damage was neither harmless nor hopeless
    assert len(set(refusals)) > 40


@settings(max_examples=300, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(raw=st.binary(max_size=200))
def test_any_bytes_at_all(raw, write, area, table):
    with pytest.raises(InputError, match=r"bought\.yaml"):
        load_scenario(write(raw), area=area, parameters=table)


@pytest.mark.parametrize("text", VALID)
def test_what_is_damaged_was_whole(text, write, area, table):
    assert load_scenario(write(text), area=area, parameters=table).name == "bought"
