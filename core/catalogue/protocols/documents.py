# SPDX-License-Identifier: GPL-2.0-or-later
"""XML and JSON as servers send them: parsed without entities, document types or the network; HTML told apart."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Optional

from ...base.xml import etree
from ...errors import DataError
from ...transport import Answer
from ..records.plain_text import one_line

_HTML = re.compile(
    rb"^\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_CHECK = "Open the address in a browser: it may ask for a sign-in, or have moved"

Element = Any
"""An lxml element; lxml has no types of its own here."""
Parts = Mapping[str, "list[Element]"]
"""Local name → the direct children of that name, in their order."""


def local(element: Element) -> str:
    """Return the name of an element without its namespace; ``""`` for comments and the like."""
    return _local_name(element.tag)


@lru_cache(maxsize=4096)
def _local_name(tag: object) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def parse_xml(data: bytes, where: str, *, repair: bool = False) -> Element:
    """Return the root of an XML document.

    ``repair`` reads as much of a damaged document as can be read.

    Raises
    ------
    DataError
        Empty, a web page, damaged, or declares entities (which may hide files, calls or gigabytes).
    """
    if not data.strip():
        raise DataError("Answered with nothing where XML was due", where=where, next_step=_CHECK, code="bad-answer")
    if is_html(data):
        raise web_page(data, where)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=repair, remove_comments=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        if b"<!ENTITY" in data[:65536]:
            raise _entities(where) from error
        what = f"Is not whole XML: {one_line(error, 200)}"
        raise DataError(what, where=where, next_step=_CHECK, code="bad-answer") from error
    if root is None:
        raise DataError("Is not XML", where=where, next_step=_CHECK, code="bad-answer")
    document_type = root.getroottree().docinfo.internalDTD
    if document_type is not None and next(document_type.iterentities(), None) is not None:
        raise _entities(where)
    return root


def parse_json(answer: Answer) -> Any:
    """Return the JSON value of an answer.

    Raises
    ------
    DataError
        Empty, a web page, or damaged.
    """
    if is_html(answer.body):
        raise web_page(answer.body, answer.url)
    try:
        return json.loads(answer.body.decode("utf-8-sig"), parse_constant=lambda _: None)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        what = "Answered with nothing where JSON was due" if not answer.body.strip() else "Is not whole JSON"
        raise DataError(what, where=answer.url, next_step=_CHECK, code="bad-answer") from error


def is_html(data: bytes) -> bool:
    """Say whether a body is a web page."""
    return bool(_HTML.match(data[:2048]))


def web_page(data: bytes, where: str) -> DataError:
    """Return the error for a web page where data was due, with its title."""
    text = data[:65536].decode("utf-8", "replace")
    found = _TITLE.search(text)
    title = one_line(found.group(1) if found else text, 80)
    what = f"Answered with a web page (“{title}”) where data was due"
    return DataError(what, where=where, next_step=_CHECK, code="web-page")


def _entities(where: str) -> DataError:
    return DataError("Declares entities, which may hide files or calls: refused", where=where, code="bad-answer")


def child(element: Optional[Element], *names: str) -> Optional[Element]:
    """Return the first element at a path of local names below ``element``."""
    for name in names:
        if element is None:
            return None
        for each in element:
            if _local_name(each.tag) == name:
                element = each
                break
        else:
            return None
    return element


def parts_of(element: Optional[Element]) -> Parts:
    """Return the direct children of an element by local name: for one of which many are read."""
    found: dict[str, list[Element]] = {}
    for each in () if element is None else element:
        found.setdefault(_local_name(each.tag), []).append(each)
    return found


def part(parts: Parts, name: str, *names: str) -> Optional[Element]:
    """Return the first of the parts of a name, or what is at a path of names below it."""
    found = parts.get(name)
    if found is None:
        return None
    return child(found[0], *names) if names else found[0]


def children(element: Optional[Element], name: str) -> list[Element]:
    """Return the direct children of that local name."""
    return [] if element is None else [each for each in element if _local_name(each.tag) == name]


def below(element: Optional[Element], *names: str) -> list[Element]:
    """Return all elements of these local names at any depth, in document order."""
    return [] if element is None else list(element.iter(*("{*}" + name for name in names)))


def text_of(element: Optional[Element], *names: str) -> str:
    """Return all text at a path of local names, on one line."""
    found = child(element, *names) if names else element
    return "" if found is None else one_line("".join(found.itertext()))


def as_list(value: Any) -> list[Any]:
    """Return a list as it is, nothing as an empty one, and anything else as a list of one."""
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]


def as_dict(value: Any) -> dict[str, Any]:
    """Return a JSON object as it is, and anything else as an empty one."""
    return value if isinstance(value, dict) else {}
