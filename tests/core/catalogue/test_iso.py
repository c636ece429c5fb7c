# SPDX-License-Identifier: GPL-2.0-or-later
"""ISO 19139 and 19115-3 records: read beside OWSLib, and whatever is missing or broken in them."""

from __future__ import annotations

import json
import random
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from sigma_communes.core.catalogue.protocols.documents import parse_xml
from sigma_communes.core.catalogue.records.iso import read_iso
from sigma_communes.core.model import Record

ISO_19115_3 = """<mdb:MD_Metadata xmlns:mdb="http://standards.iso.org/iso/19115/-3/mdb/2.0"
 xmlns:mcc="http://standards.iso.org/iso/19115/-3/mcc/1.0" xmlns:cit="http://standards.iso.org/iso/19115/-3/cit/2.0"
 xmlns:mri="http://standards.iso.org/iso/19115/-3/mri/1.0" xmlns:gco="http://standards.iso.org/iso/19115/-3/gco/1.0"
 xmlns:lan="http://standards.iso.org/iso/19115/-3/lan/1.0" xmlns:gex="http://standards.iso.org/iso/19115/-3/gex/1.0"
 xmlns:mrd="http://standards.iso.org/iso/19115/-3/mrd/1.0" xmlns:mco="http://standards.iso.org/iso/19115/-3/mco/1.0"
 xmlns:mrs="http://standards.iso.org/iso/19115/-3/mrs/1.0" xmlns:mrl="http://standards.iso.org/iso/19115/-3/mrl/2.0">
<mdb:metadataIdentifier><mcc:MD_Identifier><mcc:code><gco:CharacterString>abc-3</gco:CharacterString></mcc:code>
</mcc:MD_Identifier></mdb:metadataIdentifier>
<mdb:defaultLocale><lan:PT_Locale><lan:language><lan:LanguageCode codeListValue="fre"/></lan:language></lan:PT_Locale>
</mdb:defaultLocale>
<mdb:metadataScope><mdb:MD_MetadataScope><mdb:resourceScope><mcc:MD_ScopeCode codeListValue="dataset"/>
</mdb:resourceScope></mdb:MD_MetadataScope></mdb:metadataScope>
<mdb:dateInfo><cit:CI_Date><cit:date><gco:DateTime>2025-03-04T05:06:07Z</gco:DateTime></cit:date><cit:dateType>
<cit:CI_DateTypeCode codeListValue="revision"/></cit:dateType></cit:CI_Date></mdb:dateInfo>
<mdb:referenceSystemInfo><mrs:MD_ReferenceSystem><mrs:referenceSystemIdentifier><mcc:MD_Identifier><mcc:code>
<gco:CharacterString>http://www.opengis.net/def/crs/EPSG/0/2154</gco:CharacterString></mcc:code></mcc:MD_Identifier>
</mrs:referenceSystemIdentifier></mrs:MD_ReferenceSystem></mdb:referenceSystemInfo>
<mdb:identificationInfo><mri:MD_DataIdentification><mri:citation><cit:CI_Citation><cit:title>
<gco:CharacterString>Réseau d'éclairage</gco:CharacterString></cit:title></cit:CI_Citation></mri:citation>
<mri:abstract><gco:CharacterString>Points lumineux</gco:CharacterString></mri:abstract>
<mri:pointOfContact><cit:CI_Responsibility><cit:role><cit:CI_RoleCode codeListValue="owner"/></cit:role><cit:party>
<cit:CI_Organisation><cit:name><gco:CharacterString>Ville d'Istres</gco:CharacterString></cit:name><cit:contactInfo>
<cit:CI_Contact><cit:address><cit:CI_Address><cit:electronicMailAddress><gco:CharacterString>a@b.fr</gco:CharacterString>
</cit:electronicMailAddress></cit:CI_Address></cit:address></cit:CI_Contact></cit:contactInfo></cit:CI_Organisation>
</cit:party></cit:CI_Responsibility></mri:pointOfContact>
<mri:topicCategory><mri:MD_TopicCategoryCode>utilitiesCommunication</mri:MD_TopicCategoryCode></mri:topicCategory>
<mri:extent><gex:EX_Extent><gex:geographicElement><gex:EX_GeographicBoundingBox>
<gex:westBoundLongitude><gco:Decimal>4.9</gco:Decimal></gex:westBoundLongitude>
<gex:eastBoundLongitude><gco:Decimal>5.1</gco:Decimal></gex:eastBoundLongitude>
<gex:southBoundLatitude><gco:Decimal>43.4</gco:Decimal></gex:southBoundLatitude>
<gex:northBoundLatitude><gco:Decimal>43.6</gco:Decimal></gex:northBoundLatitude>
</gex:EX_GeographicBoundingBox></gex:geographicElement></gex:EX_Extent></mri:extent>
<mri:resourceConstraints><mco:MD_LegalConstraints><mco:reference><cit:CI_Citation><cit:title>
<gco:CharacterString>Open Database License (ODbL)</gco:CharacterString></cit:title></cit:CI_Citation></mco:reference>
</mco:MD_LegalConstraints></mri:resourceConstraints>
</mri:MD_DataIdentification></mdb:identificationInfo>
<mdb:distributionInfo><mrd:MD_Distribution><mrd:transferOptions><mrd:MD_DigitalTransferOptions><mrd:onLine>
<cit:CI_OnlineResource><cit:linkage><gco:CharacterString>https://geo.example.org/wfs</gco:CharacterString></cit:linkage>
<cit:protocol><gco:CharacterString>OGC:WFS-2.0.0-http-get-feature</gco:CharacterString></cit:protocol>
<cit:name><gco:CharacterString>ep:points</gco:CharacterString></cit:name></cit:CI_OnlineResource></mrd:onLine>
</mrd:MD_DigitalTransferOptions></mrd:transferOptions></mrd:MD_Distribution></mdb:distributionInfo>
<mdb:resourceLineage><mrl:LI_Lineage><mrl:statement><gco:CharacterString>Levé 2024</gco:CharacterString>
</mrl:statement></mrl:LI_Lineage></mdb:resourceLineage></mdb:MD_Metadata>"""


