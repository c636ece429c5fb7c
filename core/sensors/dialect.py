# SPDX-License-Identifier: GPL-2.0-or-later
"""What a kind of SensorThings server does in its own way, kept as YAML in ``resources/sensors/dialects``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ... import resources
from ..base import checked_yaml
from ..errors import UsageError

STANDARD = "standard"


@dataclass(frozen=True)
class Dialect:
    """One kind of server.

    ``page_size`` and ``array_size`` are what to ask for as ``$top``, plain and as a data array; ``order`` what
    observations are put in order by (empty: not asked for); ``select`` and ``data_array`` say whether fewer fields,
    and the shorter form, may be asked for; ``filter`` whether it filters by time; ``expand`` how the neighbours of a
    Datastream are
    asked for along with it. ``signs`` are texts by one of which (or every one) its root or address is known.
    """

    name: str
    title: str
    page_size: int = 100
    array_size: int = 1000
    order: str = "phenomenonTime asc"
    select: bool = True
    data_array: bool = True
    filter: bool = True
    expand: str = "Thing/Locations,ObservedProperty"
    expand_multi: str = "Thing/Locations,ObservedProperties"
    expand_each: bool = False
    signs: tuple[str, ...] = ()
    every_sign: bool = False

    def __post_init__(self) -> None:
        if self.page_size < 1 or self.array_size < 1:
            raise ValueError("page_size and array_size are at least 1")

    def fits(self, root: str) -> bool:
        """Say whether the text of a root, with its address, has the signs."""
        text = root.casefold()
        found = [sign.casefold() in text for sign in self.signs]
        return bool(found) and (all(found) if self.every_sign else any(found))


def dialect_names() -> tuple[str, ...]:
    """Return the names of the shipped dialects."""
    return tuple(sorted(path.stem for path in resources.path("sensors", "dialects").glob("*.yaml")))


@lru_cache(maxsize=32)
def load_dialect(name: str | Path) -> Dialect:
    """Read a shipped dialect by its name, or another by the path of its file.

    Raises
    ------
    UsageError
        There is none of this name.
    DataError
        The file differs from :class:`Dialect`; ``where`` is its line.
    """
    path = Path(name)
    if path.suffix not in (".yaml", ".yml"):
        if str(name) not in dialect_names():
            step = f"Choose one of {', '.join(dialect_names())}, or give the path of a .yaml file"
            raise UsageError(f"There is no dialect named {name}", next_step=step)
        path = resources.path("sensors", "dialects", f"{name}.yaml")
    return checked_yaml.load(path, Dialect)


def recognised(root: str) -> Dialect:
    """Return the dialect whose signs a root has: that with signs of its own name first; else the standard."""
    known = [load_dialect(name) for name in dialect_names()]
    for dialect in sorted(known, key=lambda d: d.every_sign):
        if dialect.fits(root):
            return dialect
    return load_dialect(STANDARD)
