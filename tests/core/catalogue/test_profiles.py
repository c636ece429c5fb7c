# SPDX-License-Identifier: GPL-2.0-or-later
"""Each source of the region by its name: added, harvested, searched, linked; on answers of the documented form.

The calls go to the addresses that ship; an adapter brings them to a server on the loopback that has the answers.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from click.testing import CliRunner
from requests.adapters import HTTPAdapter
from sigma_communes.core import transport
from sigma_communes.core.catalogue import Catalogue, profiles
from sigma_communes.core.catalogue.protocols.csw import csw_address
from sigma_communes.core.cli.catalogue import catalogue as command
from sigma_communes.core.store import Workspace

RECORDED = Path(__file__).parents[2] / "data" / "catalogue" / "profiles"
Run = Callable[..., list[dict[str, Any]]]


class Detour(HTTPAdapter):
    """Brings a call to the server of the test, which knows the asked host by the first part of the path."""

    def __init__(self, server: str) -> None:
        super().__init__()
        self._server = server

    def send(self, request: requests.PreparedRequest, *arguments: Any, **options: Any) -> requests.Response:
        """Send it there."""
        parts = urlsplit(request.url or "")
        request.url = f"{self._server}/{parts.hostname}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        return super().send(request, *arguments, **options)


@pytest.fixture
def region(server: Any, servers: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give the server with the answers of all profiles behind the addresses that ship."""

    def answer(name: str, kind: str) -> Any:
        return servers.Answer((RECORDED / name).read_bytes(), kind)

    def csw(folder: str) -> Callable[[dict[str, str]], Any]:
        return lambda query: answer(f"{folder}/{query['request']}.xml", "application/xml")

    def paged(query: dict[str, str]) -> Any:
        return answer(f"data-gouv-amp/page{query.get('page', '1')}.jsonld", "application/ld+json")

    def place(url: str, path: str = "") -> str:
        parts = urlsplit(url)
        return f"/{parts.hostname}{parts.path}{path}"

    known = profiles()
    server.behave(
        place(known["ampmetropole"].url, "/api/explore/v2.1/catalog/datasets"),
        lambda query: answer("ampmetropole/datasets.json", "application/json"),
    )
    server.behave(
        place(known["datasud"].url, "/api/3/action/package_search"),
        lambda query: answer("datasud/package_search.json", "application/json"),
    )
    for name in ("datasud-inspire", "geoplateforme"):
        server.behave(place(csw_address(known[name].source())), csw(name))
    server.behave(place(known["data-gouv-amp"].url), paged)
    new_session = transport.new_session

    def detoured(**options: Any) -> requests.Session:
        session = new_session(**options)
        for scheme in ("https://", "http://"):
            session.mount(scheme, Detour(server.url))
        return session

    monkeypatch.setattr(transport, "new_session", detoured)
    return server


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "w.gpkg"


@pytest.fixture
def run(path: Path) -> Run:
    """Give a function that runs a command on one workspace and returns its JSON lines."""

    def call(*arguments: str, code: int = 0) -> list[dict[str, Any]]:
        more = ("--workspace", str(path), "--json")
        result = CliRunner().invoke(command, [*arguments, *more], catch_exceptions=False)
        assert result.exit_code == code, result.output
        return [json.loads(line) for line in result.stdout.splitlines()]

    return call


def test_every_profile_has_a_recorded_form() -> None:
    assert {folder.name for folder in RECORDED.iterdir() if folder.is_dir()} == set(profiles())


