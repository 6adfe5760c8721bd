"""A catalogue of a million pages: how quickly it is opened, searched and added to, and how large it is.

    python -m bench.catalogue [--pages 1000000] [--records 40000] [--seed 1] [--keep FOLDER]

Builds a workspace of Vietnamese-like text (``bench.syllables``, 250 syllables a page) past the doors but into the same
rows; one page is put through the door to prove it. Then another process opens it, searches for 200 queries of eight
kinds (the first page of results with its snippets) and stores 1,000 pages, a transaction each. Prints every figure with
what it may be at most. ``--keep`` leaves the workspace there, and takes it from there the next time.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles
from zlib import compress

from bench.syllables import Language, misspelt
from digitizer.catalogue.connection import atomic
from digitizer.catalogue.fold import folded, tokens
from digitizer.catalogue.index import MANY, terms
from digitizer.catalogue.packing import unpack
from digitizer.clock import stamp
from digitizer.model import Level, PageId, Record, new_id
from digitizer.settings import Settings
from digitizer.workspace import Workspace
from ocr import recipe as recipes
from ocr.geometry import Box, Size, Transform
from ocr.recipe import Recipe
from ocr.text import Block, Line, PageText, Word, to_json
from ocr.work import PageResult

SYLLABLES, ADDED, BATCH, PAGES_OF_FILE = 250, 1000, 1000, 10
KINDS, OF_A_KIND, AT_ONCE = 8, 25, 20
SETTINGS = Settings(engine="null", person="Bench", role="scan")
TYPES = ("Quyết định", "Công văn", "Báo cáo", "Tờ trình", "Thông báo", "Biên bản", "Kế hoạch", "Nghị quyết")
HASH = 1 << 28
"""Bytes of index gathered in memory while building."""


def main(arguments: Sequence[str]) -> None:
    """Build, measure in a process of its own, and print."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.catalogue", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=1_000_000)
    parser.add_argument("--records", type=int, default=40_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    wanted = parser.parse_args(arguments)
    if wanted.measure:
        measure(wanted.keep, wanted.seed)
        return
    with tempfile.TemporaryDirectory(prefix="digitizer-bench-") as scratch:
        folder = wanted.keep or Path(scratch) / "workspace"
        if not (folder / "built.json").exists():
            build(folder, Language(wanted.seed), wanted.pages, wanted.records)
        command = [sys.executable, "-m", "bench.catalogue", "--measure", "--seed", str(wanted.seed), "--keep", folder]
        subprocess.run(command, check=True)


# --- building ---------------------------------------------------------------------------------------------------------


def build(root: Path, language: Language, pages: int, records: int) -> None:
    """A workspace of ``pages`` pages that were read and ``ADDED`` that wait."""
    began = time.perf_counter()
    with Workspace(root, SETTINGS) as workspace:
        connection = workspace.catalogue.database.conn
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("INSERT INTO page_index(page_index, rank) VALUES ('hashsize', ?)", [HASH])
        items = _records(workspace, records, language)
        print(f"{records} records after {time.perf_counter() - began:.0f} s", flush=True)
        text_bytes, row, pages_of, read = 0, 0, -(-pages // len(items)), language.pages(pages, SYLLABLES)
        words: Counter[str] = Counter()
        with ThreadPoolExecutor(2) as helpers:
            for start in range(0, len(items), BATCH // pages_of + 1):
                with atomic(workspace.catalogue.database):
                    batch: list[tuple[int, str, list[str]]] = []
                    for item in items[start : start + BATCH // pages_of + 1]:
                        count = min(pages_of, pages - row)
                        batch += ((row + n + 1, page, next(read)) for n, page in enumerate(_born(workspace, item, count)))
                        row += count
                    text_bytes += sum(len(" ".join(page).encode()) for _, _, page in batch)
                    _store(workspace, batch, list(helpers.map(compress, (_json(n, page) for n, _, page in batch))))
                    for _, _, page in batch:
                        words.update({token for word in page for token in tokens(word)})
                if start and row % (pages // 10) < len(batch):
                    print(f"{row} pages after {time.perf_counter() - began:.0f} s", flush=True)
        with atomic(workspace.catalogue.database):
            connection.executemany(
                "INSERT INTO word(folded, marked, pages) VALUES (?, ?, ?)",
                [(folded(word), word, min(MANY, count)) for word, count in words.items()],
            )
            _born(workspace, workspace.catalogue.records.create(Level.FILE, "CHO", "", None), ADDED)
        # SQLite keeps this setting with the table: 1 MiB is its default (https://www.sqlite.org/fts5.html).
        connection.execute("INSERT INTO page_index(page_index, rank) VALUES ('hashsize', 1048576)")
        _as_by_the_door(workspace, next(language.pages(pages, SYLLABLES)))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    seconds = time.perf_counter() - began
    print(f"{pages} pages built in {seconds:.0f} s", flush=True)
    (root / "built.json").write_text(json.dumps({"pages": pages, "text": text_bytes}))


def _records(workspace: Workspace, count: int, language: Language) -> list[Record]:
    """A fonds, files and items in them, with described fields: ``count`` in all; gives the items."""
    chance = random.Random(count)
    records = workspace.catalogue.records
    titles = language.pages(count, 12)
    items: list[Record] = []
    with atomic(workspace.catalogue.database):
        fonds, file = records.create(Level.FONDS, "P01", "Phông một"), None
        for number in range(count - 1):
            year, title = chance.randint(1990, 2024), " ".join(next(titles))
            if file is None or number % PAGES_OF_FILE == 0:
                file = made = records.create(Level.FILE, f"P01.{number:05}", title, fonds)
                fields = {"start_date": str(year), "end_date": str(year + 1), "retention": chance.choice(("20 năm", "VV"))}
            else:
                made = records.create(Level.ITEM, f"P01.{number:05}", title, file)
                items.append(made)
                fields = {
                    "type": chance.choice(TYPES), "number": str(chance.randint(1, 999)), "notation": "QĐ-UBND",
                    "date": f"{year}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
                    "issuing_body": f"Sở {title.split()[0]}", "subject": title, "signer": " ".join(title.split()[3:6]),
                }  # fmt: skip
            records.set_values(made.id, {"fields": json.dumps(fields, ensure_ascii=False)})
    return items


def _born(workspace: Workspace, record: Record, count: int) -> list[str]:
    """``count`` pages of one master in ``record``, as ``Pages.add`` makes them."""
    connection = workspace.catalogue.database.conn
    sha256 = hashlib.sha256(record.id.encode()).hexdigest()
    master = connection.execute(
        "INSERT INTO master(sha256, bytes, format, pages) VALUES (?, 1, 'pdf', ?)", [sha256, count]
    ).lastrowid
    row = connection.execute("SELECT id, parent FROM record WHERE uuid = ?", [record.id]).fetchone()
    file = row["parent"] if record.level is Level.ITEM else row["id"]
    born = [new_id() for _ in range(count)]
    first = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM page").fetchone()[0]
    connection.executemany(
        "INSERT INTO page(id, uuid, record, file, ordinal, master, master_index, name)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 'scan.pdf')",
        [(first + n, page, row["id"], file, n + 1, master, n) for n, page in enumerate(born)],
    )
    connection.executemany(
        "INSERT INTO job(page, state) VALUES (?, 'waiting')", [(first + n,) for n in range(count)]
    )
    said = {"record": record.code, "sha256": sha256, "name": "scan.pdf", "pages": born, "call": new_id()}
    workspace.catalogue.audit.append("page.import", record.id, None, said)
    return born


def _store(workspace: Workspace, batch: Sequence[tuple[int, str, list[str]]], packed: Sequence[bytes]) -> None:
    """What ``Readings.store`` writes of each page (its row, its id and its words), but the counts of words."""
    connection = workspace.catalogue.database.conn
    fixed = _result([])
    connection.executemany(
        "INSERT INTO reading(page, width, height, dpi, rotation, skew, blank, confidence, words, flags, reader,"
        " languages, recipe, transform, text, at) VALUES (?, ?, ?, ?, 0, 0.0, 0, ?, ?, '[]', ?, 'vie', ?, ?, ?, ?)",
        [
            (
                row, fixed.size.width, fixed.size.height, fixed.dpi, fixed.confidence, len(words), fixed.text.reader,
                json.dumps(recipes.to_json(fixed.recipe)), json.dumps(fixed.transform.to_json()), text, stamp(),
            )
            for (row, _, words), text in zip(batch, packed, strict=True)
        ],
    )  # fmt: skip
    connection.executemany(
        "INSERT INTO page_index(rowid, terms) VALUES (?, ?)",
        [(row, " ".join(terms([token for word in words for token in tokens(word)]))) for row, _, words in batch],
    )
    connection.executemany("UPDATE job SET state = 'done' WHERE page = ?", [(row,) for row, _, _ in batch])
    for _, page, words in batch:
        said = {"reader": fixed.text.reader, "words": len(words)}
        workspace.catalogue.audit.append("page.read", page, None, said)


def _text(words: Sequence[str]) -> PageText:
    """A page of ``words`` in lines of ten, each in a box about as wide as it is long."""
    lines = []
    for row in range(0, len(words), 10):
        x, made = 240, []
        for word in words[row : row + 10]:
            made.append(Word(word, Box(x, 300 + 11 * row, 26 * len(word), 48 + len(word) % 3), 0.9))
            x += 26 * len(word) + 20
        lines.append(Line(tuple(made), Box.union(word.box for word in made), (240.0, 340.0, 1500.0, 341.5)))
    blocks = (Block(tuple(lines), Box.union(line.box for line in lines)),) if lines else ()
    return PageText(Size(2480, 3508), 300.0, ("vie",), "bench 1", blocks)


def _json(_: int, words: Sequence[str]) -> bytes:
    return json.dumps(to_json(_text(words)), ensure_ascii=False, separators=(",", ":")).encode()


def _result(words: Sequence[str]) -> PageResult:
    text = _text(words)
    return PageResult(
        recipe=Recipe(), text=text, transform=Transform.identity(), size=text.size, dpi=text.dpi, rotation=0,
        skew=0.0, blank=False, confidence=0.9, flags=(), image=b"", thumbnail=b"", seconds=0.0,
    )  # fmt: skip


def _as_by_the_door(workspace: Workspace, words: Sequence[str]) -> None:
    """Stops where the first page, stored through the door, is not what building has made of it."""
    connection = workspace.catalogue.database.conn
    shown = "SELECT * FROM reading JOIN job ON job.page = reading.page WHERE reading.page = 1"
    counted = "SELECT * FROM word WHERE marked IN (SELECT value FROM json_each(?)) ORDER BY marked"
    found = json.dumps([token for word in words for token in tokens(word)])
    built = dict(connection.execute(shown).fetchone()), list(map(tuple, connection.execute(counted, [found])))
    page = connection.execute("SELECT uuid FROM page WHERE id = 1").fetchone()[0]
    assert workspace.catalogue.readings.store(PageId(page), replace(_result(words)))
    stored = dict(connection.execute(shown).fetchone()), list(map(tuple, connection.execute(counted, [found])))
    built[0]["at"] = stored[0]["at"]
    assert built == stored, "what building writes is what the door writes"


# --- measuring --------------------------------------------------------------------------------------------------------


def measure(root: Path, seed: int) -> None:
    """Print every figure of the workspace at ``root``."""
    built = json.loads((root / "built.json").read_text())
    began = time.perf_counter()
    workspace = Workspace(root, SETTINGS)
    opened = time.perf_counter() - began
    with workspace:
        queries = list(_queries(workspace, random.Random(seed), built["pages"]))
        before = _peak()
        taken: list[tuple[float, str, str, int, bool]] = []
        for kind, query in queries:
            began = time.perf_counter()
            answer = workspace.catalogue.search.pages(query, limit=AT_ONCE)
            taken.append((time.perf_counter() - began, kind, query, answer.total, bool(answer.hits)))
        peak = _peak()
        _say_kinds(taken)
        seconds = sorted(each[0] for each in taken)
        _say("search, 95th percentile", 1000 * quantiles(seconds, n=100)[94], 100, "ms")
        _say("search, worst", 1000 * seconds[-1], 300, "ms")
        _say("opening", opened, 1, "s")
        _say("peak memory of the searching process", peak / 1e6, 300, "MB")
        print(f"  (before the first search: {before / 1e6:.0f} MB)")
        _say(f"adding {ADDED} pages through the door", _adding(workspace, seed), 3, "s")
        _sizes(workspace, built["text"])


def _say(what: str, figure: float, most: float, unit: str) -> None:
    print(f"{what:45} {figure:9.2f} {unit:3} (at most {most:g}) {'' if figure <= most else 'MISSED'}".rstrip(), flush=True)


def _say_kinds(taken: Sequence[tuple[float, str, str, int, bool]]) -> None:
    for kind in dict.fromkeys(each[1] for each in taken):
        of_it = [each for each in taken if each[1] == kind]
        worst = max(of_it)
        print(
            f"{kind:12} median {1000 * median(each[0] for each in of_it):6.1f} ms  worst {1000 * worst[0]:6.1f} ms"
            f" ({worst[2]})  found {sum(each[4] for each in of_it)}/{len(of_it)}, median {median(e[3] for e in of_it):g}"
        )


def _queries(workspace: Workspace, chance: random.Random, pages: int) -> Iterator[tuple[str, str]]:
    """``OF_A_KIND`` queries of each kind, out of the words that stand there, mixed."""
    connection = workspace.catalogue.database.conn

    def page() -> list[str]:
        data = connection.execute("SELECT text FROM reading WHERE page = ?", [chance.randint(1, pages)]).fetchone()[0]
        return [word.text for word in unpack(data).words]

    heard = Counter(word for _ in range(200) for word in page())
    common = [word for word, _ in heard.most_common(100)]
    rare = [row[0] for row in connection.execute(f"SELECT marked FROM word WHERE pages < {MANY} LIMIT 5000 OFFSET 999")]
    made: list[tuple[str, str]] = []
    for _ in range(OF_A_KIND):
        words, start = page(), chance.randrange(SYLLABLES - 4)
        syllable = next(word for word in words[start:] + words if len(word) > 3 and not word.isdecimal())
        year = chance.randint(1992, 2022)
        made += [
            ("rare", chance.choice(rare)),
            ("common", chance.choice(common)),
            ("two common", " ".join(chance.sample(common, 2))),
            ("phrase", f'"{" ".join(words[start : start + chance.randint(2, 4)])}"'),
            ("prefix", f"{syllable[: chance.randint(2, 3)]}*"),
            ("no marks", " ".join(folded(token) for token in tokens(" ".join(words[start : start + 2])))),
            ("misspelt", misspelt(folded(syllable), chance) + "q"[: chance.randint(0, 1)]),
            (
                "fielded",
                chance.choice(
                    (
                        f'loai:"{chance.choice(TYPES)}" {chance.choice(common)}',
                        f"nam:{year}..{year + 2} {chance.choice(common)} {chance.choice(common)}",
                        f'so:{chance.randint(1, 99)} loai:"{chance.choice(TYPES)}"',
                        f"nam:{year} {syllable}",
                        f"-loai:\"{chance.choice(TYPES)}\" ({syllable} OR {chance.choice(common)})",
                    )
                ),
            ),
        ]
    chance.shuffle(made)
    yield from made


def _adding(workspace: Workspace, seed: int) -> float:
    """Seconds for storing ``ADDED`` pages; where all waiting ones are read already, they are read again."""
    connection = workspace.catalogue.database.conn
    rows = connection.execute("SELECT uuid FROM page ORDER BY id DESC LIMIT ?", [ADDED]).fetchall()
    results = [_result(words) for words in Language(seed).pages(ADDED, SYLLABLES)]
    began = time.perf_counter()
    for (page,), result in zip(rows, results, strict=True):
        assert workspace.catalogue.readings.store(PageId(page), result)
    return time.perf_counter() - began


def _sizes(workspace: Workspace, text: int) -> None:
    connection = workspace.catalogue.database.conn
    size = "SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE aggregate = TRUE AND name = ?"
    held = {
        name: connection.execute(size, [name]).fetchone()[0]
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_schema WHERE name GLOB 'page_index_*' OR name IN ('word', 'page_shown')"
        ).fetchall()
    }
    _say("index, times the text", sum(held.values()) / text, 1.5, "")
    file = (workspace.root / "catalogue.sqlite").stat().st_size
    print(f"text {text / 1e6:.0f} MB, index {sum(held.values()) / 1e6:.0f} MB, catalogue {file / 1e6:.0f} MB on disk")


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main(sys.argv[1:])
