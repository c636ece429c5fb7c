# SPDX-License-Identifier: GPL-2.0-or-later
# ruff: noqa: ANN001, ANN201, ANN202, S311
"""Teach the detector of number plates and write resources/privacy/plates.onnx.

No plate of a real car is used: plates are drawn (core/demo/plates.py) into photos of streets. Needs jax, onnx and
Pillow; one CPU thread and about half an hour. The network is a plain stack of convolutions that answers, for each
square of 8 × 8 pixels, whether the middle of a plate lies in it, how large the plate is and where exactly its middle
lies.

    python tools/train_plate_detector.py PHOTO_DIR --minutes 30
"""

from __future__ import annotations

import argparse
import sys
import time
from io import BytesIO
from pathlib import Path
from random import Random

import jax
import jax.numpy as jnp
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont

ROOT = Path(__file__).resolve().parents[1]
STEP = 8
SIDE = 256
# (inputs, outputs, kernel, stride, dilation)
LAYERS = (
    (3, 16, 3, 2, 1), (16, 24, 3, 2, 1), (24, 40, 3, 2, 1), (40, 40, 3, 1, 1), (40, 40, 3, 1, 2), (40, 40, 3, 1, 4),
    (40, 40, 3, 1, 2), (40, 40, 3, 1, 1), (40, 5, 1, 1, 1),
)  # fmt: skip


def forward(weights, x):
    for number, ((_, _, kernel, stride, dilation), (w, b)) in enumerate(zip(LAYERS, weights)):
        pad = dilation * (kernel // 2)
        y = jax.lax.conv_general_dilated(
            x, w, (stride, stride), [(pad, pad)] * 2, rhs_dilation=(dilation, dilation),
            dimension_numbers=("NCHW", "OIHW", "NCHW"),
        ) + b[None, :, None, None]  # fmt: skip
        if number == len(LAYERS) - 1:
            return y
        y = jax.nn.relu(y)
        x = x + y if stride == 1 else y
    return x


def loss(weights, x, target, mask, ignore):
    """Focal loss of the middles (Lin et al. 2017), absolute error of sizes and offsets where there is a plate."""
    y = forward(weights, x)
    logit = y[:, 0]
    p = jax.nn.sigmoid(logit)
    hit = mask * -jax.nn.log_sigmoid(logit) * (1 - p) ** 2
    miss = (1 - mask) * (1 - ignore) * -jax.nn.log_sigmoid(-logit) * p**2
    count = jnp.maximum(mask.sum(), 1)
    size = (mask[:, None] * jnp.abs(y[:, 1:5] - target)).sum() / count
    return (3 * hit.sum() + miss.sum()) / count + size


def sample(rng, files, fonts, plates):
    from sigma_communes.core.demo import plates as drawing

    image = Image.open(files[rng.randrange(len(files))]).convert("RGB")
    scale = SIDE / min(image.size) * rng.uniform(1.0, 2.2)
    image = image.resize(
        (max(SIDE, int(image.width * scale)), max(SIDE, int(image.height * scale))), Image.Resampling.BICUBIC
    )
    x, y = rng.randint(0, image.width - SIDE), rng.randint(0, image.height - SIDE)
    image = image.crop((x, y, x + SIDE, y + SIDE))
    if rng.random() < 0.5:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    for _ in range(rng.choice((0, 0, 1, 2))):
        distract(image, rng, fonts)
    boxes = []
    if plates:
        size = drawing.SQUARE if rng.random() < 0.12 else drawing.LONG
        width = float(np.exp(rng.uniform(np.log(16), np.log(200)))) * (0.6 if size == drawing.SQUARE else 1)
        image, box = drawing.mounted(
            image, rng, width, yaw=rng.uniform(-62, 62), roll=rng.gauss(0, 7), fonts=fonts, size=size,
            body=rng.random() < 0.6,
        )  # fmt: skip
        boxes.append(box)
    image = ImageEnhance.Brightness(image).enhance(rng.uniform(0.45, 1.3))
    image = ImageEnhance.Color(image).enhance(rng.uniform(0.4, 1.3))
    if rng.random() < 0.5:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.2, 1.3)))
    out = BytesIO()
    image.save(out, "JPEG", quality=rng.randint(45, 95))
    values = np.asarray(Image.open(out), dtype=np.float32)
    values += np.random.default_rng(rng.randrange(2**31)).normal(0, rng.uniform(0, 6), values.shape)
    return np.clip(values, 0, 255), boxes


