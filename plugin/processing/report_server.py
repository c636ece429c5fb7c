# SPDX-License-Identifier: GPL-2.0-or-later
"""What the algorithms share that ask a report server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingParameterAuthConfig,
    QgsProcessingParameterString,
)

from ..base.feedback import ProcessingFeedback
from ..base.translate import Translated
from .workspace_algorithm import WorkspaceAlgorithm

if TYPE_CHECKING:
    from ...core.reports.sources.servers import Server
    from ...core.reports.sources.source import ReportSource


class ServerTexts(Translated):
    """The words of parameters that several algorithms have."""

    def server(self) -> str:
        """Name the server."""
        return self.tr("Server (its name in the settings, its address, or a folder of files)")

    def authcfg(self) -> str:
        """Name the authentication."""
        return self.tr("Authentication (empty: that of the settings)")

    def network_off(self) -> str:
        """Say that servers may not be asked."""
        return self.tr("The network is switched off in the options.")


class ServerAlgorithm(WorkspaceAlgorithm):
    """An algorithm on one workspace and one server."""

    SERVER, AUTHCFG = "SERVER", "AUTHCFG"

    def add_server(self) -> None:
        """Declare the server and its authentication."""
        self.addParameter(QgsProcessingParameterString(self.SERVER, ServerTexts().server()))
        self.addParameter(QgsProcessingParameterAuthConfig(self.AUTHCFG, ServerTexts().authcfg(), optional=True))

    def prepareAlgorithm(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        """Ask for the master password here, in the main thread, where the server needs it."""
        from ...core.errors import SigmaError
        from ..reports.exchange.servers import unlock

        ready = super().prepareAlgorithm(parameters, context, feedback)
        try:
            name, server = self._server(parameters, context)
        except (SigmaError, ImportError):
            return ready  # told when the work begins
        return ready and unlock({name: server})

    def _server(self, parameters: dict[str, Any], context: QgsProcessingContext) -> tuple[str, Server]:
        from ...core.reports.sources.servers import find_server
        from ..reports.exchange.servers import servers_file

        name, server = find_server(self.parameterAsString(parameters, self.SERVER, context), path=servers_file())
        authcfg = self.parameterAsString(parameters, self.AUTHCFG, context).strip()
        return name, replace(server, authcfg=authcfg) if authcfg else server

    @contextmanager
    def asked(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Iterator[ReportSource]:
        """Give the server as a source, over QGIS' network."""
        from ..reports.exchange.servers import network_allowed, opener

        name, server = self._server(parameters, context)
        if server.kind != "folder" and not network_allowed():
            raise QgsProcessingException(ServerTexts().network_off())
        yield opener(name, server)(ProcessingFeedback(feedback))
