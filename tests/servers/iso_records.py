# SPDX-License-Identifier: GPL-2.0-or-later
"""Metadata records of the tests' own: ISO 19139 about made-up layers of the metropolis, as many as are asked for."""

from __future__ import annotations

import random
import uuid
from pathlib import Path
from xml.sax.saxutils import escape

SUBJECTS = (
    ("Zonage du plan local d'urbanisme intercommunal", "Usage des sols", "planningCadastre", "zonage, urbanisme, PLUi"),
    ("Points lumineux de l'éclairage public", "Services d'utilité publique", "utilitiesCommunication", "éclairage"),
    ("Tronçons de voirie métropolitaine", "Réseaux de transport", "transportation", "voirie, route"),
    ("Points d'apport volontaire des déchets", "Services d'utilité publique", "environment", "déchets, collecte"),
    ("Espaces verts et alignements d'arbres", "Environnement", "environment", "arbres, parcs"),
    ("Canalisations d'eau potable", "Services d'utilité publique", "utilitiesCommunication", "réseau, eau"),
    ("Parcelles cadastrales", "Parcelles cadastrales", "planningCadastre", "cadastre, parcelle"),
    ("Pistes cyclables et stationnement vélo", "Réseaux de transport", "transportation", "vélo, piste cyclable"),
    ("Obligations légales de débroussaillement", "Zones à risque naturel", "environment", "forêt, incendie"),
    ("Street furniture inventory", "Services d'utilité publique", "structure", "benches, bins"),
)  # fmt: skip
PLACES = (
    "Marseille", "Aix-en-Provence", "Martigues", "Aubagne", "Istres", "Salon-de-Provence", "Vitrolles", "Marignane",
    "Berre-l'Étang", "La Ciotat", "Miramas", "Gardanne", "Allauch", "Les Pennes-Mirabeau", "Châteauneuf-les-Martigues",
)  # fmt: skip
_FILL = (
    "levé", "au", "sol", "par", "les", "services", "techniques,", "contrôlé", "sur", "orthophotographie,", "mis",
    "à", "jour", "chaque", "trimestre", "avec", "les", "communes", "membres", "et", "diffusé", "aux", "agents",
    "par", "le", "catalogue", "métropolitain", "pour", "la", "gestion", "de", "l'espace", "public",
)  # fmt: skip

