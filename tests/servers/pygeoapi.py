# SPDX-License-Identifier: GPL-2.0-or-later
"""A real pygeoapi in an environment of its own below ``.cache``.

Records (TinyDB), features (GeoJSON), a CSW façade, and collections of PostGIS that can be edited.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Optional

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = ROOT / ".cache" / "pygeoapi-0.21.0"
PACKAGES = ("pygeoapi==0.21.0", "OWSLib<0.36", "GeoAlchemy2<0.19", "SQLAlchemy<2.1")


class NotAvailable(Exception):
    """pygeoapi can't be installed or started here; the text says why."""


def environment() -> Path:
    """Return the folder of an environment with pygeoapi, made where there is none (needs a package index).

    Raises
    ------
    NotAvailable
        It can't be made.
    """
    stamp = ENVIRONMENT / "whole"
    if stamp.exists() and stamp.read_text() == " ".join(PACKAGES):
        return ENVIRONMENT
    python = "/usr/bin/python3" if Path("/usr/bin/python3").exists() else sys.executable
    for command in (
        # The system's psycopg2 speaks with PostGIS.
        [python, "-m", "venv", "--clear", "--system-site-packages", str(ENVIRONMENT)],
        [str(ENVIRONMENT / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", *PACKAGES],
    ):
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NotAvailable(f"pygeoapi can't be installed: {error}") from error
        if done.returncode:
            raise NotAvailable(f"pygeoapi can't be installed: {done.stderr.strip()[-300:]}")
    stamp.write_text(" ".join(PACKAGES))
    return ENVIRONMENT


# pygeoapi 0.21 needs a storage_crs of EPSG:4326 to write points, and reads them swapped then.
_PROVIDER = '''"""PostGIS in longitude, latitude."""
from pygeoapi.provider.sql import PostgreSQLProvider


class LonLatProvider(PostgreSQLProvider):
    def _feature_to_sqlalchemy(self, json_data, identifier=None):
        read_as, self.storage_crs = self.storage_crs, "EPSG:4326"
        try:
            return super()._feature_to_sqlalchemy(json_data, identifier)
        finally:
            self.storage_crs = read_as
'''
POSTGIS = "lon_lat_provider.LonLatProvider"
"""The provider of an editable collection of PostGIS."""


def _resource(title: str, kind: str, provider: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "collection",
        "title": title,
        "description": title,
        "keywords": ["test"],
        "links": [],
        "extents": {"spatial": {"bbox": [4.7, 43.1, 5.9, 43.8], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}},
        "providers": [{"type": kind, **provider}],
    }


class Pygeoapi:
    """A running server with the collections ``meta`` (records), ``trees`` (features) and ``facade`` (of a CSW).

    ``editable`` are more collections: name → provider.
    """

    def __init__(
        self,
        folder: Path,
        records: list[Any],
        features: dict[str, Any],
        *,
        csw: str = "",
        editable: Optional[dict[str, Any]] = None,
    ) -> None:
        self.environment = environment()
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        (folder / "records.db").write_text(json.dumps({"_default": dict(enumerate(records, 1))}))
        (folder / "lon_lat_provider.py").write_text(_PROVIDER)
        (folder / "trees.geojson").write_text(json.dumps(features))
        records_of = {
            "name": "TinyDBCatalogue",
            "data": str(folder / "records.db"),
            "id_field": "id",
            "time_field": "updated",
        }
        resources = {
            "meta": _resource("Métadonnées", "record", {**records_of, "title_field": "title"}),
            "trees": _resource(
                "Arbres", "feature", {"name": "GeoJSON", "data": str(folder / "trees.geojson"), "id_field": "id"}
            ),
        }
        if csw:
            facade = {"name": "CSWFacade", "data": csw, "id_field": "identifier", "time_field": "datetime"}
            resources["facade"] = _resource("Façade", "record", {**facade, "title_field": "title"})
        for name, provider in (editable or {}).items():
            resources[name] = _resource(name, "feature", {**provider, "editable": True})
        contact = {"name": "Tests", "url": self.url}
        text = {"title": "Tests", "description": "Tests", "keywords": ["test"], "keywords_type": "theme"}
        configuration = {
            "server": {
                "bind": {"host": "127.0.0.1", "port": port}, "url": self.url,
                "mimetype": "application/json; charset=UTF-8",
                "encoding": "utf-8", "language": "en-US", "gzip": False, "pretty_print": False, "admin": False,
                "limits": {"default_items": 10, "max_items": 40},
                "map": {"url": "https://tile.example.org/{z}/{x}/{y}.png", "attribution": "x"},
            },
            "logging": {"level": "ERROR"},
            "metadata": {
                "identification": {**text, "terms_of_service": "x", "url": self.url},
                "license": {"name": "Licence Ouverte 2.0", "url": "https://example.org"},
                "provider": contact, "contact": contact,
            },
            "resources": resources,
        }  # fmt: skip
        # JSON is YAML too.
        (folder / "configuration.yml").write_text(json.dumps(configuration))
        self._process: Optional[subprocess.Popen[bytes]] = None

    def _variables(self) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME")
        }
        configuration, openapi = str(self.folder / "configuration.yml"), str(self.folder / "openapi.yml")
        own = {"PYGEOAPI_CONFIG": configuration, "PYGEOAPI_OPENAPI": openapi, "PYTHONWARNINGS": "ignore"}
        return {**kept, **own, "PYTHONPATH": str(self.folder)}

    def __enter__(self) -> Pygeoapi:
        program, variables = str(self.environment / "bin" / "pygeoapi"), self._variables()
        made = subprocess.run(
            [program, "openapi", "generate", variables["PYGEOAPI_CONFIG"],
             "--output-file", variables["PYGEOAPI_OPENAPI"]],
            capture_output=True, text=True, check=False, timeout=120, env=variables,
        )  # fmt: skip
        if made.returncode:
            raise NotAvailable(f"pygeoapi openapi generate: {made.stderr.strip()[-500:]}")
        log = (self.folder / "server.log").open("wb")
        self._process = subprocess.Popen([program, "serve"], stdout=log, stderr=log, env=variables)
        log.close()
        end = time.monotonic() + 60
        while time.monotonic() < end and self._process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/?f=json", timeout=10):
                    return self
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        self.__exit__(None, None, None)
        raise NotAvailable(f"pygeoapi did not start: {(self.folder / 'server.log').read_text()[-500:]}")

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)
