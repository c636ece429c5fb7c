# SPDX-License-Identifier: GPL-2.0-or-later
"""Layers of services in a pack, against a real HTTP socket: the loopback alone is open to these tests."""

from __future__ import annotations

import importlib.util
import io
import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from sigma_communes.core import transport
from sigma_communes.core.base.geos import shapely
from sigma_communes.core.catalogue import Calls
from sigma_communes.core.pack import Order, find, make, make_all, refresh
from sigma_communes.core.pack.layers.rasters import covering
from sigma_communes.core.pack.place import METRES
from sigma_communes.core.territory import Territory
from sigma_communes.core.transport import Limits
from sigma_communes.core.vector.reading import read_features, reprojected

from .conftest import AUBAGNE, inside, outline

_SPEC = importlib.util.spec_from_file_location(
    "pack_servers", Path(__file__).resolve().parents[2] / "servers" / "catalogue.py"
)
assert _SPEC is not None and _SPEC.loader is not None
servers = importlib.util.module_from_spec(_SPEC)
sys.modules["pack_servers"] = servers
_SPEC.loader.exec_module(servers)

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
Server = Any
QUICK = Limits(connect=1.0, read=1.0, whole=5.0, retries=0)


@pytest.fixture(autouse=True)
def _no_network() -> None:
    """Take the place of the fixture that blocks every socket: ``allow_hosts`` blocks all but the loopback."""


@pytest.fixture
def server() -> Iterator[Server]:
    """Give a server whose paths behave as a test says."""
    with servers.CatalogueServer() as running:
        yield running


@pytest.fixture
def calls() -> Iterator[Calls]:
    """Give calls that soon lose patience."""
    with transport.new_session() as session:
        yield Calls(session, limits=QUICK)


CAPABILITIES = """<WFS_Capabilities xmlns="http://www.opengis.net/wfs/2.0" xmlns:ows="http://www.opengis.net/ows/1.1"
 version="2.0.0"><FeatureTypeList><FeatureType><Name>ms:zones</Name><Title>Zones</Title>
<DefaultCRS>urn:ogc:def:crs:EPSG::{crs}</DefaultCRS></FeatureType></FeatureTypeList></WFS_Capabilities>"""


def feature(n: int, shape: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"n": n}, "geometry": json.loads(shapely.to_geojson(shape))}


def cells(territory: Territory, step: float = 0.02) -> np.ndarray[Any, Any]:
    """Return squares in degrees over Aubagne and round it."""
    west, south, east, north = shapely.bounds(outline(territory, AUBAGNE)).tolist()
    return np.array(
        [shapely.box(x, y, x + step, y + step) for x in np.arange(west - 0.1, east + 0.1, step)
         for y in np.arange(south - 0.1, north + 0.1, step)], dtype=object,
    )  # fmt: skip


def add_wfs(server: Server, shapes: Any, crs: str, most: int, *, swapped: bool = False) -> str:
    """Serve features by boxes, at most so many a page; ``swapped``: this server takes longitude first."""

    def behave(asked: dict[str, str]) -> Any:
        if asked.get("request", "").casefold() == "getcapabilities":
            return servers.Answer(CAPABILITIES.format(crs=crs).encode())
        *sides, system = asked["bbox"].split(",")
        box = [float(side) for side in sides]
        if crs == "4326" and not swapped:
            box = [box[1], box[0], box[3], box[2]]
        assert system.endswith(f"::{crs}")
        found = [feature(i, shape) for i, shape in enumerate(shapes) if shapely.intersects(shape, shapely.box(*box))]
        start, count = int(asked.get("startindex", 0)), min(most, int(asked["count"]))
        page = {"type": "FeatureCollection", "features": found[start : start + count], "numberMatched": len(found)}
        return servers.Answer(json.dumps(page).encode(), servers.JSON)

    server.behaviours["/wfs"] = behave
    return f"{server.url}/wfs?service=WFS#ms:zones"


@pytest.mark.parametrize(("crs", "swapped"), [("2154", False), ("4326", False), ("4326", True)])
def test_a_wfs_is_paged_by_the_box_and_cut(
    tmp_path: Path, territory: Territory, server: Server, calls: Calls, crs: str, swapped: bool
) -> None:
    shapes = cells(territory)
    served = reprojected(shapes, "OGC:CRS84", METRES) if crs == "2154" else shapes
    url = add_wfs(server, served, crs, 7, swapped=swapped)

    made = make(find(territory, AUBAGNE), Order((url,)), tmp_path / "out", territory=territory, calls=calls)

    assert [left.reason.en for left in made.contents.left_out] == []
    (entry,) = made.contents.layers
    expected = shapely.intersection(shapes, outline(territory, AUBAGNE))
    expected = expected[~shapely.is_empty(expected)]
    cut = read_features(made.path / "pack.gpkg", layer=entry.table)
    assert len(cut) == len(expected) == entry.features
    assert shapely.area(cut.geometries).sum() == pytest.approx(shapely.area(expected).sum(), rel=1e-5)
    pages = [call for call in server.calls if call[2].get("request") == "GetFeature"]
    assert len(pages) >= len(expected) / 7


