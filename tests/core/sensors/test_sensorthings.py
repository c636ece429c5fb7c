"""The client of SensorThings: lists, forms of observations, forms of places, and servers that do otherwise."""

from __future__ import annotations

import itertools
import json
import sys
from typing import Any

import numpy as np
import pytest
import requests
from sigma_communes.core.errors import DataError
from sigma_communes.core.model import Rejected
from sigma_communes.core.sensors.readings import read_times, readings, without_future
from sigma_communes.core.sensors.sensorthings import SensorThings
from sigma_communes.core.sensors.sources import try_source
from sigma_communes.core.sensors.streams import Stream

from .conftest import FAST, Fake, client, server_module

TEN = 1_772_359_200_000  # 2026-03-01T10:00Z


def all_of(source: SensorThings) -> tuple[list[tuple[str, int, Any]], list[Rejected]]:
    """Return (stream, moment, value or text) of everything, and the verdicts."""
    out, rejected = [], []
    for group in source.groups():
        if isinstance(group, Rejected):
            rejected.append(group)
            continue
        for portion in source.observations(group):
            if isinstance(portion, Rejected):
                rejected.append(portion)
                continue
            stream, found = portion
            rejected += [Rejected(stream.key, verdict.reason) for verdict in found.verdicts]
            for i in range(len(found)):
                said = found.value[i] if found.text is None or found.text[i] is None else found.text[i]
                out.append((stream.key, int(found.at[i]), said))
    return out, rejected


def streams(source: SensorThings) -> list[Stream]:
    return [stream for group in source.groups() if not isinstance(group, Rejected) for stream in group]


@pytest.mark.parametrize("link", ["{path}?page=2", "{url}{path}?page=2", "?page=2"])
def test_pages_are_followed_by_relative_and_absolute_links(fake: Fake, source: SensorThings, link: str) -> None:
    path = fake.add()

    def answer(query: dict[str, str]) -> Any:
        second = query.get("page") == "2"
        time = "2026-03-01T11:00:00Z" if second else "2026-03-01T10:00:00Z"
        more = {} if second else {"@iot.nextLink": link.format(path=path, url=fake.server.url)}
        return fake.answer({"value": [{"phenomenonTime": time, "result": 1 + second}], **more})

    fake.server.behave(path, answer)
    assert all_of(source) == ([("1", TEN, 1.0), ("1", TEN + 3_600_000, 2.0)], [])


def test_another_host_gets_no_key(fake: Fake, calls: requests.Session) -> None:
    path = fake.add()
    with server_module("catalogue").CatalogueServer() as other:
        there = other.add_json("/more", {"value": [{"phenomenonTime": "2026-03-01T11:00:00Z", "result": 2}]})
        fake.observe(path, [("2026-03-01T10:00:00Z", 1)], **{"@iot.nextLink": there})
        found, rejected = all_of(client(fake, calls, key="hush"))
        assert len(found) == 2 and not rejected
        assert all(headers.get("Authorization") == "Bearer hush" for _, _, _, headers in fake.server.calls)
        assert [headers.get("Authorization") for _, _, _, headers in other.calls] == [None]


def test_a_data_array_says_the_same(fake: Fake, source: SensorThings) -> None:
    path = fake.add()
    array = {
        "components": ["result", "resultTime", "phenomenonTime"],
        "dataArray": [[5, None, "2026-03-01T10:00:00Z"], [6.5, "2026-03-01T11:00:10Z", "2026-03-01T11:00:00Z"]],
    }
    fake.server.add_json(path, {"value": [array]})
    assert all_of(source) == ([("1", TEN, 5.0), ("1", TEN + 3_600_000, 6.5)], [])
    assert fake.asked(path)[0]["$resultformat"] == "dataArray"


def test_what_a_server_refuses_is_left_out_once(fake: Fake, source: SensorThings) -> None:
    first, second = fake.add(1), fake.add(2)

    def answer(query: dict[str, str]) -> Any:
        if "$orderby" in query:
            return fake.answer({"detail": "Internal server error"}, 500)
        if int(query.get("$top", "0")) > 100:
            return fake.answer({"detail": "$top must be less than or equal to 100"}, 422)
        return fake.answer({"value": [{"phenomenonTime": "2026-03-01T10:00:00Z", "result": 1}]})

    for path in (first, second):
        fake.server.behave(path, answer)
    found, rejected = all_of(source)
    assert len(found) == 2 and not rejected
    assert any("$orderby" in note for note in source.notes) and any("$top" in note for note in source.notes)
    assert len(fake.asked(second)) == 1  # what the first one refused is not tried again


def test_the_root_is_found_with_and_without_version_and_slash(fake: Fake, calls: requests.Session) -> None:
    root = fake.server.behaviours.pop("/v1.1")
    fake.server.behave("/v1.1/", root)
    assert SensorThings(fake.server.url, calls, name="x", limits=FAST).root.url == fake.root
    fake.server.behave("/page/v1.1", lambda query: fake.answer("<html><title>Sign in</title></html>"))
    with pytest.raises(DataError, match="HTML came where JSON was due: Sign in"):
        _ = SensorThings(f"{fake.server.url}/page/v1.1", calls, name="x", limits=FAST).root


