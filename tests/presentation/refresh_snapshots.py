"""Write every page of tests/snapshots/ anew: python tests/presentation/refresh_snapshots.py (or `make snapshots`).

Run it when words changed on purpose, and read the difference before it is committed. Never run it to turn a test green.
"""

from __future__ import annotations

import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
SNAPSHOTS = TESTS / "snapshots"


def main() -> None:
    """Write the pages, and take away files of pages that are no more."""
    sys.path.insert(0, str(TESTS))
    from snapshot_pages import PAGES

    SNAPSHOTS.mkdir(exist_ok=True)
    for file in SNAPSHOTS.iterdir():
        if file.name not in PAGES:
            file.unlink()
    for name, page in PAGES.items():
        (SNAPSHOTS / name).write_text(page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
