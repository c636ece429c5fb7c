# SPDX-License-Identifier: GPL-2.0-or-later
"""``review``: which photos a person should look at, and what was decided."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

import click

from .console import ConsoleFeedback, emit, json_option, safe, session
from .learning import CACHE, DATA, FILE, PACKAGE, WORKSPACE, head_of, package_of, photos_of


@click.group()
def review() -> None:
    """Photos that a person should look at, the most instructive first."""


@review.command("next")
@DATA
@WORKSPACE
@click.option("--count", type=click.IntRange(1), default=20, show_default=True)
@PACKAGE
@CACHE
@json_option
def review_next(
    data: Optional[Path],
    workspace: Optional[Path],
    count: int,
    package: Optional[Path],
    cache: Optional[Path],
    as_json: bool,
) -> None:
    """List what to look at next: uncertain or strange, unlike what is listed before, new places first.

    In a workspace the photos whose features are not kept follow, the least sure first.
    """
    from ..errors import UsageError

    with session(quiet=as_json) as feedback:
        if (data is None) == (workspace is None):
            raise UsageError("Give --data or --workspace")
        if data is not None:
            items = _next_of_data(data, count, package, cache, feedback)
        else:
            items = _next_of_workspace(Path(str(workspace)), count, package, cache, feedback)
        for item in items:
            if as_json:
                emit(item)
            else:
                click.echo("\t".join(safe(value) for value in item.values()))


def _next_of_workspace(
    workspace: Path, count: int, package: Optional[Path], cache: Optional[Path], feedback: ConsoleFeedback
) -> list[dict[str, Any]]:
    from ..classify.features import FeatureCache, backbone_of
    from ..classify.learning.review_order import review_queue
    from ..errors import MissingPackage, ModelError

    try:
        run = package_of(package)
        head = head_of(None, backbone_of(run))
    except (MissingPackage, ModelError) as error:
        if package is not None:
            raise
        feedback.warning(f"The least sure first only: {error}")
        found = review_queue(workspace, None, None, None, count=count)
    else:
        with FeatureCache(cache) as kept:
            found = review_queue(workspace, head, run, kept, count=count, feedback=feedback)
    return [{**vars(item), "score": round(item.score, 4)} for item in found]


def _next_of_data(
    data: Path, count: int, package: Optional[Path], cache: Optional[Path], feedback: ConsoleFeedback
) -> list[dict[str, Any]]:
    import numpy as np

    from ..classify.features import FeatureCache, backbone_of
    from ..classify.learning.review_order import review_order

    run = package_of(package)
    head = head_of(None, backbone_of(run))
    with FeatureCache(cache) as kept:
        photos = photos_of(data, None, run, kept, feedback)
    waiting = np.flatnonzero(photos.examples.label == "")
    rows = photos.examples.rows(waiting)
    found = head.suggest(rows.features)
    order = review_order(head, rows.features, count=count, places=rows.group)[:count]
    return [
        {
            "path": photos.paths[waiting[i]],
            "label": head.labels[int(found.probabilities[i].argmax())],
            "score": round(float(found.probabilities[i].max()), 4),
            "reason": photos.quality[waiting[i]] or found.reasons[i],
        }
        for i in order
    ]


@review.command("decide")
@click.argument("report_id")
@click.argument("label", default="")
@click.option("--workspace", type=FILE, required=True)
@click.option("--photo", type=FILE, help="The photo that was looked at, where the report has several.")
@click.option("--who", default="", help="Who decides; kept with the decision.")
@click.option("--take-back", is_flag=True, help="Take back what was decided, instead of a LABEL.")
@json_option
def review_decide(
    report_id: str, label: str, workspace: Path, photo: Optional[Path], who: str, take_back: bool, as_json: bool
) -> None:
    """Write down that the report REPORT_ID shows LABEL (a class of the taxonomy), and give it its team again."""
    from .. import taxonomy
    from ..errors import UsageError
    from ..jobs import handling
    from ..store import Workspace
    from ..store.decisions import present_model
    from ..triage import again

    with session(quiet=as_json):
        known = [str(each.id) for each in taxonomy.load().classes]
        if take_back == bool(label):
            raise UsageError("Give a LABEL or --take-back")
        if label and label not in known:
            raise UsageError(f"'{label}' is not a class of the taxonomy", next_step=f"One of: {', '.join(known)}")
        with Workspace.open(workspace, create=False) as opened:
            book, layers = again.rule_book_of(opened)
            seen = str(photo.absolute()) if photo is not None else None
            model = present_model(opened, report_id, seen)
            before = handling.decide(opened, [report_id], label, book, who=who, photo=seen, model=model, layers=layers)
        told = {"id": report_id, "label": label, "before": before.get(report_id, ""), "model": model}
        if as_json:
            emit(told)
        else:
            click.echo(f"{safe(report_id)}\t{label or 'taken back'}")
