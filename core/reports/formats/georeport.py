# SPDX-License-Identifier: GPL-2.0-or-later
"""GeoReport v2 (Open311) as servers speak it: one lenient parser for XML and JSON.

The form: https://wiki.open311.org/GeoReport_v2/. What servers make of it: a list, an object that holds a list or
a single object; ids that are numbers; coordinates that are text; dates in several forms. What can be read in
one way is read; what can't is flagged or rejected with a reason; nothing that was sent is dropped.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

from ...errors import DataError
from ...model import Rejected, Report
from . import position
from .body import Body, first_line_of_page, read_body, too_deep
from .dates import Order, iso_date

LONGEST_ID = 500


@dataclass(frozen=True)
class Dialect:
    """How a server's records differ from the standard.

    ``items`` names the keys that hold the list; ``fields`` maps a server's field (a path with dots) to the
    standard's; ``status`` maps its words, in lower case, to ``open`` or ``closed``; ``dates`` says how days and
    months with slashes are ordered.
    """

    items: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    status: Mapping[str, str] = field(default_factory=dict)
    dates: Order = "unknown"


STANDARD = Dialect()


@dataclass(frozen=True)
class Service:
    """One kind of request that a server takes; ``metadata`` says that it asks for attributes."""

    service_code: str
    service_name: str = ""
    description: str = ""
    metadata: bool = False
    type: str = ""
    keywords: tuple[str, ...] = ()
    group: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Attribute:
    """One question that a service asks; ``values`` are (key, name) pairs of its choices."""

    code: str
    datatype: str = "string"
    variable: bool = True
    required: bool = False
    order: Optional[int] = None
    description: str = ""
    datatype_description: str = ""
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ServiceDefinition:
    """The attributes of one service, in the order in which they are to be asked."""

    service_code: str
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True)
class Created:
    """What a server answers to a new request or a token: an id, or a token to ask for the id with."""

    service_request_id: str = ""
    token: str = ""
    service_notice: str = ""
    account_id: str = ""


@dataclass(frozen=True)
class Update:
    """One entry of the ``servicerequestupdates`` extension: a comment or a change of status."""

    update_id: str
    service_request_id: str
    status: str = ""
    raw_status: str = ""
    updated_datetime: Optional[str] = None
    description: str = ""
    media_url: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ServerError:
    """One error in a server's own words."""

    code: str
    description: str

    def __str__(self) -> str:
        return f"{self.code}: {self.description}" if self.code else self.description


# --- reading -----------------------------------------------------------------------------------------------------


def parse_requests(
    data: bytes,
    *,
    source: str,
    content_type: str = "",
    dialect: Dialect = STANDARD,
    area: Optional[position.Area] = None,
) -> Iterator[Report | Rejected]:
    """Read service requests; one verdict for every record.

    The body is parsed whole before the first record is given, so a truncated page gives none.

    Parameters
    ----------
    data : bytes
        XML or JSON, told apart by content.
    source : str
        Name of the server or file: ``Report.source``, and the place in messages.
    content_type : str
        The HTTP header, for its charset.
    dialect : Dialect
        What this server does in its own way.
    area : tuple, optional
        West, south, east, north in degrees: positions outside are flagged ``far off``.

    Yields
    ------
    Report or Rejected
        ``Report.extra`` holds unknown fields as they came, and the raw text of dates, coordinates and agencies
        that are kept in another form.

    Raises
    ------
    DataError
        The body can't be read (see :func:`.body.read_body`), holds no requests, or is a server's error.
    """
    body = read_body(data, source=source, content_type=content_type)
    records = _records(body.value, ("service_request_id", "token"), _REQUEST_LISTS, dialect, source)
    return _requests(records, body, source, dialect, area)


def _requests(
    records: list[Any], body: Body, source: str, dialect: Dialect, area: Optional[position.Area]
) -> Iterator[Report | Rejected]:
    for place, record in enumerate(records, 1):
        where = f"{source}: record {place}"
        reason = _unusable(record)
        if reason:
            yield Rejected(where, reason)
            continue
        if body.guessed_encoding:
            record = {**record, "decoded_as": body.guessed_encoding}
        yield report(record, source=source, where=where, dialect=dialect, area=area)


