-- SPDX-License-Identifier: GPL-2.0-or-later
-- The workspace, version 1: a GeoPackage 1.3 (OGC 12-128r18) with SQLite triggers.
-- Empty text is NULL; times are UTC, as GeoPackage's DATETIME asks for them (2026-11-21T22:30:00.000Z).

PRAGMA application_id = 1196444487;  -- 'GPKG'
PRAGMA user_version = 10300;         -- GeoPackage 1.3.0; our own version is in schema_version

-- What every GeoPackage has ------------------------------------------------------------------------------------

CREATE TABLE gpkg_spatial_ref_sys (
    srs_name TEXT NOT NULL,
    srs_id INTEGER PRIMARY KEY,
    organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL,
    definition TEXT NOT NULL,
    description TEXT
);
INSERT INTO gpkg_spatial_ref_sys VALUES
    ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system'),
    ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),
    ('WGS 84 geodetic', 4326, 'EPSG', 4326,
     'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]',
     'longitude/latitude coordinates in decimal degrees on the WGS 84 spheroid');

CREATE TABLE gpkg_contents (
    table_name TEXT NOT NULL PRIMARY KEY,
    data_type TEXT NOT NULL,
    identifier TEXT UNIQUE,
    description TEXT DEFAULT '',
    last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    min_x DOUBLE,
    min_y DOUBLE,
    max_x DOUBLE,
    max_y DOUBLE,
    srs_id INTEGER,
    CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
);

CREATE TABLE gpkg_geometry_columns (
    table_name TEXT NOT NULL,
    column_name TEXT NOT NULL,
    geometry_type_name TEXT NOT NULL,
    srs_id INTEGER NOT NULL,
    z TINYINT NOT NULL,
    m TINYINT NOT NULL,
    CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
    CONSTRAINT uk_gc_table_name UNIQUE (table_name),
    CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents (table_name),
    CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
);

CREATE TABLE gpkg_extensions (
    table_name TEXT,
    column_name TEXT,
    extension_name TEXT NOT NULL,
    definition TEXT NOT NULL,
    scope TEXT NOT NULL,
    CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
);

-- One row a script of this folder.
CREATE TABLE schema_version (version INTEGER PRIMARY KEY, applied_at TEXT NOT NULL);

-- Who writes ---------------------------------------------------------------------------------------------------

-- One row while the product itself writes, inside its transaction, so nobody else ever sees it. queue = 0: what is
-- written comes from a source or a model and is no edit. No row: an attribute table, QField, SQL.
CREATE TABLE writer (origin TEXT NOT NULL, who TEXT NOT NULL, queue INTEGER NOT NULL);

-- Reports: every problem with a place, from a server, a file or an agent's photo ---------------------------------

CREATE TABLE report (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    geom POINT,                     -- NULL where the position is missing or impossible
    id TEXT UNIQUE,                 -- source/service_request_id; a report drawn on the map gets local/…
    source TEXT NOT NULL DEFAULT 'local',
    service_request_id TEXT,
    service_code TEXT,
    service_name TEXT,
    service_group TEXT,
    description TEXT,
    status TEXT,                    -- GeoReport: open, closed
    raw_status TEXT,                -- the word of the source
    state TEXT NOT NULL DEFAULT 'received',
    class TEXT,                     -- the class that holds: a person's, or else what triage suggests
    confidence DOUBLE,              -- 0..1, of the model; NULL where words or a person gave the class
    class_from TEXT,                -- photo, words, person
    address TEXT,
    lon DOUBLE,                     -- as the source gave them; they follow geom when a person moves the point
    lat DOUBLE,
    position_flag TEXT,
    requested_datetime TEXT,        -- as given
    updated_datetime TEXT,          -- as given
    reported_at DATETIME,           -- requested_datetime in UTC
    agency_responsible TEXT,
    media_url TEXT,
    extra TEXT                      -- JSON: every other field of the source
);

-- What the source said last, as a digest: a source that says the same again changes nothing.
CREATE TABLE received (fid INTEGER PRIMARY KEY REFERENCES report (fid) ON DELETE CASCADE, digest BLOB NOT NULL);

