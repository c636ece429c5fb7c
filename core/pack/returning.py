# SPDX-License-Identifier: GPL-2.0-or-later
"""A pack that comes home: its edits into the workspace's own queue, its new photos beside the workspace."""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Optional

import numpy as np

from ..base.files import replacing
from ..errors import DataError, SigmaError
from ..feedback import SILENT, Feedback
from ..photos import open_picture, read_photo
from ..store import Workspace, packs
from ..store.desk import read_incidents_of
from ..store.media import media_folder
from ..store.packs import Returned
from ..territory import Territory
from . import contents, incidents
from .making import GEOPACKAGE

_MOST = 4 << 30


Placing = Callable[[Workspace, list[str]], None]
"""Finds class, place and team of reports, in the transaction in which they came home."""


def bring_home(
    pack: Path,
    workspace: Path,
    *,
    territory: Territory,
    who: str = "",
    placing: Optional[Placing] = None,
    feedback: Feedback = SILENT,
) -> Returned:
    """Merge a pack (its folder or its ZIP) into the workspace; a second time changes nothing.

    See :func:`~..store.parcel.bring_home`. Photos that were added to reports in the pack are copied beside the
    workspace. The pack itself is not changed: ``refresh`` takes out of its queue what is home.

    Parameters
    ----------
    placing : callable, optional
        What is done with new reports and those whose class, place or service came home; by default new ones get their
        commune alone.

    Raises
    ------
    DataError
        This is no pack.
    WorkspaceError
        The workspace can't be written; nothing came home then.
    """
    with _folder_of(Path(pack)) as folder:
        known = contents.load(folder)
        with Workspace.open(workspace, create=False) as home, Workspace.open(folder / GEOPACKAGE, create=False) as mine:
            with home.transaction():
                returned = packs.bring_home(home, mine, known.parcel, who=who, title=known.commune)
                ids = [*returned.new, *returned.moved]
                if ids and placing is not None:
                    placing(home, ids)
                elif returned.new:
                    place_new(home, returned.new, territory)
            returned.photos = _photos(home, mine, folder, returned, feedback)
    feedback.info(f"{known.parcel}: {returned.edits} edits, {len(returned.new)} new, {returned.conflicts} conflicts")
    return returned


@contextmanager
def _folder_of(pack: Path) -> Iterator[Path]:
    if pack.is_dir():
        yield pack
        return
    step = "Give the folder of a pack, or its ZIP"
    with tempfile.TemporaryDirectory(prefix="pack-") as scratch:
        try:
            with zipfile.ZipFile(pack) as archive:
                if sum(member.file_size for member in archive.infolist()) > _MOST:
                    raise DataError("Is larger than a pack can be", where=str(pack), next_step=step)
                archive.extractall(scratch)
        except (OSError, zipfile.BadZipFile) as error:
            raise DataError(f"Is no pack: {error}", where=str(pack), next_step=step) from error
        found = next(Path(scratch).glob(f"**/{contents.CONTENTS}"), None)
        if found is None:
            raise DataError("Is no pack: it has no contents.json", where=str(pack), next_step=step)
        yield found.parent


def place_new(home: Workspace, ids: list[str], territory: Territory) -> None:
    """Say in which commune new reports are."""
    rows = read_incidents_of(home, ids)
    located = territory.columns(rows["lon"].astype(np.float64), rows["lat"].astype(np.float64))
    home.write_triage({"id": rows["id"], "class": rows["class"], "class_from": rows["class_from"], **located})


def _photos(home: Workspace, mine: Workspace, folder: Path, returned: Returned, feedback: Feedback) -> int:
    count = 0
    beside = media_folder(home)
    for name, report in packs.new_photos(mine):
        path = incidents.file_in(folder, name)
        if path is None:
            returned.kept.append((report, f"its photo {name} is not in the pack"))
            continue
        data = path.read_bytes()
        target = beside / f"{hashlib.sha256(data).hexdigest()}{path.suffix.lower() or '.jpg'}"
        try:
            if not target.is_file():
                with replacing(target) as temporary:
                    temporary.write_bytes(data)
            thumbnail = open_picture(target).thumbnail()
            new = home.add_photos([(read_photo(target), thumbnail)], report_of={str(target): report}).new
            if new:
                returned.pictures[str(target)] = report
            count += new
        except SigmaError as error:
            returned.kept.append((report, f"its photo {name}: {error.what}"))
            feedback.warning(f"{name}: {error}")
    return count
