# SPDX-License-Identifier: GPL-2.0-or-later
"""A photo and words about one place as evidence for one class: their log-odds add up.

``log p(class | photo, words) = log p(class | words) + log p(class | photo) - log p(class) + constant``, where the photo
model weighs its labels alike, so that its ``p(class)`` is 1 / labels. A class that the photo model does not know
counts, too: photos of such classes seldom get this far.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

THRESHOLD = 0.8
"""From which probability on both together give a class that neither gives alone, or a narrower one."""
_UNSEEN_ANSWERED, _UNSEEN_UNSURE = 0.1, 0.35
"""How many times likelier it is that a photo of a class never taught gets an answer (0.07 against 0.75 of the photos
of known classes), or an abstention between classes that the model knows (0.018 against 0.051); docs/learning.md."""
_LEAST = 1e-4


@dataclass(frozen=True)
class Fused:
    """The class of both, its probability, and whether each alone gave a class of another family."""

    class_id: str
    confidence: float
    contradiction: bool = False


def fused(
    words: NDArray[Any],
    labels: Sequence[str],
    word_class: str,
    photo: Sequence[tuple[str, float]],
    *,
    answered: bool,
    seen_as: Mapping[str, str],
    families: Mapping[str, str],
) -> Fused:
    """Weigh one report's words and photo.

    Parameters
    ----------
    words : array
        Probability of each of ``labels`` by the words alone.
    labels : sequence of str
        The classes that words tell.
    word_class : str
        What the words alone give, ``""`` for nothing.
    photo : sequence of (str, float)
        The photo model's best labels and their probabilities, best first; not empty.
    answered : bool
        Whether the model stands by the first of them.
    seen_as : mapping of str to str
        A class → the wider one that a photo model gives instead (``""``: none).
    families : mapping of str to str
        A class → its group; different groups, each given alone, contradict.

    Returns
    -------
    Fused
        With ``class_id`` ``""`` where they contradict, are not sure enough, or the photo does not speak for the class.
    """
    known = dict(photo)
    unseen = _UNSEEN_ANSWERED if answered else _UNSEEN_UNSURE
    as_photo = [label if label in known else seen_as.get(label, "") for label in labels]
    ratio = np.array([max(known[x], _LEAST) * len(known) if x in known else unseen for x in as_photo])
    together = words * ratio
    together = together / max(float(together.sum()), 1e-300)
    best = int(together.argmax())
    confidence = float(together[best])
    if answered and word_class and families.get(word_class) != families.get(photo[0][0]):
        return Fused("", confidence, contradiction=True)
    agreed = confidence >= THRESHOLD and as_photo[best] in known and ratio[best] > 1
    return Fused(labels[best] if agreed else "", confidence)
