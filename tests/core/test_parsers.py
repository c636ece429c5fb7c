# SPDX-License-Identifier: GPL-2.0-or-later
"""Whatever bytes a file has, who reads it gets an answer or an error of ours that says what to do."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from sigma_communes.core import classify, photos, routing, taxonomy, territory
from sigma_communes.core.catalogue.links.qgis_project import project_root
from sigma_communes.core.catalogue.protocols.documents import parse_xml
from sigma_communes.core.classify.learning.decisions import Examples, read_examples, write_examples
from sigma_communes.core.errors import SigmaError
from sigma_communes.core.pack import contents
from sigma_communes.core.privacy import retention
from sigma_communes.core.reports.formats.files import read_reports
from sigma_communes.core.reports.sources.profile import load_profile
from sigma_communes.core.store import Workspace
from sigma_communes.core.store.file.reading import reading
from sigma_communes.core.store.health import health_of
from sigma_communes.core.vector.reading import read_features
from sigma_communes.resources import path as resource

FEATURES = {
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "properties": {"id": "1", "description": "Trou", "insee": "13001", "name": "A"},
         "geometry": {"type": "Point", "coordinates": [5.4, 43.3]}},
    ],
}  # fmt: skip
REQUESTS = """<?xml version="1.0"?><service_requests><request><service_request_id>1</service_request_id>
<status>open</status><lat>43.3</lat><long>5.4</long><requested_datetime>2026-03-05T14:30:00+01:00</requested_datetime>
</request></service_requests>"""
PROJECT = """<!DOCTYPE qgis><qgis version="3.22"><projectlayers><maplayer type="vector"><id>a</id>
<datasource>./a.gpkg|layername=a</datasource><layername>A</layername></maplayer></projectlayers></qgis>"""


def jpeg() -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x9003] = "2026:03:05 14:30:00"
    Image.new("RGB", (40, 30), (9, 99, 199)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def qgz() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("p.qgs", PROJECT)
    return out.getvalue()


def zipped_features() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.geojson", json.dumps(FEATURES))
    return out.getvalue()


def of_file(name: str) -> Callable[[Path], bytes]:
    return lambda folder: resource(*name.split("/")).read_bytes()


def workspace(folder: Path) -> bytes:
    path = folder / "seed.gpkg"
    if not path.exists():
        Workspace.open(path).close()
    return path.read_bytes()


def examples(folder: Path) -> bytes:
    path = folder / "seed.npz"
    if not path.exists():
        text = np.array(["a" * 64, "b" * 64])
        write_examples(path, Examples("x", text, np.array(["tag", "waste"]), np.array(["2026-01-01T00:00:00Z"] * 2),
                                      text, text, np.zeros((2, 1, 4), np.float16)))  # fmt: skip
    return path.read_bytes()


def health(path: Path) -> Any:
    with reading(path) as opened:
        return health_of(opened)


def model(path: Path) -> Any:
    folder = path.parent / "package"
    folder.mkdir(exist_ok=True)
    (folder / "model.onnx").write_bytes(path.read_bytes())
    return classify.load_package(folder)


def pack(path: Path) -> Any:
    folder = path.parent / "pack"
    folder.mkdir(exist_ok=True)
    (folder / "contents.json").write_bytes(path.read_bytes())
    return contents.load(folder)


PACK = {"id": "a" * 32, "insee": "13005", "commune": "Aubagne", "format": 1, "left_out": [],
        "layers": [{"wanted": "a", "title": "A", "kind": "file", "notes": [{"en": "a", "fr": "b"}]}]}  # fmt: skip
PARSERS: dict[str, tuple[str, Callable[[Path], bytes], Callable[[Path], Any]]] = {
    "reports csv": ("r.csv", lambda _: b"id;description;lon;lat;date\n1;Trou;5.4;43.3;05/03/2026\n2;\"Tag\";;;\n",
                    lambda path: list(read_reports(path))),
    "reports json": ("r.json", lambda _: json.dumps([{"service_request_id": "1", "lat": 43.3, "long": 5.4}]).encode(),
                     lambda path: list(read_reports(path))),
    "reports xml": ("r.xml", lambda _: REQUESTS.encode(), lambda path: list(read_reports(path))),
    "reports geojson": ("r.geojson", lambda _: json.dumps(FEATURES).encode(), lambda path: list(read_reports(path))),
    "photo": ("p.jpg", lambda _: jpeg(), photos.read_photo),
    "picture": ("p.jpg", lambda _: jpeg(), photos.open_picture),
    "features": ("f.geojson", lambda _: json.dumps(FEATURES).encode(), read_features),
    "zipped features": ("f.zip", lambda _: zipped_features(), read_features),
    "map": ("m.geojson", lambda _: json.dumps(FEATURES).encode(), territory.load),
    "project": ("p.qgs", lambda _: PROJECT.encode(), lambda path: project_root(path.read_bytes(), "p")),
    "zipped project": ("p.qgz", lambda _: qgz(), lambda path: project_root(path.read_bytes(), "p")),
    "document": ("d.xml", lambda _: REQUESTS.encode(), lambda path: parse_xml(path.read_bytes(), "d", repair=True)),
    "rule book": ("r.yaml", of_file("routing/metropole-example.yaml"), routing.load),
    "classes": ("t.yaml", of_file("taxonomy.yaml"), taxonomy.load),
    "retention": ("r.yaml", of_file("privacy/retention.yaml"), retention.load_rules),
    "profile": ("p.yaml", lambda _: b"version: 1\nname: x\n", load_profile),
    "contents": ("c.json", lambda _: json.dumps(PACK).encode(), pack),
    "workspace": ("w.gpkg", workspace, health),
    "workspace to write": ("w.gpkg", workspace, lambda path: Workspace.open(path, create=False).close()),
    "decisions": ("d.npz", examples, read_examples),
    "model": ("m.onnx", lambda _: b"\x08\x08\x12\x04test:\x00", model),
}  # fmt: skip
WORDS = [
    b"\0", b"\xff\xfe", b"\n", b'"', b"<", b"]]>", b"<!DOCTYPE x [<!ENTITY y 'z'>]>", b"&y;", b"{", b"[", b"1e999",
    b"NaN", b"-1", b"null", b"true", b"*a", b"!!python/object", b"'", b";", b"\xc3", b"PK\x03\x04", b"9" * 30,
]  # fmt: skip


@pytest.mark.parametrize("name", PARSERS)
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_no_other_error_leaves_a_parser(name: str, tmp_path: Path, data: st.DataObject) -> None:
    file, seed, parse = PARSERS[name]
    content = bytearray(seed(tmp_path))
    for _ in range(data.draw(st.integers(0, 6))):
        at = data.draw(st.integers(0, len(content)))
        until = at + data.draw(st.integers(0, 60))
        content[at:until] = data.draw(st.sampled_from(WORDS) | st.binary(max_size=8))
    if data.draw(st.booleans()):
        content = content[: data.draw(st.integers(0, len(content)))]
    path = tmp_path / file
    path.write_bytes(content)
    try:
        parse(path)
    except SigmaError as error:
        assert str(error)
    finally:
        for beside in tmp_path.glob(f"{file}-*"):
            beside.unlink()
