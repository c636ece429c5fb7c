# SPDX-License-Identifier: GPL-2.0-or-later
"""What k confirmed photos a class teach, and what each idea in the refit is worth.

    ./dev exec python tools/research/learning.py               the shipped method, k = 5, 20, 50
    ./dev exec python tools/research/learning.py --variants    and what lost

The k photos a class come from the choosing half of the out-of-source collections. "Chosen on": tested on the rest of
that half; "reported": tested on the other half, which nothing was chosen on. Mean ± sd over seeds (SEEDS splits).
"with unlabelled" also sees the tested photos, those of unknown classes included, without labels.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from typing import Any

import numpy as np
from base import trained
from data import (
    FIVE,
    KNOWN,
    NEW,
    SEEDS,
    Photos,
    all_training_photos,
    auroc,
    drawn,
    halves,
    macro_f1,
    other_collections,
)
from sigma_communes.core.classify.learning.fit import fitting
from sigma_communes.core.classify.learning.fit.calibration import expected_calibration_error
from sigma_communes.core.classify.learning.fit.fitting import Taught, fit
from sigma_communes.core.classify.learning.head import Head

SETTINGS = ((4, 5), (4, 20), (9, 5), (9, 20), (9, 50))
VARIANTS: dict[str, dict[str, Any]] = {
    "without nearest anchors": {"_ANCHOR_SHARE": 0.0},
    "nearest anchors twice as strong": {"_ANCHOR_SHARE": 12.0},
    "no head start for new classes": {"_NEW_BIAS": 0.0},
    "head start 1": {"_NEW_BIAS": 1.0},
    "confirmed photos weigh 1": {"LOCAL_SHARE": 1.0},
    "confirmed photos weigh 10": {"LOCAL_SHARE": 10.0},
    "mean of views only": {"_ROWS_OF_VIEWS": 0},
    "neighbours' share 0.3": {"_NEIGHBOURS_SHARE": 0.3},
    "neighbours' share 0.8": {"_NEIGHBOURS_SHARE": 0.8},
}


def tested(head: Head, others: Photos, rows: np.ndarray, labels: tuple[str, ...]) -> tuple[float, ...]:
    known = rows[np.isin(others.label[rows], labels)]
    found = head.suggest(others.features[rows][:, FIVE])
    inside = np.isin(rows, known)
    p, label = found.probabilities[inside], others.label[known]
    guess, order = np.array(head.labels)[p.argmax(axis=1)], np.argsort(-p, axis=1)[:, :3]
    top3 = np.mean([x in np.array(head.labels)[o] for x, o in zip(label, order)])
    ece = expected_calibration_error(p.max(axis=1), guess == label)
    answered = ~found.abstained
    unknown = auroc(found.unknown[inside], found.unknown[~inside]) if (~inside).any() else np.nan
    return (
        macro_f1(label, guess, labels), top3, ece, unknown, answered[inside].mean(),
        (guess == label)[answered[inside]].mean(), answered[~inside].mean() if (~inside).any() else np.nan,
    )  # fmt: skip


def row(name: str, base: Head, others: Photos, count: int, k: int, *, with_unlabelled: bool, seeds: int) -> None:
    labels = (KNOWN + NEW)[:count]
    chosen, reported, seconds = [], [], []
    for seed in range(seeds):
        a, b = halves(others, seed)
        local = drawn(others, a[np.isin(others.label[a], labels)], labels, k, seed)
        taught = Taught(others.features[local][:, FIVE], others.label[local], others.group[local])
        rest = a[~np.isin(others.group[a], others.group[local])]
        for rows, out in ((rest, chosen), (b, reported)):
            start = time.perf_counter()
            pool = others.features[rows][:, FIVE] if with_unlabelled else None
            head = fit(taught, base=base, unlabelled=pool).head
            seconds.append(time.perf_counter() - start)
            if out is chosen:
                there = tuple(x for x in labels if (others.label[rest] == x).any())
                out.append(tested(head, others, rows, labels)[:1] + (float(len(there)),))
                # A class whose photos are all taught has no F1: its zero is taken out of the mean.
                out[-1] = (out[-1][0] * len(labels) / max(len(there), 1),)
            else:
                out.append(tested(head, others, rows, labels))
    mean, sd = np.mean(reported, axis=0), np.std(reported, axis=0)
    print(
        f"| {name} | {count} | {k} | {np.mean(chosen):.3f} | **{mean[0]:.3f} ± {sd[0]:.3f}** | {mean[1]:.3f}"
        f" | {mean[2]:.3f} | {mean[3]:.3f} | {mean[4]:.2f} | {mean[5]:.3f} | {mean[6]:.2f}"
        f" | {np.mean(seconds):.1f} s |",
        flush=True,
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--variants", action="store_true")
    parser.add_argument("--seeds", type=int, default=SEEDS)
    arguments = parser.parse_args()
    others = other_collections()
    base = replace(trained(all_training_photos()), thresholds=dict.fromkeys(KNOWN, 0.7))
    print(
        "| method | classes | k | chosen on | macro-F1 reported | top-3 | ECE | unknown AUROC | known answered"
        " | right among them | unknown answered | learning |\n" + "|---" * 12 + "|"
    )
    for count, k in SETTINGS:
        row("shipped", base, others, count, k, with_unlabelled=False, seeds=arguments.seeds)
        row("shipped, with unlabelled", base, others, count, k, with_unlabelled=True, seeds=arguments.seeds)
    if not arguments.variants:
        return
    for name, values in VARIANTS.items():
        before = {key: getattr(fitting, key) for key in values}
        for key, value in values.items():
            setattr(fitting, key, value)
        for count, k in ((4, 5), (9, 5), (9, 20)):
            row(name, base, others, count, k, with_unlabelled="neighbours" in name, seeds=arguments.seeds)
        for key, value in before.items():
            setattr(fitting, key, value)


if __name__ == "__main__":
    main()
