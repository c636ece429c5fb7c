# SPDX-License-Identifier: GPL-2.0-or-later
"""Learn a head from confirmed photos, the statistics of what was taught before, and photos without a label.

A refit takes seconds: logistic regression on class centres of the base, the confirmed photos (their mean view and each
view) and, where there are any, unlabelled photos whose classes their neighbours agree on. What was tried, what won and
what lost: docs/learning.md.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from ....errors import DataError, ModelError
from ....feedback import SILENT, Feedback
from ..head import Head
from .adapting import SHARPNESS, adapt, even_choice
from .calibration import temperature_like, threshold_for, thresholds_by_label
from .class_centres import centres_of
from .logistic import Axes, fit_from, fit_logistic, principal_axes, softmax
from .propagation import LARGEST, propagated

Array = NDArray[Any]

LEAST_PHOTOS = 8
"""Fewer confirmed photos than this teach nothing that can be checked."""
LEAST_PER_CLASS = 3
"""Fewer confirmed photos of a class that the base does not know: the class waits."""
PRECISION = 0.95
_L2 = (0.01, 0.02, 0.05)
LOCAL_SHARE = 3.0
"""What the confirmed photos of a class weigh beside the base's photos of that class."""
_ANSWERED, _STRANGERS_ANSWERED = 0.8, 0.2
"""Shares that the unknown limit lets through at most: of held-out confirmed photos, and of confirmed photos of a class
that a head was not taught. Strangers like none of the classes are fewer: about half of the latter share pass."""
_CLASSES_LEFT_OUT = 6
_SLACK = 0.02
_ANCHOR_SHARE = 6.0
_NEW_BIAS = 1.0
"""Head start of a class new to the base: few photos never span a class."""
_NEW_COST = 0.1
"""What the weights of a class new to the base cost beside moving those of a class that it knows."""
_NEIGHBOURS_SHARE = 0.6
"""What an unlabelled photo takes from its neighbours where confirmed photos are among them."""
_FOLDS = 3
_ROWS_OF_VIEWS, _ROWS_OF_VIEWS_IN_SEARCH = 3000, 300
"""More confirmed views than this are learned by their mean: in the fit that stays, and while it is searched for."""
_ROWS_OF_SEARCH = 500
_STEPS, _STEPS_OF_SEARCH = 60, 20
_ANCHORS_PER_CLASS = 100
_LEAST_CALIBRATION = 40


@dataclass(frozen=True)
class Taught:
    """Confirmed photos: features ``(n, views, d)``, labels ``(n,)``, groups ``(n,)`` (one group, one side of a split).

    A group is a place or near-duplicates of one photo.
    """

    features: Array
    labels: Array
    groups: Array


@dataclass(frozen=True)
class Lesson:
    """What came of learning: the head, and what a person should read."""

    head: Head
    notes: tuple[str, ...]


def fit(
    taught: Optional[Taught],
    *,
    base: Optional[Head] = None,
    unlabelled: Optional[Array] = None,
    backbone: str = "",
    feedback: Feedback = SILENT,
) -> Lesson:
    """Learn a head.

    Parameters
    ----------
    taught : Taught, optional
        Confirmed photos; None to adapt the base to unlabelled photos only.
    base : Head, optional
        What was taught before: its anchors stand for its photos. Without it all classes come from ``taught``.
    unlabelled : array, optional
        Features ``(m, views, d)`` of photos without a decision; of more than 3,000 an even choice is used.
    backbone : str
        The feature space, where there is no base.

    Raises
    ------
    DataError
        Nothing to learn from: too few photos, or fewer than two classes in all.
    ModelError
        The features are not those of the base's backbone.
    """
    if taught is not None and not len(taught.labels):
        taught = None
    _check(taught, base, unlabelled)
    notes: list[str] = []
    if taught is not None:
        taught = _without_small_classes(taught, base, notes)
    labels = _labels_of(taught, base)
    if len(labels) < 2:
        raise DataError(
            "There is one class only; a head tells at least two apart",
            next_step="Confirm photos of another class, or learn on top of a base",
        )
    lesson = _Fitting(labels, base, backbone)
    feedback.stage("learn", 3)
    if taught is None:
        head = base
        if head is None:
            raise DataError("There are neither confirmed photos nor a base to learn from")
    else:
        l2, held_out = lesson.search(taught)
        feedback.advance()
        feedback.check()
        head = lesson.head(taught, l2)
        before = _before(base, taught, held_out)
        head = _calibrated(head, held_out, lesson.strangers(taught, l2), base, before, notes)
    if unlabelled is not None and len(unlabelled):
        feedback.check()
        head = lesson.with_unlabelled(head, taught, unlabelled) if taught is not None else adapt(head, unlabelled)
        notes.append(f"{len(unlabelled)} unlabelled photos helped")
    feedback.advance(2)
    return Lesson(
        replace(head, version=version_of(head), summary=_summary(head, taught, base, unlabelled, notes)), tuple(notes)
    )


