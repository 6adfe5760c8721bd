"""Pages of our own that look printed, stamped, signed and scanned: see ``tools/make_samples.py``."""
