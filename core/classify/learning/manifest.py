# SPDX-License-Identifier: GPL-2.0-or-later
"""A folder of photos with ``manifest.csv``: what each shows, what belongs together, where it comes from."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from ...errors import DataError, UsageError
from ...model import Rejected

MANIFEST = "manifest.csv"


@dataclass(frozen=True)
class ManifestRow:
    """One photo: ``label`` is ``""`` where nobody decided; ``group`` is the file's name where none is given.

    ``extra`` holds what figures are told apart by, where the file has it: ``commune``, ``camera``, ``at``, ``look``.
    """

    path: Path
    label: str
    group: str
    source: str
    extra: dict[str, str]


def read_manifest(folder: Path) -> tuple[list[ManifestRow], list[Rejected]]:
    """Read the manifest of a folder: columns ``file, label`` and optionally ``group, source, commune, camera, at``.

    Rows whose photo is gone or lies outside the folder come back as rejected, with their line.

    Raises
    ------
    UsageError
        There is no manifest.
    DataError
        It can't be read or lacks a column.
    """
    file = Path(folder) / MANIFEST
    if not file.is_file():
        raise UsageError(
            f"There is no {MANIFEST}", where=str(folder), next_step="It has the columns file, label, group, source"
        )
    rows: list[ManifestRow] = []
    rejected: list[Rejected] = []
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            if not {"file", "label"} <= set(reader.fieldnames or ()):
                raise DataError(f"Columns file and label are due; there are {reader.fieldnames}", where=str(file))
            for values in reader:
                _take({k: (v or "").strip() for k, v in values.items() if k}, file, reader.line_num, rows, rejected)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"Can't be read: {error}", where=str(file), next_step="Save it as CSV in UTF-8") from error
    if not rows:
        raise DataError(f"No photo of the manifest can be used ({len(rejected)} rejected)", where=str(file))
    return rows, rejected


def _take(values: dict[str, str], file: Path, line: int, rows: list[ManifestRow], rejected: list[Rejected]) -> None:
    where = f"{file}:{line}"
    name = values.get("file", "")
    path = file.parent / name
    if not name or not path.resolve().is_relative_to(file.parent.resolve()):
        rejected.append(Rejected(where, "no file name inside this folder"))
    elif not path.is_file():
        rejected.append(Rejected(where, f"the photo is gone: {name}"))
    else:
        extra = {k: values[k] for k in ("commune", "camera", "at") if values.get(k)}
        rows.append(
            ManifestRow(path, values["label"], values.get("group") or name, values.get("source") or "unknown", extra)
        )
