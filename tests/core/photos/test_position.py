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
from sigma_communes.core.photos.position import read_altitude, read_direction, read_position
from sigma_communes.core.photos.taken import read_taken_at
from sigma_communes.core.photos.xmp import read_xmp, xmp_orientation

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
    assert read_direction(gps(exif_block(gps={17: (R, [value])})), {}) == direction


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
    assert read_taken_at(read_exif(exif_block(exposure=entries, gps=satellites)), {}) == taken_at


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
