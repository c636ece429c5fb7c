# SPDX-License-Identifier: GPL-2.0-or-later
"""A verdict for every file, whatever it is; the real files beside the checkout too."""

from __future__ import annotations

import json
import os
import socket
import sys
import tracemalloc
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sigma_communes.core.errors import Cancelled
from sigma_communes.core.feedback import Feedback
from sigma_communes.core.model import Photo, PhotoVerdict
from sigma_communes.core.photos import PhotoError, open_picture, photo_columns, printable, read_photo, scan

V = PhotoVerdict
Maker = Callable[..., bytes]


@pytest.fixture
def album(tmp_path: Path, picture_bytes: Maker, exif_block: Maker, gps_entries: Callable[..., Any]) -> Path:
    """A folder with one of each."""
    here = picture_bytes(exif=exif_block(gps=gps_entries()))
    (tmp_path / "b").mkdir()
    (tmp_path / "b.jpg").mkdir()
    (tmp_path / "empty").mkdir()
    for name, content in {
        "a.jpg": here,
        "b/first.jpg": picture_bytes(seed=1),
        "b.jpg/inside a folder named as a photo.JPG": picture_bytes(seed=2),
        "c copy of a.jpg": here,
        "d.txt": "été\n".encode(),
        "e.jpg": b"",
        "f.jpg": picture_bytes(exif=exif_block(gps=gps_entries(0, 0)), seed=3),
        "g.pdf": b"%PDF-1.7 ...",
        "h.png": picture_bytes("PNG", seed=4),
    }.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def test_every_file_has_its_verdict_in_order(album: Path) -> None:
    photos = [(os.path.relpath(p.path, album), p.verdict, p.reason) for p in scan([album])]
    assert photos == [
        ("a.jpg", V.OK, ""),
        ("b/first.jpg", V.NO_POSITION, ""),
        ("b.jpg/inside a folder named as a photo.JPG", V.NO_POSITION, ""),
        ("c copy of a.jpg", V.DUPLICATE, str(album / "a.jpg")),
        ("d.txt", V.NOT_AN_IMAGE, "text"),
        ("e.jpg", V.NOT_AN_IMAGE, "empty file"),
        ("f.jpg", V.POSITION_IMPOSSIBLE, "0, 0: the camera had no fix"),
        ("g.pdf", V.NOT_AN_IMAGE, "PDF"),
        ("h.png", V.NO_POSITION, ""),
    ]
    assert [p.path for p in scan([album], workers=1)] == [p.path for p in scan([str(album)], workers=4)]


def test_files_folders_and_things_that_are_not_there(album: Path) -> None:
    photos = list(scan([album / "a.jpg", album / "b", album / "missing", album / "b", album / "a.jpg"]))
    assert [(p.verdict, p.reason) for p in photos] == [
        (V.OK, ""),
        (V.NO_POSITION, ""),
        (V.UNREADABLE, "does not exist"),
        (V.NOT_AN_IMAGE, "folder already read"),
        (V.DUPLICATE, str(album / "a.jpg")),
    ]


def test_known_photos_are_duplicates(album: Path) -> None:
    digest = read_photo(album / "a.jpg").sha256
    assert digest is not None
    (photo,) = scan([album / "a.jpg"], known={digest: "older/photo.jpg"})
    assert (photo.verdict, photo.duplicate_of) == (V.DUPLICATE, "older/photo.jpg")
    assert photo.reason == "in the workspace: older/photo.jpg"
    assert photo.lon == pytest.approx(5.3698)


def test_a_copy_of_a_broken_file_is_broken_not_a_duplicate(tmp_path: Path, picture_bytes: Maker) -> None:
    for name in "ab":
        (tmp_path / name).write_bytes(picture_bytes(size=(200, 200))[:-500])
    assert [p.verdict for p in scan([tmp_path])] == [V.UNREADABLE, V.UNREADABLE]


