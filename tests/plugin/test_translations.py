"""The French is complete: no string of the screens is missing, unfinished or empty."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from lxml import etree

ROOT = Path(__file__).resolve().parents[2]
TS = ROOT / "i18n" / "sigma_communes_fr.ts"


def test_no_string_is_unfinished() -> None:
    messages = etree.parse(str(TS)).findall(".//message")
    assert len(messages) > 10
    for message in messages:
        translation = message.find("translation")
        assert translation.get("type") is None and (translation.text or "").strip(), message.findtext("source")


def test_the_file_holds_every_string_of_the_sources(tmp_path: Path) -> None:
    if shutil.which("pylupdate5") is None:
        pytest.skip("pylupdate5 is not installed (package pyqt5-dev-tools)")
    copy = tmp_path / "fr.ts"
    shutil.copy(TS, copy)
    sources = sorted(map(str, (ROOT / "plugin").rglob("*.py")))
    subprocess.run(["pylupdate5", "-noobsolete", *sources, "-ts", str(copy)], check=True, capture_output=True)

    def strings(path: Path) -> set[tuple[str, str]]:
        contexts = etree.parse(str(path)).findall(".//context")
        return {(c.findtext("name"), m.findtext("source")) for c in contexts for m in c.findall("message")}

    assert strings(copy) == strings(TS)
