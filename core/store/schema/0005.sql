-- SPDX-License-Identifier: GPL-2.0-or-later
-- Version 5: what a source can do is kept with it, so that what waits can be judged without asking it.

-- JSON: what it can do when it was read last; 'takes' are the fields and actions of change that it takes. NULL: unknown.
ALTER TABLE cursor ADD COLUMN abilities TEXT;

-- Who it is: its scheme, host, port, path and parameters, of a folder its whole path. NULL: read by an earlier version.
ALTER TABLE cursor ADD COLUMN identity TEXT;

-- The status by which the source refused the edit; change.kept has its words.
ALTER TABLE change ADD COLUMN refused INTEGER;

-- Reports with an edit that leaves with the next sending, as far as is known without asking: made here to be sent, or
-- read from a source that takes it. What waits for a decision of ours waits too. change.kept says of the others why
-- they stay.
DROP VIEW report_waiting;
CREATE VIEW report_waiting AS
SELECT DISTINCT c.report_id AS report_id
FROM change AS c
JOIN report AS r ON r.id = c.report_id
LEFT JOIN cursor AS s ON s.source = r.source
WHERE (c.kept IS NULL OR c.refused NOTNULL AND c.refused NOT IN (405, 501)) AND c.field IS NOT 'class' AND (
    EXISTS (SELECT 1 FROM change AS i WHERE i.report_id = c.report_id AND i.action = 'insert')
    OR s.abilities IS NULL AND r.source IN (SELECT source FROM cursor UNION SELECT source FROM outbox)
    OR coalesce(nullif(c.field, ''), c.action) IN (SELECT value FROM json_each(s.abilities, '$.takes')))
UNION
SELECT x.report_id FROM conflict AS x JOIN change AS c ON c.report_id = x.report_id;
