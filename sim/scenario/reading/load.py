"""Loads a scenario file with everything it extends; whatever is wrong is one InputError with file, line and key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sim.core.errors import nearest_name
from sim.scenario.levers import LEVERS
from sim.scenario.reading import fields
from sim.scenario.reading.budgets import read_budgets
from sim.scenario.reading.cuts import refuse_cuts_beyond
from sim.scenario.reading.locations import HUB
from sim.scenario.reading.purchases import read_purchase
from sim.scenario.reading.switches import read_switches, with_opened
from sim.scenario.reading.yaml_strict import Node, read_yaml, what_stands_there
from sim.scenario.scenario import Purchase, RangeOverride, Scenario

if TYPE_CHECKING:
    from sim.area import Area
    from sim.evidence import Parameter

KEYS = ("name", "title", "description", "extends", "starts", "levers", "parameters", "switches", "budgets")
MAX_CHAIN = 8
MAX_PURCHASES = 200
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


def load_scenario(
    path: str | Path, *, area: Area | None = None, parameters: Mapping[str, Parameter] | None = None
) -> Scenario:
    """The scenario of one YAML file, checked against an area and a parameter table (those shipped, unless given).

    Everything wrong with the file or with one that it extends is an InputError that names file, line and key, what is
    allowed and the nearest name.
    """
    chain = _chain(Path(path))
    if area is None:
        from sim.area import load_area

        area = load_area()
    if parameters is None:
        from sim.evidence import load_parameters

        parameters = load_parameters()
    top = chain[-1]
    starts = _starts(chain)
    narrowed = _narrowings(chain, parameters)
    prices = {name: row.value for name, row in parameters.items()}
    prices.update({name: narrowing.value for name, narrowing in narrowed.items() if narrowing.value is not None})
    switches = read_switches(chain, area, starts)
    area = with_opened(area, [name for name in switches.opened if _decides_where(area, name)])
    bought = _purchases(chain, starts, area, prices)
    scenario = Scenario(
        name=str(_entry(top, "name").value),
        title=fields.text(_entry(top, "title"), longest=120),
        description=fields.text(_entry(top, "description"), longest=1000),
        file=top.file,
        starts=starts,
        levers=tuple(purchase for _, purchase in bought),
        parameters=narrowed,
        off=switches.off,
        opened=switches.opened,
        stronger_opioids=switches.stronger_opioids,
        budgets=read_budgets(chain, [purchase for _, purchase in bought]),
        chain=tuple(node.file for node in chain),
    )
    refuse_cuts_beyond(scenario, [item for item, _ in bought], area, prices)
    return scenario


def _decides_where(area: Area, service: str) -> bool:
    """True for a service of a kind that must stand where something is bought."""
    kind = area.services[area.service_index[service]].kind
    return kind == HUB or any(kind in lever.beside.values() for lever in LEVERS.values())


def _entry(node: Node, key: str) -> Node:
    return fields.required(node, key, what="a scenario")


def _chain(path: Path) -> list[Node]:
    """The file and those it extends, the oldest first; each one's own keys and name are checked on the way."""
    chain: list[Node] = []
    seen: list[Path] = []
    step: Node | None = None
    while True:
        top = read_yaml(path)
        seen.append(path.resolve())
        _check_top(top)
        chain.append(top)
        step = top.value.get("extends") if isinstance(top.value, dict) else None
        if step is None:
            return chain[::-1]
        path = _extended(step)
        if path.resolve() in seen:
            raise step.error(
                f"'{step.value}' leads back to a file already read", allowed="files that do not extend each other"
            )
        if len(chain) >= MAX_CHAIN:
            raise step.error("the chain of files is too long", allowed=f"at most {MAX_CHAIN} files")


def _check_top(top: Node) -> None:
    if isinstance(top.value, dict) and "scenarios" in top.value and "levers" not in top.value:
        allowed = "a scenario's YAML file; 'throughgate study' takes study files"
        raise top.error("this is a study, not a scenario", allowed=allowed)
    fields.mapping(top, KEYS, what="a scenario")
    name = _entry(top, "name")
    if not isinstance(name.value, str) or not _NAME.fullmatch(name.value):
        raise name.error(
            f"{name.kind()} is not a name", allowed="small letters, digits and _, a letter first, at most 60"
        )
    if name.value != top.file.stem:
        raise name.error(f"'{name.value}' is not the name of the file", allowed=f"'{top.file.stem}'")
    fields.text(_entry(top, "title"), longest=120)
    fields.text(_entry(top, "description"), longest=1000)


def scenarios_folder(file: Path) -> Path:
    """The folder that bounds what a scenario may extend: the nearest one above it called 'scenarios', else its own."""
    folder = file.resolve().parent
    for candidate in (folder, *folder.parents):
        if candidate.name == "scenarios":
            return candidate
    return folder


