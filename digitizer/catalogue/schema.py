"""The steps that build the catalogue. A step has a name, runs in one transaction that also records it, and never
changes.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

JOURNAL = "kind IN ('record.change', 'page.change', 'page.import', 'page.split', 'undo', 'redo')"
"""Which acts undo and redo look at: in these very words in the index and in the query, so that SQLite uses it."""

MIGRATIONS = Migrations("digitizer")


@MIGRATIONS(name="2026-11-first-schema")
def first_schema(db: Database) -> None:
    """Stations, acts, records, masters, pages, jobs, readings and the search index."""
    db.table("workspace").create({"key": str, "value": str}, pk="key", not_null={"value"})
    db.table("station").create({"id": int, "uuid": str, "name": str}, pk="id", not_null={"uuid", "name"})
    db.table("station").create_index(["uuid"], unique=True)

    # The audit chain and the journal in one: an act with what was before and after it. Order is (station, seq),
    # never the clock; clock_back marks an act whose clock stood before that of the act ahead of it.
    db.table("act").create(
        {
            "station": int, "seq": int, "uuid": str, "at": str, "clock_back": int,
            "person": str, "role": str, "account": str,
            "kind": str, "subject": str, "before": str, "after": str, "undoes": str,
            "previous": str, "hash": str,
        },
        pk=["station", "seq"],
        foreign_keys=[("station", "station", "id")],
        not_null={"uuid", "at", "clock_back", "person", "role", "account", "kind", "subject", "previous", "hash"},
    )  # fmt: skip
    db.table("act").create_index(["uuid"], unique=True)
    db.table("act").create_index(["subject"])
    db.table("act").create_index(["kind"])
    db.execute(
        "CREATE INDEX act_journal ON act(station, seq)"
        " WHERE kind IN ('record.change', 'page.change', 'page.import', 'undo', 'redo')"
    )

    db.table("record").create(
        {
            "id": int, "uuid": str, "level": str, "parent": int, "code": str, "title": str,
            "secrecy": str, "fields": str, "origin": str, "ordinal": int,
        },
        pk="id",
        foreign_keys=[("parent", "record", "id")],
        not_null={"uuid", "level", "code", "title", "fields", "ordinal"},
        defaults={"fields": "{}"},
    )  # fmt: skip
    # Secrecy is mandatory at the top and inherited below.
    db.execute(
        "CREATE TRIGGER record_secrecy BEFORE INSERT ON record WHEN new.parent IS NULL AND new.secrecy IS NULL"
        " BEGIN SELECT raise(ABORT, 'a record at the top has a secrecy'); END"
    )
    db.table("record").create_index(["uuid"], unique=True)
    db.table("record").create_index(["code"], unique=True)
    db.table("record").create_index(["parent", "ordinal"])
    db.table("record").create_index(["parent", "origin"])

    db.table("master").create(
        {"id": int, "sha256": str, "bytes": int, "format": str, "pages": int},
        pk="id",
        not_null={"sha256", "bytes", "format", "pages"},
    )
    db.table("master").create_index(["sha256"], unique=True)

    # ``file`` is the record of level file (or the fonds) that the page's record lies in: a second import of the same
    # bytes into it is a duplicate. ``withdrawn``: taken out by a person, restorable, never delivered.
    db.table("page").create(
        {
            "id": int, "uuid": str, "record": int, "file": int, "ordinal": int, "master": int, "master_index": int,
            "name": str, "quarters": int, "withdrawn": int,
        },
        pk="id",
        foreign_keys=[("record", "record", "id"), ("file", "record", "id"), ("master", "master", "id")],
        not_null={"uuid", "record", "file", "ordinal", "master", "master_index", "name", "withdrawn"},
        defaults={"withdrawn": 0},
    )  # fmt: skip
    db.table("page").create_index(["uuid"], unique=True)
    db.table("page").create_index(["record", "ordinal"])
    db.table("page").create_index(["file", "master"])
    db.table("page").create_index(["master"])

    db.table("job").create(
        {"page": int, "state": str, "priority": int, "attempts": int, "fault": str, "detail": str},
        pk="page",
        foreign_keys=[("page", "page", "id")],
        not_null={"state", "priority", "attempts"},
        defaults={"priority": 0, "attempts": 0},
    )
    db.table("job").create_index(["state", "priority", "page"])

    # The engine's answer; corrections of a person will be a layer of their own above it.
    db.table("reading").create(
        {
            "page": int, "width": int, "height": int, "dpi": float, "rotation": int, "skew": float, "blank": int,
            "confidence": float, "words": int, "flags": str, "reader": str, "languages": str,
            "recipe": str, "transform": str, "text": bytes, "at": str,
        },
        pk="page",
        foreign_keys=[("page", "page", "id")],
        not_null={
            "width", "height", "dpi", "rotation", "skew", "blank", "words", "flags", "reader", "languages", "recipe",
            "transform", "text", "at",
        },
    )  # fmt: skip

    # Contentless: the text itself is in ``reading``. Letters are folded before they come here (catalogue/fold.py),
    # since FTS5's own folding does not fold đ; so its tokenizer must leave marks alone.
    db.execute(
        "CREATE VIRTUAL TABLE page_index"
        " USING fts5(marked, folded, content='', tokenize=\"unicode61 remove_diacritics 0\")"
    )


@MIGRATIONS(name="2026-11-facing-pages")
def facing_pages(db: Database) -> None:
    """``split``: what of its picture a page is, where that was decided: the Params of ``ocr.stages.split`` as JSON."""
    db.table("page").add_column("split", str)
    db.execute("DROP INDEX act_journal")
    db.execute(f"CREATE INDEX act_journal ON act(station, seq) WHERE {JOURNAL}")
