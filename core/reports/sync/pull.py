# SPDX-License-Identifier: GPL-2.0-or-later
"""From a source into the workspace: what is new, what changed, what differs, what is gone.

A full read goes through all times, oldest first; a later read asks for what changed since the newest change that it
has seen, less an overlap. Both steps and reports of a period are one transaction at its end, so a read that is
interrupted at any instant goes on where it was, and what comes twice changes nothing. Times are the source's own:
a wrong clock, on either side, hides nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Optional

from ...base.read_ahead import read_ahead
from ...errors import UsageError
from ...feedback import SILENT, Feedback
from ...model import Rejected, Report
from ...store import Workspace, report_id
from ...store.file.timestamps import utc
from ...store.inbox import Cursor, Inbox
from ...store.outbox import Note, Outbox
from ...store.report_rows import Row, identifier, last_time, report_of, row_of
from ...transport import TransportError
from ..formats.georeport import Update
from ..formats.periods import Period, moment
from ..sources.source import ReportSource, is_cut
from .collector import seldom_collected
from .conflicts import keep_apart, refresh_conflicts
from .identity import check_identity
from .matching import is_of_note
from .media import Media, fetch_media
from .outgoing import judge_waiting, remember

OVERLAP = timedelta(days=1)
"""How far an incremental read goes back: changes show in another order than their times, and times without a zone."""
LOOK_BACK = timedelta(days=90)
"""The same for a source that can't be asked for changes: reports made so long ago are read again."""
_BATCH = 5000
_MOST_CHECKED = 1000
_MOST_REASONS = 1000


