# SPDX-License-Identifier: GPL-2.0-or-later
"""Packs that were cut short by a kill, that others filled, that lost a part on their way."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import struct
import time
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from sigma_communes.core.base.scratch import DAY
from sigma_communes.core.errors import DataError, SigmaError, UsageError
from sigma_communes.core.feedback import Feedback
from sigma_communes.core.jobs import packs as jobs
from sigma_communes.core.pack import Made, Order, bring_home, contents, find, make, making, refresh
from sigma_communes.core.store import Workspace
from sigma_communes.core.store.file.geometry import register_functions
from sigma_communes.core.store.file.reading import reading
from sigma_communes.core.territory import Territory

from .conftest import AUBAGNE, WriteLayer, inside
from .test_home import KEY, edit, one, queue


@pytest.fixture
def made(tmp_path: Path, territory: Territory, workspace: Path) -> Made:
    return make(find(territory, AUBAGNE), Order((), workspace), tmp_path / "packs", territory=territory)


class Told(Feedback):
    """Keeps what a person is warned of."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def warning(self, message: str) -> None:
        self.warnings.append(message)


def raw(path: Path, *statements: str) -> None:
    """Write into a pack what no program of ours would."""
    with closing(sqlite3.connect(path)) as connection:
        register_functions(connection)
        for statement in statements:
            connection.execute(statement)
        connection.commit()


# --- kills ---------------------------------------------------------------------------------------------------------


def killed_between_the_renames(folder: Path) -> Path:
    """Leave what a kill leaves that comes after the first rename of a swap."""
    old = folder.with_name(f".{folder.name}.old")
    os.replace(folder, old)
    new = folder.with_name(f".{folder.name}.making.abc")
    shutil.copytree(old, new, dirs_exist_ok=True)
    return old


def test_a_kill_between_two_renames_costs_no_edit(
    made: Made, workspace: Path, territory: Territory, tmp_path: Path
) -> None:
    edit(made.path, "UPDATE report SET state = 'in_progress' WHERE id = ?", KEY)
    old = killed_between_the_renames(made.path)
    with pytest.raises(UsageError, match="1 edits stands there"):
        make(find(territory, AUBAGNE), Order((), workspace), tmp_path / "packs", territory=territory)
    assert made.path.is_dir() and not old.exists()
    killed_between_the_renames(made.path)
    assert bring_home(made.path, workspace, territory=territory).edits == 1
    killed_between_the_renames(made.path)
    assert refresh(made.path, territory=territory).waiting == 0
    assert not list(made.path.parent.glob(".*.old"))


def test_after_a_kill_behind_both_renames_the_new_pack_stays(made: Made, territory: Territory) -> None:
    old = made.path.with_name(f".{made.path.name}.old")
    shutil.copytree(made.path, old)
    edit(made.path, "UPDATE report SET state = 'in_progress' WHERE id = ?", KEY)
    refresh(made.path, territory=territory)
    assert one(made.path / "pack.gpkg", "SELECT state FROM report WHERE id = ?", KEY) == "in_progress"
    assert not old.exists()


