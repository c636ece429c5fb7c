# SPDX-License-Identifier: GPL-2.0-or-later
"""What a person wrote → words, house numbers, post code; what is said of the place beside that is left out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from .wording import Wording, plain, wording

LONGEST_TEXT = 300
MOST_WORDS = 24
_RANGE = re.compile(r"\b(\d{1,4})\s*(?:-|/|a|à|et|&|au)\s*(\d{1,4})\b(?=[\s,]+\D)")
_POST_CODE = re.compile(r"(?<![\d-])(?:f-?\s?)?(\d{2})\s(\d{3})(?!\s?\d)\b")
_GLUED_CODE = re.compile(r"(?<=[a-z])(?=\d{4,5}\b)")
_SUFFIX = re.compile(r"^(?:bis|ter|quater|quat|quinquies|quinq|sexies|[a-z])$")


@dataclass(frozen=True)
class HouseNumber:
    """A number that may be that of a house: value, suffix as written, which word of the text it is."""

    value: int
    suffix: str
    at: int


@dataclass(frozen=True)
class Asked:
    """One text, taken apart. ``words`` are in their one spelling; numbers are among them.

    ``code`` is a post or INSEE code, ``""`` for none; of four figures where one may have been left out. ``letters`` are
    single letters, as bits, that may stand for a first name.
    """

    text: str
    words: tuple[str, ...] = ()
    numbers: tuple[HouseNumber, ...] = ()
    code: str = ""
    beside_m: float = 0.0
    crossing: tuple[str, str] = ("", "")
    letters: int = 0
    unfinished: bool = False


@lru_cache(maxsize=20_000)
def parse(text: str, unfinished: bool = False) -> Asked:
    """Take a text apart.

    Parameters
    ----------
    text : str
        What a person wrote; what is beyond 300 letters is not read.
    unfinished : bool
        The person is still typing: the last word may be the beginning of one.
    """
    known = wording()
    rest = plain(text[:LONGEST_TEXT]).replace("n°", " ").replace("°", " ")
    beside, crossing = 0.0, ("", "")
    rest = re.sub(r"^[\s,.:;'\"(*-]+", "", rest)
    spaced = re.sub(r"[-.]", " ", rest.replace("'", " ")).replace("  ", " ") if _starts(known, rest) else rest
    for _ in range(3):
        if found := known.crossing.match(spaced):
            halves = known.between.split(spaced[found.end() :], maxsplit=1)
            if len(halves) == 2:
                crossing = (halves[0].strip(), halves[1].strip())
            rest = spaced = spaced[found.end() :]
        elif found := known.beside.match(spaced):
            beside = known.beside_m
            rest = spaced = spaced[found.end() :]
        elif found := known.before.match(spaced):
            rest = spaced = spaced[found.end() :]
        else:
            break
    rest = _POST_CODE.sub(r"\1\2", rest)
    found = _RANGE.search(rest)
    if found and int(found[2]) > int(found[1]):
        # Of a range the first number: the other lies beside it.
        rest = f"{rest[: found.end(1)]} {rest[found.end() :]}"
    rest = re.sub(r"[-_.]", " ", rest)
    rest = known.noise.sub(" ", rest)
    rest, part = known.part_of(" ".join(rest.split()))
    rest = known.with_phrases(_GLUED_CODE.sub(" ", rest))
    words, numbers, code, letters = _taken(rest, known)
    if part is not None and not code:
        city, number = part
        city = city or next((w for w in words if w in known.divided), "")
        if city and number <= known.divided[city].parts:
            code = known.divided[city].post_code(number)
    return Asked(text, tuple(words[:MOST_WORDS]), tuple(numbers[:3]), code, beside, crossing, letters, unfinished)


def _starts(known: Wording, text: str) -> bool:
    spaced = re.sub(r"[-.']", " ", text)
    return bool(known.beside.match(spaced) or known.before.match(spaced) or known.crossing.match(spaced))


def _taken(text: str, known: Wording) -> tuple[list[str], list[HouseNumber], str, int]:
    """Return the words, the numbers that may be a house's, the code, and the single letters as bits."""
    tokens = [(m.group(), m.start(), m.end()) for m in re.finditer(r"\d+|[a-z]+'?", text)]
    code_token = _code_token([t for t, _, _ in tokens])
    words: list[str] = []
    numbers: list[HouseNumber] = []
    letters, code = 0, ""
    i = 0
    while i < len(tokens):
        token, start, end = tokens[i]
        following, begins = (tokens[i + 1][0], tokens[i + 1][1]) if i + 1 < len(tokens) else ("", -1)
        if i == code_token:
            code = token
        elif token.isdigit():
            suffix = ""
            if len(token) <= 5:
                glued = begins == end
                ordinal = glued and following in ("e", "er", "eme", "ieme", "ere", "nd") and i > 0
                letter = len(following) == 1 and following.isalpha()
                if ordinal:
                    i += 1
                elif _SUFFIX.match(following) and (
                    not letter or glued or (following not in "rdl" and _more(tokens, i))
                ):
                    suffix = known.suffixes.get(following, following)
                    i += 1
                elif glued and len(following) == 2 and following[0].isalpha() and not following.endswith("'"):
                    pass
                if not ordinal:
                    numbers.append(HouseNumber(int(token), suffix, len(words)))
            words.append(known.one_spelling(token))
        elif token.endswith("'"):
            if len(token) > 3:
                words.append(known.one_spelling(token[:-1]))
        elif token in known.ignored or (
            i and tokens[i - 1][0].isdigit() and token in ("e", "eme", "er", "ieme", "arr")
        ):
            pass
        else:
            if len(token) == 1 and token not in known.canonical:
                letters |= 1 << (ord(token) - 97)
            if token not in ("arrondissement", "arrdt", "arrt", "ardt"):
                words.append(known.one_spelling(token))
        i += 1
    return words, numbers, code, letters


def _more(tokens: list[tuple[str, int, int]], i: int) -> bool:
    """Whether a word of two letters at least stands after the next token."""
    return i + 2 < len(tokens) and len(tokens[i + 2][0]) > 1


def _code_token(tokens: list[str]) -> int:
    """Return which token is the post code: the last of five figures, else one of four at the end; -1 for none."""
    five = [i for i, t in enumerate(tokens) if t.isdigit() and len(t) == 5]
    if five and (five[-1] > 0 or len(tokens) <= 4):
        return five[-1]
    last = len(tokens) - 1
    if last > 1 and tokens[last].isdigit() and len(tokens[last]) in (4, 6):
        return last
    return -1
