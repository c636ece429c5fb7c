# SPDX-License-Identifier: GPL-2.0-or-later
"""Citizens' reports: from files and from report servers."""

from .formats.files import read_reports

__all__ = ["read_reports"]
