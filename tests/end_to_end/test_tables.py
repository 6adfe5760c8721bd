"""Tables and registers from the command line: JSON keys, exit codes, sentences."""

from pathlib import Path

from digitizer.errors import Exit
from tests.helpers.cli import Program


def test_a_table_goes_in_out_and_into_a_register(null_program: Program, tmp_path: Path) -> None:
    table = tmp_path / "hồ sơ.csv"
    table.write_text("Phông;Mã hồ sơ;Tiêu đề;Số tờ\nH49;0001;Hồ sơ đất;7\n", "utf-8-sig")
    done = null_program("--json", "record", "import-table", table)
    assert done.code == Exit.DONE
    assert (done.document["created"], done.document["refused"]) == (["H49", "0001"], [])
    again = null_program("--json", "record", "import-table", table, "--dry-run").document
    assert (again["created"], again["changed"], again["unchanged"], again["dry_run"]) == ([], [], 1, True)
    given = null_program("--json", "record", "export-table", tmp_path / "ra.xlsx")
    assert given.document["sheets"] == [{"name": "Hồ sơ", "rows": 1}, {"name": "Tài liệu", "rows": 0}]
    printed = null_program("--json", "record", "register", "files", tmp_path / "mục lục.pdf")
    assert (printed.code, printed.document["rows"], printed.document["pages"]) == (Exit.DONE, 1, 1)
    assert (tmp_path / "mục lục.pdf").read_bytes().startswith(b"%PDF-")


def test_bad_cells_are_listed_and_inputs_count_as_refused(null_program: Program, tmp_path: Path) -> None:
    table = tmp_path / "hồ sơ.csv"
    table.write_text("Phông,Mã hồ sơ,Tiêu đề,Số tờ\nH49,0001,Hồ sơ đất,bảy\n", "utf-8")
    answer = null_program("--json", "record", "import-table", table)
    assert answer.code == Exit.REFUSED
    assert (answer.document["created"], answer.document["changed"]) == ([], [])
    assert null_program("--json", "record", "import-table", table, "--dry-run").document["created"]
    (fault,) = answer.document["refused"]
    assert {key: fault[key] for key in ("sheet", "row", "column", "heading", "value", "rule")} == {
        "sheet": "", "row": 2, "column": "D", "heading": "Số tờ", "value": "bảy", "rule": "number",
    }  # fmt: skip
    said = null_program("record", "import-table", table)
    assert "dòng 2" in said.out and "cột D" in said.out
    assert "chưa nhập" in said.err
    assert null_program("--json", "record", "list").document == []
    table.write_text("Phông,Mã hồ sơ,Tiêu đề,Cột lạ\nH49,0001,Hồ sơ đất,x\n", "utf-8")
    shown = null_program("--language", "en", "record", "import-table", table, "--dry-run").out
    assert "Left out: column D" in shown
    assert "in 1 row, such as row 2" in shown
    assert "“”" not in shown
    nowhere = null_program("--json", "record", "import-table", table, "--files", tmp_path / "không có")
    assert nowhere.document["error"]["code"] == "no-such-folder"
