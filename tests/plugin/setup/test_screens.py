# SPDX-License-Identifier: GPL-2.0-or-later
"""The options page, the doctor and the first run are registered, opened when asked for, and taken away again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest.mock import MagicMock

import pytest
from qgis.core import QgsApplication, QgsSettings
from qgis.gui import QgsMessageBar
from qgis.PyQt.QtWidgets import QMainWindow, QPushButton
from sigma_communes.plugin.base import settings
from sigma_communes.plugin.setup.screens import Screens


@pytest.fixture
def iface(qgis_app: QgsApplication, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[MagicMock]:
    for name in settings.NAMES:
        monkeypatch.delenv(settings.variable(name), raising=False)
    QgsSettings().remove("sigma_communes")
    window = QMainWindow()
    qtbot.addWidget(window)
    bar = QgsMessageBar()
    qtbot.addWidget(bar)
    found = MagicMock()
    found.mainWindow.return_value = window
    found.messageBar.return_value = bar
    yield found
    QgsSettings().remove("sigma_communes")


def test_the_invitation_opens_the_first_run_and_goes(iface: MagicMock, qtbot: Any) -> None:
    screens = Screens(iface)
    iface.initializationCompleted.connect.assert_called_once_with(screens.invite)
    screens.invite()
    bar = iface.messageBar()
    bar.currentItem().findChild(QPushButton).click()
    assert bar.currentItem() is None
    panel = screens._open["first_run"]
    assert panel.isVisible() and not panel.isModal()
    panel.reject()
    assert screens._open == {} and not settings.is_first_run()
    screens.unload()


def test_an_invitation_that_was_closed_is_forgotten(iface: MagicMock, qtbot: Any) -> None:
    screens = Screens(iface)
    screens.invite()
    iface.messageBar().clearWidgets()
    qtbot.wait(50)
    screens.show_first_run()
    screens.unload()


def test_who_is_set_up_from_outside_is_not_invited(iface: MagicMock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGMA_COMMUNES_COMMUNE", "13055")
    screens = Screens(iface)
    iface.initializationCompleted.connect.assert_not_called()
    screens.unload()


def test_the_doctor_opens_once_and_unload_closes_it(iface: MagicMock) -> None:
    screens = Screens(iface)
    screens.show_doctor()
    first = screens._open["doctor"]
    screens.show_doctor()
    assert screens._open["doctor"] is first and first.isVisible()
    factory = iface.registerOptionsWidgetFactory.call_args.args[0]
    screens.unload()
    assert not first.isVisible() and screens._open == {}
    iface.unregisterOptionsWidgetFactory.assert_called_once_with(factory)
    assert iface.removePluginMenu.call_count == iface.addPluginToMenu.call_count == 2
