"""Files of addresses, the good and the bad; adding them; tables with addresses."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sigma_communes.core import addresses
from sigma_communes.core.cli import main
from sigma_communes.core.errors import DataError
from sigma_communes.core.territory import Territory

from .conftest import bal


def add(path: Path, communes: Territory) -> addresses.Added:
    return addresses.add(path, communes=communes, out=path.parent / "a.idx")


def test_metres_before_degrees_are_left_aside(tmp_path: Path, communes: Territory) -> None:
    path = tmp_path / "ban.csv"
    path.write_text(
        "id;numero;nom_voie;code_insee;nom_commune;x;y;lon;lat\n"
        "13055_0001_00001;1;rue des Essais;13055;Marseille;892507.64;6246371.49;5.371;43.2905\n"
    )
    add(path, communes)
    best = addresses.finder(tmp_path / "a.idx").find("1 rue des Essais")[0]
    assert (best.lon, best.lat) == (5.371, 43.2905)


@pytest.mark.parametrize(
    ("x", "y"), [("892507,64", "6246371,49"), ("1892392.12", "3123941.03")], ids=["Lambert-93", "CC44"]
)
def test_metres_alone_are_recognised_by_where_they_lie(tmp_path: Path, communes: Territory, x: str, y: str) -> None:
    path = tmp_path / "bal.csv"
    path.write_text(
        f"numero;voie_nom;commune_insee;commune_nom;x;y;long;lat\n1;rue des Essais;13055;Marseille;{x};{y};;\n"
    )
    add(path, communes)
    best = addresses.finder(tmp_path / "a.idx").find("1 rue des Essais Marseille")[0]
    assert best.lon == pytest.approx(5.371, abs=1e-5)
    assert best.lat == pytest.approx(43.2905, abs=1e-5)


def test_each_row_has_a_verdict(tmp_path: Path, communes: Territory) -> None:
    path = tmp_path / "half.csv"
    rows = [
        "1;Rue A;5.37;43.29",
        "2;Rue A;;",
        "x;Rue A;5.37;43.29",
        ";;5.37;43.29",
        "1;Rue A;5.38;43.30",
        "3;Rue A;2.35;48.85",
    ]
    path.write_text("numero;voie_nom;long;lat\n" + "\n".join(rows))
    done = add(path, communes)
    assert [(r.where, r.reason) for r in done.rejected] == [
        ("half.csv:4", "Has no name of a street"),
        ("half.csv:3", "Its house number can't be read"),
        ("half.csv:2", "Has no position"),
    ]
    assert done.counts["used"] == 3
    assert done.counts["outside the territory"] == 1
    assert done.counts["another position of the same"] == 1


def test_of_several_positions_the_entrance_is_taken(tmp_path: Path, communes: Territory) -> None:
    path = tmp_path / "bal.csv"
    path.write_text(
        "numero;toponyme;commune_insee;position;long;lat\n"
        "1;Rue A;13055;parcelle;5.1;43.3\n1;Rue A;13055;entrée;5.2;43.3\n"
    )
    add(path, communes)
    assert addresses.finder(tmp_path / "a.idx").find("1 rue A")[0].lon == 5.2


def test_the_file_again_replaces_itself_and_another_adds(tmp_path: Path, communes: Territory) -> None:
    path = tmp_path / "bal.csv"
    path.write_text(bal(), encoding="utf-8")
    first = add(path, communes)
    again = add(path, communes)
    assert (again.index.numbers, again.index.streets) == (first.index.numbers, first.index.streets)
    ban = tmp_path / "ban.csv.gz"
    ban.write_bytes(gzip.compress(
        b"id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;lon;lat\n"
        b"13005_0010_00012;12;;Rue de la R\xe9publique;13400;13005;Aubagne;5.6;43.29\n"
        b"13005_0010_00099;99;;Rue de la R\xe9publique;13400;13005;Aubagne;5.61;43.29\n"
    ))  # fmt: skip
    both = add(ban, communes)
    assert both.index.streets == first.index.streets
    assert both.index.numbers == first.index.numbers + 1
    assert both.counts["also in another file"] == 1
    finder = addresses.finder(tmp_path / "a.idx")
    found = finder.find("12 rue de la République 13400 Aubagne")[0]
    assert (found.lon, found.post_code) == (5.6, "13400")


def test_names_in_two_languages_are_both_found(tmp_path: Path, communes: Territory) -> None:
    path = tmp_path / "bal.csv"
    path.write_text(
        "numero;toponyme;toponyme_oci;commune_insee;long;lat\n1;Rue de l'Olivier;Carriera de l'Oliu;13055;5.39;43.3\n"
    )
    add(path, communes)
    finder = addresses.finder(tmp_path / "a.idx")
    assert finder.find("1 carriera de l'oliu")[0].label == "1 Rue de l'Olivier, Marseille"
    add(tmp_path / "bal.csv", communes)
    assert addresses.finder(tmp_path / "a.idx").find("1 carriera de l'oliu")[0].street == "Rue de l'Olivier"


def test_a_list_of_streets_in_json_takes_its_communes_from_the_map(tmp_path: Path, communes: Territory) -> None:
    path = tmp_path / "streets.json"
    path.write_text(json.dumps([{"name": "Cours Julien", "quartier": "N-D", "centroid": [5.38337, 43.29352]}]))
    add(path, communes)
    best = addresses.finder(tmp_path / "a.idx").find("cours julien 13006 marseille")[0]
    assert (best.kind, best.insee, best.commune) == ("street", "13055", "Marseille")


@pytest.mark.parametrize("text", ["", "a;b\n1;2\n", "<html><body>", "numero;voie_nom;long;lat\n1;Rue A;;\n", "\0\0\0"])
def test_what_is_no_file_of_addresses_is_said(tmp_path: Path, communes: Territory, text: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text)
    with pytest.raises(DataError) as caught:
        add(path, communes)
    assert caught.value.next_step
    assert not (tmp_path / "a.idx").exists()


@pytest.mark.parametrize("damage", [b"", b"SIGMA-ADDRESSES 1\n{}", b"nothing"])
def test_a_damaged_index_is_said(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "a.idx").write_bytes(damage)
    with pytest.raises(DataError):
        addresses.load(tmp_path / "a.idx")


def test_a_table_is_geocoded(tmp_path: Path, gazetteer: Path) -> None:
    path, out = tmp_path / "calls.csv", tmp_path / "out.csv"
    path.write_text(
        "nom;adresse;commune;lon;lat\na;12 rue de la République;Aubagne;;\nb;rue inconnue;Aubagne;;\n"
        "c;;Aurons;;\nd;;;5.57;43.29\ne;;;;\n",
        encoding="utf-8",
    )
    run = CliRunner().invoke(
        main, ["addresses", "geocode", str(path), "--out", str(out), "--index", str(gazetteer), "--json"]
    )
    assert run.exit_code == 0, run.output
    counts = {"rows": 5, "given": 1, "address": 1, "street": 0, "commune": 1, "without address": 1, "to place": 1}
    assert json.loads(run.stdout) == {"out": str(out), **counts}
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert [r["place_from"] for r in rows] == ["address", "", "commune", "given", ""]
    assert [r["insee"] for r in rows] == ["13005", "", "13008", "13005", ""]
    assert (rows[0]["lon"], rows[2]["lon"]) == ("5.5711", "")


def test_the_commands(tmp_path: Path) -> None:
    path, index = tmp_path / "bal.csv", str(tmp_path / "a.idx")
    path.write_text(bal(), encoding="utf-8")
    call = CliRunner().invoke
    assert json.loads(call(main, ["addresses", "add", str(path), "--index", index, "--json"]).stdout)["numbers"] == 15
    assert json.loads(call(main, ["addresses", "info", "--index", index, "--json"]).stdout)["streets"] == 9
    found = call(main, ["addresses", "find", "12 bis rue de la République, Aubagne", "--index", index, "--json"])
    best = json.loads(found.stdout.splitlines()[0])
    assert {"label", "score", "kind", "accuracy_m", "lon", "lat", "insee", "commune", "id"} <= best.keys()
    assert best["id"] == "13005_0010_00012_bis"
    near = call(main, ["addresses", "near", "5.5711", "43.2904", "--index", index, "--json"])
    assert json.loads(near.stdout.splitlines()[0])["text"] == "à 45 m : 12 Rue de la République, Aubagne"
    assert call(main, ["addresses", "find", "x", "--index", str(tmp_path / "none")]).exit_code == 3
