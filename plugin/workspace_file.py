# SPDX-License-Identifier: GPL-2.0-or-later
"""The workspace that is open in this QGIS: one for all docks, with what they write."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ..core.errors import MissingPackage, SigmaError, WorkspaceError
from ..core.feedback import Feedback
from .base import settings
from .base.language import language
from .base.tasks import Outcome, Tasks
from .map import layers

if TYPE_CHECKING:
    from ..core.routing import RuleBook
    from ..core.store import Workspace
    from ..core.taxonomy import Taxonomy
    from .reports.states import States

_PATIENCE = 0.25  # seconds that the main thread waits for a lock


@dataclass(frozen=True)
class Opened:
    """What opening finds out: where the workspace is and the words in which it is shown."""

    path: Path
    reports: int
    taxonomy: Taxonomy
    states: States
    book: RuleBook
    layers: dict[str, Path]
    read_only: bool
    present: frozenset[str]
    """The classes that the reports had then."""

    @property
    def teams(self) -> dict[str, str]:
        """Team id → name in the language of QGIS."""
        spoken = language()
        return {str(name): str(team.fr if spoken == "fr" else team.en) for name, team in self.book.teams.items()}

    def class_name(self, class_id: str) -> str:
        """Return the name of a class in the language of QGIS."""
        return self.taxonomy.name(class_id, "fr" if language() == "fr" else "en")


def look(path: Path, rules: str, feedback: Feedback) -> Opened:
    """Open a workspace, bring it to the present version and read what goes with it; called in a thread.

    ``rules`` is the rule book of the options, ``""`` for that of the last run.

    Raises
    ------
    WorkspaceError
        It can't be opened: missing, locked, damaged, newer.
    DataError
        Its rule book can't be used.
    """
    from ..core import routing, taxonomy
    from ..core.store import Workspace
    from ..core.store.desk import classes_present
    from ..core.territory import current
    from ..core.triage import again
    from .reports import states

    feedback.stage("workspace")
    with Workspace.open(path, create=False) as workspace:
        reports = workspace.counts()["report"]
        feedback.check()
        book, files = again.rule_book_of(workspace)
        if rules:
            book = routing.load(Path(rules))
        present = classes_present(workspace)
    with suppress(MissingPackage):  # without shapely a workspace opens all the same; what needs it says so
        current.communes()  # read once, here and not at the first decision
    read_only = not os.access(path, os.W_OK)
    return Opened(path, reports, taxonomy.load(), states.load(), book, files, read_only, frozenset(present))


class WorkspaceFile(QObject):
    """The open workspace. Reading and writing raise WorkspaceError; :meth:`doing` tells it to the person."""

    opened = pyqtSignal()
    closed = pyqtSignal()
    mapped = pyqtSignal(bool)
    """Layers were added; whether the project was empty before."""
    changed = pyqtSignal(list)
    """Ids of the reports that were written here; empty: anything may have changed."""

    def __init__(self, tasks: Tasks, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self.tasks = tasks
        self.now: Optional[Opened] = None
        self.opening = False
        self._first = False

    # --- opening -------------------------------------------------------------------------------------------------

    @property
    def path(self) -> Optional[Path]:
        """Where the open workspace is; None where none is open."""
        return self.now.path if self.now else None

    def open(self, path: Path, *, map_layers: bool = True, then: Optional[Callable[[], Any]] = None) -> None:
        """Open a workspace in a task; ``then`` is called when it is there."""

        def ready(found: Opened) -> None:
            self.opening = False
            self.now = found
            if map_layers:
                self.mapped.emit(self._first)
            self.opened.emit()
            if then is not None:
                then()
            if found.read_only:
                said = self.tr("It can only be read: copy it to a folder where you may write, then open the copy.")
                self.tasks.tell(title, Outcome(said))

        def publish(found: Opened) -> None:
            settings.save(settings.replaced(settings.load().values, workspace=str(found.path)))
            if map_layers:
                self._add_layers(title, found, ready)
            else:
                ready(found)

        def failed(error: Exception) -> None:
            self.opening = False

        self.opening = True
        title = self.tr("Workspace {0}").format(layers.workspace_title(path))
        rules = settings.load().values.rules
        self.tasks.start(title, lambda feedback: look(path, rules, feedback), publish, in_project=True, failed=failed)

    def close(self) -> None:
        """Forget the workspace; the layers stay in the project."""
        if self.now is not None:
            self.now = None
            self.closed.emit()

    def last(self) -> Optional[Path]:
        """Return the workspace of the options, which is the one that was open last, if it is still there."""
        stored = settings.load().values.workspace
        return Path(stored) if stored and Path(stored).is_file() else None

    # --- the map -------------------------------------------------------------------------------------------------

    def _add_layers(self, title: str, found: Opened, ready: Callable[[Opened], None]) -> None:
        """Add the layers, in place of earlier ones of the same workspace, a step whenever the main loop is free."""
        project = QgsProject.instance()
        self._first = not project.mapLayers()
        shown = layers.WorkspaceLayers(found.path, found.taxonomy, found.states, found.teams, reports=found.reports)
        steps = shown.adding(project, found.present)
        timer = QTimer(self)

        def step() -> None:
            try:
                next(steps)
            except StopIteration:
                timer.deleteLater()
                ready(found)
            except SigmaError as error:
                timer.deleteLater()
                self.opening = False
                self.tasks.tell_error(title, error)
            else:
                if not self.tasks.stopped:
                    timer.start(0)

        timer.setSingleShot(True)
        timer.timeout.connect(step)
        timer.start(0)

    def layer(self, role: str) -> Any:
        """Return a layer of the workspace in the project; None where it is not, or nothing is open."""
        return layers.find(QgsProject.instance(), role, self.now.path) if self.now else None

    # --- reading and writing -------------------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[Workspace]:
        """Give the workspace for a few rows; waits little for a lock, since the person waits."""
        from ..core.store import Workspace

        if self.now is None:
            raise WorkspaceError(self.tr("No workspace is open"))
        with Workspace.open(self.now.path, create=False, busy_timeout=_PATIENCE) as workspace:
            yield workspace

    def decide(self, ids: Sequence[str], label: str, *, photo: Optional[str] = None, model: str = "") -> dict[str, str]:
        """Write down a person's class (``""`` takes it back) and route again; see :func:`~..core.desk.decide`."""
        from ..core.jobs import handling as handling_jobs

        opened = self._open()
        with self.writing() as workspace:
            before = handling_jobs.decide(
                workspace, ids, label, opened.book, who=person(), photo=photo, model=model, layers=opened.layers
            )
        self.written(list(ids), label)
        return before

    def set_state(self, ids: Sequence[str], state: str) -> None:
        """Give reports a state that may follow the one they have."""
        from ..core.jobs import handling

        with self.writing() as workspace:
            handling.set_state(workspace, ids, state, who=person())
        self.written(list(ids))

    def written(self, ids: list[str], label: str = "") -> None:
        """Tell docks and map that reports were written."""
        if self.now is not None:
            project, opened = QgsProject.instance(), self.now
            layers.refresh(project, opened.path, rows_added=not ids)
            layer = self.layer("incident")
            if layer is not None:
                present = [label] if ids else layer.uniqueValues(layer.fields().indexOf("class"))
                layers.extend_legend(project, opened.path, [str(c.id) for c in opened.taxonomy.classes], present)
            self.changed.emit(ids)

    @contextmanager
    def doing(self, title: str) -> Iterator[None]:
        """Run a block that reads or writes; what goes wrong is told in the message bar."""
        try:
            yield
        except SigmaError as error:
            self.tasks.tell_error(title, error)

    def _open(self) -> Opened:
        if self.now is None:
            raise WorkspaceError(self.tr("No workspace is open"))
        return self.now


def person() -> str:
    """Return who works here: the full name in QGIS' settings, or the login."""
    name = QgsApplication.userFullName().strip()
    if name:
        return name
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # no login name on this machine
        return "QGIS"