def test_names_no_screen_can_show(tmp_path: Path, picture_bytes: Maker) -> None:
    content = picture_bytes()
    names = [b"line\nend.jpg", "emoji 📷👩‍👩‍👧 é.jpg".encode(), b"bytes \xff\xfe.jpg", b"-rf; $(x) \x1b[31m.jpg"]
    for name in names:
        Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name))).write_bytes(content)
    photos = list(scan([tmp_path]))
    assert [p.verdict for p in photos] == [V.NO_POSITION] + [V.DUPLICATE] * 3
    rows = [photo_columns(p) for p in photos]
    shown = json.dumps(rows, ensure_ascii=False)
    assert shown.encode("utf-8")
    assert [row["filename"] for row in rows] == [
        r"-rf; $(x) \x1b[31m", r"bytes \xff\xfe", "emoji 📷👩‍👩‍👧 é", r"line\nend",
    ]  # fmt: skip
    assert not any(char in shown for char in "\n\x1b")
    for photo in photos:
        assert open_picture(photo.path).full_width == 64


@given(st.one_of(st.text(), st.binary().map(os.fsdecode)))
def test_printable_names_always_encode(name: str) -> None:
    shown = printable(name)
    assert shown.encode("utf-8").decode("utf-8") == shown
    assert shown.splitlines() in ([], [shown])


def test_special_files_are_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a pipe.jpg")  # opening it to read would wait for ever
    (tmp_path / "b dangling.jpg").symlink_to(tmp_path / "nothing")
    (tmp_path / "c loop.jpg").symlink_to(tmp_path / "c loop.jpg")
    (tmp_path / "d device.jpg").symlink_to("/dev/zero")  # reading it would never end
    assert [(p.verdict, p.reason) for p in scan([tmp_path])] == [
        (V.NOT_AN_IMAGE, "named pipe"),
        (V.UNREADABLE, "a link to a file that does not exist"),
        (V.UNREADABLE, "a link that leads back to itself"),
        (V.NOT_AN_IMAGE, "device"),
    ]
    for photo in scan([tmp_path]):
        with pytest.raises(PhotoError) as caught:
            open_picture(photo.path)
        assert (caught.value.verdict, caught.value.reason) == (photo.verdict, photo.reason)


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no such sockets here")
def test_a_socket(tmp_path: Path) -> None:
    os.mknod(tmp_path / "s", 0o140600) if sys.platform == "linux" else pytest.skip("made with mknod")
    assert read_photo(tmp_path / "s").reason == "socket"


def test_links_to_folders_do_not_turn_in_circles(tmp_path: Path, picture_bytes: Maker) -> None:
    inner = tmp_path / "x" / "y"
    inner.mkdir(parents=True)
    (inner / "photo.jpg").write_bytes(picture_bytes())
    (inner / "up").symlink_to(tmp_path)
    (tmp_path / "z").symlink_to(inner)
    photos = [(os.path.relpath(p.path, tmp_path), p.verdict, p.reason) for p in scan([tmp_path])]
    assert photos == [
        ("x/y/photo.jpg", V.NO_POSITION, ""),
        ("x/y/up", V.NOT_AN_IMAGE, "folder already read"),
        ("z", V.NOT_AN_IMAGE, "folder already read"),
    ]


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything")
def test_permissions(tmp_path: Path, picture_bytes: Maker) -> None:
    (tmp_path / "a.jpg").write_bytes(picture_bytes())
    (tmp_path / "b").mkdir()
    for name in ("a.jpg", "b"):
        (tmp_path / name).chmod(0)
    reasons = [(p.verdict, p.reason) for p in scan([tmp_path])]
    (tmp_path / "b").chmod(0o700)
    assert reasons == [(V.UNREADABLE, "permission denied"), (V.UNREADABLE, "folder: permission denied")]


