# SPDX-License-Identifier: GPL-2.0-or-later
"""Catalogues: harvested into the workspace, searched off line, their links made into what QGIS loads."""

from ..store.records import Facets, Filters, Hit
from .calls import Calls
from .harvest import guess_kind, harvest, try_source
from .index import Catalogue, Layer, Outcome
from .kinds import KINDS, OTHERS
from .links import Choice, Loadable, Refused, choose
from .source import Bundle, Profile, Source, bundles, checked_address, profiles
from .styles import Style, style_of

__all__ = [
    "KINDS",
    "OTHERS",
    "Bundle",
    "Calls",
    "Catalogue",
    "Choice",
    "Facets",
    "Filters",
    "Hit",
    "Layer",
    "Loadable",
    "Outcome",
    "Profile",
    "Refused",
    "Source",
    "Style",
    "bundles",
    "checked_address",
    "choose",
    "guess_kind",
    "harvest",
    "profiles",
    "style_of",
    "try_source",
]
