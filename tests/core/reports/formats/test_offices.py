# SPDX-License-Identifier: GPL-2.0-or-later
"""What French offices write, and what they open: dates, states, totals, exports; nothing is lost in silence."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sigma_communes.core.cli.incidents import said_of_positions
from sigma_communes.core.cli.language import language
from sigma_communes.core.jobs.run import run
from sigma_communes.core.model import Rejected, Report
from sigma_communes.core.reports.formats.columns import column_names, folded
from sigma_communes.core.reports.formats.dates import iso_date
from sigma_communes.core.reports.formats.files import read_reports
from sigma_communes.core.reports.formats.unread import Unread
from sigma_communes.core.reports.sync.dispatch import HEADINGS, changes_said
from sigma_communes.core.vector.writing import write_office_table


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("05/03/2026 14h30", "2026-03-05T14:30:00"),
        ("13/03/2026 à 8h05", "2026-03-13T08:05:00"),
        ("13/03/2026 8:05", "2026-03-13T08:05:00"),
        ("05/03/26", "2026-03-05"),
        ("05.03.26 9h", "2026-03-05T09:00:00"),
        ("5 mars 2026", "2026-03-05"),
        ("1er août 2026", "2026-08-01"),
        ("jeudi 5 mars 2026 à 14 h 30", "2026-03-05T14:30:00"),
        ("le 5 févr. 2026", "2026-02-05"),
        ("5-déc-25", "2025-12-05"),
        ("31/12/99", "1999-12-31"),
        ("46086", "2026-03-05"),
        ("46086,5", "2026-03-05T12:00:00"),
        (46086, "2026-03-05"),
        ("05/03/2026 14:30:10", "2026-03-05T14:30:10"),
    ],
)
def test_dates_of_offices(text: Any, due: str) -> None:
    assert iso_date(text, "day first") == due


@pytest.mark.parametrize(
    "text", ["31/02/2026", "29/02/26", "32 mars 2026", "5 marche 2026", "5/13/26", "12", "14h30", "1er"]
)
def test_what_is_no_date_stays_none(text: str) -> None:
    assert iso_date(text, "day first") is None


@pytest.mark.parametrize("text", ["05/03/26", "46086", "5 mars 2026"])
def test_a_server_whose_order_is_unknown_is_not_guessed(text: str) -> None:
    assert iso_date(text) is None


@pytest.mark.parametrize(
    ("word", "status"),
    [("En attente", "open"), ("Réouvert", "open"), ("Prise en charge", "open"), ("Traité", "closed"),
     ("Classé sans suite", "closed"), ("pending1", "open"), ("valid0", "closed"), ("reject", "closed")],
)  # fmt: skip
def test_words_of_states(word: str, status: str) -> None:
    assert folded(word) in column_names().status[status]


def test_no_word_of_a_state_means_two() -> None:
    words = [word for listed in column_names().status.values() for word in listed]
    assert len(words) == len(set(words)) and all(word == folded(word) for word in words)


TABLE = """id;longitude;latitude;date;statut
1;5,3698;43,2965;31/02/2026;Bizarre
2;;;5 mars 2026;En attente
3;5,3698;43,2965;;
4;nord;43,3;hier;Perdu
Total;;;;4
Sous-total;;;2;
"""


def test_what_is_unread_is_counted_apart_from_what_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(TABLE, encoding="utf-8")
    unread, reports, rejected = Unread(), [], []
    for verdict in read_reports(path):
        if isinstance(verdict, Rejected):
            rejected.append(verdict)
        else:
            reports.append(unread.see(verdict))
    assert [each.reason for each in rejected] == ["is a total, no report"] * 2
    assert dict(unread.counts) == {"date": 2, "state": 2, "position": 1}
    assert unread.examples["date"] == "1: 31/02/2026" and unread.examples["state"] == "1: Bizarre"
    assert dict(unread.positions) == {"missing": 1, "not a number": 1}
    assert len(reports) == 4


def test_a_report_whose_words_begin_with_total_stays_one(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("description,lon,lat\nTotal,5.37,43.29\nTotalité du trottoir,,\n", encoding="utf-8")
    assert all(isinstance(each, Report) for each in read_reports(path))


def test_a_run_ends_with_what_has_no_place_and_why(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(TABLE + "5;2,35;48,85;;\n", encoding="utf-8")
    done = run(reports=path, out=tmp_path / "out")
    assert done.positions["without"] == 2 and done.positions["outside"] == 1
    french = said_of_positions(done, french=True)
    assert french[0].startswith("2 sans position, 1 hors du territoire, ")
    assert "absente du fichier (1)" in french[0] and "pas un nombre (1)" in french[0]
    assert "2 dates illisibles, par exemple 1: 31/02/2026" in french
    english = said_of_positions(done, french=False)
    assert english[0].startswith("2 without position, 1 outside the territory")


def test_the_next_export_of_one_system_updates_under_its_source(tmp_path: Path) -> None:
    for name in ("mars.csv", "avril.csv"):
        (tmp_path / name).write_text(f"id,lon,lat,description\n1,5.37,43.29,{name}\n", encoding="utf-8")
    run(reports=tmp_path / "mars.csv", out=tmp_path / "out", source="allo")
    again = run(reports=tmp_path / "avril.csv", out=tmp_path / "out", source="allo")
    assert (again.incidents, again.reports["changed"]) == (1, 1)


@pytest.mark.parametrize(
    ("variables", "due"),
    [
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "C", "SIGMA_COMMUNES_LANGUAGE": "fr"}, "fr"),
        ({}, "en"),
    ],
)
def test_the_language_is_that_of_the_locale(
    variables: dict[str, str], due: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SIGMA_COMMUNES_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert language() == due


def test_a_table_for_a_french_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    header = ["Mots", "Longitude (lon)", "a", "b", "c"]
    write_office_table(path, [["réparer; vite", 5.371, "=1+1", None, np.nan]], header, language="fr")
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    header, row = csv.reader(data.decode("utf-8-sig").splitlines(), delimiter=";")
    assert header[0] == "Mots"
    assert row == ["réparer; vite", "5,371", "'=1+1", "", ""]
    write_office_table(path, [[5.371]], ["lon"], language="en")
    assert path.read_bytes() == b"\xef\xbb\xbflon\r\n5.371\r\n"


def test_changes_are_said_in_words() -> None:
    said = changes_said({"state": ("received", "assigned"), "address": ("", "3 rue Été")}, "fr")
    assert said == "État\u00a0: Reçu → Affecté; Adresse\u00a0: – → 3 rue Été"


def test_our_own_export_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    row: dict[str, Any] = dict.fromkeys(HEADINGS, "")
    row.update(service_request_id="A1", description="'=trou", address="3 rue Été", lon=5.371, lat=43.291, status="open")
    header = [f"{words.fr} ({name})" for name, words in HEADINGS.items()]
    write_office_table(path, [list(row.values())], header, language="fr")
    (report,) = read_reports(path)
    assert isinstance(report, Report)
    assert (report.service_request_id, report.description, report.address) == ("A1", "=trou", "3 rue Été")
    assert (report.lon, report.lat, report.status) == (5.371, 43.291, "open")
