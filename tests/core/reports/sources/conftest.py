# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests against a real HTTP socket: the loopback alone is open to them."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1"]))


@pytest.fixture(autouse=True)
def _no_network() -> None:
    """Take the place of the fixture that blocks every socket: ``allow_hosts`` blocks all but the loopback."""
