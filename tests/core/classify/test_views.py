# SPDX-License-Identifier: GPL-2.0-or-later
"""Views: what is cut, and that both ways to resize agree."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigma_communes.core.classify import views
from sigma_communes.core.classify.views import FIVE_VIEWS, WHOLE, views_of


def test_the_corners_are_sixty_percent_of_width_and_height() -> None:
    pixels = np.zeros((100, 200, 3), np.uint8)
    pixels[:, :, 0] = np.arange(200)[None]
    pixels[:, :, 1] = np.arange(100)[:, None]
    cut = views_of(pixels, FIVE_VIEWS, 60)
    middles = cut[:, 29:31, 29:31, :2].mean(axis=(1, 2))
    assert middles == pytest.approx(np.array([[100, 50], [60, 30], [140, 30], [60, 70], [140, 70]]), abs=1.5)


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 50))
def test_any_size_of_picture_gives_full_squares(height: int, width: int, size: int) -> None:
    pixels = np.full((height, width, 3), (10, 100, 200), np.uint8)
    cut = views_of(pixels, FIVE_VIEWS, size)
    assert cut.shape == (5, size, size, 3)
    assert (np.abs(cut.astype(int) - (10, 100, 200)) <= 1).all()


def test_without_opencv_pillow_gives_nearly_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.RandomState(3).randint(0, 256, (7, 9, 3)).astype(np.uint8)
    smooth = views_of(noise, (WHOLE,), 448)[0]
    with_opencv = views_of(smooth, FIVE_VIEWS, 224).astype(int)
    monkeypatch.setitem(sys.modules, "cv2", None)
    views._resize.cache_clear()
    try:
        without = views_of(smooth, FIVE_VIEWS, 224).astype(int)
    finally:
        views._resize.cache_clear()
    assert np.abs(with_opencv - without).mean() < 1
    assert np.abs(with_opencv - without).max() < 16
