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
from digitizer.cli.call import Call, OpenWindow
from digitizer.cli.output import Output, ProgressBar, error_code, give_up_output, speak_utf8
from digitizer.cli.parser import UsageError, build_parser
from digitizer.errors import Exit, FileRefused, KnownError
from digitizer.settings import PERSON_VARIABLE, ROLE_VARIABLE, Settings, default_workspace, load_settings
from digitizer.tasks import Cancelled, Task
from ocr.text import nfc


def run(arguments: Sequence[str], open_window: OpenWindow) -> int:
    """Run one command line. ``open_window`` shows the window and gives its exit code. Never raises."""
    speak_utf8()
    early = _early(arguments)
    _speak(early.language or Settings().language)
    output = Output(early.json)
    bar = ProgressBar()
    try:
        return _run(arguments, early, output, bar, open_window)
    except UsageError as error:
        output.failed("wrong-usage", str(error))
        return Exit.USAGE
    except KnownError as error:
        bar.close()
        output.failed(error_code(error), error.message)
        return error.exit_code if isinstance(error, FileRefused) else error.exit
    except (Cancelled, KeyboardInterrupt):
        bar.close()
        output.failed(
            "stopped", i18n.gettext("Stopped. What was finished is kept; the same command goes on where it was.")
        )
        return Exit.STOPPED
    except BrokenPipeError:  # the reader of our output has gone, as with “| head”
        give_up_output()
        return Exit.DONE
    except Exception:  # noqa: BLE001 - the last line of defence: whatever comes here is our bug
        bar.close()
        output.failed("bug", _bug_report())
        return Exit.BUG
    finally:
        bar.close()


def _run(
    arguments: Sequence[str], early: argparse.Namespace, output: Output, bar: ProgressBar, open_window: OpenWindow
) -> int:
    settings = load_settings()
    _speak(early.language or settings.language)
    try:
        parsed = build_parser().parse_args(arguments)
    except SystemExit:  # argparse has printed the help or the version
        return Exit.DONE
    logging.basicConfig(level=logging.INFO if parsed.verbose else logging.ERROR, stream=sys.stderr)
    settings = settings.model_copy(update=_acting(parsed))
    with _stoppable(bar.task):
        call = Call(parsed, output, settings, parsed.workspace or default_workspace(), bar.task, open_window)
        return int(parsed.run(call))


def _acting(parsed: argparse.Namespace) -> dict[str, str]:
    """Who acts, where it is said for this call or for this session: before what the settings say."""
    said = {
        "person": parsed.person or os.environ.get(PERSON_VARIABLE),
        "role": parsed.role or os.environ.get(ROLE_VARIABLE),
    }
    if said["person"] and not said["role"]:
        said["role"] = ""  # the role in the settings is that of the person there
    return {name: nfc(value) for name, value in said.items() if value is not None}


def _speak(language: str) -> None:
    """Use ``language`` for our sentences and for argparse's own, which ask the standard gettext."""
    if language in i18n.LANGUAGES:
        i18n.set_language(language)
        os.environ["LANGUAGE"] = language
        standard_gettext.bindtextdomain(i18n.DOMAIN, resources.path("translations"))
        standard_gettext.textdomain(i18n.DOMAIN)


def _early(arguments: Sequence[str]) -> argparse.Namespace:
    """``language`` and ``json`` before the rest is parsed: usage errors are said in the right language and form too."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("--language", choices=i18n.LANGUAGES)
    parser.add_argument("--json", action="store_true")
    ours = list(arguments[: arguments.index("--")] if "--" in arguments else arguments)
    try:
        return parser.parse_known_args(ours)[0]
    except argparse.ArgumentError:
        return argparse.Namespace(language=None, json="--json" in ours)


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
