"""SIP and AIP in both layouts: what is in them, and that what judges them finds nothing."""

import hashlib
import os
import subprocess
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from digitizer.catalogue.connection import atomic
from digitizer.deliver.delivering import Wish, deliver_packages
from digitizer.deliver.package_check import verify_package
from digitizer.deliver.xml import METS, PREMIS, XLINK, XSI
from digitizer.model import Level, Secrecy, Sha256
from digitizer.workspace import Workspace
from tests.conftest import ROOT
from tests.digitizer.deliver.conftest import WISHES
from tests.helpers.dossiers import FILE_CODE, add_pages, dossier

OFFICIAL = ROOT.parent / "shared" / "schemas"
FILE_ELEMENTS = [
    "title", "maintenance", "mode", "language", "startDate", "endDate", "keyword", "totalDoc", "numberOfPaper",
    "numberOfPage", "format", "inforSign", "confidenceLevel", "paperFileCode", "riskRecovery", "riskRecoveryStatus",
    "description",
]  # fmt: skip
EXAMPLES = 10


@pytest.mark.parametrize("name", WISHES)
def test_a_package_is_whole(delivered: dict[str, Path], name: str) -> None:
    report = verify_package(delivered[name])
    assert report.faults == []
    assert report.kind == name.partition("-")[0] or report.kind == "sip"
    assert report.identifier == delivered[name].name.removesuffix(".bag")
    assert {check.name for check in report.checks} >= {"seal", "files", "schemas", "csip", "descriptions"}


