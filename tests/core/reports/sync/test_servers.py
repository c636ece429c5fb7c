# SPDX-License-Identifier: GPL-2.0-or-later
"""Named servers, where their keys come from, and the commands that use them."""

from __future__ import annotations

import csv
import json
import sys
import types
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sigma_communes.core.cli.reports import reports, servers
from sigma_communes.core.errors import DataError, MissingPackage, UsageError
from sigma_communes.core.reports.sources.servers import (
    Server,
    find_key,
    find_server,
    load_servers,
    remove_server,
    save_server,
    settings_file,
    store_key,
)
from sigma_communes.core.store import Workspace
from sigma_communes.core.vector.reading import read_features

from .conftest import Serve
from .test_push import draw


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a settings file of its own, and no keyring."""
    monkeypatch.setenv("SIGMA_SERVERS", str(tmp_path / "servers.yaml"))
    monkeypatch.setitem(sys.modules, "keyring", None)
    return tmp_path / "servers.yaml"


def run(command: Any, *arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [str(a) for a in arguments], catch_exceptions=False)


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


# --- settings ------------------------------------------------------------------------------------------------------


def test_servers_are_kept_by_name(settings: Path) -> None:
    assert load_servers() == {}
    made = Server(
        "https://x.example/open311", profile="fixmystreet", given={"jurisdiction_id": "x"}, area=(5, 43, 6, 44)
    )
    save_server("marseille", made)
    save_server("drops", Server("/srv/drops", kind="folder"))
    assert load_servers() == {"marseille": made, "drops": Server("/srv/drops", kind="folder")}
    with pytest.raises(UsageError, match="already"):
        save_server("marseille", made)
    save_server("marseille", Server("https://y.example"), replace=True)
    assert find_server("marseille")[1].url == "https://y.example"
    remove_server("marseille")
    with pytest.raises(UsageError, match="no server marseille"):
        remove_server("marseille")
    assert set(load_servers()) == {"drops"}
    with pytest.raises(UsageError, match="no name"):
        save_server("Mar seille", made)
    with pytest.raises(UsageError, match="no server profile"):
        save_server("m", Server("https://x.example", profile="none"))


@pytest.mark.parametrize(
    "text",
    [
        "servers: {a: {url: 'https://x.example', key: s3cret}}",
        "servers: {a: {url: 'https://x.example', given: {api_key: s3cret}}}",
        "servers: {a: {url: 'https://me:s3cret@x.example'}}",
        "servers: {a: {url: 'https://x.example?token=s3cret'}}",
        "servers: {a: {url: 'https://x.example', kind: ftp}}",
        "servers: {a: {url: 'https://x.example', area: [1, 2]}}",
    ],
)
def test_keys_and_nonsense_are_refused_with_their_line(settings: Path, text: str) -> None:
    settings.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_servers()
    assert "servers.yaml:1" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_server_by_address_or_folder(tmp_path: Path) -> None:
    assert find_server("https://x.example/open311")[0] == "x.example"
    assert find_server(str(tmp_path))[1].kind == "folder"
    for wrong in ("nobody", "https://x.example?api_key=s3cret"):
        with pytest.raises(UsageError) as caught:
            find_server(wrong)
        assert "s3cret" not in str(caught.value)


def test_the_file_is_where_the_system_keeps_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SIGMA_SERVERS")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    assert settings_file() == tmp_path / "sigma-communes" / "servers.yaml"
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("APPDATA", str(tmp_path / "a"))
    assert settings_file() == tmp_path / "a" / "sigma-communes" / "servers.yaml"


def test_keys_come_from_the_environment_then_from_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_key("a-b") == ("", "")
    with pytest.raises(MissingPackage, match="keyring"):
        store_key("a-b", "k")

    class Error(Exception):
        pass

    kept: dict[tuple[str, str], str] = {}
    errors = types.SimpleNamespace(KeyringError=Error)
    module = types.SimpleNamespace(
        get_password=lambda service, name: kept.get((service, name)),
        set_password=lambda service, name, key: kept.update({(service, name): key}),
        errors=errors,
    )
    monkeypatch.setitem(sys.modules, "keyring", module)  # type: ignore[arg-type]
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)  # type: ignore[arg-type]
    store_key("a-b", "from keyring")
    assert find_key("a-b") == ("from keyring", "the keyring")
    monkeypatch.setenv("SIGMA_KEY_A_B", "from environment")
    assert find_key("a-b") == ("from environment", "the environment variable SIGMA_KEY_A_B")

    def locked(*_: str) -> str:
        raise Error

    monkeypatch.delenv("SIGMA_KEY_A_B")
    module.get_password = module.set_password = locked
    assert find_key("a-b") == ("", "")
    with pytest.raises(UsageError, match="can't be used"):
        store_key("a-b", "k")


# --- commands ------------------------------------------------------------------------------------------------------


def test_from_the_first_read_to_sending_back(
    serve: Serve, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, _ = serve("klarschiff", key="s3cret-key")
    server.add(40)
    monkeypatch.setenv("SIGMA_KEY_ROSTOCK", "s3cret-key")
    (added,) = lines(run(servers, "add", "rostock", server.url, "--sender", "email=a@b.fr", "--json"))
    assert (added["profile"], added["url"]) == ("klarschiff", server.url)
    (listed,) = lines(run(servers, "list", "--json"))
    assert listed["key"] == "the environment variable SIGMA_KEY_ROSTOCK"
    (tested,) = lines(run(servers, "test", "rostock", "--json"))
    assert tested["answers"]
    assert "position" in tested["takes"]

    common = ("--workspace", path, "--server", "rostock", "--json")
    *_, pulled = lines(run(reports, "pull", *common))
    assert list(pulled) == ["new", "changed", "unchanged", "rejected", "conflicts", "cursor"]
    assert (pulled["new"], pulled["conflicts"]) == (40, 0)
    with Workspace.open(path) as ws:
        ws._connection.execute("UPDATE report SET description = 'mine' WHERE id IN ('rostock/1', 'rostock/2')")
        ws._connection.execute("UPDATE report SET agency_responsible = 'team' WHERE id = 'rostock/4'")
        draw(ws, code=None)
    server.edit("1", description="theirs")
    *_, pulled = lines(run(reports, "pull", *common))
    assert pulled["conflicts"] == 1
    (conflict,) = lines(run(reports, "conflicts", "--workspace", path, "--json"))
    assert (conflict["report_id"], conflict["mine"], conflict["theirs"]) == (
        "rostock/1", {"description": "mine"}, {"description": "theirs"})  # fmt: skip
    assert "mine    'mine'" in run(reports, "conflicts", "--workspace", path).output
    assert run(reports, "resolve", "rostock/1", "--workspace", path).exit_code == 2
    assert run(reports, "resolve", "rostock/9", "--mine", "--workspace", path).exit_code == 2
    resolved = run(
        reports, "resolve", "rostock/1", "--value", "description=both", "--workspace", path, "--who", "anne", "--json"
    )
    assert lines(resolved)[0]["resolved"] == {"description": "both"}

    result = run(reports, "push", *common, "--who", "anne")
    *reasons, counts = lines(result)
    assert (counts["updated"], counts["kept"], counts["created"]) == (2, 2, 0)
    assert len(reasons) == 2
    assert (server.reports["1"]["description"], server.reports["2"]["description"]) == ("both", "mine")
    assert server.calls[-1].form["email"] == ["a@b.fr"]
    (status,) = lines(run(reports, "status", "--workspace", path, "--json"))
    known = {source["source"]: source for source in status["sources"]}
    assert (known["rostock"]["kept"], known["local"]["new"]) == (1, 1)
    assert "takes no changes of agency" in run(reports, "status", "--items", "--workspace", path).output

    for name in ("out.csv", "out.geojson", "out.gpkg"):
        (exported,) = lines(run(reports, "export", "--workspace", path, "--out", tmp_path / name, "--json"))
        assert exported["reports"] == 2
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        found = [
            {name.rpartition("(")[2].rstrip(")"): value for name, value in row.items()}
            for row in csv.DictReader(file, delimiter=";")
        ]
    first, second = found
    assert (first["id"], first["state"]) == ("rostock/4", "received") and "Reçu" in first.values()
    assert "Voirie → team" in first["changes"]
    assert "service_code" in second["stays_because"]
    assert sorted(read_features(tmp_path / "out.gpkg").columns["id"]) == sorted([first["id"], second["id"]])

    shown = "".join(run(*c).output for c in ((servers, "list"), (reports, "status", "--workspace", path)))
    assert "s3cret-key" not in shown + path.read_bytes().decode("latin-1")
    assert all("s3cret" not in f"{call.path}{call.params}" for call in server.calls)


def test_plain_output_and_errors(serve: Serve, path: Path, tmp_path: Path) -> None:
    server, _ = serve("citysdk")
    server.add(5)
    server.reports["2"]["id"] = ""
    assert run(servers, "add", "city", server.url, "--profile", "citysdk").exit_code == 0
    result = run(reports, "pull", "--workspace", path, "--server", "city")
    assert result.exit_code == 1
    assert "has no service_request_id" in " ".join(result.output.split())
    assert run(reports, "push", "--workspace", path, "--server", "city").exit_code == 0
    assert "No conflicts" in run(reports, "conflicts", "--workspace", path).output
    assert run(reports, "status", "--workspace", path).exit_code == 0
    assert run(servers, "test", "city").exit_code == 0
    assert run(servers, "remove", "city").exit_code == 0
    assert run(reports, "pull", "--workspace", path, "--server", "city").exit_code == 2
    assert run(reports, "status", "--workspace", tmp_path / "none.gpkg").exit_code == 3
    assert run(servers, "add", "c", server.url, "--given", "nonsense").exit_code == 2
    assert run(servers, "add", "c", server.url, "--profile", "citysdk", "--given", "api_key=x").exit_code == 2


def test_probe_says_what_a_server_is(serve: Serve) -> None:
    server, _ = serve("klarschiff")
    server.add(3)
    (found,) = lines(run(reports, "probe", server.url, "--json"))
    assert (found["profile"], found["capabilities"]["status"]) == ("klarschiff", True)
    assert len(found["services"]) == 4
    assert "profile klarschiff" in run(reports, "probe", server.url).output


def test_a_folder_and_since(tmp_path: Path, path: Path) -> None:
    (tmp_path / "drops").mkdir()
    (tmp_path / "drops" / "a.csv").write_text("id,lon,lat\n1,5.3,43.2\n", encoding="utf-8")
    assert run(servers, "add", "drops", tmp_path / "drops", "--kind", "folder").exit_code == 0
    result = run(reports, "pull", "--workspace", path, "--server", "drops", "--since", "2024-01-01", "--full", "--json")
    assert lines(result)[-1]["new"] == 1
