"""``digitizer queue``: what waits, what failed and why, and that it can be tried again."""

from pathlib import Path

from digitizer.errors import Exit
from tests.helpers.cli import Program
from tests.helpers.workspaces import tiny_page


def test_a_page_that_fails_is_listed_with_its_reason_until_it_is_read(null_program: Program, tmp_path: Path) -> None:
    for number in (1, 2):
        tiny_page(tmp_path / "giấy" / f"{number}.png", number)
    first, _ = null_program("--json", "import", tmp_path / "giấy", "--record", "H1").document["imported"]
    master = null_program.workspace / "masters" / first["sha256"][:2] / first["sha256"]
    aside = master.rename(tmp_path / "bản gốc")
    assert null_program("process").code == Exit.REFUSED
    told = null_program("--json", "queue").document
    assert {name: told[name] for name in ("waiting", "done", "failed")} == {"waiting": 0, "done": 1, "failed": 1}
    (page,) = told["pages"]
    assert (page["page"], page["record"], page["code"], page["attempts"]) == (
        first["pages"][0], "H1.001", "unreadable", 1,
    )  # fmt: skip
    assert "1.png [1]" in page["message"]
    aside.rename(master)
    assert null_program("process", "--retry").code == 0
    assert null_program("queue").out.splitlines() == ["Đang chờ: 0, đã đọc: 2, không đọc được: 0"]
