"""Who may do what: one table, asked by the audit chain for every act."""

import re
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

import digitizer
from digitizer import i18n
from digitizer.acts import act_title
from digitizer.capture.files import import_paths
from digitizer.catalogue.connection import atomic
from digitizer.catalogue.permits import _RULES, roles_for
from digitizer.check import check
from digitizer.deliver.records import deliver_pdf
from digitizer.errors import (
    KnownError,
    NoManager,
    NoSuchPerson,
    NotListed,
    NotPermitted,
    NotTheirRole,
    OwnWork,
    PersonExists,
    WrongRole,
    WrongUsage,
)
from digitizer.jobs import process
from digitizer.journal import Journal
from digitizer.model import Level, Role
from digitizer.workspace import Workspace
from tests.helpers.workspaces import NULL_ENGINE, added, tiny_page

AN, BINH, CHI = "Nguyễn Thị An", "Trần Văn Bình", "Lê Thị Chi"


@pytest.fixture
def staffed(workspace: Workspace) -> Workspace:
    """An manages, Bình scans and describes, Chi approves and describes."""
    added(workspace, "H1", 1)
    workspace.catalogue.people.add(AN, [Role.MANAGE])
    with acting(workspace, AN) as opened:
        opened.catalogue.people.add(BINH, [Role.SCAN, Role.DESCRIBE])
        opened.catalogue.people.add(CHI, [Role.APPROVE, Role.DESCRIBE])
    return workspace


@contextmanager
def acting(workspace: Workspace, person: str, role: str = "") -> Iterator[Workspace]:
    with Workspace(workspace.root, NULL_ENGINE.model_copy(update={"person": person, "role": role})) as opened:
        yield opened


def approve(workspace: Workspace, code: str) -> None:
    with atomic(workspace.catalogue.database):
        record = workspace.catalogue.records.get(code)
        workspace.catalogue.audit.append("record.approve", record.id, None, {"approved": 1})


def test_nobody_in_the_list_means_one_person_who_may_do_all(workspace: Workspace) -> None:
    with acting(workspace, "ai cũng được", "gì cũng được") as opened:
        added(opened, "H1", 1)
        approve(opened, "H1")


def test_once_someone_is_listed_others_may_not_act(staffed: Workspace) -> None:
    with acting(staffed, "người lạ") as opened, pytest.raises(NotListed, match=AN):
        opened.catalogue.records.create(Level.FONDS, "P2", "")


def test_a_name_is_the_same_however_it_is_typed(staffed: Workspace) -> None:
    with acting(staffed, f"  {unicodedata.normalize('NFD', BINH)} ") as opened:
        added(opened, "H2", 1)


@pytest.mark.parametrize(
    ("person", "role", "error"),
    [
        (BINH, "", None),
        (BINH, "scan", None),
        (BINH, "describe", WrongRole),
        (BINH, "manage", NotTheirRole),
        (CHI, "", NotPermitted),
        (AN, "", NotPermitted),
    ],
)
def test_an_act_takes_its_role(staffed: Workspace, person: str, role: str, error: type[KnownError] | None) -> None:
    with acting(staffed, person, role) as opened:
        if error is None:
            added(opened, "H1", 1)
            (*_, act) = opened.catalogue.audit.acts_of(["page.import"])
            assert (act.person, act.role) == (person, "scan")
        else:
            with pytest.raises(error):
                added(opened, "H1", 1)
            assert opened.catalogue.records.get("H1").pages == 1


def test_who_may_do_it_is_named(staffed: Workspace) -> None:
    with acting(staffed, CHI) as opened, pytest.raises(NotPermitted) as caught:
        added(opened, "H1", 1)
    said = caught.value.message
    assert CHI in said
    assert BINH in said
    i18n.set_language("vi")
    try:
        assert caught.value.message != said
    finally:
        i18n.set_language("en")


def test_undoing_takes_the_role_of_what_is_undone(staffed: Workspace) -> None:
    with acting(staffed, BINH) as opened:
        added(opened, "H1", 1)
    with acting(staffed, CHI) as opened, pytest.raises(NotPermitted):
        Journal(opened).undo()
    with acting(staffed, BINH) as opened:
        Journal(opened).undo()


def test_long_acts_are_refused_before_they_begin(staffed: Workspace, tmp_path: Path) -> None:
    with acting(staffed, CHI) as opened:
        with pytest.raises(NotPermitted):
            import_paths(opened, [tiny_page(tmp_path / "a.png", 1)])
        with pytest.raises(NotPermitted):
            deliver_pdf(opened, tmp_path / "giao")
    with acting(staffed, "người lạ") as opened, pytest.raises(NotListed):
        process(opened)
    assert not (tmp_path / "giao").exists()


