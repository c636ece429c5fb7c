# SPDX-License-Identifier: GPL-2.0-or-later
"""Records for the pictures of the catalogue: invented, at addresses that are nobody's."""

from __future__ import annotations

from pathlib import Path

from sigma_communes.core.catalogue import Catalogue, CatalogueSource
from sigma_communes.core.model import Link, Record
from sigma_communes.core.store import Workspace

OPEN, ODBL = "Licence Ouverte 2.0", "ODbL 1.0"
AMP, REGION, STATE = "Métropole AMP, données ouvertes", "DataSud", "Géoplateforme"
_WHOLE = (4.98, 43.16, 5.81, 43.76)
_AIX = (5.27, 43.41, 5.73, 43.73)
_AUBAGNE = (5.53, 43.26, 5.62, 43.33)
_URL = "https://geo.example.org"


def _links(name: str, *kinds: str) -> tuple[Link, ...]:
    suffix = {"geopackage": "gpkg", "geojson": "geojson", "csv": "csv", "shapefile": "zip", "cog": "tif"}
    return tuple(
        Link(f"{_URL}/{name}.{suffix[kind]}", kind) if kind in suffix else Link(f"{_URL}/{kind}", kind, name)
        for kind in kinds
    )


def _record(
    number: int, title: str, organisation: str, extent: tuple[float, float, float, float], *links: Link, **more: str
) -> Record:
    return Record(
        f"fiche-{number}",
        "",
        title=title,
        organisation=organisation,
        abstract=more.get("abstract", title),
        inspire_themes=(more["theme"],) if "theme" in more else (),
        contact=f"sig@{organisation.split()[-1].lower()}.example.org",
        licence=more.get("licence", OPEN),
        modified=more.get("modified", "2026-06-12"),
        published="2023-02-01",
        extent=extent,
        crs=("EPSG:2154",),
        page=f"{_URL}/fiches/{number}",
        links=links,
    )


RECORDS: dict[str, tuple[Record, ...]] = {
    AMP: (
        _record(
            1, "Zonage du PLUi, Pays d'Aix", "Métropole AMP", _AIX,
            *_links("plui_aix:zonage", "wms", "wfs"), *_links("plui_aix", "geopackage"),
            Link(f"{_URL}/plui/reglement.pdf", "document", title="Règlement écrit"),
            modified="2026-09-14", theme="Usage des sols",
            abstract="Zones urbaines, à urbaniser, agricoles et naturelles du plan local d'urbanisme intercommunal "
            "du Pays d'Aix, version approuvée. Le règlement écrit et les annexes font foi.",
        ),
        _record(
            2, "Zonage du PLUi, Pays d'Aubagne et de l'Étoile", "Métropole AMP", (5.48, 43.21, 5.80, 43.45),
            *_links("plui_aubagne:zonage", "wms", "wfs"), modified="2026-07-02", theme="Usage des sols",
        ),
        _record(3, "Éclairage public : points lumineux", "Ville d'Aubagne", _AUBAGNE,
                *_links("eclairage", "wfs", "geojson", "csv"), theme="Services d'utilité publique et services publics"),
        _record(4, "Voies métropolitaines", "Métropole AMP", _WHOLE, *_links("voies", "wms", "wfs", "geopackage"),
                theme="Réseaux de transport"),
        _record(5, "Points d'apport volontaire", "Métropole AMP", _WHOLE, *_links("pav", "wfs", "geojson"),
                theme="Services d'utilité publique et services publics", modified="2026-10-20"),
        _record(6, "Arbres d'alignement", "Ville de Marseille", (5.22, 43.17, 5.54, 43.40),
                *_links("arbres", "geojson", "csv"), licence=ODBL),
    ),
    REGION: (
        _record(7, "Orthophotographie 20 cm", "Région Sud", _WHOLE, *_links("ortho", "wmts", "cog")),
        _record(8, "Plan local d'urbanisme de Cassis : zonage", "Ville de Cassis", (5.50, 43.19, 5.60, 43.25),
                *_links("plu_cassis", "shapefile"), modified="2024-03-11", theme="Usage des sols"),
        _record(9, "Bruit des routes, cartes stratégiques", "DREAL", _WHOLE,
                Link(f"{_URL}/bruit.pdf", "document"), modified="2025-11-03"),
    ),
    STATE: (
        _record(10, "Parcelles cadastrales", "IGN", (-5.1, 41.3, 9.6, 51.1),
                *_links("cadastre", "wmts", "wfs", "vector-tiles"), theme="Parcelles cadastrales"),
        _record(11, "Base adresse nationale", "IGN", (-5.1, 41.3, 9.6, 51.1), *_links("adresses", "wfs", "csv"),
                theme="Adresses"),
    ),
}  # fmt: skip


def fill(path: Path) -> None:
    """Put the records into a workspace as harvests do; the last source did not answer when it was asked again."""
    with Workspace.open(path) as workspace:
        catalogue = Catalogue(workspace)
        for title, records in RECORDS.items():
            name = title.partition(",")[0]
            catalogue.add(CatalogueSource(name, "csw", f"https://{len(name)}.example.org/csw", title))
            begun = catalogue.records.begin(name)
            catalogue.records.put(begun, list(records))
            catalogue.records.end(begun, whole=True)
        catalogue.records.visit()
        begun = catalogue.records.begin(STATE)
        catalogue.records.end(begun, whole=True, error="Can't be reached: nothing answers at this address")
        hits = catalogue.search("apport volontaire")
        catalogue.records.mark(hits[0].id, favourite=True)
