# SPDX-License-Identifier: GPL-2.0-or-later
"""``pack``: what a commune takes to a place without network, and what comes home."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

import click

from .console import DONE, REJECTED, emit, json_option, safe, session

if TYPE_CHECKING:
    from ..pack import Made, Refreshed, Returned, Summary

_BUFFER = click.option("--buffer", type=click.FloatRange(0, 20_000), default=0.0, help="Metres beyond the commune.")
_BUDGET = click.option(
    "--budget", type=click.FloatRange(1), default=200.0, show_default=True, help="Megabytes for all rasters together."
)
_OFFLINE = click.option("--offline", is_flag=True, help="Use no network: layers that need it are left out.")


class _Group(click.Group):
    """``pack COMMUNE`` makes; ``pack refresh`` and ``pack return`` are commands of their own."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Group)
def pack() -> None:
    """Take layers and reports of a commune to a place without network.

    \b
    pack COMMUNE --layers … --out DIR    one commune (INSEE code or name)
    pack --all --layers … --out DIR      all communes, side by side
    pack refresh DIR                     bring in what changed
    pack return DIR --workspace FILE     bring the edits home
    """


def _split(context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for value in values for part in value.split(",") if part.strip()))


@pack.command("make")
@click.argument("commune", required=False)
@click.option("--all", "everything", is_flag=True, help="The packs of all communes of the map.")
@click.option(
    "--layers",
    multiple=True,
    callback=_split,
    help="Records of the catalogue, addresses (#layer behind it) and files (|layername= behind it), by commas; may be "
    "repeated.",
)
@click.option("--workspace", "workspace_path", type=click.Path(path_type=Path), help="Reports and catalogue.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder in which packs are made.")
@_BUFFER
@_BUDGET
@click.option("--zip", "zipped", is_flag=True, help="One ZIP instead of a folder.")
@click.option(
    "--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="With --all: so many at a time."
)
@click.option("--unblurred", is_flag=True, help="Let photos leave with faces and plates.")
@_OFFLINE
@json_option
def make_pack(
    commune: Optional[str],
    everything: bool,
    layers: tuple[str, ...],
    workspace_path: Optional[Path],
    out: Path,
    buffer: float,
    budget: float,
    zipped: bool,
    workers: int,
    unblurred: bool,
    offline: bool,
    as_json: bool,
) -> None:
    """Make the offline pack of COMMUNE (INSEE code or name), or of all."""
    from .. import territory, transport
    from ..catalogue import Calls
    from ..errors import UsageError
    from ..pack import Order, find, make, make_all

    with session(quiet=as_json) as feedback:
        if bool(commune) == everything:
            raise UsageError("Give one commune, or --all", next_step="For instance: pack Aubagne --out packs")
        order = Order(layers, workspace_path, buffer, int(budget * 1e6), zipped, unblurred)
        known = territory.load()
        if everything:
            summary = make_all(order, out, territory=known, online=not offline, workers=workers, feedback=feedback)
            _show_all(summary, as_json=as_json)
            sys.exit(REJECTED if summary.failed or summary.left_out else DONE)
        place = find(known, commune or "", buffer)
        with transport.new_session() as opened:
            calls = None if offline else Calls(opened, feedback=feedback)
            made = make(place, order, out, territory=known, calls=calls, feedback=feedback)
        _show(made, as_json=as_json)
    sys.exit(REJECTED if made.contents.left_out else DONE)


@pack.command("refresh")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--workspace", "workspace_path", type=click.Path(path_type=Path), help="Default: where it came from.")
@click.option("--pictures", is_flag=True, help="Fetch the rasters of services again.")
@_OFFLINE
@json_option
def refresh_pack(folder: Path, workspace_path: Optional[Path], pictures: bool, offline: bool, as_json: bool) -> None:
    """Bring into the pack FOLDER what changed since; edits made in it stay."""
    from .. import territory, transport
    from ..catalogue import Calls
    from ..pack import refresh

    with session(quiet=as_json) as feedback, transport.new_session() as opened:
        refreshed = refresh(
            folder,
            territory=territory.load(),
            calls=None if offline else Calls(opened, feedback=feedback),
            workspace=workspace_path,
            pictures=pictures,
            feedback=feedback,
        )
        _show_refreshed(refreshed, as_json=as_json)
    sys.exit(DONE)


