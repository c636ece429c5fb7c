# SPDX-License-Identifier: GPL-2.0-or-later
"""The figures of a head as one self-contained HTML page, with pictures of its worst errors as they may be shown."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Optional

import jinja2

from .....resources import path as resource
from .... import privacy
from ....privacy import PhotoCopy
from ....privacy.way_out import WayOut
from ....store import Workspace
from ..head import Head
from .drift import Drift

_SIDE = 260
_THUMBNAIL = 200


@dataclass(frozen=True)
class WorstError:
    """One wrong best guess: the file, what was confirmed, what was suggested, its score, whether it is no answer."""

    path: str
    label: str
    guess: str
    score: float
    abstained: bool = False


def evaluation_page(
    head: Head,
    figures: Mapping[str, Mapping[str, Any]],
    worst: Sequence[WorstError],
    *,
    show: Shown,
    drift: Optional[Drift] = None,
    notes: Sequence[str] = (),
    title: str = "FIDAMIA",
) -> str:
    """Return the page: ``figures`` maps a column's title (in source, out of source …) to what ``evaluate`` gave.

    ``show`` gives the pictures (:func:`~.shown.shown_in`); ``notes`` say what could not be measured.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resource("templates")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["share"] = lambda x: "–" if x is None else f"{100 * x:.1f} %"
    environment.filters["figure"] = lambda x: "–" if x is None else f"{x:.3f}"
    environment.filters["points"] = _points
    pictures = [(error, *_picture(error.path, show)) for error in worst]
    classes = sorted({*head.labels, *(name for column in figures.values() for name in column["per_class"])})
    return environment.get_template("evaluation.html.j2").render(
        head=head, figures=figures, worst=pictures, title=title, side=_SIDE, classes=classes, drift=drift, notes=notes
    )


def _points(rows: Sequence[Mapping[str, float]], x: str, y: str) -> str:
    """Return points of an SVG polyline in a square whose axes go from 0 to 1."""
    return " ".join(f"{row[x] * _SIDE:.1f},{(1 - row[y]) * _SIDE:.1f}" for row in rows)


def _picture(path: str, show: Shown) -> tuple[Optional[str], str]:
    """Return a picture in base64, or None and why."""
    jpeg, leaving = show(path, _THUMBNAIL)
    return None if jpeg is None else base64.b64encode(jpeg).decode("ascii"), leaving.reason


Shown = Callable[[str, int], tuple[Optional[bytes], PhotoCopy]]
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
