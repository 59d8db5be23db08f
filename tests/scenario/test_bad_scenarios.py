"""Scenario files that are wrong, one at a time: each gives one message with file, line, key and what would be right."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from sim.core.errors import InputError
from sim.scenario import load_scenario

LATER = "  navigator.attendance_or: "
HEAD = "name: bought\ntitle: Something bought\ndescription: For a test.\nextends: baseline.yaml\n"
NAV = "levers:\n  - lever: navigators\n    gbp_per_year: 500_000\n    places: [bristol]\n"
BUS = "levers:\n  - lever: bus_trips\n    gbp_per_year: 100_000\n    links: [L117]\n    when: evening\n"


def nav(old: str, new: str) -> str:
    assert old in NAV
    return HEAD + NAV.replace(old, new)


def bus(old: str, new: str) -> str:
    assert old in BUS
    return HEAD + BUS.replace(old, new)


def top(old: str, new: str) -> str:
    assert old in HEAD
    return HEAD.replace(old, new) + NAV


def one(body: str) -> str:
    return HEAD + "levers: [{" + body + "}]\n"


def narrow(body: str) -> str:
    return HEAD + NAV + "parameters:\n" + body


# (what is wrong, text, line or None, words of the message)
CASES: list[tuple[str, str, int | None, str]] = [
    ("empty file", "", None, "is empty"),
    ("only a comment", "# nothing\n", None, "is empty"),
    ("a list on top", "- a\n- b\n", 1, "a list stands where a scenario should"),
    ("a word on top", "scenario\n", 1, "'scenario' stands where a scenario should"),
    ("null on top", "null\n", 1, "nothing stands where"),
    ("two documents", HEAD + "---\nname: other\n", 5, "more than one document"),
    ("tab", "name:\tbought\n", 1, "holds a tab"),
    ("broken list", nav("[bristol]", "[bristol"), 9, "not valid YAML"),
    ("broken quote", top("title: Something", 'title: "Something'), None, "not valid YAML"),
    ("bad indentation", nav("    places", "   places"), 8, "not valid YAML"),
    ("colon in text", top("Something bought", "This: that"), 2, "not valid YAML"),
    ("control character", top("Something", "Some\x01thing"), 2, "character that YAML does not allow"),
    ("escape in text", top("title: Something bought", 'title: "Some\\x1bthing"'), 2, "cannot be printed"),
    ("lone surrogate", top("title: Something bought", 'title: "Some\\ud800thing"'), 2, "cannot be printed"),
    ("duplicate key", HEAD + "title: Again\n" + NAV, 5, "the key 'title' stands twice (first on line 2)"),
    ("duplicate inner key", nav("    places", "    gbp_per_year: 5\n    places"), 8, "'gbp_per_year' stands twice"),
    ("anchor", nav("500_000", "&money 500_000"), 7, "anchor '&money'"),
    ("alias", nav("500_000", "*money"), 7, "refers back with '*money'"),
    ("merge key", nav("    places", "    <<: {a: 1}\n    places"), 8, "merge key"),
    ("tag", nav("500_000", "!!int 500_000"), 7, "holds the tag"),
    ("python object", nav("500_000", "!!python/name:os.system"), 7, "holds the tag"),
    ("number as key", HEAD + "2025: x\n" + NAV, 5, "the key '2025' is not a word"),
    ("boolean as key", HEAD + "true: x\n" + NAV, 5, "the key 'true' is not a word"),
    ("empty key", HEAD + '"": x\n' + NAV, 5, "an empty key"),
    ("list as key", HEAD + "? [a, b]\n: x\n" + NAV, 5, "a key is not a word"),
    ("nested too deeply", nav("[bristol]", "[" * 40 + "]" * 40), 8, "nested too deeply"),
    ("very deep nesting", nav("[bristol]", "[" * 5000 + "]" * 5000), 8, "nested too deeply"),
    ("not a number", nav("500_000", ".nan"), 7, "not a finite number; allowed: a finite number in plain figures"),
    ("infinity", nav("500_000", "-.inf"), 7, "not a finite number; allowed: a finite number in plain figures"),
    ("overflow", nav("500_000", "1e999"), 7, "too large a number; allowed: a finite number in plain"),
    ("number without end", nav("500_000", "9" * 5000), 7, "a number of 5,000 characters"),
    ("day that is none", HEAD + "starts: 2027-02-30\n" + NAV, 5, "not a day of the calendar; allowed: a day that"),
    ("month that is none", HEAD + "starts: 2028-13-45\n" + NAV, 5, "of the calendar; allowed: a day that there is, as"),
    ("a zero first", nav("500_000", "0500_000"), 7, "'0500_000' begins with 0"),
    ("a zero first: allowed", nav("500_000", "0500_000"), 7, "as a bare number, for example 500_000"),
    ("unknown key", HEAD + "leverz: []\n", 5, "'leverz' is not a key of a scenario"),
    ("unknown key: nearest", HEAD + "leverz: []\n", 5, "did you mean 'levers'?"),
    ("no name", top("name: bought\n", ""), 1, "a scenario needs 'name:'"),
    ("empty name", top("name: bought", "name:"), 1, "a scenario needs 'name:'"),
    ("name not that of the file", top("name: bought", "name: sold"), 1, "not the name of the file; allowed: 'bought'"),
    ("name with blanks", top("name: bought", "name: Bought it"), 1, "is not a name"),
    ("name is a number", top("name: bought", "name: 12"), 1, "'12' is not a name"),
    ("no title", top("title: Something bought\n", ""), 1, "a scenario needs 'title:'"),
    ("title is a list", top("Something bought", "[a]"), 2, "a list is not text"),
    ("title is a number", top("Something bought", "2025"), 2, "'2025' is not text"),
    ("title too long", top("Something bought", "x" * 121), 2, "holds 121 characters"),
    ("blank title", top("Something bought", '"  "'), 2, "is empty"),
    ("no description", top("description: For a test.\n", ""), 1, "a scenario needs 'description:'"),
    ("extends nothing there", top("baseline.yaml", "basline.yaml"), 4, "did you mean 'baseline.yaml'?"),
    ("extends itself", top("baseline.yaml", "bought.yaml"), 4, "leads back to a file already read"),
    ("extends outside", top("baseline.yaml", "../../other.yaml"), 4, "outside the folder of scenarios"),
    ("extends absolute", top("baseline.yaml", "/etc/passwd.yaml"), 4, "not a relative path"),
    ("extends no YAML", top("baseline.yaml", "baseline.txt"), 4, "not a YAML file"),
    ("extends a list", top("baseline.yaml", "[baseline.yaml]"), 4, "a list is not a file name"),
    ("no start at all", top("extends: baseline.yaml\n", ""), 1, "no date of the first release"),
    ("start is text", HEAD + "starts: spring\n" + NAV, 5, "'spring' is not a date"),
    ("start in another order", HEAD + "starts: 01/04/2025\n" + NAV, 5, "year-month-day"),
    ("start long ago", HEAD + "starts: 1925-04-01\n" + NAV, 5, "outside the calendar"),
    ("levers is a word", HEAD + "levers: navigators\n", 5, "not a list of purchases"),
    ("levers is a block", HEAD + "levers:\n  lever: navigators\n", 6, "not a list of purchases"),
    ("purchase is a word", HEAD + "levers: [navigators]\n", 5, "'navigators' is not a purchase"),
    ("no lever", nav("- lever: navigators\n    gbp", "- gbp"), 6, "a purchase needs 'lever:'"),
    ("unknown lever", nav("navigators", "navigatrs"), 6, "did you mean 'navigators'?"),
    ("lever is a number", nav("navigators", "12"), 6, "'12' is not a lever"),
    ("unknown purchase key", nav("places", "place"), 8, "did you mean 'places'?"),
    ("key of another lever", nav("places: [bristol]", "links: [L117]"), 8, "'links' is not a key of a purchase"),
    ("no money", nav("    gbp_per_year: 500_000\n", ""), 6, "needs 'gbp_per_year:'"),
    ("empty money", nav(" 500_000", ""), 7, "needs 'gbp_per_year:'"),
    ("money near 0", nav("500_000", "5e-324"), 7, "is less than the smallest purchase"),
    ("negative money", nav("500_000", "-5"), 7, "'-5' buys nothing"),
    ("zero money", nav("500_000", "0"), 7, "'0' buys nothing"),
    ("absurd money", nav("500_000", "1e12"), 7, "beyond any budget"),
    ("money in quotes", nav("500_000", '"500000"'), 7, "a bare number, for example 500_000"),
    ("money with a comma", nav("500_000", "500,000"), 7, "a bare number, for example 500_000"),
    ("money with a pound sign", nav("500_000", "£500000"), 7, "a bare number, for example 500_000"),
    ("money with a letter", nav("500_000", "500k"), 7, "'500k' is not a number"),
    ("octal money", nav("500_000", "0500000"), 7, "'0500000' begins with 0"),
    ("sexagesimal money", nav("500_000", "190:20:30"), 7, "'190:20:30' is not a number"),
    ("hexadecimal money", nav("500_000", "0xFFFFF"), 7, "is not a number"),
    ("money is true", nav("500_000", "true"), 7, "'true' is not a number"),
    ("money is yes", nav("500_000", "yes"), 7, "'yes' is not a number"),
    ("money is a list", nav("500_000", "[500_000]"), 7, "a list is not a number"),
    ("too little money", nav("500_000", "45_999"), 7, "allowed: at least 46_000"),
    ("unknown place", nav("bristol", "bristl"), 8, "did you mean 'bristol'?"),
    ("place outside the area", nav("bristol", "london"), 8, "'london' is not a place of this area"),
    ("service as place", nav("[bristol]", "[bristol_drugs_project_bdp]"), 8, "is a service, not a place"),
    ("council as place", nav("[bristol]", "[Cornwall]"), 8, "is a council, not a place; allowed: councils: [Cornwall]"),
    ("place is a number", nav("[bristol]", "[7]"), 8, "'7' is not a place"),
    ("place is no", nav("[bristol]", "[no]"), 8, "'no' is not a place"),
    ("place twice", nav("[bristol]", "[bristol, Bristol]"), 8, "'bristol' stands twice"),
    ("place twice, lines below", nav("[bristol]", "\n      - bristol\n      - bristol"), 10, "'bristol' stands twice"),
    ("no place in the list", nav("[bristol]", "[]"), 8, "is an empty list"),
    ("places is a block", nav("[bristol]", "{a: b}"), 8, "a block of keys is not a list"),
    ("nowhere", nav("    places: [bristol]\n", ""), 6, "must say where"),
    ("places and councils", nav("[bristol]", "[bristol]\n    councils: [Cornwall]"), 9, "one of them"),
    ("unknown council", nav("places: [bristol]", "councils: [Cornwal]"), 8, "did you mean 'Cornwall'?"),
    ("start before day 0", nav("[bristol]", "[bristol]\n    starts: 2027-03-31"), 9, "2027-04-01 or later"),
    ("end before start", nav("[bristol]", "[bristol]\n    ends: 2027-03-01"), 9, "not after the start"),
    ("end on the start", nav("[bristol]", "[bristol]\n    ends: 2027-04-01"), 9, "not after the start"),
    ("end is a number", nav("[bristol]", "[bristol]\n    ends: 2026"), 9, "'2026' is not a date"),
    ("end is empty", nav("[bristol]", "[bristol]\n    ends:"), 9, "nothing is not a date"),
    ("payer that does not pay", nav("[bristol]", "[bristol]\n    payer: nhs"), 9, "allowed: pcc, council"),
    ("unknown link", bus("L117", "L999"), 8, "is not a link of this area"),
    ("rail link", bus("L117", "L001"), 8, "is a rail link, not a bus"),
    ("no hour of the day", bus("    when: evening\n", ""), 6, "needs 'when:'; allowed: evening, sunday, daytime"),
    ("wrong hour of the day", bus("evening", "evenings"), 9, "did you mean 'evening'?"),
    ("too little for one link", bus("100_000", "17_000"), 7, "allowed: at least 18_705"),
    ("too little for two links", bus("[L117]", "[L117, L115]").replace("100_000", "35_419"), 7, "at least 37_410"),
    ("closed prison", one("lever: inreach_worker, gbp_per_year: 1e5, prisons: [dartmoor]"), 5, "not open"),
    ("closed: nearest", one("lever: inreach_worker, gbp_per_year: 1e5, prisons: [dartmoor]"), 5,
     "did you mean 'channings_wood'?"),
    ("unknown prison", one("lever: inreach_worker, gbp_per_year: 1e5, prisons: [exter]"), 5, "'exeter'?"),
    ("prisons for navigators", nav("places: [bristol]", "prisons: [exeter]"), 8, "is not a key of a purchase"),
    ("OST below its posts", one("lever: ost_at_release, gbp_per_year: 34_200, prisons: [exeter, bristol]"),
     5, "at least 35_547"),
    ("half a kit", one("lever: naloxone_at_release, gbp_per_year: 10"), 5, "allowed: at least 18"),
    ("booking without a hub", one("lever: booked_before_release, gbp_per_year: 1e4, places: [launceston]"),
     5, "no open drug and alcohol hub stands in Launceston"),
    ("booking: nearest hub", one("lever: booked_before_release, gbp_per_year: 1e4, places: [launceston]"),
     5, "did you mean 'liskeard'?"),
    ("council without a hub", one("lever: booked_before_release, gbp_per_year: 1e4, councils: [Isles of Scilly]"),
     5, "stands in Isles of Scilly"),
    ("parameters is a list", HEAD + NAV + "parameters: [a]\n", 9, "a list stands where a block of parameters should"),
    ("unknown parameter", narrow("  navigator.attendence_or: {low: 1, reason: x}\n"), 10, "'navigator.attendance_or'?"),
    ("parameter without a reason", narrow(LATER + "{low: 1.2}\n"), 10, "needs 'reason:'"),
    ("parameter is a number", narrow(LATER + "1.2\n"), 10, "where a narrowed parameter should"),
    ("nothing narrowed", narrow(LATER + "{value: 1.2, reason: x}\n"), 10, "narrows nothing"),
    ("widened below", narrow(LATER + "{low: 0.5, reason: x}\n"), 10, "outside the range"),
    ("widened above", narrow(LATER + "{high: 25, reason: x}\n"), 10, "outside the range"),
    ("turned round", narrow(LATER + "{low: 2, high: 1.2, reason: x}\n"), 10, "above high"),
    ("value outside", narrow(LATER + "{low: 1.2, high: 1.4, reason: x}\n"), 10, "a 'value:' inside"),
    ("own value outside", narrow(LATER + "{low: 1.2, high: 1.4, value: 2, reason: x}\n"), 10, "outside"),
    ("unknown key of a parameter", narrow(LATER + "{lo: 1.2, reason: x}\n"), 10, "did you mean 'low'?"),
    ("a switch", HEAD + NAV + "switches:\n  supply_shock: true\n", 10, "'supply_shock' is not a key of the switches"),
    ("switches is a word", HEAD + NAV + "switches: all\n", 9, "'all' stands where the switches should"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_refused_with_file_line_and_words(write, area, table, text, line, words):
    file = write(text)
    with pytest.raises(InputError) as refused:
        load_scenario(file, area=area, parameters=table)
    message = str(refused.value)
    assert words in message
    where = str(file) if line is None else f"{file}:{line}:"
    assert message.startswith(where)
    assert "\n" not in message and len(message) < 1500


def test_no_such_file_names_the_nearest(write, area, table):
    file = write(HEAD)
    with pytest.raises(InputError, match=re.escape("did you mean '" + str(file.parent / "baseline.yaml"))):
        load_scenario(file.parent / "basline.yaml", area=area, parameters=table)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"name: bought\ntitle: caf\xe9\n", ":2: is not UTF-8 text"),
        (b"\xff\xfen\x00a\x00", "is not UTF-8 text"),
        (b"# " + b"x" * 200_001, "holds 200,003 bytes"),
        (b"name: \x00\n", "does not allow"),
    ],
)
def test_unreadable_bytes(write, area, table, content, words):
    with pytest.raises(InputError, match=re.escape(words)):
        load_scenario(write(content), area=area, parameters=table)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/", "is a folder"),
        ("/dev/null", "this is a device, not a file"),
        ("x\0y.yaml", "cannot be the name of a file"),
        ("a" * 5000, "a" * 9),
    ],
)
def test_paths_that_are_no_files(area, table, path, words):
    with pytest.raises(InputError, match=words):
        load_scenario(Path(path), area=area, parameters=table)


def test_evening_on_a_link_that_already_runs_late(write, area, table):
    links = list(area.links)
    links[area.link_index["L117"]] = replace(links[area.link_index["L117"]], weekday_hours=(420.0, 1380.0, 60.0))
    with pytest.raises(InputError, match="L117 already runs until 23:00; allowed: links that end before 22:30"):
        load_scenario(write(HEAD + BUS), area=replace(area, links=tuple(links)), parameters=table)


def test_circle_of_two_files(write, area, table):
    write("name: other\ntitle: T\ndescription: D\nextends: bought.yaml\n", "other.yaml")
    file = write("name: bought\ntitle: T\ndescription: D\nextends: other.yaml\n")
    with pytest.raises(InputError, match=r"other\.yaml:4:extends: 'bought\.yaml' leads back"):
        load_scenario(file, area=area, parameters=table)


def test_link_out_of_the_folder_is_followed_and_refused(write, area, table, tmp_path):
    outside = tmp_path / "outside.yaml"
    outside.write_text("name: outside\n", encoding="utf-8")
    file = write(HEAD.replace("baseline.yaml", "inside.yaml"))
    (file.parent / "inside.yaml").symlink_to(outside)
    with pytest.raises(InputError, match="outside the folder of scenarios"):
        load_scenario(file, area=area, parameters=table)


@pytest.mark.parametrize(
    ("stem", "near"),
    [
        ("my-navigators", "my_navigators"), ("Navigators", "navigators"), ("\u00c9lan vital", "elan_vital"),
        ("2026 plan", "scenario_2026_plan"), ("_x", "x"), ("\u6f22\u5b57", "scenario"), ("a" * 70, "a" * 60),
    ],
)  # fmt: skip
def test_a_file_name_that_is_no_name_is_told_once_with_one_that_is(stem, near, write, area, table):
    allowed = f"a letter first, at most 60; rename the file, for example to {near}.yaml, with 'name: {near}' in it"
    for text, line in ((HEAD, 1), (HEAD.replace("name: bought", f"name: {stem}"), 1), (HEAD.partition("\n")[2], 1)):
        file = write(text + NAV, f"{stem}.yaml")
        with pytest.raises(InputError) as refused:
            load_scenario(file, area=area, parameters=table)
        said = f"{file}:{line}:name: the file's own name, '{stem}', is not one that a scenario can have; allowed: "
        assert str(refused.value).startswith(said) and str(refused.value).endswith(allowed)
        assert not refused.value.others
    renamed = write(HEAD.replace("name: bought", f"name: {near}") + NAV, f"{near}.yaml")
    assert load_scenario(renamed, area=area, parameters=table).name == near


def test_a_chain_too_long(write, area, table):
    for n in range(12):
        write(f"name: s{n}\ntitle: T\ndescription: D\nextends: s{n + 1}.yaml\n", f"s{n}.yaml")
    with pytest.raises(InputError, match="the chain of files is too long"):
        load_scenario(
            write("name: s12\ntitle: T\ndescription: D\n", "s12.yaml").parent / "s0.yaml", area=area, parameters=table
        )


def test_a_mistake_in_the_extended_file_names_that_file(write, area, table):
    base = write("name: base\ntitle: T\ndescription: D\nstarts: 2027-04-01\nswitches: {x: 1}\n", "base.yaml")
    file = write(HEAD.replace("baseline.yaml", "base.yaml"))
    with pytest.raises(InputError, match=re.escape(f"{base}:5:switches.x: 'x' is not a key of the switches")):
        load_scenario(file, area=area, parameters=table)
