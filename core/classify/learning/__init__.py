# SPDX-License-Identifier: GPL-2.0-or-later
"""The head that learns: fit, evaluate, ask, and say what it does not know. Works on features; numpy only."""

from __future__ import annotations

from .fit.fitting import Lesson, Taught, fit
from .head import Head, Suggestions, base_head, read_head, write_head

__all__ = ["Head", "Lesson", "Suggestions", "Taught", "base_head", "fit", "read_head", "write_head"]
