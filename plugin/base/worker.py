# SPDX-License-Identifier: GPL-2.0-or-later
"""A thread of our own for what answers while a person types; jobs that he waits for are :mod:`.tasks`.

QGIS' task manager queues tasks and can't keep a connection open between them, nor be waited for a few milliseconds.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Optional

from .runtime import use_runtime

_STOP_WITHIN = 5.0  # seconds


class Worker:
    """Runs ``work`` in a thread at once; ``work`` looks at :attr:`stopping` and catches its own errors."""

    def __init__(self, name: str, work: Callable[[], None]) -> None:
        self.stopping = threading.Event()
        self._work = work
        self._thread = threading.Thread(target=self._run, name=f"sigma_communes {name}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def _run(self) -> None:
        use_runtime()
        self._work()

    def ended(self, wait: Optional[float] = None) -> bool:
        """Whether it has ended, after waiting so many seconds at most (None: until it has)."""
        self._thread.join(wait)
        return not self._thread.is_alive()

    def stop(self) -> bool:
        """Ask it to stop and wait, at most 5 s; whether it has."""
        self.stopping.set()
        return self.ended(_STOP_WITHIN)
