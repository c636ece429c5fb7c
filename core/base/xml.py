# SPDX-License-Identifier: GPL-2.0-or-later
"""lxml's etree, bound to its own libxml2; every module takes it from here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .compiled import load

if TYPE_CHECKING:
    from lxml import etree
else:
    etree = load("lxml.etree")

__all__ = ["etree"]
