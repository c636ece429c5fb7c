# SPDX-License-Identifier: GPL-2.0-or-later
"""What an ONNX file would read from elsewhere, found before any runtime opens it and without the package ``onnx``.

A tensor of an ONNX model may name another file as the place of its numbers; a hostile model names one that is none of
its business. What onnxruntime does about it differs from version to version, so such models are refused here.

Wire format: https://protobuf.dev/programming-guides/encoding/ ; field numbers: onnx.proto3 of ONNX 1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

_GRAPH = 7
_TENSOR = "TensorProto"
_EXTERNAL_DATA, _DATA_LOCATION = 13, 14
# Message → field number → message of that field: all ways from a model to a tensor.
_FIELDS: Mapping[str, Mapping[int, str]] = {
    "ModelProto": {7: "GraphProto", 20: "TrainingInfoProto", 25: "FunctionProto"},
    "TrainingInfoProto": {1: "GraphProto", 2: "GraphProto"},
    "FunctionProto": {7: "NodeProto", 11: "AttributeProto"},
    "GraphProto": {1: "NodeProto", 5: _TENSOR, 15: "SparseTensorProto"},
    "NodeProto": {5: "AttributeProto"},
    "AttributeProto": {
        5: _TENSOR,
        6: "GraphProto",
        10: _TENSOR,
        11: "GraphProto",
        22: "SparseTensorProto",
        23: "SparseTensorProto",
    },
    "SparseTensorProto": {1: _TENSOR, 2: _TENSOR},
}
_DEEPEST = 64


def names_other_files(model: bytes) -> bool:
    """Whether a tensor of this serialised ModelProto lies in another file.

    Raises
    ------
    ValueError
        The bytes are not a protobuf message, or nested deeper than any model.
    """
    return _external(memoryview(model), "ModelProto", 0)


def graph_digest(model: bytes) -> str:
    """Return the sha256, in hex, of the graph of a serialised ModelProto: metadata may change, what it computes not.

    Raises
    ------
    ValueError
        The bytes are not a protobuf message.
    """
    digest = hashlib.sha256()
    for number, value in _fields(memoryview(model)):
        if number == _GRAPH and not isinstance(value, int):
            digest.update(value)
    return digest.hexdigest()


def _external(data: memoryview, message: str, depth: int) -> bool:
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    found = False
    for number, value in _fields(data):
        if message == _TENSOR:
            found = found or number == _EXTERNAL_DATA or (number == _DATA_LOCATION and value != 0)
        elif number in _FIELDS[message]:
            if isinstance(value, int):
                raise ValueError(f"field {number} of {message} is no message")
            found = _external(value, _FIELDS[message][number], depth + 1) or found
    return found


def _fields(data: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Give number and value of each field: an int for a varint, the bytes for everything else."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = _varint(data, at)
            yield key >> 3, value
            continue
        if kind == 2:
            length, at = _varint(data, at)
        elif kind in (1, 5):
            length = 8 if kind == 1 else 4
        else:
            raise ValueError(f"wire type {kind}")
        if at + length > len(data):
            raise ValueError("cut short")
        yield key >> 3, data[at : at + length]
        at += length


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(data):
            raise ValueError("cut short")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise ValueError("a number is too long")
