# SPDX-License-Identifier: GPL-2.0-or-later
"""The data that ship with the product, found by path."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent


def path(*parts: str) -> Path:
    """Return the path of a shipped file, e.g. ``path("taxonomy.yaml")``. It is not checked to exist."""
    return ROOT.joinpath(*parts)
