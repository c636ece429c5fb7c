# SPDX-License-Identifier: GPL-2.0-or-later
"""Lay out what mypy reads of QGIS and Qt: qgis-stubs, put right where they differ from QGIS as it is, and qgis.PyQt.

The stubs lack ``qgis.PyQt``, the exceptions and the version, and take every text and every pointer of C++ for one that
may be None. They are copied into ``.mypy-root/qgis``, beside the link to this checkout; a correction that finds nothing
to put right stops the run, so none outlives its reason.

    python tools/qgis_stubs.py
"""

from __future__ import annotations

import re
import shutil
from importlib.metadata import files
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MYPY_ROOT = ROOT / ".mypy-root"
MODULES = ("QtCore", "QtGui", "QtNetwork", "QtWidgets", "QtXml")

NEVER_NONE = (
    "instance", "taskManager", "processingRegistry", "authManager", "dataItemProviderRegistry", "clipboard",
    "layerTreeRoot", "layoutManager", "layerStore", "styleManager", "atlas", "legend", "createMessage", "lineEdit",
    "temporalProperties", "serverProperties", "createSimple", "create", "symbolLayer", "clone", "proxyFactory",
    "get", "head", "sendCustomRequest", "layout", "segmentize", "createFromXml",
)  # fmt: skip
"""Methods that give an object wherever the plugin calls them."""

CORRECTIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "_core.pyi": (
        (r"typing\.Optional\[str\]", "str"),
        (r"typing\.Optional\['?QgsProcessingFeedback'?\]", "'QgsProcessingFeedback'"),
        (rf"(def (?:{'|'.join(NEVER_NONE)})\([^\n]*\) -> )typing\.Optional\[([^\n]*)\]: \.\.\.", r"\1\2: ..."),
        (r"    def _userData\([^\n]*\n", "    userData: typing.Any\n"),
        (r"^class Qgis\([^\n]*:\n", r"\g<0>    QGIS_VERSION: str\n    QGIS_VERSION_INT: int\n"),
        (
            r"\Z",
            "\n\nclass QgsException(Exception): ...\nclass QgsCsException(QgsException): ...\n"
            "class QgsProcessingException(QgsException): ...\n",
        ),
    ),
    "_gui.pyi": (
        (r"typing\.Optional\[str\]", "str"),
        (rf"(def (?:{'|'.join(NEVER_NONE)})\([^\n]*\) -> )typing\.Optional\[([^\n]*)\]: \.\.\.", r"\1\2: ..."),
    ),
    "core/__init__.py": ((r"import NULL\n", "import NULL as NULL\n"),),
}


def lay_out(stubs: Path, into: Path) -> None:
    """Write corrected stubs of ``qgis`` into a folder."""
    shutil.rmtree(into, ignore_errors=True)
    shutil.copytree(stubs, into, ignore=shutil.ignore_patterns("__pycache__"))
    for name, corrections in CORRECTIONS.items():
        text = (into / name).read_text(encoding="utf-8")
        for pattern, put in corrections:
            text, count = re.subn(pattern, put, text, flags=re.MULTILINE)
            if not count:
                raise SystemExit(f"qgis-stubs: nothing to put right any more in {name}: {pattern}")
        (into / name).write_text(text, encoding="utf-8")
    (into / "PyQt").mkdir()
    (into / "PyQt" / "__init__.pyi").write_text("", encoding="utf-8")
    for module in MODULES:
        (into / "PyQt" / f"{module}.pyi").write_text(f"from PyQt5.{module} import *\n", encoding="utf-8")


def main() -> None:
    """Make ``.mypy-root``: this checkout as a package, and the stubs."""
    found = next((file for file in files("qgis-stubs") or () if file.name == "_core.pyi"), None)
    if found is None:
        raise SystemExit("qgis-stubs is not installed: ./dev lint installs it")
    MYPY_ROOT.mkdir(exist_ok=True)
    link = MYPY_ROOT / "sigma_communes"
    if not link.is_symlink():
        link.symlink_to("..")
    lay_out(Path(str(found.locate())).parent, MYPY_ROOT / "qgis")


if __name__ == "__main__":
    main()
