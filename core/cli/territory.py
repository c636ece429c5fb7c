# SPDX-License-Identifier: GPL-2.0-or-later
"""``locate`` and ``communes``: the commune of each point; the map of the communes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Optional

import click

from .console import DONE, REJECTED, emit, json_option, safe, session


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The result: .csv, .geojson or .gpkg.")
@click.option(
    "--crs", default="", metavar="EPSG:N", help="What x and y of a table are in (default: what names or values tell)."
)
@json_option
def locate(file: Path, out: Path, crs: str, as_json: bool) -> None:
    """Add insee, commune, ambiguous, outside and water to the points in FILE; write them to OUT."""
    from ..jobs import files

    with session(quiet=as_json) as feedback:
        counts, rejected = files.locate_file(file, out, crs=crs, feedback=feedback)
        for item in rejected:
            if as_json:
                emit({"where": item.where, "rejected": item.reason})
            else:
                feedback.warning(f"{safe(item.where)}: {safe(item.reason)}")
        if as_json:
            emit({"out": out, **counts, "rejected": len(rejected)})
        else:
            click.echo(f"{out}: " + ", ".join(f"{count} {name}" for name, count in counts.items()))
    sys.exit(REJECTED if rejected else DONE)


@click.group()
def communes() -> None:
    """The map of the communes."""


@communes.command("info")
@json_option
def info(as_json: bool) -> None:
    """Say which map is in use, from where, under which licence."""
    from .. import territory

    with session(quiet=as_json):
        found = territory.load()
        described = {
            "name": found.name,
            "epci": found.epci,
            "communes": len(found),
            "population": int(found.population[found.population > 0].sum()),
            "accuracy_m": found.accuracy_m,
            "source": found.source,
            "licence": found.licence,
            "date": found.date,
            "file": found.path,
        }
        if as_json:
            emit(described)
        else:
            for key, value in described.items():
                click.echo(f"{key}: {value}")


@communes.command("refresh")
@click.option("--from", "source", help="A GeoJSON, GeoPackage or Shapefile of communes (default: the State's API).")
@click.option("--epci", help="SIREN of an EPCI (default: that of the present map).")
@click.option("--out", type=click.Path(path_type=Path), help="The map to write (default: your own, used from then on).")
@json_option
def refresh(source: Optional[str], epci: Optional[str], out: Optional[Path], as_json: bool) -> None:
    """Take the communes of any EPCI of France from the State's API or from a file."""
    from .. import territory, transport

    with session(quiet=as_json) as feedback:
        found = territory.refresh(
            source or territory.API,
            epci=epci,
            session=None if source and not source.startswith("http") else transport.new_session(),
            out=out or territory.user_map(),
            feedback=feedback,
        )
        if as_json:
            emit({"name": found.name, "communes": len(found), "file": found.path})
        else:
            click.echo(f"{found.path}: {len(found)} communes of {found.name}")
