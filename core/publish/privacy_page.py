# SPDX-License-Identifier: GPL-2.0-or-later
"""The register of photos as a page, in French: it stands alone, without a script."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import Path

from ..base.bilingual import Bilingual
from ..base.files import replacing
from ..errors import SigmaError
from ..privacy import load_detectors
from ..store.privacy import RegisterEntry

_WHAT = {
    "left": "Sortie",
    "left_unblurred": "Sortie sans floutage",
    "refused": "Sortie refusée",
    "deleted": "Supprimée",
}
_STYLE = (
    "body{font-family:sans-serif;margin:2em;color:#222}table{border-collapse:collapse;font-size:.9em}"
    "th,td{text-align:left;vertical-align:top;padding:.25em .7em;border-bottom:1px solid #ccc}"
    ".left_unblurred td:nth-child(2){font-weight:bold}p{max-width:50em}"
)
_COLUMNS = ("Date (UTC)", "Quoi", "Photo", "Vers", "Masqués", "Règle ou motif", "Par", "Empreinte (SHA-256)")


def write_privacy_page(path: Path, entries: Sequence[RegisterEntry], workspace: str) -> None:
    """Write the page, whole or not at all.

    Raises
    ------
    DataError
        The file can't be written.
    """
    counts = Counter(entry.what for entry in entries)
    told = " ; ".join(f"{name} : {counts[what]}" for what, name in _WHAT.items() if counts[what])
    head = "".join(f"<th>{name}</th>" for name in _COLUMNS)
    rows = "".join(_row(entry) for entry in reversed(entries))
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    empty = "<p>Aucune photo n’est sortie de cet espace de travail et aucune n’a été supprimée.</p>"
    page = (
        '<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Registre des photos — {escape(workspace)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>Registre des photos — {escape(workspace)}</h1>"
        "<p>Ce registre dit quelles copies de photos sont sorties de l’espace de travail, vers où, ce qui y a été "
        "masqué, lesquelles ont été retenues et lesquelles ont été supprimées, sous quelle règle. Il ne peut être que "
        "complété.</p>"
        f"<p>{escape(told)}</p>{table if entries else empty}</body></html>\n"
    )
    with replacing(path) as temporary:
        temporary.write_text(page, encoding="utf-8")


def photos_not_shown() -> list[Bilingual]:
    """Return what a page says where its photos can't be shown, as faces and plates can't be found; else nothing."""
    try:
        load_detectors()
    except SigmaError as error:
        return [
            Bilingual(
                fr="Les photos ne sont pas montrées : visages et plaques ne peuvent pas être floutés ici "
                f"({error.what})",
                en=f"The photos are not shown: faces and plates can't be blurred here ({error.what})",
            )
        ]
    return []


def _row(entry: RegisterEntry) -> str:
    hidden = ", ".join(
        f"{count} {name}{'s' if count > 1 and not name.endswith('main') else ''}"
        for count, name in ((entry.faces, "visage"), (entry.plates, "plaque"), (entry.manual, "à la main"))
        if count
    )
    why = " — ".join(text for text in (entry.rule, entry.reason) if text)
    cells = (
        entry.at, _WHAT.get(entry.what, entry.what), entry.photo, entry.dest or "", hidden or "–", why,
        entry.who or "–", (entry.sha256 or "")[:16],
    )  # fmt: skip
    return f'<tr class="{escape(entry.what)}">' + "".join(f"<td>{escape(str(cell))}</td>" for cell in cells) + "</tr>"
