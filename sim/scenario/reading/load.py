"""Loads a scenario with everything it extends; whatever is wrong is one InputError with file, line and key.

The whole is read once. The error that is raised is the first mistake; `others` of it are all the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.arguments import shown
from sim.core.errors import InputError
from sim.core.grammar import counted
from sim.core.mistakes import Mistakes, TooMany
from sim.evidence.price_choices import swapped_rows
from sim.scenario.levers import LEVERS
from sim.scenario.levers.load import refuse_one_sided
from sim.scenario.reading import fields
from sim.scenario.reading.budgets import read_budgets
from sim.scenario.reading.chain import Chain, read_chain
from sim.scenario.reading.chosen_together import refuse_chosen_apart
from sim.scenario.reading.cuts import with_cuts_priced
from sim.scenario.reading.given_mapping import tree_of
from sim.scenario.reading.keys import SCENARIO
from sim.scenario.reading.locations import HUB
from sim.scenario.reading.narrowing import read_narrowings
from sim.scenario.reading.posts_together import crowded
from sim.scenario.reading.prices import read_prices
from sim.scenario.reading.purchases import SOME_DAY, PurchaseContext, read_purchase
from sim.scenario.reading.replaced import still_bought
from sim.scenario.reading.switches import read_switches
from sim.scenario.reading.yaml_strict import Node, read_yaml
from sim.scenario.scenario import Purchase, Scenario
from sim.scenario.shipped import scenario_path

if TYPE_CHECKING:
    from sim.area import Area
    from sim.evidence import Parameter

MAX_PURCHASES = SCENARIO["levers"].longest


def load_scenario(
    path: str | Path | Mapping[str, Any],
    *,
    area: Area | None = None,
    parameters: Mapping[str, Parameter] | None = None,
) -> Scenario:
    """The scenario of one YAML file, checked against an area and a parameter table (those shipped, unless given).

    path: a YAML file, the name of a shipped scenario such as 'navigators_two_cities', or a mapping of what a file would
    hold, whose `extends` is such a name, a path from the working folder or a mapping in turn.
    Everything wrong with it or with a file that it extends is an InputError that names file, line and key (of a
    mapping the key alone), what is allowed and the nearest name; further mistakes are `others` of it.
    """
    if not isinstance(path, str | Path | Mapping):
        problem = f"{shown(path)} is not a scenario"
        raise InputError(problem, allowed="a YAML file, the name of a shipped scenario, or a mapping")
    _refuse_other_kinds(area, parameters)
    given = path if isinstance(path, Mapping) else scenario_path(path)
    mistakes = Mistakes(given if isinstance(given, Path) else None)
    scenario = None
    with suppress(TooMany):
        chain = mistakes.read(_chain, given, mistakes)
        if chain is None:
            mistakes.raise_all()
        assert chain is not None
        if area is None:
            from sim.area import load_area

            area = load_area()
        if parameters is None:
            from sim.evidence import load_parameters

            parameters = load_parameters()
        refuse_one_sided(LEVERS, parameters)
        scenario = _scenario(chain, area, parameters, mistakes)
    mistakes.raise_all()
    assert scenario is not None
    return scenario


def _refuse_other_kinds(area: object, parameters: object) -> None:
    from sim.area import Area

    if area is not None and not isinstance(area, Area):
        raise InputError(f"{shown(area)} is not an area", parameter="area", allowed="what load_area() gives, or None")
    if parameters is not None and not isinstance(parameters, Mapping):
        allowed = "what load_parameters() gives, or None"
        raise InputError(f"{shown(parameters)} is not a table of parameters", parameter="parameters", allowed=allowed)


def _chain(given: Path | Mapping[str, Any], mistakes: Mistakes) -> Chain:
    """The files of a scenario. Raises InputError where what was given is no scenario at all."""
    top = tree_of(given, mistakes) if isinstance(given, Mapping) else read_yaml(given, mistakes)
    return read_chain(top, mistakes)


def _scenario(chain: Chain, area: Area, parameters: Mapping[str, Parameter], mistakes: Mistakes) -> Scenario:
    """The scenario, as far as it can be read; what is wrong is collected."""
    from sim.area import with_services_open

    starts = _starts(chain, mistakes)
    chosen = read_prices(chain.files, mistakes)
    parameters = {**parameters, **{name: parameters[uses] for name, uses in swapped_rows(chosen).items()}}
    narrowed, unsure = read_narrowings(chain, parameters, mistakes)
    prices = {name: row.centre for name, row in parameters.items()}
    prices.update({name: entry.value for name, entry in narrowed.items() if entry.value is not None})
    switches = read_switches(chain.files, area, starts, mistakes)
    deciding = [service.id for service in area.services if not service.is_open and _decides_where(service.kind)]
    knows_open = not deciding or (chain.is_whole and switches.knows_open)
    area = with_services_open(area, [name for name in switches.opened if name in deciding])
    context = PurchaseContext(area, prices, starts, mistakes, unsure, knows_open)
    bought = _purchases(chain, context)
    refuse_chosen_apart(bought, area, mistakes)
    levers = [purchase for _, purchase in bought]
    budgets = read_budgets(chain.files, bought, area, starts, mistakes, is_whole=chain.is_whole)
    scenario = Scenario(
        name=_words(chain, "name"),
        title=_words(chain, "title"),
        description=_words(chain, "description"),
        file=_file_or_name(chain.top.node),
        starts=starts or SOME_DAY,
        levers=tuple(levers),
        parameters=narrowed,
        off=switches.off,
        opened=switches.opened,
        stronger_opioids=switches.stronger_opioids,
        recall_law=switches.recall_law,
        budgets=budgets,
        prices=chosen,
        chain=tuple(_file_or_name(file.node) for file in chain.files),
    )
    if starts is not None and knows_open and unsure.isdisjoint(parameters):
        written = [item for item, _ in bought]
        scenario = with_cuts_priced(scenario, written, area, prices, mistakes)
        for too_many in crowded(scenario, area, prices):
            money = fields.required(written[too_many.number], "gbp_per_year", what="a purchase")
            mistakes.add(money.error(too_many.problem, allowed=too_many.allowed))
    return scenario


def _decides_where(kind: str) -> bool:
    """True for a kind of service that must stand where something is bought."""
    return kind == HUB or any(kind in lever.beside.values() for lever in LEVERS.values())


def _words(chain: Chain, key: str) -> str:
    """The text of a key of the top, on one line."""
    node = chain.top.keys.get(key)
    return " ".join(node.value.split()) if node is not None and isinstance(node.value, str) else ""


def _file_or_name(node: Node) -> Path:
    """A scenario's file, or its bare name where it was given as a mapping."""
    if node.file is not None:
        return node.file
    name = node.value.get("name") if isinstance(node.value, dict) else None
    return Path(name.value if name is not None and isinstance(name.value, str) else "")