def read(text: str) -> Record:
    return read_iso(parse_xml(text.encode(), "test"), "test")


def test_iso_19115_3() -> None:
    record = read(ISO_19115_3)
    assert (record.id, record.title, record.abstract) == ("abc-3", "Réseau d'éclairage", "Points lumineux")
    assert (record.organisation, record.contact, record.licence) == ("Ville d'Istres", "a@b.fr", "ODbL")
    assert (record.kind, record.language, record.modified) == ("dataset", "fre", "2025-03-04T05:06:07Z")
    assert (record.extent, record.crs, record.lineage) == ((4.9, 43.4, 5.1, 43.6), ("EPSG:2154",), "Levé 2024")
    (link,) = record.links
    assert (link.kind, link.layer, link.version, link.url) == (
        "wfs",
        "ep:points",
        "2.0.0",
        "https://geo.example.org/wfs",
    )
    assert record.flaws == ()


def test_html_in_an_abstract_is_text(iso: ModuleType) -> None:
    text = iso.iso_record(1).replace(
        "<gmd:abstract><gco:CharacterString>",
        "<gmd:abstract><gco:CharacterString>&lt;p onclick=&quot;x()&quot;&gt;Les &lt;b&gt;rues&lt;/b&gt;&lt;/p&gt;"
        "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=y&gt; a &lt; b ",
    )
    abstract = read(text).abstract
    assert abstract.startswith("Les rues\na < b Points lumineux")
    assert "alert" not in abstract and "onerror" not in abstract


@pytest.mark.parametrize(
    ("box", "extent", "flaw"),
    [
        ((43.2, 5.1, 43.4, 5.5), (43.2, 5.1, 43.4, 5.5), None),
        ((5.1, 143.2, 5.5, 143.4), (143.2, 5.1, 143.4, 5.5), "axes were swapped"),
        ((5.5, 43.4, 5.1, 43.2), (5.1, 43.2, 5.5, 43.4), "wrong order"),
        ((-180, -90, 180, 90), (-180.0, -90.0, 180.0, 90.0), "whole world"),
        ((892390, 6224850, 901240, 6231000), None, "impossible"),
        (("", "", "", ""), None, "not numbers"),
        (("5,1", "43,2", "5,5", "43,4"), (5.1, 43.2, 5.5, 43.4), None),
        (("nan", 43, 5, 44), None, "impossible"),
        ((170, -20, -170, -10), (-180.0, -20.0, 180.0, -10.0), None),
    ],
)
def test_extents(iso: ModuleType, box: tuple[object, ...], extent: object, flaw: str) -> None:
    record = read(iso.iso_record(1, extent=iso.EXTENT.format(*box)))
    assert record.extent == extent
    if flaw is None:
        assert record.flaws == ()
    else:
        assert len(record.flaws) == 1 and flaw in record.flaws[0]


