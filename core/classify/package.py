# SPDX-License-Identifier: GPL-2.0-or-later
"""A model package: a folder with ``model.onnx``, whose metadata say all that is needed to use it, and a model card.

The graph takes views of photos and gives one row of ``logits`` (before the softmax) a view, and optionally
``features``. Its one input is either uint8 ``[N, size, size, 3]`` (RGB; the graph itself subtracts ``mean`` and divides
by ``std``) or float32 ``[N, 3, size, size]`` (the pipeline does).

Metadata (``metadata_props`` of the ONNX file; values are JSON but for the texts):

=================  ==========================================================================================
name, version      text; together they are what a prediction is signed with
licence            text
training_data      text: what the head was trained on, and under which licences
labels             list of taxonomy ids, in the order of ``logits``
input_size         side of the square input, pixels
mean, std          three numbers each: ``(pixel - mean) / std`` with pixels 0..255
views              list of boxes ``[left, top, right, bottom]``, fractions 0..1; the first is the fast view
temperature        what the logits are divided by before the softmax
thresholds         object: label → the score below which the model abstains
precision          ``fp32``, ``int8`` or ``int8-portable`` (text, optional)
probe_logits       optional: this graph's logits on the pictures of :mod:`.probe`; where this machine's differ by
                   more than ``probe_tolerance`` it is not used (int8 arithmetic of old processors overflows
                   silently)
head_sha256        optional: sha256 (hex) of ``base_head.npz`` beside the file, a head that answers instead of the
                   graph's own (:mod:`.learning.head`); without that very file the package is refused
=================  ==========================================================================================

``model-portable.onnx`` may stand beside it: the same model, less exact, in arithmetic that does not overflow. It is
taken where this machine computes the first one wrong, and its ``precision`` says so.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

from ...resources import path as resource
from ..base.compiled import load
from ..errors import MissingPackage, ModelError
from .onnx_bytes import graph_digest, names_other_files
from .probe import probe_pictures
from .views import Box

DEFAULT_NAME = "fidamia-base"
MODEL_FILE = "model.onnx"
PORTABLE_FILE = "model-portable.onnx"
CARD_FILE = "MODEL_CARD.md"
BASE_FILE = "base_head.npz"
_BUILD = "Build the default model: sigma-communes model build"
_OTHER = "Choose another model package, or build the default one: sigma-communes model build"
_LARGEST = 512 * 2**20
_VIEWS_AT_ONCE = 8
"""What one run of the network takes: the activations of larger batches fall out of the processor's cache."""
_LABEL = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class ModelPackage:
    """A package that was checked and can be run. ``session`` is its onnxruntime session: one thread, on the CPU.

    ``graph`` is the sha256 of what it computes; ``head_file`` the head that answers instead of the graph's own, whose
    ``temperature`` and ``thresholds`` then say nothing.
    """

    folder: Path
    name: str
    version: str
    licence: str
    training_data: str
    labels: tuple[str, ...]
    input_size: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    views: tuple[Box, ...]
    temperature: float
    thresholds: Mapping[str, float]
    precision: str
    takes_bytes: bool
    has_features: bool
    session: Any = field(repr=False, compare=False)
    graph: str = ""
    head_file: Optional[Path] = None

    @property
    def id(self) -> str:
        """What predictions are signed with, e.g. ``fidamia-base 1.0.0 int8``."""
        return " ".join(part for part in (self.name, self.version, self.precision) if part)

    def describe(self) -> dict[str, Any]:
        """Return what the package says of itself, as plain values for JSON."""
        told = {item.name: getattr(self, item.name) for item in fields(self) if item.name != "session"}
        return {
            "id": self.id,
            **told,
            "folder": str(self.folder),
            "thresholds": dict(self.thresholds),
            "head_file": None if self.head_file is None else self.head_file.name,
        }

    def run(self, views: NDArray[np.uint8]) -> tuple[NDArray[np.float32], Optional[NDArray[np.float32]]]:
        """Return logits ``(n, labels)`` and, where the graph gives them, features ``(n, d)`` of uint8 RGB views."""
        parts = [self._run(views[i : i + _VIEWS_AT_ONCE]) for i in range(0, len(views), _VIEWS_AT_ONCE)]
        logits, *features = (np.concatenate(part) for part in zip(*parts))
        return logits, features[0] if features else None

    def _run(self, views: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
        inputs: NDArray[Any] = views
        if not self.takes_bytes:
            scaled = (views - np.asarray(self.mean, np.float32)) / np.asarray(self.std, np.float32)
            inputs = np.ascontiguousarray(scaled.transpose(0, 3, 1, 2), dtype=np.float32)
        names = ["logits", "features"] if self.has_features else ["logits"]
        found: list[NDArray[np.float32]] = self.session.run(names, {self.session.get_inputs()[0].name: inputs})
        return found


def default_package_dir() -> Path:
    """Return the folder of the default package: beside its head, or in the user's data folder where that is read-only.

    It is not checked to hold a model.
    """
    shipped, own = resource("model", DEFAULT_NAME), user_data_dir() / "model" / DEFAULT_NAME
    if (shipped / MODEL_FILE).is_file():
        return shipped
    if (own / MODEL_FILE).is_file() or not os.access(shipped, os.W_OK):
        return own
    return shipped


def user_cache_dir() -> Path:
    """Return the folder for what can be computed again, by the customs of the system; it may not exist yet."""
    if sys.platform == "win32":
        return user_data_dir() / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "sigma-communes"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sigma-communes"


def user_data_dir() -> Path:
    """Return the folder for this person's data by the customs of the system; it may not exist yet."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "sigma-communes"


def load_package(folder: Path) -> ModelPackage:
    """Open a model package and check it: metadata, shapes, and one run.

    Where this processor computes ``model.onnx`` wrong, ``model-portable.onnx`` is taken; ``precision`` tells which.

    Raises
    ------
    ModelError
        There is none, or it is damaged, hostile, does not fit or is computed wrong here; ``where`` is the file.
    MissingPackage
        onnxruntime is not installed.
    """
    file, portable_file = Path(folder) / MODEL_FILE, Path(folder) / PORTABLE_FILE
    package, right = _loaded(file)
    if right:
        return package
    portable, right = _loaded(portable_file) if portable_file.is_file() else (package, False)
    if (portable.name, portable.version, portable.labels) != (package.name, package.version, package.labels):
        raise _unfit(f"it is another model than {MODEL_FILE} beside it", portable_file)
    if right:
        return portable
    raise ModelError(
        "This processor computes other numbers than the model's author got",
        where=str(file),
        next_step="Build it for this machine in full precision: sigma-communes model build --precision fp32",
    )


def _loaded(file: Path) -> tuple[ModelPackage, bool]:
    """Return a checked model, and whether this machine computes it right as far as it tells."""
    session, graph = _session(file)
    metadata = session.get_modelmeta().custom_metadata_map
    values = {key: _metadata(metadata, key, read, file) for key, read in _READERS.items()}
    labels, size = values["labels"], values["input_size"]
    if set(values["thresholds"]) != set(labels):
        raise _unfit("its thresholds are not those of its labels", file)
    takes_bytes = _takes_bytes(session, size, file)
    outputs = [output.name for output in session.get_outputs()]
    if "logits" not in outputs:
        raise _unfit(f"it has no output named logits (but {', '.join(outputs)})", file)
    package = ModelPackage(
        folder=file.parent,
        **values,
        precision=metadata.get("precision", ""),
        takes_bytes=takes_bytes,
        has_features="features" in outputs,
        session=session,
        graph=graph,
        head_file=_head_beside(file, metadata) if "head_sha256" in metadata else None,
    )
    if package.head_file is not None and not package.has_features:
        raise _unfit(f"it gives no features for {BASE_FILE}", file)
    logits = _tried(package, file)
    if "probe_logits" not in metadata:
        return package, True
    due = _metadata(metadata, "probe_logits", lambda value: np.asarray(json.loads(value), np.float64), file)
    tolerance = _metadata(metadata, "probe_tolerance", lambda value: _positive(json.loads(value)), file)
    return package, due.shape == logits.shape and bool(np.abs(due - logits).max() <= tolerance)


def session_of(model: bytes, where: str, *, exact: bool = False) -> Any:
    """Return an onnxruntime session of a serialised model: the CPU, one thread, its log silent.

    With ``exact``, int8 is computed without overflow on any processor, in slower arithmetic.

    Raises
    ------
    ModelError
        The bytes are not ONNX, name other files, or onnxruntime does not take them.
    MissingPackage
        onnxruntime is not installed.
    """
    try:
        onnxruntime = load("onnxruntime")
    except ImportError as error:
        raise MissingPackage(
            "Classification needs onnxruntime, which is not installed or does not start here",
            where=str(error),
            next_step="In the environment of this Python: pip install onnxruntime. All else works without it",
        ) from error
    try:
        elsewhere = names_other_files(model)
    except ValueError as error:
        raise ModelError(f"Is not ONNX: {error}", where=where, next_step=_OTHER) from error
    if elsewhere:
        raise ModelError(
            "Refused: the model keeps numbers in other files", where=where, next_step="Save the model as one file"
        )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 4
    if exact:
        options.add_session_config_entry("session.x64quantprecision", "1")
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own exceptions share no base but this
        what = f"onnxruntime does not take it: {_first_line(error)}"
        raise ModelError(what, where=where, next_step=_OTHER) from error


def _head_beside(file: Path, metadata: Mapping[str, str]) -> Path:
    head = file.parent / BASE_FILE
    due = _metadata(metadata, "head_sha256", _text, file)
    try:
        found = hashlib.sha256(head.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelError(f"Can't be read: {error.strerror or error}", where=str(head), next_step=_BUILD) from error
    if found != due:
        raise ModelError(f"Is another head than {file.name} was built with", where=str(head), next_step=_BUILD)
    return head


def _session(file: Path) -> tuple[Any, str]:
    if not file.is_file():
        raise ModelError("There is no model here", where=str(file), next_step=_BUILD)
    try:
        if file.stat().st_size > _LARGEST:
            raise ModelError("Is too large for a model package", where=str(file), next_step=_OTHER)
        content = file.read_bytes()
    except OSError as error:
        raise ModelError(f"Can't be read: {error.strerror or error}", where=str(file)) from error
    if not content:
        raise ModelError("Is empty", where=str(file), next_step=_BUILD)
    return session_of(content, str(file)), graph_digest(content)


def _unfit(what: str, file: Path) -> ModelError:
    return ModelError(f"Does not fit: {what}", where=str(file), next_step=_OTHER)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:300]


def _metadata(metadata: Mapping[str, str], key: str, read: Callable[[str], Any], file: Path) -> Any:
    if key not in metadata:
        raise _unfit(f"its metadata lack '{key}'", file)
    try:
        return read(metadata[key])
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise _unfit(f"its metadata '{key}' are not as due: {error}", file) from error


def _text(value: str) -> str:
    if not value.strip():
        raise ValueError("empty")
    return value


def _numbers(value: Any, count: int) -> tuple[float, ...]:
    if not isinstance(value, list) or len(value) != count:
        raise ValueError(f"a list of {count} numbers is due")
    return tuple(_number(v) for v in value)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not np.isfinite(value):
        raise ValueError("a number is due")
    return float(value)


def _positive(value: Any) -> float:
    number = _number(value)
    if number <= 0:
        raise ValueError("a number above 0 is due")
    return number


def _labels(value: str) -> tuple[str, ...]:
    labels = json.loads(value)
    if not isinstance(labels, list) or not all(isinstance(x, str) and _LABEL.fullmatch(x) for x in labels):
        raise ValueError("a list of taxonomy ids (small letters, digits, _) is due")
    if len(labels) < 2 or len(set(labels)) != len(labels):
        raise ValueError("two or more different labels are due")
    return tuple(labels)


def _size(value: str) -> int:
    size = json.loads(value)
    if not isinstance(size, int) or not 16 <= size <= 1024:
        raise ValueError("a whole number from 16 to 1024 is due")
    return size


def _std(value: str) -> tuple[float, ...]:
    return tuple(_positive(x) for x in _numbers(json.loads(value), 3))


def _views(value: str) -> tuple[Box, ...]:
    boxes = [_numbers(box, 4) for box in json.loads(value)]
    if not boxes or len(boxes) > 64:
        raise ValueError("from 1 to 64 boxes are due")
    for left, top, right, bottom in boxes:
        if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
            raise ValueError("a box is left < right and top < bottom, 0..1")
    return tuple((b[0], b[1], b[2], b[3]) for b in boxes)


def _thresholds(value: str) -> dict[str, float]:
    thresholds = {label: _number(score) for label, score in json.loads(value).items()}
    if not all(0 <= score <= 1 for score in thresholds.values()):
        raise ValueError("scores from 0 to 1 are due")
    return thresholds


_READERS: Mapping[str, Callable[[str], Any]] = {
    "name": _text,
    "version": _text,
    "licence": _text,
    "training_data": _text,
    "labels": _labels,
    "input_size": _size,
    "mean": lambda value: _numbers(json.loads(value), 3),
    "std": _std,
    "views": _views,
    "temperature": lambda value: _positive(json.loads(value)),
    "thresholds": _thresholds,
}


def _takes_bytes(session: Any, size: int, file: Path) -> bool:
    inputs = session.get_inputs()
    if len(inputs) != 1:
        raise _unfit(f"it has {len(inputs)} inputs instead of 1", file)
    kind, shape = inputs[0].type, list(inputs[0].shape)
    if len(shape) == 4 and not isinstance(shape[0], int):
        if kind == "tensor(uint8)" and shape[1:] == [size, size, 3]:
            return True
        if kind == "tensor(float)" and shape[1:] == [3, size, size]:
            return False
    raise _unfit(
        f"its input is {kind} {shape}; uint8 [N, {size}, {size}, 3] or float [N, 3, {size}, {size}] is due", file
    )


def _tried(package: ModelPackage, file: Path) -> NDArray[np.float32]:
    """Run two probe pictures, for the declared shapes are only claims; return their logits ``(2, labels)``."""
    pictures = probe_pictures(package.input_size, count=2)
    try:
        logits, features = package.run(pictures)
    except Exception as error:  # onnxruntime's own exceptions share no base but this
        raise _unfit(f"it does not run: {_first_line(error)}", file) from error
    if np.shape(logits) != (2, len(package.labels)):
        raise _unfit(f"{len(package.labels)} labels, but logits of shape {np.shape(logits)} for 2 views", file)
    if features is not None and (np.ndim(features) != 2 or len(features) != 2):
        raise _unfit(f"features of shape {np.shape(features)} for 2 views", file)
    if logits.dtype != np.float32 or not np.isfinite(logits).all():
        raise _unfit("its logits are not finite float32 numbers", file)
    return logits
