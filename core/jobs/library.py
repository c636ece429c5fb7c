# SPDX-License-Identifier: GPL-2.0-or-later
"""The library's front door: what a script asks for, with the commune map, rule book and head that are in force.

Paths may be text. What takes minutes has ``feedback`` (:class:`~..feedback.Feedback`), which is told how far it is and
asked whether to stop.
"""

from __future__ import annotations

import datetime as dt
import getpass
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, Optional, Union

import numpy as np
from numpy.typing import ArrayLike

from .. import pack, territory, transport
from ..base.files import AnyPath, paths_of
from ..catalogue import Calls, Catalogue, Hit
from ..feedback import SILENT, Feedback
from ..reports.sources.servers import find_server, open_source
from ..reports.sources.source import ReportSource
from ..reports.sync.outgoing import Leaving, leaving
from ..reports.sync.pull import Pulled
from ..reports.sync.pull import pull as read_source
from ..reports.sync.push import Pushed
from ..reports.sync.push import push as send_edits
from ..store import Workspace
from ..territory import Located
from ..territory.current import communes
from ..triage.again import rule_book_of
from .overview import bulletin_of
from .sync import Round, place_received

_WorkspaceOrPath = Union[Workspace, AnyPath]


def locate(lon: ArrayLike, lat: ArrayLike, *, map_file: Optional[AnyPath] = None) -> Located:
    """Say in which commune points are.

    Parameters
    ----------
    lon, lat : float or array of float, shape (n,)
        WGS 84 (EPSG:4326), degrees; NaN where there is no position. A single number is an array of one.
    map_file : path, optional
        A commune map that ``communes refresh`` wrote; by default the one in force.

    Returns
    -------
    Located
        Arrays of one length: ``insee`` and ``commune`` (text, ``""`` outside), ``ambiguous`` (a boundary is nearer than
        the map is accurate), ``outside`` (in no commune), ``water`` (in an inland water that is in none), ``index``
        (the commune's number on the map, -1 for none).

    Raises
    ------
    ValueError
        ``lon`` and ``lat`` are not one-dimensional, or not of one length.
    DataError
        ``map_file`` is no such map.

    Examples
    --------
    >>> import sigma_communes as sc
    >>> sc.locate([5.3698, 2.35], [43.2965, 48.85]).insee.tolist()
    ['13055', '']
    """
    known = communes() if map_file is None else territory.load(Path(map_file))
    return known.locate(np.atleast_1d(np.asarray(lon, float)), np.atleast_1d(np.asarray(lat, float)))


def open_workspace(path: AnyPath, *, create: bool = True) -> Workspace:
    """Open a workspace: the GeoPackage with the reports, photos and decisions.

    Parameters
    ----------
    path : path
        The file. A workspace of an older version is brought up to date.
    create : bool
        Make it where there is none.

    Returns
    -------
    Workspace
        A context manager that closes the file. It belongs to the thread that opened it.

    Raises
    ------
    WorkspaceError
        It is no workspace, is newer than this program, or can't be read or written.
    """
    return Workspace.open(Path(path), create=create)


@contextmanager
def connect(
    server: AnyPath, *, profile: str = "", key: Optional[str] = None, feedback: Feedback = SILENT
) -> Iterator[ReportSource]:
    """Open a source of reports, for a ``with`` block.

    Parameters
    ----------
    server : str or path
        The name of a server of the settings (``sigma-communes servers list``), the address of one, or a folder of
        files of reports.
    profile : str
        How a report server speaks; by default as its settings say, else plain GeoReport v2.
    key : str, optional
        The key of the server; by default from the environment or the keyring.

    Yields
    ------
    ReportSource
        For :func:`pull`, :func:`push` and :func:`sync`. Nothing was asked of it yet.

    Raises
    ------
    UsageError
        There is no such server, or a parameter is missing that the profile needs.
    DataError
        The settings or the profile can't be read.
    """
    name, known = find_server(os.fspath(server), profile=profile)
    with transport.new_session() as session:
        yield open_source(name, known, session, key=key, feedback=feedback)