@dataclass(frozen=True)
class HeldOut:
    """What heads said of n photos that they had not seen: scores, the right label's index, the unknown score.

    ``rows``: which of the taught photos they are.
    """

    rows: Array
    scores: Array
    index: Array
    unknown: Array


class _Fitting:
    """One feature space, one list of labels, one base."""

    def __init__(
        self, labels: tuple[str, ...], base: Optional[Head], backbone: str, *, searching: bool = False
    ) -> None:
        self.searching = searching and base is not None
        self.labels = labels
        self.base = base
        self.backbone = base.backbone if base is not None else backbone
        self.known = len(base.labels) if base is not None else 0
        self.scale = base.temperature if base is not None else 1.0

    def rows(self, taught: Optional[Taught]) -> tuple[Array, Array, Array, Array]:
        """Return mean, rows, one-hot targets and weights; each label weighs 1 in all."""
        rows, targets, weights = [], [], []
        eye = np.eye(len(self.labels))
        mean = self.base.mean if self.base is not None else None
        if taught is not None:
            index = _index(self.labels, taught.labels)
            means = taught.features.astype(np.float32).mean(axis=1)
            mean = means.mean(axis=0) if mean is None else mean
            each = LOCAL_SHARE / np.bincount(index, minlength=len(self.labels))[index]
            n, views, d = taught.features.shape
            with_views = views > 1 and n * views <= (_ROWS_OF_VIEWS_IN_SEARCH if self.searching else _ROWS_OF_VIEWS)
            rows.append(means)
            targets.append(eye[index])
            weights.append(each / 2 if with_views else each)
            if with_views:
                rows.append(taught.features.astype(np.float32).reshape(-1, d))
                targets.append(np.repeat(eye[index], views, axis=0))
                weights.append(np.repeat(each / 2 / views, views))
        if self.base is not None:
            rows.append(self.base.anchors)
            targets.append(eye[self.base.anchor_label])
            weights.append(self.base.anchor_weight.astype(np.float64))
        x, t, w = np.concatenate(rows), np.concatenate(targets), np.concatenate(weights)
        return np.asarray(mean), x, t, w * (t / np.maximum(t.T @ w, 1e-12)).sum(axis=1)

    def axes(self, taught: Taught) -> Optional[Axes]:
        """Return what heads of several regularisations share; None without a base, where they share nothing."""
        mean, x, _, w = self.rows(taught)
        return principal_axes(x - mean, w) if self.base is not None else None

    def head(self, taught: Taught, l2: float, steps: int = _STEPS, axes: Optional[Axes] = None) -> Head:
        """Fit one head with one regularisation."""
        mean, x, t, w = self.rows(taught)
        weight, bias, row_label = self.layer(x - mean, t, w, l2, steps, axes)
        anchors = self._anchors(taught)
        base, new = self.base, np.arange(len(self.labels)) >= self.known
        # Scores of a refit stay on the base's scale: what its temperature and its unknown limit say of them goes on.
        known_bias = base.label_bias if base is not None else np.zeros(0)
        return Head(
            version="",
            backbone=self.backbone,
            labels=self.labels,
            mean=mean,
            weight=weight,
            bias=bias,
            row_label=row_label,
            anchors=anchors[0],
            anchor_label=anchors[1],
            anchor_weight=anchors[2],
            anchor_share=base.anchor_share if base is not None and base.anchor_share else self.scale * _ANCHOR_SHARE,
            label_bias=np.append(known_bias, np.full(int(new.sum()), self.scale * _NEW_BIAS if self.known else 0.0)),
            temperature=self.scale,
            thresholds={label: 0.5 for label in self.labels},
            unknown_share=base.unknown_share if base is not None else 15.0,
            unknown_limit=np.inf,
            summary={"l2": l2},
        )

    def layer(
        self, x: Array, t: Array, w: Array, l2: float, steps: int = _STEPS, axes: Optional[Axes] = None
    ) -> tuple[Array, Array, Array]:
        """Return weight, bias and row labels: the base's layer, moved as far as the rows ask for; or a new one."""
        base = self.base
        if base is None:
            weight, bias = fit_logistic(x, t, w, l2, steps=steps)
            return SHARPNESS * weight, SHARPNESS * bias, np.arange(len(self.labels))
        new = len(self.labels) - self.known
        start = (
            np.concatenate([base.weight / base.temperature, np.zeros((new, x.shape[1]))]),
            np.concatenate([base.bias / base.temperature, np.zeros(new)]),
        )
        row_label = np.concatenate([base.row_label, np.arange(self.known, len(self.labels))])
        cost = np.where(np.arange(len(row_label)) < len(base.bias), l2, l2 * _NEW_COST)
        weight, bias = fit_from(start, row_label, x, t, w, cost, steps=steps, axes=axes)
        return base.temperature * weight, base.temperature * bias, row_label

    def _anchors(self, taught: Taught) -> tuple[Array, Array, Array]:
        index = _index(self.labels, taught.labels)
        means = taught.features.astype(np.float32).mean(axis=1)
        rows, labels, weights = [], [], []
        if self.base is not None:
            rows.append(self.base.anchors)
            labels.append(self.base.anchor_label)
            weights.append(self.base.anchor_weight.astype(np.float64))
        for i in np.unique(index):
            mine = means[index == i]
            centres, mass = centres_of(mine, np.full(len(mine), LOCAL_SHARE / len(mine)), _ANCHORS_PER_CLASS)
            rows.append(centres)
            labels.append(np.full(len(centres), i))
            weights.append(mass)
        label, weight = np.concatenate(labels), np.concatenate(weights)
        return (
            np.concatenate(rows),
            label,
            weight / np.bincount(label, weights=weight, minlength=len(self.labels))[label],
        )

    def search(self, taught: Taught) -> tuple[float, HeldOut]:
        """Choose the regularisation by grouped cross-validation; give it and what was said of photos held out."""
        chosen = even_choice(len(taught.labels), _ROWS_OF_SEARCH)
        part = Taught(taught.features[chosen], taught.labels[chosen], taught.groups[chosen])
        fold = grouped_folds(part.groups, part.labels, _FOLDS)
        best: Optional[tuple[float, float, HeldOut]] = None
        shared: dict[int, Optional[Axes]] = {}
        for l2 in _L2:
            found = self._held_out(part, fold, l2, shared)
            if len(found.index):
                share = 1 / np.bincount(found.index, minlength=len(self.labels))[found.index]
                p = softmax(found.scores / self.scale)[np.arange(len(found.index)), found.index]
                loss = -float((share * np.log(p + 1e-9)).sum() / share.sum())
                if best is None or loss < best[0]:
                    best = loss, l2, found
        if best is None:
            none = np.empty(0, np.int64)
            return _L2[1], HeldOut(none, np.empty((0, len(self.labels))), none, np.empty(0))
        return best[1], replace(best[2], rows=chosen[best[2].rows])

    def _held_out(self, taught: Taught, fold: Array, l2: float, shared: dict[int, Optional[Axes]]) -> HeldOut:
        index = _index(self.labels, taught.labels)
        scores, unknown = np.full((len(index), len(self.labels)), -20.0), np.empty(len(index))
        seen = np.zeros(len(index), bool)
        for k in np.unique(fold):
            train, test = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
            present = set(taught.labels[train].tolist())
            labels = tuple(x for i, x in enumerate(self.labels) if i < self.known or x in present)
            test = test[np.isin(taught.labels[test], labels)]
            if len(labels) < 2 or not len(train) or not len(test):
                continue
            rest = Taught(taught.features[train], taught.labels[train], taught.groups[train])
            fitting = _Fitting(labels, self.base, self.backbone, searching=True)
            if k not in shared:
                shared[k] = fitting.axes(rest)
            head = fitting.head(rest, l2, _STEPS_OF_SEARCH, shared[k])
            found, similar = head.scores(taught.features[test])
            scores[np.ix_(test, _index(self.labels, np.array(labels)))] = found
            unknown[test] = head.unknown_scores(found, similar)
            seen[test] = True
        return HeldOut(np.flatnonzero(seen), scores[seen], index[seen], unknown[seen])

    def strangers(self, taught: Taught, l2: float) -> Array:
        """Return unknown scores of confirmed photos by heads that were taught all classes but theirs, ``(n,)``.

        The classes of most confirmed photos are left out in turn; none where two would not remain.
        """
        chosen = even_choice(len(taught.labels), _ROWS_OF_SEARCH)
        part = Taught(taught.features[chosen], taught.labels[chosen], taught.groups[chosen])
        found = [np.empty(0)]
        for label, count in Counter(part.labels.tolist()).most_common(_CLASSES_LEFT_OUT):
            away = part.labels == label
            base = self.base.without(label) if self.base is not None else None
            labels = _labels_of(None, base) if base is not None else ()
            labels = (*labels, *(x for x in self.labels if x not in labels and x in set(part.labels[~away].tolist())))
            if count < LEAST_PER_CLASS or len(labels) < 2 or away.all():
                continue
            rest = Taught(part.features[~away], part.labels[~away], part.groups[~away])
            head = _Fitting(labels, base, self.backbone, searching=True).head(rest, l2, _STEPS_OF_SEARCH)
            found.append(head.unknown_scores(*head.scores(part.features[away])))
        return np.concatenate(found)

    def with_unlabelled(self, head: Head, taught: Taught, unlabelled: Array) -> Head:
        """Let neighbours talk, then refit on what they agree on."""
        pool = unlabelled[even_choice(len(unlabelled), LARGEST - 1000)].astype(np.float32)
        means = pool.mean(axis=1)
        scores, similar = head.scores(pool)
        beliefs = softmax(scores / head.temperature)
        seeds = even_choice(len(taught.labels), 1000)
        seed_means = taught.features[seeds].astype(np.float32).mean(axis=1)
        seed_beliefs = 3 * np.eye(len(self.labels))[_index(self.labels, taught.labels[seeds])]
        agreed = propagated(
            np.concatenate([seed_means, means]), np.concatenate([seed_beliefs, beliefs]), share=_NEIGHBOURS_SHARE
        )[len(seed_means) :]
        sure = agreed**2 / (agreed**2).sum(axis=1, keepdims=True)
        mean, x, t, w = self.rows(taught)
        # A class that few of them seem to be of must not weigh as one that many are of.
        mass = (sure / np.maximum(sure.sum(axis=0), len(sure) / len(self.labels))).sum(axis=1)
        x, t, w = np.concatenate([x, means]), np.concatenate([t, sure]), np.concatenate([w, mass])
        w = w * (t / np.maximum(t.T @ w, 1e-12)).sum(axis=1)
        weight, bias, row_label = self.layer(x - mean, t, w, float(head.summary.get("l2", _L2[1])))
        found = replace(head, weight=weight, bias=bias, row_label=row_label)
        # The same share of the photos stays unknown as before.
        unknown_share = float((head.unknown_scores(scores, similar) > head.unknown_limit).mean())
        limit = float(np.quantile(found.unknown_scores(*found.scores(pool)), 1 - unknown_share))
        return replace(found, unknown_limit=limit)


