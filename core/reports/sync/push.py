# SPDX-License-Identifier: GPL-2.0-or-later
"""From the workspace to a source: what persons made or changed, each once, whatever happens on the way.

Only what waits in ``change`` is sent, and only a person's hand puts anything there. A note is on the disk before each
call; where its answer was lost, the source is asked whether it has what was sent before anything is sent again. Before
a report is changed there it is read again, so that what somebody else did meanwhile becomes a conflict, not a loss.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Optional, TypeVar

from ...errors import UsageError
from ...feedback import SILENT, Feedback
from ...model import Rejected, Report
from ...privacy.way_out import WayOut
from ...store import Workspace
from ...store.fields import NEW
from ...store.file.lock import turn
from ...store.inbox import Inbox, present_fields
from ...store.outbox import Note, Outbox, Waiting
from ...store.states import load_states
from ...store.three_way import plain, same
from ...transport import BadRequest, NotFound, TransportError
from ..formats.georeport import Update
from ..formats.periods import moment
from ..sources.source import ChangedRequest, NewRequest, ReportSource, is_cut
from .conflicts import arrived, keep_apart, refresh_conflicts
from .identity import check_identity
from .matching import is_like_note, is_of_note
from .outgoing import Verdict, is_made, judge, judge_waiting, settle

T = TypeVar("T")
_AROUND = timedelta(days=7)
"""How long before it was sent something is looked for: clocks differ, and times without a zone."""
_PHOTO_SIDE = 1600
_SENT_NEW = ("service_code", "description", "lon", "lat", "address", "media_url")


@dataclass
class Pushed:
    """What became of what waited.

    ``created`` and ``updated`` are ids here. ``tokens`` were taken and have no id yet. ``unknown`` may have been taken:
    the next push looks again, or a person does. ``refused`` and ``kept`` stay here, with the reason; ``conflicts`` wait
    for a decision.
    """

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    unknown: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    conflicts: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """Return how many of each."""
        return {name: len(getattr(self, name)) for name in self.__dataclass_fields__}


def push(
    workspace: Workspace,
    source: ReportSource,
    *,
    who: str = "",
    photos: bool = False,
    again: Sequence[str] = (),
    taken: Optional[Mapping[str, str]] = None,
    only: Optional[Collection[int]] = None,
    feedback: Feedback = SILENT,
) -> Pushed:
    """Send what persons made and changed to a source.

    Parameters
    ----------
    who : str
        The person who sends.
    photos : bool
        Send the first photo of a new report too: without its metadata, faces and plates
        blurred (:mod:`~..leaving`); a photo that can't be blurred stays here, and the report goes without it.
    again : sequence of str
        Ids of reports of which it is not known whether they were taken, and that a person wants to be sent again.
    taken : mapping, optional
        Ids here → at the source, of such reports that a person found there.
    only : collection of int, optional
        Keys of the edits that a person confirmed (see :func:`.outgoing.leaving`); the others wait on. None: all.

    Raises
    ------
    UsageError
        The workspace holds reports of another source under this name.
    TransportError
        The source can't be reached, refuses the key, or wants fewer calls. What was sent is noted; the rest waits.
    WorkspaceError
        Another process is pushing, or see :meth:`~..store.Workspace.transaction`.
    Cancelled
        As ``feedback`` asked; the same holds.
    """
    check_identity(workspace, source)
    with turn(workspace.path, "push"):
        outbox = Outbox(workspace, source.name)
        with outbox.durable():
            pushing = _Pushing(workspace, source, outbox, who, photos, feedback)
            pushing.only = None if only is None else frozenset(only)
            return pushing.all(again, taken or {})


class _Pushing:
    def __init__(
        self, workspace: Workspace, source: ReportSource, outbox: Outbox, who: str, photos: bool, feedback: Feedback
    ) -> None:
        self.workspace, self.source, self.outbox = workspace, source, outbox
        self.who, self.photos, self.feedback = who, photos, feedback
        self.exchange = Inbox(workspace, source.name)
        self.pushed = Pushed()
        self.can = source.abilities
        self.only: Optional[frozenset[int]] = None
        self._before: Optional[tuple[datetime, Counter[tuple[str, str]]]] = None  # comments there, since when

    def all(self, again: Sequence[str], taken: Mapping[str, str]) -> Pushed:
        """Settle what is not known from before, then send what waits."""
        open_notes = self.outbox.open_notes()
        unclear = {note.report_id for note in open_notes}
        strangers = sorted({*again, *taken} - unclear)
        if strangers:
            raise UsageError(f"Nothing of {', '.join(strangers)} is unclear", next_step="See `reports status`")
        for note in open_notes:
            self.feedback.check()
            if note.report_id in taken and note.action == "create":
                self._is(note, taken[note.report_id], sure=True)
            elif note.report_id in again:
                self.outbox.withdraw(note)
            elif self._settled(note):
                (self.pushed.created if note.action == "create" else self.pushed.updated).append(note.report_id)
        refresh_conflicts(self.workspace)
        waiting = [report for report, _ in judge_waiting(self.outbox, self.can)]
        self.feedback.stage("push", len(waiting))
        unclear = self.outbox.unclear()
        for report in waiting:
            self.feedback.check()
            if report.report_id not in unclear:
                self._send(report)
            self.feedback.advance()
        return self.pushed

    # --- what a lost answer left -----------------------------------------------------------------------------------

    def _settled(self, note: Note) -> bool:
        """Say whether the source has what was sent; where it has not for sure, it may be sent again."""
        if note.state == "token":
            return self._has_id(note)
        if note.action == "create":
            found, doubt = self._found(note)
            if found:
                return self._is(note, found)
            due = moment(note.tried_at)
            waited = (datetime.now(timezone.utc) - due).total_seconds() if due else 0.0
            if self.can.listed and waited >= self.can.settle and not doubt:
                self.outbox.withdraw(note)
                return False
            reason = doubt or (
                f"It may have been taken; looked for again {self.can.settle:.0f} s after it was sent"
                if self.can.listed
                else "It may have been taken, and new reports are not in the lists at once: look on the server"
            )
            self.outbox.unknown(note, reason)
            self.pushed.unknown[note.report_id] = reason
            return False
        if self._update_is_there(note):
            arrived(self.workspace, self.source.name, note)
            return True
        self.outbox.withdraw(note)
        return False

    def _has_id(self, note: Note) -> bool:
        try:
            identifier = self.source.token(note.token).service_request_id
        except NotFound:
            identifier = ""
        if identifier:
            return self._is(note, identifier)
        self.pushed.tokens.append(note.report_id)
        return False

    def _is(self, note: Note, identifier: str, *, sure: bool = False) -> bool:
        """Let a report be the one that has this id at the source; say whether it can be; ``sure``: a person says so."""
        key = self.exchange.known([identifier]).get(identifier)
        if key is not None and key != note.report_id and not sure:
            # A read may have brought it before the answer came; but not a report that was here as another one.
            row = present_fields(self.workspace, [key]).get(key)
            there = None if row is None else _as_report(row, self.source.name, identifier)
            if there is None or not (is_of_note(note, there) or is_like_note(note, there)):
                reason = f"The server named {identifier}, which is another report: look on the server"
                self.outbox.unknown(note, reason)
                self.pushed.unknown[note.report_id] = reason
                return False
        if self.outbox.created(note, identifier):
            return True
        self.pushed.unknown[note.report_id] = f"{identifier} is another report of ours"
        return False

    def _found(self, note: Note) -> tuple[str, str]:
        """Return the id at the source of what a note says was sent, or else why it may be there all the same."""
        others = [other for other in self.outbox.open_notes() if other.action == "create" and other.fid != note.fid]
        doubt = ""
        for verdict in self._by_its_clock(lambda: self.source.requests(since=self._long_before(note))):
            if isinstance(verdict, Rejected):
                if is_cut(verdict):
                    doubt = f"It may have been taken, and not all new reports can be read: {verdict.reason}"
            elif is_of_note(note, verdict):
                # Only one of our own that is still unclear, or one that is not here yet.
                if not self.exchange.known([verdict.service_request_id]):
                    return verdict.service_request_id, ""
                doubt = doubt or self._resembles(note, verdict)
            elif is_like_note(note, verdict) and not any(is_of_note(other, verdict) for other in others):
                doubt = doubt or self._resembles(note, verdict)
        return "", doubt

    def _resembles(self, note: Note, report: Report) -> str:
        """Return why a report may be what was sent, empty where it can't be: it is known here as another one."""
        key = self.exchange.known([report.service_request_id]).get(report.service_request_id)
        if key is not None and not (self.outbox.has(key) and self.outbox.came_after(key, note.report_id)):
            return ""
        return f"It may have been taken and changed since: {report.service_request_id} is like it; look on the server"

    def _update_is_there(self, note: Note) -> bool:
        """Say whether an update arrived: whether its comment is listed, or all that it set stands in the report."""
        sent = note.payload
        text, identifier = str(sent.get("description") or ""), str(sent["service_request_id"])
        if text and self.can.updates:
            return self._comment_is_listed(note, text, identifier)
        there = self.source.request(identifier)
        if there is None:
            return False
        word = self.can.states.get(sent.get("state") or "")
        expected: list[tuple[Any, Any]] = [(sent["status"], there.status)] * bool(sent.get("status"))
        expected += [(word, there.extra.get(self.can.state_field))] * bool(word and sent.get("status"))
        expected += [(text, there.extra.get("status_notes"))] * bool(text)
        for name, value in (sent.get("fields") or {}).items():
            if name == "position":
                lat, _, lon = value.partition(",")
                expected += [(float(lat), there.lat), (float(lon), there.lon)]
            else:
                expected.append((value, getattr(there, name)))
        return all(same(ours, theirs) for ours, theirs in expected)

    def _comment_is_listed(self, note: Note, text: str, identifier: str) -> bool:
        """Say whether the source lists a comment more often than before it was sent: others use the same words."""
        listed = note.payload.get("listed") or {}
        began = moment(listed.get("since"))
        there = self._comments(lambda: min(filter(None, (began, self._long_before(note)))))
        return there[identifier.casefold(), plain(text)] > (listed.get("times") or 0)

    def _comments(self, since: Callable[[], datetime]) -> Counter[tuple[str, str]]:
        """Return how often the source lists each text of each report."""
        found = {
            update.update_id: (update.service_request_id.casefold(), plain(update.description))
            for update in self._by_its_clock(lambda: self.source.updates(since()))
            if isinstance(update, Update)
        }
        return Counter(found.values())

    def _by_its_clock(self, ask: Callable[[], Iterator[T]]) -> Iterator[T]:
        """Give a list; once more where the source's clock, known from an answer on, is another than was thought."""
        thought = self.source.clock()
        yield from ask()
        if abs(self.source.clock() - thought) > timedelta(hours=1):
            yield from ask()

    def _listed(self, identifier: str, text: str) -> dict[str, Any]:
        """Return since when, and how often, the source lists a comment before it is sent."""
        if self._before is None:
            since = min(self.source.clock(), datetime.now(timezone.utc)) - _AROUND
            self._before = since, self._comments(lambda: since)
        since, times = self._before
        return {"since": since.isoformat(), "times": times[identifier.casefold(), plain(text)]}

    def _long_before(self, note: Note) -> datetime:
        """Return a time before something was sent by any clock."""
        times = (self.source.clock(), moment(note.tried_at), moment(self.exchange.cursor().changed_to))
        return min(time for time in times if time is not None) - _AROUND

    # --- what waits ------------------------------------------------------------------------------------------------

    def _leaves(self, report: Waiting, verdicts: Mapping[int, Verdict]) -> frozenset[int]:
        """Return the edits of a report that leave: the judge lets them, and a person confirmed them.

        Not one of a field that was edited again since it was confirmed: what is sent is the last value.
        """
        settle(self.outbox, [(report, verdicts)])
        only = self.only
        confirmed = {edit.fid for edit in report.edits if only is None or edit.fid in only}
        later = {edit.field for edit in report.edits if edit.action == "update" and edit.fid not in confirmed}
        out = set()
        for edit in report.edits:
            verdict = verdicts[edit.fid]
            if edit.fid not in confirmed or verdict.stays == "nothing":
                continue
            if verdict.stays == "conflict":
                if report.report_id not in self.pushed.conflicts:
                    self.pushed.conflicts.append(report.report_id)
            elif verdict.stays:
                self.pushed.kept[report.report_id] = verdict.why
            elif not (edit.field in later if edit.action == "update" else edit.action == "insert" and later & NEW):
                out.add(edit.fid)
        return frozenset(out)

    def _send(self, report: Waiting) -> None:
        making = is_made(self.outbox, report)
        leaves = self._leaves(report, judge(report, self.can, self.source.name, making=making))
        if not making:
            self._update(report, leaves)
        elif any(edit.action == "insert" and edit.fid in leaves for edit in report.edits):
            self._create(report, leaves)

    def _create(self, report: Waiting, leaves: frozenset[int]) -> None:
        row = report.row
        goes = (edit for edit in report.edits if edit.action == "insert" or edit.field in NEW)
        fids = [edit.fid for edit in goes if edit.fid in leaves]
        payload: dict[str, Any] = {name: row[name] if self.can.has_new(name) else None for name in _SENT_NEW}
        left_out = [name for name in _SENT_NEW if row[name] and not self.can.has_new(name)]
        if left_out:
            self.feedback.warning(f"{report.report_id}: {self.source.name} has no place for {', '.join(left_out)}")
        payload["attributes"] = _attributes(row["extra"])
        photo = self._photo(report.report_id)
        note = self.outbox.note(report.report_id, "create", payload, fids, self.who)
        new = NewRequest(
            service_code=payload["service_code"] or "",
            description=payload["description"] or "",
            lon=payload["lon"],
            lat=payload["lat"],
            address=payload["address"] or "",
            attributes=payload["attributes"],
            media_url=payload["media_url"] or "",
            photo=photo,
        )
        try:
            created = self.source.create(new)
        except UsageError as error:
            self.outbox.withdraw(note)
            self._keep(report, error.what, fids)
            return
        except TransportError as error:
            self._failed(note, error)
            return
        if created.service_request_id:
            if not self._is(note, created.service_request_id):
                return
        else:
            self.outbox.token(note, created.token)
            if not self._has_id(replace(note, state="token", token=created.token)):
                return
        self.pushed.created.append(report.report_id)
        for left in self.outbox.waiting_of(report.report_id):
            self._send(left)

    def _update(self, report: Waiting, leaves: frozenset[int]) -> None:
        if _parts(report, leaves).empty:
            return
        fresh = self._fresh(report)
        if fresh is None:
            return
        parts = _parts(fresh, self._leaves(fresh, judge(fresh, self.can, self.source.name, making=False)))
        while not parts.empty:
            if not self._send_update(fresh, parts):
                return
            parts = parts.rest()

    def _fresh(self, report: Waiting) -> Optional[Waiting]:
        """Read a report again before it is changed at its source; None where nothing is to be sent any more."""
        there = self.source.request(report.service_request_id)
        if there is None:
            self.exchange.mark_gone([report.report_id])
            fids = [edit.fid for edit in report.edits]
            self._keep(report, "Is no longer at its source", fids)
            return None
        with self.workspace.transaction():
            received = self.exchange.receive([there])
            keep_apart(self.exchange, received.edited, detailed=bool(self.can.states))
            refresh_conflicts(self.workspace)
        return next(iter(self.outbox.waiting_of(report.report_id)), None)

    def _send_update(self, report: Waiting, parts: _Parts) -> bool:
        payload, fids = parts.payload()
        text = str(payload["description"])
        if text and self.can.updates:
            payload["listed"] = self._listed(report.service_request_id, text)
        note = self.outbox.note(report.report_id, "update", payload, fids, self.who)
        try:
            edit = ChangedRequest(payload["status"], payload["state"], payload["description"], payload["fields"])
            self.source.update(report.service_request_id, edit)
        except UsageError as error:
            self.outbox.withdraw(note)
            self._keep(report, error.what, fids)
            return False
        except TransportError as error:
            self._failed(note, error)
            return False
        arrived(self.workspace, self.source.name, note)
        if self._before is not None:
            self._before[1][report.service_request_id.casefold(), plain(text)] += 1
        if report.report_id not in self.pushed.updated:
            self.pushed.updated.append(report.report_id)
        return True

    # --- when it fails ---------------------------------------------------------------------------------------------

    def _failed(self, note: Note, error: TransportError) -> None:
        """Note what is known of a call that failed; raise where the next would fail too."""
        if error.may_have_acted:
            self.outbox.unknown(note, error.what)
            if note.action == "create" and self._settled(note):
                self.pushed.created.append(note.report_id)
            else:
                self.pushed.unknown.setdefault(note.report_id, error.what)
            return
        if isinstance(error, (BadRequest, NotFound)):
            self.outbox.refused(note, str(error.what), error.status or 0)
            self.pushed.refused[note.report_id] = str(error.what)
            return
        self.outbox.withdraw(note)
        raise error

    def _keep(self, report: Waiting, reason: str, fids: Sequence[int]) -> None:
        self.outbox.keep({reason: list(fids)})
        self.pushed.kept[report.report_id] = reason

    def _photo(self, report_id: str) -> Optional[tuple[str, bytes, str]]:
        """Return the first photo of a report as a JPEG that may leave, where it is wanted and can be sent."""
        path = self.outbox.photo(report_id) if self.photos and self.can.photos else None
        if path is None:
            return None
        jpeg, leaving = WayOut(self.workspace, self.source.name, self.who).jpeg(path, longest=_PHOTO_SIDE)
        if jpeg is None:
            self.feedback.warning(f"{path}: not sent: {leaving.reason}. {leaving.next_step}")
            return None
        return f"{Path(path).stem[:60]}.jpg", jpeg, "image/jpeg"


