# SPDX-License-Identifier: GPL-2.0-or-later
"""What people decided of photos, as it holds now: taken-back words are gone, people who disagree are named.

A decision on a report counts for its photo where it has one photo only; of several, the one that was looked at is
named with the decision. A taking back clears all that was said of the photo before.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np

from ..model import Prediction, Rejected
from .file.reading import Reader
from .file.timestamps import now
from .workspace import Workspace

_PHOTOS = """
SELECT p.fid, p.photo, coalesce(p.sha256, ''), p.report_id, r.source, coalesce(p.camera, ''),
    coalesce(t.insee, ''), coalesce(t.commune, ''), coalesce(t.quartier, ''), coalesce(t.group_id, ''),
    p.longitude, p.latitude, coalesce(p.timestamp, ''), coalesce(r.class_from, '') = 'person'
FROM photo AS p JOIN report AS r ON r.id = p.report_id LEFT JOIN triage AS t ON t.fid = r.fid
WHERE p.verdict NOT IN ('not an image', 'unreadable', 'too large')
ORDER BY p.fid
"""
_DECISIONS = """
SELECT report_id, photo_id, coalesce(who, ''), at, label, coalesce(model, '') FROM decision WHERE what = 'class'
ORDER BY fid
"""
_PREDICTIONS = """
SELECT photo.photo, prediction.model, prediction.top, prediction.abstained, coalesce(prediction.reason, ''),
    coalesce(photo.timestamp, report.reported_at, ''), coalesce(photo.camera, '')
FROM prediction JOIN photo ON photo.fid = prediction.photo_id LEFT JOIN report ON report.id = photo.report_id
ORDER BY prediction.at, prediction.fid
"""
# Replacing gives a new fid: of two rows of one time the later written is the present one.
_PUT = """
INSERT OR REPLACE INTO prediction (photo_id, model, top, label, score, abstained, reason, at)
SELECT fid, ?2, ?3, ?4, ?5, ?6, ?7, ?8 FROM photo WHERE photo = ?1
"""
_MAKE_PRESENT = """
INSERT OR REPLACE INTO prediction (photo_id, model, top, label, score, abstained, reason, at)
SELECT photo_id, model, top, label, score, abstained, reason, ?1 FROM prediction WHERE model = ?2 AND photo_id IN
    (SELECT fid FROM photo WHERE photo IN (SELECT value FROM json_each(?3)))
"""
_HAVE = """
SELECT photo.photo FROM prediction JOIN photo ON photo.fid = prediction.photo_id
WHERE prediction.model = ?1 AND photo.photo IN (SELECT value FROM json_each(?2))
"""
_PRESENT_MODEL = """
SELECT prediction.model FROM photo JOIN prediction ON prediction.photo_id = photo.fid
WHERE photo.report_id = ?1 AND (?2 IS NULL OR photo.photo = ?2)
ORDER BY photo.fid, prediction.at DESC, prediction.fid DESC LIMIT 1
"""
_CELL = 25 / 111_320
"""Degrees of latitude in 25 m: photos of one cell are of one place."""
_BURST_S = 30


@dataclass(frozen=True)
class KnownPhoto:
    """One photo of a report. ``label`` is ``""`` where nobody decided; ``decided`` also where people disagree.

    ``at`` (ISO 8601 UTC), ``who`` and ``model`` (what ran then) are of the decision that holds; ``group`` is the same
    for photos of one report, one group of reports, one place of 25 m, or taken by one camera within 30 s of another;
    ``taken_at`` is UTC, ``""`` where unknown.
    """

    path: str
    sha256: str
    report: str
    source: str
    camera: str
    insee: str
    commune: str
    quartier: str
    lon: Optional[float]
    lat: Optional[float]
    taken_at: str
    group: str
    label: str = ""
    who: str = ""
    at: str = ""
    model: str = ""
    decided: bool = False


@dataclass(frozen=True)
class Disagreement:
    """People who say different things of one photo: ``said`` is (who, label); ``kept`` what most of them say.

    ``kept`` is ``""`` where no label has more people than each other one: the photo then teaches nothing.
    """

    photo: str
    said: tuple[tuple[str, str], ...]
    kept: str


@dataclass(frozen=True)
class Decided:
    """The photos of a workspace, where people disagree, and decisions that can be of no photo."""

    photos: tuple[KnownPhoto, ...]
    disagreements: tuple[Disagreement, ...]
    rejected: tuple[Rejected, ...]


def read_decided_photos(workspace: Reader) -> Decided:
    """Return every photo of a report with what holds of it now, in the order of arrival.

    Raises
    ------
    WorkspaceError
        The workspace can't be read.
    """
    photos, decisions = workspace.rows(_PHOTOS), workspace.rows(_DECISIONS)
    of_report: dict[str, list[int]] = {}
    for row in photos:
        of_report.setdefault(row[3], []).append(row[0])
    words, rejected = _words(decisions, of_report, {row[0] for row in photos})
    groups = _groups(photos)
    known: list[KnownPhoto] = []
    disagreements: list[Disagreement] = []
    for row, group in zip(photos, groups):
        said = words.get(row[0], {})
        label, who, at, model = _holds(said)
        if len({word[0] for word in said.values()}) > 1:
            disagreements.append(Disagreement(row[1], tuple((name, word[0]) for name, word in said.items()), label))
        known.append(
            KnownPhoto(
                row[1],
                row[2],
                row[3],
                row[4],
                row[5],
                row[6],
                row[7],
                row[8],
                row[10],
                row[11],
                row[12],
                group,
                label,
                who,
                at,
                model,
                bool(said) or bool(row[13]),
            )  # fmt: skip
        )
    return Decided(tuple(known), tuple(disagreements), tuple(rejected))


_Word = tuple[str, str, str]
"""Label, time, model."""


def _words(
    decisions: Iterable[Sequence[Any]], of_report: dict[str, list[int]], there: set[int]
) -> tuple[dict[int, dict[str, _Word]], list[Rejected]]:
    """Return photo → person → that person's last word."""
    words: dict[int, dict[str, _Word]] = {}
    rejected: dict[str, str] = {}
    for report, photo, who, at, label, model in decisions:
        candidates = of_report.get(report, []) if photo is None else [photo] if photo in there else []
        if label is None:
            for each in candidates:
                words.pop(each, None)
            rejected.pop(report, None)
        elif len(candidates) == 1:
            said = words.setdefault(candidates[0], {})
            said.pop(who, None)  # the latest stands last
            said[who] = (label, at, model)
        elif photo is not None:
            rejected[report] = f"decided as {label}; the photo that was looked at is not in the workspace any more"
        elif candidates:
            rejected[report] = f"decided as {label} for {len(candidates)} photos at once: look at each photo"
    return words, [Rejected(report, reason) for report, reason in rejected.items()]


