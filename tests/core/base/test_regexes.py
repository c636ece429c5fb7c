# SPDX-License-Identifier: GPL-2.0-or-later
"""No regular expression of the core takes more than its share of time: twice the input, about twice the time."""

from __future__ import annotations

import ast
import itertools
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sigma_communes import core

ROOT = Path(core.__path__[0])
FUNCTIONS = {"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
EVERYWHERE = ["a", "0", " ", "\n", "é", ".", "-", "(", "["]
SIZE, TIMES = 600, 8
LEAST = 0.02
"""Seconds below which a call is quick whatever its growth."""


def flags_of(node: ast.Call) -> int:
    found = 0
    for part in (*node.args[1:], *(keyword.value for keyword in node.keywords)):
        for name in ast.walk(part):
            if isinstance(name, ast.Attribute) and isinstance(getattr(re, name.attr, None), re.RegexFlag):
                found |= int(getattr(re, name.attr))
    return found


def expressions() -> Iterator[tuple[str, str, int, bool]]:
    """Give where, pattern, flags, and whether it is searched for at every place of a text."""
    for path in sorted(ROOT.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        text = ast.unparse(tree)
        names: dict[int, str] = {}
        for node in ast.walk(tree):
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, ast.Call):
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                if isinstance(target, ast.Name):
                    names[id(node.value)] = target.id
        for node in ast.walk(tree):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func
            if (
                not called
                or not isinstance(called.value, ast.Name)
                or called.value.id != "re"
                or called.attr not in FUNCTIONS
            ):
                continue
            pattern = node.args[0]
            if not isinstance(pattern, ast.Constant) or not isinstance(pattern.value, (str, bytes)):
                continue
            name = names.get(id(node), "")
            used = set(re.findall(rf"\b{name}\.(\w+)\(", text)) if name else {called.attr}
            everywhere = bool(used - {"match", "fullmatch", "compile"}) or used in ({"compile"}, set())
            value = pattern.value.decode("latin-1") if isinstance(pattern.value, bytes) else pattern.value
            yield f"{path.relative_to(ROOT)}:{node.lineno}", value, flags_of(node), everywhere


ALL = list(expressions())


def own_units(pattern: str) -> list[str]:
    """Return the literal words and signs of a pattern: what follows its path the longest."""
    plain = re.sub(r"\\[a-zA-Z]", " ", pattern)
    words = re.findall(r"[A-Za-zÀ-ÿ<>&:;=/!?.\-]{2,}", plain)
    signs = [sign for sign in dict.fromkeys(plain) if not sign.isalnum() and sign not in "\\^$|*?+ "]
    return [*dict.fromkeys(words)][:6] + signs[:12]


def taken(expression: re.Pattern[str], text: str, everywhere: bool) -> float:
    began = time.process_time()
    if everywhere:
        for _ in itertools.islice(expression.finditer(text), 1_000_000):
            pass
    else:
        expression.fullmatch(text)
        expression.match(text)
    return time.process_time() - began


def grows(expression: re.Pattern[str], pattern: str, everywhere: bool) -> list[str]:
    """Return the inputs whose time grows faster than their length."""
    own = own_units(pattern)
    # One thing over and over; a word of the pattern and then one thing over and over; the two by turns.
    repeated = [("", unit) for unit in dict.fromkeys((*EVERYWHERE, *own))]
    behind = [(word, unit) for word in own if len(word) > 1 for unit in EVERYWHERE]
    turns = [("", word + unit) for word in own if len(word) > 1 for unit in EVERYWHERE]
    found = []
    for head, unit in (*repeated, *behind, *turns):
        for end in ("", "\0"):
            small, large = (head + unit * (n // len(unit)) + end for n in (SIZE, SIZE * TIMES))
            # The small input first: where that is slow already, the large one would not end.
            before = taken(expression, small, everywhere)
            if before > 1:
                found.append(repr((head, unit, end)))
                break
            after = taken(expression, large, everywhere)
            if after > LEAST and after > 2.5 * TIMES * max(before, 1e-5):
                again = taken(expression, large, everywhere) / max(taken(expression, small, everywhere), 1e-5)
                if again > 2.5 * TIMES:
                    found.append(repr((head, unit, end)))
                    break
    return found


def test_there_are_expressions_to_look_at() -> None:
    assert len(ALL) > 60


@pytest.mark.parametrize("where", [where for where, *_ in ALL])
def test_time_grows_with_the_input(where: str) -> None:
    pattern, flags, everywhere = next(each[1:] for each in ALL if each[0] == where)
    assert grows(re.compile(pattern, flags), pattern, everywhere) == []


@pytest.mark.parametrize("pattern", [r"\s+$", r"<!--.*?-->", r"(?:\s*<!--.*?-->)*\s*<x", r"POINT\s*Z?\s*\("])
def test_one_that_does_not_is_found(pattern: str) -> None:
    assert grows(re.compile(pattern, re.S), pattern, True)
