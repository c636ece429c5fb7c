# SPDX-License-Identifier: GPL-2.0-or-later
"""A PostGIS of its own: a cluster in a folder, on a free port of the loopback, gone with the test."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Optional


class NotAvailable(Exception):
    """PostgreSQL with PostGIS is not installed or can't be started here; the text says why."""


def _program(name: str) -> str:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    found = next((str(path / name) for path in folders if (path / name).exists()), shutil.which(name))
    if found is None:
        raise NotAvailable(f"{name} is not installed (package postgresql-postgis)")
    return found


def _as_nobody_special() -> list[str]:
    """Return what goes before a command so that root does not run it: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        raise NotAvailable("PostgreSQL does not run as root, and setpriv is not installed")
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]


class Postgis:
    """A running database ``city`` with PostGIS; use as a context manager. ``port`` is where it listens."""

    user = "postgres"
    database = "city"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self._process: Optional[subprocess.Popen[bytes]] = None

    def _run(self, *command: str) -> None:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, cwd=self.folder)
        if done.returncode:
            raise NotAvailable(f"{Path(command[-1]).name}: {(done.stderr or done.stdout).strip()[-400:]}")

    def __enter__(self) -> Postgis:
        try:
            import psycopg2
        except ImportError as error:
            raise NotAvailable("psycopg2 is not installed (package python3-psycopg2)") from error
        initdb, postgres, before = _program("initdb"), _program("postgres"), _as_nobody_special()
        self.folder.mkdir(parents=True, exist_ok=True)
        if before:
            shutil.chown(self.folder, "postgres", "postgres")
            for parent in self.folder.parents:  # pytest's folders are its owner's alone
                if parent.stat().st_uid == os.geteuid() and not parent.stat().st_mode & 0o001:
                    parent.chmod(parent.stat().st_mode | 0o011)
        data = str(self.folder / "data")
        self._run(*before, initdb, "-D", data, "-U", self.user, "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        options = {
            "listen_addresses": "127.0.0.1", "port": str(self.port), "unix_socket_directories": "", "fsync": "off",
            "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "40",
        }  # fmt: skip
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        log = (self.folder / "server.log").open("wb")
        self._process = subprocess.Popen(
            [*before, postgres, "-D", data, *settings], stdout=log, stderr=log, cwd=self.folder
        )
        log.close()
        end = time.monotonic() + 60
        while time.monotonic() < end and self._process.poll() is None:
            try:
                self.execute("SELECT 1", database="postgres")
                break
            except psycopg2.OperationalError:
                time.sleep(0.05)
        else:
            said = (self.folder / "server.log").read_text(errors="replace")[-500:]
            self.__exit__(None, None, None)
            raise NotAvailable(f"PostgreSQL did not start: {said}")
        self.execute(f"CREATE DATABASE {self.database}", database="postgres")
        try:
            self.execute("CREATE EXTENSION postgis")
        except Exception as error:
            self.__exit__(None, None, None)
            raise NotAvailable(f"PostGIS is not installed (package postgresql-postgis): {error}") from error
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        if self._process is not None:
            self._process.send_signal(2)  # a fast stop: connections are closed
            self._process.wait(30)

    def execute(self, statement: str, *values: Any, database: str = "") -> list[tuple[Any, ...]]:
        """Run a statement by itself; return its rows."""
        import psycopg2

        connection = psycopg2.connect(
            host="127.0.0.1", port=self.port, user=self.user, dbname=database or self.database, connect_timeout=5
        )
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement, values or None)
                return list(cursor.fetchall()) if cursor.description else []
        finally:
            connection.close()


COLUMNS = ("service_code", "service_name", "description", "status", "address", "requested_datetime", "status_notes")


def make_table(postgis: Postgis, name: str, *, srid: int = 4326) -> None:
    """Make a table of reports with a serial key and points."""
    texts = ", ".join(f"{column} text" for column in COLUMNS)
    postgis.execute(f"CREATE TABLE {name} (id serial PRIMARY KEY, {texts}, geom geometry(Point, {srid}))")


def fill_table(postgis: Postgis, name: str, count: int, *, srid: int = 4326) -> None:
    """Put reports into it, at 5.3 to 5.4 east, 43.2 to 43.3 north."""
    place = f"ST_Transform(ST_SetSRID(ST_MakePoint(5.3 + n / 5000.0, 43.2 + n / 5000.0), 4326), {srid})"
    postgis.execute(
        f"INSERT INTO {name} ({', '.join(COLUMNS)}, geom)"  # noqa: S608 - the name is the test's own
        " SELECT 'S' || n %% 4, 'Trou', 'n° ' || n, CASE WHEN n %% 3 = 0 THEN 'closed' ELSE 'open' END,"
        f" n || ' rue X', '2025-01-01T08:00:00Z', '', {place} FROM generate_series(1, %s) AS n",
        count,
    )
