-- SPDX-License-Identifier: GPL-2.0-or-later
-- Version 2: the catalogue: sources, their records, and the full-text index.

-- Sources, and how they are: one row each -----------------------------------------------------------------------

CREATE TABLE catalogue_source (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    url TEXT NOT NULL,
    title TEXT,
    settings TEXT NOT NULL DEFAULT '{}', -- JSON: filter, page_size, pause, authcfg
    added_at DATETIME NOT NULL,
    harvest INTEGER NOT NULL DEFAULT 0,  -- number of the last harvest that was begun
    tried_at DATETIME,                   -- when it was begun
    read_at DATETIME,                    -- when the last one began that came to its end
    error TEXT,                          -- of the last harvest; NULL: it came to its end
    failures INTEGER NOT NULL DEFAULT 0, -- harvests in a row that did not
    etag TEXT,
    last_modified TEXT,
    calls INTEGER,
    failed_calls INTEGER,
    latency_ms DOUBLE,
    slowest_ms DOUBLE,
    bytes INTEGER,
    rejected INTEGER                     -- records of the last harvest that could not be used
);

-- What is found: a record from one source or several -------------------------------------------------------------

CREATE TABLE record (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    organisation TEXT,
    kind TEXT,
    licence TEXT,
    modified TEXT,                       -- as given; ISO 8601 at best
    west DOUBLE,                         -- degrees; NULL: unknown
    south DOUBLE,
    east DOUBLE,
    north DOUBLE,
    kinds TEXT NOT NULL,                 -- of its links: ' wms wfs '
    organisation_folded TEXT NOT NULL,   -- without accents and case, for filters
    licence_folded TEXT NOT NULL,
    themes TEXT NOT NULL,                -- folded INSPIRE themes and ISO topics: '|usage des sols|planningcadastre|'
    first_seen DATETIME NOT NULL,
    changed_at DATETIME NOT NULL,
    document TEXT                        -- JSON: all origins together; NULL: there is one, and it is that
);

-- The record as each source gives it. Its identifier is the source's.
CREATE TABLE record_origin (
    source_id INTEGER NOT NULL REFERENCES catalogue_source (fid) ON DELETE CASCADE,
    identifier TEXT NOT NULL,
    record_id INTEGER NOT NULL REFERENCES record (fid) ON DELETE CASCADE,
    harvest INTEGER NOT NULL,            -- the last one that saw it
    document TEXT NOT NULL,              -- JSON
    PRIMARY KEY (source_id, identifier)
) WITHOUT ROWID;
CREATE INDEX record_origin_record_id ON record_origin (record_id);

-- What two sources may both say of one record: title, organisation and a link.
CREATE TABLE record_twin (
    key TEXT NOT NULL,
    record_id INTEGER NOT NULL REFERENCES record (fid) ON DELETE CASCADE,
    PRIMARY KEY (key, record_id)
) WITHOUT ROWID;
CREATE INDEX record_twin_record_id ON record_twin (record_id);

-- What the person did: kept when a record goes and comes back.
CREATE TABLE record_mark (
    id TEXT PRIMARY KEY NOT NULL,        -- record.id
    favourite BOOLEAN NOT NULL DEFAULT 0,
    viewed_at DATETIME
);
CREATE TABLE catalogue_visit (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    at DATETIME NOT NULL,
    last_record INTEGER NOT NULL         -- the newest record.fid then: what has a higher one is new since
);

-- Stems, one row a record (rowid is record.fid). The product writes it with the record, in one transaction.
CREATE VIRTUAL TABLE record_text USING fts5 (
    title, keywords, organisation, abstract, tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO record_text (record_text, rank) VALUES ('rank', 'bm25(10.0, 4.0, 2.0, 1.0)');

INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) VALUES
    ('catalogue_source', 'attributes', 'catalogue_source', 'Catalogues that are read, and how they are', NULL),
    ('record', 'attributes', 'record', 'Datasets and services that the catalogues describe', NULL);
