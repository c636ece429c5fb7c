# SPDX-License-Identifier: GPL-2.0-or-later
"""Which incidents are one problem.

The rule, as a technician would say it: *a report belongs to the problem of its class whose first report is nearest, if
that is within 25 m and the problem was last reported no longer than 30 days before; else it opens a new one.*

So a problem may last as long as reports of it keep coming, but it can't creep along a street: all its reports are
within the distance of the first. (Connected components of "near to each other" would make one problem of a whole street
in which there is a tag every twenty metres.)
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..base.ellipsoid import cartesian

NEVER_GROUPED = ("", "none")
_NO_TIME = np.iinfo(np.int64).max


def group(
    lon: ArrayLike,
    lat: ArrayLike,
    reported_at: ArrayLike,
    class_: ArrayLike,
    *,
    distance_m: float = 25.0,
    days: float = 30.0,
) -> NDArray[np.int64]:
    """Return for each incident the index of the first incident of its group.

    The first is the earliest (of one time: the westernmost, then the southernmost); an incident alone has its own
    index. The groups do not depend on the order of the input; only of incidents that agree in class, time and place the
    first in the input is named.

    - An incident without a position, or of class ``""`` or ``"none"``, is never grouped.
    - One without a time (NaT) comes after all others and joins by place alone the nearest problem of its class, the
      latest of those that began at one place; the time says nothing for it or against.
    - Both limits are included: exactly 25 m and exactly 30 days are near.

    Parameters
    ----------
    lon, lat : array of float, shape (n,)
        WGS 84, degrees; not finite where there is no position.
    reported_at : array of datetime64, shape (n,)
        UTC; NaT where unknown.
    class_ : array of str, shape (n,)
        Taxonomy ids.
    distance_m : float
        Metres, straight through the ellipsoid: 0.02 nm less than along the ground at 25 m
        (:func:`~..ellipsoid.cartesian`).
    days : float
        Days of 24 hours.
    """
    if not (distance_m >= 0 and days >= 0):
        raise ValueError("distance_m and days are not negative")
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    when = np.asarray(reported_at, dtype="datetime64[s]")
    label = np.asarray(class_, dtype=object).astype(str)
    out = np.arange(len(x), dtype=np.int64)
    usable = np.isfinite(x) & np.isfinite(y) & ~np.isin(label, NEVER_GROUPED)
    # Time first, then place: an order that the input's own does not change. lexsort is stable.
    seconds = np.where(np.isnat(when), _NO_TIME, when.astype(np.int64))
    order = np.lexsort((y, x, seconds, label))
    order = order[usable[order]]
    if len(order) == 0:
        return out
    position = cartesian(x[order], y[order])
    _, code = np.unique(label[order], return_inverse=True)
    first = _first_of_group(position, seconds[order], code.ravel(), distance_m, round(days * 86400.0))
    out[order] = order[first]
    return out


def _first_of_group(
    position: NDArray[np.float64], seconds: NDArray[np.int64], code: NDArray[Any], distance: float, lapse: int
) -> list[int]:
    """Return the index of the first of each one's group; the input is in order of class, then time.

    A problem is kept in the cube of space that its first report is in. Cubes are twice the distance wide, so a report
    has to look into eight of them at most; problems too old for any later report are dropped, so few are in a cube.
    """
    # A nanometre more keeps a pair at exactly the distance apart from rounding.
    reach = distance * (1 + 1e-9) + 1e-9
    side = max(2.0 * reach, 1e-3)
    low = np.floor((position - reach) / side).astype(np.int64).tolist()
    high = np.floor((position + reach) / side).astype(np.int64).tolist()
    home = np.floor(position / side).astype(np.int64).tolist()
    points, times, codes = position.tolist(), seconds.tolist(), code.tolist()
    within = reach * reach
    first = list(range(len(points)))
    last: dict[int, int] = {}
    cubes: dict[tuple[int, ...], list[int]] = {}
    ended: dict[tuple[int, ...], dict[tuple[float, ...], int]] = {}
    present = None
    for i, (px, py, pz) in enumerate(points):
        if codes[i] != present:
            present = codes[i]
            last, cubes, ended = {}, {}, {}
        now = times[i]
        known = now != _NO_TIME
        best, best_d2 = -1, within
        around = [(a,) if a == b else (a, b) for a, b in zip(low[i], high[i])]
        for cube in product(*around):
            candidates = cubes.get(cube, [])
            if known:
                over = [g for g in candidates if now - last[g] > lapse]
                if over:
                    # No later report can join these, except one without a time.
                    ended.setdefault(cube, {}).update((tuple(points[g]), g) for g in over)
                    candidates = cubes[cube] = [g for g in candidates if now - last[g] <= lapse]
            elif cube in ended:
                candidates = [*ended[cube].values(), *candidates]
            for g in candidates:
                gx, gy, gz = points[g]
                d2 = (gx - px) * (gx - px) + (gy - py) * (gy - py) + (gz - pz) * (gz - pz)
                # Nearest; of those at one place the latest begun.
                if d2 < best_d2 or (d2 == best_d2 and g > best):
                    best, best_d2 = g, d2
        if best < 0:
            last[i] = now
            cubes.setdefault(tuple(home[i]), []).append(i)
        else:
            first[i] = best
            if known:
                last[best] = now
    return first
