# SPDX-License-Identifier: GPL-2.0-or-later
"""What a pack's GeoPackage says of its layers: names of tables, metadata, styles.

Metadata: extension ``gpkg_metadata`` (OGC 12-128r18, annex F.8); styles: the table ``layer_styles`` of GDAL and QGIS.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ...base.xml import etree
from ...store.catalogue_rows import folded
from ...store.file.connection import explaining
from ...store.file.geometry import register_functions
from ...store.file.timestamps import now
from ..project import metadata

_METADATA = (
    """CREATE TABLE IF NOT EXISTS gpkg_metadata (
    id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL,
    md_scope TEXT NOT NULL DEFAULT 'dataset',
    md_standard_uri TEXT NOT NULL,
    mime_type TEXT NOT NULL DEFAULT 'text/xml',
    metadata TEXT NOT NULL DEFAULT ''
)""",
    """CREATE TABLE IF NOT EXISTS gpkg_metadata_reference (
    reference_scope TEXT NOT NULL,
    table_name TEXT,
    column_name TEXT,
    row_id_value INTEGER,
    timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    md_file_id INTEGER NOT NULL,
    md_parent_id INTEGER,
    CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
    CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id)
)""",
    """INSERT OR IGNORE INTO gpkg_extensions
SELECT 'gpkg_metadata', NULL, 'gpkg_metadata', 'http://www.geopackage.org/spec120/#extension_metadata', 'read-write'
WHERE NOT EXISTS (SELECT 1 FROM gpkg_extensions WHERE table_name = 'gpkg_metadata')""",
    """INSERT OR IGNORE INTO gpkg_extensions
SELECT 'gpkg_metadata_reference', NULL, 'gpkg_metadata', 'http://www.geopackage.org/spec120/#extension_metadata',
    'read-write'
WHERE NOT EXISTS (SELECT 1 FROM gpkg_extensions WHERE table_name = 'gpkg_metadata_reference')""",
)
_STYLES = (
    """CREATE TABLE IF NOT EXISTS layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    f_table_catalog TEXT(256),
    f_table_schema TEXT(256),
    f_table_name TEXT(256),
    f_geometry_column TEXT(256),
    styleName TEXT(30),
    styleQML TEXT,
    styleSLD TEXT,
    useAsDefault BOOLEAN,
    description TEXT,
    owner TEXT(30),
    ui TEXT(30),
    update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now'))
)""",
    """INSERT OR IGNORE INTO gpkg_contents (table_name, data_type, identifier, description)
VALUES ('layer_styles', 'attributes', 'layer_styles', 'Styles of the layers')""",
)
_FORGET = (
    "DELETE FROM gpkg_metadata_reference WHERE table_name IS ?",
    "DELETE FROM gpkg_metadata WHERE id NOT IN (SELECT md_file_id FROM gpkg_metadata_reference)",
)
_PUT_METADATA = "INSERT INTO gpkg_metadata (md_scope, md_standard_uri, mime_type, metadata) VALUES (?, ?, ?, ?)"
_REFER = """
INSERT INTO gpkg_metadata_reference (reference_scope, table_name, timestamp, md_file_id) VALUES (?, ?, ?, ?)
"""
_INDEX_TABLES = """
SELECT 'rtree_' || table_name || '_' || column_name FROM gpkg_geometry_columns WHERE table_name = ?
"""
_DROP_ROWS = (
    "DELETE FROM gpkg_metadata_reference WHERE table_name = ?",
    "DELETE FROM layer_styles WHERE f_table_name = ?",
    "DELETE FROM gpkg_extensions WHERE table_name = ?",
    "DELETE FROM gpkg_geometry_columns WHERE table_name = ?",
    "DELETE FROM gpkg_contents WHERE table_name = ?",
)
_QGIS = "http://mrcc.com/qgis.dtd"
_DROP_STYLE = "DELETE FROM layer_styles WHERE f_table_name = ?"
_PUT_STYLE = """
INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML,
    styleSLD, useAsDefault, description, owner, update_time)
