"""Keys that the window has too: in a dock they are ours, elsewhere the window's."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDockWidget, QLineEdit, QMainWindow, QTableWidget, QVBoxLayout
from sigma_communes.plugin.base.compat import Action
from sigma_communes.plugin.base.keys import KeyPage


def test_a_key_of_the_window_is_ours_while_the_focus_is_in_the_dock(qtbot: Any) -> None:
    window, called = QMainWindow(), []
    qtbot.addWidget(window)
    action = Action("Filter…", window)
    action.setShortcut(QKeySequence(QKeySequence.StandardKey.Find))
    action.triggered.connect(lambda _=False: called.append("window"))
    window.addAction(action)
    page, table, text = KeyPage(), QTableWidget(2, 2), QLineEdit()
    layout = QVBoxLayout(page)
    layout.addWidget(table)
    layout.addWidget(text)
    page.on_key(QKeySequence.StandardKey.Find, lambda: called.append("dock"))
    page.on_key(QKeySequence.StandardKey.Undo, lambda: called.append("undo"))
    dock = QDockWidget()
    dock.setWidget(page)
    outside = QLineEdit()
    window.setCentralWidget(outside)
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
    window.show()
    qtbot.waitExposed(window)
    control = Qt.KeyboardModifier.ControlModifier
    for widget in (table, text):
        QTest.keyClick(widget, Qt.Key.Key_F, control)
    assert called == ["dock", "dock"]
    QTest.keyClick(outside, Qt.Key.Key_F, control)
    assert called[2:] in ([], ["window"])  # offscreen the window may not be active; never the dock
    text.setText("")
    QTest.keyClicks(text, "abc")
    QTest.keyClick(text, Qt.Key.Key_Z, control)
    assert "undo" not in called and text.text() == ""  # a text field undoes what was typed
    QTest.keyClick(table, Qt.Key.Key_Z, control)
    assert called[-1] == "undo"
