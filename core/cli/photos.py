# SPDX-License-Identifier: GPL-2.0-or-later
"""``photos`` and ``classify``: what a file is, and what it shows."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any, Optional

import click
from rich.table import Table

from .console import DONE, REJECTED, emit, json_option, safe, session

PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))


@click.command()
@PATHS
@json_option
def photos(paths: tuple[Path, ...], as_json: bool) -> None:
    """Give a verdict and a position for every file in PATHS (files and folders)."""
    from .. import workflow
    from ..model import PhotoVerdict

    verdicts: Counter[PhotoVerdict] = Counter()
    with session(quiet=as_json) as feedback:
        for photo in workflow.scan_photos(paths, feedback=feedback):
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
@json_option
def classify(
    paths: tuple[Path, ...], model: Optional[Path], fast: bool, threshold: Optional[float], as_json: bool
) -> None:
    """Suggest the three best classes for each photo in PATHS, or say that the model does not know."""
    from .. import workflow

    rejected = 0
    with session(quiet=as_json) as feedback:
        for path, prediction, problem in workflow.classify_photos(
            paths, model=model, fast=fast, threshold=threshold, feedback=feedback
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
