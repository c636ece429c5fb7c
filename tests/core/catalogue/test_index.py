# SPDX-License-Identifier: GPL-2.0-or-later
"""The catalogue in a workspace: harvest, search, two origins, what changed, what failed."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigma_communes.core import territory
from sigma_communes.core.catalogue import Bundle, Calls, Catalogue, CatalogueSource, Filters, bundles, profiles
from sigma_communes.core.catalogue.words import match_all, match_any, match_beginnings, stem, stems
from sigma_communes.core.errors import Cancelled, UsageError
from sigma_communes.core.feedback import Feedback
from sigma_communes.core.model import Link, Record
from sigma_communes.core.store import Workspace
from sigma_communes.core.store.catalogue_rows import folded, from_json, merged, public_id, to_json, twin_keys
from sigma_communes.core.store.file import migrations

WFS = Link("https://geo.x.fr/wfs", "wfs", "v:arbres")


def put(catalogue: Catalogue, source: str, *records: Record) -> Any:
    """Store records as if they had been harvested from a source."""
    if source not in [known.name for known, _ in catalogue.sources()]:
        catalogue.add(CatalogueSource(source, "csw", f"https://{source}.fr/csw"))
    begun = catalogue.records.begin(source)
    changed = catalogue.records.put(begun, [replace(record, source=source) for record in records])
    changed.add(catalogue.records.end(begun, whole=True))
    return changed


def titles(hits: Any) -> list[str]:
    return [hit.record.title for hit in hits]


# --- words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        ("éclairage", "Éclairages", "ECLAIRAGE"),
        ("réseau", "réseaux"),
        ("communal", "communaux", "communale", "communales"),
        ("routier", "routière", "routiers", "routières"),
        ("arbre", "arbres", "Arbre"),
        ("travaux", "travail"),
        ("déchetterie", "déchèteries"),
        ("parcelle", "parcelles"),
        ("tree", "trees"),
        ("city", "cities"),
        ("zone", "zones"),
    ],
)
def test_forms_of_a_word_have_one_stem(words: tuple[str, ...]) -> None:
    assert len({tuple(stems(word)) for word in words}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("bois", "boîte"), ("port", "porte-voix"), ("rue", "ruche"), ("eau", "air")]
)
def test_other_words_have_other_stems(one: str, other: str) -> None:
    assert stems(one) != stems(other)


@given(st.text(max_size=30))
def test_any_text_is_a_query_that_fts_takes(text: str) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5 (a, tokenize = 'unicode61 remove_diacritics 2')")
    connection.execute("INSERT INTO t VALUES (?)", (" ".join(stems(text)),))
    for query in (match_all(text), match_beginnings(text), match_any(text)):
        if query:
            assert connection.execute("SELECT count(*) FROM t WHERE t MATCH ?", (query,)).fetchone() == (1,)
    connection.close()


@given(st.text("abcdefghijklmnopqrstuvwxyzéè", min_size=1, max_size=20))
def test_a_stem_of_a_stem_is_found_by_what_was_typed(word: str) -> None:
    assert len(stem(folded(word))) <= len(folded(word))


# --- search -------------------------------------------------------------------------------------------------------

TREES = Record(
    "11111111-2222-4333-8444-000000000001",
    "s",
    "Arbres d'alignement",
    "Tous les platanes",
    keywords=("végétal",),
    organisation="Ville d'Aubagne",
    licence="ODbL",
    modified="2024-05-01",
    extent=(5.5, 43.2, 5.6, 43.3),
    links=(WFS,),
)
ZONES = Record(
    "11111111-2222-4333-8444-000000000002",
    "s",
    "Zonage du plan local d'urbanisme intercommunal",
    "Les zones et les arbres à garder",
    organisation="Métropole",
    licence="Licence Ouverte 2.0",
    modified="2025-06-01",
    inspire_themes=("Usage des sols",),
    extent=(4.9, 43.2, 5.8, 43.7),
    links=(Link("https://x.fr/wms", "wms", "z"),),
)
LIGHTS = Record(
    "11111111-2222-4333-8444-000000000003",
    "s",
    "Points lumineux de l'éclairage public",
    "Candélabres",
    organisation="Ville de Berre-l'Étang",
    modified="2023-01-01",
    extent=(5.1, 43.45, 5.2, 43.5),
)
NOWHERE = Record("11111111-2222-4333-8444-000000000004", "s", "Comptages de vélos", flaws=("no extent", "no links"))


@pytest.fixture
def filled(catalogue: Catalogue) -> Catalogue:
    put(catalogue, "s", TREES, ZONES, LIGHTS, NOWHERE)
    return catalogue


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("PLUi zonage", ["zonage"]),
        ("plui", ["zonage"]),
        ("éclairages publics", ["points"]),
        ("eclairage", ["points"]),
        ("ECLAI", ["points"]),
        ("arbre", ["arbres", "zonage"]),
        ("velo", ["comptages"]),
        ("aubagne", ["arbres"]),
        ("l'éclairage d'une rue publique", ["points"]),
        ("berre l etang", ["points"]),
        ("Berre-l’Étang", ["points"]),
        ('arbres" OR NEAR(', ["arbres", "zonage"]),
        ("licorne", []),
        ("végétaux", ["arbres"]),
    ],
)
def test_search(filled: Catalogue, words: str, found: list[str]) -> None:
    assert [title.split()[0].casefold() for title in titles(filled.search(words))] == found


@pytest.mark.parametrize("words", ["plu zonage", "PLU Zonages ", "Plü zônage", "zonage plu", "plu zonag"])
def test_the_beginnings_of_words_are_found_after_whole_words(catalogue: Catalogue, words: str) -> None:
    exact = Record("exact", "s", "PLU d'Aubagne, zonage")
    plui = Record("plui", "s", "Zonage du PLUi — Pays d'Aubagne et de l'Étoile")
    other = Record("other", "s", "Zonages de la pluviométrie")
    put(catalogue, "s", other, plui, exact, TREES)
    hits = catalogue.search(words)
    assert titles(hits) == [exact.title, plui.title, other.title]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True) and hits[-1].score > 0
    assert titles(catalogue.search(words, limit=2)) == [exact.title, plui.title]
    assert catalogue.matches(words) == catalogue.facets(words).total == 3
    narrowed = Filters(sources=("s",))
    assert titles(catalogue.search(words, filters=narrowed)) == titles(hits)
    assert catalogue.matches(words, filters=narrowed) == 3


def test_a_plui_has_a_plu_in_it(catalogue: Catalogue) -> None:
    put(catalogue, "s", Record("plui", "s", "Zonage du PLUi"), Record("rain", "s", "Zonage pluvial"))
    first, second = catalogue.search("plu zonage")
    assert (first.record.title, second.record.title) == ("Zonage du PLUi", "Zonage pluvial")
    assert titles(catalogue.search("plan local d'urbanisme intercommunal")) == ["Zonage du PLUi"]


def test_of_numbers_and_short_words_no_beginnings_are_looked_for(catalogue: Catalogue) -> None:
    put(catalogue, "s", Record("a", "s", "Relevé 130 de la zone"), Record("b", "s", "Relevé 13 de la zone"))
    assert titles(catalogue.search("13 zone")) == ["Relevé 13 de la zone"]


def test_a_title_weighs_more_than_an_abstract(filled: Catalogue) -> None:
    first, second = filled.search("arbres")
    assert (first.record.title, second.record.title) == (TREES.title, ZONES.title)
    assert first.score > second.score > 0


def test_no_words_give_all_the_last_modified_first(filled: Catalogue) -> None:
    assert titles(filled.search()) == [ZONES.title, TREES.title, LIGHTS.title, NOWHERE.title]
    assert len(filled.search(limit=2)) == 2


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(kinds=("wms",)), {ZONES.title}),
        (Filters(kinds=("wms", "wfs")), {ZONES.title, TREES.title}),
        (Filters(themes=("usage des SOLS",)), {ZONES.title}),
        (Filters(organisation="ville"), {TREES.title, LIGHTS.title}),
        (Filters(licence="odbl"), {TREES.title}),
        (Filters(since="2024-05-01"), {TREES.title, ZONES.title}),
        (Filters(sources=("other",)), set()),
        (Filters(extent=(5.52, 43.22, 5.53, 43.23)), {TREES.title, ZONES.title, NOWHERE.title}),
    ],
)
def test_filters_with_and_without_words(filled: Catalogue, filters: Filters, found: set[str]) -> None:
    assert set(titles(filled.search(filters=filters))) == found
    assert set(titles(filled.search("arbres", filters=filters))) == found & {TREES.title, ZONES.title}


@pytest.mark.parametrize("commune", ["13014", "Berre-l'Étang", "berre l’etang", " 13014 "])
def test_a_commune_by_code_or_name_whatever_its_apostrophe(filled: Catalogue, commune: str) -> None:
    hits = filled.search(commune=commune, territory=territory.load())
    assert titles(hits) == [ZONES.title, LIGHTS.title, NOWHERE.title]


def test_the_shape_of_a_commune_counts_not_its_box(catalogue: Catalogue) -> None:
    place = territory.load()
    index = place.insee.tolist().index("13014")
    west, south, east, north = place.geometries[index].bounds
    corner = (west, south, west + 1e-4, south + 1e-4)
    assert not place.geometries[index].intersects(__import__("shapely").box(*corner))
    put(catalogue, "s", replace(TREES, extent=corner))
    assert catalogue.search(filters=Filters(extent=(west, south, east, north)))
    assert catalogue.search(commune="13014", territory=place) == []


def test_an_unknown_commune_says_so(filled: Catalogue) -> None:
    with pytest.raises(UsageError, match="no commune 'Atlantis'"):
        filled.search(commune="Atlantis", territory=territory.load())


# --- origins ------------------------------------------------------------------------------------------------------


def test_the_same_identifier_in_two_sources_is_one_record(catalogue: Catalogue) -> None:
    put(catalogue, "a", replace(TREES, abstract="", links=(WFS,)))
    changed = put(
        catalogue, "b", replace(TREES, abstract="Platanes", links=(Link("https://x.fr/a.gpkg", "geopackage"),))
    )
    assert (changed.joined, changed.new) == (1, 0)
    (hit,) = catalogue.search("platane")
    assert hit.sources == ("a", "b")
    assert [link.kind for link in hit.record.links] == ["wfs", "geopackage"]
    assert [name for name, _ in catalogue.records.origins(hit.id)] == ["a", "b"]


def test_the_same_title_organisation_and_link_is_one_record(catalogue: Catalogue) -> None:
    put(catalogue, "a", replace(TREES, id="arbres"))
    link = Link("HTTP://geo.x.fr/wfs/?service=WFS", "wfs", "v:arbres")
    put(catalogue, "b", replace(TREES, id="42", title="ARBRES d’alignement", links=(link,)))
    assert [hit.sources for hit in catalogue.search("arbres")] == [("a", "b")]


@pytest.mark.parametrize(
    "other",
    [
        {"organisation": "Ville de Cassis"},
        {"title": "Arbres"},
        {"links": (replace(WFS, layer="v:bancs"),)},
        {"organisation": ""},
    ],
)
def test_what_differs_is_another_record(catalogue: Catalogue, other: dict[str, Any]) -> None:
    put(catalogue, "a", replace(TREES, id="arbres"))
    put(catalogue, "b", replace(TREES, id="arbres", **other))
    assert sorted(hit.id for hit in catalogue.search("arbres")) == ["a:arbres", "b:arbres"]
    with pytest.raises(UsageError, match="Several sources"):
        catalogue.open("arbres")


def test_what_a_source_no_longer_has_goes(catalogue: Catalogue) -> None:
    put(catalogue, "a", TREES, ZONES)
    put(catalogue, "b", replace(TREES, links=(Link("https://x.fr/a.gpkg", "geopackage"),)))
    changed = put(catalogue, "a", LIGHTS)
    assert changed.removed == 1
    assert sorted(titles(catalogue.search())) == sorted([TREES.title, LIGHTS.title])
    (hit,) = catalogue.search("arbres")
    assert hit.sources == ("b",) and [link.kind for link in hit.record.links] == ["geopackage"]
    assert catalogue.search("zonage") == []
    catalogue.records.remove_source("b")
    assert titles(catalogue.search()) == [LIGHTS.title]
    assert catalogue.search("arbres") == []


def test_the_same_again_changes_nothing(catalogue: Catalogue) -> None:
    put(catalogue, "a", TREES, ZONES)
    again = put(catalogue, "a", TREES, replace(ZONES, title="Nouveau zonage"))
    assert (again.new, again.unchanged, again.changed, again.removed) == (0, 1, 1, 0)
    assert titles(catalogue.search("nouveau")) == ["Nouveau zonage"]
    assert titles(catalogue.search("urbanisme")) == []


@given(st.permutations([0, 1, 2]), st.lists(st.sampled_from([TREES, ZONES, LIGHTS]), min_size=3, max_size=3))
def test_merging_keeps_every_link_and_no_gap(order: list[int], records: list[Record]) -> None:
    one = merged([records[index] for index in order])
    assert {link for record in records for link in record.links} == set(one.links)
    assert one.organisation and one.title == records[order[0]].title


@given(
    st.builds(
        Record,
        id=st.text(max_size=20),
        source=st.just("s"),
        title=st.text(max_size=40),
        keywords=st.lists(st.text(max_size=9), max_size=3).map(tuple),
        extent=st.none() | st.tuples(*[st.floats(-90, 90)] * 4),
        scale=st.none() | st.integers(1, 10**6),
        links=st.lists(
            st.builds(Link, st.text(max_size=30), st.sampled_from(["wms", ""]), st.text(max_size=9)), max_size=3
        ).map(tuple),
    )
)
def test_a_record_comes_back_from_json_as_it_was(record: Record) -> None:
    text = to_json(record)
    assert to_json(from_json(text)) == text
    if all(c.isprintable() for c in text):
        assert from_json(text) == record
    assert isinstance(twin_keys(record), set) and public_id(record)


# --- many hits, and how many ---------------------------------------------------------------------------------------


def test_of_a_word_that_most_records_have_those_with_it_in_their_title_come_first(catalogue: Catalogue) -> None:
    many = [Record(f"n{n}", "s", f"Couche {n}", "données de la métropole") for n in range(2500)]
    put(catalogue, "s", *many, Record("last", "s", "Limites de la métropole"))
    hits = catalogue.search("metropole", limit=50)
    assert hits[0].record.title == "Limites de la métropole"
    assert len({hit.id for hit in hits}) == 50
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    hits = catalogue.search("metropole", filters=Filters(sources=("s",)), limit=50)
    assert hits[0].record.title == "Limites de la métropole" and len({hit.id for hit in hits}) == 50
    assert catalogue.facets("metropole").total == 2501
    assert catalogue.matches("metropole") == 2000  # as far as they are ranked
    assert catalogue.matches("metropole couche", most=2600) == 2500
    assert catalogue.matches(most=9000) == 2501


def test_what_is_found_is_counted(filled: Catalogue) -> None:
    found = filled.facets()
    assert found.total == 4
    assert dict(found.kinds) == {"wfs": 1, "wms": 1}
    assert dict(found.organisations) == {"Ville d'Aubagne": 1, "Métropole": 1, "Ville de Berre-l'Étang": 1}
    assert dict(found.licences) == {"ODbL": 1, "Licence Ouverte 2.0": 1}
    assert found.themes == (("Usage des sols", 1),)
    assert found.sources == (("s", 4),)
    put(filled, "t", TREES)
    trees = filled.facets("arbres")
    assert trees.total == 2 and set(trees.sources) == {("s", 2), ("t", 1)}
    assert filled.facets("arbres", filters=Filters(kinds=("wfs",))).total == 1
    assert filled.facets("licorne").total == 0


def test_one_batch_may_hold_a_record_twice_and_its_twin(catalogue: Catalogue) -> None:
    put(catalogue, "s", TREES, replace(TREES, id=TREES.id.upper() + "/bis"), replace(TREES, title="Platanes"))
    assert catalogue.records.count() == 2
    assert titles(catalogue.search("platanes"))[0] == "Platanes"


# --- marks --------------------------------------------------------------------------------------------------------


def test_favourites_recent_and_new(filled: Catalogue) -> None:
    filled.records.mark(TREES.id, favourite=True)
    filled.open(LIGHTS.id)
    filled.open(ZONES.id)
    assert titles(filled.search(filters=Filters(favourites=True))) == [TREES.title]
    assert set(titles(filled.search(filters=Filters(viewed=True)))) == {LIGHTS.title, ZONES.title}
    assert titles(filled.records.recent()) == [ZONES.title, LIGHTS.title]
    assert filled.records.visit() == 0
    put(filled, "t", replace(TREES, id="bancs", title="Bancs publics"))
    before = filled.records.visit()
    assert titles(filled.search(filters=Filters(newer_than=before))) == ["Bancs publics"]
    assert filled.records.count(before) == 1
    assert filled.search(filters=Filters(newer_than=filled.records.visit())) == []
    filled.records.mark(TREES.id, favourite=False)
    assert filled.search(filters=Filters(favourites=True)) == []


def test_marks_outlive_a_record(filled: Catalogue) -> None:
    filled.records.mark(TREES.id, favourite=True)
    put(filled, "s", ZONES)
    put(filled, "s", ZONES, TREES)
    assert titles(filled.search(filters=Filters(favourites=True))) == [TREES.title]


# --- harvest ------------------------------------------------------------------------------------------------------


def test_harvest_whole_then_what_changed(server: Any, catalogue: Catalogue, calls: Calls, iso: ModuleType) -> None:
    url = server.add_csw([iso.iso_record(n) for n in range(120)])
    catalogue.add(CatalogueSource("csw", "csw", url))
    first = catalogue.harvest("csw", calls.session)
    assert (first.records, first.changed.new, first.error, first.incremental) == (120, 120, "", False)
    server.add_csw([iso.iso_record(3).replace("Points d'apport", "Bornes d'apport"), iso.iso_record(500)])
    second = catalogue.harvest("csw", calls.session)
    assert second.incremental and (second.changed.new, second.changed.changed, second.changed.removed) == (1, 1, 0)
    assert catalogue.records.count() == 121
    whole = catalogue.harvest("csw", calls.session, whole=True)
    assert whole.changed.removed == 119
    assert catalogue.records.count() == 2
    (row,) = catalogue.records.sources()
    assert row["failures"] == 0 and row["latency_ms"] > 0 and row["records"] == 2


def test_what_a_source_sends_again_is_not_read_again(
    server: Any, catalogue: Catalogue, calls: Calls, iso: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sigma_communes.core.catalogue.protocols import csw

    read: list[str] = []
    original = csw.read_element

    def counting(element: Any, source: str) -> Record:
        record = original(element, source)
        read.append(record.id)
        return record

    monkeypatch.setattr(csw, "read_element", counting)
    odd = '<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd"><gmd:fileIdentifier/></gmd:MD_Metadata>'
    records = [iso.iso_record(n) for n in range(60)]
    catalogue.add(CatalogueSource("csw", "csw", server.add_csw([*records, records[7], odd], most=20)))
    first = catalogue.harvest("csw", calls.session)
    assert (first.records, first.changed.new, first.rejected, len(read)) == (60, 60, 2, 62)
    before = catalogue.search("points", limit=100)
    for whole in (True, False):
        read.clear()
        again = catalogue.harvest("csw", calls.session, whole=whole)
        assert read == [""]  # what has no identifier can't be known again
        assert (again.records, again.flawed, again.rejected) == (60, first.flawed, 2)
        assert (again.changed.unchanged, again.changed.new, again.changed.removed) == (60, 0, 0)
    assert catalogue.search("points", limit=100) == before
    read.clear()
    server.add_csw([records[3].replace("Points d'apport", "Bornes d'apport"), *records[10:]], most=20)
    third = catalogue.harvest("csw", calls.session, whole=True)
    assert read == [iso.identifier(3)]
    assert (third.changed.changed, third.changed.unchanged, third.changed.removed) == (1, 50, 9)
    read.clear()
    catalogue.add(CatalogueSource("csw", "csw", server.add_csw(records[10:], "/moved")))
    assert catalogue.harvest("csw", calls.session).changed.removed == 1
    assert len(read) == 50  # relative links lead elsewhere now


def test_a_source_that_fails_keeps_what_was_known(
    server: Any, catalogue: Catalogue, calls: Calls, iso: ModuleType
) -> None:
    catalogue.add(CatalogueSource("csw", "csw", server.add_csw([iso.iso_record(n) for n in range(30)])))
    catalogue.harvest("csw", calls.session)
    server.add("/csw", "<html><title>Maintenance</title></html>", "text/html")
    for _ in range(2):
        outcome = catalogue.harvest("csw", calls.session, whole=True)
        assert "Maintenance" in outcome.error
    (row,) = catalogue.records.sources()
    assert row["failures"] == 2 and "Maintenance" in row["error"] and row["error_code"] == "web-page"
    assert catalogue.records.count() == 30


def test_what_came_before_an_error_is_kept(server: Any, catalogue: Catalogue, calls: Calls, iso: ModuleType) -> None:
    def page(text: str, start: int) -> str:
        return "<html><title>Oups</title></html>" if start > 40 else text

    catalogue.add(
        CatalogueSource("csw", "csw", server.add_csw([iso.iso_record(n) for n in range(60)], most=20, page=page))
    )
    outcome = catalogue.harvest("csw", calls.session)
    assert outcome.records == 40 and "Oups" in outcome.error
    assert catalogue.records.count() == 40
    (row,) = catalogue.records.sources()
    assert row["read_at"] is None


def test_cancel_keeps_whole_batches(server: Any, catalogue: Catalogue, calls: Calls, iso: ModuleType) -> None:
    class Stop(Feedback):
        asked = 0

        def is_cancelled(self) -> bool:
            self.asked += 1
            return self.asked > 60

    catalogue.add(CatalogueSource("csw", "csw", server.add_csw(iso.iso_record, count=100_000, most=20)))
    with pytest.raises(Cancelled):
        catalogue.harvest("csw", calls.session, feedback=Stop())
    (row,) = catalogue.records.sources()
    assert row["error"] == "Stopped as asked"
    assert 0 < catalogue.records.count() < 60


def test_a_changed_address_is_read_whole(server: Any, catalogue: Catalogue, calls: Calls, iso: ModuleType) -> None:
    catalogue.add(CatalogueSource("csw", "csw", server.add_csw([iso.iso_record(1)])))
    catalogue.harvest("csw", calls.session)
    catalogue.add(CatalogueSource("csw", "csw", server.add_csw([iso.iso_record(2)], "/other")))
    outcome = catalogue.harvest("csw", calls.session)
    assert not outcome.incremental and outcome.changed.removed == 1


@pytest.mark.parametrize(
    "url", ["", "x", "ftp://x.fr", "javascript:alert(1)", "http://", "https://u:p@x.fr/csw", "http://[x"]
)
def test_addresses_that_are_none(catalogue: Catalogue, url: str) -> None:
    with pytest.raises(UsageError):
        catalogue.add(CatalogueSource("s", "csw", url))


def test_the_workspace_is_found_again(tmp_path: Path) -> None:
    path = tmp_path / "w.gpkg"
    with Workspace.open(path) as workspace:
        put(Catalogue(workspace), "s", TREES)
    with Workspace.open(path, create=False) as workspace:
        assert titles(Catalogue(workspace).search("arbres")) == [TREES.title]
        assert workspace._connection.execute("INSERT INTO record_text (record_text) VALUES ('integrity-check')")


def test_a_workspace_of_an_older_version_keeps_its_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as older:
        older.setattr(migrations, "VERSION", 3)
        Workspace.open(tmp_path / "old.gpkg").close()
    with closing(sqlite3.connect(tmp_path / "old.gpkg")) as connection, connection:
        for fid, name in ((1, "s"), (2, "t")):
            row = (fid, name, "csw", f"https://{name}.fr/csw", "2026-01-01T00:00:00Z")
            connection.execute(
                "INSERT INTO catalogue_source (fid, name, kind, url, added_at) VALUES (?, ?, ?, ?, ?)", row
            )
        for fid, record in ((1, TREES), (2, ZONES)):
            row = (fid, record.id, record.title, " wfs ", "", "", "||", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z")
            connection.execute(
                "INSERT INTO record (fid, id, title, kinds, organisation_folded, licence_folded, themes, first_seen,"
                " changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
            connection.execute("INSERT INTO record_text (rowid, title) VALUES (?, ?)", (fid, folded(record.title)))
        for source, fid, record in ((1, 1, TREES), (1, 2, ZONES), (2, 1, TREES)):
            connection.execute(
                "INSERT INTO record_origin (source_id, identifier, record_id, harvest, document)"
                " VALUES (?, ?, ?, 0, ?)",
                (source, record.id, fid, to_json(replace(record, source="st"[source - 1]))),
            )
    with Workspace.open(tmp_path / "old.gpkg", create=False) as workspace:
        catalogue = Catalogue(workspace)
        assert [source for source, _ in catalogue.records.origins(TREES.id)] == ["s", "t"]
        put(catalogue, "s", ZONES)
        assert [source for source, _ in catalogue.records.origins(TREES.id)] == ["t"]
        assert titles(catalogue.search("zonage")) == [ZONES.title]


# --- what ships ---------------------------------------------------------------------------------------------------


def test_the_sources_of_the_region_ship() -> None:
    found = profiles()
    assert {"ampmetropole", "datasud", "geoplateforme", "data-gouv-amp"} <= set(found)
    for profile in found.values():
        assert profile.source().url.startswith("https://")
        assert profile.tried == ""  # nobody tried them yet; a date goes here when somebody has


def test_bundles_find_their_theme(catalogue: Catalogue, iso: ModuleType) -> None:
    from sigma_communes.core.catalogue.protocols.documents import parse_xml
    from sigma_communes.core.catalogue.records.iso import read_iso

    put(catalogue, "s", *(read_iso(parse_xml(iso.iso_record(n).encode(), "x"), "s") for n in range(40)))
    wanted = {
        "urbanism": "Zonage",
        "lighting": "Points lumineux",
        "roads": "Tronçons",
        "cleanliness": "Points d'apport",
        "parks": "Espaces verts",
        "networks": "Canalisations",
        "cadastre": "Parcelles",
    }
    assert set(bundles()) == set(wanted)
    for name, title in wanted.items():
        assert isinstance(bundles()[name], Bundle)
        found = titles(catalogue.search_bundle(name))
        assert found and any(each.startswith(title) for each in found[:10]), name
    with pytest.raises(UsageError, match="no bundle"):
        catalogue.search_bundle("unicorns")


def test_a_bundle_is_switched_on_for_a_commune(catalogue: Catalogue) -> None:
    assert catalogue.bundles_on("13055") == []
    catalogue.switch_bundle("lighting", "13055")
    catalogue.switch_bundle("roads")
    assert [each.id for each in catalogue.bundles_on("13055")] == ["roads", "lighting"]
    assert [each.id for each in catalogue.bundles_on("13001")] == ["roads"]
    catalogue.switch_bundle("lighting", "13055", on=False)
    assert [each.id for each in catalogue.bundles_on("13055")] == ["roads"]
    with pytest.raises(UsageError, match="no bundle"):
        catalogue.switch_bundle("unicorns")
