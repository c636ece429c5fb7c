# SPDX-License-Identifier: GPL-2.0-or-later
"""The collector is as it was when the last of several blocks ends, in whatever order."""

from __future__ import annotations

import gc
from contextlib import ExitStack

import pytest
from sigma_communes.core.reports.sync.collector import seldom_collected


def test_the_collector_looks_seldom_until_the_last_block_ends() -> None:
    before = gc.get_threshold()
    first, second = ExitStack(), ExitStack()
    first.enter_context(seldom_collected())
    second.enter_context(seldom_collected())
    first.close()
    assert gc.get_threshold()[0] > before[0]
    second.close()
    assert gc.get_threshold() == before


def test_an_error_brings_it_back() -> None:
    before = gc.get_threshold()
    with pytest.raises(KeyError), seldom_collected():
        raise KeyError
    assert gc.get_threshold() == before
