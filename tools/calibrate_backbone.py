# SPDX-License-Identifier: GPL-2.0-or-later
"""Compute the ranges of the backbone's activations that its int8 graph needs (MinMax over photos).

    ./dev exec python tools/calibrate_backbone.py

Reads 200 photos of the training set (``--data``, one file a row of manifest.csv; fixed choice), runs the float32 graph
on the whole and one corner crop of each, and writes resources/model/fidamia-base/ranges.json. Only run it when the
network or the views change.
"""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper
from sigma_communes.core.classify import build, efficientnet
from sigma_communes.core.classify.package import DEFAULT_NAME, session_of
from sigma_communes.core.classify.views import FIVE_VIEWS, views_of
from sigma_communes.core.photos import open_picture
from sigma_communes.resources import path as resource

PHOTOS = 200
DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "photos"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="folder with manifest.csv (default: %(default)s)")
    data = parser.parse_args().data
    with (data / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    chosen = np.random.RandomState(0).permutation(len(rows))[:PHOTOS]

    names = list(efficientnet.activation_names())
    head = (np.zeros((1, efficientnet.FEATURES)), np.zeros(1))  # not looked at
    model = efficientnet.efficientnet_lite0(build.backbone_weights(), head)
    model.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names)
    session = session_of(model.SerializeToString(), "the float32 graph")
    low, high = np.full(len(names), np.inf), np.full(len(names), -np.inf)
    for turn, index in enumerate(chosen):
        pixels = open_picture(data / rows[index]["file"]).pixels
        views = views_of(pixels, (FIVE_VIEWS[0], FIVE_VIEWS[1 + turn % 4]), efficientnet.SIZE)
        for i, values in enumerate(session.run(names, {"pixels": views})):
            low[i], high[i] = min(low[i], values.min()), max(high[i], values.max())

    content = {
        "about": f"Smallest and largest value of each activation on {PHOTOS} photos of the training set"
        " (MODEL_CARD.md), two views each; computed by tools/calibrate_backbone.py.",
        "ranges": {name: [round(float(a), 4), round(float(b), 4)] for name, a, b in zip(names, low, high)},
    }
    out = resource("model", DEFAULT_NAME, "ranges.json")
    text = json.dumps(content, indent=1).replace("[\n   ", "[").replace(",\n   ", ", ").replace("\n  ]", "]")
    out.write_text(text + "\n", encoding="utf-8")
    print(f"{out}: {len(names)} ranges, {out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
