# SPDX-License-Identifier: GPL-2.0-or-later
"""The dock: what is typed is found, what is found is shown as text, what is empty says what to do."""

from __future__ import annotations

import sqlite3
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsApplication, QgsProject, QgsSettings
from qgis.PyQt.QtCore import QPoint, Qt, QTimer
from qgis.PyQt.QtWidgets import QAbstractButton, QLabel, QLineEdit, QWidget
from sigma_communes.core.catalogue import Catalogue
from sigma_communes.core.model import Link, Record
from sigma_communes.core.store import Workspace
from sigma_communes.plugin.catalogue import pack_list
from sigma_communes.plugin.catalogue.panel.dock import CatalogueDock
from sigma_communes.plugin.catalogue.reading import Entry
from sigma_communes.plugin.catalogue.words import ADD, PACK, STAR
from sigma_communes.plugin.workspace_file import WorkspaceFile

from .conftest import HOSTILE, RECORDS, Window, store


def shown(dock: CatalogueDock) -> list[str]:
    return [entry.title for entry in dock.list.records.entries]


def settled(dock: CatalogueDock, qtbot: Any) -> None:
    """Wait until the thread owes no answer."""
    qtbot.waitUntil(lambda: dock._overview is not None or dock._workspace.path is None, timeout=20000)
    qtbot.waitUntil(lambda: not dock._thread.busy(), timeout=20000)


@pytest.fixture
def dock(opened: WorkspaceFile, window: Window, qtbot: Any) -> Any:
    dock = CatalogueDock(opened, window)
    qtbot.addWidget(dock)
    dock.resize(360, 800)
    dock.show()
    settled(dock, qtbot)
    yield dock
    dock.clean_up()


def find(dock: CatalogueDock, text: str, qtbot: Any) -> None:
    dock.facets.text.setText(text)
    settled(dock, qtbot)


def visible_texts(widget: QWidget) -> str:
    texts = [w.text() for w in widget.findChildren(QLabel) if w.isVisible()]
    return "\n".join(texts + [w.text() for w in widget.findChildren(QAbstractButton) if w.isVisible()])


def entry_of(dock: CatalogueDock, identifier: str) -> Entry:
    return next(entry for entry in dock.list.records.entries if identifier in (entry.id, entry.id.rpartition(":")[2]))


# --- search -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["plu zonage", "PLUI  Zonages", "zonage réglementaire", "reglementair", "plan aix"])
def test_what_is_typed_is_found_with_and_without_accents(dock: CatalogueDock, typed: str, qtbot: Any) -> None:
    find(dock, typed, qtbot)
    assert shown(dock) == ["Zonage du PLUi, Pays d'Aix"]
    assert dock.count.text() == f"1 of {len(RECORDS)} records"


def test_the_last_of_several_searches_wins(dock: CatalogueDock, qtbot: Any) -> None:
    delivered: list[list[str]] = []
    dock.list.records.modelReset.connect(lambda: delivered.append(shown(dock)))
    for text in ("a", "ar", "arb", "arbr", "arbres paris"):
        dock.facets.text.setText(text)
    settled(dock, qtbot)
    assert delivered[-1] == ["Arbres de Paris"] and len(delivered) == 1


def test_facets_hold_together(dock: CatalogueDock, qtbot: Any) -> None:
    find(dock, "arbres", qtbot)
    assert len(shown(dock)) == 2
    action = next(a for a in dock.facets.producer.menu().actions() if a.data() == "Ville de Marseille")
    action.trigger()
    settled(dock, qtbot)
    assert shown(dock) == ["Arbres d'alignement"]
    assert dock.facets.producer.toolTip() == "<span>Ville de Marseille  (1)</span>".replace("  (1)", "")
    next(a for a in dock.facets.kind.menu().actions() if a.data() == "wfs").trigger()
    settled(dock, qtbot)
    assert shown(dock) == [] and "No record fits." in visible_texts(dock)
    dock._act.click()
    settled(dock, qtbot)
    assert len(shown(dock)) == len(RECORDS)


def test_a_theme_is_a_saved_search(dock: CatalogueDock, qtbot: Any) -> None:
    next(a for a in dock.facets.theme.menu().actions() if a.data() == "bundle:urbanism").trigger()
    settled(dock, qtbot)
    assert shown(dock) == ["Zonage du PLUi, Pays d'Aix"]
    find(dock, "arbres", qtbot)
    assert shown(dock) == []


