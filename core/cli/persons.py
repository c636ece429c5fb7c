# SPDX-License-Identifier: GPL-2.0-or-later
"""``person``: where who reported stands in a workspace, and how he is forgotten."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .console import emit, json_option, safe, session

if TYPE_CHECKING:
    from ..store.persons import Person


@click.group()
def person() -> None:
    """Show where a person who reported stands in a workspace; forget a person."""


@person.command("show")
@click.argument("value")
@click.option("--workspace", required=True, type=click.Path(path_type=Path, dir_okay=False))
@json_option
def show(value: str, workspace: Path, as_json: bool) -> None:
    """Show the reports, photos and packs of a person: VALUE is an e-mail, a telephone, a name or the id of a report."""
    from ..store.file.reading import reading
    from ..store.persons import person_in

    with session(quiet=as_json) as feedback:
        with reading(workspace) as opened:
            found = person_in(opened, value)
        _tell(found, as_json)
        if not as_json:
            feedback.info(f"{len(found.reports)} reports. Take the person out with: person forget")


@person.command("forget")
@click.argument("value")
@click.option("--workspace", required=True, type=click.Path(path_type=Path, dir_okay=False))
@json_option
def forget(value: str, workspace: Path, as_json: bool) -> None:
    """Take a person out of a workspace; reports and history stay, without the person. Packs and photos are listed."""
    from ..store import Workspace
    from ..store.persons import forget_person

    with session(quiet=as_json) as feedback:
        with Workspace.open(workspace, create=False) as opened:
            found = forget_person(opened, value)
        _tell(found, as_json)
        if not as_json:
            feedback.info(
                f"Taken out of {len(found.reports)} reports. Packs made before may name the person in their texts: "
                "refresh or delete them. The report server keeps its own copy: ask there, too"
            )


def _tell(found: Person, as_json: bool) -> None:
    if as_json:
        emit(found._asdict())
        return
    for report in found.reports:
        click.echo(f"report\t{safe(report)}")
    for photo in found.photos:
        click.echo(f"photo\t{safe(photo)}")
    for commune, folder, at in found.packs:
        click.echo(f"pack\t{safe(commune)}\t{safe(folder)}\t{at}")
