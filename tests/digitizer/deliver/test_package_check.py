"""Any change to any one file of a package is found; and so are the faults that real packages had."""

import contextlib
import json
import random
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import bagit
import pytest

import resources
from digitizer.deliver.package_check import PackageReport, verify_package
from digitizer.deliver.tree import write_zip
from digitizer.errors import NotAPackage
from digitizer.tasks import Task
from tests.digitizer.deliver.conftest import EACH
from tests.helpers.dossiers import FILE_CODE

DAMAGES = 25


@pytest.mark.parametrize("name", EACH)
def test_every_file_that_is_flipped_or_dropped_is_found(delivered: dict[str, Path], tmp_path: Path, name: str) -> None:
    package = Path(shutil.copytree(delivered[name], tmp_path / delivered[name].name))
    for path in sorted(each for each in package.rglob("*") if each.is_file()):
        data = path.read_bytes()
        where = path.relative_to(package).as_posix()
        # A bag holds the files of its SIP, which is looked at by itself: one byte of each is enough.
        for at in {len(data) // 2} if name.startswith("bag") else {0, len(data) // 2, len(data) - 1}:
            path.write_bytes(data[:at] + bytes([data[at] ^ 0x20]) + data[at + 1 :])
            assert not verify_package(package).ok, f"{where}: byte {at} of {len(data)} was flipped"
        path.unlink()
        assert not verify_package(package).ok, f"{where} was dropped"
        path.write_bytes(data)
    assert verify_package(package).ok


@pytest.mark.parametrize("name", EACH)
def test_what_is_added_anywhere_is_found(delivered: dict[str, Path], tmp_path: Path, name: str) -> None:
    package = Path(shutil.copytree(delivered[name], tmp_path / delivered[name].name))
    for folder in sorted([package, *(each for each in package.rglob("*") if each.is_dir())]):
        for stray in ("thêm.txt", "METS.xml.bak", ".ẩn"):
            (folder / stray).write_text("x")
            assert not verify_package(package).ok, f"{folder.relative_to(package)}/{stray}"
            (folder / stray).unlink()
    (package / "nối").symlink_to("/etc/hostname")
    assert not verify_package(package).ok


@pytest.mark.parametrize("name", EACH)
def test_every_member_of_a_zip_that_is_flipped_dropped_or_added_is_found(
    delivered: dict[str, Path], tmp_path: Path, name: str
) -> None:
    whole, target = tmp_path / "whole.zip", tmp_path / f"{delivered[name].name}.zip"
    write_zip(delivered[name], whole, Task())
    with zipfile.ZipFile(whole) as archive:
        members = {member: archive.read(member) for member in archive.namelist()}
    for member, data in members.items():
        flipped = bytes([data[0] ^ 0x20]) + data[1:]
        for changed in ({member: flipped}, {member: None}, {f"{member}.bak": data}):
            with zipfile.ZipFile(target, "w") as archive:
                for each, bytes_of in {**members, **changed}.items():
                    if bytes_of is not None:
                        archive.writestr(each, bytes_of)
            assert not verify_package(target).ok, (member, list(changed))


@pytest.mark.parametrize("name", ["bag-tt05", "bag-eark"])
def test_bagit_python_validates_the_bag(delivered: dict[str, Path], name: str) -> None:
    bag = bagit.Bag(str(delivered[name]))
    bag.validate()
    assert bag.version_info == (1, 0)
    assert sorted(bag.algorithms) == ["sha256", "sha512"]


def test_the_profile_of_our_bags_holds_all_that_bagit_java_reads() -> None:
    """It takes no profile without them (BagitProfileDeserializer of 5.x), though the specification does."""
    profile = json.loads(resources.path("packages/bag-profile.json").read_bytes())
    assert {"Contact-Name", "Contact-Email", "External-Description", "Version"} <= set(profile["BagIt-Profile-Info"])
    assert {"Tag-Files-Required", "Tag-Manifests-Required", "Accept-Serialization", "Allow-Fetch.txt"} <= set(profile)


def _edited(tmp_path: Path, source: Path, path: str, change: Callable[[str], str]) -> PackageReport:
    package = Path(shutil.copytree(source, tmp_path / source.name))
    file = package / path
    file.write_text(change(file.read_text("utf-8")), "utf-8")
    return verify_package(package)


_EAD = "metadata/descriptive/EAD.xml"
_DOC = "representations/rep1/metadata/descriptive/EAD_doc_File1.xml"


@pytest.mark.parametrize(("path", "old", "new"), [
    (_DOC, f"<docCode>{FILE_CODE}.", "<docCode>H49.64.33.2002.160."),
    (_EAD, "paperFileCode>K1/G2/H3.160<", "paperFileCode><"),
    (_DOC, "organName>", "organname>"),
    ("schemas/EAD_doc.xsd", '"organName"', '"organname"'),
    (_EAD, "<totalDoc>2<", "<totalDoc>3<"),
    (_EAD, "<numberOfPage>3<", "<numberOfPage>4<"),
    (_EAD, "<title>Hồ sơ thuỷ lợi<", "<title><"),
    (_EAD, "<maintenance>01<", "<maintenance>09<"),
    (_EAD, "<language>01<", "<language>01; 99<"),
    (_EAD, "<endDate>31/12/2001<", "<endDate>12/2001<"),
    (_EAD, "<endDate>31/12/2001<", "<endDate>31/02/2001<"),
    (_EAD, "<endDate>31/12/2001<", "<endDate>31/12/2000<"),
    (_EAD, "<numberOfPaper>3<", "<numberOfPaper>1<"),
    (_EAD, "<riskRecovery>0<", "<riskRecovery>1<"),
    (_EAD, "<inforSign></inforSign>", f"<inforSign>{'x' * 31}</inforSign>"),
    (_DOC, "<subject>Về việc đắp đê<", "<subject><"),
    (_DOC, "<typeName>02<", "<typeName>77<"),
    (_DOC, "<mode>01<", "<mode>công khai<"),
    (_DOC, "<codeNumber>15<", f"<codeNumber>{'1' * 12}<"),
    (_DOC, f"{FILE_CODE}.0000001<", f"{FILE_CODE}.0000002<"),
    (_DOC, f"{FILE_CODE}.0000001<", f"{FILE_CODE}.0000003<"),
])  # fmt: skip
def test_faults_of_real_packages_are_named(
    delivered: dict[str, Path], tmp_path: Path, path: str, old: str, new: str
) -> None:
    report = _edited(tmp_path, delivered["sip-tt05"], path, lambda text: text.replace(old, new))
    assert any(fault.check == "descriptions" for fault in report.faults), report.faults


@pytest.mark.parametrize(("old", "new"), [
    ('TYPE="Textual', 'TIPE="Textual'),
    ('csip:OAISPACKAGETYPE="SIP"', 'csip:OAISPACKAGETYPE="ZIP"'),
    ('USE="Documentation"', 'USE="Docs"'),
    ('LABEL="CSIP"', 'LABEL="csip"'),
    ("documentation/readme.txt", "../readme.txt"),
    ("<mets:metsHdr ", '<!-- <mets:metsHdr -->\n<mets:metsHdr '),
])  # fmt: skip
def test_a_changed_mets_is_no_longer_what_was_sealed(
    delivered: dict[str, Path], tmp_path: Path, old: str, new: str
) -> None:
    report = _edited(tmp_path, delivered["sip-tt05"], "METS.xml", lambda text: text.replace(old, new, 1))
    assert any(fault.check == "seal" for fault in report.faults)
    resealed = _edited(
        tmp_path / "2", delivered["sip-tt05"], "METS.xml",
        lambda text: re.sub(r"<\?digitizer.*\n", "", text.replace(old, new, 1)).replace("Digitizer", "Another"),
    )  # fmt: skip
    assert resealed.ok == old.startswith("<mets:metsHdr")


@pytest.mark.parametrize("name", ["sip-tt05", "aip-tt05"])
def test_a_division_of_the_structural_map_that_is_no_folder_is_found(
    delivered: dict[str, Path], tmp_path: Path, name: str
) -> None:
    """So commons-ip reads CSIP107; the circular's MetadataLink is no folder, and lies in the data."""
    report = _edited(
        tmp_path, delivered[name], "representations/rep1/METS.xml",
        lambda text: text.replace('LABEL="Data"', 'LABEL="MetadataLink"'),
    )  # fmt: skip
    assert [fault.what for fault in report.faults if "CSIP107" in fault.what]


def test_a_schema_in_a_package_cannot_make_the_program_read_other_files(
    delivered: dict[str, Path], tmp_path: Path
) -> None:
    report = _edited(
        tmp_path, delivered["sip-tt05"], "schemas/EAD.xsd",
        lambda text: re.sub(r"<xs:schema [^>]*>", r'\g<0><xs:include schemaLocation="file:///dev/zero"/>', text),
    )  # fmt: skip
    assert any(fault.check == "descriptions" and fault.where.endswith("EAD.xml") for fault in report.faults)


def test_a_hostile_zip_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    evil = tmp_path / "uuid-A.zip"
    with zipfile.ZipFile(evil, "w") as archive:
        archive.writestr("uuid-A/METS.xml", "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>")
        archive.writestr("uuid-A/../../out.txt", "x")
        archive.writestr("/tmp/out.txt", "x")
    report = verify_package(evil)
    assert not report.ok
    assert {fault.where for fault in report.faults} >= {"uuid-A/../../out.txt", "/tmp/out.txt"}
    assert list(tmp_path.iterdir()) == [evil]


def test_what_is_no_package_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK not")
    (tmp_path / "b").mkdir()
    with pytest.raises(NotAPackage):
        verify_package(tmp_path / "a.zip")
    assert not verify_package(tmp_path / "b").ok
    with pytest.raises(NotAPackage):
        verify_package(tmp_path / "none.zip")


def test_a_zip_with_a_damaged_member_is_found(delivered: dict[str, Path], tmp_path: Path) -> None:
    target = tmp_path / f"{delivered['sip-tt05'].name}.zip"
    write_zip(delivered["sip-tt05"], target, Task())
    assert verify_package(target).ok
    data = bytearray(target.read_bytes())
    at = data.find(b"%PDF-1.7") + 500
    data[at] ^= 1
    target.write_bytes(data)
    assert any(fault.where.endswith(".pdf") for fault in verify_package(target).faults)


@pytest.mark.parametrize("name", ["sip-tt05", "bag-eark"])
def test_whatever_is_damaged_in_a_zip_is_told_and_never_a_bug(
    delivered: dict[str, Path], tmp_path: Path, name: str
) -> None:
    target = tmp_path / f"{delivered[name].name}.zip"
    write_zip(delivered[name], target, Task())
    whole, chance = target.read_bytes(), random.Random(6)
    for _ in range(DAMAGES):
        data = bytearray(whole)
        for _ in range(chance.randrange(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        target.write_bytes(data[: chance.choice([len(data), chance.randrange(len(data))])])
        with contextlib.suppress(NotAPackage):
            verify_package(target)
