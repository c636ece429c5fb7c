# SPDX-License-Identifier: GPL-2.0-or-later
"""The kinds of report sources: one file and one line each."""

from __future__ import annotations

import subprocess
import sys
import types
from pathlib import Path

import pytest
from sigma_communes.core.base.bilingual import Bilingual
from sigma_communes.core.reports.sources import registry, servers
from sigma_communes.core.reports.sources.registry import KINDS, Opening, ReportKind
from sigma_communes.core.transport import new_session

PACKAGE = "sigma_communes.core.reports.sources"


def test_every_kind_opens_what_it_says(tmp_path: Path) -> None:
    with new_session() as session:
        for kind in KINDS:
            url = str(tmp_path) if kind.is_folder else "https://x.test/open311?typeName=a"
            source = servers.open_source("x", servers.Server(url, kind.kind), session, key="")
            assert source.name == "x"
            assert type(source).__module__ == f"{PACKAGE}.{kind.module}"


def test_a_new_kind_is_a_file_and_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType(f"{PACKAGE}.letters")
    module.open_source = lambda opening: (opening.name, opening.server.url)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    new = ReportKind("letters", Bilingual(fr="Courrier", en="Letters"), "letters")
    monkeypatch.setattr(registry, "BY_KIND", {**registry.BY_KIND, "letters": new})
    monkeypatch.setattr(servers, "BY_KIND", registry.BY_KIND)
    with new_session() as session:
        made = servers.open_source("box", servers.Server("https://x.test", "letters"), session)
    assert tuple(made) == ("box", "https://x.test")  # type: ignore[arg-type]


def test_settings_of_servers_are_read_without_the_packages_that_sources_need() -> None:
    code = (
        "import sys; sys.modules['shapely'] = None; from pathlib import Path\n"
        f"from {PACKAGE} import servers; from {PACKAGE}.registry import KINDS\n"
        "servers.Server('/tmp', 'folder'); print(*[kind.label.fr for kind in KINDS], 'lxml' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert Opening.__name__ and "Dossier de fichiers" in ran.stdout
