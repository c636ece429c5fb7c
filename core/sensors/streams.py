# SPDX-License-Identifier: GPL-2.0-or-later
"""What a source of observations is, and the nouns: a stream, and a portion of its observations as arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, Optional, Protocol

import numpy as np
from numpy.typing import NDArray

from ..model import Rejected

Kind = Literal["number", "flag", "text", "any"]


@dataclass(frozen=True)
class Stream:
    """One thing that one sensor measures at one place: a Datastream, or one component of a MultiDatastream.

    ``key`` is its id at the source, for ever; ``unit`` the symbol or code as given; ``kind`` what its results are.
    Positions are degrees, WGS 84; None where there is none. ``flaws`` says what could not be read of it.
    """

    key: str
    name: str = ""
    thing: str = ""
    thing_name: str = ""
    property: str = ""
    definition: str = ""
    unit: str = ""
    kind: Kind = "number"
    lon: Optional[float] = None
    lat: Optional[float] = None
    flaws: tuple[str, ...] = ()


@dataclass(frozen=True)
class Readings:
    """Observations of one stream.

    ``at`` is the phenomenon's time (of an interval its end, and ``span`` its length), ``result_at`` when the result was
    made (0: not said); ms since 1970, UTC. ``value`` is NaN where there is no number; ``text`` what was said in words,
    None where no observation has any. ``verdicts`` are those that could not be used, with how many and an example.
    """

    at: NDArray[np.int64]
    span: NDArray[np.int64]
    result_at: NDArray[np.int64]
    value: NDArray[np.float64]
    text: Optional[NDArray[np.object_]] = None
    verdicts: tuple[Verdict, ...] = ()

    def __len__(self) -> int:
        return len(self.at)

    def take(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> Readings:
        """Return those that a mask or indices name, and the verdicts."""
        text = None if self.text is None else self.text[which]
        return Readings(self.at[which], self.span[which], self.result_at[which], self.value[which], text, self.verdicts)


@dataclass(frozen=True)
class Verdict:
    """Why ``count`` observations could not be used, with one of them."""

    reason: str
    count: int = 1
    example: str = field(default="", compare=False)


Group = tuple[Stream, ...]
"""Streams whose observations come together: one Datastream, all components of a MultiDatastream, a file."""


class Source(Protocol):
    """A source of observations. Reading is lazy and may be repeated.

    Every method may raise :class:`~..transport.TransportError` or :class:`~..errors.DataError`.
    """

    name: str
    """How a person calls it."""

    def groups(self) -> Iterator[Group | Rejected]:
        """Give all streams."""

    def observations(self, group: Group, since: Optional[int] = None) -> Iterator[tuple[Stream, Readings] | Rejected]:
        """Give the observations of a group whose time is not before ``since`` (ms, UTC), in portions, in any order."""
