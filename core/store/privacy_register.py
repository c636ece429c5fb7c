# SPDX-License-Identifier: GPL-2.0-or-later
"""The register of photos that left, were kept back or were deleted: written to, never changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Optional

from .connection import explaining
from .text import storable
from .timestamps import now
from .workspace import Workspace

LEFT, LEFT_UNBLURRED, REFUSED, DELETED = "left", "left_unblurred", "refused", "deleted"

_PUT = """
INSERT INTO privacy_register (at, who, what, photo, sha256, dest, faces, plates, manual, rule, reason)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_ALL = """
SELECT what, photo, sha256, dest, faces, plates, manual, rule, reason, who, at FROM privacy_register ORDER BY fid
"""


class Entry(NamedTuple):
    """One line of the register: ``what`` is ``left``, ``left_unblurred``, ``refused`` or ``deleted``."""

    what: str
    photo: str
    sha256: Optional[str] = None
    dest: Optional[str] = None
    faces: int = 0
    plates: int = 0
    manual: int = 0
    rule: Optional[str] = None
    reason: Optional[str] = None
    who: Optional[str] = None
    at: str = ""


def register(workspace: Workspace, entries: Iterable[Entry]) -> None:
    """Write entries down, with the present time.

    Raises
    ------
    WorkspaceError
        See :meth:`~.workspace.Workspace.transaction`.
    """
    at = now()
    with workspace.transaction():
        workspace._connection.executemany(
            _PUT,
            (
                (
                    at, storable(e.who or "") or None, e.what, storable(e.photo), e.sha256,
                    storable(e.dest or "") or None, e.faces, e.plates, e.manual, e.rule,
                    storable(e.reason or "") or None,
                )
                for e in entries
            ),
        )  # fmt: skip
        workspace._touch("privacy_register")


def read_register(workspace: Workspace) -> list[Entry]:
    """Return all entries, the oldest first."""
    with explaining(workspace.path):
        return [Entry(*row) for row in workspace._connection.execute(_ALL)]
