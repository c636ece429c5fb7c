# SPDX-License-Identifier: GPL-2.0-or-later
"""Photos that reports name: fetched when asked for, checked by their content, kept beside the workspace by hash."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from ...base.files import replacing
from ...errors import Cancelled, DataError, MissingPackage, SigmaError, WorkspaceError
from ...feedback import SILENT, Feedback
from ...photos import PhotoError, open_picture, read_photo
from ...store import Workspace
from ...store.media import MediaTable, media_folder
from ...transport import RefusedCredentials, ServerFailed, TooManyRequests, Unreachable
from ..sources.source import ReportSource

MAX_BYTES = 20 << 20
_SUFFIX = {"JPEG": ".jpg", "PNG": ".png", "TIFF": ".tif", "WEBP": ".webp", "HEIF": ".heic"}


@dataclass
class Media:
    """How many photos were fetched now, were here already, can't be used (with the reason in the workspace), and could
    not be had now: these are asked for again the next time.
    """

    fetched: int = 0
    known: int = 0
    refused: int = 0
    later: int = 0


def fetch_media(
    workspace: Workspace,
    source: ReportSource,
    *,
    report_ids: Optional[Sequence[str]] = None,
    max_bytes: int = MAX_BYTES,
    feedback: Feedback = SILENT,
) -> Media:
    """Fetch the photos of a source's reports, of those named or of all, each address once.

    Only what opens as a picture is kept; it is stored as ``sha256`` beside the workspace and belongs to its report like
    a photo of our own. What can't be used is not asked for again; what failed for a reason that may pass (the server's
    fault, a full disk, a missing reader of HEIC) is.

    Raises
    ------
    Unreachable, TooManyRequests, RefusedCredentials
        The source can't be reached now, or refuses; what was fetched is kept, and the others can be fetched later.
    Cancelled, WorkspaceError
        As asked; the workspace can't be written. The same holds.
    """
    table = MediaTable(workspace)
    folder = media_folder(workspace)
    done = Media()
    todo = table.due(source.name, report_ids)
    feedback.stage("media", len(todo))
    for key, url in todo:
        feedback.check()
        if table.file(url) is not None:  # two reports with one photo
            done.known += 1
            feedback.advance()
            continue
        try:
            file, digest, size = _fetched(source, url, folder, max_bytes)
        except (Unreachable, TooManyRequests, RefusedCredentials, Cancelled, WorkspaceError):
            raise
        except SigmaError as error:
            if _for_ever(error):
                table.refuse(url, error.what)
                done.refused += 1
            else:
                feedback.warning(f"{key}: its photo can't be had now: {error.what}")
                done.later += 1
        else:
            with workspace.transaction():
                if table.keep(url, digest, f"{folder.name}/{file.relative_to(folder).as_posix()}", size):
                    thumbnail = open_picture(file).thumbnail()
                    workspace.add_photos([(read_photo(file), thumbnail)], report_of={str(file): key})
            done.fetched += 1
        feedback.advance()
    return done


class _NotKept(DataError):
    """A photo came, and the disk does not take it."""


def _for_ever(error: SigmaError) -> bool:
    """Return whether asking again can't help: a server's fault, a full disk and a missing package may pass."""
    passes = isinstance(error, (ServerFailed, MissingPackage, _NotKept))
    return not passes and not isinstance(error.__cause__, ImportError)


def _fetched(source: ReportSource, url: str, folder: Path, max_bytes: int) -> tuple[Path, str, int]:
    """Fetch one photo into its place; it appears whole or not at all."""
    body = source.media(url, max_bytes=max_bytes).body
    digest = hashlib.sha256(body).hexdigest()
    path = folder / digest[:2] / digest
    try:
        with replacing(path) as temporary:
            temporary.write_bytes(body)
            open_picture(temporary)  # raises where it is no picture, or is cut off
            suffix = _SUFFIX.get(read_photo(temporary).format or "", "")
        named = path.with_suffix(suffix)
        os.replace(path, named)
    except PhotoError:
        raise
    except (DataError, OSError) as error:
        reason = error.what if isinstance(error, SigmaError) else f"Can't be written: {error.strerror or error}"
        raise _NotKept(reason, where=str(path)) from error
    return named, digest, len(body)
