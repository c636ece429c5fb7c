# SPDX-License-Identifier: GPL-2.0-or-later
"""Receive, decide, send and export by Processing, over QGIS' network, with a real server on the loopback."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsApplication, QgsAuthMethodConfig, QgsProcessingException
from sigma_communes.core.reports.sources.servers import Server, save_server
from sigma_communes.plugin.base import settings
from sigma_communes.plugin.reports.exchange.servers import servers_file
from sigma_communes.tests.servers.georeport import STYLES, GeoReportServer
from sigma_communes.tests.servers.wfs import WfsServer

from .test_algorithms import Feedback, Run, rows, run

__all__ = ["run"]


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GeoReportServer]:
    """Give a server with nine reports, under the name ``city`` in the settings."""
    monkeypatch.setenv("SIGMA_SERVERS", str(tmp_path / "servers.yaml"))
    with GeoReportServer(STYLES["citysdk"]) as server:
        server.add(9)
        save_server("city", Server(server.url, profile="citysdk"), servers_file())
        yield server


def edit(path: Path, statement: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(statement)
    connection.close()


def test_there_and_back(run: Run, city: GeoReportServer, tmp_path: Path) -> None:
    path = tmp_path / "workspace.gpkg"
    where = {"WORKSPACE": str(path), "SERVER": "city"}
    pulled = run("pull_reports", **where)
    assert (pulled["NEW"], pulled["REJECTED"], pulled["CONFLICTS"]) == (9, 0, 0)
    assert pulled["CURSOR"]
    edit(path, "UPDATE report SET description = 'mine' WHERE id IN ('city/1', 'city/2')")
    edit(path, "UPDATE report SET state = 'resolved' WHERE id = 'city/4'")
    city.edit("1", description="theirs")
    pulled = run("pull_reports", **where)
    assert (pulled["NEW"], pulled["CHANGED"], pulled["CONFLICTS"]) == (0, 1, 1)
    status = run("reports_status", WORKSPACE=str(path))
    # What is in conflict waits for a decision, and is not among what leaves.
    assert (status["CONFLICTS"], status["TO_SEND"]) == (1, 2)
    assert {(row["report"], row["conflict"]) for row in rows(status["OUTPUT"])} == {
        ("city/1", True), ("city/2", False), ("city/4", False)}  # fmt: skip
    # Nothing leaves without a yes.
    feedback, calls = Feedback(), len(city.calls)
    listed = run("push_reports", feedback, **where)
    assert listed["WAITING"] >= 1 and listed["UPDATED"] == 0
    assert any("city/4" in line and "resolved" in line for line in feedback.said)
    assert not [call for call in city.calls[calls:] if call.method != "GET"]
    decided = run("resolve_conflict", WORKSPACE=str(path), REPORT="city/1", CHOICE=1, WHO="anne")
    assert decided["DECIDED"] == 1
    pushed = run("push_reports", **where, CONFIRMED=True, WHO="anne")
    assert pushed["UPDATED"] >= 1
    assert city.reports["4"]["status"] == "closed"
    assert run("push_reports", **where, CONFIRMED=True)["UPDATED"] == 0
    exported = run("export_dispatch", WORKSPACE=str(path), FILE=str(tmp_path / "out.csv"))
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == exported["REPORTS"]


def test_a_whole_round_sends_only_what_was_confirmed(run: Run, city: GeoReportServer, tmp_path: Path) -> None:
    path = tmp_path / "workspace.gpkg"
    run("pull_reports", WORKSPACE=str(path), SERVER="city")
    edit(path, "UPDATE report SET state = 'resolved' WHERE id = 'city/4'")
    calls = len(city.calls)
    asked = run("sync_reports", WORKSPACE=str(path))
    assert (asked["WAITING"], asked["SENT"], asked["NEW"]) == (1, 0, 0)
    assert {call.method for call in city.calls[calls:]} == {"GET"}
    city.add(1)
    done = run("sync_reports", WORKSPACE=str(path), SERVERS=" city ", CONFIRMED=True, WHO="anne")
    assert (done["WAITING"], done["SENT"], done["NEW"], done["CONFLICTS"]) == (1, 1, 1, 0)
    assert city.reports["4"]["status"] == "closed"
    with pytest.raises(QgsProcessingException, match="no server nobody"):
        run("sync_reports", WORKSPACE=str(path), SERVERS="city, nobody")
    city.fault("503", times=99)
    with pytest.raises(QgsProcessingException, match="city"):
        run("sync_reports", WORKSPACE=str(path))


def test_a_team_is_chosen_for_many_and_never_for_all(run: Run, city: GeoReportServer, tmp_path: Path) -> None:
    path = tmp_path / "workspace.gpkg"
    run("sync_reports", WORKSPACE=str(run("pull_reports", WORKSPACE=str(path), SERVER="city") and path))
    edit(path, "UPDATE report SET state = 'assigned' WHERE id IN ('city/1', 'city/2')")

    def teams() -> list[tuple[str, str]]:
        with sqlite3.connect(path) as connection:
            return connection.execute(
                "SELECT r.id, team FROM assignment AS a JOIN report AS r USING (fid) WHERE a.who = 'anne' ORDER BY 1"
            ).fetchall()

    with pytest.raises(QgsProcessingException, match="no filter"):
        run("choose_team", WORKSPACE=str(path), TEAM="Voirie Est")
    assert run("choose_team", WORKSPACE=str(path), TEAM="Voirie Est", STATE="rejected")["CHOSEN"] == 0
    done = run("choose_team", WORKSPACE=str(path), TEAM="Voirie Est", STATE="assigned", WHO="anne", NOTE="vu")
    assert done["CHOSEN"] == 2 and teams() == [("city/1", "Voirie Est"), ("city/2", "Voirie Est")]
    with pytest.raises(QgsProcessingException):
        run("choose_team", WORKSPACE=str(path), TEAM="Propreté", REPORTS="city/3, city/999", WHO="anne")
    assert len(teams()) == 2
    run("choose_team", WORKSPACE=str(path), TEAM="Propreté", REPORTS="city/3,city/1", WHO="anne")
    assert teams() == [("city/1", "Propreté"), ("city/2", "Voirie Est"), ("city/3", "Propreté")]


def test_another_value_and_wrong_ones(run: Run, city: GeoReportServer, tmp_path: Path) -> None:
    path = tmp_path / "workspace.gpkg"
    where = {"WORKSPACE": str(path), "SERVER": city.url}
    run("pull_reports", **{**where, "SERVER": "city"})
    edit(path, "UPDATE report SET description = 'mine' WHERE id = 'city/1'")
    city.edit("1", description="theirs")
    run("pull_reports", WORKSPACE=str(path), SERVER="city")
    for values in ("nonsense", "lon=east", "colour=red", ""):
        with pytest.raises(QgsProcessingException):
            run("resolve_conflict", WORKSPACE=str(path), REPORT="city/1", CHOICE=2, VALUES=values)
    run("resolve_conflict", WORKSPACE=str(path), REPORT="city/1", CHOICE=2, VALUES="description=both")
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT description FROM report WHERE id = 'city/1'").fetchall() == [("both",)]
    connection.close()


def test_what_can_not_be_is_told(run: Run, city: GeoReportServer, tmp_path: Path, monkeypatch: Any) -> None:
    path = str(tmp_path / "workspace.gpkg")
    with pytest.raises(QgsProcessingException, match="no server nobody"):
        run("pull_reports", WORKSPACE=path, SERVER="nobody")
    with pytest.raises(QgsProcessingException, match="no date"):
        run("pull_reports", WORKSPACE=path, SERVER="city", SINCE="yesterday")
    with pytest.raises(QgsProcessingException):
        run("push_reports", WORKSPACE=str(tmp_path / "none.gpkg"), SERVER="city")
    monkeypatch.setenv(settings.variable("network"), "false")
    with pytest.raises(QgsProcessingException):
        run("pull_reports", WORKSPACE=path, SERVER="city")
    assert not city.calls


def test_a_wfs_with_the_authentication_of_qgis(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGMA_SERVERS", str(tmp_path / "servers.yaml"))
    manager = QgsApplication.authManager()
    assert manager.setMasterPassword("only in this test", True)
    config = QgsAuthMethodConfig("Basic")
    config.setName("town")
    config.setConfig("username", "me")
    config.setConfig("password", "s3cret")
    stored = manager.storeAuthenticationConfig(config)
    assert stored[0] if isinstance(stored, tuple) else stored
    with WfsServer(key="Basic bWU6czNjcmV0") as server:
        server.add(3)
        save_server("town", Server(server.url, kind="wfs"), servers_file())
        where = {"WORKSPACE": str(tmp_path / "w.gpkg"), "SERVER": "town"}
        with pytest.raises(QgsProcessingException, match="401"):
            run("pull_reports", **where)
        assert run("pull_reports", **where, AUTHCFG=config.id())["NEW"] == 3
    manager.removeAuthenticationConfig(config.id())
