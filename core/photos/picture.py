# SPDX-License-Identifier: GPL-2.0-or-later
"""The pixels of a photo, upright, small enough for a model or a screen.

Decoding is where a batch spends its time, so a JPEG is decoded at an eighth, a quarter or half of its size: the
inverse transform then works on the low frequencies only. OpenCV does it where it is installed, Pillow otherwise.
Both let other threads run meanwhile.
"""

from __future__ import annotations

import functools
import io
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, JpegImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin

from ..base.compiled import load
from ..model import PhotoVerdict
from .content import read_picture_file
from .errors import PhotoError
from .header import TRUNCATED, Header, jpeg_without_metadata, open_heif, read_header
from .naming import printable

Pixels = NDArray[np.uint8]

# The classes themselves, not Image.open: it reports large pictures through warnings and tries other formats.
_OPENERS: dict[str, Callable[[io.BytesIO], Image.Image]] = {
    "PNG": PngImagePlugin.PngImageFile,
    "TIFF": TiffImagePlugin.TiffImageFile,
    "WEBP": WebPImagePlugin.WebPImageFile,
}
_TRANSPOSE = Image.Transpose
_UPRIGHT = {
    2: _TRANSPOSE.FLIP_LEFT_RIGHT,
    3: _TRANSPOSE.ROTATE_180,
    4: _TRANSPOSE.FLIP_TOP_BOTTOM,
    5: _TRANSPOSE.TRANSPOSE,
    6: _TRANSPOSE.ROTATE_270,
    7: _TRANSPOSE.TRANSVERSE,
    8: _TRANSPOSE.ROTATE_90,
}


@dataclass(frozen=True)
class Picture:
    """A decoded photo: ``pixels`` is RGB uint8 of shape (h, w, 3), upright; full sizes are the file's, upright."""

    pixels: Pixels
    full_width: int
    full_height: int

    def thumbnail(self, longest: int = 320, quality: int = 80) -> bytes:
        """Return a JPEG of at most ``longest`` pixels a side, without any metadata."""
        image = shrunk(Image.fromarray(self.pixels), longest)
        out = io.BytesIO()
        image.save(out, "JPEG", quality=quality)
        return out.getvalue()


def open_picture(path: str | Path, longest: int = 448) -> Picture:
    """Decode a picture so that its longest side is at most ``longest`` pixels; it is never enlarged.

    JPEG is decoded at the smallest scale that keeps the longest side at ``longest`` or more, then reduced by area.
    Transparency is laid over white; 16 bits become 8; of animations the first picture counts.

    Raises
    ------
    PhotoError
        NOT_AN_IMAGE, TOO_LARGE (before anything is decoded), or UNREADABLE, truncated files included.
    """
    where = printable(os.fspath(path))
    format_name, data = read_picture_file(path)
    header = read_header(format_name, data, where)
    if header.truncated:
        raise PhotoError(PhotoVerdict.UNREADABLE, TRUNCATED, where)
    width, height = header.upright_size
    try:
        pixels = _pixels(data, header, longest)
    except PhotoError as error:
        raise PhotoError(error.verdict, error.reason, where) from error
    except Exception as error:  # decoders of hostile bytes raise what they like
        raise PhotoError(PhotoVerdict.UNREADABLE, _decoder_reason(error), where) from error
    return Picture(pixels, width, height)


def picture_of_jpeg(data: bytes) -> Pixels:
    """Return the RGB pixels of a JPEG that the product made itself, e.g. a thumbnail.

    Raises
    ------
    PhotoError
        UNREADABLE.
    """
    try:
        image = JpegImagePlugin.JpegImageFile(io.BytesIO(data))
        return np.array(image.convert("RGB"), dtype=np.uint8)
    except Exception as error:  # decoders of hostile bytes raise what they like
        raise PhotoError(PhotoVerdict.UNREADABLE, _decoder_reason(error)) from error


def _decoder_reason(error: Exception) -> str:
    words = " ".join(str(error).split())
    return TRUNCATED if "truncated" in words.lower() else f"broken: {words or type(error).__name__}"[:200]


def _pixels(data: bytes, header: Header, longest: int) -> Pixels:
    cv2 = _opencv()
    if cv2 is not None and header.format == "JPEG" and header.components in (1, 3):
        return _with_opencv(cv2, data, header, longest)
    return _with_pillow(data, header, longest)


