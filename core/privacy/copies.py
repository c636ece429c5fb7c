# SPDX-License-Identifier: GPL-2.0-or-later
"""The one door for copies of photos that leave: upright, without metadata, faces and plates hidden, or not at all."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Optional

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..base.files import replacing
from ..errors import SigmaError, UsageError
from ..photos.errors import PhotoError
from ..photos.picture import open_picture, shrunk
from .boxes import FACE, MANUAL, PLATE, PrivacyBox, without
from .detecting import load_detectors
from .mosaic import blur

QUALITY = 88
_WHOLE = 1 << 30


class Verdict(str, Enum):
    """What became of a photo that was to leave."""

    BLURRED = "blurred"
    """Something was hidden."""
    NOTHING_FOUND = "nothing_found"
    """Both detectors looked and found nothing."""
    UNBLURRED = "unblurred"
    """A person said that it may leave without; boxes that a person drew are hidden all the same."""
    REFUSED = "refused"
    """No copy was made."""

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class PhotoCopy:
    """What became of one photo, and why. ``sha256`` is that of the copy, ``boxes`` what was hidden in it."""

    source: str
    verdict: Verdict
    reason: str = ""
    next_step: str = ""
    dest: str = ""
    sha256: str = ""
    boxes: tuple[PrivacyBox, ...] = ()

    @property
    def faces(self) -> int:
        """Number of faces that the detector found."""
        return sum(box.what == FACE for box in self.boxes)

    @property
    def plates(self) -> int:
        """Number of plates that the detector found."""
        return sum(box.what == PLATE for box in self.boxes)

    @property
    def manual(self) -> int:
        """Number of boxes that a person drew."""
        return sum(box.what == MANUAL for box in self.boxes)


def copy_for_leaving(
    source: str | Path,
    dest: str | Path,
    *,
    boxes: Sequence[PrivacyBox] = (),
    ignored: Sequence[PrivacyBox] = (),
    unblurred: bool = False,
    longest: Optional[int] = None,
) -> PhotoCopy:
    """Write the copy of a photo that may leave; a whole JPEG or none.

    Parameters
    ----------
    source, dest : path
        The photo and its copy, which must be another file.
    boxes : sequence of Box
        What a person wants hidden besides.
    ignored : sequence of Box
        Where a person saw that a detector is wrong.
    unblurred : bool
        A person allows the copy without the detectors; they are not asked then.
    longest : int, optional
        Pixels of the copy's longest side at most; its own size otherwise.

    Raises
    ------
    UsageError
        The copy would replace the photo itself.
    DataError
        ``dest`` can't be written.
    """
    if os.path.realpath(source) == os.path.realpath(dest):
        raise UsageError(
            "The copy would replace the photo itself", where=str(dest), next_step="Choose another folder for the copies"
        )
    jpeg, leaving = jpeg_for_leaving(source, boxes=boxes, ignored=ignored, unblurred=unblurred, longest=longest)
    if jpeg is None:
        return leaving
    with replacing(Path(dest)) as temporary:
        temporary.write_bytes(jpeg)
    return PhotoCopy(
        leaving.source, leaving.verdict, leaving.reason, leaving.next_step, str(dest), leaving.sha256, leaving.boxes
    )


def jpeg_for_leaving(
    source: str | Path | NDArray[np.uint8],
    *,
    boxes: Sequence[PrivacyBox] = (),
    ignored: Sequence[PrivacyBox] = (),
    unblurred: bool = False,
    longest: Optional[int] = None,
) -> tuple[Optional[bytes], PhotoCopy]:
    """Return the copy of a photo that may leave, as a JPEG without metadata, and what was hidden; else None and why.

    ``source`` is a file, or an upright RGB picture (h, w, 3); the rest as :func:`copy_for_leaving`.
    """
    name = "" if isinstance(source, np.ndarray) else str(source)
    try:
        found: list[PrivacyBox] = []
        detectors = None if unblurred else load_detectors()
        pixels = source if isinstance(source, np.ndarray) else open_picture(source, longest=_WHOLE).pixels
        if detectors is not None:
            found = without(detectors.find(pixels), ignored)
    except PhotoError as error:
        return None, PhotoCopy(name, Verdict.REFUSED, str(error.reason or error.verdict), error.next_step or "")
    except SigmaError as error:
        return None, PhotoCopy(name, Verdict.REFUSED, error.what, error.next_step or "")
    hidden = (*found, *boxes)
    if longest is not None:
        pixels = np.asarray(shrunk(Image.fromarray(pixels), longest))
    if hidden:
        pixels = blur(pixels, hidden)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=QUALITY)
    jpeg = out.getvalue()
    looked = Verdict.BLURRED if hidden else Verdict.NOTHING_FOUND
    verdict = Verdict.UNBLURRED if unblurred else looked
    return jpeg, PhotoCopy(name, verdict, sha256=hashlib.sha256(jpeg).hexdigest(), boxes=hidden)
