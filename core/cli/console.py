# SPDX-License-Identifier: GPL-2.0-or-later
"""How the command line speaks: progress on stderr, results on stdout, JSON lines, exit codes.

Exit codes: 0 done, 1 done but some inputs were rejected, 2 wrong use, 3 failed, 130 stopped by Ctrl-C. The first
Ctrl-C asks the running stage to stop at its next safe point; the second interrupts at once.
"""

from __future__ import annotations

import dataclasses
import json
import math
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from types import FrameType
from typing import Any, Callable, Optional, TypeVar

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from ..base.bilingual import Bilingual
from ..errors import SigmaError
from ..feedback import Feedback
from .language import said

DONE, REJECTED, USAGE, FAILED = 0, 1, 2, 3
_STOPPING = Bilingual(
    fr="Arrêt au prochain point sûr ; Ctrl-C encore une fois arrête tout de suite.",
    en="Stopping at the next safe point; Ctrl-C again stops at once.",
)
_STOPPED = Bilingual(fr="Arrêté. Ce qui était terminé est conservé.", en="Stopped. What was finished before is kept.")
F = TypeVar("F", bound=Callable[..., Any])


def safe(text: object) -> str:
    """Return ``text`` as it can be printed on one line: newlines and undecodable bytes are shown, not sent."""
    return "".join(
        c if c.isprintable() or c in "\u00a0\u202f" else c.encode("unicode_escape", "surrogatepass").decode("ascii")
        for c in str(text)
    )


class ConsoleFeedback(Feedback):
    """Progress bars and messages on stderr; Ctrl-C is the cancel button."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.console = Console(stderr=True, quiet=quiet, highlight=False)
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        self.progress = Progress(*columns, console=self.console, disable=quiet or not self.console.is_terminal)
        self._said = (lambda text: text) if quiet else said
        self._task: Optional[TaskID] = None
        self._asked = False

    def stage(self, name: str, total: Optional[int] = None) -> None:
        if self._task is not None:
            known = self.progress.tasks[-1]
            self.progress.update(self._task, total=known.total or known.completed)
        self._task = self.progress.add_task(escape(self._said(name)), total=total)

    def advance(self, steps: int = 1) -> None:
        if self._task is not None:
            self.progress.advance(self._task, steps)

    def info(self, message: str) -> None:
        self.console.print(escape(self._said(message)))

    def warning(self, message: str) -> None:
        self.console.print(f"[yellow]![/yellow] {escape(self._said(message))}")

    def is_cancelled(self) -> bool:
        return self._asked

    def ask_to_stop(self, signum: int, frame: Optional[FrameType]) -> None:
        """Take the first Ctrl-C as a wish, the second as an order."""
        if self._asked:
            raise KeyboardInterrupt
        self._asked = True
        self.console.print(said(_STOPPING))


@contextmanager
def session(*, quiet: bool = False) -> Iterator[ConsoleFeedback]:
    """Give the feedback of one command; print expected errors as what, where, next step, and exit with their code."""
    feedback = ConsoleFeedback(quiet=quiet)
    before = signal.signal(signal.SIGINT, feedback.ask_to_stop)
    try:
        with feedback.progress:
            _look_at_workspace(feedback)
            yield feedback
    except SigmaError as error:
        text = str(error) if quiet else said(str(error))
        Console(stderr=True, highlight=False).print(f"[red]✕[/red] {escape(safe(text))}", soft_wrap=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        Console(stderr=True).print(said(_STOPPED))
        sys.exit(130)
    finally:
        signal.signal(signal.SIGINT, before)


def _look_at_workspace(feedback: ConsoleFeedback) -> None:
    """Warn where the command's workspace was copied without what was written last."""
    context = click.get_current_context(silent=True)
    given = () if context is None else context.params.values()
    for path in [each for each in given if isinstance(each, Path) and each.suffix == ".gpkg" and each.is_file()]:
        from ..store.file.copying import lacks_wal  # half of the start-up: only where a workspace is given

        if lacks_wal(path):
            feedback.warning(
                f"{path.name} was open in another program when it was copied, and {path.name}-wal is not beside it: "
                "its last edits may be missing. Close it there, or copy both"
            )


def plain(value: Any) -> Any:
    """Return ``value`` as JSON can hold it: dataclasses, enums, paths, numpy scalars, NaN and NaT as null."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Path):
        return safe(value)
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if type(value).__module__ == "numpy":  # not imported for this: it is half of the start-up
        if value.dtype.kind == "M":
            text = str(value.astype("datetime64[s]"))
            return None if text == "NaT" else f"{text}Z"
        return plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return safe(value) if isinstance(value, str) else value


def emit(value: Any) -> None:
    """Print one JSON object on one line of stdout."""
    click.echo(json.dumps(plain(value), ensure_ascii=False))


def json_option(command: F) -> F:
    """Add ``--json``: one object a line on stdout, nothing else there."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON object a line on standard output.")(command)
