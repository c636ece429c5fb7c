"""A real server, filled with drawn observations, pulled, checked: episodes in the backlog with team and reason."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import requests
from click.testing import CliRunner
from sigma_communes.core import routing, taxonomy
from sigma_communes.core.cli import main
from sigma_communes.core.jobs.sensors import check_sensors
from sigma_communes.core.model import Report
from sigma_communes.core.sensors.pull import pull
from sigma_communes.core.sensors.rules import load_rules
from sigma_communes.core.sensors.sensorthings import SensorThings
from sigma_communes.core.store import Workspace

from .conftest import server_module

HOUR = 3_600_000
BEGIN = np.datetime64("2026-03-01T00:00", "ms").astype(np.int64)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Give a running server; skip, saying so, where it can't be had."""
    module = server_module("sensorthings")
    with ExitStack() as stack:
        try:
            server = stack.enter_context(module.RealServer(tmp_path_factory.mktemp("sta")))
        except module.NotToBeHad as error:
            pytest.skip(str(error))
        yield server


def times(hours: int, step: int = 30) -> list[str]:
    at = BEGIN + np.arange(0, hours * 60, step) * 60_000
    return [f"{moment}Z" for moment in at.astype("datetime64[ms]").astype("datetime64[s]")]


@pytest.fixture(scope="module")
def filled(real: Any) -> dict[str, str]:
    """Fill the server with three days; two bins, a lamp, a road under water, a place that is taken."""
    chance = random.Random(7)
    moments = times(72)
    n = len(moments)
    level = [min(10 + i, 95) if i < 100 else 5 for i in range(n)]
    streams = {
        "full": real.add_stream("Bac République", 5.3702, 43.2990, "fill level", "%"),
        "empty": real.add_stream("Bac Canebière", 5.3800, 43.2965, "fill level", "%"),
        "lamp": real.add_stream("Mât 12", 5.4470, 43.5280, "active power", "W"),
        "water": real.add_stream("Passage Saint-Loup", 5.4330, 43.2800, "water level", "m"),
        "place": real.add_stream("Livraison 3", 5.3705, 43.2992, "occupancy", "1", "OM_Observation"),
    }
    values: dict[str, list[Any]] = {
        "full": level,
        "empty": [chance.randrange(5, 30) for _ in range(n)],
        "lamp": [0.2] * n,
        "water": [0.01 if not 40 <= i < 60 else 0.32 for i in range(n)],
        "place": [float(i >= 20) for i in range(n)],
    }
    for name, stream in streams.items():
        rows = list(zip(moments, values[name]))
        chance.shuffle(rows)
        real.add_observations(stream, rows)
    return streams


def test_pulled_checked_placed_grouped(
    real: Any, filled: dict[str, str], calls: requests.Session, workspace: Workspace
) -> None:
    source = SensorThings(real.url, calls, name="ville")
    assert source.root.dialect.name == "django"
    now = int(BEGIN) + 72 * HOUR
    first = pull(workspace, source, now=now)
    assert first.counts() == {"sensors": 5, "observations_new": 5 * 144, "duplicates": 0, "late": 0, "rejected": 0}
    assert source.notes == []  # nothing was asked that this server refuses
    again = pull(workspace, SensorThings(real.url, calls, name="ville"), now=now)
    assert (again.observations_new, again.duplicates) == (0, 5 * 144)
    # Two citizens see the bin, one of them elsewhere.
    for number, (lon, lat) in enumerate([(5.3703, 43.2991), (5.3703, 43.2990), (5.39, 43.30)]):
        workspace.add_reports(
            [Report("citizens", str(number), service_name="Corbeille ou conteneur débordant", lon=lon, lat=lat,
                    requested_datetime="2026-03-02T20:00:00Z")]
        )  # fmt: skip
    classes = taxonomy.load()
    names = ("bins", "street_lighting", "water_level", "parking", "noise", "soil_moisture")
    rules = [rule for name in names for rule in load_rules(name, classes)]
    book = routing.load(routing.example_path())
    from sigma_communes.core.store.inbox import unplaced
    from sigma_communes.core.triage.again import draw_communes, route_again

    draw_communes(workspace)
    route_again(workspace, unplaced(workspace), book)
    checked, found = check_sensors(workspace, rules, book, now=now)
    by_rule = {str(one.line.rule.id): one for one in found}
    assert set(by_rule) == {"bin_full", "lamp_dark", "water_on_road", "place_taken"}, (
        checked.rejected,
        [(line.rule.id, line.report_id) for line in checked.lines],
    )
    assert all(one.team and one.reason_fr and one.commune for one in found)
    table = workspace.read_incidents()
    rows = {key: i for i, key in enumerate(table["id"].tolist())}
    for one in found:
        i = rows[one.line.report_id]
        assert table["class"][i] == one.line.rule.class_
        assert table["source"][i] == "sensors/ville"
    full = by_rule["bin_full"]
    assert full.also == 2 and "signalé aussi par 2 habitants" in full.sentence("fr")
    assert "rempli à 95 % (seuil 85 %)" in full.sentence("fr") and "proposé comme résolu" in full.sentence("fr")
    assert by_rule["lamp_dark"].commune == "Aix-en-Provence" and by_rule["lamp_dark"].line.episode.count == 1
    assert "32 cm d'eau" in by_rule["water_on_road"].sentence("fr")  # the server says metres
    said = " ".join(f"{item.where}: {item.reason}" for item in checked.rejected)
    assert "noise_at_night: no sensor observes" in said


def test_the_commands_from_an_empty_workspace(
    real: Any, filled: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGMA_SENSORS", str(tmp_path / "sensors.yaml"))
    run, workspace = CliRunner(), str(tmp_path / "w.gpkg")
    after = "2026-03-04T00:00:00"

    def ok(*arguments: str, code: int = 0) -> str:
        result = run.invoke(main, ["sensors", *arguments], catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result.output

    assert "ville" in ok("add", "ville", real.url)
    ok("add", "ville", real.url, code=2)  # the name is taken
    ok("add", "other", "http://user:secret@127.0.0.1/", code=2)
    assert "fill level (%)" in ok("test", "ville", "--json")
    counted = '{"sensors": 5, "observations_new": 720, "duplicates": 0, "late": 0, "rejected": 0}'
    assert ok("pull", "-w", workspace, "--now", after, "--json").splitlines()[-1] == counted
    assert '"state": "silent"' in ok("list", "-w", workspace, "--json")
    lines = ok("check", "-w", workspace, "--rules", "bins", "--now", after, "--json").splitlines()
    assert len(lines) == 1 and '"team": ' in lines[0] and '"what": "new"' in lines[0]
    again = ok("check", "-w", workspace, "--rules", "bins", "--now", after, "--json")
    assert '"what": "unchanged"' in again
    replayed = ok("replay", "-w", workspace, "--rules", "bins", "--threshold", "50", "--threshold", "99", "--json")
    assert '"threshold": 99.0, "episodes": 0, "precision": null' in replayed
    ok("check", "-w", workspace, "--rules", "nothing", code=2)
