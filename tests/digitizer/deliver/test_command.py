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
