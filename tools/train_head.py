# SPDX-License-Identifier: GPL-2.0-or-later
"""Train the head of the default model package and measure it, in source and out of source.

    ./dev exec python tools/train_head.py            trains, measures, writes head.npz and the card's figures
    ./dev exec python tools/train_head.py --check    measures only
    ./dev exec python tools/train_head.py --search   tells how the regularisation was chosen
    ./dev exec python tools/train_head.py --int8     what int8 changes (grouped cross-validation); to the card
    ./dev exec python tools/train_head.py --variants what other ways of training and averaging give; to the card

Trains on ``--data`` (a folder with manifest.csv: file, label, source, group); ``--eval`` is a features.npz of photos
from collections that training never sees (features, label, source, group), to measure and never to train on. Features
are kept in .cache/train_head.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from head_variants import variants
from linear_head import (
    FIVE_VIEWS,
    FOLDS,
    LABELS,
    ONE_VIEW,
    ROOT,
    SHEET,
    Array,
    Head,
    Photos,
    cross_validated,
    expected_calibration_error,
    macro_f1,
    probabilities,
    read_evaluation,
    read_photos,
    scores,
    trained,
    write_card,
)
from sigma_communes.core.classify import build
from sigma_communes.core.classify.package import DEFAULT_NAME
from sigma_communes.resources import path as resource

SHARED = ROOT.parent / "shared" / "data"


def table(columns: list[tuple[str, Array, Array]]) -> list[str]:
    """A Markdown table: per class precision / recall / F1 of each (title, label, probabilities)."""
    lines = ["| class | " + " | ".join(title for title, _, _ in columns) + " |", "|---" * (len(columns) + 1) + "|"]
    found = [scores(label, p.argmax(1)) for _, label, p in columns]
    for i, name in enumerate(LABELS):
        cells = [f"{s[i, 0]:.2f} / {s[i, 1]:.2f} / **{s[i, 2]:.2f}** ({s[i, 3]:.0f})" for s in found]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    lines.append("| macro-F1 | " + " | ".join(f"**{s[:, 2].mean():.3f}**" for s in found) + " |")
    known = [p[label >= 0] for _, label, p in columns]
    for least in (SHEET.threshold,):
        passing = [p.max(1) >= least for p in known]
        lines.append(f"| score ≥ {least}: share | " + " | ".join(f"{s.mean():.2f}" for s in passing) + " |")
        right = [(p.argmax(1) == label[label >= 0])[s].mean() for (_, label, _), p, s in zip(columns, known, passing)]
        lines.append(f"| score ≥ {least}: correct | " + " | ".join(f"{r:.3f}" for r in right) + " |")
    return lines


def source_by_source(photos: Photos) -> list[str]:
    lines = ["| source left out of training | photos of classes that other sources have | correct |", "|---|---|---|"]
    for source in np.unique(photos.source):
        test = photos.source == source
        rest = photos[~test]
        # A class that only this source has can't be learned from the others.
        fair = test & np.isin(photos.label, np.unique(rest.label))
        if fair.any():
            p = probabilities(trained(rest), photos.features[fair], FIVE_VIEWS)
            lines.append(f"| {source} | {fair.sum()} | {(p.argmax(1) == photos.label[fair]).mean():.2f} |")
        else:
            lines.append(f"| {source} | 0 (its classes come from it alone) | – |")
    return lines


def figures(head: Head, photos: Photos, evaluation: Photos) -> list[str]:
    known = evaluation.label >= 0
    inside_one, inside_five = cross_validated(photos)
    outside_one, outside_five = (probabilities(head, evaluation.features, v) for v in (ONE_VIEW, FIVE_VIEWS))
    kept_aside = known & (evaluation.group % 2 == 1)
    label = evaluation.label
    unknown = [float((p[~known].max(1) >= SHEET.threshold).mean()) for p in (outside_one, outside_five)]
    as_none = float((outside_five[~known].argmax(1) == LABELS.index("none")).mean())
    return [
        "Cells: precision / recall / **F1** (photos).",
        "",
        f"In source: grouped {FOLDS}-fold cross-validation on the {len(photos.label):,} training photos."
        f" Out of source: {known.sum()} photos of eight collections that training never saw.",
        "",
        *table(
            [
                ("in source, one view", photos.label, inside_one),
                ("in source, five views", photos.label, inside_five),
                ("out of source, one view", label[known], outside_one[known]),
                ("out of source, five views", label[known], outside_five[known]),
            ]
        ),
        "",
        "- Regularisation and class weights were chosen on one half of the out-of-source groups; on the other half"
        f" ({kept_aside.sum()} photos) macro-F1 is {macro_f1(label[kept_aside], outside_five[kept_aside]):.3f} with"
        f" five views, {macro_f1(label[kept_aside], outside_one[kept_aside]):.3f} with one.",
        f"- Photos of classes that the model does not know (flood, electric, tree, sign, scooter; {(~known).sum()}):"
        f" {unknown[1]:.0%} pass the threshold with five views, {unknown[0]:.0%} with one; the best guess for"
        f" {as_none:.0%} of them is `none`.",
        f"- Expected calibration error out of source, five views:"
        f" {expected_calibration_error(label[known], outside_five[known]):.3f}; the scores are too low rather than too"
        " high.",
        "",
        *source_by_source(photos),
    ]


def search(photos: Photos, evaluation: Photos) -> None:
    half = evaluation.group % 2 == 0
    known = evaluation.label >= 0
    print("l2      chosen on (half)  reported on (other half)   five views, macro-F1")
    for l2 in (1e-3, 3e-3, 1e-2, 2e-2, 3e-2, 1e-1):
        p = probabilities(trained(photos, l2), evaluation.features, FIVE_VIEWS)
        a, b = (macro_f1(evaluation.label[rows & known], p[rows & known]) for rows in (half, ~half))
        print(f"{l2:<7} {a:.3f}             {b:.3f}")


def compare_int8(data: Path, photos: Photos) -> list[str]:
    lines = [
        "| precision | one view: macro-F1 | same best class | five views: macro-F1 | same best class |",
        "|---" * 5 + "|",
    ]
    full = cross_validated(photos)
    for precision in ("fp32", "int8", "int8-portable"):
        cells = []
        for p, due in zip(cross_validated(photos, read_photos(data, precision)), full):
            cells += [f"{macro_f1(photos.label, p):.3f}", f"{(p.argmax(1) == due.argmax(1)).mean():.1%}"]
        lines.append(f"| {precision} | " + " | ".join(cells) + " |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=SHARED / "photos", help="default: %(default)s")
    parser.add_argument("--eval", type=Path, default=SHARED / "eval_features" / "features.npz", dest="evaluation")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--check", action="store_true", help="measure, write nothing")
    only.add_argument("--search", action="store_true", help="the regularisation's table")
    only.add_argument("--int8", action="store_true", help="what int8 changes")
    only.add_argument("--variants", action="store_true", help="what other ways give")
    arguments = parser.parse_args()

    photos = read_photos(arguments.data)
    if arguments.int8:
        lines = compare_int8(arguments.data, photos)
        print("\n".join(lines))
        write_card("tools/train_head.py --int8", lines)
        return
    evaluation = read_evaluation(arguments.evaluation)
    if arguments.variants:
        lines = variants(photos, evaluation)
        print("\n".join(lines))
        write_card("tools/train_head.py --variants", lines)
        return
    if arguments.search:
        search(photos, evaluation)
        return
    head = trained(photos)
    out = resource("model", DEFAULT_NAME, "head.npz")
    if arguments.check:
        shipped = build.read_head(out)
        print(f"largest difference to the shipped head: {np.abs(shipped[0] - head[0]).max():.1e}")
        head = shipped
    lines = figures(head, photos, evaluation)
    print("\n".join(lines))
    if not arguments.check:
        np.savez(out, weight=head[0], bias=head[1])
        write_card("tools/train_head.py", lines)
        print(f"\nwritten: {out} ({out.stat().st_size} bytes) and the card; now: sigma-communes model build")


if __name__ == "__main__":
    main()
