# SPDX-License-Identifier: GPL-2.0-or-later
"""``model evaluate|learn|compare|use|export|import`` and ``review``: the classifier that learns."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

import click

from .console import DONE, REJECTED, emit, json_option, safe, session

if TYPE_CHECKING:
    from ..classify.learning.head import Head
    from ..classify.learning.session import Learned
    from ..classify.package import ModelPackage
    from ..model import Rejected

FOLDER = click.Path(path_type=Path, file_okay=False)
DATA = click.option("--data", type=FOLDER, required=True, help="Folder with manifest.csv: file, label, group, source.")
PACKAGE = click.option("--package", type=FOLDER, help="Model package that gives the features (default: the built one).")
CACHE = click.option("--cache", type=click.Path(path_type=Path, dir_okay=False), help="Feature cache (a SQLite file).")


def _package(folder: Optional[Path]) -> ModelPackage:
    from .. import classify

    return classify.load_package(folder or classify.default_package_dir())


def _head(folder: Optional[Path], backbone: str) -> Head:
    from ..classify.learning.head import read_head
    from ..classify.learning.versions import running_head

    return read_head(folder, backbone=backbone) if folder is not None else running_head(backbone=backbone)


def _say_rejected(rejected: tuple[Rejected, ...], as_json: bool) -> None:
    for item in rejected:
        if as_json:
            emit({"rejected": item.where, "reason": item.reason})
        else:
            click.echo(f"{safe(item.where)}\t{safe(item.reason)}", err=True)


@click.command("evaluate")
@DATA
@click.option("--model", "folder", type=FOLDER, help="Folder of a learned head (default: the one that runs).")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write one page with all of it.")
@click.option("--adapt", is_flag=True, help="Also: the head after it saw these photos without their labels.")
@PACKAGE
@CACHE
@json_option
def evaluate(
    data: Path,
    folder: Optional[Path],
    html: Optional[Path],
    adapt: bool,
    package: Optional[Path],
    cache: Optional[Path],
    as_json: bool,
) -> None:
    """Measure a head on confirmed photos; labels that it does not have count as unknown."""
    from ..classify.learning import session as jobs
    from ..classify.learning.features import FeatureCache, backbone_of
    from ..classify.learning.page import evaluation_page
    from ..errors import DataError
    from ..files import replacing

    with session(quiet=as_json) as feedback:
        run = _package(package)
        head = _head(folder, backbone_of(run))
        with FeatureCache(cache) as kept:
            photos = jobs.read_photos(data, run, kept, feedback=feedback)
        taught = jobs.taught_examples(folder) if folder is not None else None
        columns, worst = jobs.evaluated(head, photos, taught=taught)
        main = columns.get("out of source") or columns["in source"]
        if adapt:
            try:
                after = jobs.adapted(head, photos)
            except DataError as error:
                feedback.warning(str(error))
            else:
                columns["adapted"] = next(iter(jobs.evaluated(after, photos)[0].values()))
        if html is not None:
            with replacing(html) as temporary:
                temporary.write_text(evaluation_page(head, columns, worst), encoding="utf-8")
        _say_rejected(photos.rejected, as_json)
        if as_json:
            for name, figures in columns.items():
                emit({"column": name, **figures})
            emit({"model": head.version, "columns": list(columns), **main})
        else:
            for name, figures in columns.items():
                click.echo(
                    f"{name}: macro-F1 {figures['macro_f1']:.3f} on {figures['known']} photos,"
                    f" top 3 {figures['top3']:.3f},"
                    f" ECE {figures['ece']:.3f}, coverage at 0.95: {figures['coverage_at_precision']:.2f}"
                )
    sys.exit(REJECTED if photos.rejected else DONE)


@click.command("learn")
@DATA
@click.option("--base", type=FOLDER, help="Folder of the head to build on (default: the shipped one).")
@click.option("--out", type=FOLDER, required=True, help="Folder of the new version.")
@PACKAGE
@CACHE
@json_option
def learn(
    data: Path, base: Optional[Path], out: Path, package: Optional[Path], cache: Optional[Path], as_json: bool
) -> None:
    """Learn a new version from confirmed photos; rows without a label help as unlabelled photos."""
    from ..classify.learning import session as jobs
    from ..classify.learning.features import FeatureCache, backbone_of
    from ..classify.learning.head import base_head, read_head

    with session(quiet=as_json) as feedback:
        run = _package(package)
        start = read_head(base, backbone=backbone_of(run)) if base is not None else base_head()
        with FeatureCache(cache) as kept:
            photos = jobs.read_photos(data, run, kept, feedback=feedback)
        learned = jobs.learn(photos.examples, start, out, rejected=photos.rejected, feedback=feedback)
        _say_rejected(photos.rejected, as_json)
        _say_learned(learned, as_json)
    sys.exit(REJECTED if photos.rejected else DONE)


def _say_learned(learned: Learned, as_json: bool) -> None:
    for item in learned.contradictions:
        if as_json:
            emit({"contradiction": item.photo, "other": item.other, "kept": item.kept, "dropped": item.dropped})
        else:
            click.echo(f"contradiction: {item.photo[:12]} {item.dropped} → {item.kept}", err=True)
    summary: dict[str, Any] = {
        "model": learned.folder,
        "version": learned.head.version,
        "labels": learned.head.labels,
        "contradictions": len(learned.contradictions),
        "notes": learned.notes,
        "held_out": learned.head.summary.get("held_out"),
    }
    if as_json:
        emit(summary)
    else:
        for note in learned.notes:
            click.echo(note, err=True)
        click.echo(f"{learned.folder}\t{learned.head.version}")


@click.command("compare")
@click.argument("first", type=FOLDER)
@click.argument("second", type=FOLDER)
@click.option("--data", type=FOLDER, help="Photos to compare on (default: what each said of photos held out).")
@PACKAGE
@CACHE
@json_option
def compare(
    first: Path, second: Path, data: Optional[Path], package: Optional[Path], cache: Optional[Path], as_json: bool
) -> None:
    """Compare two versions: on photos that neither was taught, or by what each said of photos held out."""
    import numpy as np

    from ..classify.learning import session as jobs
    from ..classify.learning.features import FeatureCache, backbone_of
    from ..errors import DataError

    with session(quiet=as_json) as feedback:
        run = _package(package)
        heads = [jobs.head_of(folder, backbone_of(run)) for folder in (first, second)]
        if data is None:
            for head in heads:
                emit({"version": head.version, "labels": head.labels, "held_out": head.summary.get("held_out")})
            return
        with FeatureCache(cache) as kept:
            photos = jobs.read_photos(data, run, kept, feedback=feedback)
        seen = np.zeros(len(photos.examples), bool)
        for folder in (first, second):
            taught = jobs.taught_examples(folder)
            if taught is not None:
                seen |= np.isin(photos.examples.photo, taught.photo) | np.isin(photos.examples.group, taught.group)
        if seen.all():
            raise DataError("Both versions know all these photos", next_step="Compare on photos kept aside")
        found = jobs.compared(heads[0], heads[1], jobs.unseen(photos, ~seen))
        if as_json:
            emit(found)
        else:
            for key, value in found.items():
                click.echo(f"{key}: {value}")


@click.command("use")
@click.argument("folder", type=FOLDER, required=False)
@click.option("--previous", is_flag=True, help="Go back to the head that ran before.")
@PACKAGE
@json_option
def use(folder: Optional[Path], previous: bool, package: Optional[Path], as_json: bool) -> None:
    """Let the head in FOLDER run from now on, or with --previous the one before."""
    from ..classify.learning import versions
    from ..classify.learning.features import backbone_of
    from ..errors import UsageError

    with session(quiet=as_json):
        if previous == (folder is not None):
            raise UsageError("Give a folder or --previous")
        head = versions.step_back() if folder is None else versions.use(folder, backbone=backbone_of(_package(package)))
        if as_json:
            emit({"running": head.version, "labels": head.labels})
        else:
            click.echo(f"running: {head.version} ({', '.join(head.labels)})")


@click.command("export")
@click.argument("folder", type=FOLDER)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
def export_examples(folder: Path, file: Path, as_json: bool) -> None:
    """Write what the head in FOLDER was taught to FILE: decisions and features, no photo."""
    from ..classify.learning import session as jobs
    from ..classify.learning.decisions import write_examples

    with session(quiet=as_json):
        examples = jobs.pooled([folder])
        write_examples(file, examples)
        if as_json:
            emit({"file": file, "decisions": len(examples)})
        else:
            click.echo(f"{file}\t{len(examples)}")


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--out", type=FOLDER, required=True, help="Folder of the new version, learned from all of them.")
@json_option
def import_examples(files: tuple[Path, ...], out: Path, as_json: bool) -> None:
    """Merge exported decisions (files or model folders, in any order) and learn from all of them."""
    from ..classify.learning import session as jobs
    from ..classify.learning.head import base_head

    with session(quiet=as_json) as feedback:
        learned = jobs.learn(jobs.pooled(list(files)), base_head(), out, feedback=feedback)
        _say_learned(learned, as_json)


@click.group()
def review() -> None:
    """Photos that a person should look at, the most instructive first."""


@review.command("next")
@click.option("--data", type=FOLDER, help="Folder with manifest.csv; rows without a label wait for a decision.")
@click.option("--workspace", type=click.Path(path_type=Path, dir_okay=False), help="A workspace.")
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
    """List what to look at next."""
    from ..errors import UsageError

    with session(quiet=as_json) as feedback:
        if (data is None) == (workspace is None):
            raise UsageError("Give --data or --workspace")
        if data is not None:
            items = _next_of_data(data, count, package, cache, feedback)
        else:
            items = _next_of_workspace(workspace, count)
        for item in items:
            if as_json:
                emit(item)
            else:
                click.echo("\t".join(safe(value) for value in item.values()))


def _next_of_data(
    data: Path, count: int, package: Optional[Path], cache: Optional[Path], feedback: Any
) -> list[dict[str, Any]]:
    import numpy as np

    from ..classify.learning import session as jobs
    from ..classify.learning.features import FeatureCache, backbone_of
    from ..classify.learning.review import review_order

    run = _package(package)
    head = _head(None, backbone_of(run))
    with FeatureCache(cache) as kept:
        photos = jobs.read_photos(data, run, kept, feedback=feedback)
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


def _next_of_workspace(workspace: Optional[Path], count: int) -> list[dict[str, Any]]:
    """Least sure first, one a group of reports before the second of any."""
    import numpy as np

    from ..store import Workspace

    with Workspace.open(str(workspace), create=False) as opened:
        table = opened.read_incidents()
    confidence = np.nan_to_num(table["confidence"], nan=0.0)
    waiting = np.flatnonzero(table["class_from"] != "person")
    order = waiting[np.argsort(confidence[waiting], kind="stable")]
    seen: dict[str, int] = {}
    turn = []
    for i in order:
        key = str(table["group_id"][i] or table["id"][i])
        turn.append(seen.setdefault(key, 0))
        seen[key] += 1
    order = order[np.argsort(np.array(turn, dtype=np.int64), kind="stable")][:count]
    return [{"id": table["id"][i], "label": table["class"][i], "score": round(float(confidence[i]), 4)} for i in order]


@review.command("decide")
@click.argument("report_id")
@click.argument("label")
@click.option("--workspace", type=click.Path(path_type=Path, dir_okay=False), required=True)
@click.option("--who", default="", help="Who decides; kept with the decision.")
@json_option
def review_decide(report_id: str, label: str, workspace: Path, who: str, as_json: bool) -> None:
    """Write down that the report REPORT_ID shows LABEL (a class of the taxonomy)."""
    from datetime import datetime, timezone

    from .. import taxonomy
    from ..errors import UsageError
    from ..model import Decision
    from ..store import Workspace

    with session(quiet=as_json):
        known = [each.id for each in taxonomy.load().classes]
        if label not in known:
            raise UsageError(f"'{label}' is not a class of the taxonomy", next_step=f"One of: {', '.join(known)}")
        decision = Decision(report_id, label, who, datetime.now(timezone.utc).isoformat(timespec="seconds"))
        with Workspace.open(workspace, create=False) as opened:
            opened.add_decision(decision)
        if as_json:
            emit({"id": report_id, "label": label, "at": decision.at})
        else:
            click.echo(f"{safe(report_id)}\t{label}")