def grouped_folds(groups: Array, labels: Array, folds: int) -> Array:
    """Return the fold of each row: a group stays whole, and every label is spread as evenly as groups allow."""
    names, group = np.unique(groups, return_inverse=True)
    kinds, label = np.unique(labels, return_inverse=True)
    counts = np.zeros((len(names), len(kinds)))
    np.add.at(counts, (group, label), 1)
    there = np.zeros((folds, len(kinds)))
    chosen = np.zeros(len(names), np.int64)
    rarity = 1 / np.maximum(counts.sum(axis=0), 1)
    for i in np.lexsort((np.random.RandomState(0).permutation(len(names)), -(counts * rarity).sum(axis=1))):
        chosen[i] = int(((there * rarity**2) @ counts[i] + 1e-6 * there.sum(axis=1)).argmin())
        there[chosen[i]] += counts[i]
    result: Array = chosen[group]
    return result


def _check(taught: Optional[Taught], base: Optional[Head], unlabelled: Optional[Array]) -> None:
    width = len(base.mean) if base is not None else None
    for features in (taught.features if taught is not None else None, unlabelled):
        if features is None:
            continue
        if features.ndim != 3 or (width is not None and features.shape[2] != width):
            raise ModelError(
                f"Features of shape {list(features.shape)} come; (photos, views, {width or 'd'}) are due",
                next_step="Use the model package that the base was learned with",
            )
        if not np.isfinite(features).all():
            raise DataError("Some features are not finite numbers", next_step="Empty the feature cache and try again")
    if taught is None:
        if base is None or unlabelled is None or not len(unlabelled):
            raise DataError("There is nothing to learn from", next_step="Confirm some photos first")
    elif len(taught.labels) < LEAST_PHOTOS:
        raise DataError(
            f"{len(taught.labels)} confirmed photos are too few to learn from ({LEAST_PHOTOS} at least)",
            next_step="Confirm more photos; ten of a class make a start",
        )


