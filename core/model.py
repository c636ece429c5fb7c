# SPDX-License-Identifier: GPL-2.0-or-later
"""The nouns of the house, as frozen dataclasses.

Positions are WGS 84 longitude and latitude in degrees (EPSG:4326, x then y). Times are ISO 8601 text; a time
without a zone has none in its source, and stays so. Dataclasses are for the edges; hot loops work on
:data:`Columns`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Optional

from numpy.typing import NDArray

Columns = dict[str, NDArray[Any]]
"""A table: column name to a one-dimensional array, all of one length. A stage adds columns and returns a new dict.

Incident columns, in the order in which stages add them:

========================  ==========  =====================================================================
column                    dtype       meaning
========================  ==========  =====================================================================
id                        object str  stable identifier of the report in the workspace
source                    object str  ``photos`` or the name of the report file or server
lon, lat                  float64     degrees, NaN where there is no position
reported_at               datetime64[s]  UTC, NaT where unknown
class                     object str  taxonomy id; ``""`` where unknown
confidence                float64     0..1; NaN where not given by a model
class_from                object str  ``photo``, ``words``, ``photo+words``, ``person`` or ``""``
insee, commune            object str  from territory.locate; ``""`` outside
ambiguous, outside, water bool        from territory.locate
group_id                  object str  from overlay.group: id of the first incident of the group
team, rule, reason_en, reason_fr  object str  from routing.route
========================  ==========  =====================================================================
"""


class PhotoVerdict(str, Enum):
    """What became of one input file; exactly one for every file."""

    OK = "ok"
    NO_POSITION = "no position"
    POSITION_IMPOSSIBLE = "position impossible"
    OUTSIDE_TERRITORY = "outside the territory"
    NOT_AN_IMAGE = "not an image"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too large"
    DUPLICATE = "duplicate of"

    def __str__(self) -> str:
        return self.value

    @property
    def usable(self) -> bool:
        """Whether the picture itself can be classified (a missing position can be added by hand)."""
        return self in _USABLE


_USABLE = frozenset(
    {
        PhotoVerdict.OK,
        PhotoVerdict.NO_POSITION,
        PhotoVerdict.POSITION_IMPOSSIBLE,
        PhotoVerdict.OUTSIDE_TERRITORY,
    }
)


@dataclass(frozen=True)
class Photo:
    """One file, as read.

    ``taken_at`` is ISO 8601, with its offset where the file gives one; ``direction`` is degrees clockwise from north,
    and ``north`` says which: ``true``, ``magnetic``, or ``""`` where the file does not tell; ``rotation`` the clockwise
    degrees that the EXIF orientation asks for; ``width`` and ``height`` are pixels after orientation; ``altitude``
    metres above sea level, negative below; ``accuracy`` the metres by which the file itself says that its position may
    be wrong (infinite: the fix was lost), None where it is silent.
    """

    path: str
    verdict: PhotoVerdict
    reason: str = ""
    lon: Optional[float] = None
    lat: Optional[float] = None
    altitude: Optional[float] = None
    direction: Optional[float] = None
    rotation: int = 0
    taken_at: Optional[str] = None
    width: Optional[int] = None
    height: Optional[int] = None
    format: Optional[str] = None
    size: int = 0
    sha256: Optional[str] = None
    duplicate_of: Optional[str] = None
    camera: Optional[str] = None
    north: str = ""
    accuracy: Optional[float] = None


@dataclass(frozen=True)
class Report:
    """One citizen's report as its source gave it (GeoReport v2 names where they exist).

    ``source`` and ``service_request_id`` together identify it. ``status`` is GeoReport's ``open`` or ``closed``,
    or ``""`` where the source says nothing that we know; ``raw_status`` keeps its word. ``extra`` keeps every
    field that has no place here.
    """

    source: str
    service_request_id: str
    service_code: str = ""
    service_name: str = ""
    group: str = ""
    description: str = ""
    status: str = ""
    raw_status: str = ""
    lon: Optional[float] = None
    lat: Optional[float] = None
    position_flag: str = ""
    address: str = ""
    requested_datetime: Optional[str] = None
    updated_datetime: Optional[str] = None
    agency_responsible: str = ""
    media_url: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Link:
    """One way to a dataset, as a catalogue gives it.

    ``kind`` is one of :data:`~.catalogue.kinds.KINDS`, ``""`` where the record alone does not tell. ``layer`` is the
    name by which the service knows the layer; ``protocol`` and ``format`` are the catalogue's own words; ``crs`` an
    authority code (``EPSG:2154``); ``style`` the name or URL of a style that goes with it.
    """

    url: str
    kind: str = ""
    layer: str = ""
    format: str = ""
    version: str = ""
    title: str = ""
    protocol: str = ""
    crs: str = ""
    style: str = ""


@dataclass(frozen=True)
class Record:
    """One dataset or service, as a catalogue describes it; every text is plain text.

    ``extent`` is west, south, east, north in WGS 84 degrees, None where it is missing or impossible; ``scale`` the
    denominator; dates are as given (ISO 8601 at best); ``language`` as given. ``flaws`` says what is missing or could
    not be read, in words.
    """

    id: str
    source: str
    title: str = ""
    abstract: str = ""
    kind: str = ""
    keywords: tuple[str, ...] = ()
    inspire_themes: tuple[str, ...] = ()
    iso_topics: tuple[str, ...] = ()
    organisation: str = ""
    contact: str = ""
    licence: str = ""
    constraints: tuple[str, ...] = ()
    created: str = ""
    published: str = ""
    modified: str = ""
    extent: Optional[tuple[float, float, float, float]] = None
    crs: tuple[str, ...] = ()
    scale: Optional[int] = None
    lineage: str = ""
    language: str = ""
    page: str = ""
    links: tuple[Link, ...] = ()
    flaws: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rejected:
    """An input record that could not be used: where it stood, and why."""

    where: str
    reason: str


@dataclass(frozen=True)
class Prediction:
    """What a model suggests for one photo: its best classes first, or an abstention with its reason."""

    top: tuple[tuple[str, float], ...]
    abstained: bool
    model: str
    reason: str = ""

    @property
    def label(self) -> Optional[str]:
        """The best class, or None where the model abstained."""
        return None if self.abstained or not self.top else self.top[0][0]

    @property
    def score(self) -> float:
        """The probability of the best class, 0..1."""
        return self.top[0][1] if self.top else 0.0


@dataclass(frozen=True)
class Decision:
    """What a person decided: append-only, never changed."""

    report_id: str
    label: str
    who: str
    at: str
    model: str = ""
