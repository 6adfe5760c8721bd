"""Teach Tesseract's small network the print of Vietnamese offices: ``python -m tools.recogniser --help``.

Starts from the weights of ``tessdata_fast`` (Apache-2.0), draws lines of real text, scans them badly, and trains with
PyTorch, which is needed for nothing else and is in no lock. What comes out is a model file that Tesseract loads.
"""