def _without_small_classes(taught: Taught, base: Optional[Head], notes: list[str]) -> Taught:
    known = set(base.labels) if base is not None else set()
    counts = Counter(taught.labels.tolist())
    small = sorted(label for label, n in counts.items() if n < LEAST_PER_CLASS and label not in known)
    for label in small:
        notes.append(f"{label} waits: {counts[label]} confirmed, {LEAST_PER_CLASS} at least and about 10 to work well")
    keep = ~np.isin(taught.labels, small)
    if not keep.any():
        raise DataError("No class has enough confirmed photos", next_step="Confirm about ten photos of a class")
    return Taught(taught.features[keep], taught.labels[keep], taught.groups[keep])


def _labels_of(taught: Optional[Taught], base: Optional[Head]) -> tuple[str, ...]:
    known = base.labels if base is not None else ()
    new = sorted(set(taught.labels.tolist()) - set(known)) if taught is not None else []
    return (*known, *(str(label) for label in new))


def _index(labels: Sequence[str], values: Array) -> Array:
    place = {label: i for i, label in enumerate(labels)}
    return np.array([place[str(value)] for value in values], dtype=np.int64)


@dataclass(frozen=True)
class _Before:
    """What the base says of n held-out photos: which are of its classes, which it answers, and answers right."""

    known: Array
    answered: Array
    right: Array


