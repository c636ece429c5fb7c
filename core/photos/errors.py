# SPDX-License-Identifier: GPL-2.0-or-later
"""Why a file gave no picture."""

from __future__ import annotations

from ..errors import DataError
from ..model import PhotoVerdict

_NEXT_STEP = {
    PhotoVerdict.TOO_LARGE: "Make a smaller copy of the picture and take that",
    PhotoVerdict.NOT_AN_IMAGE: "Give JPEG, PNG, TIFF, WebP or HEIC pictures",
}


class PhotoError(DataError):
    """A file has no picture for us.

    Parameters
    ----------
    verdict : PhotoVerdict
        NOT_AN_IMAGE, UNREADABLE or TOO_LARGE.
    reason : str
        What is wrong with it, e.g. ``"truncated: the end of the picture is missing"``.
    where : str
        The file.
    """

    def __init__(self, verdict: PhotoVerdict, reason: str, where: str = "") -> None:
        next_step = _NEXT_STEP.get(verdict, "Copy the file again from its camera, or leave it out")
        super().__init__(f"{verdict}: {reason}", where=where or None, next_step=next_step)
        self.verdict = verdict
        self.reason = reason
