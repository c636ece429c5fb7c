# SPDX-License-Identifier: GPL-2.0-or-later
"""Small models that say what colour a picture has, and the default package where it was built."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from PIL import Image
from sigma_communes.core.classify import ModelPackage, default_package_dir, load_package

SIZE = 32
METADATA = {
    "name": "colours",
    "version": "1",
    "licence": "GPL-2.0-or-later",
    "training_data": "none",
    "labels": json.dumps(["red", "green", "blue"]),
    "input_size": json.dumps(SIZE),
    "mean": json.dumps([0, 0, 0]),
    "std": json.dumps([255, 255, 255]),
    "views": json.dumps([[0, 0, 1, 1], [0, 0, 0.5, 0.5], [0.5, 0.5, 1, 1]]),
    "temperature": "1",
    "thresholds": json.dumps({"red": 0.7, "green": 0.7, "blue": 0.7}),
}


def colour_model(*, floats: bool = False, labels: int = 3, strength: float = 8.0) -> onnx.ModelProto:
    """Return a graph whose features are the mean red, green and blue (0..1), and whose head multiplies them."""
    weight = (np.eye(labels, 3) * strength).astype(np.float32)
    constants = [numpy_helper.from_array(weight, "weight")]
    if floats:
        kind, shape, axes = TensorProto.FLOAT, ["N", 3, SIZE, SIZE], [2, 3]
        nodes = [helper.make_node("ReduceMean", ["pixels"], ["features"], axes=axes, keepdims=0)]
    else:
        kind, shape = TensorProto.UINT8, ["N", SIZE, SIZE, 3]
        constants.append(numpy_helper.from_array(np.float32(255), "most"))
        nodes = [
            helper.make_node("Cast", ["pixels"], ["floats"], to=TensorProto.FLOAT),
            helper.make_node("ReduceMean", ["floats"], ["mean"], axes=[1, 2], keepdims=0),
            helper.make_node("Div", ["mean", "most"], ["features"]),
        ]
    nodes.append(helper.make_node("Gemm", ["features", "weight"], ["logits"], transB=1))
    graph = helper.make_graph(
        nodes,
        "colours",
        [helper.make_tensor_value_info("pixels", kind, shape)],
        [
            helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", labels]),
            helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", 3]),
        ],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    return model


MakePackage = Callable[..., Path]


@pytest.fixture
def make_package(tmp_path: Path) -> MakePackage:
    """Write a package; keyword arguments change its metadata (None removes a key), ``model`` its graph.

    ``file`` is the name of the graph's file: a second call with another name adds a variant.
    """

    def make(model: onnx.ModelProto | None = None, file: str = "model.onnx", **changes: Any) -> Path:
        model = model or colour_model()
        metadata = {k: v for k, v in {**METADATA, **changes}.items() if v is not None}
        helper.set_model_props(model, metadata)
        folder = tmp_path / "package"
        folder.mkdir(exist_ok=True)
        (folder / file).write_bytes(model.SerializeToString())
        return folder

    return make


@pytest.fixture
def colours(make_package: MakePackage) -> ModelPackage:
    """The model of colours, loaded."""
    return load_package(make_package())


@pytest.fixture
def photo(tmp_path: Path) -> Callable[..., Path]:
    """Write a picture of one colour."""

    def make(name: str, colour: tuple[int, int, int], size: tuple[int, int] = (64, 48)) -> Path:
        path = tmp_path / name
        Image.new("RGB", size, colour).save(path)
        return path

    return make


@pytest.fixture(scope="session")
def base() -> ModelPackage:
    """The default package; skip where it was not built."""
    folder = default_package_dir()
    if not (folder / "model.onnx").is_file():
        pytest.skip("the default model was not built here: sigma-communes model build (./dev test does it)")
    return load_package(folder)