-- What the product found out about a report (same fid): class as suggested, and the place.
CREATE TABLE triage (
    fid INTEGER PRIMARY KEY NOT NULL REFERENCES report (fid) ON DELETE CASCADE,
    class TEXT,
    confidence DOUBLE,
    class_from TEXT,
    evidence TEXT,
    insee TEXT,
    commune TEXT,
    quartier TEXT,
    ambiguous BOOLEAN NOT NULL DEFAULT 0,
    outside BOOLEAN NOT NULL DEFAULT 0,
    water BOOLEAN NOT NULL DEFAULT 0,
    group_id TEXT
);

-- The team in charge now (same fid as the report), and why.
CREATE TABLE assignment (
    fid INTEGER PRIMARY KEY NOT NULL REFERENCES report (fid) ON DELETE CASCADE,
    team TEXT NOT NULL,
    rule TEXT,
    reason_en TEXT,
    reason_fr TEXT,
    at DATETIME NOT NULL
);

-- Photos: the columns of QGIS' native:importphotos, then ours ----------------------------------------------------

CREATE TABLE photo (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    photo TEXT NOT NULL UNIQUE,
    filename TEXT,
    directory TEXT,
    altitude DOUBLE,
    direction DOUBLE,
    rotation INTEGER,
    longitude DOUBLE,
    latitude DOUBLE,
    timestamp DATETIME,             -- taken_at in UTC
    taken_at TEXT,                  -- as the file says it, with its offset where there is one
    verdict TEXT NOT NULL,
    reason TEXT,
    width INTEGER,
    height INTEGER,
    format TEXT,
    size INTEGER,
    sha256 TEXT,
    camera TEXT,
    duplicate_of TEXT,
    thumbnail BLOB,
    report_id TEXT REFERENCES report (id) ON UPDATE CASCADE ON DELETE SET NULL
);
CREATE INDEX photo_report_id ON photo (report_id);

CREATE TABLE prediction (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    photo_id INTEGER NOT NULL REFERENCES photo (fid) ON DELETE CASCADE,
    model TEXT NOT NULL,
    top TEXT NOT NULL,              -- JSON: [{"label", "score"}], best first
    label TEXT,                     -- NULL where the model abstained
    score DOUBLE,
    abstained BOOLEAN NOT NULL,
    reason TEXT,
    at DATETIME NOT NULL,
    UNIQUE (photo_id, model)
);

-- What people decided: append-only -------------------------------------------------------------------------------

CREATE TABLE decision (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    report_id TEXT NOT NULL,        -- no foreign key: a decision outlives its report
    photo_id INTEGER,
    who TEXT,                       -- NULL: edited from outside the product
    at DATETIME NOT NULL,
    what TEXT NOT NULL DEFAULT 'class',
    label TEXT,                     -- NULL: taken back
    model TEXT
);
CREATE INDEX decision_report_id ON decision (report_id);
CREATE TRIGGER decision_update BEFORE UPDATE ON decision BEGIN SELECT RAISE(ABORT, 'decision is append-only'); END;
CREATE TRIGGER decision_delete BEFORE DELETE ON decision BEGIN SELECT RAISE(ABORT, 'decision is append-only'); END;

-- What was edited here and is not yet on the server --------------------------------------------------------------

CREATE TABLE change (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    report_id TEXT NOT NULL,
    action TEXT NOT NULL,           -- insert, update, delete
    field TEXT,                     -- of an update
    old TEXT,                       -- geom: 'longitude latitude'
    new TEXT,
    at DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    origin TEXT NOT NULL,           -- what of the product wrote it, or 'outside'
    who TEXT
);
CREATE INDEX change_report_id ON change (report_id);

CREATE TRIGGER report_state_insert BEFORE INSERT ON report
WHEN NEW.state NOT IN
    ('received', 'to_qualify', 'assigned', 'in_progress', 'resolved', 'rejected', 'duplicate', 'not_ours')
BEGIN
    SELECT RAISE(ABORT, 'unknown state');
END;

CREATE TRIGGER report_state_update BEFORE UPDATE OF state ON report
WHEN NEW.state NOT IN
    ('received', 'to_qualify', 'assigned', 'in_progress', 'resolved', 'rejected', 'duplicate', 'not_ours')
BEGIN
    SELECT RAISE(ABORT, 'unknown state');
END;

