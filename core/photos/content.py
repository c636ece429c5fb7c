# SPDX-License-Identifier: GPL-2.0-or-later
"""What a file really is: told from its first bytes, never from its name."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from ..model import PhotoVerdict
from .errors import PhotoError
from .naming import printable

MAX_BYTES = 256 * 1024 * 1024
"""No photo has more bytes than this; a larger file is too large, whatever its header says."""

_HEAD = 4096

_PICTURES = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
)
_HEVC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_AV1_BRANDS = {b"avif", b"avis"}
_PICTURE_BRANDS = {b"mif1", b"msf1"}

_PICTURES_NOT_SUPPORTED = (
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\0\0\0\x0cJXL ", "JPEG XL"),
    (b"8BPS", "Photoshop"),
    (b"FUJIFILMCCD-RAW", "Fujifilm raw"),
    (b"IIRO", "Olympus raw"),
    (b"IIU\0", "Panasonic raw"),
    (b"gimp xcf", "GIMP"),
)

_OTHERS = (
    (b"%PDF", "PDF"),
    (b"%!PS", "PostScript"),
    (b"PK\x03\x04", "ZIP archive or office document"),
    (b"PK\x05\x06", "empty ZIP archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old office document or Windows thumbnail cache"),
    (b"\x1f\x8b", "gzip archive"),
    (b"7z\xbc\xaf'\x1c", "7-Zip archive"),
    (b"Rar!", "RAR archive"),
    (b"SQLite format 3\0", "SQLite database"),
    (b"\x1aE\xdf\xa3", "video (Matroska or WebM)"),
    (b"\0\0\x01\xba", "video (MPEG)"),
    (b"\0\0\x01\xb3", "video (MPEG)"),
    (b"ID3", "sound (MP3)"),
    (b"OggS", "sound or video (Ogg)"),
    (b"fLaC", "sound (FLAC)"),
    (b"\0\x05\x16\x07", "macOS companion file"),
    (b"\0\0\0\x01Bud1", "macOS folder settings"),
    (b"MZ", "Windows program"),
    (b"\x7fELF", "Linux program"),
)
_RIFF = {b"AVI ": "video (AVI)", b"WAVE": "sound (WAVE)"}

_SPECIAL = (
    (stat.S_ISDIR, "folder"),
    (stat.S_ISFIFO, "named pipe"),
    (stat.S_ISSOCK, "socket"),
    (stat.S_ISCHR, "device"),
    (stat.S_ISBLK, "device"),
)


def read_picture_file(path: str | Path) -> tuple[str, bytes]:
    """Return the picture format of a file and all its bytes.

    Format is one of JPEG, PNG, TIFF, WEBP, HEIF. Pipes, sockets and devices are never opened; of a
    file that is no picture only the first 4 KiB are read.

    Raises
    ------
    PhotoError
        NOT_AN_IMAGE, with what it is; UNREADABLE; TOO_LARGE.
    """
    where = printable(os.fspath(path))
    try:
        status = os.stat(path)
        for is_special, name in _SPECIAL:
            if is_special(status.st_mode):
                raise PhotoError(PhotoVerdict.NOT_AN_IMAGE, name, where)
        # Between the two looks the name may have become a pipe: O_NONBLOCK keeps the open from waiting for a writer.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with open(path, "rb", buffering=0, opener=lambda name, _: os.open(name, flags)) as file:
            size = os.fstat(file.fileno()).st_size
            head = file.read(_HEAD) or b""
            picture = _picture_format(head, where)
            if size > MAX_BYTES:
                reason = f"{size / 2**20:,.0f} MiB (limit {MAX_BYTES // 2**20} MiB)"
                raise PhotoError(PhotoVerdict.TOO_LARGE, reason, where)
            if len(head) < _HEAD:
                return picture, head
            file.seek(0)
            return picture, file.read(MAX_BYTES + 1)
    except OSError as error:
        raise PhotoError(PhotoVerdict.UNREADABLE, os_reason(error, path), where) from error
    except ValueError as error:  # a NUL in the name
        raise PhotoError(PhotoVerdict.UNREADABLE, str(error), where) from error


def os_reason(error: OSError, path: str | Path) -> str:
    """Say in a few words why the system did not give us ``path``."""
    if isinstance(error, PermissionError):
        return "permission denied"
    if error.errno == errno.ELOOP:
        return "a link that leads back to itself"
    if isinstance(error, FileNotFoundError):
        return "a link to a file that does not exist" if os.path.islink(path) else "does not exist"
    return error.strerror or type(error).__name__


def _picture_format(head: bytes, where: str) -> str:
    for signature, name in _PICTURES:
        if head.startswith(signature):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp":
        return _base_media(head, where)
    for signature, name in _PICTURES_NOT_SUPPORTED:
        if head.startswith(signature):
            raise PhotoError(PhotoVerdict.UNREADABLE, f"{name} pictures are not supported", where)
    # "BM" alone is no proof of a bitmap; the size of its second header is.
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in (12, 16, 40, 52, 56, 64, 108, 124):
        raise PhotoError(PhotoVerdict.UNREADABLE, "BMP pictures are not supported", where)
    raise PhotoError(PhotoVerdict.NOT_AN_IMAGE, _other(head), where)


def _base_media(head: bytes, where: str) -> str:
    """Tell HEIC from video: both are boxes of ISO 14496-12, and the brands of the first one say which."""
    length = min(int.from_bytes(head[:4], "big"), len(head))
    brands = [head[8:12], *(head[i : i + 4] for i in range(16, length - 3, 4))]
    # mif1 and msf1 only say that there are pictures; the other brands say how they are coded.
    coded = [brand for brand in brands if brand in _HEVC_BRANDS or brand in _AV1_BRANDS]
    if coded and coded[0] in _AV1_BRANDS:
        raise PhotoError(PhotoVerdict.UNREADABLE, "AVIF pictures are not supported", where)
    if coded or brands[0] in _PICTURE_BRANDS:
        return "HEIF"
    if brands[0] == b"crx ":
        raise PhotoError(PhotoVerdict.UNREADABLE, "Canon raw pictures are not supported", where)
    if brands[0] in (b"M4A ", b"M4B "):
        raise PhotoError(PhotoVerdict.NOT_AN_IMAGE, "sound (MPEG-4)", where)
    raise PhotoError(PhotoVerdict.NOT_AN_IMAGE, "video (MPEG-4 or QuickTime)", where)


def _other(head: bytes) -> str:
    if not head:
        return "empty file"
    for signature, name in _OTHERS:
        if head.startswith(signature):
            return name
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], "unknown content (RIFF)")
    if head[4:8] in (b"moov", b"mdat", b"wide"):
        return "video (QuickTime)"
    if not head.strip(b"\0"):
        return "nothing but zeros"
    return _text(head) or "unknown content"


def _text(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text"
    controls = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head)
    if controls:
        return ""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:512].lower()
    if b"<svg" in start:
        return "drawing (SVG)"
    if start.startswith((b"<!doctype html", b"<html")):
        return "web page"
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        cut_at_the_end = error.start >= len(head) - 3 and len(head) == _HEAD
        letters = sum(32 <= byte < 127 or byte in b"\t\n\r" for byte in head)
        if not cut_at_the_end and letters < 0.7 * len(head):  # Latin-1 is mostly plain letters
            return ""
    return "text"