def themes(dock: CatalogueDock) -> list[str]:
    return [action.text() for action in dock.facets.theme.menu().actions() if action.isCheckable()]


def test_a_commune_switches_its_themes_on(opened: WorkspaceFile, window: Window, qtbot: Any) -> None:
    QgsSettings().setValue("sigma_communes/commune", "13055")
    with Workspace.open(opened.path) as workspace:
        Catalogue(workspace).switch_bundle("roads")  # for the whole territory
    dock = CatalogueDock(opened, window)
    qtbot.addWidget(dock)
    settled(dock, qtbot)
    assert dock.facets.switches.title() == "Choose those of Marseille"
    switches = {action.data(): action for action in dock.facets.switches.actions()}
    assert [name for name, action in switches.items() if action.isChecked()] == ["roads"]
    assert not switches["roads"].isEnabled()
    switches["parks"].trigger()
    settled(dock, qtbot)
    with Workspace.open(opened.path) as workspace:
        assert [bundle.id for bundle in Catalogue(workspace).bundles_on("13055")] == ["roads", "parks"]
        assert [bundle.id for bundle in Catalogue(workspace).bundles_on("13001")] == ["roads"]
    assert themes(dock)[0] == "Themes of Marseille"
    next(a for a in dock.facets.theme.menu().actions() if a.text() == "Themes of Marseille").trigger()
    settled(dock, qtbot)
    assert set(shown(dock)) == {"Arbres d'alignement", "Arbres de Paris"}
    dock.facets.mine.setChecked(True)
    settled(dock, qtbot)
    assert shown(dock) == ["Arbres d'alignement"]
    dock.facets.mine.setChecked(False)
    next(action for action in dock.facets.switches.actions() if action.data() == "urbanism").trigger()
    settled(dock, qtbot)
    assert set(shown(dock)) == {"Zonage du PLUi, Pays d'Aix", "Arbres d'alignement", "Arbres de Paris"}
    for name in ("parks", "urbanism"):
        next(action for action in dock.facets.switches.actions() if action.data() == name).trigger()
        settled(dock, qtbot)
    assert shown(dock) == []  # no roads among them
    with Workspace.open(opened.path) as workspace:
        assert [bundle.id for bundle in Catalogue(workspace).bundles_on("13055")] == ["roads"]
    dock.clean_up()
    QgsSettings().remove("sigma_communes/commune")


def test_of_too_many_records_it_is_said_how_many(
    workspace: WorkspaceFile, window: Window, tmp_path: Path, qtbot: Any
) -> None:
    path = tmp_path / "workspace.gpkg"
    store(path, [Record(f"r{n}", "region", title=f"Couche {'rare' if n < 150 else ''} {n}") for n in range(2100)])
    with qtbot.waitSignal(workspace.opened, timeout=20000):
        workspace.open(path, map_layers=False)
    dock = CatalogueDock(workspace, window)
    qtbot.addWidget(dock)
    settled(dock, qtbot)
    said = {}
    for words in ("", "couche", "couche rare", "couche 17"):
        find(dock, words, qtbot)
        said[words] = dock.count.text()
    assert said == {
        "": "The first 100 of 2,100",
        "couche": "More than 2,000 records: add a word",
        "couche rare": "The 100 best of 150: add a word",
        "couche 17": "The 100 best of 111: add a word",  # 17, 170 to 179, 1700 to 1799
    }
    dock.clean_up()


def test_my_commune_leaves_out_what_lies_elsewhere(opened: WorkspaceFile, window: Window, qtbot: Any) -> None:
    QgsSettings().setValue("sigma_communes/commune", "13055")
    dock = CatalogueDock(opened, window)
    qtbot.addWidget(dock)
    settled(dock, qtbot)
    assert dock.facets.mine.text() == "Marseille"
    dock.facets.mine.setChecked(True)
    find(dock, "arbres", qtbot)
    assert shown(dock) == ["Arbres d'alignement"]
    dock.clean_up()
    QgsSettings().remove("sigma_communes/commune")


