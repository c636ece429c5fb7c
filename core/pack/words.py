# SPDX-License-Identifier: GPL-2.0-or-later
"""What a pack says of itself, in English and French."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

from ..base.bilingual import Bilingual
from ..errors import DataError, MissingPackage, SigmaError
from ..vector.tables import NotRead

NO_FILE = Bilingual(en="There is no such file", fr="Il n'y a pas de tel fichier")
FOLDER = Bilingual(en="Is a folder: give the files in it", fr="C'est un dossier : indiquez les fichiers qu'il contient")
OFFLINE = Bilingual(
    en="Comes from the network, which was not to be used", fr="Vient du réseau, qui ne devait pas être utilisé"
)
NOTHING = Bilingual(en="Nothing of it can be taken along", fr="Rien n'en peut être emporté")
NO_GEOMETRY = Bilingual(
    en="Has no geometry: nothing tells what of it lies in the commune",
    fr="N'a pas de géométrie : rien ne dit ce qui s'en trouve dans la commune",
)
NO_CRS = Bilingual(
    en="States no coordinate system: its positions can't be trusted. Give it one in QGIS and save it",
    fr="N'indique aucun système de coordonnées : ses positions ne sont pas sûres. Donnez-lui-en un dans QGIS, "
    "puis enregistrez-la",
)
EMPTY = Bilingual(en="Has nothing in this commune", fr="N'a rien dans cette commune")
OVER_BUDGET = Bilingual(
    en="Does not fit into the size budget, even at the lowest resolution",
    fr="Ne tient pas dans le budget de taille, même à la plus basse résolution",
)
NEEDS_GDAL = Bilingual(
    en="A raster file needs GDAL's Python bindings, which QGIS has: make this pack in QGIS, or install python3-gdal",
    fr="Un fichier raster demande les modules Python de GDAL, que QGIS apporte : faites ce paquet dans QGIS, "
    "ou installez python3-gdal",
)
EXTRA_FIELDS = Bilingual(
    en="What the report servers know besides (field extra: contact data) stays in the workspace",
    fr="Ce que les serveurs savent en plus (champ extra : coordonnées) reste dans l'espace de travail",
)
NO_WORKSPACE = Bilingual(
    en="No workspace was given: no reports", fr="Aucun espace de travail indiqué : pas de signalements"
)
NO_REPORTS = Bilingual(en="No report lies in this commune", fr="Aucun signalement dans cette commune")


class NotTaken(DataError):
    """What was asked for and can't be taken along; ``words`` says why in both languages."""

    def __init__(self, words: Bilingual, *, where: Optional[str] = None, next_step: Optional[str] = None) -> None:
        super().__init__(words.en, where=where, next_step=next_step)
        self.words = words


_BY_CODE = {
    "page": "C'est une page à lire, pas une couche",
    "document": "C'est un document à lire, pas une couche",
    "csw": "C'est un catalogue, pas une couche",
    "style": "C'est un style, qui accompagne une couche",
    "file": "C'est un fichier d'un format qui ne se charge pas d'ici : téléchargez-le",
    "other-kind": "C'est un lien d'un autre genre ({0}), qui n'a pas été demandé",
    "no-layer": "Ce lien ({0}) n'est pas une couche",
    "relative": "L'adresse est incomplète : la fiche ne dit pas sur quel serveur",
    "runs-code": "Un lien {0}: exécuterait du code : refusé",
    "own-computer": "C'est un fichier sur l'ordinateur de quelqu'un : refusé",
    "scheme": "L'adresse commence par {0}: ; seuls http et https se chargent",
    "no-address": "L'adresse ne peut être lue",
    "credentials": "L'adresse contient un mot de passe : utilisez une authentification de QGIS",
    "unasked": "Seul le service peut le dire : il faut l'interroger",
    "no-service": "Aucun service ne répond à cette adresse",
    "no-layers": "Le service {0} répond et n'a aucune couche",
    "no-such-layer": "Le service {0} n'a pas de couche « {2} »",
    "which-layer": "Le service {0} a {1} couches et la fiche ne dit pas laquelle",
    "several-layers": "Le service a plusieurs couches et la fiche ne dit pas laquelle",
    "no-tiles": "Le WMTS ne donne pas de tuiles pour cette couche",
    "no-template": "L'adresse n'est pas un modèle de tuiles : il y faut {{z}}, {{x}} et {{y}}",
    "no-arcgis-layer": "L'adresse ArcGIS ne nomme aucun service de couches",
    "newer-qgis": "Demande QGIS {0} ou plus récent",
    "private": "L'adresse mène dans un réseau privé, où son catalogue n'est pas : refusé",
    "provider": "Un projet venu du réseau n'ouvre pas de source de ce genre ({0})",
    "data-elsewhere": "Ses données sont sur l'ordinateur de l'auteur du projet",
    "in-project": "Cette couche ne se charge pas sans son projet",
    "no-data": "Ce qui se trouve à l'adresse n'est pas une couche",
    "web-page": "L'adresse donne une page web au lieu des données : une connexion est peut-être demandée",
    "sign-in": "Le serveur refuse l'accès : clé ou mot de passe manquant",
    "gone": "Il n'y a plus rien à cette adresse",
    "busy": "Le serveur demande d'attendre : réessayez plus tard",
    "refused": "Le serveur refuse la demande",
    "server-fault": "Le serveur est en panne : réessayez plus tard",
    "unknown-host": "Ce serveur est inconnu : vérifiez l'adresse et le réseau",
    "unreachable": "Le serveur ne peut être joint",
    "no-answer": "Le serveur ne répond pas",
    "connection-lost": "La liaison avec le serveur s'est rompue",
    "proxy": "Le proxy refuse ou ne répond pas",
    "certificate": "Le certificat du serveur n'est pas reconnu",
    "bad-answer": "La réponse du serveur ne peut être lue",
    "too-large": "La réponse dépasse la taille permise",
}
"""French of the codes of errors and of links that were refused; ``{0}`` … are their values."""


