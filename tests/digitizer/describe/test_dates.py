"""Dates of a day, a month or a year."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer.describe.dates import PartialDate, parse_date

DATES = st.dates(date(1000, 1, 1)).flatmap(
    lambda day: st.sampled_from(
        [PartialDate(day.year), PartialDate(day.year, day.month), PartialDate(day.year, day.month, day.day)]
    )
)


@given(DATES)
def test_both_ways_of_writing_are_read_back(day: PartialDate) -> None:
    assert parse_date(day.iso) == day
    assert parse_date(day.local) == day
    assert day.first <= day.last


@given(st.text())
def test_no_text_makes_it_fail(text: str) -> None:
    parse_date(text)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("5/3/2021", "2021-03-05"),
        ("05.03.2021", "2021-03-05"),
        ("3/2021", "2021-03"),
        ("ngày 05 tháng 3 năm 2021", "2021-03-05"),
        ("Tháng 3 năm 2021", "2021-03"),
        (" 2021 ", "2021"),
    ],
)
def test_dates_are_read_as_people_write_them(text: str, iso: str) -> None:
    found = parse_date(text)
    assert found is not None
    assert found.iso == iso


@pytest.mark.parametrize("text", ["30/2/2021", "13/2021", "0/0/2021", "21", "2021-3-5", "", "0000"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert parse_date(text) is None
