"""What the next pound of one lever buys at one place: a few sums of it in one study of paired runs, and their curve.

The study lies in `study` below the folder of the curve, its scenarios in `scenarios`; an unfinished one is gone on with
and a finished one is read, so the same command given again ends in the same curve. The files of the curve are written
when all runs are done.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from sim.core.errors import InputError, check_level, named, nearest_name
from sim.core.grammar import a
from sim.experiment.defaults import LEVEL, RUNS_FOLDER, Options, numbers_of

if TYPE_CHECKING:
    from sim.analysis.saturation import Curve
    from sim.area import Area
    from sim.experiment.setup import StudySetup
    from sim.scenario.levers.lever import Lever
    from sim.study.protocol import Progress

USUAL_DRAWS, USUAL_REPLICATES = 16, 2
USUAL_MOST, STEPS = 1_000_000.0, 6
USUAL_OUTCOME = "engaged_within_3_weeks"
ROUNDED_FROM = 10_000.0  # GBP, from which on a sum is in whole hundreds


@dataclass(frozen=True)
class Ladder:
    """A saturation that is set up: the study, and the sums in GBP a year by scenario, rising."""

    setup: StudySetup
    lever: Lever
    where: str
    outcome: str
    sums: Mapping[str, float] = field(default_factory=dict)

    @property
    def out(self) -> Path:
        """The folder of the curve."""
        return self.setup.out.parent


def set_up_ladder(
    lever: str,
    *,
    where: str | None = None,
    gbp: str | None = None,
    outcome: str | None = None,
    words: Mapping[str, str] | None = None,
    **options: Unpack[Options],
) -> Ladder:
    """Read and check all that a curve needs; its scenarios are written into its folder, nothing is run.

    where: a place or council, a prison or a bus link, as the lever is bought. gbp: 'MIN..MAX' a year, or MAX. words: of
    the lever's own options, by option. Raises InputError, one sentence for whatever is wrong.
    """
    from sim.area import load_area
    from sim.core.arguments import checked_path
    from sim.evidence import load_parameters
    from sim.experiment.setup import set_up_study
    from sim.outcomes.measures import MEASURE_NAMES
    from sim.scenario import load_scenario
    from sim.scenario.levers import LEVERS
    from sim.scenario.levers.lever import smallest_spend
    from sim.scenario.shipped import scenario_path
    from sim.store.output_path import refuse_impossible
    from sim.study.analysis_spec import checked_names

    if lever not in LEVERS:
        near = nearest_name(lever, LEVERS)
        raise InputError(f"'{lever}' is not a lever", parameter="lever", allowed=", ".join(LEVERS), nearest=near)
    of, outcome = LEVERS[lever], USUAL_OUTCOME if outcome is None else outcome
    checked_names([outcome], MEASURE_NAMES, what="measure", parameter="outcome")
    chosen = _options(of, words or {})
    area_folder = options.get("area")
    area = load_area(None if area_folder is None else checked_path(area_folder, "area"))
    keys, place = where_of(of, where, area)
    table = load_parameters()
    least = smallest_spend(
        of, table.reference(), n_prisons=len(keys.get("prisons", ())), n_links=len(keys.get("links", ())),
        options=chosen,
    )  # fmt: skip
    sums = sums_of(gbp, math.ceil(least), lever)
    out = _folder(options.get("out"), lever, where, words or {})
    refuse_impossible(out)
    purchase = {"lever": lever, **chosen, **keys}
    contents = [_scenario(of, place, sum_, purchase) for sum_ in sums]
    load_scenario(contents[0], area=area, parameters=table)  # so that nothing is written of one that is wrong
    files = [_written(out / "scenarios", content) for content in contents]
    numbers = numbers_of(options, {"draws": USUAL_DRAWS, "replicates": USUAL_REPLICATES})
    setup = set_up_study(
        [scenario_path("baseline"), *files], area=area_folder, level=check_level(options.get("level", LEVEL)),
        out=out / "study", threads=options.get("threads"), numbers=numbers,
    )  # fmt: skip
    return Ladder(setup, of, place, outcome, dict(zip((file.stem for file in files), sums, strict=True)))


def trace(ladder: Ladder, *, force: bool = False, progress: Progress | None = None) -> Curve:
    """Run what is missing of a ladder's study, and give its curve.

    Raises InputError, RunFailed, StoreError or KeyboardInterrupt; what is done by then is gone on with.
    """
    from sim.analysis.cube import EVERYBODY
    from sim.analysis.null_draws import read_at_null
    from sim.analysis.point_sets import RANDOM, cube_of, kept_point_sets
    from sim.analysis.saturation import Curve, saturation_table
    from sim.analysis.saved import spend_of
    from sim.experiment.carry_out import carry_out
    from sim.store.reading import whole_results

    setup = ladder.setup
    if force or not _is_done(setup):
        carry_out(setup, force=force, progress=progress)
    results = whole_results(setup.out)
    part = kept_point_sets(results.manifest)[RANDOM]
    spend = spend_of(results)
    at_null = read_at_null(setup.out, len(part.places), spend.values())
    cube = cube_of(setup.out, results.manifest, part, EVERYBODY)
    own = {name: spend[name][-1] for name in ladder.sums}  # what the baseline buys comes before
    table = saturation_table(
        replace(cube, at_null=at_null), ladder.sums,
        {name: (float(row["units"]), str(row["unit"])) for name, row in own.items()},
        baseline=setup.plan.baseline, outcome=ladder.outcome, level=setup.level,
        people_per_year=results.manifest["people_per_year"], people=setup.plan.people, spend=spend,
    )  # fmt: skip
    plan = setup.plan
    return Curve(
        ladder.lever.name, ladder.lever.title, ladder.where, ladder.outcome, setup.level, plan.draws, plan.replicates,
        setup.record.study, table,
    )  # fmt: skip


def _is_done(setup: StudySetup) -> bool:
    """Whether the folder holds this very study, finished."""
    from sim.store.study_record import is_finished, read_study_file

    return is_finished(setup.out) and read_study_file(setup.out).study == setup.record.study


def sums_of(gbp: str | None, least: int, lever: str) -> list[float]:
    """The sums of a curve, rising: STEPS equal ones from the lower end of the range to the upper, those too small to
    buy anything once as the smallest purchase. Raises InputError for what is no range."""
    low, high = (0.0, USUAL_MOST) if gbp is None else _range(gbp)
    if high < least:
        raise InputError(
            f"the smallest purchase of '{lever}' there is {least:,} GBP a year, and the largest sum is {high:,.0f}",
            parameter="gbp", allowed=f"0..MAX with MAX of at least {least:_}",
        )  # fmt: skip
    steps = [low + (high - low) * step / STEPS for step in range(STEPS + 1)]
    whole = [round(step, -2) if step > ROUNDED_FROM else round(step) for step in steps if step > 0.0]
    return sorted({float(min(high, max(least, step))) for step in whole})


def _range(text: str) -> tuple[float, float]:
    from sim.scenario.reading.keys import PURCHASE

    first, dots, last = text.partition("..")
    most = PURCHASE["gbp_per_year"].most
    try:
        low, high = (float(first), float(last)) if dots else (0.0, float(first))
    except ValueError:
        low, high = math.nan, math.nan
    if not 0.0 <= low < high <= most:
        raise InputError(
            f"'{text}' is not a range of money in GBP a year", parameter="gbp",
            allowed=f"0..MAX with MAX up to {most:,.0f}, for example 0..500_000",
        )  # fmt: skip
    return low, high


def where_of(lever: Lever, where: str | None, area: Area) -> tuple[dict[str, list[str]], str]:
    """The key of a purchase that says where, with its ids, and the place in words; nothing for all of the area.

    Raises InputError for a name that the lever is not bought by, with the nearest, and where one is needed.
    """
    from sim.scenario.reading.budgets_of_councils import plain_name

    kinds = {"places": "place or council", "prisons": "prison", "links": "bus link"}
    what = " or ".join(kinds[key] for key in lever.takes)
    if where is None:
        if lever.needs_where:
            raise InputError(f"'{lever.name}' must be bought somewhere", parameter="where", allowed=a(what))
        return {}, ""
    known: list[tuple[str, str, str]] = []
    for key in lever.takes:
        if key == "places":
            known += [(key, place.id, place.name) for place in area.places]
            known += [("councils", council.name, council.name) for council in area.councils]
        elif key == "prisons":
            known += [(key, prison.id, prison.name) for prison in area.prisons if prison.is_open]
        else:
            known += [(key, link.id, link.id) for link in area.links if link.mode == "bus"]
    for key, name, title in known:
        if plain_name(where) in (plain_name(name), plain_name(title)):
            return {key: [name]}, title
    raise InputError(
        f"'{where}' is no {what} that '{lever.name}' can be bought for", parameter="where", allowed=a(what),
        nearest=nearest_name(where, [name for _, *names in known for name in names]),
    )  # fmt: skip


def _options(lever: Lever, words: Mapping[str, str]) -> dict[str, str]:
    for option, word in words.items():
        if option not in lever.options:
            allowed = ", ".join(lever.options) or f"none: '{lever.name}' has no option"
            raise InputError(
                f"'{option}' is not an option of '{lever.name}'", parameter="option", allowed=allowed,
                nearest=nearest_name(option, lever.options),
            )  # fmt: skip
        if word not in lever.options[option]:
            near = nearest_name(word, lever.options[option])
            allowed = ", ".join(lever.options[option])
            raise InputError(
                f"'{word}' is not a word for '{option}'", parameter="option", allowed=allowed, nearest=near
            )
    for option in lever.options_needed:
        if option not in words:
            choices = " or ".join(f"{option}={word}" for word in lever.options[option])
            raise InputError(f"'{lever.name}' needs '{option}'", parameter="option", allowed=choices)
    return {**lever.defaults, **words}


def _folder(out: str | Path | None, lever: str, where: str | None, chosen: Mapping[str, str]) -> Path:
    if out is not None:
        if not str(out).strip():
            raise InputError("the name of the folder is empty", parameter="out", allowed="a new or empty folder")
        return Path(out)
    words = [lever, *(() if where is None else (where,)), *chosen.values()]
    plain = ["".join(letter if letter.isalnum() else "_" for letter in word.casefold()).strip("_") for word in words]
    return RUNS_FOLDER / f"saturation_{'_'.join(plain)}"[:100]


def _scenario(lever: Lever, place: str, gbp: float, purchase: Mapping[str, Any]) -> dict[str, Any]:
    """The content of one scenario's file."""
    name = f"{lever.name[:40]}_{gbp:.0f}"
    where = f" in {place}" if place else ""
    return {
        "name": name,
        "title": f"{lever.title[:60]}, £{gbp:,.0f}{where[:40]}",
        "description": f"One sum of a curve: {gbp:,.0f} GBP a year of {lever.name}{where}.",
        "extends": "baseline",
        "levers": [{**purchase, "gbp_per_year": int(gbp)}],
    }


def _written(folder: Path, content: Mapping[str, Any]) -> Path:
    """The file of a scenario, written where it is not there; InputError where another stands in its place."""
    import yaml

    from sim.core.files import read_text
    from sim.store.atomic import write_bytes

    file = folder / f"{content['name']}.yaml"
    text = yaml.safe_dump(dict(content), sort_keys=False, allow_unicode=True, width=1000)
    if file.exists() or file.is_symlink():
        if read_text(file) != text:
            allowed = f"a new or empty folder for {named('out')}"
            raise InputError("the folder holds another curve of this lever", file=file, allowed=allowed)
        return file
    folder.mkdir(parents=True, exist_ok=True)
    write_bytes(file, text.encode())
    return file
