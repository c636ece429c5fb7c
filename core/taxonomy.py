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
from pathlib import Path
from typing import Any, Literal, NamedTuple, Optional

from numpy.typing import NDArray

from .. import resources
from .base import checked_yaml
from .base.bilingual import Bilingual
from .base.checked_yaml import Written
from .base.columns import objects
from .base.language import sentence
from .base.language.phrases import Found, Part, Phrase, PhraseIndex
from .base.language.spelling import Spelling
from .base.language.text import Token, fold, tokens
from .base.language.text import plain_words as plain_words
from .errors import DataError

Urgency = Literal["low", "normal", "high"]
Language = Literal["en", "fr"]
How = Literal["service", "name", "group", "description", "likeness", "ambiguous", "to qualify", "solved", ""]

TO_QUALIFY = "to_qualify"
"""The key of names that say nothing of what is wrong; in incident tables such a class is ``""``."""

_TERM = re.compile(r"<([a-z][a-z0-9_]*)>")
_BRACKETS = re.compile(r"\[[^\]]{0,400}\]")
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
    over: list[Written] = field(default_factory=list)
    line: int = 0


@dataclass(frozen=True)
class _File:
    version: Literal["1"]
    groups: tuple[Group, ...]
    classes: tuple[IncidentClass, ...]
    services: list[_Services] = field(default_factory=list)
    vocabularies: list[_Vocabulary] = field(default_factory=list)
    terms: dict[str, list[Written]] = field(default_factory=dict)
    phrases: dict[str, _Phrases] = field(default_factory=dict)


class WordsMatch(NamedTuple):
    """The class that words give (``""``: none), the words themselves as they were written, and where they stood.

    ``how`` is ``service`` (a service name or pair known as a whole), ``name`` (phrases inside the service name),
    ``group``, ``description``, ``likeness`` (words like those of other reports: :mod:`~.words`), ``ambiguous`` (the
    words speak of two classes), ``to qualify`` (a name known to say nothing), ``solved`` (they say that the problem is
    gone) or ``""``. ``classes``: all classes that phrases name, in the order of the text; several where ambiguous.
    """

    class_id: str
    evidence: tuple[str, ...]
    how: How
    classes: tuple[str, ...] = ()

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
                "solved": "ses mots disent que c'est réglé",
            }.get(self.how, "d'après ses mots")
            return f"{said} : {words}"
        words = ", ".join(f"“{word}”" for word in self.evidence)
        said = {
            "service": "from its category",
            "group": "from its category",
            "likeness": "from words like those of other reports",
            "ambiguous": "its words speak of several problems",
            "to qualify": "its category does not tell the problem",
            "solved": "its words say that it is mended",
        }.get(self.how, "from its words")
        return f"{said}: {words}"


NO_MATCH = WordsMatch("", (), "")


def _key(text: str) -> str:
    return fold(_BRACKETS.sub(" ", text))


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
        self._over = {
            self._target(class_id, phrases.line): {self._target(wider, wider.line) for wider in phrases.over}
            for class_id, phrases in file.phrases.items()
        }
        self._rules = sentence.load()
        self._phrases = PhraseIndex(self._read_phrases(file), self._read_terms(file))
        self._spelling = Spelling(self._phrases.words(), self._rules.right)
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
        if how == "description":
            text = sentence.impersonal(text)
        stand = tokens(text)
        plain = [token.word for token in stand]
        words = [self._spelling.read(word) for word in plain]
        found = [match for match in self._phrases.find(stand, words) if match.phrase.class_id]
        found = [match for match in found if not self._rules.denies(words, match.positions(), _is_name(match))]
        if how == "description" and (solved := self._rules.solved(words)) is not None:
            return WordsMatch("", (text[stand[solved[0]].start : stand[solved[1] - 1].end],), "solved")
        found = self._where_it_is(found, self._rules.places(words))
        sure = [match for match in found if match.phrase.sure]
        matches = sorted(sure or found, key=lambda match: match.start)
        if not matches:
            return NO_MATCH
        named = tuple(dict.fromkeys(match.phrase.class_id for match in matches))
        classes = set(named)
        for class_id in named:
            # What is full is not dumped, what smells is a dead animal: the cause is meant.
            classes -= self._over.get(class_id, set())
        named = tuple(class_id for class_id in named if class_id in classes)
        matches = [match for match in matches if match.phrase.class_id in classes]
        if len(classes) > 1:
            # Bags and a mattress are both waste: the wider class of all is no guess.
            classes = {self._classes[class_id].seen_as or class_id for class_id in classes}
        evidence = tuple(dict.fromkeys(_written(text, stand, match) for match in matches))
        if len(classes) > 1:
            return WordsMatch("", evidence, "ambiguous", named)
        (one,) = classes
        return WordsMatch(one, evidence, how, named if one in named else (one, *named))

    @staticmethod
    def _where_it_is(found: list[Found], places: set[int]) -> list[Found]:
        """Leave out what only says where the problem is, unless nothing else says anything."""
        if not places:
            return found
        outside = [match for match in found if places.isdisjoint(match.positions())]
        partly = [match for match in found if match.phrase.sure and not places.issuperset(match.positions())]
        return outside or partly or [match for match in found if match.phrase.sure]

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

    def _read_terms(self, file: _File) -> dict[str, list[Part]]:
        out: dict[str, list[Part]] = {}
        for name, written in file.terms.items():
            if not _ID.fullmatch(name):
                raise self._fail(written[0].line if written else 1, f"term '{name}' is not in snake_case")
            parts = [tuple(fold(words).split()) for words in written]
            if not parts or not all(parts):
                raise self._fail(written[0].line if written else 1, f"term '{name}' holds no word somewhere")
            out[f"<{name}>"] = parts
        return out

    def _read_phrases(self, file: _File) -> list[Phrase]:
        seen: dict[frozenset[str], tuple[str, int]] = {}
        out = []
        for class_id, phrases in file.phrases.items():
            target = self._target(class_id, phrases.line)
            for written in (*phrases.sure, *phrases.hint):
                parts = tuple(self._part(part, written, file) for part in written.split("+"))
                earlier = seen.setdefault(frozenset(parts), (target, written.line))
                if earlier[0] != target:
                    raise self._fail(written.line, f"'{written}' has another class in line {earlier[1]}")
                out.append(Phrase(parts, target, sure=written in phrases.sure))
        return out

    def _part(self, written: str, phrase: Written, file: _File) -> str:
        term = _TERM.fullmatch(written.strip())
        if term is not None:
            if term[1] not in file.terms:
                raise self._fail(phrase.line, f"there is no term '{term[1]}'")
            return term[0]
        part = fold(written)
        if not part:
            raise self._fail(phrase.line, f"'{phrase}' holds no word on one side of '+'")
        return part


def _is_name(match: Found) -> bool:
    """Whether a phrase is the name of a problem (litter), not a thing and what ails it (bin, full)."""
    return match.phrase.sure and len(match.phrase.parts) == 1


def _written(text: str, stand: Sequence[Token], match: Found) -> str:
    out, end = "", -1
    for start, count in sorted(match.spans):
        if out:
            out += text[stand[end].end : stand[start].start] if start == end + 1 else " … "
        end = start + count - 1
        out += text[stand[start].start : stand[end].end]
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
