"""Which fonds, register, box or file a row's record lies in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from digitizer.catalogue.records import Records
from digitizer.i18n import gettext
from digitizer.model import Level, Record
from digitizer.tables.headings import BOX, FILE, FILE_NUMBER, FONDS, REGISTER, Table
from digitizer.tables.nodes import Node, Places, WrongPlace, is_meant
from digitizer.tables.rows import CellFault, RowValues, cell_fault

_SHELF = (FONDS, REGISTER, BOX)


class Homes:
    """``files``: those of the tables, and those of the workspace that were asked for, by code. What cannot be found is
    added to ``refused``.
    """

    def __init__(self, records: Records, under: Record | None, refused: list[CellFault]) -> None:
        self._records = records
        self._under = under
        self._refused = refused
        self.places = Places(records, under)
        self.files: dict[str, Node] = {}
        self._by_number: dict[str, list[Node]] | None = None
        self._known_by_number: dict[str, list[Node]] | None = None

    def of(self, table: Table, row: RowValues) -> Node | None:
        """What the row's record lies in; None where the row does not say."""
        shelf = shelf_in(row)
        if table.profile.level is Level.ITEM:
            return self._file_of(table, row, shelf)
        try:
            return self.places.find(*shelf)
        except WrongPlace as error:
            self._refuse(table, row, _SHELF[error.which], shelf[error.which], rule="place", said=str(error))
            return None

    def holds(self, home: Node, node: Node, row: RowValues) -> bool:
        """Whether a record that is there lies where its row says, as far as the row says anything."""
        if node.level is Level.ITEM:
            named = FILE in row.places or FILE_NUMBER in row.places
            parent = node.parent
            return not named or (
                parent is not None
                and parent.record is not None
                and home.record is not None
                and parent.record.id == home.record.id
            )
        *_, box = shelf = shelf_in(row)
        above = {each.level: each for each in _up(node)}
        if box and Level.BOX not in above and node.values.get("box") == box:
            shelf = (*shelf[:2], "")  # the number of its box stands on the file itself
        levels = (Level.FONDS, Level.REGISTER, Level.BOX)
        return all(
            not text or (level in above and is_meant(above[level], text))
            for level, text in zip(levels, shelf, strict=True)
        )

    def _file_of(self, table: Table, row: RowValues, shelf: tuple[str, str, str]) -> Node | None:
        code, number = row.places.get(FILE, ""), row.places.get(FILE_NUMBER, "")
        if code:
            if code not in self.files and (found := self._records.named([code]).get(code)) is not None:
                self.files[code] = self.places.node(found)
            if code in self.files and self.files[code].level is Level.FILE:
                return self.files[code]
            said = gettext("There is no file “{text}” in the table or in the workspace.")
            self._refuse(table, row, FILE, code, rule="file", said=said.format(text=code))
            return None
        if number:
            found_files = [node for node in self._numbered(number) if _agree(node.shelf, shelf)]
            if len(found_files) == 1:
                return found_files[0]
            said = (
                gettext("Several files have the number “{text}”: name the file by its code.")
                if found_files
                else gettext("There is no file “{text}” in the table or in the workspace.")
            )
            self._refuse(table, row, FILE_NUMBER, number, rule="file", said=said.format(text=number))
            return None
        return None if self._under is None else self.places.node(self._under)

    def _numbered(self, number: str) -> list[Node]:
        """Files of the tables, else of the workspace, with that number and notation."""
        if self._by_number is None:
            self._by_number = _by_number(self.files.values())
        wanted = _plain(number)
        if wanted not in self._by_number and self._known_by_number is None:
            known = [self.places.node(record) for record in self._records.of_level(Level.FILE)]
            for node in known:
                node.shelf = shelf_of(node)
            self._known_by_number = _by_number(known)
        return self._by_number.get(wanted) or (self._known_by_number or {}).get(wanted, [])

    def _refuse(self, table: Table, row: RowValues, means: str, value: str, *, rule: str, said: str) -> None:
        self._refused.append(cell_fault(table, row.number, table.column(means), value, rule=rule, message=said))


def shelf_of(node: Node) -> tuple[str, str, str]:
    """Fonds, register and box that the record lies in, as a table names them; empty where there is none."""
    words = {each.level: each for each in _up(node)}
    fonds, register, box = (words.get(level) for level in (Level.FONDS, Level.REGISTER, Level.BOX))
    return (
        fonds.code if fonds is not None else "",
        str(register.values.get("number") or register.code) if register is not None else "",
        str(box.values.get("box") or box.code) if box is not None else str(node.values.get("box") or ""),
    )


def _up(node: Node) -> Iterator[Node]:
    above: Node | None = node
    while above is not None:
        yield above
        above = above.parent


def shelf_in(row: RowValues) -> tuple[str, str, str]:
    return row.places.get(FONDS, ""), row.places.get(REGISTER, ""), row.places.get(BOX, "")


def _agree(one: tuple[str, str, str], other: tuple[str, str, str]) -> bool:
    return all(not a or not b or a.casefold() == b.casefold() for a, b in zip(one, other, strict=True))


def _by_number(files: Iterable[Node]) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    for node in files:
        found.setdefault(_number(node), []).append(node)
    return found


def _number(node: Node) -> str:
    parts = (node.values.get("number"), node.values.get("notation"))
    return _plain("/".join(str(part) for part in parts if part))


def _plain(number: str) -> str:
    """Number and notation whatever stands between them."""
    return "".join(letter for letter in number.casefold() if letter.isalnum())
