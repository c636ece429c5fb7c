# SPDX-License-Identifier: GPL-2.0-or-later
"""Boxes over a photo, in fractions of its upright picture: they hold at every size of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FACE, PLATE, MANUAL = "face", "plate", "manual"


@dataclass(frozen=True)
class PrivacyBox:
    """What is to be hidden: left, top, width and height, each 0 to 1 of the upright picture.

    ``what`` is ``face``, ``plate``, or ``manual`` for one that a person drew; ``score`` is the detector's, 0 to 1.
    """

    x: float
    y: float
    w: float
    h: float
    what: str = MANUAL
    score: float = 1.0

    def grown(self, share: float) -> PrivacyBox:
        """Return the box, larger by a share of its own size on each side, within the picture."""
        left, top = max(0.0, self.x - share * self.w), max(0.0, self.y - share * self.h)
        right = min(1.0, self.x + self.w * (1 + share))
        bottom = min(1.0, self.y + self.h * (1 + share))
        return PrivacyBox(left, top, max(0.0, right - left), max(0.0, bottom - top), self.what, self.score)

    def overlap(self, other: PrivacyBox) -> float:
        """Return the area in both as a share of the area in either: 0 apart, 1 the same."""
        both = self._both(other)
        return both / (self.w * self.h + other.w * other.h - both) if both else 0.0

    def shared(self, other: PrivacyBox) -> float:
        """Return the area in both as a share of the smaller: 1 where one holds the other."""
        both = self._both(other)
        return both / min(self.w * self.h, other.w * other.h) if both else 0.0

    def around(self, other: PrivacyBox) -> PrivacyBox:
        """Return the box that holds both, with what and score of this one."""
        left, top = min(self.x, other.x), min(self.y, other.y)
        right, bottom = max(self.x + self.w, other.x + other.w), max(self.y + self.h, other.y + other.h)
        return PrivacyBox(left, top, right - left, bottom - top, self.what, self.score)

    def _both(self, other: PrivacyBox) -> float:
        width = min(self.x + self.w, other.x + other.w) - max(self.x, other.x)
        height = min(self.y + self.h, other.y + other.h) - max(self.y, other.y)
        return max(0.0, width) * max(0.0, height)


def best(boxes: Iterable[PrivacyBox], covered: float = 0.4) -> list[PrivacyBox]:
    """Return the boxes without those of which a surer one of the same kind covers that share of the smaller."""
    kept: list[PrivacyBox] = []
    for box in sorted(boxes, key=lambda box: -box.score):
        if all(box.what != other.what or box.shared(other) < covered for other in kept):
            kept.append(box)
    return kept


def joined(boxes: Iterable[PrivacyBox], covered: float = 0.4) -> list[PrivacyBox]:
    """Return the boxes, those that share so much of the smaller replaced by the one around them."""
    kept: list[PrivacyBox] = []
    for box in sorted(boxes, key=lambda box: -box.score):
        near = next((n for n, other in enumerate(kept) if box.shared(other) >= covered), None)
        if near is None:
            kept.append(box)
        else:
            kept[near] = kept[near].around(box)
    return kept


def without(boxes: Iterable[PrivacyBox], ignored: Sequence[PrivacyBox]) -> list[PrivacyBox]:
    """Return the boxes but for those of which a person said that nothing is to be hidden there."""
    return [box for box in boxes if all(box.overlap(other) < 0.4 for other in ignored)]
