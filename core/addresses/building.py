# SPDX-License-Identifier: GPL-2.0-or-later
"""Rows of addresses → the arrays of an index; a later file replaces what an earlier one said of a number."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from ..base.ellipsoid import area_km2, metres_per_degree
from ..base.geos import shapely
from ..feedback import SILENT, Feedback
from ..model import Rejected
from ..territory import Territory
from .arrays import Ints, flat, offsets
from .grid import laid_out
from .index import DEGREE, AddressIndex, Texts
from .tables import Piece, meanings
from .typos import LONGEST, as_letters, keys_of
from .wording import Wording, plain, wording

NO_NUMBER = 0xFFFFFFFF
NAMELESS = "?"
"""The word that stands for the name of a way without one."""
STREET, LOCALITY = 0, 1
NAME_SHARE, LABEL_SHARE = 0.5, 0.6
"""How much of a name's weight a query has to hold for the name to be looked at."""
_RARE = 400
"""So many more names are thought to be there, that a small file weighs words as a large one does."""
_WAY, _SMALL = 0.15, 0.05
"""The most that a kind of way and an article weigh."""
_MOST_REJECTED = 1000


@dataclass(frozen=True)
class _Street:
    insee: str
    commune: str
    former: str
    post: str
    name: str
    key: str
    names: tuple[str, ...] = ()


