# SPDX-License-Identifier: GPL-2.0-or-later
"""The protocols of catalogues that are known, in the order in which they are shown. A new one is one line here."""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import DataError
from .links import capabilities, qgis_project
from .protocols import ckan, csw, dcat, ogc_records, opendatasoft
from .protocols.protocol import Protocol

PROTOCOLS: tuple[Protocol, ...] = (
    csw.PROTOCOL,
    csw.GEONETWORK,
    ogc_records.PROTOCOL,
    ckan.PROTOCOL,
    opendatasoft.PROTOCOL,
    dcat.PROTOCOL,
    *capabilities.PROTOCOLS,
    qgis_project.PROTOCOL,
)

BY_KIND: Mapping[str, Protocol] = {protocol.kind: protocol for protocol in PROTOCOLS}


def protocol_of(kind: str) -> Protocol:
    """Return a protocol by its kind.

    Raises
    ------
    DataError
        There is none.
    """
    if kind not in BY_KIND:
        raise DataError(f"Unknown kind '{kind}'", next_step=f"Known: {', '.join(BY_KIND)}")
    return BY_KIND[kind]


def likely(url: str) -> list[str]:
    """Return the kinds that an address may be of, in the order in which they are best tried."""
    text = url.casefold()
    path = text.partition("?")[0]
    certain = [protocol.kind for protocol in PROTOCOLS if path.endswith(protocol.files)] if path else []
    if certain:
        return certain
    hinted = [(len(hint), protocol.kind) for protocol in PROTOCOLS for hint in protocol.hints if hint in text]
    first = [kind for _, kind in sorted(hinted, key=lambda pair: -pair[0])]
    asked = sorted((p for p in PROTOCOLS if p.tried is not None), key=lambda protocol: protocol.tried or 0)
    return list(dict.fromkeys([*first, *(protocol.kind for protocol in asked)]))
