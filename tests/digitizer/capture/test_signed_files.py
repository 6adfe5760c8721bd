"""PDFs that come in signed: what their signatures prove is told, and kept as a fact; nothing of it stops an import."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from pyhanko.sign.signers import PdfSignatureMetadata, sign_pdf
from pypdf import PdfWriter

from digitizer.capture.files import ImportReport, import_paths
from digitizer.deliver.keys import opened_signer
from digitizer.deliver.signed import SignatureReport, note, plain
from digitizer.premis import events_of
from digitizer.workspace import Workspace
from tests.helpers.keys import BODY, PIN, made_keys


def blank(path: Path, size: int) -> Path:
    writer = PdfWriter()
    writer.add_blank_page(size, size)
    writer.write(path)
    return path


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("signed")
    keys = made_keys(folder)
    made = IncrementalPdfFileWriter(BytesIO(blank(folder / "a.pdf", 200).read_bytes()))
    with opened_signer(str(keys.p12), PIN) as signer:
        named = PdfSignatureMetadata(field_name="S1", md_algorithm="sha256")
        out: BytesIO = sign_pdf(made, named, signer.inner)
    return out.getvalue()


def test_signatures_are_verified_told_and_kept(workspace: Workspace, tmp_path: Path, signed: bytes) -> None:
    paths = [tmp_path / "whole.pdf", tmp_path / "changed.pdf", blank(tmp_path / "plain.pdf", 300)]
    paths[0].write_bytes(signed)
    paths[1].write_bytes(signed.replace(b"200", b"201", 1))
    empty = IncrementalPdfFileWriter(BytesIO(blank(tmp_path / "none.pdf", 400).read_bytes()))
    append_signature_field(empty, SigFieldSpec("S1"))
    with (tmp_path / "none.pdf").open("wb") as handle:
        empty.write(handle)
    report = ImportReport()
    import_paths(workspace, [*paths, tmp_path / "none.pdf"], "H1", report=report)
    assert not report.refused
    whole, changed, unsigned, field_only = (each.signed for each in report.imported)
    assert whole is not None
    assert whole.whole
    assert changed is not None
    assert not changed.whole
    assert (unsigned, field_only) == (None, None)
    said = [each.partition("” ")[2] for each in (*report.signed(), *report.notes())]
    assert said == [f"is signed by {BODY}, and unchanged since.", f"was changed after it was signed by {BODY}."]
    many = ImportReport(imported=[report.imported[0]] * 22)
    assert many.signed()[20:] == ["2 more files are signed, and unchanged since."]
    found = [
        (each.outcome, each.outcome_note.partition(",")[0], each.outcome_note.rpartition(": ")[2])
        for each in events_of(act for act, _ in workspace.catalogue.audit.listed())
        if each.type == "digital signature validation"
    ]
    assert found == [("success", BODY, "intact"), ("fail", BODY, "broken")]


def test_what_a_stranger_calls_himself_stays_one_line() -> None:
    assert plain("A\n\u202eB\x00") == "A\ufffd\ufffdB\ufffd"
    assert len(plain("x" * 1000)) == 200
    said = note(Path("a.pdf"), SignatureReport((), "crashed"))
    assert said == "“a.pdf” is signed, and its signatures cannot be verified: crashed."
