# SPDX-License-Identifier: GPL-2.0-or-later
"""From the observations of one datastream and a rule to episodes: a function of the *set* of observations alone.

In which order, how often and in what portions they arrived makes no difference; tests try thousands of orders.

Words: a *run* is a time in which the rule's state is on: it goes on with a value beyond the threshold and off with one
beyond ``clear``; what lies between changes nothing. A *piece* is a part of a run without a silence longer than ``gap``.
A piece counts from ``for`` on. An *episode* is made of the runs that count and are less than ``rest`` apart (from the
value that ended one to the beginning of the next): flapping is one episode with a count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from .daylight import is_dark, minute_of_day
from .rules import During, Rule, Together, duration_ms

Times = NDArray[np.int64]
Floats = NDArray[np.float64]
_NONE = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Episode:
    """One time in which a rule held; moments are ms since 1970, UTC.

    ``start`` is the first observation of it, ``raised`` the one by which it had held for long enough, ``last`` the last
    one in it. ``cleared`` is the observation that showed the opposite, ``ended`` whether nothing began again for the
    rule's ``rest`` since; None and False as long as it goes on. ``count`` is how often it began, ``value`` the most
    extreme value (NaN for words and silence), ``observations`` how many were in it.
    """

    rule: str
    start: int
    raised: int
    last: int
    cleared: Optional[int]
    ended: bool
    count: int
    value: float
    observations: int


@dataclass(frozen=True)
class _Pieces:
    """Pieces in order of time: indices of their first and last observation, the run each belongs to, the moment that
    ended the run (``_NONE``: nothing yet), and the moment from which each counts.
    """

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    run: NDArray[np.int64]
    cleared: Times
    raised: Times


def episodes(
    rule: Rule,
    at: Times,
    value: Floats,
    *,
    horizon: int,
    lon: float = float("nan"),
    lat: float = float("nan"),
    beside: Optional[tuple[Times, Floats]] = None,
) -> list[Episode]:
    """Return the episodes of one datastream, oldest first.

    Parameters
    ----------
    rule : Rule
        Its numbers and ``value`` are in one unit.
    at : array of int64, shape (n,)
        ms since 1970, UTC; ascending, each once.
    value : array of float64, shape (n,)
        NaN where nothing was said. For a rule with words: 1 where the result is one of them, 0 where it is another.
    horizon : int
        Until when observations can have come, ms: the present, or the end of a replay. What is later is not looked at.
    lon, lat : float
        Where the sensor is, for civil twilight.
    beside : (at, value), optional
        The neighbour's observations, in the unit of ``rule.together``; None: there is no neighbour.

    Raises
    ------
    ValueError
        The rule asks for light and there is no position, or for a neighbour and there is none.
    """
    known = at <= horizon
    if rule.when.kind != "silent":
        known &= np.isfinite(value)
    if rule.plausible is not None:
        with np.errstate(invalid="ignore"):
            known &= ~((value < rule.plausible.from_) | (value > rule.plausible.to))
    if not known.all():
        at, value = at[known], value[known]
    if rule.when.kind in ("rising", "falling"):
        # A rate needs the values before the time of day that counts.
        value = rate(at, value, duration_ms(rule.when.over))
    if rule.during is not None and len(at):
        counts = in_time(rule.during, at, lon, lat)
        at, value = at[counts], value[counts]
    if len(at) == 0:
        return []
    if rule.when.kind == "silent":
        pieces = _silences(rule, at, horizon)
    elif rule.when.kind == "stuck":
        pieces = _stuck(rule, at, value)
    else:
        pieces = _held(rule, at, value, beside)
    return _joined(rule, pieces, at, value, horizon)


def in_time(during: During, at: Times, lon: float, lat: float) -> NDArray[np.bool_]:
    """Say which moments are in a time of day.

    Raises
    ------
    ValueError
        Light is asked for where there is no position.
    """
    if during.light is not None:
        if not (np.isfinite(lon) and np.isfinite(lat)):
            raise ValueError("it has no position, so civil twilight can't be computed")
        dark = is_dark(at, lon, lat)
        return dark if during.light == "dark" else ~dark
    begin, end = during.minutes
    minute = minute_of_day(at)
    if begin < end:
        within: NDArray[np.bool_] = (minute >= begin) & (minute < end)
    else:
        within = (minute >= begin) | (minute < end)
    return within


def rate(at: Times, value: Floats, over_ms: int) -> Floats:
    """Return the change an hour since the first observation of the last ``over_ms``; NaN where that is less than half
    of it ago (two values a minute apart tell nothing of an hour).
    """
    first = np.searchsorted(at, at - over_ms, side="left")
    passed = (at - at[first]).astype(np.float64) if len(at) else np.empty(0)
    with np.errstate(invalid="ignore", divide="ignore"):
        change = (value - value[first]) / (passed / 3_600_000.0)
    return np.where(passed * 2 >= over_ms, change, np.nan)


def seen_beside(together: Together, at: Times, beside: tuple[Times, Floats]) -> NDArray[np.int8]:
    """Return 1 where the neighbour's last value says so, 0 where it says the opposite, -1 where it said nothing
    lately.
    """
    theirs, value = beside
    known = np.isfinite(value)
    theirs, value = theirs[known], value[known]
    out = np.full(len(at), -1, dtype=np.int8)
    if len(theirs) == 0:
        return out
    last = np.searchsorted(theirs, at, side="right") - 1
    recent = (last >= 0) & (at - theirs[np.maximum(last, 0)] <= together.since_ms)
    seen = value[np.maximum(last, 0)]
    says = seen >= together.above if together.above is not None else seen <= (together.below or 0.0)
    out[recent] = says[recent]
    return out


def signals(rule: Rule, value: Floats) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return where a value (or rate) begins an episode and where it ends one; NaN does neither."""
    when = rule.when
    if when.kind == "is":
        return value == 1.0, value == 0.0
    sign = when.sign
    with np.errstate(invalid="ignore"):
        on = sign * value >= sign * when.begin
        off = sign * value < sign * when.end
    return on, off


