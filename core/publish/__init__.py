# SPDX-License-Identifier: GPL-2.0-or-later
"""What goes out to people who don't have the tool: the bulletin."""

from .bulletin import write_bulletin

__all__ = ["write_bulletin"]
