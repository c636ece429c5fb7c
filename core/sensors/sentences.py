# SPDX-License-Identifier: GPL-2.0-or-later
"""What a rule says of an episode, with its figures, in two languages."""

from __future__ import annotations

import math
from datetime import datetime, timezone
from typing import Optional

import numpy as np

from ..store.sensors import Sensor
from ..taxonomy import Language
from .daylight import local
from .episodes import Episode
from .rules import Rule

_MONTHS: dict[str, tuple[str, ...]] = {
    "fr": tuple(
        [
            "janvier",
            "février",
            "mars",
            "avril",
            "mai",
            "juin",
            "juillet",
            "août",
            "septembre",
            "octobre",
            "novembre",
            "décembre",
        ]
    ),
    "en": tuple(
        [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ]
    ),
}


def number(value: Optional[float], language: Language) -> str:
    """Return a number with three figures at least, as the language writes it."""
    if value is None or not math.isfinite(value):
        return "?"
    text = f"{value:.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.3g}"
    return text.replace(".", ",") if language == "fr" else text


def moment(at: Optional[int], language: Language) -> str:
    """Return a moment (ms, UTC) by the clock of France."""
    if at is None:
        return ""
    when = datetime.fromtimestamp(int(local(np.array([at]))[0]) / 1000, timezone.utc)
    month = _MONTHS[language][when.month - 1]
    if language == "fr":
        day = "1er" if when.day == 1 else str(when.day)
        return f"{day} {month} {when.year} à {when.hour}h{when.minute:02d}"
    return f"{when.day} {month} {when.year} at {when.hour}:{when.minute:02d}"


def duration(ms: int, language: Language) -> str:
    """Return a length of time in the two largest of its parts."""
    minutes = round(ms / 60_000)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    names = ("j", "h", "min") if language == "fr" else ("d", "h", "min")
    parts = [f"{value} {name}" for value, name in zip((days, hours, rest), names) if value]
    return " ".join(parts[:2]) or f"0 {names[2]}"


def sentence(rule: Rule, episode: Episode, sensor: Sensor, language: Language) -> str:
    """Return the rule's text with the figures of an episode, how often it began, and whether it is over."""
    until = episode.cleared if episode.cleared is not None else episode.last
    threshold = rule.when.begin if rule.when.kind in ("above", "below", "rising", "falling") else None
    said = getattr(rule.text, language).format(
        sensor=sensor.name or sensor.key,
        place=sensor.thing_name or sensor.name or sensor.key,
        value=number(episode.value, language),
        unit=rule.unit,
        threshold=number(threshold, language),
        since=moment(episode.start, language),
        until=moment(until, language),
        duration=duration(until - episode.start, language),
        count=episode.count,
    )
    more = []
    if episode.count > 1:
        more.append(f"{episode.count} fois" if language == "fr" else f"{episode.count} times")
    if episode.ended:
        end = moment(episode.cleared, language)
        over = (
            f"terminé le {end} : proposé comme résolu" if language == "fr" else f"over on {end}: resolved is proposed"
        )
        more.append(over)
    return f"{said} ({', '.join(more)})" if more else said
