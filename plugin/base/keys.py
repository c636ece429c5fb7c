# SPDX-License-Identifier: GPL-2.0-or-later
"""Keys that QGIS has too (Ctrl+F, F5, Ctrl+Z), and that are ours while the focus is in our dock.

Two actions of one key cancel each other in Qt. A widget that accepts ``ShortcutOverride`` gets the key as a plain key
instead, and no action of the window sees it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.PyQt.QtCore import QEvent
from qgis.PyQt.QtGui import QKeyEvent, QKeySequence
from qgis.PyQt.QtWidgets import QWidget


class KeyPage(QWidget):
    """The page of a dock; what is inside goes first (a text field keeps its own undo)."""

    def __init__(self) -> None:
        super().__init__()
        self._acts: list[tuple[QKeySequence.StandardKey, Callable[[], Any]]] = []

    def on_key(self, key: QKeySequence.StandardKey, act: Callable[[], Any]) -> None:
        """Call ``act`` where a key is pressed anywhere inside that nothing inside has taken."""
        self._acts.append((key, act))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            act = next((act for key, act in self._acts if event.matches(key)), None)
            if act is not None:
                event.accept()
                if event.type() == QEvent.Type.KeyPress:
                    act()
                return True
        return bool(super().event(event))
