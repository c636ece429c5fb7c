# SPDX-License-Identifier: GPL-2.0-or-later
"""The file itself: created, opened, refused, locked, full, killed; whole afterwards whatever happened."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Callable

import numpy as np
import pytest
from sigma_communes.core.errors import WorkspaceError
from sigma_communes.core.model import Report
from sigma_communes.core.store import Workspace, workspace
from sigma_communes.core.store.file import connection, migrations

MakeReport = Callable[..., Report]


def _check(path: Path) -> int:
    """Return the number of reports of a file that is whole, as the next program to open it finds it."""
    other = sqlite3.connect(path)
    try:
        assert other.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert other.execute("PRAGMA foreign_key_check").fetchall() == []
        assert other.execute("SELECT count(*) FROM writer").fetchone() == (0,)
        assert other.execute(
            "SELECT count(*) FROM sqlite_master WHERE name = 'rtree_report_geom_insert'"
        ).fetchone() == (1,)
        ((reports, points),) = other.execute("SELECT count(*), (SELECT count(*) FROM rtree_report_geom) FROM report")
        assert reports == points == other.execute("SELECT count(*) FROM received").fetchone()[0]
        return int(reports)
    finally:
        other.close()


def test_a_closed_workspace_is_one_plain_file(path: Path, make_report: MakeReport) -> None:
    with Workspace.open(path) as ws:
        ws.add_reports([make_report(1)])
        assert path.with_name("workspace.gpkg-wal").exists()
        ws.close()
    assert [file.name for file in path.parent.iterdir()] == ["workspace.gpkg"]
    data = path.read_bytes()
    assert data[:16] == b"SQLite format 3\0"
    assert data[18:20] == b"\1\1", "a rollback journal: can be read from a read-only disk"
    assert data[60:72] == (10300).to_bytes(4, "big") + bytes(4) + b"GPKG"
    with Workspace.open(path) as ws:
        ws.add_reports([make_report(1)])
        assert [file.name for file in path.parent.iterdir()] == ["workspace.gpkg"], "QGIS may show it without locks"
    copy = path.with_name("copy.gpkg")
    shutil.copy(path, copy)
    with Workspace.open(copy, create=False) as ws:
        assert ws.counts()["report"] == 1


def test_a_file_open_elsewhere_can_be_closed_here(path: Path, make_report: MakeReport) -> None:
    with Workspace.open(path) as ws:
        ws.add_reports([make_report(1)])
        other = sqlite3.connect(path)
        other.execute("BEGIN")
        assert other.execute("SELECT count(*) FROM report").fetchone() == (1,)
        ws.add_reports([make_report(2)])
    assert other.execute("SELECT count(*) FROM report").fetchone() == (1,), "it reads on what it saw first"
    other.execute("COMMIT")
    assert other.execute("SELECT count(*) FROM report").fetchone() == (2,)
    other.close()
    assert _check(path) == 2


def test_missing_files_and_folders(path: Path) -> None:
    with pytest.raises(WorkspaceError, match="no such workspace"):
        Workspace.open(path, create=False)
    assert not path.exists()
    with pytest.raises(WorkspaceError, match="Is a folder"):
        Workspace.open(path.parent)
    with pytest.raises(WorkspaceError, match="can't be opened") as info:
        Workspace.open(path.parent / "none" / "w.gpkg")
    assert "folder exists" in str(info.value.next_step)


def test_an_empty_file_becomes_a_workspace_only_if_asked(path: Path) -> None:
    path.touch()
    with pytest.raises(WorkspaceError, match="is empty"):
        Workspace.open(path, create=False)
    with Workspace.open(path) as ws:
        assert ws.counts()["report"] == 0


@pytest.mark.parametrize("name", ["w?x=1.gpkg", "é 'quoted\" #%.gpkg", "file:x.gpkg"])
def test_any_file_name(tmp_path: Path, name: str, make_report: MakeReport) -> None:
    with Workspace.open(tmp_path / name) as ws:
        ws.add_reports([make_report(1)])
    assert [file.name for file in tmp_path.iterdir()] == [name]
    assert _check(tmp_path / name) == 1


def test_other_files_are_refused_and_left_alone(path: Path) -> None:
    def refused(match: str) -> None:
        before = path.read_bytes()
        with pytest.raises(WorkspaceError, match=match) as info:
            Workspace.open(path)
        assert info.value.where == str(path)
        assert info.value.next_step
        assert path.read_bytes() == before

    path.write_text("id;lon;lat\n" * 1000)
    refused("damaged or is not a GeoPackage")
    path.unlink()
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE t (a)")
    other.commit()
    refused("Is not a GeoPackage")
    other.execute("PRAGMA application_id = 1196444487")
    other.commit()
    refused("not a workspace")
    other.close()


def test_a_damaged_workspace_is_refused(path: Path, make_report: MakeReport) -> None:
    with Workspace.open(path) as ws:
        ws.add_reports(make_report(n) for n in range(2000))
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xff" * 4096 * 200 + data[4096 * 201 :])
    with pytest.raises(WorkspaceError, match="damaged"), Workspace.open(path) as ws:
        ws.read_incidents()


def test_a_newer_version_is_refused(path: Path) -> None:
    Workspace.open(path).close()
    other = sqlite3.connect(path)
    other.execute("INSERT INTO schema_version VALUES (99, '2030-01-01')")
    other.commit()
    other.close()
    before = path.read_bytes()
    with pytest.raises(WorkspaceError, match=f"version 99, this program knows up to {migrations.VERSION}") as info:
        Workspace.open(path)
    assert "Update the plugin" in str(info.value.next_step)
    assert path.read_bytes() == before


def test_migrations_run_in_order_and_once(
    path: Path, tmp_path: Path, make_report: MakeReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Workspace.open(path) as ws:
        ws.add_reports([make_report(1)])
    present = migrations.VERSION
    two, three = (tmp_path / f"{present + n:04}.sql" for n in (1, 2))
    two.write_text("ALTER TABLE report ADD COLUMN note TEXT;\n")
    three.write_text("UPDATE report SET note = 'three';\nCREATE TABLE half (a);\nINSERT INTO nowhere VALUES (1);\n")
    monkeypatch.setattr(migrations, "SCRIPTS", [*migrations.SCRIPTS, two, three])
    monkeypatch.setattr(migrations, "VERSION", present + 2)
    with pytest.raises(WorkspaceError, match="no such table: nowhere"):
        Workspace.open(path)
    other = sqlite3.connect(path)
    assert other.execute("SELECT max(version) FROM schema_version").fetchone() == (present + 1,)
    assert other.execute("SELECT note FROM report").fetchall() == [(None,)]
    assert other.execute("SELECT count(*) FROM sqlite_master WHERE name = 'half'").fetchone() == (0,)
    other.close()
    three.write_text("UPDATE report SET note = 'three';\n")
    for _ in range(2):
        with Workspace.open(path) as ws:
            assert ws.rows("SELECT note FROM report") == [("three",)]
            versions = ws.rows("SELECT version FROM schema_version")
            assert versions == [(n,) for n in range(1, present + 3)]


def test_every_statement_of_the_scripts_is_run() -> None:
    for script in migrations.SCRIPTS:
        text = script.read_text(encoding="utf-8")
        rest = "".join(migrations._statements(text))
        left = text[len(rest) :]
        assert text.startswith(rest)
        assert all(not line or line.startswith("--") for line in left.splitlines()), left


def test_two_programs_may_create_at_once(path: Path) -> None:
    errors: list[BaseException] = []

    def create() -> None:
        try:
            Workspace.open(path).close()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=create) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert _check(path) == 0


def test_a_lock_is_waited_for_and_then_said(path: Path, make_report: MakeReport) -> None:
    with Workspace.open(path, busy_timeout=0.05) as ws:
        other = sqlite3.connect(path)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(WorkspaceError, match="in use by another program"):
            ws.add_reports([make_report(1)])
        assert ws.counts()["report"] == 0, "reading goes on"
        other.execute("ROLLBACK")
        assert ws.add_reports([make_report(1)]).new == 1
        other.close()
    other = sqlite3.connect(path)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(WorkspaceError, match="in use by another program"):
        Workspace.open(path, busy_timeout=0.05)
    other.close()


def test_two_writers_take_turns(path: Path, make_report: MakeReport, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace, "BATCH", 20)
    Workspace.open(path).close()
    errors: list[BaseException] = []

    def write(start: int) -> None:
        try:
            with Workspace.open(path, busy_timeout=20) as ws:
                ws.add_reports(make_report(n) for n in range(start, start + 200))
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(start,)) for start in (0, 100, 1000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert _check(path) == 500


def test_a_full_disk_keeps_whole_batches(path: Path, make_report: MakeReport, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace, "BATCH", 200)
    with Workspace.open(path) as ws:
        pages = ws.value("PRAGMA page_count")
        ws._connection.execute(f"PRAGMA max_page_count = {pages + 100}")
        with pytest.raises(WorkspaceError, match="disk is full") as info:
            ws.add_reports(make_report(n) for n in range(5000))
        assert "all whole batches are kept" in str(info.value.next_step)
        kept = ws.counts()["report"]
        assert 0 < kept < 5000
        assert kept % 200 == 0
        ws._connection.execute("PRAGMA max_page_count = 1000000")
        written = ws.add_reports(make_report(n) for n in range(5000))
        assert (written.new, written.unchanged) == (5000 - kept, kept)
    assert _check(path) == 5000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a file system of 2 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip(f"no small disk here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_really_full_disk(small_disk: Path, make_report: MakeReport, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace, "BATCH", 200)
    path = small_disk / "w.gpkg"
    with (
        pytest.raises(WorkspaceError, match=r"disk is full|can't be read or written"),
        Workspace.open(path) as ws,
    ):
        ws.add_reports(make_report(n) for n in range(20_000))
    kept = _check(path)
    assert 0 < kept < 20_000
    assert kept % 200 == 0


@contextmanager
def _as_nobody() -> Iterator[None]:
    """Let file permissions count, also for root."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.fixture
