"""Scanners through SANE. ``session`` is the door; drivers run in a child process (``child``), since they crash."""
