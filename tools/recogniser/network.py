"""Tesseract's network for Vietnamese, ``[1,36,0,1 Ct3,3,16 Mp3,3 Lfys48 Lfx96 Lrx96 Lfx192 O1c1]``, in PyTorch.

Computes what Tesseract computes from the same weights (but for rounding to bytes), many lines at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tools.recogniser.model_file import Layer, Weights

HEIGHT = 36
"""Pixels of a line."""
COLUMN = 3
"""Pixels of a line that become one time step."""
NEVER = -20.0
"""Bias of an output that has not been trained yet."""
_GATES = (1, 2, 0, 3)
"""PyTorch's order of gates (input, forget, cell, output) among Tesseract's (cell, input, forget, output)."""

Grey = NDArray[np.uint8]


class Network(nn.Module):
    """``layer``: Tesseract's weights to start from; ``more``: outputs added to them."""

    def __init__(self, layer: Layer, more: int = 0) -> None:
        super().__init__()
        self._names = [each.name for each in layer.all_layers() if each.matrices]
        given = [each.matrices for each in layer.all_layers() if each.matrices]
        outputs = given[-1][0].shape[0]
        self.convolution = nn.Conv2d(1, 16, 3)
        self.summary = nn.LSTM(16, 48)
        self.forth = nn.LSTM(48, 96)
        self.back = nn.LSTM(96, 96)
        self.last = nn.LSTM(96, 192)
        self.output = nn.Linear(192, outputs + more)
        with torch.no_grad():
            (kernel,) = given[0]
            self.convolution.weight.copy_(
                torch.tensor(kernel[:, :9].reshape(16, 3, 3).transpose(0, 2, 1)[:, None].copy())
            )
            self.convolution.bias.copy_(torch.tensor(kernel[:, 9]))
            for lstm, matrices in zip(self._lstms(), given[1:5], strict=True):
                _put(lstm, matrices)
            (final,) = given[5]
            self.output.weight[:outputs] = torch.tensor(final[:, :-1])
            self.output.bias[:outputs] = torch.tensor(final[:, -1])
            self.output.weight[outputs:] *= 0.1
            self.output.bias[outputs:] = NEVER

    def forward(self, lines: Tensor, steps: Tensor) -> Tensor:
        """Scores (time, line, output) before softmax of ``lines`` (line, 1, HEIGHT, width), -1 black to 1 white, padded
        to one width; ``steps``: time steps of each line without its padding.
        """
        count, _, height, width = lines.shape
        # Tesseract pads with noise.
        padded = torch.empty(count, 1, height + 2, width + 2).uniform_(-1, 1)
        padded[:, :, 1:-1, 1:-1] = lines
        maps = nn.functional.max_pool2d(torch.tanh(self.convolution(padded)), COLUMN)
        _, channels, rows, times = maps.shape
        columns = maps.permute(2, 0, 3, 1).reshape(rows, count * times, channels)
        values = self.summary(columns)[0][-1].reshape(count, times, -1).permute(1, 0, 2)
        values = self.forth(values)[0]
        at = torch.arange(times)[:, None]
        backwards = torch.where(at < steps[None], steps[None] - 1 - at, at)[:, :, None].expand(-1, -1, values.shape[2])
        values = torch.gather(self.back(torch.gather(values, 0, backwards))[0], 0, backwards)
        scores: Tensor = self.output(self.last(values)[0])
        return scores

    def matrices(self) -> Mapping[str, Sequence[Weights]]:
        """The weights as Tesseract has them, by the layers' names."""
        kernel = self.convolution.weight.detach().numpy()[:, 0].transpose(0, 2, 1).reshape(16, 9)
        convolution = [_with_bias(kernel, self.convolution.bias)]
        final = [_with_bias(self.output.weight.detach().numpy(), self.output.bias)]
        return dict(zip(self._names, [convolution, *map(_taken, self._lstms()), final], strict=True))

    def _lstms(self) -> tuple[nn.LSTM, ...]:
        return self.summary, self.forth, self.back, self.last


def normalised(line: Grey) -> NDArray[np.float32]:
    """``line``, (HEIGHT, w), as Tesseract shows it to the network: -1 black to 1 white.

    Black and white are told by the row in the middle, as in ``NetworkIO::ComputeBlackWhite``.
    """
    row = line[HEIGHT // 2].astype(int)
    before, here, after = row[:-2], row[1:-1], row[2:]
    valleys = here[((here < before) & (here <= after)) | ((here <= before) & (here < after))]
    hills = here[((here > before) & (here >= after)) | ((here >= before) & (here > after))]
    black = float(np.quantile(valleys, 0.25)) if valleys.size else 0.0
    white = float(np.quantile(hills, 0.75)) if hills.size else 255.0
    half = (white - black) / 2 if white > black else 1.0
    return np.asarray(np.clip((line - black) / half - 1, -1, 1), np.float32)


def _put(lstm: nn.LSTM, matrices: Sequence[Weights]) -> None:
    weights = torch.tensor(np.concatenate([matrices[gate] for gate in _GATES]))
    inputs = lstm.input_size
    lstm.weight_ih_l0.copy_(weights[:, :inputs])
    lstm.weight_hh_l0.copy_(weights[:, inputs:-1])
    lstm.bias_ih_l0.copy_(weights[:, -1])
    lstm.bias_hh_l0.zero_()


def _taken(lstm: nn.LSTM) -> list[Weights]:
    weights = torch.cat([lstm.weight_ih_l0, lstm.weight_hh_l0], dim=1).detach().numpy()
    gates = np.split(_with_bias(weights, lstm.bias_ih_l0 + lstm.bias_hh_l0), 4)
    return [gates[_GATES.index(gate)] for gate in range(4)]


def _with_bias(weights: Weights, bias: Tensor | None) -> Weights:
    assert bias is not None
    return np.concatenate([weights, bias.detach().numpy()[:, None]], axis=1)
