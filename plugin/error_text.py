# SPDX-License-Identifier: GPL-2.0-or-later
"""What the core's errors say, in the language of QGIS, with the person's next step."""

from __future__ import annotations

import re

from ..core.errors import SigmaError
from .translate import Translated


class ErrorText(Translated):
    """Translates the errors that a person at the screen is likely to meet; others stay as the core says them."""

    def lines(self, error: SigmaError) -> str:
        """Return what happened, where and the next step, as plain text."""
        for pattern, text in self._known():
            found = re.search(pattern, error.what)
            if found:
                said = text.format(*found.groups())
                return f"{error.where}: {said}" if error.where else said
        return str(error)

    def _known(self) -> tuple[tuple[str, str], ...]:
        return (
            (
                "in use by another program",
                self.tr(
                    "The workspace is in use. End the edit session in QGIS or close the other program, then try again."
                ),
            ),
            (
                "read-only",
                self.tr("The workspace can only be read. Copy it to a folder where you may write, then open the copy."),
            ),
            (
                r"has version (\d+), this program knows up to (\d+)",
                self.tr("The workspace is of a newer version ({0}; this plugin knows {1}). Update the plugin."),
            ),
            (
                "no such workspace",
                self.tr("The workspace is not there any more. Choose where it was moved to, or restore a copy."),
            ),
            ("not a GeoPackage", self.tr("This file is not a GeoPackage, or it is damaged. Choose another file.")),
            (
                "not a workspace of",
                self.tr("This GeoPackage is not a workspace. Choose another file, or import its reports."),
            ),
            ("file is empty", self.tr("The file is empty. Restore a copy, or delete it.")),
            ("Is a folder", self.tr("This is a folder. Choose a file.")),
            (
                "disk is full",
                self.tr("The disk is full. Free some space and try again; all that was finished is kept."),
            ),
            (
                "can't be opened",
                self.tr("The workspace can't be opened. Check that the folder exists and that you may write there."),
            ),
            ("There is no such file or folder", self.tr("There is no such file or folder. Check the path.")),
            (
                "can't be read or written",
                self.tr(
                    "The disk can't be read or written. If it is a network drive, copy the workspace to this computer."
                ),
            ),
            (
                r"There is no report '(.+)' in the workspace",
                self.tr("The report {0} is not in the workspace any more. Refresh the list."),
            ),
        )


def error_lines(error: SigmaError) -> str:
    """Return an error in the language of QGIS."""
    return ErrorText().lines(error)
