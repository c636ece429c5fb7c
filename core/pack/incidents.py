# SPDX-License-Identifier: GPL-2.0-or-later
"""The reports of a commune in its pack: rows, photos, and the layers by which they are edited."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any, Optional

import numpy as np
from PIL import Image

from ..base.bilingual import Bilingual
from ..errors import DataError, SigmaError
from ..feedback import SILENT, Feedback
from ..privacy.way_out import WayOut
from ..store import Workspace, packs
from ..store.states import load_states
from ..taxonomy import Taxonomy
from ..territory import Territory
from .layers import styles
from .place import Place
from .project import NULL_VALUE, FormField, MapLayer, Relation, layer_id

PHOTOS = "photos"
LONGEST = 1600
"""Pixels of a copy's longer side: enough to see a crack, a tenth of the weight."""
_THUMBNAIL = 320


def ids_in(workspace: Workspace, territory: Territory, place: Place) -> list[str]:
    """Return the reports of a commune: those that triage placed there, and those with a point in it."""
    ids = packs.reports_of(workspace, place.insee)
    others = packs.unplaced(workspace)
    if others:
        keys, lon, lat = zip(*others)
        located = territory.columns(np.array(lon, dtype=np.float64), np.array(lat, dtype=np.float64))
        ids += [key for key, insee in zip(keys, located["insee"].tolist()) if insee == place.insee]
    return ids


@dataclass
class Filled:
    """What a pack has of a workspace; ``digest`` changes with the rows and photos that it took."""

    reports: int = 0
    photos: int = 0
    changed: int = 0
    removed: int = 0
    digest: str = ""
    notes: list[Bilingual] = field(default_factory=list)


def fill(
    workspace: Workspace,
    pack: Workspace,
    folder: Path,
    ids: Sequence[str],
    *,
    to: str = "pack",
    unblurred: bool = False,
    feedback: Feedback = SILENT,
    keep: Collection[str] = (),
) -> Filled:
    """Bring reports and their photos into a pack, which may have some of them already.

    A photo that was taken in the pack and is in the workspace by now leaves for its copy; one that is not stays, with
    its report.
    """
    new = _not_home(workspace, pack, folder)
    before = packs.photo_names(pack)
    staying = {*keep, *(report for _, report in new)}
    taken = packs.take(workspace, pack, ids, keep=staying, addresses=unblurred)
    _delete(folder, before - packs.photo_names(pack))
    filled = Filled(taken.reports, 0, taken.changed, taken.removed)
    photos = packs.photos_of(workspace, ids)
    feedback.stage("photos", len(photos))
    rows = []
    lost: dict[str, int] = {}
    # Faces and plates are blurred, boxes that persons drew as well, and the register says what left.
    way = WayOut(workspace, to, unblurred=unblurred)
    for photo in photos:
        feedback.check()
        path = Path(photo["photo"])
        name = f"{PHOTOS}/{_name(photo['photo'], photo['sha256'])}.jpg"
        target = folder / name
        try:
            if not target.is_file():
                left = way.copy(photo["photo"], target, LONGEST)
                if not left.dest:
                    raise DataError(left.reason or "Can't leave", where=str(path), next_step=left.next_step or None)
                rows.append({**photo, "photo": name, **_picture(target)})
            filled.photos += 1
        except (SigmaError, OSError) as error:
            reason = error.what if isinstance(error, SigmaError) else str(error)
            lost[reason] = lost.get(reason, 0) + 1
            feedback.warning(f"{path}: {error}")
        feedback.advance()
    packs.put_photos(pack, rows)
    for reason, count in lost.items():
        filled.notes.append(
            Bilingual(en=f"{count} photos are missing: {reason}", fr=f"{count} photos manquent : {reason}")
        )
    known = sorted((photo["photo"], photo["sha256"] or "", photo["report_id"]) for photo in photos)
    filled.digest = hashlib.blake2b(json.dumps(known).encode(), digest_size=12).hexdigest()
    return filled


def _not_home(workspace: Workspace, pack: Workspace, folder: Path) -> list[tuple[str, str]]:
    """Return (path, report) of the photos taken in a pack that the workspace does not have; drop the others."""
    stay: list[tuple[str, str]] = []
    home: list[str] = []
    for name, report in new_photos(pack, folder):
        sha256 = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        if packs.has_photo(workspace, sha256, report):
            home.append(name)
        else:
            stay.append((name, report))
    packs.drop_photos(pack, home)
    _delete(folder, home)
    return stay


def new_photos(pack: Workspace, folder: Path) -> list[tuple[str, str]]:
    """Return (path, report) of the photos that were taken in a pack and whose file is in its folder."""
    return [(name, report) for name, report in packs.new_photos(pack) if file_in(folder, name) is not None]


def file_in(folder: Path, name: str) -> Optional[Path]:
    """Return a file below a folder; None where there is none, or where the name leads out of it or can be no name."""
    try:
        path = (folder / name).resolve()
        return path if folder.resolve() in path.parents and path.is_file() else None
    except (OSError, ValueError, RuntimeError):
        return None


def _delete(folder: Path, names: Iterable[str]) -> None:
    for name in names:
        path = file_in(folder, name)
        if path is not None:
            path.unlink()


def waiting(pack: Workspace, folder: Path) -> int:
    """Return how much of a pack may not be home: edits in its queue, and photos that were taken in it."""
    return packs.waiting_edits(pack) + len(new_photos(pack, folder))


