# SPDX-License-Identifier: GPL-2.0-or-later
"""The body of an answer as plain data: XML or JSON, told apart by content, with nothing hostile let in.

XML becomes what the same answer would be in JSON: an element with children a dict, repeated children a list, a leaf
its text or None; attributes of elements are not read, GeoReport has none. Document types, entities and the network
are never used.
"""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass
from typing import Any

from ...base.xml import etree
from ...errors import DataError

MAX_BYTES = 128 << 20
MAX_DEPTH = 20
"""Nesting allowed inside one record; libxml2 itself stops at 256 for a whole document."""

_TRY_AGAIN = "Ask for less at a time (a smaller page or period), or tell the operator of the server"
_CHECK_ADDRESS = "Check the address of the server and its jurisdiction_id; open the address in a browser to see it"


@dataclass(frozen=True)
class Body:
    """Plain data, and the encoding that had to be guessed (``""`` where none had)."""

    value: Any
    guessed_encoding: str = ""


def read_body(data: bytes, *, source: str, content_type: str = "", max_bytes: int = MAX_BYTES) -> Body:
    """Decode and parse one answer.

    Parameters
    ----------
    data : bytes
        The whole body, already decompressed.
    source : str
        Where it came from, for messages.
    content_type : str
        The HTTP header; only its charset is used, and only where the bytes are not UTF-8.
    max_bytes : int
        Larger bodies are refused.

    Raises
    ------
    DataError
        Empty, too large, too deep, a web page, damaged, or neither XML nor JSON.
    """
    if len(data) > max_bytes:
        raise DataError(f"Is too large: {len(data):,} bytes, at most {max_bytes:,}", where=source, next_step=_TRY_AGAIN)
    text, guessed = decode(data, content_type)
    start = _after_prolog(text)
    head = text[start : start + 16].lower()
    if not head:
        raise DataError("Is empty where data was due", where=source, next_step=_CHECK_ADDRESS)
    if head.startswith(("<!doctype html", "<html", "<head", "<body", "<title", "<div", "<p>", "<h1")):
        raise _web_page(text, source)
    if head.startswith("<!doctype"):
        raise DataError("Declares a document type, which may hide entities: refused", where=source)
    if head.startswith("<"):
        return Body(_xml(text, start, source), guessed)
    if head[0] in "[{" or text[start:].strip() == "null":
        return Body(_json(text[start:], source), guessed)
    line = _first_line(text)
    raise DataError(f"Is neither XML nor JSON; it begins with “{line}”", where=source, next_step=_CHECK_ADDRESS)


# --- text --------------------------------------------------------------------------------------------------------

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})""")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
# Text encodings only: Python also knows some that are programs rather than alphabets (unicode_escape, idna, ...).
_ALPHABETS = ("iso8859", "cp", "utf-8", "utf-16", "utf-32", "koi8", "ascii", "mac-roman")


def decode(data: bytes, content_type: str = "") -> tuple[str, str]:
    """Return the text of ``data`` and the encoding that was guessed, ``""`` where it was said or is UTF-8.

    A byte order mark decides; then UTF-8 where every byte fits it; then what the XML declaration or the
    ``charset`` of the content type says; Windows' Western alphabet last. What no alphabet holds becomes U+FFFD.
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data.decode(name, errors="replace"), ""
    for name, at in (("utf-16-le", 1), ("utf-16-be", 0)):
        if len(data) >= 4 and data[at] == 0 and data[at + 2] == 0 and data[1 - at] and data[3 - at]:
            return data.decode(name, errors="replace"), ""
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError:
        said = _said(data, content_type)
    if said:
        return data.decode(said, errors="replace"), ""
    return data.decode("cp1252", errors="replace"), "cp1252"


def _said(data: bytes, content_type: str) -> str:
    declared = _DECLARED.match(data[:400])
    charset = _CHARSET.search(content_type)
    for name in (declared and declared[1].decode("ascii"), charset and charset[1]):
        if not name:
            continue
        try:
            found = codecs.lookup(name).name
        except LookupError:
            continue
        if found.startswith(_ALPHABETS) and not found.startswith("utf-8"):
            # On the web ISO 8859-1 means its superset, Windows' alphabet.
            return "cp1252" if found == "iso8859-1" else found
    return ""


def _after_prolog(text: str) -> int:
    """Return where the content begins, behind blanks, XML declarations, instructions and comments."""
    at = 0
    while True:
        while at < len(text) and (text[at].isspace() or text[at] == "\ufeff"):
            at += 1
        for opening, closing in (("<?", "?>"), ("<!--", "-->")):
            if text.startswith(opening, at):
                end = text.find(closing, at + len(opening))
                if end < 0:
                    return at
                at = end + len(closing)
                break
        else:
            return at


