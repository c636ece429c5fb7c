# SPDX-License-Identifier: GPL-2.0-or-later
"""``run``, ``demo`` and ``route``: from photos and reports to teams."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Optional

import click
from rich.table import Table

from .console import DONE, REJECTED, ConsoleFeedback, emit, json_option, safe, session
from .features import features_options
from .learning import say_adaptation

if TYPE_CHECKING:
    from ..jobs.run import RunResult

PHOTOS = click.option(
    "--photos",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A folder of photos, or one photo; may be repeated.",
)
REPORTS = click.option(
    "--reports",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A file of reports: CSV, GeoJSON, GeoPackage, Open311 JSON or XML; may be repeated.",
)
OUT = click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder of the results.")
MODEL = click.option("--model", type=click.Path(path_type=Path), help="Folder of a model package.")
RULES = click.option("--rules", type=click.Path(path_type=Path), help="A rule book (default: the shipped example).")
LAYERS = click.option(
    "--layer",
    "layers",
    multiple=True,
    metavar="NAME=FILE",
    callback=lambda context, option, values: _layers(values),
    help="A vector file for a layer that the rule book names; may be repeated.",
)
FAST = click.option("--fast", is_flag=True, help="One view a photo instead of five.")


@click.command()
@PHOTOS
@REPORTS
@OUT
@MODEL
@RULES
@LAYERS
@FAST
@click.option("--threshold", type=click.FloatRange(0, 1), help="Abstain below this confidence (default: the model's).")
@features_options
@click.option(
    "--addresses",
    type=click.Path(path_type=Path),
    help="A file or an index (.idx) of addresses: places reports that have an address and no position.",
)
@click.option("--title", default="", help="What the bulletin is called.")
@json_option
def run(
    photos: tuple[Path, ...],
    reports: tuple[Path, ...],
    out: Path,
    model: Optional[Path],
    rules: Optional[Path],
    layers: dict[str, Path],
    fast: bool,
    threshold: Optional[float],
    features: Optional[Path],
    addresses: Optional[Path],
    title: str,
    as_json: bool,
) -> None:
    """Turn photos and reports into incidents: a workspace and a bulletin in OUT."""
    from ..jobs import run as main_job

    with session(quiet=as_json) as feedback:
        result = main_job.run(
            photos=photos,
            reports=reports,
            out=out,
            model=model,
            rules=rules,
            layers=layers,
            fast=fast,
            threshold=threshold,
            features=features,
            addresses=addresses,
            title=title,
            feedback=feedback,
        )
        _show(result, feedback, as_json=as_json)
    sys.exit(REJECTED if result.rejected else DONE)


@click.command()
@PHOTOS
@REPORTS
@OUT
@FAST
@json_option
def demo(photos: tuple[Path, ...], reports: tuple[Path, ...], out: Path, fast: bool, as_json: bool) -> None:
    """Do the main job on the embedded example, or on your own --photos and --reports.

    The example's photos are drawings made by this program and its reports are drawn at random over the communes.
    """
    from .. import demo as example
    from ..jobs import run as main_job

    with session(quiet=as_json) as feedback:
        notices = []
        if not photos and not reports:
            feedback.info(f"{example.NOTICE.en}.")
            photos, reports = example.make_inputs(out / "inputs")
            notices = [example.NOTICE]
        result = main_job.run(photos=photos, reports=reports, out=out, fast=fast, notices=notices, feedback=feedback)
        _show(result, feedback, as_json=as_json)
    sys.exit(DONE if notices else REJECTED if result.rejected else DONE)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@OUT
@RULES
@LAYERS
@json_option
def route(file: Path, out: Path, rules: Optional[Path], layers: dict[str, Path], as_json: bool) -> None:
    """Add class, commune and team, with the reason, to the reports in FILE; OUT is a .csv, .geojson or .gpkg."""
    from ..jobs import files

    with session(quiet=as_json) as feedback:
        count, rejected = files.route_file(file, out, rules=rules, layers=layers, feedback=feedback)
        for item in rejected:
            if as_json:
                emit({"where": item.where, "rejected": item.reason})
            else:
                feedback.warning(f"{safe(item.where)}: {safe(item.reason)}")
        if as_json:
            emit({"out": out, "routed": count, "rejected": len(rejected)})
        else:
            click.echo(f"{out}: {count} reports with their team")
    sys.exit(REJECTED if rejected else DONE)


def _layers(values: tuple[str, ...]) -> dict[str, Path]:
    found = {}
    for value in values:
        name, separator, path = value.partition("=")
        if not (name and separator and path):
            raise click.BadParameter(f"'{value}' is not NAME=FILE")
        found[name] = Path(path)
    return found


def _show(result: RunResult, feedback: ConsoleFeedback, *, as_json: bool) -> None:
    if as_json:
        emit(
            {
                "workspace": result.workspace,
                "bulletin": result.bulletin,
                "incidents": result.incidents,
                "groups": result.groups,
                "photos": result.photos,
                "reports": result.reports,
                "places": result.places,
                "classes": result.classes,
                "teams": result.teams,
                "model": result.model,
                "rejected": result.rejected,
                "adapted": result.adapted.as_json() if result.adapted is not None else None,
            }
        )
        return
    table = Table("", "count", title=f"{result.incidents} incidents, {result.groups} groups of one problem")
    for name, counts in (
        ("photo", result.photos),
        ("reports", result.reports),
        ("place", result.places),
        ("class", result.classes),
    ):
        for key, count in counts.items():
            table.add_row(f"{name}: {key or 'to qualify'}", str(count))
    feedback.progress.stop()
    feedback.console.print(table)
    click.echo(f"workspace  {result.workspace}")
    click.echo(f"bulletin   {result.bulletin}")
    if result.adapted is not None:
        click.echo("A version adapted to these photos, without labels, would do this:")
        say_adaptation(result.adapted, result.workspace, as_json=False)
