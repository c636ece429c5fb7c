# SPDX-License-Identifier: GPL-2.0-or-later
"""Decoding 12-megapixel JPEGs on one core: open_picture beside plain OpenCV and Pillow, photos a second.

The limit is OpenCV's imdecode of bytes in memory at the scale that open_picture chooses: ours adds the file, the
header, the check of the end, and the last reduction to 448 pixels.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image
from sigma_communes.core.photos import open_picture, read_photo
from sigma_communes.core.photos import picture as picture_module


def make_photo(path: Path) -> None:
    """Write a 4000 x 3000 JPEG whose detail and size (about 4 MB) are those of a telephone's."""
    random = np.random.default_rng(1)
    scene = np.zeros((3000, 4000, 3), np.float32)
    for cells, weight in ((12, 90), (60, 40), (400, 22), (2000, 12)):
        coarse = random.uniform(0, 255, (cells * 3 // 4, cells, 3)).astype(np.uint8)
        scene += np.asarray(Image.fromarray(coarse).resize((4000, 3000), Image.Resampling.BICUBIC), np.float32) * (
            weight / 164
        )
    Image.fromarray(scene.clip(0, 255).astype(np.uint8)).save(path, quality=92)


def rate(work: Callable[[], Any], rounds: int) -> float:
    """Return calls a second: the best of three runs."""
    work()
    best = 0.0
    for _ in range(3):
        start = time.perf_counter()
        for _ in range(rounds):
            work()
        best = max(best, rounds / (time.perf_counter() - start))
    return best


def pillow(path: Path, draft: bool) -> Image.Image:
    """Open as a plain script does."""
    image = Image.open(path)
    if draft:
        image.draft("RGB", (448, 448))
    image = image.convert("RGB")
    image.thumbnail((448, 448))
    return image


def two_threads(path: Path, rounds: int) -> None:
    """Decode in two threads, as the pipeline does."""
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(open_picture, [path] * rounds))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--photo", type=Path, help="a JPEG of your own")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    n = arguments.rounds
    with tempfile.TemporaryDirectory() as folder:
        path = arguments.photo or Path(folder) / "photo.jpg"
        if arguments.photo is None:
            make_photo(path)
        data = np.frombuffer(path.read_bytes(), np.uint8)
        side = max(read_photo(path).width or 0, read_photo(path).height or 0)
        scale = next((s for s in (8, 4, 2) if side >= s * 448), 1)
        flag = {8: 65, 4: 33, 2: 17, 1: 1}[scale]
        rates = {
            "open_picture": rate(lambda: open_picture(path), n),
            f"limit: imdecode at 1/{scale}": rate(lambda: cv2.imdecode(data, flag), n),
            "imdecode at 1/4": rate(lambda: cv2.imdecode(data, 33), n),
            "Pillow draft": rate(lambda: pillow(path, draft=True), n),
            "Pillow full": rate(lambda: pillow(path, draft=False), max(2, n // 4)),
            "read_photo": rate(lambda: read_photo(path), n),
            "open_picture, two threads": n * 2 * rate(lambda: two_threads(path, n * 2), 1),
        }
        with_opencv = picture_module._opencv
        picture_module._opencv = lambda: None
        rates["open_picture without OpenCV"] = rate(lambda: open_picture(path), n)
        picture_module._opencv = with_opencv
        print(f"{path.stat().st_size / 1e6:.1f} MB, longest side {side}")
    for name, value in rates.items():
        print(f"{name:32} {value:8.1f} photos/s")
    summary = {
        "ratio_to_limit": round(rates["open_picture"] / rates[f"limit: imdecode at 1/{scale}"], 3),
        "ratio_to_pillow_full": round(rates["open_picture"] / rates["Pillow full"], 2),
        "ratio_of_two_threads": round(rates["open_picture, two threads"] / rates["open_picture"], 2),
    }
    print(json.dumps(summary) if arguments.json else summary)


if __name__ == "__main__":
    main()
