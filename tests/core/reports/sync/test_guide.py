# SPDX-License-Identifier: GPL-2.0-or-later
"""A newcomer does what the guide's chapter on report servers says, line by line, against a test server."""

from __future__ import annotations

import re
import shlex
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sigma_communes.core.cli import main
from sigma_communes.core.store import Workspace
from sigma_communes.tests.servers.georeport import EPOCH, STYLES, GeoReportServer

GUIDE = Path(__file__).resolve().parents[4] / "docs" / "guide.md"


def commands() -> list[list[str]]:
    """Return the commands of the chapter, without the name of the program."""
    chapter = GUIDE.read_text(encoding="utf-8").split("\n## 7. ")[1].split("\n## 8. ")[0]
    lines = [line for block in re.findall(r"```sh\n(.*?)```", chapter, re.DOTALL) for line in block.splitlines()]
    return [shlex.split(line, comments=True)[1:] for line in lines]


def test_every_command_of_the_chapter_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SIGMA_SERVERS", str(tmp_path / "servers.yaml"))
    done = []
    with GeoReportServer(STYLES["citysdk"]) as server:
        server.add(9, start=EPOCH + timedelta(days=340))
        for command in commands():
            arguments = [part.replace("https://exemple.fr/open311/v2", server.url) for part in command]
            if arguments[:2] == ["reports", "status"]:  # off line until here: both sides have changed the same
                with Workspace.open(tmp_path / "workspace.gpkg") as ws:
                    ws._connection.execute("UPDATE report SET description = 'mine' WHERE id = 'ville/7'")
                server.edit("7", description="theirs")
            result = CliRunner().invoke(main, arguments, catch_exceptions=False)
            assert result.exit_code == 0, (arguments, result.output)
            done.append(" ".join(arguments[:2]))
        assert {server.reports[key]["status"] for key in ("4", "5")} == {"closed"}
    assert {"servers add", "reports pull", "reports handle", "reports resolve", "reports push"} <= set(done)
    assert (tmp_path / "a-transmettre.csv").read_text(encoding="utf-8").count("\n") > 1
