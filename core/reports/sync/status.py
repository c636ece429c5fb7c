# SPDX-License-Identifier: GPL-2.0-or-later
"""What waits in a workspace, and what goes to those whom no server reaches: the dispatch export."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ...store import Workspace
from ...store.fields import question
from ...store.handling import gone_since
from ...store.health import reports_to_send
from ...store.inbox import Inbox, cursors
from ...store.outbox import Waiting, outbox_counts, waiting
from .conflicts import open_conflicts
from .outgoing import judge_again


@dataclass
class SourceStatus:
    """What waits for one source; ``local`` are reports that were made here.

    ``to_send`` and ``kept`` count reports with edits that can be sent (or were not tried yet) and that can't;
    ``unknown`` may have been taken, ``tokens`` wait for their id, ``refused`` were refused.
    """

    source: str
    new: int = 0
    to_send: int = 0
    kept: int = 0
    conflicts: int = 0
    gone: int = 0
    unknown: int = 0
    tokens: int = 0
    refused: int = 0
    read_at: str = ""
    read_to: str = ""


@dataclass(frozen=True)
class Item:
    """One report with edits that wait: what was edited, by whom, since when, and why it stays where it does."""

    report_id: str
    source: str
    what: tuple[str, ...]
    who: str
    at: str
    kept: str = ""
    conflict: bool = False


@dataclass
class SyncStatus:
    """The whole: one line for each source, one item for each report."""

    sources: list[SourceStatus] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)


def status(workspace: Workspace) -> SyncStatus:
    """Say what waits in a workspace: for a server, for a person, or for ever."""
    by_source: dict[str, SourceStatus] = {}

    def of(source: str) -> SourceStatus:
        return by_source.setdefault(source, SourceStatus(source))

    conflicts = Counter(conflict.report_id for conflict in open_conflicts(workspace))
    judge_again(workspace)
    out = SyncStatus()
    to_send = set(reports_to_send(workspace))
    for report in waiting(workspace):
        source = of(report.source)
        item = _item(report, report.report_id in conflicts)
        out.items.append(item)
        source.new += report.new
        source.kept += report.report_id not in to_send
        source.to_send += report.report_id in to_send
        source.conflicts += conflicts[report.report_id]
    for source_name, states in outbox_counts(workspace).items():
        source = of(source_name)
        source.unknown += states.get("unknown", 0) + states.get("sending", 0)
        source.tokens += states.get("token", 0)
        source.refused += states.get("refused", 0)
    for key in gone_since(workspace):
        of(key.partition("/")[0]).gone += 1
    for name in cursors(workspace):
        cursor = Inbox(workspace, name).cursor()
        source = of(name)
        source.read_at, source.read_to = cursor.read_at or "", cursor.changed_to or ""
    out.sources = [by_source[name] for name in sorted(by_source)]
    return out


def _item(report: Waiting, conflict: bool) -> Item:
    what = dict.fromkeys(edit.action if edit.action != "update" else question(edit.field) for edit in report.edits)
    stays = {edit.kept for edit in report.edits if edit.kept}
    all_stay = all(edit.kept for edit in report.edits)
    last = report.edits[-1]
    return Item(
        report.report_id,
        report.source,
        tuple(what),
        last.who or ("" if last.origin != "outside" else "edited from outside"),
        last.at,
        "; ".join(sorted(stays)) if all_stay else "",
        conflict,
    )
