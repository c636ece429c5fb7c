# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigma_communes.core.errors import DataError
from sigma_communes.core.model import Rejected, Report
from sigma_communes.core.reports.formats.body import decode, read_body
from sigma_communes.core.reports.formats.georeport import (
    Dialect,
    ServerError,
    Service,
    parse_created,
    parse_errors,
    parse_requests,
    parse_service_definition,
    parse_services,
    parse_updates,
)

RECORD = {
    "service_request_id": 638344,
    "status": "closed",
    "service_name": "Sidewalk and Curb Issues",
    "service_code": 6,
    "description": None,
    "agency_responsible": {"recipient": ["Voirie", "Métropole"]},
    "requested_datetime": "2010-04-14T06:37:38-08:00",
    "updated_datetime": "2010/04/14 weird",
    "address": "8TH AVE and JUDAH ST",
    "lat": "37.762221815",
    "long": -122.4651145,
    "media_url": "http://city.example/report.jpg",
    "zipcode": "13001",
}


def requests(value: Any, **options: Any) -> list[Report | Rejected]:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return list(parse_requests(data, source="city", **options))


def test_a_record_keeps_everything_that_was_sent() -> None:
    (report,) = requests([RECORD])
    assert isinstance(report, Report)
    assert (report.source, report.service_request_id, report.service_code) == ("city", "638344", "6")
    assert (report.lon, report.lat, report.position_flag) == (-122.4651145, 37.762221815, "")
    assert report.requested_datetime == "2010-04-14T06:37:38-08:00"
    assert report.updated_datetime is None
    assert report.agency_responsible == "Voirie, Métropole"
    assert report.extra == {
        "zipcode": "13001",
        "updated_datetime": "2010/04/14 weird",
        "agency_responsible": {"recipient": ["Voirie", "Métropole"]},
    }


@pytest.mark.parametrize(
    "wrapped",
    [
        [RECORD],
        RECORD,
        {"service_requests": [RECORD]},
        {"requests": [RECORD], "status": "ok", "count": 1},
        {"service_requests": {"request": [RECORD]}},
        {"request": RECORD},
        {"d": {"Liste": [RECORD]}},
        {"errors": [], "data": [RECORD]},
    ],
)
def test_wrappings(wrapped: Any) -> None:
    (report,) = requests(wrapped)
    assert isinstance(report, Report)
    assert report.service_request_id == "638344"


@pytest.mark.parametrize(
    "empty",
    [b"[]", b"null", b'{"service_requests": []}', b'{"service_requests": null}', b"<service_requests/>",
     b'<?xml version="1.0"?>\n<requests>\n</requests>'],
)  # fmt: skip
def test_nothing_is_an_answer_too(empty: bytes) -> None:
    assert requests(empty) == []


def as_xml(record: dict[str, Any]) -> str:
    inner = "".join(f"<{k}>{escape(str(v))}</{k}>" if v is not None else f"<{k}/>" for k, v in record.items())
    return f"<request>{inner}</request>"


text = st.text(
    st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\ufffe\uffff\r\n\t"), max_size=30
).map(str.strip)


@given(
    st.lists(
        st.fixed_dictionaries(
            {"service_request_id": st.integers(1, 10**9) | text.filter(bool), "description": text.filter(bool)},
            optional={
                "address": text,
                "status": st.sampled_from(["open", "closed", "Fixed"]),
                "lat": st.floats(-90, 90),
            },
        ),
        max_size=5,
    )
)
def test_xml_and_json_say_the_same(records: list[dict[str, Any]]) -> None:
    xml = f"<service_requests>{''.join(map(as_xml, records))}</service_requests>".encode()
    from_xml, from_json = requests(xml), requests(records)
    keys = ("service_request_id", "description", "address", "status", "raw_status", "lon", "lat", "position_flag")
    assert [[getattr(r, k) for k in keys] for r in from_xml] == [[getattr(r, k) for k in keys] for r in from_json]
    assert len(from_xml) == len(records)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["service_request_id", "token", "status", "lat", "long", "requests", "errors", "code", "x",
                         "requested_datetime", "media_url", "agency_responsible"]), inner, max_size=5),
    max_leaves=25,
)  # fmt: skip


@given(json_values)
def test_any_json_gives_verdicts_or_a_data_error(value: Any) -> None:
    try:
        verdicts = requests(value)
    except DataError:
        return
    for verdict in verdicts:
        assert isinstance(verdict, (Report, Rejected))
        if isinstance(verdict, Report):
            assert verdict.service_request_id
            assert verdict.status in ("", "open", "closed")
            (verdict.description + verdict.service_request_id).encode("utf-8")
    parse_errors(json.dumps(value).encode(), source="city")