CREATE TRIGGER report_insert AFTER INSERT ON report
WHEN NOT EXISTS (SELECT 1 FROM writer WHERE queue = 0)
BEGIN
    UPDATE report SET id = coalesce(NEW.id, 'local/' || lower(hex(randomblob(8)))),
        lon = coalesce(ST_MinX(NEW.geom), NEW.lon), lat = coalesce(ST_MinY(NEW.geom), NEW.lat),
        reported_at = coalesce(NEW.reported_at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
        class_from = CASE WHEN NEW.class <> '' THEN coalesce(NEW.class_from, 'person') END
    WHERE fid = NEW.fid;
    INSERT INTO change (report_id, action, origin, who)
    SELECT id, 'insert', coalesce((SELECT origin FROM writer), 'outside'), (SELECT who FROM writer)
    FROM report WHERE fid = NEW.fid;
END;

CREATE TRIGGER report_id BEFORE UPDATE OF id ON report
WHEN OLD.id NOTNULL AND NEW.id IS NOT OLD.id
BEGIN
    SELECT RAISE(ABORT, 'the id of a report stays');
END;

CREATE TRIGGER report_update
AFTER UPDATE OF state, class, status, service_code, service_name, description, address, agency_responsible, media_url
ON report
WHEN NOT EXISTS (SELECT 1 FROM writer WHERE queue = 0)
BEGIN
    INSERT INTO change (report_id, action, field, old, new, origin, who)
    SELECT NEW.id, 'update', field, old, new,
        coalesce((SELECT origin FROM writer), 'outside'), (SELECT who FROM writer)
    FROM (
        SELECT 'state' AS field, OLD.state AS old, NEW.state AS new
        UNION ALL SELECT 'class', OLD.class, NEW.class
        UNION ALL SELECT 'status', OLD.status, NEW.status
        UNION ALL SELECT 'service_code', OLD.service_code, NEW.service_code
        UNION ALL SELECT 'service_name', OLD.service_name, NEW.service_name
        UNION ALL SELECT 'description', OLD.description, NEW.description
        UNION ALL SELECT 'address', OLD.address, NEW.address
        UNION ALL SELECT 'agency_responsible', OLD.agency_responsible, NEW.agency_responsible
        UNION ALL SELECT 'media_url', OLD.media_url, NEW.media_url
    )
    WHERE old IS NOT new;
END;

-- A class written from outside is a person's, and a decision.
CREATE TRIGGER report_class AFTER UPDATE OF class ON report
WHEN OLD.class IS NOT NEW.class AND NOT EXISTS (SELECT 1 FROM writer)
BEGIN
    UPDATE report SET confidence = NULL, class_from = CASE WHEN NEW.class <> '' THEN 'person' END
    WHERE fid = NEW.fid;
    INSERT INTO decision (report_id, at, label)
    VALUES (NEW.id, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), nullif(NEW.class, ''));
END;

CREATE TRIGGER report_move AFTER UPDATE OF geom ON report
WHEN (ST_MinX(OLD.geom) IS NOT ST_MinX(NEW.geom) OR ST_MinY(OLD.geom) IS NOT ST_MinY(NEW.geom))
    AND NOT EXISTS (SELECT 1 FROM writer WHERE queue = 0)
BEGIN
    UPDATE report SET lon = ST_MinX(NEW.geom), lat = ST_MinY(NEW.geom), position_flag = NULL WHERE fid = NEW.fid;
    INSERT INTO change (report_id, action, field, old, new, origin, who)
    VALUES (NEW.id, 'update', 'geom',
        ST_MinX(OLD.geom) || ' ' || ST_MinY(OLD.geom), ST_MinX(NEW.geom) || ' ' || ST_MinY(NEW.geom),
        coalesce((SELECT origin FROM writer), 'outside'), (SELECT who FROM writer));
END;

CREATE TRIGGER report_delete AFTER DELETE ON report
WHEN NOT EXISTS (SELECT 1 FROM writer WHERE queue = 0)
BEGIN
    INSERT INTO change (report_id, action, origin, who)
    VALUES (OLD.id, 'delete', coalesce((SELECT origin FROM writer), 'outside'), (SELECT who FROM writer));
END;

-- The commune map ------------------------------------------------------------------------------------------------

CREATE TABLE commune (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    geom MULTIPOLYGON,
    insee TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    population INTEGER
);

