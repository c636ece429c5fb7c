# SPDX-License-Identifier: GPL-2.0-or-later
"""Addresses off line: an index of files, from a text to a place, from a place to the nearest address."""

from __future__ import annotations

from .adding import Added, add, described, finder, index_path
from .answers import KINDS, Candidate, scores
from .finding import Finder
from .geocoding import Placed, geocode_file, place
from .index import AddressIndex, load
from .nearby import Near, Neighbours

__all__ = [
    "KINDS",
    "Added",
    "AddressIndex",
    "Candidate",
    "Finder",
    "Near",
    "Neighbours",
    "Placed",
    "add",
    "described",
    "finder",
    "geocode_file",
    "index_path",
    "load",
    "place",
    "scores",
]
