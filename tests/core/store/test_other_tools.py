# SPDX-License-Identifier: GPL-2.0-or-later
"""The workspace beside other programs: GDAL opens it for writing, SQL edits it, geodiff compares two of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from pyogrio.raw import read, write
from sigma_communes.core.base.geos import shapely
from sigma_communes.core.jobs.run import run
from sigma_communes.core.model import Report
from sigma_communes.core.store import Workspace
from sigma_communes.core.store.file.copying import lacks_wal
from sigma_communes.core.store.file.geometry import register_functions
from sigma_communes.core.store.file.reading import reading


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with Workspace.open(tmp_path / "w.gpkg") as workspace:
        square = shapely.box(5, 43, 6, 44)
        workspace.add_reports([Report("city", "1", lon=5.4, lat=43.3), Report("city", "2")])
        area = {"name": np.array(["A"], dtype=object), "insee": np.array(["13001"], dtype=object)}
        area |= {"population": np.array([1]), "geometry": np.array([square])}
        workspace.write_territory(area, area)
    return tmp_path / "w.gpkg"


def written_by_gdal(path: Path) -> None:
    """Let GDAL add a layer: it opens the file for writing, and repairs what it takes for a fault."""
    write(
        str(path), geometry=shapely.to_wkb(np.array([shapely.Point(5, 43)], dtype=object)), field_data=[np.array([1])],
        fields=["n"], geometry_type="Point", crs="EPSG:4326", driver="GPKG", layer="other", append=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("statement", "queued"),
    [
        ("UPDATE report SET state = 'assigned' WHERE fid = 1", 1),
        ("UPDATE report SET description = 'x' WHERE fid = 2", 1),
        ("UPDATE commune SET name = 'B'", 0),
        ("UPDATE quartier SET name = 'B'", 0),
    ],
)
def test_sql_edits_work_after_gdal_wrote_into_the_file(path: Path, statement: str, queued: int) -> None:
    written_by_gdal(path)
    with closing(sqlite3.connect(path)) as plain:
        plain.execute(statement)
        plain.commit()
        assert plain.execute("SELECT count(*) FROM change").fetchone() == (queued,)


def test_the_index_follows_whatever_is_done_to_a_geometry(path: Path) -> None:
    def indexed() -> list[tuple[int, float, float]]:
        with reading(path) as workspace:
            rows = workspace.rows("SELECT id, minx, miny FROM rtree_report_geom ORDER BY id")
        return [(key, round(x, 3), round(y, 3)) for key, x, y in rows]

    from sigma_communes.core.store.file.geometry import point

    with closing(sqlite3.connect(path)) as tool:
        register_functions(tool)
        steps = [
            ("UPDATE report SET geom = ? WHERE fid = 1", point(5.5, 43.5), [(1, 5.5, 43.5)]),
            ("UPDATE report SET geom = ? WHERE fid = 2", point(5.6, 43.6), [(1, 5.5, 43.5), (2, 5.6, 43.6)]),
            ("UPDATE report SET geom = ? WHERE fid = 1", None, [(2, 5.6, 43.6)]),
            ("UPDATE report SET fid = 9 WHERE fid = 2 AND ? ISNULL", None, [(9, 5.6, 43.6)]),
            ("UPDATE report SET fid = 8 WHERE fid = 1 AND ? ISNULL", None, [(9, 5.6, 43.6)]),
            ("DELETE FROM report WHERE fid = 9 AND ? ISNULL", None, []),
        ]
        for statement, value, expected in steps:
            tool.execute(statement, (value,))
            tool.commit()
            assert indexed() == expected, statement


def test_gdal_reads_the_layers_and_their_number(path: Path) -> None:
    from pyogrio import read_info

    for layer, count in (("report", 2), ("incident", 2), ("commune", 1)):
        assert read_info(path, layer=layer, force_feature_count=True)["features"] == count
    assert len(read(path, layer="incident", bbox=(5, 43, 6, 44))[2]) == 1
    with reading(path) as workspace:
        assert workspace.rows("SELECT * FROM gpkg_ogr_contents") == [], "a row would go wrong with what triggers add"


def rows_of(path: Path) -> dict[str, set[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as plain:
        names = [name for (name,) in plain.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE TABLE%'")]
        return {name: set(plain.execute(f"SELECT * FROM {name}")) for name in names}  # noqa: S608 - of the schema


def test_a_second_run_changes_nothing_where_nothing_is_new(tmp_path: Path) -> None:
    reports = tmp_path / "r.csv"
    reports.write_text("reference;description;longitude;latitude\nA1;Trou;5.37;43.3\nA2;Tag;5.38;43.31\n")
    for _ in range(2):
        run(reports=[reports], out=tmp_path)
    first = rows_of(tmp_path / "workspace.gpkg")
    run(reports=[reports], out=tmp_path)
    second = rows_of(tmp_path / "workspace.gpkg")
    changed = {name for name in first if first[name] != second[name]}
    assert changed == {"run", "gpkg_contents", "sqlite_sequence"}
    assert {row[0] for row in second["commune"]} == set(range(1, 93))


def test_communes_keep_their_numbers_when_the_map_changes(tmp_path: Path) -> None:
    squares = np.array([shapely.box(5, 43, 5.1, 43.1), shapely.box(5.1, 43, 5.2, 43.1)], dtype=object)

    def areas(names: list[str], shapes: np.ndarray) -> dict[str, np.ndarray]:  # type: ignore[type-arg]
        codes = np.array(["13001", "13002"][: len(names)], dtype=object)
        return {"insee": codes, "name": np.array(names, dtype=object), "population": np.array([1] * len(names)),
                "geometry": shapes}  # fmt: skip

    with Workspace.open(tmp_path / "w.gpkg") as workspace:
        workspace.write_territory(areas(["A", "B"], squares), source="2025")
        workspace.write_territory(areas(["A", "Bé"], squares), source="2026")
        assert workspace.rows("SELECT fid, name FROM commune") == [(1, "A"), (2, "Bé")]
        assert workspace.value("SELECT description FROM gpkg_contents WHERE table_name = 'commune'") == "2026"
        workspace.write_territory(areas(["A"], squares[:1]), source="2026")
        assert workspace.rows("SELECT fid FROM commune") == [(1,)]
        assert workspace.value("SELECT count(*) FROM rtree_commune_geom") == 1


def test_a_file_that_was_copied_without_its_wal_is_noticed(path: Path, tmp_path: Path) -> None:
    from click.testing import CliRunner
    from sigma_communes.core.cli import main

    assert not lacks_wal(path)
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("UPDATE report SET description = 'x' WHERE fid = 2")
        other.commit()
        assert not lacks_wal(path)
        copy = tmp_path / "copy.gpkg"
        copy.write_bytes(path.read_bytes())
    assert lacks_wal(copy)
    for name, said in (("copy.gpkg", True), ("none.gpkg", False)):
        result = CliRunner().invoke(main, ["reports", "status", "--workspace", str(tmp_path / name)])
        assert ("-wal is not" in " ".join(result.output.split())) is said
