"""What is approved changes no more."""

from __future__ import annotations

from sqlite_utils import Database

from digitizer.errors import RecordApproved
from digitizer.model import RecordId, RecordState


def refuse_approved(database: Database, *records: RecordId) -> None:
    """Raise RecordApproved where one of the records, or anything that it lies in, is approved."""
    for record in dict.fromkeys(records):
        found = database.conn.execute(
            """WITH RECURSIVE up(id, parent, code, state) AS (
                SELECT id, parent, code, state FROM record WHERE uuid = ?
                UNION ALL SELECT above.id, above.parent, above.code, above.state
                FROM record AS above JOIN up ON above.id = up.parent
            ) SELECT code FROM up WHERE state = ? LIMIT 1""",
            [record, RecordState.APPROVED],
        ).fetchone()
        if found is not None:
            raise RecordApproved(record=found[0])
