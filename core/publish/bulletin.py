# SPDX-License-Identifier: GPL-2.0-or-later
"""The bulletin: one HTML file that shows a set of incidents to people who don't have the tool.

It stands alone: style, maps and photos are inside, there is no script, and a content security policy forbids the
browser to load anything. French and English are both there; two radio buttons choose (CSS alone).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, Optional

import jinja2
import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from ... import resources
from ..base.checked_yaml import load
from ..base.files import replacing
from ..errors import UsageError
from ..model import Columns, PhotoVerdict, Rejected
from ..store.states import words_for_closed
from ..taxonomy import Taxonomy
from ..territory import Territory
from . import content, figures, svg
from .cartography import breaks, shade
from .kinds import Kind, kinds, numbers
from .maps import Atlas
from .thumbnails import data_uri, without_metadata
from .wording import Said, Sentence, Share, Short, Wording

DOTS_SHOWN = 400
"""Up to so many reports are also drawn one by one on the map of all communes."""
FEW = 4
"""A commune with so many reports, or less, shows them in a list and needs no counts."""
_GROUPS_SHOWN, _REASONS_SHOWN, _CLASSES_OF_COMMUNE = 10, 30, 8
# Controls, halves of surrogate pairs (file names that are not UTF-8) and marks that turn the reading direction.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Texts:
    """The file ``bulletin.yaml``; ``closed_words`` are other people's words for what our states call closed."""

    closed_words: tuple[str, ...]
    sentences: dict[str, Sentence]


@dataclass(frozen=True)
class CommunePart:
    """The part of one commune."""

    anchor: str
    insee: str
    name: str
    rate: Optional[float]
    count: int
    open: int
    to_check: int
    main: Kind
    outlined: bool
    map: Optional[Markup]
    classes: list[content.Row]
    teams: list[content.Row]
    oldest: Optional[dt.date]
    lines: tuple[content.Line, ...]
    """All its reports if they are few, else the oldest open ones."""
    few: bool


@dataclass(frozen=True)
class Picture:
    """One photo; ``how`` is the key of the sentence that says who gave the class (``""``: nobody knows)."""

    uri: str
    line: content.Line
    how: str
    confidence: Optional[Share]


@dataclass(frozen=True)
class Pictures:
    """The photos shown, and how many are not: for their weight, or because they are no JPEG."""

    shown: list[Picture]
    left_out: int
    broken: int
    total: int


