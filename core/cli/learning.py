# SPDX-License-Identifier: GPL-2.0-or-later
"""``model evaluate|learn|adapt|compare|use|back|export|import|explain|register``: the classifier that learns."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

import click

from .console import DONE, REJECTED, ConsoleFeedback, emit, json_option, safe, session

if TYPE_CHECKING:
    from ..classify.features import FeatureCache
    from ..classify.learning.fit.adaptation import Adaptation
    from ..classify.learning.fit.rounds import Round
    from ..classify.learning.head import Head
    from ..classify.learning.judge.measuring import Measured
    from ..classify.learning.session import Learned, Photos
    from ..classify.package import ModelPackage
    from ..model import Rejected

FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False)
DATA = click.option("--data", type=FOLDER, help="Folder with manifest.csv: file, label, group, source.")
WORKSPACE = click.option("--workspace", type=FILE, help="A workspace: what people decided of its photos.")
PACKAGE = click.option("--package", type=FOLDER, help="Model package that gives the features (default: the built one).")
UNBLURRED = click.option("--unblurred", is_flag=True, help="Show photos without looking for faces and plates.")
WHO = click.option("--who", default="", help="Who lets photos be shown, for the register of the workspace.")
CACHE = click.option("--cache", type=FILE, help="Feature cache (a SQLite file).")


def package_of(folder: Optional[Path]) -> ModelPackage:
    """Return the package that gives the features."""
    from .. import classify

    return classify.load_package(folder or classify.default_package_dir())


def head_of(folder: Optional[Path], backbone: str) -> Head:
    """Return the head of a folder, or the one that runs."""
    from ..classify.learning.head import read_head
    from ..classify.learning.versions import running_head

    return read_head(folder, backbone=backbone) if folder is not None else running_head(backbone=backbone)


def photos_of(
    data: Optional[Path],
    workspace: Optional[Path],
    package: ModelPackage,
    cache: FeatureCache,
    feedback: ConsoleFeedback,
    *,
    undecided: str = "no",
    as_json: bool = False,
) -> Photos:
    """Read the photos of a folder or of a workspace; tell of people who disagree."""
    from ..classify.learning.session import read_photos
    from ..classify.learning.workspace_photos import workspace_photos
    from ..errors import UsageError

    if (data is None) == (workspace is None):
        raise UsageError("Give --data or --workspace")
    if data is not None:
        return read_photos(data, package, cache, feedback=feedback)
    found = workspace_photos(Path(str(workspace)), package, cache, undecided=undecided, feedback=feedback)
    for item in found.disagreements:
        if as_json:
            emit({"disagreement": item.photo, "said": [list(word) for word in item.said], "kept": item.kept})
        else:
            said = ", ".join(f"{safe(who) or '?'}: {safe(label)}" for who, label in item.said)
            click.echo(f"disagreement: {safe(item.photo)}: {said} → {item.kept or 'left out'}", err=True)
    return found.photos


def say_rejected(rejected: tuple[Rejected, ...], as_json: bool) -> None:
    """Name what could not be used, and why."""
    for item in rejected:
        if as_json:
            emit({"rejected": item.where, "reason": item.reason})
        else:
            click.echo(f"{safe(item.where)}\t{safe(item.reason)}", err=True)


@click.command("evaluate")
@DATA
@WORKSPACE
@click.option("--model", "folder", type=FOLDER, help="Folder of a learned head (default: the one that runs).")
@click.option("--html", type=FILE, help="Write one page with all of it.")
@click.option("--adapt", is_flag=True, help="Also: the head after it saw these photos without their labels.")
@click.option("--keep", is_flag=True, help="Keep the figures in the folder of --model, for its card and register page.")
@UNBLURRED
@WHO
@PACKAGE
@CACHE
@json_option
def evaluate(
    data: Optional[Path],
    workspace: Optional[Path],
    folder: Optional[Path],
    html: Optional[Path],
    adapt: bool,
    keep: bool,
    unblurred: bool,
    who: str,
    package: Optional[Path],
    cache: Optional[Path],
    as_json: bool,
) -> None:
    """Measure a head on confirmed photos; labels that it does not have count as unknown.

    Out of source (photos and places it was not taught) and in source (heads that learned from the other places of these
    photos) stand side by side.
    """
    from ..classify.features import FeatureCache
    from ..classify.learning.fit.rounds import write_card
    from ..classify.learning.judge.measuring import measure_heads, measured_page
    from ..classify.learning.judge.register import keep_figures
    from ..errors import UsageError

    with session(quiet=as_json) as feedback:
        if keep and folder is None:
            raise UsageError("--keep needs --model: the folder that the figures are kept in")
        run = package_of(package)
        with FeatureCache(cache) as kept:
            photos = photos_of(data, workspace, run, kept, feedback, as_json=as_json)
        found = measure_heads(photos, folder=folder, workspace=workspace, feedback=feedback)
        for note in found.notes:
            feedback.warning(note)
        columns = {**found.columns, **(_adapted(found.head, photos, feedback) if adapt else {})}
        found = replace(found, columns=columns)
        if keep and folder is not None:
            keep_figures(folder, columns, (workspace or data or Path()).name)
            write_card(folder)
        if html is not None:
            measured_page(found, html, workspace=workspace, who=who, unblurred=unblurred)
        say_rejected(photos.rejected, as_json)
        _say_measured(found, as_json)
    sys.exit(REJECTED if photos.rejected else DONE)


def _adapted(head: Head, photos: Photos, feedback: ConsoleFeedback) -> dict[str, Any]:
    from ..classify.learning import session as jobs
    from ..errors import DataError

    try:
        after = jobs.adapted(head, photos)
    except DataError as error:
        feedback.warning(str(error))
        return {}
    return {"adapted": next(iter(jobs.evaluate_heads(after, photos)[0].values()))}


def _say_measured(found: Measured, as_json: bool) -> None:
    drift = found.drift
    if as_json:
        for name, figures in found.columns.items():
            emit({"column": name, **figures})
        told = {"drift": drift.as_json()} if drift is not None else {}
        emit({"model": found.head.version, "columns": list(found.columns), "notes": found.notes, **told, **found.main})
        return
    for name, figures in found.columns.items():
        click.echo(
            f"{name}: macro-F1 {figures['macro_f1']:.3f} on {figures['known']} photos,"
            f" top 3 {figures['top3']:.3f},"
            f" ECE {figures['ece']:.3f}, coverage at 0.95: {figures['coverage_at_precision']:.2f}"
        )
    for part in drift.drifting if drift is not None else ():
        click.echo(f"drift: {part.by} {safe(part.value)}: {part.unanswered:.0%} unanswered of {part.photos}")


@click.command("learn")
@DATA
@WORKSPACE
@click.option("--base", type=FOLDER, help="Folder of the head to build on (default: the shipped one).")
@click.option("--out", type=FOLDER, help="Folder of the new version (with --workspace: by default one of its own).")
@click.option("--none", "none", type=FOLDER, help="A folder of photos without any disorder: the ordinary streets here.")
@click.option("--check/--no-check", default=None, help="Measure and compare it, too (default: with --workspace).")
@PACKAGE
@CACHE
@json_option
def learn(
    data: Optional[Path],
    workspace: Optional[Path],
    base: Optional[Path],
    out: Optional[Path],
    none: Optional[Path],
    check: Optional[bool],
    package: Optional[Path],
    cache: Optional[Path],
    as_json: bool,
) -> None:
    """Learn a new version from confirmed photos; photos without a label help as unlabelled ones.

    With --none all photos of a folder count as confirmed to show nothing wrong, alone or beside the others.

    Nothing is switched on: see model compare and model use.
    """
    from ..classify.features import FeatureCache, backbone_of
    from ..classify.learning.fit.rounds import learn_round
    from ..classify.learning.head import base_head, read_head
    from ..classify.learning.session import together
    from ..errors import UsageError

    with session(quiet=as_json) as feedback:
        if workspace is None and out is None and (data is not None or none is not None):
            raise UsageError("Give --out: the folder of the new version")
        run = package_of(package)
        start = read_head(base, backbone=backbone_of(run)) if base is not None else base_head()
        with FeatureCache(cache) as kept:
            ordinary = _folder(none, "none", run, kept, feedback) if none is not None else None
            if ordinary is not None and data is None and workspace is None:
                photos = ordinary
            else:
                photos = photos_of(data, workspace, run, kept, feedback, undecided="cached", as_json=as_json)
                photos = photos if ordinary is None else together(photos, ordinary)
        checked = workspace is not None if check is None else check
        name = (workspace or data or none or Path()).name
        found = learn_round(photos, base=start, out=out, check=checked, measured_on=name, feedback=feedback)
        say_rejected(photos.rejected, as_json)
        _say_learned(found.learned, as_json, found)
    sys.exit(REJECTED if photos.rejected else DONE)


def _say_learned(learned: Learned, as_json: bool, found: Optional[Round] = None) -> None:
    for item in learned.contradictions:
        if as_json:
            emit({"contradiction": item.photo, "other": item.other, "kept": item.kept, "dropped": item.dropped})
        else:
            click.echo(f"contradiction: {item.photo[:12]} {item.dropped} → {item.kept}", err=True)
    comparison = found.comparison if found is not None else None
    if as_json:
        summary: dict[str, Any] = {
            "model": learned.folder,
            "version": learned.head.version,
            "labels": learned.head.labels,
            "contradictions": len(learned.contradictions),
            "notes": [*learned.notes, *([found.no_comparison] if found is not None and found.no_comparison else [])],
            "held_out": learned.head.summary.get("held_out"),
        }
        if found is not None and (comparison is not None or found.no_comparison):
            summary |= {"running": found.running.version, "comparison": comparison}
        emit(summary)
        return
    for note in learned.notes:
        click.echo(note, err=True)
    if comparison is not None:
        _say_comparison(comparison)
    click.echo(f"{learned.folder}\t{learned.head.version}")


_WORSE = {
    "answers": "it answers fewer photos",
    "right": "it is wrong more often",
    "precise": "its answers are less often right",
    "unknown": "it answers more photos of classes that it does not know",
}


def _say_comparison(found: dict[str, Any]) -> None:
    for key, value in found.items():
        if key not in ("worse", "versions"):
            click.echo(f"{key}: {value}")
    if found["worse"]:
        click.echo("Do not switch it on: " + ", ".join(_WORSE[each] for each in found["worse"]))


def _folder(folder: Path, label: str, package: ModelPackage, cache: FeatureCache, feedback: ConsoleFeedback) -> Photos:
    """Read the photos of a folder; all of them have the label."""
    from ..classify.learning.session import read_folder
    from ..errors import UsageError
    from ..photos.scanning import walk

    files = [Path(each) for each in walk([folder]) if isinstance(each, str)] if folder.is_dir() else []
    if not files:
        raise UsageError("There is no photo", where=str(folder), next_step="Give a folder of photos")
    return read_folder(files, label, package, cache, feedback=feedback)


@click.command("adapt")
@click.option("--photos", "folder", type=FOLDER, help="A folder of photos of one place, without labels.")
@DATA
@WORKSPACE
@click.option("--out", type=FOLDER, help="Folder of the version (default: one of its own).")
@PACKAGE
@CACHE
@json_option
def adapt(
    folder: Optional[Path],
    data: Optional[Path],
    workspace: Optional[Path],
    out: Optional[Path],
    package: Optional[Path],
    cache: Optional[Path],
    as_json: bool,
) -> None:
    """Make a version adapted to the photos of one place, without labels, and say what it would change.

    Nothing is switched on; a version that would answer fewer photos, or is worse on confirmed ones, is not kept.
    """
    from ..classify.features import FeatureCache
    from ..classify.learning.fit.adaptation import adapt_to
    from ..errors import UsageError

    with session(quiet=as_json) as feedback:
        if sum(each is not None for each in (folder, data, workspace)) != 1:
            raise UsageError("Give --photos, --data or --workspace")
        run = package_of(package)
        with FeatureCache(cache) as kept:
            if folder is not None:
                photos = _folder(folder, "", run, kept, feedback)
            else:
                photos = photos_of(data, workspace, run, kept, feedback, undecided="all", as_json=as_json)
        found = adapt_to(photos, out=out, feedback=feedback)
        say_rejected(photos.rejected, as_json)
        say_adaptation(found, workspace, as_json)
    sys.exit(REJECTED if photos.rejected or found.problem else DONE)


def say_adaptation(found: Adaptation, workspace: Optional[Path], as_json: bool) -> None:
    """Say what an adapted version would change, and how to switch it on."""
    if as_json:
        emit(found.as_json())
        return
    click.echo(f"{found.photos} photos\tnow\tadapted")
    for name, pair in (("answered", found.answered), ("mean score of the answers", found.score)):
        click.echo(f"{name}\t{pair[0]:.0%}\t{pair[1]:.0%}")
    for label, counts in found.counts.items():
        click.echo(f"answered {label}\t{counts[0]}\t{counts[1]}")
    if found.comparison is not None:
        click.echo(f"confirmed photos, right\t{found.comparison['right'][0]:.0%}\t{found.comparison['right'][1]:.0%}")
    if found.problem:
        click.echo(f"Not kept, the version that runs stays: {found.problem}", err=True)
        return
    more = f" --workspace {workspace}" if workspace is not None else ""
    click.echo(f"Switch it on: sigma-communes model use {found.folder}{more}")


@click.command("compare")
@click.argument("first", type=FOLDER)
@click.argument("second", type=FOLDER)
@DATA
@WORKSPACE
@PACKAGE
@CACHE
@json_option
def compare(
    first: Path,
    second: Path,
    data: Optional[Path],
    workspace: Optional[Path],
    package: Optional[Path],
    cache: Optional[Path],
    as_json: bool,
) -> None:
    """Compare two versions on photos that neither was taught; without photos, by what each said when it learned.

    For photos that the second was taught heads speak that learned like it from the other places.
    """
    from ..classify.features import FeatureCache, backbone_of
    from ..classify.learning.head import read_head
    from ..classify.learning.judge.measuring import compared_folders

    with session(quiet=as_json) as feedback:
        run = package_of(package)
        if data is None and workspace is None:
            for head in [read_head(folder, backbone=backbone_of(run)) for folder in (first, second)]:
                told = {"version": head.version, "labels": head.labels, "held_out": head.summary.get("held_out")}
                if as_json:
                    emit(told)
                else:
                    click.echo("\t".join(safe(value) for value in told.values()))
            return
        with FeatureCache(cache) as kept:
            photos = photos_of(data, workspace, run, kept, feedback, as_json=as_json)
        found = compared_folders(first, second, photos, feedback=feedback)
        say_rejected(photos.rejected, as_json)
        if as_json:
            emit(found)
        else:
            _say_comparison(found)


@click.command("use")
@click.argument("folder", type=FOLDER, required=False)
@click.option("--previous", is_flag=True, help="Go back to the version that ran before.")
@click.option("--workspace", type=FILE, help="Also let it say what it sees on the photos nobody has decided on.")
@PACKAGE
@CACHE
@json_option
def use(
    folder: Optional[Path],
    previous: bool,
    workspace: Optional[Path],
    package: Optional[Path],
    cache: Optional[Path],
    as_json: bool,
) -> None:
    """Let the version in FOLDER run from now on, or with --previous the one before."""
    from ..errors import UsageError

    with session(quiet=as_json) as feedback:
        if previous == (folder is not None):
            raise UsageError("Give a folder or --previous")
        _switch(folder, workspace, package, cache, as_json, feedback)


@click.command("back")
@click.option("--workspace", type=FILE, help="Also let it say what it sees on the photos nobody has decided on.")
@PACKAGE
@CACHE
@json_option
def back(workspace: Optional[Path], package: Optional[Path], cache: Optional[Path], as_json: bool) -> None:
    """One step back: let the version that ran before run again (the shipped one before the first)."""
    with session(quiet=as_json) as feedback:
        _switch(None, workspace, package, cache, as_json, feedback)


def _switch(
    folder: Optional[Path],
    workspace: Optional[Path],
    package: Optional[Path],
    cache: Optional[Path],
    as_json: bool,
    feedback: ConsoleFeedback,
) -> None:
    from ..classify.features import FeatureCache, backbone_of
    from ..classify.learning import versions
    from ..jobs import photos as photo_jobs
    from ..store import Workspace
    from ..triage import again

    run = package_of(package)
    head = versions.step_back() if folder is None else versions.use(folder, backbone=backbone_of(run))
    told: dict[str, Any] = {"running": head.version, "labels": head.labels}
    if workspace is not None:
        with Workspace.open(workspace, create=False) as opened:
            book, layers = again.rule_book_of(opened)
        with FeatureCache(cache) as kept:
            said, left = photo_jobs.suggest_again(workspace, book, run, kept, layers=layers, feedback=feedback)
        told |= {"suggested": said, "not_readable": left}
    if as_json:
        emit(told)
    else:
        click.echo(f"running: {head.version} ({', '.join(head.labels)})")
        if workspace is not None:
            click.echo(f"suggested again: {told['suggested']}, not readable: {told['not_readable']}")


@click.command("export")
@click.argument("folder", type=FOLDER)
@click.argument("file", type=FILE)
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


@click.command("explain")
@click.argument("photo", type=FILE)
@click.option("--model", "folder", type=FOLDER, help="Folder of a learned head (default: the one that runs).")
@click.option("--label", default="", help="The class to explain (default: the best one).")
@DATA
@WORKSPACE
@click.option("--out", type=FILE, help="Write the photo, blurred, with the parts that mattered, as PNG.")
@UNBLURRED
@WHO
@PACKAGE
@CACHE
@json_option
def explain(
    photo: Path,
    folder: Optional[Path],
    label: str,
    data: Optional[Path],
    workspace: Optional[Path],
    out: Optional[Path],
    unblurred: bool,
    who: str,
    package: Optional[Path],
    cache: Optional[Path],
    as_json: bool,
) -> None:
    """Say why PHOTO gets its class: the parts the score hangs on, and the confirmed photos most alike."""
    from ..classify.features import FeatureCache, backbone_of
    from ..classify.learning.head import read_head
    from ..classify.learning.judge.explaining import explain_photo, write_explanation
    from ..classify.learning.running import running, running_with

    with session(quiet=as_json) as feedback:
        run = package_of(package)
        by = running(run) if folder is None else running_with(run, read_head(folder, backbone=backbone_of(run)))
        with FeatureCache(cache) as kept:
            among = None
            if data is not None or workspace is not None:
                among = photos_of(data, workspace, run, kept, feedback)
            found = explain_photo(photo, run, kept, by=by, label=label, among=among)
        if out is not None:
            write_explanation(out, found, workspace=workspace, who=who, unblurred=unblurred)
        said = found.prediction
        if as_json:
            emit(
                {
                    "photo": found.path,
                    "model": said.model,
                    "top": [{"label": name, "score": round(score, 4)} for name, score in said.top],
                    "abstained": said.abstained,
                    "reason": said.reason,
                    "label": found.label,
                    "loss": round(found.loss, 4),
                    "heat": [[round(float(x), 3) for x in row] for row in found.heat],
                    "alike": found.alike,
                    "out": out,
                }
            )
        else:
            click.echo(f"{found.label}: the best place is worth {found.loss:.2f} of the score")
            for each in found.alike:
                click.echo(f"{each.similarity:.2f}\t{each.label}\t{safe(each.path)}")


@click.command("register")
@click.argument("folder", type=FOLDER)
@click.option("--html", type=FILE, help="The page for the register of algorithms (French).")
@click.option("--card", type=FILE, help="The card as Markdown.")
@click.option("--authority", default="", help="Who answers for it, e.g. a commune.")
@click.option("--contact", default="", help="Where to ask, object or complain.")
@click.option("--decision", default="", help="The decision that it takes part in.")
@json_option
def register(
    folder: Path, html: Optional[Path], card: Optional[Path], authority: str, contact: str, decision: str, as_json: bool
) -> None:
    """Write the register page and the card of the version in FOLDER, from its own figures."""
    from ..base.files import replacing
    from ..classify.learning.judge.register import Authority, model_card, read_sheet, register_page
    from ..errors import UsageError

    with session(quiet=as_json):
        if html is None and card is None:
            raise UsageError("Give --html or --card")
        sheet, responsible = read_sheet(folder), Authority(authority, contact, decision)
        for file, content in ((html, register_page), (card, model_card)):
            if file is not None:
                with replacing(file) as temporary:
                    temporary.write_text(content(sheet, responsible), encoding="utf-8")
        written = [file for file in (html, card) if file is not None]
        if as_json:
            emit({"version": sheet.head.version, "written": written, "measured": bool(sheet.figures)})
        else:
            for file in written:
                click.echo(str(file))
