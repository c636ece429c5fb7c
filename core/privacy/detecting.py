# SPDX-License-Identifier: GPL-2.0-or-later
"""Where faces and number plates are.

Faces: CenterFace (Xu et al., 2019, arXiv:1911.03599; MIT), built by :mod:`.building` out of a pinned wheel. Plates: a
small network of our own (tools/train_plate_detector.py). Both answer on a grid: whether the middle of one lies in a
cell, and how large it is. What they find and miss is measured in docs/privacy.md.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ...resources import path as resource
from ..base.compiled import load
from ..errors import MissingPackage, ModelError
from ..photos.picture import shrunk
from .boxes import FACE, PLATE, PrivacyBox, best, joined

FACES_FILE, PLATES_FILE = resource("privacy", "faces.onnx"), resource("privacy", "plates.onnx")
FACE_SIDE, PLATE_SIDE = 960, 1280
"""Longest side, in pixels, of the picture that each detector looks at; plates also at half of it, for near cars."""
FACE_SCORE, PLATE_SCORE = 0.3, 0.5
"""From which score on something is hidden: rather a bin lid too many than a face too few."""
_SMALLEST = 640  # a smaller picture is enlarged to this
_GROWN = {FACE: 0.18, PLATE: 0.12}
_NEXT_STEP = (
    "Install onnxruntime (SIGM@communes › Diagnostic) and the shipped detectors, or draw the boxes by hand and say "
    "that the photo may leave without automatic blur"
)


@dataclass(frozen=True)
class Detectors:
    """Both detectors, loaded; they may be used by several threads."""

    faces: Any
    plates: Any

    def find(self, pixels: NDArray[np.uint8]) -> list[PrivacyBox]:
        """Return faces and plates of an upright RGB picture (h, w, 3), each box a little larger than what is in it."""
        pixels = np.asarray(shrunk(Image.fromarray(pixels), PLATE_SIDE))  # once: a photo is ten times that
        near = _plates(self.plates, pixels, PLATE_SIDE // 2)
        found = _faces(self.faces, pixels) + joined(near + _plates(self.plates, pixels, PLATE_SIDE))
        return [box.grown(_GROWN[box.what]) for box in found]


@functools.lru_cache(maxsize=1)
def load_detectors() -> Detectors:
    """Load both detectors once.

    Raises
    ------
    MissingPackage
        onnxruntime is not installed.
    ModelError
        A detector is not there or damaged.
    """
    return Detectors(_session(FACES_FILE), _session(PLATES_FILE))


def _session(path: Path) -> Any:
    try:
        onnxruntime = load("onnxruntime")
    except ImportError as error:
        what = "Faces and plates can't be found: onnxruntime is not installed or does not start here"
        raise MissingPackage(what, where=str(error), next_step=_NEXT_STEP) from error
    try:
        model = path.read_bytes()
    except OSError as error:
        what = "Faces and plates can't be found: a detector is missing"
        raise ModelError(what, where=path.name, next_step=_NEXT_STEP) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own exceptions share no base but this
        what = f"Faces and plates can't be found: {path.name} is damaged"
        raise ModelError(what, where=str(path), next_step=_NEXT_STEP) from error


def _sized(pixels: NDArray[np.uint8], side: int, multiple: int) -> NDArray[np.uint8]:
    """Return a picture of at most ``side`` pixels a side, padded to a multiple with grey below and right."""
    height, width = pixels.shape[:2]
    longest = max(height, width)
    scale = min(side / longest, max(1.0, _SMALLEST / longest))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    if size != (width, height):
        filter_ = Image.Resampling.BICUBIC if scale > 1 else Image.Resampling.BILINEAR
        pixels = np.asarray(Image.fromarray(pixels).resize(size, filter_, reducing_gap=2.0))
    padded = np.full((-(-size[1] // multiple) * multiple, -(-size[0] // multiple) * multiple, 3), 114, np.uint8)
    padded[: size[1], : size[0]] = pixels
    return padded


def _extent(pixels: NDArray[np.uint8], side: int) -> tuple[float, float]:
    height, width = pixels.shape[:2]
    scale = min(side / max(height, width), max(1.0, _SMALLEST / max(height, width)))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _faces(session: Any, pixels: NDArray[np.uint8]) -> list[PrivacyBox]:
    picture = _sized(pixels, FACE_SIDE, 32)
    width, height = _extent(pixels, FACE_SIDE)
    heat, size, offset = session.run(["heat", "size", "offset"], {"picture": picture[None]})
    rows, columns = np.nonzero(heat[0, 0] > FACE_SCORE)
    sizes = np.exp(size[0][:, rows, columns]) * 4  # height, width
    shift = offset[0][:, rows, columns]
    x, y = (columns + shift[1] + 0.5) * 4, (rows + shift[0] + 0.5) * 4
    return _boxes(x, y, sizes[1], sizes[0], heat[0, 0][rows, columns], width, height, FACE)


def _plates(session: Any, pixels: NDArray[np.uint8], side: int) -> list[PrivacyBox]:
    picture = _sized(pixels, side, 8)
    width, height = _extent(pixels, side)
    (cells,) = session.run(["cells"], {"picture": picture[None]})
    score = 1 / (1 + np.exp(-cells[0, 0]))
    rows, columns = np.nonzero(score > PLATE_SCORE)
    log_w, log_h, dx, dy = cells[0, 1:, rows, columns].T
    x, y = (columns + 0.5 + dx) * 8, (rows + 0.5 + dy) * 8
    w, h = 32 * np.exp(np.clip(log_w, -2, 3)), 16 * np.exp(np.clip(log_h, -2, 3))
    return _boxes(x, y, w, h, score[rows, columns], width, height, PLATE)


def _boxes(
    x: NDArray[Any], y: NDArray[Any], w: NDArray[Any], h: NDArray[Any], score: NDArray[Any],
    width: float, height: float, what: str,
) -> list[PrivacyBox]:  # fmt: skip
    """Return boxes of middles and sizes in pixels, in fractions of the picture without its padding."""
    return best(
        PrivacyBox(
            float((a - c / 2) / width), float((b - d / 2) / height), float(c / width), float(d / height), what, float(s)
        )
        for a, b, c, d, s in zip(x, y, w, h, score)
    )
