# SPDX-License-Identifier: GPL-2.0-or-later
"""Rules to team, with the reason; and the check of a rule book."""

from __future__ import annotations

from .assigning import route
from .checking import Finding, check
from .rulebook import RuleBook, Team, example_path, load

__all__ = ["Finding", "RuleBook", "Team", "check", "example_path", "load", "route"]
