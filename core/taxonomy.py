# SPDX-License-Identifier: GPL-2.0-or-later
"""What can be wrong in public space: classes with names, icon, colour and urgency, and the words that tell them.

The data are ``resources/taxonomy.yaml``. A class comes from words in this order: a pair of group and service name
that a known vocabulary lists, a service name known as a whole, phrases inside the service name, a group known as a
whole, phrases inside the description. Words that speak of two classes, or of none, give ``""``: a person qualifies
the report. Nothing is guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any, Literal, NamedTuple, Optional

from numpy.typing import NDArray

from .. import resources
from .base import checked_yaml
from .base.bilingual import Bilingual
from .base.checked_yaml import Written
from .base.columns import objects
from .errors import DataError

Urgency = Literal["low", "normal", "high"]
Language = Literal["en", "fr"]
How = Literal["service", "name", "group", "description", "likeness", "ambiguous", "to qualify", ""]

TO_QUALIFY = "to_qualify"
"""The key of names that say nothing of what is wrong; in incident tables such a class is ``""``."""

_WINDOW = 8
_TOKEN = re.compile(r"[^\W_]+")
_BRACKETS = re.compile(r"\[[^\]]*\]")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_ID = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Group(Bilingual):
    """A family of classes; its colour (``#RRGGBB``) is that of its classes."""

    id: Written
    colour: str
    line: int = 0


@dataclass(frozen=True)
class IncidentClass(Bilingual):
    """One kind of problem. ``seen_as`` is the wider class that a photo model is likely to give instead, or ``""``."""

    id: Written
    group: Written
    icon: str
    urgency: Urgency
    seen_as: str = ""
    line: int = 0


@dataclass(frozen=True)
class _Services:
    source: str
    names: dict[str, list[Written]]
    line: int = 0


@dataclass(frozen=True)
class _Type:
    type: str
    subtypes: dict[str, list[Written]]
    alone: bool = True
    line: int = 0


@dataclass(frozen=True)
class _Vocabulary:
    source: str
    types: list[_Type]
    line: int = 0


@dataclass(frozen=True)
class _Phrases:
    sure: list[Written] = field(default_factory=list)
    hint: list[Written] = field(default_factory=list)
    line: int = 0


@dataclass(frozen=True)
class _File:
    version: Literal["1"]
    groups: tuple[Group, ...]
    classes: tuple[IncidentClass, ...]
    services: list[_Services] = field(default_factory=list)
    vocabularies: list[_Vocabulary] = field(default_factory=list)
    phrases: dict[str, _Phrases] = field(default_factory=dict)


class WordsMatch(NamedTuple):
    """The class that words give (``""``: none), the words themselves as they were written, and where they stood.

    ``how`` is ``service`` (a service name or pair known as a whole), ``name`` (phrases inside the service name),
    ``group``, ``description``, ``likeness`` (words like those of other reports: :mod:`~.words`), ``ambiguous`` (the
    words speak of two classes), ``to qualify`` (a name known to say nothing) or ``""``.
    """

    class_id: str
    evidence: tuple[str, ...]
    how: How

    def sentence(self, language: Language) -> str:
        """Say where the class comes from, e.g. ``from its words: “pothole”``; ``""`` where no words matched."""
        if not self.evidence:
            return ""
        if language == "fr":
            words = ", ".join(f"« {word} »" for word in self.evidence)
            said = {
                "service": "d'après sa catégorie",
                "group": "d'après sa catégorie",
                "likeness": "d'après des mots proches d'autres signalements",
                "ambiguous": "ses mots désignent plusieurs désordres",
                "to qualify": "sa catégorie ne dit pas le désordre",
            }.get(self.how, "d'après ses mots")
            return f"{said} : {words}"
        words = ", ".join(f"“{word}”" for word in self.evidence)
        said = {
            "service": "from its category",
            "group": "from its category",
            "likeness": "from words like those of other reports",
            "ambiguous": "its words speak of several problems",
            "to qualify": "its category does not tell the problem",
        }.get(self.how, "from its words")
        return f"{said}: {words}"


NO_MATCH = WordsMatch("", (), "")


def fold(text: str) -> str:
    """Return the words of ``text`` for comparison: no case, accents, punctuation or final plural s and x.

    >>> fold("Nids-de-poule (chaussée)")
    'nid de poule chausse'
    """
    return " ".join(_folded(word) for word in plain_words(text))


def plain_words(text: str) -> list[str]:
    """Return the words of ``text`` without case and accents: ``L'Étang-Salé`` gives ``["l", "etang", "sale"]``."""
    return _TOKEN.findall(_plain(text))


def _plain(text: str) -> str:
    # Decomposed first: a letter of a mathematical alphabet has no small one before it is a letter.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return plain.replace("œ", "oe").replace("æ", "ae")


def _folded(plain_word: str) -> str:
    word = plain_word
    if len(word) > 3 and word[-1] in "sx":
        word = word[:-1]
    # French feminine participles (cassée) meet the masculine ones (cassé).
    return word[:-1] if len(word) > 4 and word.endswith("ee") else word


@lru_cache(maxsize=65536)
def _folded_written(word: str) -> tuple[str, ...]:
    return tuple(_folded(part) for part in plain_words(word))


def _tokens(text: str) -> list[tuple[str, int, int]]:
    # Combining accents (as macOS writes them) would cut words: compose first.
    return [
        (folded, found.start(), found.end()) for found in _TOKEN.finditer(text) for folded in _folded_written(found[0])
    ]


def _key(text: str) -> str:
    return fold(_BRACKETS.sub(" ", text))


class _Phrase(NamedTuple):
    parts: tuple[tuple[str, ...], ...]
    class_id: str
    sure: bool

    @property
    def length(self) -> int:
        return sum(map(len, self.parts))


class _Found(NamedTuple):
    phrase: _Phrase
    starts: tuple[int, ...]

    def positions(self) -> list[int]:
        return [start + i for start, part in zip(self.starts, self.phrase.parts) for i in range(len(part))]


class _PhraseIndex:
    """Finds phrases in a text by their first word; the longest phrase takes its words."""

    def __init__(self, phrases: Iterable[_Phrase]) -> None:
        self._parts: dict[str, set[tuple[str, ...]]] = {}
        self._phrases: dict[tuple[str, ...], list[_Phrase]] = {}
        for phrase in phrases:
            for part in phrase.parts:
                self._parts.setdefault(part[0], set()).add(part)
            self._phrases.setdefault(phrase.parts[0], []).append(phrase)

    def find(self, words: Sequence[str]) -> list[_Found]:
        starts: dict[tuple[str, ...], list[int]] = {}
        for i, word in enumerate(words):
            for part in self._parts.get(word, ()):
                if tuple(words[i : i + len(part)]) == part:
                    starts.setdefault(part, []).append(i)
        found = [
            match
            for part in starts
            for phrase in self._phrases.get(part, ())
            if (match := _nearest(phrase, starts)) is not None
        ]
        found.sort(key=lambda match: (-match.phrase.length, not match.phrase.sure, min(match.starts), match.phrase))
        taken: set[int] = set()
        kept = []
        for match in found:
            positions = match.positions()
            if taken.isdisjoint(positions):
                taken.update(positions)
                kept.append(match)
        return kept


def _nearest(phrase: _Phrase, starts: dict[tuple[str, ...], list[int]]) -> Optional[_Found]:
    if any(part not in starts for part in phrase.parts):
        return None
    # A text that repeats one word hundreds of times must not cost their product.
    options = product(*(starts[part][:6] for part in phrase.parts))
    best = min(options, key=lambda at: (max(at) - min(at), at))
    return _Found(phrase, best) if max(best) - min(best) <= _WINDOW else None


class Taxonomy:
    """The classes and the words; made by :func:`load`."""

    def __init__(self, file: _File, path: Path) -> None:
        self.path = path
        self.groups: tuple[Group, ...] = file.groups
        self.classes: tuple[IncidentClass, ...] = file.classes
        self._groups: dict[str, Group] = {group.id: group for group in file.groups}
        self._classes: dict[str, IncidentClass] = {entry.id: entry for entry in file.classes}
        _check_classes(file, path)
        self._names: dict[str, tuple[str, Written]] = {}
        self._pairs: dict[tuple[str, str], tuple[str, Written]] = {}
        self._read_names(file)
        self._phrases = _PhraseIndex(self._read_phrases(file))
        # Reports repeat a few hundred names; each is matched once.
        self._cached_name = lru_cache(maxsize=65536)(self._match_name)
        self._cached_text = lru_cache(maxsize=4096)(self._match_text)

    # --- classes -------------------------------------------------------------------------------------------------

    def __contains__(self, class_id: object) -> bool:
        return class_id in self._classes

    def get(self, class_id: str) -> IncidentClass:
        """Return one class.

        Raises
        ------
        DataError
            There is no such class.
        """
        if class_id not in self._classes:
            raise DataError(
                f"There is no class '{class_id}'",
                where=str(self.path),
                next_step=f"Take one of: {', '.join(self._classes)}",
            )
        return self._classes[class_id]

    def members(self, group_id: str) -> tuple[str, ...]:
        """Return the class ids of a group, in order; empty where there is no such group."""
        return tuple(entry.id for entry in self.classes if entry.group == group_id)

    def name(self, class_id: str, language: Language) -> str:
        """Return the name to show; ``""`` is “to qualify”, an id of another taxonomy stays as it is."""
        if class_id == "":
            return "À qualifier" if language == "fr" else "To qualify"
        if class_id not in self._classes:
            return class_id
        return self._classes[class_id].in_language(language)

    def colour(self, class_id: str) -> str:
        """Return ``#RRGGBB``, the colour of the class's group; grey where the class is unknown."""
        return self._groups[self._classes[class_id].group].colour if class_id in self._classes else "#999999"

    def icon(self, class_id: str) -> Path:
        """Return the path of the class's SVG icon (16 by 16 pixels)."""
        return _icon_path(self.path, self.get(class_id).icon)

    def urgency(self, class_id: str) -> str:
        """Return ``low``, ``normal`` or ``high``; ``""`` where the class is unknown."""
        return self._classes[class_id].urgency if class_id in self._classes else ""

    # --- what a photo model knows --------------------------------------------------------------------------------

    def has_photo_model(self, class_id: str, model_labels: Iterable[str]) -> bool:
        """Whether a model with these labels can give this class itself."""
        return class_id in self._classes and class_id in set(model_labels)

    def photo_remark(self, class_id: str, model_labels: Iterable[str], language: Language) -> str:
        """Say what a photo model with these labels makes of the class; ``""`` where it simply knows it."""
        labels = set(model_labels)
        if self.has_photo_model(class_id, labels):
            return ""
        seen_as = self.get(class_id).seen_as
        if seen_as in labels:
            name = self.name(seen_as, language)
            return f"sur photo, vu comme « {name} »" if language == "fr" else f"on a photo, seen as “{name}”"
        return "pas encore de modèle" if language == "fr" else "no model yet"

    # --- words ---------------------------------------------------------------------------------------------------

    def class_from_words(
        self, *, service_name: str = "", group: str = "", service_code: str = "", description: str = ""
    ) -> WordsMatch:
        """Return the class that a report's own words give, with the words; never a guess.

        Parameters
        ----------
        service_name, group, service_code, description : str
            As in GeoReport v2; ``""`` where the source has none. A code counts where it is made of words.
        """
        by_name = self._cached_name(service_name, group, service_code)
        if by_name.class_id or not description:
            return by_name
        by_text = self._cached_text(description, "description")
        return by_text if by_text.evidence else by_name

    def classes_from_words(
        self,
        *,
        service_name: Optional[Sequence[str]] = None,
        group: Optional[Sequence[str]] = None,
        service_code: Optional[Sequence[str]] = None,
        description: Optional[Sequence[str]] = None,
    ) -> tuple[NDArray[Any], list[WordsMatch]]:
        """Return the class ids (an object array) and the matches of many reports; columns of one length, or None."""
        given = [column for column in (service_name, group, service_code, description) if column is not None]
        count = len(given[0]) if given else 0
        blank = [""] * count
        rows = zip(service_name or blank, group or blank, service_code or blank, description or blank)
        matches = [
            self.class_from_words(service_name=name, group=family, service_code=code, description=text)
            for name, family, code, text in rows
        ]
        return objects(match.class_id for match in matches), matches

    def _match_name(self, service_name: str, group: str, service_code: str) -> WordsMatch:
        name_key = _key(service_name)
        known = self._pairs.get((_key(group), name_key)) or self._names.get(name_key)
        said = service_name
        if known is None and service_code and not service_code.isdigit():
            known, said = self._names.get(_key(service_code)), service_code
        if known is not None and known[0]:
            return WordsMatch(known[0], (said.strip(),), "service")
        if known is not None:
            return WordsMatch("", (said.strip(),), "to qualify")
        inside = self._match_text(service_name or service_code, "name")
        if inside.class_id:
            return inside
        of_group = self._names.get(_key(group))
        if of_group is not None and of_group[0]:
            return WordsMatch(of_group[0], (group.strip(),), "group")
        return inside

    def _match_text(self, text: str, how: How) -> WordsMatch:
        text = unicodedata.normalize("NFC", text)
        tokens = _tokens(text)
        found = [match for match in self._phrases.find([token[0] for token in tokens]) if match.phrase.class_id]
        sure = [match for match in found if match.phrase.sure]
        matches = sorted(sure or found, key=lambda match: min(match.starts))
        if not matches:
            return NO_MATCH
        classes = {match.phrase.class_id for match in matches}
        if len(classes) > 1:
            # Bags and a mattress are both waste: the wider class of all is no guess.
            classes = {self._classes[class_id].seen_as or class_id for class_id in classes}
        evidence = tuple(dict.fromkeys(_written(text, tokens, match) for match in matches))
        return WordsMatch(classes.pop(), evidence, how) if len(classes) == 1 else WordsMatch("", evidence, "ambiguous")

    # --- reading -------------------------------------------------------------------------------------------------

    def _fail(self, line: int, what: str) -> DataError:
        return DataError(what, where=f"{self.path}:{line}")

    def _target(self, class_id: str, line: int) -> str:
        if class_id == TO_QUALIFY:
            return ""
        if class_id not in self._classes:
            raise self._fail(line, f"there is no class '{class_id}'")
        return class_id

    def _read_names(self, file: _File) -> None:
        for services in file.services:
            for class_id, names in services.names.items():
                for name in names:
                    self._add_name(_key(name), self._target(class_id, name.line), name)
        subtypes: dict[str, set[tuple[Optional[str], Written]]] = {}
        for vocabulary in file.vocabularies:
            for entry in vocabulary.types:
                for class_id, names in entry.subtypes.items():
                    for name in names:
                        target = self._target(class_id, name.line)
                        pair = (_key(entry.type), _key(name))
                        earlier = self._pairs.setdefault(pair, (target, name))
                        if earlier[0] != target:
                            raise self._fail(name.line, f"'{name}' has another class in line {earlier[1].line}")
                        # A subtype that needs its type blocks its namesakes too.
                        subtypes.setdefault(pair[1], set()).add((target if entry.alone else None, name))
        for key, targets in subtypes.items():
            (alone, name), *others = targets
            if alone is not None and all(other == alone for other, _ in others):
                self._names.setdefault(key, (alone, name))

    def _add_name(self, key: str, target: str, name: Written) -> None:
        if not key:
            raise self._fail(name.line, f"'{name}' holds no word")
        earlier = self._names.setdefault(key, (target, name))
        if earlier[0] != target:
            raise self._fail(name.line, f"'{name}' has another class in line {earlier[1].line} ('{earlier[1]}')")

    def _read_phrases(self, file: _File) -> list[_Phrase]:
        seen: dict[frozenset[tuple[str, ...]], tuple[str, int]] = {}
        out = []
        for class_id, phrases in file.phrases.items():
            target = self._target(class_id, phrases.line)
            for written in (*phrases.sure, *phrases.hint):
                parts = tuple(tuple(fold(part).split()) for part in written.split("+"))
                if not all(parts):
                    raise self._fail(written.line, f"'{written}' holds no word on one side of '+'")
                earlier = seen.setdefault(frozenset(parts), (target, written.line))
                if earlier[0] != target:
                    raise self._fail(written.line, f"'{written}' has another class in line {earlier[1]}")
                out.append(_Phrase(parts, target, sure=written in phrases.sure))
        return out


def _written(text: str, tokens: Sequence[tuple[str, int, int]], match: _Found) -> str:
    out, end = "", -1
    for start, part in sorted(zip(match.starts, match.phrase.parts)):
        if out:
            out += text[tokens[end][2] : tokens[start][1]] if start == end + 1 else " … "
        end = start + len(part) - 1
        out += text[tokens[start][1] : tokens[end][2]]
    return out


def _icon_path(taxonomy: Path, icon: str) -> Path:
    own = taxonomy.parent / "icons" / "classes" / icon
    return own if own.is_file() else resources.path("icons", "classes", icon)


def _check_classes(file: _File, path: Path) -> None:
    def fail(line: int, what: str) -> DataError:
        return DataError(what, where=f"{path}:{line}")

    groups: set[str] = set()
    for group in file.groups:
        if not _ID.fullmatch(group.id) or group.id in groups:
            raise fail(group.line, f"group id '{group.id}' is used twice or not in snake_case")
        if not _COLOUR.fullmatch(group.colour):
            raise fail(group.line, f"colour '{group.colour}' is not #RRGGBB")
        groups.add(group.id)
    known = {entry.id for entry in file.classes}
    seen: set[str] = set()
    for entry in file.classes:
        if not _ID.fullmatch(entry.id) or entry.id in seen or entry.id == TO_QUALIFY:
            raise fail(entry.line, f"class id '{entry.id}' is used twice, reserved or not in snake_case")
        if entry.group not in groups:
            raise fail(entry.line, f"there is no group '{entry.group}'")
        if entry.seen_as and (entry.seen_as not in known or entry.seen_as == entry.id):
            raise fail(entry.line, f"seen_as: there is no other class '{entry.seen_as}'")
        if Path(entry.icon).name != entry.icon or not _icon_path(path, entry.icon).is_file():
            raise fail(entry.line, f"there is no icon '{entry.icon}' in icons/classes")
        seen.add(entry.id)


def load(path: Optional[Path] = None) -> Taxonomy:
    """Read a taxonomy, by default the shipped one (read once).

    Icons stand in the folder ``icons/classes`` beside the file, or among the shipped ones.

    Raises
    ------
    DataError
        The file can't be read or does not hold together; ``where`` is ``file:line``.
    """
    return _shipped() if path is None else _read(Path(path))


@lru_cache(maxsize=1)
def _shipped() -> Taxonomy:
    return _read(resources.path("taxonomy.yaml"))


def _read(path: Path) -> Taxonomy:
    return Taxonomy(checked_yaml.load(path, _File), path)
