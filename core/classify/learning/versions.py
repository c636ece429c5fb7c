# SPDX-License-Identifier: GPL-2.0-or-later
"""Which head runs here: switched by a person, one step back at any time."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Optional

from ...base.files import replacing
from ...errors import ModelError, UsageError
from ..package import user_data_dir
from .head import HEAD_FILE, Head, base_head, read_head

_KEPT = 20


def state_file() -> Path:
    """Return the file that names the running head."""
    return user_data_dir() / "model" / "running.json"


def new_folder() -> Path:
    """Return a folder for a new version; it is not made yet."""
    stamp = datetime.now(timezone.utc).strftime("%Y%m%d-%H%M%S")
    folder = state_file().parent / "versions" / stamp
    count = 2
    while folder.exists():
        folder = folder.with_name(f"{stamp}-{count}")
        count += 1
    return folder


def folder_with(version: str) -> Optional[Path]:
    """Return the folder of the person's versions that holds one already; what can't be read holds none."""
    for file in sorted((state_file().parent / "versions").glob(f"*/{HEAD_FILE}")):
        try:
            if read_head(file).version == version:
                return file.parent
        except ModelError:
            continue
    return None


def running_folder() -> Optional[Path]:
    """Return the folder of the learned head that runs; None where the package's own head runs."""
    history = _history()
    return Path(history[-1]) if history else None


def _history() -> list[str]:
    file = state_file()
    if not file.exists():
        return []
    try:
        history = json.loads(file.read_text(encoding="utf-8"))["history"]
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ModelError(
            f"What runs here can't be read: {error}", where=str(file), next_step="Delete it: the shipped head runs then"
        ) from error
    return [str(path) for path in history]


def _write(history: list[str]) -> None:
    with replacing(state_file()) as temporary:
        temporary.write_text(json.dumps({"history": history[-_KEPT:]}, ensure_ascii=False), encoding="utf-8")


def use(folder: Path, *, backbone: Optional[str] = None) -> Head:
    """Let a learned head run from now on. It is read first: one that does not fit changes nothing.

    Raises
    ------
    ModelError
        It is missing, damaged, foreign or of another backbone; what ran before runs on.
    """
    head = read_head(folder, backbone=backbone)
    _write([*_history(), str(Path(folder).resolve())])
    return head


def step_back() -> Head:
    """Let the head before the present one run again (the shipped one before the first).

    Raises
    ------
    UsageError
        The shipped head is running.
    """
    history = _history()
    if not history:
        raise UsageError("The shipped head is running; there is none before it")
    before = history[:-1]
    head = read_head(Path(before[-1])) if before else base_head()
    _write(before)
    return head


def learned_head(*, backbone: Optional[str] = None) -> Optional[Head]:
    """Return the learned head that a person switched on, or None where the package's own head runs.

    Raises
    ------
    ModelError
        It can't be read any more, or does not fit the backbone.
    """
    history = _history()
    return read_head(Path(history[-1]), backbone=backbone) if history else None


def running_head(*, backbone: Optional[str] = None) -> Head:
    """Return the head that answers for the default package: the one switched on last, or the package's own.

    Raises
    ------
    ModelError
        It can't be read any more, or another backbone is asked for: a package of somebody else, whose own head can't be
        measured from features.
    """
    learned = learned_head(backbone=backbone)
    if learned is not None:
        return learned
    base = base_head()
    if backbone is not None and base.backbone != backbone:
        raise ModelError(
            f"The shipped head is one for the features of {base.backbone}, the package gives those of {backbone}",
            next_step="Switch on a head that was learned with this package: sigma-communes model use",
        )
    return base