def test_only_a_manager_changes_people(staffed: Workspace) -> None:
    with acting(staffed, BINH) as opened, pytest.raises(NotPermitted):
        opened.catalogue.people.change(BINH, roles=[Role.MANAGE])
    with acting(staffed, AN) as opened:
        opened.catalogue.people.change(BINH, roles=[Role.CHECK], new_name="Trần Bình")
        (*_, act) = opened.catalogue.audit.acts_of(["person.change"])
        assert act.before == {"name": BINH, "roles": ["scan", "describe"]}
        assert act.after == {"name": "Trần Bình", "roles": ["check"]}
        with pytest.raises(PersonExists):
            opened.catalogue.people.change("Trần Bình", new_name=CHI)
        with pytest.raises(NoSuchPerson):
            opened.catalogue.people.change(BINH, active=False)


def test_there_is_always_a_manager_but_for_the_last_of_all(staffed: Workspace) -> None:
    with acting(staffed, AN) as opened:
        people = opened.catalogue.people
        with pytest.raises(NoManager):
            people.change(AN, active=False)
        with pytest.raises(NoManager):
            people.change(AN, roles=[Role.SCAN])
        for name in (BINH, CHI, AN):
            people.change(name, active=False)
        assert not any(person.active for person in people.all())
        people.add("một mình", [Role.MANAGE])  # nobody is listed any more: everything is allowed


@pytest.mark.parametrize(("name", "roles"), [("An", [Role.SCAN]), ("An", []), (" ", [Role.MANAGE])])
def test_the_first_person_must_manage(workspace: Workspace, name: str, roles: list[Role]) -> None:
    with pytest.raises((NoManager, WrongUsage)):
        workspace.catalogue.people.add(name, roles)
    assert workspace.catalogue.people.all() == []


def test_own_work_is_only_held_back_where_the_rule_is_set(staffed: Workspace) -> None:
    with acting(staffed, BINH) as opened:
        item = opened.catalogue.records.create(Level.ITEM, "H1.1", "", opened.catalogue.records.get("H1"))
        opened.catalogue.records.change(item, title="Tên")
    with acting(staffed, AN) as opened:
        opened.catalogue.people.change(BINH, roles=[Role.SCAN, Role.DESCRIBE, Role.APPROVE])
    with acting(staffed, BINH) as opened:
        approve(opened, "H1.1")
    with acting(staffed, AN) as opened:
        opened.catalogue.people.separate(True)
        assert opened.catalogue.people.separated
    with acting(staffed, BINH) as opened:
        for code in ("H1.1", "H1"):  # what lies in a record is work on it
            with pytest.raises(OwnWork, match=CHI):
                approve(opened, code)
    with acting(staffed, CHI) as opened:
        approve(opened, "H1.1")


@pytest.mark.parametrize(
    "statement",
    [
        """UPDATE person SET roles = '["manage"]' WHERE name LIKE '%Bình'""",
        "UPDATE person SET roles = 'no json' WHERE name LIKE '%Bình'",
        "UPDATE person SET active = 0 WHERE name LIKE '%An'",
        "DELETE FROM person",
        "INSERT INTO workspace VALUES ('separate-duties', '1')",
    ],
)
def test_rights_taken_past_the_program_are_found(staffed: Workspace, statement: str) -> None:
    staffed.close()
    with closing(sqlite3.connect(staffed.root / "catalogue.sqlite")) as database, database:
        database.execute(statement)
    with acting(staffed, AN) as opened:
        codes = {fault.code for fault in check(opened).faults}
    assert codes == {"catalogue-changed", "master-missing"}  # the pages' master is made up


def test_every_kind_of_act_in_the_code_has_a_rule_and_words() -> None:
    code = [path.read_text() for path in Path(digitizer.__file__).parent.rglob("*.py")]
    kinds = {
        kind for text in code for kind in re.findall(r"""(?:\bappend\(\s*|_tell\(\s*workspace, )"([a-z.]+)",""", text)
    }
    assert {"page.import", "record.deliver", "person.add", "profile.add"} <= kinds
    assert {kind for kind in kinds if not {kind, kind.partition(".")[0]} & set(_RULES)} <= {"check"}
    assert {kind for kind in kinds if act_title(kind) == kind} == set()


def test_an_unknown_kind_takes_a_manager() -> None:
    assert roles_for("record.approve") == {Role.APPROVE}
    assert roles_for("record.move") == {Role.DESCRIBE, Role.CHECK}
    assert roles_for("moon.landing") == {Role.MANAGE}