def _held(rule: Rule, at: Times, value: Floats, beside: Optional[tuple[Times, Floats]]) -> _Pieces:
    on, off = signals(rule, value)
    if rule.together is not None:
        if beside is None:
            raise ValueError("no sensor near it measures what the rule asks for beside it")
        near = seen_beside(rule.together, at, beside)
        off |= on & (near == 0)
        on &= near == 1
    said = np.flatnonzero(on | off)
    # The state is that of the last observation that said something.
    latest = np.zeros(len(at), dtype=np.int64)
    latest[said] = said
    np.maximum.accumulate(latest, out=latest)
    state = on[latest]
    return _pieces(rule, at, state, np.flatnonzero(state))


def _stuck(rule: Rule, at: Times, value: Floats) -> _Pieces:
    """A run is as long as each value is (nearly) the one before; it begins with the first of them."""
    step = np.abs(np.diff(value)) > (rule.when.stuck or 0.0)
    starts = np.concatenate([[0], np.flatnonzero(step) + 1])
    ends = np.concatenate([starts[1:] - 1, [len(at) - 1]])
    gaps = np.flatnonzero(np.diff(at) > rule.gap_ms) + 1
    first = np.union1d(starts, gaps)
    last = np.concatenate([first[1:] - 1, [len(at) - 1]])
    run = np.searchsorted(starts, first, side="right") - 1
    after = ends[run] + 1
    cleared = np.where(after < len(at), at[np.minimum(after, len(at) - 1)], _NONE)
    return _counting(rule, at, first, last, run, cleared)


def _silences(rule: Rule, at: Times, horizon: int) -> _Pieces:
    """A piece is the one observation after which nothing came."""
    until = np.concatenate([at[1:], [horizon]])
    first = np.flatnonzero(until - at > rule.for_ms)
    cleared = np.where(first + 1 < len(at), until[first], _NONE)
    return _Pieces(first, first, first, cleared, at[first] + rule.for_ms)


def _pieces(rule: Rule, at: Times, state: NDArray[np.bool_], on: NDArray[np.int64]) -> _Pieces:
    """Cut the observations with state on into pieces."""
    if len(on) == 0:
        return _counting(rule, at, on, on, on, on)
    new_run = np.concatenate([[True], np.diff(on) > 1])
    new_piece = new_run | np.concatenate([[False], np.diff(at[on]) > rule.gap_ms])
    begins = np.flatnonzero(new_piece)
    first = on[begins]
    last = on[np.concatenate([begins[1:] - 1, [len(on) - 1]])]
    run = np.cumsum(new_run)[begins]
    ends = np.concatenate([np.flatnonzero(new_run)[1:] - 1, [len(on) - 1]])
    after = on[ends[run - 1]] + 1
    cleared = np.where(after < len(at), at[np.minimum(after, len(at) - 1)], _NONE)
    return _counting(rule, at, first, last, run, cleared)


def _counting(rule: Rule, at: Times, first: Any, last: Any, run: Any, cleared: Any) -> _Pieces:
    """Keep the pieces that are long enough."""
    long = at[last] - at[first] >= rule.for_ms
    if rule.when.kind == "stuck":
        long &= last > first
    first, last, run, cleared = first[long], last[long], run[long], cleared[long]
    raised = at[np.searchsorted(at, at[first] + rule.for_ms, side="left")] if len(first) else at[first]
    return _Pieces(first, last, run, cleared, raised)


def _joined(rule: Rule, pieces: _Pieces, at: Times, value: Floats, horizon: int) -> list[Episode]:
    """Put pieces together: those of one run, and of runs less than ``rest`` apart."""
    n = len(pieces.first)
    if n == 0:
        return []
    another_run = pieces.run[1:] != pieces.run[:-1]
    apart = at[pieces.first[1:]] - np.where(another_run, pieces.cleared[:-1], 0)
    begins = np.flatnonzero(np.concatenate([[True], another_run & (apart > rule.rest_ms)]))
    ends = np.concatenate([begins[1:], [n]])
    runs = np.concatenate([[0], np.cumsum(another_run)])
    extreme = _extremes(rule, pieces, value)
    sizes = np.concatenate([[0], np.cumsum(pieces.last - pieces.first + 1)])
    pick = np.fmin if rule.when.sign < 0 else np.fmax
    out = []
    for a, b in zip(begins.tolist(), ends.tolist()):
        cleared = int(pieces.cleared[b - 1])
        out.append(
            Episode(
                rule=str(rule.id),
                start=int(at[pieces.first[a]]),
                raised=int(pieces.raised[a]),
                last=int(at[pieces.last[b - 1]]),
                cleared=None if cleared == _NONE else cleared,
                ended=cleared != _NONE and horizon - cleared >= rule.rest_ms,
                count=int(runs[b - 1] - runs[a]) + 1,
                value=float(pick.reduce(extreme[a:b])),
                observations=int(sizes[b] - sizes[a]),
            )
        )
    return out


def _extremes(rule: Rule, pieces: _Pieces, value: Floats) -> Floats:
    if rule.when.kind in ("silent", "is"):
        return np.full(len(pieces.first), np.nan)
    pick = np.fmin if rule.when.sign < 0 else np.fmax
    bounds = np.stack([pieces.first, pieces.last + 1], axis=1).ravel()
    # reduceat's last bound may be the length, which it doesn't take: a NaN more is no extreme.
    found: Floats = pick.reduceat(np.append(value, np.nan), bounds)[::2]
    return found
