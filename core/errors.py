# SPDX-License-Identifier: GPL-2.0-or-later
"""What can go wrong, said so that a person can act on it.

Every error tells three things: *what* happened, *where*, and the *next* step. The command line prints them as
such and the plugin shows them in its message bar; a traceback is for our own mistakes only.
"""

from __future__ import annotations

from typing import Optional


class SigmaError(Exception):
    """The root of all expected errors.

    Parameters
    ----------
    what : str
        What happened, one sentence without a final full stop.
    where : str, optional
        A file, a line, a field, a server: the place to look at.
    next_step : str, optional
        What the person can do about it.
    code : str
        A stable name of what happened, for who says it in another language; by default that of the class, ``""``: none.
    """

    exit_code = 3
    code = ""

    def __init__(
        self, what: str, *, where: Optional[str] = None, next_step: Optional[str] = None, code: str = ""
    ) -> None:
        super().__init__(what)
        self.code = code or self.code
        self.what = what
        self.where = where
        self.next_step = next_step

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text}. {self.next_step}" if self.next_step else text


class UsageError(SigmaError):
    """The call itself is wrong: a missing argument, a path that does not exist, two options at odds."""

    exit_code = 2


class DataError(SigmaError):
    """An input file or a shipped data file can't be used as it is."""


class MissingPackage(SigmaError):
    """An optional package is needed for this one thing and is not installed."""


class WorkspaceError(SigmaError):
    """The workspace can't be opened or written: locked, newer, damaged, read-only, disk full."""


class ModelError(SigmaError):
    """A model package is missing, damaged, hostile or does not fit."""


class Cancelled(SigmaError):
    """The person asked to stop; what was finished before is kept."""

    exit_code = 130