def by_code(code: str, en: str, values: Sequence[str] = ()) -> Bilingual:
    """Return a reason; one whose code is not known is quoted in French as the program said it."""
    french = _BY_CODE.get(code)
    try:
        return Bilingual(en=en, fr=french.format(*values) if french else f"Le programme dit « {en} »")
    except IndexError:
        return Bilingual(en=en, fr=f"Le programme dit « {en} »")


def of_error(error: SigmaError) -> Bilingual:
    """Return what an error says."""
    if isinstance(error, NotTaken):
        return error.words
    if isinstance(error, NotRead):
        return Bilingual(en=error.what, fr=f"Ne peut être lu comme fichier vecteur (GDAL : « {error.said} »)")
    if isinstance(error, MissingPackage):
        return Bilingual(
            en=f"{error.what}. {error.next_step or ''}".strip(), fr=f"Il manque un module à Python ({error.what})"
        )
    return by_code(error.code, error.what)


def no_such_layer(name: str, known: Sequence[str]) -> Bilingual:
    """Say that a file has no layer of this name, and which ones it has."""
    names = ", ".join(known)
    return Bilingual(
        en=f"Has no layer '{name}' (its layers: {names or 'none'})",
        fr=f"N'a pas de couche « {name} » (ses couches : {names or 'aucune'})",
    )


def no_json(error: Exception) -> Bilingual:
    """Say that a service's answer breaks off, or is something else."""
    return Bilingual(
        en=f"The answer is cut or is no JSON: {error}",
        fr=f"La réponse du service est tronquée ou illisible (« {error} »)",
    )


def service_said(text: str) -> Bilingual:
    """Say that a service gave a message instead of data."""
    return Bilingual(en=f"The service refused: {text}", fr=f"Le service refuse et répond « {text} »")


def no_geometries(n: int) -> Bilingual:
    """Say how many features have no geometry."""
    return Bilingual(
        en=f"{n} features have no geometry: nothing tells where they lie, they are missing",
        fr=f"{n} entités sans géométrie manquent : rien ne dit où elles se trouvent",
    )


def repaired(n: int) -> Bilingual:
    """Say how many geometries were made valid."""
    return Bilingual(
        en=f"{n} geometries were not valid and were repaired", fr=f"{n} géométries invalides ont été réparées"
    )


def broken(n: int) -> Bilingual:
    """Say how many geometries are lost."""
    return Bilingual(
        en=f"{n} geometries could not be repaired and are missing", fr=f"{n} géométries irréparables manquent"
    )


def mixed(n: int) -> Bilingual:
    """Say that a layer became several."""
    return Bilingual(
        en=f"Holds {n} kinds of geometry: one layer each", fr=f"Contient {n} types de géométrie : une couche chacun"
    )


def fields_left_out(names: str) -> Bilingual:
    """Say which fields are missing."""
    return Bilingual(en=f"Fields of a kind that is not kept: {names}", fr=f"Champs d'un type non conservé : {names}")


def resolution(text_en: str, text_fr: str) -> Bilingual:
    """Say at which resolution a raster is."""
    return Bilingual(en=f"Resolution {text_en}", fr=f"Résolution {text_fr}")
