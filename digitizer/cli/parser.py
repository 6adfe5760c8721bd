"""The commands and their arguments."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from digitizer import __version__
from digitizer.cli import commands
from digitizer.i18n import LANGUAGES, gettext
from digitizer.model import Level, Secrecy


def build_parser() -> argparse.ArgumentParser:
    """The parser, in the language spoken now. Each command leaves its function in ``run``."""
    parser = argparse.ArgumentParser(
        "digitizer", description=gettext("From paper to archive on one offline PC."), parents=[_common()]
    )
    parser.add_argument("--version", action="version", version=f"digitizer {__version__}")
    parser.set_defaults(run=commands.gui, json=False, verbose=False, workspace=None, language=None)
    listed = parser.add_subparsers(metavar=gettext("COMMAND"), title=gettext("commands"))

    def command(name: str, run: Callable[..., object], what: str) -> argparse.ArgumentParser:
        made = listed.add_parser(name, help=what, description=what, parents=[_common()])
        made.set_defaults(run=run)
        return made

    command("gui", commands.gui, gettext("open the window"))
    command("demo", commands.demo, gettext("do the main job on the pages shipped with the program, in a new workspace"))
    _add_read(command("read", commands.read, gettext("images or PDFs in, one searchable PDF/A out; no workspace")))

    made = command("import", commands.import_files, gettext("bring files and folders into the workspace"))
    made.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    made.add_argument("--record", metavar="CODE", help=gettext("the file or item that they go into"))

    made = command("process", commands.process, gettext("read all pages that wait"))
    made.add_argument("--jobs", type=_positive, metavar="N", help=gettext("how many reading processes"))
    made.add_argument("--retry", action="store_true", help=gettext("try the pages that failed again"))

    made = command("search", commands.search, gettext("find pages by their words, with or without marks"))
    made.add_argument("query", metavar="QUERY")
    made.add_argument("--limit", type=_positive, default=20, metavar="N")
    made.add_argument("--offset", type=_natural, default=0, metavar="N")

    made = command("text", commands.text, gettext("what was read on a page"))
    made.add_argument("page", metavar="PAGE_ID")
    form = made.add_mutually_exclusive_group()
    form.add_argument("--alto", action="store_true", help=gettext("as ALTO 4.4"))
    form.add_argument("--hocr", action="store_true", help=gettext("as hOCR"))

    made = command("deliver", commands.deliver, gettext("build packages, check them, then name them"))
    made.add_argument("destination", type=Path, metavar="DEST")
    made.add_argument("--as", dest="form", choices=["pdf"], required=True)
    which = made.add_mutually_exclusive_group()
    which.add_argument("--records", nargs="+", default=[], metavar="CODE")
    which.add_argument("--query", metavar="QUERY", help=gettext("the records in which this is found"))

    made = command("check", commands.check, gettext("prove the masters, the catalogue and the audit chain"))
    made.add_argument("--quick", action="store_true", help=gettext("masters by size only"))

    command("doctor", commands.doctor, gettext("what is installed, what is missing, and the command that mends it"))
    command("undo", commands.undo, gettext("take the last change back"))
    command("redo", commands.redo, gettext("do the change that was taken back again"))
    _add_record(command("record", commands.record_list, gettext("fonds, files and items")))
    return parser


def _common() -> argparse.ArgumentParser:
    """The options that may stand before the command or behind it. One that is not given leaves no trace, so that the
    place behind does not undo the place before; made anew for each parser, since parsers share their parents' defaults.
    """
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--workspace", type=Path, metavar="DIR", help=gettext("the folder to work in"))
    common.add_argument("--language", choices=LANGUAGES, help=gettext("the language to speak"))
    common.add_argument("--json", action="store_true", help=gettext("print one JSON document"))
    common.add_argument("-v", "--verbose", action="store_true", help=gettext("say more on standard error"))
    return common


def _add_read(made: argparse.ArgumentParser) -> None:
    made.add_argument("inputs", nargs="+", type=Path, metavar="INPUT")
    made.add_argument("output", type=Path, metavar="OUTPUT.pdf")
    made.add_argument("--jobs", type=_positive, metavar="N", help=gettext("how many reading processes"))
    made.add_argument("--languages", type=_languages, metavar="vie+eng", help=gettext("languages on the pages"))
    made.add_argument("--profile", choices=["archive", "reading"], default="archive")
    made.add_argument("--text", type=Path, metavar="FILE", help=gettext("write the plain text too"))
    made.add_argument("--alto", type=Path, metavar="DIR", help=gettext("write ALTO files too"))


def _add_record(made: argparse.ArgumentParser) -> None:
    acts = made.add_subparsers(metavar="ACT")

    def act(name: str, run: Callable[..., object], what: str) -> argparse.ArgumentParser:
        sub = acts.add_parser(name, help=what, description=what, parents=[_common()])
        sub.set_defaults(run=run)
        return sub

    act("list", commands.record_list, gettext("all records"))
    act("show", commands.record_show, gettext("one record and its pages")).add_argument("code", metavar="CODE")
    new = act("new", commands.record_new, gettext("a new record"))
    new.add_argument("code", metavar="CODE")
    new.add_argument("--level", type=Level, choices=list(Level), default=Level.FILE)
    new.add_argument("--parent", metavar="CODE")
    new.add_argument("--title", default="")
    new.add_argument("--secrecy", type=Secrecy, choices=list(Secrecy))
    change = act("set", commands.record_set, gettext("change a record"))
    change.add_argument("code", metavar="CODE")
    change.add_argument("--title")
    change.add_argument("--secrecy", type=Secrecy, choices=list(Secrecy))


def _positive(text: str) -> int:
    if (number := _natural(text)) < 1:
        raise argparse.ArgumentTypeError(gettext("must be at least 1"))
    return number


def _natural(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(gettext("must be a whole number"))
    return int(text)


def _languages(text: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in text.split("+"))
    if not all(part.isidentifier() for part in parts):
        raise argparse.ArgumentTypeError(gettext("must be language codes joined by +, such as vie+eng"))
    return parts