@functools.lru_cache(maxsize=1)
def _opencv() -> Any:
    """Return the module cv2, or None where it is not installed or can't be loaded."""
    try:
        return load("cv2")
    except ImportError:
        return None


def _scale(header: Header, longest: int) -> int:
    side = max(header.width, header.height)
    return next((scale for scale in (8, 4, 2) if side >= scale * longest), 1)


def _fitted(width: int, height: int, longest: int) -> tuple[int, int]:
    side = max(width, height)
    if side <= longest:
        return width, height
    return max(1, round(width * longest / side)), max(1, round(height * longest / side))


def _with_opencv(cv2: Any, data: bytes, header: Header, longest: int) -> Pixels:
    scale = _scale(header, longest)
    flag = {8: cv2.IMREAD_REDUCED_COLOR_8, 4: cv2.IMREAD_REDUCED_COLOR_4, 2: cv2.IMREAD_REDUCED_COLOR_2}
    # Orientation is ours: OpenCV and Pillow differ where EXIF is damaged or only XMP has it.
    flags = flag.get(scale, cv2.IMREAD_COLOR) | cv2.IMREAD_IGNORE_ORIENTATION
    bgr = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    if bgr is None:
        return _with_pillow(data, header, longest)  # which says why
    height, width = bgr.shape[:2]
    size = _fitted(width, height, longest)
    if size != (width, height):
        bgr = cv2.resize(bgr, size, interpolation=cv2.INTER_AREA)
    rgb = cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)
    return np.ascontiguousarray(_upright(rgb, header.orientation))


def _upright(pixels: Pixels, orientation: int) -> Pixels:
    if orientation >= 5:
        pixels = pixels.transpose(1, 0, 2)
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return pixels


def _with_pillow(data: bytes, header: Header, longest: int) -> Pixels:
    if header.format == "HEIF":
        image: Image.Image = open_heif(data).to_pillow()
    elif header.format == "JPEG":
        image = JpegImagePlugin.JpegImageFile(io.BytesIO(jpeg_without_metadata(data)))
        scale = _scale(header, longest)
        image.draft(None, (max(1, header.width // scale), max(1, header.height // scale)))
    else:
        image = _OPENERS[header.format](io.BytesIO(data))
        if image.width * image.height > header.width * header.height:
            raise PhotoError(PhotoVerdict.UNREADABLE, "broken: two sizes in one file")
    image.load()
    turn = 1 if header.format == "TIFF" else header.orientation  # Pillow turns TIFF as it loads it
    small = shrunk(_in_rgb(image), longest)
    if turn in _UPRIGHT:
        small = small.transpose(_UPRIGHT[turn])
    return np.array(small, dtype=np.uint8)


def _in_rgb(image: Image.Image) -> Image.Image:
    """Return the picture in RGB, 8 bits, opaque."""
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image).astype(np.uint16) >> 8).astype(np.uint8)).convert("RGB")
    if image.mode in ("I", "F"):
        return _stretched(np.asarray(image, dtype=np.float64)).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        paper.alpha_composite(image)
        image = paper
    return image.convert("RGB")


def _stretched(values: NDArray[np.float64]) -> Image.Image:
    """Return values without a known range, stretched to black and white."""
    values = np.nan_to_num(values, posinf=0, neginf=0)
    low, high = float(values.min()), float(values.max())
    if low >= 0 and 255 < high <= 65535:  # 16 bits in a wider type, as older Pillow reads PNG
        low, high = 0, 65535
    scaled = (values - low) * (255 / (high - low)) if high > low else np.zeros_like(values)
    return Image.fromarray(scaled.astype(np.uint8))


def shrunk(image: Image.Image, longest: int) -> Image.Image:
    """Return the picture with its longest side at most ``longest`` pixels, by area; never enlarged."""
    size = _fitted(*image.size, longest)
    if size == image.size:
        return image
    # Whole factors by exact averages, the rest by a filter as wide as the step: OpenCV's INTER_AREA to within noise.
    factor = max(1, min(image.width // size[0], image.height // size[1]))
    return (image.reduce(factor) if factor > 1 else image).resize(size, Image.Resampling.BILINEAR)
