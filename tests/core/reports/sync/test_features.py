# SPDX-License-Identifier: GPL-2.0-or-later
"""Collections and layers as they are: lists without hints, ids that do not last, MultiPoints, words of their own."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from lxml import etree
from sigma_communes.core.errors import DataError
from sigma_communes.core.jobs.handling import set_state
from sigma_communes.core.reports.formats.gml import features
from sigma_communes.core.reports.sources.collection import looks_made_up
from sigma_communes.core.reports.sources.ogc_features import OgcFeatures
from sigma_communes.core.reports.sources.wfs_t import Refused, WfsT
from sigma_communes.core.reports.sync.pull import pull
from sigma_communes.core.reports.sync.push import push
from sigma_communes.core.store import Workspace
from sigma_communes.core.transport import new_session
from sigma_communes.tests.servers.ogc_features import OgcFeaturesServer
from sigma_communes.tests.servers.wfs import WfsServer

from .conftest import LIMITS, rows
from .test_push import draw


@contextmanager
def collection(**how: Any) -> Iterator[tuple[OgcFeaturesServer, OgcFeatures]]:
    with ExitStack() as stack:
        server = stack.enter_context(OgcFeaturesServer(**how))
        session = stack.enter_context(new_session())
        yield server, OgcFeatures(server.url, session, name="city", limits=LIMITS)


@contextmanager
def layer(**how: Any) -> Iterator[tuple[WfsServer, WfsT]]:
    with ExitStack() as stack:
        server = stack.enter_context(WfsServer(**how))
        session = stack.enter_context(new_session())
        yield server, WfsT(server.url, session, name="city", limits=LIMITS)


# --- a list ends where it ends -------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 250])
@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize("cap", [10, 100, 1000])
def test_a_collection_is_read_to_its_end_without_a_hint(
    ws: Workspace, count: int, links: bool, counts: bool, cap: int
) -> None:
    with collection(links=links, counts=counts, cap=cap) as (server, source):
        server.add(count)
        assert pull(ws, source).new == count
        assert pull(ws, source, full=True).gone == []


def test_what_a_collection_counts_and_does_not_give_is_said(ws: Workspace) -> None:
    with collection(links=False, offsets=False) as (server, source):
        server.add(150)
        pulled = pull(ws, source)
        assert (pulled.new, pulled.rejected) == (100, 1)
        assert "100 of 150 features came" in pulled.reasons[0].reason
        assert pull(ws, source, full=True).gone == [], "nothing is gone after a list that is cut off"


def test_a_server_that_refuses_large_pages_gives_its_own(ws: Workspace) -> None:
    with collection(refuses_over=40) as (server, source):
        server.add(95)
        assert pull(ws, source).new == 95


@pytest.mark.parametrize("refuses", ["any", "later"])
@pytest.mark.parametrize("sorts", [True, False])
def test_a_layer_without_an_order_is_sorted_or_asked_for_whole(ws: Workspace, refuses: str, sorts: bool) -> None:
    with layer() as (server, source):
        server.add(250)
        page = server.page

        def ordered(query: dict[str, str]) -> tuple[str, str]:
            start = query.get("startindex", "")
            if start and (refuses == "any" or start != "0") and not (sorts and query.get("sortby")):
                return server.exception("NoApplicableCode", "Cannot do natural order without a primary key"), "text/xml"
            return page(query)

        server.page = ordered  # type: ignore[method-assign]
        assert pull(ws, source).new == 250


def test_what_came_is_kept_where_a_layer_goes_on_in_no_way(ws: Workspace) -> None:
    with layer() as (server, source):
        server.add(250)
        page = server.page

        def stubborn(query: dict[str, str]) -> tuple[str, str]:
            if query.get("startindex") or not query.get("maxfeatures", query.get("featureid")):
                return server.exception("NoApplicableCode", "no order of rows"), "text/xml"
            return page(query)

        server.page = stubborn  # type: ignore[method-assign]
        pulled = pull(ws, source)
        assert pulled.new == 90 and "no order of rows" in pulled.reasons[0].reason
        assert pull(ws, source, full=True).gone == []


@pytest.mark.parametrize("member", ["wfs:member", "member", "gml:featureMember", "gml:featureMembers"])
def test_members_in_every_spelling(member: str) -> None:
    rows_ = "".join(f'<t:r gml:id="r.{n}"><t:a>{n}</t:a></t:r>' for n in range(5))
    inner = f"<{member}>{rows_}</{member}>" if member.endswith("s") else "".join(
        f'<{member}><t:r gml:id="r.{n}"><t:a>{n}</t:a></t:r></{member}>' for n in range(5)
    )  # fmt: skip
    root = etree.fromstring(
        '<wfs:FeatureCollection xmlns="http://www.opengis.net/wfs/2.0" xmlns:wfs="http://www.opengis.net/wfs/2.0"'
        f' xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:t="t">{inner}</wfs:FeatureCollection>'
    )
    assert [feature["id"] for feature in features(root, "x")] == [f"r.{n}" for n in range(5)]


# --- an id is what lasts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("made", ["reports.fid-{0:x}_18a_-7ff{1}", "fid--{0:x}_{1}", "{0:08d}-{1}", ""])
@pytest.mark.parametrize("column", ["numero", "id", "reference", "uuid"])
def test_rows_are_named_by_their_own_column_where_ids_do_not_last(ws: Workspace, made: str, column: str) -> None:
    counter = itertools.count(1)
    with collection() as (server, source):
        server.add(5)

        def renamed(row: dict[str, Any]) -> dict[str, Any]:
            properties = {**row["properties"], column: f"S-{row['id']}"}
            return {**row, "id": made.format(next(counter), row["id"]), "properties": properties}

        server.renamed = renamed
        for full in (False, False, True):
            pulled = pull(ws, source, full=full)
        assert pulled.gone == [] and source.request("S-3") is not None
        found = rows(ws, "SELECT id FROM report ORDER BY id")
    assert found == [(f"city/S-{n}",) for n in range(1, 6)]


def test_a_layer_whose_ids_do_not_last_is_changed_by_its_column(ws: Workspace) -> None:
    counter = itertools.count(1)
    with layer(as_json=True) as (server, source):
        server.add(3)
        page = server.page

        def renamed(query: dict[str, str]) -> tuple[str, str]:
            body, kind = page({name: value for name, value in query.items() if name != "filter"})
            value = json.loads(body)
            for number, feature in enumerate(value["features"], 1):
                feature["properties"] = {**feature["properties"], "numero": f"S-{number}"}
                feature["id"] = f"reports.fid-{next(counter):x}_1_2"
            return json.dumps(value), kind

        server.page = renamed  # type: ignore[method-assign]
        pull(ws, source)
        assert pull(ws, source, full=True).gone == []
        ws._connection.execute("UPDATE report SET description = 'mine' WHERE id = 'city/S-2'")
        push(ws, source)
        sent = next(body for method, _, body in server.calls if method == "POST")
    assert b"PropertyIsEqualTo" in sent and b"<f:Literal>S-2</f:Literal>" in sent and b"fid-" not in sent


def test_ids_that_do_not_last_without_a_column_are_refused(ws: Workspace) -> None:
    counter = itertools.count(1)
    with collection() as (server, source):
        server.add(3)
        server.renamed = lambda row: {**row, "id": f"x.fid-{next(counter):x}_1_2"}
        with pytest.raises(DataError, match="no ids that last"):
            pull(ws, source)
    assert rows(ws, "SELECT * FROM report") == []


def test_forms_of_ids_that_are_made_up() -> None:
    assert looks_made_up("signalements.fid--1b2c_18a_-7ffd") and looks_made_up("fid-3e_1a2_5")
    assert not any(map(looks_made_up, ("signalements.12", "fid12", "a1b2", "x.fid", "fid-12")))


@pytest.mark.parametrize("word", ["new0", "null", "", "0", "7", "none", "reports.1"])
def test_an_insert_that_names_a_false_id_is_found_by_what_was_sent(ws: Workspace, word: str) -> None:
    with layer() as (server, source):
        server.add(2)
        pull(ws, source)
        transact = server.transact

        def lies(body: bytes) -> str:
            answer = transact(body)
            return (
                answer.replace(f'fid="reports.{len(server.features)}"', f'fid="{word}"')
                if b"Insert" in body
                else answer
            )

        server.transact = lies  # type: ignore[method-assign]
        keys = [draw(ws, f"trou rue {name}") for name in "AB"]
        for _ in range(2):
            push(ws, source)
        pulled = pull(ws, source, full=True)
        assert pulled.gone == [] and len(server.features) == 4
    found = rows(ws, "SELECT id, service_request_id FROM report WHERE description LIKE 'trou%' ORDER BY fid")
    assert found == [(keys[0], "reports.3"), (keys[1], "reports.4")]


# --- geometries and words ------------------------------------------------------------------------------------------


def test_a_multipoint_of_one_is_a_position_and_is_written_as_one(ws: Workspace) -> None:
    with collection() as (server, source):
        server.add(2)
        for feature in server.features.values():
            place = feature["geometry"]["coordinates"]
            feature["geometry"] = {"type": "MultiPoint", "coordinates": [place]}
        pull(ws, source)
        assert rows(ws, "SELECT count(*) FROM report WHERE geom NOTNULL AND position_flag IS NULL") == [(2,)]
        key = draw(ws)
        geometry = "UPDATE report SET geom = (SELECT geom FROM report WHERE id = ?) WHERE id = 'city/1'"
        ws._connection.execute(geometry, (key,))
        push(ws, source)
        assert [feature["geometry"]["type"] for feature in server.features.values()] == ["MultiPoint"] * 3
        assert server.features["1"]["geometry"]["coordinates"] == [[5.0, 43.0]]


@pytest.mark.parametrize("places", [[], [[5.3, 43.2], [5.4, 43.3]]])
def test_a_multipoint_of_none_or_several_is_told_apart(ws: Workspace, places: list[list[float]]) -> None:
    with collection() as (server, source):
        server.add(1)
        server.features["1"]["geometry"] = {"type": "MultiPoint", "coordinates": places}
        pull(ws, source)
        assert rows(ws, "SELECT lon, position_flag FROM report") == [(None, "not a point" if places else "missing")]


def test_a_layer_of_multipoints_gets_multipoints(ws: Workspace) -> None:
    with layer() as (server, source):
        server.add(1)
        schema = server.schema
        server.schema = lambda: schema().replace("PointPropertyType", "MultiPointPropertyType")  # type: ignore[method-assign]
        kinds: list[str] = []

        def place(element: Any) -> tuple[float, float]:
            kinds.append(etree.QName(element[0]).localname)
            lon, lat = next(element.iter("{*}pos")).text.split()
            return float(lon), float(lat)

        server._place = place  # type: ignore[method-assign]
        pull(ws, source)
        draw(ws)
        assert push(ws, source).counts()["created"] == 1
    assert kinds == ["MultiPoint"]


@pytest.mark.parametrize(
    ("words", "opened", "closed"),
    [
        (["nouveau", "en cours", "traité"], "nouveau", "traité"),
        (["Ouvert", "Clos"], "Ouvert", "Clos"),
        (["En attente", "Pris en compte", "Résolu", "Rejeté"], "En attente", "Résolu"),
        (["open", "closed"], "open", "closed"),
        (["open", "fixed", "closed"], "open", "closed"),
    ],
)
def test_a_status_is_written_in_the_words_of_the_column(
    ws: Workspace, words: list[str], opened: str, closed: str
) -> None:
    for opener in (collection, layer):
        with opener() as (server, source):
            server.add(len(words))
            for number, feature in enumerate(server.features.values()):
                values = feature.get("properties") or feature["values"]
                values["status"] = words[number]
            source.name = source._features.source = opener.__name__
            pull(ws, source)
            key = f"{source.name}/{next(iter(server.features))}"
            set_state(ws, [key], "resolved", "Ana")
            new = draw(ws, f"new {source.name}")
            assert push(ws, source).counts()["created"] == 1
            found = [(f.get("properties") or f["values"])["status"] for f in server.features.values()]
            assert (found[0], found[-1]) == (closed, opened)
            ws._connection.execute("DELETE FROM report WHERE id = ?", (new,))


def test_a_word_that_the_layer_does_not_have_is_not_invented(ws: Workspace) -> None:
    with layer() as (server, source):
        server.add(2)
        for feature in server.features.values():
            feature["values"]["status"] = "nouveau"
        pull(ws, source)
        set_state(ws, ["city/reports.1"], "resolved", "Ana")
        pushed = push(ws, source)
        assert "no word for closed; it knows nouveau" in pushed.kept["city/reports.1"]
        assert server.features["reports.1"]["values"]["status"] == "nouveau"


def test_the_words_that_a_schema_allows_are_the_layer_s(ws: Workspace) -> None:
    listed = "".join(f'<x:enumeration value="{word}"/>' for word in ("nouveau", "traité"))
    kind = (
        f'<x:element name="status"><x:simpleType><x:restriction base="x:string">{listed}</x:restriction></x:simpleType>'
    )
    with layer() as (server, source):
        server.add(1)
        server.features["reports.1"]["values"]["status"] = "nouveau"
        schema = server.schema
        server.schema = lambda: schema().replace(  # type: ignore[method-assign]
            '<x:element name="status" type="x:string"/>', f"{kind}</x:element>"
        )
        pull(ws, source)
        set_state(ws, ["city/reports.1"], "resolved", "Ana")
        assert push(ws, source).updated == ["city/reports.1"]
        assert server.features["reports.1"]["values"]["status"] == "traité"


def test_a_layer_without_a_service_takes_a_new_report(ws: Workspace) -> None:
    with layer() as (server, source):
        server.add(1)
        schema = server.schema
        server.schema = lambda: schema().replace(  # type: ignore[method-assign]
            '<x:element name="service_code" type="x:string"/>', ""
        )
        pull(ws, source)
        keys = [draw(ws, "without", code=None), draw(ws, "with a code")]
        assert push(ws, source).created == keys


def test_the_words_of_a_refusal_are_shown(ws: Workspace) -> None:
    with layer() as (server, source):
        server.add(1)
        server.page = lambda query: (server.exception("X", "the column is gone"), "text/xml")  # type: ignore[method-assign]
        with pytest.raises(Refused, match="the column is gone"):
            pull(ws, source)
