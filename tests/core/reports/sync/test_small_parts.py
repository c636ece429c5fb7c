# SPDX-License-Identifier: GPL-2.0-or-later
"""Reading ahead, and taking turns: the small parts that the others stand on."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigma_communes.core.base.read_ahead import read_ahead
from sigma_communes.core.errors import WorkspaceError
from sigma_communes.core.model import Report
from sigma_communes.core.reports.sync.matching import is_of_note
from sigma_communes.core.store.file.lock import turn
from sigma_communes.core.store.outbox import Note


@given(st.lists(st.integers(), max_size=40), st.integers(1, 7), st.integers(1, 3))
def test_all_items_come_in_order(items: list[int], chunk: int, depth: int) -> None:
    with read_ahead(iter(items), chunk=chunk, depth=depth) as ahead:
        assert list(ahead) == items


@pytest.mark.parametrize("after", [0, 1, 4, 5, 11])
def test_what_is_raised_there_is_raised_here_after_what_came_before(after: int) -> None:
    def items() -> Iterator[int]:
        yield from range(after)
        raise KeyError("there")

    seen = []
    with pytest.raises(KeyError, match="there"), read_ahead(items(), chunk=5) as ahead:
        for item in ahead:
            seen.append(item)
    assert seen == list(range(after))


def test_the_thread_ends_with_the_block() -> None:
    made = []

    def items() -> Iterator[int]:
        for n in range(1_000_000):
            made.append(n)
            yield n

    with read_ahead(items(), chunk=10, depth=2) as ahead:
        assert [next(ahead) for _ in range(3)] == [0, 1, 2]
        time.sleep(0.05)
    count = len(made)
    assert count <= 60, "no more than what may be made in advance"
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("read-ahead")]


def test_turns_are_taken_one_after_the_other(tmp_path: Path) -> None:
    path = tmp_path / "w.gpkg"
    at_once, most = [0], [0]
    refused = []

    def work() -> None:
        for _ in range(30):
            try:
                with turn(path, "push"):
                    at_once[0] += 1
                    most[0] = max(most[0], at_once[0])
                    time.sleep(0.001)
                    at_once[0] -= 1
            except WorkspaceError:
                refused.append(1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]
    with turn(path, "push"), turn(path, "other"):
        pass
    assert {file.name: file.stat().st_size for file in tmp_path.iterdir()} == {".w.gpkg.push": 0, ".w.gpkg.other": 0}


def test_a_folder_that_can_not_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="beside"), turn(tmp_path / "none" / "w.gpkg", "push"):
        pass


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({}, True), ({"description": "words\r\n"}, True), ({"lon": 5.3000001}, True), ({"lon": 5.31}, False),
        ({"description": "others"}, False), ({"service_code": "2"}, False), ({"lon": None}, False),
    ],
)  # fmt: skip
def test_whether_a_report_is_what_was_sent(change: dict[str, object], same: bool) -> None:
    sent = {"service_code": "1", "description": "words", "lon": 5.3, "lat": 43.2, "address": ""}
    note = Note(1, "local/a", "create", sent, (), "unknown")
    values = {"service_code": "1", "description": "words", "lon": 5.3, "lat": 43.2, **change}
    assert is_of_note(note, Report("city", "9", **values)) is same  # type: ignore[arg-type]
