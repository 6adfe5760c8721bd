"""Leptonica's way of scaling a line, which the network sees: it sharpens, as no other library does."""

from __future__ import annotations

import ctypes
from functools import cache

import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]


def scaled(grey: Grey, height: int) -> Grey:
    """``grey``, (h, w), at ``height`` rows, its shape kept. Raises OSError where Debian's liblept5 is not installed."""
    library = _library()
    factor = height / len(grey)
    before = _pix(library, grey)
    after = library.pixScale(before, factor, factor)
    rows = _pixels(library, after)
    for pix in (before, after):
        library.pixDestroy(ctypes.byref(ctypes.c_void_p(pix)))
    missing = height - len(rows)
    return np.vstack([rows, *[rows[-1:]] * missing]) if missing > 0 else rows[:height]


@cache
def _library() -> ctypes.CDLL:
    library = ctypes.CDLL("liblept.so.5")
    library.pixCreate.restype = library.pixScale.restype = ctypes.c_void_p
    library.pixScale.argtypes = [ctypes.c_void_p, ctypes.c_float, ctypes.c_float]
    library.pixGetData.restype = ctypes.c_void_p
    for name in ("pixGetData", "pixGetWpl", "pixGetWidth", "pixGetHeight"):
        getattr(library, name).argtypes = [ctypes.c_void_p]
    return library


def _pix(library: ctypes.CDLL, grey: Grey) -> int:
    height, width = grey.shape
    pix: int = library.pixCreate(width, height, 8)
    padded = np.zeros((height, library.pixGetWpl(pix) * 4), np.uint8)
    padded[:, :width] = grey
    words = _swapped(padded)
    ctypes.memmove(library.pixGetData(pix), words.ctypes.data, words.nbytes)
    return pix


def _pixels(library: ctypes.CDLL, pix: int) -> Grey:
    width, height = library.pixGetWidth(pix), library.pixGetHeight(pix)
    columns = library.pixGetWpl(pix) * 4
    data = ctypes.string_at(library.pixGetData(pix), height * columns)
    return _swapped(np.frombuffer(data, np.uint8).reshape(height, columns))[:, :width].copy()


def _swapped(rows: Grey) -> Grey:
    """Leptonica keeps four pixels in a word, the first in its highest byte."""
    return np.ascontiguousarray(rows.reshape(len(rows), -1, 4)[:, :, ::-1]).reshape(rows.shape)
