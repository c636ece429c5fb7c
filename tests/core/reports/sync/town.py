# SPDX-License-Identifier: GPL-2.0-or-later
"""A server that remembers all that was ever done to its reports, and desks whose work can end at any statement."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Optional

from sigma_communes.core.reports.sources.georeport_server import Client
from sigma_communes.core.reports.sources.profile import load_profile
from sigma_communes.core.store import Workspace
from sigma_communes.core.store.file.geometry import point, register_functions
from sigma_communes.core.transport import Limits, new_session
from sigma_communes.tests.servers.georeport import STYLES, GeoReportServer

LIMITS = Limits(connect=2, read=3, backoff=0.001, retries=2, longest_pause=0.01, max_bytes=4 << 20)
Seen = tuple[str, str, Any, str]  # id in lower case, field, value, who


class Town(GeoReportServer):
    """A report server with a log: each value that a field ever had, who wrote it, and each request and comment.

    ``meanwhile`` is called once, when something was sent and before it is answered.
    """

    def __init__(self, *, patch: bool, **changes: Any) -> None:
        if patch:
            super().__init__(STYLES["citysdk"], days=0, **changes)
        else:
            super().__init__(STYLES["generic"], days=0, updates="servicerequestupdates", **changes)
        self.patch = patch
        self.log: list[Seen] = []
        self.overwritten: list[Seen] = []
        self.made: list[tuple[str, str]] = []  # id, mark
        self.comments: list[tuple[str, str]] = []  # id, text
        self.deleted: set[str] = set()
        self.actor = ""
        self.meanwhile: Optional[Callable[[], None]] = None
        self.now = datetime.now(timezone.utc) - timedelta(minutes=1)

    def settle(self, count: int) -> None:
        """Begin with some reports."""
        for n in range(count):
            self.place(f"begin {n}", 5.5 + n / 100)

    def place(self, description: str, lon: float) -> str:
        """Let a citizen make a report."""
        with self.lock:
            self.now += timedelta(seconds=1)
            (key,) = self.add(description=description, long=lon, lat=43.3, requested=self.now, updated=self.now)
            self._noted(key, "a citizen")
            return key

    def _noted(self, key: str, who: str) -> None:
        for name, value in fields_of(self.reports[key]).items():
            self.log.append((key.casefold(), name, value, who))

    def edit(self, identifier: str, **fields: Any) -> None:
        """Change a report, and note each value."""
        with self.lock:
            before = fields_of(self.reports[identifier])
            super().edit(identifier, **fields)
            for name, value in fields_of(self.reports[identifier]).items():
                if value != before[name]:
                    self.overwritten.append((identifier.casefold(), name, before[name], self.actor))
                    self.log.append((identifier.casefold(), name, value, self.actor))

    def delete(self, identifier: str) -> None:
        """Take a report away; who looks for it there can't find it."""
        super().delete(identifier)
        self.deleted.add(identifier)

    def create(self, form: dict[str, list[str]], files: dict[str, bytes]) -> list[dict[str, Any]]:
        """Take a request, note it, then let others do something."""
        with self.lock:
            answer = super().create(form, files)
            key = list(self.reports)[-1]
            self.made.append((key, form.get("attribute[MARK]", [""])[0]))
            self._noted(key, self.actor)
        self._let_others()
        return answer

    def update(self, identifier: str, form: dict[str, str]) -> list[dict[str, Any]]:
        """Take an update, note it, then let others do something."""
        with self.lock:
            answer = super().update(identifier, form)
            text = form.get("status_notes" if self.patch else "description", "")
            if text:
                self.comments.append((identifier.casefold(), text))
        self._let_others()
        return answer

    def _let_others(self) -> None:
        act, self.meanwhile = self.meanwhile, None
        if act:
            act()


