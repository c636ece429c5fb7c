# SPDX-License-Identifier: GPL-2.0-or-later
"""From an empty workspace to a layer's URI, by the command line, against a real pycsw 2.6.2."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sigma_communes.core import transport
from sigma_communes.core.catalogue import Calls, Catalogue, CatalogueSource, choose, guess_kind, harvest
from sigma_communes.core.model import Record
from sigma_communes.core.store import Workspace
from sigma_communes.tests.servers import iso_records
from sigma_communes.tests.servers.pycsw import NotAvailable, Pycsw

N = 130


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pycsw]:
    """Give a pycsw with records of the project's own, 50 a page; skip where it can't be installed."""
    folder = tmp_path_factory.mktemp("pycsw")
    iso_records.write_records(folder / "records", range(N))
    try:
        with Pycsw(folder / "server", folder / "records", most=50) as running:
            yield running
    except NotAvailable as error:
        pytest.skip(str(error))


@pytest.fixture
def calls() -> Iterator[Calls]:
    with transport.new_session() as session:
        yield Calls(session)


def test_every_record_comes_as_it_was_written(server: Pycsw, calls: Calls) -> None:
    records = list(harvest(calls, CatalogueSource("p", "csw", server.url)))
    assert all(isinstance(record, Record) for record in records)
    by_id = {record.id: record for record in records if isinstance(record, Record)}
    assert set(by_id) == {iso_records.identifier(number) for number in range(N)}
    record = by_id[iso_records.identifier(1)]
    assert record.title == "Points lumineux de l'éclairage public de Marseille (1)"
    assert record.organisation == "Ville de Marseille" and record.flaws == ()
    assert record.extent is not None and 4.8 <= record.extent[0] <= 5.7
    assert [link.kind for link in record.links] == ["wms", "wfs"]


def test_the_filter_by_date_is_understood(server: Pycsw, calls: Calls, tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "w.gpkg") as workspace:
        catalogue = Catalogue(workspace)
        catalogue.add(CatalogueSource("p", "csw", server.url))
        first = catalogue.harvest("p", calls.session)
        assert (first.changed.new, first.error) == (N, "")
        iso_records.write_records(tmp_path / "more", range(900, 903), modified="2099-01-01")
        server.load(tmp_path / "more")
        second = catalogue.harvest("p", calls.session)
        # Only what changed came: no fall-back to the whole list.
        assert (second.records, second.changed.new, second.incremental) == (3, 3, True)
        whole = catalogue.harvest("p", calls.session, whole=True)
        assert (whole.records, whole.changed.unchanged) == (N + 3, N + 3)


def test_a_filter_of_a_source_is_understood(server: Pycsw, calls: Calls) -> None:
    source = CatalogueSource("p", "csw", server.url, filter={"constraint": "apiso:Title like '%lumineux%'"})
    titles = {record.title for record in harvest(calls, source) if isinstance(record, Record)}
    assert titles and all("lumineux" in title for title in titles)
    dated = [record for record in harvest(calls, source, "2020-06-01") if isinstance(record, Record)]
    assert 0 < len(dated) < len(titles) and all(record.modified >= "2020-06-01" for record in dated)


def test_its_kind_is_told(server: Pycsw, calls: Calls) -> None:
    assert guess_kind(calls, server.url) == "csw"


def test_dublin_core_of_the_same_server(server: Pycsw, calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sigma_communes.core.catalogue.protocols.csw._SCHEMAS", ())
    records = [
        record for record in harvest(calls, CatalogueSource("p", "csw", server.url)) if isinstance(record, Record)
    ]
    assert len(records) >= N
    record = next(record for record in records if record.id == iso_records.identifier(1))
    assert record.title == "Points lumineux de l'éclairage public de Marseille (1)"
    assert record.extent is not None and 4.8 <= record.extent[0] <= 5.7 and 43.2 <= record.extent[1] <= 43.7
    assert {link.kind for link in record.links} == {"wms", "wfs"}


def test_the_real_records_of_others(tmp_path: Path, calls: Calls, shared_records: Path) -> None:
    try:
        with Pycsw(tmp_path / "server", shared_records, most=10) as server:
            asked = "?service=CSW&version=2.0.2&request=GetRecords&typeNames=csw:Record"
            asked += "&elementSetName=brief&resultType=hits"
            with urllib.request.urlopen(server.url + asked, timeout=30) as answer:
                text = answer.read().decode()
            held = int(text.partition('numberOfRecordsMatched="')[2].partition('"')[0])
            records = [
                record
                for record in harvest(calls, CatalogueSource("p", "csw", server.url))
                if isinstance(record, Record)
            ]
    except NotAvailable as error:
        pytest.skip(str(error))
    assert len(records) == held >= 13
    titles = {" ".join(entry["title"].split()) for entry in json.loads((shared_records / "manifest.json").read_text())}
    assert {record.title for record in records} <= titles
    for record in records:
        choice = choose(record)
        assert len(choice.loadable) + len(choice.refused) >= 1, record.title
        assert all(refused.reason for refused in choice.refused)


@pytest.fixture
def shared_records() -> Path:
    default = Path(__file__).resolve().parents[2].parent / "shared" / "data"
    folder = Path(os.environ.get("SIGMA_SHARED_DATA", default)) / "catalogue" / "iso19139"
    if not folder.is_dir():
        pytest.skip("no real data beside the checkout (set SIGMA_SHARED_DATA); this test is an extra")
    return folder


def _command(workspace: Path, *arguments: str) -> list[dict[str, Any]]:
    """Run the group ``catalogue`` in a process of its own."""
    program = "from sigma_communes.core.cli.catalogue import catalogue; catalogue()"
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments, "--workspace", str(workspace), "--json"],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_from_nothing_to_a_uri(server: Pycsw, tmp_path: Path) -> None:
    workspace = tmp_path / "workspace.gpkg"
    assert _command(workspace, "add", "regional", server.url)[0]["kind"] == "csw"
    assert _command(workspace, "test", "regional")[0]["ok"]
    assert _command(workspace, "harvest")[0]["records"] >= N
    with_accents = _command(workspace, "search", "éclairages publics Marseille", "--kind", "wms,wfs")
    without = _command(workspace, "search", "eclairage public marseille", "--kind", "wms,wfs")
    assert with_accents == without and "éclairage public de Marseille" in with_accents[0]["title"]
    (said,) = _command(workspace, "link", with_accents[0]["id"], "--offline", "--kind", "wfs")
    assert said["provider"] == "WFS" and "typename='amp:layer_" in said["uri"]
