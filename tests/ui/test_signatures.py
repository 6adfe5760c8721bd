"""What the signatures of PDFs prove, in the window."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfSignatureMetadata, sign_pdf
from pypdf import PdfWriter
from pytestqt.qtbot import QtBot

from digitizer.deliver.keys import opened_signer
from digitizer.workspace import Workspace
from tests.helpers.keys import BODY, PIN, Keys, made_keys
from tests.helpers.workspaces import NULL_ENGINE
from tests.ui.conftest import WAIT_MS, Opened
from ui.signatures import VERIFY
from ui.widgets.signatures import SignaturesDialog
from ui.window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return made_keys(tmp_path_factory.mktemp("keys"))


def signed(path: Path, keys: Keys) -> Path:
    plain, writer = BytesIO(), PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(plain)
    with opened_signer(str(keys.p12), PIN) as signer:
        named = PdfSignatureMetadata(field_name="S1", md_algorithm="sha256")
        out: BytesIO = sign_pdf(IncrementalPdfFileWriter(plain), named, signer.inner)
    path.write_bytes(out.getvalue())
    return path


def said(window: MainWindow, qtbot: QtBot) -> list[str]:
    qtbot.waitUntil(lambda: not window.strips[VERIFY].running, timeout=WAIT_MS)
    (dialog,) = window.findChildren(SignaturesDialog)
    return dialog.said


def refused(dialog: SignaturesDialog) -> bool:
    return dialog.refused


def test_who_signed_and_whether_it_is_whole(
    opened: Opened, root: Path, tmp_path: Path, keys: Keys, qtbot: QtBot
) -> None:
    Workspace(root, NULL_ENGINE).close()
    window = opened(root)
    whole, nobody = signed(tmp_path / "a.pdf", keys), tmp_path / "gone.pdf"
    window.signatures.verify([whole, nobody])
    found = said(window, qtbot)
    assert found[:2] == ["a.pdf", "✓ Signed, and unchanged since."]
    assert found[2].startswith(f"{BODY}, ")
    assert found[2].endswith("good, not proven to be trusted. Certificate issued by: Authority.")
    assert found[3] == "gone.pdf"
    assert "cannot be opened" in found[4]
    (dialog,) = window.findChildren(SignaturesDialog)
    window.signatures.verify([whole], [nobody], shown=dialog)
    qtbot.waitUntil(lambda: not window.strips[VERIFY].running, timeout=WAIT_MS)
    assert refused(dialog)
    window.signatures.verify([whole], [keys.root], shown=dialog)
    found = said(window, qtbot)
    assert not refused(dialog)
    assert "good, by a trusted certificate" in found[2]
    assert found[3] == "Trusted: root.pem."
    window.actions_table["vietnamese"].trigger()
    assert dialog.said[1] == "✓ Đã ký số, không bị thay đổi từ khi ký."
    dialog.close()
