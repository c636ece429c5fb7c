# SPDX-License-Identifier: GPL-2.0-or-later
"""What reading words makes of citizens' sentences that were labelled by hand.

    ./dev exec python tools/measure_words.py                       both halves of tests/data/words
    ./dev exec python tools/measure_words.py --misses dev          and each sentence that was misread
    ./dev exec python tools/measure_words.py FILE...               other files of this form

A file has tabs and a head: lang, classes, kind, text. `classes`: `a` one problem, `a+b` both are in the text, `-` none.
Answered: of the texts with a problem, those that get a class. Right: of all texts that get a class (those without
a problem too), those whose class is one of theirs. Top 3: of the texts with a problem, those with all theirs among the
first three offered. Intervals: Wilson's, 95 %.
"""

from __future__ import annotations

import argparse
import csv
import math
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sigma_communes.core import taxonomy, words

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "data" / "words"
HALVES = ("fresh", "blind", "dev")


class Sentence(NamedTuple):
    """A text, its classes (none: no problem in it), its language and what is difficult about it."""

    text: str
    classes: frozenset[str]
    language: str
    kind: str


class Read(NamedTuple):
    """What was made of a sentence: the class it got (``""``: none) and the three first offered."""

    sentence: Sentence
    class_id: str
    offered: tuple[str, ...]

    @property
    def right(self) -> bool:
        return self.class_id in self.sentence.classes

    @property
    def among_first(self) -> bool:
        return self.sentence.classes <= set(self.offered)


def sentences(path: Path) -> list[Sentence]:
    """Read a file of labelled sentences."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        Sentence(row["text"], frozenset(row["classes"].split("+")) - {"-"}, row["lang"], row["kind"]) for row in rows
    ]


def read(rows: Sequence[Sentence]) -> list[Read]:
    """Read the sentences as the product reads descriptions."""
    reading = words.read(taxonomy.load(), description=[row.text for row in rows])
    return [Read(row, str(c), offered) for row, c, offered in zip(rows, reading.class_id, reading.offered)]


def share(part: int, whole: int) -> str:
    """Return a share with its interval: ``0.871 [0.82, 0.91]``."""
    if not whole:
        return "–"
    z, p = 1.96, part / whole
    middle, spread = p + z * z / (2 * whole), z * math.sqrt(p * (1 - p) / whole + (z / (2 * whole)) ** 2)
    low, high = ((middle + sign * spread) / (1 + z * z / whole) for sign in (-1, 1))
    return f"{p:.3f} [{low:.2f}, {high:.2f}]"


def line(name: str, found: Sequence[Read]) -> str:
    """Return one row of the table."""
    named = [one for one in found if one.sentence.classes]
    answered = [one for one in found if one.class_id]
    silent = len(found) - len(named)
    astray = sum(not one.sentence.classes for one in answered)
    parts = [
        name, str(len(found)), share(sum(bool(one.class_id) for one in named), len(named)),
        share(sum(one.right for one in answered), len(answered)),
        share(sum(one.among_first for one in named), len(named)), f"{astray} of {silent}" if silent else "–",
    ]  # fmt: skip
    return "| " + " | ".join(parts) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--misses", nargs="*", default=[], help="names of the files whose misread sentences are shown")
    options = parser.parse_args()
    print("| sentences | n | answered | right of the answered | top 3 | without a problem, answered |")
    print("|---" * 6 + "|")
    for path in options.files or [FOLDER / f"{half}.tsv" for half in HALVES]:
        found = read(sentences(path))
        print(line(path.stem, found))
        for language in sorted({one.sentence.language for one in found}):
            print(line(f"{path.stem}, {language}", [one for one in found if one.sentence.language == language]))
        for kind in sorted({one.sentence.kind for one in found}):
            print(line(f"{path.stem}, {kind}", [one for one in found if one.sentence.kind == kind]))
        for one in found if path.stem in options.misses else []:
            wrong = bool(one.class_id) and not one.right
            if wrong or not one.among_first or (one.sentence.classes and not one.class_id):
                mark = "WRONG" if wrong else "mute" if one.sentence.classes and not one.class_id else "late"
                due = "+".join(sorted(one.sentence.classes)) or "-"
                print(f"    {mark}: {due} → {one.class_id or '-'} ({', '.join(one.offered)}): {one.sentence.text}")
    texts = [row.text for half in HALVES for row in sentences(FOLDER / f"{half}.tsv")]
    many = [f"{text} {i}" for i in range(10_000 // len(texts) + 1) for text in texts][:10_000]
    start = time.perf_counter()
    words.read(taxonomy.load(), description=many)
    print(f"\n10,000 texts of their own: {time.perf_counter() - start:.2f} s")


if __name__ == "__main__":
    main()