def readonly_folder(make_report: MakeReport) -> Iterator[Path]:
    """Give a folder that can't be written, with a workspace of one report that can't be either."""
    if os.name != "posix":
        pytest.skip("file permissions of POSIX")
    folder = Path(tempfile.mkdtemp())
    with Workspace.open(folder / "w.gpkg") as ws:
        ws.add_reports([make_report(1)])
    (folder / "w.gpkg").chmod(0o444)
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_read_only_workspace_can_be_read(readonly_folder: Path, make_report: MakeReport) -> None:
    with _as_nobody(), Workspace.open(readonly_folder / "w.gpkg") as ws:
        assert ws.read_incidents()["id"].tolist() == ["city/K1"]
        with pytest.raises(WorkspaceError, match="read-only") as info:
            ws.add_reports([make_report(2)])
        assert info.value.next_step
    assert _check(readonly_folder / "w.gpkg") == 1


def test_a_file_in_a_read_only_folder(readonly_folder: Path, make_report: MakeReport) -> None:
    (readonly_folder / "w.gpkg").chmod(0o666)
    with _as_nobody(), Workspace.open(readonly_folder / "w.gpkg") as ws:
        assert ws.counts()["report"] == 1
        with pytest.raises(WorkspaceError, match="can't be opened|read-only"):
            ws.add_reports([make_report(2)])
    with _as_nobody(), pytest.raises(WorkspaceError, match="can't be opened"):
        Workspace.open(readonly_folder / "new.gpkg")
    assert _check(readonly_folder / "w.gpkg") == 1


