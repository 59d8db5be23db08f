"""Valid scenario files, damaged in every way that comes to mind: each loads or is refused with its file named.

First blindly, line by line; then on purpose, with the mistakes that people make: those are refused with their line too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
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
  - lever: bridging_script
    gbp_per_year: 34_000
    prisons: [exeter, bristol]
  - lever: depot_buprenorphine
    gbp_per_year: 90_000
  - lever: resettlement_workers
    gbp_per_year: 138_000
    prisons: [exeter]
    payer: pcc
  - lever: keyworkers
    gbp_per_year: -142_000
    starts: 2025-09-01
  - lever: keyworkers
    gbp_per_year: 92_000
    places: [torquay, truro]
  - lever: keyworkers
    percent_of_today: -10
    for: everybody
    places: [exeter, bristol]
  - {lever: bridging_script, percent_of_today: -5, prisons: [exeter]}
  - lever: cas3_beds
    gbp_per_year: 250_000
  - lever: supported_beds
    gbp_per_year: 200_000
    councils: [Plymouth, Devon]
  - lever: residential_rehab
    gbp_per_year: 60_000
    starts: 2025-06-01
    ends: 2026-06-01
  - lever: inpatient_detox
    gbp_per_year: 20_000
  - lever: navigators
    gbp_per_year: 500_000
    places: [bristol, plymouth]
  - lever: bus_trips
    when: evening
    gbp_per_year: 100_000
    links: [L117, L115]
  - {lever: womens_centre, gbp_per_year: 60_000, councils: [Devon, Cornwall]}
  - lever: lgbtq_practitioner
    gbp_per_year: 136_000
    setting: sexual_health
    places: [bristol, truro]
  - lever: colocated_hub
    gbp_per_year: 140_000
    places: [exeter, torquay]
  - {lever: keyworkers, gbp_per_year: 92_000, ends: 2026-01-01}
  - {lever: housing_first, gbp_per_year: 70_000, places: [plymouth]}
  - {lever: lifts, gbp_per_year: 5_000, payer: council}
  - {lever: alliance, gbp_per_year: 220_000, places: [torquay]}
budgets:
  mode: separate
  council: 2_000_000
  pcc: 1e6
parameters:
  navigator.attendance_or: {low: 1.2, high: 1.8, value: 1.5, reason: "local evaluation"}
switches:
  off: [trust, residential]
  open: [with_you_outreach_bude]
  stronger_opioids: {starts: 2025-06-01, ends: 2026-06-01}
"""
VALID = [RICH] + [
    file.read_text(encoding="utf-8").replace(f"name: {file.stem}", "name: bought").replace("extends: ../", "extends: ")
    for file in sorted([*SCENARIOS.glob("*.yaml"), *SCENARIOS.glob("c*/*.yaml")])
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
    assert len(loaded) > 40 and len(refusals) > 200  # the damage was neither harmless nor hopeless
    assert len(set(refusals)) > 40


@settings(max_examples=300, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(raw=st.binary(max_size=200))
def test_any_bytes_at_all(raw, write, area, table):
    with pytest.raises(InputError, match=r"bought\.yaml"):
        load_scenario(write(raw), area=area, parameters=table)


@pytest.mark.parametrize("text", VALID)
def test_what_is_damaged_was_whole(text, write, area, table):
    assert load_scenario(write(text), area=area, parameters=table).name == "bought"


LINES = RICH.splitlines()
KEY = re.compile(r"([ -]*)([a-z_.]+):")
SUMS = (
    "yes", "no", "true", "1e3", "1e-3", "1e12", "-1e12", "-5", "-142_000", "0", "1_0", "12,000", "£50_000", '"50000"',
    "50k", "0x10", ".nan", "~", "[1e5]", "{gbp: 1e5}",
)  # fmt: skip
DAYS = ("2025-03-31", "2025-02-30", "2029-01-01", "1925-04-01", "01/04/2025", "2025", "yes", "1e3", '"2025-06-01"', "~")
WRONG = {
    "gbp_per_year": SUMS,
    "places": ("[bristl]", "[london]", "[]", "[no]", "[7]", "[bristol, bristol]", "[Cornwall]", "[closereach]"),
    "councils": ("[Cornwal]", "[bristol, bristol]", "7", "[truro]"),
    "prisons": ("[dartmoor]", "[exter]", "[plymouth]", "[exeter, exeter]", "[]", "~", "[1e3]", "[yes]"),
    "links": ("[L999]", "[L001]", "7", "[L117, L117]"),
    "when": ("evenings", "no", "1e3", "[evening]"),
    "starts": DAYS,
    "ends": (*DAYS, "2025-04-01"),
    "percent_of_today": ("10", "0", "-101", "-1e9", "ten", "-10%", "~", "[-10]", "yes", '"-10"', ".nan"),
    "for": ("everyone", "no", "1e3", "[everybody]", "people leaving prison", ""),
    "setting": ("hubs", "no", "1e3", "[hub]", "sexual health", ""),
    "mode": ("pooled", "poled", "no", "1e3", "[pooled]", ""),
    "council": SUMS,
    "pcc": ("399_999", "0", "~", "[1e6]", "1e12"),
    "payer": ("housing", "nhs", "counsil", "no", "[nhs]", ""),
    "extends": (
        "bought.yaml", "circle.yaml", "../baseline.yaml", "../../baseline.yaml", "/etc/baseline.yaml", "baseline",
        "basline.yaml", "baseline.txt", "[baseline.yaml]", "no", "1e3", "..", "'.yaml'",
    ),
}  # fmt: skip
SWITCHES = (
    "off: [trus]", "off: [trust, trust]", "off: []", "off: no", "off: all", "off: [1e3]", "off: {trust: true}",
    "of: [trust]", "on: [trust]", "supply_shock: true", "off: trust", "off: [facts]", "open: [bude]", "open: yes",
    "open: [with_you_outreach_bud]", "open: [with_you_drug_and_alcohol_service_truro]", "open: [closereach]",
    "open: [closereach, closereach]", "open: [exeter]", "open: []", "open: ~", "opened: [closereach]",
    "stronger_opioids: true", "stronger_opioids: {}", "stronger_opioids: 2025-06-01", "stronger_opioid: {}",
    "stronger_opioids: {starts: 2024-01-01}", "stronger_opioids: {starts: 2025-06-01, ends: 2025-05-01}",
    "stronger_opioids: {start: 2025-06-01}", "stronger_opioids: [2025-06-01]",
)  # fmt: skip
CIRCLE = "name: circle\ntitle: T\ndescription: D\nextends: bought.yaml\n"


def with_line(n: int, *lines: str) -> str:
    """The rich file with line n (from 0) replaced."""
    return "\n".join([*LINES[:n], *lines, *LINES[n + 1 :]]) + "\n"


def mistakes() -> Iterator[tuple[str, str]]:
    """Kind and text of each file with one mistake that a person might make."""
    for n, line in enumerate(LINES):
        odd = n % 2
        key, value = KEY.search(line), line.partition(": ")[2]
        if key:
            word = key[2]
            for wrong in (word[:-1], word.upper() if odd else word[1] + word[0] + word[2:]):
                yield "misspelt key", with_line(n, line[: key.start(2)] + wrong + line[key.end(2) :])
            few = WRONG.get(word, ())[n % 3 :: 3] if word in ("gbp_per_year", "starts") else WRONG.get(word, ())
            yield from ((f"value of {word}", with_line(n, line.replace(value, wrong))) for wrong in few)
        if not line.startswith(("levers", "parameters", "switches", "  -")):
            yield "key twice", with_line(n, line, line)
        if "- lever: " in line:
            for wrong in (value[:-1], value + "s", value.replace("_", ""), "no" if odd else "7", "" if odd else "[a]"):
                yield "misspelt lever", with_line(n, line.replace(value, wrong))
    last = len(LINES) - 1
    yield from (("switches", "\n".join([*LINES[: last - 2], "  " + wrong]) + "\n") for wrong in SWITCHES)


@pytest.mark.parametrize("one_of", [3, pytest.param(1, marks=pytest.mark.slow)], ids=["every third", "each"])
def test_a_mistake_a_person_might_make_is_refused_with_its_line(one_of, write, area, table, draw, demand):
    write(CIRCLE, "circle.yaml")
    tried, refused, unlike = Counter(), Counter(), set()
    for kind, text in islice(mistakes(), 0, None, one_of):
        file = write(text)
        tried[kind] += 1
        try:
            scenario = load_scenario(file, area=area, parameters=table)
        except InputError as problem:
            message = str(problem)
            where = rf"{re.escape(str(file.parent))}/(bought|circle)\.yaml:[1-9][0-9]*:"
            assert re.match(where, message), (text, message)
            assert "\n" not in message and message.isprintable() and len(message) < 1500
            refused[kind] += 1
            unlike.add(message.split(": ", 1)[1])
        else:
            deliver(scenario, draw, demand, area, 30)
    assert sum(tried.values()) >= 300 // one_of and set(tried) == set(refused)
    assert sum(refused.values()) > 0.8 * sum(tried.values()), tried - refused
    assert len(unlike) > 150 // one_of
