# SPDX-License-Identifier: GPL-2.0-or-later
"""``catalogue …`` on the command line: its JSON, its exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sigma_communes.core.cli.catalogue import catalogue


@pytest.fixture
def run(tmp_path: Path) -> Any:
    """Give a function that runs a command on one workspace and returns its result and JSON lines."""

    def call(*arguments: str, code: int = 0) -> list[dict[str, Any]]:
        more = ("--workspace", str(tmp_path / "w.gpkg"), "--json")
        result: Result = CliRunner().invoke(catalogue, [*arguments, *more], catch_exceptions=False)
        assert result.exit_code == code, result.output
        return [json.loads(line) for line in result.stdout.splitlines()]

    return call


def test_from_an_empty_workspace_to_a_layer(server: Any, run: Any, iso: ModuleType, servers: ModuleType) -> None:
    wms = server.add("/wms", servers.wms_capabilities("<Layer><Name>zones</Name><Title>Z</Title></Layer>"))
    link = iso.LINK.format(url=wms, protocol="OGC:WMS", name="zones")
    box = iso.EXTENT.format(5.1, 43.4, 5.3, 43.5)
    url = server.add_csw([iso.iso_record(n, links=link, extent=box) for n in range(20)])
    assert run("add", "regional", url) == [{"name": "regional", "kind": "csw", "url": url}]
    (tried,) = run("test", "regional")
    assert tried["ok"] and tried["records"] == 20 and tried["latency_ms"] > 0
    (outcome,) = run("harvest", "--source", "regional")
    assert outcome["records"] == 20 and outcome["changed"]["new"] == 20 and outcome["error"] == ""
    found = run("search", "eclairages", "publics", "--kind", "wms,wfs", "--limit", "1")
    assert set(found[0]) >= {"id", "title", "organisation", "links", "sources", "score"}
    assert found[0]["links"] == [{"kind": "wms", "url": wms, "layer": "zones"}]
    assert found[0]["sources"] == ["regional"] and found[0]["score"] > 0
    identifier = found[0]["id"]
    (shown,) = run("show", identifier, "--favourite")
    assert shown["title"] == found[0]["title"] and shown["favourite"]
    assert [hit["id"] for hit in run("search", "--favourites")] == [identifier]
    assert [hit["id"] for hit in run("search", "--recent")] == [identifier]
    (loaded,) = run("link", identifier)
    assert loaded["provider"] == "wms" and "layers=zones" in loaded["uri"]
    (listed,) = run("list")
    assert listed["records"] == 20 and listed["error"] is None and listed["read_at"]
    assert len(run("search", "--new", "--limit", "50")) == 20
    assert run("search", "--new") == []
    assert run("search", "plui", "--commune", "Berre-l'Étang") != []
    assert len(run("search", "--bundle", "lighting")) == 2
    assert not any(each["on"] for each in run("bundle"))
    switched = {each["bundle"]: each for each in run("bundle", "lighting", "--on", "--commune", "13014")}
    assert switched["lighting"]["on"] and switched["lighting"]["records"] == 2 and not switched["roads"]["on"]
    assert not any(each["on"] for each in run("bundle", "lighting", "--off", "--commune", "Berre-l'Étang"))
    assert run("remove", "regional") == [{"name": "regional", "removed": 20}]


def test_of_many_records_it_is_said_how_many_fit(server: Any, run: Any, iso: ModuleType, tmp_path: Path) -> None:
    run("add", "regional", server.add_csw([iso.iso_record(n) for n in range(90)]), "--kind", "csw")
    run("harvest")
    everything = ["search", "--workspace", str(tmp_path / "w.gpkg")]
    said = CliRunner().invoke(catalogue, [*everything, "--limit", "5"], catch_exceptions=False)
    assert "The 5 best of 90" in said.output
    said = CliRunner().invoke(catalogue, [*everything, "--limit", "90"], catch_exceptions=False)
    assert "best of" not in said.output


def test_a_shipped_source_is_added_by_its_name(run: Any) -> None:
    assert run("add", "datasud")[0]["kind"] == "ckan"
    assert {line.get("name") or line.get("bundle") for line in run("list", "--known")} >= {"datasud", "lighting"}


def test_a_source_that_fails_does_not_stop_the_others(server: Any, run: Any, iso: ModuleType) -> None:
    run("add", "bad", server.add("/bad", "<html><title>Panne</title></html>", "text/html"), "--kind", "csw")
    run("add", "good", server.add_csw([iso.iso_record(1)]), "--kind", "csw")
    bad, good = run("harvest", code=1)
    assert "Panne" in bad["error"] and good["records"] == 1
    assert run("harvest", "--source", "bad", code=3)[0]["records"] == 0
    (tried,) = run("test", "bad", code=3)
    assert not tried["ok"] and "Panne" in tried["error"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "x", "not-an-address", "--kind", "csw"),
        ("add", "x", "https://x.fr", "--kind", "gopher"),
        ("add", "no-such-profile"),
        ("test", "no-such-source"),
        ("bundle", "lighting"),
        ("search", "x"),
        ("show", "x"),
    ],
)
def test_wrong_use_says_so(run: Any, arguments: tuple[str, ...]) -> None:
    if arguments[0] in ("search", "show", "bundle"):
        run("add", "datasud")
        assert run(*arguments, code=0 if arguments[0] == "search" else 2) == []
    else:
        assert run(*arguments, code=2) == []


def test_a_search_by_an_unknown_kind_or_commune(run: Any) -> None:
    run("add", "datasud")
    assert run("search", "x", "--kind", "wmsx", code=2) == []
    assert run("search", "x", "--commune", "99999", code=2) == []


def test_a_record_that_nothing_can_load(server: Any, run: Any, iso: ModuleType) -> None:
    link = iso.LINK.format(url="javascript:alert(1)", protocol="WWW:LINK", name="x")
    run("add", "s", server.add_csw([iso.iso_record(1, links=link)]), "--kind", "csw")
    run("harvest")
    (said,) = run("link", iso.identifier(1), code=1)
    assert said["uri"] is None and "javascript:" in said["refused"][0]["reason"]


def test_text_for_people(server: Any, run: Any, iso: ModuleType, tmp_path: Path) -> None:
    run("add", "s", server.add_csw([iso.iso_record(n) for n in range(3)]), "--kind", "csw")
    run("harvest")

    def say(*arguments: str) -> str:
        result = CliRunner().invoke(
            catalogue, [*arguments, "--workspace", str(tmp_path / "w.gpkg")], catch_exceptions=False
        )
        assert result.exit_code in (0, 1), result.output
        return result.output

    assert "Zonage du plan local" in say("search", "zonage")
    assert "licence: Licence Ouverte 2.0" in say("show", iso.identifier(0))
    assert "3 records (0 with flaws)" in say("list")
    assert "wfs: WFS" in say("link", iso.identifier(0), "--offline", "--kind", "wfs")
    assert "Nothing fits among 3 records" in say("search", "licorne")
