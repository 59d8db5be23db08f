"""The scenarios of a finished study as its own folder keeps them: with these it can be run again from any folder."""

from __future__ import annotations

from pathlib import Path

from sim.core.errors import InputError
from sim.scenario import Scenario
from sim.scenario.resolved import scenario_from
from sim.store.manifest import canonical_json, sha256_text
from sim.store.manifest_file import read_manifest
from sim.store.study_record import StudyRecord, is_finished

TAKEN = "files of scenarios (not known from here, or not readable now; the study's own copies were taken)"


def copies_of(stored: StudyRecord, folder: Path) -> tuple[Scenario, ...] | None:
    """The scenarios that the manifest keeps; None where the study is unfinished, or they are not what was asked."""
    if not is_finished(folder):
        return None
    try:
        copies = tuple(scenario_from(plain) for plain in read_manifest(folder)["scenarios"])
        hashes = [sha256_text(canonical_json(scenario.resolved())) for scenario in copies]
    except (InputError, KeyError, TypeError, ValueError, AttributeError):
        return None
    return copies if hashes == [asked.sha256 for asked in stored.scenarios] else None