@dataclass
class Gathered:
    """Rows as they come in, and what became of them."""

    territory: Territory
    sources: list[dict[str, Any]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    rejected: list[Rejected] = field(default_factory=list)
    _streets: dict[tuple[Any, ...], int] = field(default_factory=dict)
    _suffixes: dict[str, int] = field(default_factory=lambda: {"": 0})
    _parts: list[tuple[NDArray[Any], ...]] = field(default_factory=list)
    _ids: list[tuple[int, list[str]]] = field(default_factory=list)
    _codes: dict[tuple[str, str], int] = field(default_factory=dict)
    _rows: int = 0

    def take_index(self, index: AddressIndex, *, without: str = "") -> None:
        """Take over all that an index holds, but for the source ``without``."""
        names = [s["name"] for s in index.about["sources"]]
        left_out = names.index(without) if without in names else -1
        kept = [i for i in range(len(names)) if i != left_out]
        new_source = np.full(256, 255, np.uint8)
        new_source[kept] = np.arange(len(self.sources), len(self.sources) + len(kept))
        self.sources += [index.about["sources"][i] for i in kept]
        for text in index.suffixes:
            self._suffixes.setdefault(text, len(self._suffixes))
        suffix = np.array([self._suffixes[text] for text in index.suffixes], np.uint32)
        local = np.array([self._street(s) for s in _streets_of(index)], np.int32)
        owner = np.repeat(np.arange(index.streets), np.diff(index.number_start))
        # Copies: the file they are mapped from is about to be replaced.
        keep = np.flatnonzero(index.number_source != left_out)
        number = index.number[keep]
        self._add(
            local[owner[keep]],
            (number & ~np.uint32(0xFF)) | suffix[number & 0xFF],
            index.number_lon[keep],
            index.number_lat[keep],
            np.zeros(len(number), np.int16),
            new_source[index.number_source[keep]],
        )
        if len(index.number_id_start) > 1:
            rows = np.arange(index.numbers)[keep]
            self._ids.append((self._rows - len(rows), [index.number_ids[int(i)] for i in rows]))
        bare = np.flatnonzero((np.diff(index.number_start) == 0) & (index.street_source != left_out))
        self._add(
            local[bare],
            np.full(len(bare), NO_NUMBER, np.uint32),
            index.street_lon[bare],
            index.street_lat[bare],
            np.zeros(len(bare), np.int16),
            new_source[index.street_source[bare]],
        )

    def take(self, piece: Piece, where: str) -> None:
        """Take the rows of a piece of a file; each gets a verdict, those that are no use with a reason."""
        n = len(piece)
        source = np.full(n, len(self.sources) - 1, np.uint8)
        code = self._codes
        pairs = list(zip(piece.number, piece.suffix))
        for pair in set(pairs) - code.keys():
            code[pair] = self._number(*pair)
        numbers = np.array([code[pair] for pair in pairs], np.int64)
        insee, commune = self._communes(piece)
        # A hamlet may number its houses without naming its ways.
        named = np.ones(n, bool)
        if "" in piece.street:
            named = np.array(
                [bool(s or (c and number)) for s, c, number in zip(piece.street, commune, piece.number)], bool
            )
        placed = np.isfinite(piece.lon)
        for bad, why in (
            (~named, "Has no name of a street"),
            (named & (numbers < 0), "Its house number can't be read"),
            (named & (numbers >= 0) & ~placed, "Has no position"),
        ):
            self.counts[why] += int(bad.sum())
            for i in np.flatnonzero(bad)[: max(0, _MOST_REJECTED - len(self.rejected))]:
                self.rejected.append(Rejected(f"{where}:{piece.row + int(i)}", why))
        good = np.flatnonzero(named & (numbers >= 0) & placed)
        prefix, own = _keys(piece.key)
        names: Iterable[tuple[str, ...]] = zip(*piece.names) if piece.names else itertools.repeat((), n)
        streets = self._streets
        rows = zip(insee, commune, piece.former, piece.post_code, piece.street, prefix, names)
        if len(good) < n:
            used = set(good.tolist())
            rows = (row for i, row in enumerate(rows) if i in used)  # type: ignore[assignment]
            own = [own[i] for i in good] if own else own
        local = np.array([streets.setdefault(row, len(streets)) for row in rows], np.int32)
        self._add(
            local,
            numbers[good].astype(np.uint32),
            np.round(piece.lon[good] / DEGREE).astype(np.int32),
            np.round(piece.lat[good] / DEGREE).astype(np.int32),
            piece.rank[good],
            source[good],
        )
        if own:
            self._ids.append((self._rows - len(good), own))

    def _street(self, street: _Street) -> int:
        row = (street.insee, street.commune, street.former, street.post, street.name, street.key, street.names)
        return self._streets.setdefault(row, len(self._streets))

    def _add(self, *arrays: NDArray[Any]) -> None:
        self._parts.append(arrays)
        self._rows += len(arrays[0])

    def _number(self, number: str, suffix: str) -> int:
        """Return value × 256 + suffix; :data:`NO_NUMBER` for none, -1 where it can't be read."""
        number = number.strip().removesuffix(".0")
        if not number or number == str(meanings().no_number):
            return NO_NUMBER
        digits = number[: len(number) - len(number.lstrip("0123456789"))]
        if not digits or int(digits) >= 1 << 20:
            return -1
        said = plain(suffix or number[len(digits) :]).strip(" -./")
        said = "".join(wording().suffixes.get(part, part) for part in said.split()[:2])[:8]
        code = self._suffixes.setdefault(said, len(self._suffixes))
        return -1 if code > 255 else int(digits) << 8 | code

    def _communes(self, piece: Piece) -> tuple[list[str], list[str]]:
        """Return INSEE codes and names; what the file leaves open is the map's, by name and position."""
        insee, names = piece.insee, piece.commune
        open_rows = [i for i, code in enumerate(insee) if not code]
        located = self.territory.locate(piece.lon, piece.lat)
        inside = located.index >= 0
        self.counts["outside the territory"] += int((np.isfinite(piece.lon) & ~inside).sum())
        if not open_rows:
            return insee, names
        insee, names = list(insee), list(names)
        there = located.index.tolist()
        same: dict[tuple[str, int], bool] = {}
        for i in open_rows:
            commune, name = there[i], names[i]
            if commune < 0:
                continue
            if (name, commune) not in same:
                same[name, commune] = not name or _same_commune(name, str(self.territory.names[commune]))
            if same[name, commune]:
                insee[i] = str(self.territory.insee[commune])
                names[i] = name or str(self.territory.names[commune])
        return insee, names

    def arrays(self, feedback: Feedback = SILENT) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        """Return the arrays of the index and what is to be said about it."""
        feedback.stage("addresses: index")
        return _arrays(self, feedback)


def _keys(keys: list[str]) -> tuple[list[str], list[str]]:
    """Return the beginning of each national key (``13055_1234_00012_bis``: ``13055_1234``), and the keys that are none.

    The second is empty where there is none such.
    """
    if all(k[5:6] == "_" and k[10:11] == "_" and k[11:16].isdigit() for k in keys):
        return [k[:10] for k in keys], []
    parts = [k.split("_", 3) for k in keys]
    national = [len(p) > 2 and p[2].isdigit() for p in parts]
    own = ["" if ok else k for k, ok in zip(keys, national)]
    return [f"{p[0]}_{p[1]}" if ok else "" for p, ok in zip(parts, national)], own if any(own) else []


def _streets_of(index: AddressIndex) -> Iterable[_Street]:
    other: dict[int, list[int]] = {}
    extra = index.about.get("other_names", {})
    for street, names in extra.items():
        other[int(street)] = names
    for i in range(index.streets):
        unit = int(index.street_unit[i])
        commune = int(index.unit_commune[unit])
        yield _Street(
            insee=index.commune_insee[commune].decode(),
            commune=index.communes[commune],
            former=index.former[unit],
            post=index.unit_post[unit].decode(),
            name=index.shown[i],
            key=index.keys[i],
            names=tuple(extra.get(str(i), ())),
        )


def _same_commune(a: str, b: str) -> bool:
    return _municipality(a) == _municipality(b)


def _municipality(name: str) -> str:
    """Return a commune's name in its one spelling, without the number of its part."""
    text, _ = wording().part_of(plain(name))
    return " ".join(wording().words(text))


def _arrays(gathered: Gathered, feedback: Feedback) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    words = wording()
    raw = list(gathered._streets)
    raw_unit, units, communes = _units(raw, words)
    mapped = _mapped(gathered.territory, units, communes)
    spelt: dict[str, tuple[str, ...]] = {}

    def name_of(text: str) -> tuple[str, ...]:
        if text not in spelt:
            spelt[text] = tuple(words.words(text)) or tuple(plain(text).split()) or (NAMELESS,)
        return spelt[text]

    # One street for all rows that say the same; names get numbers as they come.
    names: dict[tuple[str, ...], int] = {}
    identity: dict[tuple[int, int, str], int] = {}
    first: list[int] = []
    street_of = np.empty(len(raw), np.int64)
    for i, (*_, text, key, _other) in enumerate(raw):
        name = names.setdefault(name_of(text), len(names))
        street_of[i] = identity.setdefault((name, raw_unit[i], key), len(identity))
        if street_of[i] == len(first):
            first.append(i)
    street_of = _without_post_code_joined(street_of, list(identity), units)[street_of]
    feedback.check()

    parts = gathered._parts
    street, number, lon, lat, rank, source = (
        (np.concatenate([p[k] for p in parts]) if parts else np.zeros(0, np.int64)) for k in range(6)
    )
    street = street_of[street]
    ids = np.empty(len(street), object) if gathered._ids else None
    for at, texts in gathered._ids:
        ids[at : at + len(texts)] = texts  # type: ignore[index]
    # Within a number: the latest file first, then the best position.
    order = np.lexsort((rank, -source.astype(np.int16), number, street))
    street, number, source = street[order], number[order], source[order]
    again = np.zeros(len(street), bool)
    again[1:] = (street[1:] == street[:-1]) & (number[1:] == number[:-1])
    other_file = again.copy()
    other_file[1:] &= source[1:] != source[:-1]
    gathered.counts["also in another file"] += int(other_file.sum())
    gathered.counts["another position of the same"] += int((again & ~other_file).sum())
    keep = order[~again]
    street, number = street[~again], number[~again]
    bare = number == NO_NUMBER

    used, compact = np.unique(street, return_inverse=True)
    first_row = np.array(first, np.int64)[used] if len(used) else np.zeros(0, np.int64)
    rows = [raw[i] for i in first_row]
    name_id = np.array([names[name_of(r[4])] for r in rows], np.int64)
    unit_id = np.array([raw_unit[i] for i in first_row], np.int64)
    place = np.lexsort((np.arange(len(rows)), unit_id, name_id))
    new_row = np.empty(len(place), np.int64)
    new_row[place] = np.arange(len(place))
    street = new_row[compact]
    rows = [rows[i] for i in place]
    name_id, unit_id = name_id[place], unit_id[place]

    order = np.lexsort((number, street))
    keep, street, number, bare = keep[order], street[order], number[order], bare[order]
    lon, lat, source = lon[keep], lat[keep], source_of(gathered)[keep]
    numbered = ~bare
    n_streets = len(rows)
    number_start = offsets(np.bincount(street[numbered], minlength=n_streets))
    s_lon, s_lat, radius, s_source = _middles(street, number_start, numbered, bare, lon, lat, source, n_streets)
    is_way = np.array([name_of(row[4])[0] in words.ways for row in rows], bool)
    kinds = np.where(is_way | (np.diff(number_start) > 0), STREET, LOCALITY).astype(np.uint8)

    pairs, other_names = _pairs(rows, name_id, unit_id, names, name_of)
    label_words, label_units, label_former = _labels(units, communes, words)
    out = _vocabulary(list(names), list(label_words), words)
    label_unit, label_unit_start = flat(label_units)
    codes = _codes(units, communes, words)
    unit_place = _unit_places(unit_id, s_lon, s_lat, len(units), mapped)
    commune_names = Texts.of([c[1] for c in communes])
    former = Texts.of([u[1] for u in units])
    shown, keys = Texts.of([r[4] for r in rows]), Texts.of([r[5] for r in rows])
    own = Texts.of([t or "" for t in ids[keep[numbered]]]) if ids is not None else Texts.of([])
    lon_all = np.concatenate([lon[numbered], s_lon[np.diff(number_start) == 0]])
    lat_all = np.concatenate([lat[numbered], s_lat[np.diff(number_start) == 0]])
    who = np.concatenate([np.arange(int(numbered.sum())), -1 - np.flatnonzero(np.diff(number_start) == 0)]).astype(
        np.int32
    )
    curve_order, curve = laid_out(lon_all, lat_all)
    out.update(
        label_units=label_unit.astype(np.int32),
        label_unit_start=label_unit_start,
        label_former=np.array(label_former, bool),
        **codes,
        commune_insee=np.array([c[0] for c in communes] or [""], "S5")[: len(communes)],
        commune_name_data=commune_names.data,
        commune_name_start=commune_names.start,
        unit_commune=np.array([u[0] for u in units], np.int32),
        unit_post=np.array([u[2] for u in units] or [""], "S5")[: len(units)],
        unit_former_data=former.data,
        unit_former_start=former.start,
        unit_lon=unit_place[0],
        unit_lat=unit_place[1],
        unit_radius=unit_place[2],
        pair_name=pairs[:, 0].astype(np.int32),
        pair_unit=pairs[:, 1].astype(np.int32),
        pair_street=pairs[:, 2].astype(np.int32),
        street_unit=unit_id.astype(np.int32),
        street_shown_data=shown.data,
        street_shown_start=shown.start,
        street_key_data=keys.data,
        street_key_start=keys.start,
        street_kind=kinds,
        street_lon=s_lon,
        street_lat=s_lat,
        street_radius=radius,
        street_source=s_source,
        number_start=number_start,
        number=number[numbered].astype(np.uint32),
        number_lon=lon[numbered].astype(np.int32),
        number_lat=lat[numbered].astype(np.int32),
        number_source=source[numbered].astype(np.uint8),
        number_id_data=own.data,
        number_id_start=own.start,
        curve_order=who[curve_order],
    )
    about = {
        "sources": gathered.sources,
        "suffixes": list(gathered._suffixes),
        "curve": curve,
        "other_names": other_names,
        "communes": len(communes),
    }
    return out, about


def source_of(gathered: Gathered) -> NDArray[np.uint8]:
    """Return the source of each row gathered."""
    parts = gathered._parts
    return np.concatenate([p[5] for p in parts]) if parts else np.zeros(0, np.uint8)


def _units(raw: list[Any], words: Wording) -> tuple[list[int], list[tuple[int, str, str]], list[tuple[str, str]]]:
    """Return the unit of each raw street, the units (commune, former name, post code), the communes (INSEE, name)."""
    communes: dict[tuple[str, str], int] = {}
    shown: list[tuple[str, str]] = []
    units: dict[tuple[int, str, str], int] = {}
    of_raw: dict[tuple[str, str, str, str], int] = {}
    out = []
    by_part = {d.part: (city, d) for city, d in words.divided.items()}
    for insee, commune, former, post, *_ in raw:
        key = (insee, commune, former, post)
        if key not in of_raw:
            name = _municipality(commune)
            city = name if name in words.divided else ""
            part = 0
            if insee[:3] in by_part and not insee.endswith("055") or insee[:4] in by_part:
                city, divided = by_part[insee[:4]] if insee[:4] in by_part else by_part[insee[:3]]
                part = int(insee[len(divided.part) :]) if insee[len(divided.part) :].isdigit() else 0
            whole = (insee, commune)
            unit_post = post
            if city and (not insee or part or insee == words.divided[city].insee):
                divided = words.divided[city]
                whole = (divided.insee, city.capitalize())
                if part and not post:
                    unit_post = divided.post_code(part)
            department = (post[:3] if post.startswith("97") else post[:2]) if not whole[0] else ""
            identity = (whole[0], "") if whole[0] else (department, name)
            number = communes.setdefault(identity, len(communes))
            if number == len(shown):
                shown.append(whole)
            elif not shown[number][1]:
                shown[number] = whole
            of_raw[key] = units.setdefault(
                (number, former if plain(former) != plain(commune) else "", unit_post), len(units)
            )
        out.append(of_raw[key])
    return out, list(units), shown


def _mapped(
    territory: Territory, units: list[tuple[int, str, str]], communes: list[tuple[str, str]]
) -> dict[int, tuple[float, float, float]]:
    """Add the communes of the map, whether they have streets or not; return the place of each unit that may have none.

    A place is longitude, latitude and the radius in metres of a circle as large as the commune.
    """
    number = {insee: i for i, (insee, _) in enumerate(communes) if insee}
    unit_of = {unit: i for i, unit in enumerate(units)}
    points = shapely.point_on_surface(territory.geometries)
    radius = np.sqrt(area_km2(territory.geometries) / np.pi) * 1000.0
    out = {}
    for i, (insee, name) in enumerate(zip(territory.insee, territory.names)):
        if insee in number and not communes[number[insee]][1]:
            communes[number[insee]] = (str(insee), str(name))
        if insee not in number:
            number[insee] = len(communes)
            communes.append((str(insee), str(name)))
            units.append((number[insee], "", ""))
            unit_of[units[-1]] = len(units) - 1
        unit = unit_of.get((number[insee], "", ""))
        if unit is not None:
            out[unit] = (float(points[i].x), float(points[i].y), float(radius[i]))
    return out


def _without_post_code_joined(
    street_of: Ints, identity: list[tuple[int, int, str]], units: list[tuple[int, str, str]]
) -> Ints:
    """Return for each street the one that it is: a file without post codes or keys means those of one with them."""
    groups: dict[tuple[int, int], list[int]] = {}
    for i, (name, unit, _) in enumerate(identity):
        groups.setdefault((name, units[unit][0]), []).append(i)
    out = np.arange(len(identity))
    for members in groups.values():
        if len(members) < 2:
            continue
        for i in members:
            _, unit, key = identity[i]
            _, former, post = units[unit]
            better = [
                j
                for j in members
                if j != i
                and out[j] == j
                and (not key or not identity[j][2] or key == identity[j][2])
                and (not post or units[identity[j][1]][2] == post)
                and (not former or not units[identity[j][1]][1] or units[identity[j][1]][1] == former)
                and ((bool(units[identity[j][1]][2]), bool(identity[j][2])) > (bool(post), bool(key)))
            ]
            if better:
                out[i] = better[0]
    while (out[out] != out).any():
        out = out[out]
    return out


def _middles(
    street: Ints,
    start: Ints,
    numbered: NDArray[np.bool_],
    bare: NDArray[np.bool_],
    lon: Any,
    lat: Any,
    source: Any,
    n: int,
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32], NDArray[np.uint8]]:
    """Return a point on each street (that of its middle number, or its own), its reach in metres, and its source."""
    s_lon, s_lat, s_source = np.zeros(n, np.int32), np.zeros(n, np.int32), np.zeros(n, np.uint8)
    s_lon[street[bare]], s_lat[street[bare]], s_source[street[bare]] = lon[bare], lat[bare], source[bare]
    has = np.flatnonzero(np.diff(start) > 0)
    middle = (start[has] + start[has + 1] - 1) // 2
    n_lon, n_lat, n_source = lon[numbered], lat[numbered], source[numbered]
    s_lon[has], s_lat[has], s_source[has] = n_lon[middle], n_lat[middle], n_source[middle]
    radius = np.full(n, np.nan, np.float32)
    owner = street[numbered]
    per_lon, per_lat = metres_per_degree(s_lat[owner] * DEGREE)
    away = np.hypot(
        (n_lon - s_lon[owner].astype(np.int64)) * DEGREE * per_lon,
        (n_lat - s_lat[owner].astype(np.int64)) * DEGREE * per_lat,
    )
    if len(has):
        radius[has] = np.maximum.reduceat(away, start[has])
    return s_lon, s_lat, radius, s_source


