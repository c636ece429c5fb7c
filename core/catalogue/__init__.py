# SPDX-License-Identifier: GPL-2.0-or-later
"""Catalogues: harvested into the workspace, searched off line, their links made into what QGIS loads."""

from ..store.records import Filters, Hit
from .calls import Calls
from .harvest import guess_kind, harvest, try_source
from .index import Catalogue, Outcome
from .kinds import KINDS, OTHERS
from .links import Choice, Loadable, Refused, choose
from .source import Bundle, Profile, Source, bundles, checked_address, profiles

__all__ = [
    "KINDS",
    "OTHERS",
    "Bundle",
    "Calls",
    "Catalogue",
    "Choice",
    "Filters",
    "Hit",
    "Loadable",
    "Outcome",
    "Profile",
    "Refused",
    "Source",
    "bundles",
    "checked_address",
    "choose",
    "guess_kind",
    "harvest",
    "profiles",
    "try_source",
]
