-- SPDX-License-Identifier: GPL-2.0-or-later
-- Version 7: sensors, what they observed, and the episodes found in it.
-- Moments are whole milliseconds since 1970, UTC: rules are computed on them, and a row stays small.

CREATE TABLE sensor (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    geom POINT,
    id TEXT NOT NULL UNIQUE,        -- source/key
    source TEXT NOT NULL,
    key TEXT NOT NULL,              -- of the datastream at its source
    name TEXT,
    thing TEXT,
    thing_name TEXT,
    property TEXT,
    definition TEXT,
    unit TEXT,                      -- of the values stored here; what comes in another is converted, or refused
    kind TEXT NOT NULL,             -- number, flag, text, any
    lon DOUBLE,
    lat DOUBLE,
    first_at INTEGER,
    last_at INTEGER,
    last_value DOUBLE,
    last_text TEXT,
    rhythm INTEGER,                 -- ms from one observation to the next, as a rule
    flag TEXT,                      -- out_of_range, stuck: what the last check saw
    folded_to INTEGER,              -- older observations are hourly sums
    note TEXT
);
CREATE INDEX sensor_source ON sensor (source);

CREATE TABLE observation (
    sensor_id INTEGER NOT NULL REFERENCES sensor (fid) ON DELETE CASCADE,
    at INTEGER NOT NULL,            -- of the phenomenon; of an interval its end
    value DOUBLE,                   -- NULL: heard, but no number
    text TEXT,
    result_at INTEGER NOT NULL DEFAULT 0, -- when the result was made; of two at one moment the later counts
    span INTEGER NOT NULL DEFAULT 0,      -- ms of an interval
    PRIMARY KEY (sensor_id, at)
) WITHOUT ROWID;

-- What is left of older ones.
CREATE TABLE observation_hour (
    sensor_id INTEGER NOT NULL REFERENCES sensor (fid) ON DELETE CASCADE,
    hour INTEGER NOT NULL,          -- its beginning, ms
    least DOUBLE,
    mean DOUBLE,
    most DOUBLE,
    count INTEGER NOT NULL,
    PRIMARY KEY (sensor_id, hour)
) WITHOUT ROWID;

CREATE TABLE sensor_episode (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    sensor_id INTEGER NOT NULL REFERENCES sensor (fid) ON DELETE CASCADE,
    rule TEXT NOT NULL,
    key TEXT NOT NULL,              -- rule, datastream and start: the id of its report at the source
    started INTEGER NOT NULL,
    raised INTEGER NOT NULL,
    last INTEGER NOT NULL,
    cleared INTEGER,
    ended BOOLEAN NOT NULL DEFAULT 0,
    count INTEGER NOT NULL,
    value DOUBLE,
    observations INTEGER NOT NULL,
    report_key TEXT NOT NULL,       -- of the report that it is: its first key
    replaced_by TEXT,               -- key of the episode that it is a part of, '' where it was none after all
    UNIQUE (sensor_id, rule, key)
);

CREATE VIEW sensor_state AS
SELECT
    s.fid AS OGC_FID,
    s.geom AS geom,
    s.id AS id,
    s.source AS source,
    s.name AS name,
    s.thing_name AS thing,
    s.property AS property,
    s.last_value AS last_value,
    s.last_text AS last_text,
    s.unit AS unit,
    strftime('%Y-%m-%dT%H:%M:%fZ', s.last_at / 1000.0, 'unixepoch') AS last_at,
    round((julianday('now') - 2440587.5) * 24 - s.last_at / 3600000.0, 2) AS age_hours,
    CASE
        WHEN s.last_at IS NULL THEN 'silent'
        WHEN (julianday('now') - 2440587.5) * 86400000 - s.last_at > max(6 * coalesce(s.rhythm, 3600000), 3600000)
            THEN 'silent'
        WHEN s.flag IS NOT NULL THEN s.flag
        WHEN (julianday('now') - 2440587.5) * 86400000 - s.last_at > max(2.5 * coalesce(s.rhythm, 3600000), 900000)
            THEN 'late'
        ELSE 'fresh'
    END AS state,
    (SELECT count(*) FROM sensor_episode AS e WHERE e.sensor_id = s.fid AND e.ended = 0 AND e.replaced_by IS NULL)
        AS episodes
FROM sensor AS s;

INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) VALUES
    ('sensor', 'features', 'sensor', 'Sensors: what each measures, and where', 4326),
    ('sensor_state', 'features', 'sensor_state', 'Sensors with their last value, its age and their state: the map', 4326),
    ('sensor_episode', 'attributes', 'sensor_episode', 'Times in which a rule on a sensor held', NULL);
INSERT INTO gpkg_geometry_columns VALUES ('sensor', 'geom', 'POINT', 4326, 0, 0);
INSERT INTO gpkg_geometry_columns VALUES ('sensor_state', 'geom', 'POINT', 4326, 0, 0);
