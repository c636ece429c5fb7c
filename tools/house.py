# SPDX-License-Identifier: GPL-2.0-or-later
"""The rooms and floors as import-linter holds them, with what each says of itself, as a table for the docs.

python tools/house.py            print the table
python tools/house.py --write    put it into docs/architecture.md, between its marks
python tools/house.py --limits   files, rooms and their sizes against the limits of the house
"""

from __future__ import annotations

import ast
import re
import statistics
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- house: tools/house.py -->", "<!-- end of house -->"
MOST_LINES, MOST_ROOMS, MOST_FLOORS, MEDIAN = 800, 30, 8, 180


def floors() -> list[list[str]]:
    """Return the rooms of each floor, from the top, as the contract in pyproject.toml names them."""
    # tomllib came with Python 3.11: the list is read as the Python literal that it is, too.
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    found = re.search(r'type = "layers"\nlayers = (\[.*?\n\])', text, re.DOTALL)
    if found is None:
        raise SystemExit("pyproject.toml has no contract of layers")
    layers: list[str] = ast.literal_eval(found[1])
    return [[name.strip().removeprefix("sigma_communes.") for name in re.split(r"[|:]", layer)] for layer in layers]


def table() -> str:
    """Return the table, one row a room."""
    rows = ["| floor | room | what it knows |", "| --- | --- | --- |"]
    for number, rooms in enumerate(floors()):
        for room in rooms:
            rows.append(f"| {len(floors()) - number} | `{_shown(room)}` | {_said(room)} |")
    rows.append(f"| beside | `plugin/` | {_said('plugin')} |")
    return "\n".join([BEGIN, *rows, END])


def _path(room: str) -> Path:
    folder = ROOT / room.replace(".", "/")
    return folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")


def _shown(room: str) -> str:
    return room.replace(".", "/") + ("/" if _path(room).name == "__init__.py" else ".py")


def _said(room: str) -> str:
    doc = ast.get_docstring(ast.parse(_path(room).read_text(encoding="utf-8"))) or ""
    said = doc.split("\n\n")[0].replace("\n", " ").replace("|", "/").rstrip(".")
    return re.sub(r":\w+:`~?\.*([\w.]+)`", r"`\1`", said).replace("``", "`")


def limits() -> list[tuple[str, Any, Any]]:
    """Return what is measured, what it is and what it may be."""
    files = [path for room in ("core", "plugin") for path in (ROOT / room).rglob("*.py")]
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    longest = max(lines, key=lambda path: lines[path])
    rooms = [p for r in ("core", "plugin") for p in (ROOT / r).iterdir() if (p / "__init__.py").is_file()]
    whole = [count for path, count in lines.items() if path.name != "__init__.py"]
    return [
        (f"longest file ({longest.relative_to(ROOT)})", lines[longest], MOST_LINES),
        ("median of the files", int(statistics.median(whole)), MEDIAN),
        ("rooms", len(rooms), MOST_ROOMS),
        ("floors", len(floors()), MOST_FLOORS),
    ]


def main() -> int:
    """Do what was asked."""
    if "--limits" in sys.argv[1:]:
        for what, is_, may in limits():
            print(f"{what}: {is_} (at most {may}){'' if is_ <= may else '  TOO MUCH'}")
        return 0 if all(is_ <= may for _, is_, may in limits()) else 1
    if "--write" in sys.argv[1:]:
        text = PAGE.read_text(encoding="utf-8")
        head, _, rest = text.partition(BEGIN)
        PAGE.write_text(head + table() + rest.partition(END)[2], encoding="utf-8")
        return 0
    print(table())
    return 0


if __name__ == "__main__":
    sys.exit(main())
