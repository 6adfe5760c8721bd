"""Lines are drawn by processes beside, and each is learned from once; a few, drawn with a seed of their own, are only
measured: the share of wrong letters, read greedily, is printed.
"""

from __future__ import annotations

import math
import multiprocessing
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.queues import Queue
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from tools.recogniser.network import COLUMN, HEIGHT, Grey, Network, normalised
from tools.recogniser.scanning import Scanner
from tools.recogniser.texts import Texts

BATCH, SORTED = 24, 100
"""Lines of a batch; batches that are drawn together and sorted by width."""
RATE, WARM_UP, LAST_RATE = 8e-4, 200, 0.03
"""Highest learning rate, steps until it is reached, and the part of it that is left at the end."""
MEASURED, EVERY = 400, 1000
"""Lines that are only measured, and steps from one measure to the next."""

Lines = Sequence[tuple[str, Grey]]


@dataclass(frozen=True)
class Course:
    """``steps``: batches to learn; ``processes``: that draw lines of the texts in ``corpus``."""

    corpus: Path
    steps: int
    processes: int


def learn(network: Network, codes: dict[str, int], blank: int, wanted: Course) -> None:
    """Train ``network``, whose outputs mean ``codes``; stopped with Ctrl-C, it keeps what it has learned."""
    context = multiprocessing.get_context("spawn")
    drawn: Queue[Lines] = context.Queue(maxsize=4 * wanted.processes)
    arguments = (wanted.corpus, set(codes), drawn)
    artists = [
        context.Process(target=_draw, args=(*arguments, seed), daemon=True) for seed in range(1, wanted.processes + 1)
    ]
    for artist in artists:
        artist.start()
    apart = Scanner(np.random.default_rng(0), Texts(wanted.corpus, set(codes), 0).line)
    measured = [apart.line() for _ in range(MEASURED)]
    adam = torch.optim.Adam(network.parameters(), lr=RATE, betas=(0.9, 0.99))
    loss_of = nn.CTCLoss(blank=blank, zero_infinity=True)
    began, smooth = time.monotonic(), 0.0
    try:
        for step, lines in enumerate(_batches(drawn), 1):
            for group in adam.param_groups:
                group["lr"] = RATE * _share_of_rate(step, wanted.steps)
            pictures, times, targets, lengths = _tensors(lines, codes)
            scores = network(pictures, times)
            loss = loss_of(torch.log_softmax(scores, -1), targets, times, lengths)
            adam.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            adam.step()
            smooth = loss.item() if step == 1 else 0.98 * smooth + 0.02 * loss.item()
            if step % EVERY == 0 or step == wanted.steps:
                wrong = _wrong_letters(network, measured, codes, blank)
                print(f"{step} steps  {time.monotonic() - began:.0f} s  loss {smooth:.4f}  wrong {100 * wrong:.3f} %")
            if step == wanted.steps:
                break
    except KeyboardInterrupt:
        print("stopped")
    for artist in artists:
        artist.terminate()


def _share_of_rate(step: int, steps: int) -> float:
    falling = 0.5 * (1 + math.cos(math.pi * min(1.0, step / steps)))
    return min(1.0, step / WARM_UP) * (LAST_RATE + (1 - LAST_RATE) * falling)


def _draw(corpus: Path, letters: set[str], drawn: Queue[Lines], seed: int) -> None:
    scanner = Scanner(np.random.default_rng(seed), Texts(corpus, letters, seed).line)
    while True:
        drawn.put(sorted((scanner.line() for _ in range(BATCH * SORTED)), key=lambda line: line[1].shape[1]))


def _batches(drawn: Queue[Lines]) -> Iterator[Lines]:
    rng = np.random.default_rng(0)
    while True:
        lines = drawn.get()
        for place in rng.permutation(SORTED):
            yield lines[place * BATCH : (place + 1) * BATCH]


def _tensors(lines: Lines, codes: dict[str, int]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Pictures, time steps of each, codes of all letters, letters of each."""
    pictures = np.zeros((len(lines), 1, HEIGHT, max(picture.shape[1] for _, picture in lines)), np.float32)
    for row, (_, picture) in zip(pictures, lines, strict=True):
        row[0, :, : picture.shape[1]] = normalised(picture)
    return (
        torch.tensor(pictures),
        torch.tensor([picture.shape[1] // COLUMN for _, picture in lines]),
        torch.tensor([codes[letter] for text, _ in lines for letter in text]),
        torch.tensor([len(text) for text, _ in lines]),
    )


def _wrong_letters(network: Network, lines: Lines, codes: dict[str, int], blank: int) -> float:
    """Share of letters that the likeliest output of each time step gets wrong."""
    letters = {code: letter for letter, code in codes.items()}
    wrong = 0
    with torch.no_grad():
        for text, picture in lines:
            pictures, times, _, _ = _tensors([(text, picture)], codes)
            best = network(pictures, times)[:, 0].argmax(-1).tolist()
            changes = [code for before, code in zip([blank, *best], best, strict=False) if code not in (before, blank)]
            wrong += _distance(text, "".join(letters.get(code, "") for code in changes))
    return wrong / sum(len(text) for text, _ in lines)


def _distance(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        above, row[0] = row[:], place
        for column, against in enumerate(other, 1):
            row[column] = min(above[column] + 1, row[column - 1] + 1, above[column - 1] + (letter != against))
    return row[-1]
