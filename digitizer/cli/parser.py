"""The commands and their arguments."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from digitizer import __version__
from digitizer.cli.call import Call
from digitizer.errors import Exit
from digitizer.i18n import LANGUAGES, gettext
from digitizer.model import Level, Secrecy, clean
from digitizer.settings import MAX_PROCESSES

_DIGITS = 9


class UsageError(Exception):
    """The arguments are wrong; the sentence says how."""


class Parser(argparse.ArgumentParser):
    """argparse that raises UsageError where it would print and exit, and takes no abbreviations."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **{"allow_abbrev": False} | named)

    def error(self, message: str) -> NoReturn:
        said = gettext("%(prog)s: error: %(message)s\n") % {"prog": self.prog, "message": message}
        raise UsageError(f"{self.format_usage()}{said.rstrip()}")


def build_parser() -> Parser:
    """The parser, in the language spoken now. Each command leaves its function in ``run``."""
    parser = Parser("digitizer", description=gettext("From paper to archive on one offline PC."), parents=[_common()])
    version = gettext("show program's version number and exit")
    parser.add_argument("--version", action="version", version=f"digitizer {__version__}", help=version)
    parser.set_defaults(run=_when_called("commands", "gui"), json=False, verbose=False, workspace=None, language=None)
    listed = parser.add_subparsers(metavar=gettext("COMMAND"), title=gettext("commands"))

    def command(name: str, run: Callable[..., object], what: str) -> Parser:
        made = listed.add_parser(name, help=what, description=what, parents=[_common()])
        made.set_defaults(run=run)
        return made

    command("gui", _when_called("commands", "gui"), gettext("open the window"))
    command(
        "demo",
        _when_called("commands", "demo"),
        gettext("do the main job on the pages shipped with the program, in a new workspace"),
    )
    _add_read(
        command(
            "read",
            _when_called("reading", "read"),
            gettext("images or PDFs in, one searchable PDF/A out; no workspace"),
        )
    )

    made = command(
        "import", _when_called("commands", "import_files"), gettext("bring files and folders into the workspace")
    )
    made.add_argument("paths", nargs="+", type=_path, metavar="PATH")
    made.add_argument("--record", type=_code, metavar="CODE", help=gettext("the file or item that they go into"))

    made = command("process", _when_called("commands", "process"), gettext("read all pages that wait"))
    made.add_argument("--jobs", type=_processes, metavar="N", help=gettext("how many reading processes"))
    made.add_argument("--retry", action="store_true", help=gettext("try the pages that failed again"))

    _add_search(
        command(
            "search",
            _when_called("search", "search"),
            gettext("find pages or records by their words, with or without marks, and by what describes them"),
        )
    )
    _add_saved(command("saved", _when_called("search", "saved_list"), gettext("searches kept under a name")))

    made = command("text", _when_called("commands", "text"), gettext("what was read on a page"))
    made.add_argument("page", metavar="PAGE_ID")
    form = made.add_mutually_exclusive_group()
    form.add_argument("--alto", action="store_true", help=gettext("as ALTO 4.4"))
    form.add_argument("--hocr", action="store_true", help=gettext("as hOCR"))
    form.add_argument("--csv", action="store_true", help=gettext("its tables, as CSV"))

    made = command(
        "steps", _when_called("commands", "steps"), gettext("pictures of a page after each step of its cleaning")
    )
    made.add_argument("page", type=_path, metavar="PAGE_ID|FILE")
    made.add_argument("folder", type=_path, metavar="DIR")
    made.add_argument("--page", dest="number", type=_positive, default=1, metavar="N", help=gettext("page of the file"))

    made = command(
        "deliver", _when_called("commands", "deliver"), gettext("build packages, check them, then name them")
    )
    made.add_argument("destination", type=_path, metavar="DEST")
    made.add_argument("--as", dest="form", choices=["pdf"], required=True)
    which = made.add_mutually_exclusive_group()
    which.add_argument("--records", nargs="+", default=[], metavar="CODE")
    which.add_argument("--query", metavar="QUERY", help=gettext("the records in which this is found"))

    made = command(
        "check", _when_called("commands", "check"), gettext("prove the masters, the catalogue and the audit chain")
    )
    made.add_argument("--quick", action="store_true", help=gettext("masters by size only"))

    command(
        "doctor",
        _when_called("commands", "doctor"),
        gettext("what is installed, what is missing, and the command that mends it"),
    )
    command("undo", _when_called("commands", "undo"), gettext("take the last change back"))
    command("redo", _when_called("commands", "redo"), gettext("do the change that was taken back again"))
    _add_record(command("record", _when_called("records", "listed"), gettext("fonds, files and items")))
    return parser


def _when_called(module: str, name: str) -> Callable[[Call], Exit]:
    """The command ``name`` of a ``module`` beside this one, which is loaded when it is called: what reads one page
    needs no catalogue.
    """

    def run(call: Call) -> Exit:
        command: Callable[[Call], Exit] = getattr(import_module(f"digitizer.cli.{module}"), name)
        return command(call)

    return run


def _common() -> Parser:
    """The options that may stand before the command or behind it. One that is not given leaves no trace, so that the
    place behind does not undo the place before; made anew for each parser, since parsers share their parents' defaults.
    """
    common = Parser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--workspace", type=_path, metavar="DIR", help=gettext("the folder to work in"))
    common.add_argument("--language", choices=LANGUAGES, help=gettext("the language to speak"))
    common.add_argument("--json", action="store_true", help=gettext("print one JSON document"))
    common.add_argument("-v", "--verbose", action="store_true", help=gettext("say more on standard error"))
    return common


