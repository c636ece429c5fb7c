-- SPDX-License-Identifier: GPL-2.0-or-later
-- Version 6: beside other tools; packs that are known; persons that are forgotten.

-- Other tools ----------------------------------------------------------------------------------------------------

-- The triggers of GeoPackage 1.4 (OGC 12-128r19, annex F.3): GDAL takes one that is called update3 for a fault of
-- version 1.0 and writes it anew, so that each edit needs ST_IsEmpty. update4 and update5 say UPDATE OF fid where it says
-- UPDATE: fid is what they test, and a tool without these functions (sqlite3, DB Browser) can edit the other columns.
DROP TRIGGER IF EXISTS rtree_report_geom_update1;
DROP TRIGGER IF EXISTS rtree_report_geom_update3;
DROP TRIGGER IF EXISTS rtree_report_geom_update4;
CREATE TRIGGER rtree_report_geom_update4 AFTER UPDATE OF fid ON report
WHEN OLD.fid != NEW.fid AND (NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))
BEGIN
    DELETE FROM rtree_report_geom WHERE id IN (OLD.fid, NEW.fid);
END;
CREATE TRIGGER rtree_report_geom_update5 AFTER UPDATE OF fid ON report
WHEN OLD.fid != NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
    DELETE FROM rtree_report_geom WHERE id = OLD.fid;
    INSERT OR REPLACE INTO rtree_report_geom
    VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER rtree_report_geom_update6 AFTER UPDATE OF geom ON report
WHEN OLD.fid = NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
    AND (OLD.geom NOTNULL AND NOT ST_IsEmpty(OLD.geom))
BEGIN
    UPDATE rtree_report_geom SET minx = ST_MinX(NEW.geom), maxx = ST_MaxX(NEW.geom), miny = ST_MinY(NEW.geom),
        maxy = ST_MaxY(NEW.geom)
    WHERE id = NEW.fid;
END;
CREATE TRIGGER rtree_report_geom_update7 AFTER UPDATE OF geom ON report
WHEN OLD.fid = NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
    AND (OLD.geom ISNULL OR ST_IsEmpty(OLD.geom))
BEGIN
    INSERT INTO rtree_report_geom
    VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;

DROP TRIGGER IF EXISTS rtree_commune_geom_update1;
DROP TRIGGER IF EXISTS rtree_commune_geom_update3;
DROP TRIGGER IF EXISTS rtree_commune_geom_update4;
CREATE TRIGGER rtree_commune_geom_update4 AFTER UPDATE OF fid ON commune
WHEN OLD.fid != NEW.fid AND (NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))
BEGIN
    DELETE FROM rtree_commune_geom WHERE id IN (OLD.fid, NEW.fid);
END;
CREATE TRIGGER rtree_commune_geom_update5 AFTER UPDATE OF fid ON commune
WHEN OLD.fid != NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
    DELETE FROM rtree_commune_geom WHERE id = OLD.fid;
    INSERT OR REPLACE INTO rtree_commune_geom
    VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER rtree_commune_geom_update6 AFTER UPDATE OF geom ON commune
WHEN OLD.fid = NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
    AND (OLD.geom NOTNULL AND NOT ST_IsEmpty(OLD.geom))
BEGIN
    UPDATE rtree_commune_geom SET minx = ST_MinX(NEW.geom), maxx = ST_MaxX(NEW.geom), miny = ST_MinY(NEW.geom),
        maxy = ST_MaxY(NEW.geom)
    WHERE id = NEW.fid;
END;
CREATE TRIGGER rtree_commune_geom_update7 AFTER UPDATE OF geom ON commune
WHEN OLD.fid = NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
    AND (OLD.geom ISNULL OR ST_IsEmpty(OLD.geom))
BEGIN
    INSERT INTO rtree_commune_geom
    VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;

DROP TRIGGER IF EXISTS rtree_quartier_geom_update1;
DROP TRIGGER IF EXISTS rtree_quartier_geom_update3;
DROP TRIGGER IF EXISTS rtree_quartier_geom_update4;
CREATE TRIGGER rtree_quartier_geom_update4 AFTER UPDATE OF fid ON quartier
WHEN OLD.fid != NEW.fid AND (NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))
BEGIN
    DELETE FROM rtree_quartier_geom WHERE id IN (OLD.fid, NEW.fid);
END;
CREATE TRIGGER rtree_quartier_geom_update5 AFTER UPDATE OF fid ON quartier
WHEN OLD.fid != NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
    DELETE FROM rtree_quartier_geom WHERE id = OLD.fid;
    INSERT OR REPLACE INTO rtree_quartier_geom
    VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER rtree_quartier_geom_update6 AFTER UPDATE OF geom ON quartier
WHEN OLD.fid = NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
    AND (OLD.geom NOTNULL AND NOT ST_IsEmpty(OLD.geom))
BEGIN
    UPDATE rtree_quartier_geom SET minx = ST_MinX(NEW.geom), maxx = ST_MaxX(NEW.geom), miny = ST_MinY(NEW.geom),
        maxy = ST_MaxY(NEW.geom)
    WHERE id = NEW.fid;
END;
CREATE TRIGGER rtree_quartier_geom_update7 AFTER UPDATE OF geom ON quartier
WHEN OLD.fid = NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
    AND (OLD.geom ISNULL OR ST_IsEmpty(OLD.geom))
BEGIN
    INSERT INTO rtree_quartier_geom
    VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;

-- GDAL's table of counts, and no row in it: with it QGIS counts a view of more than 100,000 rows instead of taking the
-- highest rowid, which a view has not. A row would go wrong, because triggers of ours add reports that GDAL does not see.
CREATE TABLE IF NOT EXISTS gpkg_ogr_contents (table_name TEXT NOT NULL PRIMARY KEY, feature_count INTEGER DEFAULT NULL);

-- Media ----------------------------------------------------------------------------------------------------------

-- What an earlier version could not use may have been a server that was away, or a cancel: it is asked for once more.
DELETE FROM media WHERE file IS NULL AND sha256 IS NULL;

-- Packs ----------------------------------------------------------------------------------------------------------

-- In a pack's own file: which pack it is; it also stands in contents.json, which other programs don't carry along.
CREATE TABLE this_pack (
    name TEXT PRIMARY KEY NOT NULL,      -- as parcel_return knows it
    insee TEXT NOT NULL,
    commune TEXT NOT NULL
);

-- In a workspace: the packs that took reports along.
CREATE TABLE pack (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL UNIQUE,
    insee TEXT NOT NULL,
    commune TEXT NOT NULL,
    folder TEXT NOT NULL,                -- where it was made
    wanted TEXT NOT NULL DEFAULT '[]',   -- JSON: the layers that were asked for; a pack does not name paths of a machine
    at DATETIME NOT NULL                 -- when it took reports along last
);

-- Persons --------------------------------------------------------------------------------------------------------

-- Reports whose reporter was forgotten: what their source says of the person later is not kept either. The triggers that
-- see to it are made with the first row, so that who forgets nobody pays nothing.
CREATE TABLE forgotten (report_id TEXT PRIMARY KEY NOT NULL, at DATETIME NOT NULL) WITHOUT ROWID;

-- History stays append-only but for who has the right to be forgotten.
DROP TRIGGER history_update;
CREATE TRIGGER history_update BEFORE UPDATE ON history
WHEN NOT EXISTS (SELECT 1 FROM writer WHERE origin = 'forget')
BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
