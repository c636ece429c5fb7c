# SPDX-License-Identifier: GPL-2.0-or-later
"""A file of addresses, or what is at an address of the network, into the index."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Optional
from urllib.parse import urlsplit

import requests

from .. import transport
from ..errors import DataError
from ..feedback import SILENT, Feedback
from ..model import Rejected
from ..territory import Territory, user_map
from .building import Gathered, source_named
from .finding import Finder
from .index import AddressIndex, load, save
from .tables import read_table

_LARGEST = 2 << 30


@dataclass(frozen=True)
class Added:
    """What became of the rows of a file: how many had which verdict; ``rejected`` are the first thousand."""

    source: str
    rows: int
    counts: dict[str, int]
    rejected: list[Rejected]
    index: AddressIndex


def index_path() -> Path:
    """Return where this person's index of addresses is kept, beside the map of the communes; it need not exist."""
    return user_map().with_name("addresses.idx")


def add(
    source: str | Path,
    *,
    communes: Territory,
    out: Optional[Path] = None,
    session: Optional[requests.Session] = None,
    feedback: Feedback = SILENT,
) -> Added:
    """Add a file of addresses to the index; the same file again takes the place of what it said before.

    Parameters
    ----------
    source : str or Path
        A file (see :func:`~.tables.read_table`), or the address of one (http, https).
    communes : Territory
        The map that says in which commune a row is where the row does not.
    out : Path, optional
        The index; by default the person's own.
    session : requests.Session, optional
        What carries the call where ``source`` is an address; a new one by default.

    Raises
    ------
    DataError
        The file can't be read, has no usable row, or the index can't be written.
    TransportError
        The address gave nothing.
    Cancelled
        The person asked to stop; the index is as it was.
    """
    out = index_path() if out is None else out
    if str(source).lower().startswith(("http://", "https://")):
        return _from_network(str(source), communes, out, session, feedback)
    return _from_file(Path(source), Path(source).name, communes, out, feedback)


def _from_network(
    url: str, communes: Territory, out: Path, session: Optional[requests.Session], feedback: Feedback
) -> Added:
    name = transport.scrubbed(url)
    feedback.stage(f"addresses: {name}")
    limits = transport.Limits(max_bytes=_LARGEST, whole=3600.0)
    answer = transport.fetch(session or transport.new_session(), url, limits=limits, feedback=feedback)
    suffix = "".join(Path(urlsplit(url).path).suffixes[-2:]) or ".csv"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"addresses{suffix}"
        path.write_bytes(answer.body)
        return _from_file(path, name, communes, out, feedback)


def _from_file(path: Path, name: str, communes: Territory, out: Path, feedback: Feedback) -> Added:
    gathered = Gathered(communes)
    if out.is_file():
        gathered.take_index(load(out), without=name)
    if len(gathered.sources) > 254:
        raise DataError(
            "The index holds 254 files already", where=str(out), next_step="Join some of the files into one"
        )
    date = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.timezone.utc) if path.is_file() else None
    gathered.sources.append(source_named(name, 0, date.strftime("%Y-%m-%d") if date else ""))
    feedback.stage(f"addresses: {name}")
    rows = 0
    for piece in read_table(path):
        feedback.check()
        gathered.take(piece, name)
        rows += len(piece)
        feedback.advance(len(piece))
    gathered.sources[-1]["rows"] = rows
    bad = sum(
        gathered.counts[why] for why in ("Has no name of a street", "Its house number can't be read", "Has no position")
    )
    if bad == rows:
        why = gathered.rejected[0].reason if gathered.rejected else "Has no row"
        raise DataError(
            f"No row can be used; the first: {why}",
            where=name,
            next_step="Look at the columns and the positions of the file",
        )
    arrays, about = gathered.arrays(feedback)
    feedback.check()
    save(out, arrays, about)
    counts = {"used": rows - bad, **{why: n for why, n in gathered.counts.items() if n}}
    return Added(name, rows, counts, gathered.rejected, load(out))


def described(index: AddressIndex) -> dict[str, Any]:
    """Return what an index holds, for a person to read."""
    return {
        "file": index.path,
        "bytes": index.path.stat().st_size,
        "communes": index.about["communes"],
        "streets": index.streets,
        "numbers": index.numbers,
        "sources": index.about["sources"],
    }


def finder(path: Optional[Path] = None) -> Finder:
    """Return what finds addresses in an index (by default the person's own); opened again only when its file changes.

    Raises
    ------
    DataError
        There is no index, or it is damaged.
    """
    path = index_path() if path is None else path
    try:
        stands = os.stat(path)
    except OSError:
        return Finder(load(path))
    return _finder(path, stands.st_mtime_ns, stands.st_size)


@lru_cache(maxsize=2)
def _finder(path: Path, changed: int, size: int) -> Finder:
    return Finder(load(path))
