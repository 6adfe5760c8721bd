"""How large a page or file may be: one truth for whoever decodes or scans it."""

MAX_PIXELS = 200_000_000
"""Pixels of one page; larger ones are refused from the header, before memory is taken."""
MAX_PAGES = 10_000
"""Pages of one file."""
MAX_BYTES = 2 * 1024**3
"""Bytes of one file."""
