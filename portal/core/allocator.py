"""How the C library and Python keep the memory of a worker."""

from __future__ import annotations

import ctypes
import gc

# Names and values of the manual page of mallopt.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_LARGE = 1 << 20
# Objects made and not yet gone before Python looks for cycles among them; a page makes some thousands.
_LOOK_AFTER = 5_000


def keep_memory_together() -> None:
    """One heap for all threads, and large pieces given back at once; for what is forked after this, too.

    A heap for each thread leaves holes in each, while Python runs one thread at a time. And glibc, once it has seen a
    large piece, keeps the next ones: the tables of the best compression are megabytes. Other C libraries do neither.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for parameter, value in ((_M_ARENA_MAX, 1), (_M_MMAP_THRESHOLD, _LARGE), (_M_TRIM_THRESHOLD, _LARGE)):
            mallopt(parameter, value)


def collect_rarely() -> None:
    """Look for garbage less often, and never among what a worker was started with: it stays to the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_LOOK_AFTER)
