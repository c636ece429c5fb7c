# SPDX-License-Identifier: GPL-2.0-or-later
"""Times and results as sources write them, to arrays; what can't be used gets a verdict, and the rest goes on.

Times: SensorThings 1.1 (OGC 18-088), clause 8.2: ISO 8601 instants, and intervals ``begin/end``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from ..store.file.timestamps import utc
from .streams import Kind, Readings, Verdict

Times = NDArray[np.int64]
NO_TIME = np.iinfo(np.int64).min
EARLIEST_MS = 946_684_800_000  # 2000-01-01: before it a clock was never set
AHEAD_MS = 15 * 60_000
_HOUR_MS = 3_600_000
_TOO_LARGE = 1e30
_ZERO, _NINE = 48, 57
_LONGEST_TEXT = 2000


def read_times(texts: Sequence[Any]) -> tuple[Times, Times]:
    """Return the moments (ms, UTC; of an interval its end) and the lengths of intervals; NO_TIME where it can't be
    read.
    """
    whole = _same_form(texts)
    if whole is not None:
        return whole, np.zeros(len(whole), dtype=np.int64)
    at, span = np.full(len(texts), NO_TIME, dtype=np.int64), np.zeros(len(texts), dtype=np.int64)
    known: dict[Any, int] = {}
    for i, text in enumerate(texts):
        begin, slash, end = text.partition("/") if isinstance(text, str) else (text, "", "")
        first = _moment(begin, known)
        at[i] = _moment(end, known) if slash else first
        if slash and first != NO_TIME and at[i] != NO_TIME:
            span[i] = at[i] - first
            if span[i] < 0:
                at[i], span[i] = NO_TIME, 0
    return at, span


def _moment(text: Any, known: dict[Any, int]) -> int:
    if not isinstance(text, str):
        return NO_TIME
    found = known.get(text)
    if found is None:
        form = utc(text)
        found = NO_TIME if form is None else int(np.datetime64(form[:-1], "ms").astype(np.int64))
        if len(known) < 100_000:
            known[text] = found
    return found


def _same_form(texts: Sequence[Any]) -> Optional[Times]:
    """Read times that all have one form, such as 2026-03-01T10:00:00Z or …T10:00:00.000+01:00, at once; else None."""
    try:
        table = np.array(texts, dtype=np.bytes_)
    except (UnicodeEncodeError, ValueError, TypeError):
        return None
    width = table.dtype.itemsize
    if table.ndim != 1 or not 20 <= width <= 35 or not all(type(text) is str for text in (texts[0], texts[-1])):
        return None
    marks = np.ascontiguousarray(table).view(np.uint8).reshape(len(table), width)
    form = marks[0]
    digits = (form >= _ZERO) & (form <= _NINE)
    is_digit = (marks >= _ZERO) & (marks <= _NINE)
    # + and - of an offset may differ; all else has to be the same sign in the same place.
    fixed = ~digits
    end = 19
    if form[end] == ord("."):
        end += 1
        while end < width and digits[end]:
            end += 1
    zone = bytes(form[end:])
    if zone != b"Z":
        if (
            len(zone) != 6
            or zone[0] not in b"+-"
            or zone[3] != ord(":")
            or not digits[[end + 1, end + 2, end + 4]].all()
        ):
            return None
        fixed[end] = False
        if not np.isin(marks[:, end], (ord("+"), ord("-"))).all():
            return None
    if bytes(form[[4, 7, 13, 16]]) != b"--::" or form[10] not in b"T ":
        return None
    if not (is_digit[:, digits].all() and (marks[:, fixed] == form[fixed]).all()):
        return None
    number = marks.astype(np.int64) - _ZERO

    def part(start: int, stop: int) -> Times:
        out = np.zeros(len(number), dtype=np.int64)
        for i in range(start, stop):
            out = out * 10 + number[:, i]
        return out

    year, month, day = part(0, 4), part(5, 7), part(8, 10)
    hour, minute, second = part(11, 13), part(14, 16), part(17, 19)
    if (month < 1).any() or (month > 12).any() or (hour > 23).any() or (minute > 59).any() or (second > 59).any():
        return None
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]").astype(np.int64)
    lengths = (months + 1).astype("datetime64[D]").astype(np.int64) - days
    if (day < 1).any() or (day > lengths).any():
        return None
    ms = ((((days + day - 1) * 24 + hour) * 60 + minute) * 60 + second) * 1000
    shown = min(end - 20, 3)
    if shown > 0:
        ms = ms + part(20, 20 + shown) * 10 ** (3 - shown)
    if zone != b"Z":
        offset = (part(end + 1, end + 3) * 60 + part(end + 4, end + 6)) * 60_000
        ms = ms - np.where(marks[:, end] == ord("-"), -offset, offset)
    return ms


def read_results(
    results: Sequence[Any], kind: Kind
) -> tuple[NDArray[np.float64], Optional[NDArray[np.object_]], NDArray[np.object_]]:
    """Return numbers (NaN: none), texts (None where there is none at all) and why a result can't be used (``""``).

    A number may come as text (``"12.5"``). Of ``kind`` number, other text is refused; a null is heard, and says
    nothing. Objects and lists are kept as JSON.
    """
    n = len(results)
    refused = np.full(n, "", dtype=object)
    if set(map(type, results)) <= {float, int}:
        try:
            value = np.array(results, dtype=np.float64)
        except OverflowError:  # a whole number of 400 digits
            value = np.array([_float(result) for result in results])
        _refuse_numbers(value, refused)
        return value, None, refused
    value = np.full(n, np.nan)
    text = np.full(n, None, dtype=object)
    for i, result in enumerate(results):
        if result is None:
            continue
        if isinstance(result, bool):
            value[i] = float(result)
            if kind == "number":
                refused[i] = "true or false where numbers were due"
        elif isinstance(result, (int, float)):
            value[i] = _float(result)
            refused[i] = _number_fault(value[i])
        elif isinstance(result, str):
            number = _float(result) if kind in ("number", "any") else np.nan
            if np.isfinite(number):
                value[i], refused[i] = number, _number_fault(number)
            elif kind == "number":
                refused[i] = "text where numbers were due"
            elif kind == "flag" and result.strip().casefold() in ("true", "false"):
                value[i] = float(result.strip().casefold() == "true")
            else:
                text[i] = result[:_LONGEST_TEXT]
        elif kind == "number":
            refused[i] = "an object where numbers were due"
        else:
            text[i] = json.dumps(result, ensure_ascii=False, sort_keys=True)[:_LONGEST_TEXT]
    return value, text if any(item is not None for item in text) else None, refused


def _float(result: Any) -> float:
    try:
        return float(result)
    except OverflowError:
        return np.inf
    except ValueError:
        return np.nan


def _number_fault(value: float) -> str:
    if not np.isfinite(value):
        return "not a finite number"
    return "a number too large to be a measurement" if abs(value) >= _TOO_LARGE else ""


def _refuse_numbers(value: NDArray[np.float64], refused: NDArray[np.object_]) -> None:
    finite = np.isfinite(value)
    refused[~finite] = "not a finite number"
    with np.errstate(invalid="ignore"):
        refused[finite & (np.abs(value) >= _TOO_LARGE)] = "a number too large to be a measurement"


def readings(
    times: Sequence[Any],
    results: Sequence[Any],
    result_times: Optional[Sequence[Any]],
    kind: Kind,
) -> Readings:
    """Return what can be used of a portion of observations, with a verdict on the rest.

    Parameters
    ----------
    times, results, result_times : sequences of length n
        As decoded from JSON; ``result_times`` None where none is said.
    kind : str
        What the stream's results are.
    """
    at, span = read_times(times) if len(times) else (np.empty(0, np.int64), np.empty(0, np.int64))
    made = _result_times(result_times, at)
    value, text, refused = read_results(results, kind)
    clean = refused == ""
    refused[clean & (at == NO_TIME)] = "its time can't be read"
    refused[clean & (at != NO_TIME) & (at < EARLIEST_MS)] = "before the year 2000: the clock was not set"
    fine = refused == ""
    if fine.all():
        return Readings(at, span, made, value, text)
    counts = Counter(refused[~fine].tolist())
    verdicts = []
    for reason, count in counts.items():
        first = int(np.flatnonzero(refused == reason)[0])
        said = f"{times[first]}: {str(results[first])[:60]}"
        verdicts.append(Verdict(reason, count, said))
    return Readings(at, span, made, value, text, tuple(verdicts)).take(fine)


def without_future(found: Readings, present: int) -> Readings:
    """Return what is not later than the present (ms, UTC; some minutes are no matter), with a verdict on the rest."""
    ahead = found.at > present + AHEAD_MS
    count = int(ahead.sum())
    if count == 0:
        return found
    reason = "in the future"
    if _an_hour(found.at[ahead] - present):
        reason = "in the future, by about an hour: the sensor's clock seems to be set to another zone"
    first = int(np.flatnonzero(ahead)[0])
    said = f"{np.datetime64(int(found.at[first]), 'ms')}Z: {found.value[first]:g}"
    kept = found.take(~ahead)
    return replace(kept, verdicts=(*found.verdicts, Verdict(reason, count, said)))


def _result_times(texts: Optional[Sequence[Any]], at: Times) -> Times:
    if texts is None or not any(text is not None for text in (*texts[:1], *texts[-1:])):
        texts = None if texts is None or all(text is None for text in texts) else texts
    if texts is None:
        return np.zeros(len(at), dtype=np.int64)
    made, _ = read_times(texts)
    return np.where(made == NO_TIME, 0, made)


def _an_hour(ahead: Times) -> bool:
    """Say whether the newest times are one or two hours ahead: a clock that takes local time for UTC."""
    newest = int(ahead.max())
    return any(abs(newest - hours * _HOUR_MS) <= AHEAD_MS for hours in (1, 2))
