# SPDX-License-Identifier: GPL-2.0-or-later
"""``addresses``: the index of addresses, from an address to a place and back, off line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Optional

import click

from .console import DONE, REJECTED, emit, json_option, safe, session

INDEX = click.option(
    "--index", type=click.Path(path_type=Path), help="The index (default: your own, beside the map of the communes)."
)
MOST = click.option("--most", type=click.IntRange(1, 50), default=5, show_default=True, help="Candidates at most.")
_SHOWN = (
    "label",
    "score",
    "kind",
    "accuracy_m",
    "lon",
    "lat",
    "insee",
    "commune",
    "id",
    "number",
    "street",
    "post_code",
)


@click.group()
def addresses() -> None:
    """Addresses: from a text to a place, from a place to an address; off line."""


@addresses.command("add")
@click.argument("source", metavar="FILE|URL")
@INDEX
@json_option
def add(source: str, index: Optional[Path], as_json: bool) -> None:
    """Add a file of addresses to the index: Base Adresse Locale, Base Adresse Nationale, any layer with the columns."""
    from .. import addresses as room
    from .. import territory

    with session(quiet=as_json) as feedback:
        done = room.add(source, communes=territory.load(territory.current_map()), out=index, feedback=feedback)
        for item in done.rejected:
            if as_json:
                emit({"where": item.where, "rejected": item.reason})
            else:
                feedback.warning(f"{safe(item.where)}: {safe(item.reason)}")
        said = {"source": done.source, "rows": done.rows, "verdicts": done.counts, **_of(done.index)}
        if as_json:
            emit(said)
        else:
            verdicts = ", ".join(f"{count:,} {name}" for name, count in done.counts.items())
            click.echo(safe(f"{done.source}: {done.rows:,} rows: {verdicts}"))
            holds = ", ".join(f"{said[name]:,} {name}" for name in ("numbers", "streets", "communes"))
            click.echo(safe(f"{said['file']}: {holds}"))
    sys.exit(REJECTED if done.rejected else DONE)


@addresses.command("info")
@INDEX
@json_option
def info(index: Optional[Path], as_json: bool) -> None:
    """Say what the index holds, and from which files."""
    from .. import addresses as room

    with session(quiet=as_json):
        said = _of(room.load(index or room.index_path()))
        if as_json:
            emit(said)
            return
        for key, value in said.items():
            if key != "sources":
                click.echo(safe(f"{key}: {value}"))
        for one in said["sources"]:
            click.echo(safe(f"source: {one['name']}, {one['rows']:,} rows, {one['date']}"))


@addresses.command("find")
@click.argument("text")
@MOST
@click.option("--insee", default="", help="The commune, where it is known (INSEE code).")
@click.option("--typing", is_flag=True, help="The last word may be the beginning of one.")
@INDEX
@json_option
def find(text: str, most: int, insee: str, typing: bool, index: Optional[Path], as_json: bool) -> None:
    """Find the addresses that TEXT may mean, best first."""
    from .. import addresses as room

    with session(quiet=as_json):
        found = room.finder(index).find(text, most=most, unfinished=typing, insee=insee)
        for one in found:
            if as_json:
                emit({name: getattr(one, name) for name in _SHOWN})
            else:
                place = f"{one.kind}, ± {one.accuracy_m:.0f} m, {one.lon:.6f} {one.lat:.6f}"
                click.echo(safe(f"{one.score:.2f}  {one.label}  ({place})  {one.id}"))
        if not found and not as_json:
            click.echo("No address of the index fits.")
    sys.exit(DONE if found else REJECTED)


@addresses.command("near", context_settings={"ignore_unknown_options": True})
@click.argument("lon", type=float)
@click.argument("lat", type=float)
@MOST
@INDEX
@json_option
def near(lon: float, lat: float, most: int, index: Optional[Path], as_json: bool) -> None:
    """Find the addresses nearest to LON LAT (degrees), one for each street."""
    from .. import addresses as room

    with session(quiet=as_json):
        finder = room.finder(index)
        for one in room.Neighbours(finder.index).near(finder, lon, lat, most=most):
            said: dict[str, Any] = {name: getattr(one.candidate, name) for name in _SHOWN}
            if as_json:
                emit({**said, "distance_m": one.distance_m, "text": one.text})
            else:
                click.echo(safe(f"{one.text}  {one.candidate.id}"))


@addresses.command("geocode")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The result: .csv, .geojson or .gpkg.")
@INDEX
@json_option
def geocode(file: Path, out: Path, index: Optional[Path], as_json: bool) -> None:
    """Give the rows of FILE that have an address a place, where it is sure; write all rows to OUT."""
    from .. import addresses as room
    from .. import territory

    with session(quiet=as_json) as feedback:
        counts = room.geocode_file(
            file, out, finder=room.finder(index), communes=territory.load(territory.current_map()), feedback=feedback
        )
        if as_json:
            emit({"out": out, **counts})
        else:
            click.echo(safe(f"{out}: " + ", ".join(f"{count:,} {name}" for name, count in counts.items())))


def _of(index: Any) -> dict[str, Any]:
    from .. import addresses as room

    return room.described(index)
