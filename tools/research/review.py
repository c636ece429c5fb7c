# SPDX-License-Identifier: GPL-2.0-or-later
"""Learning curves of review orders: macro-F1 out of source against the number of photos that a person decided.

    ./dev exec python tools/research/review.py

The queue is the choosing half of the out-of-source collections, in nine classes of which five are new; tested on the
reporting half. A person decides STEP photos, the head is learned again, and so on. Mean over seeds.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
from base import trained
from data import FIVE, KNOWN, NEW, Photos, halves, macro_f1, other_collections, training_photos
from sigma_communes.core.classify.learning.fit.fitting import Taught, fit
from sigma_communes.core.classify.learning.head import Head
from sigma_communes.core.classify.learning.review_order import review_order
from sigma_communes.core.errors import DataError

STEP = 20
MOST = 240
LABELS = KNOWN + NEW
Order = Callable[[Head, Photos, np.ndarray, np.random.RandomState], np.ndarray]


def at_random(head: Head, others: Photos, rows: np.ndarray, random: np.random.RandomState) -> np.ndarray:
    return random.permutation(rows)


def as_shipped(head: Head, others: Photos, rows: np.ndarray, random: np.random.RandomState) -> np.ndarray:
    return rows[review_order(head, others.features[rows][:, FIVE], count=STEP, places=others.group[rows])]


def least_sure(head: Head, others: Photos, rows: np.ndarray, random: np.random.RandomState) -> np.ndarray:
    top = -np.sort(-head.probabilities(others.features[rows][:, FIVE]), axis=1)
    return rows[np.argsort(top[:, 0] - top[:, 1], kind="stable")]


def strangest(head: Head, others: Photos, rows: np.ndarray, random: np.random.RandomState) -> np.ndarray:
    return rows[np.argsort(-head.suggest(others.features[rows][:, FIVE]).unknown, kind="stable")]


def curve(order: Order, base: Head, others: Photos, seed: int) -> list[float]:
    a, b = halves(others, seed)
    random = np.random.RandomState(seed)
    done: list[int] = []
    head, out = base, []
    for _ in range(MOST // STEP):
        rest = np.setdiff1d(a, done)
        done += order(head, others, rest, random)[:STEP].tolist()
        rows = np.array(done)
        try:
            head = fit(Taught(others.features[rows][:, FIVE], others.label[rows], others.group[rows]), base=base).head
        except DataError:
            head = base
        guess = np.array(head.labels)[head.probabilities(others.features[b][:, FIVE]).argmax(axis=1)]
        out.append(macro_f1(others.label[b], guess, LABELS))
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=4)
    arguments = parser.parse_args()
    others, base = other_collections(), trained(training_photos())
    counts = list(range(STEP, MOST + 1, STEP))
    print("| order | " + " | ".join(map(str, counts)) + " |\n" + "|---" * (len(counts) + 1) + "|")
    curves = {}
    for name, order in (
        ("random", at_random),
        ("shipped", as_shipped),
        ("least sure", least_sure),
        ("strangest", strangest),
    ):
        curves[name] = np.mean([curve(order, base, others, seed) for seed in range(arguments.seeds)], axis=0)
        print(f"| {name} | " + " | ".join(f"{x:.3f}" for x in curves[name]) + " |", flush=True)
    print("\nPhotos that the shipped order needs for what random order reaches:")
    for i, due in enumerate(curves["random"]):
        reached = np.flatnonzero(curves["shipped"] >= due)
        print(f"  random {counts[i]}: {counts[reached[0]] if len(reached) else 'more than ' + str(MOST)}")


if __name__ == "__main__":
    main()
