"""What a person sets once: typed, versioned, unknown keys rejected."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Literal

from platformdirs import user_config_path, user_data_path
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from digitizer.errors import SettingsInvalid
from digitizer.files import write_bytes

MAX_PROCESSES = 64
"""Reading processes, however many are asked for: each takes some 200 MB."""
WORKSPACE_VARIABLE = "DIGITIZER_WORKSPACE"


class Settings(BaseModel):
    """``settings.json`` in the user's configuration folder.

    ``reading_languages``: Tesseract codes, the first is the main one. ``other_languages``: what a whole page may be in
    instead; tried only where it reads badly. ``jobs``: reading processes; 0 takes one per core.
    ``engine``: which recognition engine; ``auto`` takes the fastest one that is installed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
    language: Literal["vi", "en"] = "vi"
    reading_languages: tuple[str, ...] = Field(default=("vie",), min_length=1)
    other_languages: tuple[str, ...] = ("rus", "eng")
    jobs: int = Field(default=0, ge=0, le=MAX_PROCESSES)
    engine: Literal["auto", "tesserocr", "pytesseract", "null"] = "auto"
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
        raise SettingsInvalid(path=path, reason=f"{where}: {first['msg']}" if where else first["msg"]) from error
    except OSError as error:
        raise SettingsInvalid(path=path, reason=error.strerror) from error


def save_settings(settings: Settings, path: Path | None = None) -> None:
    """Keep the settings for the next start."""
    path = path or settings_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(path, json.dumps(settings.model_dump(), ensure_ascii=False, indent=2).encode())


def default_workspace() -> Path:
    """The workspace used when none is named: ``DIGITIZER_WORKSPACE``, else a folder in the user's data folder."""
    named = os.environ.get(WORKSPACE_VARIABLE)
    return Path(named) if named else user_data_path("digitizer") / "workspace"
