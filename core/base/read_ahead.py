# SPDX-License-Identifier: GPL-2.0-or-later
"""The next items are made in a thread while the present ones are used: waiting for a server costs nothing then."""

from __future__ import annotations

import itertools
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Optional, TypeVar

T = TypeVar("T")


@contextmanager
def read_ahead(items: Iterator[T], *, chunk: int = 500, depth: int = 12) -> Iterator[Iterator[T]]:
    """Give ``items``, at most ``depth`` chunks of which are made in advance; what is raised there is raised here.

    Items are made one after the other: where the caller stops early, so many were made for nothing. At the end of the
    block the thread has ended, after the item that it is at.
    """
    stop = threading.Event()

    def make() -> tuple[list[T], Optional[BaseException]]:
        made: list[T] = []
        try:
            for item in itertools.islice(items, chunk):
                made.append(item)
                if stop.is_set():
                    break
        except BaseException as error:
            return made, error
        return made, None

    with ThreadPoolExecutor(1, thread_name_prefix="read-ahead") as pool:
        coming = deque(pool.submit(make) for _ in range(depth))

        def given() -> Iterator[T]:
            while True:
                made, error = coming.popleft().result()
                if error is None and len(made) == chunk:
                    coming.append(pool.submit(make))
                yield from made
                if error is not None:
                    raise error
                if len(made) < chunk:
                    return

        try:
            yield given()
        finally:
            stop.set()
            for waiting in coming:
                waiting.cancel()