@pack.command("return")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--workspace", "workspace_path", required=True, type=click.Path(path_type=Path), help="Where the edits go."
)
@click.option("--who", default="", help="Who edited in the pack.")
@json_option
def return_pack(folder: Path, workspace_path: Path, who: str, as_json: bool) -> None:
    """Bring the edits of the pack FOLDER (or its ZIP) home, into the workspace's own queue."""
    from ..jobs.packs import bring_pack_home

    with session(quiet=as_json) as feedback:
        returned = bring_pack_home(folder, workspace_path, who=who, feedback=feedback)
        _show_returned(returned, as_json=as_json)
    sys.exit(REJECTED if returned.kept or returned.conflicts else DONE)


def _show(made: Made, *, as_json: bool) -> None:
    found = made.contents
    left = [{"wanted": each.wanted, "title": each.title, "reason": each.reason.en} for each in found.left_out]
    if as_json:
        layers: list[dict[str, Any]] = [
            {
                "wanted": each.wanted, "title": each.title, "table": each.table or None, "file": each.file or None,
                "features": each.features, "bytes": each.bytes, "licence": each.licence,
                "notes": [note.en for note in each.notes],
            }
            for each in found.layers
        ]  # fmt: skip
        emit(
            {
                "pack": made.path, "insee": found.insee, "commune": found.commune, "ready": found.ready,
                "reports": found.reports, "photos": found.photos, "bytes": found.bytes, "layers": layers,
                "left_out": left,
            }
        )  # fmt: skip
        return
    click.echo(f"{made.path}: {found.reports} reports, {found.photos} photos, {found.bytes / 1e6:.1f} MB")
    for entry in found.layers:
        size = f"{entry.bytes / 1e6:.1f} MB" if entry.family == "raster" else f"{entry.features} features"
        click.echo(f"  {safe(entry.title)}: {size}")
        for note in entry.notes:
            click.echo(f"    {safe(note.en)}")
    for each in left:
        click.echo(f"  left out: {safe(each['title'])}: {safe(each['reason'])}")


def _show_all(summary: Summary, *, as_json: bool) -> None:
    if as_json:
        for outcome in summary.outcomes:
            emit(outcome)
        left = [{"wanted": each.wanted, "reason": each.reason.en} for each in summary.left_out]
        emit({"made": summary.made, "skipped": summary.skipped, "failed": len(summary.failed), "left_out": left})
        return
    click.echo(f"{summary.made} packs made, {summary.skipped} were there, {len(summary.failed)} failed")
    for outcome in summary.failed:
        click.echo(f"  {safe(outcome.commune)}: {safe(outcome.error)}")
    for left_out in summary.left_out:
        click.echo(f"  left out: {safe(left_out.title)}: {safe(left_out.reason.en)}")


def _show_refreshed(refreshed: Refreshed, *, as_json: bool) -> None:
    if as_json:
        emit(refreshed)
        return
    click.echo(f"{refreshed.path}: {len(refreshed.renewed)} layers anew, {len(refreshed.kept)} as they were")
    for title in refreshed.renewed:
        click.echo(f"  anew: {safe(title)}")
    for title in refreshed.gone:
        click.echo(f"  gone: {safe(title)}")
    if refreshed.waiting:
        click.echo(f"  {refreshed.waiting} edits wait in the pack: pack return")


def _show_returned(returned: Returned, *, as_json: bool) -> None:
    if as_json:
        emit(returned)
        return
    click.echo(
        f"{returned.edits} edits, {len(returned.new)} new reports, {returned.deleted} deleted, "
        f"{returned.photos} photos, {returned.conflicts} conflicts; {returned.already} had come home before"
    )
    for key, reason in returned.kept:
        click.echo(f"  {safe(key)}: {safe(reason)}")
