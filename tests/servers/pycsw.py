# SPDX-License-Identifier: GPL-2.0-or-later
"""A real pycsw 2.6.2 in an environment of its own below ``.cache``, on the loopback, with records from a folder."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Optional

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = ROOT / ".cache" / "pycsw-2.6.2"
PACKAGES = ("pycsw==2.6.2", "gunicorn<24", "SQLAlchemy<2", "setuptools<70")

_CONFIGURATION = """[server]
home={home}
url={url}
mimetype=application/xml; charset=UTF-8
encoding=UTF-8
language=fr-FR
maxrecords={most}
pretty_print=false
profiles=apiso
[manager]
transactions=false
allowed_ips=127.0.0.1
[metadata:main]
identification_title=Catalogue of the tests
identification_abstract=Records of the tests
identification_keywords=test
identification_keywords_type=theme
identification_fees=None
identification_accessconstraints=None
provider_name=Tests
provider_url=http://127.0.0.1/
contact_name=Tests
contact_position=Tests
contact_address=Tests
contact_city=Marseille
contact_stateorprovince=PACA
contact_postalcode=13001
contact_country=France
contact_phone=0
contact_fax=0
contact_email=test@example.org
contact_url=http://127.0.0.1/
contact_hours=0
contact_instructions=none
contact_role=pointOfContact
[repository]
database=sqlite:///{database}
table=records
[metadata:inspire]
enabled=false
"""


class NotAvailable(Exception):
    """pycsw can't be installed or started here; the text says why."""


def environment() -> Path:
    """Return the folder of an environment with pycsw, made where there is none (needs a package index).

    Raises
    ------
    NotAvailable
        It can't be made.
    """
    if (ENVIRONMENT / "whole").exists():
        return ENVIRONMENT
    python = "/usr/bin/python3" if Path("/usr/bin/python3").exists() else sys.executable
    for command in (
        [python, "-m", "venv", "--clear", str(ENVIRONMENT)],
        [str(ENVIRONMENT / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", *PACKAGES],
    ):
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NotAvailable(f"pycsw can't be installed: {error}") from error
        if done.returncode:
            raise NotAvailable(f"pycsw can't be installed: {done.stderr.strip()[-300:]}")
    (ENVIRONMENT / "whole").touch()
    return ENVIRONMENT


class Pycsw:
    """A running server; use as a context manager. ``url`` is its address; ``most`` the largest page it gives."""

    def __init__(self, folder: Path, records: Path, *, most: int = 100) -> None:
        self.folder = folder
        self.environment = environment()
        folder.mkdir(parents=True, exist_ok=True)
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}/csw"
        self.configuration = folder / "pycsw.cfg"
        self.configuration.write_text(
            _CONFIGURATION.format(home=folder, url=self.url, most=most, database=folder / "records.db"),
            encoding="utf-8",
        )
        if not (folder / "records.db").exists():
            self._admin("setup_db")
            self.load(records)
        self._process: Optional[subprocess.Popen[bytes]] = None

    def load(self, records: Path) -> None:
        """Load the records of a folder; those that are there already are replaced."""
        self._admin("load_records", "-p", str(records), "-y")

    def _admin(self, command: str, *more: str) -> None:
        program = [str(self.environment / "bin" / "python"), str(self.environment / "bin" / "pycsw-admin.py")]
        done = subprocess.run(
            [*program, "-c", command, "-f", str(self.configuration), *more],
            capture_output=True, text=True, check=False, timeout=600, env=_environment_variables(),
        )  # fmt: skip
        if done.returncode:
            raise NotAvailable(f"pycsw-admin {command}: {done.stderr.strip()[-500:]}")

    def __enter__(self) -> Pycsw:
        log = (self.folder / "gunicorn.log").open("wb")
        self._process = subprocess.Popen(
            [str(self.environment / "bin" / "gunicorn"), "--bind", f"127.0.0.1:{self.port}", "--workers", "1",
             "--timeout", "120", "pycsw.wsgi:application"],
            stdout=log, stderr=log, env={**_environment_variables(), "PYCSW_CONFIG": str(self.configuration)},
        )  # fmt: skip
        log.close()
        end = time.monotonic() + 30
        while time.monotonic() < end:
            if self._process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(
                    f"{self.url}?service=CSW&version=2.0.2&request=GetCapabilities", timeout=10
                ):
                    return self
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        self.__exit__(None, None, None)
        raise NotAvailable(f"pycsw did not start: {(self.folder / 'gunicorn.log').read_text()[-500:]}")

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)


def _environment_variables() -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME")
    }
    return {**kept, "PYTHONWARNINGS": "ignore"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
