# SPDX-License-Identifier: GPL-2.0-or-later
"""One report below the list: its photos, the model's suggestion, the route and why, the states that may follow."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Optional

from qgis.gui import QgsCollapsibleGroupBox
from qgis.PyQt.QtCore import QDateTime, QLocale, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ....core.store.report_page import HistoryEntry, ReportDetail, read_report
from ...base.flow_layout import FlowLayout
from ...base.language import language
from ...photos.suggestions import Suggestions
from ...photos.view import PhotoView
from ...photos.why import WhyButton
from ...workspace_file import WorkspaceFile
from ..reading import reading
from .field_words import FieldWords
from .reply_box import NOTE, REPLY, ReplyBox, fill_menu

_LEAST_PHOTO = 110  # pixels


class ReportPane(QScrollArea):
    """Shows a report and what may be done with it; emits what the person wants."""

    decided = pyqtSignal(str)
    state_wanted = pyqtSignal(str)
    passed = pyqtSignal()
    team_wanted = pyqtSignal()
    hand_on_wanted = pyqtSignal()
    words_written = pyqtSignal(str, str)
    """``reply`` or ``note``, and the text."""

    def __init__(self, workspace: WorkspaceFile, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.report: Optional[ReportDetail] = None
        self.photos = PhotoView(workspace.tasks, workspace=workspace)
        self.photos.turned_to.connect(self._photo_turned)
        self.why = WhyButton(workspace, self.photos)
        self.suggestions = Suggestions()
        self.suggestions.decided.connect(self.decided)
        self.suggestions.passed.connect(self.passed)
        self._title = self._label()
        self._words = self._label()
        self._route = self._label()
        self._state = self._label()
        self._states = FlowLayout()
        self._chosen: list[str] = []
        self._make_words()
        self._history = QgsCollapsibleGroupBox(self.tr("History"))
        self._history.setObjectName("sigma_communes_history")
        self._history.setCollapsed(True)
        for button in self._history.findChildren(QToolButton):
            button.setAccessibleName(self.tr("Show or hide the history"))
        self._history.setAccessibleName(self._history.title())
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
        layout.addWidget(self._state)
        layout.addLayout(self._states)
        layout.addWidget(self._actions)
        layout.addWidget(self.reply)
        layout.addWidget(self._route)
        layout.addWidget(self.why)
        layout.addWidget(self._history)
        layout.addStretch()
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Report"))
        self.show_several([])

    def _make_words(self) -> None:
        self.reply = ReplyBox()
        self.reply.written.connect(self._written)
        self._reply_button = QToolButton()
        self._reply_button.setText(self.tr("Reply"))
        self._reply_button.setToolTip(self.tr("A text by state, for the person who reported"))
        self._reply_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self._reply_button)
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self._fill_templates)
        self._reply_button.setMenu(menu)
        note = QToolButton()
        note.setText(self.tr("Note…"))
        note.setToolTip(self.tr("Write a note of ours; it is sent nowhere"))
        note.clicked.connect(lambda _=False: self.reply.ask(NOTE))
        team = QToolButton()
        team.setText(self.tr("Other team…"))
        team.setToolTip(self.tr("Choose the team yourself, against the rules"))
        team.clicked.connect(lambda _=False: self.team_wanted.emit())
        hand_on = QToolButton()
        hand_on.setText(self.tr("Hand on…"))
        hand_on.setToolTip(self.tr("To another team, a commune or a partner, with a note"))
        hand_on.clicked.connect(lambda _=False: self.hand_on_wanted.emit())
        self._actions = QWidget()
        self._actions.setLayout(FlowLayout(self._reply_button, note, team, hand_on))

    def _fill_templates(self) -> None:
        opened = self._workspace.now
        if opened is None:
            return
        from ....core.jobs.handling import templates

        with self._workspace.doing(self.tr("Reply")):
            names = {state.id: state.name(language()) for state in opened.states}
            present = self.report.state if self.report is not None else ""
            fill_menu(self._reply_button.menu(), templates(language()), names, present, self.ask_reply)

    def ask_reply(self, state: str) -> None:
        """Show the reply box with the template of a state, or empty."""
        from ....core.jobs.handling import fill, templates

        with self._workspace.doing(self.tr("Reply")):
            text = templates(language())[state] if state else ""
            if self.report is not None:
                with self._workspace.writing() as workspace:
                    book = self._workspace.now.book if self._workspace.now is not None else None
                    filled = fill(workspace, [self.report.id], text, language=language(), book=book)
                    text = filled[self.report.id]
            self.reply.ask(REPLY, text, len(self._chosen))
            self.ensureWidgetVisible(self.reply)

    def resizeEvent(self, event: Any) -> None:
        """Leave the photo a third: class, state and answer stay in sight."""
        super().resizeEvent(event)
        self.photos.setMaximumHeight(max(_LEAST_PHOTO, self.viewport().height() * 2 // 5))

    def _written(self, kind: str, text: str) -> None:
        self.reply.hide()
        self.words_written.emit(kind, text)

    # --- what is shown -------------------------------------------------------------------------------------------

    def show_report(self, report_id: str) -> None:
        """Read a report and show it."""
        path = self._workspace.path
        if path is None:
            return
        with self._workspace.doing(self.tr("Report")):
            with reading(path) as workspace:
                report = read_report(workspace, report_id)
            if report is None:
                self._empty(self.tr("This report is not in the workspace any more. Refresh the list."))
                return
            same = self.report is not None and self.report.id == report.id
            self.report = report
            self._chosen = [report.id]
            if not same:
                self.reply.hide()
            self._show(report, same)

    def show_several(self, ids: Sequence[str], states: Sequence[str] = ()) -> None:
        """Show what may be done with several reports at once, or, for none, what to do."""
        self.report = None
        if list(ids) != self._chosen:
            self.reply.hide()
        self._chosen = list(ids)
        if not ids:
            self._empty(self.tr("Choose a report in the list or on the map."))
            return
        self._empty(
            self.tr("{0} reports are chosen: class, state, team and reply go for all of them.").format(len(ids))
        )
        opened = self._workspace.now
        if opened is not None:
            self.suggestions.show_no_suggestion(opened)
            self.suggestions.setVisible(True)
            self._offer_states_of_several(states)
            self._actions.setVisible(not opened.read_only)

    def show_many(self, count: int) -> None:
        """Show what may be done with more reports than are read one by one: the class goes for all of them."""
        self.show_several([])
        self._title.setText(self.tr("{0} reports are chosen.").format(QLocale().toString(count)))
        if self._workspace.now is not None:
            self.suggestions.show_no_suggestion(self._workspace.now)
            self.suggestions.setVisible(True)

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
        self._actions.setVisible(not opened.read_only)
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
        self.why.show_photo(photo.path if photo else "")
        top = photo.top if photo else ()
        by_words = not top and report.class_id and report.class_from.startswith("words")
        if by_words:
            top = ((report.class_id, report.confidence if report.confidence is not None else 1.0),)
        self.suggestions.show_suggestion(
            opened,
            photo.model if photo else "",
            top,
            bool(photo and photo.abstained),
            present=report.class_id,
            by_person=report.class_from == "person",
            words=(report.evidence or report.service_name or report.description) if by_words else "",
        )

    def _empty(self, text: str) -> None:
        self._title.setText(_plain(text))
        for widget in (
            self._words, self.photos, self.suggestions, self._route, self._state, self._history, self._actions
        ):  # fmt: skip
            widget.setVisible(False)
        self.why.show_photo("")
        self.photos.show_photos([])
        self._offer_states([])

    def _offer_states_of_several(self, present: Sequence[str]) -> None:
        """Offer what at least one of them may become; the button says how many, its tip why not the others."""
        opened = self._workspace.now
        if opened is None:
            return
        counted = Counter(present)
        may = {state: [s.id for s in opened.states.after(state)] for state in counted}
        counts, tips = {}, {}
        for state in opened.states:
            able = sum(count for before, count in counted.items() if state.id in may[before])
            if able:
                counts[state.id] = able
                tips[state.id] = "\n".join(
                    self.tr("{0} are “{1}”: that may not follow").format(count, opened.states.name(before, language()))
                    for before, count in counted.items()
                    if state.id not in may[before] and before != state.id
                )
        self._offer_states(list(counts), len(present), counts, tips)

    def _offer_states(
        self,
        states: Sequence[str],
        of: int = 1,
        counts: Optional[Mapping[str, int]] = None,
        tips: Optional[Mapping[str, str]] = None,
    ) -> None:
        while self._states.count():
            item = self._states.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        opened = self._workspace.now
        if opened is None:
            return
        for state in states:
            count = (counts or {}).get(state, of)
            name = opened.states.name(state, language())
            button = QPushButton(name if count == of else f"{name} ({count})")
            button.setToolTip((tips or {}).get(state, ""))
            button.setAccessibleName(self.tr("Set the state: {0}").format(button.text()))
            button.setEnabled(not opened.read_only)
            button.clicked.connect(lambda _=False, state=state: self.state_wanted.emit(state))
            self._states.addWidget(button)

    def _entry(self, entry: HistoryEntry) -> str:
        opened = self._workspace.now
        value = entry.value or ""
        if opened is not None and entry.what == "class":
            said = self.tr("class: {0}").format(opened.class_name(value)) if value else self.tr("decision taken back")
        elif opened is not None and entry.what == "state":
            said = self.tr("state: {0}").format(opened.states.name(value, language()))
        elif entry.what == "insert":
            said = self.tr("added on the map")
        elif entry.what == "team" and not value:
            said = self.tr("team: as the rules say")
        else:
            words = FieldWords()
            said = f"{self._history_names().get(entry.what) or words.field(entry.what)}: "
            said += words.value(opened, entry.what, value)
        if entry.note:
            said = f"{said} — {entry.note}" if value or entry.what != "note" else entry.note
        who = entry.who or self.tr("attribute table or another program")
        return _plain(f"{_when(entry.at)} · {who} · {said}")

    def _history_names(self) -> dict[str, str]:
        return {
            "note": self.tr("note"),
            "reply": self.tr("reply"),
            "sent": self.tr("sent"),
            "comment": self.tr("comment of the server"),
            "resolved": self.tr("conflict decided"),
            "gone": self.tr("no longer on the server"),
            "back": self.tr("on the server again"),
            "moved": self.tr("moved by the server"),
            "recategorised": self.tr("another service on the server"),
        }

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
