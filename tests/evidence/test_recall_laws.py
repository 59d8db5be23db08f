"""The table of recall laws: what it says by date, what is refused in one sentence, and runs across a change."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sim.core.errors import InputError
from sim.evidence import load_parameters, load_sources
from sim.evidence.recall_laws import RECALL_LAWS, law_on, law_remark, load_recall_laws

LAWS = load_recall_laws()
TEXT = RECALL_LAWS.read_text(encoding="utf-8")


def test_the_law_of_a_day() -> None:
    names = [law_on(LAWS, date.fromisoformat(day)).name for day in (
        "1999-01-01", "2024-04-01", "2024-04-02", "2024-04-28", "2024-04-29", "2025-09-01", "2025-09-02", "2026-03-30",
        "2026-03-31", "2090-01-01",
    )]  # fmt: skip
    assert names == [
        "by_choice", "by_choice", "order_2024", "order_2024", "probation_reset", "probation_reset", "order_2025",
        "order_2025", "act_2026", "act_2026",
    ]  # fmt: skip


def test_days_reset_and_who_is_inside() -> None:
    assert [law.days for law in LAWS] == [(14, 28)] * 4 + [(56, 56)]
    assert [bool(law.last_third) for law in LAWS] == [False, False, True, True, True]
    assert [law.ends_stays for law in LAWS] == [False] * 4 + [True]
    parameters, sources = load_parameters(), load_sources()
    assert all(name in parameters for law in LAWS for name in law.shares)
    assert all(law.sources and set(law.sources) <= set(sources) for law in LAWS)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2024-04-02,2024-04-28", "2024-04-03,2024-04-28", "leaves a gap after 'by_choice', which ends on 2024-04-01"),
        ("2024-04-02,2024-04-28", "2024-04-01,2024-04-28", "overlaps 'by_choice', which ends on 2024-04-01"),
        ("2024-04-02,2024-04-28", "1999-12-31,2024-04-28", "1999-12-31 is out of range"),
        ("2025-09-02,2026-03-30", "2024-04-29,2026-03-30", "2024-04-29 is not after 2024-04-29"),
        ("2025-09-02,2026-03-30", "2025-09-02,2025-09-01", "2025-09-01 is before 2025-09-02"),
        ("2025-09-02,2026-03-30", "2025-09-31,2026-03-30", "'2025-09-31' is not a date"),
        ("2025-09-02,2026-03-30", "2025-09-02,", "'order_2025' before it has no end"),
        ("2026-03-31,,", "2026-03-31,2030-01-01,", "the last law, 'act_2026', ends on 2030-01-01"),
        ("order_2025,2", "order_2024,2", "'order_2024' is there twice"),
        ("ends_stays,sources", "ends_stay,sources", "'ends_stay' is not a column"),
        ("share_short_by_choice", "share_short_by_choise", "did you mean 'custody.fixed_recall_share_short_by_choice'"),
        (",56,56,", ",56,0,", "0 is out of range"),
        (",56,56,", ",56,28.5,", "28.5"),
        ("ratio,yes,", "ratio,ja,", "'ja'"),
        ("ratio,no,recall_law_ftr48", "ratio,no,recall_law_ftr84", "is unknown"),
        ("56,56,supervision.reset_contact_ratio", "56,56,", "'order_2025' before it has 'supervision.reset"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(tmp_path: Path, old: str, new: str, said: str) -> None:
    file = tmp_path / "recall_laws.csv"
    assert old in TEXT
    file.write_text(TEXT.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        load_recall_laws(file)
    assert said in str(refused.value) and "recall_laws.csv" in str(refused.value)


def test_more_laws_than_a_run_has_room_for(tmp_path: Path) -> None:
    rows = TEXT.splitlines()
    last = rows.pop()
    for year in range(2026, 2031):
        rows.append(last.replace("act_2026,2026-03-31,,", f"law_{year},{year}-03-31,{year + 1}-03-30,"))
    rows.append(last.replace("act_2026,2026-03-31,,", "law_2031,2031-03-31,,"))
    file = tmp_path / "recall_laws.csv"
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="10 laws"):
        load_recall_laws(file)


def test_a_run_across_a_change_is_told() -> None:
    """A run of 2027 with the year before it begins on 2 April 2026, after the last change."""
    assert law_remark(date(2027, 4, 1), 24) == ""
    assert law_remark(date(2027, 3, 30), 24) == ""  # the year before begins on 31 March 2026 itself
    assert "on 31 March 2026." in law_remark(date(2027, 3, 29), 24)
    said = law_remark(date(2025, 4, 1), 24)
    assert "from 2 April 2024 to 1 April 2027" in said
    assert "on 29 April 2024, 2 September 2025 and 31 March 2026." in said
    assert law_remark(date(2025, 4, 1), 24, held=date(2024, 4, 2)) == ""
    assert "2 September 2025 and 31 March 2026" not in law_remark(date(2024, 4, 1), 12)
