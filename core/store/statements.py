# SPDX-License-Identifier: GPL-2.0-or-later
"""The SQL of the workspace: constants all, every value from outside is a parameter."""

from __future__ import annotations

GUARD = "INSERT INTO writer (origin, who, queue, note) VALUES (?, ?, ?, ?)"
UNGUARD = "DELETE FROM writer"

TOUCH = """
UPDATE gpkg_contents SET last_change = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
WHERE table_name IN (SELECT value FROM json_each(?))
"""
EXTEND = """
UPDATE gpkg_contents SET min_x = min(coalesce(min_x, ?1), ?1), max_x = max(coalesce(max_x, ?2), ?2),
    min_y = min(coalesce(min_y, ?3), ?3), max_y = max(coalesce(max_y, ?4), ?4)
WHERE table_name IN (SELECT value FROM json_each(?5))
"""
RESET_EXTENT = """
UPDATE gpkg_contents SET min_x = NULL, max_x = NULL, min_y = NULL, max_y = NULL, description = ?
WHERE table_name = ?
"""

PHOTOS_KNOWN = """
SELECT photo, filename, directory, altitude, direction, rotation, longitude, latitude, timestamp, taken_at, verdict,
    reason, width, height, format, size, sha256, camera, duplicate_of, thumbnail, report_id
FROM photo WHERE photo IN (SELECT value FROM json_each(?))
"""
PUT_PHOTO = """
INSERT INTO photo (photo, filename, directory, altitude, direction, rotation, longitude, latitude, timestamp, taken_at,
    verdict, reason, width, height, format, size, sha256, camera, duplicate_of, thumbnail, report_id)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (photo) DO UPDATE SET altitude = excluded.altitude, direction = excluded.direction,
    rotation = excluded.rotation, longitude = excluded.longitude, latitude = excluded.latitude,
    timestamp = excluded.timestamp, taken_at = excluded.taken_at, verdict = excluded.verdict, reason = excluded.reason,
    width = excluded.width, height = excluded.height, format = excluded.format, size = excluded.size,
    sha256 = excluded.sha256, camera = excluded.camera, duplicate_of = excluded.duplicate_of,
    thumbnail = excluded.thumbnail, report_id = excluded.report_id
"""
FID_OF_PHOTO = "SELECT photo, fid FROM photo WHERE photo IN (SELECT value FROM json_each(?))"
PUT_PREDICTION = """
INSERT INTO prediction (photo_id, model, top, label, score, abstained, reason, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (photo_id, model) DO UPDATE SET top = excluded.top, label = excluded.label, score = excluded.score,
    abstained = excluded.abstained, reason = excluded.reason, at = excluded.at
WHERE (top, abstained, reason) IS NOT (excluded.top, excluded.abstained, excluded.reason)
"""
PUT_DECISION = """
INSERT INTO decision (report_id, photo_id, who, at, what, label, model) VALUES (?, ?, ?, ?, 'class', ?, ?)
"""
DECIDE = """
UPDATE report SET class = ?1, confidence = NULL, class_from = CASE WHEN ?1 IS NOT NULL THEN 'person' END WHERE id = ?2
"""
FID_OF_REPORT = "SELECT id, fid FROM report WHERE id IN (SELECT value FROM json_each(?))"
PUT_TRIAGE = """
INSERT INTO triage (fid, class, confidence, class_from, evidence, insee, commune, quartier, ambiguous, outside, water,
    group_id)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (fid) DO UPDATE SET class = excluded.class, confidence = excluded.confidence,
    class_from = excluded.class_from, evidence = excluded.evidence, insee = excluded.insee, commune = excluded.commune,
    quartier = excluded.quartier, ambiguous = excluded.ambiguous, outside = excluded.outside, water = excluded.water,
    group_id = excluded.group_id
"""
PUT_CLASS = """
UPDATE report SET class = ?2, confidence = ?3, class_from = ?4
WHERE fid = ?1 AND class_from IS NOT 'person' AND (class, confidence, class_from) IS NOT (?2, ?3, ?4)
"""
PUT_ASSIGNMENT = """
INSERT INTO assignment (fid, team, rule, reason_en, reason_fr, at) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (fid) DO UPDATE SET team = excluded.team, rule = excluded.rule, reason_en = excluded.reason_en,
    reason_fr = excluded.reason_fr, at = excluded.at
WHERE assignment.who IS NULL AND (team, rule, reason_en, reason_fr)
    IS NOT (excluded.team, excluded.rule, excluded.reason_en, excluded.reason_fr)
"""
PUT_QUARTIER = "INSERT INTO quartier (insee, name, geom) VALUES (?, ?, ?)"
PUT_REJECTED = "INSERT OR IGNORE INTO rejected (input, reason, at) VALUES (?, ?, ?)"
PUT_RUN = "INSERT INTO run (at, version, parameters, counts) VALUES (?, ?, ?, ?)"