_WRITER = """
import itertools, sys
from sigma_communes.core.model import Report
from sigma_communes.core.store import Workspace, workspace
workspace.BATCH = 100
start = int(sys.argv[2])
print("ready", flush=True)
with Workspace.open(sys.argv[1]) as ws:
    ws.add_reports(
        Report("city", str(n), lon=5.4, lat=43.3, description="x" * 200) for n in itertools.count(start)
    )
"""


def test_kill_at_any_instant_leaves_the_last_whole_batch(path: Path) -> None:
    chance = random.Random(7)
    before = 0
    grown = 0
    for turn in range(60):
        if turn >= 12 and grown >= 3:
            break
        child = subprocess.Popen([sys.executable, "-c", _WRITER, str(path), str(before)], stdout=subprocess.PIPE)
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        time.sleep(chance.uniform(0, 0.12) * (1 + turn / 6))  # longer and longer, for a machine that is busy
        child.kill()
        child.wait()
        child.stdout.close()
        if not path.exists() or path.stat().st_size == 0:
            continue
        after = _check(path)
        if turn % 3 == 2:  # at first in WAL, as a new file is, then in the mode of rest
            Workspace.open(path).close()
        assert after % 100 == 0
        assert after >= before
        grown += after > before
        before = after
    assert grown >= 3, "the kills came too early to show anything"


def test_errors_that_are_new_to_us_are_still_said(path: Path) -> None:
    error = connection.explained(sqlite3.OperationalError("something else"), path)
    assert "something else" in str(error)
    ws = Workspace.open(path)
    ws.close()
    ws.close()
    with pytest.raises(WorkspaceError, match="closed"):
        ws.counts()


def test_an_old_sqlite_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 26, 0))
    with pytest.raises(WorkspaceError, match="too old"):
        Workspace.open(path)


def test_extents_hold_all_points(ws: Workspace, make_report: MakeReport) -> None:
    ws.add_reports([make_report(1, lon=None, lat=None), make_report(2, lon=0.0, lat=0.0)])
    extents = (
        "SELECT table_name, min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name IN ('report', 'incident')"
    )
    assert {row[1:] for row in ws._connection.execute(extents)} == {(None, None, None, None)}
    ws.add_reports([make_report(3, lon=5.0, lat=43.5), make_report(4, lon=5.5, lat=43.0)])
    ws.add_reports([make_report(5, lon=5.25, lat=43.25), make_report(6, lon=5.6, lat=43.1)])
    rows = dict((name, box) for name, *box in ws._connection.execute(extents))
    assert rows == {"report": [5.0, 43.0, 5.6, 43.5], "incident": [5.0, 43.0, 5.6, 43.5]}
    old = "2001-01-01T00:00:00.000Z"
    ws._connection.execute("UPDATE gpkg_contents SET last_change = ?", (old,))
    ws.write_triage({"id": np.array(["city/K1"], dtype=object)})
    changed = ws.rows("SELECT table_name FROM gpkg_contents WHERE last_change > ?", (old,))
    assert sorted(name for (name,) in changed) == ["incident", "report", "triage"]
