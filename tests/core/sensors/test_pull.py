"""Pulling: every bad input has its verdict and the rest goes on; twice is once; units, moves, folders."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
import requests
from sigma_communes.core import taxonomy
from sigma_communes.core.base import checked_yaml
from sigma_communes.core.errors import UsageError
from sigma_communes.core.sensors.check import check
from sigma_communes.core.sensors.drops import Drops
from sigma_communes.core.sensors.pull import Pulled, pull
from sigma_communes.core.sensors.rules import RuleFile
from sigma_communes.core.sensors.sensorthings import SensorThings
from sigma_communes.core.store import Workspace
from sigma_communes.core.store.sensors import DAY_MS, read_curve, read_series, sensor_states, sensors
from sigma_communes.core.transport import TransportError

from .conftest import Fake, client

NOW = 1_772_366_400_000  # 2026-03-01T12:00Z
CLASSES = taxonomy.load()


def reasons(pulled: Pulled) -> str:
    return "\n".join(f"{item.where}: {item.reason}" for item in pulled.reasons)


def rule(**changes: str) -> Any:
    keys = {"observes": "[fill level]", "unit": '"%"', "when": "{above: 85, clear: 60}", **changes}
    body = "\n".join(f"    {key}: {value}" for key, value in keys.items())
    head = 'version: "1"\nrules:\n  - id: r\n    title: {fr: a, en: b}\n    class: waste\n    text: {fr: a, en: b}\n'
    text = f"{head}{body}"
    return checked_yaml.loads(text, RuleFile).rules


def test_twice_is_once_and_late_is_counted(fake: Fake, source: SensorThings, workspace: Workspace) -> None:
    path = fake.add()
    fake.observe(path, [("2026-03-01T10:00:00Z", 1), ("2026-03-01T11:00:00Z", 2), ("2026-03-01T11:00:00Z", 2)])
    first = pull(workspace, source, now=NOW)
    assert first.counts() == {"sensors": 1, "observations_new": 2, "duplicates": 1, "late": 0, "rejected": 0}
    fake.observe(path, [("2026-03-01T10:30:00Z", 5), ("2026-03-01T11:00:00Z", 2), ("2026-03-01T11:30:00Z", 3)])
    second = pull(workspace, source, now=NOW)
    assert second.counts() == {"sensors": 1, "observations_new": 2, "duplicates": 1, "late": 1, "rejected": 0}
    assert fake.asked(path)[-1]["$filter"] == "phenomenonTime ge 2026-02-26T11:00:00Z"
    assert read_series(workspace, 1)[1].tolist() == [1, 5, 2, 3]
    [state] = sensor_states(workspace)
    assert (state["last_value"], state["last_at"], state["state"]) == (3, "2026-03-01T11:30:00.000Z", "silent")


def test_bad_observations_are_counted_and_the_rest_is_kept(
    fake: Fake, source: SensorThings, workspace: Workspace
) -> None:
    rows = [
        ("2026-03-01T10:00:00Z", 1),
        ("2031-03-01T10:00:00Z", 1),
        ("1970-01-01T00:00:00Z", 1),
        ("2026-03-01T10:01:00Z", 1e308),
        ("2026-03-01T10:02:00Z", "wet"),
        ("2026-03-01T10:03:00Z", 2),
    ]
    fake.observe(fake.add(), rows)
    pulled = pull(workspace, source, now=NOW)
    assert (pulled.observations_new, pulled.rejected) == (2, 4)
    for words in ("in the future", "before the year 2000", "too large", "text where numbers were due"):
        assert words in reasons(pulled)


def test_nan_in_the_json_is_a_verdict(fake: Fake, source: SensorThings, workspace: Workspace) -> None:
    path = fake.add()
    rows = [("2026-03-01T10:00:00Z", float("nan")), ("2026-03-01T10:01:00Z", 4)]
    fake.observe(path, rows)  # Python writes NaN as many servers do
    pulled = pull(workspace, source, now=NOW)
    assert (pulled.observations_new, pulled.rejected) == (1, 1) and "not a finite number" in reasons(pulled)


def test_one_stream_that_fails_stops_no_other(fake: Fake, source: SensorThings, workspace: Workspace) -> None:
    fake.server.behave(fake.add(1), lambda query: fake.answer("<html><body>Maintenance until noon</body></html>"))
    fake.server.behave(fake.add(2), lambda query: fake.answer({"detail": "gone"}, 404))
    circle = fake.add(3)
    fake.observe(circle, [("2026-03-01T10:00:00Z", 1)], **{"@iot.nextLink": circle})
    fake.server.add_json(fake.add(4), {"value": [{"result": 5}]})
    fake.observe(fake.add(5), [("2026-03-01T10:00:00Z", 1)])
    pulled = pull(workspace, source, now=NOW)
    said = reasons(pulled)
    assert pulled.observations_new == 2 and pulled.rejected == 4
    for words in (
        "HTML came where JSON was due: Maintenance until noon",
        "404",
        "goes in circles",
        "no times, no results",
    ):
        assert words in said


def test_a_server_that_is_none_is_an_error(fake: Fake, source: SensorThings, workspace: Workspace) -> None:
    fake.server.behaviours.clear()
    with pytest.raises(TransportError, match="404"):
        pull(workspace, source, now=NOW)


def test_a_clock_an_hour_off_is_said(fake: Fake, source: SensorThings, workspace: Workspace) -> None:
    fake.observe(fake.add(), [(f"2026-03-01T12:{minute}:00Z", 1) for minute in (30, 40, 50, 59)])
    pulled = pull(workspace, source, now=NOW)
    assert pulled.rejected == 4 and "clock seems to be set to another zone" in reasons(pulled)


def test_a_unit_that_changes_on_the_way(
    fake: Fake, source: SensorThings, workspace: Workspace, calls: requests.Session
) -> None:
    path = fake.add(prop="temperature", unit="°C")
    fake.observe(path, [("2026-03-01T10:00:00Z", 20)])
    pull(workspace, source, now=NOW)
    fake.observe(fake.add(prop="temperature", unit="degF"), [("2026-03-01T11:00:00Z", 212)])
    pulled = pull(workspace, client(fake, calls), now=NOW)
    assert "from °C to degF; values are converted" in " ".join(pulled.notes)
    assert read_series(workspace, 1)[1].tolist() == pytest.approx([20, 100])
    for unit in ("%", ""):
        fake.observe(fake.add(prop="temperature", unit=unit), [("2026-03-01T11:30:00Z", 9)])
        pulled = pull(workspace, client(fake, calls), now=NOW)
        assert (pulled.observations_new, pulled.rejected) == (0, 1) and "does not convert" in reasons(pulled)


def test_no_rule_reads_another_unit_in_silence(fake: Fake, source: SensorThings, workspace: Workspace) -> None:
    for number, unit in enumerate(["°C", "degF", "%", ""], 1):
        fake.observe(
            fake.add(number, prop="temperature", unit=unit),
            [("2026-03-01T10:00:00Z", 50), ("2026-03-01T11:00:00Z", 50)],
        )
    pull(workspace, source, now=NOW)
    rules = rule(observes="[temperature]", unit="Cel", when="{above: 40}")
    checked = check(workspace, rules, CLASSES, now=NOW)
    # 50 °C is hot, 50 °F is ten degrees.
    assert [line.sensor.key for line in checked.lines] == ["1"]
    said = " ".join(item.reason for item in checked.rejected)
    assert "its unit is %, which does not convert" in said and "does not say its unit" in said


def test_a_stream_that_moves_is_said(fake: Fake, source: SensorThings, workspace: Workspace) -> None:
    fake.observe(fake.add(thing=1), [("2026-03-01T10:00:00Z", 1)])
    pull(workspace, source, now=NOW)
    fake.add(thing=2, location={"type": "Point", "coordinates": [5.38, 43.3]})
    notes = " ".join(pull(workspace, source, now=NOW).notes)
    assert "belongs to another thing now (1 before, 2 now)" in notes and "has moved by 8" in notes
    assert sensors(workspace)[0].lon == 5.38


def test_old_observations_become_hourly_sums(fake: Fake, source: SensorThings, workspace: Workspace) -> None:
    rows = [("2026-01-01T10:00:00Z", 1), ("2026-01-01T10:30:00Z", 4), ("2026-03-01T10:00:00Z", 7)]
    fake.observe(fake.add(), rows)
    assert pull(workspace, source, keep_days=30, now=NOW).folded == 2
    assert read_series(workspace, 1)[1].tolist() == [7]
    curve = read_curve(workspace, 1, since=NOW - 90 * DAY_MS, now=NOW)
    assert curve[0, 1:].tolist() == [1, 2.5, 4, 2] and curve[-1, 2] == 7
    again = pull(workspace, source, keep_days=30, full=True, now=NOW)
    assert (again.observations_new, again.duplicates) == (0, 3)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_of_two_results_of_one_moment_the_later_counts(
    fake: Fake, source: SensorThings, workspace: Workspace, order: tuple[int, ...]
) -> None:
    path = fake.add()
    made = ["2026-03-01T10:00:01Z", "2026-03-01T10:00:05Z", None]
    for i in order:
        row = {"phenomenonTime": "2026-03-01T10:00:00Z", "result": [5, 3, 9][i], "resultTime": made[i]}
        fake.server.add_json(path, {"value": [row]})
        pull(workspace, source, now=NOW)
    assert read_series(workspace, 1)[1].tolist() == [3]


# --- folders -------------------------------------------------------------------------------------------------------


def test_a_folder_of_drops(tmp_path: Path, workspace: Workspace) -> None:
    folder = tmp_path / "drops"
    folder.mkdir()
    (folder / "a.csv").write_text(
        "Capteur;Horodatage;Valeur;Grandeur;Unité;Longitude;Latitude\n"
        "bac 1;2026-03-01T10:00:00Z;12,5;Taux de remplissage;%;5,37;43,3\n"
        "bac 1;2026-03-01T11:00:00Z;90;Taux de remplissage;%;5,37;43,3\n"
        "bac 1;;90;Taux de remplissage;%;5,37;43,3\n",
        encoding="utf-8-sig",
    )
    (folder / "b.json").write_text(
        json.dumps(
            [
                {
                    "devEUI": "A8",
                    "time": 1772359200,
                    "object": {"temperature (°C)": 12.5, "humidity (%)": 55},
                    "rssi": -90,
                }
            ]
        )
    )
    (folder / "c.json").write_text("{ broken")
    (folder / "d.pdf").write_bytes(b"%PDF")
    (folder / "e.csv").write_text("a,b\n1,2\n")
    pulled = pull(workspace, Drops(folder, name="gateway"), now=NOW)
    assert (pulled.sensors, pulled.observations_new, pulled.rejected) == (3, 4, 4)
    known = {sensor.key: sensor for sensor in sensors(workspace)}
    assert set(known) == {"bac 1/taux de remplissage", "A8/temperature", "A8/humidity"}
    assert (known["bac 1/taux de remplissage"].lon, known["A8/temperature"].unit) == (5.37, "°C")
    assert read_series(workspace, known["bac 1/taux de remplissage"].fid)[1].tolist() == [12.5, 90]
    said = reasons(pulled)
    for words in ("c.json: can't be read", "d.pdf: is neither", "e.csv: names no sensor", "1 rows have no time"):
        assert words in said
    again = pull(workspace, Drops(folder, name="gateway"), now=NOW)
    assert (again.observations_new, again.duplicates) == (0, 4)
    with pytest.raises(UsageError, match="no such folder"):
        Drops(tmp_path / "nowhere", name="x")
