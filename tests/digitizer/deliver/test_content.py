"""What is chosen for a delivery, and what stands in its way."""

from dataclasses import replace
from pathlib import Path

import pytest

from digitizer.deliver.content import one_level, read_dossier, select
from digitizer.deliver.deliver import FORMS, Delivery, deliver
from digitizer.deliver.described import lacks
from digitizer.deliver.forms import package_form
from digitizer.deliver.missing import missing
from digitizer.errors import MixedSecrecy, NoSuchRecord
from digitizer.model import Level, Secrecy
from digitizer.workspace import Workspace
from tests.helpers.dossiers import FILE_CODE, add_pages, dossier

SIP, AIP = package_form("tt05", "sip"), package_form("tt05", "aip")


def test_a_file_comes_with_its_items_in_order_and_what_they_inherit(workspace: Workspace) -> None:
    dossier(workspace, pages=(2, 1))
    (chosen,) = select(workspace)
    assert chosen.whole
    made = read_dossier(workspace, chosen)
    assert (made.file.code, made.pages, made.sheets) == (FILE_CODE, 3, 3)
    assert [(item.record.code, item.number, len(item.pages)) for item in made.items] == [
        (f"{FILE_CODE}.001", 1, 2), (f"{FILE_CODE}.002", 2, 1),
    ]  # fmt: skip
    assert [record.code for record in made.above] == ["H49"]
    assert made.items[0].values["access"] == "01"  # the file's
    assert made.secrecy is Secrecy.NONE


def test_only_what_was_asked_for_is_chosen(workspace: Workspace) -> None:
    dossier(workspace, "H49.2001.1", (1, 1))
    dossier(workspace, "H49.2001.2", (1,))
    assert [chosen.code for chosen in select(workspace, ["H49"])] == ["H49.2001.1", "H49.2001.2"]
    (chosen,) = select(workspace, ["H49.2001.1.002"])
    assert (chosen.code, chosen.whole) == ("H49.2001.1", False)
    part, whole = (read_dossier(workspace, chosen, whole=wanted) for wanted in (False, True))
    assert [item.number for item in part.items] == [2]
    assert [item.number for item in whole.items] == [1, 2]
    assert [chosen.code for chosen in select(workspace, query="trang")] == ["H49.2001.1", "H49.2001.2"]
    assert select(workspace, query="chẳng-có-đâu") == ()
    with pytest.raises(NoSuchRecord):
        select(workspace, ["nhầm"])


def test_files_of_different_levels_do_not_go_into_one_list(workspace: Workspace) -> None:
    dossier(workspace, "H49.2001.1", (1,))
    dossier(workspace, "H49.2001.2", (1,), file_values={"secrecy": "toi-mat", "access": "03"})
    made = [read_dossier(workspace, chosen) for chosen in select(workspace)]
    assert [each.secrecy for each in made] == [Secrecy.NONE, Secrecy.SECRET]
    with pytest.raises(MixedSecrecy):
        one_level(each.file for each in made)


def _lacks(workspace: Workspace, form=SIP) -> set[tuple[str, int | None, str]]:  # type: ignore[no-untyped-def]
    (chosen,) = select(workspace)
    found = lacks(workspace, read_dossier(workspace, chosen, whole=True), form)
    assert all(lack.line.startswith(lack.record) and lack.sentence for lack in found)
    return {(lack.record, lack.page, lack.field) for lack in found}


def test_a_described_file_lacks_nothing(workspace: Workspace) -> None:
    dossier(workspace)
    assert _lacks(workspace) == set()
    assert _lacks(workspace, AIP) == set()


@pytest.mark.parametrize(("field", "value"), [
    ("retention", ""), ("access", ""), ("start_date", ""), ("end_date", "2001"), ("paper_code", ""), ("year", "2002"),
    ("items", "3"), ("pages", "4"), ("sheets", "1"), ("access", "03"), ("start_date", "2002"), ("backup", "có"),
])  # fmt: skip
def test_what_a_file_lacks_is_named_with_its_field(workspace: Workspace, field: str, value: str) -> None:
    dossier(workspace)
    records = workspace.catalogue.records
    records.describe(records.get(FILE_CODE), {field: value})
    named = {"year": "code", "start_date": "end_date" if value else field, "backup": "backup_state"}.get(field, field)
    assert (FILE_CODE, None, named) in _lacks(workspace)


@pytest.mark.parametrize(("field", "value"), [
    ("issuing_body", ""), ("date", "03/2001"), ("type", ""), ("subject", ""), ("pages", "7"), ("access", "02"),
    ("ordinal", "2"), ("ordinal", "0"), ("backup", "có"), ("trust", "01"),
])  # fmt: skip
def test_what_an_item_lacks_is_named_with_its_field(workspace: Workspace, field: str, value: str) -> None:
    dossier(workspace)
    records = workspace.catalogue.records
    records.describe(records.get(f"{FILE_CODE}.001"), {field: value})
    named = {"backup": "backup_state", "trust": "process"}.get(field, field)
    assert (f"{FILE_CODE}.001", None, named) in _lacks(workspace)


