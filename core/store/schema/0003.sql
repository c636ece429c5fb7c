-- SPDX-License-Identifier: GPL-2.0-or-later
-- Version 3: two-way sync: how far a source was read, what differs, what was sent, who did what.
--
-- The three versions of a report: mine is the row of report; base is the same row with the oldest change.old of each
-- field that was edited; theirs is the same as base but for the fields in conflict, which hold what the source says.

-- Reading --------------------------------------------------------------------------------------------------------

CREATE TABLE cursor (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    source TEXT NOT NULL UNIQUE,
    changed_to DATETIME,            -- the newest change that was read, by the source's own clock
    sweep INTEGER NOT NULL DEFAULT 0, -- number of the last full read that was begun
    sweep_since DATETIME,            -- of the full read under way: when it began; NULL: none is under way
    sweep_to DATETIME,               -- up to when it has read
    sweep_newest DATETIME,           -- the newest change that it has read
    read_at DATETIME                -- when the last pull came to its end
);

ALTER TABLE received ADD COLUMN seen INTEGER; -- the full read that saw it last

-- Other keys of a report: it was made here and then got an id on a server, or the server changed the case of its id.
CREATE TABLE alias (key TEXT PRIMARY KEY NOT NULL, report_id TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX report_id_case ON report (id COLLATE NOCASE) WHERE service_request_id GLOB '*[A-Za-z]*';

-- Reports that their source no longer shows: deleted or hidden there. They stay here, marked.
CREATE TABLE gone (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    report_id TEXT NOT NULL UNIQUE,
    found_at DATETIME NOT NULL
);

-- Changed here and at the source, differently: a person decides.
CREATE TABLE conflict (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    report_id TEXT NOT NULL,
    field TEXT NOT NULL,            -- a field, or position, service, status for those that belong together
    base TEXT NOT NULL,             -- JSON: field to value, as last pulled
    mine TEXT NOT NULL,             -- the same, as edited here
    theirs TEXT NOT NULL,           -- the same, as the source has it
    mine_by TEXT,
    mine_at DATETIME,
    theirs_by TEXT,
    theirs_at TEXT,                 -- as given
    found_at DATETIME NOT NULL,
    UNIQUE (report_id, field)
);

-- Writing --------------------------------------------------------------------------------------------------------

-- Why an edit stays here: the source can't take it. NULL: it waits to be sent.
ALTER TABLE change ADD COLUMN kept TEXT;

-- What is sent, noted before the call. 'sending' and 'unknown': it may have been taken, look before sending again.
CREATE TABLE outbox (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    report_id TEXT NOT NULL,
    source TEXT NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('create', 'update')),
    payload TEXT NOT NULL,          -- JSON: what is sent
    changes TEXT NOT NULL,          -- JSON: change.fid of the edits that it sends
    state TEXT NOT NULL CHECK (state IN ('sending', 'unknown', 'token', 'sent', 'refused')),
    token TEXT,
    service_request_id TEXT,
    reason TEXT,
    noted_at DATETIME NOT NULL,
    tried_at DATETIME NOT NULL,
    settled_at DATETIME,
    who TEXT
);
CREATE UNIQUE INDEX outbox_open ON outbox (report_id, action) WHERE state IN ('sending', 'unknown', 'token');

-- Handling -------------------------------------------------------------------------------------------------------

-- The team was chosen by this person, not by a rule.
ALTER TABLE assignment ADD COLUMN who TEXT;

ALTER TABLE writer ADD COLUMN note TEXT;

-- What was done with a report: append-only.
CREATE TABLE history (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    report_id TEXT NOT NULL,        -- no foreign key: history outlives its report
    at DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    who TEXT,                       -- NULL: nobody of us, or edited from outside the product
    origin TEXT NOT NULL,           -- what of the product wrote it, or 'outside'
    what TEXT NOT NULL,             -- state, team, note, reply, sent, resolved, moved, recategorised, gone, back, comment
    old TEXT,
    new TEXT,
    note TEXT,
    reference TEXT UNIQUE           -- the source's own key of an entry that came from there
);
CREATE INDEX history_report_id ON history (report_id);
CREATE TRIGGER history_update BEFORE UPDATE ON history BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
CREATE TRIGGER history_delete BEFORE DELETE ON history BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;

CREATE TRIGGER report_state_history AFTER UPDATE OF state ON report
WHEN OLD.state IS NOT NEW.state
BEGIN
    INSERT INTO history (report_id, who, origin, what, old, new, note)
    VALUES (NEW.id, (SELECT nullif(who, '') FROM writer), coalesce((SELECT origin FROM writer), 'outside'), 'state',
        OLD.state, NEW.state, (SELECT note FROM writer));
END;

-- Media ----------------------------------------------------------------------------------------------------------

-- What was fetched of media_url; files lie beside the workspace, named by their hash.
CREATE TABLE media (
    fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    url TEXT NOT NULL UNIQUE,
    sha256 TEXT,                    -- NULL: could not be used
    file TEXT,                      -- below the folder of the workspace, with slashes
    reason TEXT,                    -- why it could not be used
    size INTEGER,
    fetched_at DATETIME NOT NULL
);

INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) VALUES
    ('cursor', 'attributes', 'cursor', 'How far each source was read', NULL),
    ('gone', 'attributes', 'gone', 'Reports that their source no longer shows', NULL),
    ('conflict', 'attributes', 'conflict', 'Changed here and at the source: decide', NULL),
    ('outbox', 'attributes', 'outbox', 'What was sent, and what came of it', NULL),
    ('history', 'attributes', 'history', 'What was done with a report (append-only)', NULL),
    ('media', 'attributes', 'media', 'Photos fetched from report servers', NULL);