CREATE TABLE quartier (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    geom MULTIPOLYGON,
    insee TEXT NOT NULL,
    name TEXT NOT NULL
);

-- What was run, and what could not be used -----------------------------------------------------------------------

CREATE TABLE run (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    at DATETIME NOT NULL,
    version TEXT NOT NULL,
    parameters TEXT NOT NULL,       -- JSON
    counts TEXT NOT NULL            -- JSON
);

CREATE TABLE rejected (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    input TEXT NOT NULL,            -- where it stood
    reason TEXT NOT NULL,
    at DATETIME NOT NULL,
    UNIQUE (input, reason)
);

-- The map --------------------------------------------------------------------------------------------------------

-- OGC_FID is the name by which GDAL knows the key of a view; with report's own geom and fid beside each other it
-- also finds report's spatial index. All columns are plain ones, so that their types are known.
CREATE VIEW incident AS
SELECT
    r.fid AS OGC_FID,
    r.geom AS geom,
    r.id AS id,
    r.source AS source,
    r.lon AS lon,
    r.lat AS lat,
    t.insee AS insee,
    t.commune AS commune,
    t.quartier AS quartier,
    r.class AS class,
    r.confidence AS confidence,
    r.class_from AS class_from,
    t.evidence AS evidence,
    a.team AS team,
    a.rule AS rule,
    a.reason_fr AS reason,
    a.reason_en AS reason_en,
    a.reason_fr AS reason_fr,
    t.group_id AS group_id,
    r.state AS state,
    r.reported_at AS reported_at,
    r.service_name AS service_name,
    r.description AS description,
    r.address AS address,
    r.position_flag AS position_flag,
    t.ambiguous AS ambiguous,
    t.outside AS outside,
    t.water AS water
FROM report AS r
LEFT JOIN triage AS t ON t.fid = r.fid
LEFT JOIN assignment AS a ON a.fid = r.fid;

INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) VALUES
    ('incident', 'features', 'incident', 'Reports with class, place, group and team: the map', 4326),
    ('report', 'features', 'report', 'Citizens'' reports and agents'' photos with a place: edit here', 4326),
    ('commune', 'features', 'commune', 'Communes', 4326),
    ('quartier', 'features', 'quartier', 'Quartiers of a commune', 4326),
    ('photo', 'attributes', 'photo', 'Every photo file and its verdict', NULL),
    ('prediction', 'attributes', 'prediction', 'What a model suggests for a photo', NULL),
    ('decision', 'attributes', 'decision', 'What a person decided (append-only)', NULL),
    ('triage', 'attributes', 'triage', 'Suggested class and place of each report', NULL),
    ('assignment', 'attributes', 'assignment', 'The team in charge and the reason', NULL),
    ('change', 'attributes', 'change', 'Edited here, not yet on the server', NULL),
    ('rejected', 'attributes', 'rejected', 'Input records that could not be used', NULL),
    ('run', 'attributes', 'run', 'What was run, with which parameters', NULL);

INSERT INTO gpkg_geometry_columns (table_name, column_name, geometry_type_name, srs_id, z, m) VALUES
    ('incident', 'geom', 'POINT', 4326, 0, 0),
    ('report', 'geom', 'POINT', 4326, 0, 0),
    ('commune', 'geom', 'MULTIPOLYGON', 4326, 0, 0),
    ('quartier', 'geom', 'MULTIPOLYGON', 4326, 0, 0);

-- Spatial indexes (extension gpkg_rtree_index) -------------------------------------------------------------------

