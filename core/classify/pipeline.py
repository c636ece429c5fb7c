# SPDX-License-Identifier: GPL-2.0-or-later
"""Photos in, suggestions out, in the order of the input.

Decoding costs twenty times what the network costs, so two threads decode and cut views while the caller's own thread
runs the network on batches; a second onnxruntime thread would only take their cores. The look-ahead is bounded:
memory does not grow with the number of photos. Of photos whose features are kept neither is done.
"""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
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
from .features import FeatureCache, PhotoFeatures, hash_of, space_of
from .package import ModelPackage
from .quality import quality_problem
from .views import LONGEST, Box, views_of

TOP = 3
_BATCHES_AHEAD = 3


Decide = Callable[[NDArray[Any], Sequence[str]], Sequence[Prediction]]
"""A head: predictions for the features ``(photos, views, d)`` of a batch, of which some pictures can't be judged."""


@dataclass(frozen=True)
class Classified:
    """What became of one photo: a prediction, or the error that says why there is none.

    There is no ``picture`` where none was asked for.
    """

    path: str
    prediction: Optional[Prediction]
    picture: Optional[Picture] = None
    error: Optional[PhotoError] = None


@dataclass(frozen=True)
class _Seen:
    """A decoded photo and its views, or its features if they were kept; with neither, why.

    ``content`` is the hash of the file, ``stat`` what the file was when it was taken.
    """

    path: str
    picture: Optional[Picture] = None
    views: Optional[NDArray[np.uint8]] = None
    error: Optional[PhotoError] = None
    quality: str = ""
    content: str = ""
    stat: Optional[os.stat_result] = None
    kept: Optional[NDArray[Any]] = None


@dataclass(frozen=True)
class _Wanted:
    """What is made of each photo; the cache is read and written by the caller's thread alone."""

    package: ModelPackage
    boxes: tuple[Box, ...]
    threshold: Optional[float]
    decide: Optional[Decide]
    cache: Optional[FeatureCache]
    space: str
    known: Mapping[str, str]
    pictures: Callable[[str], bool]