def _extended(step: Node) -> Path:
    if not isinstance(step.value, str) or not step.value.strip():
        raise step.error(f"{step.kind()} is not a file name", allowed="a scenario file such as baseline.yaml")
    named = step.value.strip()
    inside = scenarios_folder(step.file)
    if Path(named).is_absolute() or "\\" in named or "\0" in named:
        raise step.error(f"'{named}' is not a relative path", allowed="a path from this file, with /")
    if not named.endswith((".yaml", ".yml")):
        raise step.error(f"'{named}' is not a YAML file", allowed="a name that ends in .yaml")
    found = step.file.parent / named
    try:
        wrong = what_stands_there(found)
        if wrong:
            raise step.error(f"'{named}' {wrong}", allowed="a scenario file such as baseline.yaml")
        is_inside = found.resolve().is_relative_to(inside)
        exists = found.is_file()
    except (OSError, ValueError, RuntimeError):
        raise step.error(f"'{named}' cannot be followed", allowed="a scenario file such as baseline.yaml") from None
    if not is_inside:
        raise step.error(f"'{named}' lies outside the folder of scenarios", allowed=f"files in '{inside.name}'")
    if not exists:
        siblings = [file.name for file in found.parent.glob("*.y*ml") if file.is_file()]
        raise step.error(f"there is no file '{named}'", nearest=nearest_name(found.name, siblings))
    return found


def _starts(chain: list[Node]) -> date:
    for node in reversed(chain):
        found = node.value.get("starts") if isinstance(node.value, dict) else None
        if found is not None:
            return fields.day(found)
    raise chain[-1].error(
        "no date of the first release is given",
        key="starts",
        allowed="starts: 2025-04-01, here or in the extended file",
    )


def _purchases(chain: list[Node], starts: date, area: Area, prices: Mapping[str, float]) -> list[tuple[Node, Purchase]]:
    """Every purchase of the chain with the list item that holds it, the oldest file first."""
    found: list[tuple[Node, Purchase]] = []
    for node in chain:
        block = node.value.get("levers") if isinstance(node.value, dict) else None
        if block is None or block.value is None or block.value == []:
            continue
        if not isinstance(block.value, list):
            raise block.error(f"{block.kind()} is not a list of purchases", allowed="items that begin with '- lever:'")
        found.extend((item, read_purchase(item, starts, area, prices)) for item in block.value)
        if len(found) > MAX_PURCHASES:
            raise block.error(f"{len(found)} purchases", allowed=f"at most {MAX_PURCHASES}")
    return found


def _narrowings(chain: list[Node], parameters: Mapping[str, Parameter]) -> dict[str, RangeOverride]:
    """Narrowed ranges; a file may narrow further what the file it extends has narrowed, never widen it."""
    found: dict[str, RangeOverride] = {}
    for node in chain:
        block = node.value.get("parameters") if isinstance(node.value, dict) else None
        if block is None:
            continue
        for name, entry in fields.open_mapping(block, what="a block of parameters").items():
            if name not in parameters:
                raise entry.error(
                    f"'{name}' is not a parameter",
                    line=block.key_lines[name],
                    allowed="a name listed by 'throughgate evidence'",
                    nearest=nearest_name(name, parameters),
                )
            row = parameters[name]
            before = found.get(name, RangeOverride(row.value, row.low, row.high, ""))
            found[name] = _narrowing(entry, before, row)
    return found


def _narrowing(entry: Node, before: RangeOverride, row: Parameter) -> RangeOverride:
    from sim.evidence.rows import check_range

    keys = fields.mapping(entry, ("value", "low", "high", "reason"), what="a narrowed parameter")
    reason = fields.text(fields.required(entry, "reason", what="a narrowed parameter"), longest=300)
    if "low" not in keys and "high" not in keys:
        raise entry.error(
            "narrows nothing", allowed=f"low: and high: within {before.low:g} to {before.high:g} ({row.unit})"
        )
    what = f"{row.name} ({row.unit})"
    low = fields.number(keys["low"], low=before.low, high=before.high, what=what) if "low" in keys else before.low
    high = fields.number(keys["high"], low=before.low, high=before.high, what=what) if "high" in keys else before.high
    if low > high:
        raise entry.error(f"low {low:g} is above high {high:g}", allowed="low up to high")
    usual = row.value if before.value is None else before.value
    value = fields.number(keys["value"], low=low, high=high, what=what) if "value" in keys else usual
    if not low <= value <= high:
        raise entry.error(
            f"the usual value {usual:g} lies outside {low:g} to {high:g}",
            key="value",
            allowed="a 'value:' inside the range",
        )
    wrong = check_range(value, low, high, row.unit, "fixed" if low == high else row.distribution)
    if wrong:
        raise entry.error(wrong[1], key=wrong[0], allowed=wrong[2])
    return RangeOverride(None if value == row.value else value, low, high, reason)