def _before(base: Optional[Head], taught: Taught, held_out: HeldOut) -> Optional[_Before]:
    if base is None or not len(held_out.rows):
        return None
    labels = taught.labels[held_out.rows]
    found = base.suggest(taught.features[held_out.rows])
    answered = ~found.abstained
    guess = np.array(base.labels)[found.probabilities.argmax(axis=1)]
    return _Before(np.isin(labels, base.labels), answered, answered & (guess == labels))


def _calibrated(
    head: Head, held_out: HeldOut, strangers: Array, base: Optional[Head], before: Optional[_Before], notes: list[str]
) -> Head:
    index = held_out.index
    if len(index) < _LEAST_CALIBRATION or len(np.unique(index)) < 2:
        notes.append(f"thresholds are not fitted: {len(index)} held-out photos of too few classes can't tell good ones")
        return _as_before(head, held_out, base)
    limits = [
        float(np.quantile(scores, share))
        for scores, share in ((held_out.unknown, _ANSWERED), (strangers, _STRANGERS_ANSWERED))
        if len(scores)
    ]
    if limits:
        head = replace(head, unknown_limit=min(limits))
    temperature = temperature_like(held_out.scores, np.eye(len(head.labels))[index])
    p = softmax(held_out.scores / temperature)
    right = p.argmax(axis=1) == index
    overall = threshold_for(p.max(axis=1), right, PRECISION)
    each = thresholds_by_label(p, index, PRECISION, overall)
    head = replace(head, temperature=temperature, thresholds=dict(zip(head.labels, each)))
    head = _no_fewer_answers(head, p, held_out, before, notes)
    figures = {
        "accuracy": round(float(right.mean()), 4),
        "photos": len(index),
        "unanswered": round(float(1 - _answers(head, p, held_out.unknown).mean()), 4),
        "score": round(float(p.max(axis=1).mean()), 4),
    }
    return replace(head, summary={**head.summary, "held_out": figures})


