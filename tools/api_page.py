# SPDX-License-Identifier: GPL-2.0-or-later
"""Write ``docs/api.md`` from the docstrings of ``sigma_communes.__all__``; ``--check``: say whether it is current."""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path
from typing import Any

import sigma_communes

PAGE = Path(__file__).resolve().parents[1] / "docs" / "api.md"
_HEAD = """# The library

`import sigma_communes as sc`, then these names; each is imported when it is first asked for. Positions are WGS 84
longitude and latitude in degrees (EPSG:4326). Errors are `SigmaError` and say what, where and what to do next.
Whole scripts: [examples/](../examples/README.md). Written by `tools/api_page.py` from the docstrings: edit those.

"""
_ROLE = re.compile(r":(?:func|class|attr|meth|mod|data):`~?([^`]+)`")


def page() -> str:
    """Return the text of the page."""
    names = sorted(sigma_communes.__all__, key=str.lower)
    index = "\n".join(f"- [`{name}`](#{name.lower()}): {_first(getattr(sigma_communes, name))}" for name in names)
    return _HEAD + index + "\n" + "".join(_entry(name, getattr(sigma_communes, name)) for name in names)


def _first(thing: Any) -> str:
    return _plain((inspect.getdoc(thing) or "").split("\n\n")[0].replace("\n", " "))


def _plain(text: str) -> str:
    # A reference becomes the last part of its name, a literal an inline code.
    return _ROLE.sub(lambda m: f"`{m[1].rpartition('.')[2]}`", text).replace("``", "`")


def _entry(name: str, thing: Any) -> str:
    try:
        parameters = list(inspect.signature(thing).parameters.values())
    except ValueError:
        parameters = []
    star = False
    shown = []
    for each in parameters:
        if each.kind is each.KEYWORD_ONLY and not star:
            shown.append("*")
            star = True
        default = "" if each.default is each.empty else f"={_default(each.default)}"
        shown.append(f"{each.name}{default}")
    return f"\n## {name}\n\n```python\nsc.{name}({', '.join(shown)})\n```\n\n{_body(inspect.getdoc(thing) or '')}\n"


def _default(value: Any) -> str:
    return "SILENT" if type(value).__name__ == "Feedback" else repr(value)


def _body(doc: str) -> str:
    """Turn a numpydoc docstring into Markdown: sections become bold lines, their entries a list."""
    out: list[str] = []
    lines = doc.splitlines()
    section, at = "", 0
    while at < len(lines):
        line = lines[at]
        if at + 1 < len(lines) and line and re.fullmatch(r"-{3,}", lines[at + 1]):
            section = line
            out.append(f"**{section}**\n" + ("" if section != "Examples" else "\n```python"))
            at += 2
            continue
        if section == "Examples":
            out.append(line)
        elif section and line and not line.startswith(" "):
            name, _, kind = line.partition(" : ")
            out.append(f"- `{name}`" + (f" ({_plain(kind)})" if kind else "") + _told(lines, at + 1))
        elif not section:
            out.append(_plain(line))
        elif not line:
            out.append("")
        at += 1
    if section == "Examples":
        out.append("```")
    return "\n".join(out)


def _told(lines: list[str], at: int) -> str:
    told = []
    while at < len(lines) and lines[at].startswith(" "):
        told.append(_plain(lines[at].strip()))
        at += 1
    return f": {' '.join(told)}" if told else ""


def main() -> int:
    """Write the page, or say that it is not current."""
    text = page()
    if "--check" in sys.argv[1:]:
        current = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text
        print(f"{PAGE.name}: {'current' if current else 'not current: run tools/api_page.py'}")
        return 0 if current else 1
    PAGE.write_text(text, encoding="utf-8")
    print(f"{PAGE.name}: {len(sigma_communes.__all__)} names")
    return 0


if __name__ == "__main__":
    sys.exit(main())
