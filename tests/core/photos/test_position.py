# SPDX-License-Identifier: GPL-2.0-or-later
"""Positions and times: every shape that real files have."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image
from sigma_communes.core.model import PhotoVerdict
from sigma_communes.core.photos import read_photo
from sigma_communes.core.photos.exif import Exif, read_exif
from sigma_communes.core.photos.position import (
    accuracy_note,
    read_accuracy,
    read_altitude,
    read_direction,
    read_position,
)
from sigma_communes.core.photos.taken import read_taken_at
from sigma_communes.core.photos.xmp import read_xmp, xmp_orientation

from .conftest import build_exif

R, SR, ASCII, FLOAT, DOUBLE, BYTE = 5, 10, 2, 11, 12, 1
LAT, LON = [(43, 1), (17, 1), (474, 10)], [(5, 1), (22, 1), (1128, 100)]
MARSEILLE = (5 + 22 / 60 + 11.28 / 3600, 43 + 17 / 60 + 47.4 / 3600)


def gps(block: bytes) -> Any:
    return read_exif(block).gps


@pytest.mark.parametrize(
    ("entries", "lon", "lat"),
    [
        pytest.param({1: (ASCII, b"N\0"), 2: (R, LAT), 3: (ASCII, b"E\0"), 4: (R, LON)}, *MARSEILLE, id="dms"),
        pytest.param({1: (ASCII, b"n\0"), 2: (R, LAT), 3: (ASCII, b"w\0"), 4: (R, LON)}, -MARSEILLE[0], MARSEILLE[1],
                     id="lower-case refs"),
        pytest.param({1: (ASCII, b"South\0"), 2: (R, LAT), 3: (ASCII, b"West\0"), 4: (R, LON)}, -MARSEILLE[0],
                     -MARSEILLE[1], id="refs in words"),
        pytest.param({1: (ASCII, b"N\0"), 2: (R, [(43, 1), (177900, 10000), (0, 1)]), 3: (ASCII, b"E\0"),
                      4: (R, [(5, 1), (221880, 10000), (0, 1)])}, 5.3698, 43.2965, id="decimal minutes"),
        pytest.param({1: (ASCII, b"N\0"), 2: (R, [(43, 1), (177900, 10000), (0, 0)]), 3: (ASCII, b"E\0"),
                      4: (R, [(5, 1), (221880, 10000), (0, 0)])}, 5.3698, 43.2965, id="seconds undefined"),
        pytest.param({1: (ASCII, b"N\0"), 2: (R, [(432965, 10000)]), 3: (ASCII, b"E\0"), 4: (R, [(53698, 10000)])},
                     5.3698, 43.2965, id="decimal degrees"),
        pytest.param({1: (ASCII, b"N\0"), 2: (DOUBLE, [43.2965]), 3: (ASCII, b"W\0"), 4: (DOUBLE, [5.3698])},
                     -5.3698, 43.2965, id="doubles"),
        pytest.param({1: (ASCII, b"N\0"), 2: (FLOAT, [43.0, 17.5, 0.0]), 3: (ASCII, b"E\0"),
                      4: (FLOAT, [5.0, 22.5, 0.0])}, 5.375, 43 + 17.5 / 60, id="floats"),
        pytest.param({1: (ASCII, b"N\0"), 2: (SR, LAT), 3: (ASCII, b"W\0"), 4: (SR, [(-5, 1), (22, 1), (1128, 100)])},
                     -MARSEILLE[0], MARSEILLE[1], id="signed and marked west"),
        pytest.param({2: (SR, [(-432965, 10000)]), 4: (SR, [(53698, 10000)])}, 5.3698, -43.2965, id="signed, no refs"),
        pytest.param({1: (ASCII, b"N\0"), 2: (ASCII, b"43.2965\0"), 3: (ASCII, b"E\0"), 4: (ASCII, b"5.3698\0")},
                     5.3698, 43.2965, id="text"),
        pytest.param({2: (ASCII, "43° 17' 47.4\" N".encode()), 4: (ASCII, "5° 22' 11.28\" O".encode())},
                     -MARSEILLE[0], MARSEILLE[1], id="text with degrees, minutes, seconds"),
        pytest.param({1: (7, b"N"), 2: (R, LAT), 3: (7, b"E"), 4: (R, LON)}, *MARSEILLE, id="refs as undefined"),
        pytest.param({1: (ASCII, b"N\0"), 2: (R, [(60, 1), (0, 1), (0, 1)]), 3: (ASCII, b"E\0"),
                      4: (R, [(180, 1), (0, 1), (0, 1)])}, 180.0, 60.0, id="the edge of the range"),
    ],
)  # fmt: skip
def test_reads_every_shape(exif_block: Callable[..., bytes], entries: Any, lon: float, lat: float) -> None:
    for order in "<>":
        position = read_position(gps(exif_block(gps=entries, order=order)), {})
        assert position.verdict is PhotoVerdict.OK
        assert position.lon == pytest.approx(lon, abs=1e-9)
        assert position.lat == pytest.approx(lat, abs=1e-9)


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ({2: (R, [(0, 1)] * 3), 4: (R, [(0, 1)] * 3)}, "0, 0: the camera had no fix"),
        ({2: (R, [(91, 1)]), 4: (R, [(5, 1)])}, "latitude 91 is out of range"),
        ({2: (R, [(43, 1)]), 4: (R, [(181, 1)])}, "longitude 181 is out of range"),
        ({2: (R, [(0, 0)] * 3), 4: (R, [(0, 0)] * 3)}, "latitude is not a number"),
        ({2: (R, LAT), 4: (R, [(5, 0), (22, 1), (0, 1)])}, "longitude is not a number"),
        ({2: (DOUBLE, [math.nan]), 4: (DOUBLE, [5.0])}, "latitude is not a number"),
        ({2: (DOUBLE, [math.inf]), 4: (DOUBLE, [5.0])}, "latitude is not a number"),
        ({2: (R, [(43, 1), (17, 1), (0, 0)]), 4: (R, LON)}, "latitude is not a number"),  # up to 1.8 km unknown
        ({2: (R, [(43, 1), (75, 1), (0, 1)]), 4: (R, LON)}, "latitude has minutes or seconds out of range: 43, 75, 0"),
        ({2: (R, [(43, 1)] * 4), 4: (R, LON)}, "latitude has 4 parts"),
        ({2: (ASCII, b"nowhere\0"), 4: (R, LON)}, "latitude 'nowhere' is not a number"),
        ({2: (ASCII, b"nan 0\0"), 4: (R, LON)}, "latitude 'nan 0' is not a number"),
        ({2: (ASCII, b"43,2965N"), 4: (R, LON)}, "latitude has minutes or seconds out of range: 43, 2965"),
    ],
)
def test_impossible_positions_say_why(exif_block: Callable[..., bytes], entries: Any, reason: str) -> None:
    position = read_position(gps(exif_block(gps=entries)), {})
    assert position.verdict is PhotoVerdict.POSITION_IMPOSSIBLE
    assert position.reason == reason
    assert position.lon is None
    assert position.lat is None


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        (None, ""),
        ({0: (BYTE, [2, 2, 0, 0])}, ""),
        ({1: (ASCII, b"N\0"), 2: (R, LAT)}, "longitude is missing"),
        ({3: (ASCII, b"E\0"), 4: (R, LON)}, "latitude is missing"),
        ({2: (ASCII, b"\0\0\0\0\0"), 4: (ASCII, b"\0\0\0\0\0")}, ""),
    ],
)
def test_no_position(exif_block: Callable[..., bytes], entries: Any, reason: str) -> None:
    position = read_position(gps(exif_block(gps=entries)), {})
    assert (position.verdict, position.reason) == (PhotoVerdict.NO_POSITION, reason)


def test_what_was_assumed_is_said(exif_block: Callable[..., bytes]) -> None:
    unmarked = read_position(gps(exif_block(gps={2: (R, LAT), 4: (R, LON)})), {})
    assert unmarked.verdict is PhotoVerdict.OK
    assert unmarked.reason == "latitude without hemisphere: read as north; longitude without hemisphere: read as east"
    entries = {1: (ASCII, b"N\0"), 2: (R, LAT), 3: (ASCII, b"E\0"), 4: (SR, [(-5, 1), (22, 1), (0, 1)])}
    at_odds = read_position(gps(exif_block(gps=entries)), {})
    assert at_odds.lon == pytest.approx(-(5 + 22 / 60))
    assert at_odds.reason == "longitude is negative and marked E: the sign counts"


XMP = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" {attributes}>{elements}
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""
IN_ATTRIBUTES = 'exif:GPSLatitude="43,17.79N" exif:GPSLongitude="5,22.188E" exif:GPSAltitude="1234/10"'
IN_ELEMENTS = "<exif:GPSLatitude>43,17,47.4S</exif:GPSLatitude><exif:GPSLongitude>5,22,11.28W</exif:GPSLongitude>"


def packet(attributes: str = "", elements: str = "") -> bytes:
    return XMP.format(attributes=attributes, elements=elements).encode() + b" " * 2000


def test_xmp_is_the_fallback(exif_block: Callable[..., bytes]) -> None:
    xmp = read_xmp(packet(IN_ATTRIBUTES))
    position = read_position({}, xmp)
    assert (position.lon, position.lat) == pytest.approx((5.3698, 43.2965))
    assert read_altitude({}, xmp) == pytest.approx(123.4)
    position = read_position({}, read_xmp(packet(elements=IN_ELEMENTS)))
    assert (position.lon, position.lat) == pytest.approx((-MARSEILLE[0], -MARSEILLE[1]))
    half = gps(exif_block(gps={2: (R, LAT)}))
    assert read_position(half, xmp).verdict is PhotoVerdict.OK
    assert read_position(half, {}).reason == "longitude is missing"
    other = gps(exif_block(gps={1: (ASCII, b"N\0"), 2: (R, [(48, 1)]), 3: (ASCII, b"E\0"), 4: (R, [(2, 1)])}))
    assert read_position(other, xmp).lat == 48


@pytest.mark.parametrize(
    "hostile",
    [
        b'<!DOCTYPE x [<!ENTITY a "43,17.79N">]>' + packet(IN_ATTRIBUTES),
        b"<!ENTITY a SYSTEM 'file:///etc/passwd'>" + packet(IN_ATTRIBUTES),
        b"not xml at all",
        b"<",
        b"<a><b></a>",
        b"<?xml version='1.0' encoding='nonsense'?><a/>",
        b"",
    ],
)
def test_hostile_xmp_gives_nothing(hostile: bytes) -> None:
    assert read_xmp(hostile) == {}


@given(st.binary(max_size=300))
def test_damaged_xmp_never_raises(junk: bytes) -> None:
    whole = packet(IN_ATTRIBUTES)
    assert isinstance(read_xmp(whole[:150] + junk + whole[150:]), dict)
    assert xmp_orientation(junk) in range(1, 9)


@pytest.mark.parametrize(
    ("entries", "altitude"),
    [
        ({5: (BYTE, [0]), 6: (R, [(1234, 10)])}, 123.4),
        ({5: (BYTE, [1]), 6: (R, [(1234, 10)])}, -123.4),
        ({5: (ASCII, b"1\0"), 6: (R, [(5, 1)])}, -5.0),
        ({5: (7, b"\x01"), 6: (R, [(5, 1)])}, -5.0),
        ({6: (SR, [(-5, 1)])}, -5.0),
        ({5: (BYTE, [1]), 6: (SR, [(-5, 1)])}, -5.0),
        ({6: (R, [(5, 0)])}, None),
        ({6: (R, [(0, 0)])}, None),
        ({6: (ASCII, b"high\0")}, None),
    ],
)
def test_altitude(exif_block: Callable[..., bytes], entries: Any, altitude: float | None) -> None:
    assert read_altitude(gps(exif_block(gps=entries)), {}) == altitude


@pytest.mark.parametrize(
    ("value", "direction"),
    [((1805, 10), 180.5), ((0, 1), 0.0), ((360, 1), 0.0), ((361, 1), None), ((1, 0), None), ((0, 0), None)],
)
def test_direction(exif_block: Callable[..., bytes], value: Any, direction: float | None) -> None:
    assert read_direction(gps(exif_block(gps={17: (R, [value])})), {}) == (direction, "")


@pytest.mark.parametrize(("ref", "north"), [(b"T\0", "true"), (b"M\0", "magnetic"), (b"?\0", ""), (b"\0", "")])
def test_which_north(exif_block: Callable[..., bytes], ref: bytes, north: str) -> None:
    entries = {16: (ASCII, ref), 17: (R, [(90, 1)])}
    assert read_direction(gps(exif_block(gps=entries)), {}) == (90.0, north)
    assert read_direction({}, {"GPSImgDirection": "90/1", "GPSImgDirectionRef": ref.decode()[:1]}) == (90.0, north)


DJI = (
    ' xmlns:drone="http://www.dji.com/drone-dji/1.0/" xmlns:GPano="http://ns.google.com/photos/1.0/panorama/"'
    ' drone:GpsLatitude="{lat}" drone:{lon_name}="{lon}" drone:AbsoluteAltitude="+123.45" drone:GimbalYawDegree="{yaw}"'
)


@pytest.mark.parametrize("lon_name", ["GpsLongitude", "GpsLongtitude"])
@pytest.mark.parametrize(("lat", "lon"), [(43.2965, 5.3698), (-21.115, 55.536), (14.64, -61.02)])
def test_a_drone_says_where_it_was_in_words_of_its_own(lon_name: str, lat: float, lon: float) -> None:
    xmp = read_xmp(packet(DJI.format(lat=f"{lat:+}", lon=f"{lon:+}", lon_name=lon_name, yaw="-123.4")))
    found = read_position({}, xmp)
    assert (found.verdict, found.reason) == (PhotoVerdict.OK, "")
    assert (found.lat, found.lon) == pytest.approx((lat, lon))
    assert read_altitude({}, xmp) == pytest.approx(123.45)
    degrees, north = read_direction({}, xmp)
    assert degrees == pytest.approx(236.6) and north == "true"
    # What EXIF says counts first, what a panorama says before a gimbal.
    assert read_direction({17: (12.0,)}, xmp)[0] == 12.0
    assert read_direction({}, {**xmp, "PoseHeadingDegrees": "40.5"})[0] == 40.5


def test_a_drone_without_a_fix_is_nowhere() -> None:
    xmp = read_xmp(packet(DJI.format(lat="+0.0", lon="+0.0", lon_name="GpsLongitude", yaw="0")))
    assert read_position({}, xmp).verdict is PhotoVerdict.POSITION_IMPOSSIBLE


@pytest.mark.parametrize(("ref", "altitude"), [("0", 35.5), ("1", -35.5), ("2", 35.5), ("3", -35.5), ("", 35.5)])
def test_altitude_of_xmp(ref: str, altitude: float) -> None:
    assert read_altitude({}, {"GPSAltitude": "71/2", "GPSAltitudeRef": ref}) == altitude


@pytest.mark.parametrize(("ref", "altitude"), [(1, 35.5), (0, -35.5)])
def test_qfield_turns_the_sign_of_the_altitude(exif_block: Callable[..., bytes], ref: int, altitude: float) -> None:
    tags = gps(exif_block(gps={5: (BYTE, [ref]), 6: (R, [(71, 2)])}))
    assert read_altitude(tags, {}, "QField") == altitude
    assert read_altitude(tags, {}, "Apple") == -altitude
    assert read_altitude({6: (35.5,)}, {}, "QField") == 35.5  # nothing to turn


NONE = [(0, 0)] * 3


@pytest.mark.parametrize("blank", [b"\0", b"\0\0"])
def test_a_position_that_the_phone_took_out(exif_block: Callable[..., bytes], blank: bytes) -> None:
    removed = {1: (ASCII, blank), 2: (R, NONE), 3: (ASCII, blank), 4: (R, NONE)}
    found = read_position(gps(exif_block(gps=removed)), {})
    assert found.verdict is PhotoVerdict.NO_POSITION and "by cable" in found.reason
    assert found.lon is None
    # XMP may still have it; a camera that marks its hemisphere had no fix, which is something else.
    assert read_position(gps(exif_block(gps=removed)), read_xmp(packet(IN_ATTRIBUTES))).verdict is PhotoVerdict.OK
    marked = {**removed, 1: (ASCII, b"N\0"), 3: (ASCII, b"E\0")}
    assert read_position(gps(exif_block(gps=marked)), {}).verdict is PhotoVerdict.POSITION_IMPOSSIBLE


@pytest.mark.parametrize(
    ("entries", "metres", "said"),
    [
        ({31: (R, [(2500, 1)])}, 2500.0, "2500 m"),
        ({31: (R, [(65, 10)])}, 6.5, ""),
        ({11: (R, [(30, 1)])}, 150.0, "150 m"),
        ({11: (R, [(2, 1)]), 31: (R, [(12, 1)])}, 12.0, ""),
        ({9: (ASCII, b"V\0"), 31: (R, [(5, 1)])}, math.inf, "an old one"),
        ({9: (ASCII, b"A\0")}, None, ""),
        ({31: (R, [(0, 1)])}, None, ""),
        ({31: (R, [(0, 0)])}, None, ""),
        ({}, None, ""),
    ],
)
def test_what_a_file_says_of_its_own_accuracy(
    exif_block: Callable[..., bytes], entries: Any, metres: float | None, said: str
) -> None:
    found = read_accuracy(gps(exif_block(gps=entries)), {})
    assert found == metres
    assert said in accuracy_note(found) and bool(said) == bool(accuracy_note(found))


T, OFFSET, SUBSEC = 0x9003, 0x9011, 0x9291


@pytest.mark.parametrize(
    ("exposure", "gps_entries", "taken_at"),
    [
        ({T: b"2026:05:01 14:00:00\0"}, None, "2026-05-01T14:00:00"),
        ({T: b"2026:05:01 14:00:00\0", OFFSET: b"+02:00\0"}, None, "2026-05-01T14:00:00+02:00"),
        ({T: b"2026:05:01 14:00:00\0", OFFSET: b"Z\0"}, None, "2026-05-01T14:00:00+00:00"),
        ({T: b"2026:05:01 14:00:00\0", OFFSET: b"   :  \0"}, None, "2026-05-01T14:00:00"),
        ({T: b"2026:05:01 14:00:00\0", OFFSET: b"+25:00\0"}, None, "2026-05-01T14:00:00"),
        ({T: b"2026:05:01 14:00:00\0", OFFSET: b"-03:30\0", SUBSEC: b"25\0"}, None, "2026-05-01T14:00:00.250-03:30"),
        ({T: b"2026:05:01 14:00:00\0", SUBSEC: b"junk"}, None, "2026-05-01T14:00:00"),
        ({T: b"2026-05-01T14:00:00+02:00\0"}, None, "2026-05-01T14:00:00+02:00"),
        ({T: b"0000:00:00 00:00:00\0"}, None, None),
        ({T: b"    :  :     :  :  \0"}, None, None),
        ({T: b"2026:02:30 14:00:00\0"}, None, None),
        ({T: b"2026:05:01 25:00:00\0"}, None, None),
        ({T: b"0000:00:00 00:00:00\0", 0x9004: b"2026:05:01 14:00:00\0"}, None, "2026-05-01T14:00:00"),
        # the satellites' clock: gives the offset, is too far off to, stands alone, is broken
        ({T: b"2026:05:01 14:00:00\0"}, (b"2026:05:01\0", (12, 0, 3)), "2026-05-01T14:00:00+02:00"),
        ({T: b"2026:05:01 14:00:00\0"}, (b"2026:05:01\0", (11, 50, 0)), "2026-05-01T14:00:00"),
        ({T: b"2026:05:01 14:00:00\0"}, (b"2026:04:29\0", (12, 0, 0)), "2026-05-01T14:00:00"),
        ({}, (b"2026:05:01\0", (12, 0, 3)), "2026-05-01T12:00:03+00:00"),
        ({}, (b"2026:05:01\0", (12, 61, 3)), None),
        ({}, (b"2026:13:01\0", (12, 0, 3)), None),
        ({}, (b"9999:12:31\0", (23, 59, 60)), None),
    ],
)
def test_taken_at(exif_block: Callable[..., bytes], exposure: Any, gps_entries: Any, taken_at: str | None) -> None:
    entries = {tag: (ASCII, value) for tag, value in exposure.items()}
    satellites = {29: (ASCII, gps_entries[0]), 7: (R, [(n, 1) for n in gps_entries[1]])} if gps_entries else None
    assert read_taken_at(read_exif(exif_block(exposure=entries, gps=satellites)), {}, *MARSEILLE) == taken_at


def when(exif_block: Callable[..., bytes], local: str, utc: tuple[int, int, int], lon: Any, lat: Any) -> str | None:
    day = local[:10].encode() + b"\0"
    satellites = {29: (ASCII, day), 7: (R, [(part, 1) for part in utc])}
    block = exif_block(exposure={T: (ASCII, local.encode() + b"\0")}, gps=satellites)
    return read_taken_at(read_exif(block), {}, lon, lat)


@given(late=st.integers(3 * 60, 23 * 3600))
def test_an_old_fix_gives_no_zone_that_is_not_in_force_there(late: int) -> None:
    """Summer in Marseille: the only zone is +02:00, however old the fix is."""
    second = 21 * 3600 + 30 * 60 - late  # of the day, when it is 23:30 there
    clock = divmod(second % 86400, 3600)
    block = build_exif(
        exposure={T: (ASCII, b"2026:07:14 23:30:00\0")},
        gps={29: (ASCII, b"2026:07:14\0"), 7: (R, [(clock[0], 1), (clock[1] // 60, 1), (clock[1] % 60, 1)])},
    )
    assert read_taken_at(read_exif(block), {}, 5.37, 43.3) == "2026-07-14T23:30:00"


@pytest.mark.parametrize(
    ("local", "utc", "place", "zone"),
    [
        ("2026:07:14 14:30:30", (12, 30, 0), (5.37, 43.3), "+02:00"),
        ("2026:01:14 14:30:30", (13, 30, 0), (5.37, 43.3), "+01:00"),
        ("2026:01:14 14:30:30", (12, 30, 0), (5.37, 43.3), ""),  # an hour old, in winter
        ("2026:07:14 14:30:30", (11, 46, 0), (5.37, 43.3), ""),
        ("2026:07:14 09:00:40", (0, 0, 0), (5.37, 43.3), ""),
        ("2026:07:14 14:30:30", (10, 30, 0), (55.5, -21.1), "+04:00"),
        ("2026:07:14 14:30:30", (9, 0, 0), (77.2, 28.6), "+05:30"),
        ("2026:07:14 14:30:30", (9, 15, 0), (77.2, 28.6), ""),  # +05:15 is nowhere
        ("2026:07:14 14:30:30", (12, 30, 0), (None, None), ""),
    ],
)
def test_only_a_zone_that_exists_there(
    exif_block: Callable[..., bytes], local: str, utc: tuple[int, int, int], place: Any, zone: str
) -> None:
    assert when(exif_block, local, utc, *place) == local[:10].replace(":", "-") + "T" + local[11:] + zone


def test_taken_at_from_xmp() -> None:
    assert read_taken_at(Exif(), {"CreateDate": "2026-05-01T14:00:00.5+02:00"}) == "2026-05-01T14:00:00.500+02:00"
    assert read_taken_at(Exif(), {"DateCreated": "2026-05"}) is None


degrees = st.tuples(st.floats(-180, 180), st.floats(-90, 90)).filter(lambda p: abs(p[0]) + abs(p[1]) > 1e-3)


@given(position=degrees, shape=st.sampled_from(["dms", "dm", "d"]))
def test_round_trip_through_pillow(
    tmp_path_factory: pytest.TempPathFactory, position: tuple[float, float], shape: str
) -> None:
    """What Pillow writes, in three shapes and two formats, is read back to within 1e-6 degrees (0.1 m)."""
    lon, lat = position

    def parts(value: float) -> tuple[float, ...]:
        size = abs(value)
        minutes = size % 1 * 60
        whole = {"d": (size,), "dm": (size // 1, minutes), "dms": (size // 1, minutes // 1, minutes % 1 * 60)}
        return whole[shape]

    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "A make"
    exif[ExifTags.IFD.GPSInfo] = {
        1: "S" if lat < 0 else "N",
        2: parts(lat),
        3: "W" if lon < 0 else "E",
        4: parts(lon),
    }
    folder = tmp_path_factory.getbasetemp()
    for name in ("round.jpg", "round.png"):
        Image.new("RGB", (8, 8)).save(folder / name, exif=exif)
        photo = read_photo(folder / name)
        assert photo.verdict is PhotoVerdict.OK
        assert photo.lon == pytest.approx(lon, abs=1e-6)
        assert photo.lat == pytest.approx(lat, abs=1e-6)


@given(st.data())
def test_damaged_exif_never_raises_and_keeps_what_is_whole(
    exif_block: Callable[..., bytes], data: st.DataObject
) -> None:
    block = bytearray(
        exif_block(
            image={0x010F: (ASCII, b"Make\0"), 0x0112: (3, [6])},
            exposure={T: (ASCII, b"2026:05:01 14:00:00\0")},
            gps={1: (ASCII, b"N\0"), 2: (R, LAT), 3: (ASCII, b"E\0"), 4: (R, LON), 6: (R, [(5, 1)])},
        )
    )
    for at in data.draw(st.lists(st.integers(0, len(block) - 1), max_size=8)):
        block[at] = data.draw(st.integers(0, 255))
    exif = read_exif(bytes(block[: data.draw(st.integers(0, len(block)))]))
    position = read_position(exif.gps, {})
    assert (position.lat is None) == (position.verdict is not PhotoVerdict.OK)
    assert position.lat is None or -90 <= position.lat <= 90
    assert read_taken_at(exif, {}) is None or isinstance(read_taken_at(exif, {}), str)


def test_a_broken_directory_costs_only_itself(exif_block: Callable[..., bytes], tmp_path: Path) -> None:
    entries = {1: (ASCII, b"N\0"), 2: (R, LAT), 3: (ASCII, b"E\0"), 4: (R, LON)}
    block = bytearray(exif_block(image={0x010F: (ASCII, b"A make of cameras\0")}, exposure={}, gps=entries))
    block[block.index(b"\x87\x69") + 8 : block.index(b"\x87\x69") + 12] = b"\xff\xff\xff\xf0"  # Exif IFD: nowhere
    make = block.index(b"\x01\x0f")
    block[make + 4 : make + 8] = b"\xff\xff\xff\xff"  # the make: 4 GiB of text
    Image.new("RGB", (8, 8)).save(tmp_path / "broken.jpg", exif=b"Exif\0\0" + bytes(block))
    photo = read_photo(tmp_path / "broken.jpg")
    assert (photo.lon, photo.lat) == pytest.approx(MARSEILLE)
    assert photo.camera is None
