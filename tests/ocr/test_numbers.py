"""The number printed on a page."""

from dataclasses import replace

import pytest

from ocr.layout.numbers import Printed, parsed, printed
from ocr.text import Role
from tests.helpers.workspaces import page_text


@pytest.mark.parametrize(
    ("said", "kept", "meant"),
    [
        ("3", "3", Printed(3)),
        ("- 3 -", "3", Printed(3)),
        ("Trang 3/12", "3/12", Printed(3, total=12)),
        ("Page 4 of 9", "4/9", Printed(4, total=9)),
        ("iv", "iv", Printed(4, roman=True)),
        ("XIX", "xix", Printed(19, roman=True)),
        ("l", "l", Printed(1)),
        ("iiii", "", None),
        ("0", "", None),
    ],
)
def test_numbers_are_taken_as_printed(said: str, kept: str, meant: Printed | None) -> None:
    text = page_text(said)
    numbered = replace(text, blocks=tuple(replace(block, role=Role.PAGE_NUMBER) for block in text.blocks))
    assert printed(numbered) == kept
    assert parsed(kept) == meant
    assert printed(text) == "", "only the block that is the page's number"
