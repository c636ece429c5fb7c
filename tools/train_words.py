# SPDX-License-Identifier: GPL-2.0-or-later
"""Train the text classifier on names of services and types of real reports; measure it on wordings it never saw.

    ./dev exec python tools/train_words.py            measures
    ./dev exec python tools/train_words.py --write    and writes resources/model/words/words.npz
    … --texts FILE                                    also measures on texts of others: class[,class] TAB text

Each distinct wording counts once, whatever the number of its reports. Left out in turn: fifths of the subtypes (a
wording never on both sides), and whole sources. Keywords: the phrases of the taxonomy alone, its lists of names hidden.
"""

from __future__ import annotations

import argparse
import csv
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from sigma_communes.core import taxonomy
from sigma_communes.core.classify.learning.fit.calibration import expected_calibration_error, temperature_like
from sigma_communes.core.classify.learning.fit.logistic import fit_logistic, softmax
from sigma_communes.core.taxonomy import TO_QUALIFY, fold
from sigma_communes.core.words.classifier import TextClassifier, write
from sigma_communes.core.words.ngrams import COLUMNS, counted
from sigma_communes.resources import path as resource

REPORTS = Path(__file__).resolve().parents[2] / "shared" / "data" / "reports" / "dansmarue_marseille.csv"
L2, BONUS, THRESHOLD = 1e-4, 2.0, 0.8
MADE_OF_TERMS = 40
"""How many wordings are made of a phrase with terms, each term by one of its words, drawn with a fixed seed."""
Wordings = list[tuple[str, str]]
"""Class and text."""


def listed() -> dict[str, Wordings]:
    """Return the wordings of the taxonomy: names of services by language, phrases, names of the classes."""
    written = yaml.safe_load(resource("taxonomy.yaml").read_text(encoding="utf-8"))
    out: dict[str, Wordings] = {}
    for services in written["services"]:
        language = next(word for word in ("English", "German", "French") if word in services["source"])
        out[language] = [(c, str(n).replace("_", " ")) for c, names in services["names"].items() for n in names]
    out["phrases"] = list(_worded(written))
    classes = [entry for entry in taxonomy.load().classes if entry.id != "none"]
    out["classes"] = [(str(entry.id), name) for entry in classes for name in (entry.fr, entry.en)]
    return out


def _worded(written: dict[str, Any]) -> Iterator[tuple[str, str]]:
    draw = random.Random(0)  # noqa: S311
    for class_id, both in written["phrases"].items():
        for phrase in (*both["sure"], *both["hint"]):
            parts = [part.strip() for part in str(phrase).split("+")]
            options = [
                [str(word) for word in (written["terms"][part.strip("<>")] if part.startswith("<") else [part])]
                for part in parts
            ]
            for _ in range(MADE_OF_TERMS if "<" in str(phrase) else 1):
                yield class_id, " ".join(draw.choice(words) for words in options)


def subtypes(reports: Path) -> list[tuple[str, str, int]]:
    """Return class, subtype and number of reports of each pair of type and subtype."""
    with reports.open(encoding="utf-8-sig", newline="") as file:
        pairs = Counter((row["type"], row["soustype"]) for row in csv.DictReader(file))
    words = taxonomy.load()
    return [
        (words.class_from_words(group=a, service_name=b).class_id or TO_QUALIFY, re.sub(r"\[[^\]]*\]", " ", b), n)
        for (a, b), n in pairs.items()
    ]


def trained(rows: Wordings, labels: list[str]) -> TextClassifier:
    x = np.zeros((len(rows), COLUMNS), np.float32)
    for row, (_, text) in zip(x, rows):
        columns, values = counted(text)
        row[columns] = values
    y = np.array([labels.index(label) for label, _ in rows])
    share = 1 / np.sqrt(np.bincount(y, minlength=len(labels)))[y]
    weight, bias = fit_logistic(x, np.eye(len(labels))[y], share, L2, steps=80)
    weight, bias = (weight - weight.mean(axis=0)).T, bias - bias.mean()
    return TextClassifier(tuple(labels), weight, bias, 1.0, BONUS, THRESHOLD)


