"""Tesseract's model files: taken apart and put together again. Little-endian throughout.

The forms are those of Tesseract 5: ``tessdatamanager.cpp`` (the container), ``network.cpp``, ``weightmatrix.cpp``
(the network), ``unicharcompress.cpp`` (codes), ``unicharset.cpp`` (letters).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

COMPONENTS = 24
"""Places in the container; a part that is not there has the offset -1."""
LSTM, UNICHARSET, RECODER = 17, 21, 22
INT8, ADAM, DOUBLE = 1, 4, 128
"""Flags of a matrix: bytes with a scale a row; trained with Adam; scales are doubles."""
OWN_RATES = 64
"""Flag of a layer that holds learning rates."""

Weights = NDArray[np.float32]
"""(outputs, inputs + 1), the last column is the bias."""


def parts(data: bytes) -> dict[int, bytes]:
    """The components of a ``.traineddata`` file by their place."""
    (count,) = struct.unpack_from("<I", data)
    offsets = [*struct.unpack_from(f"<{count}q", data, 4), len(data)]
    there = [(place, offset) for place, offset in enumerate(offsets) if offset >= 0]
    return {place: data[offset:end] for (place, offset), (_, end) in pairwise(there)}


def together(components: Mapping[int, bytes]) -> bytes:
    """The ``.traineddata`` file of ``components``."""
    offset = 4 + 8 * COMPONENTS
    offsets = []
    for place in range(COMPONENTS):
        offsets.append(offset if place in components else -1)
        offset += len(components.get(place, b""))
    return struct.pack(f"<I{COMPONENTS}q", COMPONENTS, *offsets) + b"".join(components[at] for at in sorted(components))


@dataclass(frozen=True)
class Layer:
    """One layer as the file has it. ``head``: training state, whether errors go back, flags, inputs, outputs, weights.

    ``numbers``: what the kind of layer has besides, as (format, values). ``matrices``: of a fully connected layer one,
    of an LSTM those of the cell's input, its input gate, forget gate and output gate.
    """

    kind: str
    name: str
    head: tuple[int, ...]
    numbers: tuple[tuple[str, tuple[float, ...]], ...] = ()
    matrices: tuple[Weights, ...] = ()
    layers: tuple[Layer, ...] = field(default=())

    def all_layers(self) -> Iterator[Layer]:
        """This layer and all below it."""
        yield self
        for layer in self.layers:
            yield from layer.all_layers()

    def with_matrices(self, given: Mapping[str, Sequence[Weights]]) -> Layer:
        """The same with the weights of the layers that ``given`` names."""
        matrices = tuple(given.get(self.name, self.matrices))
        return replace(self, matrices=matrices, layers=tuple(each.with_matrices(given) for each in self.layers))

    def with_outputs(self, more: int) -> Layer:
        """The same network after its last layer got ``more`` outputs."""
        training, backward, flags, inputs, outputs, weights = self.head
        per_output = self.matrices[0].shape[1] if self.matrices else self.layers[-1].matrices[0].shape[1]
        head = (training, backward, flags, inputs, outputs + more, weights + more * per_output)
        last = tuple(each.with_outputs(more) for each in self.layers[-1:])
        return replace(self, head=head, layers=self.layers[:-1] + last)


def network(data: bytes) -> tuple[Layer, bytes]:
    """The network of an LSTM component, and what follows it there."""
    reader = _Reader(data)
    layer = reader.layer()
    return layer, data[reader.at :]


def serialised(layer: Layer) -> bytes:
    """The network as Tesseract reads it, weights as bytes."""
    out = [b"\0", _string(layer.kind), struct.pack("<bbiiii", *layer.head), _string(layer.name)]
    if layer.layers:
        out += [struct.pack("<I", len(layer.layers)), *map(serialised, layer.layers)]
    out += [struct.pack(f"<{form}", *values) for form, values in layer.numbers]
    out += map(_bytes_of, layer.matrices)
    return b"".join(out)


def codes(unicharset: bytes, recoder: bytes) -> dict[str, int]:
    """The network's output for each letter. The two special entries (joined, broken) are left out."""
    letters = [row.split(" ")[0] for row in unicharset.decode().split("\n")[1:]]
    letters[0] = " "
    (count,) = struct.unpack_from("<I", recoder)
    found, at = {}, 4
    for place in range(count):
        _, length, code = struct.unpack_from("<bii", recoder, at)
        assert length == 1, "letters of several codes are not for this network"
        at += 9
        if place not in (1, 2):
            found[letters[place]] = code
    return found


