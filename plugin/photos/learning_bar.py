# SPDX-License-Identifier: GPL-2.0-or-later
"""“The model can learn from 24 new decisions: [Learn]”, then old against new side by side, and one step back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.PyQt.QtCore import QLocale, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...core.feedback import Feedback
from ...core.store.decisions import count_new_decisions
from ..base import settings
from ..base.tasks import CoreTask, Outcome
from ..reports.reading import reading
from ..workspace_file import Opened, WorkspaceFile
from .features import feature_cache

if TYPE_CHECKING:
    from ...core.classify.learning.fit.rounds import Round

LEAST_NEW = 8
"""New decisions after which learning is offered."""
_LESS = 0.02
"""A share that falls by so much is said."""
_SURE = 0.05


class LearningBar(QWidget):
    """Offers to learn, shows what came of it, switches; it shows nothing while there is nothing to say."""

    switched = pyqtSignal()
    """Another version runs, and what it says of the undecided photos is in the workspace."""

    def __init__(self, workspace: WorkspaceFile, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._task: Optional[CoreTask] = None
        self._busy = ""
        self.new = 0
        self.learned = False
        """Whether a learned version runs, so that there is one before it."""
        self.round: Optional[Round] = None
        self._text = self._label()
        self.learn_button = QPushButton(self.tr("Learn"))
        self.learn_button.setToolTip(self.tr("Makes a new version of the model; nothing is switched on"))
        self.learn_button.clicked.connect(lambda _=False: self.learn())
        self._menu_button = QToolButton()
        self._menu_button.setText("⋯")
        self._menu_button.setToolTip(self.tr("Model"))
        self._menu_button.setAccessibleName(self.tr("Model"))
        self._menu_button.setAutoRaise(True)
        self._menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        self.learn_action = menu.addAction(self.tr("Learn from all decisions"), self.learn)
        self.back_action = menu.addAction(self.tr("Go back to the version before"), self.step_back)
        self._menu_button.setMenu(menu)
        self._table = QWidget()
        self._grid = QGridLayout(self._table)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(2)
        self._verdict = self._label()
        self.use_button = QPushButton(self.tr("Switch on"))
        self.use_button.clicked.connect(lambda _=False: self.use_new())
        self.keep_button = QPushButton(self.tr("Keep the old one"))
        self.keep_button.clicked.connect(lambda _=False: self.keep_old())
        self._choice = QWidget()
        choice = QHBoxLayout(self._choice)
        choice.setContentsMargins(0, 0, 0, 0)
        choice.addWidget(self.use_button)
        choice.addWidget(self.keep_button)
        choice.addStretch()
        self._buttons = choice
        line = QHBoxLayout()
        line.addWidget(self._text, 1)
        line.addWidget(self.learn_button)
        line.addWidget(self._menu_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(line)
        layout.addWidget(self._table)
        layout.addWidget(self._verdict)
        layout.addWidget(self._choice)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._show()

    # --- what is there -------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Count, in a thread, the decisions that the running version does not know."""
        self._workspace.tasks.drop(self._task)
        self._task = None
        self._busy = ""
        self.new, self.round = 0, None
        path = self._workspace.path
        if path is not None:
            self._task = self._workspace.tasks.start(
                self.tr("New decisions"), lambda feedback: _new_decisions(path, feedback), self._counted, quiet=True
            )
        self._show()

    def _counted(self, found: tuple[Path, int, bool]) -> None:
        path, new, learned = found
        if path == self._workspace.path:
            self.new, self.learned = new, learned
            self._show()

    def decided(self, more: int = 1) -> None:
        """Say that a person decided (or, with -1, took back)."""
        self.new = max(0, self.new + more)
        if self.round is None:
            self._show()

    # --- what a person does --------------------------------------------------------------------------------------

    def learn(self) -> None:
        """Learn from all decisions of the workspace; the running version stays."""
        path = self._workspace.path
        if path is None or self._busy:
            return
        model = settings.load().values.model
        self._task = self._workspace.tasks.start(
            self.tr("Learning from the decisions"),
            lambda feedback: _learn(path, model, feedback),
            self._learned,
            failed=lambda _: self._rest(),
            cancelled=self._rest,
        )
        self._work(self.tr("Learning… You can go on checking photos."))

    def _learned(self, found: Round) -> Optional[Outcome]:
        self.round = found
        self._rest()
        return None

    def use_new(self) -> None:
        """Let the new version run, and say again what it sees on the photos nobody has decided on."""
        if self.round is not None:
            self._switch(self.round.learned.folder)

    def keep_old(self) -> None:
        """Let the old version run on; the new one stays in its folder."""
        self.round = None
        self._show()

    def step_back(self) -> None:
        """Let the version before run again."""
        self._switch(None)

    def _switch(self, folder: Optional[Path]) -> None:
        opened = self._workspace.now
        if opened is None or self._busy:
            return
        model = settings.load().values.model
        self._task = self._workspace.tasks.start(
            self.tr("Switching the model"),
            lambda feedback: _switch(opened, model, folder, feedback),
            self._now_runs,
            failed=lambda _: self._rest(),
            cancelled=self._now_runs_in_part,
        )
        self._work(self.tr("The photos that nobody has decided on get their new suggestions…"))

    def _now_runs(self, found: tuple[str, int, int]) -> Outcome:
        version, said, left = found
        self._now_runs_in_part()
        text = self.tr("Version {0} runs now; {1} photos have its suggestion.").format(version, said)
        if left:
            text += " " + self.tr("{0} photos can't be read any more and keep the one they had.").format(left)
        return Outcome(text)

    def _now_runs_in_part(self) -> None:
        self._workspace.written([])
        self.look()
        self.switched.emit()

    def _work(self, text: str) -> None:
        self._busy = text
        self._show()

    def _rest(self) -> None:
        self._work("")

    # --- what is shown -------------------------------------------------------------------------------------------

    def _show(self) -> None:
        opened = self._workspace.now
        may = opened is not None and not opened.read_only
        self.setVisible(may and bool(self.new or self.learned or self.round is not None or self._busy))
        for button in (self.learn_button, self.use_button, self.keep_button):
            button.setEnabled(not self._busy)
        enough = self.new >= LEAST_NEW
        self.learn_button.setVisible(enough and self.round is None)
        self.learn_action.setEnabled(may and not self._busy)
        self.back_action.setEnabled(self.learned and not self._busy)
        if self._busy:
            self._text.setText(self._busy)
        elif self.round is not None:
            self._text.setText(
                self.tr("New version {0}, learned from {1} photos").format(
                    self.round.learned.head.version, sum(self.round.learned.head.summary.get("confirmed", {}).values())
                )
            )
        elif enough:
            seconds = max(2, round(2 + self.new / 150))
            self._text.setText(
                self.tr("The model can learn from {0} new decisions (about {1} s)").format(self.new, seconds)
            )
        elif self.new:
            self._text.setText(
                self.tr("{0} new decisions; from {1} on the model can learn").format(self.new, LEAST_NEW)
            )
        else:
            self._text.setText(self.tr("The model knows all decisions"))
        self._show_round(opened)

    def _show_round(self, opened: Optional[Opened]) -> None:
        there = self.round is not None
        for widget in (self._table, self._verdict, self._choice):
            widget.setVisible(there)
        while self._grid.count():
            item = self._grid.takeAt(0)
            if item.widget() is not None:
                item.widget().deleteLater()
        if self.round is None or opened is None:
            return
        found = self.round.comparison
        if found is None:
            self._table.setVisible(False)
            self._verdict.setText(
                self.tr("It can't be compared with the one that runs: {0}").format(self.round.no_comparison)
            )
            return
        rows = [
            ("", self.tr("Old"), self.tr("New")),
            (self.tr("Right"), *map(_percent, found["right"])),
            (self.tr("Macro-F1"), *map(_figure, found["macro_f1"])),
            (self.tr("Answered"), *map(_percent, found["answered"])),
            (self.tr("Right if answered"), *map(_percent, found["answered_right"])),
        ]
        for label, new in found["new_labels"].items():
            name = self.tr("{0} (new, {1})").format(opened.class_name(label), new["photos"])
            rows.append((name, "–", _percent(new["right"])))
        for i, row in enumerate(rows):
            for j, text in enumerate(row):
                cell = self._label(text)
                if j:
                    cell.setAlignment(Qt.AlignmentFlag.AlignRight)
                self._grid.addWidget(cell, i, j)
        self._grid.setColumnStretch(0, 1)
        self._verdict.setText(self._said(found))
        self._offer_safer(bool(found["worse"]))

    def _offer_safer(self, harmful: bool) -> None:
        """Let the safer button stand first and be the one that Enter presses."""
        first, second = (self.keep_button, self.use_button) if harmful else (self.use_button, self.keep_button)
        layout: Any = self._choice.layout()
        for at, button in enumerate((first, second)):
            layout.removeWidget(button)
            layout.insertWidget(at, button)
            button.setAutoDefault(button is first)
        QWidget.setTabOrder(first, second)

    def _said(self, found: dict[str, Any]) -> str:
        before, after = found["answered"]
        said = self._compared(found)
        if after is not None and before is not None and before - after > _LESS:
            said += " " + self.tr("It answers less often: {0} of the photos instead of {1}.").format(
                _percent(after), _percent(before)
            )
        return said

    def _compared(self, found: dict[str, Any]) -> str:
        better, worse = found["only_second_right"], found["only_first_right"]
        text = self.tr("On {0} photos that neither had learned: {1} better, {2} worse.").format(
            found["photos"], better, worse
        )
        if found["worse"]:
            return text + " " + self.tr("The old one is better.")
        if found["p_value"] > _SURE:
            return text + " " + self.tr("The difference may be chance.")
        return text + " " + self.tr("The new one is better.")

    def _label(self, text: str = "") -> QLabel:
        label = QLabel(text)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        return label