def write_bulletin(path: Path, incidents: Columns, **options: Any) -> None:
    """Write :func:`bulletin` to a file, whole or not at all.

    Raises
    ------
    DataError
        The folder can't be written, or the disk is full.
    """
    text = bulletin(incidents, **options)
    with replacing(Path(path)) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def bulletin(
    incidents: Columns,
    *,
    communes: Territory,
    taxonomy: Optional[Taxonomy],
    generated_at: dt.datetime,
    teams: Optional[Mapping[str, Said]] = None,
    thumbnails: Optional[Mapping[str, bytes]] = None,
    photo_verdicts: Optional[Mapping[str, int]] = None,
    rejected: Sequence[Rejected] = (),
    title: str = "",
    notices: Sequence[Said] = (),
    model: str = "",
    insee: Optional[str] = None,
    language: Literal["fr", "en"] = "fr",
    photos_shown: int = 48,
    photo_bytes: int = 1_200_000,
) -> str:
    """Return the bulletin as the text of one HTML file.

    Parameters
    ----------
    incidents : Columns
        As in :mod:`sigma_communes.core.model`, with ``state``, ``description`` and ``address`` where they are
        known. Only ``id`` must be there.
    communes : Territory
        The commune map.
    taxonomy : Taxonomy, optional
        Names, colours and icons of the classes; without it their ids are shown.
    generated_at : datetime
        "Now": ages and weeks are counted from it. Without a zone it is UTC; it is shown as its own clock has it.
    teams : Mapping of str to str or bilingual, optional
        Team id to the name shown; a team without one is shown by its id.
    thumbnails : Mapping of str to bytes, optional
        Report id to a small JPEG. EXIF, XMP and IPTC are taken out.
    photo_verdicts : Mapping of str to int, optional
        :class:`~..model.PhotoVerdict` to the number of photo files.
    rejected : Sequence of Rejected
        Records of report files that could not be used (photo files are in ``photo_verdicts``).
    title : str
        Whose bulletin it is; by default the name of the commune map.
    notices : Sequence of str or bilingual
        What every reader must know first, e.g. that the data are a demonstration.
    model : str
        Name and version of the classifier, ``""`` where none was used.
    insee : str, optional
        Make the bulletin of this commune alone (what was rejected has no commune and is left out).
    language : "fr" or "en"
        The language that shows first.
    photos_shown, photo_bytes : int
        At most so many photos, of together so many bytes (before base64); the page says how many were left out.

    Raises
    ------
    UsageError
        ``insee`` is no commune of the map.
    DataError
        The incidents have no ``id``, or columns of unequal length.
    """
    texts = _texts()
    say = Wording(texts.sentences)
    table = figures.complete(incidents, frozenset(texts.closed_words) | words_for_closed())
    atlas = Atlas.of(communes)
    one = None if insee is None else _commune(insee, communes, atlas)
    if insee is not None:
        table = figures.taken(table, table["insee"] == insee)
    now = _utc(generated_at)
    known = kinds(
        [class_id for class_id, _ in figures.tally(table["class"])], taxonomy, texts.sentences["unknown_class"]
    )
    names = teams or {}
    routed = bool(np.any(table["team"] != ""))
    doubts = content.checks(table, now, routed)
    open_rows = ~table["closed"]
    parts = [] if one is not None else _commune_parts(table, communes, atlas, known, names, doubts)
    page = {
        "t": say.say,
        "v": say.value,
        "share": Share,
        "short": Short,
        "bar": svg.bar,
        "language": language,
        "title": title or communes.name,
        "commune": None if one is None else {"name": communes.names[one], "insee": communes.insee[one]},
        "header": _css_escaped(f"{title or communes.name} · {generated_at:%Y-%m-%d}"),
        "generated_at": generated_at,
        "notices": notices,
        "period": _period(table["reported_at"]),
        "kinds": known,
        "definitions": atlas.definitions(one) if len(table["id"]) else "",
        "total": len(table["id"]),
        "open": int(open_rows.sum()),
        "stateless": int(table["stateless"].sum()),
        "week": _last_week(table["reported_at"], now),
        "communes_total": len(communes),
        "communes": parts,
        "classes": content.class_rows(table, known),
        "unqualified": int((table["class"] == "").sum()),
        "abstentions": int(((table["class"] == "") & (table["source"] == "photos")).sum()),
        "class_from": {
            key: int((table["class_from"] == key).sum()) for key in ("photo", "words", "photo+words", "person")
        },
        "teams": content.team_rows(table, names, texts.sentences["no_team"]),
        "routed": routed,
        "weeks": _weeks(table["reported_at"], now, say),
        "ages": figures.ages(table["reported_at"][open_rows], now),
        "oldest": content.lines(table, content.oldest_open(table, 20 if one is not None else 8), known, names),
        "groups": _groups(table, known),
        "pictures": _pictures(table, thumbnails or {}, known, names, photos_shown, photo_bytes),
        "model": model,
        "doubts": doubts,
        "verdicts": {} if one is not None else _verdicts(photo_verdicts or {}),
        "rejected": [] if one is not None else content.refusals(rejected),
        "rejected_total": 0 if one is not None else len(rejected) + _refused_photos(photo_verdicts or {}),
        "reasons_shown": _REASONS_SHOWN,
        "map_source": " · ".join(part for part in (communes.source, communes.licence, communes.date) if part),
    }
    page["map"] = _map_of_all(table, communes, atlas, parts) if one is None else _map_of_one(one, table, atlas, known)
    return _UNWRITABLE.sub("\ufffd", _template().render(page))


@cache
def _texts() -> Texts:
    return load(resources.path("templates", "bulletin.yaml"), Texts)


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resources.path("templates")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("bulletin.html.j2")


def _commune(insee: str, communes: Territory, atlas: Atlas) -> int:
    if insee not in atlas.index:
        raise UsageError(
            f"No commune of the map has the INSEE code {insee!r}",
            where=communes.name,
            next_step="See the codes with: sigma-communes communes info",
        )
    return atlas.index[insee]


def _utc(moment: dt.datetime) -> np.datetime64:
    plain = moment if moment.tzinfo is None else moment.astimezone(dt.timezone.utc).replace(tzinfo=None)
    return np.datetime64(plain, "s")


