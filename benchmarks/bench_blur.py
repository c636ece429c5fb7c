# SPDX-License-Identifier: GPL-2.0-or-later
"""Photos of 12 megapixels, blurred: ours, a plain loop with OpenCV's cascades, and the limit, in one interleaved run.

The limit is what no blur can avoid: decoding the whole JPEG and encoding it again. Times are CPU seconds of one photo
and wall time of two threads.

    python benchmarks/bench_blur.py [--photos 6] [--rounds 3]
"""

from __future__ import annotations

import argparse
import io
import json
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from sigma_communes.core.demo.photos import PHOTOS, drawing
from sigma_communes.core.privacy import copy_for_leaving, load_detectors


def ours(path: Path) -> None:
    copy_for_leaving(path, path.with_suffix(".ours.jpg"))


def cascades(path: Path) -> None:
    """Decode, look with three cascades at full size, blur, encode: the loop that tutorials show."""
    picture = cv2.imread(str(path))
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    for name in ("frontalface_default", "profileface", "russian_plate_number"):
        cascade = cv2.CascadeClassifier(f"{cv2.data.haarcascades}haarcascade_{name}.xml")
        for x, y, w, h in cascade.detectMultiScale(grey, 1.1, 4):
            picture[y : y + h, x : x + w] = cv2.GaussianBlur(picture[y : y + h, x : x + w], (0, 0), max(3, w / 5))
    cv2.imwrite(str(path.with_suffix(".cascades.jpg")), picture, [cv2.IMWRITE_JPEG_QUALITY, 88])


def limit(path: Path) -> None:
    with Image.open(io.BytesIO(path.read_bytes())) as picture:
        picture.convert("RGB").save(path.with_suffix(".limit.jpg"), quality=88)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    load_detectors()
    ways = {"ours": ours, "cascades": cascades, "limit": limit}
    cpu = {name: [] for name in ways}
    wall = {name: [] for name in ways}
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        files = []
        for number in range(options.photos):
            path = Path(folder, f"{number}.jpg")
            scene = drawing(PHOTOS[number % len(PHOTOS)], number).convert("RGB").resize((4032, 3024))
            grain = np.random.default_rng(number).normal(0, 4, (3024, 4032, 1))
            Image.fromarray(np.clip(np.asarray(scene) + grain, 0, 255).astype(np.uint8)).save(path, quality=92)
            files.append(path)
        for _ in range(options.rounds):
            for name, way in ways.items():
                cpu_start, start = time.process_time(), time.perf_counter()
                list(pool.map(way, files))
                cpu[name].append((time.process_time() - cpu_start) / len(files))
                wall[name].append((time.perf_counter() - start) / len(files))
    best = {name: (min(cpu[name]), min(wall[name])) for name in ways}
    for name, (seconds, elapsed) in best.items():
        print(f"{name:9} {seconds * 1000:6.0f} ms CPU a photo   {1 / elapsed:5.2f} photos/s with two threads")
    print(
        json.dumps(
            {
                "benchmark": "blur",
                "photos_per_second": round(1 / best["ours"][1], 2),
                "photos_per_cpu_second": round(1 / best["ours"][0], 2),
                "times_faster_than_cascades": round(best["cascades"][0] / best["ours"][0], 2),
                "share_of_the_limit": round(best["limit"][0] / best["ours"][0], 2),
            }
        )
    )


if __name__ == "__main__":
    main()
