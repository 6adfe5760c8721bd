"""A small eSCL scanner on loopback (Mopria eSCL 2.97): a platen that gives one JPEG a job, a feeder of both sides."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO

from PIL import Image

_NAMES = 'xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03" xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm"'
_CAPS = """
  <scan:MinWidth>16</scan:MinWidth><scan:MaxWidth>2550</scan:MaxWidth>
  <scan:MinHeight>16</scan:MinHeight><scan:MaxHeight>3508</scan:MaxHeight>
  <scan:MaxScanRegions>1</scan:MaxScanRegions>
  <scan:SettingProfiles><scan:SettingProfile>
   <scan:ColorModes><scan:ColorMode>Grayscale8</scan:ColorMode><scan:ColorMode>RGB24</scan:ColorMode></scan:ColorModes>
   <scan:DocumentFormats><pwg:DocumentFormat>image/jpeg</pwg:DocumentFormat>
    <scan:DocumentFormatExt>image/jpeg</scan:DocumentFormatExt></scan:DocumentFormats>
   <scan:SupportedResolutions><scan:DiscreteResolutions>
    <scan:DiscreteResolution><scan:XResolution>100</scan:XResolution><scan:YResolution>100</scan:YResolution>
    </scan:DiscreteResolution>
    <scan:DiscreteResolution><scan:XResolution>300</scan:XResolution><scan:YResolution>300</scan:YResolution>
    </scan:DiscreteResolution>
   </scan:DiscreteResolutions></scan:SupportedResolutions>
  </scan:SettingProfile></scan:SettingProfiles>"""
_CAPABILITIES = f"""<?xml version="1.0" encoding="UTF-8"?>
<scan:ScannerCapabilities {_NAMES}>
 <pwg:Version>2.63</pwg:Version><pwg:MakeAndModel>Máy thử eSCL</pwg:MakeAndModel>
 <pwg:SerialNumber>1</pwg:SerialNumber>
 <scan:Platen><scan:PlatenInputCaps>{_CAPS}</scan:PlatenInputCaps></scan:Platen>
 <scan:Adf><scan:AdfSimplexInputCaps>{_CAPS}</scan:AdfSimplexInputCaps>
  <scan:AdfDuplexInputCaps>{_CAPS}</scan:AdfDuplexInputCaps></scan:Adf>
</scan:ScannerCapabilities>"""
_STATUS = """<?xml version="1.0" encoding="UTF-8"?>
<scan:ScannerStatus {names}>
 <pwg:Version>2.63</pwg:Version><pwg:State>Idle</pwg:State><scan:AdfState>{feeder}</scan:AdfState>
</scan:ScannerStatus>"""


@dataclass
class Escl:
    """``image``: what lies on the platen. ``address``: as a device name. ``asked``: method and path of every request.
    ``sheets``: front and back of each sheet in the feeder. ``unplugged_after``: so many sides come, then it
    answers nothing any more. ``refuses``: HTTP status of every job.
    """

    image: bytes
    port: int = 0
    asked: list[str] = field(default_factory=list)
    sheets: list[tuple[bytes, bytes]] = field(default_factory=list)
    unplugged_after: int | None = None
    refuses: int = 0
    _job: list[bytes] = field(default_factory=list)
    _came: int = 0

    @property
    def unplugged(self) -> bool:
        return self.unplugged_after is not None and self._came > self.unplugged_after

    @property
    def feeder(self) -> str:
        return "ScannerAdfLoaded" if self.sheets or self._job else "ScannerAdfEmpty"

    def begin(self, wanted: str) -> None:
        """A job as ``wanted`` (its ScanSettings) says."""
        if "Feeder" not in wanted:
            self._job = [self.image]
            return
        both = "<scan:Duplex>true" in wanted
        self._job = [side for sheet in self.sheets for side in sheet[: 2 if both else 1]]
        self.sheets = []

    def next(self) -> bytes | None:
        if not self._job:
            return None
        self._came += 1
        return self._job.pop(0)

    @property
    def address(self) -> str:
        return f"escl:http://127.0.0.1:{self.port}"


def jpeg(page: Image.Image) -> bytes:
    """What it gives for that page, laid on its glass and scanned at 100 dpi."""
    out = BytesIO()
    page.convert("RGB").resize((850, 1169)).save(out, "JPEG")
    return out.getvalue()


@contextmanager
def served(image: bytes) -> Iterator[Escl]:
    """The scanner, with ``image`` (JPEG) on its glass."""
    scanner = Escl(image)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def _answer(self, code: int, body: bytes = b"", kind: str = "text/xml", **headers: str) -> None:
            scanner.asked.append(f"{self.command} {self.path}")
            if scanner.unplugged:
                self.close_connection = True
                return
            self.send_response(code)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Type", kind)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            if self.path.endswith("ScannerCapabilities"):
                self._answer(200, _CAPABILITIES.encode())
            elif self.path.endswith("ScannerStatus"):
                self._answer(200, _STATUS.format(names=_NAMES, feeder=scanner.feeder).encode())
            elif self.path.endswith("NextDocument") and (page := scanner.next()) is not None:
                self._answer(200, page, "image/jpeg")
            else:
                self._answer(404)

        def do_POST(self) -> None:
            scanner.begin(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())
            if scanner.refuses:
                self._answer(scanner.refuses)
                return
            self._answer(201, Location=f"http://127.0.0.1:{scanner.port}/eSCL/ScanJobs/1")

        def do_DELETE(self) -> None:
            self._answer(200)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        scanner.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield scanner
        finally:
            server.shutdown()
            thread.join()
