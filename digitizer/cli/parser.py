"""The commands and their arguments."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from typing import Any, NoReturn

from digitizer import __version__
from digitizer.cli import kinds
from digitizer.cli.call import Call
from digitizer.cli.pdf_options import add_pdf_options
from digitizer.errors import Exit
from digitizer.i18n import LANGUAGES, gettext
from digitizer.model import Level, Role, Secrecy

_REGISTERS = ("outgoing", "incoming", "files", "items", "handover", "tracking", "copies")


_Adding = Callable[..., "Parser"]
"""Takes the name of a command, its function, and what it does; ``_adding`` makes one."""


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
    parser.set_defaults(
        run=_when_called("commands", "gui"),
        json=False,
        verbose=False,
        workspace=None,
        language=None,
        person=None,
        role=None,
    )
    command = _adding(parser.add_subparsers(metavar=gettext("COMMAND"), title=gettext("commands")))
    command("gui", _when_called("commands", "gui"), gettext("open the window"))
    command(
        "demo",
        _when_called("commands", "demo"),
        gettext("do the main job on the pages shipped with the program, in a new workspace"),
    )
    _add_intake(command)
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
    made.add_argument("page", type=kinds.path, metavar="PAGE_ID|FILE")
    made.add_argument("folder", type=kinds.path, metavar="DIR")
    made.add_argument(
        "--page", dest="number", type=kinds.positive, default=1, metavar="N", help=gettext("page of the file")
    )

    _add_deliver(command)
    _add_receive(command)
    made = command(
        "check", _when_called("commands", "check"), gettext("prove the masters, the catalogue and the audit chain")
    )
    made.add_argument(
        "--quick",
        action="store_true",
        help=gettext("masters by size only, and the catalogue not compared with what the audit chain says"),
    )

    _add_safety(command)
    command(
        "doctor",
        _when_called("commands", "doctor"),
        gettext("what is installed, what is missing, and the command that mends it"),
    )
    command("undo", _when_called("commands", "undo"), gettext("take the last change back"))
    command("redo", _when_called("commands", "redo"), gettext("do the change that was taken back again"))
    made = command("duplicates", _when_called("arranging", "duplicates"), gettext("papers that are there twice"))
    made.add_argument("--record", type=kinds.code, metavar="CODE", help=gettext("only those of this record"))
    _add_record(command("record", _when_called("records", "listed"), gettext("fonds, files and items")))
    _add_page(command("page", _when_called("arranging", "page_tray"), gettext("withdrawn pages, and scans replaced")))
    return parser


def _add_deliver(command: _Adding) -> None:
    made = command("deliver", _when_called("deliver", "deliver"), gettext("build packages, check them, then name them"))
    made.add_argument("destination", type=kinds.path, metavar="DEST")
    forms = ["pdf", "sip", "aip", "bag", "tables", "alto", "hocr", "text", "ead", "dc", "exchange"]
    made.add_argument("--as", dest="form", choices=forms, required=True)
    made.add_argument(
        "--layout",
        choices=["tt05", "eark"],
        help=gettext("of a package: Circular 05/2025 (default), or E-ARK with the masters"),
    )
    made.add_argument("--folder", action="store_true", help=gettext("a package as a folder, not as a ZIP"))
    made.add_argument(
        "--max-secrecy",
        type=kinds.one_of(Secrecy),
        choices=list(Secrecy),
        default=Secrecy.NONE,
        help=gettext("what is more secret does not leave"),
    )
    made.add_argument("--encrypt-to", metavar="KEY", help=gettext("the receiver's public key, age1…; exchange only"))
    made.add_argument(
        "--receipt", type=kinds.path, metavar="FILE.pdf", help=gettext("also a receipt to print and sign")
    )
    which = made.add_mutually_exclusive_group()
    which.add_argument("--records", nargs="+", default=[], metavar="CODE")
    which.add_argument("--query", metavar="QUERY", help=gettext("the records in which this is found"))
    add_pdf_options(made)
    about = gettext("what the signatures of PDFs prove, and whether packages are whole")
    made = command("verify", _when_called("signatures", "verify"), about)
    made.add_argument("files", nargs="+", type=kinds.path, metavar="FILE.pdf|PACKAGE")
    roots = gettext("certificates (PEM or DER) that are trusted")
    made.add_argument("--roots", nargs="+", default=[], type=kinds.path, metavar="FILE", help=roots)


def _add_intake(command: _Adding) -> None:
    """Reading without a workspace, bringing in, the queue."""
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
    made.add_argument("paths", nargs="+", type=kinds.path, metavar="PATH")
    made.add_argument("--record", type=kinds.code, metavar="CODE", help=gettext("the file or item that they go into"))
    _add_place(made)
    form = gettext("the form that describes new items, such as drawing; “record profiles” lists them")
    made.add_argument("--profile", metavar="NAME", help=form)
    _add_sort(made)

    _add_capture(command)
    _add_printing(command)

    made = command("process", _when_called("commands", "process"), gettext("read all pages that wait"))
    where = made.add_mutually_exclusive_group()
    where.add_argument("--jobs", type=kinds.processes, metavar="N", help=gettext("how many reading processes"))
    cluster = gettext("let the Dask cluster of that scheduler read, tcp://HOST:PORT or tls://HOST:PORT")
    where.add_argument("--scheduler", type=kinds.scheduler, metavar="ADDRESS", help=cluster)
    made.add_argument("--retry", action="store_true", help=gettext("try the pages that failed again"))

    command("queue", _when_called("queue", "queue"), gettext("how many pages wait, and which failed and why"))


def _add_safety(command: _Adding) -> None:
    """Backups, people, the audit and the report of work done."""
    made = command(
        "backup", _when_called("safety", "backup"), gettext("copy what is new to another medium, and prove the copy")
    )
    made.add_argument("destination", nargs="?", type=kinds.path, metavar="DEST")
    made.add_argument("--full", action="store_true", help=gettext("everything anew, resting on no earlier set"))
    made.add_argument(
        "--media-end", type=kinds.day, metavar="DAY", help=gettext("when the rated life of that medium ends")
    )
    made.add_argument("--due", action="store_true", help=gettext("list what the rule asks for and was not done"))
    made.add_argument("--log", action="store_true", help=gettext("list the backups that were made"))
    made.add_argument("--csv", action="store_true", help=gettext("that list as CSV"))

    made = command(
        "restore", _when_called("safety", "restore"), gettext("bring a backup back as a new workspace (--workspace)")
    )
    made.add_argument(
        "source", type=kinds.path, metavar="SOURCE", help=gettext("the folder backed up to, or one set in it")
    )
    made.add_argument("--partial", action="store_true", help=gettext("also where some files are damaged in every set"))

    made = command(
        "audit",
        _when_called("figures", "audit"),
        gettext("who did what and when, from the audit chain"),
        conflict_handler="resolve",  # who asks does not matter here: behind the command, --person is whose acts
    )
    _add_days(made)
    made.add_argument("--record", type=kinds.code, metavar="CODE", help=gettext("about it and what lies in it"))
    made.add_argument("--person", dest="by", type=kinds.code, metavar="NAME", help=gettext("what this person did"))
    made.add_argument("--csv", action="store_true", help=gettext("that list as CSV"))
    _add_days(command("report", _when_called("figures", "report"), gettext("work done, its quality and what is left")))

    made = command("person", _when_called("safety", "person_list"), gettext("who may do what in this workspace"))
    adding = _adding(made.add_subparsers(metavar="ACT"))

    def act(name: str, what: str) -> Parser:
        return adding(name, _when_called("safety", f"person_{name}"), what)

    act("list", gettext("everybody and their roles"))
    add = act("add", gettext("enter a person; the first must have the role manage"))
    add.add_argument("name", type=kinds.code, metavar="NAME")
    add.add_argument("--roles", nargs="+", type=kinds.one_of(Role), choices=list(Role), required=True)
    change = act("set", gettext("give a person another name or other roles"))
    change.add_argument("name", type=kinds.code, metavar="NAME")
    change.add_argument("--name", dest="new_name", type=kinds.code, metavar="NAME")
    change.add_argument("--roles", nargs="+", type=kinds.one_of(Role), choices=list(Role))
    change.add_argument("--back", action="store_true", help=gettext("someone who had left is back"))
    act("remove", gettext("a person has left; their acts keep their name")).add_argument(
        "name", type=kinds.code, metavar="NAME"
    )
    act("separate", gettext("whether nobody may approve their own work")).add_argument("wanted", choices=["on", "off"])


def _add_days(made: Parser) -> None:
    made.add_argument("--from", dest="since", type=kinds.day, metavar="DAY", help=gettext("the first day"))
    made.add_argument("--to", dest="until", type=kinds.day, metavar="DAY", help=gettext("the last day"))


def _when_called(module: str, name: str) -> Callable[[Call], Exit]:
    """The command ``name`` of a ``module`` beside this one, which is loaded when it is called: what reads one page
    needs no catalogue.
    """

    def run(call: Call) -> Exit:
        command: Callable[[Call], Exit] = getattr(import_module(f"digitizer.cli.{module}"), name)
        return command(call)

    return run


def _adding(listed: Any) -> _Adding:
    """What adds a command to ``listed`` (as ``add_subparsers`` gives it): its name, its function and what it does."""

    def add(name: str, run: Callable[..., object], what: str, **more: Any) -> Parser:
        made: Parser = listed.add_parser(name, help=what, description=what, parents=[_common()], **more)
        made.set_defaults(run=run)
        return made

    return add


def _common() -> Parser:
    """The options that may stand before the command or behind it. One that is not given leaves no trace, so that the
    place behind does not undo the place before; made anew for each parser, since parsers share their parents' defaults.
    """
    common = Parser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--workspace", type=kinds.path, metavar="DIR", help=gettext("the folder to work in"))
    common.add_argument("--language", choices=LANGUAGES, help=gettext("the language to speak"))
    common.add_argument("--json", action="store_true", help=gettext("print one JSON document"))
    common.add_argument("--person", type=kinds.code, metavar="NAME", help=gettext("who you are"))
    common.add_argument("--role", type=kinds.one_of(Role), choices=list(Role), help=gettext("the role that you act in"))
    common.add_argument("-v", "--verbose", action="store_true", help=gettext("say more on standard error"))
    return common


def _add_capture(command: Callable[..., Parser]) -> None:
    command("devices", _when_called("capture", "devices"), gettext("the scanners of this machine and what they can do"))
    made = command("scan", _when_called("capture", "scan"), gettext("scan sheets into the workspace"))
    device = gettext("the scanner, as “devices” names it, or one on the network by its address")
    made.add_argument("--device", metavar="D", help=device)
    made.add_argument("--source", choices=["flatbed", "adf", "adf-duplex"], help=gettext("where the sheets lie"))
    made.add_argument("--resolution", type=kinds.positive, metavar="DPI")
    made.add_argument("--mode", choices=["color", "gray"])
    made.add_argument("--record", type=kinds.code, metavar="CODE", help=gettext("the file or item that they go into"))
    _add_place(made)
    profile = gettext("a named way to scan: office (default), drawing, photo, draft")
    made.add_argument("--profile", metavar="NAME", help=profile)
    pages = gettext(
        "sheet sides at most; without it all that the feeder holds; on the glass, one after another as you press Enter"
    )
    made.add_argument("--pages", type=kinds.positive, metavar="N", help=pages)
    collate = gettext("scan all fronts, then all backs, and put them together")
    made.add_argument("--collate", action="store_true", help=collate)
    _add_sort(made)
    option = gettext("an option of the scanner, by the name that “devices” shows; may be repeated")
    made.add_argument("--set", type=kinds.setting, action="append", default=[], metavar="NAME=VALUE", help=option)

    made = command("spool", _when_called("spool", "spool"), gettext("scans that are not pages yet, and damaged ones"))
    discard = gettext("remove this damaged scan; may be repeated")
    made.add_argument("--discard", type=kinds.path, action="append", default=[], metavar="FILE", help=discard)

    made = command("watch", _when_called("capture", "watch_folder"), gettext("take in what comes into a folder"))
    made.add_argument("folder", type=kinds.path, metavar="FOLDER")
    made.add_argument("--record", type=kinds.code, metavar="CODE", help=gettext("the file or item that they go into"))
    _add_sort(made)
    after = made.add_mutually_exclusive_group()
    after.add_argument("--move", type=kinds.path, metavar="DIR", help=gettext("move files there when they are in"))
    after.add_argument("--leave", action="store_true", help=gettext("leave files where they are (default)"))


def _add_place(made: Parser) -> None:
    """Where in its record what comes goes."""
    where = made.add_mutually_exclusive_group()
    before = gettext("ahead of this page, by its id or, with --record, its number; else at the end")
    where.add_argument("--before", metavar="PAGE_ID|N", help=before)
    replace = gettext("each in the place of one of these pages, which are withdrawn; by ids or, with --record, numbers")
    where.add_argument("--replace", metavar="PAGE_ID,…|3-5,7", help=replace)


def _add_sort(made: Parser) -> None:
    sort = gettext("then part the stack into items by this rule, as “record sort” does")
    made.add_argument("--sort", metavar="RULE", help=sort)


def _add_printing(command: _Adding) -> None:
    """What is printed to part and to label paper."""
    made = command(
        "labels", _when_called("stacks", "labels"), gettext("labels with QR codes for boxes and file covers, as PDF")
    )
    made.add_argument("destination", type=kinds.path, metavar="DEST.pdf")
    which = gettext("files or items; of what lies above them, all files in it")
    made.add_argument("--records", nargs="+", type=kinds.code, required=True, metavar="CODE", help=which)
    sheet = gettext("the sheet of labels: 3x8, 3x7 (default), 2x7, 2x4, or a file of your own (TOML)")
    made.add_argument("--sheet", default="3x7", metavar="NAME", help=sheet)
    start = gettext("the first label that is left on a sheet used before, from 1")
    made.add_argument("--start", type=kinds.positive, default=1, metavar="N", help=start)
    made.add_argument("--box", action="store_true", help=gettext("for the boxes that they lie in, not for themselves"))

    made = command(
        "separators", _when_called("stacks", "separators"), gettext("sheets that part a stack of paper, as PDF")
    )
    made.add_argument("destination", type=kinds.path, metavar="DEST.pdf")
    form = made.add_mutually_exclusive_group()
    form.add_argument("--records", nargs="+", type=kinds.code, default=[], metavar="CODE", help=gettext("one for each"))
    form.add_argument("--plain", type=kinds.positive, metavar="N", help=gettext("so many that begin the next item"))
    form.add_argument("--patch", type=kinds.positive, metavar="N", help=gettext("so many with the patch code T"))


def _add_sorting(act: _Adding) -> None:
    made = act("sort", _when_called("stacks", "record_sort"), gettext("part the pages of a record into items"))
    made.add_argument("code", type=kinds.code, metavar="CODE")
    by = gettext("separators (default), patch-t, blank, blank-side, barcode, pages-N, or a file of your own (TOML)")
    made.add_argument("--by", default="separators", metavar="RULE", help=by)
    found = act(
        "find-label", _when_called("stacks", "record_find_label"), gettext("the record whose label a picture shows")
    )
    found.add_argument("picture", type=kinds.path, metavar="FILE")


def _add_receive(command: _Adding) -> None:
    made = command(
        "receive", _when_called("receive", "receive"), gettext("take in packages of other stations; settle differences")
    )
    made.add_argument("packages", nargs="*", type=kinds.path, metavar="PACKAGE")
    made.add_argument(
        "--key", type=kinds.path, metavar="FILE", help=gettext("the private key that they are encrypted to")
    )
    secret = gettext("read the passphrase of the private key from this open file descriptor")
    made.add_argument("--passphrase-fd", type=kinds.natural, metavar="N", help=secret)
    level = gettext("the level of a SIP or AIP that only says that it is secret")
    made.add_argument("--secrecy", type=kinds.one_of(Secrecy), choices=list(Secrecy), help=level)
    roots = gettext("certificates (PEM or DER) that are trusted")
    made.add_argument("--roots", nargs="+", default=[], type=kinds.path, metavar="FILE", help=roots)
    only = gettext("refuse packages that are not signed by somebody whom --roots trusts")
    made.add_argument("--signed-only", action="store_true", help=only)
    made.add_argument(
        "--max-secrecy",
        type=kinds.one_of(Secrecy),
        choices=list(Secrecy),
        default=Secrecy.NONE,
        help=gettext("refuse packages that hold what is more secret"),
    )
    made.add_argument("--open", action="store_true", help=gettext("list the differences that wait for a person"))
    chosen = gettext("settle as this file says: the list that --open --json prints, with “choose” filled in")
    made.add_argument("--settle", type=kinds.path, metavar="FILE", help=chosen)
    one = gettext("settle one: ours, theirs, or the number of a value; may be repeated")
    made.add_argument("--take", nargs=2, action="append", default=[], metavar=("ID", "CHOICE"), help=one)

    made = command("key", _when_called("exchange", "key_new"), gettext("keys to encrypt packages to"))
    act = _adding(made.add_subparsers(metavar="ACT", required=True))
    new = act("new", _when_called("exchange", "key_new"), gettext("a new private key; its public key is printed"))
    new.add_argument("file", type=kinds.path, metavar="FILE")
    new.add_argument("--passphrase-fd", type=kinds.natural, metavar="N", help=gettext("encrypt it with a passphrase"))


def _add_read(made: Parser) -> None:
    made.add_argument("inputs", nargs="+", type=kinds.path, metavar="INPUT")
    made.add_argument("output", type=kinds.path, metavar="OUTPUT.pdf")
    made.add_argument("--jobs", type=kinds.processes, metavar="N", help=gettext("how many reading processes"))
    made.add_argument("--languages", type=kinds.languages, metavar="vie+eng", help=gettext("languages on the pages"))
    made.add_argument("--profile", choices=["archive", "reading"], default="archive")
    leave = gettext("leave marks as the recogniser read them")
    made.add_argument("--no-restore-marks", dest="restore_marks", action="store_const", const=False, help=leave)
    made.add_argument("--text", type=kinds.path, metavar="FILE", help=gettext("write the plain text too"))
    made.add_argument("--alto", type=kinds.path, metavar="DIR", help=gettext("write ALTO files too"))
    made.add_argument("--tables", type=kinds.path, metavar="DIR", help=gettext("write the tables as CSV too"))


def _add_search(made: Parser) -> None:
    made.add_argument("query", metavar="QUERY")
    made.add_argument("--records", action="store_true", help=gettext("records, not pages"))
    made.add_argument("--save", metavar="NAME", help=gettext("keep this search under a name"))
    _add_part(made)


def _add_part(made: Parser) -> None:
    made.add_argument("--facets", action="store_true", help=gettext("count what was found by what describes it"))
    made.add_argument("--limit", type=kinds.positive, default=20, metavar="N")
    made.add_argument("--offset", type=kinds.natural, default=0, metavar="N")


def _add_saved(made: Parser) -> None:
    act = _adding(made.add_subparsers(metavar="ACT"))
    for name, what in (
        ("list", gettext("all searches kept under a name")),
        ("run", gettext("search once more")),
        ("remove", gettext("no longer keep a search")),
    ):
        sub = act(name, _when_called("search", f"saved_{name}"), what)
        if name != "list":
            sub.add_argument("name", type=kinds.code, metavar="NAME")
        if name == "run":
            _add_part(sub)


def _add_record(made: Parser) -> None:
    act = _adding(made.add_subparsers(metavar="ACT"))
    act("list", _when_called("records", "listed"), gettext("all records"))
    act("show", _when_called("records", "show"), gettext("one record and its pages")).add_argument(
        "code", type=kinds.code, metavar="CODE"
    )
    new = act("new", _when_called("records", "new"), gettext("a new record"))
    new.add_argument(
        "code", type=kinds.code, nargs="?", metavar="CODE", help=gettext("made by the profile where not given")
    )
    new.add_argument("--level", type=kinds.one_of(Level), choices=list(Level))
    new.add_argument("--profile", metavar="NAME", help=gettext("the form that it is described by"))
    new.add_argument("--parent", metavar="CODE")
    new.add_argument("--title", default="")
    new.add_argument("--secrecy", type=kinds.one_of(Secrecy), choices=list(Secrecy))
    value = gettext("a described value; may be repeated")
    new.add_argument("--set", type=kinds.setting, action="append", default=[], metavar="KEY=VALUE", help=value)
    change = act("set", _when_called("records", "set_values"), gettext("change a record"))
    change.add_argument("code", type=kinds.code, metavar="CODE")
    change.add_argument("values", type=kinds.setting, nargs="*", metavar="KEY=VALUE", help=gettext("described values"))
    change.add_argument("--title")
    change.add_argument("--secrecy", type=kinds.one_of(Secrecy), choices=list(Secrecy))
    profiles = act("profiles", _when_called("records", "profiles"), gettext("the forms that there are, or one of them"))
    profiles.add_argument("name", nargs="?", metavar="NAME")
    added = act("add-profile", _when_called("records", "add_profile"), gettext("use a form of your own (TOML)"))
    added.add_argument("file", type=kinds.path, metavar="FILE")
    codes = act(
        "load-codes", _when_called("records", "load_codes"), gettext("use a code list of your own (TOML or CSV)")
    )
    codes.add_argument("file", type=kinds.path, metavar="FILE")
    _add_arranging(act)
    _add_sorting(act)
    _add_tables(act)


def _add_arranging(act: _Adding) -> None:
    """What moves records and pages, and looks after completeness."""

    def of_record(name: str, run: str, what: str) -> Parser:
        made = act(name, _when_called("arranging", run), what)
        made.add_argument("code", type=kinds.code, metavar="CODE")
        return made

    move = of_record("move", "record_move", gettext("move a record, or pages of it, into another one"))
    move.add_argument("--to", type=kinds.code, required=True, metavar="TARGET")
    move.add_argument(
        "--before", type=kinds.code, metavar="CODE", help=gettext("ahead of this record; else at the end")
    )
    move.add_argument("--pages", metavar="3-5,7", help=gettext("these pages of the record, not the record"))
    move.add_argument(
        "--at", type=kinds.positive, metavar="N", help=gettext("the first becomes page N; else at the end")
    )
    split = of_record("split", "record_split", gettext("make the pages from one on a new record right behind"))
    split.add_argument(
        "--at", type=kinds.positive, required=True, metavar="N", help=gettext("the new record's first page")
    )
    split.add_argument(
        "--code", dest="new_code", type=kinds.code, metavar="NEW", help=gettext("code of the new record")
    )
    split.add_argument("--title", default="")
    merge = of_record("merge", "record_merge", gettext("append the pages of other records, which are taken away"))
    merge.add_argument("others", nargs="+", type=kinds.code, metavar="OTHER")
    merge.add_argument("--take-over", action="store_true", help=gettext("keep what only the others describe"))
    of_record("remove", "record_remove", gettext("take an empty record away"))
    turn = act("turn", _when_called("placing", "record_turn"), gettext("turn pages, as they stand now, clockwise"))
    turn.add_argument("code", type=kinds.code, metavar="CODE")
    which = gettext("which pages of the record: odd, even, all (default), or numbers")
    turn.add_argument("--pages", default="all", metavar="odd|even|all|3-5,7", help=which)
    turn.add_argument("--by", type=int, choices=[90, 180, 270], required=True, help=gettext("degrees"))
    compare = of_record("compare", "record_compare", gettext("what was captured against what is declared and printed"))
    explain = gettext("say why a finding, named by its key, is as it should be; an empty text takes that back")
    compare.add_argument("--explain", nargs=2, metavar=("FINDING", "TEXT"), help=explain)
    of_record("check", "record_check", gettext("say that the record was looked through"))
    approve = of_record("approve", "record_approve", gettext("approve a record: it does not change from then on"))
    approve.add_argument("--take-back", action="store_true", help=gettext("let it be changed again"))


def _add_page(made: Parser) -> None:
    made.set_defaults(record=None)
    adding = _adding(made.add_subparsers(metavar="ACT"))

    def act(name: str, what: str) -> Parser:
        return adding(name, _when_called("arranging", f"page_{name}"), what)

    act("tray", gettext("withdrawn pages, which can be restored")).add_argument(
        "--record", type=kinds.code, metavar="CODE"
    )
    for name, what in (
        ("withdraw", gettext("take pages out of their records; they are kept")),
        ("restore", gettext("bring withdrawn pages back to where they were")),
    ):
        act(name, what).add_argument("pages", nargs="+", metavar="PAGE_ID")
    replace = act("replace", gettext("put a newer scan in the place of an older page, which is kept"))
    replace.add_argument("older", metavar="OLDER_PAGE_ID")
    replace.add_argument("newer", metavar="NEWER_PAGE_ID")
    sheet = act("sheet", gettext("say which sheet of paper a page is on"))
    sheet.add_argument("page", metavar="PAGE_ID")
    sheet.add_argument("--sheet", type=kinds.positive, metavar="N", help=gettext("in its file, from 1"))
    sheet.add_argument("--side", choices=["front", "back"])


def _add_tables(act: _Adding) -> None:
    taken = act(
        "import-table",
        _when_called("tables", "record_import_table"),
        gettext("files and items from a table: CSV or XLSX; all of it or nothing"),
    )
    taken.add_argument("file", type=kinds.path, metavar="FILE")
    taken.add_argument("--profile", metavar="NAME", help=gettext("the profile of the records"))
    taken.add_argument("--under", type=kinds.code, metavar="CODE", help=gettext("the record that they go into"))
    taken.add_argument(
        "--files", type=kinds.path, metavar="DIR", help=gettext("bring in the images that the table names")
    )
    taken.add_argument("--dry-run", action="store_true", help=gettext("only say what would be done"))

    given = act(
        "export-table",
        _when_called("tables", "record_export_table"),
        gettext("files and items as a table: CSV or XLSX, read back unchanged by import-table"),
    )
    given.add_argument("file", type=kinds.path, metavar="FILE.csv|FILE.xlsx")
    which = given.add_mutually_exclusive_group()
    which.add_argument("--records", nargs="+", type=kinds.code, default=[], metavar="CODE")
    which.add_argument(
        "--under", nargs=1, type=kinds.code, default=[], metavar="CODE", help=gettext("all that lies in it")
    )
    which.add_argument("--template", action="store_true", help=gettext("an empty workbook to be filled in"))
    given.add_argument("--profile", metavar="NAME", help=gettext("only records of this profile"))

    printed = act(
        "register",
        _when_called("tables", "record_register"),
        gettext("a register or list to print, as PDF or XLSX"),
    )
    printed.add_argument("kind", choices=_REGISTERS, metavar="KIND", help=", ".join(_REGISTERS))
    printed.add_argument("file", type=kinds.path, metavar="FILE.pdf|FILE.xlsx")
    printed.add_argument("--under", type=kinds.code, metavar="CODE", help=gettext("only what lies in it"))
    printed.add_argument("--year", type=kinds.positive, metavar="Y", help=gettext("only this year"))