def test_services_that_fail_are_left_out_with_the_reason(
    tmp_path: Path, territory: Territory, server: Server, calls: Calls
) -> None:
    server.behaviours["/no"] = lambda asked: servers.Answer(b"who are you?", servers.HTML, 401)
    server.behaviours["/page"] = lambda asked: servers.Answer(b"<html><body>Sign in</body></html>", servers.HTML)
    server.add_silence("/never", 3)
    good = server.add_json("/a.geojson", {"type": "FeatureCollection", "features": [
        feature(1, shapely.Point(*inside(territory, AUBAGNE)))]})  # fmt: skip
    wanted = (
        f"{server.url}/no?service=WFS#x",
        f"{server.url}/page/a.geojson",
        f"{server.url}/never?service=WFS#x",
        good,
    )
    server.behaviours["/page/a.geojson"] = server.behaviours["/page"]

    made = make(find(territory, AUBAGNE), Order(wanted), tmp_path / "out", territory=territory, calls=calls)

    assert [entry.features for entry in made.contents.layers] == [1]
    reasons = {left.wanted: left.reason for left in made.contents.left_out}
    assert set(reasons) == set(wanted[:3])
    assert all(reason.en and reason.fr for reason in reasons.values())


def test_without_network_what_needs_it_is_left_out(tmp_path: Path, territory: Territory) -> None:
    made = make(find(territory, AUBAGNE), Order(("https://host/wfs#a",)), tmp_path / "out", territory=territory)

    assert made.contents.left_out[0].reason.en.startswith("Comes from the network")


def test_a_refresh_asks_and_takes_what_is_new(
    tmp_path: Path, territory: Territory, server: Server, calls: Calls
) -> None:
    shapes = cells(territory)
    url = add_wfs(server, shapes, "4326", 1000)
    folder = make(find(territory, AUBAGNE), Order((url,)), tmp_path / "out", territory=territory, calls=calls).path

    same = refresh(folder, territory=territory, calls=calls)
    add_wfs(server, shapes[::2], "4326", 1000)
    other = refresh(folder, territory=territory, calls=calls)
    away = refresh(folder, territory=territory)

    assert (same.renewed, len(same.kept)) == ([], 1)
    assert len(other.renewed) == 1
    assert (away.renewed, len(away.kept), away.gone) == ([], 1, [])  # what it has is better than nothing


def test_a_service_is_read_once_for_all_communes(tmp_path: Path, territory: Territory, server: Server) -> None:
    url = add_wfs(server, cells(territory), "4326", 100_000)
    codes = [AUBAGNE, "13119", "13042"]

    summary = make_all(Order((url,)), tmp_path / "all", territory=territory, communes=codes, threads=True)

    assert summary.made == 3 and all(outcome.layers == 1 for outcome in summary.outcomes)
    pages = [call for call in server.calls if call[2].get("request") == "GetFeature"]
    assert len(pages) == 1


def picture(size: int, colour: tuple[int, int, int]) -> bytes:
    out = io.BytesIO()
    noise = np.random.default_rng(size).integers(0, 60, (size, size, 3), dtype=np.uint8) + np.array(
        colour, dtype=np.uint8
    )
    Image.fromarray(noise.astype(np.uint8)).save(out, "PNG")
    return out.getvalue()


def test_tiles_fill_the_budget_and_no_more(tmp_path: Path, territory: Territory, server: Server, calls: Calls) -> None:
    tile = picture(64, (100, 0, 0))
    for z in range(8, 16):
        for each in covering(find(territory, AUBAGNE).area_in("EPSG:3857"), z):
            path = f"/t/{z}/{each.x}/{each.y}.png"
            server.behaviours[path] = lambda asked: servers.Answer(tile, "image/png")
    url = f"{server.url}/t/{{z}}/{{x}}/{{y}}.png"
    budget = 40 * len(tile)

    made = make(
        find(territory, AUBAGNE), Order((url,), budget=budget), tmp_path / "out", territory=territory, calls=calls
    )

    (entry,) = made.contents.layers
    assert entry.family == "raster" and entry.checked and "finest within the budget" in entry.notes[0].en
    with closing(sqlite3.connect(made.path / entry.file)) as connection:
        levels = connection.execute("SELECT zoom_level, count(*) FROM tiles GROUP BY 1 ORDER BY 1").fetchall()
        size = connection.execute("SELECT sum(length(tile_data)) FROM tiles").fetchone()[0]
        row = connection.execute(
            "SELECT zoom_level, tile_column, tile_row FROM tiles ORDER BY 1 DESC LIMIT 1"
        ).fetchone()
    assert size <= budget and len(levels) >= 2
    z, x, y = row
    assert f"/t/{z}/{x}/{2**z - 1 - y}.png" in server.behaviours  # MBTiles count rows from the south


