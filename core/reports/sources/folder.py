# SPDX-License-Identifier: GPL-2.0-or-later
"""A watched folder as a source: partners drop files of reports there, and find ours in its subfolder ``out``.

Any kind of file that :func:`.files.read_reports` reads. A report that comes in several files is the one of the newest.
What is sent is one small GeoReport answer a report (``out/ID.json``), written whole or not at all: sending it twice
changes nothing, so no answer can be lost.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Optional
from urllib.parse import unquote

from ...base.files import replacing
from ...errors import DataError, SigmaError, UsageError
from ...model import Rejected, Report
from ...transport import Answer, NotFound, TooLarge
from ..formats.files import read_reports
from ..formats.georeport import Created
from .collection import ReadWhole, position, stamp, wanted
from .registry import Opening
from .source import Abilities, ChangedRequest, NewRequest

OUT = "out"
_FIELDS = frozenset({"description", "address", "service_code", "service_name", "position", "media_url"})
_Signature = tuple[tuple[str, int, int], ...]


class Folder(ReadWhole):
    """A folder of files as a :class:`.source.Source`.

    Parameters
    ----------
    path : Path
        The folder; its files and those of ``out`` are read, other subfolders and names that begin with a dot are not.
    name : str
        ``Report.source``; the folder's name where not given.

    Raises
    ------
    UsageError
        There is no such folder.
    """

    def __init__(self, path: Path, *, name: str = "") -> None:
        if not path.is_dir():
            raise UsageError("There is no such folder", where=str(path))
        self.path = path
        self.name = name or path.name
        self.identity = path.resolve().as_uri()
        self._read: tuple[_Signature, dict[str, Report], list[Rejected]] = ((), {}, [])

    @property
    def abilities(self) -> Abilities:
        """All but photos; a comment is kept with its report."""
        return Abilities(changes=True, create=True, comments=True, status=True, fields=_FIELDS, longest=1_000_000)

    def requests(
        self,
        *,
        since: Optional[datetime] = None,
        until: Optional[datetime] = None,
        changed: bool = False,
        status: str = "",
        service_codes: Sequence[str] = (),
    ) -> Iterator[Report | Rejected]:
        """Give every report of every file, once, and what can't be read; times are not looked at."""
        reports, rejected = self._all()
        yield from rejected
        for report in reports.values():
            if wanted(report, status, service_codes):
                yield report

    def request(self, service_request_id: str) -> Optional[Report]:
        """Return one report, or None where no file has it."""
        return self._all()[0].get(service_request_id)

    def create(self, new: NewRequest) -> Created:
        """Write a new report into ``out``."""
        identifier = uuid.uuid4().hex[:12]
        values = asdict(new)
        record = {
            name: values[name] for name in ("service_code", "description", "address", "media_url") if values[name]
        }
        if new.lon is not None and new.lat is not None:
            record.update(long=new.lon, lat=new.lat)
        if new.attributes:
            record["attributes"] = dict(new.attributes)
        self._write({"service_request_id": identifier, "status": "open", "requested_datetime": stamp(), **record})
        return Created(identifier)

    def update(self, service_request_id: str, edit: ChangedRequest) -> None:
        """Write a report as it is from now on into ``out``.

        Raises
        ------
        NotFound
            No file has it.
        """
        report = self.request(service_request_id)
        if report is None:
            raise NotFound("No file has this report", where=f"{self.path}: {service_request_id}", may_have_acted=False)
        record = _record(report)
        record.update(
            {name: value for name, value in (("status", edit.status), ("status_notes", edit.comment)) if value}
        )
        if edit.state:
            record["state"] = edit.state
        for name, value in edit.fields.items():
            if name == "position":
                lon, lat = position(value)
                record.update(long=lon, lat=lat)
            else:
                record[name] = value
        self._write(record)

    def media(self, url: str, *, max_bytes: int) -> Answer:
        """Read a photo that lies in the folder; ``url`` is its path there.

        Raises
        ------
        UsageError
            The path leads out of the folder.
        NotFound, TooLarge
            There is no such file, or it is larger.
        """
        root = self.path.resolve()
        path = (root / unquote(url)).resolve()
        if root not in path.parents:
            raise UsageError("Is no photo of this folder", where=url)
        if not path.is_file():
            raise NotFound("There is no such photo", where=str(path), may_have_acted=False)
        if path.stat().st_size > max_bytes:
            raise TooLarge(f"Is larger than {max_bytes:,} bytes", where=str(path))
        return Answer(200, path.read_bytes(), "", url, {})

    # --- files -----------------------------------------------------------------------------------------------------

    def _all(self) -> tuple[dict[str, Report], list[Rejected]]:
        signature = self._signature()
        if signature != self._read[0]:
            reports: dict[str, Report] = {}
            rejected: list[Rejected] = []
            for name, _, _ in signature:
                try:
                    for verdict in read_reports(self.path / name, source=self.name):
                        if isinstance(verdict, Rejected):
                            rejected.append(Rejected(f"{name}: {verdict.where}", verdict.reason))
                        else:
                            reports[verdict.service_request_id] = verdict
                except SigmaError as error:
                    rejected.append(Rejected(f"{self.name}: {name}", error.what))
            self._read = (signature, reports, rejected)
        return self._read[1], self._read[2]

    def _signature(self) -> _Signature:
        """Return the files, oldest first."""
        found = []
        try:
            for folder in (self.path, self.path / OUT):
                for file in folder.iterdir() if folder.is_dir() else ():
                    if file.is_file() and not file.name.startswith("."):
                        known = file.stat()
                        found.append((known.st_mtime_ns, file.relative_to(self.path).as_posix(), known.st_size))
        except OSError as error:
            raise DataError(f"Can't be read: {error.strerror or error}", where=str(self.path)) from error
        return tuple((name, time, size) for time, name, size in sorted(found))

    def _write(self, record: Mapping[str, Any]) -> None:
        name = "".join(c if c.isalnum() or c in "-_" else f"%{ord(c):02x}" for c in record["service_request_id"])
        with replacing(self.path / OUT / f"{name[:100]}.json") as temporary:
            text = json.dumps([{**record, "updated_datetime": stamp()}], ensure_ascii=False, indent=1)
            temporary.write_text(text, encoding="utf-8")


def _record(report: Report) -> dict[str, Any]:
    """Return a report with GeoReport's names."""
    values = {
        k: v for k, v in vars(report).items() if v and k not in ("source", "extra", "raw_status", "position_flag")
    }
    out = {**report.extra, **values}
    if report.lon is not None and report.lat is not None:
        out.update(long=out.pop("lon"), lat=report.lat)
    return out


def open_source(opening: Opening) -> Folder:
    """Return the source that a person set up."""
    return Folder(Path(opening.server.url), name=opening.name)
