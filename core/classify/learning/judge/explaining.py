# SPDX-License-Identifier: GPL-2.0-or-later
"""Why a photo gets its class: the parts that the score hangs on, and the confirmed photos that look most alike.

Parts are found by occlusion (Zeiler and Fergus 2014): a grey patch is laid on the whole view, place by place, and what
the score of the class loses is what that place is worth. It asks nothing of the model but an answer, so it explains any
head, what it takes from similar photos included; a map costs one run of the network on 37 views.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from ....base.files import replacing
from ....errors import DataError, UsageError
from ....model import Prediction
from ....photos import open_picture
from ....photos.picture import picture_of_jpeg
from ...features import FeatureCache, features_of
from ...package import ModelPackage
from ...pipeline import classify, probabilities
from ...views import LONGEST, views_of
from ..head import Head
from ..running import Running, running
from ..session import Photos
from .page import shown_in

Array = NDArray[Any]
CELLS = 14
"""Cells of the map a side; a patch covers 4 × 4 of them and moves by 2."""
_PATCH, _STEP = 4, 2
_COLOUR = (230, 97, 1)
_STRONGEST = 0.65


@dataclass(frozen=True)
class Likeness:
    """A confirmed photo, what was confirmed, and its cosine similarity, -1..1."""

    path: str
    label: str
    similarity: float


@dataclass(frozen=True)
class Explanation:
    """Why: the prediction, the explained class, ``heat (14, 14)`` from 0 to 1 (what the class' score hangs on; all 0
    where nothing alone makes it), ``loss`` (what the best place takes of the score, 0..1) and the photos most alike.
    """

    path: str
    prediction: Prediction
    label: str
    heat: Array
    loss: float
    alike: tuple[Likeness, ...]


def explain_photo(
    path: str | Path,
    package: ModelPackage,
    cache: FeatureCache,
    *,
    by: Optional[Running] = None,
    label: str = "",
    among: Optional[Photos] = None,
    count: int = 4,
) -> Explanation:
    """Explain what a head says of one photo.

    Parameters
    ----------
    path : str or Path
        The photo.
    by : Running, optional
        The head to explain; by default the one that answers for the package.
    label : str
        The class to explain; by default the best one.
    among : Photos, optional
        Where to look for confirmed photos that are alike; the photo itself is left out.

    Raises
    ------
    PhotoError
        The photo can't be read.
    ModelError
        The package gives no features, or not those of the head.
    UsageError
        The model does not know the class.
    """
    by = by or running(package)
    head, labels = by.head, by.labels
    if label and label not in labels:
        raise UsageError(f"The model does not know '{label}'", next_step=f"One of: {', '.join(labels)}")
    (found,) = features_of([path], package, cache)
    if found.features is None:
        raise found.error if found.error is not None else UsageError("The photo can't be read", where=str(path))
    decide = by.decider()
    if decide is not None:
        (prediction,) = decide(found.features[None], [found.quality])
    else:
        (result,) = classify([path], package)
        if result.prediction is None:
            raise result.error or UsageError("The photo can't be read", where=str(path))
        prediction = result.prediction
    wanted = label or prediction.top[0][0]
    pixels = open_picture(path).pixels
    (whole,) = views_of(pixels, package.views[:1], package.input_size)
    scores = _scores(occluded(whole), package, head)[:, labels.index(wanted)]
    drops = scores[0] - scores[1:]
    return Explanation(
        str(path),
        prediction,
        wanted,
        _heat(drops),
        float(max(drops.max(), 0.0)),
        _alike(found.photo, found.features, among, head, count),
    )


def occluded(view: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the view ``(size, size, 3)`` as it is, then with a patch of its mean colour at each place."""
    size = len(view)
    edges = np.rint(np.arange(CELLS + 1) * size / CELLS).astype(int)
    grey = view.reshape(-1, 3).mean(axis=0).astype(np.uint8)
    views = [view]
    for row, column in _places():
        covered = view.copy()
        covered[edges[row] : edges[row + _PATCH], edges[column] : edges[column + _PATCH]] = grey
        views.append(covered)
    return np.stack(views)


def _places() -> list[tuple[int, int]]:
    steps = range(0, CELLS - _PATCH + 1, _STEP)
    return [(row, column) for row in steps for column in steps]


def _heat(drops: Array) -> Array:
    heat, covers = np.zeros((CELLS, CELLS)), np.zeros((CELLS, CELLS))
    for (row, column), drop in zip(_places(), drops):
        heat[row : row + _PATCH, column : column + _PATCH] += max(float(drop), 0.0)
        covers[row : row + _PATCH, column : column + _PATCH] += 1
    heat /= np.maximum(covers, 1)
    top = float(heat.max())
    return heat / top if top > 1e-3 else np.zeros_like(heat)


def _scores(views: NDArray[np.uint8], package: ModelPackage, head: Optional[Head]) -> Array:
    logits, features = package.run(views)
    if head is not None and features is not None:
        return head.probabilities(features)
    return probabilities(logits, package.temperature)


def _alike(
    photo: str, features: Array, among: Optional[Photos], head: Optional[Head], count: int
) -> tuple[Likeness, ...]:
    if among is None or not len(among.examples):
        return ()
    examples = among.examples
    means = examples.features.astype(np.float32).mean(axis=1)
    centre = head.mean if head is not None else means.mean(axis=0)
    rows, own = means - centre, features.astype(np.float32).mean(axis=0) - centre
    length = np.maximum(np.linalg.norm(rows, axis=1) * np.linalg.norm(own), 1e-9)
    similar = rows @ own / length
    usable = np.flatnonzero((examples.label != "") & (examples.photo != photo))
    order = usable[np.argsort(-similar[usable], kind="stable")][:count]
    return tuple(Likeness(among.paths[i], str(examples.label[i]), float(similar[i])) for i in order)


def overlay(heat: Array, width: int, height: int) -> NDArray[np.uint8]:
    """Return the heat as RGBA pixels ``(height, width, 4)`` to lay on the photo: one colour, the more opaque the more
    the score hangs on it.
    """
    from PIL import Image

    small = Image.fromarray(np.rint(heat * 255).astype(np.uint8))
    alpha = np.asarray(small.resize((width, height), Image.Resampling.BICUBIC), np.float32) * _STRONGEST
    pixels = np.empty((height, width, 4), np.uint8)
    pixels[..., :3] = _COLOUR
    pixels[..., 3] = alpha.astype(np.uint8)
    return pixels


def write_explanation(
    out: Path, explanation: Explanation, *, workspace: Optional[Path] = None, who: str = "", unblurred: bool = False
) -> None:
    """Write the photo with the overlay as PNG, whole or not at all; it is a copy that may leave.

    See :func:`~.shown.shown_in` for ``workspace``, ``who`` and ``unblurred``.

    Raises
    ------
    DataError
        The photo may not be shown, or ``out`` can't be written.
    """
    from PIL import Image

    out = Path(out)
    with shown_in(out.name, workspace, who=who, unblurred=unblurred) as show:
        jpeg, leaving = show(explanation.path, LONGEST)
    if jpeg is None:
        raise DataError(
            f"The photo is not shown: {leaving.reason}", where=explanation.path, next_step=leaving.next_step or None
        )
    pixels = picture_of_jpeg(jpeg)
    height, width = pixels.shape[:2]
    picture = Image.fromarray(pixels).convert("RGBA")
    picture.alpha_composite(Image.fromarray(overlay(explanation.heat, width, height)))
    with replacing(out) as temporary:
        picture.convert("RGB").save(temporary, "PNG")
