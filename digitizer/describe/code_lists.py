"""Code lists: what a coded field may say. Data (TOML) in ``resources/codes``; one's own replaces a shipped one."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from digitizer.catalogue.fold import bare, marked
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
    """One code and what it means. ``also``: other names by which it is meant, never shown."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Field(min_length=1, max_length=30)
    label: Label
    also: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return self.label.vi, self.label.en, *self.also


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
        """The code that ``text`` means: the code itself or a name of it, whatever the marks, capitals and language;
        also a number without its leading zero. None where it means none.
        """
        codes, labels = self._meanings
        ways = ((codes, text.strip()), (codes, bare(text)), (labels, marked(text)), (labels, bare(text)))
        for known, wanted in ways:
            if wanted and wanted in known:
                return known[wanted]
        return None

    def with_words(self, text: str) -> list[str]:
        """The codes with a label that holds the words of ``text`` side by side: with its marks if any does, else in
        bare letters. The last word may be begun only, where ``*`` stands behind it.
        """
        for seen in (marked, bare):
            words = f" {seen(text)}" + ("" if text.endswith("*") else " ")
            found = [entry.code for entry in self.entry if any(words in f" {seen(name)} " for name in entry.names)]
            if found and words.strip():
                return found
        return []

    @cached_property
    def _meanings(self) -> tuple[dict[str, str], dict[str, str]]:
        """What means each code: codes themselves, then bare and without leading zeros; labels with their marks, then
        bare: labels may differ in marks alone. What came first counts.
        """
        codes = {entry.code: entry.code for entry in self.entry}
        labels: dict[str, str] = {}
        for entry in self.entry:
            codes.setdefault(bare(entry.code), entry.code)
            codes.setdefault(bare(entry.code).lstrip("0"), entry.code)
        for seen in (marked, bare):
            for entry in self.entry:
                for name in entry.names:
                    labels.setdefault(seen(name), entry.code)
        return codes, labels

    @property
    def in_words(self) -> str:
        """All codes with what they mean, in the language spoken now."""
        return ", ".join(f"{entry.code} {entry.label.shown}" for entry in self.entry)

    def label_of(self, code: str) -> Label | None:
        """What ``code`` means; None where it is not in the list."""
        return next((entry.label for entry in self.entry if entry.code == code), None)
