# SPDX-License-Identifier: GPL-2.0-or-later
"""The next items are made in a thread while the present ones are used: waiting for a server costs nothing then."""

from __future__ import annotations

import itertools
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Optional, TypeVar

T = TypeVar("T")


@contextmanager
def read_ahead(items: Iterator[T], *, chunk: int = 500, depth: int = 12) -> Iterator[Iterator[T]]:
    """Give ``items``, at most ``depth`` chunks of which are made in advance; what is raised there is raised here.

    At the end of the block the thread has ended, after the item that it is at.
    """
    ahead: queue.Queue[tuple[list[T], Optional[BaseException]]] = queue.Queue(maxsize=depth)
    stop = threading.Event()

    def put(made: list[T], error: Optional[BaseException]) -> None:
        while not stop.is_set():
            with suppress(queue.Full):
                ahead.put((made, error), timeout=0.05)
                return

    def make() -> None:
        made: list[T] = []
        try:
            while not stop.is_set():
                made = []
                for item in itertools.islice(items, chunk):
                    made.append(item)
                    if stop.is_set():
                        return
                put(made, None)
                if len(made) < chunk:
                    return
        except BaseException as error:
            put(made, error)

    def given() -> Iterator[T]:
        while True:
            made, error = ahead.get()
            yield from made
            if error is not None:
                raise error
            if len(made) < chunk:
                return

    thread = threading.Thread(target=make, name="read ahead", daemon=True)
    thread.start()
    try:
        yield given()
    finally:
        stop.set()
        thread.join()