def test_without_title_extent_or_links(iso: ModuleType) -> None:
    root = parse_xml(iso.iso_record(1, extent="").encode(), "test")
    for name in ("title", "distributionInfo", "fileIdentifier"):
        for element in list(root.iter(f"{{*}}{name}")):
            element.getparent().remove(element)
    record = read_iso(root, "test")
    assert set(record.flaws) == {"no file identifier", "no title", "no extent", "no links"}
    assert record.organisation == "Ville de Marseille"


RECORD = Path(__file__).parents[2] / "servers" / "iso_records.py"


@given(st.integers(0, 10_000), st.integers(1, 40), st.booleans())
def test_nothing_that_is_missing_stops_the_rest(seed: int, cuts: int, emptied: bool) -> None:
    draw = random.Random(seed)
    root = etree.fromstring(ISO_19115_3.encode())
    for _ in range(cuts):
        elements = [element for element in root.iter() if element is not root]
        if not elements:
            break
        victim = draw.choice(elements)
        if emptied:
            victim.text, victim[:] = draw.choice(["", " ", "x" * 50, "-1e999", "\u202e"]), []
            victim.attrib.clear()
        else:
            victim.getparent().remove(victim)
    record = read_iso(root, "test")
    assert record.source == "test"
    assert isinstance(record.flaws, tuple)


@pytest.mark.shared
def test_real_records_are_read_whole(shared: Path) -> None:
    folder = shared / "catalogue" / "iso19139"
    for entry in json.loads((folder / "manifest.json").read_text(encoding="utf-8")):
        record = read_iso(parse_xml((folder / entry["file"]).read_bytes(), entry["file"]), "x")
        assert record.id == entry["id"]
        assert record.title == " ".join(entry["title"].split())
        assert record.kind == entry["level"] or entry["level"] is None
        said = {link.protocol for link in record.links}
        assert said.issuperset(set(entry["protocols"]) & said)
        assert record.organisation and record.abstract and record.links


@pytest.mark.shared
@pytest.mark.filterwarnings("ignore")
def test_real_records_are_read_as_owslib_reads_them(shared: Path) -> None:
    owslib = pytest.importorskip("owslib.iso")
    compared = 0
    for path in sorted((shared / "catalogue" / "iso19139").glob("*.xml")):
        root = parse_xml(path.read_bytes(), path.name)
        record = read_iso(root, "x")
        try:
            peer = owslib.MD_Metadata(root)
        except Exception:  # noqa: S112 - some versions of OWSLib stop at one of these; ours did not
            continue
        compared += 1
        about = peer.identification[0]
        assert record.id == peer.identifier
        assert record.title == " ".join(about.title.split())
        assert set(record.iso_topics) == {" ".join(topic.split()) for topic in about.topiccategory if topic}
        theirs = {online.url.strip() for online in peer.distribution.online} if peer.distribution else set()
        assert {url for url in theirs if url} <= {link.url for link in record.links}
        box = getattr(getattr(about, "extent", None), "boundingBox", None)
        if box is not None and record.extent is not None:
            # Of several boxes ours is the one around all; corners in the wrong order are put right.
            xs, ys = sorted(map(float, (box.minx, box.maxx))), sorted(map(float, (box.miny, box.maxy)))
            west, south, east, north = record.extent
            assert west <= xs[0] <= xs[1] <= east and south <= ys[0] <= ys[1] <= north
    assert compared >= 14


GMD = (
    '<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco">'
    "{before}<gmd:identificationInfo><gmd:MD_DataIdentification>{inside}</gmd:MD_DataIdentification>"
    "</gmd:identificationInfo>{after}</gmd:MD_Metadata>"
)