def _pairs(
    rows: list[Any], name_id: Ints, unit_id: Ints, names: dict[tuple[str, ...], int], name_of: Any
) -> tuple[Ints, dict[str, list[str]]]:
    """Return every name of each street with its unit and the street, ascending; and the names in other languages."""
    pairs = [np.column_stack([name_id, unit_id, np.arange(len(rows))])]
    other: dict[str, list[str]] = {}
    for i, row in enumerate(rows):
        for text in row[6]:
            if text and name_of(text) != name_of(row[4]):
                other.setdefault(str(i), []).append(text)
                name = names.setdefault(name_of(text), len(names))
                pairs.append(np.array([[name, unit_id[i], i]]))
    found = np.concatenate(pairs)
    return found[np.lexsort((found[:, 2], found[:, 1], found[:, 0]))], other


def _labels(
    units: list[tuple[int, str, str]], communes: list[tuple[str, str]], words: Wording
) -> tuple[dict[tuple[str, ...], int], list[list[int]], list[bool]]:
    """Return the names of communes, the units that bear each, and for each of those if it is its former name."""
    labels: dict[tuple[str, ...], int] = {}
    of: list[list[tuple[int, bool]]] = []
    for unit, (commune, former, _) in enumerate(units):
        for is_former, text in enumerate((communes[commune][1], former)):
            spelt = tuple(words.words(_municipality(text))) if text else ()
            if spelt:
                label = labels.setdefault(spelt, len(labels))
                if label == len(of):
                    of.append([])
                of[label].append((unit, bool(is_former)))
    return labels, [[unit for unit, _ in one] for one in of], [was for one in of for _, was in one]


