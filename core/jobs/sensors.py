# SPDX-License-Identifier: GPL-2.0-or-later
"""Rules checked and what they find handed to teams: class, commune, group and team, as a citizen's report gets them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

import numpy as np

from .. import overlay, taxonomy
from ..base.columns import empty_text
from ..feedback import SILENT, Feedback
from ..routing import RuleBook
from ..sensors.check import SOURCE, Checked, Line, check
from ..sensors.rules import Rule
from ..sensors.sentences import sentence
from ..store import Workspace
from ..store.inbox import unplaced
from ..taxonomy import Language
from ..triage.again import draw_communes, route_again

_BATCH = 2000


@dataclass(frozen=True)
class Reported:
    """One episode with its report: who has it and why, and how many citizens' reports say the same."""

    line: Line
    team: str
    reason_fr: str
    reason_en: str
    commune: str
    also: int

    def sentence(self, language: Language) -> str:
        """Return the rule's sentence, and that citizens say so, too."""
        said = sentence(self.line.rule, self.line.episode, self.line.sensor, language)
        if self.also == 0:
            return said
        if language == "fr":
            return f"{said}, signalé aussi par {self.also} habitant{'s' if self.also > 1 else ''}"
        return f"{said}, reported by {self.also} citizen{'s' if self.also > 1 else ''}, too"


def check_sensors(
    workspace: Workspace,
    rules: Sequence[Rule],
    book: RuleBook,
    *,
    layers: Optional[Mapping[str, Path]] = None,
    now: Optional[int] = None,
    feedback: Feedback = SILENT,
) -> tuple[Checked, list[Reported]]:
    """Apply rules to the sensors of a workspace; place, group and route the reports that come of it.

    Parameters
    ----------
    rules : sequence of Rule
        From :func:`~..sensors.rules.load_rules`.
    book : RuleBook
        Gives the teams; ``layers`` as in :func:`~..triage.again.route_again`.
    now : int, optional
        The present, ms UTC.

    Raises
    ------
    WorkspaceError
        The workspace can't be written.
    Cancelled
        The person asked to stop; whole sensors are kept.
    """
    checked = check(workspace, rules, taxonomy.load(), now=now, feedback=feedback)
    draw_communes(workspace)
    new = [key for key in unplaced(workspace) if key.startswith(_beginning())]
    for start in range(0, len(new), _BATCH):
        feedback.check()
        with workspace.transaction():
            route_again(workspace, new[start : start + _BATCH], book, layers)
    also = group_again(workspace)
    table = workspace.read_incidents()
    rows = {key: i for i, key in enumerate(table["id"].tolist())}
    out = []
    for line in checked.lines:
        i = rows.get(line.report_id)
        if i is None:  # a person deleted it here
            continue
        values = (str(table[name][i]) for name in ("team", "reason_fr", "reason_en", "commune"))
        team, reason_fr, reason_en, commune = values
        out.append(Reported(line, team, reason_fr, reason_en, commune, also.get(line.report_id, 0)))
    return checked, out


def group_again(workspace: Workspace) -> dict[str, int]:
    """Group all reports of one class and place anew; return sensors' report id → citizens' reports in its group.

    Only reports whose group changes are written.
    """
    table = workspace.read_incidents()
    first = overlay.group(table["lon"], table["lat"], table["reported_at"], table["class"])
    sizes = np.bincount(first, minlength=len(first))
    named = empty_text(len(first))
    together = sizes[first] > 1
    named[together] = table["id"][first[together]]
    other = named != table["group_id"]
    # Rows that no run has placed yet get their group there.
    other &= (table["commune"] != "") | table["outside"]
    if other.any():
        changed = {name: column[other] for name, column in table.items()}
        workspace.write_triage({**changed, "group_id": named[other]})
    by_sensor = np.array([str(source).startswith(SOURCE) for source in table["source"]], dtype=bool)
    citizens = np.bincount(first[~by_sensor], minlength=len(first))
    return {str(table["id"][i]): int(citizens[first[i]]) for i in np.flatnonzero(by_sensor & together)}


def _beginning() -> str:
    return SOURCE.replace("/", "%2F")