TEMPLATE = """<?xml version="1.0" encoding="UTF-8"?>
<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco">
<gmd:fileIdentifier><gco:CharacterString>{id}</gco:CharacterString></gmd:fileIdentifier>
<gmd:language><gmd:LanguageCode codeList="http://www.loc.gov/standards/iso639-2/" codeListValue="fre"/></gmd:language>
<gmd:hierarchyLevel><gmd:MD_ScopeCode codeList="x" codeListValue="dataset"/></gmd:hierarchyLevel>
<gmd:contact><gmd:CI_ResponsibleParty><gmd:organisationName><gco:CharacterString>{organisation}</gco:CharacterString>
</gmd:organisationName><gmd:role><gmd:CI_RoleCode codeList="x" codeListValue="pointOfContact"/></gmd:role>
</gmd:CI_ResponsibleParty></gmd:contact>
<gmd:dateStamp><gco:Date>{modified}</gco:Date></gmd:dateStamp>
<gmd:referenceSystemInfo><gmd:MD_ReferenceSystem><gmd:referenceSystemIdentifier><gmd:RS_Identifier><gmd:code>
<gco:CharacterString>EPSG:2154</gco:CharacterString></gmd:code></gmd:RS_Identifier></gmd:referenceSystemIdentifier>
</gmd:MD_ReferenceSystem></gmd:referenceSystemInfo>
<gmd:identificationInfo><gmd:MD_DataIdentification>
<gmd:citation><gmd:CI_Citation><gmd:title><gco:CharacterString>{title}</gco:CharacterString></gmd:title>
<gmd:date><gmd:CI_Date><gmd:date><gco:Date>2020-05-01</gco:Date></gmd:date><gmd:dateType>
<gmd:CI_DateTypeCode codeList="x" codeListValue="publication"/></gmd:dateType></gmd:CI_Date></gmd:date>
</gmd:CI_Citation></gmd:citation>
<gmd:abstract><gco:CharacterString>{abstract}</gco:CharacterString></gmd:abstract>
<gmd:pointOfContact><gmd:CI_ResponsibleParty><gmd:organisationName>
<gco:CharacterString>{organisation}</gco:CharacterString></gmd:organisationName>
<gmd:contactInfo><gmd:CI_Contact><gmd:address><gmd:CI_Address><gmd:electronicMailAddress>
<gco:CharacterString>sig@example.org</gco:CharacterString></gmd:electronicMailAddress></gmd:CI_Address></gmd:address>
</gmd:CI_Contact></gmd:contactInfo><gmd:role><gmd:CI_RoleCode codeList="x" codeListValue="owner"/></gmd:role>
</gmd:CI_ResponsibleParty></gmd:pointOfContact>
<gmd:descriptiveKeywords><gmd:MD_Keywords>{keywords}</gmd:MD_Keywords></gmd:descriptiveKeywords>
<gmd:descriptiveKeywords><gmd:MD_Keywords><gmd:keyword><gco:CharacterString>{theme}</gco:CharacterString></gmd:keyword>
<gmd:thesaurusName><gmd:CI_Citation><gmd:title>
<gco:CharacterString>GEMET - INSPIRE themes, version 1.0</gco:CharacterString></gmd:title></gmd:CI_Citation>
</gmd:thesaurusName>
</gmd:MD_Keywords></gmd:descriptiveKeywords>
<gmd:resourceConstraints><gmd:MD_LegalConstraints><gmd:otherConstraints>
<gco:CharacterString>Licence Ouverte version 2.0</gco:CharacterString></gmd:otherConstraints></gmd:MD_LegalConstraints>
</gmd:resourceConstraints>
<gmd:spatialResolution><gmd:MD_Resolution><gmd:equivalentScale><gmd:MD_RepresentativeFraction><gmd:denominator>
<gco:Integer>5000</gco:Integer></gmd:denominator></gmd:MD_RepresentativeFraction></gmd:equivalentScale></gmd:MD_Resolution>
</gmd:spatialResolution>
<gmd:topicCategory><gmd:MD_TopicCategoryCode>{topic}</gmd:MD_TopicCategoryCode></gmd:topicCategory>
{extent}
</gmd:MD_DataIdentification></gmd:identificationInfo>
<gmd:distributionInfo><gmd:MD_Distribution><gmd:transferOptions><gmd:MD_DigitalTransferOptions>{links}
</gmd:MD_DigitalTransferOptions></gmd:transferOptions></gmd:MD_Distribution></gmd:distributionInfo>
<gmd:dataQualityInfo><gmd:DQ_DataQuality><gmd:lineage><gmd:LI_Lineage><gmd:statement>
<gco:CharacterString>{lineage}</gco:CharacterString></gmd:statement></gmd:LI_Lineage></gmd:lineage></gmd:DQ_DataQuality>
</gmd:dataQualityInfo>
</gmd:MD_Metadata>
"""
EXTENT = """<gmd:extent><gmd:EX_Extent><gmd:geographicElement><gmd:EX_GeographicBoundingBox>
<gmd:westBoundLongitude><gco:Decimal>{0}</gco:Decimal></gmd:westBoundLongitude>
<gmd:eastBoundLongitude><gco:Decimal>{2}</gco:Decimal></gmd:eastBoundLongitude>
<gmd:southBoundLatitude><gco:Decimal>{1}</gco:Decimal></gmd:southBoundLatitude>
<gmd:northBoundLatitude><gco:Decimal>{3}</gco:Decimal></gmd:northBoundLatitude>
</gmd:EX_GeographicBoundingBox></gmd:geographicElement></gmd:EX_Extent></gmd:extent>"""
LINK = """<gmd:onLine><gmd:CI_OnlineResource><gmd:linkage><gmd:URL>{url}</gmd:URL></gmd:linkage>
<gmd:protocol><gco:CharacterString>{protocol}</gco:CharacterString></gmd:protocol>
<gmd:name><gco:CharacterString>{name}</gco:CharacterString></gmd:name></gmd:CI_OnlineResource></gmd:onLine>"""


def identifier(number: int) -> str:
    """Return the identifier of record ``number``: a UUID, the same every time."""
    return str(uuid.UUID(int=0x5150_0000_4000_8000_0000_0000_0000_0000 + number))


def iso_record(number: int, *, place: str = "", modified: str = "", links: str = "", extent: str = "?") -> str:
    """Return record ``number`` as ISO 19139."""
    draw = random.Random(number)
    title, theme, topic, words = SUBJECTS[number % len(SUBJECTS)]
    place = place or PLACES[(number // len(SUBJECTS)) % len(PLACES)]
    abstract = " ".join(draw.choices(_FILL, k=60))
    west, south = 4.8 + draw.random() * 0.9, 43.2 + draw.random() * 0.4
    url = f"https://geo.example.org/{number % 97}/ows?"
    given = links or "".join(
        LINK.format(url=escape(url), protocol=protocol, name=f"amp:layer_{number}")
        for protocol in ("OGC:WMS-1.3.0-http-get-map", "OGC:WFS")
    )
    box = EXTENT.format(round(west, 4), round(south, 4), round(west + 0.1, 4), round(south + 0.08, 4))
    return TEMPLATE.format(
        id=identifier(number),
        title=escape(f"{title} de {place} ({number})"),
        organisation=escape(("Métropole Aix-Marseille-Provence", f"Ville de {place}", "DDTM 13")[number % 3]),
        modified=modified or f"20{10 + number % 15:02d}-{1 + number % 12:02d}-{1 + number % 28:02d}",
        abstract=escape(f"{title}, {place}. {abstract}."),
        keywords="".join(
            f"<gmd:keyword><gco:CharacterString>{escape(word.strip())}</gco:CharacterString></gmd:keyword>"
            for word in words.split(",")
        ),
        theme=escape(theme),
        topic=topic,
        extent=box if extent == "?" else extent,
        links=given,
        lineage=escape(" ".join(draw.choices(_FILL, k=25))),
    )


def write_records(folder: Path, numbers: range, **options: str) -> None:
    """Write records into a folder, one file each."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        (folder / f"{number:06d}.xml").write_text(iso_record(number, **options), encoding="utf-8")
