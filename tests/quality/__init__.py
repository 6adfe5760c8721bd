"""Measured quality: run by ``make quality``, compared with a saved baseline."""