def report(
    record: Mapping[str, Any],
    *,
    source: str,
    where: str,
    dialect: Dialect = STANDARD,
    area: Optional[position.Area] = None,
) -> Report | Rejected:
    """Turn one plain record with GeoReport's names into a report; see :func:`parse_requests`."""
    rest = _renamed(record, dialect.fields)
    identifier = _identifier(rest.pop("service_request_id", None))
    if not identifier:
        token = text(rest.get("token"))
        reason = "has a token and no service_request_id yet" if token else "has no service_request_id"
        return Rejected(where, reason)
    if len(identifier) > LONGEST_ID:
        return Rejected(where, f"its service_request_id is {len(identifier):,} characters long")
    raw_lon, raw_lat = _first(rest, _LONGITUDES), _first(rest, _LATITUDES)
    lon, lat, flag = position.judge(raw_lon, raw_lat, area)
    raw_status = text(rest.pop("status", None))
    values: dict[str, str] = {}
    kept: dict[str, Any] = {}
    for name in _TEXTS:
        if name in rest:
            raw = rest.pop(name)
            values[name] = text(raw)
            if name == "media_url" and isinstance(raw, list):
                values[name] = next(filter(None, map(text, raw)), "")  # one address; all of them stay in extra
            if isinstance(raw, (dict, list)):
                kept[name] = raw
    for name in ("requested_datetime", "updated_datetime"):
        raw = rest.pop(name, None)
        date = iso_date(raw, dialect.dates)
        if date is not None:
            values[name] = date
        if raw not in (None, "", date):
            kept[name] = raw
    if flag:
        kept.update({k: v for k, v in (("long", raw_lon), ("lat", raw_lat)) if v is not None})
    return Report(
        source=source,
        service_request_id=identifier,
        status=_status(raw_status, dialect),
        raw_status=raw_status,
        lon=lon,
        lat=lat,
        position_flag=flag,
        extra={**rest, **kept},
        **values,
    )


def parse_services(
    data: bytes, *, source: str, content_type: str = "", dialect: Dialect = STANDARD
) -> Iterator[Service | Rejected]:
    """Read the list of services; raises as :func:`parse_requests` does."""
    body = read_body(data, source=source, content_type=content_type)
    return _services(_records(body.value, ("service_code",), _SERVICE_LISTS, dialect, source), source, dialect)


def _services(records: list[Any], source: str, dialect: Dialect) -> Iterator[Service | Rejected]:
    for place, record in enumerate(records, 1):
        where = f"{source}: service {place}"
        reason = _unusable(record)
        if reason:
            yield Rejected(where, reason)
            continue
        rest = _renamed(record, dialect.fields)
        code = _identifier(rest.pop("service_code", None))
        if not code:
            yield Rejected(where, "has no service_code")
            continue
        keywords = rest.pop("keywords", None)
        words = keywords if isinstance(keywords, list) else text(keywords).split(",")
        yield Service(
            service_code=code,
            service_name=text(rest.pop("service_name", None)),
            description=text(rest.pop("description", None)),
            metadata=_truth(rest.pop("metadata", None)),
            type=text(rest.pop("type", None)),
            keywords=tuple(word for word in map(text, words) if word),
            group=text(rest.pop("group", None)),
            extra=rest,
        )


def parse_service_definition(data: bytes, *, source: str, content_type: str = "") -> ServiceDefinition:
    """Read the attributes that a service asks for; raises as :func:`parse_requests` does."""
    body = read_body(data, source=source, content_type=content_type)
    records = _records(body.value, ("service_code", "attributes"), ("service_definition",), STANDARD, source)
    if len(records) != 1 or not isinstance(records[0], dict):
        raise DataError(f"One service definition was due, {len(records)} came", where=source)
    record = records[0]
    attributes = [
        Attribute(
            code=text(item.get("code")),
            datatype=text(item.get("datatype")) or "string",
            variable=_truth(item.get("variable"), missing=True),
            required=_truth(item.get("required")),
            order=_whole(item.get("order")),
            description=text(item.get("description")),
            datatype_description=text(item.get("datatype_description")),
            values=tuple(
                (text(choice.get("key")), text(choice.get("name")) or text(choice.get("key")))
                for choice in _listed(item.get("values"), "value")
            ),
        )
        for item in _listed(record.get("attributes"), "attribute")
    ]
    nameless = sum(not a.code for a in attributes)
    if nameless:
        raise DataError(f"{nameless} attributes have no code", where=source)
    attributes.sort(key=lambda a: (a.order is None, a.order or 0))
    return ServiceDefinition(_identifier(record.get("service_code")), tuple(attributes))


