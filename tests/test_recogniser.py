"""The tool that teaches the recogniser takes Tesseract's model files apart and puts them together again."""

from __future__ import annotations

import numpy as np

import resources
from ocr.text import nfc
from tools.recogniser import model_file


def shipped() -> dict[int, bytes]:
    return model_file.parts(resources.path("tessdata/vie.traineddata").read_bytes())


def test_a_file_comes_together_as_it_was() -> None:
    assert model_file.together(shipped()) == resources.path("tessdata/vie.traineddata").read_bytes()


def test_a_network_comes_together_as_it_was_but_for_the_last_digit_of_its_scales() -> None:
    data = shipped()[model_file.LSTM]
    network, after = model_file.network(data)
    again, _ = model_file.network(model_file.serialised(network) + after)
    assert len(model_file.serialised(network) + after) == len(data)
    for one, other in zip(network.all_layers(), again.all_layers(), strict=True):
        assert (one.kind, one.name, one.head, one.numbers) == (other.kind, other.name, other.head, other.numbers)
        for weights, same in zip(one.matrices, other.matrices, strict=True):
            np.testing.assert_allclose(weights, same, rtol=1e-5)


def test_letters_are_added_behind_the_others() -> None:
    parts = shipped()
    known = model_file.codes(parts[model_file.UNICHARSET], parts[model_file.RECODER])
    count = max(known.values()) + 1
    more = model_file.codes(*model_file.extended(parts[model_file.UNICHARSET], parts[model_file.RECODER], "№≤", count))
    assert more == {**known, "№": count, "≤": count + 1}


def test_the_shipped_network_reads_every_letter_of_vietnamese() -> None:
    parts = shipped()
    known = model_file.codes(parts[model_file.UNICHARSET], parts[model_file.RECODER])
    vowels = "aăâeêioôơuưy"
    marked = {letter for vowel in vowels for letter in _with_tones(vowel)}
    assert {*marked, "đ", "Đ", "–", "’", "…"} <= known.keys()


def _with_tones(vowel: str) -> list[str]:
    return [nfc(vowel + tone) for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")]
