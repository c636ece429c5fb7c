# SPDX-License-Identifier: GPL-2.0-or-later
"""Make the plugin ZIP from the list in pb_tool.cfg, the same bytes for the same sources, and check it.

``pb_tool zip`` makes a ZIP of the same files; this tool needs neither the ``zip`` command nor git, and leaves out
what is not source (byte code, temporary files).
"""

from __future__ import annotations

import configparser
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import check_plugin

ROOT = Path(__file__).resolve().parents[1]
NAME = "sigma_communes"
# The build of the default model belongs to the set-up: the ZIP carries its result.
NOT_SHIPPED = {"__pycache__"}
EPOCH = (2026, 1, 1, 0, 0, 0)


def shipped_files(root: Path = ROOT) -> Iterator[Path]:
    """Yield the files of the plugin, relative to ``root``, sorted."""
    config = configparser.ConfigParser()
    config.read(root / "pb_tool.cfg", encoding="utf-8")
    files = config["files"]
    found = {Path(name) for key in ("python_files", "extras") for name in files[key].split()}
    for folder in files["extra_dirs"].split():
        found |= {p.relative_to(root) for p in (root / folder).rglob("*") if p.is_file()}
    for path in sorted(found):
        hidden = any(part.startswith(".") for part in path.parts)
        if not hidden and path.suffix != ".pyc" and not NOT_SHIPPED & set(path.parts):
            yield path


def build(target: Path, root: Path = ROOT) -> Path:
    """Write the ZIP and return its path."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in shipped_files(root):
            entry = zipfile.ZipInfo(f"{NAME}/{path.as_posix()}", date_time=EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, (root / path).read_bytes())
    return target


def main() -> int:
    target = build(ROOT / "dist" / f"{NAME}.zip")
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size / 1e6:.1f} MB")
    return check_plugin.report(check_plugin.check_zip(target))


if __name__ == "__main__":
    sys.exit(main())
