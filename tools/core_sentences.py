# SPDX-License-Identifier: GPL-2.0-or-later
"""The sentences that the core says, read from its sources, beside their French in ``i18n/core_fr.json``.

    python tools/core_sentences.py            what has no French, or French that does not fit; exit code 1 if any
    python tools/core_sentences.py --unused   French of sentences that the core does not say any more
    python tools/core_sentences.py --drop     take the unused ones out of the file
    python tools/core_sentences.py --add FILE put the pairs of a JSON file in

A sentence is a string literal of ``core/`` that reads as English prose: an argument of an error, a reason, a message, a
name of a stage, a constant that becomes one. What is put in becomes ``{0}``, ``{1}``…; a conditional expression whose
branches are literals gives one sentence for each. ``tools/core_sentences.yaml`` names what no person at a screen
reads, with the reason, and the English in data files that a screen shows.
"""

from __future__ import annotations

import argparse
import ast
import itertools
import json
import re
import string
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, Optional

import yaml

ROOT = Path(__file__).resolve().parents[1]
FRENCH = ROOT / "i18n" / "core_fr.json"
NOT_SHOWN = Path(__file__).with_suffix(".yaml")

_SAYS = re.compile(
    r"(Error|Rejected|Refused|Finding|Cancelled|MissingPackage|BadAnswer|NotFound|NoRoom|Unreachable|NotTrusted"
    r"|TooLarge|fail|failed|refused|unfit|^_No|reject|warning|info|stage)$"
)
"""Calls whose literal arguments are said."""
_WORDS = {"stage", "Finding"}
"""Calls whose arguments are said even where they are one word; elsewhere that is a code."""
_SAID = {"what", "next_step", "reason", "message", "where", "note", "verdict"}
_NOT_SAID = {
    "Bilingual", "same", "WfsVersion", "Sentence", "Markup", "safe", "execute", "executemany", "executescript",
    "compile", "debug", "getattr",
    "option", "argument", "Literal", "TypeVar", "Thread", "startswith", "endswith", "removeprefix", "removesuffix",
    "search", "match", "fullmatch", "sub", "finditer", "findall", "strptime", "strftime", "encode", "scalar",
}  # fmt: skip
"""Calls whose arguments are data, SQL, patterns or pages that are bilingual already."""
_CODE = re.compile(
    r"^\s*(SELECT|INSERT|UPDATE [a-z_]+ SET|DELETE FROM|CREATE|WITH [a-z]|PRAGMA|DROP|ALTER|ATTACH|DETACH|BEGIN"
    r"|SAVEPOINT|FROM |JOIN|LEFT JOIN|WHERE|AND |ORDER BY|GROUP BY|UNION|VALUES|ON CONFLICT|CASE )|</|^\s*<|\\b|\(\?"
    r"|\b(SELECT|FROM|WHERE|IS NULL|NOTNULL)\b"
)
_FRENCH = re.compile(
    r"[àâçéèêëîïôùûüœ]|\b(le|la|les|des|une|du|d'|parce que|pas de|ce qui|est|sur|dans|aucune?|pour|avec)\b ", re.I
)
_DATA = re.compile(r"^\{\"|[|\\^$]|://\w|;q=|@\w+\.|\w/\w+[+;,]|=\{|^_|%\.\d|^\(?\?|\w\(")
_PROSE = re.compile(r"[A-Za-z]{2,}['’]?[a-z]*[ ,:;(“'’]+.*[A-Za-z]{2,}|[a-z]{3,}.*[.:;!?]")


class Sentence(NamedTuple):
    """A template and where the core says it."""

    template: str
    path: str
    line: int


_Piece = Optional[str]
"""A literal part of a sentence, or None where something is put in."""


def of_core(root: Path = ROOT) -> list[Sentence]:
    """Return the sentences of ``core/`` that a person at a screen may meet, each once, in the order of the sources."""
    not_shown = yaml.safe_load(NOT_SHOWN.read_text(encoding="utf-8"))
    left_out, found = set(not_shown["sentences"]), {}
    for path in sorted((root / "core").rglob("*.py")):
        name = path.relative_to(root).as_posix()
        if any(name == said or (said.endswith("/") and name.startswith(said)) for said in not_shown["files"]):
            continue
        for sentence in _of_file(path, name):
            if sentence.template not in left_out:
                found.setdefault(sentence.template, sentence)
    for template, where in (not_shown.get("data") or {}).items():
        found.setdefault(template, Sentence(template, where, 0))
    return list(found.values())


