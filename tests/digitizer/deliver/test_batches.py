"""Items that lie in no file, as packages of their own (Circular 05/2025/TT-BNV, Appendices II and IV)."""

from pathlib import Path

import pytest
from lxml import etree

from digitizer.deliver.deliver import Delivery, deliver
from digitizer.deliver.package_check import verify_package
from digitizer.deliver.records import DeliveryReport
from digitizer.deliver.xml import PREMIS
from digitizer.model import Level, Secrecy
from digitizer.workspace import Workspace
from tests.helpers.dossiers import ITEM_VALUES, add_pages, dossier

WHOLE = {"retention": "01", "access": "01", "trust": "02"}


def loose(workspace: Workspace, code: str, **values: str) -> None:
    records = workspace.catalogue.records
    fonds = records.named(["H49"]).get("H49") or records.create(
        Level.FONDS, "H49", "Phông UBND tỉnh", profile="fonds",
        values={"organisation": "H49.64", "repository": "H49.1"},
    )  # fmt: skip
    said = {**ITEM_VALUES, **WHOLE, **values}
    add_pages(workspace, records.create(Level.ITEM, code, "Về việc đắp đê", fonds, profile="item", values=said), 2)


def _delivered(workspace: Workspace, folder: Path, form: str = "sip", **more: object) -> DeliveryReport:
    return deliver(workspace, folder, Delivery(form, zipped=False, **more))  # type: ignore[arg-type]


def _values(path: Path) -> dict[str, str]:
    return {each.tag: each.text or "" for each in etree.parse(path).getroot()}


def test_loose_items_of_a_year_and_direction_are_a_batch(workspace: Workspace, tmp_path: Path) -> None:
    for code, values in (("a", {}), ("b", {}), ("c", {"incoming_number": "7"}), ("d", {"date": "01/02/1999"})):
        loose(workspace, code, **values)
    report = _delivered(workspace, tmp_path)
    assert [error.message for _, error in report.refused] == []
    assert [package.records[1:] for package in report.packages] == [("a", "b"), ("c",), ("d",)]
    first, second, third = (package.path for package in report.packages)
    assert _values(first / "metadata/descriptive/EAD.xml") == {
        "fileCode": "H49.64.2001.01.0000001", "title": "Tài liệu rời (đi) năm 2001 của Phông UBND tỉnh", "source": "0",
        "totalDoc": "2", "description": "",
    }  # fmt: skip
    assert _values(second / "metadata/descriptive/EAD.xml")["source"] == "1"
    assert _values(third / "metadata/descriptive/EAD.xml")["fileCode"] == "H49.64.1999.01.0000001"
    rep = first / "representations/rep1"
    assert {path.name for path in (rep / "data").iterdir()} == {f"H49.64.2001.01.0000001.00{n}.pdf" for n in (1, 2)}
    item = _values(rep / "metadata/descriptive/EAD_doc_File2.xml")
    assert (item["docCode"], item["docId"]) == ("H49.64.2001.01.0000001.0000002", "b")
    assert etree.parse(first / "METS.xml").getroot().get("TYPE") == "Collection"
    assert all(verify_package(package.path).faults == [] for package in report.packages)
    again = _delivered(workspace, tmp_path)
    assert [package.path for package in again.packages] == [first, second, third] and again.refused == []


def test_an_aip_of_loose_items_has_four_elements_and_their_history(workspace: Workspace, tmp_path: Path) -> None:
    loose(workspace, "a")
    (package,) = _delivered(workspace, tmp_path, "aip").packages
    assert list(_values(package.path / "metadata/descriptive/EAD.xml")) == [
        "arcFileCode", "title", "source", "description",
    ]  # fmt: skip
    assert _values(package.path / "metadata/descriptive/EAD.xml")["arcFileCode"] == "H49.1.H49.64.2001.01.0000001"
    premis = etree.parse(package.path / "representations/rep1/metadata/preservation/PREMIS_rep1.xml")
    assert [each.text for each in premis.iter(f"{{{PREMIS}}}eventType")].count("transfer") == 2
    assert verify_package(package.path).faults == []


def test_a_batch_beside_files_and_levels_apart(workspace: Workspace, tmp_path: Path) -> None:
    loose(workspace, "a")
    loose(workspace, "m", secrecy="mat", access="03")
    file = dossier(workspace, pages=(1,))
    report = _delivered(workspace, tmp_path)
    assert [package.records[0] for package in report.packages] == [file.code, "H49.64.2001.01.0000001"]
    assert [error.code for _, error in report.refused] == ["too-secret"]
    report = _delivered(workspace, tmp_path, most=Secrecy.CONFIDENTIAL, codes=["m"])
    assert [package.records for package in report.packages] == [("H49.64.2001.01.0000003", "m")]


@pytest.mark.parametrize(("values", "field", "form"), [
    ({"date": "2001"}, "date", "sip"), ({"date": ""}, "date", "sip"), ({"retention": ""}, "retention", "sip"),
    ({"access": ""}, "access", "aip"), ({"issuing_body": ""}, "issuing_body", "aip"),
])  # fmt: skip
def test_what_a_loose_item_lacks_is_named(
    workspace: Workspace, tmp_path: Path, values: dict[str, str], field: str, form: str
) -> None:
    loose(workspace, "a", **values)
    ((_, error),) = _delivered(workspace, tmp_path, form).refused
    assert [(lack.record, lack.field) for lack in error.details["lacks"]] == [("a", field)]  # type: ignore[attr-defined]


def test_the_archives_code_is_asked_of_the_fonds(workspace: Workspace, tmp_path: Path) -> None:
    loose(workspace, "a")
    records = workspace.catalogue.records
    records.describe(records.get("H49"), {"repository": ""})
    ((_, error),) = _delivered(workspace, tmp_path, "aip").refused
    assert {(lack.record, lack.field) for lack in error.details["lacks"]} >= {("H49", "repository")}  # type: ignore[attr-defined]
