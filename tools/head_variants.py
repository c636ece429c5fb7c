# SPDX-License-Identifier: GPL-2.0-or-later
"""Other ways to train the head and to average its views, beside the one that ships: what train_head --variants prints.

All are measured out of source with five views. What a way leaves open (a penalty, a temperature) is chosen on one half
of the groups (even) and told with the figures; the other half (odd) is its check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import numpy as np
from linear_head import (
    FIVE_VIEWS,
    L2,
    LABELS,
    SHEET,
    Array,
    Head,
    Photos,
    class_weights,
    expected_calibration_error,
    macro_f1,
    trained,
)

L2_VALUES = (1e-3, 3e-3, 1e-2, 2e-2, 3e-2, 1e-1)
SHARES = (0.003, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9)
TEMPERATURES = np.round(np.arange(0.30, 1.51, 0.01), 2)


def variants(photos: Photos, evaluation: Photos) -> list[str]:
    """Return a Markdown table with a row a variant."""
    known, half = evaluation.label >= 0, evaluation.group % 2 == 0
    label = evaluation.label[known]
    other = ~half[known]
    lines = [
        "| out of source, five views | macro-F1 | on the half it was not chosen on | score ≥ "
        f"{SHEET.threshold}: share | correct | unknown classes ≥ {SHEET.threshold} | calibration error, that half |",
        "|---" * 7 + "|",
    ]
    for name, p, scored in _answers(photos, evaluation, known & half):
        q = p[known]
        passing, right = q.max(1) >= SHEET.threshold, q.argmax(1) == label
        cells = [f"{macro_f1(label, q):.3f}", f"{macro_f1(label[other], q[other]):.3f}"]
        cells += (
            [
                f"{passing.mean():.2f}",
                f"{right[passing].mean():.3f}",
                f"{(p[~known].max(1) >= SHEET.threshold).mean():.0%}",
                f"{expected_calibration_error(label[other], q[other]):.3f}",
            ]
            if scored
            else ["–"] * 4
        )
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines


def _answers(photos: Photos, evaluation: Photos, chosen_on: Array) -> Iterator[tuple[str, Array, bool]]:
    """Yield a name, the probabilities of each photo, and whether they are meant as probabilities."""
    label = evaluation.label[chosen_on]

    def best(fit: Callable[[float], Head], values: tuple[float, ...], features: Array) -> tuple[float, Array]:
        answers = [(value, softmax(logits_of(fit(value), features).mean(1))) for value in values]
        return max(answers, key=lambda answer: macro_f1(label, answer[1][chosen_on]))

    features = evaluation.features[:, FIVE_VIEWS]
    shipped = logits_of(trained(photos), features)
    yield f"**as shipped** (l2 {L2}, temperature {SHEET.temperature:g})", softmax(shipped.mean(1)), True
    whole = replace(photos, features=photos.features[:, :1])
    yield "trained on whole photos alone", softmax(logits_of(trained(whole), features).mean(1)), True
    unweighted = trained(photos, balanced=False)
    yield "trained without class weights", softmax(logits_of(unweighted, features).mean(1)), True
    roots = replace(photos, features=np.sqrt(photos.features))
    l2, p = best(partial(trained, roots), L2_VALUES, np.sqrt(features))
    yield f"square roots of the features (l2 {l2})", p, True
    penalty, p = best(partial(ridge, photos), SHARES, features)
    yield f"ridge regression (penalty {penalty})", p, False
    shrinkage, p = best(partial(discriminant, photos), SHARES, features)
    yield f"linear discriminant (shrinkage {shrinkage})", p, True
    yield "mean of the views' probabilities instead of logits", softmax(shipped).mean(1), True
    losses = [
        -np.log(softmax(shipped.mean(1)[chosen_on], t)[np.arange(len(label)), label]).mean() for t in TEMPERATURES
    ]
    temperature = TEMPERATURES[int(np.argmin(losses))]
    yield f"temperature {temperature} (least log loss)", softmax(shipped.mean(1), temperature), True


def logits_of(head: Head, features: Array) -> Array:
    return features @ head[0].T + head[1]


def softmax(logits: Array, temperature: float = SHEET.temperature) -> Array:
    p = np.exp((logits - logits.max(-1, keepdims=True)) / temperature)
    return p / p.sum(-1, keepdims=True)


def ridge(photos: Photos, penalty: float) -> Head:
    """Least squares on one-hot targets; the penalty is a share of the features' mean variance."""
    x, label, weight = _views(photos)
    target = np.eye(len(LABELS))[label]
    centre, offset = weight @ x, weight @ target
    covariance = (x - centre).T @ ((x - centre) * weight[:, None])
    solved = np.linalg.solve(
        covariance + penalty * np.trace(covariance) / len(covariance) * np.eye(len(covariance)),
        (x - centre).T @ ((target - offset) * weight[:, None]),
    )
    return solved.T, offset - centre @ solved


def discriminant(photos: Photos, shrinkage: float) -> Head:
    """Linear discriminant analysis with equal priors; the common covariance is shrunk towards its mean variance."""
    x, label, weight = _views(photos)
    centres = np.stack([x[label == i].mean(0) for i in range(len(LABELS))])
    inside = x - centres[label]
    covariance = inside.T @ (inside * weight[:, None])
    flat = np.trace(covariance) / len(covariance) * np.eye(len(covariance))
    solved = np.linalg.solve((1 - shrinkage) * covariance + shrinkage * flat, centres.T).T
    return solved, -(solved * centres).sum(1) / 2


def _views(photos: Photos) -> tuple[Array, Array, Array]:
    """All views as rows, their labels and the class weights."""
    _, per_photo, width = photos.features.shape
    label = np.repeat(photos.label, per_photo)
    return photos.features.reshape(-1, width).astype(np.float64), label, class_weights(label).astype(np.float64)
