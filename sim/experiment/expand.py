"""A finished study made larger: more draws, more replicates, more base samples; nothing is run twice.

The rows of the finished study become parts of the larger one, whose tables end in the same bytes as if it had been run
at once. Each step leaves a folder that can be gone on with: until the new study file stands the old study is finished,
from then on the new one is unfinished.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sim.core.arguments import checked_path
from sim.core.errors import InputError, named, nearest_name
from sim.experiment.setup import StudySetup, reshaped, set_up_again
from sim.store.atomic import StoreError
from sim.store.block_index import MOST_ROWS
from sim.store.command_lines import resume_command
from sim.store.folder import RunFolder
from sim.store.held_files import findings
from sim.store.in_the_way import refuse_in_the_way
from sim.store.lock import only_writer
from sim.store.manifest import made_by_sha256
from sim.store.mending import TOTALS
from sim.store.parts import Block
from sim.store.reading import Results, read_totals, refuse_other_study_file, tables_listed
from sim.store.study_record import is_finished
from sim.store.totals import Totals, layout_in
from sim.store.tracked_files import remove_parts
from sim.study.analysis_spec import AnalysisSpec

if TYPE_CHECKING:
    import pyarrow as pa

BLOCKS_AT_ONCE = 256


def set_up_expanded(
    folder: str | Path,
    *,
    draws: int | None = None,
    replicates: int | None = None,
    samples: Mapping[str, int] | None = None,
    threads: int | None = None,
) -> StudySetup:
    """A finished study made larger, with all its runs kept: set up, to be carried out. One that is told no new number
    and has a damaged table is set up as it is, so that its tables are made again from its totals.

    draws, replicates: new numbers of the draws; samples: new base samples by design. None may become smaller. What is
    written now is the study's folder, unfinished, as if the larger study had been interrupted. Raises InputError.
    """
    folder = checked_path(folder, "folder")
    results = read_totals(folder)
    refuse_other_study_file(folder, results.manifest)
    setup = set_up_again(folder, threads=threads)
    refuse_in_the_way(folder)
    is_asked = draws is not None or replicates is not None or bool(samples)
    grown = (
        setup if not is_asked and _is_mended(results, setup) else _grown_study(setup, draws, replicates, samples or {})
    )
    with only_writer(folder):
        target = RunFolder.grow(folder, grown.record.study, made_by_sha256())
        try:
            for tables, blocks, person_days in _moved(results, setup, grown):
                target.write_part(tables, blocks, person_days)
            target.reopen(grown.record.content())
        except InputError:  # of totals that are none
            remove_parts(folder)
            raise
        except StoreError as error:
            if is_finished(folder):
                remove_parts(folder)
                raise StoreError(
                    error.problem, "the finished study stands as it was; mend that and expand it"
                ) from None
            raise StoreError(error.problem).with_resume_hint(resume_command(folder)) from None
    return grown


def _is_mended(results: Results, setup: StudySetup) -> bool:
    """Whether a table of the study is damaged, and its totals give it again."""
    return setup.analysis.precision is None and bool(findings(results.folder, [tables_listed(results.manifest)]))


def _grown_study(
    setup: StudySetup, draws: int | None, replicates: int | None, samples: Mapping[str, int]
) -> StudySetup:
    """The larger study, prepared; InputError where it is none."""
    if setup.analysis.precision is not None:
        raise InputError(
            "the study chose its replicates by a precision, so it cannot be expanded", file=setup.out,
            allowed=f"a new study with a smaller {named('precision')}, or without one",
        )  # fmt: skip
    plan, analysis = setup.plan, _larger(setup.analysis, samples)
    plan = replace(
        plan,
        draws=_grown(plan.draws, draws, "draws"),
        replicates=_grown(plan.replicates, replicates, "replicates"),
    )
    if (plan.draws, plan.replicates, analysis) == (setup.plan.draws, setup.plan.replicates, setup.analysis):
        more = f"more {named('draws')}, {named('replicates')} or {named('samples')}"
        raise InputError("nothing would grow", file=setup.out, allowed=more)
    if not plan.draws and replicates is not None:
        raise InputError(
            "the study has no draws", parameter="replicates",
            allowed=f"{named('draws')}, or {named('samples')} of a design: these it has",
        )  # fmt: skip
    return reshaped(setup, analysis, {"draws": plan.draws, "replicates": plan.replicates})


def _grown(before: int, wanted: int | None, parameter: str) -> int:
    if wanted is not None and wanted < before:
        raise InputError(f"{wanted} is fewer than the study has", parameter=parameter, allowed=f"{before:,} or more")
    return before if wanted is None else wanted


def _larger(analysis: AnalysisSpec, samples: Mapping[str, int]) -> AnalysisSpec:
    methods = [design.method for design in analysis.designs]
    for name, wanted in samples.items():
        if name not in methods:
            allowed = ", ".join(methods) or "nothing: the study has no designs"
            near = nearest_name(name, methods)
            raise InputError(
                f"'{name}' is not a design of this study", parameter="samples", allowed=allowed, nearest=near
            )
        before = next(design.samples for design in analysis.designs if design.method == name)
        _grown(before, wanted, "samples")
        if name == "fast" and wanted != before:
            raise InputError(
                "the points of FAST lie on curves that change with their number", parameter="samples",
                allowed="a new study for fast",
            )  # fmt: skip
    return replace(
        analysis,
        designs=tuple(
            replace(design, samples=samples.get(design.method, design.samples)) for design in analysis.designs
        ),
    )


def _moved(
    results: Results, old: StudySetup, new: StudySetup
) -> Iterator[tuple[list[pa.Table], list[Block], list[int]]]:
    """The finished study's rows as parts of the larger one: tables, blocks, person-days.

    Person-days are kept for the whole study only and all stand with its first block.
    """
    content = results.manifest
    out = set(content.get("left_out", ()))
    point_of = _points_of(old, new)
    kept = [block for block in old.plan.blocks if block.draw not in out]
    blocks = [Block(point_of[block.draw], block.replicate) for block in kept]
    layout = layout_in(content)
    per_part = max(1, min(BLOCKS_AT_ONCE, MOST_ROWS // layout.rows))
    person_days = [int(content["person_days"]), *([0] * (len(blocks) - 1))]
    tables = Totals(results.folder / TOTALS, layout, kept).tables()
    for start in range(0, len(blocks), per_part):
        chosen = blocks[start : start + per_part]
        rows = [_with_draw(next(tables), block.draw) for block in chosen]
        yield rows, chosen, person_days[start : start + per_part]


def _points_of(old: StudySetup, new: StudySetup) -> dict[int, int]:
    """The point of the larger study that each point of the finished one is."""
    first: dict[str, int] = {}
    at = 0
    for point_set in new.plan.point_sets:
        first[point_set.name] = at
        at += point_set.points
    point_of: dict[int, int] = {}
    before = 0
    for point_set in old.plan.point_sets:
        point_of |= {before + place: first[point_set.name] + place for place in range(point_set.points)}
        before += point_set.points
    return point_of


def _with_draw(table: pa.Table, draw: int) -> pa.Table:
    import numpy as np
    import pyarrow as pa

    column = pa.array(np.full(table.num_rows, draw, np.int32))
    return table.set_column(table.column_names.index("draw"), "draw", column)
