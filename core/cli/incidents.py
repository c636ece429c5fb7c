# SPDX-License-Identifier: GPL-2.0-or-later
"""``run``, ``demo`` and ``route``: from photos and reports to teams."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Optional

import click
from rich.table import Table

from ..base.bilingual import Bilingual
from .console import DONE, REJECTED, ConsoleFeedback, emit, json_option, safe, session
from .features import features_options
from .language import language, said
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
CRS = click.option(
    "--crs", default="", metavar="EPSG:N", help="What x and y of tables are in (default: what names or values tell)."
)
SOURCE = click.option(
    "--source",
    default="",
    metavar="NAME",
    help="What the reports come from: the next export of the same system updates them, whatever its file is called.",
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
@SOURCE
@CRS
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
    source: str,
    crs: str,
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
            source=source,
            crs=crs,
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
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The result: .csv, .geojson or .gpkg.")
@RULES
@LAYERS
@CRS
@json_option
def route(file: Path, out: Path, rules: Optional[Path], layers: dict[str, Path], crs: str, as_json: bool) -> None:
    """Add class, commune and team, with the reason, to the reports in FILE; OUT is a .csv, .geojson or .gpkg."""
    from ..jobs import files

    with session(quiet=as_json) as feedback:
        count, rejected = files.route_file(file, out, rules=rules, layers=layers, crs=crs, feedback=feedback)
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
                "positions": result.positions,
                "no_position": result.no_position,
                "unread": {what: {"count": n, "example": example} for what, (n, example) in result.unread.items()},
            }
        )
        return
    from .. import taxonomy

    french = language() == "fr"
    classes = taxonomy.load()
    title = f"{result.incidents} incidents, {result.groups} "
    table = Table("", said(_COUNT), title=title + ("groupes d'un même problème" if french else "groups of one problem"))
    for key, count in result.photos.items():
        table.add_row(f"photo{_COLON[french]}{said(key)}", str(count))
    for key, count in result.reports.items():
        table.add_row(f"{said(_REPORTS)}{_COLON[french]}{said(_TAKEN.get(key, key))}", str(count))
    for key, count in result.places.items():
        table.add_row(f"{said(_PLACE)}{_COLON[french]}{said(key)}", str(count))
    for key, count in result.classes.items():
        name = classes.name(key, "fr") if french else key or "to qualify"
        table.add_row(f"{said(_CLASS)}{_COLON[french]}{name}", str(count))
    feedback.progress.stop()
    feedback.console.print(table)
    for line in said_of_positions(result, french=french):
        click.echo(line)
    click.echo(f"{'espace de travail' if french else 'workspace'}  {result.workspace}")
    click.echo(f"bulletin  {result.bulletin}")
    if result.adapted is not None:
        click.echo("A version adapted to these photos, without labels, would do this:")
        say_adaptation(result.adapted, result.workspace, as_json=False)


_COLON = {True: "\u00a0: ", False: ": "}
_COUNT = Bilingual(fr="nombre", en="count")
_REPORTS = Bilingual(fr="signalements", en="reports")
_PLACE = Bilingual(fr="lieu", en="place")
_CLASS = Bilingual(fr="classe", en="class")
_TAKEN: dict[str, Bilingual] = {
    "new": Bilingual(fr="nouveaux", en="new"),
    "changed": Bilingual(fr="modifiés", en="changed"),
    "unchanged": Bilingual(fr="inchangés", en="unchanged"),
    "rejected": Bilingual(fr="refusés", en="rejected"),
}
_UNREAD: dict[str, tuple[Bilingual, Bilingual]] = {
    "date": (
        Bilingual(fr="date illisible", en="date can't be read"),
        Bilingual(fr="dates illisibles", en="dates can't be read"),
    ),
    "state": (
        Bilingual(fr="état inconnu", en="state is not known"),
        Bilingual(fr="états inconnus", en="states are not known"),
    ),
    "position": (
        Bilingual(fr="position illisible", en="position can't be read"),
        Bilingual(fr="positions illisibles", en="positions can't be read"),
    ),
}
_WHY: dict[str, Bilingual] = {
    "missing": Bilingual(fr="absente du fichier", en="missing in the file"),
    "not a number": Bilingual(fr="pas un nombre", en="not a number"),
    "0,0": Bilingual(fr="0,0", en="0,0"),
    "out of range": Bilingual(fr="hors des degrés possibles", en="out of range"),
    "swapped?": Bilingual(fr="longitude et latitude inversées ?", en="longitude and latitude swapped?"),
    "metres, not degrees (Lambert-93?)": Bilingual(
        fr="en mètres parmi des degrés (indiquez --crs)", en="metres among degrees (say --crs)"
    ),
    "not a point": Bilingual(fr="pas un point", en="not a point"),
}


def said_of_positions(result: RunResult, *, french: bool) -> list[str]:
    """Return the lines that end a run: incidents without a place, and why; then what could not be read."""
    spoken = "fr" if french else "en"
    counted = result.positions
    line = Bilingual(
        fr=f"{counted.get('without', 0)} sans position, {counted.get('outside', 0)} hors du territoire, "
        f"{counted.get('uncertain', 0)} incertains (près d'une limite de commune)",
        en=f"{counted.get('without', 0)} without position, {counted.get('outside', 0)} outside the territory, "
        f"{counted.get('uncertain', 0)} uncertain (near a commune's boundary)",
    ).in_language(spoken)
    why = [
        f"{_WHY[flag].in_language(spoken) if flag in _WHY else flag} ({count})"
        for flag, count in result.no_position.items()
    ]
    out = [line + (f"{_COLON[french]}{', '.join(why)}" if why else "")]
    for what, (count, example) in result.unread.items():
        words = _UNREAD[what][count > 1].in_language(spoken)
        out.append(f"{count} {words}{', par exemple' if french else ', e.g.'} {safe(example)}")
    return out
