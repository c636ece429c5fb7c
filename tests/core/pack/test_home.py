# SPDX-License-Identifier: GPL-2.0-or-later
"""Edits of a pack come home through the queue; a refresh brings what changed and keeps what was edited."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sigma_communes.core.base.geos import shapely
from sigma_communes.core.errors import DataError, UsageError
from sigma_communes.core.jobs import packs
from sigma_communes.core.pack import Made, Order, bring_home, contents, find, make, make_all, refresh
from sigma_communes.core.reports.sources.folder import Folder
from sigma_communes.core.reports.sync.conflicts import differences, open_conflicts, resolve
from sigma_communes.core.reports.sync.outgoing import leaving
from sigma_communes.core.reports.sync.push import push
from sigma_communes.core.store import Workspace
from sigma_communes.core.store.file.geometry import point
from sigma_communes.core.store.handling import history
from sigma_communes.core.store.outbox import waiting
from sigma_communes.core.territory import Territory
from sigma_communes.core.vector.reading import read_features

from .conftest import AUBAGNE, CABRIES, MARSEILLE, WriteLayer, inside

KEY = f"city/{AUBAGNE}-1"


@pytest.fixture
def made(tmp_path: Path, territory: Territory, workspace: Path) -> Made:
    """Give a pack of Aubagne without layers."""
    return make(find(territory, AUBAGNE), Order((), workspace), tmp_path / "packs", territory=territory)


def edit(folder: Path, statement: str, *values: Any) -> None:
    """Edit a pack as QField does: a connection that knows no function of ours but those that GDAL has."""
    with Workspace.open(folder / "pack.gpkg", create=False) as mine:
        mine._connection.execute(statement, values)


def queue(path: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(
            "SELECT report_id, action, field, old, new, origin FROM change ORDER BY fid"
        ).fetchall()


def one(path: Path, statement: str, *values: Any) -> Any:
    with closing(sqlite3.connect(path)) as connection:
        row = connection.execute(statement, values).fetchone()
        return None if row is None else row[0]


def test_edits_come_home_once(made: Made, workspace: Path, territory: Territory) -> None:
    edit(made.path, "UPDATE report SET state = 'in_progress', description = 'bouché' WHERE id = ?", KEY)
    lon, lat = inside(territory, AUBAGNE)
    edit(made.path, "UPDATE report SET geom = ? WHERE id = ?", point(lon + 0.001, lat), KEY)

    first = bring_home(made.path, workspace, territory=territory, who="Zoé")
    after = queue(workspace)
    second = bring_home(made.path, workspace, territory=territory, who="Zoé")

    assert (first.edits, first.conflicts, first.already) == (3, 0, 0)
    assert {(key, field, origin) for key, _, field, _, _, origin in after} == {
        (KEY, "state", "parcel"), (KEY, "description", "parcel"), (KEY, "geom", "parcel"),
    }  # fmt: skip
    assert (second.edits, second.already) == (0, 3) and queue(workspace) == after
    with Workspace.open(workspace) as ws:
        (waits,) = waiting(ws)
        assert waits.fields()["state"] == "received" and waits.row["lon"] == pytest.approx(lon + 0.001)
        assert [(entry.who, entry.new) for entry in history(ws, KEY) if entry.what == "state"] == [
            ("Zoé", "in_progress")
        ]


def test_edits_after_a_return_come_home_at_the_next(made: Made, workspace: Path, territory: Territory) -> None:
    edit(made.path, "UPDATE report SET state = 'assigned' WHERE id = ?", KEY)
    bring_home(made.path, workspace, territory=territory)
    edit(made.path, "UPDATE report SET state = 'resolved' WHERE id = ?", KEY)

    second = bring_home(made.path, workspace, territory=territory)

    assert (second.edits, second.already, second.conflicts) == (1, 1, 0)
    assert one(workspace, "SELECT state FROM report WHERE id = ?", KEY) == "resolved"
    assert [row[3:5] for row in queue(workspace)] == [("received", "assigned"), ("assigned", "resolved")]


def test_two_copies_of_a_pack_both_come_home(made: Made, workspace: Path, territory: Territory, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(made.path, tmp_path / "second phone"))
    edit(made.path, "UPDATE report SET state = 'assigned' WHERE id = ?", KEY)
    edit(copy, "UPDATE report SET state = 'resolved' WHERE id = ?", f"city/{AUBAGNE}-2")

    for folder in (made.path, copy, made.path, copy):
        bring_home(folder, workspace, territory=territory)

    assert {(row[0], row[4]) for row in queue(workspace)} == {(KEY, "assigned"), (f"city/{AUBAGNE}-2", "resolved")}
    assert len(queue(workspace)) == 2


@pytest.mark.parametrize(("choice", "value"), [("mine", "rejected"), ("theirs", "resolved")])
def test_what_both_changed_is_a_conflict_and_either_choice_is_queued(
    made: Made, workspace: Path, territory: Territory, choice: Any, value: str
) -> None:
    edit(made.path, "UPDATE report SET state = 'resolved' WHERE id = ?", KEY)
    with Workspace.open(workspace) as ws:
        ws._connection.execute("UPDATE report SET state = 'rejected' WHERE id = ?", (KEY,))

    returned = bring_home(made.path, workspace, territory=territory)

    assert (returned.edits, returned.conflicts) == (0, 1)
    with Workspace.open(workspace) as ws:
        (conflict,) = open_conflicts(ws)
        assert (conflict.base, conflict.mine, conflict.theirs) == (
            {"state": "received"}, {"state": "rejected"}, {"state": "resolved"},
        )  # fmt: skip
        resolve(ws, KEY, choice, who="Ana")
        assert open_conflicts(ws) == []
        (waits,) = waiting(ws)
        assert waits.row["state"] == value and waits.fields() == {"state": "received"}
    again = bring_home(made.path, workspace, territory=territory)
    assert (again.conflicts, again.already) == (0, 1)


def test_a_conflict_with_a_pack_outlasts_one_with_the_source(made: Made, workspace: Path, territory: Territory) -> None:
    from sigma_communes.core.store.inbox import Inbox

    edit(made.path, "UPDATE report SET state = 'resolved' WHERE id = ?", KEY)
    with Workspace.open(workspace) as ws:
        ws._connection.execute("UPDATE report SET state = 'rejected' WHERE id = ?", (KEY,))
    bring_home(made.path, workspace, territory=territory)

    with Workspace.open(workspace) as ws:
        Inbox(ws, "city").put_conflicts(KEY, [])
        assert len(open_conflicts(ws)) == 1


def test_the_same_change_on_both_sides_is_no_question(made: Made, workspace: Path, territory: Territory) -> None:
    edit(made.path, "UPDATE report SET state = 'resolved' WHERE id = ?", KEY)
    with Workspace.open(workspace) as ws:
        ws._connection.execute("UPDATE report SET state = 'resolved' WHERE id = ?", (KEY,))
    before = queue(workspace)

    returned = bring_home(made.path, workspace, territory=territory)

    assert (returned.edits, returned.conflicts) == (0, 0) and queue(workspace) == before


def test_a_class_comes_home_as_a_decision(made: Made, workspace: Path, territory: Territory) -> None:
    edit(made.path, "UPDATE report SET class = 'graffiti' WHERE id = ?", KEY)

    bring_home(made.path, workspace, territory=territory, who="Zoé")
    bring_home(made.path, workspace, territory=territory, who="Zoé")

    with closing(sqlite3.connect(workspace)) as connection:
        assert connection.execute("SELECT class, class_from FROM report WHERE id = ?", (KEY,)).fetchone() == (
            "graffiti", "person",
        )  # fmt: skip
        assert connection.execute("SELECT report_id, who, label FROM decision").fetchall() == [(KEY, "Zoé", "graffiti")]


def test_a_class_in_conflict_is_decided_too(made: Made, workspace: Path, territory: Territory) -> None:
    edit(made.path, "UPDATE report SET class = 'graffiti' WHERE id = ?", KEY)
    with Workspace.open(workspace) as ws:
        ws._connection.execute("UPDATE report SET class = 'waste' WHERE id = ?", (KEY,))

    assert bring_home(made.path, workspace, territory=territory).conflicts == 1
    with Workspace.open(workspace) as ws:
        resolve(ws, KEY, "theirs", who="Ana")

    assert one(workspace, "SELECT class FROM report WHERE id = ?", KEY) == "graffiti"
    assert one(workspace, "SELECT label FROM decision ORDER BY fid DESC LIMIT 1") == "graffiti"


def test_new_reports_and_deletions_come_home(made: Made, workspace: Path, territory: Territory) -> None:
    lon, lat = inside(territory, AUBAGNE)
    edit(made.path, "INSERT INTO report (geom, description, class) VALUES (?, 'nouveau', 'waste')", point(lon, lat))
    edit(made.path, "DELETE FROM report WHERE id = ?", KEY)
    other = f"city/{AUBAGNE}-2"
    edit(made.path, "DELETE FROM report WHERE id = ?", other)
    with Workspace.open(workspace) as ws:
        ws._connection.execute("UPDATE report SET state = 'assigned' WHERE id = ?", (other,))

    returned = bring_home(made.path, workspace, territory=territory)
    bring_home(made.path, workspace, territory=territory)

    (new,) = returned.new
    assert new.startswith("local/") and returned.deleted == 1 and [key for key, _ in returned.kept] == [other]
    assert one(workspace, "SELECT count(*) FROM report WHERE id = ?", KEY) == 0
    assert one(workspace, "SELECT count(*) FROM report WHERE id = ?", other) == 1
    assert one(workspace, "SELECT insee FROM incident WHERE id = ?", new) == AUBAGNE
    assert sorted(row[1] for row in queue(workspace)) == ["delete", "insert", "update"]


def test_what_is_no_longer_in_the_workspace_stays_in_the_pack(
    made: Made, workspace: Path, territory: Territory
) -> None:
    edit(made.path, "UPDATE report SET state = 'assigned' WHERE id = ?", KEY)
    with Workspace.open(workspace) as ws:
        ws._connection.execute("DELETE FROM report WHERE id = ?", (KEY,))

    for _ in range(2):
        returned = bring_home(made.path, workspace, territory=territory)
        assert [key for key, _ in returned.kept] == [KEY] and returned.already == 0


def test_photos_taken_along_the_way_come_home(made: Made, workspace: Path, territory: Territory) -> None:
    Image.new("RGB", (64, 48), "red").save(made.path / "photos" / "neuf.jpg")
    edit(made.path, "INSERT INTO photo (photo, verdict, report_id) VALUES ('photos/neuf.jpg', 'ok', ?)", KEY)
    edit(made.path, "INSERT INTO photo (photo, verdict, report_id) VALUES ('../../etc/passwd', 'ok', ?)", KEY)

    first = bring_home(made.path, workspace, territory=territory)
    second = bring_home(made.path, workspace, territory=territory)

    assert (first.photos, second.photos) == (1, 0) and len(first.kept) == 1
    file = Path(one(workspace, "SELECT photo FROM photo WHERE report_id = ?", KEY))
    assert file.is_file() and file.parent == workspace.with_name("workspace.media")


def test_a_zip_comes_home(tmp_path: Path, made: Made, workspace: Path, territory: Territory) -> None:
    edit(made.path, "UPDATE report SET state = 'assigned' WHERE id = ?", KEY)
    archive = shutil.make_archive(str(tmp_path / "back"), "zip", made.path.parent, made.path.name)

    assert bring_home(Path(archive), workspace, territory=territory).edits == 1
    with pytest.raises(DataError, match="Is no pack"):
        bring_home(workspace, workspace, territory=territory)


def test_a_refresh_brings_what_changed_and_keeps_edits(
    tmp_path: Path, territory: Territory, workspace: Path, write_layer: WriteLayer
) -> None:
    lon, lat = inside(territory, AUBAGNE)
    still = write_layer("fixe.geojson", [shapely.Point(lon, lat)])
    moving = write_layer("vif.geojson", [shapely.Point(lon, lat)])
    ends = write_layer("fini.geojson", [shapely.Point(lon, lat)])
    order = Order((str(still), str(moving), str(ends)), workspace)
    folder = make(find(territory, AUBAGNE), order, tmp_path / "packs", territory=territory).path
    edit(folder, "UPDATE report SET description = 'vu sur place' WHERE id = ?", KEY)
    with Workspace.open(workspace) as ws:
        ws._connection.execute("UPDATE report SET state = 'assigned', description = 'bureau' WHERE id = ?", (KEY,))
        ws._connection.execute("DELETE FROM report WHERE id = ?", (f"city/{AUBAGNE}-2",))
    write_layer("vif.geojson", [shapely.Point(lon, lat), shapely.Point(lon + 1e-4, lat)])
    write_layer("fini.geojson", [shapely.Point(2.35, 48.85)])

    done = refresh(folder, territory=territory)

    assert (done.kept, done.renewed, done.gone, done.waiting) == (["fixe"], ["vif"], ["fini"], 1)
    assert done.reports_changed
    gpkg = folder / "pack.gpkg"
    assert len(read_features(gpkg, layer="vif")) == 2 and len(read_features(gpkg, layer="fixe")) == 1
    assert one(gpkg, "SELECT count(*) FROM sqlite_master WHERE name LIKE '%fini%'") == 0
    assert one(gpkg, "SELECT description FROM report WHERE id = ?", KEY) == "vu sur place"
    assert one(gpkg, "SELECT state FROM report WHERE id = ?", KEY) == "assigned"
    assert one(gpkg, "SELECT count(*) FROM report") == 3
    pack = contents.load(folder)
    assert pack.ready and pack.refreshed_at and len(pack.left_out) == 1
    assert [row[2] for row in queue(gpkg)] == ["description"]


def test_a_refresh_after_a_return_empties_the_queue(made: Made, workspace: Path, territory: Territory) -> None:
    edit(made.path, "UPDATE report SET state = 'assigned' WHERE id = ?", KEY)
    bring_home(made.path, workspace, territory=territory)

    done = refresh(made.path, territory=territory)

    assert done.waiting == 0 and queue(made.path / "pack.gpkg") == []
    assert one(made.path / "pack.gpkg", "SELECT state FROM report WHERE id = ?", KEY) == "assigned"


def test_all_communes_resumed_in_threads_and_processes(
    tmp_path: Path, territory: Territory, workspace: Path, write_layer: WriteLayer
) -> None:
    places = [AUBAGNE, CABRIES, MARSEILLE]
    layer = write_layer("a.geojson", [shapely.Point(*inside(territory, insee)) for insee in places])
    order, out = Order((str(layer), "/absent.shp"), workspace), tmp_path / "all"
    (out / find(territory, CABRIES).slug).mkdir(parents=True)
    (out / find(territory, CABRIES).slug / "mine.txt").write_text("not a pack")

    threads = make_all(order, out, territory=territory, online=False, communes=places, threads=True)
    again = make_all(order, out, territory=territory, online=False, communes=places, workers=1)
    with Workspace.open(workspace) as ws:
        ws._connection.execute("UPDATE report SET state = 'assigned' WHERE id = ?", (KEY,))
    processes = make_all(order, out, territory=territory, online=False, communes=places, workers=2)

    assert (threads.made, threads.skipped, len(threads.failed)) == (2, 0, 1)
    assert (again.made, again.skipped, [each.commune for each in again.failed]) == (0, 2, ["Cabriès"])
    assert (processes.made, processes.skipped) == (1, 1)  # one has another report now
    assert [left.wanted for left in threads.left_out] == ["/absent.shp"]
    assert {outcome.layers for outcome in threads.outcomes if not outcome.error} == {1}
    assert (out / "packs.json").is_file()


def test_while_a_conflict_with_a_pack_is_open_our_own_edit_is_not_sent(
    made: Made, workspace: Path, territory: Territory, tmp_path: Path
) -> None:
    drop = tmp_path / "drops"
    drop.mkdir()
    rows = f"id,type,lon,lat,description\n{KEY.partition('/')[2]},Voirie,5.57,43.29,trou n° 1\n"
    (drop / "a.csv").write_text(rows, encoding="utf-8")
    source = Folder(drop, name="city")
    edit(made.path, "UPDATE report SET description = 'vu' WHERE id = ?", KEY)
    with Workspace.open(workspace) as ws:
        ws._connection.execute("UPDATE report SET description = 'bureau' WHERE id = ?", (KEY,))
    bring_home(made.path, workspace, territory=territory)

    with Workspace.open(workspace) as ws:
        (left,) = leaving(ws, source)
        assert [(line.what, line.stays) for line in left.lines] == [("description", "conflict")]
        assert push(ws, source).conflicts == [KEY] and not (drop / "out").exists()
        (difference,) = differences(ws)
        (compared,) = difference.fields
        assert (compared.field, compared.pack, compared.conflict) == ("description", "Aubagne", True)
        assert compared.mine_at and compared.theirs_at
        assert [c.field for c in resolve(ws, KEY, "theirs", who="Ana", field="description")] == [compared.key]
        done = push(ws, source)
    assert done.updated == [KEY], done
    (sent,) = (drop / "out").iterdir()
    assert json.loads(sent.read_text(encoding="utf-8"))[0]["description"] == "vu"


def test_what_is_new_or_was_moved_gets_class_place_and_team(made: Made, workspace: Path, territory: Territory) -> None:
    lon, lat = inside(territory, AUBAGNE)
    edit(made.path, "INSERT INTO report (geom, description, class) VALUES (?, 'un tag', 'graffiti')", point(lon, lat))
    edit(made.path, "UPDATE report SET geom = ? WHERE id = ?", point(*inside(territory, MARSEILLE)), KEY)

    returned = packs.bring_pack_home(made.path, workspace)

    (new,) = returned.new
    assert returned.moved == [KEY]
    with closing(sqlite3.connect(workspace)) as connection:
        found = dict(
            (key, rest) for key, *rest in connection.execute("SELECT id, class, insee, team <> '' FROM incident")
        )
    assert found[new] == ["graffiti", AUBAGNE, 1]
    assert found[KEY][1:] == [MARSEILLE, 1]


def test_a_rule_book_that_is_broken_keeps_no_edit_from_home(
    made: Made, workspace: Path, territory: Territory, tmp_path: Path
) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text("rules: [", encoding="utf-8")
    with Workspace.open(workspace) as ws:
        ws.add_run("1", {"rules": rules}, {})
    lon, lat = inside(territory, AUBAGNE)
    edit(made.path, "INSERT INTO report (geom, description) VALUES (?, 'nouveau')", point(lon, lat))

    (new,) = packs.bring_pack_home(made.path, workspace).new

    assert one(workspace, "SELECT insee FROM incident WHERE id = ?", new) == AUBAGNE


def take_photo(folder: Path, report: str, name: str = "photos/20261122_101500_001.jpg") -> Path:
    """Take a photo as QField does: a file below the project, a row with its path and its report."""
    Image.effect_noise((640, 480), 60).convert("RGB").save(folder / name)
    edit(folder, "INSERT INTO photo (photo, verdict, report_id) VALUES (?, 'ok', ?)", name, report)
    return folder / name


def test_photos_of_a_pack_come_home_and_are_there_once_after_a_refresh(
    made: Made, workspace: Path, territory: Territory
) -> None:
    lon, lat = inside(territory, AUBAGNE)
    edit(made.path, "INSERT INTO report (id, geom, description) VALUES ('local/1f', ?, 'tas')", point(lon, lat))
    file = take_photo(made.path, "local/1f")
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()

    before = refresh(made.path, territory=territory)
    assert before.waiting == 2 and file.is_file()  # a report and its photo
    returned = packs.bring_pack_home(made.path, workspace)
    after = refresh(made.path, territory=territory)

    assert (returned.new, returned.photos, list(returned.pictures.values())) == (["local/1f"], 1, ["local/1f"])
    assert one(workspace, "SELECT report_id FROM photo WHERE sha256 = ?", sha256) == "local/1f"
    assert after.waiting == 0 and not file.exists()  # the blurred copy stands in its place
    gpkg = made.path / "pack.gpkg"
    name = one(gpkg, "SELECT photo FROM photo WHERE report_id = 'local/1f'")
    assert one(gpkg, "SELECT count(*) FROM photo WHERE report_id = 'local/1f'") == 1 and (made.path / name).is_file()


def test_a_photo_that_was_put_in_the_place_of_another_comes_home(
    made: Made, workspace: Path, territory: Territory
) -> None:
    Image.effect_noise((640, 480), 60).convert("RGB").save(made.path / "photos" / "mieux.jpg")
    edit(made.path, "UPDATE photo SET photo = 'photos/mieux.jpg'")

    assert packs.bring_pack_home(made.path, workspace).photos == 1


def test_a_pack_with_a_photo_that_is_not_home_is_not_made_again(
    made: Made, workspace: Path, territory: Territory
) -> None:
    file = take_photo(made.path, KEY)
    out = made.path.parent

    with pytest.raises(UsageError, match="pack return"):
        make(find(territory, AUBAGNE), Order((), workspace), out, territory=territory)
    summary = make_all(Order((), workspace), out, territory=territory, online=False, communes=[AUBAGNE], threads=True)

    assert file.is_file() and summary.skipped == 1


def test_a_photo_of_a_report_that_left_stays_until_it_is_home(
    made: Made, workspace: Path, territory: Territory
) -> None:
    file = take_photo(made.path, KEY)
    with Workspace.open(workspace) as ws:
        ws._connection.execute("DELETE FROM report WHERE id = ?", (KEY,))

    done = refresh(made.path, territory=territory)

    assert done.waiting == 1 and file.is_file()
    assert packs.bring_pack_home(made.path, workspace).kept[0][0] == KEY


def test_zips_are_resumed_and_one_with_edits_is_not_made_again(
    tmp_path: Path, territory: Territory, workspace: Path
) -> None:
    order, out = Order((), workspace, zipped=True), tmp_path / "zips"
    places = [AUBAGNE, CABRIES]
    first = make_all(order, out, territory=territory, online=False, communes=places, threads=True)
    again = make_all(order, out, territory=territory, online=False, communes=places, threads=True)
    assert (first.made, again.made, again.skipped) == (2, 0, 2)

    archive = next(out.glob(f"{AUBAGNE}*.zip"))
    shutil.unpack_archive(archive, tmp_path / "phone")
    edit(tmp_path / "phone" / archive.stem, "UPDATE report SET state = 'resolved' WHERE id = ?", KEY)
    shutil.make_archive(str(archive.with_suffix("")), "zip", tmp_path / "phone", archive.stem)
    with Workspace.open(workspace) as ws:
        ws._connection.execute("UPDATE report SET state = 'assigned' WHERE id = ?", (KEY,))

    third = make_all(order, out, territory=territory, online=False, communes=places, threads=True)

    assert [(each.commune, "1 edits" in each.error) for each in third.failed] == [("Aubagne", True)]
    assert bring_home(archive, workspace, territory=territory).conflicts == 1
