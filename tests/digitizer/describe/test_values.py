"""Values as people type them, read by the rules of their field and shown again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer.describe.profiles import FieldSpec, FieldType, Profiles
from digitizer.describe.templates import filled
from digitizer.describe.values import BadValue, faults, parse, shown
from digitizer.model import Value

PROFILES = Profiles()
SPECS = [spec for profile in PROFILES.all.values() for spec in profile.field]


def spec(profile: str, key: str) -> FieldSpec:
    found = PROFILES.get(profile).spec(key)
    assert found is not None
    return found


@given(st.sampled_from(SPECS), st.text(max_size=40))
def test_any_text_is_taken_or_refused_with_a_sentence(field: FieldSpec, text: str) -> None:
    try:
        value = parse(PROFILES, field, text)
    except BadValue as error:
        assert error.fault.sentence.startswith("“")
    else:
        assert parse(PROFILES, field, shown(PROFILES, field, value)) == value


@pytest.mark.parametrize(
    ("profile", "key", "text", "value"),
    [
        ("file", "retention", "Vĩnh viễn", "01"),
        ("file", "retention", "1", "01"),
        ("file", "language", "01;Tiếng Nga", ["01", "04"]),
        ("file", "language", "Việt; anh; Việt-Anh", ["01", "02", "06"]),
        ("file", "start_date", "3/2001", "2001-03"),
        ("file", "backup", "có", True),
        ("file", "pages", "0120", 120),
        ("item", "number", " 15 ", "15"),
        ("item", "subject", "  Về việc\n xây  dựng ", "Về việc\nxây dựng"),
        ("item", "signer", "Nguyễn Văn A", "Nguyễn Văn A"),
        ("item", "addressees", "Bộ A; ; Bộ B", ["Bộ A", "Bộ B"]),
        ("drawing", "revision", "B", "B"),
    ],
)
def test_values_are_read_as_people_type_them(profile: str, key: str, text: str, value: Value) -> None:
    assert parse(PROFILES, spec(profile, key), text) == value


@pytest.mark.parametrize(
    ("profile", "key", "text", "rule"),
    [
        ("file", "retention", "99", "code"),
        ("file", "start_date", "31/2/2001", "date"),
        ("item", "incoming_date", "2001", "whole-date"),
        ("file", "pages", "mười", "number"),
        ("file", "pages", "12345678901", "length"),
        ("file", "backup", "maybe", "flag"),
        ("item", "subject", "đ" * 501, "length"),
        ("drawing", "revision", "I", "pattern"),
        ("fonds", "organisation", "h49", "pattern"),
    ],
)
def test_a_wrong_value_names_its_rule(profile: str, key: str, text: str, rule: str) -> None:
    with pytest.raises(BadValue) as caught:
        parse(PROFILES, spec(profile, key), text)
    assert caught.value.fault.rule == rule


def test_what_is_missing_follows_from_other_values() -> None:
    drawn = PROFILES.get("file")
    digitised: dict[str, Value | None] = {"trust": "02", "backup": True, "start_date": "2001-05", "end_date": "2000"}
    found = {(fault.key, fault.rule) for fault in faults(drawn, digitised)}
    assert {("paper_code", "required"), ("backup_state", "required"), ("end_date", "order")} <= found
    born_digital = {fault.key for fault in faults(drawn, {"trust": "01", "backup": False})}
    assert not born_digital & {"paper_code", "backup_state"}


def test_numbers_are_smaller_and_not_earlier() -> None:
    values: dict[str, Value | None] = {"sheet": 5, "sheets": 3}
    (said,) = [fault.sentence for fault in faults(PROFILES.get("drawing"), values) if fault.rule == "order"]
    assert "must not be smaller than" in said


def test_dates_of_which_only_the_year_is_known_are_in_order_within_it() -> None:
    values = {"start_date": "2001-05-03", "end_date": "2001"}
    assert "order" not in {fault.rule for fault in faults(PROFILES.get("file"), values)}


@pytest.mark.parametrize(
    ("values", "made"),
    [
        ({"organisation": "H49", "year": 2001, "number": "160", "notation": "HC"}, "H49.2001.160.HC"),
        ({"organisation": "H49", "number": "160"}, "H49.160"),
        ({"year": 2001}, "2001"),
        ({}, None),
    ],
)
def test_a_code_is_made_of_what_is_known(values: dict[str, Value], made: str | None) -> None:
    assert filled("{organisation}.{year}.{number}.{notation}", values) == made


def test_every_field_takes_what_it_shows() -> None:
    for field in SPECS:
        if field.type is FieldType.CODE and field.codes is not None:
            for entry in PROFILES.codes[field.codes].entry:
                assert parse(PROFILES, field, entry.code) in (entry.code, [entry.code])
