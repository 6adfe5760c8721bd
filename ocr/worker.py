"""What a worker process does before its first page: limits on itself, one thread, gone when its parent is gone."""

from __future__ import annotations

import ctypes
import os
import resource
import signal

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_M_MMAP_THRESHOLD = -3  # malloc.h
_LARGE_BYTES = 1 << 18
"""Blocks so large go back to the system when they are freed. Left to itself, glibc keeps blocks of up to 32 MB, which
are just the copies of a page and the packed images of a PDF.
"""


NICE_VARIABLE = "DIGITIZER_WORKERS_NICE"
"""By so much workers give way to everything else on the machine (nice(2)): set where a person looks at a window."""


def confine(memory_bytes: int, parent: int) -> None:
    """Bound this process, whose parent has the pid ``parent``.

    ``memory_bytes`` bounds the address space: an image that asks for more fails alone. The kernel kills this process
    when the thread that started it ends, however it ends.
    """
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the line above
        os._exit(1)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # pages may be confidential: no core dumps


def prepare(memory_bytes: int, parent: int) -> None:
    """Run first in every worker process, which is confined by it."""
    confine(memory_bytes, parent)
    os.nice(int(os.environ.get(NICE_VARIABLE, "0")))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer; one held back until now is gone
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
    # Before the engine is imported: its own threads make it five times slower (tesseract-ocr/tesseract#3109).
    os.environ["OMP_THREAD_LIMIT"] = "1"