def parse_created(data: bytes, *, source: str, content_type: str = "") -> tuple[Created, ...]:
    """Read the answer to a new request or to a token; raises as :func:`parse_requests` does."""
    body = read_body(data, source=source, content_type=content_type)
    records = _records(body.value, ("service_request_id", "token", "update_id"), _REQUEST_LISTS, STANDARD, source)
    return tuple(
        Created(
            _identifier(item.get("service_request_id")),
            text(item.get("token")),
            text(item.get("service_notice")),
            text(item.get("account_id")),
        )
        for item in records
        if isinstance(item, dict)
    )


def parse_updates(
    data: bytes, *, source: str, content_type: str = "", dialect: Dialect = STANDARD
) -> Iterator[Update | Rejected]:
    """Read ``servicerequestupdates``; raises as :func:`parse_requests` does."""
    body = read_body(data, source=source, content_type=content_type)
    records = _records(body.value, ("update_id",), _UPDATE_LISTS, dialect, source)
    return _updates(records, source, dialect)


def _updates(records: list[Any], source: str, dialect: Dialect) -> Iterator[Update | Rejected]:
    for place, record in enumerate(records, 1):
        where = f"{source}: update {place}"
        reason = _unusable(record)
        rest = {} if reason else _renamed(record, dialect.fields)
        update_id, request_id = (
            _identifier(rest.pop("update_id", None)),
            _identifier(rest.pop("service_request_id", None)),
        )
        if reason or not (update_id and request_id):
            yield Rejected(where, reason or "has no update_id or no service_request_id")
            continue
        raw_status, raw_date = text(rest.pop("status", None)), rest.pop("updated_datetime", None)
        date = iso_date(raw_date, dialect.dates)
        if raw_date not in (None, "", date):
            rest["updated_datetime"] = raw_date
        yield Update(
            update_id=update_id,
            service_request_id=request_id,
            status=_status(raw_status, dialect),
            raw_status=raw_status,
            updated_datetime=date,
            description=text(rest.pop("description", None)),
            media_url=text(rest.pop("media_url", None)),
            extra=rest,
        )


def parse_errors(data: bytes, *, source: str, content_type: str = "") -> tuple[ServerError, ...]:
    """Read what a server says went wrong; the first line of its text where it has no form. Never raises."""
    try:
        value = read_body(data[: 1 << 20], source=source, content_type=content_type).value
    except DataError:
        page = data[: 1 << 16].decode("utf-8", "replace")
        line = first_line_of_page(page) if "<" in page else " ".join(page.split())[:200]
        return (ServerError("", line),) if line else ()
    return _errors(value)


# --- unwrapping --------------------------------------------------------------------------------------------------

_REQUEST_LISTS = ("service_requests", "requests", "service_request", "request", "issues", "results", "items", "data")
_SERVICE_LISTS = ("services", "service", "request_types", "results", "items", "data")
_UPDATE_LISTS = (
    "service_request_updates", "servicerequestupdates", "service_requests_updates", "request_updates", "request_update",
    "service_request_update", "updates", "update", "results", "items", "data",
)  # fmt: skip


def _records(value: Any, ids: tuple[str, ...], lists: tuple[str, ...], dialect: Dialect, source: str) -> list[Any]:
    """Unwrap a list, an object that holds a list, or a single object."""
    ours = {theirs.partition(".")[0] for theirs, name in dialect.fields.items() if name in ids}
    outer = value
    for _ in range(6):
        if value is None or value == "":
            return []
        if isinstance(value, list):
            errors = _errors(value)
            if errors and not any(isinstance(item, dict) and any(i in item for i in ids) for item in value):
                break
            return value
        if not isinstance(value, dict):
            break
        if any(i in value for i in ids):
            return [value]
        if value.get("error") or value.get("errors"):
            break
        named = next((key for key in (*dialect.items, *lists) if _holds(value, key)), None)
        if named is None and ours & value.keys():
            return [value]
        if named is None:
            inner = [key for key, item in value.items() if isinstance(item, (list, dict))]
            named = inner[0] if len(inner) == 1 else None
        if named is None and len(value) == 1:
            named = next(iter(value))
        if named is None:
            if "status" in value or "service_code" in value:
                return [value]  # a request without its id: rejected by name, not lost
            break
        value = value[named]
    errors = _errors(outer)
    if errors:
        said = "; ".join(map(str, errors[:3]))
        raise DataError(f"The server answered with an error: {said}", where=source)
    raise DataError("Holds no list of the kind that was due", where=source, next_step="Check the profile of the server")


def _holds(value: dict[str, Any], key: str) -> bool:
    return key in value and (value[key] is None or isinstance(value[key], (list, dict)))


_ERROR_WORDS = ("description", "message", "detail", "title", "error_description")
_ERROR_NAMES = frozenset({*_ERROR_WORDS, "code", "status", "type", "error"})


