# SPDX-License-Identifier: GPL-2.0-or-later
"""A long job in three steps: prepare (main thread), work (a thread, only core), publish (main thread).

The caller prepares and gives ``work``, a function of a :class:`~..core.feedback.Feedback` that touches neither Qt nor
QGIS, and ``publish``, a function of its result that returns what the person is told. Everything shown at the end is one
message in the message bar.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Optional

from qgis.core import Qgis, QgsApplication, QgsMessageLog, QgsProject, QgsTask
from qgis.gui import QgsMessageBar, QgsMessageBarItem
from qgis.PyQt.QtCore import QObject, Qt, pyqtSignal
from qgis.PyQt.QtGui import QFontDatabase
from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from ...core.errors import Cancelled, MissingPackage, SigmaError
from ...core.feedback import Feedback
from .core_sentences import sentence
from .error_text import error_lines
from .feedback import stage_name
from .runtime import PACKAGES, use_runtime

LOG = "SIGM@communes"
_LEAST_PAUSE = 0.05  # seconds between two progress signals: a worker must not flood the main loop
_STOP_WITHIN = 5.0  # seconds to wait for a worker when the plugin or QGIS goes away


@dataclass(frozen=True)
class Outcome:
    """What a person is told at the end of a job, and what he can do next."""

    text: str
    next_label: str = ""
    next_step: Optional[Callable[[], Any]] = None
    details: str = ""
    warning: bool = False
    """Some of it failed."""


class TaskFeedback(Feedback):
    """Progress from the worker's thread to a task, cancel from the task to the worker."""

    def __init__(self, task: CoreTask) -> None:
        self._task = task
        self._total: Optional[int] = None
        self._done = 0
        self._told = 0.0

    def stage(self, name: str, total: Optional[int] = None) -> None:
        self._total, self._done = total, 0
        self._task.staged.emit(stage_name(name))

    def advance(self, steps: int = 1) -> None:
        self._done += steps
        now = time.monotonic()
        if self._total and now - self._told >= _LEAST_PAUSE:
            self._told = now
            self._task.setProgress(min(100.0, 100.0 * self._done / self._total))

    def info(self, message: str) -> None:
        self._task.messages.append(sentence(message))

    def warning(self, message: str) -> None:
        self._task.messages.append(sentence(message))

    def is_cancelled(self) -> bool:
        return bool(self._task.isCanceled())


class CoreTask(QgsTask):
    """Runs a function of the core in a thread; made by :class:`Tasks`."""

    staged = pyqtSignal(str)

    def __init__(self, title: str, work: Callable[[Feedback], Any], ended: Callable[[CoreTask, bool], None]) -> None:
        super().__init__(title, QgsTask.Flag.CanCancel)
        self._work = work
        self._ended: Optional[Callable[[CoreTask, bool], None]] = ended
        self.messages: list[str] = []
        self.result: Any = None
        self.error: Optional[Exception] = None
        self.trace = ""
        self.project_closed = False
        self._begun = threading.Event()
        self.over = threading.Event()

    def run(self) -> bool:
        """Do the work; called by QGIS in a thread."""
        self._begun.set()
        try:
            use_runtime()
            self.result = self._work(TaskFeedback(self))
        except Cancelled:
            return False
        except SigmaError as error:
            self.error = error
            return False
        except ModuleNotFoundError as error:
            if error.name not in PACKAGES:
                self.error, self.trace = error, traceback.format_exc()
                return False
            from .error_text import MissingTexts

            self.error = MissingPackage(MissingTexts().missing(error.name))
            return False
        except Exception as error:  # whatever it is, it must not reach the thread pool
            self.error, self.trace = error, traceback.format_exc()
            return False
        finally:
            self.over.set()
        return not self.isCanceled()

    def finished(self, successful: bool) -> None:
        """Hand over; called by QGIS in the main thread."""
        if self._ended is not None:
            self._ended(self, successful)

    def abandon(self) -> None:
        """Cancel, and tell nobody when it ends."""
        self._ended = None
        self.cancel()

    def runs(self) -> bool:
        """Whether the worker has begun and not ended."""
        return self._begun.is_set() and not self.over.is_set()


