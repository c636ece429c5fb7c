# SPDX-License-Identifier: GPL-2.0-or-later
"""Multinomial logistic regression with soft targets, in numpy: a few thousand rows in a second."""

from __future__ import annotations

from typing import Any, Callable, Optional

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Axes = tuple[Array, Array]

_CURVATURE = 0.1
"""About what p (1 - p) is, weighted: only the number of steps depends on it."""
_LEAST_VARIANCE = 1e-4
"""Share of the largest variance below which rows do not move along an axis."""


def log_softmax(scores: Array) -> Array:
    """Return the logarithm of the softmax along the last axis."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    result: Array = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result


def softmax(scores: Array) -> Array:
    """Return the softmax along the last axis."""
    result: Array = np.exp(log_softmax(scores))
    return result


def fit_logistic(rows: Array, targets: Array, weights: Array, l2: float, *, steps: int = 120) -> tuple[Array, Array]:
    """Minimise the weighted mean cross-entropy plus ``l2 / 2`` times the squared weights (the bias is free).

    Parameters
    ----------
    rows : array
        ``(n, d)``; best centred.
    targets : array
        ``(n, k)``, each row a distribution over the k classes.
    weights : array
        ``(n,)``, not negative; only their ratios count.
    l2 : float
        Above 0.
    steps : int
        Iterations of L-BFGS at most.

    Returns
    -------
    tuple of arrays
        Weight ``(k, d)`` and bias ``(k,)``, float32.
    """
    x, t = rows.astype(np.float32), targets.astype(np.float32)
    share = (weights / weights.sum()).astype(np.float32)
    k, d = t.shape[1], x.shape[1]

    def loss(flat: Array) -> tuple[float, Array]:
        w = flat.reshape(k, d + 1).astype(np.float32)
        log_p = log_softmax(x @ w[:, :-1].T + w[:, -1])
        error = (np.exp(log_p) - t) * share[:, None]
        gradient = np.hstack([error.T @ x + l2 * w[:, :-1], error.sum(axis=0)[:, None]])
        value = -float(share @ (t * log_p).sum(axis=1)) + l2 / 2 * float((w[:, :-1].astype(np.float64) ** 2).sum())
        return value, gradient.ravel().astype(np.float64)

    found = _minimised(loss, np.zeros(k * (d + 1)), steps).reshape(k, d + 1).astype(np.float32)
    return found[:, :-1], found[:, -1]


def fit_from(
    start: tuple[Array, Array],
    row_label: Array,
    rows: Array,
    targets: Array,
    weights: Array,
    l2: Array,
    *,
    steps: int = 120,
    axes: Optional[Axes] = None,
) -> tuple[Array, Array]:
    """Like :func:`fit_logistic`, but from a layer that knows something: moving away from it costs.

    Parameters
    ----------
    start : tuple of arrays
        Weight ``(r, d)`` and bias ``(r,)`` of the layer.
    row_label : array
        ``(r,)``: which of the k labels each row is a look of; their probabilities add.
    l2 : array
        ``(r,)``, of each row of the layer.
    rows, targets, weights, steps
        As of :func:`fit_logistic`; ``targets (n, k)``.
    axes : tuple of arrays, optional
        What :func:`principal_axes` gives for these rows and weights, where several fits share them.

    Returns
    -------
    tuple of arrays
        Weight ``(r, d)`` and bias ``(r,)``, float32.
    """
    x, t = rows.astype(np.float32), targets.astype(np.float32)
    share = (weights / weights.sum()).astype(np.float32)
    weight, bias = (values.astype(np.float32) for values in start)
    member = (row_label[:, None] == np.arange(t.shape[1])).astype(np.float32)
    before, cost = x @ weight.T + bias, np.asarray(l2, np.float32)[:, None]
    # Rows move within the span of x only. Along its principal axes the curvature is about diagonal: few steps do.
    directions, variance = axes if axes is not None else principal_axes(x, weights)
    z = x @ directions
    scale = 1 / np.sqrt(_CURVATURE * np.append(variance, 1.0) + np.hstack([np.tile(cost, len(variance)), 0 * cost]))

    def loss(flat: Array) -> tuple[float, Array]:
        w = flat.reshape(scale.shape) * scale
        p = np.exp(log_softmax(before + z @ w[:, :-1].T + w[:, -1]))
        of_label = p @ member + 1e-9
        error = (p - p * ((t / of_label) @ member.T)) * share[:, None]
        gradient = np.hstack([error.T @ z + cost * w[:, :-1], error.sum(axis=0)[:, None]]) * scale
        value = -float(share @ (t * np.log(of_label)).sum(axis=1)) + float((cost / 2 * w[:, :-1] ** 2).sum())
        return value, gradient.ravel()

    moved = _minimised(loss, np.zeros(scale.size, np.float32), steps).reshape(scale.shape) * scale
    return weight + moved[:, :-1] @ directions.T, bias + moved[:, -1]


def principal_axes(rows: Array, weights: Array) -> Axes:
    """Return the axes ``(d, m)`` that the weighted rows span, orthonormal, and the variance ``(m,)`` along each."""
    share = (weights / weights.sum()).astype(np.float32)
    scaled = rows.astype(np.float32) * np.sqrt(share)[:, None]
    wide = rows.shape[0] < rows.shape[1]
    variance, vectors = np.linalg.eigh(scaled @ scaled.T if wide else scaled.T @ scaled)
    keep = variance > _LEAST_VARIANCE * variance[-1]
    variance, vectors = variance[keep], vectors[:, keep]
    return (scaled.T @ vectors / np.sqrt(variance) if wide else vectors), variance


def _minimised(f: Callable[[Array], tuple[float, Array]], x: Array, steps: int, memory: int = 8) -> Array:
    """L-BFGS with backtracking (Nocedal and Wright, Numerical Optimization, 2nd edition, algorithm 7.5)."""
    value, gradient = f(x)
    pairs: list[tuple[Array, Array]] = []
    for _ in range(steps):
        direction = -gradient
        factors = []
        for s, y in reversed(pairs):
            factors.append((s @ direction) / (y @ s))
            direction = direction - factors[-1] * y
        if pairs:
            s, y = pairs[-1]
            direction = direction * ((s @ y) / (y @ y))
        for (s, y), factor in zip(pairs, reversed(factors)):
            direction = direction + s * (factor - (y @ direction) / (y @ s))
        size = 1.0 if pairs else min(1.0, 1 / max(float(np.abs(gradient).sum()), 1e-12))
        slope = float(gradient @ direction)
        for _ in range(30):
            new_value, new_gradient = f(x + size * direction)
            if new_value <= value + 1e-4 * size * slope:
                break
            size /= 2
        else:
            break
        s, y = size * direction, new_gradient - gradient
        if s @ y > 1e-12:
            pairs = [*pairs[-memory + 1 :], (s, y)]
        done = value - new_value < 1e-6 * max(abs(value), 1e-3)
        x, value, gradient = x + s, new_value, new_gradient
        if done or float(np.abs(gradient).max()) < 1e-5:
            break
    return x
