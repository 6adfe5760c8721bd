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
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, islice, repeat, zip_longest
from pathlib import Path
from statistics import median, quantiles
from zlib import compress

from bench.syllables import Language, misspelt
from digitizer.catalogue import audit
from digitizer.catalogue.connection import atomic
from digitizer.catalogue.fold import folded, tokens, toned
from digitizer.catalogue.index import MANY, catch_up, terms
from digitizer.catalogue.packing import LEVEL, unpack
from digitizer.catalogue.places import GAP
from digitizer.clock import stamp
from digitizer.model import JobState, Level, PageId, Record, new_id
from digitizer.settings import Settings
from digitizer.workspace import Workspace
from ocr import recipe as recipes
from ocr.geometry import Box, Size, Transform
from ocr.recipe import Recipe
from ocr.text import Block, Line, PageText, Word, to_json
from ocr.work import PageResult

SYLLABLES, ADDED, BATCH, PAGES_OF_FILE = 250, 1000, 1000, 10
AT_A_TIME = 8
"""Pages stored in one transaction, where they come faster than they are stored."""
KINDS, OF_A_KIND, AT_ONCE = 8, 25, 20
SETTINGS = Settings(engine="null", person="Bench", role="scan")
TYPES = ("Quyết định", "Công văn", "Báo cáo", "Tờ trình", "Thông báo", "Biên bản", "Kế hoạch", "Nghị quyết")
AT_COMMIT, HASH = 25_000, 1 << 28
"""Pages a transaction, and bytes of index gathered in memory, while building."""


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
    """A workspace of ``pages`` pages that were read."""
    began = time.perf_counter()
    with Workspace(root, SETTINGS) as workspace:
        connection = workspace.catalogue.database.conn
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -200000")
        connection.execute("INSERT INTO page_index(page_index, rank) VALUES ('hashsize', ?)", [HASH])
        items = _records(workspace, records, language)
        print(f"{records} records after {time.perf_counter() - began:.0f} s", flush=True)
        writer = _Writer(workspace, language)
        read, pages_of = language.pages(pages, SYLLABLES), -(-pages // len(items))
        left = chain(items, repeat(items[-1]))
        for start in range(0, pages, AT_COMMIT):
            with atomic(workspace.catalogue.database):
                while writer.pages < min(pages, start + AT_COMMIT):
                    here = [next(left) for _ in range(BATCH // pages_of + 1)]
                    writer.write([(item, list(islice(read, pages_of))) for item in here])
            print(f"{writer.pages} pages after {time.perf_counter() - began:.0f} s", flush=True)
        with atomic(workspace.catalogue.database):
            writer.write_words()
        # SQLite keeps this setting with the table: as the schema has it.
        connection.execute("INSERT INTO page_index(page_index, rank) VALUES ('hashsize', ?)", [8 << 20])
        _as_by_the_door(workspace, next(language.pages(pages, SYLLABLES)))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    seconds = time.perf_counter() - began
    print(f"{pages} pages built in {seconds:.0f} s", flush=True)
    (root / "built.json").write_text(json.dumps({"pages": pages, "text": writer.text_bytes}))


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
                values = {"start_date": str(year), "end_date": str(year + 1), "retention": chance.choice(("01", "04"))}
                file = records.create(Level.FILE, f"P01.{number:05}", title, fonds, values=values)
            else:
                values = {
                    "type": chance.choice(TYPES), "number": str(chance.randint(1, 999)), "notation": "QĐ-UBND",
                    "date": f"{year}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
                    "issuing_body": f"Sở {title.split()[0]}", "signer": " ".join(title.split()[3:6]),
                }  # fmt: skip
                items.append(records.create(Level.ITEM, f"P01.{number:05}", title, file, values=values))
    return items


def _born(workspace: Workspace, record: Record, count: int, state: JobState) -> list[tuple[int, str]]:
    """The rows and ids of ``count`` pages of one master in ``record``, as ``Pages.add`` makes them."""
    connection = workspace.catalogue.database.conn
    sha256 = hashlib.sha256(record.id.encode()).hexdigest()
    master = connection.execute(
        "INSERT INTO master(sha256, bytes, format, pages) VALUES (?, 1, 'pdf', ?)", [sha256, count]
    ).lastrowid
    row = connection.execute("SELECT id, parent FROM record WHERE uuid = ?", [record.id]).fetchone()
    file = row["parent"] if record.level is Level.ITEM else row["id"]
    first = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM page").fetchone()[0]
    born = [(first + n, new_id()) for n in range(count)]
    connection.executemany(
        "INSERT INTO page(id, uuid, record, file, ordinal, master, master_index, name)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 'scan.pdf')",
        [(page, uuid, row["id"], file, (n + 1) * GAP, master, n) for n, (page, uuid) in enumerate(born)],
    )
    connection.executemany("INSERT INTO job(page, state) VALUES (?, ?)", [(page, state) for page, _ in born])
    said = {
        "record": record.code,
        "sha256": sha256,
        "name": "scan.pdf",
        "pages": [u for _, u in born],
        "call": new_id(),
    }
    workspace.catalogue.audit.append("page.import", record.id, None, said)
    return born


class _Writer:
    """Writes pages that were read as the doors do, many at a time: the rows, the index, the acts."""

    def __init__(self, workspace: Workspace, language: Language) -> None:
        self._workspace = workspace
        self._connection = workspace.catalogue.database.conn
        self._token = {word: toned(word) for word in language.words}
        # Texts differ in their words only: what stands between them is made once.
        marks = [f"<{n}>" for n in range(SYLLABLES)]
        self._between = re.split(r"<\d+>", _json(marks))
        self._words: Counter[str] = Counter()
        self._helpers = ThreadPoolExecutor(2)
        self.pages, self.text_bytes = 0, 0

    def write(self, groups: Sequence[tuple[Record, list[list[str]]]]) -> None:
        texts = [words for _, pages in groups for words in pages]
        packed = self._helpers.map(lambda words: compress(self._json(words).encode(), LEVEL), texts)
        rows = [
            row
            for record, pages in groups
            if pages
            for row in _born(self._workspace, record, len(pages), JobState.DONE)
        ]
        tokens = [[self._token[word] for word in words] for words in texts]
        self._connection.executemany(
            "INSERT INTO page_index(rowid, terms) VALUES (?, ?)",
            [(row, " ".join(terms(found))) for (row, _), found in zip(rows, tokens, strict=True)],
        )
        self._write_acts([uuid for _, uuid in rows])
        fixed = _result([])
        same = (fixed.size.width, fixed.size.height, fixed.dpi, fixed.confidence, SYLLABLES, fixed.text.reader,
                json.dumps(recipes.to_json(fixed.recipe)), json.dumps(fixed.transform.to_json()), stamp())  # fmt: skip
        self._connection.executemany(
            "INSERT INTO reading(page, text, width, height, dpi, confidence, words, reader, recipe, transform, at,"
            " rotation, skew, blank, flags, languages, printed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
            " 0, 0.0, 0, '[]', 'vie', '')",
            [(row, text, *same) for (row, _), text in zip(rows, packed, strict=True)],
        )
        for found in tokens:
            self._words.update(set(found))
        self.pages += len(texts)
        self.text_bytes += sum(len(" ".join(words).encode()) for words in texts)

    def write_words(self) -> None:
        self._connection.executemany(
            "INSERT INTO word(folded, marked, pages) VALUES (?, ?, ?)",
            [(folded(word), word, min(MANY, count)) for word, count in self._words.items()],
        )

    def _json(self, words: Sequence[str]) -> str:
        return "".join(part for two in zip_longest(self._between, words, fillvalue="") for part in two)

    def _write_acts(self, pages: Sequence[str]) -> None:
        """An act of reading for each page: the first through the door, the others like it."""
        said = {"reader": _result([]).text.reader, "words": SYLLABLES}
        self._workspace.catalogue.audit.append("page.read", pages[0], None, said)
        row = dict(self._connection.execute("SELECT * FROM act ORDER BY seq DESC LIMIT 1").fetchone())
        station = self._connection.execute("SELECT uuid FROM station").fetchone()[0]
        rows = []
        for page in pages[1:]:
            row |= {"seq": row["seq"] + 1, "uuid": new_id(), "subject": page, "previous": row["hash"]}
            row["hash"] = audit.act_hash(station, row)
            rows.append(tuple(row.values()))
        self._connection.executemany(f"INSERT INTO act VALUES ({', '.join('?' * len(row))})", rows)
        self._connection.execute("UPDATE workspace SET value = ? WHERE key LIKE 'chain-end:%'", [str(row["seq"])])


def _text(words: Sequence[str]) -> PageText:
    """A page of ``words`` in lines of ten."""
    lines = []
    for row in range(0, len(words), 10):
        places = (Box(240 + 205 * n, 300 + 12 * row, 120 + (row * n) % 71, 48 + n % 3) for n in range(10))
        made = tuple(Word(word, box, 0.9) for word, box in zip(words[row : row + 10], places, strict=False))
        lines.append(Line(made, Box.union(word.box for word in made), (240.0, 340.0, 1500.0, 341.5)))
    blocks = (Block(tuple(lines), Box.union(line.box for line in lines)),) if lines else ()
    return PageText(Size(2480, 3508), 300.0, ("vie",), "bench 1", blocks)


def _json(words: Sequence[str]) -> str:
    return json.dumps(to_json(_text(words)), ensure_ascii=False, separators=(",", ":"))


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
    assert workspace.catalogue.readings.store(PageId(page), _result(words))
    catch_up(workspace.catalogue.database)
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
        cpu: list[float] = []
        for kind, query in queries:
            began, worked = time.perf_counter(), time.process_time()
            answer = workspace.catalogue.search.pages(query, limit=AT_ONCE)
            cpu.append(time.process_time() - worked)
            taken.append((time.perf_counter() - began, kind, query, answer.total, bool(answer.hits)))
        peak = _peak()
        _say_kinds(taken)
        seconds = sorted(each[0] for each in taken)
        _say("search, 95th percentile", 1000 * quantiles(seconds, n=100)[94], 100, "ms")
        _say("search, worst", 1000 * seconds[-1], 300, "ms")
        cpu.sort()
        print(f"  (in CPU time, on a busy machine: {1000 * quantiles(cpu, n=100)[94]:.0f} and {1000 * cpu[-1]:.0f} ms)")
        _say("opening", opened, 1, "s")
        _say("peak memory of the searching process", peak / 1e6, 300, "MB")
        print(f"  (before the first search: {before / 1e6:.0f} MB)")
        for at_once in (AT_A_TIME, 1):
            _say(
                f"adding {ADDED} pages, {at_once} in a transaction", _adding(workspace, seed + at_once, at_once), 3, "s"
            )
        _sizes(workspace, built["text"])


def _say(what: str, figure: float, most: float, unit: str) -> None:
    print(
        f"{what:45} {figure:9.2f} {unit:3} (at most {most:g}) {'' if figure <= most else 'MISSED'}".rstrip(), flush=True
    )


def _say_kinds(taken: Sequence[tuple[float, str, str, int, bool]]) -> None:
    for kind in dict.fromkeys(each[1] for each in taken):
        of_it = [each for each in taken if each[1] == kind]
        worst = max(of_it)
        print(
            f"{kind:12} median {1000 * median(each[0] for each in of_it):6.1f} ms  worst {1000 * worst[0]:6.1f} ms"
            f" ({worst[2]})  found {sum(each[4] for each in of_it)}/{len(of_it)},"
            f" median {median(each[3] for each in of_it):g}"
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
                        f'-loai:"{chance.choice(TYPES)}" ({syllable} OR {chance.choice(common)})',
                    )
                ),
            ),
        ]
    chance.shuffle(made)
    yield from made


def _adding(workspace: Workspace, seed: int, at_once: int) -> float:
    """Seconds for storing ``ADDED`` new pages, ``at_once`` in a transaction, as the queue does with those that come at
    once."""
    file = workspace.catalogue.records.create(Level.FILE, new_id(), "", workspace.catalogue.records.under()[0])
    with atomic(workspace.catalogue.database):
        rows = _born(workspace, file, ADDED, JobState.WAITING)
    results = [_result(words) for words in Language(seed).pages(ADDED, SYLLABLES)]
    began = time.perf_counter()
    for start in range(0, ADDED, at_once):
        with atomic(workspace.catalogue.database):
            for (_, page), result in zip(rows[start : start + at_once], results[start : start + at_once], strict=True):
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
    """Bytes of memory held at most. Not getrusage: that counts what the process that started this one held."""
    status = Path("/proc/self/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) * 1024


if __name__ == "__main__":
    main(sys.argv[1:])