POST, INSEE = 0, 1


def _codes(
    units: list[tuple[int, str, str]], communes: list[tuple[str, str]], words: Wording
) -> dict[str, NDArray[Any]]:
    """Return post codes and INSEE codes, those of the parts of a divided municipality too, with their units."""
    of: dict[tuple[str, int], list[int]] = {}
    by_insee = {d.insee: d for d in words.divided.values()}
    for unit, (commune, _, post) in enumerate(units):
        insee = communes[commune][0]
        if post:
            of.setdefault((post, POST), []).append(unit)
        if insee:
            of.setdefault((insee, INSEE), []).append(unit)
        divided = by_insee.get(insee)
        if divided is None:
            continue
        for number in range(1, divided.parts + 1):
            # Where the file does not say in which part a street is, it may be in any.
            if not post or post == divided.post_code(number):
                of.setdefault((f"{divided.part}{number:0{5 - len(divided.part)}d}", INSEE), []).append(unit)
                if not post:
                    of.setdefault((divided.post_code(number), POST), []).append(unit)
    ordered = sorted(of)
    members, start = flat([of[key] for key in ordered])
    return {
        "code": np.array([code for code, _ in ordered] or [""], "S5")[: len(ordered)],
        "code_kind": np.array([kind for _, kind in ordered], np.uint8),
        "code_units": members.astype(np.int32),
        "code_start": start,
    }