def _css_escaped(text: str) -> str:
    """Return the inside of a CSS string: all but letters and digits as hexadecimal escapes, so nothing in it acts."""
    plain = _UNWRITABLE.sub("\ufffd", text)
    return "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):06x}" for c in plain)


def _period(reported_at: NDArray[Any]) -> Optional[tuple[dt.date, dt.date]]:
    dated = reported_at[~np.isnat(reported_at)]
    return (content.day(dated.min()), content.day(dated.max())) if dated.size else None  # type: ignore[return-value]


def _last_week(reported_at: NDArray[Any], now: np.datetime64) -> tuple[int, int]:
    """Return how many reports came in the last 7 days, and in the 7 days before those."""
    week = np.timedelta64(7 * 86_400, "s")
    past = reported_at[reported_at <= now]
    return int((past > now - week).sum()), int(((past <= now - week) & (past > now - 2 * week)).sum())


def _weeks(reported_at: NDArray[Any], now: np.datetime64, say: Wording) -> dict[str, Any]:
    counted = figures.weeks(reported_at, now)
    numbers_of = [monday.isocalendar()[1] for monday in counted.mondays]
    ticks = [say.say("week_tick", tag="tspan", number=str(n)) for n in numbers_of]
    shown = [say.value(n, tag="tspan") if n else Markup("") for n in counted.counts]
    return {
        "counted": counted,
        "chart": svg.columns(counted.counts, shown, ticks, counted.recent) if sum(counted.counts) else None,
        "rows": list(zip(map(str, numbers_of), counted.mondays, counted.counts)),
    }


def _groups(table: Columns, known: Sequence[Kind]) -> dict[str, Any]:
    found = figures.groups(table["group_id"], table["reported_at"])
    return {
        "count": len(found),
        "reports": sum(group.rows.size for group in found),
        "lines": content.group_lines(table, found[:_GROUPS_SHOWN], known),
    }


def _pictures(
    table: Columns, given: Mapping[str, bytes], known: Sequence[Kind], teams: Mapping[str, Said], most: int, room: int
) -> Pictures:
    """Choose the newest photos that fit in ``room`` bytes."""
    has = np.array([report in given for report in table["id"]], dtype=bool)
    rows = np.flatnonzero(has)
    rows = rows[figures.by_date(table["reported_at"][rows], newest_first=True)]
    shown: list[Picture] = []
    broken = 0
    for i in rows.tolist():
        if len(shown) >= most:
            break
        jpeg = without_metadata(given[table["id"][i]])
        if jpeg is None:
            broken += 1
        elif len(jpeg) <= room:
            room -= len(jpeg)
            shown.append(_picture(table, i, data_uri(jpeg), known, teams))
    return Pictures(shown, rows.size - len(shown) - broken, broken, int(rows.size))


def _picture(table: Columns, i: int, uri: str, known: Sequence[Kind], teams: Mapping[str, Said]) -> Picture:
    confidence = float(table["confidence"][i])
    share = Share(confidence) if np.isfinite(confidence) else None
    how = "abstained"
    if table["class"][i]:
        by_model = "suggested" if share is not None else ""
        how = {"words": "by_words", "person": "by_person"}.get(table["class_from"][i], by_model)
    return Picture(uri, content.lines(table, np.array([i]), known, teams)[0], how, share)


def _verdicts(counts: Mapping[str, int]) -> dict[str, tuple[Said, int]]:
    """Return the photo verdicts that occur, in the order of :class:`PhotoVerdict`, with their names."""
    given = {str(verdict): int(count) for verdict, count in counts.items() if count}
    order = [str(verdict) for verdict in PhotoVerdict]
    ranked = sorted(given, key=lambda verdict: (order.index(verdict) if verdict in order else len(order), verdict))
    return {verdict: (_texts().sentences.get(f"verdict {verdict}", verdict), given[verdict]) for verdict in ranked}


def _refused_photos(counts: Mapping[str, int]) -> int:
    usable = {str(verdict) for verdict in PhotoVerdict if verdict.usable}
    return sum(int(count) for verdict, count in counts.items() if str(verdict) not in usable)


def _doubtful(doubts: Sequence[content.Check], total: int) -> NDArray[Any]:
    """Return for each incident whether anything about it is to be checked."""
    out = np.zeros(total, dtype=bool)
    for doubt in doubts:
        out[doubt.rows] = True
    return out