@pytest.mark.parametrize(
    ("name", "words", "title", "organisation", "licence", "found", "provider", "layer"),
    [
        (
            "ampmetropole", "plu zonage", "Zonage du PLUi — Territoire Marseille-Provence",
            "Métropole Aix-Marseille-Provence", "Licence Ouverte 2.0", ["csv", "geojson", "shapefile"], "ogr", "",
        ),
        (
            "datasud", "trottoir voirie", "Tronçons de voirie et trottoirs", "Métropole Aix-Marseille-Provence",
            "Licence Ouverte 2.0", ["shapefile", "wfs"], "WFS", "ms:voirie",
        ),
        (
            "datasud-inspire", "parcelles", "Parcelles et bâtiments du plan cadastral informatisé", "Région Sud",
            "Licence Ouverte 2.0", ["page", "wfs"], "WFS", "ms:parcelle",
        ),
        (
            "geoplateforme", "troncons de route", "BD TOPO® — Tronçon de route",
            "Institut national de l'information géographique et forestière (IGN)", "Licence Ouverte 2.0",
            ["vector-tiles", "wfs"], "WFS", "BDTOPO_V3:troncon_de_route",
        ),
        (
            "data-gouv-amp", "cyclable", "Pistes cyclables de la métropole", "Métropole d'Aix-Marseille-Provence",
            "Licence Ouverte", ["geojson"], "ogr", "",
        ),
    ],
)  # fmt: skip
def test_a_profile_is_added_harvested_searched_and_linked(
    region: Any, run: Run, name: str, words: str, title: str, organisation: str, licence: str, found: list[str],
    provider: str, layer: str,
) -> None:  # fmt: skip
    profile = profiles()[name]
    assert run("add", name) == [{"name": name, "kind": profile.kind, "url": profile.url}]
    (tried,) = run("test", name)
    assert tried["ok"] and tried["records"] > 0
    (outcome,) = run("harvest")
    assert outcome["error"] == "" and outcome["rejected"] == 0 and outcome["records"] == outcome["changed"]["new"] > 1
    (hit,) = run("search", words)
    assert (hit["title"], hit["organisation"], hit["sources"]) == (title, organisation, [name])
    assert sorted({link["kind"] for link in hit["links"]}) == found
    (shown,) = run("show", hit["id"])
    assert shown["licence"].startswith(licence) and shown["flaws"] in ([], ["no extent"])
    assert "<" not in shown["abstract"]
    (loaded,) = run("link", hit["id"], "--offline")
    assert loaded["provider"] == provider and layer in loaded["uri"]
    assert loaded["attribution"] == organisation
    (again,) = run("harvest", "--whole")
    assert again["changed"] == {"new": 0, "changed": 0, "unchanged": outcome["records"], "joined": 0, "removed": 0}


def test_the_whole_region_together(region: Any, run: Run, path: Path) -> None:
    for name in profiles():
        run("add", name)
    outcomes = {each["source"]: each for each in run("harvest")}
    assert set(outcomes) == set(profiles()) and not any(each["error"] for each in outcomes.values())
    assert sum(each["changed"]["joined"] for each in outcomes.values()) == 1
    (sewers,) = run("search", "assainissement eaux usées")
    assert sewers["sources"] == ["datasud", "datasud-inspire"]
    assert {link["kind"] for link in sewers["links"]} == {"shapefile", "wfs", "wms"}
    bundled = {
        "roads": {"Tronçons de voirie et trottoirs", "BD TOPO® — Tronçon de route", "Pistes cyclables de la métropole"},
        "lighting": {"Points lumineux de l'éclairage public"},
        "cleanliness": {"Points d'apport volontaire des déchets"},
        "parks": {"Parcs, jardins et aires de jeux"},
        "urbanism": {"Zonage du PLUi — Territoire Marseille-Provence"},
        "networks": {"Réseau d'assainissement des eaux usées"},
        "cadastre": {"Parcelles et bâtiments du plan cadastral informatisé"},
    }
    for name, titles in bundled.items():
        found = {hit["title"] for hit in run("search", "--bundle", name)}
        assert titles <= found, name
        assert not found & {"Budget primitif", "Effectifs des services"}, name
    with Workspace.open(path, create=False) as workspace:
        counted = Catalogue(workspace).facets()
    assert counted.total == sum(each["records"] for each in outcomes.values()) - 1
    assert dict(counted.sources) == {name: each["records"] for name, each in outcomes.items()}
    assert ("Parcelles cadastrales", 1) in counted.themes
