"""Papers that are there twice: by bytes, by look and words, by number and sign."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitizer.capture.files import import_paths
from digitizer.describe.same_number import same_number
from digitizer.duplicates import Kind, counted, duplicates, other_words
from digitizer.model import Level, PageId
from digitizer.workspace import Workspace
from ocr import likeness
from tests.digitizer.test_arrange import filled, get
from tests.helpers.workspaces import page_text, store, tiny_page

WORDS = "Sở Y tế đề nghị các đơn vị báo cáo kết quả thực hiện trước ngày ba mươi"


def look(workspace: Workspace, page: PageId, bits: int, text: str = WORDS) -> None:
    """Store a reading of the page whose likeness has these bits."""
    store(workspace, page, page_text(text), likeness=bits.to_bytes(likeness.BITS // 8))


def groups(workspace: Workspace, code: str | None = None) -> list[tuple[str, list[str]]]:
    found = duplicates(workspace, None if code is None else get(workspace, code))
    return [(str(group.kind), [member.code for member in group.members]) for group in found]


def test_the_same_bytes_in_two_records_are_listed(workspace: Workspace, tmp_path: Path) -> None:
    page = tiny_page(tmp_path / "a.png", 1)
    import_paths(workspace, [page, tiny_page(tmp_path / "b.png", 2)], "H1")
    import_paths(workspace, [page], "H2")
    assert groups(workspace) == [("same-bytes", ["H1.001", "H2.001"])]
    assert groups(workspace, "H2") == [("same-bytes", ["H1.001", "H2.001"])]


def test_a_file_split_into_two_items_is_there_once(workspace: Workspace) -> None:
    filled(workspace, "A", 4)
    workspace.catalogue.arrangement.split(get(workspace, "A"), 3)
    assert groups(workspace) == []


def test_a_paper_scanned_twice_is_found_and_the_next_letter_of_a_form_is_not(workspace: Workspace) -> None:
    ours, theirs = filled(workspace, "A", 3), filled(workspace, "B", 2)
    look(workspace, ours[0], 0)
    look(workspace, theirs[0], 0b1011)  # the same but for noise
    look(workspace, theirs[1], 0b11, WORDS.replace("Sở Y tế", "Sở Nội vụ"))
    look(workspace, ours[1], (1 << 128) - 1)  # another page
    assert groups(workspace) == [("alike", ["A", "B"])]
    assert groups(workspace, "B") == [("alike", ["A", "B"])]
    assert groups(workspace, "H1") == [("alike", ["A", "B"])]
    workspace.catalogue.pages.withdraw(theirs[0])
    assert groups(workspace) == []


def test_a_page_read_again_as_blank_has_no_likeness_left(workspace: Workspace) -> None:
    (page,) = filled(workspace, "A", 1)
    look(workspace, page, 0)
    store(workspace, page, page_text())
    assert workspace.catalogue.database.table("likeness").count == 0


def test_other_words_are_counted_where_both_are_sure() -> None:
    def other(one: str, two: str) -> int:
        return other_words(counted(page_text(one)), counted(page_text(two)))

    assert other("Hà Nội ngày 5", "ha noi ngày 5") == 0
    assert other("Giám đốc Chánh văn phòng", "Chánh văn phòng Giám đốc") == 0
    assert other("ông Nguyễn Văn An", "ông Trần Văn Bình") == 2


@pytest.mark.parametrize(
    ("other", "together"),
    [
        ({"number": "0012", "notation": "qđ-ubnd", "issuing_body": "UBND  tỉnh kiên giang", "date": "2021"}, True),
        ({"number": "12", "notation": "QĐ-UBND", "issuing_body": "UBND tỉnh Kiên Giang"}, True),
        ({"number": "12", "notation": "QĐ-UBND", "issuing_body": "UBND tỉnh Kiên Giang", "date": "2020"}, False),
        ({"number": "12", "notation": "QĐ-UBND", "issuing_body": "Sở Y tế"}, False),
        ({"number": "13", "notation": "QĐ-UBND", "issuing_body": "UBND tỉnh Kiên Giang"}, False),
        ({"number": "12", "notation": "QĐ-UBND"}, False),
    ],
)
def test_items_with_one_number_sign_and_body_are_one(
    workspace: Workspace, other: dict[str, str], together: bool
) -> None:
    records = workspace.catalogue.records
    file = records.file_for("H1")
    ours = {"number": "12", "notation": "QĐ-UBND", "issuing_body": "UBND tỉnh Kiên Giang", "date": "05/03/2021"}
    one = records.create(Level.ITEM, "A", "", file, values=ours)
    records.create(Level.ITEM, "B", "", file, values=other)
    assert [each.code for each in same_number(workspace.catalogue, one)] == (["B"] if together else [])
    assert groups(workspace) == ([(Kind.SAME_NUMBER, ["A", "B"])] if together else [])
    assert groups(workspace, "B") == groups(workspace)


def test_the_number_of_a_record_is_looked_up_by_an_index(workspace: Workspace) -> None:
    plan = workspace.catalogue.database.conn.execute(
        "EXPLAIN QUERY PLAN SELECT uuid FROM record WHERE ltrim(fields ->> '$.number', '0') = ltrim('5', '0')"
        " AND length(fields ->> '$.notation') = 1 AND fields ->> '$.number' IS NOT NULL"
    ).fetchall()
    assert "record_identity" in plan[0]["detail"]


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32 - 1), st.integers(0, likeness.BANDS - 1))
def test_pages_with_fewer_differing_bits_than_parts_are_always_paired(seed: int, bits: int) -> None:
    generator = np.random.default_rng(seed)
    pages = generator.integers(0, 256, (200, likeness.BITS // 8), dtype=np.uint8)
    pages[40] = pages[150]
    for bit in generator.choice(likeness.BITS, bits, replace=False):
        pages[40, bit // 8] ^= 1 << (bit % 8)
    assert [40, 150] in likeness.near_pairs(pages).tolist()
    assert set(likeness.near(pages, pages[150]).tolist()) >= {40, 150}
