"""The steps that build the catalogue. A step has a name, runs in one transaction that also records it, and never
changes.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

JOURNAL = (
    "kind IN ('record.create', 'record.change', 'record.move', 'record.check', 'record.approve', 'record.explain',"
    " 'record.receive', 'record.settle', 'page.change', 'page.import', 'page.scan', 'page.split', 'page.arrange',"
    " 'page.receive', 'page.settle', 'undo', 'redo')"
)
"""Which acts undo and redo look at: in these very words in the index and in the query, so that SQLite uses it."""

PAGE_BIRTHS = ("page.import", "page.scan")
"""Acts that brought pages in: their ``after`` names them as ``pages``."""

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


_UP = """(
    WITH RECURSIVE up(id) AS (
        SELECT {record}
        UNION ALL SELECT record.parent FROM record JOIN up ON record.id = up.id WHERE record.parent IS NOT NULL
    ) SELECT id FROM up)"""
"""A record and all that it lies in."""


def _count(record: str, pages: str, waiting: str) -> str:
    """The statement that adds to the kept counts of a record and of all that it lies in."""
    added = f"pages = pages + {pages}, waiting = waiting + {waiting}"
    return f"UPDATE record SET {added} WHERE id IN {_UP.format(record=record)};"


@MIGRATIONS(name="2026-11-records")
def records(db: Database) -> None:
    """Profiles, records taken away, and counts of pages that are kept instead of counted anew."""
    record = db.table("record")
    record.add_column("profile", str, not_null_default="")
    db.execute("UPDATE record SET profile = level")
    record.add_column("withdrawn", int, not_null_default=0)
    record.add_column("pages", int, not_null_default=0)
    record.add_column("waiting", int, not_null_default=0)
    # A code is taken only by records that are there: one that was taken away may have had the same.
    db.execute("DROP INDEX idx_record_code")
    db.execute("CREATE UNIQUE INDEX record_code ON record(code) WHERE NOT withdrawn")
    db.execute("DROP INDEX act_journal")
    db.execute(f"CREATE INDEX act_journal ON act(station, seq) WHERE {JOURNAL}")
    db.execute("CREATE INDEX reading_flagged ON reading(confidence, page) WHERE flags <> '[]'")

    db.execute(
        """WITH RECURSIVE inside(top, id) AS (
            SELECT id, id FROM record
            UNION ALL SELECT inside.top, record.id FROM record JOIN inside ON record.parent = inside.id
        ), counted AS (
            SELECT inside.top AS id, count(*) AS pages, sum(job.state <> 'done') AS waiting
            FROM inside JOIN page ON page.record = inside.id JOIN job ON job.page = page.id
            WHERE NOT page.withdrawn GROUP BY inside.top
        ) UPDATE record SET pages = counted.pages, waiting = counted.waiting FROM counted
        WHERE counted.id = record.id"""
    )
    # A page is born with its job: the job's row counts it.
    of_page = "(SELECT record FROM page WHERE id = new.page)"
    db.execute(
        f"""CREATE TRIGGER count_new_page AFTER INSERT ON job
        WHEN (SELECT NOT withdrawn FROM page WHERE id = new.page) BEGIN
            {_count(of_page, "1", "(new.state <> 'done')")}
        END"""
    )
    db.execute(
        f"""CREATE TRIGGER count_read_page AFTER UPDATE OF state ON job
        WHEN (old.state = 'done') <> (new.state = 'done') AND (SELECT NOT withdrawn FROM page WHERE id = new.page)
        BEGIN
            {_count(of_page, "0", "(new.state <> 'done') - (old.state <> 'done')")}
        END"""
    )
    waiting = "(SELECT state <> 'done' FROM job WHERE page = new.id)"
    db.execute(
        f"""CREATE TRIGGER count_moved_page AFTER UPDATE OF record, withdrawn ON page
        WHEN (old.record <> new.record OR old.withdrawn <> new.withdrawn)
            AND EXISTS (SELECT 1 FROM job WHERE page = new.id) BEGIN
            {_count("old.record", "- (NOT old.withdrawn)", f"- (NOT old.withdrawn) * {waiting}")}
            {_count("new.record", "(NOT new.withdrawn)", f"(NOT new.withdrawn) * {waiting}")}
        END"""
    )
    db.execute(
        f"""CREATE TRIGGER count_moved_record AFTER UPDATE OF parent ON record WHEN old.parent IS NOT new.parent BEGIN
            {_count("old.parent", "- new.pages", "- new.waiting")}
            {_count("new.parent", "new.pages", "new.waiting")}
        END"""
    )


@MIGRATIONS(name="2026-11-queue")
def queue(db: Database) -> None:
    """What the queue gives next and how long it is are found at once among a million pages: ``job.withdrawn`` follows
    its page, an index has the order in which jobs are given out, and ``queue`` counts them. Triggers keep all three.
    """
    db.table("job").add_column("withdrawn", int, not_null_default=0)
    db.execute("UPDATE job SET withdrawn = (SELECT withdrawn FROM page WHERE page.id = job.page)")
    db.execute("DROP INDEX idx_job_state_priority_page")
    db.execute("CREATE INDEX job_next ON job(state, withdrawn, priority DESC, page)")
    db.table("queue").create({"state": str, "pages": int}, pk="state", not_null={"pages"})
    db.execute("INSERT INTO queue SELECT state, count(*) FROM job WHERE NOT withdrawn GROUP BY state")
    one_more = (
        "INSERT INTO queue SELECT new.state, 1 WHERE NOT new.withdrawn"
        " ON CONFLICT(state) DO UPDATE SET pages = pages + 1;"
    )
    one_less = "UPDATE queue SET pages = pages - 1 WHERE state = old.state AND NOT old.withdrawn;"
    db.execute(f"CREATE TRIGGER queue_born AFTER INSERT ON job BEGIN {one_more} END")
    db.execute(
        "CREATE TRIGGER queue_moved AFTER UPDATE OF state, withdrawn ON job"
        f" WHEN old.state <> new.state OR old.withdrawn <> new.withdrawn BEGIN {one_less} {one_more} END"
    )
    db.execute(f"CREATE TRIGGER queue_gone AFTER DELETE ON job BEGIN {one_less} END")
    db.execute(
        "CREATE TRIGGER job_withdrawn AFTER UPDATE OF withdrawn ON page WHEN old.withdrawn <> new.withdrawn"
        " BEGIN UPDATE job SET withdrawn = new.withdrawn WHERE page = new.id; END"
    )


@MIGRATIONS(name="2026-11-people-and-backups")
def people_and_backups(db: Database) -> None:
    """Who may act here and in which roles (JSON, as in ``catalogue/permits.py``); where backups went and what was made
    there. ``media_end``: the day on which the medium's rated life ends, where a person has said it.
    """
    db.table("person").create(
        {"id": int, "uuid": str, "name": str, "roles": str, "active": int},
        pk="id",
        not_null={"uuid", "name", "roles", "active"},
    )
    db.table("person").create_index(["uuid"], unique=True)
    db.table("person").create_index(["name"], unique=True)
    db.table("backup_target").create(
        {"id": int, "uuid": str, "path": str, "media_end": str}, pk="id", not_null={"uuid", "path"}
    )
    db.table("backup_target").create_index(["uuid"], unique=True)
    db.table("backup").create(
        {
            "id": int, "target": int, "name": str, "kind": str, "at": str, "chain_end": int, "files": int,
            "bytes": int, "person": str, "account": str, "manifest": str,
        },
        pk="id",
        foreign_keys=[("target", "backup_target", "id")],
        not_null={"target", "name", "kind", "at", "chain_end", "files", "bytes", "person", "account", "manifest"},
    )  # fmt: skip
    db.table("backup").create_index(["target", "name"], unique=True)
    # The report counts a million readings: from here, not from between their texts.
    db.execute("CREATE INDEX reading_figures ON reading(at, width, height, dpi, blank, confidence, flags)")


@MIGRATIONS(name="2026-11-sheets")
def sheets(db: Database) -> None:
    """Sheets and sides, gaps between the places of pages, states of records, and what tells pages and items alike."""
    page = db.table("page")
    # The sheet of paper in its file (from 1) and its side (1 front, 2 back) where somebody has said so; and the older
    # page whose place a newer one took, by its UUID.
    page.add_column("sheet", int)
    page.add_column("side", int)
    page.add_column("replaces", str)
    db.execute("UPDATE page SET ordinal = ordinal << 32")
    record = db.table("record")
    # ``explained``: what a person said to findings of completeness, by the key of the finding, as JSON.
    record.add_column("state", str, not_null_default="draft")
    record.add_column("explained", str, not_null_default="{}")
    # The number printed on the page, '' where there is none, NULL where it was read before this was kept.
    db.table("reading").add_column("printed", str)
    # A table of its own: reading it means not to step over the texts of a million readings.
    db.table("likeness").create(
        {"page": int, "hash": bytes}, pk="page", foreign_keys=[("page", "page", "id")], not_null={"hash"}
    )
    # SQLite's upper() leaves đ alone: the length of the sign tells nearly as much apart as the sign itself.
    db.execute(
        "CREATE INDEX record_identity ON record(ltrim(fields ->> '$.number', '0'), length(fields ->> '$.notation'))"
        " WHERE fields ->> '$.number' IS NOT NULL"
    )
    db.execute("DROP INDEX act_journal")
    db.execute(f"CREATE INDEX act_journal ON act(station, seq) WHERE {JOURNAL}")


@MIGRATIONS(name="2026-11-search")
def search(db: Database) -> None:
    """Words and pairs of words in place of words with their places; the words in use; values of records; saved
    searches.
    """
    from digitizer.catalogue import index, record_index  # what they write follows the tables made here

    db.execute("DROP TABLE page_index")
    # Its tokenizer takes every letter beyond ASCII as it is: words come folded (catalogue/index.py).
    like = "fts5(terms, content='', detail=none, tokenize=\"ascii tokenchars '_='\")"
    db.execute(f"CREATE VIRTUAL TABLE page_index USING {like}")
    db.execute(f"CREATE VIRTUAL TABLE record_index USING {like}")
    # Pieces merged at a time (https://www.sqlite.org/fts5.html): with twice the usual number a page costs half as much.
    db.execute("INSERT INTO page_index(page_index, rank) VALUES ('automerge', 8)")
    # Room in memory (bytes) for all pages that are indexed at once, so that they become one piece.
    db.execute(f"INSERT INTO page_index(page_index, rank) VALUES ('hashsize', {8 << 20})")
    # Pages whose text waits to be indexed with that of others.
    db.table("to_index").create({"page": int}, pk="page", foreign_keys=[("page", "page", "id")])
    db.execute(
        "CREATE TABLE word (folded TEXT, marked TEXT, pages INTEGER NOT NULL, PRIMARY KEY (folded, marked))"
        " WITHOUT ROWID"
    )
    db.table("record_value").create(
        {"record": int, "key": str, "value": str, "folded": str},
        foreign_keys=[("record", "record", "id")],
        not_null={"record", "key", "value", "folded"},
    )
    db.table("record_value").create_index(["record"])
    # Values of one field are looked through whole: these hold all that is asked for.
    db.table("record_value").create_index(["key", "value", "record"])
    db.table("record_value").create_index(["key", "folded", "record"])
    db.table("saved_search").create(
        {"id": int, "uuid": str, "name": str, "query": str, "records": int},
        pk="id",
        not_null={"uuid", "name", "query", "records"},
    )
    db.table("saved_search").create_index(["name"], unique=True)
    # Which pages to leave out, and a page's place among those that are left.
    db.execute("CREATE INDEX page_withdrawn ON page(id) WHERE withdrawn")
    db.execute("CREATE INDEX page_shown ON page(record, ordinal) WHERE NOT withdrawn")
    index.rebuild(db)
    record_index.rebuild(db)


@MIGRATIONS(name="2026-11-scans")
def scans(db: Database) -> None:
    """Scanned pages can be taken back; files of watched folders that are in already are known at the next start."""
    db.table("watched").create({"path": str, "size": int, "mtime": int}, pk="path", not_null={"size", "mtime"})
    db.execute("DROP INDEX act_journal")
    db.execute(f"CREATE INDEX act_journal ON act(station, seq) WHERE {JOURNAL}")


@MIGRATIONS(name="2026-11-codes")
def codes(db: Database) -> None:
    """What was seen on a page that parts a stack: ``codes`` as ``catalogue/looks.py`` writes them, in pixels of the
    master's page, and whether the side is blank. ``version``: of what looked.
    """
    db.table("look").create(
        {"page": int, "version": int, "blank": int, "width": int, "height": int, "codes": str},
        pk="page",
        foreign_keys=[("page", "page", "id")],
        not_null={"version", "blank", "width", "height", "codes"},
    )


@MIGRATIONS(name="2026-11-sorted-stacks")
def sorted_stacks(db: Database) -> None:
    """``sorted_from``: id of the record that a page was captured into, where sorting has put it elsewhere or withdrawn
    it: its file is known there when it comes again.
    """
    db.table("page").add_column("sorted_from", str)


@MIGRATIONS(name="2026-11-received")
def received(db: Database) -> None:
    """Chains of other stations beside our own, and differences that wait for a person."""
    # An act about what did not come along is sealed: only its hash is there, so that the chain holds all the same.
    db.table("received_act").create(
        {
            "station": int, "seq": int, "uuid": str, "at": str, "clock_back": int,
            "person": str, "role": str, "account": str,
            "kind": str, "subject": str, "before": str, "after": str, "undoes": str,
            "previous": str, "hash": str,
        },
        pk=["station", "seq"],
        foreign_keys=[("station", "station", "id")],
        not_null={"hash"},
    )  # fmt: skip
    db.table("received_act").create_index(["subject"])
    # ``reason``: why it is open (catalogue/differences.py); ``shown``: the value that was shown here; ``heads``: the
    # values that stand, each with its station, act, time and person; both as JSON.
    db.table("difference").create(
        {"subject": str, "field": str, "reason": str, "shown": str, "heads": str},
        pk=["subject", "field"],
        not_null={"reason", "shown", "heads"},
    )
    db.execute("DROP INDEX act_journal")
    db.execute(f"CREATE INDEX act_journal ON act(station, seq) WHERE {JOURNAL}")


@MIGRATIONS(name="2026-11-order-of-records")
def order_of_records(db: Database) -> None:
    """Gaps between the places of records: one that moves changes itself alone, so that its place can travel. Records at
    one place, which came from two stations, stand by their ids.
    """
    db.execute("UPDATE record SET ordinal = ordinal << 20")
    db.execute("DROP INDEX idx_record_parent_ordinal")
    db.execute("CREATE INDEX record_among_siblings ON record(parent, ordinal, uuid)")
