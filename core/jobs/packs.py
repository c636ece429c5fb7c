# SPDX-License-Identifier: GPL-2.0-or-later
"""A pack comes home: its edits merged, what is new placed and given to a team."""

from __future__ import annotations

from pathlib import Path

from .. import photos as photo_room
from ..errors import DataError
from ..feedback import SILENT, CancelOnly, Feedback
from ..store import Workspace
from ..store.packs import Returned
from ..territory.current import communes
from ..triage.again import route_again, rule_book_of
from .photos import Looking, look_at, package_or_none


def bring_pack_home(pack: Path, path: Path, *, who: str = "", feedback: Feedback = SILENT) -> Returned:
    """Merge an offline pack into the workspace; what is new or was moved gets class, place and team in the same breath.

    New photos are shown to the model where it is there. A rule book or layer that can't be used stops no edit from
    coming home: it is said, and the next run of the main job routes the reports.

    Raises
    ------
    DataError, WorkspaceError
        See :func:`~.pack.bring_home`; nothing came home then.
    """
    from ..pack.returning import bring_home, place_new

    known = communes()

    def place(workspace: Workspace, ids: list[str]) -> None:
        try:
            book, layers = rule_book_of(workspace)
            route_again(workspace, ids, book, layers)
        except DataError as error:
            feedback.warning(f"What came home is not given to a team yet: {error}")
            place_new(workspace, ids, known)

    returned = bring_home(pack, path, territory=known, who=who, placing=place, feedback=feedback)
    package = package_or_none(None, feedback) if returned.pictures else None
    if package is not None:
        with Workspace.open(path, create=False) as workspace, workspace.transaction():
            photos = map(photo_room.read_photo, returned.pictures)
            seen = look_at(photos, Looking(package), None, CancelOnly(feedback))
            workspace.add_predictions((photo.path, said) for photo, _, said in seen if said is not None)
            place(workspace, list(dict.fromkeys(returned.pictures.values())))
    return returned
