# SPDX-License-Identifier: GPL-2.0-or-later
"""A new map from the State's API (played by an adapter on a real session) or from files of communes."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any, Optional

import numpy as np
import pytest
import requests
import shapely
from requests.adapters import BaseAdapter
from sigma_communes.core import territory
from sigma_communes.core.base.ellipsoid import area_km2
from sigma_communes.core.errors import Cancelled, DataError, UsageError
from sigma_communes.core.feedback import Feedback

EPCI = "200054807"


class Played(BaseAdapter):
    """Answers every request with one response, and remembers what was asked."""

    def __init__(self, body: bytes, status: int = 200) -> None:
        super().__init__()
        self.body, self.status, self.asked = body, status, [""]

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        self.asked.append(str(request.url))
        assert kwargs["timeout"]
        response = requests.Response()
        response.status_code, response.reason, response.url = self.status, "Played", str(request.url)
        response.raw = io.BytesIO(self.body)
        response.request = request
        return response

    def close(self) -> None:
        """Nothing is open."""


class Heard(Feedback):
    """Keeps what it is told."""

    def __init__(self, cancelled: bool = False) -> None:
        self.warnings: list[str] = []
        self.cancelled = cancelled

    def warning(self, message: str) -> None:
        self.warnings.append(message)

    def is_cancelled(self) -> bool:
        return self.cancelled


def session_with(body: bytes, status: int = 200) -> tuple[requests.Session, Played]:
    session, adapter = requests.Session(), Played(body, status)
    session.mount("https://", adapter)
    return session, adapter


def as_the_api_answers() -> dict[str, Any]:
    """Return the shipped communes as the State's API would give them, in another order."""
    shipped = territory.load()
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {
                    "nom": shipped.names[i],
                    "code": shipped.insee[i],
                    "population": int(shipped.population[i]),
                    "siren": shipped.siren[i],
                    "codeDepartement": shipped.department[i],
                    "codeEpci": EPCI,
                },
                "geometry": shapely.geometry.mapping(shipped.geometries[i]),
            }
            for i in reversed(range(len(shipped)))
        ],
    }


def squares(n: int = 3, size: float = 0.1) -> list[Any]:
    return [shapely.box(5 + i * size, 43, 5 + (i + 1) * size, 43 + size) for i in range(n)]


def collection(shapes: list[Any], properties: Optional[list[dict[str, Any]]] = None) -> dict[str, Any]:
    properties = properties or [
        {"INSEE_COM": f"0100{i + 1}", "NOM_COM": f"Commune {i + 1}"} for i in range(len(shapes))
    ]
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": p, "geometry": None if s is None else shapely.geometry.mapping(s)}
            for s, p in zip(shapes, properties)
        ],
    }


def file_of(tmp_path: Path, document: dict[str, Any]) -> Path:
    path = tmp_path / "source.geojson"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_from_the_api_the_shipped_map_comes_back(tmp_path: Path) -> None:
    session, adapter = session_with(json.dumps(as_the_api_answers()).encode())
    heard = Heard()
    out = tmp_path / "new" / "communes.geojson"
    fresh = territory.refresh(territory.API, epci=EPCI, session=session, out=out, name="Métropole", feedback=heard)
    shipped = territory.load()
    assert adapter.asked[1].startswith(f"https://geo.api.gouv.fr/epcis/{EPCI}/communes?format=geojson&geometry=contour")
    assert fresh.insee.tolist() == shipped.insee.tolist()
    assert fresh.names.tolist() == shipped.names.tolist()
    assert fresh.population.tolist() == shipped.population.tolist()
    assert fresh.department.tolist() == shipped.department.tolist()
    assert shapely.equals_exact(fresh.geometries, shipped.geometries).all()
    # The Étang is known from the shipped map: a water, not a gap.
    assert fresh.water_names.tolist() == ["Étang de Berre"]
    assert heard.warnings == []
    assert (fresh.name, fresh.epci, fresh.path) == ("Métropole", EPCI, out)
    assert fresh.source == adapter.asked[1]
    assert "Licence Ouverte" in fresh.licence
    assert len(fresh.date) == 10


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("insee", "nom"),
        ("code", "nom"),
        ("INSEE_COM", "NOM_COM"),
        ("INSEE_COM", "NOM"),
        ("code_insee", "nom_officiel"),
        ("Code INSEE", "Nom commune"),
        ("CODGEO", "LIBGEO"),
        ("ref:INSEE", "name"),
    ],
)
def test_the_usual_spellings_are_found(tmp_path: Path, code: str, name: str) -> None:
    properties = [{"id": f"c{i}", code: f"0100{i}", name: f"Commune {i}"} for i in (3, 1, 2)]
    fresh = territory.refresh(file_of(tmp_path, collection(squares(), properties)), out=tmp_path / "out.geojson")
    assert fresh.insee.tolist() == ["01001", "01002", "01003"]
    assert fresh.names.tolist() == ["Commune 1", "Commune 2", "Commune 3"]
    assert fresh.department.tolist() == ["01"] * 3
    assert fresh.population.tolist() == [-1] * 3
    assert fresh.locate([5.25], [43.05]).index.tolist() == [1]


