# SPDX-License-Identifier: GPL-2.0-or-later
"""The workspace: a GeoPackage with reports, photos, decisions, and the map's view ``incident``."""

from .report_rows import Written, report_id
from .workspace import Workspace

__all__ = ["Workspace", "Written", "report_id"]
