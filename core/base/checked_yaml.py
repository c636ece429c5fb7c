# SPDX-License-Identifier: GPL-2.0-or-later
"""YAML read once and checked on load: an unknown key or a wrong type is an error with file and line.

The schema is a dataclass, so the file's form is said once, in Python, with its types. PyYAML parses; this
module only compares its nodes with the type hints (pydantic and jsonschema do not come with QGIS, and neither
knows the line).
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal, Optional, TypeVar, Union, get_args, get_origin, get_type_hints

import yaml

from ..errors import DataError

T = TypeVar("T")


class Written(str):
    """A field's type for text taken as it is written: ``13055`` and ``01004`` stay what they are. Knows its line."""

    line: int = 0


_MAX_CHARACTERS = 4_000_000
_MAX_DEPTH = 50
_SCALARS: dict[type, tuple[str, ...]] = {
    str: ("tag:yaml.org,2002:str",),
    int: ("tag:yaml.org,2002:int",),
    float: ("tag:yaml.org,2002:float", "tag:yaml.org,2002:int"),
    bool: ("tag:yaml.org,2002:bool",),
    date: ("tag:yaml.org,2002:timestamp",),
    Written: ("tag:yaml.org,2002:str", "tag:yaml.org,2002:int", "tag:yaml.org,2002:float"),
}


class _PlainLoader(yaml.SafeLoader):
    """Composes nodes as a SafeLoader does, without aliases (they can grow without end) and not too deep."""

    depth = 0

    def compose_node(self, parent: Optional[yaml.Node], index: Any) -> Optional[yaml.Node]:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        mark: Any = event.start_mark
        if isinstance(event, yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="aliases (*name) are not taken; write it out", problem_mark=mark)
        if self.depth >= _MAX_DEPTH:
            raise yaml.MarkedYAMLError(problem="is nested too deep", problem_mark=mark)
        self.depth += 1
        node: Optional[yaml.Node] = super().compose_node(parent, index)
        self.depth -= 1
        return node


