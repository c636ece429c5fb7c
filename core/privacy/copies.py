# SPDX-License-Identifier: GPL-2.0-or-later
"""The one door for copies of photos that leave: upright, without metadata, faces and plates hidden, or not at all."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
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


Note = Callable[[PhotoCopy], None]
"""Writes down what is about to leave; what it raises keeps the copy from being made."""


def no_note(leaving: PhotoCopy) -> None:
    """Nothing is written down where there is no workspace."""


def copy_for_leaving(
    source: str | Path,
    dest: str | Path,
    *,
    boxes: Sequence[PrivacyBox] = (),
    ignored: Sequence[PrivacyBox] = (),
    unblurred: bool = False,
    longest: Optional[int] = None,
    note: Note = no_note,
) -> PhotoCopy:
    """Write the copy of a photo that may leave; a whole JPEG or none, and none that is not written down first.

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
    note : callable
        Is told before the copy is there; once more, REFUSED, where it could not be written after all.

    Raises
    ------
    UsageError
        The copy would replace the photo itself.
    DataError
        ``dest`` can't be written.
    """
    check_copy(source, dest)
    jpeg, leaving = jpeg_for_leaving(source, boxes=boxes, ignored=ignored, unblurred=unblurred, longest=longest)
    return write_copy(jpeg, leaving, dest, note)


def check_copy(source: str | Path, dest: str | Path) -> None:
    """Raise UsageError where a copy would replace the photo itself."""
    if os.path.realpath(source) == os.path.realpath(dest):
        raise UsageError(
            "The copy would replace the photo itself", where=str(dest), next_step="Choose another folder for the copies"
        )


def write_copy(jpeg: Optional[bytes], leaving: PhotoCopy, dest: str | Path, note: Note = no_note) -> PhotoCopy:
    """Write down what :func:`jpeg_for_leaving` made, then write it: a line without a copy tells too much, no copy is
    without a line.

    Raises
    ------
    DataError
        ``dest`` can't be written; a second line says that nothing left.
    """
    note(leaving)
    if jpeg is None:
        return leaving
    try:
        with replacing(Path(dest)) as temporary:
            temporary.write_bytes(jpeg)
    except SigmaError as error:
        note(replace(leaving, verdict=Verdict.REFUSED, reason=error.what, sha256="", boxes=()))
        raise
    return replace(leaving, dest=str(dest))


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