COUNTS = """
SELECT 'report', count(*) FROM report UNION ALL SELECT 'photo', count(*) FROM photo
UNION ALL SELECT 'prediction', count(*) FROM prediction UNION ALL SELECT 'decision', count(*) FROM decision
UNION ALL SELECT 'triage', count(*) FROM triage UNION ALL SELECT 'assignment', count(*) FROM assignment
UNION ALL SELECT 'change', count(*) FROM change UNION ALL SELECT 'commune', count(*) FROM commune
UNION ALL SELECT 'quartier', count(*) FROM quartier UNION ALL SELECT 'rejected', count(*) FROM rejected
UNION ALL SELECT 'run', count(*) FROM run
"""
INCIDENTS = """
SELECT id, source, lon, lat, substr(reported_at, 1, 19), class, confidence, class_from, insee, commune,
    coalesce(ambiguous, 0), coalesce(outside, 0), coalesce(water, 0), group_id, team, rule, reason_en, reason_fr,
    state, quartier, evidence, service_name, description, address
FROM incident ORDER BY OGC_FID
"""
INCIDENTS_OF = INCIDENTS.replace("ORDER BY", "WHERE id IN (SELECT value FROM json_each(?1)) ORDER BY")
INCIDENT_COLUMNS: tuple[tuple[str, str], ...] = (
    ("id", "text"), ("source", "text"), ("lon", "number"), ("lat", "number"), ("reported_at", "time"),
    ("class", "text"), ("confidence", "number"), ("class_from", "text"), ("insee", "text"), ("commune", "text"),
    ("ambiguous", "flag"), ("outside", "flag"), ("water", "flag"), ("group_id", "text"), ("team", "text"),
    ("rule", "text"), ("reason_en", "text"), ("reason_fr", "text"), ("state", "text"), ("quartier", "text"),
    ("evidence", "text"), ("service_name", "text"), ("description", "text"), ("address", "text"),
)  # fmt: skip
# What the stages of the main job start from. A position that is missing or impossible has no point. Of several photos
# the surest suggestion counts; one that shows no disorder only where there is no other. Where the model
# abstains between classes that it knows, its best guesses (top, JSON) are evidence beside words, no class of their own.
EVIDENCE = """
SELECT r.id, r.source, CASE WHEN r.geom NOT NULL THEN r.lon END, CASE WHEN r.geom NOT NULL THEN r.lat END,
    substr(r.reported_at, 1, 19), r.service_name, r.service_group, r.service_code, r.description,
    CASE WHEN r.class_from = 'person' THEN r.class END, p.label, p.score, p.top,
    CASE WHEN json_valid(r.extra) THEN json_extract(r.extra, '$.place_insee') END,
    CASE WHEN json_valid(r.extra) THEN json_extract(r.extra, '$.place_accuracy_m') END
FROM report AS r LEFT JOIN (
    SELECT photo.report_id, prediction.label, prediction.score, prediction.top,
        max(coalesce(prediction.score - (prediction.label = 'none'), -2)) AS rank
    FROM photo JOIN prediction ON prediction.fid =
        (SELECT fid FROM prediction WHERE photo_id = photo.fid ORDER BY at DESC, fid DESC LIMIT 1)
    WHERE (prediction.label NOT NULL OR prediction.reason LIKE 'best guess%') AND photo.report_id NOT NULL
    GROUP BY photo.report_id
) AS p ON p.report_id = r.id
ORDER BY r.fid
"""
EVIDENCE_OF = EVIDENCE.replace(
    "photo.report_id NOT NULL", "photo.report_id IN (SELECT value FROM json_each(?1))"
).replace("ORDER BY r.fid", "WHERE r.id IN (SELECT value FROM json_each(?1)) ORDER BY r.fid")
EVIDENCE_COLUMNS: tuple[tuple[str, str], ...] = (
    ("id", "text"), ("source", "text"), ("lon", "number"), ("lat", "number"), ("reported_at", "time"),
    ("service_name", "text"), ("service_group", "text"), ("service_code", "text"), ("description", "text"),
    ("decided", "text"), ("photo_label", "text"), ("photo_score", "number"),
    ("photo_top", "text"), ("place_insee", "text"), ("place_accuracy_m", "number"),
)  # fmt: skip
PHOTO_WITH_THUMBNAIL = "SELECT photo FROM photo WHERE report_id = ? AND thumbnail NOTNULL ORDER BY fid LIMIT 1"
WITH_THUMBNAIL = "SELECT DISTINCT report_id FROM photo WHERE report_id NOTNULL AND thumbnail NOTNULL ORDER BY fid"
THUMBNAIL = "SELECT thumbnail FROM photo WHERE report_id = ? AND thumbnail NOTNULL ORDER BY fid LIMIT 1"
PHOTO_VERDICTS = "SELECT verdict, count(*) FROM photo GROUP BY verdict"
REJECTED = "SELECT input, reason FROM rejected ORDER BY fid"
