"""Reports with an address and no position, from the file to the team."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner
from sigma_communes.core.cli import main
from sigma_communes.core.jobs.run import run
from sigma_communes.core.store import Workspace
from sigma_communes.core.store.file.geometry import point

STREETS = (
    "cle_interop;commune_insee;commune_nom;toponyme;numero;suffixe;position;x;y;long;lat\n"
    "13005_0010_00012;13005;Aubagne;Rue de la République;12;;entrée;;;5.5711;43.2900\n"
    "13005_0020_00005;13005;Aubagne;Rue Basse;5;;entrée;;;5.5720;43.2910\n"
    "13005_0030_00005;13005;Aubagne;Rue Haute;5;;entrée;;;5.5520;43.2710\n"
)
REPORTS = (
    "id;description;adresse;commune;lon;lat\n"
    "a;Nid de poule;12 rue de la République;Aubagne;;\n"
    "b;Tag;rue Introuvable;Aubagne;;\n"
    "c;Tag;;Aurons;;\n"
    "d;Tag;;;5.60;43.30\n"
    "e;Tag;;;;\n"
)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Give a file of addresses and one of reports."""
    (tmp_path / "bal.csv").write_text(STREETS, encoding="utf-8")
    (tmp_path / "calls.csv").write_text(REPORTS, encoding="utf-8")
    return tmp_path / "bal.csv", tmp_path / "calls.csv"


def rows(workspace: Path) -> dict[str, tuple[object, ...]]:
    with sqlite3.connect(workspace) as connection:
        found = connection.execute(
            "SELECT service_request_id, lon, insee, json_extract(extra, '$.place_from') FROM report "
            "JOIN triage USING (fid) ORDER BY 1"
        ).fetchall()
    connection.close()
    return {row[0]: row[1:] for row in found}


def test_an_address_gives_a_place_and_a_commune_alone_a_commune(tmp_path: Path, files: tuple[Path, Path]) -> None:
    done = run(reports=files[1], out=tmp_path / "out", addresses=files[0])
    assert done.places == {"given": 1, "address": 1, "commune": 1, "to place": 1, "without address": 1}
    assert rows(done.workspace) == {
        "a": (5.5711, "13005", "address"),
        "b": (None, None, None),
        "c": (None, "13008", "commune"),
        "d": (5.60, "13005", "given"),
        "e": (None, None, None),
    }


def test_a_place_that_a_person_gave_is_kept(tmp_path: Path, files: tuple[Path, Path]) -> None:
    done = run(reports=files[1], out=tmp_path / "out", addresses=files[0])
    with Workspace.open(done.workspace) as workspace:
        ids = {str(i).rpartition("/")[2]: i for i in workspace.read_evidence()["id"]}
        for name in ("a", "b"):
            moved = (point(5.5800, 43.2950), ids[name])
            workspace._connection.execute("UPDATE report SET geom = ? WHERE id = ?", moved)  # as on the map
    again = run(reports=files[1], out=tmp_path / "out", addresses=files[0])
    found = rows(again.workspace)
    assert (found["a"][0], found["b"][0]) == (5.58, 5.58)
    assert found["b"][1] == "13005"


def test_a_field_that_somebody_spoilt_stops_nothing(tmp_path: Path, files: tuple[Path, Path]) -> None:
    done = run(reports=files[1], out=tmp_path / "out", addresses=files[0])
    with Workspace.open(done.workspace) as workspace:
        workspace._connection.execute("UPDATE report SET extra = '{spoilt'")
        assert set(workspace.read_evidence()["place_insee"]) == {""}


def test_the_command_says_what_was_placed(tmp_path: Path, files: tuple[Path, Path]) -> None:
    call = ["run", "--reports", str(files[1]), "--out", str(tmp_path / "out"), "--addresses", str(files[0]), "--json"]
    said = CliRunner().invoke(main, call)
    assert json.loads(said.stdout.splitlines()[-1])["places"]["address"] == 1
