# SPDX-License-Identifier: GPL-2.0-or-later
"""One round with the report servers: receive, place, and send after a yes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterString,
)

from ...base.error_text import error_lines
from ...base.feedback import ProcessingFeedback
from ..algorithm import Results, expected_errors
from ..report_server import ServerTexts
from ..workspace_algorithm import WorkspaceAlgorithm

if TYPE_CHECKING:
    from ....core.reports.sources.servers import Server


class SyncReports(WorkspaceAlgorithm):
    """``sigma_communes:sync_reports``."""

    SERVERS, CONFIRMED = "SERVERS", "CONFIRMED"

    def name(self) -> str:
        return "sync_reports"

    def displayName(self) -> str:
        return self.tr("Send and receive")

    def shortHelpString(self) -> str:
        return self.tr(
            "One round with each server of the options, as the button “⟳” does it: receives what is new and what "
            "changed, gives new reports their place and team, and, where confirmed, sends what waited before the "
            "round. Without confirmation nothing leaves. What both sides changed becomes a conflict and stays until a "
            "person decides. A server that fails stops no other; it is named at the end, and the algorithm fails."
        )

    def initAlgorithm(self, configuration: Optional[dict[str, Any]] = None) -> None:
        self.add_workspace()
        self.addParameter(
            QgsProcessingParameterString(
                self.SERVERS, self.tr("Names of servers, with commas between (empty: all)"), "", optional=True
            )
        )
        self.addParameter(
            QgsProcessingParameterBoolean(self.CONFIRMED, self.tr("I looked at what leaves: send it"), False)
        )
        self.add_who()
        for name, text in self._counts().items():
            self.addOutput(QgsProcessingOutputNumber(name, text))

    def _counts(self) -> dict[str, str]:
        return {
            "WAITING": self.tr("Edits that waited"),
            "NEW": self.tr("New reports"),
            "CHANGED": self.tr("Changed reports"),
            "CONFLICTS": self.tr("New conflicts"),
            "SENT": self.tr("Reports sent"),
            "KEPT": self.tr("Stay here: the server does not take them"),
        }

    def prepareAlgorithm(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        """Ask for the master password here, in the main thread, where a server needs it."""
        from ....core.errors import SigmaError
        from ...reports.exchange.servers import unlock

        ready = super().prepareAlgorithm(parameters, context, feedback)
        try:
            return ready and unlock(self._servers(parameters, context))
        except (SigmaError, ImportError):
            return ready  # told when the work begins

    def _servers(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, Server]:
        from ....core.errors import UsageError
        from ...reports.exchange.servers import known_servers

        known = known_servers()
        asked = [part.strip() for part in self.parameterAsString(parameters, self.SERVERS, context).split(",")]
        names = list(filter(None, asked)) or list(known)
        unknown = ", ".join(name for name in names if name not in known)
        if unknown or not known:
            raise UsageError(
                self.tr("There is no server {0}.").format(unknown) if unknown else self.tr("No server is set up."),
                next_step=self.tr("Add it in the options of SIGM@communes."),
            )
        return {name: known[name] for name in names}

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Results:
        from ....core.jobs import sync
        from ....core.reports.sync import outgoing
        from ....core.store import Workspace
        from ....core.triage import again
        from ...reports.exchange.servers import network_allowed, opener

        with expected_errors(feedback):
            path, told = self.workspace(parameters, context), ProcessingFeedback(feedback)
            servers = self._servers(parameters, context)
            if not network_allowed() and any(server.kind != "folder" for server in servers.values()):
                raise QgsProcessingException(ServerTexts().network_off())
            openers = {name: opener(name, server) for name, server in servers.items()}
            with Workspace.open(path, create=False) as workspace:
                book, layers = again.rule_book_of(workspace)
                waits = {
                    name: [key for report in outgoing.leaving(workspace, opened(told)) for key in report.keys]
                    for name, opened in openers.items()
                }
            confirmed = waits if self.parameterAsBool(parameters, self.CONFIRMED, context) else {}
            rounds = sync.sync(
                path,
                openers,
                book,
                confirmed=confirmed,
                who=self.who(parameters, context),
                layers=layers,
                feedback=told,
            )
            counts = dict.fromkeys(self._counts(), 0)
            counts["WAITING"] = sum(map(len, waits.values()))
            for done in rounds:
                self._add(done, counts, feedback)
            failed = [f"{done.source}: {error_lines(done.error)}" for done in rounds if done.error is not None]
            if failed:
                raise QgsProcessingException("\n".join(failed))
            return counts
        return {}

    def _add(self, done: Any, counts: dict[str, int], feedback: QgsProcessingFeedback) -> None:
        pulled, pushed = done.pulled, done.pushed
        if pulled is not None:
            counts["NEW"] += pulled.new
            counts["CHANGED"] += pulled.changed
            counts["CONFLICTS"] += pulled.conflicts
            for item in pulled.reasons:
                feedback.pushWarning(f"{done.source}: {item.where}: {item.reason}")
        if pushed is not None:
            counts["SENT"] += len(pushed.created) + len(pushed.updated) + len(pushed.tokens)
            counts["KEPT"] += len(pushed.kept)
            for kind in ("unknown", "refused", "kept"):
                for key, reason in getattr(pushed, kind).items():
                    feedback.pushWarning(f"{done.source}: {key}: {reason}")