@pytest.mark.parametrize(
    ("content", "verdict", "reason"),
    [
        (b"", V.NOT_AN_IMAGE, "empty file"),
        (b"\0" * 9000, V.NOT_AN_IMAGE, "nothing but zeros"),
        (b"just words", V.NOT_AN_IMAGE, "text"),
        ("à la mairie de Gémenos, le 3".encode("latin-1"), V.NOT_AN_IMAGE, "text"),
        (("é" * 5000).encode()[:-1], V.NOT_AN_IMAGE, "text"),
        (b"<!DOCTYPE html><html>", V.NOT_AN_IMAGE, "web page"),
        (b"<?xml version='1.0'?><svg/>", V.NOT_AN_IMAGE, "drawing (SVG)"),
        (b"%PDF-1.4", V.NOT_AN_IMAGE, "PDF"),
        (b"PK\x03\x04....", V.NOT_AN_IMAGE, "ZIP archive or office document"),
        (b"SQLite format 3\0....", V.NOT_AN_IMAGE, "SQLite database"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", V.NOT_AN_IMAGE, "video (MPEG-4 or QuickTime)"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", V.NOT_AN_IMAGE, "video (MPEG-4 or QuickTime)"),
        (b"RIFF\0\0\0\0AVI LIST", V.NOT_AN_IMAGE, "video (AVI)"),
        (b"\x1aE\xdf\xa3\x01\0", V.NOT_AN_IMAGE, "video (Matroska or WebM)"),
        (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1", V.UNREADABLE, "AVIF pictures are not supported"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif", V.UNREADABLE, "AVIF pictures are not supported"),
        (b"\0\0\0\x1cftypmsf1\0\0\0\0miafavis", V.UNREADABLE, "AVIF pictures are not supported"),
        (b"GIF89a\x60\xea\x60\xea\0\0\0", V.UNREADABLE, "GIF pictures are not supported"),
        (b"\0\0\0\x0cJXL \r\n", V.UNREADABLE, "JPEG XL pictures are not supported"),
        (b"BM" + bytes(12) + b"\x28\0\0\0" + bytes(40), V.UNREADABLE, "BMP pictures are not supported"),
        (b"BM\x01\x02\x80", V.NOT_AN_IMAGE, "unknown content"),
        (bytes(range(256)), V.NOT_AN_IMAGE, "unknown content"),
        (b"\xff\xd8\xff", V.UNREADABLE, "truncated: the end of the picture is missing"),
        (b"\xff\xd8\xff\xd9", V.UNREADABLE, "broken: no picture between its marks"),
        (b"\xff\xd8\xff\xe0\0\x01\0\0", V.UNREADABLE, "broken: a segment without a length"),
        (b"\xff\xd8\xff\xe0\xff\xff\0\0", V.UNREADABLE, "truncated: the end of the picture is missing"),
        (b"\xff\xd8\xff\xda\0\x02\0\0\xff\xd9", V.UNREADABLE, "broken: a scan without a frame"),
        (b"\x89PNG\r\n\x1a\n", V.UNREADABLE, "broken: no header chunk"),
        (b"II*\0\xff\xff\xff\xff" + bytes(20), V.UNREADABLE, "broken: the header gives no size"),
        (b"RIFF\x04\0\0\0WEBP", V.UNREADABLE, "broken: no picture in the container"),
    ],
)
def test_what_it_is_instead(tmp_path: Path, content: bytes, verdict: V, reason: str) -> None:
    path = tmp_path / "named as a photo.jpg"
    path.write_bytes(content)
    photo = read_photo(path)
    assert (photo.verdict, photo.reason) == (verdict, reason)
    assert photo.size == len(content)
    with pytest.raises(PhotoError) as caught:
        open_picture(path)
    assert (caught.value.verdict, caught.value.reason) == (verdict, reason)
    assert caught.value.next_step


def test_a_mislabelled_picture_is_a_picture(tmp_path: Path, picture_bytes: Maker) -> None:
    for real in ("PNG", "WEBP", "TIFF", "JPEG"):
        path = tmp_path / f"{real}.gif"
        path.write_bytes(picture_bytes(real))
        assert (read_photo(path).verdict, read_photo(path).format) == (V.NO_POSITION, real)


