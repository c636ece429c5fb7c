-- SPDX-License-Identifier: GPL-2.0-or-later
-- Version 4: where photos were taken, and towards where.

-- Photos on the map, at the place of their report. direction: degrees clockwise from north, as EXIF's GPSImgDirection.
CREATE VIEW photo_place AS
SELECT
    p.fid AS OGC_FID,
    r.geom AS geom,
    p.photo AS photo,
    p.filename AS filename,
    p.direction AS direction,
    p.taken_at AS taken_at,
    p.timestamp AS timestamp,
    p.camera AS camera,
    p.report_id AS report_id,
    r.class AS class,
    r.state AS state
FROM photo AS p
JOIN report AS r ON r.id = p.report_id
WHERE r.geom IS NOT NULL AND p.duplicate_of IS NULL;

INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) VALUES
    ('photo_place', 'features', 'photo_place', 'Photos at the place of their report, with their direction', 4326);
INSERT INTO gpkg_geometry_columns VALUES ('photo_place', 'geom', 'POINT', 4326, 0, 0);

-- Offline packs --------------------------------------------------------------------------------------------------

-- Edits of packs that came home, each by a digest of its row in the pack's change: a pack returned twice changes nothing
-- the second time, and two copies of one pack are told apart.
CREATE TABLE parcel_return (
    parcel TEXT NOT NULL,
    digest BLOB NOT NULL,
    at DATETIME NOT NULL,
    PRIMARY KEY (parcel, digest)
) WITHOUT ROWID;

-- Catalogue ------------------------------------------------------------------------------------------------------

-- The same table with rows of its own: documents of some kilobytes fill whole pages of a table WITHOUT ROWID.
CREATE TABLE record_source (
    fid INTEGER PRIMARY KEY NOT NULL,
    source_id INTEGER NOT NULL REFERENCES catalogue_source (fid) ON DELETE CASCADE,
    identifier TEXT NOT NULL,
    record_id INTEGER NOT NULL REFERENCES record (fid) ON DELETE CASCADE,
    harvest INTEGER NOT NULL,            -- the last one that saw it
    document TEXT NOT NULL,              -- JSON
    digest BLOB,                         -- of what the source sent; NULL: not kept for this kind of source
    UNIQUE (source_id, identifier)
);
INSERT INTO record_source (source_id, identifier, record_id, harvest, document)
    SELECT source_id, identifier, record_id, harvest, document FROM record_origin;
DROP TABLE record_origin;
ALTER TABLE record_source RENAME TO record_origin;
CREATE INDEX record_origin_record_id ON record_origin (record_id);
ALTER TABLE catalogue_source ADD COLUMN error_code TEXT; -- the error's stable name, for other languages

-- Thematic bundles that a commune switched on.
CREATE TABLE catalogue_bundle (
    commune TEXT NOT NULL,               -- INSEE code; '' is the whole territory
    bundle TEXT NOT NULL,                -- id of resources/catalogue/bundles.yaml
    at DATETIME NOT NULL,
    PRIMARY KEY (commune, bundle)
) WITHOUT ROWID;

-- Privacy --------------------------------------------------------------------------------------------------------

-- What a person wants hidden in every copy of a photo ('manual'), and where he saw a detector to be wrong ('ignored').
-- Fractions of the upright picture, from its upper left corner.
CREATE TABLE blur_box (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    photo_id INTEGER NOT NULL REFERENCES photo (fid) ON DELETE CASCADE,
    x DOUBLE NOT NULL CHECK (x >= 0 AND x < 1),
    y DOUBLE NOT NULL CHECK (y >= 0 AND y < 1),
    w DOUBLE NOT NULL CHECK (w > 0 AND x + w <= 1.000001),
    h DOUBLE NOT NULL CHECK (h > 0 AND y + h <= 1.000001),
    kind TEXT NOT NULL CHECK (kind IN ('manual', 'ignored')),
    who TEXT,
    at DATETIME NOT NULL
);
CREATE INDEX blur_box_photo_id ON blur_box (photo_id);

-- What left, what was kept back, what was deleted and why: append-only; no foreign keys, it outlives its photos.
CREATE TABLE privacy_register (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    at DATETIME NOT NULL,
    who TEXT,
    what TEXT NOT NULL CHECK (what IN ('left', 'left_unblurred', 'refused', 'deleted')),
    photo TEXT NOT NULL,
    sha256 TEXT,                    -- of the copy that left, or of the file that was deleted
    dest TEXT,                      -- where to: bulletin, a server, a pack, a folder
    faces INTEGER NOT NULL DEFAULT 0,
    plates INTEGER NOT NULL DEFAULT 0,
    manual INTEGER NOT NULL DEFAULT 0,
    rule TEXT,                      -- of retention
    reason TEXT
);
CREATE TRIGGER privacy_register_update BEFORE UPDATE ON privacy_register
BEGIN SELECT RAISE(ABORT, 'privacy_register is append-only'); END;
CREATE TRIGGER privacy_register_delete BEFORE DELETE ON privacy_register
BEGIN SELECT RAISE(ABORT, 'privacy_register is append-only'); END;

-- Closed since its state was last set; a report that came closed, since its source last changed it.
CREATE VIEW report_closed AS
SELECT id, closed_at FROM (
    SELECT r.id AS id, coalesce(
        (SELECT max(h.at) FROM history AS h WHERE h.report_id = r.id AND h.what = 'state'),
        r.updated_datetime, r.reported_at) AS closed_at
    FROM report AS r
    WHERE r.state IN ('resolved', 'rejected', 'duplicate', 'not_ours') OR r.status = 'closed'
)
WHERE closed_at NOTNULL;

INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) VALUES
    ('blur_box', 'attributes', 'blur_box', 'What is hidden in every copy of a photo', NULL),
    ('privacy_register', 'attributes', 'privacy_register', 'Photos that left or were deleted (append-only)', NULL);

-- What waits -----------------------------------------------------------------------------------------------------

-- Reports with an edit that a server could get: made here to be sent, or read from a server. The class is ours alone.
CREATE VIEW report_waiting AS
SELECT DISTINCT c.report_id AS report_id
FROM change AS c
JOIN report AS r ON r.id = c.report_id
WHERE c.kept IS NULL AND c.field IS NOT 'class' AND (
    r.source IN (SELECT source FROM cursor UNION SELECT source FROM outbox)
    OR EXISTS (SELECT 1 FROM change AS i WHERE i.report_id = c.report_id AND i.action = 'insert'));

-- Reports about which a person has to decide: both sides differ, or it is gone on the server while an edit waits.
CREATE VIEW report_conflict AS
SELECT report_id FROM conflict
UNION
SELECT g.report_id FROM gone AS g JOIN change AS c ON c.report_id = g.report_id;