@pytest.mark.parametrize(
    ("root", "name"),
    [
        ('{"conformance": ["https://fraunhoferiosb.github.io/FROST-Server/extensions/OpenAPI.html"]}', "frost"),
        ("https://example.org/istsos4/v1.1", "istsos4"),
        ("https://www.hydroserver.org/api/sensorthings/v1.1", "hydroserver"),
        ("https://example.org/sta/v1.1", "standard"),
    ],
)
def test_dialects_are_told_by_the_root(root: str, name: str) -> None:
    from sigma_communes.core.sensors.dialect import recognised

    assert recognised(root).name == name


@pytest.mark.parametrize(
    ("encoding", "location", "place", "flaw"),
    [
        ("application/vnd.geo+json", {"type": "Point", "coordinates": [5.4, 43.3, 12]}, (5.4, 43.3), ""),
        (
            "application/geo+json",
            {"type": "Feature", "geometry": {"type": "Point", "coordinates": [5.4, 43.3]}},
            (5.4, 43.3),
            "",
        ),
        ("application/geo+json", {"type": "LineString", "coordinates": [[5, 43], [5, 44], [5, 45]]}, (5.0, 44.0), ""),
        ("text/plain", "near the town hall", (None, None), "its location is not GeoJSON"),
        (
            "application/geo+json",
            {"type": "Point", "coordinates": [543, 43]},
            (None, None),
            "its position is impossible",
        ),
        ("application/geo+json", {"type": "Point", "coordinates": [0, 0]}, (None, None), "its position is 0, 0"),
        ("application/geo+json", {"type": "Point", "coordinates": ["x"]}, (None, None), "its location is not GeoJSON"),
    ],
)
def test_places_in_both_encodings(
    fake: Fake, source: SensorThings, encoding: str, location: Any, place: Any, flaw: str
) -> None:
    fake.add(location=location, encoding=encoding)
    [one] = streams(source)
    assert (one.lon, one.lat) == place
    assert one.flaws == ((flaw,) if flaw else ())


def test_neighbours_are_asked_for_where_the_list_brings_none(fake: Fake, source: SensorThings) -> None:
    fake.add()
    [entity] = fake.listed
    thing = entity.pop("Thing")
    entity["Thing@iot.navigationLink"] = "Datastreams(1)/Thing"
    fake.server.add_json("/v1.1/Datastreams(1)/Thing", thing)
    [one] = streams(source)
    assert (one.thing_name, one.lon) == ("thing 1", 5.37)


def test_lists_that_give_the_wrong_neighbours_are_found_out(fake: Fake, source: SensorThings) -> None:
    """As django-ogc-sensorthings 1.2.0: every Datastream of a list has the ObservedProperty of the first."""
    for number, prop in ((1, "fill level"), (2, "active power")):
        fake.add(number, prop=prop)
        [entity] = [one for one in fake.listed if one["@iot.id"] == number]
        entity["ObservedProperty"]["@iot.id"] = number
        fake.server.add_json(f"/v1.1/Datastreams({number})", dict(entity))
    fake.listed[1] = {**fake.listed[1], "ObservedProperty": fake.listed[0]["ObservedProperty"]}
    assert [one.property for one in streams(source)] == ["fill level", "active power"]
    assert "wrong neighbours" in " ".join(source.notes)


def test_results_of_all_kinds(fake: Fake, source: SensorThings) -> None:
    path = fake.add(observationType="…/OM_Observation")
    rows = [1, 2.5, "12.5", "open", True, {"b": 1, "a": [2]}, None]
    fake.observe(path, [(f"2026-03-01T10:00:0{i}Z", result) for i, result in enumerate(rows)])
    said = [value for _, _, value in all_of(source)[0]]
    assert said[:6] == [1.0, 2.5, 12.5, "open", 1.0, '{"a": [2], "b": 1}'] and np.isnan(said[6])


def test_every_component_of_a_multidatastream_is_a_stream(fake: Fake, source: SensorThings) -> None:
    measurement = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
    fake.multi = [
        {
            "@iot.id": 7,
            "name": "weather",
            "unitOfMeasurements": [{"symbol": "°C"}, {"symbol": "mm"}],
            "multiObservationDataTypes": [measurement, measurement],
            "Thing": {"@iot.id": 1, "Locations": []},
            "ObservedProperties": [{"name": "air temperature"}, {"name": "rain"}],
        }
    ]
    fake.observe(
        "/v1.1/MultiDatastreams(7)/Observations",
        [("2026-03-01T10:00:00Z", [12.5, 0.2]), ("2026-03-01T11:00:00Z", [13])],
    )
    found, rejected = all_of(source)
    assert [(key, value) for key, _, value in found[:2]] == [("multi:7/0", 12.5), ("multi:7/0", 13.0)]
    assert found[2][::2] == ("multi:7/1", 0.2) and np.isnan(found[3][2]) and not rejected
    assert [(s.property, s.unit) for s in streams(source)] == [("air temperature", "°C"), ("rain", "mm")]