def bombs() -> dict[str, bytes]:
    """Headers that claim 60,000 x 60,000 pixels, each in a few bytes."""
    big = 60_000
    jpeg = b"\xff\xd8\xff\xc0\0\x11\x08" + big.to_bytes(2, "big") * 2 + b"\x03\x01\x22\0\x02\x11\x01\x03\x11\x01"
    tags = {256: big, 257: big, 258: 8, 259: 1, 262: 1, 273: 8, 277: 1, 278: big, 279: 100}
    entries = b"".join(tag.to_bytes(2, "little") + b"\x04\0\x01\0\0\0" + v.to_bytes(4, "little")
                       for tag, v in tags.items())  # fmt: skip
    canvas = (16_383).to_bytes(3, "little")
    return {
        "jpeg": jpeg + b"\xff\xda\0\x08\x01\x01\0\0\x3f\0" + bytes(50) + b"\xff\xd9",
        "png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + big.to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0" + bytes(4),
        "tiff": b"II*\0\x08\0\0\0" + len(tags).to_bytes(2, "little") + entries + bytes(4),
        "webp": b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0" + bytes(4) + canvas * 2,
    }


@pytest.mark.parametrize("name", ["jpeg", "png", "tiff", "webp"])
def test_bombs_are_told_by_their_header(tmp_path: Path, name: str) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(bombs()[name])
    tracemalloc.start()
    photo = read_photo(path)
    with pytest.raises(PhotoError) as caught:
        open_picture(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert photo.verdict is caught.value.verdict is V.TOO_LARGE
    assert "megapixels (limit 200)" in photo.reason
    assert peak < 4_000_000


def test_a_file_of_too_many_bytes(tmp_path: Path, picture_bytes: Maker) -> None:
    path = tmp_path / "sparse.jpg"
    path.write_bytes(picture_bytes())
    os.truncate(path, 300 * 2**20)  # a hole: nothing is on the disk
    assert (read_photo(path).verdict, read_photo(path).reason) == (V.TOO_LARGE, "300 MiB (limit 256 MiB)")
    with path.open("r+b") as file:
        file.write(b"\0\0\0\x18ftypmp42")
    assert read_photo(path).verdict is V.NOT_AN_IMAGE


STARTS = [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08",
          b"II+\0\x08\0\0\0", b"RIFF\0\0\0\0WEBPVP8 ", b"\0\0\0\x18ftypheic"]  # fmt: skip


@given(start=st.sampled_from(STARTS), rest=st.binary(max_size=400))
def test_any_bytes_get_a_verdict(tmp_path_factory: pytest.TempPathFactory, start: bytes, rest: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.jpg"
    path.write_bytes(start + rest)
    photo = read_photo(path)
    assert isinstance(photo.verdict, PhotoVerdict)
    assert photo.verdict.usable or photo.reason
    if not photo.verdict.usable:
        with pytest.raises(PhotoError):
            open_picture(path)


@given(st.data())
def test_damaged_pictures_give_a_picture_or_a_photo_error(
    tmp_path_factory: pytest.TempPathFactory, picture_bytes: Maker, data: st.DataObject
) -> None:
    content = bytearray(picture_bytes(data.draw(st.sampled_from(["JPEG", "PNG", "WEBP", "TIFF"]))))
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=6)):
        content[at] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "damaged.jpg"
    path.write_bytes(content)
    photo = read_photo(path)
    try:
        picture = open_picture(path)
    except PhotoError as error:
        assert error.reason
    else:
        assert photo.verdict.usable
        assert (picture.full_width, picture.full_height) == (photo.width, photo.height)


class _Stopping(Feedback):
    """Cancelled after so many files."""

    def __init__(self, after: int) -> None:
        self.after, self.advanced, self.stages = after, 0, [""]

    def stage(self, name: str, total: int | None = None) -> None:
        self.stages.append(name)

    def advance(self, steps: int = 1) -> None:
        self.advanced += steps

    def is_cancelled(self) -> bool:
        return self.advanced >= self.after


def test_cancel_stops_between_files(tmp_path: Path) -> None:
    for n in range(100):
        (tmp_path / f"{n:03}.txt").write_text("x")
    feedback, photos = _Stopping(5), []
    with pytest.raises(Cancelled):
        for photo in scan([tmp_path], feedback=feedback):
            photos.append(photo)
    assert len(photos) == 5
    assert feedback.stages == ["", "photos"]


