"""``deliver`` on the command line: its document and its exit codes."""

from pathlib import Path

from digitizer.workspace import Workspace
from tests.helpers.cli import Program
from tests.helpers.dossiers import FILE_CODE, dossier
from tests.helpers.workspaces import NULL_ENGINE


def test_a_sip_its_receipt_and_what_is_not_ready(tmp_path: Path) -> None:
    program = Program(tmp_path / "nhà", tmp_path / "vùng")
    program.settings(language="en", person="Người giao")
    with Workspace(program.workspace, NULL_ENGINE) as workspace:
        dossier(workspace, pages=(1,))
        dossier(workspace, "H49.2001.2", (1,), file_values={"paper_code": "", "retention": ""})
    receipt = tmp_path / "receipt.pdf"
    answer = program("--json", "deliver", tmp_path / "giao", "--as", "sip", "--receipt", receipt)
    assert answer.code == 4, answer.err
    (package,) = answer.document["packages"]
    assert package["path"].endswith(".zip")
    assert package["records"] == [FILE_CODE, f"{FILE_CODE}.001"]
    assert all(check["ok"] for check in package["checks"])
    assert receipt.read_bytes().startswith(b"%PDF")
    (refused,) = answer.document["refused"]
    assert (refused["record"], refused["code"]) == ("H49.2001.2", "not-ready")
    assert [(fault["record"], fault["field"], fault["page"]) for fault in refused["faults"]] == [
        ("H49.2001.2", "retention", None), ("H49.2001.2", "paper_code", None),
    ]  # fmt: skip


def test_all_that_a_file_lacks_is_told_one_a_line_and_levels_by_their_names(tmp_path: Path) -> None:
    program = Program(tmp_path / "nhà", tmp_path / "vùng")
    program.settings(language="en", person="Người giao")
    nothing = dict.fromkeys(("issuing_body", "date", "type"), "")
    with Workspace(program.workspace, NULL_ENGINE) as workspace:
        dossier(workspace, pages=(1, 1, 1), item_values=nothing)
        dossier(workspace, "H49.2001.2", (1,), file_values={"secrecy": "mat"})
        dossier(workspace, "H49.2001.3", (1,))
        workspace.catalogue.records.describe(workspace.catalogue.records.get("H49.2001.3.001"), {"secrecy": "toi-mat"})
    answer = program("deliver", tmp_path / "giao", "--as", "sip", "--records", FILE_CODE)
    lines = answer.err.splitlines()
    items = [f"{FILE_CODE}.{number:03d}" for number in (1, 2, 3)]
    assert [sum(line.strip().startswith(f"{item}: “") for line in lines) for item in items] == [3, 3, 3]
    assert "more" not in answer.err
    answer = program("deliver", tmp_path / "giao", "--as", "sip", "--records", "H49.2001.2")
    assert "is “Confidential”, and at most “Not secret” may leave" in answer.err
    assert "--max-secrecy mat" in answer.err
    answer = program("deliver", tmp_path / "giao", "--as", "sip", "--records", "H49.2001.2", "--max-secrecy", "mat")
    assert "“Public” does not go with its level of secrecy “Confidential”" in answer.err
    answer = program("deliver", tmp_path / "giao", "--as", "dc", "--records", "H49.2001.3", "--max-secrecy", "toi-mat")
    assert "(H49.2001.3: Not secret; H49.2001.3.001: Secret)" in answer.err


def test_what_cannot_be_signed_found_or_encrypted_is_said_before_anything_is_made(tmp_path: Path) -> None:
    program = Program(tmp_path / "nhà", tmp_path / "vùng")
    program.settings(language="en", person="Người giao")
    with Workspace(program.workspace, NULL_ENGINE) as workspace:
        dossier(workspace, pages=(1,))
    out, secret = tmp_path / "giao", "AGE-SECRET-KEY-1QQPQZRFR7ZTEKHX0"
    for wanted, code, said in (
        (("pdf", "--sign", "k.p12", "--pin-fd", "0", "--sign-form", "copy"), 2, "--copy-kind"),
        (("pdf", "--sign", "k.p12", "--pin-fd", "0", "--sign-form", "tt01", "--seal", tmp_path / "x"), 2, "x”"),
        (("exchange", "--encrypt-to", secret), 2, "private key"),
        (("text", "--query", "khongcogidau"), 3, "khongcogidau"),
    ):
        answer = program("deliver", out, "--as", *wanted)
        assert answer.code == code, answer.err
        assert said in answer.err
        assert secret not in answer.err
        assert not out.exists()


def test_where_a_receipt_cannot_be_nothing_is_delivered(tmp_path: Path) -> None:
    program = Program(tmp_path / "nhà", tmp_path / "vùng")
    program.settings(language="en", person="Người giao")
    with Workspace(program.workspace, NULL_ENGINE) as workspace:
        dossier(workspace, pages=(1,))
    out, older = tmp_path / "giao", tmp_path / "older.pdf"
    older.write_bytes(b"evidence")
    for receipt, code in ((older, 3), (tmp_path / "r.txt", 2), (tmp_path / "nowhere" / "r.pdf", 3)):
        answer = program("deliver", out, "--as", "dc", "--receipt", receipt)
        assert (answer.code, str(receipt) in answer.err) == (code, True), answer.err
        assert not out.exists()
    assert older.read_bytes() == b"evidence"
    answer = program("deliver", out, "--as", "dc", "--receipt", out / "r.pdf")
    assert (answer.code, (out / "r.pdf").is_file()) == (0, True), answer.err
    assert f"Receipt: {out / 'r.pdf'}" in answer.out
