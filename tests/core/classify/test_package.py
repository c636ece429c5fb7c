# SPDX-License-Identifier: GPL-2.0-or-later
"""A package is checked before anything trusts it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper
from sigma_communes.core.classify import default_package_dir, load_package, package
from sigma_communes.core.classify.onnx_bytes import names_other_files
from sigma_communes.core.errors import MissingPackage, ModelError

from .conftest import SIZE, MakePackage, colour_model


def refusal(folder: Path) -> ModelError:
    with pytest.raises(ModelError) as caught:
        load_package(folder)
    assert caught.value.where == str(folder / "model.onnx")
    return caught.value


def test_a_good_package_says_what_it_is(make_package: MakePackage) -> None:
    loaded = load_package(make_package())
    assert loaded.labels == ("red", "green", "blue")
    assert (loaded.input_size, loaded.temperature, loaded.takes_bytes) == (SIZE, 1.0, True)
    assert loaded.views[1] == (0.0, 0.0, 0.5, 0.5)
    assert loaded.id == "colours 1"
    assert "session" not in repr(loaded)
    described = json.loads(json.dumps(loaded.describe()))
    assert described["labels"] == ["red", "green", "blue"]
    assert described["thresholds"] == {"red": 0.7, "green": 0.7, "blue": 0.7}
    assert described["training_data"] == "none"


def test_no_model_says_how_to_build_it(tmp_path: Path) -> None:
    assert "sigma-communes model build" in (refusal(tmp_path).next_step or "")


@pytest.mark.parametrize("content", [b"", b"\x00", b"hello", b"<html></html>", b"\xff" * 1000, b"PK\x03\x04 a zip"])
def test_what_is_not_onnx_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.onnx").write_bytes(content)
    assert refusal(tmp_path).what


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_model_is_refused(make_package: MakePackage, share: float) -> None:
    folder = make_package()
    content = (folder / "model.onnx").read_bytes()
    (folder / "model.onnx").write_bytes(content[: int(len(content) * share)])
    assert refusal(folder).what


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("labels", None),
        ("labels", "red,green,blue"),
        ("labels", '["red", "green"]'),
        ("labels", '["red", "red", "blue"]'),
        ("labels", '["red", "green", "<b>"]'),
        ("labels", '{"red": 1}'),
        ("labels", "[1, 2, 3]"),
        ("name", " "),
        ("version", None),
        ("licence", None),
        ("training_data", None),
        ("input_size", "64"),
        ("input_size", '"32"'),
        ("input_size", "1e9"),
        ("mean", "[1, 2]"),
        ("mean", "[1, 2, NaN]"),
        ("std", "[1, 0, 1]"),
        ("views", "[]"),
        ("views", "[[0, 0, 1]]"),
        ("views", "[[0.5, 0, 0.5, 1]]"),
        ("views", "[[0, 0, 2, 1]]"),
        ("views", "7"),
        ("temperature", "0"),
        ("temperature", "Infinity"),
        ("temperature", "true"),
        ("thresholds", "[0.7]"),
        ("thresholds", '{"red": 0.7}'),
        ("thresholds", '{"red": 0.7, "green": 0.7, "blue": 7}'),
        ("thresholds", "[" * 100_000),
    ],
)
def test_metadata_that_do_not_fit_are_refused(make_package: MakePackage, key: str, value: str | None) -> None:
    # Two labels with three outputs, or thresholds of others, are told by another line than the key's own.
    assert any(word in refusal(make_package(**{key: value})).what for word in (f"'{key}'", "labels", "input is"))


def model_with(nodes: list[Any], inputs: list[Any], outputs: list[Any], constants: list[Any] | None = None) -> Any:
    model = helper.make_model(
        helper.make_graph(nodes, "g", inputs, outputs, constants or []), opset_imports=[helper.make_opsetid("", 13)]
    )
    model.ir_version = 8
    return model


def test_another_number_of_outputs_than_labels_is_refused(make_package: MakePackage) -> None:
    assert "3 labels" in refusal(make_package(colour_model(labels=4))).what


def test_other_inputs_and_outputs_are_refused(make_package: MakePackage) -> None:
    picture = helper.make_tensor_value_info("pixels", TensorProto.UINT8, [1, SIZE, SIZE, 3])
    floats = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    cast = helper.make_node("Cast", ["pixels"], ["y"], to=TensorProto.FLOAT)
    assert "its input is" in refusal(make_package(model_with([cast], [picture], [floats]))).what  # a fixed batch

    picture = helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["N", SIZE, SIZE, 3])
    assert "logits" in refusal(make_package(model_with([cast], [picture], [floats]))).what

    other = helper.make_tensor_value_info("more", TensorProto.FLOAT, [1])
    add = helper.make_node("Add", ["y", "more"], ["logits"])
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, None)
    assert "2 inputs" in refusal(make_package(model_with([cast, add], [picture, other], [logits]))).what


def test_what_a_graph_claims_is_tried(make_package: MakePackage) -> None:
    model = colour_model()
    head = numpy_helper.from_array(np.full((3, 3), np.nan, np.float32), "weight")
    model.graph.initializer.remove(next(i for i in model.graph.initializer if i.name == "weight"))
    model.graph.initializer.append(head)
    assert "not finite" in refusal(make_package(model)).what


@pytest.mark.parametrize("place", ["weights.bin", "../weights.bin", "/etc/passwd"])
@pytest.mark.parametrize("depth", ["initializer", "node", "subgraph"])
def test_numbers_in_other_files_are_refused(
    make_package: MakePackage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, place: str, depth: str
) -> None:
    (tmp_path / "weights.bin").write_bytes(np.eye(3, dtype=np.float32).tobytes())
    (tmp_path / "package").mkdir(exist_ok=True)
    (tmp_path / "package" / "weights.bin").write_bytes(np.eye(3, dtype=np.float32).tobytes())
    monkeypatch.chdir(tmp_path)
    tensor = TensorProto(name="outside", data_type=TensorProto.FLOAT, dims=[3, 3])
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=place)
    model = colour_model()
    if depth == "initializer":
        model.graph.initializer.append(tensor)
    elif depth == "node":
        model.graph.node.append(helper.make_node("Constant", [], ["unused"], value=tensor))
    else:
        inner = helper.make_graph([], "inner", [], [helper.make_tensor_value_info("outside", 1, [3, 3])], [tensor])
        model.graph.initializer.append(numpy_helper.from_array(np.array(True), "yes"))
        model.graph.node.append(helper.make_node("If", ["yes"], ["unused"], then_branch=inner, else_branch=inner))
    assert "in other files" in refusal(make_package(model)).what


def test_external_data_without_its_flag_are_found_too() -> None:
    model = colour_model()
    assert not names_other_files(model.SerializeToString())
    model.graph.initializer[0].external_data.add(key="location", value="x")
    assert names_other_files(model.SerializeToString())


@given(st.binary(max_size=300))
def test_any_bytes_are_answered_or_refused(content: bytes) -> None:
    try:
        answer = names_other_files(content)
    except ValueError:
        return
    assert answer in (True, False)


@given(st.data())
def test_a_damaged_model_never_ends_in_anything_but_an_answer(data: st.DataObject) -> None:
    content = bytearray(colour_model().SerializeToString())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        answer = names_other_files(bytes(content))
    except ValueError:
        return
    assert answer in (True, False)


def test_a_graph_nested_beyond_reason_is_refused() -> None:
    graph = onnx.GraphProto()
    for _ in range(40):
        outer = onnx.GraphProto()
        node = outer.node.add(op_type="If")
        node.attribute.add(name="then_branch", type=onnx.AttributeProto.GRAPH).g.CopyFrom(graph)
        graph = outer
    model = onnx.ModelProto()
    model.graph.CopyFrom(graph)
    with pytest.raises(ValueError, match="deep"):
        names_other_files(model.SerializeToString())


def test_a_processor_that_computes_otherwise_is_told_apart(make_package: MakePackage) -> None:
    due = load_package(make_package()).run(package.probe_pictures(SIZE, count=2))[0]
    good = load_package(make_package(probe_logits=json.dumps(due.tolist()), probe_tolerance="0.01"))
    assert good.labels == ("red", "green", "blue")
    bad = refusal(make_package(probe_logits=json.dumps((due + 0.1).tolist()), probe_tolerance="0.01"))
    assert "--precision fp32" in (bad.next_step or "")


PORTABLE = "model-portable.onnx"


def probe_off_by(off: float) -> dict[str, str]:
    due = 8 * package.probe_pictures(SIZE, count=2).mean(axis=(1, 2)) / 255
    return {"probe_logits": json.dumps((due + off).tolist()), "probe_tolerance": "0.01"}


def test_where_the_first_model_is_computed_wrong_the_portable_one_is_taken(make_package: MakePackage) -> None:
    make_package(precision="int8", **probe_off_by(0.1))
    folder = make_package(file=PORTABLE, precision="int8-portable", **probe_off_by(0))
    assert load_package(folder).id == "colours 1 int8-portable"
    make_package(precision="int8", **probe_off_by(0))
    assert load_package(folder).id == "colours 1 int8"


def test_where_both_are_computed_wrong_the_package_is_refused(make_package: MakePackage) -> None:
    make_package(precision="int8", **probe_off_by(0.1))
    bad = refusal(make_package(file=PORTABLE, precision="int8-portable", **probe_off_by(-0.1)))
    assert "other numbers" in bad.what
    assert "--precision fp32" in (bad.next_step or "")


@pytest.mark.parametrize("change", [{"version": "2"}, {"labels": json.dumps(["blue", "green", "red"])}])
def test_a_portable_variant_of_another_model_is_refused(make_package: MakePackage, change: dict[str, str]) -> None:
    make_package(**probe_off_by(0.1))
    folder = make_package(file=PORTABLE, **probe_off_by(0), **change)
    with pytest.raises(ModelError, match="another model") as caught:
        load_package(folder)
    assert caught.value.where == str(folder / PORTABLE)


def test_a_damaged_portable_variant_is_told_only_where_it_is_needed(make_package: MakePackage) -> None:
    folder = make_package(**probe_off_by(0))
    (folder / PORTABLE).write_bytes(b"no model")
    assert load_package(folder).id == "colours 1"
    make_package(**probe_off_by(0.1))
    with pytest.raises(ModelError) as caught:
        load_package(folder)
    assert caught.value.where == str(folder / PORTABLE)


def test_without_onnxruntime_the_next_step_is_said(make_package: MakePackage, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make_package()
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(MissingPackage) as caught:
        load_package(folder)
    assert "pip install onnxruntime" in (caught.value.next_step or "")


def test_the_default_package_is_the_users_own_where_the_product_is_read_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shipped = tmp_path / "shipped"
    (shipped / "model" / "fidamia-base").mkdir(parents=True)
    monkeypatch.setattr(package, "resource", shipped.joinpath)
    monkeypatch.setattr(package, "user_data_dir", lambda: tmp_path / "own")
    assert default_package_dir() == shipped / "model" / "fidamia-base"
    own = tmp_path / "own" / "model" / "fidamia-base"
    own.mkdir(parents=True)
    (own / "model.onnx").touch()
    assert default_package_dir() == own
    (shipped / "model" / "fidamia-base" / "model.onnx").touch()
    assert default_package_dir() == shipped / "model" / "fidamia-base"
