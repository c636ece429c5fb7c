# SPDX-License-Identifier: GPL-2.0-or-later
"""The states stand in one file: what SQL, replies, profiles and the bulletin say of them is derived or the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sigma_communes.core.errors import UsageError, WorkspaceError
from sigma_communes.core.jobs.handling import set_state, step
from sigma_communes.core.model import Report
from sigma_communes.core.publish.bulletin import _texts
from sigma_communes.core.reports.replies import load_replies
from sigma_communes.core.store import Workspace
from sigma_communes.core.store.file.migrations import SCRIPTS
from sigma_communes.core.store.report_rows import state_after
from sigma_communes.core.store.states import closed_states, load_states, words_for_closed


def test_the_scripts_list_the_states_of_the_file() -> None:
    text = "".join(script.read_text(encoding="utf-8") for script in SCRIPTS)
    lists = [set(re.findall(r"'(\w+)'", found)) for found in re.findall(r"\bstate (?:NOT )?IN\s*\(([^)]*)\)", text)]
    lists = [found for found in lists if "sending" not in found]  # the notes of the outbox have states of their own
    assert len(lists) >= 3
    assert all(found in (set(load_states()), set(closed_states())) for found in lists), lists


def test_the_workspace_takes_these_states_and_no_other(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "w.gpkg") as workspace:
        workspace.add_reports([Report("city", "1", requested_datetime="2026-01-01T00:00:00Z")])
        for name, state in load_states().items():
            workspace._connection.execute("UPDATE report SET state = ?", (name,))
            found = workspace._connection.execute("SELECT count(*) FROM report_closed").fetchone()[0]
            assert bool(found) is state.closed
        with pytest.raises(Exception, match="unknown state"):
            workspace._connection.execute("UPDATE report SET state = 'closed'")


def test_a_state_that_closes_is_closed_for_the_source_and_the_bulletin() -> None:
    for name, state in load_states().items():
        assert (state_after(name, "closed") == name) is state.closed
        for word in (name, state.fr.casefold(), state.en.casefold()):
            assert (word in words_for_closed() | set(_texts().closed_words)) is state.closed
    assert set(load_replies()) <= set(load_states())


@pytest.mark.parametrize("by", [set_state, step])
def test_a_state_that_needs_a_reason_is_refused_without(by: object, tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "w.gpkg") as workspace:
        workspace.add_reports([Report("city", "1")])
        for name, state in load_states().items():
            workspace._connection.execute("UPDATE report SET state = 'to_qualify'")
            if name not in load_states()["to_qualify"].next:
                continue
            if state.reason:
                with pytest.raises((UsageError, WorkspaceError), match="needs its reason"):
                    by(workspace, ["city/1"], name, "Ana")  # type: ignore[operator]
            else:
                by(workspace, ["city/1"], name, "Ana")  # type: ignore[operator]
