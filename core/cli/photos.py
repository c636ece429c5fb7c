# SPDX-License-Identifier: GPL-2.0-or-later
"""``photos`` and ``classify``: what a file is, what it shows, and how it may leave."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any, Optional

import click
from rich.table import Table

from .console import DONE, REJECTED, emit, json_option, safe, session
from .features import features_options

PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))


class _Photos(click.Group):
    """``photos PATHS`` reads files; a word that is a command is that command (a folder of that name: ``./blur``)."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, *ctx.help_option_names):
            args = ["read", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Photos)
def photos() -> None:
    """What files are (``photos PATHS``), and how photos may leave: blur, retention, register."""


@photos.command("read")
@PATHS
@json_option
def read(paths: tuple[Path, ...], as_json: bool) -> None:
    """Give a verdict and a position for every file in PATHS (files and folders)."""
    from ..jobs import photos as photo_jobs
    from ..model import PhotoVerdict
    from ..photos import accuracy_known

    verdicts: Counter[PhotoVerdict] = Counter()
    with session(quiet=as_json) as feedback:
        for photo in photo_jobs.scan_photos(paths, feedback=feedback):
            verdicts[photo.verdict] += 1
            if as_json:
                emit(
                    {
                        "path": photo.path,
                        "verdict": photo.verdict,
                        "reason": photo.reason,
                        "lon": photo.lon,
                        "lat": photo.lat,
                        "taken_at": photo.taken_at,
                        "altitude": photo.altitude,
                        "direction": photo.direction,
                        "north": photo.north,
                        "accuracy": accuracy_known(photo),
                        "width": photo.width,
                        "height": photo.height,
                        "sha256": photo.sha256,
                        "duplicate_of": photo.duplicate_of,
                    }
                )
            else:
                position = "" if photo.lon is None else f"{photo.lat:.5f}, {photo.lon:.5f}"
                why = f": {safe(photo.reason)}" if photo.reason else ""
                click.echo(f"{safe(photo.path)}\t{photo.verdict}{why}\t{position}\t{photo.taken_at or ''}")
        if not as_json:
            table = Table("verdict", "files")
            for verdict, count in verdicts.most_common():
                table.add_row(str(verdict), str(count))
            feedback.console.print(table)
    sys.exit(DONE if set(verdicts) <= {PhotoVerdict.OK} else REJECTED)


@click.command()
@PATHS
@click.option("--model", type=click.Path(path_type=Path), help="Folder of a model package (default: the built one).")
@click.option("--fast", is_flag=True, help="One view a photo instead of five.")
@click.option("--threshold", type=click.FloatRange(0, 1), help="Abstain below this confidence (default: the model's).")
@features_options
@json_option
def classify(
    paths: tuple[Path, ...],
    model: Optional[Path],
    fast: bool,
    threshold: Optional[float],
    features: Optional[Path],
    as_json: bool,
) -> None:
    """Suggest the three best classes for each photo in PATHS, or say that the model does not know."""
    from ..jobs import photos as photo_jobs

    rejected = 0
    with session(quiet=as_json) as feedback:
        for path, prediction, problem in photo_jobs.classify_photos(
            paths, model=model, fast=fast, threshold=threshold, features=features, feedback=feedback
        ):
            if prediction is None:
                rejected += 1
                line: dict[str, Any] = {"path": path, "error": problem}
                text = f"{safe(path)}\t{safe(problem)}"
            else:
                line = {
                    "path": path,
                    "top": [{"label": label, "score": round(score, 4)} for label, score in prediction.top],
                    "abstained": prediction.abstained,
                    "model": prediction.model,
                }
                best = ", ".join(f"{label} {score:.0%}" for label, score in prediction.top)
                text = f"{safe(path)}\t{'does not know: ' if prediction.abstained else ''}{best}"
            if as_json:
                emit(line)
            else:
                click.echo(text)
    sys.exit(REJECTED if rejected else DONE)


