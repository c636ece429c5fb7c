# SPDX-License-Identifier: GPL-2.0-or-later
"""A pack that comes home: its edits into the workspace's own queue, its new photos beside the workspace."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Optional

import numpy as np

from ..base.archives import reading_zip
from ..base.files import replacing
from ..base.scratch import scratch_folder
from ..errors import DataError, SigmaError, WorkspaceError
from ..feedback import SILENT, Feedback
from ..photos import PhotoError, open_picture, read_photo
from ..store import Workspace, packs
from ..store.desk import read_incidents_of
from ..store.file.copying import lacks_wal
from ..store.file.reading import reading
from ..store.media import media_folder
from ..store.packs import Returned
from ..store.photos import unseen_photos
from ..territory import Territory
from . import contents, incidents
from .making import GEOPACKAGE, SCRATCH, recover

_MOST = 4 << 30
_LARGEST_PHOTO = 200_000_000
"""Bytes, of all that a pack holds and of one photo."""


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
    """Merge a pack (its folder, its ZIP, an export of QFieldSync) into the workspace; a second time changes nothing.

    See :func:`~..store.packs.bring_home`. Photos that were added to reports in the pack are copied beside the
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
    with scratch_folder(SCRATCH) as scratch:
        folder, gpkg = _taken_apart(Path(pack), scratch)
        if lacks_wal(gpkg):
            feedback.warning(
                f"{gpkg.name} was open in another program when it was copied, and {gpkg.name}-wal is not beside it: "
                "its last edits may be missing. Close it there, or copy both"
            )
        name, title, mine = _known(folder, gpkg, scratch, str(pack))
        with Workspace.open(workspace, create=False) as home, Workspace.open(mine, create=False) as theirs:
            with home.transaction():
                returned = packs.bring_home(home, theirs, name, who=who, title=title)
                ids = [*returned.new, *returned.moved]
                if ids and placing is not None:
                    placing(home, ids)
                elif returned.new:
                    place_new(home, returned.new, territory)
            returned.photos = _photos(home, theirs, folder, returned, feedback)
            returned.pictures = unseen_photos(home, media_folder(home).name)
    feedback.info(f"{name}: {returned.edits} edits, {len(returned.new)} new, {returned.conflicts} conflicts")
    return returned


_STEP = "Give the folder of a pack, its ZIP, or its pack.gpkg"


def _taken_apart(pack: Path, scratch: Path) -> tuple[Path, Path]:
    """Return the folder of a pack and its GeoPackage: a folder, a ZIP, or what QFieldSync exported."""
    recover(pack)
    if pack.is_dir():
        folder = pack
    elif pack.suffix.lower() == ".gpkg" and pack.is_file():
        return pack.parent, pack
    else:
        with reading_zip(pack, "Is no pack", where=str(pack), next_step=_STEP, most=_MOST) as archive:
            archive.extractall(scratch / "zip")
        found = next((scratch / "zip").glob(f"**/{GEOPACKAGE}"), None)
        if found is None:
            raise DataError(f"Is no pack: it has no {GEOPACKAGE}", where=str(pack), next_step=_STEP)
        folder = found.parent
    if not (folder / GEOPACKAGE).is_file():
        raise DataError(f"Is no pack: it has no {GEOPACKAGE}", where=str(pack), next_step=_STEP)
    return folder, folder / GEOPACKAGE


def _known(folder: Path, gpkg: Path, scratch: Path, where: str) -> tuple[str, str, Path]:
    """Return which pack it is, what people call it, and a copy of its GeoPackage: the pack itself is not changed."""
    copy = scratch / GEOPACKAGE
    try:
        for suffix in ("", "-wal"):
            if (source := gpkg.with_name(gpkg.name + suffix)).is_file():
                shutil.copyfile(source, copy.with_name(copy.name + suffix))
        with reading(copy) as found:
            packs.check_tables(found)
        with Workspace.open(copy, create=False) as mine:
            named = packs.name_of(mine)
    except (WorkspaceError, OSError) as error:
        what = error.what if isinstance(error, SigmaError) else str(error)
        raise DataError(f"Is no pack: {what}", where=where, next_step=_STEP) from error
    except DataError as error:
        raise DataError(error.what, where=where, next_step=_STEP) from error
    if not (folder / contents.CONTENTS).is_file() and named is not None:
        return (*named, copy)
    known = contents.load(folder)
    return known.parcel, known.commune, copy


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
        if path is None or path.stat().st_size > _LARGEST_PHOTO:
            what = "is not in the pack" if path is None else "is too large"
            returned.kept.append((report, f"its photo {name[:200]} {what}"))
            continue
        if not packs.has_report(home, report):
            returned.kept.append((report, f"its photo {name[:200]}: the report is no longer in the workspace"))
            continue
        data = path.read_bytes()
        target = beside / f"{hashlib.sha256(data).hexdigest()}{path.suffix.lower() or '.jpg'}"
        try:
            if not target.is_file():
                with replacing(target) as temporary:
                    temporary.write_bytes(data)
            thumbnail = open_picture(target).thumbnail()
            count += home.add_photos([(read_photo(target), thumbnail)], report_of={str(target): report}).new
        except (PhotoError, DataError) as error:
            returned.kept.append((report, f"its photo {name[:200]}: {error.what}"))
            feedback.warning(f"{name}: {error}")
    return count
