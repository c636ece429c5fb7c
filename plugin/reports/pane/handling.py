# SPDX-License-Identifier: GPL-2.0-or-later
"""What a person does with one report or with many: class, state, team, reply, note; told once, and taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Optional

from qgis.PyQt.QtCore import QLocale, QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QMessageBox, QWidget

from ...base.language import language
from ...base.tasks import Outcome
from ...workspace_file import WorkspaceFile, person
from .reason_dialog import ReasonDialog
from .team_dialog import TeamDialog

if TYPE_CHECKING:
    from ....core.feedback import Feedback
    from ....core.store import Workspace

_AT_ONCE = 20  # reports that are written while the person waits; more go into a task
_BATCH = 200
_MOST_UNDONE = 20
Work = Callable[["Workspace", Sequence[str]], Any]


class Handling(QObject):
    """Writes for the docks. A step for many is one transaction: all of it, or nothing."""

    done = pyqtSignal()

    def __init__(self, workspace: WorkspaceFile, window: QWidget) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._window = window
        self._undo: list[Callable[[], Any]] = []
        workspace.closed.connect(self._undo.clear)
        workspace.opened.connect(self._undo.clear)

    # --- class ---------------------------------------------------------------------------------------------------

    def decide(self, ids: Sequence[str], label: str, photo: Optional[str] = None, model: str = "") -> None:
        """Write down a class for reports; they are routed again."""
        opened = self._workspace.now
        if opened is None or not ids:
            return
        from ....core.jobs import handling as handling_jobs

        who = person()

        def work(workspace: Workspace, batch: Sequence[str]) -> dict[str, str]:
            return handling_jobs.decide(
                workspace, batch, label, opened.book, who=who, photo=photo, model=model, layers=opened.layers
            )

        def told(results: list[dict[str, str]]) -> Optional[Outcome]:
            before = {key: value for result in results for key, value in result.items()}
            self._can_undo(lambda: self._undecide(list(ids), before))
            said = self.tr("{0} reports: {1}").format(len(ids), opened.class_name(label))
            return self._outcome(said) if len(ids) > 1 else None

        self._do(self.tr("Decision"), ids, work, told, label)

    def _undecide(self, ids: Sequence[str], before: dict[str, str]) -> None:
        from ....core.jobs import handling as handling_jobs

        opened, who = self._workspace.now, person()
        if opened is None:
            return

        def work(workspace: Workspace, batch: Sequence[str]) -> None:
            for label in {before.get(key, "") for key in batch}:
                same = [key for key in batch if before.get(key, "") == label]
                handling_jobs.decide(workspace, same, label, opened.book, who=who, layers=opened.layers)

        self._do(self.tr("Undo"), ids, work, self._undone)

    # --- state ---------------------------------------------------------------------------------------------------

    def set_state(self, ids: Sequence[str], state: str, note: str = "") -> None:
        """Give a state to the reports that may take it; a refusal asks for its reason first."""
        opened = self._workspace.now
        if opened is None or not ids:
            return
        name = opened.states.name(state, language())
        known = opened.states.get(state)
        if known is not None and known.reason and not note:
            dialog = ReasonDialog(name, self._window.window())
            if not dialog.exec():
                return
            note = dialog.reason()
        from ....core.jobs import handling as handling_jobs

        who = person()

        def work(workspace: Workspace, batch: Sequence[str]) -> Any:
            return handling_jobs.step(workspace, batch, state, who, note)

        def told(results: list[Any]) -> Optional[Outcome]:
            changed = [key for result in results for key in result.done]
            if changed:
                self._can_undo(lambda: self._unset_state(changed, [result.undo for result in results]))
            refused: dict[str, int] = {}
            for result in results:
                for present, keys in result.refused.items():
                    refused[present] = refused.get(present, 0) + len(keys)
            if len(ids) == 1 and not refused:
                return None
            parts = [self.tr("{0} reports: {1}").format(len(changed), name)]
            parts += [self._refusal(present, count) for present, count in refused.items()]
            return self._outcome("\n".join(parts), bool(changed))

        self._do(self.tr("State"), ids, work, told)

    def _refusal(self, present: str, count: int) -> str:
        opened = self._workspace.now
        if opened is None:
            return ""
        spoken = language()
        following = ", ".join(state.name(spoken) for state in opened.states.after(present))
        return self.tr("{0} stay as they are: after “{1}” only come: {2}").format(
            count, opened.states.name(present, spoken), following or "–"
        )

    def _unset_state(self, ids: Sequence[str], undos: Sequence[Any]) -> None:
        from ....core.jobs import handling as handling_jobs

        who, left = person(), list(undos)

        def work(workspace: Workspace, _: Sequence[str]) -> int:
            return sum(handling_jobs.undo_states(workspace, left.pop(), who) for _ in range(len(left)))

        self._do(self.tr("Undo"), ids, work, lambda results: self._taken_back(sum(results), len(ids)))

    # --- team ----------------------------------------------------------------------------------------------------

    def ask_team(self, ids: Sequence[str], present: str = "") -> None:
        """Ask for another team and write it down."""
        dialog = self._team_dialog(present, hand_on=False)
        if ids and dialog is not None and dialog.exec():
            self.choose_team(ids, dialog.chosen(), dialog.said())

    def choose_team(self, ids: Sequence[str], team: str, note: str = "") -> None:
        """Give reports to a team against the rules."""
        opened = self._workspace.now
        if opened is None:
            return
        from ....core.jobs import handling as handling_jobs

        who = person()

        def work(workspace: Workspace, batch: Sequence[str]) -> Any:
            return handling_jobs.choose_team(workspace, batch, team, who, note)

        def told(results: list[Any]) -> Optional[Outcome]:
            before = {key: value for result in results for key, value in result.items()}
            self._can_undo(lambda: self._unchoose_team(before))
            said = self.tr("{0} reports: {1}").format(len(ids), opened.teams.get(team, team))
            return self._outcome(said) if len(ids) > 1 else None

        self._do(self.tr("Team"), ids, work, told)

    def _unchoose_team(self, before: dict[str, Any]) -> None:
        from ....core.jobs import handling as handling_jobs

        opened, who = self._workspace.now, person()
        if opened is None:
            return

        def work(workspace: Workspace, batch: Sequence[str]) -> None:
            known = {key: before[key] for key in batch}
            handling_jobs.undo_team(workspace, known, opened.book, who, opened.layers)

        self._do(self.tr("Undo"), list(before), work, self._undone)

    def ask_hand_on(self, ids: Sequence[str], present: str = "") -> None:
        """Ask to whom reports go, and hand them on with a note."""
        dialog = self._team_dialog(present, hand_on=True)
        if ids and dialog is not None and dialog.exec():
            self.hand_on(ids, dialog.chosen(), dialog.said(), outside=dialog.outside.isChecked())

    def hand_on(self, ids: Sequence[str], to: str, note: str, *, outside: bool) -> None:
        """Hand reports on to another team, or with ``outside`` to a commune or body that is not ours."""
        opened = self._workspace.now
        if opened is None:
            return
        from ....core.jobs import handling as handling_jobs

        who = person()

        def work(workspace: Workspace, batch: Sequence[str]) -> Any:
            return handling_jobs.hand_on(workspace, batch, to, who, note, outside=outside)

        def told(results: list[Any]) -> Optional[Outcome]:
            self._can_undo(lambda: self._unhand(list(ids), results))
            said = self.tr("{0} reports: {1}").format(len(ids), opened.teams.get(to, to))
            return self._outcome(said) if len(ids) > 1 else None

        self._do(self.tr("Hand on"), ids, work, told)

    def _unhand(self, ids: Sequence[str], before: Sequence[Any]) -> None:
        from ....core.jobs import handling as handling_jobs

        opened, who, left = self._workspace.now, person(), list(before)
        if opened is None:
            return

        def work(workspace: Workspace, _: Sequence[str]) -> int:
            return sum(
                handling_jobs.undo_hand_on(workspace, left.pop(), opened.book, who, opened.layers)
                for _ in range(len(left))
            )

        self._do(self.tr("Undo"), ids, work, lambda results: self._taken_back(sum(results), len(ids)))

    def _team_dialog(self, present: str, *, hand_on: bool) -> Optional[TeamDialog]:
        opened = self._workspace.now
        if opened is None:
            return None
        from ....core.territory import current

        communes = sorted(current.communes().names.tolist())
        return TeamDialog(opened.teams, communes, self._window.window(), hand_on=hand_on, present=present)

    # --- words ---------------------------------------------------------------------------------------------------

    def reply(self, ids: Sequence[str], text: str) -> None:
        """Queue a text for those who reported."""
        from ....core.jobs import handling

        who = person()
        opened, spoken = self._workspace.now, language()
        book = opened.book if opened is not None else None

        def work(workspace: Workspace, batch: Sequence[str]) -> list[int]:
            return handling.send_replies(
                workspace, handling.fill(workspace, batch, text, language=spoken, book=book), who
            )

        def told(results: list[list[int]]) -> Outcome:
            self._can_undo(lambda: self._unreply(list(ids), [key for keys in results for key in keys]))
            return self._outcome(said)

        said = self.tr("{0} replies wait; “⟳” sends them.").format(len(ids)) if len(ids) > 1 else self.tr(
            "The reply waits; “⟳” sends it."
        )  # fmt: skip
        self._do(self.tr("Reply"), ids, work, told)

    def _unreply(self, ids: Sequence[str], keys: Sequence[int]) -> None:
        from ....core.store.outbox import drop_comments

        left = list(keys)

        def work(workspace: Workspace, _: Sequence[str]) -> int:
            batch, left[:] = list(left), []
            return drop_comments(workspace, batch)

        self._do(self.tr("Undo"), ids, work, lambda results: self._taken_back(sum(results), len(keys)))

    def note(self, ids: Sequence[str], text: str) -> None:
        """Add a note of ours; it is sent nowhere."""
        from ....core.jobs import handling

        who = person()
        self._do(self.tr("Note"), ids, lambda workspace, batch: handling.add_note(workspace, batch, text, who))

    def sure(self, title: str, count: int) -> bool:
        """Ask whether a step is meant for so many reports."""
        said = self.tr("This changes {0} reports. Go on?").format(QLocale().toString(count))
        buttons = QMessageBox.StandardButton
        answer = QMessageBox.question(self._window.window(), title, said, buttons.Yes | buttons.Cancel, buttons.Cancel)
        return bool(answer == buttons.Yes)

    # --- taking back ---------------------------------------------------------------------------------------------

    def undo(self) -> bool:
        """Take the last step back; say whether there was one."""
        if not self._undo:
            return False
        self._undo.pop()()
        return True

    def _can_undo(self, back: Callable[[], Any]) -> None:
        self._undo.append(back)
        del self._undo[:-_MOST_UNDONE]

    def _taken_back(self, count: int, asked: int) -> Outcome:
        if count == asked:
            return Outcome(self.tr("Taken back."))
        return Outcome(self.tr("{0} of {1} are taken back; the others were sent meanwhile.").format(count, asked))

    def _undone(self, _: Any) -> Outcome:
        return Outcome(self.tr("Taken back."))

    def _outcome(self, said: str, undo: bool = True) -> Outcome:
        if not undo:
            return Outcome(said, warning=True)
        back = self._undo[-1]

        def take_back() -> None:
            if back in self._undo:
                self._undo.remove(back)
                back()

        return Outcome(said, self.tr("Undo"), take_back)

    # --- writing -------------------------------------------------------------------------------------------------

    def _do(
        self,
        title: str,
        ids: Sequence[str],
        work: Work,
        told: Callable[[list[Any]], Optional[Outcome]] = lambda _: None,
        label: str = "",
    ) -> None:
        """Write a few reports at once, many, where the person says so, in a task; then tell docks and person."""
        opened = self._workspace.now
        if opened is None or not ids:
            return
        if len(ids) > _AT_ONCE and title != self.tr("Undo") and not self.sure(title, len(ids)):
            return
        keys = list(ids)

        def publish(results: list[Any]) -> Optional[Outcome]:
            if self._workspace.path == opened.path:
                self._workspace.written(keys, label)
            self.done.emit()
            return told(results)

        if len(keys) > _AT_ONCE:
            self._workspace.tasks.start(title, lambda feedback: _written(opened.path, keys, work, feedback), publish)
            return
        with self._workspace.doing(title):
            with self._workspace.writing() as workspace:
                results = [work(workspace, keys)]
            outcome = publish(results)
            if outcome is not None:
                self._workspace.tasks.tell(title, outcome)


def _written(path: Any, keys: Sequence[str], work: Work, feedback: Feedback) -> list[Any]:
    """Write all or nothing; in a thread."""
    from ....core.store import Workspace

    feedback.stage("reports", len(keys))
    results = []
    with Workspace.open(path, create=False) as workspace, workspace.transaction():
        for batch in _batches(keys):
            feedback.check()
            results.append(work(workspace, batch))
            feedback.advance(len(batch))
    return results


def _batches(keys: Sequence[str]) -> Iterable[Sequence[str]]:
    return (keys[start : start + _BATCH] for start in range(0, len(keys), _BATCH))
