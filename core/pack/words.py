# SPDX-License-Identifier: GPL-2.0-or-later
"""What a pack says of itself, in English and French."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import MissingPackage, SigmaError
from ..transport import NotFound, RefusedCredentials, ServerFailed, TooLarge, TooManyRequests, Unreachable


@dataclass(frozen=True)
class Words:
    """One sentence in both languages, without a final full stop."""

    en: str
    fr: str

    def in_language(self, language: str) -> str:
        """Return it in ``fr`` or ``en``."""
        return self.fr if language.startswith("fr") else self.en


NO_FILE = Words("There is no such file", "Il n'y a pas de tel fichier")
FOLDER = Words("Is a folder: give the files in it", "C'est un dossier : indiquez les fichiers qu'il contient")
OFFLINE = Words("Comes from the network, which was not to be used", "Vient du réseau, qui ne devait pas être utilisé")
NOTHING = Words("Nothing of it can be taken along", "Rien n'en peut être emporté")
NO_GEOMETRY = Words(
    "Has no geometry: nothing tells what of it lies in the commune",
    "N'a pas de géométrie : rien ne dit ce qui s'en trouve dans la commune",
)
NO_CRS = Words(
    "States no coordinate system: its positions can't be trusted. Give it one in QGIS and save it",
    "N'indique aucun système de coordonnées : ses positions ne sont pas sûres. Donnez-lui-en un dans QGIS, "
    "puis enregistrez-la",
)
EMPTY = Words("Has nothing in this commune", "N'a rien dans cette commune")
OVER_BUDGET = Words(
    "Does not fit into the size budget, even at the lowest resolution",
    "Ne tient pas dans le budget de taille, même à la plus basse résolution",
)
NEEDS_GDAL = Words(
    "A raster file needs GDAL's Python bindings, which QGIS has: make this pack in QGIS, or install python3-gdal",
    "Un fichier raster demande les modules Python de GDAL, que QGIS apporte : faites ce paquet dans QGIS, "
    "ou installez python3-gdal",
)
EXTRA_FIELDS = Words(
    "What the report servers know besides (field extra: contact data) stays in the workspace",
    "Ce que les serveurs savent en plus (champ extra : coordonnées) reste dans l'espace de travail",
)
NO_WORKSPACE = Words("No workspace was given: no reports", "Aucun espace de travail indiqué : pas de signalements")
NO_REPORTS = Words("No report lies in this commune", "Aucun signalement dans cette commune")


def of_error(error: SigmaError) -> Words:
    """Return what an error says."""
    text = error.what
    if isinstance(error, RefusedCredentials):
        return Words(text, "Le serveur refuse l'accès : clé ou mot de passe manquant")
    if isinstance(error, NotFound):
        return Words(text, "Il n'y a rien à cette adresse")
    if isinstance(error, TooManyRequests):
        return Words(text, "Le serveur demande d'attendre : réessayez plus tard")
    if isinstance(error, ServerFailed):
        return Words(text, "Le serveur est en panne : réessayez plus tard")
    if isinstance(error, TooLarge):
        return Words(text, "La réponse dépasse la taille permise")
    if isinstance(error, Unreachable):
        return Words(text, "Le serveur ne répond pas")
    if isinstance(error, MissingPackage):
        return Words(f"{text}. {error.next_step or ''}".strip(), f"Il manque un module : {text}")
    return Words(text, f"Ne peut être lu : {text}")


def repaired(n: int) -> Words:
    """Say how many geometries were made valid."""
    return Words(f"{n} geometries were not valid and were repaired", f"{n} géométries invalides ont été réparées")


def broken(n: int) -> Words:
    """Say how many geometries are lost."""
    return Words(f"{n} geometries could not be repaired and are missing", f"{n} géométries irréparables manquent")


def mixed(n: int) -> Words:
    """Say that a layer became several."""
    return Words(f"Holds {n} kinds of geometry: one layer each", f"Contient {n} types de géométrie : une couche chacun")


def fields_left_out(names: str) -> Words:
    """Say which fields are missing."""
    return Words(f"Fields of a kind that is not kept: {names}", f"Champs d'un type non conservé : {names}")


def resolution(text_en: str, text_fr: str) -> Words:
    """Say at which resolution a raster is."""
    return Words(f"Resolution {text_en}", f"Résolution {text_fr}")