-- The triggers are those of the specification but for one word: update3 and update4 say UPDATE OF fid where it says
-- UPDATE. They do the same (fid is what they test), and a tool without ST_IsEmpty (sqlite3, DB Browser) can edit the
-- other columns.
INSERT INTO gpkg_extensions VALUES
    ('report', 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only'),
    ('commune', 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only'),
    ('quartier', 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only');

CREATE VIRTUAL TABLE rtree_report_geom USING rtree (id, minx, maxx, miny, maxy);
CREATE TRIGGER rtree_report_geom_insert AFTER INSERT ON report
WHEN (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
    INSERT OR REPLACE INTO rtree_report_geom
    VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER rtree_report_geom_update1 AFTER UPDATE OF geom ON report
WHEN OLD.fid = NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
    INSERT OR REPLACE INTO rtree_report_geom
    VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER rtree_report_geom_update2 AFTER UPDATE OF geom ON report
WHEN OLD.fid = NEW.fid AND (NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))
BEGIN
    DELETE FROM rtree_report_geom WHERE id = OLD.fid;
END;
CREATE TRIGGER rtree_report_geom_update3 AFTER UPDATE OF fid ON report
WHEN OLD.fid != NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
    DELETE FROM rtree_report_geom WHERE id = OLD.fid;
    INSERT OR REPLACE INTO rtree_report_geom
    VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER rtree_report_geom_update4 AFTER UPDATE OF fid ON report
WHEN OLD.fid != NEW.fid AND (NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))
BEGIN
    DELETE FROM rtree_report_geom WHERE id IN (OLD.fid, NEW.fid);
END;
CREATE TRIGGER rtree_report_geom_delete AFTER DELETE ON report
WHEN OLD.geom NOT NULL
BEGIN
    DELETE FROM rtree_report_geom WHERE id = OLD.fid;
END;

CREATE VIRTUAL TABLE rtree_commune_geom USING rtree (id, minx, maxx, miny, maxy);
CREATE TRIGGER rtree_commune_geom_insert AFTER INSERT ON commune
WHEN (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
    INSERT OR REPLACE INTO rtree_commune_geom
    VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER rtree_commune_geom_update1 AFTER UPDATE OF geom ON commune
WHEN OLD.fid = NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
    INSERT OR REPLACE INTO rtree_commune_geom
    VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER rtree_commune_geom_update2 AFTER UPDATE OF geom ON commune
WHEN OLD.fid = NEW.fid AND (NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))
BEGIN
    DELETE FROM rtree_commune_geom WHERE id = OLD.fid;
END;
CREATE TRIGGER rtree_commune_geom_update3 AFTER UPDATE OF fid ON commune
WHEN OLD.fid != NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
    DELETE FROM rtree_commune_geom WHERE id = OLD.fid;
    INSERT OR REPLACE INTO rtree_commune_geom
    VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER rtree_commune_geom_update4 AFTER UPDATE OF fid ON commune
WHEN OLD.fid != NEW.fid AND (NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))
BEGIN
    DELETE FROM rtree_commune_geom WHERE id IN (OLD.fid, NEW.fid);
END;
CREATE TRIGGER rtree_commune_geom_delete AFTER DELETE ON commune
WHEN OLD.geom NOT NULL
BEGIN
    DELETE FROM rtree_commune_geom WHERE id = OLD.fid;
END;

CREATE VIRTUAL TABLE rtree_quartier_geom USING rtree (id, minx, maxx, miny, maxy);
CREATE TRIGGER rtree_quartier_geom_insert AFTER INSERT ON quartier
WHEN (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
    INSERT OR REPLACE INTO rtree_quartier_geom
    VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER rtree_quartier_geom_update1 AFTER UPDATE OF geom ON quartier
WHEN OLD.fid = NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
    INSERT OR REPLACE INTO rtree_quartier_geom
    VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER rtree_quartier_geom_update2 AFTER UPDATE OF geom ON quartier
WHEN OLD.fid = NEW.fid AND (NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))
BEGIN
    DELETE FROM rtree_quartier_geom WHERE id = OLD.fid;
END;
CREATE TRIGGER rtree_quartier_geom_update3 AFTER UPDATE OF fid ON quartier
WHEN OLD.fid != NEW.fid AND (NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))
BEGIN
    DELETE FROM rtree_quartier_geom WHERE id = OLD.fid;
    INSERT OR REPLACE INTO rtree_quartier_geom
    VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
END;
CREATE TRIGGER rtree_quartier_geom_update4 AFTER UPDATE OF fid ON quartier
WHEN OLD.fid != NEW.fid AND (NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))
BEGIN
    DELETE FROM rtree_quartier_geom WHERE id IN (OLD.fid, NEW.fid);
END;
CREATE TRIGGER rtree_quartier_geom_delete AFTER DELETE ON quartier
WHEN OLD.geom NOT NULL
BEGIN
    DELETE FROM rtree_quartier_geom WHERE id = OLD.fid;
END;
