# SPDX-License-Identifier: GPL-2.0-or-later
"""Photos classified a second, beside what two cores could do at best and beside a plain loop, in one run.

Ours: ``core.classify.classify`` on two cores, from files on disk to predictions. The limit has no overhead at all: two
cores that decode and infer and do nothing else, 2 / (1/decode + views/inference), each measured alone on one core. The
plain loop is what one writes first: Pillow decodes the whole photo, one photo at a time, onnxruntime as it comes.

    ./dev bench classify [--json] [--photos N] [--repeats N] [--megabytes 2.3|2.9|4.0]

Photos are drawn and kept in .cache/bench_classify: 12 megapixels, JPEG quality 90, 4:2:0 chroma. What a JPEG costs to
decode grows with its bytes, for us as for the plain loop, but reduced decoding saves none of that part: the more
detail, the smaller the ratio to the plain loop. So there are three sizes (``--megabytes``): 2.3, 2.9 and 4.0 MB, from
a street in soft light to gravel in the sun; 2.3 is the default, because its costs are nearest to those that the aims
were set on (full decode 10 photos a second and core, an eighth 52; here 12 and 46). Quote the others beside it.

All measures take turns; the figures are medians. The last line is one JSON object with ``ratio_to_limit`` (one view,
aim 0.95), ``ratio_to_limit_five`` (five views, aim 0.90) and ``ratio_to_plain`` (one view, aim 9).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
from PIL import Image
from sigma_communes.core.classify import ModelPackage, classify, default_package_dir, load_package
from sigma_communes.core.classify.learning.running import running
from sigma_communes.core.classify.package import MODEL_FILE
from sigma_communes.core.classify.probe import probe_pictures
from sigma_communes.core.classify.views import LONGEST
from sigma_communes.core.photos import open_picture

ROOT = Path(__file__).resolve().parents[1]
DISTINCT = 12
DETAIL = {2.3: 0.2, 2.9: 0.5, 4.0: 1.0}
"""Megabytes of a photo → strength of its fine noise."""
AIMS = {"ratio_to_limit": 0.95, "ratio_to_limit_five": 0.90, "ratio_to_plain": 9.0}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=int, default=240, help="photos a run of the pipeline (default: %(default)s)")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--megabytes", type=float, choices=DETAIL, default=2.3, help="size of a photo (default: 2.3)")
    parser.add_argument("--json", action="store_true", help="print only the line of JSON")
    arguments = parser.parse_args()

    two = sorted(os.sched_getaffinity(0))[:2]
    if len(two) < 2:
        sys.exit("This benchmark needs two cores")
    files = drawn_photos(ROOT / ".cache" / "bench_classify", arguments.megabytes)
    many = list(islice(cycle(files), arguments.photos))
    os.sched_setaffinity(0, two)
    package = load_package(default_package_dir())
    plain_session = onnxruntime.InferenceSession(str(package.folder / MODEL_FILE))

    measures: dict[str, tuple[list[int], Callable[[], float]]] = {
        "decode, one core": (two[:1], lambda: decode_rate(files)),
        "inference, one core, views": (two[:1], lambda: inference_rate(package)),
        "plain loop, one view": (two, lambda: plain_rate(files, package, plain_session)),
        "ours, one view": (two, lambda: pipeline_rate(many, package, fast=True)),
        "ours, five views": (two, lambda: pipeline_rate(many, package, fast=False)),
    }
    rates: dict[str, list[float]] = {name: [] for name in measures}
    cores_used: dict[str, list[float]] = {name: [] for name in measures}
    for _ in range(arguments.repeats):
        for name, (cores, measure) in measures.items():
            os.sched_setaffinity(0, cores)
            wall, cpu = time.perf_counter(), time.process_time()
            rates[name].append(measure())
            cores_used[name].append((time.process_time() - cpu) / (time.perf_counter() - wall))
    rate = {name: statistics.median(values) for name, values in rates.items()}
    used = {name: statistics.median(values) for name, values in cores_used.items()}

    decode, inference = rate["decode, one core"], rate["inference, one core, views"]
    views = len(package.views)
    limit, limit_five = (2 / (1 / decode + n / inference) for n in (1, views))
    found = {
        "ratio_to_limit": rate["ours, one view"] / limit,
        "ratio_to_limit_five": rate["ours, five views"] / limit_five,
        "ratio_to_plain": rate["ours, one view"] / rate["plain loop, one view"],
    }
    if not arguments.json:
        size = sum(f.stat().st_size for f in files) / len(files) / 1e6
        print(f"{running(package).id}; {len(files)} files of {size:.1f} MB")
        print(f"{'':30} {'a second':>9} {'least':>9} {'most':>9} {'cores':>6}")
        for name, values in rates.items():
            print(f"{name:30} {rate[name]:9.1f} {min(values):9.1f} {max(values):9.1f} {used[name]:6.2f}")
        print(f"{'limit, one view':30} {limit:9.1f}")
        print(f"{'limit, five views':30} {limit_five:9.1f}")
        for name, value in found.items():
            print(f"{name:30} {value:9.2f}   aim {AIMS[name]}")
    summary = {name: round(value, 3) for name, value in found.items()}
    per_second = {name: round(value, 1) for name, value in rate.items()}
    # Ours should keep both cores busy: fewer than 1.9 means that other programs had a part of them.
    summary["cores_used"] = round(used["ours, one view"], 2)
    print(
        json.dumps(
            {
                **summary,
                "model": package.id,
                "megabytes": arguments.megabytes,
                "photos": arguments.photos,
                "a_second": per_second,
            }
        )
    )
    return 0


def drawn_photos(folder: Path, megabytes: float) -> list[Path]:
    """Draw photos with detail at every scale, as a street has, so that entropy decoding costs what it costs."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{i:02}-{megabytes}MB.jpg" for i in range(DISTINCT)]
    for i, file in enumerate(files):
        if not file.exists():
            draw(file, np.random.RandomState(i), DETAIL[megabytes])
        if abs(file.stat().st_size / (megabytes * 1e6) - 1) > 0.05:
            sys.exit(f"{file} has {file.stat().st_size} bytes; {megabytes} MB ± 5 % are due")
    return files


