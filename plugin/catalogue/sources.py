# SPDX-License-Identifier: GPL-2.0-or-later
"""Sources of the catalogue over QGIS' network: try, add, remove, harvest. Called in threads; the texts are apart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Optional
from urllib.parse import urlsplit

from ...core.catalogue import (
    Calls,
    Catalogue,
    CatalogueSource,
    HarvestOutcome,
    checked_address,
    guess_kind,
    likely,
    profiles,
    try_source,
)
from ...core.errors import SigmaError, UsageError
from ...core.feedback import Feedback
from ...core.store import Workspace
from ..base.core_sentences import sentence
from ..base.tasks import Outcome as Told
from ..base.translate import Translated
from ..base.transport import qgis_session

if TYPE_CHECKING:
    import requests


def _session(url: str, authcfg: str, feedback: Feedback, timeout: float) -> requests.Session:
    parts = urlsplit(url)
    keyed = {f"{parts.scheme}://{parts.netloc}/": authcfg} if authcfg else {}
    return qgis_session(feedback.is_cancelled, keyed, timeout)


class _Counted(Feedback):
    """Says which source is read, of how many, and how many records came."""

    def __init__(self, outer: Feedback, title: str, place: int, total: int) -> None:
        self._outer = outer
        self._said = f"{title} ({place + 1}/{total})" if total > 1 else title
        self._place, self._total, self._count = place, total, 0
        self._tell()

    def _tell(self) -> None:
        count = f" · {self._count}" if self._count else ""
        self._outer.stage(f"{self._said}{count}", self._total if self._total > 1 else None)
        self._outer.advance(self._place)

    def advance(self, steps: int = 1) -> None:
        self._count += steps
        self._tell()

    def info(self, message: str) -> None:
        self._outer.info(message)

    def warning(self, message: str) -> None:
        self._outer.warning(message)

    def is_cancelled(self) -> bool:
        return self._outer.is_cancelled()


def harvest(path: Path, names: Sequence[str], timeout: float, feedback: Feedback) -> list[HarvestOutcome]:
    """Read the sources of a workspace (none named: all) into it; one that fails does not stop the others.

    Raises
    ------
    WorkspaceError
        The workspace can't be written.
    Cancelled
        As asked; what came before is kept.
    """
    outcomes = []
    with Workspace.open(path, create=False) as workspace:
        catalogue = Catalogue(workspace)
        sources = [source for source, _ in catalogue.sources() if not names or source.name in names]
        for place, source in enumerate(sources):
            counted = _Counted(feedback, source.title or source.name, place, len(sources))
            with _session(source.url, source.authcfg, feedback, timeout) as session:
                outcomes.append(catalogue.harvest(source.name, session, feedback=counted))
    return outcomes


def try_it(source: CatalogueSource, timeout: float, feedback: Feedback) -> tuple[int, str]:
    """Read the first page of a source; return how many records it gave, and a title.

    Raises
    ------
    SigmaError
        It does not answer, or is not what it is said to be.
    """
    with _session(source.url, source.authcfg, feedback, timeout) as session:
        return try_source(Calls(session, source.pause, feedback=feedback), source)


def add(path: Path, source: CatalogueSource) -> None:
    """Add a source to a workspace.

    Raises
    ------
    SigmaError
        Its address is none, or the workspace can't be written.
    """
    with Workspace.open(path, create=False) as workspace:
        Catalogue(workspace).add(source)


def add_address(
    path: Path, name: str, url: str, kind: Optional[str], authcfg: str, timeout: float, feedback: Feedback
) -> CatalogueSource:
    """Add what is at an address; without a kind it is asked. Return the source.

    Raises
    ------
    SigmaError
        The address or name is none, or nothing known answers there.
    """
    url = checked_address(url, kind or likely(url.strip())[0])
    if not kind:
        with _session(url, authcfg, feedback, timeout) as session:
            kind = guess_kind(Calls(session, feedback=feedback), url)
    name = name.strip() or urlsplit(url).hostname or Path(url).stem
    try:
        source = CatalogueSource(name, kind, url, authcfg=authcfg)
    except ValueError as error:
        raise UsageError(str(error)) from error
    add(path, source)
    return source


def remove(path: Path, name: str) -> int:
    """Remove a source; return how many records went with it."""
    with Workspace.open(path, create=False) as workspace:
        return Catalogue(workspace).records.remove_source(name).removed


def add_profiles(path: Path, names: Sequence[str]) -> None:
    """Add sources that ship with the product."""
    known = profiles()
    for name in names:
        add(path, known[name].source())


class HarvestTexts(Translated):
    """What is said at the end of a harvest."""

    def told(self, outcomes: Sequence[HarvestOutcome]) -> Told:
        """Return one sentence, with what each source gave behind it."""
        failed = [each for each in outcomes if each.error]
        records, new = sum(each.records for each in outcomes), sum(each.changed.new for each in outcomes)
        changed = sum(each.changed.changed + each.changed.joined for each in outcomes)
        text = self.tr("{0} records read: {1} new, {2} changed.").format(records, new, changed)
        if failed and len(failed) == len(outcomes):
            text = self.tr("No source answered; what was known stays. Check the network, then try again.")
        elif failed:
            names = ", ".join(each.source for each in failed)
            text = f"{text} {self.tr('Not read to the end: {0}; what was known stays.').format(names)}"
        details = []
        for each in outcomes:
            said = sentence(each.error or "") or self.tr(
                "{0} records, {1} new, {2} changed, {3} gone, {4} with flaws, {5} unusable"
            ).format(
                each.records, each.changed.new, each.changed.changed + each.changed.joined, each.changed.removed,
                each.flawed, each.rejected,
            )  # fmt: skip
            details.append(f"{each.source}: {said}")
            details += [f"    {item.where}: {sentence(item.reason)}" for item in each.reasons]
        return Told(text, details="\n".join(details))


def what(error: Exception) -> str:
    """Return what an error says, on one line."""
    return sentence(error.what if isinstance(error, SigmaError) else str(error))
