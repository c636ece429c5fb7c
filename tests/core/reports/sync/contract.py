# SPDX-License-Identifier: GPL-2.0-or-later
"""What holds for every source: said once, checked on test servers here and on real ones in tests/e2e."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from sigma_communes.core.jobs.handling import set_state
from sigma_communes.core.model import Report
from sigma_communes.core.reports.sources.source import ReportSource
from sigma_communes.core.reports.sync.conflicts import open_conflicts
from sigma_communes.core.reports.sync.pull import pull
from sigma_communes.core.reports.sync.push import push
from sigma_communes.core.store import Workspace

from .conftest import rows
from .test_push import draw


class There:
    """What the other side of a source can do in a test."""

    source: ReportSource

    def fill(self, count: int) -> None: ...
    def edit(self, identifier: str, **values: Any) -> None: ...
    def delete(self, identifier: str) -> None: ...
    def seen(self) -> dict[str, dict[str, Any]]: ...  # type: ignore[empty-body]
    def lose_next_answer(self) -> None: ...

    def id(self, number: int) -> str:
        """Return the id of the report that was filled in as number ``number``."""
        return str(number)


class LosesAnswers(HTTPAdapter):
    """A network that loses the answer of the next POST: the server has acted, and nobody knows."""

    lose = 0

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        answer = super().send(request, *args, **more)
        if request.method == "POST" and self.lose:
            self.lose -= 1
            answer.close()
            raise requests.exceptions.ConnectionError("as asked")
        return answer


def assert_contract(ws: Workspace, there: There) -> None:
    """Read, edit on both sides, send, lose an answer, delete: nothing is lost, nothing doubled."""
    there.fill(230)
    key = lambda n: f"city/{there.id(n)}"  # noqa: E731
    # All of it, once; the same again is nothing new.
    first = pull(ws, there.source)
    assert (first.new, first.rejected) == (230, 0)
    second = pull(ws, there.source)
    assert (second.new, second.changed) == (0, 0)
    lon, lat, status, state = rows(ws, "SELECT lon, lat, status, state FROM report WHERE id = ?", key(3))[0]
    assert (status, state) == ("closed", "resolved")
    assert 5.3 <= lon <= 5.4
    assert 43.2 <= lat <= 43.3
    # What changes there arrives, and no edit is lost.
    ws._connection.execute("UPDATE report SET description = 'mine' WHERE id IN (?, ?)", (key(1), key(2)))
    there.edit(there.id(1), description="theirs")
    there.edit(there.id(2), address="new")
    there.edit(there.id(5), description="five")
    third = pull(ws, there.source)
    assert (third.new, third.changed, third.conflicts) == (0, 3, 1)
    assert rows(ws, "SELECT description, address FROM report WHERE id = ?", key(2)) == [("mine", "new")]
    (conflict,) = open_conflicts(ws)
    assert (conflict.report_id, conflict.field, conflict.theirs) == (key(1), "description", {"description": "theirs"})
    # What is made here goes there once, even where its answer is lost, and comes back as itself.
    keys = [draw(ws, f"drawn {n}") for n in range(3)]
    there.lose_next_answer()
    set_state(ws, [key(7)], "resolved", "anne")
    for _ in range(3):
        push(ws, there.source, who="anne")
    seen = there.seen()
    assert len(seen) == 233
    assert sorted(r["description"] for r in seen.values() if str(r["description"]).startswith("drawn")) == [
        "drawn 0", "drawn 1", "drawn 2"]  # fmt: skip
    assert seen[there.id(7)]["status"] == "closed"
    assert seen[there.id(1)]["description"] == "theirs", "a conflict is not sent"
    assert pull(ws, there.source).new == 0
    assert len(rows(ws, "SELECT 1 FROM report")) == 233
    assert {source for (source,) in rows(ws, "SELECT source FROM report")} == {"city"}
    assert len(keys) == 3
    # What is gone there stays here, marked.
    there.delete(there.id(9))
    done = pull(ws, there.source, full=True)
    # A server may still count what is deleted (QGIS Server does): then the list is not whole, and nothing is gone.
    cut_off = any("cut off" in item.reason for item in done.reasons)
    assert done.gone == ([] if cut_off else [key(9)]), (done.notes, done.reasons)
    assert len(rows(ws, "SELECT 1 FROM report")) == 233


def assert_fields_go_there(ws: Workspace, there: There) -> None:
    """A field that the source takes changes there; one that it does not take stays here, with the reason."""
    there.fill(4)
    key = f"city/{there.id(1)}"
    pull(ws, there.source)
    ws._connection.execute("UPDATE report SET description = 'mine' WHERE id = ?", (key,))
    pushed = push(ws, there.source, who="anne")
    if "description" in there.source.abilities.fields:
        assert pushed.updated == [key]
        assert there.seen()[there.id(1)]["description"] == "mine"
        assert rows(ws, "SELECT * FROM change") == []
    else:
        assert "takes no changes of description" in pushed.kept[key]
    assert pull(ws, there.source).conflicts == 0
    assert rows(ws, "SELECT description FROM report WHERE id = ?", key) == [("mine",)]
    if "description" in there.source.abilities.fields:
        # What is emptied here is empty there, and stays so.
        ws._connection.execute("UPDATE report SET description = NULL WHERE id = ?", (key,))
        assert push(ws, there.source, who="anne").updated == [key]
        assert not there.seen()[there.id(1)]["description"]
        assert pull(ws, there.source).conflicts == 0
        assert rows(ws, "SELECT coalesce(description, '') FROM report WHERE id = ?", key) == [("",)]


def assert_position_goes_there(ws: Workspace, there: There) -> None:
    """A report that was moved or drawn here lies there where it lies here: no axis is swapped."""
    there.fill(2)
    pull(ws, there.source)
    key = f"city/{there.id(1)}"
    drawn = draw(ws, "drawn")
    ws._connection.execute("UPDATE report SET geom = (SELECT geom FROM report WHERE id = ?) WHERE id = ?", (drawn, key))
    pushed = push(ws, there.source, who="anne")
    assert (pushed.created, pushed.updated) == ([drawn], [key])
    new = (report for report in there.source.requests() if getattr(report, "description", "") == "drawn")
    for place in (there.source.request(there.id(1)), next(new)):
        assert isinstance(place, Report)
        assert (place.lon, place.lat) == (pytest.approx(5, abs=1e-6), pytest.approx(43, abs=1e-6))