def fields_of(record: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a server's record that are compared, by our names."""
    return {
        "description": record["description"] or None,
        "address": record["address"] or None,
        "service_code": record["service_code"],
        "status": record["status"],
        "geom": (round(record["long"], 6), round(record["lat"], 6)),
    }


class Killed(BaseException):
    """The process ends here."""


class Frail:
    """A connection whose process ends after so many statements."""

    def __init__(self, real: sqlite3.Connection) -> None:
        self.real = real
        self.left: Optional[int] = None

    def _tick(self) -> None:
        if self.left is not None:
            if self.left <= 0:
                raise Killed
            self.left -= 1

    def execute(self, *given: Any) -> sqlite3.Cursor:
        self._tick()
        return self.real.execute(*given)

    def executemany(self, *given: Any) -> sqlite3.Cursor:
        self._tick()
        return self.real.executemany(*given)

    def close(self) -> None:
        self.real.close()

    @property
    def in_transaction(self) -> bool:
        return self.real.in_transaction


@dataclass
class Wish:
    """What a person wants a field to be; ``since`` is how long the server's log was then."""

    value: Any
    since: int
    undone: Any = None  # the value that is taken back, from ``undone_since`` on
    undone_since: int = 0


@dataclass
class Desk:
    """One workspace and what its person did."""

    name: str
    path: Path
    town: Town
    ws: Workspace = field(init=False)
    wishes: dict[tuple[str, str], Wish] = field(default_factory=dict)
    drawn: dict[str, str] = field(default_factory=dict)  # mark to id here
    thrown: set[str] = field(default_factory=set)  # ids here of reports that were deleted here
    said: list[tuple[str, str]] = field(default_factory=list)  # id here, text
    known: set[tuple[str, str, Any]] = field(default_factory=set)  # id at the server, field, value: seen here
    history: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.session = new_session()
        self.open()

    def open(self) -> None:
        """Open the workspace, as a new process does."""
        self.ws = Workspace.open(self.path, create=False)
        self.frail = Frail(self.ws._connection)
        self.thread = threading.get_ident()
        self.ws._connection = self.frail  # type: ignore[assignment]

    def client(self) -> Client:
        """Return a client for one round."""
        if self.town.patch:
            profile = load_profile("citysdk")
            names = {"service_code": "service_code", "description": "description", "position": "lat,long",
                     "address": "address_string"}  # fmt: skip
            writing = replace(profile.writing, settle=0.0, fields=names)
        else:
            profile = load_profile("citysdk")
            profile = replace(profile, paths=replace(profile.paths, updates="servicerequestupdates.{format}"))
            profile = replace(profile, periods=replace(profile.periods, changed_start="", changed_end=""))
            writing = replace(profile.writing, settle=0.0, updates="servicerequestupdates")
        profile = replace(profile, writing=writing, periods=replace(profile.periods, days=0))
        return Client(self.town.url, profile, self.session, name="city", limits=LIMITS)

    @contextmanager
    def dying(self, after: Optional[int]) -> Iterator[None]:
        """End the process after so many statements (None: not at all), and start another one."""
        self.frail.left = after
        try:
            yield
        except Killed:
            self.frail.real.close()
            self.open()
        finally:
            self.frail.left = None

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return what a query finds."""
        if threading.get_ident() == self.thread:
            return self.frail.real.execute(statement, values).fetchall()
        with contextlib.closing(sqlite3.connect(self.path)) as other:
            return other.execute(statement, values).fetchall()

    def sql(self, statement: str, *values: Any) -> None:
        """Edit as another program does."""
        connection = sqlite3.connect(self.path, timeout=10)
        register_functions(connection)
        with connection:
            connection.execute(statement, values)
        connection.close()

    def row(self, key: str) -> Optional[dict[str, Any]]:
        """Return a report as it is here, also by another key that it has; None where it is not."""
        found = self.rows(
            "SELECT id, service_request_id, description, address, service_code, status, state, lon, lat FROM report"
            " WHERE id = ?1 OR id = (SELECT report_id FROM alias WHERE key = ?1)",
            key,
        )
        if not found:
            return None
        key, theirs, description, address, code, status, state, lon, lat = found[0]
        geom = None if lon is None else (round(lon, 6), round(lat, 6))
        return {"id": key, "theirs": (theirs or "").casefold(), "description": description, "address": address,
                "service_code": code, "status": status, "state": state, "geom": geom}  # fmt: skip

    def queued(self, key: str) -> dict[str, list[tuple[Any, ...]]]:
        """Return what waits of a report: field, or action, to (fid, old, new)."""
        out: dict[str, list[tuple[Any, ...]]] = {}
        for fid, action, name, old, new in self.rows(
            "SELECT fid, action, field, old, new FROM change WHERE report_id = ? ORDER BY fid", key
        ):
            out.setdefault(name if action == "update" else action, []).append((fid, old, new))
        return out

    def conflicts(self, key: str) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
        """Return the open conflicts of a report: question to (mine, theirs)."""
        found = self.rows("SELECT field, mine, theirs FROM conflict WHERE report_id = ?", key)
        return {name: (json.loads(mine), json.loads(theirs)) for name, mine, theirs in found}

    def write(self, key: str, name: str, value: Any) -> None:
        """Edit a field as another program does."""
        if name == "geom":
            self.sql("UPDATE report SET geom = ? WHERE id = ?", point(*value), key)
        else:
            statement = {
                "description": "UPDATE report SET description = ? WHERE id = ?",
                "address": "UPDATE report SET address = ? WHERE id = ?",
                "service_code": "UPDATE report SET service_code = ? WHERE id = ?",
                "status": "UPDATE report SET status = ? WHERE id = ?",
                "state": "UPDATE report SET state = ? WHERE id = ?",
            }[name]
            self.sql(statement, value, key)

    def close(self) -> None:
        """Go home."""
        self.frail.real.close()
        self.session.close()


def template(folder: Path) -> Path:
    """Return an empty workspace to be copied: to make one takes longer than all that is done with it."""
    path = folder / "template.gpkg"
    if not path.exists():
        Workspace.open(path).close()
    return path


def desk(name: str, folder: Path, town: Town) -> Desk:
    """Return a new desk."""
    path = folder / f"{name}.gpkg"
    shutil.copy(template(folder.parent), path)
    return Desk(name, path, town)
