"""From arguments to an exit code: language, settings, signals, and the one place where every error is said."""

from __future__ import annotations

import argparse
import gettext as standard_gettext
import logging
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import resources
from digitizer import i18n
from digitizer.cli.commands import Call, OpenWindow
from digitizer.cli.output import Output, ProgressBar
from digitizer.cli.parser import build_parser
from digitizer.errors import Exit, FileRefused, KnownError
from digitizer.settings import Settings, default_workspace, load_settings
from digitizer.tasks import Cancelled, Task
from ocr.text import nfc


def run(arguments: Sequence[str], open_window: OpenWindow) -> int:  # noqa: PLR0911 - one exit for each way that a call ends
    """Run one command line. ``open_window`` shows the window and gives its exit code. Never raises."""
    _speak(_wanted(arguments, "--language") or Settings().language)
    output = Output("--json" in arguments)
    try:
        settings = load_settings()
        _speak(_wanted(arguments, "--language") or settings.language)
        parsed = build_parser().parse_args(arguments)
    except KnownError as error:
        output.failed(error)
        return error.exit
    except SystemExit as done:  # argparse has said what is wrong, or printed the help
        return Exit.USAGE if done.code else Exit.DONE
    logging.basicConfig(level=logging.INFO if parsed.verbose else logging.ERROR, stream=sys.stderr)
    bar = ProgressBar()
    try:
        with _stoppable(bar.task):
            call = Call(parsed, output, settings, parsed.workspace or default_workspace(), bar.task, open_window)
            return int(parsed.run(call))
    except FileRefused as error:
        output.failed(error)
        return error.exit_code
    except KnownError as error:
        output.failed(error)
        return error.exit
    except (Cancelled, KeyboardInterrupt):
        bar.close()
        output.aside(i18n.gettext("Stopped. What was finished is kept; the same command goes on where it was."))
        return Exit.STOPPED
    except BrokenPipeError:  # the reader of our output has gone, as with “| head”
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
    except Exception:  # noqa: BLE001 - the last line of defence: whatever comes here is our bug
        bar.close()
        output.aside(_bug_report())
        return Exit.BUG
    finally:
        bar.close()


def _speak(language: str) -> None:
    """Use ``language`` for our sentences and for argparse's own, which ask the standard gettext."""
    if language in i18n.LANGUAGES:
        i18n.set_language(language)
        os.environ["LANGUAGE"] = language
        standard_gettext.bindtextdomain(i18n.DOMAIN, resources.path("translations"))
        standard_gettext.textdomain(i18n.DOMAIN)


def _wanted(arguments: Sequence[str], option: str) -> str | None:
    """The value of an option before the arguments are parsed: usage errors are said in the right language too."""
    early = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    early.add_argument(option)
    try:
        found = early.parse_known_args(list(arguments))[0]
    except argparse.ArgumentError:
        return None
    value: str | None = getattr(found, option.lstrip("-"))
    return value


@contextmanager
def _stoppable(task: Task) -> Iterator[None]:
    """The first Ctrl-C (or SIGTERM) asks the act to stop at its next safe place; the second stops it at once."""

    def ask(number: int, frame: FrameType | None) -> None:
        if task.cancelled:
            raise KeyboardInterrupt
        task.cancel()

    before = [signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)]
    try:
        yield
    finally:
        for number, handler in zip((signal.SIGINT, signal.SIGTERM), before, strict=True):
            signal.signal(number, handler)


def _bug_report() -> str:
    with tempfile.NamedTemporaryFile("w", prefix="digitizer-bug-", suffix=".txt", delete=False) as report:
        report.write(traceback.format_exc())
    sentence = i18n.gettext(
        "Digitizer has made a mistake of its own; your records are safe. The details are in “{path}”."
    )
    return sentence.format(path=nfc(str(Path(report.name))))