def pull(
    workspace: Workspace,
    source: ReportSource,
    *,
    since: Optional[dt.datetime] = None,
    full: bool = False,
    media: bool = False,
    feedback: Feedback = SILENT,
) -> Pulled:
    """Read a source into a workspace, and give what came its class, commune and team.

    Parameters
    ----------
    workspace : Workspace
        Edits that wait in it stay as they are; where the source changed the same, a conflict is noted.
    source : ReportSource
        From :func:`connect`.
    since : datetime, optional
        Only what was made (in a first or full read) or changed since then. A time without zone is UTC.
    full : bool
        Read everything again, and look for reports that are gone.
    media : bool
        Fetch photos of reports too.

    Returns
    -------
    Pulled
        Counts (``new``, ``changed``, ``unchanged``, ``rejected``, ``conflicts``) and the reasons of what was rejected.

    Raises
    ------
    TransportError, DataError
        The source fails, after repeated tries. All whole batches stay, and the next read goes on from there.
    WorkspaceError
        The workspace can't be written.
    Cancelled
        As ``feedback`` asked; the same holds.
    """
    pulled = read_source(workspace, source, since=since, full=full, media=media, feedback=feedback)
    place_received(workspace, pulled, *rule_book_of(workspace), feedback=feedback)
    return pulled


def push(
    workspace: Workspace,
    source: ReportSource,
    *,
    who: str = "",
    photos: bool = False,
    only: Optional[Collection[int]] = None,
    feedback: Feedback = SILENT,
) -> Pushed:
    """Send what persons made and changed to a source.

    Parameters
    ----------
    workspace : Workspace
        What a model suggests in it is never sent; only what a person made, changed or confirmed.
    source : ReportSource
        From :func:`connect`.
    who : str
        The person who sends; by default the name of the account.
    photos : bool
        Send the first photo of a new report too: without its metadata, faces and plates blurred; a photo that can't be
        blurred stays here, and the report goes without it.
    only : collection of int, optional
        Keys of the edits that may leave (``Leaving.keys``, see :func:`sync`). None: all.

    Returns
    -------
    Pushed
        Ids that were ``created`` and ``updated``, what is ``unknown``, and what was ``refused`` or ``kept``, with why.

    Raises
    ------
    TransportError
        The source can't be reached, refuses the key, or wants fewer calls. What was sent is noted; the rest waits.
    WorkspaceError
        Another process is pushing, or the workspace can't be written.
    Cancelled
        As ``feedback`` asked; the same holds.
    """
    return send_edits(workspace, source, who=who or getpass.getuser(), photos=photos, only=only, feedback=feedback)


def sync(
    workspace: Workspace,
    source: ReportSource,
    *,
    confirm: Optional[Callable[[Sequence[Leaving]], Collection[int]]] = None,
    who: str = "",
    feedback: Feedback = SILENT,
) -> Round:
    """Receive from a source, place what came, then send what a person confirmed.

    Parameters
    ----------
    workspace, source
        As in :func:`pull`.
    confirm : callable, optional
        Is given what would leave, a ``Leaving`` for each report with its ``lines`` and ``keys``, and returns the keys
        that may. None: nothing leaves.
    who : str
        The person who sends; by default the name of the account.

    Returns
    -------
    Round
        ``pulled``, ``placed`` and ``pushed``.

    Raises
    ------
    TransportError, DataError, WorkspaceError, Cancelled
        As :func:`pull` and :func:`push` do.
    """
    keys = confirm(leaving(workspace, source)) if confirm is not None else ()
    done = Round(source.name)
    done.pulled = read_source(workspace, source, feedback=feedback)
    done.placed = place_received(workspace, done.pulled, *rule_book_of(workspace), feedback=feedback)
    if keys:
        done.pushed = push(workspace, source, who=who, only=keys, feedback=feedback)
    return done


