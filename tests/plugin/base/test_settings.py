# SPDX-License-Identifier: GPL-2.0-or-later
"""Settings: stored, overridden by the environment, carried by a file, shown on the options page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsApplication, QgsSettings
from qgis.PyQt.QtWidgets import QLabel, QWizard
from sigma_communes.core.errors import DataError
from sigma_communes.plugin.base import settings
from sigma_communes.plugin.base.settings import Settings


@pytest.fixture(autouse=True)
def empty(qgis_app: QgsApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Begin and end without settings of ours."""
    for name in settings.NAMES:
        monkeypatch.delenv(settings.variable(name), raising=False)
    QgsSettings().remove("sigma_communes")
    yield
    QgsSettings().remove("sigma_communes")


CHOSEN = Settings(commune="13005", workspace="/a b/é.gpkg", threshold=0.85, fast=True, language="fr", timeout=5)


def test_what_is_stored_comes_back_with_its_type() -> None:
    assert settings.load().values == Settings()
    settings.save(CHOSEN)
    assert settings.load().values == CHOSEN
    settings.save(Settings())
    assert QgsSettings().allKeys() == [] or not QgsSettings().contains("sigma_communes/commune")


def test_the_environment_goes_before_what_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    settings.save(CHOSEN)
    monkeypatch.setenv("SIGMA_COMMUNES_COMMUNE", "13055")
    monkeypatch.setenv("SIGMA_COMMUNES_FAST", "non")
    monkeypatch.setenv("SIGMA_COMMUNES_THRESHOLD", "0,9")
    loaded = settings.load()
    assert (loaded.values.commune, loaded.values.fast, loaded.values.threshold) == ("13055", False, 0.9)
    assert loaded.overridden == {name: f"SIGMA_COMMUNES_{name.upper()}" for name in ("commune", "fast", "threshold")}
    settings.save(loaded.values)
    monkeypatch.delenv("SIGMA_COMMUNES_COMMUNE")
    assert settings.load().values.commune == "13005"


