# SPDX-License-Identifier: GPL-2.0-or-later
"""The totem in a real browser whose clock is set: fresh, too old, ahead of its time, and turning old while it is
open.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from lxml import html
from sigma_communes.core import taxonomy
from sigma_communes.core.jobs.sensors import check_sensors
from sigma_communes.core.model import Report
from sigma_communes.core.publish.totem import write_totem
from sigma_communes.core.routing import example_path
from sigma_communes.core.routing import load as load_book
from sigma_communes.core.sensors.rules import load_rules
from sigma_communes.core.store import Workspace
from sigma_communes.core.store.sensors import Described, add_observations, put_sensors
from sigma_communes.core.triage.again import draw_communes, route_again

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here (Debian: apt-get install chromium)")
DATA_AT = 1_772_366_400_000  # 2026-03-01T12:00Z, 13:00 in Marseille
HOUR = 3_600_000
# The clock of the screen, before any script of the page runs; timers keep their own time.
CLOCK = """<script>(function () {
  var shift = %d - Date.now(), real = Date.now, speed = %d, start = real();
  Date.now = function () { return real() + shift + (real() - start) * (speed - 1); };
  var every = setInterval; setInterval = function (f, ms) { return every(f, ms / speed); };
})();</script>"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("totem")
    with Workspace.open(folder / "w.gpkg") as workspace:
        where = Described("1", "Bac République", "", "Bac République", "fill level", "", "%", "number", 5.37, 43.299)
        sensor = put_sensors(workspace, "ville", [where])["1"][0]
        at = np.arange(DATA_AT - 5 * HOUR, DATA_AT + 1, HOUR)
        add_observations(workspace, sensor, at, np.full(len(at), 92.0))
        words = {"service_name": "Graffiti", "lon": 5.38, "lat": 43.30, "requested_datetime": "2026-03-01T12:30:00Z"}
        workspace.add_reports([Report("citizens", "1", **words)])  # type: ignore[arg-type]
        draw_communes(workspace)
        book, classes = load_book(example_path()), taxonomy.load()
        route_again(workspace, ["citizens/1"], book)
        check_sensors(workspace, load_rules("bins", classes), book, now=DATA_AT)
        written = write_totem(workspace, "13055", folder / "totem.html", valid_hours=6, now=DATA_AT)
    assert written == {
        "commune": "Marseille",
        "data_at": "2026-03-01T12:00:00Z",
        "valid_until": "2026-03-01T18:00:00Z",
        "open": 2,
        "episodes": 1,
    }
    return folder / "totem.html"


def seen(page: Path, folder: Path, clock: int, *, speed: int = 1, budget: int = 2000) -> html.HtmlElement:
    """Return the page as a browser has it whose clock is set, and what it wrote on its console."""
    text = page.read_text(encoding="utf-8")
    # The clock is no part of the page: its own policy forbids any other script.
    policy = text[text.index("<meta http-equiv") : text.index(">", text.index("<meta http-equiv")) + 1]
    set_page = folder / f"{clock}-{speed}.html"
    set_page.write_text(text.replace(policy, CLOCK % (clock, speed)), encoding="utf-8")
    return html.fromstring(dump(set_page, folder, budget))


def dump(page: Path, folder: Path, budget: int = 2000) -> str:
    command = [
        str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage",
        "--disable-background-networking", f"--user-data-dir={folder / 'profile'}", "--enable-logging=stderr",
        f"--virtual-time-budget={budget}", "--dump-dom", page.as_uri(),
    ]  # fmt: skip
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert [line for line in run.stderr.splitlines() if ":CONSOLE" in line] == []
    return run.stdout


def test_fresh_data_are_shown_with_their_date(page: Path, tmp_path: Path) -> None:
    tree = seen(page, tmp_path, DATA_AT + HOUR)
    assert tree.get("class") == "fresh"
    assert tree.xpath("string(//*[@id='when'])") == "Données du 1 mars 2026 à 13:00"
    assert "rempli à 92 %" in tree.xpath("string(//ul[@class='alerts'])")
    assert "capteurs : 1 mars 2026 à 13:00" in tree.xpath("string(//footer)")


def test_old_data_are_not_shown(page: Path, tmp_path: Path) -> None:
    tree = seen(page, tmp_path, DATA_AT + 7 * HOUR)
    assert tree.get("class") == "old"
    assert tree.xpath("string(//*[@id='verdict'])") == "Données du 1 mars 2026 à 13:00 : trop anciennes"


def test_it_turns_old_while_it_is_open(page: Path, tmp_path: Path) -> None:
    """An hour before the end, with a clock a thousand times as fast: it looks again by itself."""
    assert seen(page, tmp_path, DATA_AT + 5 * HOUR, speed=1000, budget=1000).get("class") == "fresh"
    assert seen(page, tmp_path, DATA_AT + 5 * HOUR, speed=1000, budget=8000).get("class") == "old"


def test_a_clock_before_the_data_is_wrong(page: Path, tmp_path: Path) -> None:
    tree = seen(page, tmp_path, DATA_AT - 24 * HOUR)
    assert tree.get("class") == "old" and "L'horloge de cet écran est fausse" in tree.xpath(
        "string(//*[@id='verdict'])"
    )


def test_its_own_policy_lets_its_own_script_run(page: Path, tmp_path: Path) -> None:
    assert html.fromstring(dump(page, tmp_path)).get("class") in ("fresh", "old")
    assert "default-src 'none'" in page.read_text(encoding="utf-8")


def test_without_a_script_nothing_is_shown_as_of_today(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert html.fromstring(text).get("class") == "unknown" and "html:not(.fresh) main { display: none; }" in text