def test_what_killed_runs_left_goes_after_a_day(
    made: Made, workspace: Path, territory: Territory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    beside = made.path.parent
    left = {
        "made": beside / f".{made.path.name}.making.old1",
        "fresh": beside / f".{made.path.name}.making.now1",
        "unpacked": temporary / "sigma-pack.old1",
        "at work": temporary / "sigma-pack.now1",
        "foreign": temporary / "other.old1",
    }
    for folder in left.values():
        folder.mkdir()
        (folder / "photo.jpg").write_bytes(b"x")
    before = time.time() - DAY - 60
    for name in ("made", "unpacked", "foreign"):
        for path in (left[name] / "photo.jpg", left[name]):
            os.utime(path, (before, before))
    refresh(made.path, territory=territory)
    assert {name for name, folder in left.items() if folder.exists()} == {"fresh", "at work", "foreign"}


def test_photos_of_a_return_that_was_killed_are_shown_to_the_model_at_the_next(
    made: Made, workspace: Path, territory: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_photo(made.path)
    assert bring_home(made.path, workspace, territory=territory).photos == 1  # killed here, before the model looked
    shown: list[str] = []

    def look(photos: Any, *_: Any, **__: Any) -> list[Any]:
        shown.extend(Path(photo.path).parent.name for photo in photos)
        return []

    monkeypatch.setattr(jobs, "look_at", look)
    monkeypatch.setattr(jobs, "package_or_none", lambda *_: object())
    assert jobs.bring_pack_home(made.path, workspace).photos == 0
    assert shown == [f"{workspace.stem}.media"]


def with_photo(folder: Path, name: str = "photos/20260305.jpg") -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    Image.new("RGB", (64, 48), (90, 120, 40)).save(path)
    edit(folder, "INSERT INTO photo (photo, verdict, report_id) VALUES (?, 'ok', ?)", name, KEY)


# --- what others wrote ---------------------------------------------------------------------------------------------

GOOD = "UPDATE report SET description = 'bien vu' WHERE id = ?"
CHANGE = "INSERT INTO change (report_id, action, field, old, new, at, origin) VALUES "
BAD_ROWS = {
    "unknown state": f"{CHANGE} ('{KEY}', 'update', 'state', 'received', 'nonsense', '2026', 'outside')",
    "no position": f"{CHANGE} ('{KEY}', 'update', 'geom', '5.5 43.3', 'here there', '2026', 'outside')",
    "not finite": f"{CHANGE} ('{KEY}', 'update', 'geom', '5.5 43.3', 'nan inf', '2026', 'outside')",
    "a blob": f"{CHANGE} ('{KEY}', 'update', 'description', NULL, x'00ff', '2026', 'outside')",
    "a blob for a key": f"{CHANGE} (x'00', 'update', 'description', NULL, 'x', '2026', 'outside')",
    "too long": f"{CHANGE} ('{KEY}', 'update', 'description', NULL, hex(zeroblob(600000)), '2026', 'outside')",
    "no row": f"{CHANGE} ('{KEY}', 'update', 'address', NULL, x'', 5, 'outside')",
}


@pytest.mark.parametrize("kind", BAD_ROWS)
def test_a_row_that_can_not_be_is_told_and_the_others_come_home(
    made: Made, workspace: Path, territory: Territory, kind: str
) -> None:
    before = one(workspace, "SELECT state || coalesce(description, '') || lon FROM report WHERE id = ?", KEY)
    raw(made.path / "pack.gpkg", BAD_ROWS[kind])
    edit(made.path, GOOD, f"city/{AUBAGNE}-2")
    returned = bring_home(made.path, workspace, territory=territory)
    assert returned.edits == 1 and len(returned.kept) == 1, returned
    assert returned.kept[0][1]
    assert one(workspace, "SELECT state || coalesce(description, '') || lon FROM report WHERE id = ?", KEY) == before
    assert one(workspace, "SELECT description FROM report WHERE id = ?", f"city/{AUBAGNE}-2") == "bien vu"
    assert one(workspace, "SELECT count(*) FROM writer") == 0


@pytest.mark.parametrize(
    "row",
    ["geom = x'4750ff'", "geom = 'POINT(1 2)'", "description = x'00ff'", "lon = 'west'", "confidence = x'00'"],
)
def test_a_new_report_that_can_not_be_is_told(made: Made, workspace: Path, territory: Territory, row: str) -> None:
    gpkg = made.path / "pack.gpkg"
    raw(gpkg, "INSERT INTO report (id, description) VALUES ('local/x', 'neuf')")
    with closing(sqlite3.connect(gpkg)) as connection:
        connection.execute("DROP TRIGGER report_move")
        for name in ("update2", "update6", "update7"):
            connection.execute(f"DROP TRIGGER rtree_report_geom_{name}")
        connection.execute("DROP TRIGGER report_update")
        connection.execute(f"UPDATE report SET {row} WHERE id = 'local/x'")  # noqa: S608 - of this file
        connection.commit()
    returned = bring_home(made.path, workspace, territory=territory)
    assert returned.new == [] and [key for key, _ in returned.kept] == ["local/x"]
    assert one(workspace, "SELECT count(*) FROM report WHERE id = 'local/x'") == 0


@pytest.mark.parametrize("name", ["x" * 400 + ".jpg", "photos/\0.jpg", "../../outside.jpg", "photos"])
def test_a_photo_by_a_name_that_can_be_none_is_told(
    made: Made, workspace: Path, territory: Territory, name: str
) -> None:
    edit(made.path, "INSERT INTO photo (photo, verdict, report_id) VALUES (?, 'ok', ?)", name, KEY)
    returned = bring_home(made.path, workspace, territory=territory)
    assert returned.photos == 0 and "is not in the pack" in returned.kept[0][1]


def test_a_photo_of_a_report_that_is_gone_here_stops_nothing(made: Made, workspace: Path, territory: Territory) -> None:
    with_photo(made.path)
    with Workspace.open(workspace) as opened, opened.transaction() as connection:
        connection.execute("DELETE FROM report WHERE id = ?", (KEY,))
    returned = bring_home(made.path, workspace, territory=territory)
    assert returned.photos == 0 and "no longer in the workspace" in returned.kept[0][1]


@pytest.mark.parametrize("table", ["report", "change", "photo", "decision"])
@pytest.mark.parametrize("how", ["view", "virtual", "none"])
def test_another_thing_under_the_name_of_a_table_is_no_pack(
    made: Made, workspace: Path, territory: Territory, table: str, how: str
) -> None:
    gpkg = made.path / "pack.gpkg"
    with closing(sqlite3.connect(gpkg)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchall():
            connection.execute(f"DROP VIEW {name}")
        connection.execute(f"DROP TABLE {table}")
        if how == "view":
            connection.execute(f"CREATE VIEW {table} AS SELECT 1 AS fid")
        elif how == "virtual":
            connection.execute(f"CREATE VIRTUAL TABLE {table} USING fts5(fid)")
        connection.commit()
    before = queue(workspace)
    with pytest.raises(DataError, match=f"Is no pack: it has no table '{table}'"):
        bring_home(made.path, workspace, territory=territory)
    assert queue(workspace) == before


def zipped(folder: Path, target: Path, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    with zipfile.ZipFile(target, "w", method) as archive:
        for path in folder.rglob("*"):
            if path.is_file():
                archive.write(path, f"{folder.name}/{path.relative_to(folder).as_posix()}")
    return target.read_bytes()


def with_flag(data: bytes, flag: int, method: int) -> bytes:
    """Set a flag and a method in each header of a ZIP: what an encrypting or an exotic packer writes."""
    out = bytearray(data)
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = 0
        while (start := data.find(signature, start)) >= 0:
            flags, known = struct.unpack_from("<HH", out, start + at)
            struct.pack_into("<HH", out, start + at, flags | flag, method if method else known)
            start += 4
    return bytes(out)


@pytest.mark.parametrize(("flag", "method"), [(1, 0), (0, 99), (0, 9), (0, 97), (0, 14), (0, 12)])
def test_a_zip_that_is_encrypted_or_exotic_is_told(
    made: Made, workspace: Path, territory: Territory, tmp_path: Path, flag: int, method: int
) -> None:
    path = tmp_path / "p.zip"
    path.write_bytes(with_flag(zipped(made.path, path), flag, method))
    with pytest.raises(DataError, match="Is no pack"):
        bring_home(path, workspace, territory=territory)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_damaged_pack_raises_another_error_than_ours(
    made: Made, workspace: Path, territory: Territory, tmp_path: Path, data: st.DataObject
) -> None:
    path = tmp_path / "damaged.zip"
    whole = bytearray(zipped(made.path, path, zipfile.ZIP_STORED))
    for _ in range(data.draw(st.integers(1, 12))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(1, 40))] = data.draw(st.binary(min_size=1, max_size=40))
    path.write_bytes(whole[: data.draw(st.integers(1, len(whole)))] if data.draw(st.booleans()) else whole)
    before = queue(workspace)
    try:
        bring_home(path, workspace, territory=territory)
    except SigmaError:
        assert queue(workspace) == before


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=5,
    ),
    st.sampled_from(
        ["id", "insee", "commune", "layers", "left_out", "notes", "wanted", "workspace", "format", "reports"]
    ),
)
def test_contents_of_any_kind_are_read_or_refused(tmp_path: Path, value: Any, name: str) -> None:
    document = {
        "id": "a" * 32,
        "insee": "13005",
        "commune": "Aubagne",
        "layers": [],
        "left_out": [],
        "format": 1,
        name: value,
    }
    (tmp_path / "contents.json").write_text(json.dumps(document), encoding="utf-8")
    try:
        known = contents.load(tmp_path)
    except DataError:
        return
    assert isinstance(known.parcel, str) and isinstance(known.commune, str)


# --- on the way ----------------------------------------------------------------------------------------------------


def test_a_pack_without_its_wal_is_noticed(made: Made, workspace: Path, territory: Territory, tmp_path: Path) -> None:
    raw(made.path / "pack.gpkg", "PRAGMA journal_mode = WAL")
    told = Told()
    bring_home(made.path, workspace, territory=territory, feedback=told)
    assert len(told.warnings) == 1 and "pack.gpkg-wal is not beside it" in told.warnings[0]
    with closing(sqlite3.connect(made.path / "pack.gpkg")) as phone:
        register_functions(phone)
        phone.execute("UPDATE report SET state = 'assigned' WHERE id = ?", (KEY,))
        phone.commit()
        copy = Path(shutil.copytree(made.path, tmp_path / "with wal"))
    told = Told()
    returned = bring_home(copy, workspace, territory=territory, feedback=told)
    assert (returned.edits, told.warnings) == (1, [])
    assert (copy / "pack.gpkg-wal").stat().st_size > 0, "the pack itself is not changed"


def test_an_export_by_cable_comes_home(made: Made, workspace: Path, territory: Territory, tmp_path: Path) -> None:
    export = tmp_path / "export"
    (export / "DCIM").mkdir(parents=True)
    shutil.copy(made.path / "pack.gpkg", export)
    edit(export, "UPDATE report SET state = 'assigned' WHERE id = ?", KEY)
    with_photo(export, "DCIM/20260305.jpg")
    first = bring_home(export, workspace, territory=territory)
    archive = tmp_path / "export.zip"
    zipped(export, archive)
    again = bring_home(archive, workspace, territory=territory)
    alone = bring_home(export / "pack.gpkg", workspace, territory=territory)
    whole = bring_home(made.path, workspace, territory=territory)
    assert (first.edits, first.photos) == (1, 1)
    assert [(each.edits, each.already, each.photos) for each in (again, alone)] == [(0, 1, 0)] * 2
    assert (whole.edits, whole.already) == (0, 0)


def test_the_project_names_the_folders_that_belong_to_it(made: Made) -> None:
    with zipfile.ZipFile(made.path / "projet.qgz") as archive:
        text = archive.read("projet.qgs").decode()
    expected = '<attachmentDirs type="QStringList"><value>DCIM</value><value>photos</value></attachmentDirs>'
    assert expected in text


def test_a_layer_with_nothing_in_the_commune_leaves_the_others(
    tmp_path: Path, territory: Territory, write_layer: WriteLayer
) -> None:
    from sigma_communes.core.base.geos import shapely

    far = write_layer("loin.geojson", [shapely.Point(5.0, 43.9)])
    empty = write_layer("vide.geojson", [])
    here = write_layer("ici.geojson", [shapely.Point(*inside(territory, AUBAGNE))])
    order = Order(tuple(map(str, (far, empty, here))))
    made = make(find(territory, AUBAGNE), order, tmp_path / "packs", territory=territory)
    assert [entry.title for entry in made.contents.layers] == ["ici"]
    assert {each.title: each.reason.fr for each in made.contents.left_out}["loin"] == "N'a rien dans cette commune"
    assert {each.title for each in made.contents.left_out} == {"loin", "vide"}


def test_nothing_fetched_is_nothing_in_the_commune(tmp_path: Path, territory: Territory) -> None:
    source = making.Source("x", "wfs", "x", url="https://ville.example/wfs")
    supplies = making.Supplies([source], staged={"x": making.Fetched([], pages=True)}, prints={"x": "body 0"})
    made = make(find(territory, AUBAGNE), Order(("x",)), tmp_path, territory=territory, supplies=supplies)
    assert [each.reason.en for each in made.contents.left_out] == ["Has nothing in this commune"]


def test_a_pack_names_no_path_of_the_machine_and_no_address_of_a_photo(
    tmp_path: Path, territory: Territory, workspace: Path, write_layer: WriteLayer
) -> None:
    from sigma_communes.core.base.geos import shapely

    with Workspace.open(workspace) as opened, opened._writing("test") as connection:
        connection.execute("UPDATE report SET media_url = 'https://ville.example/unblurred/1.jpg'")
    here = write_layer("ici.geojson", [shapely.Point(*inside(territory, AUBAGNE))])
    made = make(find(territory, AUBAGNE), Order((str(here),), workspace), tmp_path / "packs", territory=territory)
    refresh(made.path, territory=territory)
    told = (str(tmp_path).encode(), b"ville.example/unblurred")
    for path in made.path.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        if path.suffix == ".qgz":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                content = b"".join(archive.read(name) for name in archive.namelist())
        assert [word for word in told if word in content] == [], path.name
    moved = tmp_path / "moved"
    moved.mkdir()
    for name in ("packs", workspace.name, "ici.geojson"):
        os.replace(tmp_path / name, moved / name)
    refreshed = refresh(moved / "packs" / made.path.name, territory=territory)
    assert refreshed.kept == ["ici"], "a pack finds what it came from beside it"
    free = make(find(territory, AUBAGNE), Order((), moved / workspace.name, unblurred=True), tmp_path / "free",
                territory=territory)  # fmt: skip
    assert (
        one(free.path / "pack.gpkg", "SELECT media_url FROM report LIMIT 1") == "https://ville.example/unblurred/1.jpg"
    )


def test_a_workspace_knows_its_packs(made: Made, workspace: Path) -> None:
    with reading(workspace) as opened:
        rows = opened.rows("SELECT insee, commune, folder FROM pack")
    assert rows == [(AUBAGNE, "Aubagne", str(made.path))]
