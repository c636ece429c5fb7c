# SPDX-License-Identifier: GPL-2.0-or-later
"""Photos in, suggestions out, in the order of the input.

Decoding costs twenty times what the network costs, so two threads decode and cut views while the caller's own thread
runs the network on batches; a second onnxruntime thread would only take their cores. The look-ahead is bounded:
memory does not grow with the number of photos.
"""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from ..errors import ModelError, UsageError
from ..feedback import SILENT, Feedback
from ..model import Prediction
from ..photos import PhotoError, Picture, open_picture
from .package import ModelPackage
from .views import Box, views_of

LONGEST = 448
"""Longest side that a photo is decoded to, pixels; what the heads were trained and measured with."""
TOP = 3
_BATCHES_AHEAD = 3


Decide = Callable[[NDArray[np.float32]], Sequence[Prediction]]
"""A learned head: predictions for the features ``(photos, views, d)`` of a batch."""


@dataclass(frozen=True)
class Classified:
    """What became of one photo: a prediction, or the error that says why there is none.

    ``features`` is the mean of the views' features, float32 ``(d,)``, where the model gives them.
    """

    path: str
    prediction: Optional[Prediction]
    picture: Optional[Picture] = None
    error: Optional[PhotoError] = None
    features: Optional[NDArray[np.float32]] = None


@dataclass(frozen=True)
class _Seen:
    """A decoded photo and its views; without them, why."""

    path: str
    picture: Optional[Picture] = None
    views: Optional[NDArray[np.uint8]] = None
    error: Optional[PhotoError] = None


def classify(
    paths: Iterable[str | Path],
    package: ModelPackage,
    *,
    fast: bool = False,
    threshold: Optional[float] = None,
    decide: Optional[Decide] = None,
    feedback: Feedback = SILENT,
    decode_threads: int = 2,
    batch: int = 8,
) -> Iterator[Classified]:
    """Classify photos; give one result a path, in the order of ``paths``.

    Parameters
    ----------
    paths : iterable of str or Path
        Photos; read lazily.
    package : ModelPackage
        From :func:`~.package.load_package`.
    fast : bool
        One view a photo instead of all of the package's.
    threshold : float, optional
        Abstain below this score (0..1); by default the package's threshold of the best class.
    decide : callable, optional
        A learned head in place of the package's own; it has its own thresholds.
    feedback : Feedback
        Told of the progress; asked for cancel between batches.
    decode_threads, batch : int
        Threads that decode; photos that go through the network at once.

    Raises
    ------
    Cancelled
        The person asked to stop; what was given before is whole.
    UsageError
        A parameter is out of its range.
    ModelError
        There is a learned head, and the package gives no features.
    """
    if decide is not None and not package.has_features:
        raise ModelError(
            "It gives no features, which a learned head needs",
            where=str(package.folder),
            next_step="Use the package's own head: sigma-communes model use --previous",
        )
    if threshold is not None and not 0 <= threshold <= 1:
        raise UsageError(f"The threshold {threshold} is not between 0 and 1")
    if decode_threads < 1 or batch < 1:
        raise UsageError("At least one decode thread and one photo a batch are needed")
    boxes = package.views[:1] if fast else package.views
    return _classified(paths, package, boxes, threshold, decide, feedback, decode_threads, batch)


def _classified(
    paths: Iterable[str | Path],
    package: ModelPackage,
    boxes: tuple[Box, ...],
    threshold: Optional[float],
    decide: Optional[Decide],
    feedback: Feedback,
    decode_threads: int,
    batch: int,
) -> Iterator[Classified]:
    feedback.stage("classify", len(paths) if isinstance(paths, Sized) else None)
    remaining = iter(paths)
    pool = ThreadPoolExecutor(decode_threads, thread_name_prefix="decode", initializer=_give_way)
    ahead: deque[Future[_Seen]] = deque()

    def look_ahead(count: int) -> None:
        ahead.extend(pool.submit(_seen, str(path), boxes, package.input_size) for path in islice(remaining, count))

    try:
        look_ahead(batch * (_BATCHES_AHEAD + 1))
        while ahead:
            feedback.check()
            seen = [ahead.popleft().result() for _ in range(min(batch, len(ahead)))]
            look_ahead(len(seen))
            yield from _predicted(seen, package, threshold, decide)
            feedback.advance(len(seen))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _give_way() -> None:
    """Let the network's thread go first: on two cores, three equal threads would leave one idle at each batch's end."""
    if sys.platform == "linux":  # where threads have priorities of their own
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 5)


def _seen(path: str, boxes: tuple[Box, ...], size: int) -> _Seen:
    try:
        picture = open_picture(path, longest=LONGEST)
    except PhotoError as error:
        return _Seen(path, error=error)
    return _Seen(path, picture, views_of(picture.pixels, boxes, size))


def _predicted(
    seen: list[_Seen], package: ModelPackage, threshold: Optional[float], decide: Optional[Decide]
) -> Iterator[Classified]:
    views = [photo.views for photo in seen if photo.views is not None]
    each: Iterator[tuple[Prediction, Any]] = iter(())
    if views:
        logits, features = package.run(np.concatenate(views))
        shape = (len(views), len(views[0]), -1)
        by_view = None if features is None else features.reshape(shape)
        if decide is not None and by_view is not None:
            predictions = decide(by_view)
        else:
            # The head is linear: the mean of its logits is its answer to the mean of the features.
            scores = probabilities(logits.reshape(shape).mean(axis=1), package.temperature)
            predictions = [prediction_of(row, package, threshold) for row in scores]
        each = zip(predictions, [None] * len(views) if by_view is None else by_view.mean(axis=1))
    for photo in seen:
        if photo.views is None:
            yield Classified(photo.path, None, error=photo.error)
        else:
            prediction, mean = next(each)
            yield Classified(photo.path, prediction, photo.picture, features=mean)


def probabilities(logits: NDArray[Any], temperature: float) -> NDArray[np.float64]:
    """Return the softmax of ``logits / temperature`` along the last axis."""
    scaled = np.asarray(logits, np.float64) / temperature
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    result: NDArray[np.float64] = powers / powers.sum(axis=-1, keepdims=True)
    return result


def prediction_of(scores: NDArray[Any], package: ModelPackage, threshold: Optional[float] = None) -> Prediction:
    """Return the three best labels for the scores ``(labels,)`` of one photo, or the abstention and its reason."""
    best = np.argsort(-scores, kind="stable")[:TOP]
    top = tuple((package.labels[i], float(scores[i])) for i in best)
    label, score = top[0]
    least = package.thresholds[label] if threshold is None else threshold
    abstained = score < least
    reason = f"best guess {label} has a score of {score:.2f}, below {least:.2f}" if abstained else ""
    return Prediction(top, abstained, package.id, reason)
