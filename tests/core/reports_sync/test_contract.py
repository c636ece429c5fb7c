# SPDX-License-Identifier: GPL-2.0-or-later
"""What holds for every source, whatever it is: one test for all of them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sigma_communes.core.errors import UsageError
from sigma_communes.core.reports.folder import Folder
from sigma_communes.core.reports.handling import set_state
from sigma_communes.core.reports.merging import open_conflicts
from sigma_communes.core.reports.ogc_features import OgcFeatures
from sigma_communes.core.reports.pulling import pull
from sigma_communes.core.reports.pushing import push
from sigma_communes.core.reports.source import Source
from sigma_communes.core.store import Workspace
from sigma_communes.core.transport import new_session
from sigma_communes.tests.servers.georeport import STYLES, GeoReportServer
from sigma_communes.tests.servers.ogc_features import OgcFeaturesServer

from .conftest import LIMITS, client_of, rows
from .test_push import draw


class There:
    """What the other side of a source can do in a test."""

    source: Source

    def fill(self, count: int) -> None: ...
    def edit(self, identifier: str, **values: Any) -> None: ...
    def delete(self, identifier: str) -> None: ...
    def seen(self) -> dict[str, dict[str, Any]]: ...  # type: ignore[empty-body]
    def lose_next_answer(self) -> None: ...


class OnServer(There):
    def __init__(self, stack: ExitStack, kind: str) -> None:
        self.server = stack.enter_context(GeoReportServer(STYLES[kind]))
        self.source = client_of(self.server, kind, stack.enter_context(new_session()), listed=True)

    def fill(self, count: int) -> None:
        self.server.add(count)

    def edit(self, identifier: str, **values: Any) -> None:
        self.server.edit(identifier, **values)

    def delete(self, identifier: str) -> None:
        self.server.delete(identifier)

    def seen(self) -> dict[str, dict[str, Any]]:
        return self.server.reports

    def lose_next_answer(self) -> None:
        self.server.fault("drop after", method="POST")


class InFolder(There):
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: dict[str, dict[str, Any]] = {}
        self.source = Folder(folder, name="city")

    def _write(self) -> None:
        with (self.folder / "drop.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(next(iter(self.rows.values()))))
            writer.writeheader()
            writer.writerows(self.rows.values())

    def fill(self, count: int) -> None:
        for n in range(1, count + 1):
            self.rows[str(n)] = {
                "service_request_id": str(n), "service_code": f"S{n % 4}", "service_name": "Trou",
                "description": f"n° {n}", "status": "closed" if n % 3 == 0 else "open", "address": f"{n} rue X",
                "requested_datetime": "2025-01-01T08:00:00Z", "long": 5.3 + n / 1000, "lat": 43.2,
            }  # fmt: skip
        self._write()

    def edit(self, identifier: str, **values: Any) -> None:
        self.rows[identifier].update(values)
        self._write()

    def delete(self, identifier: str) -> None:
        del self.rows[identifier]
        self._write()

    def seen(self) -> dict[str, dict[str, Any]]:
        out = {key: dict(value) for key, value in self.rows.items()}
        for file in (self.folder / "out").glob("*.json"):
            (record,) = json.loads(file.read_text(encoding="utf-8"))
            out[record["service_request_id"]] = record
        return out


class InCollection(There):
    def __init__(self, stack: ExitStack, names: dict[str, str]) -> None:
        self.server = stack.enter_context(OgcFeaturesServer(names))
        session = stack.enter_context(new_session())
        self.source = OgcFeatures(self.server.url, session, name="city", limits=LIMITS)

    def fill(self, count: int) -> None:
        self.server.add(count)

    def edit(self, identifier: str, **values: Any) -> None:
        self.server.edit(identifier, **values)

    def delete(self, identifier: str) -> None:
        del self.server.features[identifier]

    def seen(self) -> dict[str, dict[str, Any]]:
        ours = {theirs: name for name, theirs in self.server.names.items()}
        return {
            key: {ours.get(name, name): value for name, value in feature["properties"].items()}
            for key, feature in self.server.features.items()
        }

    def lose_next_answer(self) -> None:
        self.server.faults.append(("POST", "after"))


FRENCH = {
    "description": "commentaire",
    "status": "statut",
    "address": "adresse",
    "requested_datetime": "date_declaration",
}


@pytest.fixture(params=["citysdk", "klarschiff", "folder", "collection", "french collection"])
def there(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[There]:
    with ExitStack() as stack:
        if request.param == "folder":
            (tmp_path / "drops").mkdir()
            yield InFolder(tmp_path / "drops")
        elif "collection" in request.param:
            yield InCollection(stack, FRENCH if "french" in request.param else {})
        else:
            yield OnServer(stack, request.param)


def test_the_contract(ws: Workspace, there: There) -> None:
    there.fill(230)
    # All of it, once; the same again is nothing new.
    first = pull(ws, there.source)
    assert (first.new, first.rejected) == (230, 0)
    second = pull(ws, there.source)
    assert (second.new, second.changed) == (0, 0)
    lon, lat, status, state = rows(ws, "SELECT lon, lat, status, state FROM report WHERE id = 'city/3'")[0]
    assert (status, state) == ("closed", "resolved")
    assert 5.3 <= lon <= 5.4
    assert 43.2 <= lat <= 43.3
    # What changes there arrives, and no edit is lost.
    ws._connection.execute("UPDATE report SET description = 'mine' WHERE id IN ('city/1', 'city/2')")
    there.edit("1", description="theirs")
    there.edit("2", address="new")
    there.edit("5", description="five")
    third = pull(ws, there.source)
    assert (third.new, third.changed, third.conflicts) == (0, 3, 1)
    assert rows(ws, "SELECT description, address FROM report WHERE id = 'city/2'") == [("mine", "new")]
    (conflict,) = open_conflicts(ws)
    assert (conflict.report_id, conflict.field, conflict.theirs) == ("city/1", "description", {"description": "theirs"})
    # What is made here goes there once, even where its answer is lost, and comes back as itself.
    keys = [draw(ws, f"drawn {n}") for n in range(3)]
    there.lose_next_answer()
    set_state(ws, ["city/7"], "resolved", "anne")
    for _ in range(3):
        push(ws, there.source, who="anne")
    seen = there.seen()
    assert len(seen) == 233
    assert sorted(r["description"] for r in seen.values() if str(r["description"]).startswith("drawn")) == [
        "drawn 0", "drawn 1", "drawn 2"]  # fmt: skip
    assert seen["7"]["status"] == "closed"
    assert seen["1"]["description"] == "theirs", "a conflict is not sent"
    assert pull(ws, there.source).new == 0
    assert len(rows(ws, "SELECT 1 FROM report")) == 233
    assert {source for (source,) in rows(ws, "SELECT source FROM report")} == {"city"}
    assert len(keys) == 3
    # What is gone there stays here, marked.
    there.delete("9")
    assert pull(ws, there.source, full=True).gone == ["city/9"]
    assert len(rows(ws, "SELECT 1 FROM report")) == 233


def test_fields_go_there_where_they_are_taken(ws: Workspace, there: There) -> None:
    there.fill(4)
    pull(ws, there.source)
    ws._connection.execute("UPDATE report SET description = 'mine' WHERE id = 'city/1'")
    pushed = push(ws, there.source, who="anne")
    if "description" in there.source.abilities.fields:
        assert pushed.updated == ["city/1"]
        assert there.seen()["1"]["description"] == "mine"
        assert rows(ws, "SELECT * FROM change") == []
    else:
        assert "takes no changes of description" in pushed.kept["city/1"]
    assert pull(ws, there.source).conflicts == 0
    assert rows(ws, "SELECT description FROM report WHERE id = 'city/1'") == [("mine",)]


def test_a_collection_that_changed_meanwhile_is_not_overwritten(ws: Workspace) -> None:
    with OgcFeaturesServer() as server, new_session() as session:
        server.add(3)
        source = OgcFeatures(server.url, session, name="city", limits=LIMITS)
        pull(ws, source)
        ws._connection.execute("UPDATE report SET description = 'mine' WHERE id = 'city/1'")
        server.faults.append(("PUT", "412"))
        pushed = push(ws, source)
        assert "(412); it says “412: as asked”" in pushed.refused["city/1"]
        assert push(ws, source).updated == ["city/1"]


def test_a_folder_says_what_it_can_not_read(ws: Workspace, tmp_path: Path) -> None:
    (tmp_path / "drops").mkdir()
    (tmp_path / "drops" / "a.csv").write_text("id,lon,lat\n1,5.3,43.2\n2,5.4,43.3\n", encoding="utf-8")
    (tmp_path / "drops" / "b.csv").write_bytes(b"\x00\x01\x02")
    (tmp_path / "drops" / ".c.csv").write_text("half", encoding="utf-8")
    source = Folder(tmp_path / "drops")
    pulled = pull(ws, source)
    assert (pulled.new, pulled.rejected) == (2, 1)
    assert "b.csv" in pulled.reasons[0].where
    (tmp_path / "drops" / "d.csv").write_text("id,commentaire,lon,lat\n2,later,5.4,43.3\n", encoding="utf-8")
    assert pull(ws, source).changed == 1
    with pytest.raises(UsageError, match="no photo of this folder"):
        source.media("../../etc/passwd", max_bytes=10)
    with pytest.raises(UsageError, match="no such folder"):
        Folder(tmp_path / "none")