def _add_read(made: Parser) -> None:
    made.add_argument("inputs", nargs="+", type=_path, metavar="INPUT")
    made.add_argument("output", type=_path, metavar="OUTPUT.pdf")
    made.add_argument("--jobs", type=_processes, metavar="N", help=gettext("how many reading processes"))
    made.add_argument("--languages", type=_languages, metavar="vie+eng", help=gettext("languages on the pages"))
    made.add_argument("--profile", choices=["archive", "reading"], default="archive")
    leave = gettext("leave marks as the recogniser read them")
    made.add_argument("--no-restore-marks", dest="restore_marks", action="store_const", const=False, help=leave)
    made.add_argument("--text", type=_path, metavar="FILE", help=gettext("write the plain text too"))
    made.add_argument("--alto", type=_path, metavar="DIR", help=gettext("write ALTO files too"))
    made.add_argument("--tables", type=_path, metavar="DIR", help=gettext("write the tables as CSV too"))


def _add_search(made: Parser) -> None:
    made.add_argument("query", metavar="QUERY")
    made.add_argument("--records", action="store_true", help=gettext("records, not pages"))
    made.add_argument("--save", metavar="NAME", help=gettext("keep this search under a name"))
    _add_part(made)


def _add_part(made: Parser) -> None:
    made.add_argument("--facets", action="store_true", help=gettext("count what was found by what describes it"))
    made.add_argument("--limit", type=_positive, default=20, metavar="N")
    made.add_argument("--offset", type=_natural, default=0, metavar="N")


def _add_saved(made: Parser) -> None:
    acts = made.add_subparsers(metavar="ACT")
    for name, what in (
        ("list", gettext("all searches kept under a name")),
        ("run", gettext("search once more")),
        ("remove", gettext("no longer keep a search")),
    ):
        sub = acts.add_parser(name, help=what, description=what, parents=[_common()])
        sub.set_defaults(run=_when_called("search", f"saved_{name}"))
        if name != "list":
            sub.add_argument("name", type=_code, metavar="NAME")
        if name == "run":
            _add_part(sub)


def _add_record(made: Parser) -> None:
    acts = made.add_subparsers(metavar="ACT")

    def act(name: str, run: Callable[..., object], what: str) -> Parser:
        sub = acts.add_parser(name, help=what, description=what, parents=[_common()])
        sub.set_defaults(run=run)
        return sub

    act("list", _when_called("records", "listed"), gettext("all records"))
    act("show", _when_called("records", "show"), gettext("one record and its pages")).add_argument(
        "code", type=_code, metavar="CODE"
    )
    new = act("new", _when_called("records", "new"), gettext("a new record"))
    new.add_argument("code", type=_code, nargs="?", metavar="CODE", help=gettext("made by the profile where not given"))
    new.add_argument("--level", type=Level, choices=list(Level))
    new.add_argument("--profile", metavar="NAME", help=gettext("the form that it is described by"))
    new.add_argument("--parent", metavar="CODE")
    new.add_argument("--title", default="")
    new.add_argument("--secrecy", type=Secrecy, choices=list(Secrecy))
    value = gettext("a described value; may be repeated")
    new.add_argument("--set", type=_setting, action="append", default=[], metavar="KEY=VALUE", help=value)
    change = act("set", _when_called("records", "set_values"), gettext("change a record"))
    change.add_argument("code", type=_code, metavar="CODE")
    change.add_argument("values", type=_setting, nargs="*", metavar="KEY=VALUE", help=gettext("described values"))
    change.add_argument("--title")
    change.add_argument("--secrecy", type=Secrecy, choices=list(Secrecy))
    profiles = act("profiles", _when_called("records", "profiles"), gettext("the forms that there are, or one of them"))
    profiles.add_argument("name", nargs="?", metavar="NAME")
    added = act("add-profile", _when_called("records", "add_profile"), gettext("use a form of your own (TOML)"))
    added.add_argument("file", type=_path, metavar="FILE")
    codes = act(
        "load-codes", _when_called("records", "load_codes"), gettext("use a code list of your own (TOML or CSV)")
    )
    codes.add_argument("file", type=_path, metavar="FILE")


def _path(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError(gettext("must not be empty"))
    return Path(text)


def _code(text: str) -> str:
    if not clean(text):
        raise argparse.ArgumentTypeError(gettext("must not be empty"))
    return text


def _setting(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise argparse.ArgumentTypeError(gettext("must be KEY=VALUE"))
    return key.strip(), value


def _positive(text: str) -> int:
    if (number := _natural(text)) < 1:
        raise argparse.ArgumentTypeError(gettext("must be at least 1"))
    return number


def _natural(text: str) -> int:
    if not text.isdecimal() or len(text) > _DIGITS:
        raise argparse.ArgumentTypeError(gettext("must be a whole number, from 0 to 999999999"))
    return int(text)


def _processes(text: str) -> int:
    if (number := _positive(text)) > MAX_PROCESSES:
        raise argparse.ArgumentTypeError(gettext("must be at most {most}").format(most=MAX_PROCESSES))
    return number


def _languages(text: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in text.split("+"))
    if not all(part.isidentifier() for part in parts):
        raise argparse.ArgumentTypeError(gettext("must be language codes joined by +, such as vie+eng"))
    return parts
