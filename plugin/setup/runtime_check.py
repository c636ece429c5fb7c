# SPDX-License-Identifier: GPL-2.0-or-later
"""Run by QGIS' Python as a program of its own: say whether shapely and onnxruntime start, and whether the model runs.

    python runtime_check.py FOLDER_OR_- MODEL_OR_-

FOLDER is put on the path, last as in QGIS; MODEL is the folder of a model package, ``default``, or ``-`` for none. It
prints one line of JSON. In a process of its own, because a library that does not fit may take the program with it.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import sys
from pathlib import Path


def _shapely_is_new() -> bool:
    """Whether the shapely that Python finds is of version 2 or later, or there is none."""
    try:
        return not importlib.metadata.version("shapely").startswith(("0.", "1."))
    except importlib.metadata.PackageNotFoundError:
        return True


def main(folder: str, model: str) -> dict[str, str]:
    """Return the versions of the packages and the name of the ``model``, or ``*_error``."""
    found: dict[str, str] = {}
    if folder != "-":
        sys.path.append(folder)
        if not _shapely_is_new():
            sys.path.insert(0, folder)
    for name in ("numpy", "shapely", "onnxruntime", "pillow_heif"):
        try:
            package = importlib.import_module(name)
        except Exception as error:  # a DLL that does not load raises whatever it likes
            found[f"{name}_error"] = f"{type(error).__name__}: {error}"
        else:
            found[name] = str(getattr(package, "__version__", "?"))
    if model == "-" or "onnxruntime" not in found:
        return found
    root = Path(__file__).resolve().parents[2]
    sys.path.insert(0, str(root.parent))
    try:
        from sigma_communes.core import classify

        loaded = classify.load_package(classify.default_package_dir() if model == "default" else Path(model))
        found["model"] = loaded.id
        found["labels"] = ", ".join(loaded.labels)
    except Exception as error:  # what the model package does to onnxruntime is told, whatever it is
        found["model_error"] = str(error)
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], sys.argv[2])) + "\n")