def text(name: str, value: str) -> str:
    return f"<gmd:{name}><gco:CharacterString>{value}</gco:CharacterString></gmd:{name}>"


def gmd(before: str = "", inside: str = "", after: str = "") -> Record:
    return read_iso(parse_xml(GMD.format(before=before, inside=inside, after=after).encode(), "x"), "s")


def dated(kind: str, day: str) -> str:
    return (
        f"<gmd:date><gmd:CI_Date><gmd:date><gco:Date>{day}</gco:Date></gmd:date><gmd:dateType>"
        f'<gmd:CI_DateTypeCode codeListValue="{kind}"/></gmd:dateType></gmd:CI_Date></gmd:date>'
    )


@pytest.mark.parametrize(
    ("dates", "modified"),
    [
        (dated("revision", "2018-01-01"), "2018-01-01"),  # the approval of a PLU, not when its record was typed
        (dated("revision", "2018-01-01") + dated("revision", "2019-05-01"), "2019-05-01"),
        (dated("creation", "2017-01-01"), "2018-11-23"),
        ("", "2018-11-23"),
    ],
)
def test_the_date_of_the_data_is_not_that_of_the_record(dates: str, modified: str) -> None:
    stamp = "<gmd:dateStamp><gco:Date>2018-11-23</gco:Date></gmd:dateStamp>"
    found = gmd(stamp, f"<gmd:citation><gmd:CI_Citation>{dates}</gmd:CI_Citation></gmd:citation>")
    assert found.modified == modified


@pytest.mark.parametrize(
    ("code", "crs"),
    [("grégorien", ()), ("EPSG:2154", ("EPSG:2154",)), ("RGF93 / zone inconnue", ("RGF93 / zone inconnue",))],
)
def test_a_calendar_is_no_reference_system(code: str, crs: tuple[str, ...]) -> None:
    system = f"<gmd:RS_Identifier>{text('code', code)}</gmd:RS_Identifier>"
    inside = f"<gmd:MD_ReferenceSystem>{system}</gmd:MD_ReferenceSystem>"
    found = gmd(f"<gmd:referenceSystemInfo>{inside}</gmd:referenceSystemInfo>")
    assert found.crs == crs
    assert any("no reference system" in flaw for flaw in found.flaws) == (not crs)


def online(url: str, name: str) -> str:
    parts = f"<gmd:linkage><gmd:URL>{url}</gmd:URL></gmd:linkage>{text('protocol', 'OGC:WMS')}{text('name', name)}"
    inside = f"<gmd:onLine><gmd:CI_OnlineResource>{parts}</gmd:CI_OnlineResource></gmd:onLine>"
    return f"<gmd:distributionInfo><gmd:MD_Distribution>{inside}</gmd:MD_Distribution></gmd:distributionInfo>"


def test_a_sentence_is_no_name_of_a_layer() -> None:
    (link,) = gmd(after=online("https://x.fr/wms", "Lien vers le service WMS du Géoportail")).links
    assert (link.layer, link.title) == ("", "Lien vers le service WMS du Géoportail")
    (link,) = gmd(after=online("https://x.fr/wms", "Zonage PLU")).links
    assert link.layer == "Zonage PLU"


def test_a_query_that_was_encoded_whole_is_decoded_once() -> None:
    (link,) = gmd(after=online("https://x.fr/wms?SERVICE%3DWMS%26LAYERS%3Da%2520b", "x")).links
    assert link.url == "https://x.fr/wms?SERVICE=WMS&LAYERS=a%20b"
    (link,) = gmd(after=online("https://x.fr/wms?LAYERS=a%3Db", "x")).links
    assert link.url == "https://x.fr/wms?LAYERS=a%3Db"


def test_the_sentence_of_the_open_licence_is_known() -> None:
    sentence = "Utilisation libre sous réserve de mentionner la source et la date de sa dernière mise à jour"
    limit = f"<gmd:MD_LegalConstraints>{text('useLimitation', sentence)}</gmd:MD_LegalConstraints>"
    assert gmd(inside=f"<gmd:resourceConstraints>{limit}</gmd:resourceConstraints>").licence == "Licence Ouverte"
