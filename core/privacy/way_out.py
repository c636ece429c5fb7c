# SPDX-License-Identifier: GPL-2.0-or-later
"""The way out of a workspace for its photos: with the boxes that persons drew, and a line in the register for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from .. import privacy
from ..errors import SigmaError
from ..photos.picture import picture_of_jpeg
from ..store import Workspace
from ..store.privacy import IGNORED, LEFT, LEFT_UNBLURRED, REFUSED, BlurBox, RegisterEntry, read_boxes, register
from . import PhotoCopy, PrivacyBox
from .copies import Verdict

_WHAT = {
    Verdict.BLURRED: LEFT,
    Verdict.NOTHING_FOUND: LEFT,
    Verdict.UNBLURRED: LEFT_UNBLURRED,
    Verdict.REFUSED: REFUSED,
}


@dataclass(frozen=True)
class WayOut:
    """How photos of a workspace leave.

    Parameters
    ----------
    workspace : Workspace
        Has the boxes, gets the register.
    to : str
        Where they go, as the register says it: ``bulletin``, a server, a pack, a folder.
    who : str
        The person who lets them go.
    unblurred : bool
        This person allows copies that no detector looked at.
    """

    workspace: Workspace
    to: str
    who: str = ""
    unblurred: bool = False

    def copy(self, photo: str, dest: Path, longest: Optional[int] = None) -> PhotoCopy:
        """Write the copy of a photo, as :func:`~.copies.copy_for_leaving`, after its line in the register."""
        drawn, ignored = self.boxes(photo)
        return privacy.copy_for_leaving(
            photo, dest, boxes=drawn, ignored=ignored, unblurred=self.unblurred, longest=longest,
            note=lambda leaving: self.note(photo, leaving),
        )  # fmt: skip

    def jpeg(self, photo: str, longest: Optional[int] = None) -> tuple[Optional[bytes], PhotoCopy]:
        """Return the copy of a photo as a JPEG, or None and why."""
        drawn, ignored = self.boxes(photo)
        jpeg, leaving = privacy.jpeg_for_leaving(
            photo, boxes=drawn, ignored=ignored, unblurred=self.unblurred, longest=longest
        )
        self.note(photo, leaving)
        return jpeg, leaving

    def thumbnails(self) -> Mapping[str, bytes]:
        """Return report id → thumbnail that may leave, made when it is asked for; empty bytes where none may."""
        return _Thumbnails(self, self.workspace.thumbnails())

    def boxes(self, photo: str) -> tuple[list[PrivacyBox], list[PrivacyBox]]:
        """Return what persons drew on a photo, and where they saw a detector to be wrong."""
        known = read_boxes(self.workspace, photo)
        return _as_boxes([b for b in known if b.kind != IGNORED]), _as_boxes([b for b in known if b.kind == IGNORED])

    def note(self, photo: str, leaving: PhotoCopy) -> None:
        """Write into the register what became of a photo."""
        entry = RegisterEntry(
            _WHAT[leaving.verdict], photo, leaving.sha256 or None, self.to, leaving.faces, leaving.plates,
            leaving.manual, None, leaving.reason or None, self.who or None,
        )  # fmt: skip
        register(self.workspace, [entry])


class _Thumbnails(Mapping[str, bytes]):
    def __init__(self, way: WayOut, stored: Mapping[str, bytes]) -> None:
        self._way, self._stored = way, stored

    def __getitem__(self, report: str) -> bytes:
        stored = self._stored[report]
        photo = self._way.workspace.photo_with_thumbnail(report) or report
        drawn, ignored = self._way.boxes(photo)
        try:
            pixels = picture_of_jpeg(stored)
        except SigmaError:
            return b""
        jpeg, leaving = privacy.jpeg_for_leaving(pixels, boxes=drawn, ignored=ignored, unblurred=self._way.unblurred)
        self._way.note(photo, leaving)
        return jpeg or b""

    def __contains__(self, report: object) -> bool:
        return report in self._stored

    def __iter__(self) -> Iterator[str]:
        return iter(self._stored)

    def __len__(self) -> int:
        return len(self._stored)


def _as_boxes(boxes: Sequence[BlurBox]) -> list[PrivacyBox]:
    return [PrivacyBox(box.x, box.y, box.w, box.h) for box in boxes]
