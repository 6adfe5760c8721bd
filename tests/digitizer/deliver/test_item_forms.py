"""Items of every form that is shipped leave in packages of Circular 05/2025, filled from what their forms have."""

import csv
from collections.abc import Mapping
from pathlib import Path

import pytest
from lxml import etree
from pypdf import PdfReader

from digitizer.deliver.content import read_dossier, select
from digitizer.deliver.deliver import Delivery, deliver
from digitizer.deliver.described import Lack, lacks
from digitizer.deliver.forms import package_form
from digitizer.deliver.package_check import verify_package
from digitizer.deliver.record_pdf import PdfWish
from digitizer.describe.profiles import FieldSpec, FieldType, Profiles
from digitizer.model import Level, Record
from digitizer.workspace import Workspace
from tests.helpers.dossiers import add_pages

FORMS = [profile.name for profile in Profiles().of_level(Level.ITEM)]
OF_FILES = [profile.name for profile in Profiles().of_level(Level.FILE)]
CODE = "H49.2001.1"
REPOSITORY = {"repository": "H49.1"}
COUNTED = {"pages", "items", "sheets"}


def _filled(profiles: Profiles, name: str) -> dict[str, str]:
    """Every field that must be filled in, and nothing else; what is counted is left to the program."""
    return {
        spec.key: _any(profiles, spec)
        for spec in profiles.get(name).field
        if (spec.required or spec.required_if.get("trust")) and spec.default is None
        and spec.key not in COUNTED and spec.key not in ("code", profiles.get(name).title, "process")
    }  # fmt: skip


def _any(profiles: Profiles, spec: FieldSpec) -> str:
    match spec.type:
        case FieldType.DATE:
            return "05/03/2001"
        case FieldType.NUMBER:
            return "1"
        case FieldType.CODE:
            return profiles.codes[spec.codes or ""].entry[0].code
    return "Xưởng 49"


def _dossier(
    workspace: Workspace, file_profile: str = "file", items: Mapping[str, Mapping[str, str]] | None = None
) -> Record:  # fmt: skip
    """A file with one item of each form, numbered in order. ``items``: values of a form besides those that it must
    have; "" takes one away.
    """
    records, profiles = workspace.catalogue.records, workspace.catalogue.records.profiles
    fonds = records.create(Level.FONDS, "H49", "Sở Nông nghiệp", profile="fonds", values=REPOSITORY)
    file = records.create(
        Level.FILE, CODE, "Hồ sơ máy bơm", fonds, profile=file_profile, values=_filled(profiles, file_profile)
    )
    for number, name in enumerate(FORMS, 1):
        values = {**_filled(profiles, name), **(items or {}).get(name, {})}
        made = records.create(
            Level.ITEM, f"{CODE}.{number:03d}", f"Tên {name}", file, profile=name,
            values={key: value for key, value in values.items() if value},
        )  # fmt: skip
        add_pages(workspace, made, 1)
    return file


@pytest.mark.parametrize("file_profile", OF_FILES)
@pytest.mark.parametrize("form", ["sip", "aip"])
def test_one_item_of_each_form_leaves_in_a_package(
    workspace: Workspace, tmp_path: Path, form: str, file_profile: str
) -> None:
    _dossier(workspace, file_profile)
    if form == "sip" and file_profile == "file":  # what the form can say, the package takes
        records = workspace.catalogue.records
        for number, name in enumerate(FORMS, 1):
            if records.profiles.get(name).spec("notation") is not None:
                records.describe(records.get(f"{CODE}.{number:03d}"), {"notation": "N" * 30})
    wanted = Delivery(form, zipped=False, pdf=PdfWish(coarse=True))  # type: ignore[arg-type]
    report = deliver(workspace, tmp_path, wanted)
    assert [error.message for _, error in report.refused] == []
    (package,) = report.packages
    assert verify_package(package.path).faults == []
    found = sorted(path.name for path in package.path.rglob("EAD_*_File*.xml"))
    assert found == sorted(f"{package_form('tt05', form).of_item(n).name}_File{i}.xml" for i, n in enumerate(FORMS, 1))
    assert etree.parse(package.path / "metadata/descriptive/EAD.xml").findtext("totalDoc") == str(len(FORMS))


def _said(workspace: Workspace, folder: Path, name: str) -> dict[str, str]:
    report = deliver(workspace, folder, Delivery("sip", zipped=False, pdf=PdfWish(coarse=True)))
    (package,) = report.packages
    path = package.path / f"representations/rep1/metadata/descriptive/EAD_doc_File{FORMS.index(name) + 1}.xml"
    return {each.tag: each.text or "" for each in etree.parse(path).getroot()}


