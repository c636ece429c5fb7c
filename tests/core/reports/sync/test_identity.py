# SPDX-License-Identifier: GPL-2.0-or-later
"""Two sources never become one: who a source is is kept, compared, and may be said to have moved."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from sigma_communes.core.cli import main
from sigma_communes.core.errors import UsageError
from sigma_communes.core.reports.sources.folder import Folder
from sigma_communes.core.reports.sources.ogc_features import OgcFeatures
from sigma_communes.core.reports.sources.source import identity_of
from sigma_communes.core.reports.sources.wfs_t import WfsT
from sigma_communes.core.reports.sync.outgoing import leaving
from sigma_communes.core.reports.sync.pull import pull
from sigma_communes.core.reports.sync.push import push
from sigma_communes.core.store import Workspace
from sigma_communes.core.transport import new_session

from .conftest import Serve, rows

ADDRESS = "https://host.example/a"
OTHERS = [
    "http://host.example/a", "https://other.example/a", "https://host.example:8443/a", "https://host.example/b",
    "https://host.example/a?map=2",
]  # fmt: skip


@pytest.mark.parametrize("other", OTHERS)
def test_scheme_host_port_path_and_parameters_tell_sources_apart(other: str) -> None:
    assert identity_of(ADDRESS, {}) != identity_of(other, {})
    assert identity_of(ADDRESS, {"jurisdiction_id": "a"}) != identity_of(ADDRESS, {"jurisdiction_id": "b"})
    assert identity_of("HTTPS://HOST.example:443/a/", {}) == identity_of(ADDRESS, {})
    with new_session() as session:
        for kind in (OgcFeatures, WfsT):
            assert kind(ADDRESS, session).identity == identity_of(ADDRESS, {})
            if "?" not in other or kind is WfsT:
                assert kind(other, session).identity != kind(ADDRESS, session).identity
        layers = [WfsT(f"{ADDRESS}?typeName={name}", session).identity for name in "xy"]
        assert len(set(layers)) == 2


def test_two_towns_on_one_host_are_kept_apart(ws: Workspace, serve: Serve) -> None:
    first, one = serve("klarschiff")
    second, other = serve("klarschiff")
    first.add(3)
    second.add(5)
    pull(ws, one)
    ws._connection.execute("UPDATE report SET description = 'mine' WHERE id = 'city/1'")
    for work in (lambda: pull(ws, other, full=True), lambda: push(ws, other), lambda: leaving(ws, other)):
        with pytest.raises(UsageError, match="holds reports of http://127.0.0.1:"):
            work()
    assert rows(ws, "SELECT count(*) FROM report") == [(3,)]
    assert second.calls == []
    assert pull(ws, one).new == 0
    assert pull(ws, other, moved=True).new == 2, "a person says that it is the same one"


def test_a_folder_is_its_whole_path(ws: Workspace, tmp_path: Path) -> None:
    for town in ("a", "b"):
        (tmp_path / town / "drops").mkdir(parents=True)
        (tmp_path / town / "drops" / "x.csv").write_text(f"id,lon,lat,commentaire\n1,5.3,43.2,{town}\n")
    pull(ws, Folder(tmp_path / "a" / "drops"))
    with pytest.raises(UsageError, match="holds reports of file:"):
        pull(ws, Folder(tmp_path / "b" / "drops"))
    assert rows(ws, "SELECT description FROM report") == [("a",)]


def test_two_addresses_of_one_host_get_two_names(tmp_path: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGMA_SERVERS", str(tmp_path / "servers.yaml"))
    servers = [serve("generic")[0] for _ in range(2)]
    path = tmp_path / "w.gpkg"
    for server in (*servers, *servers):
        if not server.reports:
            server.add(2)
        done = CliRunner().invoke(main, ["reports", "pull", "-w", str(path), "-s", server.url, "--json"])
        assert done.exit_code == 0, done.output
    with Workspace.open(path) as workspace:
        counts = dict(rows(workspace, "SELECT source, count(*) FROM report GROUP BY source"))
    assert sorted(counts.values()) == [2, 2]
    assert "127.0.0.1" in counts and servers[1].url.partition("://")[2] in counts


def test_a_workspace_of_before_takes_the_source_that_it_is_read_from(ws: Workspace, serve: Serve) -> None:
    server, client = serve("generic")
    server.add(2)
    pull(ws, client)
    ws._connection.execute("UPDATE cursor SET identity = NULL")
    server.add(1)
    assert pull(ws, client).new == 1
    assert rows(ws, "SELECT identity FROM cursor") == [(identity_of(server.url, {}),)]