def _holds(said: dict[str, _Word]) -> tuple[str, str, str, str]:
    """Return label, who, at and model of what most people say (of them the latest); empty where they are even."""
    if not said:
        return "", "", "", ""
    (label, most), *others = Counter(word[0] for word in said.values()).most_common()
    if others and others[0][1] == most:
        return "", "", "", ""
    who, (_, at, model) = [(who, word) for who, word in said.items() if word[0] == label][-1]
    return label, who, at, model


def _moment(text: str) -> np.datetime64:
    try:
        return np.datetime64(text[:19].replace(" ", "T"), "s")
    except ValueError:  # written from outside the product
        return np.datetime64("NaT", "s")


def _groups(photos: Sequence[Sequence[Any]]) -> list[str]:
    """Return the group of each photo, named after the least hash (or path) in it."""
    parent = list(range(len(photos)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    first: dict[tuple[Any, ...], int] = {}
    last: dict[str, tuple[np.datetime64, int]] = {}
    for i in sorted(range(len(photos)), key=lambda i: photos[i][12] or ""):
        _, _, sha256, report, _, camera, _, _, _, group_id, lon, lat, taken = photos[i][:13]
        keys: list[tuple[Any, ...]] = [("report", report)]
        keys += [("hash", sha256)] if sha256 else []
        keys += [("group", group_id)] if group_id else []
        if lon is not None and lat is not None:
            shrink = max(float(np.cos(np.radians(lat))), 0.01)
            keys.append(("place", int(np.floor(lat / _CELL)), int(np.floor(lon * shrink / _CELL))))
        for key in keys:
            parent[root(i)] = root(first.setdefault(key, i))
        if camera and taken:
            moment = _moment(taken)
            before = last.get(camera)
            if before is not None and moment - before[0] <= np.timedelta64(_BURST_S, "s"):
                parent[root(i)] = root(before[1])
            last[camera] = moment, i
    names: dict[int, str] = {}
    for i, row in enumerate(photos):
        name = row[2] or row[1]
        names[root(i)] = min(names.get(root(i), name), name)
    return [names[root(i)] for i in range(len(photos))]


def count_new_decisions(workspace: Reader, since: str) -> int:
    """Return how many photos have a class that a person gave after a time (ISO 8601 UTC), and that holds."""
    return sum(bool(photo.label) and photo.at > since for photo in read_decided_photos(workspace).photos)


@dataclass(frozen=True)
class PastPrediction:
    """What a model said of a photo: its best class and the score, whether and why it abstained; when and by which
    camera the photo was taken.
    """

    path: str
    model: str
    label: str
    score: float
    abstained: bool
    reason: str
    taken_at: str
    camera: str


def read_past_predictions(workspace: Reader) -> list[PastPrediction]:
    """Return what every model said of every photo, the oldest first."""
    found = []
    for path, model, top, abstained, *rest in workspace.rows(_PREDICTIONS):
        best = (json.loads(top) or [{"label": "", "score": 0.0}])[0]
        found.append(PastPrediction(path, model, str(best["label"]), float(best["score"]), bool(abstained), *rest))
    return found


def present_model(workspace: Reader, report_id: str, photo: Optional[str] = None) -> str:
    """Return the model that spoke last of a report's photo (the first where none is named); ``""`` where none did."""
    return str(workspace.value(_PRESENT_MODEL, (report_id, photo)) or "")


def make_present(workspace: Workspace, paths: Sequence[str], model: str) -> set[str]:
    """Let what ``model`` said of photos hold again; return the paths of which it said something.

    Raises
    ------
    WorkspaceError
        The workspace can't be written; nothing is then.
    """
    wanted = json.dumps(list(paths))
    with workspace._writing("model") as connection:
        connection.execute(_MAKE_PRESENT, (now(), model, wanted))
        workspace._touch("prediction")
        return {row[0] for row in connection.execute(_HAVE, (model, wanted))}


def put_present_predictions(workspace: Workspace, predictions: Iterable[tuple[str, Prediction]]) -> int:
    """Store predictions, by path as stored, as those that hold now, even where the same model said so before.

    What other models said stays, each under its own name. Returns how many were written.

    Raises
    ------
    WorkspaceError
        The workspace can't be written; nothing is then.
    """
    at = now()
    rows = [
        (
            path,
            each.model,
            json.dumps([{"label": label, "score": score} for label, score in each.top]),
            each.label,
            None if each.abstained or not each.top else each.score,
            int(each.abstained),
            each.reason or None,
            at,
        )
        for path, each in predictions
    ]
    with workspace._writing("model") as connection:
        connection.executemany(_PUT, rows)
        workspace._touch("prediction")
    return len(rows)