def test_a_list_that_goes_in_circles_ends(fake: Fake, source: SensorThings) -> None:
    path = fake.add()
    fake.observe(path, [("2026-03-01T10:00:00Z", 1)], **{"@iot.nextLink": f"{path}?page=2"})
    found, [verdict] = all_of(source)
    assert "goes in circles" in verdict.reason and 1 <= len(found) <= 3


def test_an_entity_that_can_t_be_read_does_not_stop_the_rest(fake: Fake, source: SensorThings) -> None:
    fake.add(2)
    fake.listed = ["nonsense", {"name": "no id", "Thing": {}}, *fake.listed]  # type: ignore[list-item]
    got = list(source.groups())
    assert [isinstance(item, Rejected) for item in got] == [True, True, False]


def test_a_hundred_thousand_datastreams_take_no_memory(fake: Fake, source: SensorThings) -> None:
    fake.add()
    [entity] = fake.listed

    made = server_module("catalogue")
    text = json.dumps({**entity, "@iot.id": "?"})

    def answer(query: dict[str, str]) -> Any:
        page = int(query.get("page", "0"))
        body = ",".join(text.replace('"?"', str(page * 2000 + i)) for i in range(2000))
        more = f',"@iot.nextLink":"?page={page + 1}"' if page < 49 else ""
        return made.Answer(f'{{"value":[{body}]{more}}}'.encode(), made.JSON)

    fake.server.behave("/v1.1/Datastreams", answer)
    listed = source.groups()
    assert len(list(itertools.islice(listed, 10_000))) == 10_000
    blocks = sys.getallocatedblocks()
    assert sum(1 for _ in listed) == 90_000
    assert sys.getallocatedblocks() - blocks < 50_000  # one page is some 100,000 of them


def test_times_of_one_form_and_of_many() -> None:
    same = ["2026-03-01T10:00:00Z", "2026-03-01T10:00:01Z"]
    assert read_times(same)[0].tolist() == [TEN, TEN + 1000]
    mixed = [
        "2026-03-01T10:00:00.250Z",
        "2026-03-01T11:00:00+01:00",
        "2026-03-01T10:00:00Z/2026-03-01T10:15:00Z",
        "soon",
        None,
    ]
    at, span = read_times(mixed)
    assert at[:3].tolist() == [TEN + 250, TEN, TEN + 900_000] and span[2] == 900_000
    assert (at[3:] == np.iinfo(np.int64).min).all()
    offsets = ["2026-03-01T11:00:00.500+01:00", "2026-03-01T09:00:00.500-01:00"]
    assert read_times(offsets)[0].tolist() == [TEN + 500] * 2
    assert read_times(["2026-02-29T10:00:00Z"] * 2)[0].tolist() == [np.iinfo(np.int64).min] * 2
    assert read_times(["2026-03-01T10:00:00Z/2026-03-01T09:00:00Z"])[0].tolist() == [np.iinfo(np.int64).min]


@pytest.mark.parametrize(
    ("time", "result", "reason"),
    [
        ("2027-01-01T00:00:00Z", 1, "in the future"),
        ("1970-01-01T00:00:10Z", 1, "before the year 2000"),
        ("2026-03-01T09:00:00Z", float("nan"), "not a finite number"),
        ("2026-03-01T09:00:00Z", 1e308, "too large"),
        ("2026-03-01T09:00:00Z", 10**400, "not a finite number"),
        ("2026-03-01T09:00:00Z", "broken", "text where numbers were due"),
        ("2026-03-01T09:00:00Z", {"a": 1}, "an object where numbers"),
        ("2026-03-01T09:00:00Z", True, "true or false"),
        ("yesterday", 1, "time can't be read"),
        ("2026-03-01T11:00:00Z", 1, "by about an hour"),
    ],
)
def test_what_can_t_be_used_gets_a_verdict_and_the_rest_goes_on(time: str, result: Any, reason: str) -> None:
    found = without_future(readings(["2026-03-01T09:59:00Z", time], [5.0, result], None, "number"), TEN)
    assert found.value.tolist() == [5.0]
    [verdict] = found.verdicts
    assert reason in verdict.reason and verdict.count == 1 and time[:19] in verdict.example


def test_sensors_test_says_what_came(fake: Fake, source: SensorThings) -> None:
    fake.observe(fake.add(), [("2026-03-01T10:00:00Z", 1)])
    said = try_source(source)
    assert (said["streams"], said["observations"], said["properties"]) == (1, 1, ["fill level (%)"])
