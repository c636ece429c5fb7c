# SPDX-License-Identifier: GPL-2.0-or-later
"""Python's collector of cycles, asked to look less often while records come and go by the hundred thousand.

Each look goes through all that lives, and records on their way from one thread to another make it believe that much
more lives than before. They form no cycles: without it they are freed at once as well.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_SELDOM = 20_000  # objects made and not freed between two looks, instead of 700
_lock = threading.Lock()
_before: list[tuple[int, int, int]] = []  # what was set before the first block, once for each that runs


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Let the collector look seldom during the block; blocks may overlap, in any thread."""
    with _lock:
        _before.append(_before[0] if _before else gc.get_threshold())
        gc.set_threshold(max(_SELDOM, _before[0][0]), *_before[0][1:])
    try:
        yield
    finally:
        with _lock:
            thresholds = _before.pop()
            if not _before:
                gc.set_threshold(*thresholds)
