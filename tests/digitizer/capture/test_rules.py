"""Rules for stacks: the shipped ones, and files of one's own that are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from digitizer.capture.rules import Blank, Use, stack_rule
from digitizer.errors import NoSuchStackRule, ProfileInvalid, ProfileUnreadable

HEAD = 'name = "r"\nlabel = { vi = "R", en = "R" }\n'


def test_the_rules_that_ship() -> None:
    assert stack_rule("separators").ours and stack_rule("patch-t").patches == ("T",)
    assert stack_rule("blank").blank is Blank.SHEET and stack_rule("pages-12").pages == 12
    assert [each.use for each in stack_rule("barcode").barcode] == [Use.SEPARATOR, Use.ITEM]


@pytest.mark.parametrize("name", ["pages", "pages-0", "pages-x", "Separators", "none"])
def test_rules_that_do_not_exist(name: str) -> None:
    with pytest.raises(NoSuchStackRule) as refusal:
        stack_rule(name)
    assert "pages-N" in refusal.value.message


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("ours = true\npages = 3\n", 1),
        ("pages = 0\n", 3),
        ('blank = "both"\n', 3),
        ("colour = 1\n", 3),
        ('[[barcode]]\nuse = "item"\nmatching = "("\n', 5),
        ('[[barcode]]\nuse = "field"\n', 3),
        ('[[barcode]]\nuse = "item"\nkinds = ["morse"]\n', 5),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "luật.toml"
    path.write_text(HEAD + text, "utf-8")
    with pytest.raises(ProfileInvalid) as refusal:
        stack_rule(str(path))
    assert refusal.value.details["line"] == line
    assert "shipped" not in refusal.value.message, "nothing ships instead of it"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ProfileUnreadable):
        stack_rule(str(tmp_path / "không có.toml"))
