# SPDX-License-Identifier: GPL-2.0-or-later
"""The licence in the many words that records use for it."""

from __future__ import annotations

import re
from collections.abc import Iterable

_KNOWN = tuple(
    (re.compile(pattern, re.IGNORECASE), name)
    for pattern, name in (
        (r"(licence ouverte|open licen[cs]e|etalab|\blov2\b|fr-lo).*(2\.0|v ?2|lov2)|\blov2\b", "Licence Ouverte 2.0"),
        (r"licence ouverte|etalab|\bfr-lo\b", "Licence Ouverte"),
        (r"utilisation libre sous r[ée]serve de mentionner la source", "Licence Ouverte"),
        (r"\bodbl\b|open database licen[cs]e|opendatacommons\.org/licenses/odbl|odc-odbl", "ODbL"),
        (r"\bodc-by\b|open data commons attribution", "ODC-BY"),
        (r"\bpddl\b", "PDDL"),
        (r"cc[- ]?(zero|0)\b|publicdomain/zero", "CC0"),
        (r"cc[- ]by[- ]nc[- ]nd|licenses/by-nc-nd", "CC BY-NC-ND"),
        (r"cc[- ]by[- ]nc[- ]sa|licenses/by-nc-sa", "CC BY-NC-SA"),
        (r"cc[- ]by[- ]nc|licenses/by-nc", "CC BY-NC"),
        (r"cc[- ]by[- ]nd|licenses/by-nd", "CC BY-ND"),
        (r"cc[- ]by[- ]sa|licenses/by-sa|attribution share-?alike", "CC BY-SA"),
        (r"cc[- ]by\b|licenses/by/|creative commons \(?attribution", "CC BY"),
    )
)
_LIKELY = re.compile(r"licen[cs]e|creative ?commons|\bcc[- ]by|conditions d.?utilisation|copyright|©", re.IGNORECASE)


def licence_of(texts: Iterable[str]) -> str:
    """Return the short name of the first known licence in the texts, else the first text that speaks of one."""
    found = [text for text in texts if text]
    for text in found:
        for pattern, name in _KNOWN:
            if pattern.search(text):
                return name
    return next((text for text in found if _LIKELY.search(text)), "")