def distract(image, rng, fonts):
    """Draw a sign with words, stripes or a plain pale box: what is no plate."""
    draw = ImageDraw.Draw(image)
    width, height = rng.randint(20, 150), rng.randint(10, 90)
    x, y = rng.randint(-10, SIDE - 20), rng.randint(-10, SIDE - 20)
    tone = tuple(rng.randint(0, 255) for _ in range(3)) if rng.random() < 0.5 else (rng.randint(170, 255),) * 3
    kind = rng.random()
    if kind < 0.75:
        draw.rectangle((x, y, x + width, y + height), fill=tone)
    if kind < 0.3:
        return
    ink = tuple(255 - value for value in tone) if rng.random() < 0.7 else (255, 255, 255)
    if kind < 0.5:
        for line in range(x, x + width, rng.randint(3, 9)):
            draw.line((line, y, line, y + height), fill=ink, width=rng.randint(1, 3))
        return
    font = ImageFont.truetype(str(rng.choice(fonts)), rng.randint(7, 30))
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ   0123456789:"
    for line in range(rng.randint(1, 4)):
        words = "".join(rng.choices(letters, k=rng.randint(3, 18)))
        draw.text((x + 3, y + 2 + line * (font.size + 2)), words, font=font, fill=ink)


def targets(boxes):
    cells = SIDE // STEP
    target, mask, ignore = (
        np.zeros((4, cells, cells), "f4"),
        np.zeros((cells, cells), "f4"),
        np.zeros((cells, cells), "f4"),
    )
    for left, top, right, bottom in boxes:
        cx, cy, w, h = (left + right) / 2, (top + bottom) / 2, right - left, bottom - top
        rows, columns = np.mgrid[0:cells, 0:cells]
        dx, dy = (columns + 0.5) * STEP - cx, (rows + 0.5) * STEP - cy
        ignore[(np.abs(dx) < w / 2 + STEP) & (np.abs(dy) < h / 2 + STEP)] = 1
        near = (np.abs(dx) < max(STEP * 0.75, w * 0.12)) & (np.abs(dy) < max(STEP * 0.75, h * 0.2))
        for row, column in zip(*np.nonzero(near)):
            mask[row, column] = 1
            target[:, row, column] = np.log(w / 32), np.log(h / 16), -dx[row, column] / STEP, -dy[row, column] / STEP
    return target, mask, ignore


def batch(rng, files, fonts, size):
    pictures, found = [], []
    for _ in range(size):
        values, boxes = sample(rng, files, fonts, plates=rng.random() < 0.7)
        pictures.append(values.transpose(2, 0, 1) / 128 - 1)
        found.append(targets(boxes))
    return (np.stack(pictures).astype("f4"), *(np.stack(parts) for parts in zip(*found)))