@pytest.mark.parametrize(("field", "value", "record"), [
    ("title", "x" * 1001, FILE_CODE), ("keywords", "x" * 101, FILE_CODE), ("retention", "09", FILE_CODE),
    ("language", ["01", "77"], FILE_CODE), ("type", "77", f"{FILE_CODE}.001"),
    ("subject", "x" * 501, f"{FILE_CODE}.001"), ("note", "x" * 501, f"{FILE_CODE}.001"),
])  # fmt: skip
def test_what_was_kept_before_a_form_was_narrower_is_named(
    workspace: Workspace, field: str, value: str | list[str], record: str
) -> None:
    dossier(workspace)
    (chosen,) = select(workspace)
    made = read_dossier(workspace, chosen)
    file, items = made, made.items
    if record == FILE_CODE:
        file = replace(made, values={**made.values, field: value})
    else:
        items = (replace(items[0], values={**items[0].values, field: value}), *items[1:])
    found = {(lack.record, lack.field) for lack in lacks(workspace, replace(file, items=items), SIP)}
    assert found == {(record, field)}


def test_an_aip_takes_a_month_or_a_year_where_a_sip_asks_for_the_day(workspace: Workspace) -> None:
    dossier(workspace, file_values={"start_date": "01/2001", "end_date": "2001"}, item_values={"date": "2001"})
    assert _lacks(workspace, AIP) == set()
    items = {(f"{FILE_CODE}.{number:03d}", None, "date") for number in (1, 2)}
    assert _lacks(workspace) == {(FILE_CODE, None, "start_date"), (FILE_CODE, None, "end_date"), *items}


@pytest.mark.parametrize(("profile", "field"), [("photo", "title"), ("media", "title")])
def test_pictures_and_recordings_need_their_title(workspace: Workspace, profile: str, field: str) -> None:
    file = dossier(workspace, pages=())
    records = workspace.catalogue.records
    add_pages(workspace, records.create(Level.ITEM, "ảnh", "", file, profile=profile), 1)
    assert ("ảnh", None, field) in _lacks(workspace)


def test_an_aip_needs_the_code_of_the_archive(workspace: Workspace) -> None:
    dossier(workspace, file_values={"repository": ""})
    assert _lacks(workspace) == set()
    assert (FILE_CODE, None, "repository") in _lacks(workspace, AIP)


def test_e_arks_layout_asks_for_less(workspace: Workspace) -> None:
    dossier(workspace, file_values={"start_date": "", "paper_code": ""}, item_values={"issuing_body": "", "type": ""})
    assert _lacks(workspace, package_form("eark", "aip")) == {(FILE_CODE, None, "start_date")}


def test_items_without_pages_and_pages_without_item_are_named(workspace: Workspace) -> None:
    file = dossier(workspace, pages=(1,))
    records = workspace.catalogue.records
    records.create(Level.ITEM, "rỗng", "Không có trang", file, profile="item")
    add_pages(workspace, file, 1)
    found = _lacks(workspace)
    assert ("rỗng", None, "") in found
    assert (FILE_CODE, 1, "") in found


def test_a_page_of_too_few_dots_is_named(workspace: Workspace) -> None:
    dossier(workspace, item_values={"type": "31"})
    assert {(page, field) for _, page, field in _lacks(workspace)} == {(1, ""), (2, "")}  # drawings ask for 300


def test_codes_that_are_too_long_for_their_element_are_named(workspace: Workspace, tmp_path: Path) -> None:
    dossier(workspace, "H49.2001." + "9" * 20, (1,))
    assert ("H49.2001." + "9" * 20 + ".001", None, "identifier") in _lacks(workspace)


@pytest.mark.parametrize("form", [form for form in FORMS if form != "exchange"])
def test_a_record_that_was_named_and_has_no_page_is_told(workspace: Workspace, tmp_path: Path, form: str) -> None:
    dossier(workspace, pages=(1,))
    dossier(workspace, "H49.2001.9", ())
    wanted = Delivery(form, [FILE_CODE, "H49.2001.9"], zipped=False)  # type: ignore[arg-type]
    assert [(lack.record, lack.field) for lack in missing(workspace, wanted).found] == [("H49.2001.9", "")]
    report = deliver(workspace, tmp_path, wanted)
    assert report.packages
    assert [(code, "H49.2001.9" in error.message) for code, error in report.refused] == [("H49.2001.9", True)]
