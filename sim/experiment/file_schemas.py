"""JSON Schemas (draft 2020-12) of scenario and study files for editors, and Table Schemas of the tables of an area and
of the evidence, all made of the keys that the readers take (`keys.csv` of each room).

A schema tells what stands in one file by itself: names, types, ranges, words, which keys a lever takes. What files or
keys say together (dates in order, a budget kept) is told by `throughgate check`.
JSON Schema: https://json-schema.org/draft/2020-12; Table Schema: https://specs.frictionlessdata.io/table-schema
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from sim.area.records import KEYS as AREA
from sim.core.errors import InputError, nearest_name
from sim.core.schema import OF_NAMES, Key, Keys
from sim.evidence.load import KEYS as EVIDENCE
from sim.evidence.views import load_views
from sim.scenario.reading.keys import KEYS as SCENARIO
from sim.scenario.reading.yaml_strict import parse_yaml
from sim.study.keys import KEYS as STUDY

DRAFT = "https://json-schema.org/draft/2020-12/schema"
OF_PAYERS = "PAYER"  # stands in the table for the name of every payer
OF_COUNCILS = "COUNCIL"  # stands in the table for the name of a council of whatever area
Schema = dict[str, Any]


def schema_names() -> tuple[str, ...]:
    """What has a schema: the two files that are YAML, the tables of an area, the kinds of evidence tables."""
    tables = (name for name in AREA if name.endswith(".csv"))
    return ("scenario", "study", *tables, *EVIDENCE)


def schema_of(name: str) -> Schema:
    """The schema of one of `schema_names()`. Raises InputError for another name, with the nearest."""
    if name == "scenario":
        return {"$schema": DRAFT, "title": "Throughgate scenario", **_block(SCENARIO, "scenario")}
    if name == "study":
        return {"$schema": DRAFT, "title": "Throughgate study", **_block(STUDY, "study")}
    if name in AREA and name.endswith(".csv"):
        return _table(AREA[name], missing=True)
    if name in EVIDENCE:
        return _table(EVIDENCE[name], missing=False)
    near = nearest_name(name, schema_names())
    raise InputError(f"'{name}' has no schema", parameter="name", allowed=", ".join(schema_names()), nearest=near)


@cache
def _known() -> Mapping[str, Collection[str]]:
    """The words behind each name of a set that does not hang on an area."""
    from sim.evidence import load_parameters
    from sim.evidence.eras import load_eras
    from sim.evidence.targets import FIGURES
    from sim.outcomes.measures import MEASURE_NAMES
    from sim.outcomes.strata import STRATA
    from sim.scenario import LEVERS
    from sim.scenario.levers import PAYERS
    from sim.scenario.reading.switches import MAY_BE_OFF

    return {
        "@levers": LEVERS, "@payers": PAYERS, "@mechanisms": MAY_BE_OFF, "@measures": MEASURE_NAMES,
        "@strata": STRATA, "@figures": FIGURES, "@eras": load_eras(load_parameters()),
    }  # fmt: skip


def _words(key: Key) -> list[str] | None:
    """The words that a key allows; None where any, or those of an area, may stand."""
    if key.choices and key.choices[0].startswith(OF_NAMES):
        names = _known().get(key.choices[0])
        return None if names is None else list(names)
    return list(key.choices) or None


def _block(blocks: Mapping[str, Keys], name: str) -> Schema:
    """A block of keys and nothing else."""
    properties = {key.name: _described(blocks, key) for key in blocks[name].values()}
    if OF_PAYERS in properties:
        limit = properties.pop(OF_PAYERS)
        properties |= dict.fromkeys(_known()["@payers"], limit)
    needed = [key.name for key in blocks[name].values() if key.needed]
    others: bool | Schema = False
    if OF_COUNCILS in properties:
        of_council = properties.pop(OF_COUNCILS)
        others = {**_block(blocks, "council_budget"), "description": of_council["description"]}
    schema: Schema = {"type": "object", "additionalProperties": others, "properties": properties}
    if needed:
        schema["required"] = needed
    return schema | _purchase() if name == "purchase" else schema


def _purchase() -> Schema:
    """Which keys each lever takes and needs, and the words of its options and payers."""
    from sim.scenario import LEVERS
    from sim.scenario.reading.purchases import allowed_keys

    cases = []
    for lever in LEVERS.values():
        properties: Schema = {option: {"enum": list(words)} for option, words in lever.options.items()}
        properties["payer"] = {"enum": list(lever.payers)}
        properties["gbp_per_year"] = {} if lever.can_be_cut else {"exclusiveMinimum": 0}
        then: Schema = {"propertyNames": {"enum": allowed_keys(lever)}, "properties": properties}
        needed = list(lever.options_needed)
        if lever.can_be_cut:
            then["oneOf"] = [{"required": [key]} for key in ("gbp_per_year", "percent_of_today")]
        else:
            needed.insert(0, "gbp_per_year")
        if needed:
            then["required"] = needed
        cases.append({"if": {"properties": {"lever": {"const": lever.name}}}, "then": then})
    return {"allOf": cases}


def _described(blocks: Mapping[str, Keys], key: Key) -> Schema:
    """The schema of one key's value, with its meaning, unit, default and example in words."""
    parts = [key.meaning, f"in {key.unit}" if key.unit else "", f"default: {key.default}" if key.default else ""]
    schema: Schema = {"description": "; ".join(part for part in parts if part)}
    if key.example:
        schema["examples"] = [parse_yaml(key.example, Path()).plain()]
    return schema | _value(blocks, key, key.kind)


