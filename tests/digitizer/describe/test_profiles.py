"""Profiles and code lists: those that are shipped keep to the circular; one's own are checked, with the line."""

from pathlib import Path

import pytest

from digitizer.describe.own_profiles import add_codes, add_profile
from digitizer.describe.profiles import Profiles, load_profile
from digitizer.errors import NoSuchCodeList, ProfileInvalid
from digitizer.model import Level
from digitizer.workspace import Workspace

# Circular 05/2025/TT-BNV as its readers have published it: EAD.xml, and EAD_doc of a SIP and of an AIP.
FILE = {
    "fileCode", "title", "maintenance", "mode", "language", "startDate", "endDate", "keyword", "totalDoc",
    "numberOfPaper", "numberOfPage", "format", "inforSign", "confidenceLevel", "paperFileCode", "riskRecovery",
    "riskRecoveryStatus", "description",
}  # fmt: skip
ITEM_SIP = {
    "docId", "docCode", "maintenance", "typeName", "codeNumber", "codeNotation", "issuedDate", "organName", "subject",
    "language", "numberOfPage", "inforSign", "keyword", "mode", "confidenceLevel", "autograph", "format", "process",
    "riskRecovery", "riskRecoveryStatus", "description",
}  # fmt: skip
ITEM_AIP = {
    "mode", "language", "keyword", "numberOfPage", "format", "inforSign", "confidenceLevel", "description", "docCode",
    "docOrdinal", "typeName", "codeNumber", "codeNotation", "issuedDate", "organName", "subject", "autograph",
    "process",
}  # fmt: skip
"""And arcFileCode, which is the code of the file that the item lies in."""
# The command line's names for what is proposed of an item and of a technical paper: a public interface.
DESCRIBED = {
    "governing_body", "issuing_body", "number", "notation", "place", "date", "type", "subject", "addressees",
    "recipients", "signing_power", "signer_position", "signer_rank", "signer", "urgency", "secrecy", "incoming_number",
    "incoming_date", "pages",
}  # fmt: skip
TECHNICAL = {
    "owner", "identification_number", "title", "revision", "sheet", "sheets", "issue_date", "equipment", "part_numbers",
}  # fmt: skip

FORM = """name = "logbook"
level = "item"
label = { vi = "Nhật ký máy", en = "Log book" }

[[field]]
key = "code"
label = { vi = "Mã", en = "Code" }

[[field]]
key = "title"
label = { vi = "Tên", en = "Title" }

[[field]]
key = "secrecy"
label = { vi = "Độ mật", en = "Secrecy" }
type = "code"
codes = "secrecy"

[[field]]
key = "hours"
label = { vi = "Giờ máy", en = "Hours" }
type = "number"
length = 6
"""


def test_the_elements_of_the_circular_are_all_there_once() -> None:
    shipped = Profiles().all
    file, item = (shipped[name].field for name in ("file", "item"))
    assert sorted(spec.tt05_sip for spec in file if spec.tt05_sip) == sorted(FILE)
    assert sorted(spec.tt05_sip for spec in item if spec.tt05_sip) == sorted(ITEM_SIP)
    assert sorted(spec.tt05_aip for spec in item if spec.tt05_aip) == sorted(ITEM_AIP)


def test_fields_have_the_names_of_the_command_line() -> None:
    shipped = Profiles().all
    assert {spec.key for spec in shipped["item"].field} >= DESCRIBED
    assert {spec.key for spec in shipped["drawing"].field} >= TECHNICAL


def test_there_are_32_document_types() -> None:
    types = Profiles().codes["document_type"]
    assert [entry.code for entry in types.entry] == [f"{number:02d}" for number in range(1, 33)]


@pytest.mark.parametrize(
    ("said", "code"), [("quyet dinh", "02"), ("QUY ĐỊNH", "05"), ("Quyết định", "02"), ("2", "02"), ("báo cáo", "14")]
)
def test_a_code_is_found_by_its_label(said: str, code: str) -> None:
    assert Profiles().codes["document_type"].meant(said) == code