def test_codes_that_lost_their_zero_or_are_corsican_or_overseas(tmp_path: Path) -> None:
    numbers = [{"insee": 1001 + i, "nom": "x"} for i in range(3)]
    fresh = territory.refresh(file_of(tmp_path, collection(squares(), numbers)), out=tmp_path / "out.geojson")
    assert fresh.insee.tolist() == ["01001", "01002", "01003"]
    mixed = [{"insee": code, "nom": "x"} for code in ("2a004", "97411", "2B033")]
    fresh = territory.refresh(file_of(tmp_path, collection(squares(), mixed)), out=tmp_path / "out.geojson")
    assert fresh.insee.tolist() == ["2A004", "2B033", "97411"]
    assert fresh.department.tolist() == ["2A", "2B", "974"]


@pytest.mark.parametrize("suffix", [".gpkg", ".shp"])
def test_a_file_in_lambert_93(tmp_path: Path, suffix: str) -> None:
    raw = pytest.importorskip("pyogrio.raw")
    pyproj = pytest.importorskip("pyproj")
    shipped = territory.load()
    transformer = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:2154", always_xy=True)
    projected = shapely.transform(shipped.geometries, lambda xy: np.column_stack(transformer.transform(*xy.T)))
    path = tmp_path / f"COMMUNE{suffix}"
    raw.write(
        path,
        geometry=shapely.to_wkb(projected),
        field_data=[shipped.insee, shipped.names, shipped.population],
        fields=["INSEE_COM", "NOM", "POPULATION"],
        geometry_type="Polygon" if suffix == ".shp" else "Unknown",
        crs="EPSG:2154",
        driver="GPKG" if suffix == ".gpkg" else "ESRI Shapefile",
    )
    heard = Heard()
    fresh = territory.refresh(path, out=tmp_path / "out.geojson", feedback=heard, date="2026-01-01")
    assert heard.warnings == []
    assert fresh.population.tolist() == shipped.population.tolist()
    assert shapely.hausdorff_distance(fresh.geometries, shipped.geometries).max() < 1e-7
    assert (fresh.source, fresh.licence, fresh.date) == (path.name, "that of the source", "2026-01-01")
    # Corners that were shared still are: no slivers.
    assert len(territory.coverage.holes(fresh.geometries)) == 1


def test_an_epci_is_chosen_from_a_larger_file(tmp_path: Path) -> None:
    properties = [
        {"INSEE_COM": "75056", "NOM": "Paris", "SIREN_EPCI": "200054781"},
        {"INSEE_COM": "94028", "NOM": "Créteil", "SIREN_EPCI": "200054781/200058006"},
        {"INSEE_COM": "77288", "NOM": "Melun", "SIREN_EPCI": "247700057"},
    ]
    source = file_of(tmp_path, collection(squares(), properties))
    fresh = territory.refresh(source, epci="200054781", out=tmp_path / "out.geojson")
    assert fresh.names.tolist() == ["Paris", "Créteil"]
    assert fresh.name == "EPCI 200054781"
    with pytest.raises(DataError, match="Holds no commune of the EPCI 200054807"):
        territory.refresh(source, epci=EPCI, out=tmp_path / "out.geojson")


def test_overlaps_and_gaps_are_told(tmp_path: Path) -> None:
    hole = shapely.box(6.02, 43.02, 6.04, 43.04)
    shapes = [shapely.box(5.0, 43.0, 5.12, 43.1), shapely.box(5.1, 43.0, 5.2, 43.1)]
    shapes.append(shapely.difference(shapely.box(6.0, 43.0, 6.1, 43.1), hole))
    heard = Heard()
    fresh = territory.refresh(file_of(tmp_path, collection(shapes)), out=tmp_path / "out.geojson", feedback=heard)
    km2 = float(area_km2(shapely.box(5.1, 43.0, 5.12, 43.1)))
    assert heard.warnings[0].startswith(f"Commune 1 and Commune 2 overlap by {km2:.3f} km²")
    assert heard.warnings[1].startswith(f"A gap of {float(area_km2(hole)):.3f} km² round 6.03")
    assert len(heard.warnings) == 2
    assert len(fresh.water) == 0
    located = fresh.locate([5.11, 6.03], [43.05, 43.03])
    assert located.index.tolist() == [0, -1]
    assert located.outside.tolist() == [False, True]


