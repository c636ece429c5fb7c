# SPDX-License-Identifier: GPL-2.0-or-later
"""PyTorch's old format without PyTorch: tensors come out, nothing else gets in."""

from __future__ import annotations

import collections
import pickle
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigma_communes.core.classify.weights import read_state_dict
from sigma_communes.core.errors import ModelError


class Global:
    """Pickled as a global of any name, as ``torch`` would."""

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name


class Call:
    """Pickled as a call of a global."""

    def __init__(self, function: Global, *arguments: Any) -> None:
        self.function, self.arguments = function, arguments


class Storage:
    """Pickled as a persistent id, as a storage of PyTorch is."""

    def __init__(self, kind: str, key: str, size: int) -> None:
        self.id = ("storage", Global("torch", kind), key, "cpu", size, None)


class Pickler(pickle._Pickler):  # type: ignore[name-defined, misc]
    def persistent_id(self, value: Any) -> Any:
        return value.id if isinstance(value, Storage) else None

    def save(self, value: Any, *rest: Any, **more: Any) -> None:
        if isinstance(value, Global):
            self.write(b"c" + f"{value.module}\n{value.name}\n".encode())
        elif isinstance(value, Call):
            self.save(value.function)
            self.save(value.arguments)
            self.write(b"R")
        else:
            super().save(value, *rest, **more)


def legacy_file(tensors: Any, storages: dict[str, bytes], path: Path, *, itemsize: int = 4) -> Path:
    """Write what torch.save wrote before 1.6."""
    with path.open("wb") as file:
        for value in (0x1950A86A20F9469CFC6C, 1001, {"protocol_version": 1001, "little_endian": True}, tensors):
            Pickler(file, 2).dump(value)
        Pickler(file, 2).dump(list(storages))
        for content in storages.values():
            file.write(struct.pack("<q", len(content) // itemsize) + content)
    return path


def tensor(key: str, size: int, offset: int, shape: tuple[int, ...], stride: tuple[int, ...]) -> Call:
    function = Global("torch._utils", "_rebuild_tensor_v2")
    return Call(function, Storage("FloatStorage", key, size), offset, shape, stride, False, collections.OrderedDict())


def test_tensors_come_out_as_they_went_in(tmp_path: Path) -> None:
    numbers = np.arange(24, dtype=np.float32)
    tensors = collections.OrderedDict(
        plain=tensor("a", 24, 0, (2, 3, 4), (12, 4, 1)),
        turned=tensor("a", 24, 0, (4, 6), (1, 4)),
        part=tensor("a", 24, 5, (3,), (2,)),
        scalar=tensor("a", 24, 7, (), ()),
    )
    found = read_state_dict(legacy_file(tensors, {"a": numbers.tobytes()}, tmp_path / "w.pth"))
    assert np.array_equal(found["plain"], numbers.reshape(2, 3, 4))
    assert np.array_equal(found["turned"], numbers.reshape(6, 4).T)
    assert np.array_equal(found["part"], [5, 7, 9])
    assert found["scalar"] == 7
    assert found["scalar"].shape == ()


@pytest.mark.parametrize(
    "hostile",
    [
        Call(Global("os", "system"), "touch /tmp/owned"),
        Call(Global("builtins", "eval"), "1"),
        Global("torch", "DoubleStorage"),
        Call(Global("collections", "OrderedDict"), [("a", 1)]),
        Call(Global("torch._utils", "_rebuild_tensor_v2"), 1, 2, 3, 4),
        Call(Global("torch", "FloatStorage"), 5),
        3.5,
        {1, 2},
        b"bytes",
    ],
)
def test_anything_else_is_refused(tmp_path: Path, hostile: Any) -> None:
    path = legacy_file(collections.OrderedDict(x=hostile), {}, tmp_path / "w.pth")
    with pytest.raises(ModelError) as caught:
        read_state_dict(path)
    assert caught.value.where == str(path)


@pytest.mark.parametrize(
    ("offset", "shape", "stride"),
    [(0, (25,), (1,)), (20, (5,), (1,)), (0, (3,), (12,)), (-1, (2,), (1,)), (3, (2,), (-1,)), (0, (2, 2), (1,))],
)
def test_a_tensor_that_reaches_out_of_its_storage_is_refused(
    tmp_path: Path, offset: int, shape: tuple[int, ...], stride: tuple[int, ...]
) -> None:
    tensors = {"x": tensor("a", 24, offset, shape, stride)}
    path = legacy_file(tensors, {"a": np.zeros(24, np.float32).tobytes()}, tmp_path / "w.pth")
    with pytest.raises(ModelError, match="out of its storage"):
        read_state_dict(path)


def test_a_tensor_that_repeats_its_storage_without_end_is_refused(tmp_path: Path) -> None:
    tensors = {"x": tensor("a", 1, 0, (10**6, 10**6), (0, 0))}
    with pytest.raises(ModelError, match="out of its storage"):
        read_state_dict(legacy_file(tensors, {"a": b"\0\0\0\0"}, tmp_path / "w.pth"))


def test_another_file_than_expected_is_refused(tmp_path: Path) -> None:
    path = legacy_file({}, {}, tmp_path / "w.pth")
    with pytest.raises(ModelError, match="SHA-256"):
        read_state_dict(path, sha256="0" * 64)


def test_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="can't be read"):
        read_state_dict(tmp_path / "none.pth")


@given(st.data())
def test_damaged_files_are_read_or_refused_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.pth"
    legacy_file({"x": tensor("a", 6, 0, (2, 3), (3, 1))}, {"a": np.arange(6, dtype=np.float32).tobytes()}, path)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    try:
        found = read_state_dict(path)
    except ModelError:
        return
    assert all(isinstance(value, np.ndarray) for value in found.values())