def _as_before(head: Head, held_out: HeldOut, base: Optional[Head]) -> Head:
    """Return the head with the base's thresholds and limit: its scores are on the same scale."""
    if base is None:
        limit = float(np.quantile(held_out.unknown, _ANSWERED)) if len(held_out.unknown) else np.inf
        return replace(head, thresholds=dict.fromkeys(head.labels, 0.7), unknown_limit=limit)
    highest = max(base.thresholds.values())
    thresholds = {label: base.thresholds.get(label, highest) for label in head.labels}
    return replace(head, thresholds=thresholds, unknown_limit=base.unknown_limit)


def _answers(head: Head, p: Array, unknown: Array) -> Array:
    least = np.array([head.thresholds[label] for label in head.labels])[p.argmax(axis=1)]
    result: Array = (unknown <= head.unknown_limit) & (p.max(axis=1) >= least)
    return result


def _no_fewer_answers(head: Head, p: Array, held_out: HeldOut, before: Optional[_Before], notes: list[str]) -> Head:
    """Open the limit, then the thresholds, until as many held-out photos are answered as before.

    Photos of classes new to the base do not count. The answers must stay as right as asked for, or as the base's are;
    where they would not, nothing is opened, and a note says so.
    """
    if before is None or not before.known.any():
        return head
    known, due = before.known, int((before.answered & before.known).sum())
    now = int((_answers(head, p, held_out.unknown) & known).sum())
    if now >= due:
        return head
    best = p.max(axis=1)
    least = np.array([head.thresholds[label] for label in head.labels])[p.argmax(axis=1)]
    unknown = np.sort(held_out.unknown[known & (best >= least)])
    if len(unknown) >= due:
        opened = replace(head, unknown_limit=max(head.unknown_limit, float(unknown[due - 1])))
    else:
        limit = max(head.unknown_limit, float(np.quantile(held_out.unknown[known], (1 + due / known.sum()) / 2)))
        scores = -np.sort(-best[known & (held_out.unknown <= limit)])
        lowest = float(scores[min(due, len(scores)) - 1])
        thresholds = {label: min(score, lowest) for label, score in head.thresholds.items()}
        opened = replace(head, unknown_limit=limit, thresholds=thresholds)
    answered = _answers(opened, p, held_out.unknown) & known
    right = float((p.argmax(axis=1) == held_out.index)[answered].mean())
    if right >= min(PRECISION, float(before.right[known].sum()) / due) - _SLACK:
        return opened
    notes.append(
        f"It answers fewer photos than before ({now / known.sum():.0%} instead of {due / known.sum():.0%}): of as many"
        f" answers only {right:.0%} would be right"
    )
    return head


def version_of(head: Head) -> str:
    """Return a name for a head that its numbers give."""
    digest = hashlib.sha256()
    digest.update(np.ascontiguousarray(head.weight, np.float32).tobytes())
    digest.update("\n".join((head.backbone, *head.labels)).encode())
    return digest.hexdigest()[:12]


def _summary(
    head: Head, taught: Optional[Taught], base: Optional[Head], unlabelled: Optional[Array], notes: list[str]
) -> dict[str, Any]:
    return {
        **head.summary,
        "confirmed": dict(sorted(Counter(taught.labels.tolist()).items())) if taught is not None else {},
        "base": base.version if base is not None else "",
        "unlabelled": len(unlabelled) if unlabelled is not None else 0,
        "notes": list(notes),
    }
