# SPDX-License-Identifier: GPL-2.0-or-later
"""A commune map for any part of France, from the State's API or from a file of communes."""

from __future__ import annotations

import datetime
import re
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from ..base.columns import objects
from ..base.ellipsoid import area_km2
from ..base.geos import shapely
from ..errors import DataError, UsageError
from ..feedback import SILENT, Feedback
from ..vector.reading import Features, read_features
from . import coverage
from .commune_map import Territory, load, save
from .source import communes_of

if TYPE_CHECKING:
    import requests

API = (
    "https://geo.api.gouv.fr/epcis/{epci}/communes"
    "?format=geojson&geometry=contour&fields=nom,code,population,siren,codeDepartement,codeEpci"
)
"""The State's API (https://geo.api.gouv.fr/decoupage-administratif, Licence Ouverte); ``{epci}`` is a SIREN number."""

_LICENCE = "Licence Ouverte / Open Licence 2.0 (Etalab)"
_CONNECT_S, _READ_S = 10, 120
_MOST_BYTES = 500_000_000
_EPCI = re.compile(r"\d{9}")
_MOST_WARNINGS = 10


def refresh(
    source: str | Path,
    *,
    out: str | Path,
    epci: Optional[str] = None,
    session: Optional[requests.Session] = None,
    name: str = "",
    accuracy_m: float = 25.0,
    date: Optional[str] = None,
    feedback: Feedback = SILENT,
) -> Territory:
    """Make a commune map from the State's API or a file, check it, write it to ``out`` and return it.

    Parameters
    ----------
    source : str or path
        :data:`API` or another ``http(s)`` address, in which ``{epci}`` stands for the EPCI's number; or a GeoJSON,
        GeoPackage, Shapefile or other vector file of communes, in any coordinate system. Columns are found by their
        usual spellings (``insee``, ``INSEE_COM``, ``code``…, ``nom``, ``NOM_COM``, ``nom_officiel``…).
    out : path
        The map to write, e.g. :func:`~.commune_map.user_map`; replaced only by a map that was checked.
    epci : str, optional
        SIREN number, nine digits, of the intercommunal body: fills the address, and chooses the communes of a file
        that holds more (its column is found by its usual spellings too).
    session : requests.Session, optional
        Needed for an address; this room does not own the network.
    name : str
        The territory's name, as shown.
    accuracy_m : float
        How far, in metres, the source's boundaries may be from the truth.
    date : str, optional
        Of the map, ISO 8601; today by default.
    feedback : Feedback
        Gets a warning for each repaired polygon, overlap and gap.

    Raises
    ------
    UsageError
        An address without a session, or with ``{epci}`` and no ``epci``; an EPCI that is not nine digits.
    DataError
        The source can't be read, is a web page, empty, or not communes: codes that are not INSEE codes or occur twice,
        shapes that are not polygons, positions that are not degrees. ``out`` is then untouched.
    """
    if epci is not None and not _EPCI.fullmatch(epci):
        raise UsageError(f"An EPCI is named by nine digits, not '{epci}'", next_step="Give its SIREN number")
    address = str(source)
    if re.match(r"https?://", address):
        features, address = _download(address, epci, session, feedback)
    else:
        features = read_features(source)
    communes = communes_of(features, epci=epci, where=address, feedback=feedback)
    feedback.check()
    water_names, water = _report(communes, accuracy_m, feedback)
    known_licence = urlsplit(address).hostname == urlsplit(API).hostname
    territory = replace(
        communes,
        water_names=water_names,
        water=water,
        name=name or (f"EPCI {epci}" if epci else features.layer),
        source=address if "://" in address else Path(address).name,
        licence=_LICENCE if known_licence else "that of the source",
        date=date or datetime.date.today().isoformat(),
        accuracy_m=accuracy_m,
    )
    save(territory, out)
    return load(out)


def _download(
    address: str, epci: Optional[str], session: Optional[requests.Session], feedback: Feedback
) -> tuple[Features, str]:
    import requests

    if session is None:
        raise UsageError("An address needs a network session", where=address, next_step="Give a file, or a session")
    if "{epci}" in address:
        if epci is None:
            raise UsageError("The address needs an EPCI", where=address, next_step="Give its SIREN number, nine digits")
        address = address.replace("{epci}", epci)
    feedback.info(f"Asking {address}")
    next_step = "Check the address and the network, or give a file of communes instead"
    with tempfile.TemporaryDirectory(prefix="sigma-communes-") as folder:
        suffix = Path(urlsplit(address).path).suffix or ".geojson"
        file = Path(folder) / f"communes{suffix}"
        try:
            with session.get(address, timeout=(_CONNECT_S, _READ_S), stream=True) as response:
                if response.status_code != 200:
                    raise DataError(
                        f"The server answered {response.status_code} {response.reason}",
                        where=address,
                        next_step=next_step,
                    )
                size = 0
                with file.open("wb") as target:
                    for block in response.iter_content(1 << 16):
                        feedback.check()
                        size += len(block)
                        if size > _MOST_BYTES:
                            raise DataError("The answer is larger than 500 MB", where=address, next_step=next_step)
                        target.write(block)
        except requests.RequestException as error:
            raise DataError(f"The server can't be reached: {error}", where=address, next_step=next_step) from error
        except OSError as error:
            raise DataError(
                f"The answer can't be kept: {error}", where=folder, next_step="Free some space on the disk"
            ) from error
        try:
            return read_features(file), address
        except DataError as error:
            raise DataError(f"The answer is no use: {error.what}", where=address, next_step=next_step) from error


def _report(communes: Territory, accuracy_m: float, feedback: Feedback) -> tuple[NDArray[Any], NDArray[Any]]:
    """Warn of overlaps and gaps; return the names and shapes of the holes that are waters known to the shipped map."""
    # What a boundary's accuracy makes over a kilometre is a sliver worth a word; less is rounding.
    sliver = accuracy_m * 1000.0 / 1e6
    messages = [
        f"{communes.names[o.first]} and {communes.names[o.second]} overlap by {o.km2:.3f} km²: "
        f"a point in both is given to {communes.insee[o.first]}"
        for o in coverage.overlaps(communes.geometries, above_km2=sliver)
    ]
    known = load()
    names, waters = [], []
    for hole in coverage.holes(communes.geometries, above_km2=sliver):
        shared = shapely.area(shapely.intersection(hole, known.water))
        largest = int(np.argmax(shared)) if len(shared) else -1
        if largest >= 0 and shared[largest] > 0.5 * hole.area:
            names.append(known.water_names[largest])
            waters.append(hole)
            continue
        place = hole.representative_point()
        messages.append(
            f"A gap of {float(area_km2(hole)):.3f} km² round {place.x:.4f}, {place.y:.4f} is in no commune: "
            "points there are outside"
        )
    for message in messages[:_MOST_WARNINGS]:
        feedback.warning(message)
    if len(messages) > _MOST_WARNINGS:
        feedback.warning(f"… and {len(messages) - _MOST_WARNINGS} more overlaps or gaps")
    return objects(names), objects(waters)