@dataclass
class Pulled:
    """What a read brought.

    ``rejected`` records have their reasons in ``reasons`` (the first thousand) and all in the workspace. ``moved`` and
    ``recategorised`` are ids whose position or service the source changed: their class, place and team are to be found
    anew. ``gone`` are no longer shown by the source, ``back`` are shown again. ``conflicts`` counts the open ones.
    ``cursor`` is the newest change that is here for sure, by the source's clock. ``notes`` are for the person.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    conflicts: int = 0
    cursor: str = ""
    moved: list[str] = field(default_factory=list)
    recategorised: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    back: list[str] = field(default_factory=list)
    comments: int = 0
    media: Optional[Media] = None
    reasons: list[Rejected] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, object]:
        """Return the last line of ``pull --json``."""
        names = ("new", "changed", "unchanged", "rejected", "conflicts", "cursor")
        return {name: getattr(self, name) for name in names}


def pull(
    workspace: Workspace,
    source: ReportSource,
    *,
    since: Optional[datetime] = None,
    full: bool = False,
    media: bool = False,
    moved: bool = False,
    feedback: Feedback = SILENT,
) -> Pulled:
    """Read a source into a workspace.

    Parameters
    ----------
    workspace : Workspace
        Edits that wait in it stay as they are; where the source changed the same, a conflict is noted.
    source : Source
        See :mod:`.source`.
    since : datetime, optional
        Only what was made (in a first or full read) or changed since then. A time without zone is UTC.
    full : bool
        Read everything again, and look for reports that are gone. One that was interrupted is always gone on with.
    media : bool
        Fetch photos of reports too.
    moved : bool
        It is the source that has this name here, at another address.
    feedback : Feedback
        Told of the stage ``reports`` and of each; asked for cancel between pages.

    Raises
    ------
    UsageError
        The workspace holds reports of another source under this name (see :func:`.identity.check_identity`).
    TransportError, DataError
        The source fails, after repeated tries. All whole batches stay, and the next read goes on from there.
    WorkspaceError
        See :meth:`~..store.Workspace.transaction`.
    Cancelled
        As ``feedback`` asked; the same holds.
    """
    if since is not None and since.tzinfo is None:
        since = since.replace(tzinfo=timezone.utc)
    feedback.stage("reports")
    reading = _Reading(workspace, source, feedback)
    check_identity(workspace, source, moved=moved)
    remember(reading.exchange, source.abilities)
    cursor = reading.exchange.cursor()
    with seldom_collected():
        if full or cursor.changed_to is None or cursor.sweep_since is not None:
            reading.sweep(since)
        else:
            reading.changes(cursor, since)
    refresh_conflicts(workspace)
    judge_waiting(reading.outbox, source.abilities)
    pulled = reading.pulled
    pulled.conflicts = reading.exchange.open_conflicts()
    pulled.cursor = reading.exchange.cursor().changed_to or ""
    if media:
        pulled.media = fetch_media(workspace, source, feedback=feedback)
    return pulled


class _Reading:
    def __init__(self, workspace: Workspace, source: ReportSource, feedback: Feedback) -> None:
        self.workspace, self.source, self.feedback = workspace, source, feedback
        self.exchange = Inbox(workspace, source.name)
        self.outbox = Outbox(workspace, source.name)
        self.pulled = Pulled()
        self.whole = True
        self._rejected: list[Rejected] = []  # not yet in the workspace
        self._before: set[str] = set()  # ids of the last period, of which the next may show some again

    # --- the two ways ----------------------------------------------------------------------------------------------

    def sweep(self, since: Optional[datetime]) -> None:
        """Read everything, or what is left of an interrupted full read."""
        cursor = self.exchange.begin_sweep()
        number = cursor.sweep_number if cursor.sweep_number > 1 else None
        start = moment(cursor.sweep_to) or since
        if cursor.sweep_to:
            self.feedback.info(f"Going on with the full read that came to {cursor.sweep_to[:10]}")
        newest = cursor.sweep_newest
        for period in self._periods(start, changed=False):
            for batch, last in self._batches(period, changed=False):
                newest = max(filter(None, (newest, self._newest(batch))), default=None)
                with self.workspace.transaction():
                    self._store(batch, number)
                    if last and period.said:
                        self.exchange.step_sweep(_text(period.end), newest)
        if since is None:
            self._read_outside(number)
        if number is not None and self.whole:
            self._look_for_gone(number)
        self.exchange.end_sweep(self._safe(newest, cursor))

    def _read_outside(self, number: Optional[int]) -> None:
        """Read what lies in no period: reports whose date is empty, or a typing error."""
        verdicts = map(_given, self.source.outside())
        rows = self._wanted(verdicts, None)
        while batch := list(itertools.islice(rows, _BATCH)):
            self.feedback.check()
            with self.workspace.transaction():
                self._store(batch, number)

    def changes(self, cursor: Cursor, since: Optional[datetime]) -> None:
        """Read what changed since the cursor."""
        seen_to = moment(cursor.changed_to)
        if seen_to is None:
            raise UsageError("Was never read", where=self.source.name)
        asks = self.source.abilities.changes
        back = OVERLAP if asks else LOOK_BACK
        start = since or seen_to - back
        skips = start > seen_to
        self._read_changes(start, cursor.changed_to, asks=asks, skips=skips)
        earlier = self._by_its_clock_now(cursor) - back
        if since is None and earlier < start:
            start = earlier
            self._read_changes(start, cursor.changed_to, asks=asks, skips=skips)
        self._read_updates(start)
        if not asks and not self.source.abilities.updates:
            self.pulled.notes.append(
                f"{self.source.name} can't be asked for changes: reports made before {start:%Y-%m-%d} were not looked"
                " at; a full read does"
            )
        self.exchange.ended()

    def _read_changes(self, start: datetime, newest: Optional[str], *, asks: bool, skips: bool) -> None:
        for period in self._periods(start, changed=asks):
            for batch, last in self._batches(period, changed=asks):
                newest = max(filter(None, (newest, self._newest(batch))), default=None)
                with self.workspace.transaction():
                    self._store(batch, None)
                    # Reports that were not asked for may have changed before: the cursor then stays.
                    if last and newest and not skips:
                        self.exchange.step(newest)

    def _by_its_clock_now(self, cursor: Cursor) -> datetime:
        """Return when the last read ended by the clock that the source has now: it may have been set back since."""
        now = self.source.clock()
        read_at = moment(cursor.read_at)
        return now if read_at is None else now - max(timedelta(0), datetime.now(timezone.utc) - read_at)

    def _periods(self, start: Optional[datetime], *, changed: bool) -> Iterator[Period]:
        """Give periods until now, asking again what now is: the source's clock is known from its first answer on."""
        floor = start
        while True:
            now = self.source.now()
            until = None if floor is None or floor < now else floor + timedelta(days=1)
            end = None
            for period in self.source.periods(floor, until, changed=changed):
                yield period
                if not period.said:
                    return
                end = period.end
            if end is None or self.source.now() + timedelta(hours=1) < end:
                return
            floor = end

    def _batches(self, period: Period, *, changed: bool) -> Iterator[tuple[list[Row], bool]]:
        """Give the reports of a period in batches, and whether it is the last one (which may be empty)."""
        since, until = (period.start, period.end) if period.said else (None, None)
        here: set[str] = set()
        asked = self.source.requests(since=since, until=until, changed=changed)
        # One thread reads, another makes rows of what was read, and this one stores them.
        with read_ahead(asked, chunk=100, depth=10) as verdicts, read_ahead(map(_given, verdicts)) as given:
            rows = self._wanted(given, here if period.said else None)
            last = False
            while not last:
                batch = list(itertools.islice(rows, _BATCH))
                self.feedback.check()
                last = len(batch) < _BATCH
                yield batch, last
                self.feedback.advance(len(batch))
        self._before = here

    def _wanted(self, given: Iterator[Row | Rejected], here: Optional[set[str]]) -> Iterator[Row]:
        for verdict in given:
            if isinstance(verdict, Rejected):
                self._reject(verdict)
                continue
            name = identifier(verdict)
            if here is not None:
                here.add(name)
            if name not in self._before:
                yield verdict

    # --- storing ---------------------------------------------------------------------------------------------------

    def _store(self, rows: list[Row], sweep: Optional[int]) -> None:
        if self._rejected:
            self.workspace.add_rejected(self._rejected)
            self._rejected.clear()
        if not rows:
            return
        # Asked for each batch: another process may be sending just now.
        notes = [note for note in self.outbox.open_notes() if note.action == "create"]
        if notes:
            self._recognise(rows, notes)
        received = self.exchange.receive_rows(rows, sweep_number=sweep)
        keep_apart(self.exchange, received.edited, detailed=bool(self.source.abilities.states))
        pulled = self.pulled
        pulled.new += received.written.new
        pulled.changed += received.written.changed
        pulled.unchanged += received.written.unchanged
        pulled.moved += received.moved
        pulled.recategorised += received.recategorised
        pulled.back += received.back

    def _recognise(self, rows: list[Row], notes: list[Note]) -> None:
        """Find what was sent from here and whose answer was lost: it must not become a second report."""
        known = self.exchange.known([identifier(row) for row in rows])
        for row in rows:
            if identifier(row) in known:
                continue
            report = report_of(row)
            note = next((note for note in notes if is_of_note(note, report)), None)
            if note is not None and self.outbox.created(note, report.service_request_id):
                notes.remove(note)

    def _reject(self, verdict: Rejected) -> None:
        self.pulled.rejected += 1
        self.whole = self.whole and not is_cut(verdict)
        if len(self.pulled.reasons) < _MOST_REASONS:
            self.pulled.reasons.append(verdict)
        self._rejected.append(verdict)

    # --- cases of their own ----------------------------------------------------------------------------------------

    def _look_for_gone(self, sweep: int) -> None:
        """Ask for each report that a full read did not show, by its id: it may be hidden from the list only."""
        unseen = self.exchange.unseen(sweep, _MOST_CHECKED)
        for ours, theirs in unseen:
            self.feedback.check()
            try:
                report = self.source.request(theirs)
            except TransportError as error:
                self.pulled.notes.append(f"{ours}: whether it is gone is not known: {error.what}")
                continue
            if report is None:
                self.exchange.mark_gone([ours])
                self.pulled.gone.append(ours)
            else:
                with self.workspace.transaction():
                    self._store([row_of(report)], sweep)
                    self.exchange.mark_seen([ours], sweep)
        if len(unseen) == _MOST_CHECKED:
            self.pulled.notes.append(
                f"More than {_MOST_CHECKED:,} reports are no longer in the list; the next full read looks at the others"
            )

    def _read_updates(self, since: datetime) -> None:
        """Read comments and changes of status, and again the reports that they are of."""
        if not self.source.abilities.updates:
            return
        updates: list[Update] = []
        for update in self.source.updates(since):
            if isinstance(update, Rejected):
                self._reject(update)
            else:
                updates.append(update)
        ids = list(dict.fromkeys(update.service_request_id for update in updates))
        known = self.exchange.known(ids)
        fresh = self.exchange.unknown_comments([update.update_id for update in updates])
        stale = {u.service_request_id for u in updates if u.update_id in fresh and u.service_request_id in known}
        found = [row_of(report) for report in map(self.source.request, sorted(stale)) if report is not None]
        with self.workspace.transaction():
            self._store(found, None)
            self.pulled.comments += self.exchange.add_comments(
                (
                    known.get(u.service_request_id) or report_id(self.source.name, u.service_request_id),
                    u.update_id,
                    u.raw_status,
                    u.description,
                    None,
                )
                for u in updates
            )

    # --- the source's clock ----------------------------------------------------------------------------------------

    def _newest(self, rows: list[Row]) -> Optional[str]:
        """Return the latest time that reports say of themselves, but for times to come: they would hide others."""
        limit = _text(self.source.now() + timedelta(days=1))
        # Text of one form sorts as its times do; a zone is a form.
        newest: dict[str, str] = {}
        for text in map(last_time, rows):
            form = text[19:]
            if text > newest.get(form, ""):
                newest[form] = text
        times = [time for time in map(utc, newest.values()) if time is not None]
        if any(time > limit for time in times):
            every = (utc(last_time(row)) for row in rows)
            times = [time for time in every if time is not None and time <= limit]
        return max(times, default=None)

    def _safe(self, newest: Optional[str], cursor: Cursor) -> Optional[str]:
        """Return until when everything is here after a full read.

        What changed while it ran may have been read before its change: the time that it took is taken off.
        """
        at = moment(newest)
        began = moment(cursor.sweep_since)
        if at is None or began is None:
            return None
        took = max(timedelta(0), datetime.now(timezone.utc) - began)
        return _text(at - took)


def _given(verdict: Report | Rejected) -> Row | Rejected:
    return verdict if isinstance(verdict, Rejected) else row_of(verdict)


def _text(time: datetime) -> str:
    return utc(time.isoformat()) or ""