def search_catalogue(workspace: _WorkspaceOrPath, words: str = "", *, commune: str = "", limit: int = 20) -> list[Hit]:
    """Search the harvested catalogues of a workspace, off line.

    Parameters
    ----------
    workspace : Workspace or path
        Into which ``catalogue harvest`` wrote.
    words : str
        All of them are looked for, then words that begin so, then any. Empty: the last modified records first.
    commune : str
        INSEE code or name: only records whose extent touches it, then those without an extent.
    limit : int
        At most so many.

    Returns
    -------
    list of Hit
        The best first, each with its ``id`` and its ``record``.

    Raises
    ------
    UsageError
        The commune is unknown.
    WorkspaceError
        The workspace can't be read.
    """
    known = communes() if commune else None
    with _opened(workspace) as opened:
        return Catalogue(opened).search(words, commune=commune, territory=known, limit=limit)


def make_pack(
    commune: str,
    out: AnyPath,
    *,
    layers: AnyPath | Sequence[AnyPath] = (),
    workspace: Optional[AnyPath] = None,
    buffer: float = 0.0,
    zipped: bool = False,
    online: bool = True,
    feedback: Feedback = SILENT,
) -> pack.Made:
    """Make a commune's pack: its layers, reports and photos in one folder, for a place without network.

    Parameters
    ----------
    commune : str
        INSEE code or name.
    out : path
        The folder in which the pack's own folder is made.
    layers : path or sequence of path
        Files, addresses or ids of catalogue records.
    workspace : path, optional
        The workspace with the reports (and the catalogue).
    buffer : float
        Metres around the commune.
    zipped : bool
        Make one ZIP.
    online : bool
        Whether layers may be fetched from the network.

    Returns
    -------
    Made
        ``path``, and ``contents`` with ``left_out``: what could not be taken along, and why.

    Raises
    ------
    UsageError
        There is no such commune, or a pack with edits that have not come home stands in its place.
    DataError
        It would not fit on the disk, or the folder can't be written.
    WorkspaceError
        The workspace can't be read.
    Cancelled
        As ``feedback`` asked; nothing is left behind.
    """
    known = communes()
    place = pack.find(known, commune, buffer)
    wanted = tuple(os.fspath(layer) for layer in ([layers] if isinstance(layers, (str, os.PathLike)) else layers))
    order = pack.Order(wanted, Path(workspace) if workspace is not None else None, buffer, zipped=zipped)
    with transport.new_session() as session:
        calls = Calls(session, feedback=feedback) if online else None
        return pack.make(place, order, Path(out), territory=known, calls=calls, feedback=feedback)


def write_bulletin(
    workspace: AnyPath,
    out: AnyPath,
    *,
    commune: str = "",
    title: str = "",
    language: Literal["fr", "en"] = "fr",
    rules: Optional[AnyPath] = None,
    feedback: Feedback = SILENT,
) -> int:
    """Write the bulletin of a workspace as it stands: one self-contained page of HTML, French and English.

    Parameters
    ----------
    workspace : path
        The workspace.
    out : path
        The page.
    commune : str
        INSEE code or name of the only commune to show. Empty: all.
    title : str
        What stands on top.
    language : {"fr", "en"}
        The language that is shown first.
    rules : path, optional
        The rule book that names the teams; by default that of the last run.

    Returns
    -------
    int
        The number of incidents in the workspace.

    Raises
    ------
    UsageError
        There is no such commune.
    WorkspaceError, DataError
        The workspace or the rule book can't be read; the page can't be written.
    """
    insee = pack.find(communes(), commune).insee if commune else None
    if rules is None:
        with Workspace.open(Path(workspace), create=False) as opened:
            rules = rule_book_of(opened)[0].path
    (book,) = paths_of(rules)
    return bulletin_of(
        Path(workspace), Path(out), rules=book, insee=insee, title=title, language=language, feedback=feedback
    )


@contextmanager
def _opened(workspace: _WorkspaceOrPath) -> Iterator[Workspace]:
    if isinstance(workspace, Workspace):
        yield workspace
        return
    with Workspace.open(Path(workspace), create=False) as opened:
        yield opened
