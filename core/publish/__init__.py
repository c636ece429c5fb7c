# SPDX-License-Identifier: GPL-2.0-or-later
"""What goes out to people who don't have the tool: the bulletin."""

from .bulletin import write_bulletin
from .wording import Words

__all__ = ["Words", "write_bulletin"]
