"""What was decided for a page, stage by stage, and by whom: enough to make the same page again."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Generic, TypeVar

from ocr.stages import Estimate, blank, deskew, orient

P = TypeVar("P")
I = TypeVar("I")  # noqa: E741


class Mode(StrEnum):
    """Who decided. AUTO is estimated anew each time; MANUAL, a person's decision, is never changed."""

    AUTO = "auto"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Setting(Generic[P, I]):
    """One stage's ``params``; for AUTO the ``inputs`` they were computed from and a ``confidence`` of 0 to 1."""

    params: P
    mode: Mode = Mode.MANUAL
    inputs: I | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Recipe:
    """The settings of all stages; None where a stage has not been estimated yet, which counts as AUTO."""

    orient: Setting[orient.Params, orient.Inputs] | None = None
    deskew: Setting[deskew.Params, deskew.Inputs] | None = None
    blank: Setting[blank.Params, blank.Inputs] | None = None


def automatic(estimate: Estimate[P], inputs: I) -> Setting[P, I]:
    """What a stage proposed, as an AUTO setting."""
    return Setting(estimate.params, Mode.AUTO, inputs, estimate.confidence)


def manual(setting: Setting[P, I] | None) -> Setting[P, I] | None:
    """The setting where a person made it, else None."""
    return setting if setting is not None and setting.mode is Mode.MANUAL else None


def to_json(recipe: Recipe) -> dict[str, Any]:
    """A JSON-ready dict, read back without loss by ``from_json``."""
    return asdict(recipe)


def from_json(data: dict[str, Any]) -> Recipe:
    """The Recipe that ``to_json`` wrote. Raises KeyError, TypeError or ValueError on anything else."""

    def setting(row: dict[str, Any] | None, params: type[P], inputs: type[I]) -> Setting[P, I] | None:
        if row is None:
            return None
        given = None if row["inputs"] is None else inputs(**_tuples(row["inputs"]))
        return Setting(params(**row["params"]), Mode(row["mode"]), given, row["confidence"])

    return Recipe(
        orient=setting(data["orient"], orient.Params, orient.Inputs),
        deskew=setting(data["deskew"], deskew.Params, deskew.Inputs),
        blank=setting(data["blank"], blank.Params, blank.Inputs),
    )


def _tuples(row: dict[str, Any]) -> dict[str, Any]:
    """JSON gives lists where the dataclasses hold tuples."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}


def kept(recipe: Recipe) -> Recipe:
    """The same decisions, none of them estimated anew: makes the page that was made before."""

    def fixed(setting: Setting[P, I] | None) -> Setting[P, I] | None:
        return None if setting is None else replace(setting, mode=Mode.MANUAL)

    return Recipe(fixed(recipe.orient), fixed(recipe.deskew), fixed(recipe.blank))
