# SPDX-License-Identifier: GPL-2.0-or-later
"""A territory of three square communes and a lake, and incidents drawn on them."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np
import pytest
import shapely
from sigma_communes.core import taxonomy
from sigma_communes.core.model import Columns
from sigma_communes.core.territory import Territory


def texts(*values: str) -> np.ndarray[Any, Any]:
    """Return an object array of texts."""
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


@pytest.fixture(scope="session")
def communes() -> Territory:
    shapes = np.array([shapely.box(5.0 + 0.1 * i, 43.3, 5.1 + 0.1 * i, 43.4) for i in range(3)], dtype=object)
    return Territory(
        insee=texts("13001", "13002", "2A003"),
        names=texts("Aix", "L'Île \"d'Or\" <script>alert(1)</script>", "Ô"),
        department=texts("13", "13", "2A"),
        population=np.array([1000, 50_000, -1]),
        siren=texts("", "", ""),
        former_territory=texts("", "", ""),
        geometries=shapes,
        water_names=texts("Étang"),
        water=np.array([shapely.box(5.0, 43.4, 5.3, 43.5)], dtype=object),
        name="Territoire d'essai & <b>",
        epci="200000000",
        source="drawn by hand",
        licence="Licence Ouverte 2.0",
        date="2026-11-01",
        accuracy_m=25.0,
    )


@pytest.fixture(scope="session")
def names() -> taxonomy.Taxonomy:
    return taxonomy.load()


@pytest.fixture(scope="session")
def incidents(communes: Territory) -> Callable[..., Columns]:
    """Give a function that draws ``n`` incidents, the same for the same seed."""

    def draw(n: int, seed: int = 0) -> Columns:
        rng = np.random.default_rng(seed)
        which = rng.integers(0, 3, n)
        classes = texts("graffiti", "waste", "road_damage", "")
        kind = rng.choice(4, n, p=[0.4, 0.3, 0.2, 0.1])
        now = np.datetime64("2026-11-21T14:30:00", "s")
        team = np.where(kind == 3, "", texts("nord", "sud")[rng.integers(0, 2, n)]).astype(object)
        return {
            "id": texts(*(f"R{i:05d}" for i in range(n))),
            "source": np.where(rng.random(n) < 0.2, "photos", "liste.csv").astype(object),
            "lon": 5.01 + 0.1 * which + rng.uniform(0, 0.08, n),
            "lat": rng.uniform(43.31, 43.39, n),
            "reported_at": now - (rng.exponential(60, n) * 86_400).astype("timedelta64[s]"),
            "class": classes[kind],
            "confidence": rng.uniform(0.7, 1, n),
            "class_from": texts("photo", "words", "person", "")[kind],
            "insee": communes.insee[which],
            "commune": communes.names[which],
            "ambiguous": rng.random(n) < 0.05,
            "outside": np.zeros(n, dtype=bool),
            "water": np.zeros(n, dtype=bool),
            "group_id": texts(*(f"R{i - i % 3:05d}" for i in range(n))),
            "team": team,
            "rule": np.where(team == "", "", "r1").astype(object),
            "reason_fr": np.where(team == "", "", "propreté · Aix (règle 1)").astype(object),
            "reason_en": np.where(team == "", "", "cleanliness · Aix (rule 1)").astype(object),
            "state": texts("received", "closed", "")[rng.integers(0, 3, n)],
        }

    return draw
