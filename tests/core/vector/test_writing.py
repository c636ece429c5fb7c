"""A table of points written, then read again by GDAL."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from sigma_communes.core.errors import UsageError
from sigma_communes.core.vector.reading import read_features
from sigma_communes.core.vector.writing import write_points

LON, LAT = np.array([5.37, np.nan]), np.array([43.3, np.nan])
COLUMNS = {
    "id": np.array(["a", 'é\n"b"'], dtype=object),
    "lon": LON,
    "n": np.array([1, 2]),
    "outside": np.array([True, False]),
    "at": np.array(["2026-11-02T10:00:00", "NaT"], dtype="datetime64[s]"),
}


def test_csv_keeps_every_cell(tmp_path: Path) -> None:
    write_points(tmp_path / "out.csv", COLUMNS, LON, LAT)
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert rows[0] == {"id": "a", "lon": "5.37", "n": "1", "outside": "true", "at": "2026-11-02T10:00:00Z"}
    assert rows[1] == {"id": 'é\n"b"', "lon": "", "n": "2", "outside": "false", "at": ""}


@pytest.mark.parametrize("name", ["out.geojson", "out.gpkg"])
def test_vector_formats_come_back(tmp_path: Path, name: str) -> None:
    write_points(tmp_path / name, COLUMNS, LON, LAT)
    back = read_features(tmp_path / name)
    assert [p.name for p in tmp_path.iterdir()] == [name]
    order = np.argsort(back.columns["n"])
    assert [back.columns["id"][i] for i in order] == ["a", 'é\n"b"']
    first, second = (back.geometries[i] for i in order)
    assert (first.x, first.y) == (5.37, 43.3) and (second is None or second.is_empty)


def test_an_unknown_suffix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.xyz"):
        write_points(tmp_path / "out.xyz", COLUMNS, LON, LAT)
    assert list(tmp_path.iterdir()) == []