def _of_file(path: Path, name: str) -> Iterator[Sentence]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if not _begins(node, parents):
            continue
        said = _place(node, parents)
        if said is None:
            continue
        for pieces in _variants(node):
            template = _template(pieces)
            if _reads_as_prose(template, surely=said):
                yield Sentence(template, name, node.lineno)  # type: ignore[attr-defined]


def _is_text(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, (ast.Add, ast.Mod)) and (_is_text(node.left) or _is_text(node.right))
    return isinstance(node, ast.JoinedStr)


def _begins(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether a text is a whole one, not a part of a longer one (a value put in counts as whole)."""
    if not _is_text(node):
        return False
    parent = parents.get(node)
    if isinstance(parent, (ast.JoinedStr, ast.Expr)) or (isinstance(parent, ast.BinOp) and _is_text(parent)):
        return False
    if isinstance(parent, ast.FormattedValue) and parent.format_spec is node:
        return False
    # The branches of a conditional inside a longer text are told with that text.
    while isinstance(parent, ast.IfExp) and node is not parent.test:
        node, parent = parent, parents.get(parent)
    if isinstance(parent, ast.FormattedValue):
        return not isinstance(node, ast.IfExp)
    return not (isinstance(parent, ast.BinOp) and _is_text(parent))


def _place(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> Optional[bool]:
    """Return whether a text is surely said (an argument of an error, a reason), perhaps (False), or is data (None)."""
    child, keyword = node, ""
    while child in parents:
        parent = parents[child]
        if isinstance(parent, (ast.Compare, ast.Subscript, ast.AnnAssign)) and not (
            isinstance(parent, ast.AnnAssign) and child is parent.value
        ):
            return None
        if isinstance(parent, ast.Dict) and child in parent.keys:
            return None
        if isinstance(parent, ast.arguments):
            return None
        if isinstance(parent, ast.keyword):
            keyword = parent.arg or ""
        if isinstance(parent, ast.Call) and child is not parent.func:
            called = parent.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name in _NOT_SAID:
                return None
            if name not in _WORDS and isinstance(node, ast.Constant) and re.fullmatch(r"[a-z-]+", str(node.value)):
                return None
            return bool(_SAYS.search(name)) or keyword in _SAID
        if isinstance(parent, ast.stmt):
            return False
        child = parent
    return False


def _variants(node: ast.AST) -> Iterator[list[_Piece]]:
    """Yield the pieces of a text, once for each choice of its conditional parts (at most 16 times)."""
    yield from itertools.islice((list(pieces) for pieces in _choices(node)), 16)


def _choices(node: ast.AST) -> list[list[_Piece]]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [[node.value]]
    if isinstance(node, ast.IfExp) and (_is_text(node.body) or _is_text(node.orelse)):
        return [*_choices(node.body), *_choices(node.orelse)]
    if isinstance(node, ast.JoinedStr):
        return _chained(node.values)
    if isinstance(node, ast.FormattedValue):
        return _choices(node.value) if isinstance(node.value, ast.IfExp) else [[None]]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and _is_text(node):
        return _chained([node.left, node.right])
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) and _is_text(node.left):
        return [
            [piece for part in re.split(r"(%[srd])", text or "") for piece in ([None] if part[:1] == "%" else [part])]
            for text in (["".join(p or "" for p in pieces)] for pieces in _choices(node.left))
            for text in text
        ]
    return [[None]]


def _chained(nodes: Iterable[ast.AST]) -> list[list[_Piece]]:
    choices = itertools.product(*(_choices(node) for node in nodes))
    return [[piece for part in choice for piece in part] for choice in choices]


def _template(pieces: list[_Piece]) -> str:
    """Return the text with ``{0}``, ``{1}``… where something is put in, also by ``str.format``."""
    parts: list[str] = []
    count = itertools.count()
    formatted = None not in pieces
    for piece in pieces:
        if piece is None:
            parts.append(f"{{{next(count)}}}")
        elif formatted:
            parts.append(_numbered(piece, count))
        else:
            parts.append(piece)
    return "".join(parts).strip()


def _numbered(text: str, count: Iterator[int]) -> str:
    """Number the fields of ``str.format`` anew; a text with other braces stays as it is."""
    try:
        fields = list(string.Formatter().parse(text))
    except ValueError:
        return text
    if not all(name is None or re.fullmatch(r"\w*(\.\w+)?", name) for _, name, _, _ in fields):
        return text
    return "".join(literal + ("" if name is None else f"{{{next(count)}}}") for literal, name, _, _ in fields)


def _reads_as_prose(template: str, *, surely: bool) -> bool:
    words = re.sub(r"\{\d+\}", " ", template)
    if not surely and _DATA.search(template):
        return False
    if _CODE.search(template) or _FRENCH.search(words) or not re.search(r"[A-Za-z]{2}", words):
        return False
    if "\n" in template.strip() or re.fullmatch(r"[\w.:/*?={}\[\]()|+-]+", template):
        return surely and bool(re.fullmatch(r"[a-z]{3,}", template))
    return surely or bool(_PROSE.search(words))


# --- the French --------------------------------------------------------------------------------------------------


def placeholders(template: str) -> set[str]:
    """Return the numbers of what is put in: ``{0}``, in French also ``{0:n}`` (a number) and ``{0|one|many}``."""
    return set(re.findall(r"\{(\d+)(?=[}:|])", template))


def french() -> dict[str, str]:
    """Return English template → French template."""
    return dict(json.loads(FRENCH.read_text(encoding="utf-8"))) if FRENCH.exists() else {}


def typography(text: str) -> str:
    """Put the no-break spaces of French where plain ones were typed."""
    text = re.sub(r" (?=[;!?%])", "\u202f", text)
    return re.sub(r" (?=:(?:\s|$|\{))|(?<=«) | (?=»)", "\u00a0", text)


def unfit(sentences: Iterable[Sentence], said: dict[str, str]) -> Iterator[tuple[Sentence, str]]:
    """Yield each sentence that has no French, or whose French does not fit, with the reason."""
    for sentence in sentences:
        text = said.get(sentence.template, "")
        if not text.strip():
            yield sentence, "no French"
        elif placeholders(text) != placeholders(sentence.template):
            yield sentence, "other placeholders in French"
        elif text != typography(text):
            yield sentence, "plain spaces where French has no-break spaces"


def _write(said: dict[str, str]) -> None:
    # Pairs, no object: what scans for secrets takes "… password …": "…" for one.
    pairs = ",\n".join(json.dumps(pair, ensure_ascii=False) for pair in sorted(said.items()))
    FRENCH.write_text(f"[\n{pairs}\n]\n", encoding="utf-8")


def main(arguments: Optional[list[str]] = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--unused", action="store_true", help="list French that the core does not need any more")
    parser.add_argument("--drop", action="store_true", help="take that French out of the file")
    parser.add_argument("--add", type=Path, metavar="FILE", help="put the pairs of a JSON file in")
    parser.add_argument("--json", action="store_true", help="print what has no French as JSON, to be filled in")
    chosen = parser.parse_args(arguments)
    sentences, said = of_core(), french()
    if chosen.add:
        given: dict[str, Any] = json.loads(chosen.add.read_text(encoding="utf-8"))
        said.update({template: typography(text) for template, text in given.items()})
        _write(said)
    unused = sorted(set(said) - {sentence.template for sentence in sentences})
    if chosen.drop:
        _write({template: text for template, text in said.items() if template not in unused})
    if chosen.unused:
        print("\n".join(unused))
        return 0
    missing = list(unfit(sentences, said))
    if chosen.json:
        print(json.dumps({sentence.template: "" for sentence, _ in missing}, ensure_ascii=False, indent=0))
    else:
        for sentence, why in missing:
            print(f"{sentence.path}:{sentence.line}: {why}: {sentence.template}")
        print(f"{len(sentences)} sentences, {len(missing)} to do, {len(unused)} unused")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
