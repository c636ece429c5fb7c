# SPDX-License-Identifier: GPL-2.0-or-later
"""Which server an address means, and whether it is one of this computer or of a private network."""

from __future__ import annotations

import ipaddress
import os
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}
_INSIDE = (".local", ".localhost", ".internal", ".intranet", ".lan", ".home", ".corp", ".home.arpa")
ALLOW_PRIVATE = "SIGMA_COMMUNES_PRIVATE_NETWORK"
"""Environment variable: ``1`` lets texts of others lead to private networks."""


def origin_of(url: str) -> str:
    """Return ``scheme://host`` in lower case, and the port where it is not the usual one (RFC 6454); ``""`` for none.

    >>> origin_of("HTTPS://Geo.Example:443/wms?x")
    'https://geo.example'
    """
    try:
        parts = urlsplit(url.strip())
        scheme, host, port = parts.scheme.casefold(), (parts.hostname or "").casefold(), parts.port
    except ValueError:
        return ""
    if not scheme or not host:
        return ""
    name = f"[{host}]" if ":" in host else host
    return f"{scheme}://{name}" + (f":{port}" if port not in (None, _PORTS.get(scheme)) else "")


def is_private(url: str) -> bool:
    """Say whether an address names this computer or a private network: by its number, or by a name without a domain.

    Names are not looked up: a name that leads inside is a matter of whoever runs the name server.
    """
    try:
        host = (urlsplit(url.strip()).hostname or "").casefold().rstrip(".")
    except ValueError:
        return False
    try:
        number = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        # Browsers and curl take 2130706433, 0x7f.1 and 127.1 for numbers, too.
        return _is_number(host) or (bool(host) and "." not in host) or host.endswith(_INSIDE)
    mapped = getattr(number, "ipv4_mapped", None)
    return not (mapped or number).is_global


def _is_number(host: str) -> bool:
    return bool(host) and all(part.isdigit() or part.startswith("0x") for part in host.split("."))


def may_lead_to(url: str, source: str) -> bool:
    """Say whether a text of a source may have us call an address: not inside, where the source itself is not inside.

    A source that is a file is inside. A person can allow it by :data:`ALLOW_PRIVATE`.
    """
    inside = is_private(source) or not origin_of(source)
    return not is_private(url) or inside or os.environ.get(ALLOW_PRIVATE, "") == "1"