def load(path: Path, schema: type[T]) -> T:
    """Read a YAML file into ``schema``, a dataclass.

    Fields may be str, :class:`Written`, int, float (finite), bool, datetime.date, Literal[...], Optional[...],
    Union[...], list[...], tuple[..., ...], dict[str, ...] and dataclasses. A dataclass with a field ``line`` (int)
    gets the 1-based line it starts on; the file itself can't set it. Aliases and merge keys are refused.

    Raises
    ------
    DataError
        The file can't be read, is not YAML, or differs from the schema; ``where`` is ``file:line``.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(_MAX_CHARACTERS + 1)
    except OSError as error:
        raise DataError(f"Can't be read: {error.strerror or error}", where=str(path)) from error
    except UnicodeDecodeError as error:
        raise DataError(
            "Is not UTF-8 text", where=str(path), next_step="Save it again with the encoding UTF-8"
        ) from error
    return loads(text, schema, name=str(path))


def loads(text: str, schema: type[T], name: str = "<text>") -> T:
    """Read YAML text into ``schema``; see :func:`load`."""
    if len(text) > _MAX_CHARACTERS:
        raise DataError(f"Is longer than {_MAX_CHARACTERS} characters", where=name)
    try:
        # Composing gives nodes without building any object; lines stay with the nodes.
        node = _PlainLoader(text.removeprefix("\ufeff")).get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = f":{mark.line + 1}" if mark else ""
        raise DataError(f"Is not valid YAML: {error.problem or error.context}", where=f"{name}{line}") from error
    except yaml.reader.ReaderError as error:
        line = f":{text.count(chr(10), 0, error.position) + 1}"
        raise DataError(f"Is not valid YAML: {error.reason}", where=f"{name}{line}") from error
    except yaml.YAMLError as error:
        raise DataError(f"Is not valid YAML: {error}", where=name) from error
    if node is None:
        raise DataError("Is empty", where=name)
    value: T = _value(node, schema, name, "")
    return value


def _fail(node: yaml.Node, name: str, key: str, what: str) -> DataError:
    place = f"{name}:{node.start_mark.line + 1}"
    return DataError(f"{key}: {what}" if key else what, where=place)


def _value(node: yaml.Node, hint: Any, name: str, key: str) -> Any:
    origin, args = get_origin(hint), get_args(hint)
    if origin is Union:
        if node.tag == "tag:yaml.org,2002:null" and type(None) in args:
            return None
        options = [a for a in args if a is not type(None)]
        if len(options) == 1:
            return _value(node, options[0], name, key)
        return _first_fitting(node, options, name, key)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _instance(node, hint, name, key)
    if origin in (list, tuple):
        if not isinstance(node, yaml.SequenceNode):
            raise _fail(node, name, key, "a list is due here")
        items = [_value(child, args[0], name, f"{key}[{i}]") for i, child in enumerate(node.value)]
        return tuple(items) if origin is tuple else items
    if origin in (dict, Mapping) or str(origin) == "<class 'collections.abc.Mapping'>":
        return {
            k.value: _value(child, args[1], name, f"{key}.{k.value}" if key else k.value)
            for k, child in _pairs(node, name, key)
        }
    if origin is Literal:
        if not isinstance(node, yaml.ScalarNode) or node.value not in args:
            raise _fail(node, name, key, f"one of {', '.join(map(str, args))} is due here")
        return node.value
    if hint is Any:
        return _built(node, name, key)
    if not isinstance(node, yaml.ScalarNode) or node.tag not in _SCALARS[hint]:
        quotable = hint is str and isinstance(node, yaml.ScalarNode) and node.value
        hinted = " (put it in quotes)" if quotable else ""
        raise _fail(node, name, key, f"{_NAMES[hint]} is due here{hinted}")
    if hint is str:
        return node.value
    if hint is Written:
        written = Written(node.value)
        written.line = node.start_mark.line + 1
        return written
    value = _built(node, name, key)
    if hint is date:
        # A time of day makes it a datetime, which is a date too.
        if type(value) is not date:
            raise _fail(node, name, key, "a date without time is due here")
        return value
    value = hint(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise _fail(node, name, key, "a finite number is due here")
    return value


def _built(node: yaml.Node, name: str, key: str) -> Any:
    try:
        return yaml.SafeLoader("").construct_object(node, deep=True)
    except (yaml.YAMLError, ValueError, LookupError, TypeError, AttributeError, OverflowError) as error:
        # PyYAML lets through what int(), float() and date() say to a text that a tag or a pattern announced.
        raise _fail(node, name, key, f"can't be read as {str(node.tag).rpartition(':')[2]}") from error


_NAMES = {
    str: "text",
    Written: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    date: "a date (2026-01-31)",
}


def _first_fitting(node: yaml.Node, options: list[Any], name: str, key: str) -> Any:
    errors = []
    for option in options:
        try:
            return _value(node, option, name, key)
        except DataError as error:
            errors.append(error.what)
    raise _fail(node, name, "", " or ".join(dict.fromkeys(errors)))


def _pairs(node: yaml.Node, name: str, key: str) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        raise _fail(node, name, key, "a mapping (key: value) is due here")
    seen: set[str] = set()
    out = []
    for key_node, child in node.value:
        if not isinstance(key_node, yaml.ScalarNode) or key_node.tag == "tag:yaml.org,2002:merge":
            raise _fail(key_node, name, key, "a plain key is due here")
        if key_node.value in seen:
            raise _fail(key_node, name, key, f"key '{key_node.value}' is given twice")
        seen.add(key_node.value)
        out.append((key_node, child))
    return out


def _instance(node: yaml.Node, schema: type[Any], name: str, key: str) -> Any:
    hints = get_type_hints(schema)
    # YAML keys such as "class" are reserved words in Python: the field is then named class_.
    fields = {f.metadata.get("key", f.name.rstrip("_")): f for f in dataclasses.fields(schema) if f.name != "line"}
    values: dict[str, Any] = {}
    for key_node, child in _pairs(node, name, key):
        name_of_key = key_node.value
        if name_of_key not in fields:
            known = ", ".join(sorted(fields))
            raise _fail(key_node, name, key, f"unknown key '{name_of_key}' (known: {known})")
        target = fields[name_of_key]
        path = f"{key}.{name_of_key}" if key else name_of_key
        values[target.name] = _value(child, hints[target.name], name, path)
    for yaml_key, f in fields.items():
        required = f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
        if required and f.name not in values:
            raise _fail(node, name, key, f"key '{yaml_key}' is missing")
    if "line" in hints:
        values["line"] = node.start_mark.line + 1
    try:
        return schema(**values)
    except ValueError as error:
        raise _fail(node, name, key, str(error)) from error
