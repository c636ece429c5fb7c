# SPDX-License-Identifier: GPL-2.0-or-later
"""What a stranger meets first: ``import sigma_communes``, its names, its page, its examples, ``python -m``."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import sigma_communes as sc
from sigma_communes import core

ROOT = Path(sc.__file__).parent
sys.path.insert(0, str(ROOT / "tools"))
import api_page  # noqa: E402
import house  # noqa: E402

EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


def python(*arguments: str) -> str:
    ran = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, timeout=240)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_importing_brings_no_module_but_those_of_python_itself() -> None:
    code = "import sys; before = set(sys.modules); import sigma_communes; print(*sorted(set(sys.modules) - before))"
    brought = set(python("-c", code).split())
    assert "sigma_communes" in brought
    assert not {name for name in brought if name.split(".")[0] in ("numpy", "shapely", "yaml", "lxml", "PIL", "click")}
    assert not {name for name in brought if name.startswith("sigma_communes.core.")}


@pytest.mark.parametrize("name", sc.__all__)
def test_every_name_is_there_and_says_all_of_itself(name: str) -> None:
    thing = getattr(sc, name)
    told = inspect.getdoc(thing) or ""
    assert name in dir(sc)
    assert thing.__module__.startswith("sigma_communes.core.")
    parameters = [each for each in inspect.signature(thing).parameters if each not in ("feedback", "self")]
    missing = [each for each in parameters if not re.search(rf"^[\w, ]*\b{each}\b[\w, ]*( :|$)", told, re.MULTILINE)]
    assert not missing, f"{name} does not tell of {missing}"
    if inspect.isfunction(thing):
        assert re.search(r"^(Returns|Yields)\n-", told, re.MULTILINE) or name == "write_points"
        assert re.search(r"^Raises\n-", told, re.MULTILINE)


def test_a_name_that_is_not_there_is_refused_as_python_does() -> None:
    with pytest.raises(AttributeError, match="no attribute 'locates'"):
        sc.locates  # noqa: B018


def test_outside_is_no_commune_and_not_the_last_one() -> None:
    found = sc.locate([5.3698, 2.35, np.nan, 5.10], [43.2965, 48.85, 43.3, 43.45])
    assert found.insee.tolist() == ["13055", "", "", ""]
    assert found.commune.tolist() == ["Marseille", "", "", ""]
    assert found.index.tolist()[1:] == [-1, -1, -1]
    assert sc.locate(5.3698, 43.2965).insee.tolist() == ["13055"]


def test_the_page_of_the_library_is_current() -> None:
    assert (ROOT / "docs" / "api.md").read_text(encoding="utf-8") == api_page.page(), "run tools/api_page.py"


def test_the_table_of_the_house_is_that_of_import_linter() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert house.table() in text, "run tools/house.py --write"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_runs(example: Path, tmp_path: Path) -> None:
    assert python("-W", "error", str(example), str(tmp_path / "out"))


def test_the_tour_of_the_readme_is_the_example() -> None:
    tour = (ROOT / "examples" / "tour.py").read_text(encoding="utf-8")
    lines = [line for line in tour.split('"""\n\n', 1)[1].splitlines() if line.startswith(("done", "sc.", "print"))]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert lines and all(line in readme for line in lines)


def test_the_version_is_one() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    metadata = (ROOT / "metadata.txt").read_text(encoding="utf-8")
    assert f'version = "{sc.__version__}"' in project
    assert sc.__version__ == core.VERSION
    assert re.search(rf"^version={re.escape(sc.__version__)}$", metadata, re.MULTILINE)
    assert re.search(rf"^## {re.escape(sc.__version__)} .*\d{{4}}-\d\d-\d\d", (ROOT / "CHANGELOG.md").read_text(), re.M)


def test_the_package_is_a_program_too() -> None:
    assert "Usage: sigma-communes" in python("-m", "sigma_communes", "--help")


def test_without_click_it_says_what_to_install() -> None:
    code = "import sys; sys.modules['click'] = None; from sigma_communes.__main__ import main; main()"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (ran.returncode, "Traceback" in ran.stderr) == (3, False)
    assert "pip install '.[headless]'" in ran.stderr