@photos.command("blur")
@PATHS
@click.option("--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder of the copies.")
@click.option("--workspace", type=click.Path(path_type=Path, dir_okay=False), help="Has the boxes drawn by hand.")
@click.option("--who", default="", help="Who lets the copies go, for the register.")
@click.option("--unblurred", is_flag=True, help="Let them go without looking for faces and plates; boxes still count.")
@json_option
def blur(
    paths: tuple[Path, ...], out: Path, workspace: Optional[Path], who: str, unblurred: bool, as_json: bool
) -> None:
    """Copy photos without metadata, faces and number plates blurred, with a verdict for every file."""
    from ..privacy.copies import Verdict
    from ..privacy.folders import blur_photos

    counts: Counter[str] = Counter()
    with session(quiet=as_json) as feedback:
        for leaving in blur_photos(paths, out, workspace=workspace, who=who, unblurred=unblurred, feedback=feedback):
            counts[leaving.verdict.value] += 1
            counts.update(faces=leaving.faces, plates=leaving.plates, manual=leaving.manual)
            if as_json:
                emit(
                    {
                        "path": leaving.source,
                        "verdict": leaving.verdict,
                        "reason": leaving.reason,
                        "next_step": leaving.next_step,
                        "copy": leaving.dest,
                        "sha256": leaving.sha256,
                        "faces": leaving.faces,
                        "plates": leaving.plates,
                        "manual": leaving.manual,
                        "boxes": leaving.boxes,
                    }
                )
            else:
                found = f"{leaving.faces} faces, {leaving.plates} plates, {leaving.manual} by hand"
                click.echo(f"{safe(leaving.source)}\t{leaving.verdict}\t{safe(leaving.reason) or found}")
        if as_json:
            names = (*(verdict.value for verdict in Verdict), "faces", "plates", "manual")
            emit({"counts": {name: counts[name] for name in names}})
        else:
            feedback.console.print(", ".join(f"{name}: {count}" for name, count in counts.items()))
    sys.exit(REJECTED if counts[Verdict.REFUSED.value] else DONE)


@photos.command("retention")
@click.option("--workspace", required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--rules", type=click.Path(path_type=Path, dir_okay=False), help="Rules (default: the example).")
@click.option("--apply/--dry-run", "apply", default=False, help="Delete; without it, only show what would be.")
@click.option("--who", default="", help="Who deletes, for the register.")
@json_option
def retention(workspace: Path, rules: Optional[Path], apply: bool, who: str, as_json: bool) -> None:
    """Show, or delete, the photos that a workspace has kept for long enough; never a photo of another folder."""
    from ..privacy import retention as room
    from ..store import Workspace

    count = size = problems = 0
    with session(quiet=as_json) as feedback:
        book = room.load_rules(rules)
        with Workspace.open(workspace, create=False) as opened:
            items = room.due(opened, book)
            for item in room.delete(opened, items, who=who, feedback=feedback) if apply else items:
                count, size, problems = count + 1, size + item.size, problems + bool(item.problem)
                verdict = "not deleted" if item.problem else "deleted" if apply else "due"
                if as_json:
                    emit({"verdict": verdict, "item": item})
                else:
                    words = (item.name, verdict, item.rule, item.since, item.problem or item.reason, item.why)
                    click.echo("\t".join(safe(word) for word in words))
        if as_json:
            emit({"applied": apply, "files": count, "bytes": size, "problems": problems})
        elif not apply:
            feedback.info(f"{count} would be deleted, {size / 1e6:.1f} MB. Delete with --apply.")
    sys.exit(REJECTED if problems else DONE)


@photos.command("register")
@click.option("--workspace", required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write the page (in French).")
@json_option
def register(workspace: Path, html: Optional[Path], as_json: bool) -> None:
    """Show which photos left, were kept back or were deleted, where to and why."""
    from ..publish.privacy_page import write_privacy_page
    from ..store import Workspace
    from ..store.privacy import read_register

    with session(quiet=as_json) as feedback:
        with Workspace.open(workspace, create=False) as opened:
            entries = read_register(opened)
        if html is not None:
            write_privacy_page(html, entries, workspace.name)
        for entry in entries if as_json or html is None else ():
            if as_json:
                emit(entry._asdict())
            else:
                click.echo("\t".join(safe(value) for value in entry if value not in (None, "")))
        if not entries:
            feedback.info("No photo has left this workspace, and none was deleted.")


@photos.command("detector")
def detector() -> None:
    """Build the detector of faces out of its wheel (locks/detectors.txt)."""
    from ..privacy.building import build_faces

    with session() as feedback:
        feedback.info(f"Written: {build_faces()}")