def _percent(value: Optional[float]) -> str:
    return "–" if value is None else f"{QLocale().toString(100 * value, 'f', 0)} %"


def _figure(value: Optional[float]) -> str:
    return "–" if value is None else str(QLocale().toString(value, "f", 3))


def _new_decisions(path: Path, feedback: Feedback) -> tuple[Path, int, bool]:
    from ...core.classify.learning import versions
    from ...core.classify.learning.fit import rounds

    folder = versions.running_folder()
    with reading(path) as workspace:
        new = count_new_decisions(workspace, rounds.learned_at(folder))
    return path, new, folder is not None


def _learn(path: Path, model: str, feedback: Feedback) -> Round:
    from ...core import classify
    from ...core.classify.learning.fit.rounds import learn_round
    from ...core.classify.learning.workspace_photos import workspace_photos

    package = classify.load_package(Path(model) if model else classify.default_package_dir())
    with feature_cache() as cache:
        found = workspace_photos(path, package, cache, feedback=feedback)
    for item in found.photos.rejected:
        feedback.warning(f"{item.where}: {item.reason}")
    return learn_round(found.photos, measured_on=path.name, feedback=feedback)


def _switch(opened: Opened, model: str, folder: Optional[Path], feedback: Feedback) -> tuple[str, int, int]:
    from ...core import classify
    from ...core.classify.features import backbone_of
    from ...core.classify.learning import versions
    from ...core.jobs import photos

    package = classify.load_package(Path(model) if model else classify.default_package_dir())
    if folder is None:
        versions.step_back()
    else:
        versions.use(folder, backbone=backbone_of(package))
    head = versions.learned_head()
    with feature_cache() as cache:
        said, left = photos.suggest_again(
            opened.path, opened.book, package, cache, layers=opened.layers, feedback=feedback
        )
    return head.version if head is not None else package.id, said, left
