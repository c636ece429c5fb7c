# SPDX-License-Identifier: GPL-2.0-or-later
"""What a photo and words give together, on pairs made up: no collection at hand has both for one place.

    ./dev exec python tools/research/fusion.py

Each out-of-source photo of a reporting half meets a wording of its class that the text classifier was not taught (a
subtype of DansMaRue or a French service name, left out by fifths; lists of names hidden). "Mismatched": every tenth
pair has the words of another class. Made-up pairs are independent given the class; real ones may not be: read the
figures as what the rule does, not as what a commune will see.
"""

from __future__ import annotations

import json

import numpy as np
from base import calibrated, trained
from data import FIVE, halves, other_collections, training_photos
from sigma_communes.core import taxonomy
from sigma_communes.core.classify.learning.running import predictions_of
from sigma_communes.core.taxonomy import fold
from sigma_communes.core.triage.evidence import classes_of
from train_words import REPORTS, listed, subtypes
from train_words import trained as trained_words

CLASSES = {
    "waste": ("waste", "bulky_waste", "overflowing_bin"), "graffiti": ("graffiti",), "road_damage": ("road_damage",),
    "flood": ("standing_water",), "electric": ("electrical_hazard",), "tree": ("dangerous_tree",),
    "sign": ("road_sign",), "scooter": ("micromobility",),
}  # fmt: skip


def objects(values: list[str]) -> np.ndarray:
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


def main() -> None:
    random = np.random.RandomState(0)
    parts = listed()
    wordings = [(label, text) for label, text, _ in subtypes(REPORTS)] + parts.pop("French")
    rest = [row for rows in parts.values() for row in rows]
    labels = sorted({label for label, _ in wordings + rest})
    keys = sorted({fold(text) for _, text in wordings})
    fifth = dict(zip(keys, random.randint(5, size=len(keys))))
    models = [trained_words(rest + [w for w in wordings if fifth[fold(w[1])] != k], labels) for k in range(5)]
    models = [type(m)(m.labels, m.weight, m.bias, 0.6, m.phrase_bonus, m.threshold) for m in models]

    photos, others = training_photos(), other_collections()
    choosing, reporting = halves(others, 0)
    head = calibrated(trained(photos), others, choosing)
    rows = reporting[others.label[reporting] != "none"]
    predictions = predictions_of(head, head.suggest(others.features[rows][:, FIVE]), "m")
    print("| pairs | evidence | answered | right of the answered | of another family |\n|---|---|---|---|---|")
    for name, wrong in (("matched", 0.0), ("mismatched, one in ten", 0.1)):
        for kind, chosen in (("known to the photo model", (0, 1, 2)), ("not known to it", (3, 4, 5, 6, 7))):
            kinds = [list(CLASSES)[i] for i in chosen]
            table: dict[str, list] = {key: [] for key in ("text", "top", "label", "score", "due", "fold")}
            for row, prediction in zip(rows, predictions):
                label = str(others.label[row])
                if label not in kinds:
                    continue
                due = CLASSES[label][random.randint(len(CLASSES[label]))]
                told = due
                if random.rand() < wrong:
                    told = str(random.choice([c for all_ in CLASSES.values() for c in all_ if c != due]))
                options = [w for w in wordings if w[0] == told]
                text = options[random.randint(len(options))][1]
                certain = not prediction.abstained or prediction.reason.startswith("best guess")
                table["text"].append(text)
                table["fold"].append(fifth[fold(text)])
                table["due"].append(due)
                table["top"].append(
                    json.dumps([{"label": a, "score": b} for a, b in prediction.top]) if certain else ""
                )
                table["label"].append(prediction.label or "")
                table["score"].append(prediction.score)
            measured(f"{name}, {kind}", table, models)


def measured(name: str, table: dict[str, list], models: list) -> None:
    known = taxonomy.load()
    seen_as = {str(entry.id): entry.seen_as for entry in known.classes}
    n = len(table["text"])
    blank = objects([""] * n)
    evidence = {key: blank for key in ("service_name", "service_group", "service_code", "decided")}
    text, label, top = objects(table["text"]), objects(table["label"]), objects(table["top"])
    due, score, fold_of = np.array(table["due"]), np.array(table["score"]), np.array(table["fold"])
    both = {"description": text, "photo_label": label, "photo_score": score, "photo_top": top}
    for kind, columns in (
        ("photo", {**both, "description": blank}),
        ("words", {**both, "photo_label": blank, "photo_top": blank}),
        ("both", both),
    ):
        found = objects([""] * n)
        for k, model in enumerate(models):
            mine = np.flatnonzero(fold_of == k)
            part = {key: values[mine] for key, values in {**evidence, **columns}.items()}
            found[mine] = classes_of(part, known, model)["class"]
        right = np.array([a == b or seen_as.get(b, "") == a for a, b in zip(found, due)])
        answered = found != ""
        family = {str(entry.id): entry.group for entry in known.classes}
        astray = np.array([bool(a) and family[a] != family[b] for a, b in zip(found, due)])
        print(f"| {name} ({n}) | {kind} | {answered.mean():.2f} | {right[answered].mean():.3f} | {astray.mean():.3f} |")


if __name__ == "__main__":
    main()