def classify(
    paths: Iterable[str | Path],
    package: ModelPackage,
    *,
    fast: bool = False,
    threshold: Optional[float] = None,
    decide: Optional[Decide] = None,
    cache: Optional[FeatureCache] = None,
    known: Optional[Mapping[str, str]] = None,
    pictures: Callable[[str], bool] = lambda path: True,
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
        Abstain below this score (0..1) of the graph's own head; by default the package's threshold of the best class.
    decide : callable, optional
        The head that answers (:meth:`.learning.running.Running.decider`) in place of the graph's own; it has its own
        thresholds.
    cache : FeatureCache, optional
        Where features are kept for a second time. The graph's own head makes no use of it.
    known : mapping, optional
        Path → sha256 of what the file holds now, where that is known; or of what it held, of a photo that is gone.
    pictures : callable
        Whether the picture of a path is asked for; a photo whose features are kept is not opened otherwise.
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
        There is a head to take features, and the package gives none.
    """
    if decide is not None and not package.has_features:
        raise ModelError(
            "It gives no features, which the head that is switched on needs",
            where=str(package.folder),
            next_step="Use the package's own head: sigma-communes model use --previous",
        )
    if threshold is not None and not 0 <= threshold <= 1:
        raise UsageError(f"The threshold {threshold} is not between 0 and 1")
    if decode_threads < 1 or batch < 1:
        raise UsageError("At least one decode thread and one photo a batch are needed")
    boxes = package.views[:1] if fast else package.views
    space = "" if cache is None or decide is None else space_of(package, fast=fast)
    used = cache if space else None
    wanted = _Wanted(package, boxes, threshold, decide, used, space, known or {}, pictures)
    return _classified(paths, wanted, feedback, decode_threads, batch)


def _classified(
    paths: Iterable[str | Path], wanted: _Wanted, feedback: Feedback, decode_threads: int, batch: int
) -> Iterator[Classified]:
    feedback.stage("classify", len(paths) if isinstance(paths, Sized) else None)
    remaining = iter(paths)
    pool = ThreadPoolExecutor(decode_threads, thread_name_prefix="decode", initializer=_give_way)
    ahead: deque[Future[_Seen] | _Seen] = deque()

    def look_ahead(count: int) -> None:
        ahead.extend(_started(str(path), wanted, pool) for path in islice(remaining, count))

    try:
        look_ahead(batch * (_BATCHES_AHEAD + 1))
        while ahead:
            feedback.check()
            seen: list[_Seen] = []
            while ahead and (len(seen) < batch or isinstance(ahead[0], _Seen)):
                seen.append(_awaited(ahead.popleft()))
            look_ahead(len(seen))
            yield from _predicted(seen, wanted)
            feedback.advance(len(seen))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        if wanted.cache is not None:
            wanted.cache.commit()


def _awaited(item: Future[_Seen] | _Seen) -> _Seen:
    return item.result() if isinstance(item, Future) else item


def _give_way() -> None:
    """Let the network's thread go first: on two cores, three equal threads would leave one idle at each batch's end."""
    if sys.platform == "linux":  # where threads have priorities of their own
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 5)


def _started(path: str, wanted: _Wanted, pool: ThreadPoolExecutor) -> Future[_Seen] | _Seen:
    if wanted.cache is None:
        return pool.submit(_seen, path, wanted, "", None, "")
    content = wanted.cache.content_of(path)
    if not content and path in wanted.known:
        content = wanted.known[path]
        wanted.cache.put_file(path, content)
    kept, quality = (wanted.cache.get(content, wanted.space) if content else None) or (None, "")
    if kept is not None and not wanted.pictures(path):
        return _Seen(path, quality=quality, content=content, kept=kept)
    return pool.submit(_seen, path, wanted, content, kept, quality)


def _seen(path: str, wanted: _Wanted, content: str, kept: Optional[NDArray[Any]], quality: str) -> _Seen:
    try:
        stat = None
        if wanted.cache is not None and not content:
            content, stat = hash_of(path)
        picture = open_picture(path, longest=LONGEST)
    except PhotoError as error:
        return _Seen(path, error=error)
    if kept is not None:
        return _Seen(path, picture, quality=quality, content=content, kept=kept)
    quality = quality_problem(picture.pixels) if wanted.decide is not None else ""
    views = views_of(picture.pixels, wanted.boxes, wanted.package.input_size)
    return _Seen(path, picture if wanted.pictures(path) else None, views, None, quality, content, stat)


def _predicted(seen: list[_Seen], wanted: _Wanted) -> Iterator[Classified]:
    there = [photo for photo in seen if photo.error is None]
    predictions = iter(_answers(there, wanted) if there else ())
    for photo in seen:
        if photo.error is not None:
            yield Classified(photo.path, None, error=photo.error)
        else:
            yield Classified(photo.path, next(predictions), photo.picture)


def _answers(seen: list[_Seen], wanted: _Wanted) -> Sequence[Prediction]:
    package, views = wanted.package, [photo.views for photo in seen if photo.views is not None]
    logits, features = package.run(np.concatenate(views)) if views else (None, None)
    if wanted.decide is None:
        # The head is linear: the mean of its logits is its answer to the mean of the features.
        means = np.asarray(logits).reshape(len(views), len(wanted.boxes), -1).mean(axis=1)
        return [prediction_of(row, package, wanted.threshold) for row in probabilities(means, package.temperature)]
    # As the cache keeps them, so that a second answer is the first one.
    computed = iter(() if features is None else features.reshape(len(views), len(wanted.boxes), -1).astype(np.float16))
    by_photo = [next(computed) if photo.kept is None else photo.kept for photo in seen]
    if wanted.cache is not None:
        for photo, each in zip(seen, by_photo):
            if photo.kept is None:
                found = PhotoFeatures(photo.path, photo.content, each, photo.quality)
                wanted.cache.put(found, wanted.space, stat=photo.stat)
    return wanted.decide(np.stack(by_photo), [photo.quality for photo in seen])


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