def extended(unicharset: bytes, recoder: bytes, letters: str, first_code: int) -> tuple[bytes, bytes]:
    """Both parts with ``letters`` added; their codes count up from ``first_code``."""
    rows = unicharset.decode().rstrip("\n").split("\n")
    count = int(rows[0])
    for place, letter in enumerate(letters, count):
        kind, script, direction, suffix = (3, "Latin", 0, "a") if letter.isalpha() else (10, "Common", 10, "p")
        box = "0,255,0,255,0,0,0,0,0,0"
        about = f"{kind} {box} {script} {place} {direction} {place} {letter}"
        rows.append(f"{letter} {about}\t# {letter} [{ord(letter):x} ]{suffix}")
    rows[0] = str(count + len(letters))
    more = b"".join(struct.pack("<bii", 1, 1, first_code + place) for place in range(len(letters)))
    return ("\n".join(rows) + "\n").encode(), struct.pack("<I", count + len(letters)) + recoder[4:] + more


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data, self.at = data, 0

    def take(self, form: str) -> tuple[float, ...]:
        values = struct.unpack_from(f"<{form}", self._data, self.at)
        self.at += struct.calcsize(f"<{form}")
        return values

    def count(self) -> int:
        return int(self.take("I")[0])

    def string(self) -> str:
        length = self.count()
        self.at += length
        return self._data[self.at - length : self.at].decode()

    def layer(self) -> Layer:
        self.take("b")
        kind = self.string()
        head = tuple(int(value) for value in self.take("bbiiii"))
        name = self.string()
        if kind in ("Series", "RTLReversed", "XYTranspose"):
            layers = tuple(self.layer() for _ in range(self.count()))
            return Layer(kind, name, head, self.rates() if head[2] & OWN_RATES else (), layers=layers)
        if kind == "Input":
            return Layer(kind, name, head, (("iiiii", self.take("iiiii")),))
        if kind in ("Convolve", "Maxpool"):
            return Layer(kind, name, head, (("ii", self.take("ii")),))
        if kind in ("LSTM", "SummLSTM"):
            sources = (("i", self.take("i")),)
            return Layer(kind, name, head, sources, tuple(self.matrix() for _ in range(4)))
        return Layer(kind, name, head, matrices=(self.matrix(),))

    def rates(self) -> tuple[tuple[str, tuple[float, ...]], ...]:
        count = self.count()
        return (("I", (count,)), (f"{count}f", self.take(f"{count}f")))

    def matrix(self) -> Weights:
        (flags,) = self.take("B")
        assert int(flags) & (INT8 | DOUBLE) == INT8 | DOUBLE, "only networks of bytes are read"
        rows, columns = (int(value) for value in self.take("II"))
        self.take("b")
        weights = np.array(self.take(f"{rows * columns}b"), np.float32).reshape(rows, columns)
        scales = np.array(self.take(f"{self.count()}d"), np.float32)
        return np.asarray(weights * scales[:rows, None], np.float32)


def _string(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode()


def _bytes_of(weights: Weights) -> bytes:
    """As ``WeightMatrix::ConvertToInt``: each row in 127ths of its largest weight."""
    scales = np.abs(weights).max(axis=1).astype(np.float64) / 127
    rows = np.round(weights / np.where(scales == 0, 1, scales)[:, None]).astype(np.int8)
    return b"".join(
        (
            struct.pack("<BIIb", INT8 | ADAM | DOUBLE, *rows.shape, 0),
            rows.tobytes(),
            struct.pack("<I", len(scales)),
            scales.tobytes(),
        )
    )
