# SPDX-License-Identifier: GPL-2.0-or-later
"""The examples in docstrings are true."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest
import sigma_communes

ROOT = Path(sigma_communes.__file__).parent
WITH_EXAMPLES = sorted(
    path.relative_to(ROOT)
    for path in [ROOT / "__init__.py", *(ROOT / "core").rglob("*.py")]
    if ">>> " in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=str)
def test_the_examples_of_docstrings_are_true(path: Path) -> None:
    name = ".".join(["sigma_communes", *path.with_suffix("").parts]).removesuffix(".__init__")
    tried = doctest.testmod(importlib.import_module(name))
    assert tried.attempted > 0 and tried.failed == 0
