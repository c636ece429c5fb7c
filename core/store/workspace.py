# SPDX-License-Identifier: GPL-2.0-or-later
"""The workspace: one GeoPackage that QGIS, QField or ogr2ogr can open, written in whole batches."""

from __future__ import annotations

import itertools
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path, PurePath
from types import TracebackType
from typing import Any, Optional, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..base.columns import texts
from ..errors import DataError, WorkspaceError
from ..model import Columns, Decision, Photo, Prediction, Rejected, Report
from . import statements
from .file.connection import connect, explained, explaining, start_wal, stop_wal
from .file.geometry import Bounds, with_envelope
from .file.migrations import migrate, version_of
from .file.reading import Reader
from .file.timestamps import now, storable, utc
from .report_rows import Received, Written, row_of, write_reports

T = TypeVar("T")

BATCH = 5000
"""Records a transaction: a kill loses at most so many of the last ones."""
_PHOTO_BATCH = 500  # thumbnails are large


class Workspace(Reader):
    """A workspace file, open. Use :meth:`open`, best as a context manager; one object per thread.

    A new workspace is in WAL mode while it is open: others (QGIS) can read while this writes. An existing one keeps
    the journal that it has, for the sake of those who look at it (:func:`~.connection.start_wal`). On closing,
    everything is put back into the one file, which can then be copied. A workspace on a network drive may be opened by
    one computer at a time only: SQLite's locks do not reach further.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        super().__init__(connection, path)
        self._depth = 0
        self._closed = False

    @classmethod
    def open(cls, path: str | Path, *, create: bool = True, busy_timeout: float = 5.0) -> Workspace:
        """Open a workspace; create it where there is none, bring an older one to the present version.

        Parameters
        ----------
        path : str or Path
            The GeoPackage; its folder must exist.
        create : bool
            Whether a missing (or empty) file becomes a new workspace.
        busy_timeout : float
            Seconds to wait for another program's lock.

        Raises
        ------
        WorkspaceError
            The file is missing and may not be created, no GeoPackage, no workspace, of a newer version, damaged, in
            use, or its folder can't be written.
        """
        path = Path(path)
        if path.is_dir():
            raise WorkspaceError("Is a folder", where=str(path), next_step="Choose the name of a file")
        if not create and not path.exists():
            raise WorkspaceError(
                "There is no such workspace", where=str(path), next_step="Check the path, or create it with a run"
            )
        connection = connect(path, busy_timeout)
        try:
            new = version_of(connection, path) == 0
            if new and not create:
                raise WorkspaceError("The file is empty", where=str(path), next_step="Restore a copy, or delete it")
            migrate(connection, path)
            if new:
                with explaining(path):
                    start_wal(connection)
        except BaseException:
            connection.close()
            raise
        return cls(connection, path)

    def close(self) -> None:
        """Put everything into the one file and close it. Closing twice does nothing."""
        if self._closed:
            return
        self._closed = True
        with explaining(self.path):
            stop_wal(self._connection)
            self._connection.close()

    def __enter__(self) -> Workspace:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    # --- transactions --------------------------------------------------------------------------------------------

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Make everything written in the block one transaction: all of it, or on any error nothing.

        Without it every batch of a writing method is one of its own. Blocks may be nested; the outermost counts.

        Raises
        ------
        WorkspaceError
            The workspace is in use by another program, read-only or damaged, or the disk is full.
        """
        if self._depth:
            yield self._connection
            return
        with explaining(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
        self._depth = 1
        try:
            yield self._connection
            self._connection.execute("COMMIT")
        except BaseException as error:
            if self._connection.in_transaction:  # a full disk may already have rolled back
                self._connection.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                raise explained(error, self.path) from error
            raise
        finally:
            self._depth = 0

    @contextmanager
    def _attempt(self) -> Iterator[None]:
        """Within a transaction: undo what the block wrote where it raises; what was written before stays."""
        self._connection.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK TO attempt")
                self._connection.execute("RELEASE attempt")
            raise
        self._connection.execute("RELEASE attempt")

    @contextmanager
    def _writing(
        self, origin: str, who: str = "", *, queue: bool = False, note: str = ""
    ) -> Iterator[sqlite3.Connection]:
        """Write as the product: with ``queue`` a person's edit, that the triggers put into ``change``; else none."""
        with self.transaction() as connection:
            connection.execute(statements.GUARD, (origin, who, int(queue), note or None))
            try:
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute(statements.UNGUARD)

    def _touch(self, *tables: str, extent: Optional[Bounds] = None) -> None:
        """Say in gpkg_contents that tables changed, and make their extent hold ``extent``."""
        names = json.dumps(tables)
        self._connection.execute(statements.TOUCH, (names,))
        if extent is not None:
            self._connection.execute(statements.EXTEND, (*extent, names))

    # --- writing -------------------------------------------------------------------------------------------------

    def add_reports(self, reports: Iterable[Report]) -> Written:
        """Store reports, each once: a second time it updates what its source changed, and nothing edited here.

        The key is :func:`~.report_rows.report_id`. Positions that are missing or impossible are kept as numbers and
        give no point. Memory is that of a batch.

        Raises
        ------
        WorkspaceError
            See :meth:`transaction`; all batches before stay.
        """
        total = Written()
        for batch in _batches(map(row_of, reports), BATCH):
            with self._writing("source") as connection:
                received = write_reports(connection, batch)
                self._touch_reports(received)
            total = total.plus(received.written)
        return total

    def _touch_reports(self, received: Received) -> None:
        if received.written.new or received.written.changed:
            extent = None
            if received.positions:
                xs, ys = zip(*received.positions)
                extent = min(xs), max(xs), min(ys), max(ys)
            self._touch("report", "incident", extent=extent)

    def add_photos(
        self, photos: Iterable[tuple[Photo, Optional[bytes]]], *, report_of: Optional[Mapping[str, str]] = None
    ) -> Written:
        """Store the verdict on every file, with its thumbnail (JPEG bytes) where there is one.

        The key is the absolute path. ``report_of`` gives the id of the report that a photo (by its path, as given)
        belongs to; the report must be stored.
        Without an entry a photo stays with the report it has.

        Raises
        ------
        WorkspaceError
            A report id is unknown; else see :meth:`transaction`.
        """
        total = Written()
        for batch in _batches(photos, _PHOTO_BATCH):
            with self._writing("photos") as connection:
                paths = [_photo_key(photo.path) for photo, _ in batch]
                known = {row[0]: row for row in connection.execute(statements.PHOTOS_KNOWN, (json.dumps(paths),))}
                rows, counts = [], [0, 0, 0]
                for path, (photo, thumbnail) in zip(paths, batch):
                    before = known.get(path)
                    report = (report_of or {}).get(photo.path) or (before[-1] if before else None)
                    row = _photo_row(path, photo, thumbnail, report)
                    kind = 0 if before is None else 2 if before == row else 1
                    counts[kind] += 1
                    if kind < 2:
                        rows.append(row)
                        known[path] = row
                connection.executemany(statements.PUT_PHOTO, rows)
                if rows:
                    self._touch("photo")
            total = total.plus(Written(*counts))
        return total

    def add_predictions(self, predictions: Iterable[tuple[str, Prediction]]) -> None:
        """Store what a model suggests for photos, by their path: one row a photo and model.

        Raises
        ------
        WorkspaceError
            A path is not in the workspace; else see :meth:`transaction`.
        """
        for batch in _batches(predictions, BATCH):
            with self._writing("model") as connection:
                fids = self._fids(statements.FID_OF_PHOTO, [_photo_key(path) for path, _ in batch], "photo")
                at = now()
                connection.executemany(
                    statements.PUT_PREDICTION,
                    (
                        (
                            fids[_photo_key(path)],
                            prediction.model,
                            json.dumps([{"label": label, "score": score} for label, score in prediction.top]),
                            prediction.label,
                            None if prediction.abstained or not prediction.top else prediction.score,
                            int(prediction.abstained),
                            prediction.reason or None,
                            at,
                        )
                        for path, prediction in batch
                    ),
                )
                self._touch("prediction")

    def add_decision(self, decision: Decision, *, photo: Optional[str] = None) -> None:
        """Write down what a person decided, and let it hold for the report; an empty label takes it back.

        ``photo`` is the path of the photo that was looked at. A change of class waits in ``change`` for the server.

        Raises
        ------
        DataError
            The time can't be read as ISO 8601.
        WorkspaceError
            The report or the photo is unknown; else see :meth:`transaction`.
        """
        at = utc(decision.at)
        if at is None:
            raise DataError(f"Time '{decision.at}' is not ISO 8601", where=decision.report_id)
        label = decision.label or None
        with self._writing("decision", decision.who, queue=True) as connection:
            self._fids(statements.FID_OF_REPORT, [decision.report_id], "report")
            photo_id = (
                None
                if photo is None
                else self._fids(statements.FID_OF_PHOTO, [storable(photo)], "photo")[storable(photo)]
            )
            connection.execute(
                statements.PUT_DECISION, (decision.report_id, photo_id, decision.who, at, label, decision.model or None)
            )
            connection.execute(statements.DECIDE, (label, decision.report_id))
            self._touch("decision", "change", "report", "incident")

    def write_triage(self, columns: Columns) -> None:
        """Store class and place of reports; the class holds for a report unless a person gave it another.

        Parameters
        ----------
        columns : Columns
            ``id`` and any of ``class, confidence, class_from, evidence, insee, commune, quartier, ambiguous, outside,
            water, group_id``; a row is replaced as a whole, so a missing column is empty afterwards.

        Raises
        ------
        WorkspaceError
            An id is unknown; else see :meth:`transaction`.
        """
        said = {
            name: _texts(columns, name)
            for name in ("class", "class_from", "evidence", "insee", "commune", "quartier", "group_id")
        }
        flags = {name: _flags(columns, name) for name in ("ambiguous", "outside", "water")}
        rows = zip(
            columns["id"].tolist(), said["class"], _numbers(columns, "confidence"), said["class_from"],
            said["evidence"], said["insee"], said["commune"], said["quartier"], flags["ambiguous"],
            flags["outside"], flags["water"], said["group_id"],
        )  # fmt: skip
        for batch in _batches(rows, BATCH):
            with self._writing("triage") as connection:
                fids = self._fids(statements.FID_OF_REPORT, [row[0] for row in batch], "report")
                keyed = [(fids[row[0]], *row[1:]) for row in batch]
                connection.executemany(statements.PUT_TRIAGE, keyed)
                connection.executemany(statements.PUT_CLASS, (row[:4] for row in keyed))
                self._touch("triage", "report", "incident")

    def write_assignments(self, columns: Columns) -> None:
        """Store the team of reports and why: columns ``id, team, rule, reason_en, reason_fr``; no team, no row.

        Raises
        ------
        WorkspaceError
            An id is unknown; else see :meth:`transaction`.
        """
        names = ("team", "rule", "reason_en", "reason_fr")
        rows = zip(columns["id"].tolist(), *(_texts(columns, name) for name in names))
        for batch in _batches(rows, BATCH):
            with self._writing("routing") as connection:
                fids = self._fids(statements.FID_OF_REPORT, [row[0] for row in batch], "report")
                at = now()
                connection.executemany(
                    "DELETE FROM assignment WHERE fid = ? AND who IS NULL",
                    ((fids[row[0]],) for row in batch if not row[1]),
                )
                connection.executemany(
                    statements.PUT_ASSIGNMENT, ((fids[row[0]], *row[1:], at) for row in batch if row[1])
                )
                self._touch("assignment", "incident")

    def write_territory(self, communes: Columns, quartiers: Optional[Columns] = None, *, source: str = "") -> None:
        """Let the commune map be this one; communes keep their numbers, and the same map changes nothing.

        Parameters
        ----------
        communes : Columns
            ``insee, name, population`` (negative: unknown), ``geometry`` (shapely polygons or multipolygons, degrees).
        quartiers : Columns, optional
            ``insee`` (of their commune), ``name, geometry``; None leaves those there are.
        source : str
            Where the map comes from and under which licence; kept as the layers' description.

        Raises
        ------
        WorkspaceError
            See :meth:`transaction`.
        """
        with self._writing("territory") as connection:
            geoms, extent = _multipolygons(communes["geometry"])
            population = [
                None if value is None or value < 0 else int(value) for value in _numbers(communes, "population")
            ]
            rows = list(zip(communes["insee"].tolist(), communes["name"].tolist(), population, geoms))
            self._replace_areas(connection, "commune", rows, source, extent)
            if quartiers is not None:
                geoms, extent = _multipolygons(quartiers["geometry"])
                quarters = list(zip(quartiers["insee"].tolist(), quartiers["name"].tolist(), geoms))
                self._replace_areas(connection, "quartier", quarters, source, extent)

    def _replace_areas(
        self,
        connection: sqlite3.Connection,
        table: str,
        rows: Sequence[tuple[Any, ...]],
        source: str,
        extent: Optional[Bounds],
    ) -> None:
        """Write what is new, take away what is gone; both tables are small enough to be compared whole."""
        present, put, drop = _AREAS[table]
        there = {row[1:]: row[0] for row in connection.execute(present)}
        wanted = {row[0] for row in rows} if table == "commune" else set(rows)
        gone = [fid for row, fid in there.items() if (row[0] if table == "commune" else row) not in wanted]
        new = [row for row in rows if row not in there]
        said = connection.execute(_DESCRIBED, (table,)).fetchone()
        if not gone and not new and said == (source,):
            return
        connection.execute(drop, (json.dumps(gone),))
        connection.executemany(put, new)
        connection.execute(statements.RESET_EXTENT, (source, table))
        self._touch(table, extent=extent)

    def add_rejected(self, rejected: Iterable[Rejected]) -> None:
        """Keep which input records could not be used and why, each once."""
        for batch in _batches(rejected, BATCH):
            with self._writing("rejected") as connection:
                at = now()
                connection.executemany(
                    statements.PUT_REJECTED, ((storable(item.where), storable(item.reason), at) for item in batch)
                )
                self._touch("rejected")

    def add_run(self, version: str, parameters: Mapping[str, Any], counts: Mapping[str, Any]) -> None:
        """Write down what was run: the product's version, the parameters and what came out (both as JSON)."""
        with self._writing("run") as connection:
            values = (json.dumps(dict(value), ensure_ascii=False, default=str) for value in (parameters, counts))
            connection.execute(statements.PUT_RUN, (now(), version, *values))
            self._touch("run")

    def _fids(self, statement: str, keys: Sequence[str], noun: str) -> dict[str, int]:
        fids: dict[str, int] = dict(self.rows(statement, (json.dumps(keys),)))
        missing = next((key for key in keys if key not in fids), None)
        if missing is not None:
            raise WorkspaceError(f"There is no {noun} '{missing}' in the workspace", where=str(self.path))
        return fids

    # --- reading -------------------------------------------------------------------------------------------------

    def read_incidents(self) -> Columns:
        """Return the view ``incident`` as the Columns of :mod:`~..model`, in the order of arrival.

        Beside them: ``state, quartier, evidence, service_name, description, address``. NULL is ``""``, NaN, NaT or
        False.
        """
        return self._columns(statements.INCIDENTS, statements.INCIDENT_COLUMNS)

    def read_evidence(self) -> Columns:
        """Return what class, place and group are found from, a row for each report, in the order of arrival.

        ``id, source, lon, lat, reported_at, service_name, service_group, service_code, description``; ``decided``, the
        class that a person gave; ``photo_label`` and ``photo_score``, what its photo's last prediction suggests;
        ``photo_top``, its best guesses as JSON, also where none of them is suggested; ``place_insee`` and
        ``place_accuracy_m``, the commune that its address names and the metres within which its position is, where
        that was found from the address. NULL is ``""``, NaN or NaT; a position that gives no point is NaN.
        """
        return self._columns(statements.EVIDENCE, statements.EVIDENCE_COLUMNS)

    def _columns(self, statement: str, columns: Sequence[tuple[str, str]]) -> Columns:
        rows = self.rows(statement)
        values: Sequence[Sequence[Any]] = list(zip(*rows)) if rows else [()] * len(columns)
        return {name: _array(kind, column) for (name, kind), column in zip(columns, values)}

    def thumbnails(self) -> Mapping[str, bytes]:
        """Return report id → thumbnail (JPEG) of its first photo; each is read when it is asked for."""
        return _Thumbnails(self)

    def photo_with_thumbnail(self, report: str) -> Optional[str]:
        """Return the path of the photo of which :meth:`thumbnails` has the thumbnail."""
        path = self.value(statements.PHOTO_WITH_THUMBNAIL, (report,))
        return None if path is None else str(path)

    def photo_verdicts(self) -> dict[str, int]:
        """Return :class:`~..model.PhotoVerdict` (as text) → number of files."""
        return dict(self.rows(statements.PHOTO_VERDICTS))

    def rejected(self) -> list[Rejected]:
        """Return the input records that could not be used, as they came."""
        return [Rejected(*row) for row in self.rows(statements.REJECTED)]

    def counts(self) -> dict[str, int]:
        """Return the number of rows of each table."""
        return dict(self.rows(statements.COUNTS))


_DESCRIBED = "SELECT description FROM gpkg_contents WHERE table_name = ?"
_AREAS = {
    "commune": (
        "SELECT fid, insee, name, population, geom FROM commune",
        """INSERT INTO commune (insee, name, population, geom) VALUES (?, ?, ?, ?)
ON CONFLICT (insee) DO UPDATE SET name = excluded.name, population = excluded.population, geom = excluded.geom""",
        "DELETE FROM commune WHERE fid IN (SELECT value FROM json_each(?))",
    ),
    "quartier": (
        "SELECT fid, insee, name, geom FROM quartier",
        statements.PUT_QUARTIER,
        "DELETE FROM quartier WHERE fid IN (SELECT value FROM json_each(?))",
    ),
}
"""Table → its rows as they are written, how one is written, how some are taken away."""


class _Thumbnails(Mapping[str, bytes]):
    """The thumbnails of a workspace: thousands may be more than memory, and a bulletin shows few."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    @cached_property
    def _ids(self) -> dict[str, None]:
        return {report: None for (report,) in self._workspace.rows(statements.WITH_THUMBNAIL)}

    def __contains__(self, report: object) -> bool:
        return report in self._ids

    def __getitem__(self, report: str) -> bytes:
        row = self._workspace.row(statements.THUMBNAIL, (report,))
        if row is None:
            raise KeyError(report)
        thumbnail: bytes = row[0]
        return thumbnail

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(itertools.islice(iterator, size)):
        yield batch


def _photo_key(path: str) -> str:
    return storable(os.path.abspath(path))


def _photo_row(path: str, photo: Photo, thumbnail: Optional[bytes], report: Optional[str]) -> tuple[Any, ...]:
    return (
        path,
        PurePath(path).stem,
        str(PurePath(path).parent),
        photo.altitude,
        photo.direction,
        photo.rotation,
        photo.lon,
        photo.lat,
        utc(photo.taken_at),
        photo.taken_at,
        str(photo.verdict),
        storable(photo.reason) or None,
        photo.width,
        photo.height,
        photo.format,
        photo.size,
        photo.sha256,
        storable(photo.camera or "") or None,
        _photo_key(photo.duplicate_of) if photo.duplicate_of else None,
        thumbnail,
        report,
    )


def _texts(columns: Columns, name: str) -> list[Optional[str]]:
    if name not in columns:
        return [None] * len(columns["id"])
    return [value or None for value in columns[name].tolist()]


def _numbers(columns: Columns, name: str) -> list[Optional[float]]:
    if name not in columns:
        return [None] * len(next(iter(columns.values())))
    return [None if value is None or value != value else value for value in columns[name].tolist()]


def _flags(columns: Columns, name: str) -> list[int]:
    if name not in columns:
        return [0] * len(columns["id"])
    return [int(value) for value in columns[name].tolist()]


def _multipolygons(geometries: NDArray[Any]) -> tuple[list[bytes], Optional[Bounds]]:
    from ..base.geos import shapely  # slow to import, needed here only

    multi = [
        shapely.MultiPolygon([geometry]) if geometry.geom_type == "Polygon" else geometry for geometry in geometries
    ]
    if not multi:
        return [], None
    boxes = shapely.bounds(multi)
    blobs = [
        with_envelope(shapely.to_wkb(geometry, byte_order=1, output_dimension=2), (min_x, max_x, min_y, max_y))
        for geometry, (min_x, min_y, max_x, max_y) in zip(multi, boxes.tolist())
    ]
    (min_x, min_y), (max_x, max_y) = boxes[:, :2].min(axis=0).tolist(), boxes[:, 2:].max(axis=0).tolist()
    return blobs, (min_x, max_x, min_y, max_y)


def _array(kind: str, values: Sequence[Any]) -> NDArray[Any]:
    if kind == "number":
        return np.array(values, dtype=np.float64)
    if kind == "flag":
        return np.array(values, dtype=np.bool_)
    if kind == "time":
        return np.array(["NaT" if value is None else value for value in values], dtype="datetime64[s]")
    return texts(values)
