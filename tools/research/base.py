# SPDX-License-Identifier: GPL-2.0-or-later
"""Train the head that learning starts from, with the statistics of its base set; measure it out of source.

    ./dev exec python tools/research/base.py            measures
    ./dev exec python tools/research/base.py --write    and writes resources/model/fidamia-base/base_head.npz
    ./dev exec python tools/research/base.py --card     the shipped head on all of the other collections; to the card
    ./dev exec python tools/research/base.py --streets  what façades and street scenes change, half of them kept aside

Trained on the training photos, façades, and scenes put together from both. Temperature, thresholds and the unknown
limit are chosen on the choosing half (seed 0) of the out-of-source collections.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from data import (
    FIVE,
    KNOWN,
    SEEDS,
    Photos,
    all_training_photos,
    auroc,
    facades,
    halves,
    macro_f1,
    other_collections,
    street_photos,
    training_photos,
)
from sigma_communes.core.classify.learning.fit.calibration import (
    expected_calibration_error,
    temperature_like,
    threshold_for,
)
from sigma_communes.core.classify.learning.fit.class_centres import centres_of
from sigma_communes.core.classify.learning.fit.fitting import fit, version_of
from sigma_communes.core.classify.learning.fit.logistic import fit_logistic, softmax
from sigma_communes.core.classify.learning.head import Head, base_head, write_head
from sigma_communes.core.errors import DataError
from sigma_communes.resources import path as resource

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from linear_head import write_card

CENTRES = 300
UNKNOWN_PASSES = 0.08


ON_THE_GROUND = 2.0
"""How much more waste on the ground counts than full bins: it is what a street shows."""


def weights_of(photos: Photos, kind: np.ndarray, power: float) -> np.ndarray:
    """Weights that make a kind of many photos count less; each label weighs 1 in all."""
    _, inverse, counts = np.unique(kind, return_inverse=True, return_counts=True)
    weights = 1 / counts[inverse] ** power
    weights[np.char.startswith(photos.look, "dumping|")] *= ON_THE_GROUND
    for label in KNOWN:
        weights[photos.label == label] /= weights[photos.label == label].sum()
    return weights


def trained(photos: Photos, *, by_look: bool = True, backbone: str = "fidamia-base 1") -> Head:
    labels = [label for label in KNOWN if (photos.label == label).any()]
    rows = photos.features.reshape(-1, photos.features.shape[2])
    mean = photos.features[:, FIVE].mean(axis=(0, 1))
    names, look = np.unique(np.char.add(np.char.add(photos.label, "|"), photos.look), return_inverse=True)
    label_of = np.array([labels.index(name.split("|")[0]) for name in names])
    each = weights_of(photos, look, 0.5)
    kinds, kind = (len(names), look) if by_look else (len(labels), label_of[look])
    views = photos.features.shape[1]
    weight, bias = fit_logistic(rows - mean, np.repeat(np.eye(kinds)[kind], views, 0), np.repeat(each, views), 0.02)
    means = photos.features[:, FIVE].mean(axis=1)
    centres, of, mass = [], [], []
    for i in range(len(names)):
        mine = look == i
        count = max(4, round(CENTRES * each[mine].sum() / len(labels)))
        found, share = centres_of(means[mine], each[mine], count)
        centres.append(found)
        of.append(np.full(len(found), label_of[i]))
        mass.append(share)
    head = Head(
        version="", backbone=backbone, labels=tuple(labels), mean=mean.astype(np.float32), weight=weight, bias=bias,
        row_label=label_of if by_look else np.arange(len(labels)),
        anchors=np.concatenate(centres), anchor_label=np.concatenate(of), anchor_weight=np.concatenate(mass),
        anchor_share=0.0, label_bias=np.zeros(len(labels)), temperature=1.0,
        thresholds={label: 0.7 for label in labels}, unknown_share=15.0, unknown_limit=np.inf,
        summary={"training_data": "the photos of the model card", "photos": len(photos.label)},
    )  # fmt: skip
    return replace(head, version=version_of(head))


def calibrated(head: Head, others: Photos, rows: np.ndarray) -> Head:
    known = rows[np.isin(others.label[rows], head.labels)]
    index = np.array([head.labels.index(label) for label in others.label[known]])
    scores, _ = head.scores(others.features[known][:, FIVE])
    temperature = temperature_like(scores, np.eye(len(head.labels))[index])
    p = softmax(scores / temperature)
    threshold = threshold_for(p.max(axis=1), p.argmax(axis=1) == index, 0.95)
    head = replace(head, temperature=temperature, thresholds={label: threshold for label in head.labels})
    unknown = rows[~np.isin(others.label[rows], head.labels)]
    found = head.suggest(others.features[unknown][:, FIVE])
    sure = found.probabilities.max(axis=1) >= threshold
    # At most UNKNOWN_PASSES of the photos of classes never taught get an answer.
    limit = (
        np.sort(found.unknown[sure])[int(UNKNOWN_PASSES * len(unknown))]
        if sure.sum() > UNKNOWN_PASSES * len(unknown)
        else np.inf
    )
    return replace(head, unknown_limit=float(np.nextafter(np.float32(limit), np.float32(-np.inf))))


def measured(name: str, heads: list[tuple[Head, np.ndarray]], others: Photos) -> None:
    """Print mean ± sd over (head, reporting rows)."""
    table = []
    for head, rows in heads:
        known = np.isin(others.label[rows], head.labels)
        found = head.suggest(others.features[rows][:, FIVE])
        p, label = found.probabilities, others.label[rows]
        guess = np.array(head.labels)[p.argmax(axis=1)]
        right, best = (guess == label)[known], p.max(axis=1)
        passing = best >= min(head.thresholds.values())
        answered = ~found.abstained
        table.append((
            macro_f1(label[known], guess[known], KNOWN), expected_calibration_error(best[known], right),
            passing[known].mean(), (guess == label)[known & passing].mean(),
            auroc(found.unknown[known], found.unknown[~known]), passing[~known].mean(),
            answered[known].mean(), answered[~known].mean(),
        ))  # fmt: skip
    mean, sd = np.mean(table, axis=0), np.std(table, axis=0)
    print(f"| {name} | " + " | ".join(f"{m:.3f} ± {s:.3f}" for m, s in zip(mean, sd)) + " |", flush=True)


def streets(others_calibrated: Photos) -> None:
    """Print what heads make of façades and scenes whose backgrounds they were not taught (every second one)."""
    others, photos, more = others_calibrated, training_photos(), (facades(), street_photos())
    backs = [np.array([int(name.split()[1]) for name in part.group]) for part in more]
    taught = [part.rows(back % 2 == 0) for part, back in zip(more, backs)]
    # Backgrounds beyond the façades are streets of the training set.
    kept = [part.rows((back % 2 == 1) & (back < len(more[0].label))) for part, back in zip(more, backs)]
    tests = {
        "façades": kept[0], "scenes with waste": kept[1].rows(kept[1].label == "waste"),
        "scenes without": kept[1].rows(kept[1].label == "none"),
    }  # fmt: skip
    print("| taught | macro-F1, choosing half | " + " | ".join(f"{x}: right, answered" for x in tests) + " |")
    print("|---" * (2 + len(tests)) + "|")
    half = halves(others, 0)[0]
    for name, heads_photos in (
        ("the photos", photos), ("and façades", photos.and_(taught[0])),
        ("and façades, and scenes", photos.and_(taught[0]).and_(taught[1])),
    ):  # fmt: skip
        head = calibrated(trained(heads_photos), others, half)
        labels = np.array(head.labels)
        known = half[np.isin(others.label[half], head.labels)]
        guess = labels[head.probabilities(others.features[known][:, FIVE]).argmax(axis=1)]
        cells = [f"{macro_f1(others.label[known], guess, KNOWN):.3f}"]
        for part in tests.values():
            found = head.suggest(part.features[:, FIVE])
            right = labels[found.probabilities.argmax(axis=1)] == part.label
            cells.append(f"{right.mean():.2f}, {(right & ~found.abstained).mean():.2f}")
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def card(others: Photos) -> list[str]:
    """Return the figures of the head that ships as a Markdown table: one view and five."""
    head = base_head()
    known = np.isin(others.label, head.labels)
    chosen_on = np.isin(np.arange(len(others.label)), halves(others, 0)[0])
    cells: dict[str, list[str]] = {}
    for view in ([FIVE[0]], FIVE):
        found = head.suggest(others.features[:, view])
        guess = np.array(head.labels)[found.probabilities.argmax(axis=1)]
        answered, right = ~found.abstained, guess == others.label
        aside = known & ~chosen_on
        for label in head.labels:
            hits = ((guess == label) & right & known).sum()
            precision, recall = hits / ((guess == label) & known).sum(), hits / (others.label == label).sum()
            f1 = 2 * precision * recall / (precision + recall)
            row = f"{precision:.2f} / {recall:.2f} / **{f1:.2f}** ({(others.label == label).sum()})"
            cells.setdefault(label, []).append(row)
        for name, value in (
            ("macro-F1", f"**{macro_f1(others.label[known], guess[known], KNOWN):.3f}**"),
            (
                f"macro-F1, half that the thresholds were not chosen on ({aside.sum()})",
                f"{macro_f1(others.label[aside], guess[aside], KNOWN):.3f}",
            ),
            ("answered: share", f"{answered[known].mean():.2f}"),
            ("answered: correct", f"{right[known & answered].mean():.3f}"),
            (
                "expected calibration error",
                f"{expected_calibration_error(found.probabilities.max(axis=1)[known], right[known]):.3f}",
            ),
            (f"unknown classes answered ({(~known).sum()})", f"{answered[~known].mean():.0%}"),
            ("unknown AUROC", f"{auroc(found.unknown[known], found.unknown[~known]):.3f}"),
        ):
            cells.setdefault(name, []).append(value)
    return ["| out of source | one view | five views |", "|---|---|---|"] + [
        f"| {name} | " + " | ".join(row) + " |" for name, row in cells.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--card", action="store_true")
    parser.add_argument("--streets", action="store_true", help="what façades and street scenes change")
    arguments = parser.parse_args()
    if arguments.streets:
        streets(others_calibrated=other_collections())
        return
    if arguments.card:
        lines = card(other_collections())
        print("\n".join(lines))
        write_card("tools/research/base.py --card", lines)
        return
    photos, others = all_training_photos(), other_collections()
    head = trained(photos)
    splits = [halves(others, seed) for seed in range(SEEDS)]
    print("Out of source, reporting halves (thresholds from the choosing halves)\n")
    print(
        "| head | macro-F1 | ECE | coverage at 0.95 | precision there | unknown AUROC | unknown ≥ threshold"
        " | known answered | unknown answered |\n" + "|---" * 9 + "|"
    )
    measured("several looks a class", [(calibrated(head, others, a), b) for a, b in splits], others)
    plain = trained(photos, by_look=False)
    measured("one row a class", [(calibrated(plain, others, a), b) for a, b in splits], others)
    for name, pool in (("the tested photos", 1), ("other photos of the collections", 0)):
        heads = []
        for split in splits:
            base = calibrated(head, others, split[0])
            adapted = fit(None, base=base, unlabelled=others.features[split[pool]][:, FIVE]).head
            heads.append((calibrated(adapted, others, split[0]), split[1]))
        measured(f"adapted to {name}, unlabelled (thresholds fitted again)", heads, others)
    print(
        "\n| source left out of training | photos of classes that the others have | right, one row a class |"
        " right, several looks | right, adapted to it |\n|---|---|---|---|---|"
    )
    for source in np.unique(photos.source):
        rows, away = np.flatnonzero(photos.source != source), np.flatnonzero(photos.source == source)
        away = away[np.isin(photos.label[away], photos.label[rows])]
        if len(away) < 30:
            continue
        rest = photos.rows(rows)
        heads = [trained(rest, by_look=False), trained(rest)]
        tested = photos.features[away][:, FIVE]
        try:
            heads.append(fit(None, base=calibrated(heads[1], others, splits[0][0]), unlabelled=tested).head)
        except DataError:
            refused = "refused"
        else:
            refused = ""
        right = [
            (np.array(h.labels)[h.probabilities(tested).argmax(axis=1)] == photos.label[away]).mean() for h in heads
        ]
        print(
            f"| {source} | {len(away)} | "
            + " | ".join([*(f"{x:.2f}" for x in right), *([refused] if refused else [])])
            + " |",
            flush=True,
        )
    if arguments.write:
        out = resource("model", "fidamia-base", "base_head.npz")
        write_head(out, calibrated(head, others, splits[0][0]))
        print(f"\nwritten: {out.name}, {out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
