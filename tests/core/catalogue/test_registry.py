# SPDX-License-Identifier: GPL-2.0-or-later
"""The protocols of catalogues: one file and one line each, and what an address tells of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from sigma_communes.core.base import checked_yaml
from sigma_communes.core.base.bilingual import Bilingual
from sigma_communes.core.catalogue import PROTOCOLS, Calls, CatalogueSource, guess_kind, harvest, registry
from sigma_communes.core.catalogue.protocols.protocol import Protocol
from sigma_communes.core.catalogue.protocols.source import Profiles, checked_address
from sigma_communes.core.errors import DataError
from sigma_communes.core.model import Record
from sigma_communes.core.transport import new_session


def test_every_protocol_has_a_name_of_its_own_in_both_languages() -> None:
    assert len({protocol.kind for protocol in PROTOCOLS}) == len(PROTOCOLS)
    assert all(protocol.label.fr and protocol.label.en for protocol in PROTOCOLS)


@pytest.mark.parametrize(
    ("url", "kinds"),
    [
        ("https://x.test/geonetwork/srv/fre/csw", ["geonetwork", "csw"]),
        ("https://x.test/geoserver/wms?service=WMS", ["wms"]),
        ("https://x.test/ows?SERVICE=WMTS", ["wmts"]),
        ("https://x.test/explore/", ["opendatasoft"]),
        ("https://x.test/data.jsonld", ["dcat"]),
        ("https://x.test/", ["ogc-records", "ckan", "opendatasoft", "csw", "dcat", "ogc-features"]),
    ],
)
def test_an_address_tells_what_to_try_first(url: str, kinds: list[str]) -> None:
    assert registry.likely(url)[: len(kinds)] == kinds


def test_a_file_of_a_protocol_is_nothing_else_and_may_be_of_this_machine(tmp_path: Path) -> None:
    assert registry.likely("https://x.test/plan.QGZ?a=b") == ["qgis-project"]
    assert checked_address(str(tmp_path / "plan.qgs"), "qgis-project") == str(tmp_path / "plan.qgs")


def test_a_new_protocol_is_one_object_in_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(calls: Calls, source: CatalogueSource, since: str) -> list[Record]:
        return [Record("one", source.name, "Un jeu")]

    new = Protocol("paper", Bilingual(fr="Papier", en="Paper"), lambda *given: iter(read(*given)), hints=("/paper",))
    monkeypatch.setattr(registry, "PROTOCOLS", (*PROTOCOLS, new))
    monkeypatch.setattr(registry, "BY_KIND", {**registry.BY_KIND, "paper": new})
    with new_session() as session:
        calls = Calls(session)
        assert guess_kind(calls, "https://x.test/paper") == "paper"
        (record,) = harvest(calls, CatalogueSource("x", "paper", "https://x.test/paper"))
    assert isinstance(record, Record) and record.title == "Un jeu"


def test_a_kind_that_is_none_is_told_with_its_line_and_the_known_ones() -> None:
    with pytest.raises(ValueError, match="unknown kind 'z3950'.*qgis-project"):
        CatalogueSource("x", "z3950", "https://x.test")
    text = "sources:\n  - name: x\n    kind: z3950\n    url: https://x.test\n    title: X\n"
    with pytest.raises(DataError, match="unknown kind 'z3950'") as caught:
        checked_yaml.loads(text, Profiles, "sources.yaml")
    assert str(caught.value.where).startswith("sources.yaml:2")
