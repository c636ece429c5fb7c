# SPDX-License-Identifier: GPL-2.0-or-later
"""Catalogues: harvested into the workspace, searched off line, their links made into what QGIS loads."""

from ..store.records import Facets, Filters, Hit
from .calls import Calls, Unchanged
from .harvest import guess_kind, harvest, try_source
from .index import Catalogue, Layer, Outcome, commune_index
from .kinds import KINDS, OTHERS
from .links import UNASKED, Choice, Loadable, Refused, choose
from .source import Bundle, Profile, Source, bundles, checked_address, profiles
from .styles import Style, style_of

__all__ = [
    "KINDS",
    "OTHERS",
    "UNASKED",
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
    "Unchanged",
    "bundles",
    "checked_address",
    "choose",
    "commune_index",
    "guess_kind",
    "harvest",
    "profiles",
    "style_of",
    "try_source",
]
