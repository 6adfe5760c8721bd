"""The views of receiving for ``tools.make_screenshots``: another station has given packages, one of them encrypted."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfSignatureMetadata, sign_pdf
from pypdf import PdfWriter

from digitizer.deliver import age
from digitizer.deliver.exchange import deliver_exchange
from digitizer.deliver.keys import opened_signer
from digitizer.deliver.receive import receive
from digitizer.model import Level, Secrecy
from digitizer.settings import Settings
from digitizer.workspace import Workspace
from tests.helpers.keys import PIN, made_keys
from ui.receiving import RECEIVE
from ui.signatures import VERIFY
from ui.widgets.package_key import PackageKeyDialog
from ui.widgets.signatures import SignaturesDialog
from ui.window import MainWindow

_OURS = (
    "Về việc phê duyệt dự án đầu tư xây dựng công trình cầu qua sông Đa Nhim tại xã Lạc Xuân, huyện Đơn Dương, năm 1998"
)
_THEIRS = (
    "V/v phê duyệt dự án đầu tư xây dựng công trình cầu treo qua sông Đa Nhim tại xã Lạc Xuân, huyện Đơn Dương,"
    " năm 1989"
)
_TITLES = (
    "Tờ trình xin kinh phí sửa chữa đường",
    "Báo cáo khảo sát địa chất",
    "Biên bản nghiệm thu",
    "Công văn hỏi đáp",
)
Waiting = Callable[[Callable[[], bool]], None]


class ReceiveShots:
    """``wait_for`` lets the window work until a condition holds."""

    def __init__(self, scratch: Path, settings: Settings, wait_for: Waiting) -> None:
        self.root, self._stick, self._wait_for = scratch / "kho-lam-dong", scratch / "usb", wait_for
        self._settings = settings.model_copy(update={"person": "Nguyễn Thị Hạnh"})
        other = scratch / "may-02"
        for root, name, person in ((self.root, "Phòng đọc", "Nguyễn Thị Hạnh"), (other, "Máy 02", "Trần Văn Bình")):
            with self._open(root, person) as workspace:
                connection = workspace.catalogue.database.conn
                connection.execute(
                    "UPDATE station SET name = ? WHERE uuid = ?", [name, workspace.catalogue.audit.station]
                )
        with self._open(self.root) as ours, self._open(other, "Trần Văn Bình") as theirs:
            records = ours.catalogue.records
            file = records.file_for("LĐ.01.1998.12")
            records.change(file, title=_OURS.partition(" tại")[0])
            for number, title in enumerate(_TITLES, 1):
                records.create(Level.ITEM, f"LĐ.01.1998.12.{number:03}", title, file)
            self._exchange(ours, theirs)
            for workspace, text, end in ((ours, _OURS, "số 12"), (theirs, _THEIRS, "số 21")):
                records = workspace.catalogue.records
                records.change(records.get("LĐ.01.1998.12"), title=text)
                for number, title in enumerate(_TITLES, 1):
                    records.change(records.get(f"LĐ.01.1998.12.{number:03}"), title=f"{title} {end}")
            secret = theirs.catalogue.records
            secret.create(Level.ITEM, "LĐ.01.1998.12.005", "Giấy mời họp", secret.get("LĐ.01.1998.12"))
            self._exchange(theirs, ours)
            secret.change(secret.get("LĐ.01.1998.12.005"), title="Giấy mời họp hội đồng", secrecy=Secrecy.NONE)
            self._given = deliver_exchange(theirs, self._stick).path
            public = age.new_key(scratch / "khoa-rieng.txt")
            self._locked = deliver_exchange(theirs, self._stick, encrypt_to=public).path
        self._broken = self._stick / "2026-11-20-hong.dgz"
        self._broken.write_bytes(self._given.read_bytes()[:4000])
        self._key = scratch / "khoa-rieng.txt"
        self._pdfs = self._signed(scratch)

    def _open(self, root: Path, person: str = "Nguyễn Thị Hạnh") -> Workspace:
        return Workspace(root, self._settings.model_copy(update={"person": person, "role": ""}))

    def _exchange(self, one: Workspace, other: Workspace) -> None:
        receive(other, [deliver_exchange(one, self._stick).path])

    def _signed(self, scratch: Path) -> list[Path]:
        keys = made_keys(scratch)
        plain = BytesIO()
        writer = PdfWriter()
        writer.add_blank_page(200, 200)
        writer.write(plain)
        with opened_signer(str(keys.p12), PIN) as signer:
            named = PdfSignatureMetadata(field_name="S1", md_algorithm="sha256")
            out: BytesIO = sign_pdf(IncrementalPdfFileWriter(plain), named, signer.inner)
        names = ("quyet-dinh-478.pdf", "thong-bao-21.pdf", "to-trinh-3.pdf")
        contents = (out.getvalue(), out.getvalue().replace(b"200", b"201", 1), plain.getvalue())
        paths = [scratch / name for name in names]
        for path, content in zip(paths, contents, strict=True):
            path.write_bytes(content)
        return paths

    def received(self, window: MainWindow) -> None:
        """Packages were taken in, one was refused."""
        window.receiving.start([self._given, self._broken])
        self._wait_for(lambda: not window.strips[RECEIVE].running)

    def differences(self, window: MainWindow) -> None:
        """The values of a long title side by side, some chosen."""
        window.actions_table["differences"].trigger()
        panel = window.receiving.differences
        self._wait_for(lambda: panel.difference is not None)
        for row in (1, 2):
            panel.model.choose(row, row - 1)
        panel.look_at(0)
        self._wait_for(lambda: panel.difference is not None)

    def key(self, window: MainWindow) -> None:
        """An encrypted package asks for its key."""
        window.receiving.start([self._locked])
        self._wait_for(lambda: bool(window.findChildren(PackageKeyDialog)))
        window.findChildren(PackageKeyDialog)[0].key.setText(self._key.name)

    def signatures(self, window: MainWindow) -> None:
        """What the signatures of three PDFs prove."""
        window.signatures.verify(self._pdfs)
        self._wait_for(lambda: not window.strips[VERIFY].running and bool(window.findChildren(SignaturesDialog)))