def _unit_places(
    unit_id: Ints, lon: NDArray[Any], lat: NDArray[Any], n: int, mapped: dict[int, tuple[float, float, float]]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]:
    """Return the place of each unit, of the commune on the map or of its streets, and how far they reach."""
    count = np.maximum(np.bincount(unit_id, minlength=n), 1)
    x, y = (np.bincount(unit_id, v.astype(np.float64), minlength=n) / count for v in (lon, lat))
    per_lon, per_lat = metres_per_degree(y[unit_id] * DEGREE)
    squared = ((lon - x[unit_id]) * DEGREE * per_lon) ** 2 + ((lat - y[unit_id]) * DEGREE * per_lat) ** 2
    spread = np.sqrt(np.bincount(unit_id, squared, minlength=n) / count)
    radius = np.maximum(1.5 * spread, 500.0)
    for unit, (east, north, wide) in mapped.items():
        x[unit], y[unit], radius[unit] = east / DEGREE, north / DEGREE, wide
    return x.astype(np.int32), y.astype(np.int32), radius.astype(np.float32)


# --- words -------------------------------------------------------------------------------------------------------


def _vocabulary(names: list[tuple[str, ...]], labels: list[tuple[str, ...]], words: Wording) -> dict[str, NDArray[Any]]:
    held = sorted({w.encode()[:LONGEST] for one in (*names, *labels) for w in one})
    number = {w: i for i, w in enumerate(held)}
    vocabulary = np.array(held or [b""], f"S{LONGEST}")[: len(held)]
    most = np.array([_SMALL if w.decode() in words.small else _WAY if w.decode() in words.ways else 1.0 for w in held])
    out: dict[str, NDArray[Any]] = {
        "word": vocabulary,
        "word_way": np.array([w.decode() in words.ways for w in held], bool),
    }
    for kind, phrases, share in (("name", names, NAME_SHARE), ("label", labels, LABEL_SHARE)):
        members, start = flat([[number[w.encode()[:LONGEST]] for w in one] for one in phrases])
        weight = _weights(members, start, len(held), most)
        looked_at, at = _looked_at(members, start, weight, share, len(held))
        out.update(
            {
                f"word_weight_{kind}": weight,
                f"{kind}_words": members.astype(np.int32),
                f"{kind}_start": start,
                f"of_word_{kind}": looked_at,
                f"of_word_{kind}_start": at,
            }
        )
    letters = as_letters(vocabulary)
    # Words of one or two letters and numbers are not mistyped into others: everything is one letter from them.
    long_enough = np.flatnonzero((letters[:, 2] != 0) & ~np.isin(letters[:, 0], np.frombuffer(b"0123456789", np.uint8)))
    keys, rows = keys_of(letters[long_enough])
    order = np.argsort(keys, kind="stable")
    out["typo_key"], out["typo_word"] = keys[order], long_enough[rows[order]].astype(np.int32)
    sounds = [words.sound(w.decode()) for w in held]
    heard = np.array([i for i, s in enumerate(sounds) if s], np.int64)
    keys = hashes_of([s for s in sounds if s])
    order = np.argsort(keys, kind="stable")
    out["sound_key"], out["sound_word"] = keys[order], heard[order].astype(np.int32)
    return out


