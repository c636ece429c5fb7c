# SPDX-License-Identifier: GPL-2.0-or-later
"""The text classifier: a linear layer on pieces of words, as numbers in a small file that ships.

Made by tools/train_words.py; what it was trained on and what it may be used for stands beside the file, in README.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Optional
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from ...resources import path as resource
from ..base.files import replacing
from ..errors import ModelError
from .ngrams import COLUMNS, columns_of, counted, words_of

Array = NDArray[Any]
FORMAT = 1
_WORDS_SHOWN = 3
_LEAST_SHARE = 0.4
"""A word is shown where it counts at least this much beside the one that counts most."""


@dataclass(frozen=True)
class TextClassifier:
    """A class for each column of ``weight (COLUMNS, labels)``; ``bias (labels,)``.

    ``phrase_bonus`` is added to the score of the class that phrases name; scores are divided by ``temperature``; from
    ``threshold`` on a class is answered.
    """

    labels: tuple[str, ...]
    weight: Array
    bias: Array
    temperature: float
    phrase_bonus: float
    threshold: float

    def scores(self, text: str) -> Array:
        """Return a score a label ``(labels,)``; without any piece of a word the bias alone."""
        columns, values = counted(text)
        result: Array = values @ self.weight[columns] + self.bias
        return result

    def words_that_count(self, text: str, label: str) -> tuple[str, ...]:
        """Return the words (without case and accents) that speak most for a label, in the order of the text."""
        mine = self.weight[:, self.labels.index(label)] - self.weight.mean(axis=1)
        share = {word: float(mine[columns_of(word)].sum()) for word in words_of(text)}
        least = _LEAST_SHARE * max(share.values(), default=0.0)
        best = sorted((word for word in share if share[word] >= least > 0), key=lambda word: -share[word])
        return tuple(word for word in share if word in best[:_WORDS_SHOWN])


def write(path: Path, classifier: TextClassifier) -> None:
    """Write a classifier, one byte a weight.

    Raises
    ------
    DataError
        The folder can't be written.
    """
    scale = np.abs(classifier.weight).max(axis=0) / 127
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez_compressed(
            file,
            format=np.array(FORMAT),
            labels=np.array(classifier.labels),
            weight=np.rint(classifier.weight / scale).astype(np.int8),
            scale=scale.astype(np.float32),
            bias=classifier.bias.astype(np.float32),
            numbers=np.array([classifier.temperature, classifier.phrase_bonus, classifier.threshold]),
        )


def load(path: Optional[Path] = None) -> TextClassifier:
    """Read a classifier, by default the shipped one (read once).

    Raises
    ------
    ModelError
        It is missing, damaged or of another format.
    """
    return _shipped() if path is None else _read(path)


@lru_cache(maxsize=1)
def _shipped() -> TextClassifier:
    return _read(resource("model", "words", "words.npz"))


def _read(path: Path) -> TextClassifier:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            fields = {name: arrays[name] for name in ("format", "labels", "weight", "scale", "bias", "numbers")}
    except (OSError, EOFError, ValueError, LookupError, BadZipFile) as error:
        raise ModelError(
            f"The text classifier can't be read: {error}", where=str(path), next_step="Install the product again"
        ) from error
    labels = tuple(str(label) for label in fields["labels"].ravel())
    shapes = [fields[name].shape for name in ("weight", "scale", "bias", "numbers")]
    if int(fields["format"].ravel()[0]) != FORMAT or shapes != [
        (COLUMNS, len(labels)), (len(labels),), (len(labels),), (3,)
    ]:  # fmt: skip
        raise ModelError(
            f"The text classifier has another format: arrays of {shapes}",
            where=str(path),
            next_step="Install the product again",
        )
    temperature, bonus, threshold = fields["numbers"].tolist()
    return TextClassifier(
        labels=labels,
        weight=fields["weight"].astype(np.float32) * fields["scale"].astype(np.float32),
        bias=fields["bias"].astype(np.float32),
        temperature=temperature,
        phrase_bonus=bonus,
        threshold=threshold,
    )
