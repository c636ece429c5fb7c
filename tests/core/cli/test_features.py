# SPDX-License-Identifier: GPL-2.0-or-later
"""``--cache``, ``--no-cache`` and ``model cache``: what is kept of photos, and how a person gets rid of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image
from sigma_communes.core import classify
from sigma_communes.core.cli import main


@pytest.fixture
def photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    if not (classify.default_package_dir() / "model.onnx").is_file():
        pytest.skip("the default model is not built (sigma-communes model build)")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "photos"
    folder.mkdir()
    for i in range(3):
        pixels = np.random.default_rng(i).integers(0, 255, (60, 80, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{i}.png")
    return folder


def call(*arguments: object) -> list[dict[str, Any]]:
    result = CliRunner().invoke(main, [*(str(a) for a in arguments), "--json"])
    assert result.exit_code in (0, 1), result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_what_is_kept_is_told_and_cleared(photos: Path, tmp_path: Path) -> None:
    first = call("classify", photos)
    (kept,) = call("model", "cache")
    assert kept["photos"] == 3 and Path(kept["file"]).is_relative_to(tmp_path / "cache") and kept["bytes"] > 0
    assert call("classify", photos) == first
    (cleared,) = call("model", "cache", "--clear")
    assert cleared["photos"] == 0 and cleared["cleared"] and cleared["bytes"] < kept["bytes"]
    assert call("classify", photos) == first


def test_nothing_is_kept_where_a_person_said_no(photos: Path, tmp_path: Path) -> None:
    call("classify", photos, "--no-cache")
    call("run", "--photos", photos, "--out", tmp_path / "out", "--no-cache")
    assert not (tmp_path / "cache").exists()
    call("run", "--photos", photos, "--out", tmp_path / "out", "--cache", tmp_path / "here.sqlite")
    assert not (tmp_path / "cache").exists()
    (kept,) = call("model", "cache", "--cache", tmp_path / "here.sqlite")
    assert kept["photos"] == 3
