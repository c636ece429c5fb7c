"""A small gazetteer: Aubagne and Marseille, as a Base Adresse Locale."""

from __future__ import annotations

from pathlib import Path

import pytest
from sigma_communes.core import addresses, territory
from sigma_communes.core.territory import Territory

HEAD = (
    "cle_interop;commune_insee;commune_nom;commune_deleguee_nom;toponyme;numero;suffixe;position;x;y;long;lat;"
    "certification_commune"
)
STREETS = [
    ("13005", "Aubagne", "0010", "Rue de la République", [(1, "", 5.5700), (3, "", 5.5702), (11, "", 5.5710)]),
    ("13005", "Aubagne", "0010", "Rue de la République", [(12, "bis", 5.5712), (12, "", 5.5711), (20, "", 5.5720)]),
    ("13005", "Aubagne", "0020", "Avenue de Marseille", [(5, "", 5.5600), (7, "a", 5.5602)]),
    ("13005", "Aubagne", "0030", "Rue du 8 Mai 1945", [(8, "", 5.5650)]),
    ("13205", "Marseille 5e Arrondissement", "0040", "Rue Saint-Pierre", [(10, "", 5.3900)]),
    ("13208", "Marseille 8e Arrondissement", "0050", "Rue Paradis", [(400, "", 5.3830), (402, "", 5.3832)]),
    ("13206", "Marseille 6e Arrondissement", "0050", "Rue Paradis", [(40, "", 5.3780)]),
    ("13206", "Marseille 6e Arrondissement", "0060", "Rue Dragon", [(2, "", 5.3781)]),
    ("13055", "Marseille", "0070", "Boulevard Michelet", [(1, "", 5.3900)]),
]


def bal() -> str:
    """Return the file: positions lie on a line to the east at 43.29."""
    lines = [HEAD]
    for insee, commune, street, name, numbers in STREETS:
        for number, suffix, lon in numbers:
            key = f"{insee}_{street}_{number:05d}{'_' + suffix if suffix else ''}"
            lines.append(f"{key};{insee};{commune};;{name};{number};{suffix};entrée;;;{lon};43.29;1")
    lines.append("13005_0099_99999;13005;Aubagne;;Les Passons;99999;;segment;;;5.59;43.30;1")
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="session")
def communes() -> Territory:
    """Give the shipped map."""
    return territory.load()


@pytest.fixture(scope="session")
def gazetteer(tmp_path_factory: pytest.TempPathFactory, communes: Territory) -> Path:
    """Give the index of the small gazetteer."""
    folder = tmp_path_factory.mktemp("addresses")
    (folder / "bal.csv").write_text("\ufeff" + bal(), encoding="utf-8")
    addresses.add(folder / "bal.csv", communes=communes, out=folder / "a.idx")
    return folder / "a.idx"


@pytest.fixture(scope="session")
def finder(gazetteer: Path) -> addresses.Finder:
    """Give what searches it."""
    return addresses.finder(gazetteer)
