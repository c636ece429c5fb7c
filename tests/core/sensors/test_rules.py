"""Rules are checked on load: what can't be meant is an error with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from sigma_communes.core import taxonomy
from sigma_communes.core.errors import DataError, UsageError
from sigma_communes.core.sensors import units
from sigma_communes.core.sensors.rules import load_rules, rule_names

CLASSES = taxonomy.load()
GOOD = """version: "1"
rules:
  - id: bin_full
    title: {fr: Plein, en: Full}
    observes: [fill level]
    unit: "%"
    when: {above: 85, clear: 60}
    for: 1 h
    class: overflowing_bin
    text: {fr: "{value} {unit}", en: "{value} {unit}"}
"""


def load(tmp_path: Path, text: str) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(text, encoding="utf-8")
    load_rules(file, CLASSES)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("{above: 85, clear: 60}", "{above: 85, clear: 90}", "or never"),  # a rule without end
        ("for: 1 h", "for: 2 d\n    longest: 1 d", "no episode would end"),
        ("for: 1 h", "for: 500 d", "longer than 400 days"),
        ("for: 1 h", "for: soon", "is no duration"),
        ("{above: 85, clear: 60}", "{above: 85, below: 10}", "exactly one of"),
        ("{above: 85, clear: 60}", "{}", "exactly one of"),
        ("{above: 85, clear: 60}", "{above: .nan}", "finite number"),
        ("{above: 85, clear: 60}", "{rising: -2}", "more than 0"),
        ("{above: 85, clear: 60}", "{silent: true, clear: 3}", "means nothing with silent"),
        ("for: 1 h", "gap: 0 s", "gap is longer than 0"),
        ('unit: "%"', 'unit: ""', "unit is missing"),
        ('unit: "%"', "unit: furlong", "is not known"),
        ("overflowing_bin", "overflowing_bim", "there is no class"),
        ("overflowing_bin", "none", "there is no class"),
        ("{value} {unit}", "{velue}", "the text names {velue}"),
        ("{value} {unit}", "{value", "can't be read"),
        ("{value} {unit}", "{value.__class__}", "the text names"),
        ("id: bin_full", "id: Bin Full", "not in snake_case"),
        ("observes: [fill level]", "observes: []", "names what is measured"),
        ("for: 1 h", 'during: {light: dark, from: "22:00", to: "06:00"}', "either light"),
        ("for: 1 h", 'during: {from: "22:00", to: "22:00"}', "nothing would count"),
        ("for: 1 h", 'during: {from: "25:00", to: "22:00"}', "is no time of day"),
        ("for: 1 h", "together: {observes: [rain], above: 1, below: 2}", "either above or below"),
        ("for: 1 h", "plausible: {from: 5, to: 1}", "from is less than to"),
        ("for: 1 h", "fore: 1 h", "unknown key"),
        ("rules:", "rules: []\nrulez:", "unknown key"),
    ],
)
def test_what_can_t_be_meant_is_an_error_with_its_line(tmp_path: Path, old: str, new: str, what: str) -> None:
    load(tmp_path, GOOD)
    assert old in GOOD
    with pytest.raises(DataError, match=what.replace("{", r"\{")) as caught:
        load(tmp_path, GOOD.replace(old, new))
    assert "rules.yaml:" in str(caught.value.where)


def test_a_silence_has_no_time_of_day(tmp_path: Path) -> None:
    text = GOOD.replace("{above: 85, clear: 60}", "{silent: true}").replace(
        "for: 1 h", "for: 1 h\n    during: {light: dark}"
    )
    with pytest.raises(DataError, match="silence"):
        load(tmp_path, text)


def test_an_id_is_used_once(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="used twice"):
        load(tmp_path, GOOD + GOOD.split("rules:\n")[1])


def test_shipped_rules_are_sound_and_their_classes_are_those_that_words_give() -> None:
    assert {"bins", "street_lighting", "water_level", "noise", "parking", "soil_moisture"} <= set(rule_names())
    for name in rule_names():
        for rule in load_rules(name, CLASSES):
            entry = CLASSES.get(str(rule.class_))
            said = CLASSES.class_from_words(service_name=entry.fr, service_code=str(entry.id))
            assert said.class_id == rule.class_
    with pytest.raises(UsageError, match="There are no rules named nothing"):
        load_rules("nothing", CLASSES)


def test_units_convert_within_their_quantity_only() -> None:
    for value, given, wanted, out in (
        (212, "°F", "°C", 100),
        (0, "Cel", "K", 273.15),
        (1.5, "m", "cm", 150),
        (0.25, "m3/m3", "%", 25),
        (2, "inch", "mm", 50.8),
        (90, "ucum:%", "%", 90),
    ):
        how = units.conversion(given, wanted)
        assert how is not None
        assert value * how.factor + how.offset == pytest.approx(out)
    for given, wanted in (("%", "Cel"), ("dB", "dB(A)"), ("", "%"), ("mW", "V"), ("furlong", "m")):
        assert units.conversion(given, wanted) is None
    assert units.find("mW") != units.find("MW")
