# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the plugin keeps the features of photos for a second time: in the profile of QGIS, unless a person said no."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.core import QgsApplication

from ..base import settings

if TYPE_CHECKING:
    from ...core.classify.features import FeatureCache


def features_file() -> Optional[Path]:
    """Return the cache's file; None where nothing may be kept."""
    if not settings.load().values.keep_features:
        return None
    return Path(QgsApplication.qgisSettingsDirPath()) / "sigma_communes" / "features.sqlite"


def feature_cache() -> FeatureCache:
    """Open the cache; where nothing may be kept, one that lasts as long as it is open.

    Raises
    ------
    DataError
        It can't be used.
    """
    from ...core.classify.features import FeatureCache

    return FeatureCache(features_file() or Path(":memory:"))