def test_the_look_ahead_is_bounded(tmp_path: Path) -> None:
    """Paths are drawn as results are taken, so a folder of any size is never in memory as a whole."""
    (tmp_path / "x.txt").write_text("x")
    drawn = 0

    def endless() -> Any:
        nonlocal drawn
        while True:
            drawn += 1
            yield tmp_path / "x.txt"

    photos = scan(endless(), workers=2)
    for _ in range(50):
        next(photos)
    assert drawn <= 50 + 2 * 8
    photos.close()


def test_the_row_of_import_photos() -> None:
    photo = Photo("photos/a.b.jpg", V.OK, "", 5.5, 43.5, 12.0, 90.0, 180, "2026-05-01T14:00:00", sha256="00")
    row = photo_columns(photo)
    assert list(row) == ["photo", "filename", "directory", "altitude", "direction", "rotation", "longitude",
                         "latitude", "timestamp", "verdict", "reason", "north", "accuracy"]  # fmt: skip
    folder = os.path.abspath("photos")
    assert list(row.values()) == [os.path.join(folder, "a.b.jpg"), "a.b", folder, 12.0, 90.0, 180, 5.5, 43.5,
                                  "2026-05-01T14:00:00", "ok", "", "", None]  # fmt: skip


@pytest.mark.shared
def test_the_89_real_files(shared: Path) -> None:
    """Verdicts and positions of ianare/exif-samples; two of its 15 GPS directories hold a version and no position."""
    pytest.importorskip("pillow_heif")
    photos = list(scan([shared / "exif"]))
    assert len(photos) == 89
    assert Counter(str(p.verdict) for p in photos) == {"no position": 76, "ok": 13}
    found = {os.path.basename(p.path): (p.lon, p.lat) for p in photos if p.verdict is V.OK}
    pinned = {
        "IMG_5195.HEIC": (-94.288772, 39.051345),
        "Kodak_CX7530.jpg": (36.056417, -0.371300),
        "DSCN0010.jpg": (11.885127, 43.467448),
        "DSCN0012.jpg": (11.885395, 43.467157),
        "DSCN0021.jpg": (11.884538, 43.467082),
        "DSCN0025.jpg": (11.881635, 43.468365),
        "DSCN0027.jpg": (11.881515, 43.468442),
        "DSCN0029.jpg": (11.880172, 43.468243),
        "DSCN0038.jpg": (11.879213, 43.467255),
        "DSCN0040.jpg": (11.879112, 43.466012),
        "DSCN0042.jpg": (11.881478, 43.464455),
        "67-0_length_string.jpg": (7.591944, 51.025),
        "87_OSError.jpg": (11.234619, 43.785594),
    }
    assert set(found) == set(pinned)
    for name, place in pinned.items():
        assert found[name] == pytest.approx(place, abs=1e-6)


@pytest.mark.shared
@pytest.mark.filterwarnings("ignore")  # Pillow's, on damaged EXIF
def test_the_real_files_as_pillow_reads_them(shared: Path) -> None:
    """Size, orientation and position again, by another reader and in exact fractions."""
    checked = 0
    for path in sorted((shared / "exif").rglob("*")):
        if path.is_dir() or path.suffix == ".HEIC":
            continue
        photo = read_photo(path)
        with Image.open(path) as image:
            exif = image.getexif()
            turned = exif.get(0x0112, 1) in (5, 6, 7, 8)
            size = image.size
            if turned and photo.format != "TIFF":  # Pillow turns TIFF itself
                size = size[::-1]
            directory = exif.get_ifd(0x8825)
        assert (photo.width, photo.height) == size
        if 2 in directory:
            lat, lon = (
                sum(
                    (Fraction(part.numerator, part.denominator) / 60**n for n, part in enumerate(directory[tag])),
                    Fraction(),
                )
                for tag in (2, 4)
            )
            assert photo.lat == pytest.approx(float(-lat if directory[1] == "S" else lat), abs=1e-9)
            assert photo.lon == pytest.approx(float(-lon if directory[3] == "W" else lon), abs=1e-9)
            checked += 1
    assert checked == 12
