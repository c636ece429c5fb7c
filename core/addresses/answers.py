# SPDX-License-Identifier: GPL-2.0-or-later
"""What an answer is, alone and as arrays, and how much each thing counts towards its score."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ... import resources
from ..base.checked_yaml import load
from .arrays import Ints

Floats = NDArray[np.float64]
KINDS = ("number", "interpolated", "street", "locality", "commune")
NUMBER, BETWEEN, STREET, LOCALITY, COMMUNE = range(5)


@dataclass(frozen=True)
class Scores:
    """How much each thing counts; see the file for what each means."""

    place_from: float
    unknown_word: float
    spare_number: float
    before_the_address: float
    left_over: float
    without_commune: float
    nothing_said: float
    same_department: float
    mistyped_code: float
    insee_code: float
    name_before_code: float
    used_already: float
    other_way: float
    first_letter: float
    other_suffix: float
    interpolated: float
    next_to: float
    beyond: float
    no_numbers: float
    commune_only: float
    equal_place: float
    equal_power: float
    number_m: float
    other_suffix_m: float
    interpolated_m: float
    each_number_m: float
    street_m: float
    locality_m: float
    one_place_m: float


@lru_cache(maxsize=1)
def scores() -> Scores:
    """Return the scores that ship with the product, read once."""
    return load(resources.path("addresses", "scores.yaml"), Scores)


@dataclass(frozen=True)
class Candidate:
    """One answer. ``score`` is 0..1; ``kind`` one of :data:`KINDS`; the place is within ``accuracy_m`` metres.

    ``number`` is the house's with its suffix, ``""`` for none; ``id`` the national key, the file's own, or that of the
    commune (INSEE). Positions are WGS 84 degrees.
    """

    label: str
    score: float
    kind: str
    accuracy_m: float
    lon: float
    lat: float
    insee: str
    commune: str
    id: str
    number: str
    street: str
    post_code: str


@dataclass
class Answers:
    """Candidates of a batch as arrays, each text's best first, texts in ascending order.

    ``text`` is which text; ``street`` its row in the index, -1 for a commune, whose row is ``unit``; ``at`` the row
    of the house number, or of the one before it where it lies between two, -1 for none; ``value`` and ``suffix`` are
    asked.
    """

    text: Ints
    street: Ints
    unit: Ints
    score: Floats
    kind: NDArray[np.int8]
    accuracy_m: Floats
    lon: Floats
    lat: Floats
    at: Ints
    value: Ints
    suffix: Ints


@dataclass
class Streets:
    """Streets that texts may mean, with the house number asked in each."""

    text: Ints
    street: Ints
    unit: Ints
    fits: Floats
    value: Ints
    suffix: Ints


def taken(answers: Answers, rows: Ints) -> Answers:
    """Return some rows of the answers."""
    return Answers(**{name: values[rows] for name, values in vars(answers).items()})


def joined(parts: list[Answers]) -> Answers:
    """Return answers one after the other."""
    return Answers(**{name: np.concatenate([getattr(p, name) for p in parts]) for name in vars(parts[0])})