def _starts(chain: Chain, mistakes: Mistakes) -> date | None:
    """The date of the first release: that of the youngest file which gives one. None where it cannot be known."""
    for file in reversed(chain.files):
        if "starts" in file.meant:
            return None
        if "starts" in file.keys:
            return mistakes.read(fields.day, file.keys["starts"])
    if chain.is_whole:
        missing = chain.top.node.error(
            "no date of the first release is given",
            key="starts",
            allowed="starts: 2025-04-01, here or in the extended file",
        )
        mistakes.add(missing)
    return None


def _purchases(chain: Chain, context: PurchaseContext) -> list[tuple[Node, Purchase]]:
    """Every purchase of the chain that is right and that no younger file replaces, with the list item that holds it,
    the oldest file first."""
    bought: list[tuple[Node, Purchase]] = []
    count, mistakes = 0, context.mistakes
    before = len(mistakes)
    for file in chain.files:
        is_sure = chain.is_whole and len(mistakes) == before and not any("levers" in one.meant for one in chain.files)
        bought = still_bought(file, bought, mistakes, is_sure=is_sure)
        block = file.keys.get("levers")
        if block is None or block.value is None or block.value == []:
            continue
        if not isinstance(block.value, list):
            error = block.error(
                f"{block.kind()} is not a list of purchases", allowed="items that begin with '- lever:'"
            )
            mistakes.add(error)
            continue
        for item in block.value:
            purchase = read_purchase(item, context)
            if purchase is not None:
                bought.append((item, purchase))
        is_first_beyond = count <= MAX_PURCHASES < count + len(block.value)
        count += len(block.value)
        if is_first_beyond:
            mistakes.add(block.error(counted(count, "purchase"), allowed=f"at most {MAX_PURCHASES}"))
    return bought
