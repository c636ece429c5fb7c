# SPDX-License-Identifier: GPL-2.0-or-later
"""Suggestions of a class for photos: model packages, how the default one is built, and the batch pipeline.

Nothing here imports onnxruntime before a package is loaded.
"""

from __future__ import annotations

from .build import build_default
from .package import ModelPackage, default_package_dir, load_package
from .pipeline import Classified, Decide, classify

__all__ = ["Classified", "Decide", "ModelPackage", "build_default", "classify", "default_package_dir", "load_package"]
