# SPDX-License-Identifier: GPL-2.0-or-later
"""YAML against a dataclass: what is taken, what is refused, and with which line."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal, Optional, Union

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigma_communes.core.base import checked_yaml
from sigma_communes.core.base.checked_yaml import Written
from sigma_communes.core.errors import DataError

OneOrMore = Union[Written, tuple[Written, ...]]


@dataclass(frozen=True)
class Pump:
    name: str
    power: float = 1.0
    line: int = 0

    def __post_init__(self) -> None:
        if self.power < 0:
            raise ValueError("power is negative")


@dataclass(frozen=True)
class Station:
    title: str
    class_: str = ""
    count: int = 0
    open: bool = True
    since: Optional[date] = None
    level: Literal["low", "high"] = "low"
    codes: tuple[Written, ...] = ()
    one_or_more: OneOrMore = ()
    pumps: list[Pump] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    anything: Any = None


def refused(text: str) -> DataError:
    with pytest.raises(DataError) as caught:
        checked_yaml.loads(text, Station, name="f.yaml")
    assert "None" not in str(caught.value)
    return caught.value


def test_a_whole_file_is_read_with_its_lines() -> None:
    station = checked_yaml.loads(
        "title: Été\nclass: graffiti\ncount: 3\nopen: no\nsince: 2026-01-31\nlevel: high\n"
        "codes: [13055, 01004, 2A004]\npumps:\n  - name: a\n    power: 2\n  - {name: b}\nnames: {fr: x}\n"
        "anything: {a: [1, two]}\n",
        Station,
    )
    assert station == Station(
        "Été", "graffiti", 3, False, date(2026, 1, 31), "high", (Written("13055"), Written("01004"), Written("2A004")),
        (), [Pump("a", 2.0, 9), Pump("b", 1.0, 11)], {"fr": "x"}, {"a": [1, "two"]},
    )  # fmt: skip
    assert [code.line for code in station.codes] == [7, 7, 7]


def test_one_or_more() -> None:
    assert checked_yaml.loads("title: t\none_or_more: 13055", Station).one_or_more == "13055"
    assert checked_yaml.loads("title: t\none_or_more: [a, 1]", Station).one_or_more == ("a", "1")


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("title: t\ncolour: red\n", 2, "unknown key 'colour'"),
        ("title: t\ncolour:\n  red: 1\n", 2, "unknown key 'colour'"),
        ("title: t\nline: 3\n", 2, "unknown key 'line'"),
        ("count: 1\n", 1, "'title' is missing"),
        ("title: t\n\ntitle: u\n", 3, "given twice"),
        ("title: t\npumps:\n  - {power: 1}\n", 3, "'name' is missing"),
        ("title: t\npumps:\n  - {name: a, power: -1}\n", 3, "power is negative"),
        ("title: t\npumps: {name: a}\n", 2, "a list is due"),
        ("title: t\npumps: [a]\n", 2, "a mapping"),
        ("title: 12\n", 1, "put it in quotes"),
        ("title:\n", 1, "text is due"),
        ("title: [a]\n", 1, "text is due"),
        ("title: t\ncount: many\n", 2, "a whole number"),
        ("title: t\ncount: 1.5\n", 2, "a whole number"),
        ("title: t\ncount: !!int many\n", 2, "int"),
        ("title: t\nopen: perhaps\n", 2, "true or false"),
        ("title: t\nopen: !!bool perhaps\n", 2, "bool"),
        ("title: t\nlevel: middle\n", 2, "one of low, high"),
        ("title: t\nsince: 2026-02-31\n", 2, "timestamp"),
        ("title: t\nsince: 2026-02-03 10:00:00\n", 2, "without time"),
        ("title: t\nsince: soon\n", 2, "a date"),
        ("title: t\npumps:\n- {name: a, power: .inf}\n", 3, "finite"),
        ("title: t\npumps:\n- {name: a, power: .nan}\n", 3, "finite"),
        ("title: t\n? [a, b]\n: 1\n", 2, "a plain key"),
        ("title: t\nanything: !!python/object/apply:os.system [ls]\n", 2, "can't be read as"),
        ("title: t\nanything: {[1]: 2}\n", 2, "can't be read as"),
        ("title: t\none_or_more: {a: b}\n", 2, "a list is due"),
        ("- a\n", 1, "a mapping"),
        ("title: t\n\tcount: 1\n", 2, "not valid YAML"),
        ("title: 't\ncount: 1\n", 3, "not valid YAML"),
        ("title: t\n---\ntitle: u\n", 2, "not valid YAML"),
        ("title: t\nnames: {a: \x07}\n", 2, "not valid YAML"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, line: int, says: str) -> None:
    error = refused(text)
    assert error.where == f"f.yaml:{line}"
    assert says in error.what


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n...\n"])
def test_an_empty_file_says_so(text: str) -> None:
    error = refused(text)
    assert "mpty" in error.what or "mapping" in error.what


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "bom.yaml"
    path.write_bytes(b"\xef\xbb\xbftitle: t\r\ncount: 2\r\n")
    assert checked_yaml.load(path, Station).count == 2
    assert checked_yaml.loads("\ufefftitle: t", Station).title == "t"


def test_files_that_are_no_text(tmp_path: Path) -> None:
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("title: été\n".encode("latin-1"))
    with pytest.raises(DataError, match="UTF-8"):
        checked_yaml.load(latin, Station)
    with pytest.raises(DataError, match="Can't be read"):
        checked_yaml.load(tmp_path / "absent.yaml", Station)
    with pytest.raises(DataError, match="Can't be read"):
        checked_yaml.load(tmp_path, Station)


def test_a_billion_laughs_are_refused_at_the_first() -> None:
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30)]
    error = refused("title: t\nanything:\n  " + "\n  ".join(lines))
    assert error.where == "f.yaml:4"
    assert "aliases" in error.what


@pytest.mark.parametrize("text", ["title: &t t\nclass: *t\n", "title: t\nanything: &a [*a]\n"])
def test_aliases_are_refused(text: str) -> None:
    assert "aliases" in refused(text).what


def test_merge_keys_are_refused() -> None:
    assert refused("title: t\n<<: {count: 1}\n").where == "f.yaml:2"
    assert refused("title: t\nnames:\n  <<: {count: a}\n").where == "f.yaml:3"


def test_what_is_nested_too_deep_is_refused() -> None:
    assert "too deep" in refused("title: t\nanything: " + "[" * 20_000).what
    assert "too deep" in refused("title: t\nanything: " + "{a: " * 200 + "}" * 200).what


def test_what_is_too_long_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "long.yaml"
    path.write_text("title: " + "a" * 4_000_000)
    with pytest.raises(DataError, match="longer than"):
        checked_yaml.load(path, Station)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for candidate in (text, f"title: t\nanything: {text}", f"title: t\ncount: {text}", f"title: t\nsince: {text}"):
        try:
            station = checked_yaml.loads(candidate, Station)
        except DataError as error:
            assert error.where
        else:
            assert isinstance(station.title, str)


@given(
    st.sampled_from(["!!int", "!!float", "!!bool", "!!timestamp", "!!null", "!!binary", "!!set", "!!pairs", "!x"]),
    st.text(alphabet="0123456789abxo_:-+.TZ[]{}, ", max_size=20),
)
def test_any_tag_is_read_or_refused(tag: str, text: str) -> None:
    try:
        assert checked_yaml.loads(f"title: t\nanything: {tag} {text}", Station).title == "t"
    except DataError as error:
        assert error.where