VALUES ('', '', ?, ?, ?, ?, ?, 1, ?, '', ?)
"""
_GEOMETRY_COLUMN = "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?"
_DESCRIBE = "UPDATE gpkg_contents SET description = ? WHERE table_name = ?"
_NAMES = "SELECT lower(name) FROM sqlite_master UNION SELECT lower(identifier) FROM gpkg_contents"
_EXTENT = "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = ?"
_FIELDS = "SELECT name FROM pragma_table_info(?)"
_TABLE_NAME = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Dressed:
    """What goes with one table."""

    table: str
    title: str
    abstract: str = ""
    licence: str = ""
    attribution: str = ""
    origin: str = ""
    date: str = ""
    crs: str = ""
    qml: bytes = b""
    sld: bytes = b""


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a GeoPackage; what is written in the block is one transaction.

    Raises
    ------
    WorkspaceError
        It can't be read or written.
    """
    with explaining(path):
        connection = sqlite3.connect(str(path), isolation_level=None)
        try:
            register_functions(connection)
            connection.execute("BEGIN")
            yield connection
            connection.execute("COMMIT")
        finally:
            connection.close()


def table_name(title: str, taken: set[str]) -> str:
    """Return a name for a table that no other has, in letters that every program can type.

    >>> table_name("PLUi : zonage d'Aix", {"photo"})
    'plui_zonage_d_aix'
    """
    base = _TABLE_NAME.sub("_", folded(title)).strip("_")[:48] or "couche"
    base = base if base[0].isalpha() else f"c_{base}"
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}_{number}"
    taken.add(name)
    return name


def names_in(path: Path) -> set[str]:
    """Return the names that a new table can't have."""
    with opened(path) as connection:
        found = {name for (name,) in connection.execute(_NAMES) if name}
    return found | {"layer_styles", "gpkg_metadata", "gpkg_metadata_reference", "gpkg_ogr_contents"}


def fields_of(path: Path, table: str) -> list[str]:
    """Return the fields of a table but its geometry, in their order."""
    with opened(path) as connection:
        geometry = {name for (name,) in connection.execute(_GEOMETRY_COLUMN, (table,))}
        return [name for (name,) in connection.execute(_FIELDS, (table,)) if name not in geometry]


def styles_in(path: Path) -> dict[str, str]:
    """Return table → its style (QML)."""
    with opened(path) as connection:
        return dict(connection.execute("SELECT f_table_name, styleQML FROM layer_styles"))


def extent_of(path: Path, table: str) -> tuple[float, ...]:
    """Return west, south, east, north of a layer as its GeoPackage states them; empty where it states none."""
    with opened(path) as connection:
        row = connection.execute(_EXTENT, (table,)).fetchone()
    return tuple(row) if row and None not in row else ()


def drop_layer(path: Path, table: str) -> None:
    """Take a layer out, with its index, metadata and style."""
    with opened(path) as connection:
        # SQLite writes the statement: %w doubles the quotes in a name.
        names = [name for (name,) in connection.execute(_INDEX_TABLES, (table,))]
        for name in (*names, table):
            (statement,) = connection.execute("SELECT printf('DROP TABLE IF EXISTS \"%w\"', ?)", (name,)).fetchone()
            connection.execute(statement)
        for statement in _DROP_ROWS:
            connection.execute(statement, (table,))
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'gpkg_ogr_contents'").fetchone():
            connection.execute("DELETE FROM gpkg_ogr_contents WHERE table_name = ?", (table,))
        connection.execute(_FORGET[1])


def dress(path: Path, tables: Sequence[Dressed]) -> None:
    """Write metadata and styles of tables; those that they had are replaced."""
    with opened(path) as connection:
        for statement in (*_METADATA, *_STYLES):
            connection.execute(statement)
        for each in tables:
            connection.execute(_FORGET[0], (each.table,))
            connection.execute(_FORGET[1])
            text = etree.tostring(_document(each), encoding="unicode")
            key = connection.execute(_PUT_METADATA, ("dataset", _QGIS, "text/xml", text)).lastrowid
            connection.execute(_REFER, ("table", each.table, now(), key))
            words = (each.abstract, each.attribution, each.licence, each.date, each.origin)
            connection.execute(_DESCRIBE, (" · ".join(word for word in words if word)[:2000], each.table))
            if each.qml or each.sld:
                column = connection.execute(_GEOMETRY_COLUMN, (each.table,)).fetchone()
                connection.execute(_DROP_STYLE, (each.table,))
                values = (each.qml.decode("utf-8", "replace"), each.sld.decode("utf-8", "replace"), each.title, now())
                connection.execute(_PUT_STYLE, (each.table, column[0] if column else "", "pack", *values))


def _document(each: Dressed) -> etree._Element:
    inner = metadata(each.title, each.abstract, each.licence, each.attribution, each.origin, each.crs)
    root = etree.Element("qgis", version="3.22.0")
    for element in list(inner):
        root.append(element)
    if each.date:
        dates = etree.SubElement(root, "dates")
        etree.SubElement(dates, "date", type="Revised", value=each.date)
    return root