def _is_error(item: dict[str, Any]) -> bool:
    if "service_request_id" in item:
        return False
    return "code" in item or "message" in item or (bool(item) and item.keys() <= _ERROR_NAMES)


def _words(value: Any) -> str:
    """Return what an error says: a text, or what stands in an object or list (Django REST: field to complaints)."""
    if isinstance(value, dict):
        pairs = ((name, _words(item)) for name, item in list(value.items())[:5])
        return "; ".join(f"{name}: {words}" if name != "detail" else words for name, words in pairs if words)
    if isinstance(value, list):
        return ", ".join(filter(None, map(_words, value[:5])))
    return text(value)


def _errors(value: Any) -> tuple[ServerError, ...]:
    for _ in range(4):
        if isinstance(value, dict):
            named = next((key for key in ("errors", "error") if value.get(key)), None)
            if named is None:
                break
            value = value[named]
    items = value if isinstance(value, list) else [value]
    out = []
    for item in items:
        if isinstance(item, str) and item.strip() and not isinstance(value, list):
            out.append(ServerError("", " ".join(item.split())[:500]))
        elif isinstance(item, dict) and _is_error(item):
            said = (
                _words(item.get(name)) for name in ("description", "message", "detail", "title", "error_description")
            )
            words = next(filter(None, said), "")
            out.append(ServerError(text(item.get("code")), " ".join(words.split())[:500]))
    return tuple(out)


def _listed(value: Any, name: str) -> list[dict[str, Any]]:
    """Return the objects of a list, of an object that holds one, or of a single object."""
    if isinstance(value, dict):
        value = value[name] if name in value and len(value) == 1 else value
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, dict)]


def _unusable(record: Any) -> str:
    if not isinstance(record, dict):
        return f"is no object: {text(record)[:60] or 'empty'}"
    return "is nested too deeply" if too_deep(record) else ""


# --- fields ------------------------------------------------------------------------------------------------------

_LONGITUDES = ("long", "lon", "lng", "longitude")
_LATITUDES = ("lat", "latitude")
_TEXTS = (
    "service_code", "service_name", "group", "description", "address", "agency_responsible", "media_url",
)  # fmt: skip


def text(value: Any) -> str:
    """Return a field as text: numbers without an idle ``.0``, lists joined, objects by their name."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, list):
        return ", ".join(part for part in map(text, value) if part)
    if isinstance(value, dict):
        for name in ("recipient", "name", "title", "url"):
            if value.get(name) is not None:
                return text(value[name])
        return json.dumps(value, ensure_ascii=False) if value else ""
    return str(value)


def _identifier(value: Any) -> str:
    # Blanks within are no part of an id: servers and spreadsheets write them in more than one way.
    return "" if isinstance(value, (bool, list, dict)) else " ".join(text(value).split())


_NO_IDS = frozenset({"none", "null", "nil", "nan", "undefined", "unknown", "false", "true", "0", "-1", "-"})


def plausible(identifier: str) -> bool:
    """Say whether an answer to something new can mean this as its id: servers write the name of nothing, too."""
    known = identifier.strip()
    return bool(known) and known.lower() not in _NO_IDS and len(known) <= LONGEST_ID and known.isprintable()


def _status(raw: str, dialect: Dialect) -> str:
    word = raw.lower()
    known = dialect.status.get(word, word)
    return known if known in ("open", "closed") else ""


def _truth(value: Any, missing: bool = False) -> bool:
    word = text(value).lower()
    return missing if not word else word in ("true", "1", "yes", "t", "y")


def _whole(value: Any) -> Optional[int]:
    number = position.number(value)
    return int(number) if number is not None and number == number and abs(number) < 1e9 else None


def _first(record: dict[str, Any], names: tuple[str, ...]) -> Any:
    """Take the first of several names for one thing; the others stay."""
    for name in names:
        if name in record:
            return record.pop(name)
    return None


def _renamed(record: Mapping[str, Any], fields: Mapping[str, str]) -> dict[str, Any]:
    """Return a copy with the standard's names; what came under a path with dots also stays where it was.

    A record that has the standard's name already keeps both fields as they are.
    """
    out = dict(record)
    for theirs, ours in fields.items():
        if "." not in theirs:
            if theirs in record and ours not in record:
                out[ours] = out.pop(theirs)
            continue
        value: Any = record
        for step in theirs.split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
        if value not in (None, "", [], {}):  # an empty list of photos says nothing against media_url
            out[ours] = value
    return out
