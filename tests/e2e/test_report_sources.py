# SPDX-License-Identifier: GPL-2.0-or-later
"""The contract of sources on real servers: QGIS Server (WFS-T, OGC API Features) and pygeoapi, both over PostGIS."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sigma_communes.core.reports.sources.ogc_features import OgcFeatures
from sigma_communes.core.reports.sources.probe import probe
from sigma_communes.core.reports.sources.wfs_t import WfsT
from sigma_communes.core.reports.sync.pull import pull
from sigma_communes.core.reports.sync.push import push
from sigma_communes.core.store import Workspace
from sigma_communes.core.transport import Limits, new_session
from sigma_communes.tests.core.reports.sync.contract import (
    LosesAnswers,
    There,
    assert_contract,
    assert_fields_go_there,
    assert_position_goes_there,
)
from sigma_communes.tests.core.reports.sync.test_push import POINT
from sigma_communes.tests.servers import postgis, pygeoapi, qgis_server

pytest.register_assert_rewrite("sigma_communes.tests.core.reports.sync.contract")

# Name → kind of source, and the reference system of its table.
SOURCES = {
    "wfs": ("qgis wfs", 4326),
    "wfs_lambert": ("qgis wfs", 2154),
    "wfs_gml": ("qgis wfs as GML", 4326),
    "features": ("qgis features", 4326),
    "city_reports": ("pygeoapi", 4326),
}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[postgis.Postgis]:
    """Give a PostGIS with a table for each source."""
    try:
        with postgis.Postgis(tmp_path_factory.mktemp("postgis")) as running:
            for name, (_, srid) in SOURCES.items():
                postgis.make_table(running, name, srid=srid)
            yield running
    except postgis.NotAvailable as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def qgis(database: postgis.Postgis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a QGIS Server with the tables as layers."""
    project = tmp_path_factory.mktemp("qgis") / "reports.qgs"
    where = f"host=127.0.0.1 port={database.port} user={database.user} dbname={database.database} key='id'"
    layers = {
        name: f"{where} srid={srid} type=Point table=\"public\".\"{name}\" (geom)"
        for name, (kind, srid) in SOURCES.items()
        if kind.startswith("qgis")
    }  # fmt: skip
    try:
        qgis_server.make_project(project, layers)
        with qgis_server.QgisServer(project) as running:
            yield running.url
    except qgis_server.NotAvailable as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def items(database: postgis.Postgis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of an editable collection of a pygeoapi."""
    data = {"host": "127.0.0.1", "port": database.port, "dbname": database.database, "user": database.user,
            "password": "", "search_path": ["public"]}  # fmt: skip
    provider = {"name": pygeoapi.POSTGIS, "data": data, "id_field": "id", "table": "city_reports", "geom_field": "geom"}
    record = {"id": "r", "type": "Feature", "geometry": None, "properties": {"title": "r", "updated": "2025-01-01"}}
    folder = tmp_path_factory.mktemp("pygeoapi")
    point = {"type": "Point", "coordinates": [5.3, 43.3]}
    trees = {"type": "FeatureCollection", "features": [
        {"type": "Feature", "id": 1, "properties": {"id": 1}, "geometry": point}]}  # fmt: skip
    try:
        with pygeoapi.Pygeoapi(folder, [record], trees, editable={"city_reports": provider}) as running:
            yield f"{running.url}/collections/city_reports"
    except pygeoapi.NotAvailable as error:
        pytest.skip(str(error))


class InDatabase(There):
    """A table that a server shows."""

    def __init__(self, database: postgis.Postgis, table: str, srid: int, adapter: LosesAnswers) -> None:
        self.database, self.table, self.srid, self.adapter = database, table, srid, adapter
        database.execute(f"TRUNCATE {table} RESTART IDENTITY")
        self.prefix = f"{table}." if table.startswith("wfs") else ""

    def id(self, number: int) -> str:
        return f"{self.prefix}{number}"

    def fill(self, count: int) -> None:
        postgis.fill_table(self.database, self.table, count, srid=self.srid)

    def edit(self, identifier: str, **values: Any) -> None:
        for name, value in values.items():
            statement = f"UPDATE {self.table} SET {name} = %s WHERE id = %s"  # noqa: S608 - the test's own names
            self.database.execute(statement, value, int(identifier.removeprefix(self.prefix)))

    def delete(self, identifier: str) -> None:
        statement = f"DELETE FROM {self.table} WHERE id = %s"  # noqa: S608 - the test's own name
        self.database.execute(statement, int(identifier.removeprefix(self.prefix)))

    def seen(self) -> dict[str, dict[str, Any]]:
        columns = ("id", *postgis.COLUMNS)
        found = self.database.execute(f"SELECT {', '.join(columns)} FROM {self.table}")  # noqa: S608
        return {f"{self.prefix}{row[0]}": dict(zip(columns, row)) for row in found}

    def lose_next_answer(self) -> None:
        self.adapter.lose = 1


@pytest.fixture(params=list(SOURCES))
def there(request: pytest.FixtureRequest, database: postgis.Postgis) -> Iterator[There]:
    """Give each source with its empty table."""
    kind, srid = SOURCES[request.param]
    adapter = LosesAnswers()
    limits = Limits(connect=5, read=30, backoff=0.01)
    with new_session() as session:
        session.mount("http://", adapter)
        made = InDatabase(database, request.param, srid, adapter)
        if kind == "pygeoapi":
            made.source = OgcFeatures(request.getfixturevalue("items"), session, name="city", limits=limits)
        elif kind == "qgis features":
            url = f"{request.getfixturevalue('qgis')}wfs3/collections/{request.param}"
            made.source = OgcFeatures(url, session, name="city", limits=limits)
        else:
            url = f"{request.getfixturevalue('qgis')}?typeName={request.param}"
            made.source = AsGml(url, session, name="city", limits=limits) if "GML" in kind else WfsT(
                url, session, name="city", limits=limits)  # fmt: skip
        yield made


class AsGml(WfsT):
    """A client that is given GML by a server that has GeoJSON too."""

    def capabilities(self) -> Any:
        from dataclasses import replace

        return replace(super().capabilities(), json="")


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.open(tmp_path / "workspace.gpkg") as workspace:
        yield workspace


def test_the_contract(ws: Workspace, there: There) -> None:
    assert_contract(ws, there)


def test_fields_go_there(ws: Workspace, there: There) -> None:
    assert_fields_go_there(ws, there)


# QGIS Server 3.22 leaves a feature where it was when it is put: see the next test.
@pytest.mark.parametrize("there", [name for name in SOURCES if name != "features"], indirect=True)
def test_no_axis_is_swapped(ws: Workspace, there: InDatabase) -> None:
    assert_position_goes_there(ws, there)
    found = there.database.execute(
        f"SELECT ST_X(p), ST_Y(p) FROM (SELECT ST_Transform(geom, 4326) p FROM {there.table} WHERE id <> 2) AS t"  # noqa: S608
    )
    assert [(round(x, 6), round(y, 6)) for x, y in found] == [(5, 43), (5, 43)]


@pytest.mark.parametrize("there", ["features"], indirect=True)
def test_a_position_that_is_not_taken_is_said_and_stays_here(ws: Workspace, there: There) -> None:
    there.fill(1)
    pull(ws, there.source)
    before = there.source.request("1")
    ws._connection.execute("UPDATE report SET geom = ? WHERE id = 'city/1'", (POINT,))
    pushed = push(ws, there.source, who="anne")
    after = there.source.request("1")
    assert before is not None and after is not None
    if (after.lon, after.lat) == (5, 43):  # a QGIS Server that does
        assert pushed.updated == ["city/1"]
    else:
        assert (after.lon, after.lat) == (before.lon, before.lat)
        assert "not the new position" in pushed.refused["city/1"]
        assert ws.rows("SELECT field FROM change") == [("geom",)]


def test_probe_recognises_them(qgis: str, items: str) -> None:
    with new_session() as session:
        wfs = probe(qgis, session)
        assert (wfs.kind, wfs.layers) == ("wfs", tuple(name for name, known in SOURCES.items() if "qgis" in known[0]))
        assert wfs.capabilities["create"] and wfs.capabilities["updates"]
        assert probe(items, session).kind == "ogcapi"
        assert probe(f"{qgis}wfs3/collections/features", session).kind == "ogcapi"