def _picture(copy: Path) -> dict[str, Any]:
    """Return size and thumbnail of a copy: the thumbnail shows no more than the copy does."""
    small = io.BytesIO()
    with Image.open(copy) as image:
        width, height = image.size
        image.thumbnail((_THUMBNAIL, _THUMBNAIL))
        image.save(small, "JPEG", quality=80)
    return {"width": width, "height": height, "size": copy.stat().st_size, "thumbnail": small.getvalue()}


def _name(path: str, sha256: object) -> str:
    """Return the name of a copy: that of the file, told apart by what is in it."""
    stem = "".join(c if c.isalnum() or c in "-_" else "_" for c in PurePath(path).stem)[:40]
    return f"{stem}-{str(sha256 or hashlib.blake2b(path.encode(), digest_size=6).hexdigest())[:10]}"


_NEW_ID = "'local/' || substr(regexp_replace(uuid(), '[{}-]', ''), 1, 16)"
"""A report drawn outdoors has its id before it is saved: photos taken with it belong to it."""
_PHOTO_FILE = f"'{PHOTOS}/' || format_date(now(), 'yyyyMMdd_HHmmss_zzz') || '.{{extension}}'"
"""Where QField puts a photo that it takes."""
_HIDDEN = frozenset(
    {
        "service_request_id", "service_group", "raw_status", "confidence", "class_from", "lon", "lat", "position_flag",
        "requested_datetime", "updated_datetime", "media_url", "extra", "service_code",
    }
)  # fmt: skip
_FIXED = frozenset({"fid", "id", "source", "reported_at"})
_NAMES = {
    "fid": "Numéro", "id": "Signalement", "source": "Source", "service_name": "Catégorie de la source",
    "description": "Description", "status": "Statut à la source", "state": "État", "class": "Classe",
    "address": "Adresse", "reported_at": "Signalé le", "agency_responsible": "Service désigné",
    "photo": "Photo", "taken_at": "Prise le", "report_id": "Signalement", "direction": "Direction",
    "name": "Nom", "insee": "Code INSEE", "population": "Population",
}  # fmt: skip


def layers(
    place: Place, taxonomy: Taxonomy, pack: str, fields: dict[str, list[str]], present: Collection[str]
) -> tuple[list[MapLayer], list[MapLayer], list[Relation]]:
    """Return the layers of a commune's reports, those that go below all others, and their relations.

    ``fields`` are the columns of ``report``, ``photo`` and ``commune``; ``present`` the classes that occur.
    """
    known = [str(entry.id) for entry in taxonomy.classes]
    classes = [(each, taxonomy.name(each, "fr")) for each in known]
    shown = [(each, name, taxonomy.colour(each)) for each, name in classes if each in present]
    state_values = [(state.id, state.fr) for state in load_states().values()]
    values = {
        "class": [(NULL_VALUE, "À qualifier"), *classes],
        "state": state_values,
        "status": [("open", "ouvert"), ("closed", "clos"), (NULL_VALUE, "inconnu")],
    }
    form = []
    for name in fields["report"]:
        widget = "Hidden" if name in _HIDDEN else "TextEdit" if name == "description" else ""
        form.append(
            FormField(
                name,
                _NAMES.get(name, ""),
                widget,
                values.get(name, ()),
                name not in _FIXED | _HIDDEN,
                _NEW_ID if name == "id" else "",
                options={"IsMultiline": True, "UseHtml": False} if name == "description" else {},
            )
        )
    reports, photos, commune = (layer_id(table, pack) for table in ("report", "photo", "commune"))
    above = [
        MapLayer(
            reports,
            "Signalements",
            "./pack.gpkg|layername=report",
            "points",
            "EPSG:4326",
            [styles.by_value("class", shown, "Autres")],
            form,
            read_only=False,
            display='coalesce("address", "id")',
            abstract="Signalements de la commune : se corrigent ici, reviennent au bureau avec le paquet",
            origin="report",
        ),
        MapLayer(
            photos,
            "Photos",
            "./pack.gpkg|layername=photo",
            "",
            fields=[_photo_field(name) for name in fields["photo"]],
            read_only=False,
            visible=False,
            display='"filename"',
            origin="photo",
            attachments={"photo": _PHOTO_FILE},
        ),
    ]
    below = [
        MapLayer(
            commune,
            f"Commune : {place.name}",
            "./pack.gpkg|layername=commune",
            "polygons",
            "EPSG:4326",
            [styles.single("polygons", "#333333", outline=True)],
            [FormField(name, _NAMES.get(name, ""), editable=False) for name in fields["commune"]],
            display='"name"',
            origin="commune",
        )
    ]
    relation = Relation("report_photo", "Photos", photos, "report_id", reports, "id")
    return above, below, [relation]


def _photo_field(name: str) -> FormField:
    if name == "photo":
        # QGIS: DocumentViewer 1 is an image, StorageMode 0 a file, RelativeStorage 1 below the project.
        options = {"DocumentViewer": 1, "DocumentViewerHeight": 0, "DocumentViewerWidth": 0, "FileWidget": True,
                   "FileWidgetButton": True, "RelativeStorage": 1, "StorageMode": 0}  # fmt: skip
        return FormField(name, "Photo", "ExternalResource", options=options)
    shown = name in ("report_id", "taken_at", "direction")
    default = "'ok'" if name == "verdict" else ""
    return FormField(name, _NAMES.get(name, ""), "" if shown else "Hidden", editable=shown, default=default)
