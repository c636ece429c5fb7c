# SPDX-License-Identifier: GPL-2.0-or-later
"""What a catalogue protocol says of itself: its name, its reader, and what an address that speaks it looks like."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

from ...base.bilingual import Bilingual
from ...model import Record, Rejected

if TYPE_CHECKING:
    from .calls import Calls, Unchanged
    from .source import CatalogueSource

Reader = Callable[["Calls", "CatalogueSource", str], Iterator["Record | Unchanged | Rejected"]]
"""Called with the third argument ``""``, or with an ISO 8601 time: only what changed since then is asked for."""

LAST = 100


@dataclass(frozen=True)
class Protocol:
    """One protocol of catalogues; commands, screens and the guess of a kind derive from it.

    ``kind`` is its id in settings and commands, ``label`` its name on screens, ``read`` its reader. ``incremental``:
    it can be asked for what changed since a date; ``conditional``: it is one document, asked for only where it
    changed. ``hints`` are parts of addresses that speak it (small letters), ``files`` suffixes of those that are
    nothing else, and may be files of this machine. ``tried`` is its turn where the address tells nothing: the lowest
    first, None never.
    """

    kind: str
    label: Bilingual
    read: Reader
    incremental: bool = False
    conditional: bool = False
    hints: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    tried: Optional[int] = LAST
