# SPDX-License-Identifier: GPL-2.0-or-later
"""EfficientNet-Lite0 and a linear head as an ONNX graph, in float32 or in int8.

The network: Tan and Le 2019 (https://arxiv.org/abs/1905.11946) as changed for "Lite" by its authors (ReLU6, no squeeze
and excitation, stem and last layer not scaled); the names of the weights are those of EfficientNet-PyTorch. Batch-norm
(eps 1e-3) is folded into the convolutions before it.

The graph takes the bytes of pictures, ``pixels`` uint8 ``[N, 224, 224, 3]`` in RGB, and gives ``features`` float32
``[N, 1280]`` and ``logits`` float32 ``[N, labels]``. Its first node is ``(pixels - 127) / 128``, which is exactly what
DequantizeLinear does: the int8 graph then never makes a float of a pixel.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Optional

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import onnx

SIZE = 224
MEAN = 127.0
STD = 128.0
FEATURES = 1280
OPSET = 13
IR_VERSION = 8
INT8 = 127
PORTABLE = 63
"""Largest weight of the dense convolutions in the two int8 graphs. x86 processors without VNNI add their products,
uint8 times int8, in pairs in int16: 2 × 255 × 63 = 32,130 fits in there, 2 × 255 × 127 does not. Depthwise convolutions
are not computed so and keep 8 bits: with 7 they would cost 0.01 of macro-F1."""
_EPS = 1e-3
# Repeats, first stride, expansion; the weights themselves tell kernels and widths.
_STAGES = ((1, 1, 1), (2, 2, 6), (2, 2, 6), (3, 2, 6), (3, 1, 6), (4, 2, 6), (1, 1, 6))

Array = NDArray[Any]
Ranges = Mapping[str, tuple[float, float]]
"""The smallest and the largest value that each activation took on the calibration pictures, by tensor name."""


def efficientnet_lite0(
    weights: Mapping[str, Array],
    head: tuple[Array, Array],
    ranges: Optional[Ranges] = None,
    largest_weight: int = INT8,
) -> onnx.ModelProto:
    """Return the network as an ONNX model, without metadata.

    Parameters
    ----------
    weights : mapping of str to array
        EfficientNet-PyTorch's dictionary of tensors.
    head : tuple of arrays
        Weight ``[labels, 1280]`` and bias ``[labels]`` of the linear head.
    ranges : Ranges, optional
        With it the graph is quantised: activations uint8 by these ranges, weights int8 per channel, QDQ form. The
        pooling and the head stay in float32.
    largest_weight : int
        Of the dense convolutions: :data:`INT8`, or :data:`PORTABLE` for a graph that any processor computes right.
    """
    from onnx import TensorProto, helper

    graph = _Graph(weights, ranges, largest_weight)
    graph.node("Transpose", ["pixels"], "planes", perm=[0, 3, 1, 2])
    scale, zero = graph.constant("planes.scale", np.float32(1 / STD)), graph.constant("planes.zero", np.uint8(MEAN))
    graph.node("DequantizeLinear", ["planes", scale, zero], "planes.float")
    graph.scales["planes.float"] = 1 / STD
    x = graph.conv("stem", "planes.float", "_conv_stem", "_bn0", stride=2)
    number = 0
    for repeats, first_stride, expansion in _STAGES:
        for repeat in range(repeats):
            name, torch_name = f"block{number}", f"_blocks.{number}."
            stride = first_stride if repeat == 0 else 1
            y = x
            if expansion != 1:
                y = graph.conv(f"{name}.expand", y, f"{torch_name}_expand_conv", f"{torch_name}_bn0")
            y = graph.conv(
                f"{name}.depthwise", y, f"{torch_name}_depthwise_conv", f"{torch_name}_bn1", stride, depthwise=True
            )
            y = graph.conv(f"{name}.project", y, f"{torch_name}_project_conv", f"{torch_name}_bn2", relu6=False)
            x = graph.add(f"{name}.add", x, y) if repeat else y
            number += 1
    x = graph.conv("last", x, "_conv_head", "_bn1")
    graph.node("GlobalAveragePool", [x], "pooled")
    graph.node("Flatten", ["pooled"], "features", axis=1)
    head_weight = graph.constant("head.weight", head[0].astype(np.float32))
    head_bias = graph.constant("head.bias", head[1].astype(np.float32))
    graph.node("Gemm", ["features", head_weight, head_bias], "logits", transB=1)
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "efficientnet-lite0",
            [helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["N", SIZE, SIZE, 3])],
            [
                helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", FEATURES]),
                helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", len(head[1])]),
            ],
            graph.initializers,
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        producer_name="sigma-communes",
    )
    model.ir_version = IR_VERSION
    return model


def activation_names() -> tuple[str, ...]:
    """Return the names of the tensors that the int8 graph needs ranges for, in the order of the float32 graph."""
    names = ["stem"]
    number = 0
    for repeats, _, expansion in _STAGES:
        for repeat in range(repeats):
            parts = (["expand"] if expansion != 1 else []) + ["depthwise", "project"] + (["add"] if repeat else [])
            names += [f"block{number}.{part}" for part in parts]
            number += 1
    return (*names, "last")


def folded(weights: Mapping[str, Array], conv: str, norm: str) -> tuple[Array, Array]:
    """Return weight and bias of a convolution with its batch-norm folded in: float32, computed in float64."""
    gamma, beta, mean, variance = (
        weights[f"{norm}.{part}"].astype(np.float64) for part in ("weight", "bias", "running_mean", "running_var")
    )
    factor = gamma / np.sqrt(variance + _EPS)
    weight = weights[f"{conv}.weight"].astype(np.float64) * factor[:, None, None, None]
    return weight.astype(np.float32), (beta - mean * factor).astype(np.float32)


class _Graph:
    """Nodes and constants as they are added; with ranges, every activation passes through uint8."""

    def __init__(self, weights: Mapping[str, Array], ranges: Optional[Ranges], largest_weight: int) -> None:
        self.weights = weights
        self.ranges = ranges
        self.largest_weight = largest_weight
        self.nodes: list[Any] = []
        self.initializers: list[Any] = []
        self.scales: dict[str, float] = {}

    def node(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(kind, inputs, [output], name=f"{output}:{kind}", **attributes))
        return output

    def constant(self, name: str, value: Any) -> str:
        from onnx import numpy_helper

        self.initializers.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def conv(
        self, name: str, x: str, conv: str, norm: str, stride: int = 1, *, depthwise: bool = False, relu6: bool = True
    ) -> str:
        weight, bias = folded(self.weights, conv, norm)
        kernel = weight.shape[-1]
        arguments = {
            "kernel_shape": [kernel, kernel],
            "strides": [stride, stride],
            "group": len(weight) if depthwise else 1,
            "auto_pad": "SAME_UPPER",
        }
        if self.ranges is None:
            inputs = [x, self.constant(f"{name}.weight", weight), self.constant(f"{name}.bias", bias)]
            if not relu6:
                return self.node("Conv", inputs, name, **arguments)
            if name == "stem":
                self.constant("zero", np.float32(0))
                self.constant("six", np.float32(6))
            return self.node("Clip", [self.node("Conv", inputs, f"{name}.conv", **arguments), "zero", "six"], name)
        largest = INT8 if depthwise else self.largest_weight
        steps = np.abs(weight).max(axis=(1, 2, 3)) / largest
        # The bias is int32 in steps of (step of x) * (step of the weight): nearly dead channels must not overflow it.
        steps = np.maximum(steps, np.abs(bias) / (self.scales[x] * 2**30)).astype(np.float32)
        steps[steps == 0] = 1
        quantised = np.clip(np.rint(weight / steps[:, None, None, None]), -largest, largest).astype(np.int8)
        bias_steps = (steps * np.float32(self.scales[x])).astype(np.float32)
        inputs = [
            x,
            self._dequantised(f"{name}.weight", quantised, steps),
            self._dequantised(f"{name}.bias", np.rint(bias / bias_steps).astype(np.int32), bias_steps),
        ]
        # uint8 from 0 to at most 6 saturates just as ReLU6 does.
        return self._through_uint8(self.node("Conv", inputs, f"{name}.conv", **arguments), name)

    def add(self, name: str, x: str, y: str) -> str:
        if self.ranges is None:
            return self.node("Add", [x, y], name)
        return self._through_uint8(self.node("Add", [x, y], f"{name}.sum"), name)

    def _dequantised(self, name: str, value: Array, steps: Array) -> str:
        zero = self.constant(f"{name}.zero", np.zeros(len(steps), value.dtype))
        inputs = [self.constant(f"{name}.int", value), self.constant(f"{name}.scale", steps), zero]
        return self.node("DequantizeLinear", inputs, name, axis=0)

    def _through_uint8(self, x: str, name: str) -> str:
        low, high = (self.ranges or {})[name]
        low, high = min(low, 0.0), max(high, 0.0)
        step = max((high - low) / 255, 1e-6)
        scale = self.constant(f"{name}.scale", np.float32(step))
        zero = self.constant(f"{name}.zero", np.uint8(round(-low / step)))
        self.scales[name] = step
        self.node("QuantizeLinear", [x, scale, zero], f"{name}.uint8")
        return self.node("DequantizeLinear", [f"{name}.uint8", scale, zero], name)
