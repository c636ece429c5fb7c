# SPDX-License-Identifier: GPL-2.0-or-later
"""One report below the list: its photos, the model's suggestion, the route and why, the states that may follow."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Optional

from qgis.gui import QgsCollapsibleGroupBox
from qgis.PyQt.QtCore import QDateTime, QLocale, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ..language import language
from ..workspace_file import WorkspaceFile
from .photo_view import PhotoView
from .reading import HistoryEntry, ReportDetail, read_report
from .suggestions import Suggestions


class ReportPane(QScrollArea):
    """Shows a report and what may be done with it; emits what the person wants."""

    decided = pyqtSignal(str)
    state_wanted = pyqtSignal(str)
    passed = pyqtSignal()

    def __init__(self, workspace: WorkspaceFile, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.report: Optional[ReportDetail] = None
        self.photos = PhotoView(workspace.tasks)
        self.photos.turned_to.connect(self._photo_turned)
        self.suggestions = Suggestions()
        self.suggestions.decided.connect(self.decided)
        self.suggestions.passed.connect(self.passed)
        self._title = self._label()
        self._words = self._label()
        self._route = self._label()
        self._state = self._label()
        self._states = QGridLayout()
        self._states.setSpacing(2)
        self._history = QgsCollapsibleGroupBox(self.tr("History"))
        self._history.setObjectName("sigma_communes_history")
        self._history.setCollapsed(True)
        for button in self._history.findChildren(QToolButton):
            button.setAccessibleName(self.tr("Show or hide the history"))
        self._history_text = self._label()
        inside = QVBoxLayout(self._history)
        inside.addWidget(self._history_text)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(4, 4, 4, 4)
        for widget in (self._title, self._words):
            layout.addWidget(widget)
        layout.addWidget(self.photos, 1)
        layout.addWidget(self.suggestions)
        layout.addWidget(self._route)
        layout.addWidget(self._state)
        layout.addLayout(self._states)
        layout.addWidget(self._history)
        layout.addStretch()
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Report"))
        self.show_several([])

    # --- what is shown -------------------------------------------------------------------------------------------

    def show_report(self, report_id: str) -> None:
        """Read a report and show it."""
        path = self._workspace.path
        if path is None:
            return
        with self._workspace.doing(self.tr("Report")):
            report = read_report(path, report_id)
            if report is None:
                self._empty(self.tr("This report is not in the workspace any more. Refresh the list."))
                return
            same = self.report is not None and self.report.id == report.id
            self.report = report
            self._show(report, same)

    def show_several(self, ids: Sequence[str], states: Sequence[str] = ()) -> None:
        """Show what may be done with several reports at once, or, for none, what to do."""
        self.report = None
        if not ids:
            self._empty(self.tr("Choose a report in the list or on the map."))
            return
        self._empty(
            self.tr("{0} reports are chosen: correct the class or set the state of all of them.").format(len(ids))
        )
        opened = self._workspace.now
        if opened is not None:
            self.suggestions.show_no_suggestion(opened)
            self.suggestions.setVisible(True)
            common = [s.id for s in opened.states if all(s in opened.states.after(i) for i in set(states))]
            self._offer_states(common)

    def _show(self, report: ReportDetail, same: bool) -> None:
        opened = self._workspace.now
        if opened is None:
            return
        place = report.address or report.commune
        if report.address and report.commune and report.commune not in report.address:
            place = f"{report.address}, {report.commune}"
        when = _when(report.reported_at)
        self._title.setText(
            f"<b>{_plain(opened.class_name(report.class_id))}</b> — {_plain(place)}"
            + (f"<br><small>{_plain(when)} · {_plain(report.id)}</small>" if when else "")
        )
        said = " — ".join(text for text in (report.service_name, report.description) if text)
        self._words.setText(_plain(said))
        self._words.setVisible(bool(said))
        self.photos.setVisible(bool(report.photos))
        if not same:
            self.photos.show_photos([(photo.path, photo.thumbnail) for photo in report.photos])
        self._show_suggestion(0)
        self.suggestions.setVisible(True)
        reason = report.reason_fr if language() == "fr" else report.reason_en
        team = opened.teams.get(report.team, report.team)
        head = self.tr("Team:")
        if team:
            why = reason[len(team) :] if reason.startswith(team) else f" — {reason}"
            self._route.setText(f"<b>{head}</b> {_plain(team)}{_plain(why)}")
        else:
            missing = self.tr("none yet. Run the main job, or decide the class.")
            self._route.setText(f"<b>{head}</b> {_plain(missing)}")
        self._route.setVisible(True)
        head = self.tr("State:")
        self._state.setText(f"<b>{head}</b> {_plain(opened.states.name(report.state, language()))} →")
        self._state.setVisible(True)
        self._offer_states([state.id for state in opened.states.after(report.state)])
        self._history.setVisible(True)
        self._history_text.setText(
            "<br>".join(self._entry(entry) for entry in report.history) or self.tr("Nothing yet.")
        )

    def _photo_turned(self, number: int) -> None:
        if self.report is not None:
            self._show_suggestion(number)

    def _show_suggestion(self, number: int) -> None:
        report, opened = self.report, self._workspace.now
        if report is None or opened is None:
            return
        photo = report.photos[number] if number < len(report.photos) else None
        self.suggestions.show_suggestion(
            opened,
            photo.model if photo else "",
            photo.top if photo else (),
            bool(photo and photo.abstained),
            present=report.class_id,
            by_person=report.class_from == "person",
        )

    def _empty(self, text: str) -> None:
        self._title.setText(_plain(text))
        for widget in (self._words, self.photos, self.suggestions, self._route, self._state, self._history):
            widget.setVisible(False)
        self.photos.show_photos([])
        self._offer_states([])

    def _offer_states(self, states: Sequence[str]) -> None:
        while self._states.count():
            widget = self._states.takeAt(0).widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        opened = self._workspace.now
        if opened is None:
            return
        for i, state in enumerate(states):
            button = QPushButton(opened.states.name(state, language()))
            button.setAccessibleName(self.tr("Set the state: {0}").format(button.text()))
            button.setEnabled(not opened.read_only)
            button.clicked.connect(lambda _=False, state=state: self.state_wanted.emit(state))
            self._states.addWidget(button, i // 3, i % 3)

    def _entry(self, entry: HistoryEntry) -> str:
        opened = self._workspace.now
        value = entry.value or ""
        if opened is not None and entry.what == "class":
            said = self.tr("class: {0}").format(opened.class_name(value)) if value else self.tr("decision taken back")
        elif opened is not None and entry.what == "state":
            said = self.tr("state: {0}").format(opened.states.name(value, language()))
        elif entry.what == "geom":
            said = self.tr("moved to {0}").format(value)
        elif entry.what == "insert":
            said = self.tr("added on the map")
        else:
            said = f"{entry.what}: {value}"
        who = entry.who or self.tr("attribute table or another program")
        return _plain(f"{_when(entry.at)} · {who} · {said}")

    def _label(self) -> QLabel:
        label = QLabel()
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.RichText)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label


def _plain(text: str) -> str:
    """Return text as HTML that shows it as it is."""
    return html.escape(text)


def _when(text: str) -> str:
    """Return a time of the workspace (UTC) as the person's clock says it."""
    if not text:
        return ""
    moment = QDateTime.fromString(text[:19], Qt.DateFormat.ISODate)
    moment.setTimeSpec(Qt.TimeSpec.UTC)
    return QLocale().toString(moment.toLocalTime(), QLocale.FormatType.ShortFormat)
