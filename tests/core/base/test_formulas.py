# SPDX-License-Identifier: GPL-2.0-or-later
"""What a table for spreadsheets says is text there, and the same text again for our own reader."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sigma_communes.core.base.columns import objects
from sigma_communes.core.base.formulas import as_given, as_text
from sigma_communes.core.vector.spreadsheet import read_rows
from sigma_communes.core.vector.writing import write_points

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
SIGNS = st.text(st.sampled_from("=+-@\t'a1 \"(;"), max_size=8)


@given(st.text(max_size=12) | SIGNS)
def test_no_text_begins_like_a_formula_and_all_come_back(text: str) -> None:
    assert not as_text(text).startswith(STARTS)
    assert as_given(as_text(text)) == text


@pytest.mark.parametrize("text", ["l'arbre", "'cité'", "", "13001", "a=b", "  =1"])
def test_what_is_no_formula_stays(text: str) -> None:
    assert as_text(text) == as_given(text) == text


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SIGNS.map(str.strip).filter(bool), min_size=1, max_size=4))
def test_a_table_of_ours_is_read_back_as_it_was(tmp_path: Path, texts: list[str]) -> None:
    path = tmp_path / "t.csv"
    lon = np.full(len(texts), -5.3)
    write_points(path, {"id": objects(texts), "lon": lon, "=label": objects(texts)}, lon, lon)
    header, *rows = [row.cells for row in read_rows(path)]
    assert header == ("id", "lon", "=label")
    assert [(row[0], float(row[1]), row[2]) for row in rows] == [(text, -5.3, text) for text in texts]
    assert "\n=" not in path.read_text(encoding="utf-8") and ",=" not in path.read_text(encoding="utf-8")
