# SPDX-License-Identifier: GPL-2.0-or-later
"""The button “⟳”: list what would leave, let the person confirm, then receive and send in a task."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QWidget

from ....core.errors import SigmaError
from ...base.core_sentences import sentence
from ...base.error_text import error_lines, told
from ...base.tasks import CoreTask, Outcome
from ...workspace_file import Opened, WorkspaceFile, person
from .servers import known_servers, network_allowed, opener, title_of, unlock

if TYPE_CHECKING:
    from ....core.feedback import Feedback
    from ....core.jobs.sync import Round
    from ....core.reports.sources.servers import Server
    from ....core.reports.sync.outgoing import Leaving


class Sync(QObject):
    """One round at a time. ``open_options`` and ``show_conflicts`` are what the messages lead to."""

    moved = pyqtSignal()
    """A round began or ended."""

    def __init__(
        self,
        workspace: WorkspaceFile,
        window: QWidget,
        open_options: Optional[Callable[[], Any]] = None,
        show_conflicts: Optional[Callable[[], Any]] = None,
    ) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._window = window
        self._open_options = open_options
        self._show_conflicts = show_conflicts
        self._task: Optional[CoreTask] = None
        self.page: Optional[QWidget] = None

    @property
    def running(self) -> bool:
        """Whether a round is under way."""
        return self._task is not None

    def titles(self) -> dict[str, str]:
        """Return name → title of the servers; empty where there are none or their file can't be read."""
        try:
            return {name: title_of(name, server) for name, server in known_servers().items()}
        except SigmaError:  # told when the person asks for a round
            return {}

    def start(self) -> None:
        """Ask what would leave, and go on; a second time, stop."""
        if self._task is not None:
            self._task.cancel()
            return
        opened = self._workspace.now
        if opened is None:
            return
        title = self.tr("Send and receive")
        with self._workspace.doing(title):
            servers = known_servers()
            if not servers or not network_allowed():
                self._workspace.tasks.tell(title, self._hindered(bool(servers)))
                return
            self._begin(
                self._workspace.tasks.start(
                    title,
                    lambda feedback: listed(opened, servers, feedback),
                    lambda leaving: self._confirm(opened, servers, leaving),
                    failed=self._ended,
                    cancelled=self._ended,
                )
            )

    def _hindered(self, servers: bool) -> Outcome:
        text = (
            self.tr("The network is switched off in the options. Your edits wait here.")
            if servers
            else self.tr("No report server is set up. Your edits wait here, nothing is lost.")
        )
        return Outcome(text, self.tr("Options…"), self._open_options) if self._open_options else Outcome(text)

    def _begin(self, task: CoreTask) -> None:
        self._task = task
        self.moved.emit()

    def _ended(self, *_: Any) -> None:
        self._task = None
        self.moved.emit()

    # --- what leaves ---------------------------------------------------------------------------------------------

    def _confirm(self, opened: Opened, servers: Mapping[str, Server], leaving: Mapping[str, Any]) -> None:
        self._ended()
        if not any(report.keys for reports in leaving.values() for report in reports):
            self.run(opened, servers, {})
            return
        from .sync_page import SyncPage

        titles = {name: title_of(name, server) for name, server in servers.items()}
        page = SyncPage(opened, leaving, titles, self._window.window())
        page.confirmed.connect(lambda keys: self.run(opened, servers, keys))
        page.destroyed.connect(self._page_gone)
        self.page = page
        page.open()

    def _page_gone(self) -> None:
        self.page = None

    def run(self, opened: Opened, servers: Mapping[str, Server], confirmed: Mapping[str, Sequence[int]]) -> None:
        """Receive from all servers, send what was confirmed."""
        if self._task is not None or not unlock(dict(servers)):
            return
        who = person()
        self._begin(
            self._workspace.tasks.start(
                self.tr("Send and receive"),
                lambda feedback: exchanged(opened, servers, confirmed, who, feedback),
                lambda found: self._tell(opened, servers, *found),
                failed=self._stopped,
                cancelled=self._stopped,
            )
        )

    def _stopped(self, *_: Any) -> None:
        self._ended()
        self._workspace.written([])  # what came before stays

    # --- what became of it ---------------------------------------------------------------------------------------

    def _tell(
        self,
        opened: Opened,
        servers: Mapping[str, Server],
        rounds: Sequence[Round],
        waiting: Mapping[str, Sequence[Leaving]],
    ) -> Outcome:
        self._ended()
        if self._workspace.path == opened.path:
            self._workspace.written([])
        staying = {name: [report for report in reports if not report.keys] for name, reports in waiting.items()}
        texts: list[str] = []
        details: list[str] = []
        conflicts, failed = 0, False
        for done in rounds:
            title = title_of(done.source, servers[done.source])
            texts.append(self.tr("{0}: {1}").format(title, self._said(done, staying.get(done.source, ()))))
            details.extend(f"{title}: {line}" for line in _details(done))
            conflicts += done.pulled.conflicts if done.pulled else 0
            failed = failed or done.error is not None
        text, details_text = "\n".join(texts), "\n".join(details)
        if conflicts and self._show_conflicts is not None:
            return Outcome(text, self.tr("Decide the conflicts…"), self._show_conflicts, details_text, failed)
        if failed:
            return Outcome(text, self.tr("Try again"), self.start, details_text, True)
        if any(staying.values()):
            return Outcome(
                text, self.tr("See…"), lambda: self._show_staying(opened, servers, staying), details_text, True
            )
        return Outcome(text, details=details_text)

    def _show_staying(
        self, opened: Opened, servers: Mapping[str, Server], staying: Mapping[str, Sequence[Leaving]]
    ) -> None:
        """List what stays here, and why."""
        from .sync_page import SyncPage

        titles = {name: title_of(name, server) for name, server in servers.items()}
        page = SyncPage(opened, {name: reports for name, reports in staying.items() if reports}, titles, self._window)
        page.confirmed.connect(lambda keys: self.run(opened, servers, keys))
        page.destroyed.connect(self._page_gone)
        self.page = page
        page.open()

    def _stays(self, reports: Sequence[Leaving]) -> str:
        """Say how many edits stay here, with each reason once."""
        lines = [line for report in reports for line in report.lines if line.stays]
        reasons = ", ".join(dict.fromkeys(sentence(line.why) for line in lines))
        if len(lines) == 1:
            return self.tr("1 change stays here: {0}").format(reasons)
        return self.tr("{0} changes stay here: {1}").format(len(lines), reasons)

    def _said(self, done: Round, staying: Sequence[Leaving] = ()) -> str:
        parts = []
        pulled, pushed = done.pulled, done.pushed
        if pulled is not None:
            for count, one, many in (
                (pulled.new, self.tr("1 new report"), self.tr("{0} new reports")),
                (pulled.changed, self.tr("1 changed"), self.tr("{0} changed")),
                (len(pulled.gone), self.tr("1 is gone there"), self.tr("{0} are gone there")),
                (pulled.rejected, self.tr("1 can't be read"), self.tr("{0} can't be read")),
                (pulled.conflicts, self.tr("1 conflict"), self.tr("{0} conflicts")),
            ):
                if count:
                    parts.append(one if count == 1 else many.format(count))
        if pushed is not None:
            for count, one, many in (
                (len(pushed.created) + len(pushed.updated), self.tr("1 sent"), self.tr("{0} sent")),
                (len(pushed.tokens), self.tr("1 taken, its number follows"), self.tr("{0} taken, numbers follow")),
                (len(pushed.unknown), self.tr("1 unclear: ask again"), self.tr("{0} unclear: ask again")),
                (len(pushed.refused), self.tr("1 refused"), self.tr("{0} refused")),
            ):
                if count:
                    parts.append(one if count == 1 else many.format(count))
        if staying:
            parts.append(self._stays(staying))
        if done.error is not None:
            parts.append(error_lines(done.error))
        return ", ".join(parts) or self.tr("nothing new, all is up to date")


