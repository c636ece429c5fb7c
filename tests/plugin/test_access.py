# SPDX-License-Identifier: GPL-2.0-or-later
"""Every screen in French: narrow and with letters twice as large, by keyboard alone, read out by a screen reader."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, Qt, QTranslator
from qgis.PyQt.QtGui import QFontMetrics
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAction,
    QApplication,
    QCheckBox,
    QDialog,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QShortcut,
    QStyle,
    QStyleOptionButton,
    QTextEdit,
    QToolButton,
    QWidget,
)
from sigma_communes.core.catalogue import Catalogue, CatalogueSource
from sigma_communes.core.model import Link, Record
from sigma_communes.core.store import Workspace
from sigma_communes.plugin.base import core_sentences, error_text, language
from sigma_communes.plugin.workspace_file import WorkspaceFile

ROOT = Path(__file__).resolve().parents[2]
DOCKS = ("backlog", "review", "import_photos", "catalogue")
DIALOGS = (
    "sources", "conflicts", "sync", "classes", "team", "server", "doctor", "install", "options", "first_run", "details",
)  # fmt: skip
NARROW = 360  # px: the least width of a dock


@pytest.fixture
def french(qgis_app: QgsApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    translator = QTranslator()
    assert translator.load(str(ROOT / "i18n" / "sigma_communes_fr.qm"))
    QCoreApplication.installTranslator(translator)
    for module in (core_sentences, error_text, language):
        monkeypatch.setattr(module, "language", lambda: "fr")
    yield
    QCoreApplication.removeTranslator(translator)


@pytest.fixture
def screen(
    french: None, opened: WorkspaceFile, window: Any, shown: Any, demo_inputs: Any, tmp_path: Path, qtbot: Any
) -> Iterator[Callable[[str], QWidget]]:
    """Give a function that shows a screen, full of what it shows."""
    made: list[QWidget] = []

    def show(name: str) -> QWidget:
        widget = _made(name, opened, window, shown, demo_inputs, tmp_path, qtbot)
        made.append(widget)
        widget = widget._sources if name == "sources" else widget
        widget.show()
        qtbot.waitExposed(widget)
        QApplication.processEvents()
        return widget

    yield show
    for widget in made:
        if hasattr(widget, "clean_up"):
            widget.clean_up()
        widget.close()
        widget.deleteLater()
    QApplication.sendPostedEvents(None, 52)  # DeferredDelete
    QApplication.processEvents()


def _made(name: str, opened: WorkspaceFile, window: Any, shown: Any, inputs: Any, folder: Path, qtbot: Any) -> QWidget:
    if name == "backlog":
        from sigma_communes.plugin.reports.dock import BacklogDock

        dock = BacklogDock(opened, window, shown)
        qtbot.waitUntil(lambda: dock._index is not None, timeout=20000)
        dock.filters.text.setText("photos")
        dock.table.selectRow(0)
        qtbot.wait(300)
        dock.pane.ask_reply("resolved")
        return dock
    if name == "review":
        from sigma_communes.plugin.photos.review_dock import ReviewDock

        dock = ReviewDock(opened, window)
        dock.show()
        qtbot.wait(500)
        return dock
    if name == "import_photos":
        from sigma_communes.plugin.photos.import_dock import ImportPhotosDock

        dock = ImportPhotosDock(opened, window, shown)
        dock.show()
        dock.add([inputs[0][0]])
        qtbot.waitUntil(lambda: dock._scanning is None and dock.model.rowCount() > 0, timeout=20000)
        return dock
    if name in ("catalogue", "sources"):
        return _catalogue(name, opened, window, shown, qtbot)
    return _dialog(name, opened, folder)


def _catalogue(name: str, opened: WorkspaceFile, window: Any, shown: Any, qtbot: Any) -> QWidget:
    from sigma_communes.plugin.catalogue.panel.dock import CatalogueDock

    links = (Link("https://geo.example.org/wms", "wms", "plui"), Link("https://geo.example.org/a.pdf", "document"))
    record = Record("plui", "region", title="Zonage du PLUi", abstract="Plan local", organisation="AMP", links=links)
    with Workspace.open(opened.path) as workspace:
        catalogue = Catalogue(workspace)
        catalogue.add(CatalogueSource("region", "csw", "https://geo.example.org/csw", "Région"))
        begun = catalogue.records.begin("region")
        catalogue.records.put(begun, [record])
        catalogue.records.end(begun, whole=True)
    dock = CatalogueDock(opened, window, shown)
    dock.show()
    qtbot.waitUntil(lambda: dock.list.records.rowCount() > 0, timeout=20000)
    dock.list.choose(0)
    qtbot.waitUntil(lambda: dock.page.page is not None, timeout=20000)
    if name == "sources":
        dock.show_sources()
    return dock


def _dialog(name: str, opened: WorkspaceFile, folder: Path) -> QWidget:
    from sigma_communes.plugin.base import tasks
    from sigma_communes.plugin.photos.class_picker import ClassPicker
    from sigma_communes.plugin.reports.exchange import server_list
    from sigma_communes.plugin.reports.exchange.conflicts import ConflictsDialog
    from sigma_communes.plugin.reports.exchange.sync_page import SyncPage
    from sigma_communes.plugin.reports.pane.team_dialog import TeamDialog
    from sigma_communes.plugin.setup import doctor, first_run, options

    makers: dict[str, Callable[[], QWidget]] = {
        "conflicts": lambda: ConflictsDialog(opened),
        "sync": lambda: SyncPage(opened.now, {"ville": ()}, {"ville": "Ville de test"}),
        "classes": lambda: ClassPicker(opened.now),
        "team": lambda: TeamDialog({"voirie": "Voirie Est"}, ["Aubagne"], hand_on=True),
        "server": server_list.ServerDialog,
        "doctor": doctor.DoctorDialog,
        "install": lambda: doctor.InstallDialog(wheels=folder),
        "options": options.OptionsPage,
        "first_run": first_run.FirstRun,
        "details": lambda: tasks.DetailsDialog("Titre", "Texte"),
    }
    return makers[name]()


@pytest.fixture
def letters(qgis_app: QgsApplication) -> Iterator[Callable[[float], None]]:
    """Give a function that makes all letters so many times as large."""
    before = QApplication.font()

    def enlarge(times: float) -> None:
        font = QApplication.font()
        font.setPointSizeF(before.pointSizeF() * times)
        QApplication.setFont(font)

    yield enlarge
    QApplication.setFont(before)


# --- nothing is cut ----------------------------------------------------------------------------------------------


def _room(button: QAbstractButton) -> int:
    """Return the width that is left for the text of a button."""
    style, icon = button.style(), 0 if button.icon().isNull() else button.iconSize().width() + 4
    if isinstance(button, QToolButton):
        margins = 2 * style.pixelMetric(QStyle.PixelMetric.PM_DefaultFrameWidth, None, button)
        split = button.menu() is not None and button.popupMode() == QToolButton.ToolButtonPopupMode.MenuButtonPopup
        arrow = style.pixelMetric(QStyle.PixelMetric.PM_MenuButtonIndicator, None, button) if split else 0
        return button.width() - margins - arrow - (icon if button.toolButtonStyle() else 0)
    if isinstance(button, (QCheckBox, QRadioButton)):
        option = QStyleOptionButton()
        option.initFrom(button)
        check = isinstance(button, QCheckBox)
        element = QStyle.SubElement.SE_CheckBoxContents if check else QStyle.SubElement.SE_RadioButtonContents
        return style.subElementRect(element, option, button).width() - icon
    return button.width() - icon - 2


def cut(screen: QWidget) -> list[str]:
    """Return the texts of visible buttons that do not fit, with the room they have."""
    found = []
    for button in screen.findChildren(QAbstractButton):
        icon_alone = isinstance(button, QToolButton) and not button.icon().isNull() and not button.toolButtonStyle()
        if not button.isVisible() or icon_alone:
            continue
        text = re.sub("&(.)", r"\1", button.text())
        needed = max((QFontMetrics(button.font()).horizontalAdvance(line) for line in text.split("\n")), default=0)
        if needed > _room(button):
            found.append(f"{type(button).__name__} “{text}”: {needed} > {_room(button)}")
    return found


@pytest.mark.parametrize("times", [1, 1.5, 2])
@pytest.mark.parametrize("name", [*DOCKS, *DIALOGS])
def test_no_button_is_cut_in_french(
    screen: Callable[[str], QWidget], letters: Callable[[float], None], name: str, times: float, qtbot: Any
) -> None:
    letters(times)
    shown = screen(name)
    if name in DOCKS:
        shown.resize(NARROW, 900)
        qtbot.wait(50)
        # Letters twice as large come with twice as many pixels.
        assert shown.width() <= NARROW * times
    assert cut(shown) == []


# --- keyboard and screen reader ----------------------------------------------------------------------------------


def _focusable(screen: QWidget) -> list[QWidget]:
    return [
        widget
        for widget in [screen, *screen.findChildren(QWidget)]
        if widget.isVisible()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.focusProxy() is None
        and not isinstance(widget, QScrollArea)
        and not (isinstance(widget, QAbstractButton) and widget.objectName().startswith("qt_dockwidget"))
    ]


def _said(widget: QWidget, screen: QWidget) -> str:
    """Return what a screen reader says of a widget."""
    if widget.accessibleName():
        return str(widget.accessibleName())
    if isinstance(widget, QAbstractButton) and re.search(r"\w", widget.text()):
        return str(widget.text())
    labels = [label for label in screen.findChildren(QLabel) if label.buddy() in (widget, widget.parentWidget())]
    return str(labels[0].text()) if labels else ""


@pytest.mark.parametrize("name", [*DOCKS, *DIALOGS])
def test_every_widget_has_a_name_for_screen_readers(screen: Callable[[str], QWidget], name: str) -> None:
    shown = screen(name)
    unnamed = [
        f"{type(widget).__name__} {widget.objectName()!r} in {type(widget.parentWidget()).__name__} "
        f"{widget.property('text') or ''!r}"
        for widget in _focusable(shown)
        if not _said(widget, shown)
    ]
    assert unnamed == []


@pytest.mark.parametrize("name", [*DOCKS, *DIALOGS])
def test_the_tab_key_reaches_every_widget_and_is_never_held(
    screen: Callable[[str], QWidget], name: str, qtbot: Any
) -> None:
    shown = screen(name)
    shown.window().activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is shown.window(), timeout=5000)
    widgets = [widget for widget in _focusable(shown) if widget.isEnabled()]
    # Of buttons that exclude each other Tab reaches one; arrows do the rest.
    due = [widget for widget in widgets if not (isinstance(widget, QRadioButton) and widget.autoExclusive())]
    reached: list[QWidget] = []
    (due or [shown])[0].setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(3 * len(widgets) + 10):
        focused = QApplication.focusWidget()
        if focused is None:
            break
        reached.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    missed = [f"{type(w).__name__} {_said(w, shown)!r}" for w in due if w not in reached]
    held = [f"{type(a).__name__} {_said(a, shown)!r}" for a, b in zip(reached, reached[1:]) if a is b]
    assert missed == [] and (held == [] or len(due) < 2)


def _mnemonics(screen: QWidget) -> Counter[str]:
    texts = [button.text() for button in screen.findChildren(QAbstractButton) if button.isVisible()]
    texts += [label.text() for label in screen.findChildren(QLabel) if label.isVisible() and label.buddy() is not None]
    return Counter(found[1].lower() for text in texts for found in re.finditer(r"(?<!&)&(\w)", text))


@pytest.mark.parametrize("name", [*DOCKS, *DIALOGS])
def test_no_two_shortcuts_or_mnemonics_clash(screen: Callable[[str], QWidget], name: str) -> None:
    shown = screen(name)
    keys = [shortcut.key().toString() for shortcut in shown.findChildren(QShortcut) if shortcut.isEnabled()]
    keys += [key.toString() for action in shown.findChildren(QAction) for key in action.shortcuts()]
    keys += [
        button.shortcut().toString()
        for button in shown.findChildren(QAbstractButton)
        if button.shortcut() and "&" not in button.text()
    ]
    twice = [key for key, count in Counter(keys).items() if count > 1 and key]
    letters = [letter for letter, count in _mnemonics(shown).items() if count > 1]
    assert twice == [] and letters == []


def test_the_walk_looks_at_real_screens(screen: Callable[[str], QWidget]) -> None:
    """The tests above would pass on empty windows: these are not."""
    assert len(_focusable(screen("backlog"))) > 15
    assert len(_focusable(screen("catalogue"))) > 8
    shown = screen("options")
    assert shown.findChildren((QPushButton, QPlainTextEdit, QTextEdit, QAbstractItemView, QDialog))
    button = QPushButton("Un texte bien trop long pour un bouton", shown)
    button.setFixedWidth(40)
    button.show()
    assert len(cut(shown)) == 1 and "bien trop long" in cut(shown)[0]
