# SPDX-License-Identifier: GPL-2.0-or-later
"""From texts to addresses: candidates with score, kind and accuracy, for many texts at once.

A text's words are looked up once (:mod:`.words_meant`). Names of streets of which enough is found, and communes by
their names and codes, are gathered apart, each with the words that it explains; streets are the pairs that exist.
All steps are arrays over all texts of a batch; how much each thing counts is ``resources/addresses/scores.yaml``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Optional

import numpy as np
from numpy.typing import NDArray

from ..base.ellipsoid import metres_per_degree
from .answers import BETWEEN, COMMUNE, KINDS, NUMBER, Answers, Candidate, Floats, Streets, joined, scores, taken
from .arrays import Ints, best_of_each, find_sorted, ranges
from .building import INSEE, LABEL_SHARE, NAME_SHARE, NAMELESS, POST
from .house_numbers import HouseNumbers
from .index import DEGREE, AddressIndex
from .parsing import Asked, parse
from .typos import LONGEST, as_letters, edit_distance
from .wording import wording
from .words_meant import Meaning, WordsMeant

_BATCH = 256
_NAMES, _LABELS, _UNITS, _LOOKED_AT = 24, 6, 200, 12
_FEW, _MOST_ALONE = 24, 160
_PHRASES = 64
_NAMELESS_BIT = np.uint32(1 << 31)


@dataclass
class _Batch:
    """What is asked, flat: one row for each word of each text."""

    asked: list[Asked]
    weight: Floats
    """Of each word, shape (texts, 32): how much of the question it is."""
    key: Ints
    """Text and word of the index that it means, as one ascending number."""
    like: NDArray[np.float32]
    mask_name: NDArray[np.uint32]
    mask_label: NDArray[np.uint32]
    letters: NDArray[np.int64]
    ways: NDArray[np.uint32]
    whole: Floats
    number_value: Ints
    number_mask: NDArray[np.uint32]
    number_suffix: Ints


@dataclass
class _Phrases:
    """Names or labels that a text may mean: how much is found, by which words; ``way``: its kind of way is not."""

    text: Ints
    phrase: Ints
    found: Floats
    mask: NDArray[np.uint32]
    way: NDArray[np.bool_]


class Finder:
    """Finds addresses in one index; keep it, what it has learnt of words makes the next search faster."""

    def __init__(self, index: AddressIndex) -> None:
        self.index = index
        self._meant = WordsMeant(index)
        self._house_numbers = HouseNumbers(index)
        self._codes: dict[str, tuple[Ints, Floats]] = {}

    def find(self, text: str, *, most: int = 5, unfinished: bool = False, insee: str = "") -> list[Candidate]:
        """Return the best candidates for one text, best first; see :meth:`answers`."""
        asked = parse(text, unfinished)
        if asked.crossing[0]:
            crossed = self._crossed(asked, insee)
            if crossed:
                return crossed[:most]
        answers = self._answers([asked], [insee], most)
        return [self.candidate(answers, i) for i in range(len(answers.text))]

    def answers(
        self, texts: Sequence[str], *, most: int = 1, unfinished: bool = False, insee: Optional[Sequence[str]] = None
    ) -> Answers:
        """Return the best candidates for many texts.

        Parameters
        ----------
        texts : sequence of str
            Addresses as people write them.
        most : int
            Candidates for each text at most.
        unfinished : bool
            The last word may be the beginning of one.
        insee : sequence of str, optional
            The commune of each text where it is known otherwise, ``""`` where not.
        """
        codes = list(insee) if insee is not None else [""] * len(texts)
        parts = []
        for at in range(0, len(texts), _BATCH):
            asked = [parse(text, unfinished) for text in texts[at : at + _BATCH]]
            part = self._answers(asked, codes[at : at + _BATCH], most)
            part.text += at
            parts.append(part)
        return joined(parts) if parts else joined([self._answers([], [], 1)])

    def candidate(self, answers: Answers, i: int) -> Candidate:
        """Return one row of the answers with its texts."""
        index = self.index
        unit, street, at = int(answers.unit[i]), int(answers.street[i]), int(answers.at[i])
        commune = int(index.unit_commune[unit])
        name, insee = index.communes[commune], index.commune_insee[commune].decode()
        post = index.unit_post[unit].decode()
        kind = int(answers.kind[i])
        town = " ".join(filter(None, [post, name])) if kind != COMMUNE else name
        number, key, shown = "", insee, ""
        if street >= 0:
            shown = index.shown[street]
            if kind == NUMBER:
                stored = int(index.number[at])
                value, suffix = stored >> 8, index.suffixes[stored & 0xFF]
            else:
                value, suffix = int(answers.value[i]), ""
            if kind in (NUMBER, BETWEEN):
                number = f"{value} {suffix}".strip()
            own = index.number_ids[at] if kind == NUMBER and len(index.number_id_start) > 1 else ""
            begin = index.keys[street] or f"{insee or post}_{'-'.join(wording().words(shown))[:40]}"
            key = own or (f"{begin}_{value:05d}{'_' + suffix if suffix else ''}" if kind == NUMBER else begin)
        street_line = " ".join(filter(None, [number, shown]))
        return Candidate(
            label=", ".join(filter(None, [street_line, town])),
            score=round(float(answers.score[i]), 4),
            kind=KINDS[kind],
            accuracy_m=round(float(answers.accuracy_m[i]), 1),
            lon=round(float(answers.lon[i]), 7),
            lat=round(float(answers.lat[i]), 7),
            insee=insee,
            commune=name,
            id=key,
            number=number,
            street=shown,
            post_code=post,
        )

    # --- one batch -----------------------------------------------------------------------------------------------

    def _answers(self, asked: list[Asked], insee: list[str], most: int) -> Answers:
        batch = self._batch(asked)
        names = self._phrases(batch, "name", NAME_SHARE, _NAMES)
        labels = self._phrases(batch, "label", LABEL_SHARE, _LABELS)
        units = self._units(batch, labels, insee)
        streets = self._scored(batch, names, units, insee)
        return self._best(batch, streets, self._communes(batch, units), most)

    def _batch(self, asked: list[Asked]) -> _Batch:
        known, score = wording(), scores()
        every = list(dict.fromkeys(w for one in asked for w in one.words))
        meaning = dict(zip(every, self._meant.of(every)))
        run_together = list(
            dict.fromkeys(a + b for one in asked for a, b in zip(one.words, one.words[1:]) if _may_join(a, b))
        )
        are_words = dict(zip(run_together, self._meant.known(run_together)))
        weight = np.zeros((len(asked), 32))
        rows: list[tuple[int, int, Meaning]] = []
        values, suffixes = np.full((len(asked), 3), -1, np.int64), np.zeros((len(asked), 3), np.int64)
        masks = np.zeros((len(asked), 3), np.uint32)
        nameless = self._meant.of([NAMELESS])[0]
        for q, one in enumerate(asked):
            at_number = {n.at for n in one.numbers}
            begins = next((i for i, w in enumerate(one.words) if w in known.ways or i in at_number), 0)
            for i, word in enumerate(one.words):
                bit = 1 << i
                if word.isdigit() and word in one.words[i + 1 :]:
                    weight[q, i] = 0.0
                    continue
                meant = meaning[word]
                if one.unfinished and i == len(one.words) - 1 and not word.isdigit():
                    meant = self._meant.beginning(word)
                rows.append((q, bit, meant))
                tells = meant[2] or score.unknown_word
                if not len(meant[0]) and not word.isdigit():
                    halves = self._meant.split(word)
                    for half in filter(None, halves):
                        rows.append((q, bit, self._meant.of([half])[0]))
                if i < len(one.words) - 1 and are_words.get(word + one.words[i + 1]):
                    rows.append((q, bit | bit << 1, self._meant.of([word + one.words[i + 1]])[0]))
                if word in known.light:
                    tells = min(tells, 0.15)
                if len(word) == 1 and not word.isdigit():
                    tells = min(tells, 0.2)
                if word.isdigit():
                    tells = score.spare_number
                weight[q, i] = tells * (score.before_the_address if i < begins else 1.0)
            for k, number in enumerate(one.numbers):
                values[q, k], masks[q, k] = number.value, 1 << number.at
                suffixes[q, k] = self._house_numbers.suffix(number.suffix)
            if one.numbers and len(one.words) <= 6 and not any(w in known.ways for w in one.words):
                rows.append((q, int(_NAMELESS_BIT), nameless))
        sizes = np.array([len(m[0]) for _, _, m in rows], np.int64)
        text = np.repeat(np.array([q for q, _, _ in rows], np.int64), sizes)
        mask = np.repeat(np.array([b for _, b, _ in rows], np.uint32), sizes)
        meant_word = np.concatenate([m[0] for _, _, m in rows]) if rows else np.zeros(0, np.int32)
        like = np.concatenate([m[1] for _, _, m in rows]) if rows else np.zeros(0, np.float32)
        key = text * max(len(self.index.word), 1) + meant_word
        # A word that stands twice is the street's where it stands first and the commune's where it stands last.
        order = np.lexsort((mask, -like, key))
        last = mask[np.lexsort((-mask.astype(np.int64), -like, key))]
        key, mask, like = key[order], mask[order], like[order]
        runs = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])) if len(key) else np.zeros(0, np.int64)
        return _Batch(
            asked=asked,
            weight=weight,
            key=key[runs],
            like=like[runs],
            mask_name=mask[runs],
            mask_label=last[runs],
            ways=np.array(
                [sum(1 << i for i, w in enumerate(one.words) if w in known.ways) for one in asked], np.uint32
            ),
            letters=np.array([one.letters for one in asked], np.int64),
            whole=weight.sum(axis=1),
            number_value=values,
            number_mask=masks,
            number_suffix=suffixes,
        )

    @cached_property
    def _initial(self) -> NDArray[np.int64]:
        first = (
            as_letters(self.index.word)[:, 0].astype(np.int64) - 97 if len(self.index.word) else np.zeros(0, np.int64)
        )
        return np.where((first >= 0) & (first < 26), first, 62)

    def _phrases(self, batch: _Batch, kind: str, share: float, most: int) -> _Phrases:
        """Return the names, or labels, of which enough is found in each text; the best of each text first."""
        index = self.index
        n_words = max(len(index.word), 1)
        weights: NDArray[np.float32] = getattr(index, f"word_weight_{kind}")
        start: Ints = getattr(index, f"{kind}_start")
        members: NDArray[np.int32] = getattr(index, f"{kind}_words")
        looked, looked_start = getattr(index, f"of_word_{kind}"), getattr(index, f"of_word_{kind}_start")
        n = max(len(start) - 1, 1)
        text, word = batch.key // n_words, batch.key % n_words
        hits, owner = ranges(looked_start[word], looked_start[word + 1])
        # A first look by the words that led here alone, so that few are weighed in full.
        led = text[owner] * n + looked[hits]
        gain = (weights[word] * batch.like)[owner].astype(np.float64)
        pair, inverse = np.unique(led, return_inverse=True)
        gained = np.bincount(inverse, gain, minlength=len(pair))
        kept = best_of_each(pair // n, gained, _PHRASES)
        text, phrase = pair[kept] // n, pair[kept] % n
        slots, owner = ranges(start[phrase], start[phrase + 1])
        part = members[slots].astype(np.int64)
        at, there = find_sorted(batch.key, text[owner] * n_words + part)
        like = np.where(there, batch.like[at], 0.0) if len(batch.key) else np.zeros(len(part))
        masks: NDArray[np.uint32] = getattr(batch, f"mask_{kind}")
        mask = np.where(there, masks[at], np.uint32(0)) if len(batch.key) else np.zeros(len(part), np.uint32)
        if kind == "name":
            by_letter = (like == 0) & ((batch.letters[text[owner]] >> self._initial[part]) & 1).astype(bool)
            like = np.where(by_letter, scores().first_letter, like)
        weight = weights[part].astype(np.float64)
        whole = np.bincount(owner, weight, minlength=len(phrase))
        found = np.bincount(owner, weight * like, minlength=len(phrase))
        explained = np.zeros(len(phrase), np.uint32)
        np.bitwise_or.at(explained, owner, mask)
        share_found = found / np.maximum(whole, 1e-9)
        good = np.flatnonzero(share_found >= share)
        good = good[best_of_each(text[good], share_found[good] * found[good], most)]
        no_way = np.bincount(owner, index.word_way[part] & (like == 0), minlength=len(phrase)) > 0
        return _Phrases(text[good], phrase[good], share_found[good], explained[good], no_way[good])

    # --- communes ------------------------------------------------------------------------------------------------

    def _code_units(self, code: str) -> tuple[Ints, Floats]:
        """Return the units that a post or INSEE code may mean, and how well."""
        if code not in self._codes:
            index, score = self.index, scores()
            first = np.searchsorted(index.code, np.array(code.encode(), "S5"), "left")
            last = np.searchsorted(index.code, np.array(code.encode(), "S5"), "right")
            rows = np.arange(first, last) if len(code) == 5 else np.zeros(0, np.int64)
            post = bool((index.code_kind[rows] == POST).any())
            fits = np.where((index.code_kind[rows] == INSEE) & post, score.insee_code, 1.0)
            if not len(rows) and len(index.code):
                asked = as_letters(np.array([code.encode()], f"S{LONGEST}"))
                near = edit_distance(
                    np.repeat(asked, len(index.code), axis=0), as_letters(index.code.astype(f"S{LONGEST}"))
                )
                rows = np.flatnonzero((near == 1) & (index.code_kind == POST))
                fits = np.full(len(rows), score.mistyped_code)
            members, owner = ranges(index.code_start[rows], index.code_start[rows + 1])
            if len(self._codes) > 20_000:
                self._codes.clear()
            self._codes[code] = (index.code_units[members].astype(np.int64), fits[owner])
        return self._codes[code]

    def _units(self, batch: _Batch, labels: _Phrases, insee: list[str]) -> _Units:
        """Return the communes, or parts of them, that each text may mean, by name and by code."""
        index = self.index
        n = max(len(index.unit_commune), 1)
        slots, owner = ranges(index.label_unit_start[labels.phrase], index.label_unit_start[labels.phrase + 1])
        unit = index.label_units[slots].astype(np.int64)
        by_name = labels.text[owner] * n + unit
        coded = [self._code_units(one.code) if one.code else _NO_UNITS for one in batch.asked]
        given = [self._code_units(code) if code else _NO_UNITS for code in insee]
        sizes = np.array([len(u) for u, _ in coded], np.int64)
        by_code = np.repeat(np.arange(len(coded)), sizes) * n + _joined_units(coded)
        by_insee = np.repeat(np.arange(len(given)), [len(u) for u, _ in given]) * n + _joined_units(given)
        keys = np.unique(np.concatenate([by_name, by_code, by_insee]).astype(np.int64))
        # Present and former names apart, each by the one of which most is found, then the longest.
        named, mask = np.zeros((2, len(keys))), np.zeros((2, len(keys)), np.uint32)
        at, former, value = (
            np.searchsorted(keys, by_name),
            index.label_former[slots].astype(np.int64),
            labels.found[owner],
        )
        order = np.lexsort((_bits(labels.mask[owner]), value))
        named[former[order], at[order]], mask[former[order], at[order]] = value[order], labels.mask[owner][order]
        code = np.zeros(len(keys))
        code[np.searchsorted(keys, by_code)] = np.concatenate([f for _, f in coded]) if coded else 0.0
        code[np.searchsorted(keys, by_insee)] = 1.0
        text = keys // n
        name = named.max(axis=0)
        kept = best_of_each(text, np.maximum(name, code) + 0.5 * np.minimum(name, code), _UNITS)
        kept.sort()
        return _Units(keys[kept], text[kept], keys[kept] % n, named[:, kept], mask[:, kept], code[kept])

    @cached_property
    def _department(self) -> NDArray[np.bytes_]:
        post, insee = self.index.unit_post, self.index.commune_insee[self.index.unit_commune]
        return np.where(post != b"", post, insee).astype("S2")

    # --- streets -------------------------------------------------------------------------------------------------

    def _scored(self, batch: _Batch, names: _Phrases, units: _Units, insee: list[str]) -> Streets:
        """Return the streets that bear one of the names, with the score that they have without a house number."""
        index, score = self.index, scores()
        n_units = max(len(index.unit_commune), 1)
        # Names that few streets bear wherever those are; the others in the communes meant, or where none is.
        bears = index.name_pair_start[names.phrase + 1] - index.name_pair_start[names.phrase]
        first, last = (np.searchsorted(units.text, names.text, side) for side in ("left", "right"))
        few = np.flatnonzero(bears <= np.where(first == last, _MOST_ALONE, _FEW))
        pair_1, of_few = ranges(index.name_pair_start[names.phrase[few]], index.name_pair_start[names.phrase[few] + 1])
        many = np.flatnonzero(bears > _FEW)
        slots, of_many = ranges(first[many], last[many])
        key = names.phrase[many[of_many]] * n_units + units.unit[slots]
        begin, end = np.searchsorted(index.pair_key, key, "left"), np.searchsorted(index.pair_key, key, "right")
        pair_2, of_key = ranges(begin, end)
        name = np.concatenate([few[of_few], many[of_many[of_key]]])
        pair = np.concatenate([pair_1, pair_2])
        text = names.text[name]
        street, unit = index.pair_street[pair].astype(np.int64), index.pair_unit[pair].astype(np.int64)
        at, there = find_sorted(units.key, text * n_units + unit)
        weight, name_mask = batch.weight[text], names.mask[name]
        named, label_mask, code = np.zeros(len(text)), np.zeros(len(text), np.uint32), np.zeros(len(text))
        if len(units.key):
            code = np.where(there, units.code[at], 0.0)
            for one, mask in zip(units.named, units.mask):
                mask = np.where(there, mask[at], np.uint32(0))
                used = _weigh(mask & ~name_mask, weight) < 0.5 * _weigh(mask, weight)
                named = np.maximum(named, np.where(there, one[at], 0.0) * np.where(used, score.used_already, 1.0))
                label_mask |= np.where(used, np.uint32(0), mask)
        has_code = np.array([bool(one.code) or bool(i) for one, i in zip(batch.asked, insee)], bool)[text]
        asked_code = np.array(
            [one.code[:2].encode() if len(one.code) == 5 else b"" for one in batch.asked] or [b""], "S2"
        )[text]
        code = np.where(
            has_code & (code == 0) & (asked_code == self._department[unit]) & (asked_code != b""),
            score.same_department,
            code,
        )
        commune = np.where(
            has_code,
            np.maximum(
                code, np.where(named > 0, score.name_before_code * named + (1 - score.name_before_code) * code, 0.0)
            ),
            np.where(named > 0, np.maximum(named, score.nothing_said), score.nothing_said),
        )
        value, suffix, number_mask = _house_number(batch, text, name_mask)
        covered = name_mask | label_mask | number_mask
        left = 1.0 - np.minimum(_weigh(covered, weight) / np.maximum(batch.whole[text], 1e-9), 1.0)
        fits = (
            names.found[name]
            * (1.0 - left) ** score.left_over
            * (score.without_commune + (1 - score.without_commune) * commune)
        )
        fits[names.way[name] & ((batch.ways[text] & ~covered) != 0)] *= score.other_way
        # Each street once, by the name that fits best.
        order = np.lexsort((-fits, street, text))
        text, street, unit, fits, value, suffix = (a[order] for a in (text, street, unit, fits, value, suffix))
        once = np.ones(len(text), bool)
        once[1:] = (text[1:] != text[:-1]) | (street[1:] != street[:-1])
        text, street, unit, fits, value, suffix = (a[once] for a in (text, street, unit, fits, value, suffix))
        kept = best_of_each(text, fits, _LOOKED_AT)
        return Streets(*(a[kept] for a in (text, street, unit, fits, value, suffix)))

    def _communes(self, batch: _Batch, units: _Units) -> Answers:
        """Return the communes themselves as candidates, one for each commune of each text."""
        index, score = self.index, scores()
        whole = batch.whole[units.text]
        left = 1.0 - np.minimum(
            _weigh(units.mask[0] | units.mask[1], batch.weight[units.text]) / np.maximum(whole, 1e-9), 1.0
        )
        left[whole == 0] = 0.0
        named = units.named.max(axis=0)
        has_code = np.array([bool(one.code) for one in batch.asked], bool)[units.text]
        both = score.name_before_code * named + (1 - score.name_before_code) * units.code
        known = wording()
        more = np.array(
            [bool(one.numbers) or any(w in known.ways for w in one.words) for one in batch.asked] or [False]
        )
        fits = np.where(has_code & (named > 0), both, np.maximum(named, units.code)) * (1.0 - left) ** score.left_over
        fits = fits * np.where(more[units.text], score.commune_only, 0.95)
        n = max(len(index.commune_insee), 1)
        key = units.text * n + index.unit_commune[units.unit]
        order = np.lexsort((-fits, key))
        first = np.ones(len(order), bool)
        first[1:] = key[order][1:] != key[order][:-1]
        best = fits[order[first]]
        # Where several parts of the commune fit equally well, it is the whole of them that is meant.
        group = np.cumsum(first) - 1
        equal = order[fits[order] >= best[group] - 1e-9] if len(order) else order
        group = group[fits[order] >= best[group] - 1e-9] if len(order) else group
        lon, lat, reach = self._together(group, units.unit[equal], len(best))
        rows = order[first]
        kept = best_of_each(units.text[rows], fits[rows], 2)
        rows, lon, lat, reach = rows[kept], lon[kept], lat[kept], reach[kept]
        unit = units.unit[rows]
        nothing = np.full(len(rows), -1, np.int64)
        return Answers(
            text=units.text[rows],
            street=nothing,
            unit=unit,
            score=fits[rows],
            kind=np.full(len(rows), COMMUNE, np.int8),
            accuracy_m=reach,
            lon=lon,
            lat=lat,
            at=nothing,
            value=nothing,
            suffix=nothing,
        )

    def _together(self, group: Ints, unit: Ints, n: int) -> tuple[Floats, Floats, Floats]:
        """Return the middle of each group of units, degrees, and the metres from it within which they lie."""
        index = self.index
        count = np.maximum(np.bincount(group, minlength=n), 1)
        x, y = index.unit_lon[unit] * DEGREE, index.unit_lat[unit] * DEGREE
        lon, lat = np.bincount(group, x, minlength=n) / count, np.bincount(group, y, minlength=n) / count
        per_lon, per_lat = metres_per_degree(y)
        reach = np.zeros(n)
        np.maximum.at(
            reach, group, np.hypot((x - lon[group]) * per_lon, (y - lat[group]) * per_lat) + index.unit_radius[unit]
        )
        return lon, lat, reach

    # --- house numbers -------------------------------------------------------------------------------------------

    def _best(self, batch: _Batch, found: Streets, communes: Answers, most: int) -> Answers:
        """Return the best candidates of each text: house numbers looked up, equal places marked down."""
        score = scores()
        streets = self._house_numbers.answers(found)
        beside = np.array([one.beside_m for one in batch.asked] or [0.0])
        streets.accuracy_m += beside[streets.text]
        every = joined([streets, communes])
        kept = best_of_each(every.text, every.score, max(most, 6))
        every = taken(every, kept)
        rank = np.arange(len(kept)) - np.searchsorted(every.text, every.text, "left")
        # The best of another place: the first, and for the first the next that is not beside it.
        first = np.searchsorted(every.text, every.text, "left")
        per_lon, per_lat = metres_per_degree(every.lat)
        away = (
            np.hypot((every.lon - every.lon[first]) * per_lon, (every.lat - every.lat[first]) * per_lat)
            > score.one_place_m
        )
        other = np.zeros(len(kept))
        elsewhere = away & (every.kind != COMMUNE) & (rank > 0)
        np.maximum.at(other, first[elsewhere], every.score[elsewhere])
        ratio = np.where(
            rank == 0,
            other / np.maximum(every.score, 1e-9),
            np.where(away, 1.0, (other[first] / np.maximum(every.score, 1e-9))),
        )
        every.score = every.score * (1.0 - (1.0 - score.equal_place) * np.minimum(ratio, 1.0) ** score.equal_power)
        return taken(every, np.flatnonzero(rank < most))

    # --- two streets ---------------------------------------------------------------------------------------------

    def _crossed(self, asked: Asked, insee: str) -> list[Candidate]:
        """Return the places where two streets of one commune meet, or come nearest."""
        index, score = self.index, scores()
        second = self._answers([parse(asked.crossing[1])], [insee], 6)
        out = []
        for j in range(len(second.text)):
            if second.street[j] < 0:
                continue
            commune = int(index.unit_commune[second.unit[j]])
            code = index.commune_insee[commune].decode() or index.unit_post[int(second.unit[j])].decode()
            first = self._answers([parse(asked.crossing[0])], [code], 6)
            for i in range(len(first.text)):
                if (
                    first.street[i] < 0
                    or first.street[i] == second.street[j]
                    or index.unit_commune[first.unit[i]] != commune
                ):
                    continue
                lon, lat, gap = self._meeting(int(first.street[i]), int(second.street[j]))
                a, b = self.candidate(first, i), self.candidate(second, j)
                town = " ".join(filter(None, [b.post_code, b.commune]))
                fits = float(min(first.score[i] / max(1e-9, 1.0), second.score[j]))
                out.append(
                    Candidate(
                        f"{a.street} / {b.street}, {town}",
                        round(fits * 0.98, 4),
                        "interpolated",
                        round(score.other_suffix_m + gap / 2, 1),
                        round(lon, 7),
                        round(lat, 7),
                        b.insee,
                        b.commune,
                        b.id,
                        "",
                        f"{a.street} / {b.street}",
                        b.post_code,
                    )  # fmt: skip
                )
        return sorted(out, key=lambda c: (-c.score, c.accuracy_m))

    def _meeting(self, a: int, b: int) -> tuple[float, float, float]:
        """Return the middle between the nearest points of two streets, degrees, and the metres between them."""
        (ax, ay), (bx, by) = self._points(a), self._points(b)
        per_lon, per_lat = metres_per_degree(float(ay.mean()))
        away = np.hypot((ax[:, None] - bx[None, :]) * per_lon, (ay[:, None] - by[None, :]) * per_lat)
        i, j = np.unravel_index(int(away.argmin()), away.shape)
        return float((ax[i] + bx[j]) / 2), float((ay[i] + by[j]) / 2), float(away[i, j])

    def _points(self, street: int) -> tuple[Floats, Floats]:
        index = self.index
        begin, end = int(index.number_start[street]), int(index.number_start[street + 1])
        if begin == end:
            return np.array([index.street_lon[street] * DEGREE]), np.array([index.street_lat[street] * DEGREE])
        return index.number_lon[begin:end] * DEGREE, index.number_lat[begin:end] * DEGREE


@dataclass
class _Units:
    """Communes, or parts of them, that texts may mean: by code, by present and by former name."""

    key: Ints
    text: Ints
    unit: Ints
    named: Floats
    mask: NDArray[np.uint32]
    code: Floats


_NO_UNITS: tuple[Ints, Floats] = (np.zeros(0, np.int64), np.zeros(0))


def _may_join(a: str, b: str) -> bool:
    return len(a) > 1 and len(b) > 1 and not a.isdigit() and not b.isdigit()


def _joined_units(parts: list[tuple[Ints, Floats]]) -> Ints:
    return np.concatenate([u for u, _ in parts]) if parts else np.zeros(0, np.int64)


def _bits(mask: NDArray[np.uint32]) -> NDArray[np.int64]:
    out = np.zeros(len(mask), np.int64)
    for bit in range(32):
        out += (mask >> np.uint32(bit)) & np.uint32(1)
    return out


def _weigh(mask: NDArray[np.uint32], weight: Floats) -> Floats:
    """Return the weight of the words of each mask; ``weight`` has one row for each mask and 32 columns."""
    bits = (mask[:, None] >> np.arange(32, dtype=np.uint32)) & np.uint32(1)
    out: Floats = (bits * weight).sum(axis=1)
    return out


def _house_number(batch: _Batch, text: Ints, name_mask: NDArray[np.uint32]) -> tuple[Ints, Ints, NDArray[np.uint32]]:
    """Return the house number asked in each candidate: the first number that the street's name does not hold."""
    value, suffix = np.full(len(text), -1, np.int64), np.zeros(len(text), np.int64)
    mask = np.zeros(len(text), np.uint32)
    for k in range(batch.number_value.shape[1]):
        number_mask = batch.number_mask[text, k]
        take = (value < 0) & (batch.number_value[text, k] >= 0) & ((number_mask & name_mask) == 0)
        value = np.where(take, batch.number_value[text, k], value)
        suffix = np.where(take, batch.number_suffix[text, k], suffix)
        mask = np.where(take, number_mask, mask)
    return value, suffix, mask
