"""Code lists: what a coded field may say. Data (TOML) in ``resources/codes``; one's own replaces a shipped one."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from digitizer.catalogue.fold import folded, tokens
from digitizer.i18n import gettext, language
from ocr.text import nfc

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Label(BaseModel):
    """A name in both languages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    vi: str = Field(min_length=1)
    en: str = Field(min_length=1)

    @field_validator("vi", "en")
    @classmethod
    def _composed(cls, text: str) -> str:
        return nfc(text)

    @property
    def shown(self) -> str:
        """In the language spoken now."""
        return self.vi if language() == "vi" else self.en


class Entry(BaseModel):
    """One code and what it means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Field(min_length=1, max_length=30)
    label: Label


class CodeList(BaseModel):
    """``source``: the rule that the codes are from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    label: Label
    source: str = ""
    entry: tuple[Entry, ...] = Field(min_length=1)

    @field_validator("entry")
    @classmethod
    def _once(cls, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        seen: set[str] = set()
        for entry in entries:
            if entry.code in seen:
                raise ValueError(gettext("code “{code}” is there twice").format(code=entry.code))
            seen.add(entry.code)
        return entries

    def meant(self, text: str) -> str | None:
        """The code that ``text`` means: the code itself or its label, whatever the marks, capitals and language; also
        a number without its leading zero. None where it means none.
        """
        wanted = _bare(text)
        for entry in self.entry:
            if text.strip() == entry.code:
                return entry.code
        for entry in self.entry:
            if wanted and wanted in (_bare(entry.code), _bare(entry.code).lstrip("0")):
                return entry.code
        for seen in (tokens, _bare):  # marks first: labels may differ in them alone
            for entry in self.entry:
                if wanted and seen(text) in (seen(entry.label.vi), seen(entry.label.en)):
                    return entry.code
        return None

    def label_of(self, code: str) -> Label | None:
        """What ``code`` means; None where it is not in the list."""
        return next((entry.label for entry in self.entry if entry.code == code), None)


def _bare(text: str) -> str:
    return " ".join(folded(token) for token in tokens(text))
