# SPDX-License-Identifier: GPL-2.0-or-later
"""The totem: a page for a screen in a hall, that says by itself when what it shows is too old.

It stands alone and asks for nothing. What it shows is hidden until its script has found, by the clock of the screen,
that the
data are of today's: without a script, or with a clock that is wrong, nobody sees yesterday as today. Only sums and what
sensors measure are on it, no text of a citizen.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any, Optional

import jinja2

from ... import resources
from .. import taxonomy
from ..base.checked_yaml import load
from ..base.files import replacing
from ..errors import UsageError
from ..store import Workspace
from ..store.totem import data_times, open_episodes
from ..taxonomy import Language

_CLOSED = frozenset({"resolved", "rejected", "duplicate", "not_ours"})
_CLASSES, _EPISODES = 8, 8


@dataclass(frozen=True)
class _Row:
    name: str
    colour: str
    count: int
    share: float


def write_totem(
    workspace: Workspace,
    insee: str,
    out: Path,
    *,
    valid_hours: float = 24.0,
    language: Language = "fr",
    now: Optional[int] = None,
) -> dict[str, Any]:
    """Write the page of one commune; return of when its data are, until when they are shown, and what is on it.

    Parameters
    ----------
    insee : str
        The commune's code, as in the workspace.
    valid_hours : float
        Hours from the moment of the data (the older of reports and sensors) after which the page says that they are
        too old.
    now : int, optional
        The present, ms UTC.

    Raises
    ------
    UsageError
        The workspace knows no such commune, or ``valid_hours`` is not more than 0.
    DataError
        The page can't be written.
    """
    if not valid_hours > 0:
        raise UsageError("The hours for which the page is valid are more than 0", where=str(valid_hours))
    times = data_times(workspace, insee)
    if times.commune is None:
        step = "Give the INSEE code of a commune of the workspace's map, e.g. 13055"
        raise UsageError(f"The workspace knows no commune {insee}", where=str(workspace.path), next_step=step)
    written = datetime.now(timezone.utc) if now is None else datetime.fromtimestamp(now / 1000, timezone.utc)
    known = [moment for moment in (times.reports, times.sensors) if moment is not None]
    data_at = min(known) if known else None
    table = workspace.read_incidents()
    inside = table["insee"] == insee
    states = table["state"][inside].tolist()
    open_classes = [c for c, s in zip(table["class"][inside].tolist(), states) if s not in _CLOSED]
    classes, words = taxonomy.load(), _texts()[language]
    counted = Counter(open_classes).most_common(_CLASSES)
    most = counted[0][1] if counted else 1
    rows = [
        _Row(classes.name(c, language) if c else words["unnamed"], classes.colour(c) if c else "#777777", n, n / most)
        for c, n in counted
    ]
    shown = open_episodes(workspace, insee, language)[:_EPISODES]
    valid_until = None if data_at is None else data_at + timedelta(hours=valid_hours)
    script = resources.path("templates", "totem.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    page = _template().render(
        t=words,
        language=language,
        commune=times.commune,
        rows=rows,
        open=len(open_classes),
        done=sum(state == "resolved" for state in states),
        episodes=shown,
        data_at=_iso(data_at),
        reports_at=_iso(times.reports),
        sensors_at=_iso(times.sensors),
        valid_until=_iso(valid_until),
        written=_iso(written),
        script=script,
        script_hash=f"sha256-{digest}",
    )
    with replacing(out) as temporary:
        temporary.write_text(page, encoding="utf-8")
    return {
        "commune": times.commune,
        "data_at": _iso(data_at),
        "valid_until": _iso(valid_until),
        "open": len(open_classes),
        "episodes": len(shown),
    }


def _iso(moment: Optional[datetime]) -> Optional[str]:
    return None if moment is None else moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resources.path("templates")),
        autoescape=True,
        trim_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    return environment.get_template("totem.html.j2")


@dataclass(frozen=True)
class _Texts:
    """The file ``totem.yaml``: key → text, in each language."""

    fr: dict[str, str]
    en: dict[str, str]


@cache
def _texts() -> dict[Language, dict[str, str]]:
    texts = load(resources.path("templates", "totem.yaml"), _Texts)
    return {"fr": texts.fr, "en": texts.en}