def test_what_is_new_since_the_last_visit(
    dock: CatalogueDock, opened: WorkspaceFile, window: Window, qtbot: Any
) -> None:
    assert not dock.facets.new.isEnabled()  # there was no visit before
    store(opened.path, [*RECORDS, Record("new", "region", title="Bornes de recharge")])
    again = CatalogueDock(opened, window)
    qtbot.addWidget(again)
    settled(again, qtbot)
    assert again.facets.new.text() == "New (1)"
    again.facets.new.setChecked(True)
    settled(again, qtbot)
    assert shown(again) == ["Bornes de recharge"]
    again.read()
    settled(again, qtbot)
    assert again.facets.new.text() == "New (1)"  # reading again is no other visit
    again.clean_up()


def test_a_favourite_is_kept_and_can_be_listed_alone(dock: CatalogueDock, opened: WorkspaceFile, qtbot: Any) -> None:
    dock.do(STAR, entry_of(dock, "plui"))
    settled(dock, qtbot)
    assert entry_of(dock, "plui").favourite
    dock.facets.starred.setChecked(True)
    settled(dock, qtbot)
    assert shown(dock) == ["Zonage du PLUi, Pays d'Aix"]
    with sqlite3.connect(opened.path) as connection:
        assert connection.execute("SELECT count(*) FROM record_mark WHERE favourite").fetchone() == (1,)


# --- the page -----------------------------------------------------------------------------------------------------


def test_the_page_says_all_of_a_record(dock: CatalogueDock, qtbot: Any) -> None:
    find(dock, "plui", qtbot)
    dock.list.choose(0)
    settled(dock, qtbot)
    qtbot.waitUntil(lambda: "Métropole AMP" in visible_texts(dock.page), timeout=5000)  # Qt shows labels a turn later
    text = visible_texts(dock.page)
    for said in (
        "zonage réglementaire",
        "Métropole AMP",
        "geo@example.org",
        "Licence Ouverte 2.0",
        "EPSG:2154",
        "Region",
    ):
        assert said in text
    assert [dock.page.links.topLevelItem(row).text(0) for row in range(3)] == ["✓ WMS", "✓ WFS", "✓ GPKG"]
    assert dock.page.map.extent == (5.2, 43.4, 5.7, 43.7)
    dock.page.links.setCurrentItem(dock.page.links.topLevelItem(2))
    dock.page.copy_link()
    assert QgsApplication.clipboard().text() == "https://geo.example.org/plui.gpkg"


@pytest.mark.parametrize("width", [360, 1000])
def test_the_page_is_as_high_as_what_it_says(dock: CatalogueDock, width: int, qtbot: Any) -> None:
    dock.resize(width, 800)
    find(dock, "plui", qtbot)
    dock.list.choose(0)
    settled(dock, qtbot)
    qtbot.wait(100)
    inner = dock.page.widget()
    lowest = max(label.geometry().bottom() for label in inner.findChildren(QLabel) if label.isVisible())
    assert lowest < inner.height() < max(lowest + 80, dock.page.viewport().height() + 1)
    assert inner.width() <= dock.page.viewport().width()


def test_hostile_records_are_text_and_their_links_are_refused(dock: CatalogueDock, qtbot: Any) -> None:
    find(dock, "carte plan", qtbot)
    assert shown(dock) == [HOSTILE.title]
    dock.list.choose(0)
    settled(dock, qtbot)
    labels = dock.page.findChildren(QLabel)
    assert labels and all(label.textFormat() == Qt.TextFormat.PlainText for label in labels if "<" in label.text())
    assert dock.page.metadata.isHidden()
    why = {}
    for row in range(dock.page.links.topLevelItemCount()):
        dock.page.links.setCurrentItem(dock.page.links.topLevelItem(row))
        seen = dock.page.link()
        why[seen.link.url.partition(":")[0].partition("/")[0]] = dock.page._why.text()
        assert not dock.page.link_add.isEnabled()
    assert "would run code" in why["javascript"] and "own computer" in why["file"]
    assert "incomplete" in why["data"] and "web page" in why["https"]


def test_a_record_of_thousands_of_links_is_shown_in_part(
    dock: CatalogueDock, opened: WorkspaceFile, qtbot: Any
) -> None:
    links = tuple(Link(f"https://tiles.example.org/{n}.tif", "cog") for n in range(5000))
    store(opened.path, [*RECORDS, Record("tiles", "region", title="Dalles", links=links)])
    dock.read()
    settled(dock, qtbot)
    find(dock, "dalles", qtbot)
    dock.list.choose(0)
    settled(dock, qtbot)
    assert dock.page.links.topLevelItemCount() == 200
    assert "5,000 links, the first 200" in visible_texts(dock.page).replace("\u202f", ",").replace("5000", "5,000")