def _value(blocks: Mapping[str, Keys], key: Key, kind: str) -> Schema:
    if kind.startswith("list of "):
        return _listed(blocks, key, kind.removeprefix("list of "))
    if kind == "block of design":
        return _designs()
    if kind.startswith("block of "):
        inner = _block(blocks, kind.removeprefix("block of "))
        return {"type": ["object", "null"], "additionalProperties": inner} | _names_of(kind)
    if kind in ("block", "block or word"):
        return _named_block(blocks, key, kind)
    return _scalar(key, kind)


def _listed(blocks: Mapping[str, Keys], key: Key, kind: str) -> Schema:
    """A list; one word may stand alone, and 'all' where the default is all."""
    item = _block(blocks, kind) if kind in blocks else _scalar(key._replace(high=""), kind)
    least = 0 if kind in blocks or key.name == "strata" else 1
    most = key.longest if key.high and kind != "number" else 1000
    listed: Schema = {"type": "array", "items": item, "minItems": least, "maxItems": most}
    if kind in blocks:
        return {**listed, "type": ["array", "null"]}
    if kind == "number":
        return listed
    takes_all = key.default == "all" or key.name == "instead"
    word = {**item, "enum": [*item["enum"], "all"]} if "enum" in item and takes_all else item
    return {"anyOf": [listed, word]}


def _named_block(blocks: Mapping[str, Keys], key: Key, kind: str) -> Schema:
    if kind == "block or word":
        group = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}
        own = {"type": "object", "minProperties": 1, "additionalProperties": group}
        return {"anyOf": [{"enum": _words(key)}, own]}
    schema = _block(blocks, key.name)
    return schema if key.name == "stronger_opioids" else {**schema, "type": ["object", "null"]}


def _designs() -> Schema:
    """The designs of a study: one block a method, with the settings that it alone has."""
    from sim.study.methods import CHOSEN

    methods = {}
    for method in CHOSEN:
        block = _block({"design": {**STUDY["design"], **STUDY[method]}}, "design")
        methods[method] = {**block, "type": ["object", "null"]}
    return {"type": "object", "additionalProperties": False, "properties": methods}


def _names_of(kind: str) -> Schema:
    """The names that the keys of a block may have."""
    if kind == "block of view":
        return {"propertyNames": {"enum": list(load_views(_known()["@payers"]))}}
    if kind != "block of narrowing":
        return {}
    from sim.evidence import load_parameters

    return {"propertyNames": {"enum": list(load_parameters())}}


def _scalar(key: Key, kind: str) -> Schema:
    if kind in ("number", "whole"):
        schema: Schema = {"type": "integer" if kind == "whole" else "number"}
        if key.low:
            schema["minimum"] = _plain(key.least)
        if key.high:
            schema["maximum"] = _plain(key.most)
        return schema
    if kind == "flag":
        return {"type": "boolean"}
    if kind == "date":
        return {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
    words = _words(key)
    if kind == "word" and words is not None:
        return {"enum": words}
    schema = {"type": "string", "minLength": 1}
    if kind == "name":
        schema["pattern"] = "^[a-z][a-z0-9_]*$"
    if key.high:
        schema["maxLength"] = key.longest
    return schema


def _plain(number: float) -> int | float:
    return int(number) if number == int(number) else number


_TABLE_TYPES = {"number": "number", "whole": "integer", "date": "date"}


def _table(keys: Keys, *, missing: bool) -> Schema:
    """The Table Schema of a table. missing: whether it may have other columns, which nothing reads."""
    fields = []
    for key in keys.values():
        field: Schema = {"name": key.name, "type": _TABLE_TYPES.get(key.kind, "string"), "description": key.meaning}
        rules: Schema = {"required": True} if key.needed else {}
        if key.kind in _TABLE_TYPES:
            ends = {"minimum": key.low, "maximum": key.high}
            is_date = key.kind == "date"
            rules |= {end: value if is_date else _plain(float(value)) for end, value in ends.items() if value}
        words = _words(key)
        if key.kind == "word" and words is not None:
            rules["enum"] = words
        if rules:
            field["constraints"] = rules
        if key.example:
            field["example"] = key.example
        fields.append(field)
    return {"fields": fields, "fieldsMatch": "superset" if missing else "equal"}
