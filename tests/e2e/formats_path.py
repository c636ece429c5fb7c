# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs inside QGIS (``--code``): a photo of each format and each compiled package, in the process of the desktop."""

from __future__ import annotations

import json
import os
import traceback
from pathlib import Path
from typing import Any

from qgis.PyQt.QtCore import QTimer

PHOTOS = Path(os.environ["SIGMA_E2E_PHOTOS"])
FOUND = Path(os.environ["SIGMA_E2E_FOUND"])


def run() -> None:
    found: dict[str, Any] = {}
    try:
        from sigma_communes.core.base.compiled import load
        from sigma_communes.core.base.geos import shapely
        from sigma_communes.core.photos import open_picture

        for path in sorted(PHOTOS.iterdir()):
            found[path.name] = list(open_picture(str(path), longest=64).pixels.shape)
        found["area"] = float(shapely.area(shapely.buffer(shapely.points(5, 43), 1)))
        found["loaded"] = [load(name).__name__ for name in ("onnxruntime", "cv2", "lxml.etree")]
    except BaseException:
        found["failed"] = traceback.format_exc()
    FOUND.write_text(json.dumps(found), encoding="utf-8")
    os._exit(0)


QTimer.singleShot(500, run)
