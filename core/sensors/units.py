# SPDX-License-Identifier: GPL-2.0-or-later
"""Units of measurement by their UCUM codes: what converts into what, so that no rule reads °F as °C.

The data are ``resources/sensors/units.yaml``. Codes: G. Schadow, C. McDonald, *The Unified Code for Units of Measure*,
2.1; the factors are exact by definition but those that the file says.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, Optional

from ... import resources
from ..base import checked_yaml
from ..errors import DataError


@dataclass(frozen=True)
class Unit:
    """One unit: ``value * factor + offset`` is in the first unit of its ``quantity``; ``names`` is how servers call
    it.
    """

    code: str
    quantity: str
    factor: float = 1.0
    offset: float = 0.0
    names: tuple[str, ...] = ()
    line: int = 0

    def __post_init__(self) -> None:
        if self.factor == 0.0:
            raise ValueError("a factor is not 0")


@dataclass(frozen=True)
class _File:
    version: Literal["1"]
    units: tuple[Unit, ...]


@dataclass(frozen=True)
class Conversion:
    """From one unit to another: ``value * factor + offset``."""

    factor: float = 1.0
    offset: float = 0.0

    @property
    def changes(self) -> bool:
        """Whether a value is another number afterwards."""
        return (self.factor, self.offset) != (1.0, 0.0)


SAME = Conversion()


def find(name: str) -> Optional[Unit]:
    """Return the unit that a symbol, a name or a code (``ucum:%``, an address that ends with it) means, or None.

    >>> find("°C").code
    'Cel'
    """
    table = _table()
    exact = table.get(name.strip())
    if exact is not None:
        return exact
    # A code may be the end of an address: http://unitsofmeasure.org/ucum.html#para-30 is none, ucum:Cel and
    # …/ucum/Cel are.
    for mark in ("ucum:", "ucum/", "UCUM/"):
        _, found, code = name.strip().rpartition(mark)
        if found and code in table:
            return table[code]
    return table.get(_plain(name))


def conversion(given: str, wanted: str) -> Optional[Conversion]:
    """Return how a value in ``given`` becomes one in ``wanted``; None where it can't, or a unit is not known.

    Two names that are equal as written are one unit, known or not.

    >>> c = conversion("degF", "Cel"); round(212 * c.factor + c.offset, 9)
    100.0
    """
    if given.strip() == wanted.strip() and given.strip():
        return SAME
    a, b = find(given), find(wanted)
    if a is None or b is None or a.quantity != b.quantity:
        return None
    if a.code == b.code:
        return SAME
    return Conversion(a.factor / b.factor, (a.offset - b.offset) / b.factor)


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


@lru_cache(maxsize=1)
def _table() -> dict[str, Unit]:
    path = resources.path("sensors", "units.yaml")
    table: dict[str, Unit] = {}
    for unit in checked_yaml.load(path, _File).units:
        # Case means something in symbols (mW, MW) and nothing in words.
        for key in (unit.code, *unit.names, *(_plain(name) for name in unit.names if len(name) > 2)):
            if table.setdefault(key, unit) is not unit and key in (unit.code, *unit.names):
                raise DataError(f"'{key}' is the name of two units", where=f"{path}:{unit.line}")
    return table
