"""Bring the message catalogue up to date: extract the sentences of the code, merge them into each .po, compile the .mo.

Run by ``make translations``. With ``--check`` nothing is written and the exit code is 1 where a sentence is missing,
untranslated or out of date; a test runs it so.
"""

from __future__ import annotations

import argparse
import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "translations"
_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)
"""Babel writes the present time into a .mo file where it is told no other."""
KEYWORDS = {"gettext": None, "marked": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}


def extracted() -> Catalog:
    """Every sentence that the code marks, and those that argparse says on our behalf (kept by hand in argparse.pot)."""
    catalog = Catalog(project="Digitizer", version="1", charset="utf-8")
    for package in ("digitizer", "ui"):
        for name, _, message, comments, context in extract_from_dir(
            ROOT / package, method_map=[("**.py", "python")], keywords=KEYWORDS
        ):
            catalog.add(message, locations=[(f"{package}/{name}", 0)], auto_comments=comments, context=context)
    with (FOLDER / "argparse.pot").open("rb") as handle:
        for said in read_po(handle):
            if said.id:
                catalog.add(said.id, locations=[("argparse", 0)], context=said.context)
    return catalog


def updated(path: Path) -> Catalog:
    """The translations at ``path`` for exactly the sentences that the code says now."""
    with path.open("rb") as handle:
        translated = read_po(handle, locale=path.parts[-3])
    translated.update(extracted(), no_fuzzy_matching=True)
    translated.obsolete.clear()
    translated.creation_date = translated.revision_date = _NO_DATE
    return translated


def rendered(catalog: Catalog) -> tuple[bytes, bytes]:
    """The .po and .mo bytes of a catalogue, without dates, so that the same sentences give the same bytes."""
    po, mo = io.BytesIO(), io.BytesIO()
    write_po(po, catalog, sort_output=True, omit_header=True, no_location=True, width=0)
    for message in catalog:
        message.flags.discard("fuzzy")
    write_mo(mo, catalog)
    header = f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Language: {catalog.locale}\\n"\n'
    forms = f'"Plural-Forms: {catalog.plural_forms}\\n"\n\n'
    return (header + forms).encode() + po.getvalue(), mo.getvalue()


def main() -> int:
    """Update, or with --check only compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    wrong = False
    for path in sorted(FOLDER.glob("*/LC_MESSAGES/digitizer.po")):
        catalog = updated(path)
        for message in catalog:
            if message.id and not (all(message.string) if isinstance(message.string, tuple) else message.string):
                print(f"{path.relative_to(ROOT)}: not translated: {message.id!r}")
                wrong = True
        po, mo = rendered(catalog)
        compiled = path.with_suffix(".mo")
        if not check:
            path.write_bytes(po)
            compiled.write_bytes(mo)
        elif path.read_bytes() != po or not compiled.exists() or compiled.read_bytes() != mo:
            print(f"{path.relative_to(ROOT)}: out of date, run “make translations”")
            wrong = True
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())
