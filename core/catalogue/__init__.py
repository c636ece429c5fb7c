# SPDX-License-Identifier: GPL-2.0-or-later
"""Catalogues: harvested into the workspace, searched off line, their links made into what QGIS loads."""

from ..store.catalogue import Facets, Filters, Hit
from .harvest import guess_kind, harvest, try_source
from .index import Catalogue, HarvestOutcome, LoadedLayer, commune_index
from .links.choosing import UNASKED, Choice, Loadable, Refused, choose
from .links.styles import Style, style_of
from .protocols.calls import Calls, Unchanged
from .protocols.kinds import KINDS, OTHERS
from .protocols.source import Bundle, CatalogueSource, Profile, bundles, checked_address, profiles
from .registry import PROTOCOLS, likely

__all__ = [
    "KINDS",
    "OTHERS",
    "PROTOCOLS",
    "UNASKED",
    "Bundle",
    "Calls",
    "Catalogue",
    "Choice",
    "Facets",
    "Filters",
    "Hit",
    "LoadedLayer",
    "Loadable",
    "HarvestOutcome",
    "Profile",
    "Refused",
    "CatalogueSource",
    "Style",
    "Unchanged",
    "bundles",
    "checked_address",
    "choose",
    "commune_index",
    "guess_kind",
    "harvest",
    "likely",
    "profiles",
    "style_of",
    "try_source",
]