def _first_line(text: str) -> str:
    for line in text.splitlines():
        words = " ".join(line.split())
        if words:
            return words if len(words) <= 200 else words[:199] + "…"
    return ""


# --- web pages ---------------------------------------------------------------------------------------------------


def _web_page(text: str, source: str) -> DataError:
    return DataError(
        f"Is a web page where data was due; it begins with “{first_line_of_page(text)}”",
        where=source,
        next_step=_CHECK_ADDRESS,
    )


def first_line_of_page(text: str) -> str:
    """Return the first words that a reader of an HTML page would see: its title, else its first line."""
    parser = etree.HTMLParser(no_network=True, huge_tree=False, encoding="utf-8")
    try:
        root = etree.fromstring(text[: 1 << 16].encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError):
        return ""
    if root is None:
        return ""
    title = " ".join(" ".join(root.xpath("//title//text()")).split())
    for line in (title, "\n".join(root.xpath("//body//text()[not(ancestor::script or ancestor::style)]"))):
        line = _first_line(line)
        if line:
            return line
    return ""


# --- XML ---------------------------------------------------------------------------------------------------------

# What XML 1.0 does not allow, and some servers send all the same.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def read_xml(data: bytes, *, source: str, content_type: str = "", max_bytes: int = MAX_BYTES) -> Any:
    """Decode and parse an answer that has to be XML; return its root, for what :func:`read_body` does not read.

    Raises
    ------
    DataError
        As :func:`read_body`, or this is no XML.
    """
    if len(data) > max_bytes:
        raise DataError(f"Is too large: {len(data):,} bytes, at most {max_bytes:,}", where=source, next_step=_TRY_AGAIN)
    text, _ = decode(data, content_type)
    start = _after_prolog(text)
    head = text[start : start + 9].lower()
    if head == "<!doctype" or not head.startswith("<"):
        read_body(data, source=source, content_type=content_type)  # says what it is instead
        raise DataError("Is no XML", where=source, next_step=_CHECK_ADDRESS)
    return _root(text, start, source)


def _root(text: str, start: int, source: str) -> Any:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        # From its first element on: the declaration may name an encoding that is no longer true.
        root = etree.fromstring(_NOT_XML.sub("\ufffd", text[start:]).encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        reason = str(error).replace("xmlSAX2Characters: ", "")
        deep = "depth" in reason.lower() or "huge" in reason.lower()
        what = f"Is nested too deeply or holds too long a text: {reason}" if deep else f"Is not whole XML: {reason}"
        raise DataError(what, where=source, next_step=_TRY_AGAIN) from error
    if etree.QName(root).localname.lower() == "html":
        raise _web_page(text, source)
    return root


def _xml(text: str, start: int, source: str) -> Any:
    root = _root(text, start, source)
    return {etree.QName(root).localname: _plain(root)}


def _plain(element: Any) -> Any:
    # Recursion is bounded: libxml2 refused anything deeper than 256.
    if not len(element):
        text = element.text
        return None if text is None or not text.strip() else text
    if any(part and part.strip() for part in (element.text, *(child.tail for child in element))):
        return "".join(element.itertext())  # text with markup inside, such as a description with line breaks
    out: dict[str, Any] = {}
    for child in element:
        if not isinstance(child.tag, str):
            continue
        name, value = etree.QName(child).localname, _plain(child)
        if name not in out:
            out[name] = value
        elif isinstance(out[name], list):
            out[name].append(value)
        else:
            out[name] = [out[name], value]
    return out


# --- JSON --------------------------------------------------------------------------------------------------------

# Escapes for characters that neither SQLite nor UTF-8 can hold: NUL and halves of surrogate pairs.
_UNSTORABLE_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def _whole_number(digits: str) -> Any:
    # Reading very long numbers takes quadratic time; as identifiers they are text anyway.
    return int(digits) if len(digits) <= 18 else digits


def _json(text: str, source: str) -> Any:
    text = text.replace("\0", "\ufffd")
    try:
        value = json.loads(text, strict=False, parse_int=_whole_number, parse_constant=str)
        return _storable(value) if _UNSTORABLE_ESCAPE.search(text) else value
    except RecursionError:
        raise DataError("Is nested too deeply", where=source, next_step=_TRY_AGAIN) from None
    except ValueError as error:
        raise DataError(f"Is not whole JSON: {error}", where=source, next_step=_TRY_AGAIN) from error


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return value


def too_deep(value: Any, limit: int = MAX_DEPTH) -> bool:
    """Say whether lists and dicts are nested in ``value`` more than ``limit`` levels."""
    level = [value] if isinstance(value, (dict, list)) else []
    for _ in range(limit):
        if not level:
            return False
        level = [
            child
            for item in level
            for child in (item.values() if isinstance(item, dict) else item)
            if isinstance(child, (dict, list))
        ]
    return bool(level)