def graph(weights):
    """Return the network as ONNX: ``picture`` is RGB uint8 [1, h, w, 3], ``cells`` float [1, 5, h/8, w/8]."""
    nodes = [
        helper.make_node("Cast", ["picture"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("Transpose", ["float"], ["planes"], perm=[0, 3, 1, 2]),
        helper.make_node("Div", ["planes", "half"], ["scaled"]),
        helper.make_node("Sub", ["scaled", "one"], ["x0"]),
    ]
    parts = [numpy_helper.from_array(np.float32(128), "half"), numpy_helper.from_array(np.float32(1), "one")]
    x = "x0"
    for number, ((_, _, kernel, stride, dilation), (w, b)) in enumerate(zip(LAYERS, weights)):
        parts += [
            numpy_helper.from_array(np.asarray(w, "f4"), f"w{number}"),
            numpy_helper.from_array(np.asarray(b, "f4"), f"b{number}"),
        ]
        last = number == len(LAYERS) - 1
        out = "cells" if last else f"y{number}"
        pad = dilation * (kernel // 2)
        nodes.append(
            helper.make_node(
                "Conv",
                [x, f"w{number}", f"b{number}"],
                [out],
                kernel_shape=[kernel] * 2,
                strides=[stride] * 2,
                dilations=[dilation] * 2,
                pads=[pad] * 4,
            )
        )
        if last:
            break
        nodes.append(helper.make_node("Relu", [out], [f"r{number}"]))
        if stride == 1:
            nodes.append(helper.make_node("Add", [x, f"r{number}"], [f"x{number + 1}"]))
            x = f"x{number + 1}"
        else:
            x = f"r{number}"
    picture = helper.make_tensor_value_info("picture", TensorProto.UINT8, [1, "h", "w", 3])
    cells = helper.make_tensor_value_info("cells", TensorProto.FLOAT, [1, 5, "rows", "columns"])
    made = helper.make_graph(nodes, "plates", [picture], [cells], parts)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 13)], producer_name="sigma-communes")
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--batch", type=int, default=24)
    parser.add_argument("--out", type=Path, default=ROOT / "resources" / "privacy" / "plates.onnx")
    parser.add_argument("--fonts", type=Path, default=Path("/usr/share/fonts/truetype/dejavu"))
    options = parser.parse_args()
    # Every fifth photo by its name, and Pillow's own font, are kept for measuring.
    files = sorted(p for p in options.photos.rglob("*") if p.suffix.lower() in (".jpg", ".jpeg", ".png"))
    files = [p for n, p in enumerate(files) if n % 5]
    fonts = sorted(
        p
        for p in options.fonts.glob("*.ttf")
        if "Bold" in p.stem and "Oblique" not in p.stem and "Italic" not in p.stem
    )
    rng, key = Random(1), jax.random.PRNGKey(1)
    weights = []
    for inputs, outputs, kernel, _, _ in LAYERS:
        key, part = jax.random.split(key)
        scale = (2 / (inputs * kernel * kernel)) ** 0.5 * (0.5 if inputs == outputs else 1)
        weights.append((jax.random.normal(part, (outputs, inputs, kernel, kernel)) * scale, jnp.zeros(outputs)))
    weights[-1] = (weights[-1][0] * 0.1, jnp.array([-4.0, 0, 0, 0, 0]))
    first = jax.tree_util.tree_map(jnp.zeros_like, weights)
    second = jax.tree_util.tree_map(jnp.zeros_like, weights)

    @jax.jit
    def update(weights, first, second, number, rate, data):
        value, slope = jax.value_and_grad(loss)(weights, *data)
        first = jax.tree_util.tree_map(lambda m, g: 0.9 * m + 0.1 * g, first, slope)
        second = jax.tree_util.tree_map(lambda v, g: 0.995 * v + 0.005 * g * g, second, slope)
        weights = jax.tree_util.tree_map(
            lambda w, m, v: w - rate * (m / (1 - 0.9**number) / (jnp.sqrt(v / (1 - 0.995**number)) + 1e-7) + 1e-4 * w),
            weights,
            first,
            second,
        )
        return weights, first, second, value

    start, number, shown = time.time(), 0, 0.0
    while (part := (time.time() - start) / (60 * options.minutes)) < 1:
        number += 1
        rate = 2e-3 * min(1, number / 60) * (1 if part < 0.3 else 0.5 * (1 + np.cos(np.pi * (part - 0.3) / 0.7)) + 0.01)
        data = batch(rng, files, fonts, options.batch)
        weights, first, second, value = update(weights, first, second, jnp.float32(number), jnp.float32(rate), data)
        shown = 0.98 * shown + 0.02 * float(value) if number > 1 else float(value)
        if number % 50 == 0:
            print(f"{number} steps, {part:.0%}, loss {shown:.3f}", flush=True)
            options.out.parent.mkdir(parents=True, exist_ok=True)
            options.out.with_suffix(".part").write_bytes(graph(weights).SerializeToString())
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_bytes(graph(weights).SerializeToString())
    options.out.with_suffix(".part").unlink(missing_ok=True)
    print(f"{options.out}: {options.out.stat().st_size} bytes after {number} steps")


if __name__ == "__main__":
    sys.exit(main())