def test_the_title_block_of_a_drawing_fills_its_elements(workspace: Workspace, tmp_path: Path) -> None:
    _dossier(workspace, items={"drawing": {"owner": "Viện Thuỷ lợi", "identification_number": "TL-7"}})
    said = _said(workspace, tmp_path, "drawing")
    assert (said["organName"], said["codeNotation"], said["typeName"], said["issuedDate"], said["subject"]) == (
        "Viện Thuỷ lợi", "TL-7", "31", "05/03/2001", "Tên drawing",
    )  # fmt: skip


def test_a_manual_of_nobody_is_by_the_body_of_the_fonds(workspace: Workspace, tmp_path: Path) -> None:
    _dossier(workspace)
    said = _said(workspace, tmp_path, "manual")
    assert (said["organName"], said["typeName"]) == ("Sở Nông nghiệp", "32")


def test_who_made_an_item_and_when_is_told_in_every_form(workspace: Workspace, tmp_path: Path) -> None:
    _dossier(workspace, items={
        "photo": {"photographer": "Xưởng 49", "date": "05/03/2001"}, "manual": {"owner": "Xưởng 49"},
        "media": {"recorder": "Xưởng 49", "date": "05/03/2001"},
    })  # fmt: skip
    (table,) = deliver(workspace, tmp_path, Delivery("dc")).packages
    with table.path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))[1:]
    assert [(row["dc.creator"], row["dc.date"]) for row in rows] == [("Xưởng 49", "2001-03-05")] * len(FORMS)
    number = FORMS.index("drawing") + 1
    wanted = Delivery("pdf", [f"{CODE}.{number:03d}"], pdf=PdfWish(coarse=True))
    (drawing,) = deliver(workspace, tmp_path, wanted).packages
    assert PdfReader(drawing.path).metadata.author == "Xưởng 49"  # type: ignore[union-attr]


def _lacks(workspace: Workspace, form: str = "sip") -> list[Lack]:
    (chosen,) = select(workspace)
    return lacks(workspace, read_dossier(workspace, chosen, whole=True), package_form("tt05", form), coarse=True)


@pytest.mark.parametrize(("name", "field", "value"), [
    ("drawing", "owner", ""), ("drawing", "issue_date", ""), ("drawing", "issue_date", "2001"),
    ("manual", "issue_date", ""),
])  # fmt: skip
def test_what_is_missing_is_a_field_of_its_own_form(
    workspace: Workspace, name: str, field: str, value: str
) -> None:  # fmt: skip
    _dossier(workspace, items={name: {field: value}})
    (lack,) = _lacks(workspace)
    profile = workspace.catalogue.records.profiles.get(name)
    spec = profile.spec(field)
    assert spec is not None and (lack.record, lack.field) == (f"{CODE}.{FORMS.index(name) + 1:03d}", field)
    assert spec.label.shown in lack.sentence


def test_every_item_of_a_file_can_be_given_a_number_of_its_own(workspace: Workspace) -> None:
    _dossier(workspace, items={name: {"ordinal": "1"} for name in FORMS})
    assert {lack.field for lack in _lacks(workspace)} == {"ordinal"}


def test_the_archives_code_is_asked_for_once(workspace: Workspace) -> None:
    _dossier(workspace)
    workspace.catalogue.records.describe(workspace.catalogue.records.get("H49"), {"repository": ""})
    (lack,) = _lacks(workspace, "aip")
    assert (lack.record, lack.field) == (CODE, "repository")


def test_the_year_of_make_of_a_machine_is_not_the_year_of_its_file(workspace: Workspace) -> None:
    _dossier(workspace, "equipment")
    workspace.catalogue.records.describe(workspace.catalogue.records.get(CODE), {"year": "1985"})
    assert _lacks(workspace) == []


FORM = """name = "so"
level = "item"
label = { vi = "Sổ", en = "Log" }
[[field]]
key = "code"
label = { vi = "Mã", en = "Code" }
[[field]]
key = "title"
label = { vi = "Tên", en = "Title" }
tt05_sip = "subject"
[[field]]
key = "secrecy"
label = { vi = "Độ mật", en = "Secrecy" }
type = "code"
codes = "secrecy"
"""


def test_a_form_of_ones_own_that_has_no_field_for_an_element_is_named(workspace: Workspace, tmp_path: Path) -> None:
    file = _dossier(workspace)
    (workspace.root / "profiles").mkdir(exist_ok=True)
    (workspace.root / "profiles" / "so.toml").write_text(FORM, "utf-8")
    records = workspace.catalogue.records
    records.profiles.forget()
    add_pages(workspace, records.create(Level.ITEM, "S", "Sổ vận hành", file, profile="so"), 1)
    said = [lack for lack in _lacks(workspace) if lack.record == "S"]
    assert {lack.field for lack in said} == {""}
    assert any("(typeName)" in lack.sentence for lack in said)