def test_many_overlaps_are_summed_up(tmp_path: Path) -> None:
    shapes = [shapely.box(5 + 0.09 * i, 43, 5.1 + 0.09 * i, 43.1) for i in range(15)]
    properties = [{"insee": f"01{i:03d}", "nom": f"C{i}"} for i in range(15)]
    heard = Heard()
    territory.refresh(file_of(tmp_path, collection(shapes, properties)), out=tmp_path / "o.geojson", feedback=heard)
    assert len(heard.warnings) == 11
    assert heard.warnings[-1] == "… and 4 more overlaps or gaps"


def test_an_outline_that_crosses_itself_is_repaired_and_told(tmp_path: Path) -> None:
    bow = shapely.Polygon([(5, 43), (5.2, 43.2), (5.2, 43), (5, 43.2)])
    heard = Heard()
    fresh = territory.refresh(file_of(tmp_path, collection([bow])), out=tmp_path / "out.geojson", feedback=heard)
    assert shapely.is_valid(fresh.geometries).all()
    assert "01001 was not valid (Self-intersection" in heard.warnings[0]


A, B = squares(2)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (collection([]), "Holds no commune at all"),
        (collection([A, B], [{"insee": "13001", "nom": "a"}] * 2), "1 INSEE codes occur more than once: 13001"),
        (
            collection([A], [{"code": "PACA", "nom": "a"}]),
            "No column with INSEE codes.*it holds 'PACA'.*Looked for insee",
        ),
        (collection([A], [{"gid": "13001", "nom": "a"}]), "No column with INSEE codes.*found gid, nom"),
        (collection([A], [{"insee": "13001", "titre": "a"}]), "No column with a name. Looked for name, nom"),
        (collection([A, B.centroid]), "1 communes have no polygon: 01002"),
        (collection([A, None]), "1 communes have no polygon: 01002"),
        (collection([shapely.box(893e3, 6245e3, 894e3, 6246e3)]), "not degrees.*x from 893000"),
        (collection([shapely.LineString([(5, 43), (6, 44)])]), "no polygon"),
        (collection([shapely.Polygon([(5, 43), (6, 44), (5, 43)])]), "The outline of 01001 is not a polygon"),
    ],
)
def test_what_are_no_communes_is_refused_and_the_old_map_stays(
    tmp_path: Path, document: dict[str, Any], said: str
) -> None:
    out = tmp_path / "out.geojson"
    out.write_text("the old map")
    with pytest.raises(DataError, match=said):
        territory.refresh(file_of(tmp_path, document), out=out)
    assert out.read_text() == "the old map"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.geojson", "source.geojson"]


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"<!DOCTYPE html><h1>Maintenance</h1>", 200, "The answer is no use: Is an HTML or XML page.*Maintenance"),
        (b"", 200, "The answer is no use: Is empty"),
        (b'{"code": 400, "message": "no"}', 200, "The answer is no use|Holds no commune"),
        (b'{"type": "FeatureCollection", "features": []}', 200, "Holds no commune at all"),
        (b"{}", 404, "The server answered 404 Played"),
        (b"busy", 503, "The server answered 503 Played"),
    ],
)
def test_an_answer_that_is_no_map_is_refused(tmp_path: Path, body: bytes, status: int, said: str) -> None:
    session, _ = session_with(body, status)
    with pytest.raises(DataError, match=said) as caught:
        territory.refresh(territory.API, epci=EPCI, session=session, out=tmp_path / "out.geojson")
    assert caught.value.where.startswith("https://geo.api.gouv.fr/")
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_can_not_be_reached(tmp_path: Path) -> None:
    with requests.Session() as session:
        session.mount("https://", Unreachable())
        with pytest.raises(DataError, match="The server can't be reached: no route") as caught:
            territory.refresh(territory.API, epci=EPCI, session=session, out=tmp_path / "out.geojson")
    assert "give a file" in caught.value.next_step


class Unreachable(BaseAdapter):
    """A network that is down."""

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        raise requests.ConnectionError("no route")

    def close(self) -> None:
        """Nothing is open."""


def test_a_wrong_call_says_what_is_missing(tmp_path: Path) -> None:
    out = tmp_path / "out.geojson"
    session, _ = session_with(b"{}")
    with pytest.raises(UsageError, match="needs a network session"):
        territory.refresh(territory.API, epci=EPCI, out=out)
    with pytest.raises(UsageError, match="needs an EPCI"):
        territory.refresh(territory.API, session=session, out=out)
    with pytest.raises(UsageError, match="nine digits, not '2000/../x'"):
        territory.refresh(territory.API, epci="2000/../x", session=session, out=out)
    with pytest.raises(DataError, match="no such file"):
        territory.refresh(tmp_path / "none.gpkg", out=out)


def test_a_person_can_stop_it(tmp_path: Path) -> None:
    source = file_of(tmp_path, collection(squares()))
    with pytest.raises(Cancelled):
        territory.refresh(source, out=tmp_path / "out.geojson", feedback=Heard(cancelled=True))
    assert not (tmp_path / "out.geojson").exists()
