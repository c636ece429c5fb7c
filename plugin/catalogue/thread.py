# SPDX-License-Identifier: GPL-2.0-or-later
"""A thread that reads the catalogue for the screens, with its own connection; of several questions the last one counts.

The workspace is closed two seconds after the last question: no file stays open that another program may want to move.
"""

from __future__ import annotations

import threading
import traceback
from collections import OrderedDict
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Optional

from qgis.core import Qgis, QgsMessageLog
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..base.tasks import LOG
from ..base.worker import Worker

if TYPE_CHECKING:
    from ...core.catalogue import Catalogue

_IDLE = 2.0  # seconds

Work = Callable[["Catalogue", Path], Any]


class _Question(NamedTuple):
    number: int
    slot: str
    path: Path
    work: Work
    done: Callable[[Any], Any]
    failed: Callable[[Exception], Any]


class CatalogueThread(QObject):
    """Answers in the main thread; :meth:`stop` it before it goes away."""

    _answered = pyqtSignal(object, object, object)

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._waiting: OrderedDict[str, _Question] = OrderedDict()
        self._latest: dict[str, int] = {}
        self._number = 0
        self._wake = threading.Condition()
        self._stopped = False
        self._worker: Optional[Worker] = None
        self._answered.connect(self._deliver)

    def ask(
        self,
        slot: str,
        path: Path,
        work: Work,
        done: Callable[[Any], Any],
        failed: Callable[[Exception], Any],
    ) -> None:
        """Let ``work(catalogue, path)`` run in the thread, then ``done(result)`` or ``failed(error)`` in this one.

        A question takes the place of an earlier one of the same ``slot``: its answer is not delivered any more.
        """
        with self._wake:
            if self._stopped:
                return
            self._number += 1
            self._latest[slot] = self._number
            self._waiting[slot] = _Question(self._number, slot, path, work, done, failed)
            self._waiting.move_to_end(slot)
            self._wake.notify()
        if self._worker is None:
            self._worker = Worker("catalogue", self._run)
            self._worker.start()

    def forget(self) -> None:
        """Deliver no answer to what was asked so far."""
        with self._wake:
            self._waiting.clear()
            self._latest.clear()

    def busy(self) -> bool:
        """Whether an answer is still due."""
        return bool(self._latest)

    def stop(self) -> None:
        """End the thread; nobody is called back any more."""
        with self._wake:
            self._stopped = True
            self._waiting.clear()
            self._latest.clear()
            self._wake.notify()
        if self._worker is not None:
            self._worker.stop()
            self._worker = None

    def _deliver(self, question: _Question, result: Any, error: Optional[Exception]) -> None:
        if self._latest.get(question.slot) != question.number:
            return
        del self._latest[question.slot]
        if error is not None:
            question.failed(error)
        else:
            question.done(result)

    # --- in the thread -------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while (question := self._next(None)) is not None:
            self._serve(question)

    def _next(self, seconds: Optional[float]) -> Optional[_Question]:
        """Wait for a question; None at the end, or where none came in time."""
        with self._wake:
            self._wake.wait_for(lambda: self._stopped or self._waiting, seconds)
            if self._stopped or not self._waiting:
                return None
            return self._waiting.popitem(last=False)[1]

    def _serve(self, question: _Question) -> None:
        """Answer questions about one workspace as long as they come."""
        from ...core.catalogue import Catalogue
        from ...core.store import Workspace

        path = question.path
        asked: Optional[_Question] = question
        with ExitStack() as stack:
            catalogue: Optional[Catalogue] = None
            while asked is not None:
                result, error = None, None
                try:
                    if catalogue is None:
                        catalogue = Catalogue(stack.enter_context(Workspace.open(path, create=False)))
                    result = asked.work(catalogue, path)
                except Exception as problem:  # whatever it is, it goes to who asked
                    error = problem
                    if not hasattr(problem, "what"):
                        QgsMessageLog.logMessage(traceback.format_exc(), LOG, Qgis.MessageLevel.Critical)
                if not self._stopped:
                    self._answered.emit(asked, result, error)
                if error is not None:
                    return
                asked = self._next(_IDLE)
                if asked is not None and asked.path != path:
                    with self._wake:
                        self._waiting.setdefault(asked.slot, asked)
                        self._waiting.move_to_end(asked.slot, last=False)
                    return