def test_a_record_that_went_meanwhile_is_said(dock: CatalogueDock, window: Window, qtbot: Any) -> None:
    dock.show_record("region:gone")
    settled(dock, qtbot)
    assert "There is no record" in window.bar.currentItem().text()


# --- keys and mouse -----------------------------------------------------------------------------------------------


def test_keys_search_choose_and_add(dock: CatalogueDock, qtbot: Any) -> None:
    wanted: list[tuple[str, str]] = []
    dock.list.wanted.disconnect(dock.do)
    dock.list.wanted.connect(lambda act, entry: wanted.append((act, entry.title)))
    find(dock, "plui", qtbot)
    qtbot.keyClick(dock.facets.text, Qt.Key.Key_Return)
    assert dock.list.entry() is not None
    qtbot.keyClick(dock.list, Qt.Key.Key_Return)
    qtbot.keyClicks(dock.list, "*")
    assert wanted == [(ADD, "Zonage du PLUi, Pays d'Aix"), (STAR, "Zonage du PLUi, Pays d'Aix")]
    menu = dock.list.menu(dock.list.entry())
    assert [a.text() for a in menu.actions()][:2] == ["Add to the map by the best link", "Add to the map as WMS"]


@pytest.mark.parametrize("width", [360, 900])
def test_each_button_of_a_line_can_be_clicked(dock: CatalogueDock, width: int, qtbot: Any) -> None:
    wanted: list[str] = []
    dock.list.wanted.disconnect(dock.do)
    dock.list.wanted.connect(lambda act, entry: wanted.append(act))
    dock._splitter.setOrientation(Qt.Orientation.Vertical)
    dock.resize(width, 800)
    find(dock, "plui", qtbot)
    qtbot.wait(50)
    index = dock.list.records.index(0)
    buttons = dock.list.lines.buttons(dock.list._option(index), dock.list.records.entries[0])
    packs = [PACK] if pack_list.available() else []
    assert [button.act for button in buttons] == ["wms", "wfs", "geopackage", ADD, *packs, STAR]
    for button in buttons:
        assert dock.list.viewport().rect().contains(button.rect)
        qtbot.mouseClick(dock.list.viewport(), Qt.MouseButton.LeftButton, pos=button.rect.center())
    assert wanted == [button.act for button in buttons]
    qtbot.mouseClick(dock.list.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, buttons[0].rect.top() - 12))
    assert len(wanted) == len(buttons)


def test_every_control_has_a_name_for_screen_readers(dock: CatalogueDock) -> None:
    for widget in dock.widget().findChildren(QAbstractButton):
        if widget.isVisible() and not isinstance(widget.parent(), QLineEdit):  # its own buttons are Qt's
            assert widget.accessibleName() or widget.text() or widget.toolTip(), widget
    said = dock.list.records.data(dock.list.records.index(0), int(Qt.ItemDataRole.AccessibleTextRole))
    assert shown(dock)[0] in said


def test_layers_are_kept_for_the_pack(plugin: Any, opened: WorkspaceFile, window: Window, qtbot: Any) -> None:
    assert pack_list.available()
    dock = CatalogueDock(opened, window)
    qtbot.addWidget(dock)
    dock.show()
    settled(dock, qtbot)
    chosen = entry_of(dock, "plui")
    dock.do(PACK, chosen)
    assert pack_list.chosen() == [chosen.id]
    assert dock.state.text().endswith(", 1 layers in your pack.") and dock.make_pack.isVisible()
    option = dock.list._option(dock.list.records.index(dock.list.records.row_of(chosen.id)))
    assert "✓ Pack" in [button.text for button in dock.list.lines.buttons(option, chosen)]
    dock.do(PACK, chosen)
    assert pack_list.chosen() == [] and ", 0 layers" in dock.state.text()
    dock.clean_up()


# --- nothing there ------------------------------------------------------------------------------------------------


def test_without_a_workspace_one_is_to_be_chosen(workspace: WorkspaceFile, window: Window, qtbot: Any) -> None:
    asked: list[str] = []

    class Desktop:
        def choose_workspace(self) -> None:
            asked.append("choose")

    dock = CatalogueDock(workspace, window, Desktop())
    qtbot.addWidget(dock)
    dock.show()
    assert "No workspace is open" in visible_texts(dock)
    dock._act.click()
    assert asked == ["choose"]
    dock.clean_up()


