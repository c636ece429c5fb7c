# SPDX-License-Identifier: GPL-2.0-or-later
"""django-ogc-sensorthings 1.2.0, run as it is: in an environment of its own, made at first use, on the loopback.

with RealServer(folder) as server:
    stream = server.add_stream("Bac 1", 5.37, 43.3, "fill level", "%")
    server.add_observations(stream, [("2026-03-01T10:00:00Z", 12.5), ...])
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Optional

PACKAGE = "django-ogc-sensorthings==1.2.0"
_SETTINGS = """
import os
from uuid import UUID
SECRET_KEY = "tests"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "sta_urls"
USE_TZ = True
INSTALLED_APPS = ["sensorthings.versions.v1_1", "sensorthings.versions.v1_1.backends.django",
                  "sensorthings.versions.v1_1.extensions.dataarray"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["STA_DB"]}}
SENSORTHINGS_V1_1_SERVICE_URL = os.environ["STA_URL"]
SENSORTHINGS_V1_1_BACKEND_ADAPTER = "sensorthings.versions.v1_1.backends.django.adapter.DjangoBackendAdapter"
SENSORTHINGS_V1_1_ID_TYPE = UUID
SENSORTHINGS_V1_1_ID_DELIMITER = "'"
"""
_URLS = """
from django.urls import include, path
urlpatterns = [path("sensorthings/", include("sensorthings.versions.v1_1.urls"))]
"""


class NotToBeHad(Exception):
    """The package can't be installed here."""


def environment() -> Path:
    """Return the Python of an environment with the server; make it where there is none.

    Raises
    ------
    NotToBeHad
        It can't be made.
    """
    base = Path(os.environ.get("SIGMA_TEST_ENVS") or Path(tempfile.gettempdir()) / f"sigma-test-envs-{os.getuid()}")
    name = PACKAGE.replace("==", "-")
    home = base / f"{name}-{sys.version_info[0]}.{sys.version_info[1]}"
    python, ready = home / "bin" / "python", home / "ready"
    if ready.exists():
        return python
    if sys.version_info < (3, 10):
        raise NotToBeHad(f"{PACKAGE} needs Python 3.10")
    try:
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True, capture_output=True, timeout=120)
        subprocess.run(
            [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE],
            check=True, capture_output=True, timeout=280,
        )  # fmt: skip
    except (subprocess.SubprocessError, OSError) as error:
        raise NotToBeHad(f"{PACKAGE} can't be installed here: {error}") from error
    ready.touch()
    return python


class RealServer:
    """The server; ``url`` is its address without the version."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = ""
        self._process: Optional[subprocess.Popen[bytes]] = None
        self._known: dict[tuple[str, str], str] = {}

    def __enter__(self) -> RealServer:
        python = environment()
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "sta_settings.py").write_text(_SETTINGS)
        (self.folder / "sta_urls.py").write_text(_URLS)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/sensorthings"
        settings = {
            "DJANGO_SETTINGS_MODULE": "sta_settings", "PYTHONPATH": str(self.folder), "STA_URL": self.url,
            "STA_DB": str(self.folder / "sta.sqlite3"), "PATH": os.environ.get("PATH", ""),
        }  # fmt: skip
        manage = [str(python), "-m", "django"]
        subprocess.run(
            [*manage, "migrate"], env=settings, cwd=self.folder, check=True, capture_output=True, timeout=120
        )
        run = [*manage, "runserver", "--noreload", f"127.0.0.1:{port}"]
        with (self.folder / "server.log").open("wb") as log:
            self._process = subprocess.Popen(run, env=settings, cwd=self.folder, stdout=log, stderr=log)
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{self.url}/v1.1/", timeout=5).close()
                return self
            except OSError:
                time.sleep(0.1)
        self.__exit__(None, None, None)
        raise NotToBeHad("the server does not start: " + (self.folder / "server.log").read_text()[-500:])

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=20)

    def post(self, collection: str, body: Any) -> Any:
        """Create something; return its id, or the answer where there is none."""
        request = urllib.request.Request(
            f"{self.url}/v1.1/{collection}", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            place = answer.headers.get("Location")
            return place.rpartition("(")[2].strip("')") if place else json.loads(answer.read() or b"null")

    def add_stream(self, thing: str, lon: float, lat: float, prop: str, unit: str, kind: str = "OM_Measurement") -> str:
        """Create a Datastream with its neighbours; return its id."""
        point = {"type": "Point", "coordinates": [lon, lat]}
        place = {"name": thing, "description": "-", "encodingType": "application/geo+json", "location": point}
        thing_id = self.post("Things", {"name": thing, "description": "-", "properties": {}, "Locations": [place]})
        key = ("ObservedProperties", prop)
        if key not in self._known:
            definition = f"https://example.org/{prop.replace(' ', '_')}"
            self._known[key] = self.post(
                "ObservedProperties", {"name": prop, "description": "-", "definition": definition}
            )
            sensor = {
                "name": prop,
                "description": "-",
                "encodingType": "application/pdf",
                "metadata": "https://example.org",
            }
            self._known[("Sensors", prop)] = self.post("Sensors", sensor)
        return str(
            self.post(
                "Datastreams",
                {
                    "name": f"{thing}: {prop}",
                    "description": "-",
                    "observationType": f"http://www.opengis.net/def/observationType/OGC-OM/2.0/{kind}",
                    "unitOfMeasurement": {"name": unit, "symbol": unit, "definition": f"ucum:{unit}"},
                    "Thing": {"@iot.id": thing_id},
                    "Sensor": {"@iot.id": self._known[("Sensors", prop)]},
                    "ObservedProperty": {"@iot.id": self._known[key]},
                },
            )
        )

    def add_observations(self, stream: str, observations: Sequence[tuple[str, Any]]) -> None:
        """Create observations of (time, result), thousands at a time."""
        for start in range(0, len(observations), 5000):
            rows = [[time_, result, time_] for time_, result in observations[start : start + 5000]]
            made = self.post(
                "CreateObservations",
                [
                    {
                        "Datastream": {"@iot.id": stream},
                        "components": ["phenomenonTime", "result", "resultTime"],
                        "dataArray@iot.count": len(rows),
                        "dataArray": rows,
                    }
                ],
            )
            refused = [one for one in made if one == "error"]
            if refused:
                raise ValueError(f"{len(refused)} observations refused")
