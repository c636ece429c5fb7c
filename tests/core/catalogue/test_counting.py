# SPDX-License-Identifier: GPL-2.0-or-later
"""A list ends where it ends: what it counts itself is compared with what came, and nothing is gone after less."""

from __future__ import annotations

import json
from types import ModuleType
from typing import Any

import pytest
from sigma_communes.core.catalogue import Calls, Catalogue, CatalogueSource, harvest
from sigma_communes.core.model import Record, Rejected
from sigma_communes.core.transport import TransportError

ALL, MOST = 60, 20
NAMES = 'xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:dc="http://purl.org/dc/elements/1.1/"'


class Csw:
    """A CSW of 60 records in pages of 20 at most; a page with one of ``bad`` can't be written, one of ``empty`` is."""

    def __init__(self, server: Any, servers: ModuleType, bad: set[int], status: int = 200) -> None:
        self.bad, self.status, self.all = bad, status, ALL
        self.answer = servers.Answer
        self.exception = servers.exception("NoApplicableCode", "One of the records has no form")
        self.url = server.behave("/csw", self)

    def __call__(self, query: dict[str, str]) -> Any:
        if query["request"] == "GetCapabilities":
            return self.answer(f'<csw:Capabilities {NAMES} version="2.0.2"/>'.encode())
        start = int(query["startposition"])
        page = range(start, min(start + min(int(query["maxrecords"]), MOST), self.all + 1))
        if self.bad & set(page):
            return self.exception._replace(status=self.status)
        after = page.stop if page.stop <= self.all else 0
        records = "".join(
            f"<csw:Record><dc:identifier>f{n}</dc:identifier><dc:title>T{n}</dc:title></csw:Record>" for n in page
        )
        head = f'numberOfRecordsMatched="{self.all}" nextRecord="{after}"'
        text = f"<csw:GetRecordsResponse {NAMES}><csw:SearchResults {head}>{records}</csw:SearchResults>"
        return self.answer((text + "</csw:GetRecordsResponse>").encode())


@pytest.mark.parametrize("bad", [{25}, {1}, {60}, {20, 21}, {1, 30, 60}, {41, 42, 43}], ids=str)
@pytest.mark.parametrize("status", [200, 400, 500])
def test_a_record_that_a_csw_cant_write_costs_itself_alone(
    server: Any, servers: ModuleType, calls: Calls, bad: set[int], status: int
) -> None:
    town = Csw(server, servers, bad, status)
    found = list(harvest(calls, CatalogueSource("s", "csw", town.url)))
    assert [r.id for r in found if isinstance(r, Record)] == [f"f{n}" for n in range(1, ALL + 1) if n not in bad]
    said = [r.where for r in found if isinstance(r, Rejected)]
    assert said == [f"s, record {n} of the list" for n in sorted(bad)]
    assert not calls.complete


def test_a_csw_that_refuses_everything_is_an_error_soon(server: Any, servers: ModuleType, calls: Calls) -> None:
    town = Csw(server, servers, set(range(1, ALL + 1)), 500)
    with pytest.raises(TransportError, match="500"):
        list(harvest(calls, CatalogueSource("s", "csw", town.url)))
    assert len(server.calls) < 40


def test_nothing_is_gone_after_a_list_with_a_hole(
    server: Any, servers: ModuleType, catalogue: Catalogue, calls: Calls
) -> None:
    town = Csw(server, servers, set())
    catalogue.add(CatalogueSource("s", "csw", town.url))
    assert catalogue.harvest("s", calls.session).records == ALL
    town.bad = {25}
    holed = catalogue.harvest("s", calls.session, whole=True)
    assert (holed.changed.removed, catalogue.records.count()) == (0, ALL)
    town.bad, town.all = set(), 50
    whole = catalogue.harvest("s", calls.session, whole=True)
    assert (whole.changed.removed, catalogue.records.count()) == (10, 50)


def features(numbers: Any) -> list[dict[str, Any]]:
    return [{"type": "Feature", "id": f"r{n}", "properties": {"title": f"R{n}"}, "geometry": None} for n in numbers]


@pytest.mark.parametrize(
    ("most", "counts", "offsets", "refuses"),
    [
        (1000, True, True, False),
        (10, True, True, False),  # caps the page
        (1000, False, True, False),  # counts nothing
        (20, True, True, True),  # refuses larger pages (on_exceed: error of pygeoapi)
        (1000, True, False, False),  # knows no offset
    ],
)
def test_records_without_a_next_link(
    server: Any, servers: ModuleType, calls: Calls, most: int, counts: bool, offsets: bool, refuses: bool
) -> None:
    total = 45

    def page(query: dict[str, str]) -> Any:
        limit = int(query.get("limit", 10))
        if refuses and limit > most:
            return servers.Answer(b'{"code": "InvalidParameterValue"}', "application/json", 400)
        start = int(query.get("offset", 0)) if offsets else 0
        found = features(range(start, min(start + min(limit, most), total)))
        body: dict[str, Any] = {"type": "FeatureCollection", "features": found, "links": []}
        if counts:
            body["numberMatched"] = total
        return servers.Answer(json.dumps(body).encode(), "application/json")

    url = server.behave("/items", page)
    found = list(harvest(calls, CatalogueSource("s", "ogc-records", url, page_size=20)))
    records = [r.id for r in found if isinstance(r, Record)]
    if offsets:
        assert records == [f"r{n}" for n in range(total)]
        assert calls.complete
    else:
        assert len(records) == 20
        assert [r.reason for r in found if isinstance(r, Rejected)] == [
            "The list counts 45 records and gave 20 of them"
        ]
        assert not calls.complete


@pytest.mark.parametrize("kind", ["ckan", "opendatasoft"])
@pytest.mark.parametrize(("holes", "came"), [({1}, 40), ({1, 2}, 20), (set(), 60)])
def test_an_empty_page_in_the_middle_is_no_end(
    server: Any, servers: ModuleType, calls: Calls, kind: Any, holes: set[int], came: int
) -> None:
    def page(query: dict[str, str]) -> Any:
        start, size = int(query.get("start") or query.get("offset") or 0), 20
        numbers = [] if start // size in holes else range(start, min(start + size, 60))
        if kind == "ckan":
            packages = [{"id": f"p{n}", "name": f"p{n}", "title": f"P{n}"} for n in numbers]
            body: dict[str, Any] = {"success": True, "result": {"count": 60, "results": packages}}
        else:
            sets = [{"dataset_id": f"p{n}", "metas": {"default": {"title": f"P{n}"}}} for n in numbers]
            body = {"total_count": 60, "results": sets}
        return servers.Answer(json.dumps(body).encode(), "application/json")

    path = "/api/3/action/package_search" if kind == "ckan" else "/api/explore/v2.1/catalog/datasets"
    server.behave(path, page)
    found = list(harvest(calls, CatalogueSource("s", kind, server.url + "/", page_size=20)))
    assert sum(isinstance(r, Record) for r in found) == came
    assert calls.complete == (came == 60)
    assert [r.reason for r in found if isinstance(r, Rejected)] == (
        [] if came == 60 else [f"The list counts 60 records and gave {came} of them"]
    )