def test_without_sources_and_without_records_the_next_step_is_a_button(
    workspace: WorkspaceFile, window: Window, tmp_path: Path, qtbot: Any
) -> None:
    from sigma_communes.core.catalogue import Catalogue, CatalogueSource
    from sigma_communes.core.store import Workspace

    path = tmp_path / "workspace.gpkg"
    Workspace.open(path).close()
    with qtbot.waitSignal(workspace.opened, timeout=20000):
        workspace.open(path, map_layers=False)
    dock = CatalogueDock(workspace, window)
    qtbot.addWidget(dock)
    dock.show()
    settled(dock, qtbot)
    assert "Choose sources…" in visible_texts(dock)
    with Workspace.open(path) as opened:
        Catalogue(opened).add(CatalogueSource("region", "csw", "https://region.example.org/csw"))
    dock.read()
    settled(dock, qtbot)
    assert "nothing was harvested yet" in visible_texts(dock) and dock._act.text() == "Harvest"
    dock.clean_up()


def test_a_workspace_that_is_gone_is_said(dock: CatalogueDock, opened: WorkspaceFile, qtbot: Any) -> None:
    qtbot.wait(2500)  # the thread closes what it does not need
    opened.path.unlink()
    find(dock, "zonage", qtbot)
    assert "no such workspace" in visible_texts(dock)
    assert dock._act.text() == "Try again"


def test_sources_that_do_not_answer_and_the_state_without_network(
    dock: CatalogueDock, opened: WorkspaceFile, monkeypatch: pytest.MonkeyPatch, qtbot: Any
) -> None:
    assert dock.health.text() == "● Region" and not dock.state.text().startswith("Offline")
    store(opened.path, RECORDS, error="nothing answers")
    dock.read()
    settled(dock, qtbot)
    assert dock.health.text().startswith("○ Region (unreachable for ")
    assert dock.state.text().startswith(f"Offline: {len(RECORDS)} records in the index of ")
    store(opened.path, RECORDS)
    dock.read()
    settled(dock, qtbot)
    assert not dock.offline
    monkeypatch.setenv("SIGMA_COMMUNES_NETWORK", "no")
    assert dock.offline


# --- the main loop ------------------------------------------------------------------------------------------------


def test_the_main_loop_goes_on_while_one_types(
    workspace: WorkspaceFile, window: Window, tmp_path: Path, qtbot: Any
) -> None:
    """Of 3,000 records: no slot of the main thread works longer than 100 ms between two ticks."""
    words = ("arbre", "route", "zonage", "réseau", "déchet", "école", "parc", "cadastre")
    records = [
        replace(
            RECORDS[n % 3], id=f"r{n}", title=f"{words[n % 8].title()} {words[n // 8 % 8]} {n}", abstract="texte " * 50
        )
        for n in range(3000)
    ]
    path = tmp_path / "workspace.gpkg"
    store(path, records)
    with qtbot.waitSignal(workspace.opened, timeout=20000):
        workspace.open(path, map_layers=False)
    dock = CatalogueDock(workspace, window)
    qtbot.addWidget(dock)
    dock.resize(500, 800)
    dock.show()
    settled(dock, qtbot)
    longest: list[float] = []
    for _ in range(3):  # the first time Qt loads fonts
        worst, last = [0.0], [time.thread_time()]

        def tick(worst: list[float] = worst, last: list[float] = last) -> None:
            now = time.thread_time()
            worst[0] = max(worst[0], now - last[0])
            last[0] = now

        timer = QTimer()
        timer.timeout.connect(tick)
        timer.start(0)
        for end in range(1, len("arbre réseau") + 1):
            dock.facets.text.setText("arbre réseau"[:end])
            qtbot.wait(30)
        settled(dock, qtbot)
        dock.list.choose(0)
        settled(dock, qtbot)
        timer.stop()
        longest.append(worst[0])
        dock.facets.text.setText("")
        settled(dock, qtbot)
    assert min(longest) <= 0.1, longest
    dock.clean_up()


def test_after_the_dock_no_thread_is_left(opened: WorkspaceFile, window: Window, qtbot: Any) -> None:
    dock = CatalogueDock(opened, window)
    dock.search()
    dock.clean_up()
    dock.deleteLater()
    assert not [t for t in threading.enumerate() if t.name == "sigma_communes catalogue"]
    assert QgsProject.instance().mapLayers() == {}
