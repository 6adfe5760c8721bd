"""``python -m tools.recogniser CORPUS OUTPUT.traineddata``: see the package."""

from __future__ import annotations

import argparse
from pathlib import Path

from tools.recogniser import model_file
from tools.recogniser.learning import Course, learn
from tools.recogniser.network import Network

NEW_LETTERS = "ỵ–’‘…•"
"""Letters of Vietnamese papers that the network of 2017 does not know."""


def main() -> None:
    """Train and write the model."""
    parser = argparse.ArgumentParser(prog="python -m tools.recogniser", description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--start", type=Path, default="/usr/share/tesseract-ocr/5/tessdata/vie.traineddata")
    parser.add_argument("--steps", type=int, default=12_000, help="batches to learn (default: %(default)s)")
    parser.add_argument("--processes", type=int, default=1, help="that draw lines (default: %(default)s)")
    wanted = parser.parse_args()
    parts = model_file.parts(wanted.start.read_bytes())
    layer, after = model_file.network(parts[model_file.LSTM])
    known = model_file.codes(parts[model_file.UNICHARSET], parts[model_file.RECODER])
    outputs, letters = layer.head[4], "".join(each for each in NEW_LETTERS if each not in known)
    codes = {**known, **{letter: outputs + place for place, letter in enumerate(letters)}}
    network = Network(layer, len(letters))
    blank = outputs - 1  # Tesseract's null character is the last code of the script
    learn(network, codes, blank, Course(wanted.corpus, wanted.steps, wanted.processes))
    parts[model_file.UNICHARSET], parts[model_file.RECODER] = model_file.extended(
        parts[model_file.UNICHARSET], parts[model_file.RECODER], letters, outputs
    )
    learned = layer.with_outputs(len(letters)).with_matrices(network.matrices())
    parts[model_file.LSTM] = model_file.serialised(learned) + after
    wanted.output.write_bytes(model_file.together(parts))


if __name__ == "__main__":
    main()
