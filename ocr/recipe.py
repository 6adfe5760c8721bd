"""What was decided for a page, stage by stage, and by whom: enough to make the same page again."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from types import ModuleType
from typing import Any, Generic, TypeVar

from ocr.stages import (
    Estimate,
    blank,
    bleed,
    crop,
    deskew,
    despeckle,
    dewarp,
    flatten,
    height,
    ink,
    orient,
    perspective,
    split,
)

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
    flatten: Setting[flatten.Params, flatten.Inputs] | None = None
    height: Setting[height.Params, height.Inputs] | None = None
    ink: Setting[ink.Params, ink.Inputs] | None = None
    despeckle: Setting[despeckle.Params, despeckle.Inputs] | None = None
    bleed: Setting[bleed.Params, bleed.Inputs] | None = None
    split: Setting[split.Params, split.Inputs] | None = None
    perspective: Setting[perspective.Params, perspective.Inputs] | None = None
    dewarp: Setting[dewarp.Params, dewarp.Inputs] | None = None
    crop: Setting[crop.Params, crop.Inputs] | None = None


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
    """The Recipe that ``to_json`` wrote; stages unknown to it are None. Raises KeyError, TypeError or ValueError on
    anything else.
    """

    def setting(row: dict[str, Any] | None, stage: ModuleType) -> Setting[Any, Any] | None:
        if row is None:
            return None
        inputs = None if row["inputs"] is None else stage.Inputs(**_tuples(row["inputs"]))
        return Setting(stage.Params(**_tuples(row["params"])), Mode(row["mode"]), inputs, row["confidence"])

    return Recipe(**{name: setting(row, _STAGES[name]) for name, row in data.items()})


def _tuples(row: dict[str, Any]) -> dict[str, Any]:
    """JSON gives lists where the dataclasses hold tuples."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}


def kept(recipe: Recipe) -> Recipe:
    """The same decisions, none of them estimated anew: makes the page that was made before."""

    settings = {field.name: getattr(recipe, field.name) for field in fields(recipe)}
    return Recipe(**{name: value and replace(value, mode=Mode.MANUAL) for name, value in settings.items()})


_STAGES: dict[str, ModuleType] = {
    "orient": orient,
    "deskew": deskew,
    "blank": blank,
    "flatten": flatten,
    "height": height,
    "ink": ink,
    "despeckle": despeckle,
    "bleed": bleed,
    "split": split,
    "perspective": perspective,
    "dewarp": dewarp,
    "crop": crop,
}
