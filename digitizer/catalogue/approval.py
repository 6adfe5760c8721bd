"""How far the work on records is: first look, approval, and what approval forbids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database

from digitizer.catalogue.audit import Audit
from digitizer.catalogue.connection import atomic
from digitizer.catalogue.frozen import refuse_approved
from digitizer.catalogue.records import Records
from digitizer.model import Record, RecordId, RecordState


class Approval:
    """States of the records of one catalogue. That a record may be approved is asked elsewhere
    (``digitizer.completeness``).
    """

    def __init__(self, database: Database, audit: Audit, records: Records) -> None:
        self._database = database
        self._audit = audit
        self._records = records

    def set_state(self, record: Record, state: RecordState) -> Record:
        """Say how far the work on the record is, as an act ``record.check`` or ``record.approve``. Can be undone.

        Raises RecordApproved where what it lies in is approved.
        """
        if state is not record.state:
            with atomic(self._database):
                if record.parent is not None:
                    refuse_approved(self._database, record.parent)
                kind = "record.approve" if RecordState.APPROVED in (state, record.state) else "record.check"
                self._change(kind, record.id, {"state": str(state)})
        return self._records.find(record.id)

    def explain(self, record: RecordId, finding: str, text: str) -> None:
        """Keep what a person says to the finding of that key; an empty text takes it away. Raises RecordApproved."""
        with atomic(self._database):
            refuse_approved(self._database, record)
            said = {key: value for key, value in self.explained(record).items() if key != finding}
            if text:
                said[finding] = text
            self._change("record.explain", record, {"explained": said})

    def explained(self, record: RecordId) -> dict[str, str]:
        """What people said to findings in the record, by the key of the finding."""
        return dict(self._records.values(record, ["explained"])["explained"])

    def _change(self, kind: str, record: RecordId, wanted: Mapping[str, Any]) -> None:
        before = self._records.values(record, list(wanted))
        if before != wanted:
            self._records.set_values(record, wanted)
            self._audit.append(kind, record, before, wanted)
