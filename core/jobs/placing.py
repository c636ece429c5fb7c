# SPDX-License-Identifier: GPL-2.0-or-later
"""Reports without a position get one from their address where it is sure; a person has to place the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from .. import addresses
from ..addresses.geocoding import GIVEN, query_texts
from ..errors import DataError
from ..feedback import SILENT, Feedback
from ..model import Rejected, Report
from ..territory import Territory

_BATCH = 500
_SAID = 20
EXTRA = ("place_from", "place_accuracy_m", "place_label", "place_score", "place_insee")
"""What a report keeps of how it was placed, among its source's own fields."""


@dataclass
class Placing:
    """Places reports by an index of addresses; ``counts`` says how many were placed from what."""

    finder: addresses.Finder
    counts: Counter[str] = field(default_factory=Counter)

    def placed(self, verdicts: Iterable[Report | Rejected], feedback: Feedback = SILENT) -> Iterator[Report | Rejected]:
        """Give the same verdicts in their order; a report that has a position keeps it.

        A report gets ``place_from`` (given, address, street, commune; ``""``: a person has to place it),
        ``place_accuracy_m``, ``place_label`` and ``place_score`` of the best candidate, and ``place_insee``.
        """
        waiting = iter(verdicts)
        while batch := list(islice(waiting, _BATCH)):
            feedback.check()
            open_rows = [i for i, one in enumerate(batch) if isinstance(one, Report) and not _has_position(one)]
            for i in set(range(len(batch))).difference(open_rows):
                if isinstance(one := batch[i], Report):
                    self.counts[GIVEN] += 1
                    batch[i] = replace(one, extra={**one.extra, "place_from": GIVEN})
            if open_rows:
                self._place(batch, open_rows)
            yield from batch

    def _place(self, batch: list[Report | Rejected], rows: list[int]) -> None:
        texts, insee = _asked([one for i in rows if isinstance(one := batch[i], Report)])
        found = addresses.place(self.finder, texts, insee=insee)
        for k, i in enumerate(rows):
            report = batch[i]
            if not isinstance(report, Report):
                continue
            origin = str(found.place_from[k])
            self.counts[origin or ("to place" if texts[k] else "without address")] += 1
            accuracy = float(found.accuracy_m[k])
            said: dict[str, Any] = {
                "place_from": origin,
                "place_accuracy_m": accuracy if np.isfinite(accuracy) else None,
                "place_label": found.label[k],
                "place_score": float(found.score[k]),
                "place_insee": found.insee[k],
            }
            known = {name: value for name, value in said.items() if value not in ("", None)}
            report = replace(report, extra={**report.extra, **known})
            if np.isfinite(found.lon[k]):
                report = replace(report, lon=float(found.lon[k]), lat=float(found.lat[k]), position_flag="")
            batch[i] = report


def placing_by(source: Path, communes: Territory, folder: Path, feedback: Feedback = SILENT) -> Placing:
    """Return what places reports by an index of addresses, or by a file, of which an index is made in ``folder``.

    Raises
    ------
    DataError
        The file can't be read, or has no address.
    """
    if source.suffix.lower() == ".idx":
        return Placing(addresses.finder(source))
    done = addresses.add(source, communes=communes, out=folder / "addresses.idx", feedback=feedback)
    for item in done.rejected[:_SAID]:
        feedback.warning(f"{item.where}: {item.reason}")
    return Placing(addresses.Finder(done.index))


def _has_position(report: Report) -> bool:
    return report.lon is not None and report.lat is not None and not report.position_flag


def _asked(reports: list[Report]) -> tuple[list[str], list[str]]:
    """Return the address of each report as one text, with its commune, and its INSEE code."""
    names = list(dict.fromkeys(name for report in reports for name in report.extra))
    columns: dict[str, list[Any]] = {name: [report.extra.get(name) for report in reports] for name in names}
    columns["adresse"] = [report.address for report in reports]
    try:
        return query_texts(columns, "")
    except DataError:
        return [report.address for report in reports], [""] * len(reports)
