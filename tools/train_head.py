# SPDX-License-Identifier: GPL-2.0-or-later
"""Train the head of the default model package and measure it, in source and out of source.

    ./dev exec python tools/train_head.py            trains, measures, writes head.npz and the card's figures
    ./dev exec python tools/train_head.py --check    measures only
    ./dev exec python tools/train_head.py --search   tells how the regularisation was chosen
    ./dev exec python tools/train_head.py --int8     what int8 changes (grouped cross-validation)

Trains on ``--data`` (a folder with manifest.csv: file, label, source, group); ``--eval`` is a features.npz of photos
from collections that training never sees (features, label, source, group), to measure and never to train on. Features
are kept in .cache/train_head.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray
from sigma_communes.core.classify import build, efficientnet, views
from sigma_communes.core.classify.package import CARD_FILE, DEFAULT_NAME, session_of
from sigma_communes.core.photos import open_picture
from sigma_communes.resources import path as resource

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"
SHEET = build.package_sheet()
LABELS = list(SHEET.labels)
INSIDE = {"overflow": "waste"}
L2 = 1e-2
FOLDS = 5
# Views in the feature arrays: whole, its mirror image, four corners.
ONE_VIEW, FIVE_VIEWS = [0], [0, 2, 3, 4, 5]
MARK = "<!-- figures: tools/train_head.py -->"

Array = NDArray[Any]
Head = tuple[Array, Array]


@dataclass(frozen=True)
class Photos:
    """Features ``(n, 6, 1280)`` of photos; ``label`` is an index into LABELS, -1 where the model has no such class."""

    features: Array
    label: Array
    source: Array
    group: Array

    def __getitem__(self, rows: Array) -> Photos:
        return Photos(self.features[rows], self.label[rows], self.source[rows], self.group[rows])


def read_photos(data: Path, *, int8: bool = False) -> Photos:
    manifest = (data / "manifest.csv").read_bytes()
    rows = list(csv.DictReader(manifest.decode("utf-8").splitlines()))
    code = [Path(str(module.__file__)).read_bytes() for module in (efficientnet, views)]
    if int8:
        code.append(resource("model", DEFAULT_NAME, "ranges.json").read_bytes())
    key = hashlib.sha256(b"".join([manifest, *code])).hexdigest()[:16]
    cache = ROOT / ".cache" / "train_head" / f"{key}.npz"
    if not cache.exists():
        cache.parent.mkdir(parents=True, exist_ok=True)
        np.savez(cache, features=np.stack(list(features_of([data / r["file"] for r in rows], int8=int8))))
    label = np.array([LABELS.index(INSIDE.get(r["label"], r["label"])) for r in rows])
    source = np.array([r["source"].split("@")[0] for r in rows])
    return Photos(np.load(cache)["features"].astype(np.float32), label, source, np.array([r["group"] for r in rows]))


def features_of(files: list[Path], *, int8: bool) -> Iterator[Array]:
    head = (np.zeros((len(LABELS), efficientnet.FEATURES)), np.zeros(len(LABELS)))
    graph = efficientnet.efficientnet_lite0(build.backbone_weights(), head, build.read_ranges() if int8 else None)
    session = session_of(graph.SerializeToString(), "the backbone")

    def features(file: Path) -> Array:
        five = views.views_of(open_picture(file).pixels, views.FIVE_VIEWS, efficientnet.SIZE)
        six = np.concatenate([five[:1], five[:1, :, ::-1], five[1:]])
        return session.run(["features"], {"pixels": six})[0].astype(np.float16)

    with ThreadPoolExecutor(2) as pool:
        yield from pool.map(features, files)


def read_evaluation(file: Path) -> Photos:
    with np.load(file, allow_pickle=False) as arrays:
        label = np.array([LABELS.index(x) if x in LABELS else -1 for x in arrays["label"]])
        return Photos(arrays["features"].astype(np.float32), label, arrays["source"], arrays["group"])


# --- training ----------------------------------------------------------------------------------------------------


def trained(photos: Photos, l2: float = L2) -> Head:
    """Multinomial logistic regression on all views, every class of the same weight, squared weights times l2 / 2."""
    _, per_photo, width = photos.features.shape
    x = photos.features.reshape(-1, width)
    label = np.repeat(photos.label, per_photo)
    target = np.eye(len(LABELS), dtype=np.float32)[label]
    share = 1 / np.maximum(np.bincount(label, minlength=len(LABELS)), 1)
    weight = share[label].astype(np.float32)
    weight /= weight.sum()

    def loss(flat: Array) -> tuple[float, Array]:
        w = flat.reshape(len(LABELS), width + 1).astype(np.float32)
        z = x @ w[:, :-1].T + w[:, -1]
        z -= z.max(1, keepdims=True)
        log_p = z - np.log(np.exp(z).sum(1, keepdims=True))
        gradient = np.empty_like(w)
        error = (np.exp(log_p) - target) * weight[:, None]
        gradient[:, :-1], gradient[:, -1] = error.T @ x + l2 * w[:, :-1], error.sum(0)
        value = -(weight * (target * log_p).sum(1)).sum() + l2 / 2 * (w[:, :-1] ** 2).sum()
        return float(value), gradient.ravel().astype(np.float64)

    w = minimised(loss, np.zeros(len(LABELS) * (width + 1))).reshape(len(LABELS), width + 1)
    return w[:, :-1].astype(np.float32), w[:, -1].astype(np.float32)


def minimised(f: Callable[[Array], tuple[float, Array]], x: Array, steps: int = 200, memory: int = 10) -> Array:
    """L-BFGS with backtracking (Nocedal and Wright, Numerical Optimization, algorithm 7.5)."""
    value, gradient = f(x)
    pairs: list[tuple[Array, Array]] = []
    for _ in range(steps):
        direction = -gradient
        factors = []
        for s, y in reversed(pairs):
            factors.append(s @ direction / (y @ s))
            direction = direction - factors[-1] * y
        if pairs:
            s, y = pairs[-1]
            direction = direction * (s @ y) / (y @ y)
        for (s, y), factor in zip(pairs, reversed(factors)):
            direction = direction + s * (factor - y @ direction / (y @ s))
        size = 1.0 if pairs else min(1.0, 1 / np.abs(gradient).sum())
        slope = gradient @ direction
        for _ in range(30):
            new_value, new_gradient = f(x + size * direction)
            if new_value <= value + 1e-4 * size * slope:
                break
            size /= 2
        s, y = size * direction, new_gradient - gradient
        if s @ y > 1e-10:
            pairs = [*pairs[-memory + 1 :], (s, y)]
        x, value, gradient = x + s, new_value, new_gradient
        if np.abs(gradient).max() < 1e-5:
            break
    return x


# --- measuring ---------------------------------------------------------------------------------------------------


def probabilities(head: Head, features: Array, of_views: list[int]) -> Array:
    z = (features[:, of_views].mean(1) @ head[0].T + head[1]) / SHEET.temperature
    p = np.exp(z - z.max(1, keepdims=True))
    return p / p.sum(1, keepdims=True)


def scores(label: Array, guess: Array) -> Array:
    """Precision, recall, F1 and number of photos, one row a class."""
    rows = []
    for i in range(len(LABELS)):
        right, guessed, there = ((guess == i) & (label == i)).sum(), (guess == i).sum(), (label == i).sum()
        rows.append((right / max(guessed, 1), right / max(there, 1), 2 * right / max(guessed + there, 1), there))
    return np.array(rows)


def macro_f1(label: Array, p: Array) -> float:
    return float(scores(label, p.argmax(1))[:, 2].mean())


def table(columns: list[tuple[str, Array, Array]]) -> list[str]:
    """A Markdown table: per class precision / recall / F1 of each (title, label, probabilities)."""
    lines = ["| class | " + " | ".join(title for title, _, _ in columns) + " |", "|---" * (len(columns) + 1) + "|"]
    found = [scores(label, p.argmax(1)) for _, label, p in columns]
    for i, name in enumerate(LABELS):
        cells = [f"{s[i, 0]:.2f} / {s[i, 1]:.2f} / **{s[i, 2]:.2f}** ({s[i, 3]:.0f})" for s in found]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    lines.append("| macro-F1 | " + " | ".join(f"**{s[:, 2].mean():.3f}**" for s in found) + " |")
    known = [p[label >= 0] for _, label, p in columns]
    for least in (SHEET.threshold,):
        passing = [p.max(1) >= least for p in known]
        lines.append(f"| score ≥ {least}: share | " + " | ".join(f"{s.mean():.2f}" for s in passing) + " |")
        right = [(p.argmax(1) == label[label >= 0])[s].mean() for (_, label, _), p, s in zip(columns, known, passing)]
        lines.append(f"| score ≥ {least}: correct | " + " | ".join(f"{r:.3f}" for r in right) + " |")
    return lines


def folds_of(photos: Photos) -> Iterator[tuple[Array, Array]]:
    """Training and test rows of each fold; a group stays on one side."""
    names, group = np.unique(photos.group, return_inverse=True)
    fold = np.random.RandomState(0).permutation(len(names))[group] % FOLDS
    for k in range(FOLDS):
        yield np.flatnonzero(fold != k), np.flatnonzero(fold == k)


def cross_validated(photos: Photos, tested: Optional[Photos] = None) -> tuple[Array, Array]:
    """Probabilities (one view, five views) of each photo, from a head that saw none of its group."""
    one, five = (np.empty((len(photos.label), len(LABELS))) for _ in range(2))
    for train, test in folds_of(photos):
        head = trained(photos[train])
        features = (tested or photos).features[test]
        one[test], five[test] = probabilities(head, features, ONE_VIEW), probabilities(head, features, FIVE_VIEWS)
    return one, five


def source_by_source(photos: Photos) -> list[str]:
    lines = ["| source left out of training | photos of classes that other sources have | correct |", "|---|---|---|"]
    for source in np.unique(photos.source):
        test = photos.source == source
        rest = photos[~test]
        # A class that only this source has can't be learned from the others.
        fair = test & np.isin(photos.label, np.unique(rest.label))
        if fair.any():
            p = probabilities(trained(rest), photos.features[fair], FIVE_VIEWS)
            lines.append(f"| {source} | {fair.sum()} | {(p.argmax(1) == photos.label[fair]).mean():.2f} |")
        else:
            lines.append(f"| {source} | 0 (its classes come from it alone) | – |")
    return lines


def expected_calibration_error(label: Array, p: Array) -> float:
    sure, right = p.max(1), p.argmax(1) == label
    bins = np.minimum((sure * 15).astype(int), 14)
    return float(sum(abs((sure - right)[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins)))


def figures(head: Head, photos: Photos, evaluation: Photos) -> list[str]:
    known = evaluation.label >= 0
    inside_one, inside_five = cross_validated(photos)
    outside_one, outside_five = (probabilities(head, evaluation.features, v) for v in (ONE_VIEW, FIVE_VIEWS))
    kept_aside = known & (evaluation.group % 2 == 1)
    label = evaluation.label
    unknown = [float((p[~known].max(1) >= SHEET.threshold).mean()) for p in (outside_one, outside_five)]
    as_none = float((outside_five[~known].argmax(1) == LABELS.index("none")).mean())
    return [
        "Cells: precision / recall / **F1** (photos).",
        "",
        f"In source: grouped {FOLDS}-fold cross-validation on the {len(photos.label):,} training photos."
        f" Out of source: {known.sum()} photos of eight collections that training never saw.",
        "",
        *table(
            [
                ("in source, one view", photos.label, inside_one),
                ("in source, five views", photos.label, inside_five),
                ("out of source, one view", label[known], outside_one[known]),
                ("out of source, five views", label[known], outside_five[known]),
            ]
        ),
        "",
        "- Regularisation and class weights were chosen on one half of the out-of-source groups; on the other half"
        f" ({kept_aside.sum()} photos) macro-F1 is {macro_f1(label[kept_aside], outside_five[kept_aside]):.3f} with"
        f" five views, {macro_f1(label[kept_aside], outside_one[kept_aside]):.3f} with one.",
        f"- Photos of classes that the model does not know (flood, electric, tree, sign, scooter; {(~known).sum()}):"
        f" {unknown[1]:.0%} pass the threshold with five views, {unknown[0]:.0%} with one; the best guess for"
        f" {as_none:.0%} of them is `none`.",
        f"- Expected calibration error out of source, five views:"
        f" {expected_calibration_error(label[known], outside_five[known]):.3f}; the scores are too low rather than too"
        " high.",
        "",
        *source_by_source(photos),
    ]


def search(photos: Photos, evaluation: Photos) -> None:
    half = evaluation.group % 2 == 0
    known = evaluation.label >= 0
    print("l2      chosen on (half)  reported on (other half)   five views, macro-F1")
    for l2 in (1e-3, 3e-3, 1e-2, 2e-2, 3e-2, 1e-1):
        p = probabilities(trained(photos, l2), evaluation.features, FIVE_VIEWS)
        a, b = (macro_f1(evaluation.label[rows & known], p[rows & known]) for rows in (half, ~half))
        print(f"{l2:<7} {a:.3f}             {b:.3f}")


def compare_int8(data: Path, photos: Photos) -> None:
    small = read_photos(data, int8=True)
    full_p, small_p = cross_validated(photos), cross_validated(photos, small)
    for name, full, int8 in zip(("one view", "five views"), full_p, small_p):
        agree = (full.argmax(1) == int8.argmax(1)).mean()
        print(
            f"{name}: macro-F1 fp32 {macro_f1(photos.label, full):.3f}, int8 {macro_f1(photos.label, int8):.3f};"
            f" same best class for {agree:.1%} of the photos"
        )


def write_card(lines: list[str]) -> None:
    """Put the figures between the two marks of the card; docs/model-card.md is the same text."""
    card = resource("model", DEFAULT_NAME, CARD_FILE)
    before, _, after = card.read_text(encoding="utf-8").split(MARK)
    text = MARK.join([before, "\n" + "\n".join(lines) + "\n", after])
    card.write_text(text, encoding="utf-8")
    (ROOT / "docs" / "model-card.md").write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=SHARED / "photos", help="default: %(default)s")
    parser.add_argument("--eval", type=Path, default=SHARED / "eval_features" / "features.npz", dest="evaluation")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--check", action="store_true", help="measure, write nothing")
    only.add_argument("--search", action="store_true", help="the regularisation's table")
    only.add_argument("--int8", action="store_true", help="what int8 changes")
    arguments = parser.parse_args()

    photos = read_photos(arguments.data)
    if arguments.int8:
        compare_int8(arguments.data, photos)
        return
    evaluation = read_evaluation(arguments.evaluation)
    if arguments.search:
        search(photos, evaluation)
        return
    head = trained(photos)
    out = resource("model", DEFAULT_NAME, "head.npz")
    if arguments.check:
        shipped = build.read_head(out)
        print(f"largest difference to the shipped head: {np.abs(shipped[0] - head[0]).max():.1e}")
        head = shipped
    lines = figures(head, photos, evaluation)
    print("\n".join(lines))
    if not arguments.check:
        np.savez(out, weight=head[0], bias=head[1])
        write_card(lines)
        print(f"\nwritten: {out} ({out.stat().st_size} bytes) and the card; now: sigma-communes model build")


if __name__ == "__main__":
    main()
