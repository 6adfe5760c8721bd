"""What a person sets once: typed, versioned, unknown keys rejected."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_config_path, user_data_path
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from digitizer.errors import SettingsInvalid, reason
from digitizer.files import write_bytes
from digitizer.i18n import gettext

MAX_PROCESSES = 64
"""Reading processes, however many are asked for: each takes some 200 MB."""
WORKSPACE_VARIABLE = "DIGITIZER_WORKSPACE"
PERSON_VARIABLE, ROLE_VARIABLE = "DIGITIZER_PERSON", "DIGITIZER_ROLE"


LanguageCode = Annotated[str, Field(pattern=r"^\w+$")]
"""As Tesseract names it, such as ``vie``; part of a file name, so letters only."""


class Settings(BaseModel):
    """``settings.json`` in the user's configuration folder.

    ``reading_languages``: Tesseract codes, the first is the main one. ``other_languages``: what a whole page may be in
    instead; tried only where it reads badly. ``jobs``: reading processes; 0 takes one per core.
    ``engine``: which recognition engine; ``auto`` takes the fastest one that is installed. ``restore_marks``: mend
    Vietnamese marks where the language makes others likelier. ``pdf_digits``: the number of an item in the name of its
    PDF is padded to as many; ``pdf_suffix`` stands behind it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
    language: Literal["vi", "en"] = "vi"
    reading_languages: tuple[LanguageCode, ...] = Field(default=("vie",), min_length=1)
    other_languages: tuple[LanguageCode, ...] = ("rus", "eng")
    jobs: int = Field(default=0, ge=0, le=MAX_PROCESSES)
    engine: Literal["auto", "tesserocr", "pytesseract", "null"] = "auto"
    restore_marks: bool = True
    pdf_digits: int = Field(default=3, ge=0, le=7)
    pdf_suffix: str = Field(default="", pattern=r"^[A-Za-z0-9_-]{0,20}$")
    person: str = ""
    role: str = ""

    @property
    def processes(self) -> int:
        """How many reading processes to run."""
        return self.jobs or len(os.sched_getaffinity(0))


def settings_path() -> Path:
    return user_config_path("digitizer") / "settings.json"


def load_settings(path: Path | None = None) -> Settings:
    """The settings kept at ``path`` (default: the user's); defaults where there are none. Raises SettingsInvalid."""
    path = path or settings_path()
    try:
        return Settings.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise SettingsInvalid(path=path, reason=_reason(first["type"], where)) from error
    except OSError as error:
        raise SettingsInvalid(path=path, reason=reason(error)) from error


def _reason(kind: str, where: str) -> str:
    """What pydantic found, in the language spoken now (https://docs.pydantic.dev/latest/errors/validation_errors/)."""
    if kind == "json_invalid":
        return gettext("it is not valid JSON")
    if kind == "extra_forbidden":
        return gettext("there is no setting “{name}”").format(name=where)
    return gettext("“{name}” has a value that is not allowed").format(name=where)


def save_settings(settings: Settings, path: Path | None = None) -> None:
    """Keep the settings for the next start."""
    path = path or settings_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(path, json.dumps(settings.model_dump(), ensure_ascii=False, indent=2).encode())


def default_workspace() -> Path:
    """The workspace used when none is named: ``DIGITIZER_WORKSPACE``, else a folder in the user's data folder."""
    named = os.environ.get(WORKSPACE_VARIABLE)
    return Path(named).expanduser() if named else user_data_path("digitizer") / "workspace"
