# SPDX-License-Identifier: GPL-2.0-or-later
"""Faces and number plates: found, blurred for good, and never in a copy that leaves unless a person says so."""

from __future__ import annotations

from .boxes import PrivacyBox
from .copies import PhotoCopy, copy_for_leaving, jpeg_for_leaving
from .detecting import Detectors, load_detectors

__all__ = ["PrivacyBox", "Detectors", "PhotoCopy", "copy_for_leaving", "jpeg_for_leaving", "load_detectors"]
