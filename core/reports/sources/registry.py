# SPDX-License-Identifier: GPL-2.0-or-later
"""The kinds of report sources that are known, in the order in which they are shown. A new one is one line here.

A module is imported when one of its sources is opened: settings and screens that only name a kind stay light.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ...base.bilingual import Bilingual
from ...feedback import Feedback
from ...transport import Limits

if TYPE_CHECKING:
    import requests

    from .servers import Server
    from .source import ReportSource


@dataclass(frozen=True)
class Opening:
    """What a source is opened with: what a person set up, and the door to the network."""

    name: str
    server: Server
    session: requests.Session
    key: str
    limits: Limits
    feedback: Feedback


@dataclass(frozen=True)
class ReportKind:
    """One kind of source of reports; settings, commands and screens derive from it.

    ``kind`` is its id in settings, ``label`` its name on screens. ``module``, beside this one, has a function
    ``open_source(opening)`` that makes a :class:`~.source.ReportSource` and asks nobody yet. ``is_folder``: it is a
    folder of this machine, not an address.
    """

    kind: str
    label: Bilingual
    module: str
    is_folder: bool = False

    def open(self, opening: Opening) -> ReportSource:
        """Return the source."""
        module: Any = import_module(f".{self.module}", __package__)
        source: ReportSource = module.open_source(opening)
        return source


KINDS: tuple[ReportKind, ...] = (
    ReportKind("georeport", Bilingual(fr="Serveur de signalements", en="Report server"), "georeport_server"),
    ReportKind("folder", Bilingual(fr="Dossier de fichiers", en="Folder of files"), "folder", is_folder=True),
    ReportKind("ogcapi", Bilingual.same("OGC API Features"), "ogc_features"),
    ReportKind("wfs", Bilingual(fr="Couche WFS-T", en="WFS-T layer"), "wfs_t"),
)

BY_KIND: Mapping[str, ReportKind] = {kind.kind: kind for kind in KINDS}