@dataclass
class _Parts:
    """What of one report is to be sent: a call for each comment; the last goes with fields and status."""

    service_request_id: str
    status: str = ""
    state: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    comments: list[tuple[int, str]] = field(default_factory=list)
    fids: list[int] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether nothing is to be sent."""
        return not (self.status or self.fields or self.comments)

    def add_field(self, name: str, row: Mapping[str, Any], fids: Sequence[int]) -> None:
        """Add a field as the source's abilities name it."""
        if name == "geom":
            self.fields["position"] = f"{row['lat']!r},{row['lon']!r}"
        elif name == "status":
            self.status = row["status"]
        elif name == "state":
            self.status, self.state = load_states()[row["state"]].status, row["state"]
        else:
            self.fields[name] = str(row[name] or "")
        self.fids.extend(fids)

    def payload(self) -> tuple[dict[str, Any], list[int]]:
        """Return what the next call sends, and the edits that it sends: earlier comments first, alone."""
        alone = len(self.comments) > 1
        fid, text = self.comments[0] if self.comments else (0, "")
        sent = {
            "service_request_id": self.service_request_id,
            "status": "" if alone else self.status,
            "state": "" if alone else self.state,
            "description": text,
            "fields": {} if alone else self.fields,
        }
        return sent, [fid] * bool(self.comments) + ([] if alone else self.fids)

    def rest(self) -> _Parts:
        """Return what is left after one call."""
        if len(self.comments) > 1:
            return _Parts(self.service_request_id, self.status, self.state, self.fields, self.comments[1:], self.fids)
        return _Parts(self.service_request_id)


def _parts(report: Waiting, leaves: frozenset[int]) -> _Parts:
    """Return what is sent of a report: the edits that leave."""
    parts = _Parts(report.service_request_id)
    for name in report.fields():
        fids = [fid for fid in report.of(name) if fid in leaves]
        if fids:
            parts.add_field(name, report.row, fids)
    parts.comments += [(e.fid, e.new or "") for e in report.edits if e.action == "comment" and e.fid in leaves]
    return parts


def _as_report(row: Mapping[str, Any], source: str, identifier: str) -> Report:
    texts: dict[str, Any] = {name: row[name] or "" for name in ("service_code", "description", "address")}
    return Report(source, identifier, lon=row["lon"], lat=row["lat"], **texts)


def _attributes(extra: Optional[str]) -> dict[str, Any]:
    """Return the answers to a service's questions: the object ``attributes`` in ``extra``."""
    try:
        value = json.loads(extra) if extra else {}
    except ValueError:
        return {}
    found = value.get("attributes") if isinstance(value, dict) else None
    if not isinstance(found, dict):
        return {}
    return {str(k): [str(i) for i in v] if isinstance(v, list) else str(v) for k, v in found.items()}
