# SPDX-License-Identifier: GPL-2.0-or-later
"""Photos in what is written about a model: they go through the door of all copies, blurred unless a person says no."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Optional

from ...leaving import WayOut
from ...photos import privacy
from ...photos.privacy import Leaving
from ...store import Workspace

Shown = Callable[[str, int], tuple[Optional[bytes], Leaving]]
"""The copy of a photo for others to see, at most so many pixels a side, as a JPEG; or None, and why."""


@contextmanager
def shown_in(to: str, workspace: Optional[Path] = None, *, who: str = "", unblurred: bool = False) -> Iterator[Shown]:
    """Give copies of photos for a page or picture.

    Parameters
    ----------
    to : str
        What they are shown in, for the register.
    workspace : Path, optional
        Has the boxes that persons drew, and keeps the register; without it there is none.
    who : str
        The person who lets them go.
    unblurred : bool
        This person allows copies that no detector looked at.

    Raises
    ------
    WorkspaceError
        The workspace can't be opened.
    """
    if workspace is None:
        yield lambda photo, longest: privacy.jpeg_for_leaving(photo, unblurred=unblurred, longest=longest)
        return
    with Workspace.open(workspace, create=False) as opened:
        way = WayOut(opened, to, who, unblurred)
        yield lambda photo, longest: way.jpeg(photo, longest)
