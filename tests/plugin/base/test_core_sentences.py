"""What the core says is French on a French screen: every sentence, with what is put in where it belongs."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from sigma_communes.core.errors import DataError, WorkspaceError
from sigma_communes.plugin.base import core_sentences, error_text

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("core_sentences_tool", ROOT / "tools" / "core_sentences.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def french(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core_sentences, "language", lambda: "fr")
    monkeypatch.setattr(error_text, "language", lambda: "fr")


def test_every_sentence_of_the_core_has_its_french(tool: ModuleType) -> None:
    missing = [f"{s.path}:{s.line}: {why}: {s.template}" for s, why in tool.unfit(tool.of_core(), tool.french())]
    assert not missing, "\n".join(["python tools/core_sentences.py --json lists them; then --add FILE:", *missing])


def test_no_french_is_left_of_what_the_core_does_not_say_any_more(tool: ModuleType) -> None:
    unused = set(tool.french()) - {sentence.template for sentence in tool.of_core()}
    assert not unused, f"python tools/core_sentences.py --drop: {sorted(unused)}"


def test_every_exception_has_a_reason_and_names_something(tool: ModuleType) -> None:
    import yaml

    given = yaml.safe_load(tool.NOT_SHOWN.read_text(encoding="utf-8"))
    assert all(reason.strip() for part in given.values() for reason in part.values())
    assert all((ROOT / path).exists() for path in (*given["files"], *given["data"].values()))


def test_every_sentence_is_found_again_with_what_is_put_in(tool: ModuleType, french: None) -> None:
    """A value that no other sentence holds goes in and comes out at its place, whichever template is taken."""
    wrong = []
    for english, text in tool.french().items():
        values = {number: f"z{number}q" for number in tool.placeholders(english)}
        said = core_sentences.sentence(re.sub(r"\{(\d+)\}", lambda m, values=values: values[m[1]], english))
        if any(value not in said for value in values.values()) or (english != text and said == english):
            wrong.append((english, said))
    assert not wrong


@pytest.mark.parametrize(
    ("english", "expected"),
    [
        ("Is larger than 12345678 bytes", "Plus grand que 12\u202f345\u202f678 octets"),
        ("1 unlabelled photos helped", "1\u00a0photo non qualifiée a aidé"),
        ("24 unlabelled photos helped", "24\u00a0photos non qualifiées ont aidé"),
        (
            "The WMS has 3 layers and none is called 'zonage': a, b, c, …",
            "Le WMS a 3 couches et aucune ne s'appelle «\u00a0zonage\u00a0»\u00a0: a, b, c…",
        ),
        (
            "ville/7: not sent: Has neither a position nor an address. Shorten it",
            "ville/7\u00a0: non envoyé\u00a0: N'a ni position ni adresse. Raccourcissez-la",
        ),
        ("photos/a.jpg: duplicate of", "photos/a.jpg\u00a0: double de"),
        ("Une phrase déjà en français : rien", "Une phrase déjà en français : rien"),
        ("photos.csv", "photos.csv"),
        ("", ""),
    ],
)
def test_numbers_plurals_and_sentences_inside_sentences(french: None, english: str, expected: str) -> None:
    assert core_sentences.sentence(english) == expected


def test_an_error_says_where_what_and_the_next_step(french: None) -> None:
    error = WorkspaceError(
        "The disk is full",
        where="aubagne.gpkg",
        next_step="Free some space and run the same command again: all whole batches are kept",
    )
    assert error_text.error_lines(error) == (
        "aubagne.gpkg\u00a0: Le disque est plein. "
        "Libérez de la place et réessayez\u00a0: tout ce qui était fini est gardé"
    )
    assert error_text.told(ValueError("page_size is 1 to 1000")) == "page_size va de 1 à 1000"


def test_english_stays_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core_sentences, "language", lambda: "en")
    monkeypatch.setattr(error_text, "language", lambda: "en")
    error = DataError("Holds no commune", where="a.geojson", next_step="Check the path")
    assert error_text.error_lines(error) == str(error)


def test_the_file_is_not_read_before_the_first_sentence() -> None:
    program = (
        "import sigma_communes.plugin.base.tasks, sigma_communes.core.base.french as c\n"
        "print(c._of_file.cache_info().currsize)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip() == "0"