@pytest.mark.samples
@pytest.mark.parametrize("name", [name for name in WISHES if not name.startswith("bag")])
def test_the_official_schemas_say_the_same(delivered: dict[str, Path], name: str) -> None:
    if not OFFICIAL.is_dir():
        pytest.skip("the shared folder of official schemas (../shared/schemas) is not here")
    judged = {
        "METS.xml": "drivers/mets-all.xsd", "premis.xml": "premis/premis-v3-0.xsd", "ead3.xml": "ead/ead3.xsd",
        "PREMIS.xml": "premis/premis-v3-0.xsd", "PREMIS_rep1.xml": "premis/premis-v3-0.xsd",
        "dc.xml": "dc/simpledc.xsd",
    }  # fmt: skip
    catalog = os.environ | {"XML_CATALOG_FILES": str(OFFICIAL / "catalog.xml")}
    for schema in sorted(set(judged.values()) | {"alto/alto-4-4.xsd"}):
        found = [
            str(path) for path in delivered[name].rglob("*")
            if judged.get(path.name) == schema or (schema.startswith("alto") and path.name.endswith(".alto.xml"))
        ]  # fmt: skip
        if found:
            said = subprocess.run(
                ["xmllint", "--nonet", "--noout", "--schema", str(OFFICIAL / schema), *found],
                env=catalog, capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert said.returncode == 0, said.stderr


@pytest.mark.parametrize("name", WISHES)
def test_ids_of_files_begin_as_the_aip_of_e_ark_asks(delivered: dict[str, Path], name: str) -> None:
    """AIP9, which commons-ip asks of every METS."""
    for path in delivered[name].rglob("METS.xml"):
        files = etree.parse(path).iterfind(f".//{{{METS}}}file")
        assert all(file.get("ID", "").startswith("ID-") for file in files), path


def test_a_sip_of_the_circular_has_its_tree(delivered: dict[str, Path]) -> None:
    sip = delivered["sip-tt05"]
    assert sip.name.startswith("uuid-") and sip.name[5:] == sip.name[5:].upper()
    files = {path.relative_to(sip).as_posix() for path in sip.rglob("*") if path.is_file()}
    assert files >= {
        "METS.xml", "metadata/descriptive/EAD.xml", "documentation/readme.txt", "schemas/mets.xsd", "schemas/EAD.xsd",
        "schemas/EAD_doc.xsd", "representations/rep1/METS.xml",
        f"representations/rep1/data/{FILE_CODE}.001.pdf", f"representations/rep1/data/{FILE_CODE}.002.pdf",
        "representations/rep1/metadata/descriptive/EAD_doc_File1.xml",
        "representations/rep1/metadata/descriptive/EAD_doc_File2.xml",
    }  # fmt: skip
    assert not any("PREMIS" in name for name in files)
    assert etree.parse(sip / "METS.xml").find(f"{{{METS}}}amdSec") is not None
    file, item = (_values(sip / name) for name in ("metadata/descriptive/EAD.xml", f"{_ITEM}1.xml"))
    assert list(file) == ["fileCode", *FILE_ELEMENTS]
    assert (file["totalDoc"], file["numberOfPage"], file["startDate"]) == ("2", "3", "05/01/2001")
    assert len(item) == 21
    assert (item["docCode"], item["docId"]) == (f"{FILE_CODE}.0000001", f"{FILE_CODE}.1")


_ITEM = "representations/rep1/metadata/descriptive/EAD_doc_File"


def _values(path: Path) -> dict[str, str]:
    return {each.tag: each.text or "" for each in etree.parse(path).getroot()}


def test_an_aip_of_the_circular_tells_its_history(delivered: dict[str, Path]) -> None:
    aip = delivered["aip-tt05"]
    item = _values(aip / f"{_ITEM}2.xml")
    assert len(item) == 19
    assert item["arcFileCode"] == f"H49.1.{FILE_CODE}"
    assert (item["docCode"], item["docOrdinal"]) == (f"H49.1.{FILE_CODE}.0000002", "2")
    premis = etree.parse(aip / "representations/rep1/metadata/preservation/PREMIS_rep1.xml")
    kinds = [each.text for each in premis.iter(f"{{{PREMIS}}}eventType")]
    assert kinds.count("transfer") == 3
    assert "information package creation" in [
        each.text for each in etree.parse(aip / "metadata/preservation/PREMIS.xml").iter(f"{{{PREMIS}}}eventType")
    ]
    types = {each.get(f"{{{XSI}}}type") for each in premis.iter(f"{{{PREMIS}}}object")}
    assert types == {"premis:representation", "premis:file"}
    versions = {each.text for each in premis.iter(f"{{{PREMIS}}}agentVersion")}
    assert versions


def test_in_e_arks_layout_masters_go_along_and_pages_have_their_order(delivered: dict[str, Path]) -> None:
    sip = delivered["sip-eark"]
    names = [path.name for path in sorted((sip / "representations/preservation/data/images").iterdir())]
    assert names == ["page-0001.jpg", "page-0002.jpg", "page-0003.jpg"]
    mets = etree.parse(sip / "representations/access/METS.xml")
    (pages,) = [each for each in mets.iterfind(f"{{{METS}}}structMap") if each.get("LABEL") == "Pages"]
    assert [each.get("ORDER") for each in pages[0]] == ["1", "2", "3"]
    kinds = {
        each.text
        for each in etree.parse(sip / "representations/preservation/metadata/preservation/premis.xml").iter(
            f"{{{PREMIS}}}eventType"
        )
    }
    assert "capture" in kinds and "transfer" not in kinds


def test_every_reference_is_relative_and_ascii(delivered: dict[str, Path]) -> None:
    for name in ("sip-tt05", "aip-eark"):
        for path in delivered[name].rglob("METS.xml"):
            for each in etree.parse(path).iter():
                href = each.get(f"{{{XLINK}}}href", "x")
                assert href.isascii() and not href.startswith("/") and ".." not in href.split("/")


def test_delivered_again_a_package_replaces_the_older_one(workspace: Workspace, tmp_path: Path) -> None:
    dossier(workspace)
    for zipped in (True, False):
        for _ in range(2):
            report = deliver_packages(workspace, tmp_path / "giao", Wish("sip", zipped=zipped))
            assert report.refused == []
    names = sorted(path.name for path in (tmp_path / "giao").iterdir())
    assert [name.endswith(".zip") for name in names] == [False, True]
    acts = list(workspace.catalogue.audit.acts_of(["record.deliver"]))
    assert [act.after and act.after["as"] for act in acts] == ["sip"] * 4


def test_a_zip_has_one_folder_and_is_proved_as_it_is(workspace: Workspace, tmp_path: Path) -> None:
    dossier(workspace)
    (package,) = deliver_packages(workspace, tmp_path / "giao", Wish("aip")).packages
    with zipfile.ZipFile(package.path) as archive:
        assert {name.split("/")[0] for name in archive.namelist()} == {package.path.stem}
    assert verify_package(package.path).ok
    assert package.records == (FILE_CODE, f"{FILE_CODE}.001", f"{FILE_CODE}.002")
    assert (package.pages, package.sheets) == (3, 3)


def test_levels_are_not_mixed_and_nothing_above_the_chosen_one_leaves(workspace: Workspace, tmp_path: Path) -> None:
    plain = dossier(workspace, "H49.2001.1", (1,))
    secret = dossier(workspace, "H49.2001.2", (1,), file_values={"secrecy": "mat", "access": "03"})
    mixed = dossier(workspace, "H49.2001.3", (1, 1))
    workspace.catalogue.records.describe(workspace.catalogue.records.get("H49.2001.3.002"), {"secrecy": "mat"})
    report = deliver_packages(workspace, tmp_path / "a", Wish("sip"))
    assert [package.records[0] for package in report.packages] == [plain.code]
    assert [(code, error.code) for code, error in report.refused] == [
        (secret.code, "too-secret"), (mixed.code, "mixed-secrecy"),
    ]  # fmt: skip
    report = deliver_packages(workspace, tmp_path / "b", Wish("sip", most=Secrecy.CONFIDENTIAL), codes=[secret.code])
    assert report.refused == []
    assert len(report.packages) == 1


def test_pages_in_no_item_go_into_e_arks_layout_as_one_pdf(workspace: Workspace, tmp_path: Path) -> None:
    file = dossier(workspace, pages=())
    add_pages(workspace, file, 2)
    report = deliver_packages(workspace, tmp_path / "a", Wish("sip"))
    assert [error.code for _, error in report.refused] == ["not-ready"]
    (package,) = deliver_packages(workspace, tmp_path / "b", Wish("sip", "eark", zipped=False)).packages
    assert [path.name for path in package.path.rglob("*.pdf")] == [f"{FILE_CODE}.pdf"]
    assert package.records == (FILE_CODE,)


def test_photographs_have_a_description_of_their_own(workspace: Workspace, tmp_path: Path) -> None:
    file = dossier(workspace, pages=(1,))
    records = workspace.catalogue.records
    photo = records.create(Level.ITEM, "ảnh", "Lễ khởi công", file, profile="photo")
    add_pages(workspace, photo, 1)
    said = deliver_packages(workspace, tmp_path / "a", Wish("sip", zipped=False))
    assert [error.message for _, error in said.refused] == []
    names = {path.name for path in said.packages[0].path.rglob("*") if "EAD_" in path.name}
    assert names == {"EAD_doc_File1.xml", "EAD_pic_File2.xml", "EAD_doc.xsd", "EAD_pic.xsd"}


def test_a_pdf_that_came_signed_goes_along_as_it_came(workspace: Workspace, tmp_path: Path) -> None:
    dossier(workspace, pages=(2,))
    first, second = workspace.catalogue.pages.of_record(workspace.catalogue.records.get(FILE_CODE).id)
    data = b"%PDF-1.7 /ByteRange"
    digest = hashlib.sha256(data).hexdigest()
    workspace.masters.path(Sha256(digest)).parent.mkdir(parents=True, exist_ok=True)
    workspace.masters.path(Sha256(digest)).write_bytes(data)
    with atomic(workspace.catalogue.database):
        kept = "UPDATE master SET sha256 = ? WHERE sha256 = ?"
        workspace.catalogue.database.conn.execute(kept, [digest, first.master])
    assert workspace.catalogue.pages.get(second.id).master != digest
    (package,) = deliver_packages(workspace, tmp_path, Wish("aip", zipped=False)).packages
    folder = package.path / "representations/rep1/data"
    assert {path.name for path in folder.iterdir()} == {f"{FILE_CODE}.001.pdf", f"{FILE_CODE}.001_goc.pdf"}
    assert (folder / f"{FILE_CODE}.001_goc.pdf").read_bytes() == data
    premis = (folder.parent / "metadata/preservation/PREMIS_rep1.xml").read_text("utf-8")
    assert f"tờ 1.jpg -&gt; {FILE_CODE}.001_goc.pdf" in premis


def test_an_item_in_no_file_is_no_package_of_e_arks_layout(workspace: Workspace, tmp_path: Path) -> None:
    dossier(workspace, pages=(1,))
    records = workspace.catalogue.records
    records.create(Level.ITEM, "rời", "Tài liệu rời", records.get("H49"), profile="item")
    records.move(records.get(f"{FILE_CODE}.001"), records.get("H49"))
    report = deliver_packages(workspace, tmp_path / "giao", Wish("sip", "eark"))
    assert [(code, error.code) for code, error in report.refused] == [(f"{FILE_CODE}.001", "not-in-a-file")]


AWKWARD = st.one_of(
    st.sampled_from([
        "Đ" * 500, "<&>\"' ]]>", "Nghi\u0323 quye\u0302\u0301t", "مرحبا بالعالم \u202eabc", "📄 ảnh 👨\u200d👩\u200d👧",
        "x", "\u2028y", "%2e%2e/+ #?", "a\u0301" * 100,
    ]),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=500).filter(lambda text: bool(text.strip())),
)  # fmt: skip


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(
    title=AWKWARD,
    subject=AWKWARD,
    kind=st.sampled_from(["sip", "aip", "bag"]),
    layout=st.sampled_from(["tt05", "eark"]),
)
def test_whatever_a_title_holds_the_package_is_valid(  # type: ignore[no-untyped-def]
    tmp_path_factory, title: str, subject: str, kind, layout
) -> None:
    from tests.helpers.workspaces import NULL_ENGINE

    root = tmp_path_factory.mktemp("lạ")
    with Workspace(root / "w", NULL_ENGINE) as workspace:
        made = dossier(workspace, pages=(1,), title=title, subject=subject)
        report = deliver_packages(workspace, root / "giao", Wish(kind, layout))
        said = [str(error.details) for _, error in report.refused]
        # A title of nothing that can be seen is none: the file is refused for it, and for nothing else.
        items_too = layout == "tt05" and not workspace.catalogue.records.get(f"{FILE_CODE}.001").title
        assert bool(report.refused) == (not made.title or items_too), said
        for package in report.packages:
            assert verify_package(package.path).faults == []
