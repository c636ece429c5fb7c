# SPDX-License-Identifier: GPL-2.0-or-later
"""The contract of sources on a report server, folders, collections and layers; see :mod:`.contract`."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sigma_communes.core.errors import UsageError
from sigma_communes.core.reports.sources.folder import Folder
from sigma_communes.core.reports.sources.ogc_features import OgcFeatures
from sigma_communes.core.reports.sources.wfs_t import WfsT
from sigma_communes.core.reports.sync.pull import pull
from sigma_communes.core.reports.sync.push import push
from sigma_communes.core.store import Workspace
from sigma_communes.core.transport import new_session
from sigma_communes.tests.servers.georeport import STYLES, GeoReportServer
from sigma_communes.tests.servers.ogc_features import OgcFeaturesServer
from sigma_communes.tests.servers.wfs import WfsServer

from .conftest import LIMITS, client_of
from .contract import There, assert_contract, assert_fields_go_there, assert_position_goes_there


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


class InLayer(There):
    def __init__(self, stack: ExitStack, **how: Any) -> None:
        self.server = stack.enter_context(WfsServer(**how))
        self.source = WfsT(self.server.url, stack.enter_context(new_session()), name="city", limits=LIMITS)

    def id(self, number: int) -> str:
        return f"reports.{number}"

    def fill(self, count: int) -> None:
        self.server.add(count)

    def edit(self, identifier: str, **values: Any) -> None:
        self.server.features[identifier]["values"].update(values)

    def delete(self, identifier: str) -> None:
        del self.server.features[identifier]

    def seen(self) -> dict[str, dict[str, Any]]:
        return {key: feature["values"] for key, feature in self.server.features.items()}

    def lose_next_answer(self) -> None:
        self.server.faults.append("after")


class InGeoJson(InFolder):
    """A folder in which GeoJSON files are dropped."""

    def _write(self) -> None:
        features = []
        for row in self.rows.values():
            values = {name: value for name, value in row.items() if name not in ("long", "lat")}
            geometry = {"type": "Point", "coordinates": [row["long"], row["lat"]]}
            features.append({"type": "Feature", "geometry": geometry, "properties": values})
        text = json.dumps({"type": "FeatureCollection", "features": features})
        (self.folder / "drop.geojson").write_text(text, encoding="utf-8")


LAYERS: dict[str, dict[str, Any]] = {
    "wfs 1.1": {},
    "wfs 1.1 as JSON": {"as_json": True},
    "wfs 1.1 lon lat": {"srs": "http://www.opengis.net/gml/srs/epsg.xml#4326"},
    "wfs 1.1 without pages": {"pages": False},
    "wfs 2.0": {"version": "2.0.0", "srs": "http://www.opengis.net/def/crs/EPSG/0/4326"},
}
FRENCH = {
    "description": "commentaire",
    "status": "statut",
    "address": "adresse",
    "requested_datetime": "date_declaration",
}


@pytest.fixture(params=["citysdk", "klarschiff", "folder", "geojson", "collection", "french collection", *LAYERS])
def there(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[There]:
    with ExitStack() as stack:
        if request.param in ("folder", "geojson"):
            (tmp_path / "drops").mkdir()
            yield (InGeoJson if request.param == "geojson" else InFolder)(tmp_path / "drops")
        elif request.param in LAYERS:
            yield InLayer(stack, **LAYERS[request.param])
        elif "collection" in request.param:
            yield InCollection(stack, FRENCH if "french" in request.param else {})
        else:
            yield OnServer(stack, request.param)


def test_the_contract(ws: Workspace, there: There) -> None:
    assert_contract(ws, there)


def test_fields_go_there_where_they_are_taken(ws: Workspace, there: There) -> None:
    assert_fields_go_there(ws, there)


def test_a_position_lies_there_where_it_lies_here(ws: Workspace, there: There) -> None:
    if "position" not in there.source.abilities.fields:
        pytest.skip("this source takes no positions")
    assert_position_goes_there(ws, there)


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
