# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line's contract: JSON lines, exit codes, no traceback for an expected error."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sigma_communes.core.cli import main

CSV = (
    "id;type;soustype;date_declaration;longitude;latitude\n"
    "A1;Propreté;Déchets et/ou salissures divers;2026-11-02;5,3698;43,2965\n"
    "A2;Propreté;Déchets et/ou salissures divers;2026-11-02;5,10;43,45\n"
    "A3;Propreté;Déchets et/ou salissures divers;2026-11-02;2,35;48,85\n"
)


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """Give a CSV as French spreadsheets write it: Latin-1, semicolons, decimal commas."""
    path = tmp_path / "signalements.csv"
    path.write_bytes(CSV.encode("cp1252"))
    return path


def call(*arguments: object) -> Result:
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_run_prints_one_object_and_exits_0(reports: Path, tmp_path: Path) -> None:
    result = call("run", "--reports", reports, "--out", tmp_path / "out", "--json")
    assert result.exit_code == 0
    (found,) = lines(result)
    assert found["incidents"] == 3 and found["rejected"] == 0
    assert Path(found["workspace"]).is_file() and Path(found["bulletin"]).is_file()


def test_a_rejected_record_exits_1_and_is_kept_with_its_reason(reports: Path, tmp_path: Path) -> None:
    reports.write_bytes(reports.read_bytes() + b";sans identifiant;;2026-11-02;5,37;43,3\n")
    result = call("run", "--reports", reports, "--out", tmp_path / "out", "--json")
    assert result.exit_code == 1
    assert lines(result)[0]["reports"] == {"new": 3, "changed": 0, "unchanged": 0, "rejected": 1}
    with sqlite3.connect(tmp_path / "out" / "workspace.gpkg") as workspace:
        ((where, reason),) = workspace.execute("SELECT input, reason FROM rejected")
    assert where == "signalements.csv:5" and reason


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["run", "--out", "OUT"], 2, "Nothing to read"),
        (["run", "--reports", "missing.csv", "--out", "OUT"], 2, "no such file"),
        (["run", "--reports"], 2, "requires an argument"),
        (["frobnicate"], 2, "No such command"),
        (["routing", "check", "missing.yaml"], 3, "missing.yaml"),
        (["model", "info", "--model", "missing"], 3, "missing"),
        (["photos", "missing"], 2, "no such file"),
    ],
)
def test_wrong_use_and_failures(arguments: list[str], code: int, words: str, tmp_path: Path) -> None:
    result = call(*[a.replace("OUT", str(tmp_path / "out")) for a in arguments])
    assert result.exit_code == code
    assert words in result.stderr.replace("\n", " ")
    assert "Traceback" not in result.stderr


def test_photos_gives_one_line_a_file_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "deux\nlignes \U0001f4f7.jpg").write_bytes(b"")
    (tmp_path / "dossier.jpg").mkdir()
    (tmp_path / "dossier.jpg" / "texte.jpg").write_text("bonjour", encoding="utf-8")
    result = call("photos", tmp_path, "--json")
    assert result.exit_code == 1
    found = lines(result)
    assert len(found) == 2
    assert {line["verdict"] for line in found} == {"not an image"}
    assert all({"path", "verdict", "reason", "lon", "lat", "taken_at"} <= set(line) for line in found)
    assert any("\\n" in line["path"] and "\U0001f4f7" in line["path"] for line in found)


def test_locate_adds_the_commune(reports: Path, tmp_path: Path) -> None:
    out = tmp_path / "located.geojson"
    result = call("locate", reports, "--out", out, "--json")
    assert result.exit_code == 0
    assert lines(result)[-1]["located"] == 1
    found = {f["properties"]["id"]: f["properties"] for f in json.loads(out.read_text(encoding="utf-8"))["features"]}
    assert (found["A1"]["insee"], found["A1"]["commune"], found["A1"]["outside"]) == ("13055", "Marseille", False)
    assert found["A2"]["water"] is True and found["A2"]["outside"] is False
    assert found["A3"]["outside"] is True and found["A3"]["insee"] == ""


def test_route_adds_team_and_reason(reports: Path, tmp_path: Path) -> None:
    out = tmp_path / "routed.csv"
    assert call("route", reports, "--out", out, "--json").exit_code == 0
    text = out.read_text(encoding="utf-8")
    assert text.splitlines()[0].endswith("group_id,team,rule,reason_en,reason_fr")
    assert "Propreté Marseille Provence" in text or "cleanliness_marseille_provence" in text


def test_routing_check_lists_findings_with_their_line(tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text(
        "version: 1\ntitle: {fr: t, en: t}\nteams:\n  a: {fr: a, en: a}\ndefault: {team: a}\n"
        "rules:\n  - {id: one, team: a}\n  - {id: two, team: a, class: no_such_class}\n",
        encoding="utf-8",
    )
    result = call("routing", "check", rules, "--json")
    assert result.exit_code == 1
    errors = [f for f in lines(result) if f["severity"] == "error"]
    assert any(f["line"] == 8 and "no_such_class" in f["message"] for f in errors)


def test_the_shipped_rule_book_has_no_finding() -> None:
    result = call("routing", "check", "--json")
    assert (result.exit_code, result.stdout) == (0, "")


def test_communes_info_names_source_and_licence() -> None:
    (found,) = lines(call("communes", "info", "--json"))
    assert found["communes"] == 92 and "IGN" in found["source"] and "Licence Ouverte" in found["licence"]


def test_ctrl_c_stops_at_a_safe_point(tmp_path: Path) -> None:
    many = tmp_path / "many.csv"
    rows = (f"B{i},Propreté,Déchets et/ou salissures divers,2026-11-02,5.37,43.3\n" for i in range(200_000))
    many.write_text("id,type,soustype,date_declaration,lon,lat\n" + "".join(rows), encoding="utf-8")
    out = tmp_path / "out"
    command = [sys.executable, "-m", "sigma_communes.core.cli", "run", "--reports", str(many), "--out", str(out)]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ})
    for _ in range(600):
        if (out / "workspace.gpkg").exists() and (out / "workspace.gpkg").stat().st_size > 0:
            break
        time.sleep(0.05)
    child.send_signal(signal.SIGINT)
    _, stderr = child.communicate(timeout=60)
    assert child.returncode == 130
    assert b"Traceback" not in stderr
    with sqlite3.connect(out / "workspace.gpkg") as workspace:
        assert workspace.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (stored,) = workspace.execute("SELECT count(*) FROM report").fetchone()
    assert stored < 200_000 and stored % 5000 == 0
