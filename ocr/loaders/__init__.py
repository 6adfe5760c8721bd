"""Decoders behind ``ocr.load``: one module per family of formats."""
