# SPDX-License-Identifier: GPL-2.0-or-later
"""Reports drawn at random over the communes, in the words of a large French city."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..base.files import replacing
from ..base.geos import shapely
from ..territory import Territory
from .photos import NOW

_GRAFFITI, _DIRT = "Graffitis, tags, affiches et autocollants", "Propreté"
_OBJECTS, _VEHICLES = "Objets abandonnés", "Autos, motos, vélos, trottinettes..."
_ROADS, _FURNITURE = "Voirie et espace public", "Mobiliers urbains"
_TREES, _LIGHTS, _WATER = "Arbres, végétaux et animaux", "Éclairage / Électricité", "Eau"

# Type and subtype of DansMaRue (Paris, ODbL), and the share of each type in 10,000 of its reports.
_KINDS: tuple[tuple[str, str, float], ...] = (
    (_GRAFFITI, "Graffitis et autocollants sur mur, façade sur rue, pont et descente d'eau pluviale", 20),
    (_GRAFFITI, "Affiches, autocollants ou graffitis sur mobilier : Autre mobilier urbain tagué ou affiché", 8),
    (_GRAFFITI, "Graffitis sur rideau métallique", 3),
    (_GRAFFITI, "Affiches sur mur, façade sur rue, pont", 2),
    (_GRAFFITI, "Inscriptions haineuses", 1),
    (_OBJECTS, "Autres objets encombrants abandonnés", 21),
    (_OBJECTS, "Cartons ou sacs de déchets ménagers", 5),
    (_OBJECTS, "Gravats ou déchets de chantier", 2),
    (_DIRT, "Déchets et/ou salissures divers", 12),
    (_DIRT, "Propreté des équipements de collecte des déchets : Poubelle de rue sale ou débordante", 3),
    (_DIRT, "Déjections canines", 2),
    (_DIRT, "Épanchement d'urine", 2),
    (_VEHICLES, "Automobile ou autre véhicule motorisé en stationnement gênant", 4),
    (_VEHICLES, "[] Épave de vélo - enlèvement demandé", 1),
    (_ROADS, "Chaussées : Affaissement, trou, bosse, pavé arraché", 2),
    (_ROADS, "Trottoirs : Affaissement, trou, bosse, pavé arraché", 2),
    (_ROADS, "Panneaux routiers : Panneau endommagé", 1),
    (_FURNITURE, "Protection : Potelet, barrière ou garde-corps détérioré", 2),
    (_FURNITURE, "Autres : Banc  détérioré", 1),
    (_TREES, "Arbre dangereux ou en mauvais état", 1),
    (_TREES, "Herbes éparses", 1),
    (_LIGHTS, "Éclairage public éteint la nuit", 1),
    (_WATER, "Autres problèmes d'eau : Appareil hydraulique au sol avec écoulement d'eau permanent", 1),
)
_DAYS = 60
_SHARE_TOLD_AGAIN = 0.15
_METRES_PER_DEGREE = 111_320.0


def render_reports(path: Path, *, territory: Territory, n: int = 300, seed: int = 1, now: date = NOW) -> Path:
    """Write a CSV of ``n`` reports drawn at random and return its path.

    Columns ``id, type, soustype, date_declaration, adresse, lon, lat``; communes in proportion to their people,
    places anywhere inside; about one report in seven tells a problem again that another told before, within
    fifteen metres and ten days. Dates are the sixty days before ``now``. The same arguments give the same file.

    Raises
    ------
    DataError
        The file can't be written.
    """
    rng = np.random.default_rng(seed)
    again = int(n * _SHARE_TOLD_AGAIN)
    communes = rng.choice(len(territory.names), n - again, p=territory.population / territory.population.sum())
    shares = np.array([share for _, _, share in _KINDS])
    kinds = rng.choice(len(_KINDS), n - again, p=shares / shares.sum())
    days = rng.integers(0, _DAYS, n - again)
    places = np.array([_point_inside(territory.geometries[commune], rng) for commune in communes])

    first = rng.choice(n - again, again)
    places = np.vstack([places, places[first] + _shift(rng, places[first, 1])])
    days = np.concatenate([days, np.maximum(0, days[first] - rng.integers(0, 11, again))])
    communes, kinds = np.concatenate([communes, communes[first]]), np.concatenate([kinds, kinds[first]])

    path = Path(path)
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["id", "type", "soustype", "date_declaration", "adresse", "lon", "lat"])
        for number, row in enumerate(np.argsort(-days, kind="stable"), 1):
            kind, subkind, _ = _KINDS[kinds[row]]
            day = now - timedelta(days=int(days[row]))
            lon, lat = places[row]
            rows.writerow(
                [f"D{number:04}", kind, subkind, day, territory.names[communes[row]], f"{lon:.6f}", f"{lat:.6f}"]
            )
    return path


def _point_inside(polygon: shapely.Geometry, rng: np.random.Generator) -> tuple[float, float]:
    west, south, east, north = polygon.bounds
    while True:  # a commune fills a good part of its box: a few draws do
        lon, lat = rng.uniform(west, east, 16), rng.uniform(south, north, 16)
        inside = np.flatnonzero(shapely.contains_xy(polygon, lon, lat))
        if len(inside):
            return float(lon[inside[0]]), float(lat[inside[0]])


def _shift(rng: np.random.Generator, lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return shifts in degrees (lon, lat) of at most fifteen metres."""
    metres, angle = rng.uniform(0, 15, len(lat)), rng.uniform(0, 2 * np.pi, len(lat))
    north = metres * np.sin(angle) / _METRES_PER_DEGREE
    east = metres * np.cos(angle) / (_METRES_PER_DEGREE * np.cos(np.radians(lat)))
    return np.column_stack([east, north])
