# SPDX-License-Identifier: GPL-2.0-or-later
"""How long photos stay in a workspace: rules as data, a plan to look at, and its execution with a line for each file.

Only files in the workspace's own media folder are ever deleted, and no link is followed out of it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Optional

from ...resources import path as resource
from ..base import checked_yaml
from ..errors import DataError
from ..feedback import SILENT, Feedback
from ..store import Workspace
from ..store.media import media_folder
from ..store.persons import closed_persons, take_persons_out
from ..store.photos import Kept, closed_thumbnails, forget_media, forget_thumbnails, media_files, named_files
from ..store.privacy import DELETED, RegisterEntry, register

MEDIA, THUMBNAIL, PERSON = "media", "thumbnail", "person"


@dataclass(frozen=True)
class Rule:
    """One rule of ``retention.yaml``."""

    id: str
    what: Literal["media", "thumbnail", "person"]
    when: Literal["closed", "orphan"]
    months: int
    reason_fr: str
    reason_en: str
    line: int = 0


@dataclass(frozen=True)
class _File:
    version: Literal["1"]
    rules: list[Rule]


@dataclass(frozen=True)
class Due:
    """What a rule wants deleted: a media file, the thumbnail of a photo, or who reported (``name`` is the report).

    ``size`` in bytes; ``why`` is what makes it due since then; ``problem`` says why it could not be deleted.
    """

    rule: str
    what: str
    name: str
    size: int
    since: str
    reason: str
    sha256: Optional[str] = None
    problem: str = ""
    why: str = ""


def load_rules(path: Optional[Path] = None) -> list[Rule]:
    """Read and check the rules; without a path, the example that ships.

    Raises
    ------
    DataError
        With file and line: no such field, a wrong type, a rule named twice, months below 1, orphans that are no files.
    """
    path = path or resource("privacy", "retention.yaml")
    rules = checked_yaml.load(path, _File).rules
    seen: set[str] = set()
    for rule in rules:
        where = f"{path}:{rule.line}"
        if rule.id in seen:
            raise DataError(f"The rule '{rule.id}' is there twice", where=where, next_step="Give each its own id")
        seen.add(rule.id)
        if not 1 <= rule.months <= 1200:
            raise DataError(f"Rule '{rule.id}': months must be 1 to 1200", where=where)
        if rule.what != MEDIA and rule.when == "orphan":
            raise DataError(
                f"Rule '{rule.id}': a {rule.what} lies in the workspace and is never an orphan", where=where,
                next_step="Write what: media, or when: closed",
            )  # fmt: skip
    return rules


def due(workspace: Workspace, rules: Iterable[Rule], *, now: Optional[dt.datetime] = None) -> list[Due]:
    """Return what the rules want deleted, changing nothing; each thing once, under the first rule that names it."""
    now = now or dt.datetime.now(dt.timezone.utc)
    found: dict[tuple[str, str], Due] = {}
    for rule in rules:
        before = _months_ago(now, rule.months)
        for kept in _candidates(workspace, rule):
            since = _moment(kept.at)
            if since is not None and since < before:
                item = Due(
                    rule.id, rule.what, kept.name, kept.size, since.isoformat(), rule.reason_fr, kept.sha256,
                    why=kept.why,
                )  # fmt: skip
                found.setdefault((rule.what, kept.name), item)
    return list(found.values())


def delete(workspace: Workspace, items: Iterable[Due], *, who: str = "", feedback: Feedback = SILENT) -> Iterator[Due]:
    """Delete what :func:`due` found, one transaction each, and write it into the register; yield what became of it.

    Raises
    ------
    WorkspaceError
        The workspace can't be written.
    Cancelled
        As ``feedback`` asked; what was deleted is in the register.
    """
    folder = media_folder(workspace)
    feedback.stage("retention")
    for item in items:
        feedback.check()
        problem = ""
        try:
            with workspace.transaction():
                entry = RegisterEntry(
                    DELETED, item.name, item.sha256, None, 0, 0, 0, item.rule, item.reason, who or None
                )
                register(workspace, [entry])
                if item.what == THUMBNAIL:
                    forget_thumbnails(workspace, [item.name])
                elif item.what == PERSON:
                    take_persons_out(workspace, [item.name])
                else:
                    forget_media(workspace, item.name, f"{item.rule}: {item.reason}")
                    _unlink(workspace.path.parent / item.name, folder)
        except OSError as error:
            problem = error.strerror or str(error)
        feedback.advance()
        yield replace(item, problem=problem)


def _candidates(workspace: Workspace, rule: Rule) -> Iterable[Kept]:
    if rule.what == THUMBNAIL:
        return closed_thumbnails(workspace)
    if rule.what == PERSON:
        return closed_persons(workspace)
    if rule.when == "closed":
        return [kept for kept in media_files(workspace, media_folder(workspace).name) if kept.at is not None]
    return _orphans(workspace)


def _orphans(workspace: Workspace) -> Iterator[Kept]:
    folder = media_folder(workspace)
    named = named_files(workspace)
    if folder.is_symlink():
        return
    for directory, _, files in os.walk(folder):
        for file in files:
            path = Path(directory, file)
            name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
            if file not in named and not path.is_symlink():
                status = path.stat()
                written = dt.datetime.fromtimestamp(status.st_mtime, dt.timezone.utc).isoformat()
                digest = hashlib.sha256(path.read_bytes()).hexdigest()
                yield Kept(name, digest, status.st_size, written, "named by no table (media, photo)")


def _unlink(path: Path, folder: Path) -> None:
    """Delete a file of the media folder; one that is gone already is as it should be."""
    if folder.is_symlink() or Path(os.path.realpath(folder)) not in Path(os.path.realpath(path)).parents:
        raise OSError("lies outside of the media folder of the workspace and is not touched")
    path.unlink(missing_ok=True)


def _months_ago(now: dt.datetime, months: int) -> dt.datetime:
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    for day in (now.day, 30, 29, 28):
        try:
            return now.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    return now


def _moment(text: Optional[str]) -> Optional[dt.datetime]:
    if not text:
        return None
    try:
        moment = dt.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.timezone.utc)