class Tested:
    """Scores of texts by a classifier that never saw them, and what the keywords say."""

    def __init__(self, classifier: TextClassifier, rows: Wordings) -> None:
        self.labels = list(classifier.labels)
        matches = [taxonomy.load().class_from_words(description=text) for _, text in rows]
        self.phrase = np.array([self.labels.index(m.class_id) if m.class_id else -1 for m in matches])
        self.several = np.array([m.how == "ambiguous" for m in matches])
        self.scores = np.array([classifier.scores(text) for _, text in rows])
        self.scores[self.phrase >= 0, self.phrase[self.phrase >= 0]] += BONUS
        self.due = np.array([[label in due.split(",") for label in self.labels] for due, _ in rows])

    def joined(self, other: Tested) -> Tested:
        for name in ("phrase", "several", "scores", "due"):
            setattr(self, name, np.concatenate([getattr(self, name), getattr(other, name)]))
        return self

    def line(self, name: str, temperature: float, weights: np.ndarray | None = None) -> str:
        w = np.ones(len(self.due)) if weights is None else weights
        p = softmax(self.scores / temperature)
        rows, guess = np.arange(len(p)), p.argmax(axis=1)
        quiet = self.labels.index(TO_QUALIFY)
        answered = ~self.several & (((p.max(axis=1) >= THRESHOLD) & (guess != quiet)) | (guess == self.phrase))
        found = self.phrase >= 0
        right, by_phrase = self.due[rows, guess], self.due[rows, self.phrase] & found
        classes = [i for i in range(len(self.labels)) if i != quiet and self.due[:, i].any()]
        both = [
            np.mean([
                2 * w[said & self.due[:, i] & (label == i)].sum()
                / max(w[self.due[:, i]].sum() + w[said & (label == i)].sum(), 1e-9) for i in classes
            ]) if classes else np.nan for label, said in ((self.phrase, found), (guess, answered))
        ]  # fmt: skip
        ece = expected_calibration_error(p.max(axis=1), right)
        parts = [
            name, str(len(p)), f"{w[found].sum() / w.sum():.2f}",
            f"{w[by_phrase].sum() / max(w[found].sum(), 1e-9):.3f}", f"{both[0]:.2f}",
            f"{w[answered].sum() / w.sum():.2f}",
            f"{w[answered & right].sum() / max(w[answered].sum(), 1e-9):.3f}", f"{both[1]:.2f}",
            f"{w[right].sum() / w.sum():.3f}", f"{ece:.3f}",
        ]  # fmt: skip
        return "| " + " | ".join(parts) + " |"


def per_class(tested: Tested, temperature: float) -> str:
    p = softmax(tested.scores / temperature)
    guess = p.argmax(axis=1)
    answered = ~tested.several & ((p.max(axis=1) >= THRESHOLD) | (guess == tested.phrase))
    out = []
    for i, label in enumerate(tested.labels):
        due, said = tested.due[:, i], answered & (guess == i)
        if due.sum() >= 5 and label != TO_QUALIFY:
            out.append(f"{label} {(due & said).sum()}/{said.sum()} of {due.sum()}")
    return "; ".join(out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=Path, default=REPORTS)
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    parts, pairs = listed(), subtypes(arguments.reports)
    types = [(label, text) for label, text, _ in pairs]
    rest = [row for rows in parts.values() for row in rows]
    labels = sorted({label for label, _ in rest + types})

    keys = sorted({fold(text) for _, text in types})
    fifth = dict(zip(keys, np.random.RandomState(0).randint(5, size=len(keys))))
    fold_of = np.array([fifth[fold(text)] for _, text in types])
    order, left = [], None
    for k in range(5):
        away = np.flatnonzero(fold_of == k)
        classifier = trained(rest + [types[i] for i in np.flatnonzero(fold_of != k)], labels)
        tested = Tested(classifier, [types[i] for i in away])
        left = tested if left is None else left.joined(tested)
        order.extend(away.tolist())
    held_out = {"DansMaRue, fifths of the subtypes": left}
    for language in ("English", "German", "French"):
        others = types + [row for name, rows in parts.items() if name != language for row in rows]
        held_out[f"services in {language} left out"] = Tested(trained(others, labels), parts[language])
    scores = np.concatenate([t.scores for t in held_out.values()])
    due = np.concatenate([t.due for t in held_out.values()])
    temperature = temperature_like(scores, due)
    print(f"{len(rest) + len(types)} wordings, {len(labels)} classes; temperature {temperature:.2f}\n")
    print(
        "| left out | texts | keywords answer | right | macro-F1 | both answer | right | macro-F1 | best class right"
        " | ECE |\n" + "|---" * 10 + "|"
    )
    for name, tested in held_out.items():
        print(tested.line(name, temperature))
    weights = np.array([pairs[i][2] for i in order], float)
    print(left.line("… weighted by their 10,000 reports", temperature, weights))
    final = trained(rest + types, labels)
    if arguments.texts:
        rows = [line.rstrip("\n").split("\t")[-2:] for line in arguments.texts.open(encoding="utf-8")]
        named = [(label.strip(), text) for label, text in rows if label.strip()]
        print(Tested(final, named).line("texts of others, of a class", temperature))
        print(
            Tested(final, [(TO_QUALIFY, text) for label, text in rows if not label.strip()]).line(
                "of none", temperature
            )
        )
    print(f"\nRight/answered of texts, by class (subtypes): {per_class(left, temperature)}")
    if arguments.write:
        out = resource("model", "words", "words.npz")
        write(out, TextClassifier(final.labels, final.weight, final.bias, temperature, BONUS, THRESHOLD))
        print(f"written: {out.name}, {out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