def _commune_parts(
    table: Columns,
    communes: Territory,
    atlas: Atlas,
    known: Sequence[Kind],
    teams: Mapping[str, Said],
    doubts: Sequence[content.Check],
) -> list[CommunePart]:
    texts = _texts().sentences
    doubtful = _doubtful(doubts, len(table["id"]))
    out = []
    for number, (code, count) in enumerate(figures.tally(table["insee"])):
        if code == "":
            continue
        mask = table["insee"] == code
        mine = figures.taken(table, mask)
        at = atlas.index.get(code)
        people = int(communes.population[at]) if at is not None and communes.population[at] > 0 else None
        classes = content.class_rows(mine, known)
        anchor = f"c-{code}" if re.fullmatch("[0-9A-Za-z]{1,10}", code) else f"c-n{number}"
        located = mine["located"]
        drawn = None
        if at is not None and located.any():
            drawn = atlas.commune(
                at,
                mine["lon"][located],
                mine["lat"][located],
                numbers(mine["class"][located], known),
                known,
                f"{anchor}-m",
            )
        oldest = content.oldest_open(mine, 5)
        few = count <= FEW
        shown = figures.by_date(mine["reported_at"]) if few else oldest
        out.append(
            CommunePart(
                anchor=anchor,
                insee=code,
                name=communes.names[at] if at is not None else mine["commune"][0] or code,
                rate=None if people is None else 1000 * count / people,
                count=count,
                open=int((~mine["closed"]).sum()),
                to_check=int(doubtful[mask].sum()),
                main=next(row.kind for row in classes if row.kind is not None),
                outlined=at is not None,
                map=drawn,
                classes=content.class_rows(mine, known, _CLASSES_OF_COMMUNE),
                teams=content.team_rows(mine, teams, texts["no_team"]),
                oldest=content.day(mine["reported_at"][oldest[0]]) if oldest.size else None,
                lines=content.lines(mine, shown, known, teams),
                few=few,
            )
        )
    return out


def _map_of_all(
    table: Columns, communes: Territory, atlas: Atlas, parts: Sequence[CommunePart]
) -> Optional[dict[str, Any]]:
    if len(communes) == 0:
        return None
    counts = np.zeros(len(communes), dtype=np.int64)
    anchors = {atlas.index[part.insee]: part.anchor for part in parts if part.insee in atlas.index}
    for part in parts:
        if part.insee in atlas.index:
            counts[atlas.index[part.insee]] = part.count
    people = np.where(communes.population > 0, communes.population, np.nan)
    by_rate = bool(np.isfinite(people).any())
    values = np.where(counts > 0, 1000 * counts / people, 0.0) if by_rate else counts.astype(np.float64)
    limits = breaks(values)
    placed = table["located"] & (table["insee"] != "")
    points = (table["lon"][placed], table["lat"][placed]) if 0 < placed.sum() <= DOTS_SHOWN else None
    names = [str(name) for name in communes.names]
    return {
        "svg": atlas.territory(names, counts, values, limits, anchors, points, "map-caption"),
        "caption": "map_rates" if by_rate else "map_counts",
        "dots": points is not None,
        "legend": _legend(limits, sorted({shade(float(value), limits) for value in values})),
        "water": len(communes.water) > 0,
        "missing": int((~placed).sum()),
    }


def _legend(limits: Sequence[float], used: Sequence[int]) -> list[tuple[str, str, dict[str, float]]]:
    """Return the shades in use: style class, key of the sentence, its values."""
    out: list[tuple[str, str, dict[str, float]]] = []
    for number in used:
        if number < 0:
            out.append(("su", "shade_unknown", {}))
        elif number == 0:
            out.append(("s0", "shade_0", {}))
        elif not limits:
            out.append(("s1", "shade_all", {}))
        elif number == 1:
            out.append(("s1", "shade_below", {"high": limits[0]}))
        elif number > len(limits):
            out.append((f"s{number}", "shade_above", {"low": limits[-1]}))
        else:
            out.append((f"s{number}", "shade_between", {"low": limits[number - 2], "high": limits[number - 1]}))
    return out


def _map_of_one(one: int, table: Columns, atlas: Atlas, known: Sequence[Kind]) -> dict[str, Any]:
    located = table["located"]
    drawn = None
    if located.any():
        drawn = atlas.commune(
            one,
            table["lon"][located],
            table["lat"][located],
            numbers(table["class"][located], known),
            known,
            "map-caption",
            large=True,
        )
    return {"svg": drawn, "missing": int((~located).sum())}
