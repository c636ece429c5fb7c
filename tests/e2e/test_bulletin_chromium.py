# SPDX-License-Identifier: GPL-2.0-or-later
"""The bulletin in a real browser: nothing is asked of the network, nothing fails, and it prints."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import shutil
import subprocess
import zlib
from pathlib import Path

import numpy as np
import pytest
from lxml import html
from PIL import Image
from sigma_communes.core import taxonomy, territory
from sigma_communes.core.model import Columns
from sigma_communes.core.publish.bulletin import write_bulletin

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here (Debian: apt-get install chromium)")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def texts(values: list[str]) -> np.ndarray:
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


def drawn_incidents(communes: territory.Territory, n: int = 120) -> Columns:
    rng = np.random.default_rng(5)
    where = [communes.geometries[i].representative_point() for i in rng.integers(0, len(communes), n)]
    lon, lat = np.array([p.x for p in where]), np.array([p.y for p in where])
    kinds = rng.choice(["graffiti", "waste", "road_damage", ""], n)
    return {
        "id": texts([f"R{i}" for i in range(n)]),
        "lon": lon,
        "lat": lat,
        "reported_at": np.datetime64("2026-11-21", "s") - (rng.exponential(40, n) * 86_400).astype("timedelta64[s]"),
        "class": texts(kinds.tolist()),
        "team": texts(["<img src=http://127.0.0.1:9/team.png>"] * n),
        "description": texts(["<script src=http://127.0.0.1:9/x.js></script>"] * n),
        **communes.columns(lon, lat),
    }


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bulletin") / "bulletin.html"
    communes = territory.load()
    picture = io.BytesIO()
    Image.new("RGB", (64, 48), "#446688").save(picture, "JPEG")
    write_bulletin(
        path,
        drawn_incidents(communes),
        communes=communes,
        taxonomy=taxonomy.load(),
        generated_at=dt.datetime(2026, 11, 21, 14, 30),
        thumbnails={"R1": picture.getvalue()},
    )
    return path


def browse(address: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Chromium once with a profile of its own; its console goes to stderr."""
    command = [str(CHROMIUM), *FLAGS, f"--user-data-dir={folder / 'profile'}", "--enable-logging=stderr", *arguments]
    return subprocess.run([*command, address], capture_output=True, text=True, timeout=120, check=True)


def asked(log: Path) -> list[str]:
    """Return the addresses that the page (not the browser itself, whose initiator is no origin) asked for."""
    record = json.loads(log.read_text(encoding="utf-8"))
    start = record["constants"]["logEventTypes"]["URL_REQUEST_START_JOB"]
    found = [
        event["params"] for event in record["events"] if event["type"] == start and "url" in event.get("params", {})
    ]
    return [p["url"] for p in found if p.get("initiator") != "not an origin" and p["url"].startswith(("http", "ws"))]


def complaints(run: subprocess.CompletedProcess[str]) -> list[str]:
    return [line for line in run.stderr.splitlines() if ":CONSOLE" in line]


def test_the_checks_of_this_file_can_fail(tmp_path: Path) -> None:
    bad = tmp_path / "bad.html"
    bad.write_text('<!DOCTYPE html><img src="http://127.0.0.1:9/a.png"><script>nothingOfTheName()</script>')
    run = browse(bad.as_uri(), tmp_path, f"--log-net-log={tmp_path / 'net.json'}", "--dump-dom")
    assert asked(tmp_path / "net.json") == ["http://127.0.0.1:9/a.png"]
    assert len(complaints(run)) == 1


def test_nothing_is_asked_of_the_network_and_nothing_fails(page: Path, tmp_path: Path) -> None:
    run = browse(page.as_uri(), tmp_path, f"--log-net-log={tmp_path / 'net.json'}", "--dump-dom")
    assert asked(tmp_path / "net.json") == []
    assert complaints(run) == []
    tree = html.fromstring(run.stdout)
    assert tree.xpath("//script") == []
    assert tree.xpath("string(//h1/span[@lang='fr'])") == "Bulletin des signalements"


def test_a_link_to_a_commune_opens_its_part(page: Path, tmp_path: Path) -> None:
    closed = html.fromstring(page.read_text(encoding="utf-8")).xpath(
        "//details[starts-with(@class, 'part')][not(@open)]"
    )
    anchor = closed[-1].xpath(".//div[@class='body']/@id")[0]
    run = browse(f"{page.as_uri()}#{anchor}", tmp_path, "--dump-dom")
    (opened,) = html.fromstring(run.stdout).xpath(f"//details[div[@id='{anchor}']]")
    assert opened.get("open") is not None


def test_one_language_shows_at_a_time_on_a_phone_and_the_page_is_not_wider_than_it(page: Path, tmp_path: Path) -> None:
    # The page forbids scripts; a frame around it, in a page of the test, may measure it where policy lets it.
    for width in (390, 1280):
        probe = tmp_path / f"probe{width}.html"
        text = re.sub(r"<meta http-equiv=[^>]*>", "", page.read_text(encoding="utf-8"))
        measure = (
            "<script>const shown=l=>[...document.querySelectorAll(`main [lang=${l}]`)]"
            ".filter(e=>e.getClientRects().length).length;"
            "document.title=JSON.stringify([document.documentElement.scrollWidth,innerWidth,shown('fr')>0,shown('en')])"
            "</script>"
        )
        probe.write_text(text.replace("</body>", measure + "</body>"), encoding="utf-8")
        run = browse(probe.as_uri(), tmp_path, f"--window-size={width},900", "--hide-scrollbars", "--dump-dom")
        wide, window, french, english = json.loads(html.fromstring(run.stdout).xpath("string(//title)"))
        assert wide <= window
        assert french
        assert english == 0


def test_it_prints_on_paper_with_every_commune(page: Path, tmp_path: Path) -> None:
    pdf = tmp_path / "bulletin.pdf"
    browse(page.as_uri(), tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={pdf}")
    data = pdf.read_bytes()
    assert data.startswith(b"%PDF-")
    boxes = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", data)
    assert len(boxes) >= 5
    assert {(round(float(w)), round(float(h))) for w, h in boxes} <= {
        (594, 841),
        (595, 841),
        (595, 842),
        (594, 842),
        (596, 842),
    }
    streams = [zlib.decompressobj().decompress(raw) for raw in re.findall(rb"stream\r?\n(x.*?)endstream", data, re.S)]
    written = [stream for stream in streams if re.search(rb"\bBT\b.*\bT[jJ]\b", stream, re.S)]
    assert len(written) >= len(boxes)
    if shutil.which("pdftotext"):
        text = subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
        assert "Bulletin des signalements" in text
        assert "Citizen report bulletin" not in text
        names = html.fromstring(page.read_text(encoding="utf-8")).xpath("//details//h3/text()")
        closed = html.fromstring(page.read_text(encoding="utf-8")).xpath(
            "//details[not(@open)]//p[@class='ref']/text()"
        )
        assert [name for name in names if name not in text] == []
        assert [ref for ref in closed if ref not in text] == []