def test_a_form_of_ones_own_is_used_at_once_and_after_a_restart(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "sổ.toml"
    path.write_text(FORM)
    assert add_profile(workspace, path) == "logbook"
    file = workspace.catalogue.records.file_for("H1")
    made = workspace.catalogue.records.create(Level.ITEM, None, "Sổ 1", file, profile="logbook", values={"code": "S1"})
    assert workspace.catalogue.records.describe(made, {"hours": "120"}).fields == {"hours": 120}
    assert "logbook" in Profiles(workspace.root).all


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (('level = "item"', 'level = "shelf"'), 2),
        (("length = 6", "length = 0"), 23),
        (('type = "number"', 'typ = "number"'), 22),
        (('key = "hours"', 'key = "Hours"'), 20),
        (('key = "hours"', 'key = "state"'), 20),
        (('codes = "secrecy"', 'codes = "colours"'), 17),
        (("length = 6", "length = "), 23),
        (("length = 6", 'template = "{nobody}"'), 1),
    ],
)
def test_a_form_that_is_wrong_is_refused_with_the_line(
    workspace: Workspace, tmp_path: Path, change: tuple[str, str], line: int
) -> None:
    path = tmp_path / "sổ.toml"
    path.write_text(FORM.replace(*change))
    with pytest.raises(ProfileInvalid) as caught:
        add_profile(workspace, path)
    assert caught.value.details["line"] == line
    assert list((workspace.root / "profiles").glob("*")) == [] or not (workspace.root / "profiles").exists()


def test_every_field_of_every_form_keeps_a_value(workspace: Workspace) -> None:
    """None has the name of what a record keeps besides, such as its state."""
    records = workspace.catalogue.records
    fonds = records.file_for("H1").parent
    assert fonds is not None
    records.describe(records.find(fonds), {"fonds_state": "02"})
    assert records.find(fonds).fields == {"fonds_state": "02"}


def test_a_form_that_replaces_a_shipped_one_counts(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(FORM.replace('name = "logbook"', 'name = "manual"'))
    add_profile(workspace, path)
    assert [spec.key for spec in workspace.catalogue.records.profiles.get("manual").field][-1] == "hours"


def test_a_code_list_is_loaded_from_a_table(workspace: Workspace, tmp_path: Path) -> None:
    table = tmp_path / "retention.csv"
    table.write_text('\ufeffMã;Tiếng Việt;English\n01;Vĩnh viễn;Permanent\n08;Đến khi "hết" hiệu lực;Until void\n')
    add_codes(workspace, table)
    loaded = Profiles(workspace.root).codes["retention"]
    assert [(entry.code, entry.label.en) for entry in loaded.entry] == [("01", "Permanent"), ("08", "Until void")]


@pytest.mark.parametrize(("text", "line"), [("01;a\n02\n", 2), ("01;a\n01;b\n", 2), ("", 1)])
def test_a_table_of_codes_that_is_wrong_is_refused(workspace: Workspace, tmp_path: Path, text: str, line: int) -> None:
    table = tmp_path / "retention.csv"
    table.write_text(text)
    with pytest.raises(ProfileInvalid) as caught:
        add_codes(workspace, table)
    assert caught.value.details["line"] == line
    assert len(workspace.catalogue.records.profiles.codes["retention"].entry) == 7


def test_a_table_named_like_no_list_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    table = tmp_path / "colours of the sea.csv"
    table.write_text("1;blue\n")
    with pytest.raises(NoSuchCodeList, match=r"no code list .*retention"):
        add_codes(workspace, table)


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "gone.toml", tmp_path):
        with pytest.raises(ProfileInvalid, match=path.name) as caught:
            load_profile(path)
        assert "line" not in caught.value.message
