# SPDX-License-Identifier: GPL-2.0-or-later
"""The index of addresses: one file of arrays, mapped and not read, so that it opens at once whatever its size.

What is searched is a street in a commune; house numbers are positions within their street. The file is a line of JSON
(what arrays it holds, where and of which type) and the arrays, each at a multiple of 64 bytes.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..base.files import replacing
from ..errors import DataError

_MAGIC = b"SIGMA-ADDRESSES 1\n"
_ALIGN = 64
_NEXT = "Make it again with: sigma-communes addresses add FILE"
DEGREE = 1e-7
"""Degrees that one unit of a stored position stands for: 1 cm."""


@dataclass(frozen=True, eq=False)
class Texts:
    """Texts as one array of UTF-8 bytes and their offsets."""

    data: NDArray[np.uint8]
    start: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.start) - 1

    def __getitem__(self, i: int) -> str:
        return bytes(self.data[self.start[i] : self.start[i + 1]]).decode("utf-8")

    @classmethod
    def of(cls, texts: list[str]) -> Texts:
        """Return these texts."""
        encoded = [text.encode("utf-8") for text in texts]
        start = np.zeros(len(texts) + 1, np.int64)
        np.cumsum([len(e) for e in encoded], out=start[1:])
        return cls(np.frombuffer(b"".join(encoded), np.uint8), start)


@dataclass(frozen=True, eq=False)
class AddressIndex:
    """The arrays of an index; ``n_of`` in a name means: rows of that table.

    *words*: ``word`` (S24, ascending), ``word_weight_name`` and ``word_weight_label`` (0..1, rare words weigh more),
    ``typo_key``/``typo_word`` (hashes of each word and of it less a letter, ascending), ``sound_key``/``sound_word``.

    *names* of streets, once each: ``name_words`` in runs of ``name_start``; ``of_word_name`` in runs of
    ``of_word_name_start``: the names to look at for a word (the rarest words of a name that make more than half of it);
    ``word_way`` whether a word is a kind of way.

    *units*: a commune, or the part of it with its own former name or post code: ``unit_commune`` (row), ``unit_post``,
    ``unit_former``, position and radius. *labels*: names by which units are known, with the same arrays as names and
    ``label_units`` in runs of ``label_unit_start`` (``label_former``: it is the unit's former name). *codes*: post and
    INSEE codes (S5, ascending) → units.

    *streets*, ascending by (name, unit): ``street_unit``, ``street_shown`` (text), ``street_key`` (beginning of the
    national key), position, radius in metres, ``number_start`` (one more than streets).
    ``pair_*``: every name of a street with its unit, ascending: what is looked up.

    *numbers* in runs of their street: ``number`` (value × 256 + suffix), ``number_lon``, ``number_lat`` (units of 1e-7
    degree), ``number_source``; ``number_id`` where a file's own keys are not of the national form.

    *the curve* (:mod:`.grid`): ``curve_order``, numbers, and streets without numbers as ``-1 - street``.
    """

    word: NDArray[np.bytes_]
    word_weight_name: NDArray[np.float32]
    word_weight_label: NDArray[np.float32]
    word_way: NDArray[np.bool_]
    typo_key: NDArray[np.uint64]
    typo_word: NDArray[np.int32]
    sound_key: NDArray[np.uint64]
    sound_word: NDArray[np.int32]
    name_words: NDArray[np.int32]
    name_start: NDArray[np.int64]
    of_word_name: NDArray[np.int32]
    of_word_name_start: NDArray[np.int64]
    label_words: NDArray[np.int32]
    label_start: NDArray[np.int64]
    of_word_label: NDArray[np.int32]
    of_word_label_start: NDArray[np.int64]
    label_units: NDArray[np.int32]
    label_unit_start: NDArray[np.int64]
    label_former: NDArray[np.bool_]
    code: NDArray[np.bytes_]
    code_kind: NDArray[np.uint8]
    code_units: NDArray[np.int32]
    code_start: NDArray[np.int64]
    commune_insee: NDArray[np.bytes_]
    commune_name_data: NDArray[np.uint8]
    commune_name_start: NDArray[np.int64]
    unit_commune: NDArray[np.int32]
    unit_post: NDArray[np.bytes_]
    unit_former_data: NDArray[np.uint8]
    unit_former_start: NDArray[np.int64]
    unit_lon: NDArray[np.int32]
    unit_lat: NDArray[np.int32]
    unit_radius: NDArray[np.float32]
    pair_name: NDArray[np.int32]
    pair_unit: NDArray[np.int32]
    pair_street: NDArray[np.int32]
    street_unit: NDArray[np.int32]
    street_shown_data: NDArray[np.uint8]
    street_shown_start: NDArray[np.int64]
    street_key_data: NDArray[np.uint8]
    street_key_start: NDArray[np.int64]
    street_kind: NDArray[np.uint8]
    street_lon: NDArray[np.int32]
    street_lat: NDArray[np.int32]
    street_radius: NDArray[np.float32]
    street_source: NDArray[np.uint8]
    number_start: NDArray[np.int64]
    number: NDArray[np.uint32]
    number_lon: NDArray[np.int32]
    number_lat: NDArray[np.int32]
    number_source: NDArray[np.uint8]
    number_id_data: NDArray[np.uint8]
    number_id_start: NDArray[np.int64]
    curve_order: NDArray[np.int32]
    about: Mapping[str, Any]
    path: Path

    @property
    def streets(self) -> int:
        """How many streets and localities there are."""
        return len(self.street_unit)

    @property
    def numbers(self) -> int:
        """How many house numbers there are."""
        return len(self.number)

    @cached_property
    def suffixes(self) -> list[str]:
        """The texts of suffixes by their code; ``""`` first."""
        return list(self.about["suffixes"])

    @cached_property
    def suffix_code(self) -> dict[str, int]:
        """The code of each suffix."""
        return {text: code for code, text in enumerate(self.suffixes)}

    @cached_property
    def pair_key(self) -> NDArray[np.int64]:
        """Name and unit of each pair as one ascending number."""
        return self.pair_name.astype(np.int64) * max(len(self.unit_commune), 1) + self.pair_unit

    @cached_property
    def name_pair_start(self) -> NDArray[np.int64]:
        """Where the pairs of each name begin."""
        start: NDArray[np.int64] = np.searchsorted(self.pair_name, np.arange(len(self.name_start)))
        return start

    @cached_property
    def shown(self) -> Texts:
        """The name of each street as its file writes it."""
        return Texts(self.street_shown_data, self.street_shown_start)

    @cached_property
    def keys(self) -> Texts:
        """The beginning of the national key of each street; ``""`` where its file has none."""
        return Texts(self.street_key_data, self.street_key_start)

    @cached_property
    def communes(self) -> Texts:
        """The name of each commune."""
        return Texts(self.commune_name_data, self.commune_name_start)

    @cached_property
    def former(self) -> Texts:
        """The former or delegated commune of each unit."""
        return Texts(self.unit_former_data, self.unit_former_start)

    @cached_property
    def number_ids(self) -> Texts:
        """The file's own key of each number, or nothing at all where all keys are of the national form."""
        return Texts(self.number_id_data, self.number_id_start)


_ARRAYS = [f.name for f in fields(AddressIndex) if f.name not in ("about", "path")]


def save(path: Path, arrays: Mapping[str, NDArray[Any]], about: Mapping[str, Any]) -> None:
    """Write an index, whole or not at all.

    Raises
    ------
    DataError
        The folder can't be written.
    """
    held = {name: np.ascontiguousarray(arrays[name]) for name in _ARRAYS}
    place: dict[str, tuple[str, int, int]] = {}
    at = 0
    for name, array in held.items():
        place[name] = (array.dtype.str, len(array), at)
        at += -(-array.nbytes // _ALIGN) * _ALIGN
    head = json.dumps({"arrays": place, "about": about}, ensure_ascii=False).encode() + b"\n"
    begin = -(-(len(_MAGIC) + len(head)) // _ALIGN) * _ALIGN
    with replacing(path) as temporary, temporary.open("wb") as file:
        file.write((_MAGIC + head).ljust(begin, b"\0"))
        for name, array in held.items():
            file.seek(begin + place[name][2])
            file.write(array.tobytes())
        file.truncate(begin + at)


def load(path: str | Path) -> AddressIndex:
    """Open an index; its arrays are mapped and come from the disk as they are used.

    Raises
    ------
    DataError
        There is no such file, it is no index, or one of another version or cut short.
    """
    path = Path(path)
    where = str(path)
    try:
        with path.open("rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                raise DataError("Is not an index of addresses of this version", where=where, next_step=_NEXT)
            head = file.readline()
            held = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        said = json.loads(head)
        begin = -(-(len(_MAGIC) + len(head)) // _ALIGN) * _ALIGN
        arrays = {
            name: np.frombuffer(held, np.dtype(dtype), count, begin + at) if count else np.zeros(0, np.dtype(dtype))
            for name, (dtype, count, at) in said["arrays"].items()
        }
        return AddressIndex(**{name: arrays[name] for name in _ARRAYS}, about=said["about"], path=path)
    except FileNotFoundError as error:
        raise DataError("There is no index of addresses", where=where, next_step=_NEXT) from error
    except OSError as error:
        raise DataError(f"Can't be read: {error.strerror or error}", where=where, next_step=_NEXT) from error
    except (ValueError, KeyError, TypeError) as error:
        raise DataError("The index of addresses is damaged", where=where, next_step=_NEXT) from error