@pytest.mark.parametrize(
    ("name", "value"),
    [("FAST", "perhaps"), ("THRESHOLD", "1.5"), ("THRESHOLD", "nan"), ("LANGUAGE", "de"), ("TIMEOUT", "soon")],
)
def test_a_wrong_value_is_left_out_and_told(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    settings.save(CHOSEN)
    monkeypatch.setenv(f"SIGMA_COMMUNES_{name}", value)
    loaded = settings.load()
    assert loaded.values == CHOSEN
    assert loaded.problems == ((name.lower(), f"SIGMA_COMMUNES_{name}", value),)
    assert loaded.overridden == {}


def test_a_damaged_store_does_not_stop_qgis() -> None:
    QgsSettings().setValue("sigma_communes/timeout", ["a", "list"])
    QgsSettings().setValue("sigma_communes/fast", "x")
    loaded = settings.load()
    assert loaded.values == Settings() and len(loaded.problems) == 2


@pytest.mark.parametrize("suffix", ["yaml", "json"])
def test_a_file_carries_what_was_chosen_and_nothing_else(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"settings.{suffix}"
    settings.export_file(path, CHOSEN)
    given = json.loads(path.read_text(encoding="utf-8"))["settings"]
    assert given == {
        "commune": "13005", "workspace": "/a b/é.gpkg", "threshold": 0.85, "fast": True, "language": "fr", "timeout": 5
    }  # fmt: skip
    mine = Settings(servers="/mine.yaml", timeout=30)
    assert settings.import_file(path, mine) == settings.replaced(CHOSEN, servers="/mine.yaml")


def test_a_file_by_hand_may_set_a_default_too(tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text('version: "1"\nsettings:\n  fast: false\n  commune: "01004"\n', encoding="utf-8")
    assert settings.import_file(path, CHOSEN) == settings.replaced(CHOSEN, fast=False, commune="01004")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("settings: {colour: red}\nversion: '1'\n", "colour"),
        ("version: '1'\nsettings:\n  fast: maybe\n", "settings.yaml:3"),
        ("version: '1'\nsettings:\n  threshold: 7\n", "threshold"),
        ("version: '9'\nsettings: {}\n", "version"),
        ("<html>", "settings.yaml"),
        ("", "empty"),
    ],
)
def test_a_wrong_file_changes_nothing_and_says_where(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=said):
        settings.import_file(path, CHOSEN)


# --- the options page --------------------------------------------------------------------------------------------


def test_the_page_asks_for_every_field(qtbot: Any) -> None:
    from sigma_communes.plugin.setup.options import OptionsPage

    page = OptionsPage()
    qtbot.addWidget(page)
    assert list(page.editors) == [f.name for f in fields(Settings)] == list(page.words())
    assert page.values() == Settings()
    for value in (
        CHOSEN,
        Settings(),
        Settings(threshold=0.0, network=False, servers="/s.yaml", model="/m", rules="/r"),
    ):
        page.show_values(value)
        assert page.values() == value
    page.show_values(CHOSEN)
    page.apply()
    assert settings.load().values == CHOSEN
    for editor in page.editors.values():
        assert editor.widget.accessibleName()


def test_what_is_overridden_is_shown_as_such(qtbot: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from sigma_communes.plugin.setup.options import OptionsPage

    monkeypatch.setenv("SIGMA_COMMUNES_WORKSPACE", "/srv/all.gpkg")
    monkeypatch.setenv("SIGMA_COMMUNES_TIMEOUT", "x")
    page = OptionsPage()
    qtbot.addWidget(page)
    assert not page.editors["workspace"].widget.isEnabled() and page.editors["commune"].widget.isEnabled()
    said = " ".join(label.text() for label in page.findChildren(QLabel))
    assert "SIGMA_COMMUNES_WORKSPACE" in said and "SIGMA_COMMUNES_TIMEOUT" in said
    settings.export_file(tmp_path / "s.yaml", CHOSEN)
    page.import_settings(tmp_path / "s.yaml")
    assert page.values() == settings.replaced(CHOSEN, workspace="/srv/all.gpkg")
    page.apply()
    monkeypatch.delenv("SIGMA_COMMUNES_WORKSPACE")
    assert settings.load().values.workspace == ""
    page.export_settings(tmp_path / "out.json")
    assert "13005" in (tmp_path / "out.json").read_text(encoding="utf-8")


def test_a_commune_is_found_by_name_and_an_unknown_code_stays(qtbot: Any) -> None:
    from sigma_communes.plugin.setup.options import CommuneBox

    box = CommuneBox()
    qtbot.addWidget(box)
    assert box.count() == 93 and box.code() == ""
    box.set_code("13055")
    assert "Marseille" in box.currentText() and box.code() == "13055"
    box.set_code("75056")
    assert box.code() == "75056"
    box.setEditText("no such commune")
    assert box.code() == "75056"


# --- the first run -----------------------------------------------------------------------------------------------


def test_the_first_run_asks_in_order_and_stores(qtbot: Any, tmp_path: Path) -> None:
    from sigma_communes.plugin.setup.first_run import FirstRun

    assert settings.is_first_run()
    panel = FirstRun()
    qtbot.addWidget(panel)
    panel.show()
    titles = [panel.page(i).title() for i in panel.pageIds()]
    assert titles == ["Your commune", "Your workspace", "Report servers"]
    panel.commune.set_code("13005")
    panel.next()
    file = tmp_path / "w.gpkg"
    file.touch()
    panel.workspace.setFilePath(str(file))
    panel.next()
    panel.button(QWizard.WizardButton.FinishButton).click()
    assert settings.load().values == Settings(commune="13005", workspace=str(file))
    assert not settings.is_first_run()


def test_skipping_keeps_what_was_given_and_does_not_ask_again(qtbot: Any) -> None:
    from sigma_communes.plugin.setup.first_run import FirstRun

    panel = FirstRun()
    qtbot.addWidget(panel)
    panel.show()
    panel.commune.set_code("13005")
    panel.workspace.setFilePath("s")  # no such file: not taken
    panel.button(QWizard.WizardButton.CancelButton).click()
    assert settings.load().values == Settings(commune="13005") and not settings.is_first_run()


def test_a_roll_out_from_outside_needs_no_first_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGMA_COMMUNES_COMMUNE", "13055")
    assert not settings.is_first_run()


def test_the_guide_names_every_variable() -> None:
    guide = (Path(__file__).resolve().parents[3] / "docs" / "guide.md").read_text(encoding="utf-8")
    assert [name for name in settings.NAMES if f"`{settings.variable(name)}`" not in guide] == []
