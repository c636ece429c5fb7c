"""The list of reports: found, chosen, decided, and what is said where there is nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QAbstractButton, QLabel, QLineEdit, QPushButton, QWidget
from sigma_communes.core.feedback import SILENT
from sigma_communes.core.store.listing import MINE, BacklogIndex, Filter
from sigma_communes.core.store.outbox import submit
from sigma_communes.plugin.reports.dock import BacklogDock
from sigma_communes.plugin.reports.listing.index import Wanted, box_around
from sigma_communes.plugin.reports.listing.model import CLASS, MARK, STATE, BacklogModel
from sigma_communes.plugin.workspace_file import WorkspaceFile

MODEL = "test-model 1"
NAMES = {"graffiti": "Graffitis et tags", "waste": "Déchets et dépôts sauvages"}


def rows(path: Path, statement: str, *values: Any) -> list[Any]:
    with sqlite3.connect(path) as connection:
        return connection.execute(statement, values).fetchall()


# --- the index ---------------------------------------------------------------------------------------------------


@pytest.fixture
def index(demo_run: Path) -> BacklogIndex:
    return BacklogIndex.build(demo_run, NAMES, SILENT)


def test_the_newest_stands_first(index: BacklogIndex) -> None:
    times = [row.reported_at for row in index.page(index.rows(Filter()))]
    assert len(times) == 304 and times == sorted(times, reverse=True)


@pytest.mark.parametrize("typed", ["graffitis MARSEILLE", "Marséille  graff", "graffitis-marseille"])
def test_words_are_found_whatever_their_accents_and_case(index: BacklogIndex, typed: str) -> None:
    found = index.page(index.rows(Filter(text=typed)))
    assert found and all(row.class_id in {"graffiti", "hate_graffiti"} and row.place == "Marseille" for row in found)


@pytest.mark.parametrize("typed", ['"', "'; DROP TABLE listed; --", "NEAR(", "*", "a AND", "col:x", "\0"])
def test_no_text_breaks_the_search(index: BacklogIndex, typed: str) -> None:
    assert isinstance(index.rows(Filter(text=typed)), list)
    assert len(index.rows(Filter())) == 304


def test_filters_hold_together(index: BacklogIndex, demo_run: Path) -> None:
    expected = rows(
        demo_run, "SELECT count(*) FROM incident WHERE class IN ('graffiti', 'waste') AND commune = 'Marseille'"
    )
    wanted = Filter(classes=("graffiti", "waste"), communes=("Marseille",))
    assert len(index.rows(wanted)) == expected[0][0] > 0
    assert index.rows(Filter(states=("resolved",))) == []
    box = (5.3, 43.2, 5.5, 43.4)
    expected = rows(
        demo_run, "SELECT count(*) FROM incident WHERE lon BETWEEN 5.3 AND 5.5 AND lat BETWEEN 43.2 AND 43.4"
    )
    assert len(index.rows(Filter(extent=box))) == expected[0][0] > 0
    assert len(index.rows(Filter(), "2026-11-15")) == 304  # an empty filter has no period
    recent = index.page(index.rows(Filter(days=7), "2026-11-10"))
    assert recent and all(row.reported_at >= "2026-11-10" for row in recent)


def test_a_saved_filter_is_the_same_again() -> None:
    wanted = Filter(text="mur", states=("received",), days=30, waiting=True, extent=(0, 0, 1, 1))
    again = Filter.from_json(wanted.to_json())
    assert again == Filter(text="mur", states=("received",), days=30, waiting=True)
    assert Filter.from_json("{") == Filter.from_json("[]") == Filter()


def test_the_model_reads_what_is_shown_only(index: BacklogIndex) -> None:
    model = BacklogModel()
    model.show(index, lambda class_id: NAMES.get(class_id, class_id))
    model.set_rows(index.rows(Filter()) * 400)
    assert model.rowCount() > 100_000
    assert model.data(model.index(100_000, CLASS)) and len(model._windows) == 1
    assert model.data(model.index(10**7, CLASS)) is None


# --- the dock ----------------------------------------------------------------------------------------------------


@pytest.fixture
def dock(opened: WorkspaceFile, window: Any, qtbot: Any) -> BacklogDock:
    dock = BacklogDock(opened, window)
    qtbot.addWidget(dock)
    dock.resize(360, 800)
    dock.show()
    qtbot.waitUntil(lambda: dock._index is not None, timeout=20000)
    return dock


def find(dock: BacklogDock, text: str) -> None:
    dock.filters.text.setText(text)
    dock.table.selectRow(0)


def visible_texts(widget: QWidget) -> str:
    texts = [w.text() for w in widget.findChildren(QLabel) if w.isVisible()]
    return "\n".join(texts + [w.text() for w in widget.findChildren(QAbstractButton) if w.isVisible()])


def test_selection_goes_both_ways(dock: BacklogDock, opened: WorkspaceFile) -> None:
    layer = opened.layer("incident")
    dock.table.selectRow(3)
    (row,) = dock.chosen()
    assert layer.selectedFeatureIds() == [row.fid]
    layer.selectByIds([5, 7])
    assert {row.fid for row in dock.chosen()} == {5, 7}
    layer.removeSelection()
    assert dock.chosen() == []


def test_the_map_follows_only_where_it_must(dock: BacklogDock, window: Any) -> None:
    before = window.canvas.extent()
    find(dock, "Marseille graffitis")
    dock.in_extent.setChecked(True)
    dock.table.selectRow(0)
    assert window.canvas.extent() == before
    dock.in_extent.setChecked(False)
    find(dock, "Salon-de-Provence")
    assert window.canvas.extent() != before


def test_the_photo_the_suggestion_and_the_route_are_shown(dock: BacklogDock, qtbot: Any) -> None:
    find(dock, "photos Aubagne")
    shown = visible_texts(dock.pane)
    assert "Damaged road" in shown and f"Suggestion of the model ({MODEL}):" in shown
    assert "Damaged road 95 %" in shown
    assert "Team:" in shown and "because" in shown
    assert "Received" in shown
    qtbot.waitUntil(lambda: "In progress" in visible_texts(dock.pane), timeout=2000)
    qtbot.waitUntil(lambda: dock.pane.photos.canvas._item.pixmap().width() == 320, timeout=10000)


def test_keys_decide_route_again_and_queue(dock: BacklogDock, opened: WorkspaceFile, qtbot: Any) -> None:
    find(dock, "photos Marseille")
    (before,) = dock.chosen()
    assert before.class_id == "graffiti" and before.team == "qualification"
    dock.table.setFocus()
    dock.pane.suggestions.confirm(1)
    (after,) = dock.chosen()
    assert (after.class_id, after.class_from) == ("waste", "person")
    assert after.team == "cleanliness_marseille_provence"
    assert rows(opened.path, "SELECT label, model, photo_id NOTNULL FROM decision") == [("waste", MODEL, 1)]
    assert rows(opened.path, "SELECT field, new FROM change") == [("class", "waste")]
    # The class is ours alone, and no server knows of the photo.
    assert after.marks == MINE and dock.model.data(dock.model.index(dock.table.currentIndex().row(), MARK)) == ""
    assert not dock.waiting.isVisible() and "No server is configured" in dock.sync.toolTip()
    assert "Decided by a person" in visible_texts(dock.pane)


def test_a_number_typed_into_the_search_decides_nothing(dock: BacklogDock, opened: WorkspaceFile, qtbot: Any) -> None:
    find(dock, "photos")
    dock.activateWindow()
    dock.filters.text.setFocus()
    qtbot.keyClicks(dock.filters.text, "1")
    assert dock.filters.text.text().endswith("1")
    assert rows(opened.path, "SELECT count(*) FROM decision") == [(0,)]


def test_only_allowed_states_are_offered_and_several_are_set_at_once(dock: BacklogDock, opened: WorkspaceFile) -> None:
    def offered() -> dict[str, QPushButton]:
        grid = dock.pane._states
        return {grid.itemAt(i).widget().text(): grid.itemAt(i).widget() for i in range(grid.count())}

    find(dock, "photos")
    dock.table.selectAll()
    assert len(dock.chosen()) == 4 and "Resolved" in offered()
    offered()["Resolved"].click()
    assert {row.state for row in dock.chosen()} == {"resolved"}
    assert rows(opened.path, "SELECT count(*), new FROM change") == [(4, "resolved")]
    dock.table.selectRow(0)
    assert set(offered()) == {"In progress"}
    assert "state: Resolved" in dock.pane._history_text.text()


def test_the_waiting_and_what_the_filter_hides(dock: BacklogDock, opened: WorkspaceFile) -> None:
    report = dock.model.row(0).id
    opened.set_state([report], "assigned")
    assert not dock.waiting.isVisible()  # no server knows of it
    with opened.writing() as workspace:
        submit(workspace, [report], "Ada")
    opened.written([report])
    assert dock.waiting.text() == "✎ 1 to send"
    assert dock.model.data(dock.model.index(0, MARK)) == "✎"
    dock.waiting.click()
    assert dock.filters._flags["waiting"].isChecked()
    assert dock.model.rowCount() == 1 and dock.count.text() == "1 of 304"
    dock.filters.text.setText("zzzz")
    assert "No report fits the filter." in visible_texts(dock)
    dock._act.click()
    assert dock.model.rowCount() == 304


def test_a_filter_is_saved_and_taken_again(dock: BacklogDock) -> None:
    dock.filters.set_filter(Wanted(text="mur", classes=("graffiti",)))
    dock.filters.save("Murs")
    dock.filters.clear()
    assert dock.model.rowCount() == 304
    assert dock.filters.saved() == {"Murs": Wanted(text="mur", classes=("graffiti",))}
    dock.filters.set_filter(dock.filters.saved()["Murs"])
    assert dock.filters.text.text() == "mur" and "(1)" in dock.filters._buttons["classes"].text()
    dock.filters.forget("Murs")
    assert dock.filters.saved() == {}


def test_an_edit_in_the_attribute_table_comes_into_the_list(
    dock: BacklogDock, opened: WorkspaceFile, qtbot: Any
) -> None:
    reports = opened.layer("report")
    reports.startEditing()
    reports.changeAttributeValue(1, reports.fields().indexOf("class"), "pests")
    assert reports.commitChanges()
    qtbot.waitUntil(lambda: dock.model.row(dock.model.positions_of([1])[0]).class_id == "pests", timeout=10000)
    assert rows(opened.path, "SELECT label FROM decision") == [("pests",)]


def test_a_layer_that_a_person_removes_leaves_the_list(dock: BacklogDock, opened: WorkspaceFile) -> None:
    QgsProject.instance().removeMapLayer(opened.layer("incident").id())
    dock.table.selectRow(2)
    assert len(dock.chosen()) == 1
    QgsProject.instance().clear()
    dock.table.selectRow(3)
    assert dock.pane.report is not None


def test_hostile_text_is_shown_as_text(dock: BacklogDock, opened: WorkspaceFile) -> None:
    from sigma_communes.core.model import Report
    from sigma_communes.core.store import Workspace

    evil = "<img src='http://spy.example/x.png'><b>bold</b>"
    with Workspace.open(opened.path) as workspace:
        workspace.add_reports([Report("x", "1", description=evil, address=evil, requested_datetime="2030-01-01")])
    dock.pane.show_report("x/1")
    assert "&lt;img" in dock.pane._words.text() and "<img" not in dock.pane._words.text() + dock.pane._title.text()


def test_without_a_workspace_the_next_step_is_offered(
    workspace: WorkspaceFile, window: Any, shown: Any, qtbot: Any
) -> None:
    dock = BacklogDock(workspace, window, shown)
    qtbot.addWidget(dock)
    dock.show()
    assert "No workspace is open" in visible_texts(dock)
    dock._act.click()
    assert shown.docks == ["choose"]


def test_every_control_has_a_name_and_fits_into_360_pixels(dock: BacklogDock) -> None:
    find(dock, "photos")
    assert dock.minimumSizeHint().width() <= 360
    for button in dock.widget().findChildren(QAbstractButton):
        ours = not isinstance(button.parentWidget(), QLineEdit)  # not the little cross of QGIS' search field
        if ours and button.isVisible() and button.focusPolicy() != Qt.FocusPolicy.NoFocus:
            assert button.accessibleName() or button.text(), button


def test_quartier_mine_conflict_and_nearness_are_filters_too(
    dock: BacklogDock, opened: WorkspaceFile, qtbot: Any
) -> None:
    rows(opened.path, "UPDATE triage SET quartier = 'Endoume' WHERE fid IN (SELECT fid FROM triage LIMIT 7)")
    dock.read()
    qtbot.waitUntil(lambda: "Endoume  (7)" in [a.text() for a in dock.filters._buttons["quartiers"].menu().actions()])
    dock.filters.set_filter(Wanted(quartiers=("Endoume",)))
    assert dock.model.rowCount() == 7
    dock.filters.set_filter(Wanted(mine=True))
    assert dock.model.rowCount() == 0
    dock.handling.note([rows(opened.path, "SELECT id FROM report")[0][0]], "vu sur place")
    dock.list_again()
    assert dock.model.rowCount() == 1
    dock.filters.set_filter(Wanted(conflicts=True))
    assert dock.model.rowCount() == 0 and "There is no conflict" in visible_texts(dock)
    dock.filters.set_filter(Wanted(near=1000))
    expected = rows(
        opened.path,
        "SELECT count(*) FROM incident WHERE lon BETWEEN ?1 AND ?3 AND lat BETWEEN ?2 AND ?4",
        *box_around(5.4, 43.3, 1000),
    )
    assert dock.model.rowCount() == expected[0][0]


def test_the_filter_comes_back_with_the_profile_and_the_project(
    dock: BacklogDock, opened: WorkspaceFile, window: Any, qtbot: Any, tmp_path: Path
) -> None:
    wanted = Wanted(text="mur", mine=True, near=500, quartiers=("Endoume",))
    dock.filters.set_filter(wanted)
    assert Wanted.from_json(wanted.to_json()) == wanted

    def another() -> BacklogDock:
        other = BacklogDock(opened, window)
        qtbot.addWidget(other)
        qtbot.waitUntil(lambda: other._index is not None, timeout=20000)
        return other

    assert another().filters.filter == wanted
    assert QgsProject.instance().write(str(tmp_path / "p.qgz"))
    dock.filters.clear()
    assert another().filters.filter == wanted  # the project's goes before the profile's


def test_a_team_a_note_and_many_states_are_written_told_once_and_taken_back(
    dock: BacklogDock, opened: WorkspaceFile, window: Any, qtbot: Any, asked: list[int]
) -> None:
    find(dock, "photos")
    dock.table.selectAll()
    dock.handling.choose_team(dock.chosen_ids(), "Commune : Cassis", "limite communale")
    assert {row.team for row in dock.chosen()} == {"Commune : Cassis"}
    assert rows(opened.path, "SELECT DISTINCT what, label FROM decision") == [("team", "Commune : Cassis")]
    next(b for b in window.bar.currentItem().findChildren(QPushButton) if b.text() == "Undo").click()
    assert "Commune : Cassis" not in {row.team for row in dock.chosen()}
    dock.filters.clear()
    dock.table.selectAll()
    assert len(dock.chosen_ids()) == 304
    dock.set_state("in_progress")
    qtbot.waitUntil(lambda: not opened.tasks.busy(), timeout=20000)
    dock.set_state("to_qualify")
    qtbot.waitUntil(lambda: not opened.tasks.busy(), timeout=20000)
    dock.handling.set_state(["photos/none"], "resolved")
    assert window.bar.currentItem().level() == 2  # a report that is not there
    assert rows(opened.path, "SELECT DISTINCT state FROM report") == [("to_qualify",)]
    dock.set_state("in_progress")  # may not follow
    qtbot.waitUntil(lambda: not opened.tasks.busy(), timeout=20000)
    assert "304 stay as they are: after “To qualify” only come" in window.bar.currentItem().text()
    assert dock.handling.undo()
    qtbot.waitUntil(lambda: not opened.tasks.busy(), timeout=20000)
    assert rows(opened.path, "SELECT DISTINCT state FROM report") == [("in_progress",)]
    assert asked == [304, 304, 304]  # a few are not asked about, taking back neither


def test_many_are_left_alone_where_the_person_did_not_mean_them(
    dock: BacklogDock, opened: WorkspaceFile, monkeypatch: pytest.MonkeyPatch, qtbot: Any
) -> None:
    monkeypatch.setattr(type(dock.handling), "sure", lambda *_: False)
    dock.table.selectAll()
    dock.decide("none")
    qtbot.waitUntil(lambda: not opened.tasks.busy(), timeout=20000)
    assert rows(opened.path, "SELECT count(*) FROM decision") == [(0,)]


def test_the_class_that_the_words_gave_is_shown_with_them_and_confirmed_by_a_key(
    dock: BacklogDock, opened: WorkspaceFile
) -> None:
    text = "SELECT id, class FROM report WHERE class_from = 'words' AND id NOT LIKE 'photos/%' LIMIT 1"
    ((report, label),) = rows(opened.path, text)
    fid = rows(opened.path, "SELECT fid FROM report WHERE id = ?", report)[0][0]
    dock._select_fids([fid])
    assert dock.pane.suggestions._title.text().startswith("Suggestion of the words")
    dock.pane.suggestions.confirm(0)
    assert rows(opened.path, "SELECT class, class_from FROM report WHERE id = ?", report) == [(label, "person")]


def test_the_mark_stays_on_the_chosen_report(dock: BacklogDock) -> None:
    dock.table.selectRow(3)
    first = dock._mark.marker
    assert first is not None and first.isVisible()
    dock.table.selectRow(4)
    assert dock._mark.marker is not None and dock._mark.marker is not first
    dock.table.clearSelection()
    assert dock._mark.marker is None


def test_a_refusal_needs_its_reason_and_it_stays_in_the_history(
    dock: BacklogDock, opened: WorkspaceFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sigma_communes.plugin.reports.pane.reason_dialog import ReasonDialog

    find(dock, "photos Aubagne")
    (chosen,) = dock.chosen()
    dialog = ReasonDialog("Rejected", dock)
    ok = dialog.buttons.button(dialog.buttons.Ok)
    assert not ok.isEnabled()
    dialog.text.setPlainText("hors sujet")
    assert ok.isEnabled()
    monkeypatch.setattr(ReasonDialog, "exec", lambda self: 0)
    dock.set_state("rejected")
    assert dock.chosen()[0].state == "received"
    monkeypatch.setattr(ReasonDialog, "exec", lambda self: self.text.setPlainText("<i>hors sujet</i>") or 1)
    dock.set_state("rejected")
    assert dock.chosen()[0].state == "rejected"
    assert "&lt;i&gt;hors sujet" in dock.pane._history_text.text()
    dock.handling.hand_on([chosen.id], "Commune : Cassis", "voir la limite", outside=True)
    assert dock.chosen()[0].state == "rejected"  # may not follow; told
    dock.handling.undo()
    dock.handling.hand_on([chosen.id], "Commune : Cassis", "voir la limite", outside=True)
    assert (dock.chosen()[0].state, dock.chosen()[0].team) == ("not_ours", "Commune : Cassis")


def test_the_list_shows_the_state_first_and_a_menu_does_what_the_pane_does(
    dock: BacklogDock, opened: WorkspaceFile
) -> None:
    header = dock.table.horizontalHeader()
    assert header.logicalIndex(0) == STATE
    find(dock, "photos Aubagne")
    (before,) = dock.chosen()
    known = opened.now.states.get(before.state)
    assert dock.model.data(dock.model.index(0, STATE)) == known.letter
    menu = dock.menu()
    states = next(action.menu() for action in menu.actions() if action.menu() is not None)
    next(action for action in states.actions() if action.text() == "In progress").trigger()
    assert dock.chosen()[0].state == "in_progress"
    next(action for action in dock.menu().actions() if action.text() == "Copy").trigger()
    assert "Aubagne" in QgsApplication.clipboard().text()
