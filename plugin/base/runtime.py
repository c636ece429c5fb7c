# SPDX-License-Identifier: GPL-2.0-or-later
"""Packages that QGIS may not bring, where they are installed for this plugin, and how Python finds them when needed.

onnxruntime comes with no QGIS; shapely comes with QGIS for Windows and macOS, not with Debian's. Each installation is a
folder of its own in the profile of QGIS, named after the Python that it is for, so an update does not write over files
that are in use, and another Python does not load what is not for it. The folder comes last on the path: what QGIS
brings (numpy above all) goes first, but for a shapely that is too old (Debian 12 has 1.8).
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Optional

from qgis.core import QgsApplication

from ...resources import path as resource

PACKAGES = ("shapely", "onnxruntime", "pillow_heif")
OPTIONAL = frozenset({"pillow_heif"})
"""Installed where they can be had; the others are due."""
_LEAST = {"shapely": 2}
COMPLETE = "complete.txt"
"""Written last: a folder without it is half an installation."""


_BLOCK = re.compile(r"^([a-z-]+)==(\S+) ; python_full_version (<|==|>=) '([\d.]+?)(?:\.\*)?' *\\?((?:\n    .*)*)", re.M)


def locked(names: Sequence[str], python: tuple[int, int] = (sys.version_info.major, sys.version_info.minor)) -> str:
    """Return the requirements of packages for a Python, with the hashes of the lock, as pip reads them.

    A package that the lock knows no version of for this Python is missing in it.
    """
    lines = []
    for name, version, sign, number, hashes in _BLOCK.findall(resource("runtime.txt").read_text(encoding="utf-8")):
        bound = tuple(map(int, number.split(".")))
        fits = {"<": python < bound, "==": python == bound, ">=": python >= bound}[sign]
        if fits and name.replace("-", "_") in names:
            lines.append(f"{name}=={version} \\{hashes}")
    return "\n".join(lines) + "\n"


def python_tag() -> str:
    """Return the tag of wheels for this Python, e.g. ``cp311``."""
    return f"cp{sys.version_info.major}{sys.version_info.minor}"


def runtime_root() -> Path:
    """Return the folder of all installations; it need not exist."""
    return Path(QgsApplication.qgisSettingsDirPath()) / "sigma_communes" / "runtime"


def runtime_folder() -> Optional[Path]:
    """Return the newest whole installation for this Python, or None."""
    whole = runtime_root().glob(f"{python_tag()}-*/{COMPLETE}")
    return max((marker.parent for marker in whole), key=lambda folder: folder.name, default=None)


def lacking() -> tuple[str, ...]:
    """Return the packages that this QGIS does not bring itself."""
    return tuple(name for name in PACKAGES if not _is_own(name))


def _is_own(name: str) -> bool:
    spec = importlib.util.find_spec(name)
    if spec is None or str(spec.origin or "").startswith(str(runtime_root())):
        return False
    return not _is_too_old(name)


def _is_too_old(name: str) -> bool:
    """Whether the package that Python finds is of a version before the one that is due."""
    if name not in _LEAST:
        return False
    try:
        major = importlib.metadata.version(name).partition(".")[0]
    except importlib.metadata.PackageNotFoundError:  # found, without its metadata: it is tried when it is used
        return False
    return major.isdigit() and int(major) < _LEAST[name]


def use_runtime() -> None:
    """Make the installed packages importable; call it right before the core works on places or photos.

    It does nothing where QGIS brings them all, or where nothing is installed: the core then says what is missing.
    """
    too_old = any(importlib.util.find_spec(name) is not None and _is_too_old(name) for name in PACKAGES)
    if not too_old and all(importlib.util.find_spec(name) is not None for name in PACKAGES):
        return
    folder = runtime_folder()
    if folder is not None and str(folder) not in sys.path:
        sys.path.insert(0 if too_old else len(sys.path), str(folder))
        importlib.invalidate_caches()
