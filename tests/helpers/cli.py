"""Calling the command line as a user would, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SECONDS = 120
"""No ordinary command of a test takes longer, on any machine."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Exit code, standard output and standard error of one call."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output."""
        assert self.out, f"no answer; exit code {self.code}, on standard error: {self.err}"
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Program:
    """``digitizer`` with a home folder and a workspace of its own."""

    home: Path
    workspace: Path

    def command(self, *arguments: str | Path) -> list[str]:
        return [sys.executable, "-m", "digitizer", "--workspace", str(self.workspace), *map(str, arguments)]

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        keep = {key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "DIGITIZER_", "LANG"))}
        return keep | {"HOME": str(self.home), "LANG": "C.UTF-8"} | dict(more or {})

    def settings(self, **values: Any) -> None:
        """Write the user's settings file."""
        folder = self.home / ".config" / "digitizer"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "settings.json").write_text(json.dumps(values), "utf-8")

    def __call__(
        self, *arguments: str | Path, environment: Mapping[str, str] | None = None, seconds: float = SECONDS
    ) -> Answer:
        done = subprocess.run(
            self.command(*arguments),
            env=self.environment(environment), stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=seconds, check=False,
        )  # fmt: skip
        return Answer(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments: str | Path) -> subprocess.Popen[bytes]:
        """Start a call that the test will stop."""
        return subprocess.Popen(
            self.command(*arguments), env=self.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