def listed(opened: Opened, servers: Mapping[str, Server], feedback: Feedback) -> dict[str, list[Leaving]]:
    """Return server → what waits for it; in a thread, nobody is asked."""
    from ....core.reports.sync.outgoing import leaving
    from ....core.store import Workspace

    out = {}
    with Workspace.open(opened.path, create=False) as workspace:
        for name, server in servers.items():
            feedback.check()
            out[name] = leaving(workspace, opener(name, server)(feedback))
    return out


def exchanged(
    opened: Opened,
    servers: Mapping[str, Server],
    confirmed: Mapping[str, Sequence[int]],
    who: str,
    feedback: Feedback,
) -> tuple[list[Round], dict[str, list[Leaving]]]:
    """Do a round with each server, and list what waits then; in a thread."""
    from ....core.jobs.sync import sync

    openers = {name: opener(name, server) for name, server in servers.items()}
    rounds = sync(
        opened.path, openers, opened.book, confirmed=confirmed, who=who, layers=opened.layers, feedback=feedback
    )
    return rounds, listed(opened, servers, feedback)


def _details(done: Round) -> list[str]:
    lines = [told(done.error)] if done.error is not None else []
    if done.pulled is not None:
        lines += [f"{item.where}: {sentence(item.reason)}" for item in done.pulled.reasons]
        lines += map(sentence, done.pulled.notes)
    if done.pushed is not None:
        for kind in ("unknown", "refused", "kept"):
            lines += [f"{key}: {sentence(reason)}" for key, reason in getattr(done.pushed, kind).items()]
    return lines
