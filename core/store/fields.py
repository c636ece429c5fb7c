# SPDX-License-Identifier: GPL-2.0-or-later
"""The fields of a report, said once: the lists of SQL, what is queued, merged, taken along and sent are joined from it.

A new field is one line here and a script in ``schema`` that adds its column (and writes the trigger ``report_update``
anew where its edits are queued; a test compares).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

Use = Literal["source", "merged", "edited", "sent", "new", "pack"]


@dataclass(frozen=True)
class ReportField:
    """One column of ``report``.

    ``model`` is its name in :class:`~..model.Report`; empty: it has none. ``question`` names what it is decided
    together with: where one of these was edited, none is taken from the source. Of ``uses``, ``source``: its value
    comes from the source; ``merged``: there are three versions of it; ``edited``: its edits are queued; ``sent``: a
    source may let it change; ``new``: it goes with a new report; ``pack``: an offline pack takes it along.
    """

    name: str
    uses: frozenset[Use]
    model: str = ""
    question: str = ""


def _field(name: str, *uses: Use, model: str = "", question: str = "") -> ReportField:
    return ReportField(name, frozenset(uses), model, question or name)


_TEXT: tuple[Use, ...] = ("source", "merged", "edited", "sent", "new", "pack")
FIELDS: tuple[ReportField, ...] = (
    _field("source", "source", "pack", model="source"),
    _field("service_request_id", "source", "pack", model="service_request_id"),
    _field("service_code", *_TEXT, model="service_code", question="service"),
    _field("service_name", *_TEXT, model="service_name", question="service"),
    _field("service_group", "source", "merged", "pack", model="group", question="service"),
    _field("description", *_TEXT, model="description"),
    _field("status", "source", "merged", "edited", "pack", model="status"),
    _field("raw_status", "source", "merged", "pack", model="raw_status", question="status"),
    _field("state", "merged", "edited", "pack"),
    _field("class", "edited", "pack"),
    _field("confidence", "pack", question="class"),
    _field("class_from", "pack", question="class"),
    _field("address", *_TEXT, model="address"),
    _field("lon", "source", "merged", "pack", model="lon", question="position"),
    _field("lat", "source", "merged", "pack", model="lat", question="position"),
    _field("position_flag", "source", "pack", model="position_flag", question="position"),
    _field("requested_datetime", "source", "pack", model="requested_datetime"),
    _field("updated_datetime", "source", "pack", model="updated_datetime"),
    _field("reported_at", "source", "pack"),
    _field("agency_responsible", "source", "merged", "edited", "pack", model="agency_responsible"),
    _field("media_url", *_TEXT, model="media_url"),
    # Personal data that nobody needs outdoors stay behind: what else the source said of who reported.
    _field("extra", "source"),
    _field("geom", "source", "edited", "sent", "new", "pack", question="position"),
)
_BY_NAME = {field.name: field for field in FIELDS}


def names(use: Use) -> tuple[str, ...]:
    """Return the columns of a use, in the order of :data:`FIELDS`."""
    return tuple(field.name for field in FIELDS if use in field.uses)


def question(field: str) -> str:
    """Return the name under which an edited field is one question with others.

    >>> question("geom"), question("service_name"), question("address")
    ('position', 'service', 'address')
    """
    return _BY_NAME[field].question if field in _BY_NAME else field


@cache
def together(field: str) -> tuple[str, ...]:
    """Return the columns that are decided with a field (or under a question), itself among them.

    >>> together("status")
    ('status', 'raw_status')
    """
    asked = question(field)
    return tuple(other.name for other in FIELDS if other.question == asked) or (field,)


SOURCE = names("source")
"""What is stored of a source's report; its key and state are ours."""
MERGED = names("merged")
"""The fields of which there are three versions."""
TEXTS_EDITED = tuple(name for name in names("edited") if name != "geom")
"""The fields whose edits ``report_update`` queues; those of ``geom`` are queued by ``report_move``."""
PACK = names("pack")
NEW = frozenset(names("new"))
CHANGEABLE = frozenset("position" if name == "geom" else name for name in names("sent"))
"""Fields of a report that a source may let change, as its profile names them; a status has ways of its own."""


def joined(template: str, columns: Iterable[str]) -> str:
    """Fill in a statement's lists of columns, which are constants of this product: never anything from outside.

    ``{columns}`` are their names, ``{marks}`` a question mark each, ``{set}`` is ``a = ?, b = ?``.
    """
    listed = tuple(columns)
    return (
        template.replace("{columns}", ", ".join(listed))
        .replace("{marks}", ", ".join("?" * len(listed)))
        .replace("{set}", ", ".join(name + " = ?" for name in listed))
    )
