# SPDX-License-Identifier: GPL-2.0-or-later
"""A real QGIS Server on the loopback: ``qgis.server`` behind Python's HTTP server, in a process of its own.

(``qgis_mapserver`` of QGIS 3.22 waits for ever for the body of a POST that comes in a packet of its own.)
Run by itself it serves; run with arguments it writes a project; imported it starts that.
"""

from __future__ import annotations

import os
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Optional


class NotAvailable(Exception):
    """QGIS Server can't be started here; the text says why."""


class QgisServer:
    """A running server of one project; use as a context manager. ``url`` is its address."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.url = ""
        self._process: Optional[subprocess.Popen[str]] = None

    def __enter__(self) -> QgisServer:
        variables = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QGIS_PROJECT_FILE": str(self.project)}
        with self.project.with_suffix(".log").open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
                env={**variables, "QGIS_SERVER_LOG_STDERR": "1", "QGIS_SERVER_LOG_LEVEL": "2"},
            )  # fmt: skip
        stdout: Any = self._process.stdout
        self.url = stdout.readline().strip()
        if not self.url:
            self.__exit__(None, None, None)
            raise NotAvailable(f"QGIS Server did not start: {self.project.with_suffix('.log').read_text()[-500:]}")
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        if self._process is None:
            return
        self._process.kill()
        self._process.communicate()


def serve() -> None:
    """Serve on a free port, say where on standard output, until killed."""
    from qgis.core import QgsApplication
    from qgis.server import QgsBufferServerRequest, QgsBufferServerResponse, QgsServer, QgsServerRequest

    methods = {
        "GET": QgsServerRequest.GetMethod, "POST": QgsServerRequest.PostMethod, "PUT": QgsServerRequest.PutMethod,
        "PATCH": QgsServerRequest.PatchMethod, "HEAD": QgsServerRequest.HeadMethod,
    }  # fmt: skip
    application = QgsApplication([], False)
    server = QgsServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            host, port = self.server.server_address[:2]
            address = f"http://{host!s}:{port}{self.path}"
            request = QgsBufferServerRequest(address, methods[self.command], dict(self.headers.items()), body)
            response = QgsBufferServerResponse()
            server.handleRequest(request, response)
            answer = bytes(response.body())
            self.send_response(response.statusCode())
            for name, value in response.headers().items():
                if name.lower() not in ("content-length", "server"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_POST = do_PUT = do_PATCH = do_HEAD = do_GET

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    http = HTTPServer(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{http.server_port}/", flush=True)  # noqa: T201 - the answer
    http.serve_forever()
    application.exitQgis()


def make_project(path: Path, layers: dict[str, str]) -> None:
    """Write a project whose layers (name → source of the provider postgres) may be read and edited by WFS.

    Runs in a process of its own: a project that is written beside the one of pytest-qgis would touch it.
    """
    arguments = [str(path), *(part for pair in layers.items() for part in pair)]
    done = subprocess.run(
        [sys.executable, __file__, *arguments], capture_output=True, text=True, check=False, timeout=120,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    if not path.exists():
        raise NotAvailable(f"The project was not written: {done.stderr.strip()[-500:]}")


def write_project() -> None:
    """Write the project that the arguments name."""
    from qgis.core import QgsApplication, QgsCoordinateReferenceSystem, QgsProject, QgsVectorLayer

    path, *rest = sys.argv[1:]
    application = QgsApplication([], False)
    application.initQgis()
    project = QgsProject()
    project.setCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    ids = []
    for name, source in zip(rest[::2], rest[1::2]):
        layer = QgsVectorLayer(source, name, "postgres")
        if not layer.isValid():
            sys.exit(f"{name}: {layer.error().summary()}")
        project.addMapLayer(layer)
        ids.append(layer.id())
    project.writeEntry("WFSLayers", "/", ids)
    for right in ("Insert", "Update", "Delete"):
        project.writeEntry("WFSTLayers", right, ids)
    project.write(path)
    project.clear()
    application.exitQgis()


if __name__ == "__main__":
    (write_project if len(sys.argv) > 1 else serve)()