def hashes_of(sounds: list[str]) -> NDArray[np.uint64]:
    """Return the 64 bits by which each sound is looked up."""
    letters = as_letters(np.array([s.encode()[:LONGEST] for s in sounds] or [b""], f"S{LONGEST}"))[: len(sounds)]
    return keys_of(letters)[0][: len(sounds)]


def _weights(members: Ints, start: Ints, n: int, most: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return how much each word tells: 1 for one of its kind, nearly nothing for what stands in every name."""
    total = max(len(start) - 1, 0) + _RARE
    owner = np.repeat(np.arange(len(start) - 1), np.diff(start))
    distinct = np.unique(np.column_stack([owner, members]), axis=0)[:, 1] if len(members) else members
    seen = np.bincount(distinct, minlength=n) + 1
    weight = np.log1p(total / seen) / np.log1p(total)
    return np.minimum(weight, most).astype(np.float32)


def _looked_at(
    members: Ints, start: Ints, weight: NDArray[np.float32], share: float, n: int
) -> tuple[NDArray[np.int32], Ints]:
    """Return the phrases to look at for each word.

    A phrase of which ``share`` is to be found can be left aside by its lightest words, as long as they weigh less than
    that together (prefix filtering: Chaudhuri, Ganti and Kaushik, ICDE 2006).
    """
    owner = np.repeat(np.arange(len(start) - 1), np.diff(start))
    w = weight[members].astype(np.float64) if len(members) else np.zeros(0)
    order = np.lexsort((-w, owner))
    owner, members, w = owner[order], members[order], w[order]
    through = np.cumsum(w)
    before = through - w
    base = before[start[:-1]][owner] if len(owner) else before
    whole = np.bincount(owner, w, minlength=len(start) - 1)[owner] if len(owner) else w
    needed = whole - (before - base) >= share * whole - 1e-9
    owner, members = owner[needed], members[needed]
    found = np.unique(np.column_stack([members, owner]), axis=0) if len(owner) else np.zeros((0, 2), np.int64)
    return found[:, 1].astype(np.int32), offsets(np.bincount(found[:, 0], minlength=n))


def source_named(name: str, rows: int, date: Optional[str]) -> dict[str, Any]:
    """Return what an index says of one of its files."""
    return {"name": name, "rows": rows, "date": date or ""}
