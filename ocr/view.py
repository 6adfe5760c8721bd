"""A page on its way through the stages that move it: each looks at what the stages before have made of it."""

from __future__ import annotations

from dataclasses import dataclass

from ocr.geometry import Size, Transform
from ocr.resample import paper_colour, resampled
from ocr.stages import orient
from ocr.stages.reduced import Reduced


@dataclass(frozen=True)
class View:
    """``copy``: the reduced copy of the page as it is now; ``transform``: from the master's pixels to those of the page
    of ``size``.
    """

    copy: Reduced
    transform: Transform
    size: Size

    def turned(self, quarters: int) -> View:
        """The page after ``quarters`` clockwise quarter turns."""
        turn, size = orient.apply(orient.Params(quarters), self.size)
        return View(self.copy.turned(quarters), self.transform.then(turn), size)

    def moved(self, step: Transform, size: Size) -> View:
        """The page after ``step``, which makes it one of ``size``."""
        if step == Transform.identity() and size == self.size:
            return self
        height, width = self.copy.grey.shape
        shrunk = width / self.size.width, height / self.size.height
        small = Size(max(1, round(size.width * shrunk[0])), max(1, round(size.height * shrunk[1])))
        there = Transform.scale(*shrunk).inverse().then(step)
        there = there.then(Transform.scale(small.width / size.width, small.height / size.height))
        grey = resampled(self.copy.grey, there, small, paper_colour(self.copy.grey))
        return View(Reduced(grey, self.copy.dpi), self.transform.then(step), size)
