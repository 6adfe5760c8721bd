"""What stands in the way of a delivery is found before it, in every form; what was delivered is found after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from digitizer.clock import now
from digitizer.deliver import age
from digitizer.deliver.deliver import FORMS, Delivery, DeliveryForm, deliver
from digitizer.deliver.history import Found, count, delivered, look
from digitizer.deliver.missing import Missing, missing, refused
from digitizer.deliver.record_pdf import PdfWish
from digitizer.deliver.signing import SigningWish, token_address, token_parts
from digitizer.i18n import language, set_language
from digitizer.model import Level, Secrecy
from digitizer.tasks import Cancelled, Task
from digitizer.workspace import Workspace
from tests.helpers.dossiers import FILE_CODE, add_pages, dossier
from tests.helpers.workspaces import NULL_ENGINE, added

COARSE = PdfWish(coarse=True)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(tmp_path / "kho", NULL_ENGINE.model_copy(update={"role": "deliver"})) as opened:
        yield opened


def found(workspace: Workspace, form: DeliveryForm, signing: SigningWish | None = None, **more: object) -> Missing:
    return missing(workspace, replace(Delivery(form), **more), signing)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", FORMS)
def test_nothing_is_missing_of_a_file_that_is_ready(workspace: Workspace, form: DeliveryForm) -> None:
    dossier(workspace)
    assert found(workspace, form).found == ()


@pytest.mark.parametrize("form", [form for form in FORMS if form != "exchange"])
def test_what_is_not_read_or_too_secret_is_found_in_every_form(workspace: Workspace, form: DeliveryForm) -> None:
    dossier(workspace)
    added(workspace, FILE_CODE + ".001", 1)
    kinds = {lack.kind for lack in found(workspace, form).found}
    assert "unread" in kinds
    workspace.catalogue.records.change(workspace.catalogue.records.get(FILE_CODE), secrecy=Secrecy.SECRET)
    assert "secret" in {lack.kind for lack in found(workspace, form).found}
    assert "secret" not in {lack.kind for lack in found(workspace, form, most=Secrecy.SECRET).found}


def test_a_secret_file_is_named_once_and_not_with_each_item(workspace: Workspace) -> None:
    dossier(workspace)
    dossier(workspace, "H49.64.33.2001.161")
    workspace.catalogue.records.change(workspace.catalogue.records.get(FILE_CODE), secrecy=Secrecy.SECRET)
    (lack,) = found(workspace, "exchange").found
    assert (lack.record, lack.field, lack.kind) == (FILE_CODE, "secrecy", "secret")
    assert "was not delivered" not in lack.sentence


def test_an_exchange_package_names_what_stays_and_a_wrong_key(workspace: Workspace, tmp_path: Path) -> None:
    dossier(workspace)
    workspace.catalogue.records.change(workspace.catalogue.records.get("H49"), secrecy=Secrecy.SECRET)
    assert {lack.kind for lack in found(workspace, "exchange").found} == {"secret"}
    assert {lack.field for lack in found(workspace, "exchange").found} == {"secrecy"}
    assert [lack.kind for lack in found(workspace, "exchange", most=Secrecy.SECRET).found] == []
    wrong = found(workspace, "exchange", most=Secrecy.SECRET, encrypt_to="age1wrong")
    assert [lack.kind for lack in wrong.found] == ["key"]
    key = age.new_key(tmp_path / "key", None)
    assert found(workspace, "exchange", most=Secrecy.SECRET, encrypt_to=key).found == ()


def test_all_is_found_that_a_package_refuses(workspace: Workspace, tmp_path: Path) -> None:
    dossier(workspace, item_values={"date": "", "issuing_body": ""})
    before = found(workspace, "sip")
    assert {lack.field for lack in before.found} == {"date", "issuing_body"}
    assert before.count == len(before.found) and (before.files, before.faulty) == (1, 1)
    report = deliver(workspace, tmp_path / "out", Delivery("sip"))
    ((code, error),) = report.refused
    assert refused(code, error) == before.found


def test_pages_that_are_too_coarse_are_named_one_by_one(workspace: Workspace) -> None:
    file = dossier(workspace)
    workspace.catalogue.records.describe(workspace.catalogue.records.get(FILE_CODE + ".001"), {"type": "30"})
    for form in ("pdf", "tables", "sip", "aip"):
        lacks = found(workspace, form, layout="eark" if form == "aip" else "tt05").found
        assert [(lack.record, lack.page) for lack in lacks if lack.kind == "coarse"] == [
            (f"{file.code}.001", 1), (f"{file.code}.001", 2)
        ]  # fmt: skip
        assert not [lack for lack in found(workspace, form, pdf=COARSE).found if lack.kind == "coarse"]
    assert found(workspace, "pdf", pdf=PdfWish("reading")).found == ()


def test_a_loose_item_lies_in_no_file(workspace: Workspace) -> None:
    item = workspace.catalogue.records.create(Level.ITEM, "RỜI", "Tờ rời", profile="item")
    add_pages(workspace, item, 1)
    assert [lack.record for lack in found(workspace, "sip").found] == ["RỜI"]
    assert found(workspace, "pdf").found == ()


def test_levels_that_do_not_leave_together_are_named(workspace: Workspace) -> None:
    dossier(workspace)
    dossier(workspace, "H49.64.33.2001.161")
    workspace.catalogue.records.change(workspace.catalogue.records.get(FILE_CODE), secrecy=Secrecy.CONFIDENTIAL)
    lacks = found(workspace, "ead", most=Secrecy.CONFIDENTIAL).found
    assert [(lack.record, lack.field) for lack in lacks] == [("H49.64.33.2001.161", "secrecy")]
    assert found(workspace, "text", most=Secrecy.CONFIDENTIAL).found == ()


def test_what_a_signature_lacks_is_found_without_its_pin(workspace: Workspace, tmp_path: Path) -> None:
    dossier(workspace, item_values={"number": "", "notation": ""})
    key = tmp_path / "body.p12"
    key.write_bytes(b"")
    assert found(workspace, "pdf", SigningWish(str(key))).found == ()
    assert [lack.kind for lack in found(workspace, "pdf", SigningWish(str(tmp_path / "no.p12"))).found] == ["signing"]
    assert [lack.kind for lack in found(workspace, "pdf", SigningWish(str(key), "copy")).found] == ["signing"]
    assert [lack.kind for lack in found(workspace, "pdf", SigningWish(str(key), "tt01")).found] == ["signing"]
    annex = found(workspace, "pdf", SigningWish(str(key), "annex")).found
    assert [(lack.record, lack.field) for lack in annex] == [(f"{FILE_CODE}.{n:03d}", "number") for n in (1, 2)]
    assert found(workspace, "text", SigningWish(str(tmp_path / "no.p12"))).found == ()


def test_many_are_counted_and_the_first_are_named(workspace: Workspace) -> None:
    for number in range(5):
        dossier(workspace, f"H49.64.33.2001.{number}", (1,), item_values={"date": ""})
    seen: list[int] = []
    whole = missing(workspace, Delivery("sip"), most=3, so_far=lambda each: seen.append(each.count))
    assert (len(whole.found), whole.count, whole.files, whole.faulty) == (3, 5, 5, 5)
    assert seen == [1, 2, 3, 4, 5]
    task = Task()
    with pytest.raises(Cancelled):
        missing(workspace, Delivery("sip"), task=task, so_far=lambda _: task.cancel())


def test_every_delivery_is_in_the_history(workspace: Workspace, tmp_path: Path) -> None:
    dossier(workspace)
    dossier(workspace, "H49.64.33.2001.161", (1,))
    out = tmp_path / "out"
    made = [each for form in ("text", "exchange", "dc") for each in deliver(workspace, out, Delivery(form)).packages]
    rows = delivered(workspace)[::-1]
    assert count(workspace) == len(made) == len(rows) == 4  # the exchange package once, for all records in it
    for package, row in zip(made, rows, strict=True):
        told = row.package
        assert (told.path, told.sha256, told.bytes) == (package.path, package.sha256, package.bytes)
        assert (told.pages, told.files, told.items) == (package.pages, package.files, package.items)
        assert row.form in ("text", "exchange", "dc") and row.at <= now().isoformat()
    assert [row.seq for row in delivered(workspace, below=rows[2].seq, most=1)] == [rows[1].seq]
    assert [row.seq for row in delivered(workspace, above=rows[2].seq)] == [rows[3].seq]


def test_a_package_is_looked_for_where_it_was_put(workspace: Workspace, tmp_path: Path) -> None:
    dossier(workspace, pages=(1,))
    deliver(workspace, tmp_path, Delivery("dc"))
    (row,) = delivered(workspace)
    assert look(workspace, row) is Found.SAME
    workspace.catalogue.records.change(workspace.catalogue.records.get(FILE_CODE), title="Hồ sơ khác")
    deliver(workspace, tmp_path, Delivery("dc"))
    later, _ = delivered(workspace)
    assert [look(workspace, each) for each in (later, row)] == [Found.SAME, Found.REPLACED]
    assert row.path is not None
    row.path.write_text("khác")
    assert [look(workspace, each) for each in (later, row)] == [Found.CHANGED, Found.REPLACED]
    row.path.unlink()
    assert [look(workspace, each) for each in (later, row)] == [Found.GONE, Found.REPLACED]


def test_where_packages_went_is_not_told_to_others(workspace: Workspace, tmp_path: Path) -> None:
    from digitizer.premis import events_of

    dossier(workspace, pages=(1,))
    deliver(workspace, tmp_path / "thẻ nhớ", Delivery("dc"))
    acts = list(workspace.catalogue.audit.acts_of(["record.deliver"]))
    assert (acts[0].after or {})["folder"] == str(tmp_path / "thẻ nhớ")
    assert [event for event in events_of(acts) if "thẻ nhớ" in event.outcome_note] == []


def test_a_receipt_has_both_languages_and_leaves_the_one_that_is_spoken(workspace: Workspace, tmp_path: Path) -> None:
    from digitizer.deliver.receipt import write_receipt
    from digitizer.describe.code_lists import Label
    from digitizer.registers.forms import both_languages, said

    dossier(workspace, pages=(1,))
    (package,) = deliver(workspace, tmp_path, Delivery("dc")).packages
    set_language("vi")
    try:
        assert write_receipt(workspace, [package], tmp_path / "phiếu.pdf", person="Lan", at="2026-11-26T08:00+07:00")
        assert language() == "vi"
        with both_languages():
            assert said(Label(vi="Tờ", en="Sheet")) == "Tờ\nSheet"
        assert said(Label(vi="Tờ", en="Sheet")) == "Tờ"
    finally:
        set_language("en")


def test_the_address_of_a_token_says_its_parts() -> None:
    for parts in (("Thẻ ký; 1", "/usr/lib/x y.so", "khóa=1"), ("T", "/a.so", "")):
        assert token_parts(token_address(*parts)) == parts
