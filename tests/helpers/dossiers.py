"""Files that are ready to be delivered: described as Circular 05/2025 asks, with read pages and small real images."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence

from PIL import Image

from digitizer.model import Level, PageId, Record, Sha256, new_id
from digitizer.workspace import Workspace
from ocr.geometry import Size
from ocr.loaders.raster import Inspection, PageInfo
from ocr.text import PageText
from tests.helpers.workspaces import page_text, store

FILE_CODE = "H49.64.33.2001.160"
FILE_VALUES: Mapping[str, str] = {
    "retention": "01", "access": "01", "start_date": "05/01/2001", "end_date": "31/12/2001", "year": "2001",
    "paper_code": "K1/G2/H3.160", "organisation": "H49.64.33", "repository": "H49.1", "keywords": "thuỷ lợi",
}  # fmt: skip
ITEM_VALUES: Mapping[str, str] = {
    "issuing_body": "UBND tỉnh", "date": "05/03/2001", "type": "02", "number": "15", "notation": "QĐ-UBND",
}  # fmt: skip


def dossier(
    workspace: Workspace, code: str = FILE_CODE, pages: Sequence[int] = (2, 1), *, title: str = "Hồ sơ thuỷ lợi",
    file_values: Mapping[str, str] | None = None, item_values: Mapping[str, str] | None = None,
    subject: str = "Về việc đắp đê",
) -> Record:  # fmt: skip
    """A file in a fonds, with an item for each number of ``pages``."""
    records = workspace.catalogue.records
    known = records.named(["H49"])
    fonds = known["H49"] if known else records.create(Level.FONDS, "H49", "Phông UBND tỉnh")
    file = records.create(Level.FILE, code, title, fonds, profile="file", values={**FILE_VALUES, **(file_values or {})})
    for number, count in enumerate(pages, 1):
        item = records.create(
            Level.ITEM, f"{code}.{number:03d}", subject, file, profile="item",
            values={**ITEM_VALUES, **(item_values or {})},
        )  # fmt: skip
        add_pages(workspace, item, count)
    return records.get(code)


def add_pages(workspace: Workspace, record: Record, count: int) -> list[PageId]:
    """Add read pages to a record, each with a master of its own and a final image."""
    return [_page(workspace, record, number) for number in range(count)]


def _page(workspace: Workspace, record: Record, number: int) -> PageId:
    image = Image.new("RGB", (250, 350), (255, 255, number % 250))
    handle = io.BytesIO()
    image.save(handle, "JPEG", comment=f"{record.code} {number}".encode())
    data = handle.getvalue()
    digest = Sha256(hashlib.sha256(data).hexdigest())
    target = workspace.masters.path(digest)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    inspection = Inspection("jpeg", (PageInfo(Size(250, 350), 200.0),))
    (page,) = workspace.catalogue.pages.add(
        record, digest, len(data), inspection, name=f"tờ {number + 1}.jpg", call=new_id()
    )
    text = page_text("Số 15", f"trang {number + 1}")
    store(workspace, page, PageText(Size(250, 350), 200.0, text.languages, text.reader, text.blocks))
    workspace.derivatives.write(workspace.derivatives.image(page), data)
    return page
