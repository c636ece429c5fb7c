# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigma_communes.core.errors import DataError, UsageError
from sigma_communes.core.reports.formats.georeport import parse_requests
from sigma_communes.core.reports.formats.periods import EARLIEST, Period, cut, moment, stamp
from sigma_communes.core.reports.sources.probe import Evidence, recognise
from sigma_communes.core.reports.sources.profile import load_profile, profile_names


def test_the_shipped_profiles() -> None:
    known = "citysdk connectedbits fixmystreet generic klarschiff markaspot seeclickfix ureport"
    assert profile_names() == tuple(known.split())
    for name in profile_names():
        profile = load_profile(name)
        assert profile.name == name
        assert profile.title
        assert profile.notes
        assert bool(profile.signs) == (name != "generic")
        assert profile.paging.style == "none" or profile.paging.page
        assert all(word == word.lower() for word in profile.dialect.status)
        assert set(profile.capabilities()) == set(load_profile("generic").capabilities())


def test_a_person_can_write_another_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("name: mine\ntitle: Ma ville\nstatus: {Clos: closed}\npaging: {style: offset, page: offset}\n")
    profile = load_profile(path)
    assert (profile.name, profile.paging.style, profile.dialect.status) == ("mine", "offset", {"clos": "closed"})


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        ("name: a\ntitle: b\ncolour: red\n", "unknown key 'colour'", 3),
        ("name: a\ntitle: b\npaging:\n  style: pages\n", "one of none, page, offset", 4),
        ("name: a\ntitle: b\nstatus: {x: maybe}\n", "open or closed, not to maybe", 1),
        ("name: a\ntitle: b\npaging: {page_size: 0}\n", "at least 1", 1),
        ("title: b\n", "'name' is missing", 1),
    ],
)
def test_a_wrong_profile_is_an_error_with_its_line(tmp_path: Path, text: str, words: str, line: int) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(text)
    with pytest.raises(DataError) as caught:
        load_profile(path)
    assert words in caught.value.what
    assert caught.value.where == f"{path}:{line}"


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(UsageError, match="Choose one of citysdk, connectedbits"):
        load_profile("fixmyroad")


def test_a_server_is_recognised_by_most_signs() -> None:
    assert recognise(Evidence("https://x.example/open311")) == ("generic", ())
    evidence = Evidence("https://x.example/citysdk", fields={"extended_attributes.detailed_status"})
    assert recognise(evidence)[0] == "klarschiff"
    assert recognise(Evidence("u", pages=["FixMyStreet – Hello"])) == ("fixmystreet", ("page FixMyStreet",))


def test_an_issue_of_seeclickfix_becomes_a_report() -> None:
    page = b"""{"metadata": {"pagination": {"entries": 1}}, "issues": [{"id": 12, "status": "Acknowledged",
        "summary": "Pothole", "lat": 41.3, "lng": -72.9, "created_at": "07/30/2018 01:05 PM", "address": "1 Main St",
        "request_type": {"id": 5, "title": "Potholes", "organization": "New Haven"}, "media": {"image_full": "u"}}]}"""
    (report,) = parse_requests(page, source="scf", dialect=load_profile("seeclickfix").dialect)
    assert not hasattr(report, "reason")
    assert (report.service_request_id, report.service_name, report.service_code) == ("12", "Potholes", "5")  # type: ignore[union-attr]
    assert (report.status, report.raw_status, report.lon) == ("open", "Acknowledged", -72.9)  # type: ignore[union-attr]
    assert report.requested_datetime == "2018-07-30T13:05:00"  # type: ignore[union-attr]
    assert (report.agency_responsible, report.media_url) == ("New Haven", "u")  # type: ignore[union-attr]
    assert report.extra["summary"] == "Pothole"  # type: ignore[union-attr]


times = st.datetimes(datetime(2001, 1, 1), datetime(2030, 1, 1)).map(
    lambda d: d.replace(microsecond=0, tzinfo=timezone.utc)
)


@given(times, times, st.integers(0, 400))
def test_periods_cover_a_span_without_a_gap(a: datetime, b: datetime, days: int) -> None:
    start, end = min(a, b), max(a, b)
    periods = list(cut(start, end, days))
    if start == end and days:
        assert periods == []
        return
    assert (periods[0].start, periods[-1].end) == (start, end)
    assert all(left.end == right.start for left, right in zip(periods, periods[1:]))
    assert not days or all(p.end - p.start <= timedelta(days=days) for p in periods)
    assert all(p.said for p in periods)


@given(times, st.integers(0, 10**7))
def test_halves_cover_the_whole_and_get_shorter(start: datetime, seconds: int) -> None:
    period = Period(start, start + timedelta(seconds=seconds))
    halves = period.halves(60)
    if seconds < 120:
        assert halves == ()
        return
    left, right = halves
    assert (left.start, left.end, right.end) == (period.start, right.start, period.end)
    assert max(left.end - left.start, right.end - right.start) < period.end - period.start


def test_without_dates_the_span_is_open_to_both_sides() -> None:
    (period,) = cut(None, None, 0)
    assert not period.said
    assert period.start == EARLIEST
    assert period.end > datetime.now(timezone.utc) + timedelta(hours=23)
    assert str(period) == "all"
    assert all(half.said for half in period.halves(60))
    assert len(list(cut(None, None, 90))) > 100


def test_stamps_and_moments() -> None:
    time = datetime(2024, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=2)))
    forms = {form: stamp(time, form) for form in ("Z", "offset", "no zone", "day")}  # type: ignore[arg-type]
    assert forms == {"Z": "2024-01-02T01:04:05Z", "offset": "2024-01-02T01:04:05+00:00",
                     "no zone": "2024-01-02T01:04:05", "day": "2024-01-02"}  # fmt: skip
    assert stamp(datetime(2024, 1, 2), "Z") == "2024-01-02T00:00:00Z"
    assert moment("2024-01-02") == datetime(2024, 1, 2, tzinfo=timezone.utc)
    assert moment(None) is None
    assert moment("x") is None


def test_fields_that_nothing_could_change_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text("name: p\ntitle: P\nwriting:\n  fields: {colour: c}\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"p\.yaml:4: .*not colour"):
        load_profile(file)