def test_tiles_that_may_not_be_taken_along_are_not(tmp_path: Path, territory: Territory, calls: Calls) -> None:
    url = "https://tile.openstreetmap.org/{z}/{x}/{y}.png"

    made = make(find(territory, AUBAGNE), Order((url,)), tmp_path / "out", territory=territory, calls=calls)

    assert "forbids" in made.contents.left_out[0].reason.en


def test_a_raster_file_without_gdal_bindings_says_what_to_do(tmp_path: Path, territory: Territory) -> None:
    path = tmp_path / "ortho.tif"
    Image.new("RGB", (10, 10)).save(path)

    made = make(find(territory, AUBAGNE), replace(Order(), layers=(str(path),)), tmp_path / "out", territory=territory)

    assert "QGIS" in made.contents.left_out[0].reason.en


WMS = """<WMS_Capabilities version="1.3.0" xmlns="http://www.opengis.net/wms"><Service><Name>WMS</Name></Service>
<Capability><Request><GetMap><Format>image/png</Format></GetMap></Request><Layer><Title>all</Title><CRS>EPSG:3857</CRS>
<Layer><Name>ortho</Name><Title>Ortho</Title></Layer></Layer></Capability></WMS_Capabilities>"""


def test_a_wms_is_cut_into_tiles_where_they_belong(
    tmp_path: Path, territory: Territory, server: Server, calls: Calls
) -> None:
    half = 20037508.342789244

    def behave(asked: dict[str, str]) -> Any:
        if asked.get("request", "").casefold() == "getcapabilities":
            return servers.Answer(WMS.encode())
        west, _, _, north = (float(side) for side in asked["bbox"].split(","))
        width = int(asked["width"])
        # Red says how far east a pixel is, green how far south, in tiles of level 12.
        side = 2 * half / 2**12
        metres = (float(asked["bbox"].split(",")[2]) - west) / width
        columns = ((west + metres * (np.arange(width) + 0.5) + half) / side).astype(np.int64) % 256
        rows = ((half - north + metres * (np.arange(width) + 0.5)) / side).astype(np.int64) % 256
        pixels = np.zeros((width, width, 3), dtype=np.uint8)
        pixels[..., 0], pixels[..., 1] = columns[None, :], rows[:, None]
        out = io.BytesIO()
        Image.fromarray(pixels).save(out, "PNG")
        return servers.Answer(out.getvalue(), "image/png")

    server.behaviours["/wms"] = behave
    url = f"{server.url}/wms?service=WMS#ortho"

    made = make(
        find(territory, AUBAGNE), Order((url,), budget=100_000), tmp_path / "out", territory=territory, calls=calls
    )

    assert [left.reason.en for left in made.contents.left_out] == []
    with closing(sqlite3.connect(made.path / made.contents.layers[0].file)) as connection:
        tiles = connection.execute(
            "SELECT tile_column, tile_row, tile_data FROM tiles WHERE zoom_level = 12"
        ).fetchall()
        bounds = connection.execute("SELECT value FROM metadata WHERE name = 'bounds'").fetchone()[0]
    assert tiles
    for x, y, data in tiles:
        with Image.open(io.BytesIO(data)) as image:
            assert image.size == (256, 256)
            assert image.getpixel((128, 128))[:2] == (x % 256, (2**12 - 1 - y) % 256)
    expected = shapely.bounds(outline(territory, AUBAGNE)).tolist()
    assert [float(side) for side in bounds.split(",")] == pytest.approx(expected, abs=1e-6)


def test_a_collection_of_features_is_followed_by_its_links(
    tmp_path: Path, territory: Territory, server: Server, calls: Calls
) -> None:
    lon, lat = inside(territory, AUBAGNE)
    shapes = [shapely.Point(lon + n * 1e-5, lat) for n in range(25)]
    collection = {"id": "arbres", "title": "Arbres", "itemType": "feature",
                  "links": [{"rel": "items", "href": f"{server.url}/api/collections/arbres/items"}]}  # fmt: skip
    server.add_json("/api", {"title": "api", "links": [{"rel": "data", "href": f"{server.url}/api/collections"}]})
    server.add_json("/api/collections", {"collections": [collection]})

    def items(asked: dict[str, str]) -> Any:
        start = int(asked.get("offset", 0))
        page: dict[str, Any] = {
            "type": "FeatureCollection",
            "features": [feature(n, each) for n, each in enumerate(shapes)][start : start + 10],
        }  # fmt: skip
        if start + 10 < len(shapes):
            page["links"] = [{"rel": "next", "href": f"items?offset={start + 10}&bbox={asked['bbox']}"}]
        return servers.Answer(json.dumps(page).encode(), servers.JSON)

    server.behaviours["/api/collections/arbres/items"] = items
    url = f"{server.url}/api/collections/arbres/items"

    made = make(find(territory, AUBAGNE), Order((url,)), tmp_path / "out", territory=territory, calls=calls)

    assert [left.reason.en for left in made.contents.left_out] == []
    assert made.contents.layers[0].features == 25