class Tasks(QObject):
    """The jobs of the plugin. It outlives no plugin: :meth:`stop` before the docks go away."""

    def __init__(self, bar: Optional[QgsMessageBar], parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._bar = bar
        self.stopped = False
        self._running: set[CoreTask] = set()
        self._leaving: list[CoreTask] = []
        QgsProject.instance().cleared.connect(self._project_closed)
        QgsApplication.instance().aboutToQuit.connect(self.stop)

    # --- jobs ----------------------------------------------------------------------------------------------------

    def start(
        self,
        title: str,
        work: Callable[[Feedback], Any],
        publish: Optional[Callable[[Any], Optional[Outcome]]] = None,
        *,
        in_project: bool = False,
        failed: Optional[Callable[[Exception], None]] = None,
        cancelled: Optional[Callable[[], None]] = None,
        quiet: bool = False,
    ) -> CoreTask:
        """Start ``work`` in a thread.

        Parameters
        ----------
        title : str
            What the task list of QGIS shows.
        work : callable
            Gets a Feedback; touches only the core.
        publish : callable, optional
            Gets what ``work`` returned, in the main thread; returns what to tell, or None.
        in_project : bool
            ``publish`` adds to the project. When the project was closed meanwhile the person is asked first.
        failed, cancelled : callable, optional
            Called in the main thread besides the message.
        quiet : bool
            Cancelling says nothing.
        """

        def ended(task: CoreTask, successful: bool) -> None:
            self._running.discard(task)
            if task.error is not None:
                self.tell_error(title, task.error, task.trace)
                if failed is not None:
                    failed(task.error)
            elif not successful:
                if not quiet:
                    self.tell(title, Outcome(self.tr("Cancelled. What was finished before is kept.")))
                if cancelled is not None:
                    cancelled()
            elif publish is not None and in_project and task.project_closed:
                kept = Outcome(
                    self.tr("Finished, but the project was closed meanwhile."),
                    self.tr("Show in this project"),
                    lambda: self._publish(title, publish, task),
                )
                self.tell(title, kept)
            elif publish is not None:
                self._publish(title, publish, task)

        task = CoreTask(title, work, ended)
        self._running.add(task)
        QgsApplication.taskManager().addTask(task)
        return task

    def busy(self) -> bool:
        """Whether a job of the plugin runs or waits."""
        return bool(self._running)

    def drop(self, task: Optional[CoreTask]) -> None:
        """Cancel a job whose result nobody wants any more; nothing is told. One that has ended is left alone."""
        if task in self._running:
            self._running.discard(task)
            self._leaving = [other for other in (*self._leaving, task) if other.runs()]
            task.abandon()

    def stop(self) -> None:
        """Cancel all jobs and wait until their threads have ended (at most 5 s): their code is about to go away."""
        self.stopped = True
        running, self._running = self._running, set()
        threads = [task for task in (*running, *self._leaving) if task.runs()]
        for task in running:
            task.abandon()
        until = time.monotonic() + _STOP_WITHIN
        for task in threads:
            task.over.wait(max(0.0, until - time.monotonic()))
        self._bar = None

    def _publish(self, title: str, publish: Callable[[Any], Optional[Outcome]], task: CoreTask) -> None:
        try:
            outcome = publish(task.result)
        except SigmaError as error:
            self.tell_error(title, error)
            return
        except Exception as error:
            self.tell_error(title, error, traceback.format_exc())
            return
        if outcome is not None:
            self.tell(title, outcome, task.messages)

    def _project_closed(self) -> None:
        for task in self._running:
            task.project_closed = True

    # --- messages ------------------------------------------------------------------------------------------------

    def tell(self, title: str, outcome: Outcome, messages: Optional[list[str]] = None) -> None:
        """Show one message with its next step; ``messages`` and details behind a button."""
        details = "\n".join(filter(None, [outcome.details, *(messages or ())]))
        level = Qgis.MessageLevel.Success if outcome.next_step else Qgis.MessageLevel.Info
        level = Qgis.MessageLevel.Warning if outcome.warning else level
        self._show(title, outcome.text, level, details, outcome.next_label, outcome.next_step)

    def tell_error(self, title: str, error: Exception, trace: str = "") -> None:
        """Show what went wrong, where and what to do; the whole text can be copied."""
        if isinstance(error, SigmaError):
            text, details = error_lines(error), str(error)
        else:
            text = self.tr("An error of the plugin itself. Copy the details and report them.")
            details = trace or repr(error)
        QgsMessageLog.logMessage(f"{title}: {details}", LOG, Qgis.MessageLevel.Critical)
        self._show(title, text, Qgis.MessageLevel.Critical, f"{title}\n{text}\n\n{details}")

    def _show(
        self,
        title: str,
        text: str,
        level: Qgis.MessageLevel,
        details: str = "",
        next_label: str = "",
        next_step: Optional[Callable[[], Any]] = None,
    ) -> None:
        if self._bar is None:
            QgsMessageLog.logMessage(f"{title}: {text}", LOG, level)
            return
        item = self._bar.createMessage(title, text)
        if next_step is not None:
            item.layout().addWidget(self._button(next_label, lambda: self._go_on(item, next_step)))
        if details:
            item.layout().addWidget(self._button(self.tr("Details"), lambda: show_details(title, details, self._bar)))
        self._bar.pushWidget(item, level, 0 if next_step or level == Qgis.MessageLevel.Critical else 8)

    def _go_on(self, item: QgsMessageBarItem, next_step: Callable[[], Any]) -> None:
        if self._bar is not None:
            self._bar.popWidget(item)
        next_step()

    def _button(self, label: str, clicked: Callable[[], Any]) -> QPushButton:
        button = QPushButton(label)
        button.clicked.connect(lambda _=False: clicked())
        return button


class DetailsDialog(QDialog):
    """A text that can be read and copied."""

    def __init__(self, title: str, text: str, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(640, 320)
        self._text = QPlainTextEdit(text)
        self._text.setReadOnly(True)
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._text.setAccessibleName(self.tr("Details"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton(self.tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(self.copy)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self._text)
        layout.addWidget(buttons)
        QWidget.setTabOrder(self._text, copy)
        QWidget.setTabOrder(copy, buttons.button(QDialogButtonBox.StandardButton.Close))

    def copy(self) -> None:
        """Put the text on the clipboard."""
        QgsApplication.clipboard().setText(self._text.toPlainText())


def show_details(title: str, text: str, parent: Optional[QWidget]) -> DetailsDialog:
    """Show a text beside the work, not in front of it."""
    dialog = DetailsDialog(title, text, parent.window() if parent else None)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.show()
    return dialog
