"""How far the work on records is: first look, approval, and what approval forbids."""

from __future__ import annotations

from sqlite_utils import Database

from digitizer.catalogue.connection import atomic
from digitizer.catalogue.frozen import refuse_approved
from digitizer.catalogue.records import Records
from digitizer.model import Record, RecordId, RecordState


class Approval:
    """States of the records of one catalogue. That a record may be approved is asked elsewhere
    (``digitizer.completeness``).
    """

    def __init__(self, database: Database, records: Records) -> None:
        self._database = database
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
                self._records.put(record.id, {"state": str(state)}, kind=kind)
        return self._records.find(record.id)

    def explain(self, record: RecordId, finding: str, text: str) -> None:
        """Keep what a person says to the finding of that key; an empty text takes it away. Raises RecordApproved."""
        with atomic(self._database):
            refuse_approved(self._database, record)
            said = {key: value for key, value in self.explained(record).items() if key != finding}
            if text:
                said[finding] = text
            self._records.put(record, {"explained": said}, kind="record.explain")

    def explained(self, record: RecordId) -> dict[str, str]:
        """What people said to findings in the record, by the key of the finding."""
        return dict(self._records.values(record, ["explained"])["explained"])