def draw(file: Path, random: np.random.RandomState, detail: float) -> None:
    """Sum noise of six scales (its amplitude falls as the scale does) and 60 plain rectangles."""
    picture = np.full((3000, 4000, 3), 110, np.float32)
    for step, strength in ((500, 50), (125, 35), (31, 25), (8, 18), (3, 11 * detail), (1, 5.5 * detail)):
        small = random.normal(0, strength, (3000 // step + 2, 4000 // step + 2, 3)).astype(np.float32)
        grey = small.mean(2, keepdims=True) * 1.6
        picture += cv2.resize(small * 0.3 + grey, (4000, 3000), interpolation=cv2.INTER_CUBIC)
    for _ in range(60):
        x, y, w, h = (int(v) for v in random.randint(0, (4000, 3000, 500, 400)))
        picture[y : y + h, x : x + w] += random.normal(0, 40, 3)
    temporary = file.with_suffix(".tmp")
    Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8)).save(temporary, "JPEG", quality=90)
    temporary.replace(file)


def decode_rate(files: list[Path]) -> float:
    start = time.perf_counter()
    for file in files * 2:
        open_picture(file, longest=LONGEST)
    return len(files) * 2 / (time.perf_counter() - start)


def inference_rate(package: ModelPackage, batches: int = 12) -> float:
    views = np.concatenate([probe_pictures(package.input_size)] * 2)
    package.run(views)
    start = time.perf_counter()
    for _ in range(batches):
        package.run(views)
    return batches * len(views) / (time.perf_counter() - start)


def plain_rate(files: list[Path], package: ModelPackage, session: onnxruntime.InferenceSession) -> float:
    side = (package.input_size, package.input_size)
    start = time.perf_counter()
    for file in files:
        with Image.open(file) as image:
            pixels = np.asarray(image.convert("RGB").resize(side, Image.Resampling.BICUBIC))
        session.run(["logits"], {"pixels": pixels[None]})
    return len(files) / (time.perf_counter() - start)


def pipeline_rate(files: list[Path], package: ModelPackage, *, fast: bool) -> float:
    start = time.perf_counter()
    decide = running(package).decider()
    done = sum(result.prediction is not None for result in classify(files, package, fast=fast, decide=decide))
    seconds = time.perf_counter() - start
    if done != len(files):
        sys.exit(f"{len(files) - done} photos gave no prediction")
    return done / seconds


if __name__ == "__main__":
    sys.exit(main())