@given(st.binary(max_size=300) | st.sampled_from([b"<a>", b"{", b"\xff\xfe<", b"<a><b></a>", b"<?xml"]))
def test_any_bytes_give_verdicts_or_a_data_error(data: bytes) -> None:
    for parse in (parse_requests, parse_services, parse_updates):
        try:
            list(parse(data, source="city"))  # type: ignore[operator]
        except DataError as error:
            assert error.what
    assert isinstance(parse_errors(data, source="city"), tuple)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"status": "open", "lat": 1}, "no service_request_id"),
        ({"service_request_id": None}, "no service_request_id"),
        ({"service_request_id": "  "}, "no service_request_id"),
        ({"service_request_id": [1]}, "no service_request_id"),
        ({"token": "abc"}, "token"),
        ({"service_request_id": "x" * 501}, "characters long"),
        (7, "no object"),
        ("text", "no object"),
    ],
)
def test_a_record_without_an_id_is_rejected_and_its_neighbours_stay(record: Any, reason: str) -> None:
    first, second, third = requests([RECORD, record, {**RECORD, "service_request_id": 0}])
    assert isinstance(first, Report)
    assert isinstance(second, Rejected)
    assert second.where == "city: record 2"
    assert reason in second.reason
    assert isinstance(third, Report)
    assert third.service_request_id == "0"


def test_unknown_states_are_not_open() -> None:
    states = ["open", "CLOSED", "fixed", "in progress", "", None]
    reports = requests([{"service_request_id": i, "status": s} for i, s in enumerate(states)])
    assert [r.status for r in reports] == ["open", "closed", "", "", "", ""]  # type: ignore[union-attr]
    assert [r.raw_status for r in reports] == ["open", "CLOSED", "fixed", "in progress", "", ""]  # type: ignore[union-attr]
    (report,) = requests(
        [{"service_request_id": 1, "status": "In Progress"}], dialect=Dialect(status={"in progress": "open"})
    )
    assert (report.status, report.raw_status) == ("open", "In Progress")  # type: ignore[union-attr]


def test_a_dialect_renames_fields_and_finds_the_list() -> None:
    dialect = Dialect(
        items=("issues",),
        fields={"id": "service_request_id", "lng": "long", "summary": "service_name", "media.image": "media_url"},
        dates="month first",
    )
    page = {
        "metadata": {"pagination": {"page": 1}, "other": [1]},
        "issues": [{"id": 5, "lng": 5.4, "lat": 43.3, "summary": "Hole", "media": {"image": "u"}, "rating": 3}],
    }
    (report,) = requests(page, dialect=dialect)
    assert isinstance(report, Report)
    assert (report.service_request_id, report.lon, report.service_name, report.media_url) == ("5", 5.4, "Hole", "u")
    assert report.extra == {"rating": 3, "media": {"image": "u"}}


def test_flagged_positions_keep_their_raw_coordinates() -> None:
    (report,) = requests([{"service_request_id": 1, "lat": "5,37", "long": "43.3"}])
    assert isinstance(report, Report)
    assert (report.lon, report.lat, report.position_flag) == (None, None, "swapped?")
    assert report.extra == {"lat": "5,37", "long": "43.3"}


# --- hostile and damaged bodies ----------------------------------------------------------------------------------

LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<requests><request><service_request_id>&b;</service_request_id></request></requests>"""
OUTSIDE = b"""<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><requests><request>&x;</request></requests>"""
PAGE = b"""<!DOCTYPE html>
<html><head><style>p {}</style><title>
   FixMyStreet &eacute;  France </title></head><body><p>Bonjour</p></body></html>"""


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b" \n\xef\xbb\xbf", "empty"),
        (LAUGHS, "document type"),
        (b"<!-- <a> -->" + OUTSIDE, "document type"),
        (PAGE, "FixMyStreet é France"),
        (b"<html><body><script>x()</script><h1>Maintenance</h1></body></html>", "Maintenance"),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body>Oops</body></html>', "Oops"),
        (b"Service unavailable\nretry", "begins with “Service unavailable”"),
        (b'[{"service_request_id": 1', "not whole JSON"),
        (b"<requests><request><service_request_id>1", "not whole XML"),
        (b"<requests>&nbsp;</requests>", "not whole XML"),
        (b"[" * 200_000, "nested too deeply"),
        (b"<a>" * 100_000, "nested too deeply"),
        (b'[{"code": 404, "description": "Not found"}]', "404: Not found"),
        (b"<errors><error><code>403</code><description>No key</description></error></errors>", "403: No key"),
        (b'{"error": {"code": 500, "message": "It broke"}}', "500: It broke"),
        (b'{"error": "bad key"}', "bad key"),
        (b"{}", "no list"),
        (b'{"a": 1, "b": 2}', "no list"),
    ],
)
def test_what_is_no_list_of_requests_is_an_error_that_says_why(body: bytes, words: str) -> None:
    with pytest.raises(DataError) as caught:
        requests(body)
    assert words in caught.value.what
    assert caught.value.where == "city"


def test_a_body_beyond_the_limit_is_refused_unread() -> None:
    with pytest.raises(DataError, match="too large: 11 bytes, at most 10"):
        read_body(b"[" + b" " * 9 + b"]", source="city", max_bytes=10)


def test_a_record_that_is_too_deep_is_rejected_alone() -> None:
    deep: Any = "bottom"
    for _ in range(30):
        deep = {"a": deep}
    first, second = requests([{"service_request_id": 1, "x": deep}, RECORD])
    assert isinstance(first, Rejected)
    assert "too deeply" in first.reason
    assert isinstance(second, Report)


def test_a_number_of_a_million_digits_is_no_trap() -> None:
    (report,) = requests(b'[{"service_request_id": 1, "x": ' + b"9" * 1_000_000 + b"}]")
    assert isinstance(report, Report)
    assert len(report.extra["x"]) == 1_000_000


def test_what_no_database_can_hold_is_replaced() -> None:
    (report,) = requests(rb'[{"service_request_id": "a\u0000b", "description": "\ud800 \ud83d\ude00", "\u0000": 1}]')
    assert isinstance(report, Report)
    assert (report.service_request_id, report.description) == ("a\ufffdb", "\ufffd 😀")
    assert list(report.extra) == ["\ufffd"]


@pytest.mark.parametrize(
    ("data", "content_type", "guessed"),
    [
        ("é".encode(), "", ""),
        (b"\xef\xbb\xbf" + "é".encode(), "application/json; charset=iso-8859-1", ""),
        ("é".encode("cp1252"), "", "cp1252"),
        ("é".encode("latin-1"), "text/xml; charset=ISO-8859-1", ""),
        ("é€".encode("cp1252"), "text/xml; charset=ISO-8859-1", ""),
        ("é".encode("cp1252"), "text/xml; charset=unicode_escape", "cp1252"),
        ("é".encode("cp1252"), "text/xml; charset=no-such", "cp1252"),
        ("<aé".encode("utf-16"), "", ""),
        ("<aé".encode("utf-16-le"), "", ""),
        ("<aé".encode("utf-16-be"), "", ""),
    ],
)
def test_encodings(data: bytes, content_type: str, guessed: str) -> None:
    decoded, said = decode(data, content_type)
    assert "é" in decoded
    assert said == guessed


def test_a_declared_encoding_is_used_and_a_guess_is_said() -> None:
    xml = '<?xml version="1.0" encoding="{}"?><requests><request><service_request_id>1</service_request_id>' \
          "<description>dégradé</description></request></requests>"  # fmt: skip
    for encoding in ("iso-8859-15", "utf-8", "utf-16"):
        (report,) = requests(xml.format(encoding).encode(encoding))
        assert isinstance(report, Report)
        assert report.description == "dégradé"
        assert "decoded_as" not in report.extra
    (report,) = requests(xml.format("utf-8").encode("cp1252"))
    assert isinstance(report, Report)
    assert (report.description, report.extra["decoded_as"]) == ("dégradé", "cp1252")


def test_markup_inside_a_text_does_not_lose_the_text() -> None:
    (report,) = requests(b"<requests><request><service_request_id>1</service_request_id>"
                         b"<description>one<br/>two</description></request></requests>")  # fmt: skip
    assert isinstance(report, Report)
    assert report.description == "onetwo"


# --- services, definitions, answers, updates, errors -------------------------------------------------------------


def test_services() -> None:
    first, second = parse_services(
        b'[{"service_code": 1, "service_name": "Trous", "metadata": "true", "type": "realtime",'
        b' "keywords": "a, b,", "group": "voirie", "icon": "x"}, {"service_name": "?"}]',
        source="city",
    )
    assert first == Service("1", "Trous", "", True, "realtime", ("a", "b"), "voirie", {"icon": "x"})
    assert second == Rejected("city: service 2", "has no service_code")


DEFINITION = b"""<service_definition><service_code>DMV66</service_code><attributes>
<attribute><variable>true</variable><code>B</code><datatype>singlevaluelist</datatype><required>true</required>
<order>2</order><description>Colour?</description>
<values><value><key>r</key><name>Red</name></value><value><key>g</key></value></values></attribute>
<attribute><variable>false</variable><code>A</code><order>1</order></attribute></attributes></service_definition>"""


def test_a_service_definition_in_the_order_of_its_questions() -> None:
    definition = parse_service_definition(DEFINITION, source="city")
    assert definition.service_code == "DMV66"
    a, b = definition.attributes
    assert (a.code, a.variable, a.required, a.datatype) == ("A", False, False, "string")
    assert (b.code, b.required, b.values) == ("B", True, (("r", "Red"), ("g", "g")))
    same = parse_service_definition(
        b'{"service_code": "DMV66", "attributes": [{"code": "A", "order": 1, "variable": false},'
        b' {"code": "B", "order": "2", "variable": true, "datatype": "singlevaluelist", "required": true,'
        b' "description": "Colour?", "values": [{"key": "r", "name": "Red"}, {"key": "g"}]}]}',
        source="city",
    )
    assert same == definition
    with pytest.raises(DataError, match="no code"):
        parse_service_definition(b'{"service_code": 1, "attributes": [{"order": 1}]}', source="city")


def test_answers_to_a_new_request() -> None:
    (created,) = parse_created(b'[{"token": 12, "service_notice": "Thanks"}]', source="city")
    assert (created.token, created.service_request_id, created.service_notice) == ("12", "", "Thanks")
    xml = b"<service_requests><request><service_request_id>293944</service_request_id></request></service_requests>"
    (created,) = parse_created(xml, source="city")
    assert created.service_request_id == "293944"
    with pytest.raises(DataError, match="no key"):
        parse_created(b'[{"code": 403, "description": "no key"}]', source="city")


def test_updates() -> None:
    good, bad = parse_updates(
        b"<service_requests_updates><request_update><update_id>1</update_id><service_request_id>2</service_request_id>"
        b"<status>CLOSED</status><updated_datetime>2014-07-12T10:58:43Z</updated_datetime><who>x</who>"
        b"</request_update><request_update><update_id>3</update_id></request_update></service_requests_updates>",
        source="city",
    )
    assert not isinstance(good, Rejected)
    assert (good.update_id, good.service_request_id, good.status) == ("1", "2", "closed")
    assert good.updated_datetime == "2014-07-12T10:58:43+00:00"
    assert good.extra == {"who": "x", "updated_datetime": "2014-07-12T10:58:43Z"}
    assert isinstance(bad, Rejected)


def test_errors_in_any_form() -> None:
    assert parse_errors(PAGE, source="city") == (ServerError("", "FixMyStreet é France"),)
    assert parse_errors(b"Gone  away\n", source="city") == (ServerError("", "Gone away"),)
    assert parse_errors(b"", source="city") == ()
    assert [str(e) for e in parse_errors(b'[{"code":1,"description":"a"},{"code":2}]', source="c")] == ["1: a", "2: "]


# --- real answers ------------------------------------------------------------------------------------------------


@pytest.mark.shared
def test_recorded_answers(shared: Path) -> None:
    folder = shared / "reports" / "open311"
    toronto = requests((folder / "requests_many.xml").read_bytes())
    chicago = requests((folder / "service_requests.json").read_bytes())
    assert [r.service_request_id for r in toronto] == ["101005420892", "101005420894"]  # type: ignore[union-attr]
    assert [r.service_request_id for r in chicago] == ["14-01100669", "14-01100627"]  # type: ignore[union-attr]
    assert all(r.status == "open" and not r.position_flag for r in toronto + chicago)  # type: ignore[union-attr]
    giessen = list(parse_services((folder / "services_giessen.xml").read_bytes(), source="Gießen"))
    assert [s.service_name for s in giessen][1::6] == ["Ampel defekt", "Grünflächen und Spielplätze"]  # type: ignore[union-attr]
    assert len(list(parse_services((folder / "service_list.json").read_bytes(), source="x"))) == 3


@pytest.mark.shared
def test_every_property_of_the_schemas_has_a_place(shared: Path) -> None:
    folder = shared / "reports" / "open311" / "schema"
    names = json.loads((folder / "request.json").read_text(encoding="utf-8"))["properties"]
    special = {"status": "open", "lat": 43.3, "long": 5.4, "requested_datetime": "2020-01-01T00:00:00Z"}
    (report,) = requests([{name: special.get(name, f"the {name}") for name in names}])
    assert isinstance(report, Report)
    for name in names:
        if name not in special:
            assert f"the {name}" in (getattr(report, name, None), report.extra.get(name)), name
    names = json.loads((folder / "service.json").read_text(encoding="utf-8"))["properties"]
    (service,) = parse_services(json.dumps([{name: f"the {name}" for name in names}]).encode(), source="city")
    assert service == Service(
        "the service_code", "the service_name", "the description", False, "the type", ("the keywords",), "the group"
    )
