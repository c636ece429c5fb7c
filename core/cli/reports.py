# SPDX-License-Identifier: GPL-2.0-or-later
"""``reports`` and ``servers``: two-way sync with report servers, from the command line."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Optional, TypeVar

import click
from rich.table import Table

from .console import DONE, REJECTED, ConsoleFeedback, emit, json_option, safe, session

F = TypeVar("F", bound=Callable[..., Any])

WORKSPACE = click.option(
    "--workspace", "-w", required=True, type=click.Path(path_type=Path), help="The workspace, a GeoPackage."
)
SERVER = click.option("--server", "-s", required=True, help="A server by its name, its address, or a folder of files.")
PROFILE = click.option(
    "--profile", default="", help="A shipped profile or a .yaml file (default: that of the settings)."
)
WHO = click.option("--who", default="", help="Who does it (default: the name of this account).")
GIVEN = click.option("--given", multiple=True, metavar="NAME=VALUE", help="A parameter of every call; may be repeated.")


@click.group()
def reports() -> None:
    """Reports of citizens: read from servers, worked on off line, sent back."""


@reports.command("probe")
@click.argument("url")
@GIVEN
@json_option
def probe(url: str, given: tuple[str, ...], as_json: bool) -> None:
    """Ask the server at URL what it is, and propose a profile."""
    from .. import transport
    from ..reports.sources import probe as room

    with session(quiet=as_json) as feedback, transport.new_session() as calls:
        found = room.probe(url, calls, given=pairs(given), feedback=feedback)
        if as_json:
            emit(
                {
                    "url": found.url,
                    "kind": found.kind,
                    "profile": found.profile,
                    "layers": found.layers,
                    "signs": found.signs,
                    "formats": found.formats,
                    "pages": found.pages,
                    "capabilities": found.capabilities,
                    "services": [
                        {"service_code": s.service_code, "service_name": s.service_name, "metadata": s.metadata}
                        for s in found.services
                    ],
                    "sample": len(found.sample),
                    "notes": found.notes,
                }
            )
            return
        what = f"profile {found.profile}" if found.profile else found.kind
        click.echo(safe(f"{found.url}: {what} ({', '.join(found.signs) or 'no sign of another'})"))
        if found.layers:
            click.echo(safe(f"layers {', '.join(found.layers)}: name one with typeName=… in the address"))
        can = ", ".join(name for name, able in found.capabilities.items() if able)
        click.echo(f"formats {', '.join(found.formats)}; can: {can}; {len(found.services)} services")
        for note in found.notes:
            feedback.warning(note)


@reports.command("pull")
@WORKSPACE
@SERVER
@PROFILE
@click.option("--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), help="Only since then (UTC).")
@click.option("--full", is_flag=True, help="Read everything again, and look for reports that are gone.")
@click.option("--media", is_flag=True, help="Fetch photos too.")
@click.option("--media-again", is_flag=True, help="Fetch photos too, also those that could not be used before.")
@click.option("--moved", is_flag=True, help="It is the source known by this name, at another address.")
@json_option
def pull(
    workspace: Path,
    server: str,
    profile: str,
    since: Optional[Any],
    full: bool,
    media: bool,
    media_again: bool,
    moved: bool,
    as_json: bool,
) -> None:
    """Read a server into the workspace: what is new and what changed since the last time."""
    from .. import transport
    from ..reports.sources.servers import find_server
    from ..reports.sync import pull as pulling
    from ..reports.sync.identity import open_source_in
    from ..store import Workspace
    from ..store.media import MediaTable

    with session(quiet=as_json) as feedback, transport.new_session() as calls:
        name, known = find_server(server, profile=profile)
        with Workspace.open(workspace) as opened:
            source = open_source_in(opened, server, name, known, calls, feedback=feedback)
            if media_again:
                MediaTable(opened).ask_again(source.name)
            wanted = media or media_again
            pulled = pulling.pull(opened, source, since=since, full=full, media=wanted, moved=moved, feedback=feedback)
        for item in pulled.reasons:
            _rejected(item.where, item.reason, feedback, as_json)
        cases = {name: getattr(pulled, name) for name in ("moved", "recategorised", "gone", "back")}
        if as_json:
            for name, ids in cases.items():
                if ids:
                    emit({"case": name, "ids": ids})
            if pulled.media:
                emit({"media": pulled.media})
            for note in pulled.notes:
                emit({"note": note})
            emit(pulled.counts())
        else:
            _table(name, {**pulled.counts(), **{name: len(ids) for name, ids in cases.items()}}, feedback)
            for note in pulled.notes:
                feedback.info(note)
    sys.exit(REJECTED if pulled.rejected else DONE)


@reports.command("status")
@WORKSPACE
@click.option("--items", is_flag=True, help="Each report, too.")
@json_option
def status(workspace: Path, items: bool, as_json: bool) -> None:
    """List what waits: to be sent, to be decided, to be looked at."""
    from ..reports.sync.status import status as waiting_status
    from ..store import Workspace

    with session(quiet=as_json) as feedback:
        with Workspace.open(workspace, create=False) as opened:
            found = waiting_status(opened)
        if as_json:
            for item in found.items if items else ():
                emit(item)
            emit({"sources": found.sources})
            return
        names = ("new", "to_send", "kept", "conflicts", "gone", "unknown", "tokens", "refused", "read_at")
        table = Table("source", *names)
        for source in found.sources:
            table.add_row(safe(source.source), *(str(getattr(source, name)) for name in names))
        feedback.console.print(table)
        for item in found.items if items else ():
            why = f" — stays here: {item.kept}" if item.kept else " — CONFLICT" if item.conflict else ""
            click.echo(safe(f"{item.report_id}: {', '.join(item.what)} by {item.who or '?'} at {item.at}{why}"))


@reports.command("conflicts")
@WORKSPACE
@json_option
def conflicts(workspace: Path, as_json: bool) -> None:
    """List what was changed here and on the server, differently."""
    from ..reports.sync.conflicts import open_conflicts
    from ..store import Workspace

    with session(quiet=as_json):
        with Workspace.open(workspace, create=False) as opened:
            found = open_conflicts(opened)
        for item in found:
            if as_json:
                emit(item)
                continue
            click.echo(safe(f"{item.report_id}: {item.field}"))
            click.echo(safe(f"  base    {_words(item.base)}"))
            click.echo(safe(f"  mine    {_words(item.mine)}  ({item.mine_by or '?'}, {item.mine_at})"))
            click.echo(safe(f"  theirs  {_words(item.theirs)}  ({item.theirs_by}, {item.theirs_at})"))
        if not found and not as_json:
            click.echo("No conflicts.")


@reports.command("resolve")
@click.argument("report_id")
@WORKSPACE
@WHO
@click.option("--mine", "choice", flag_value="mine", help="What was edited here holds.")
@click.option("--theirs", "choice", flag_value="theirs", help="What the server has holds.")
@click.option("--value", multiple=True, metavar="FIELD=VALUE", help="Another value holds; may be repeated.")
@click.option("--field", help="Only this conflict of the report.")
@json_option
def resolve(
    report_id: str,
    workspace: Path,
    who: str,
    choice: Optional[str],
    value: tuple[str, ...],
    field: Optional[str],
    as_json: bool,
) -> None:
    """Decide the conflicts of REPORT_ID: --mine, --theirs or --value."""
    from ..errors import UsageError
    from ..reports.sync.conflicts import resolve as decide
    from ..store import Workspace

    with session(quiet=as_json):
        if bool(choice) == bool(value):
            raise UsageError("Choose one of --mine, --theirs and --value")
        values: dict[str, Any] = dict(pairs(value))
        for name in ("lon", "lat"):
            if name in values:
                try:
                    values[name] = float(values[name])
                except ValueError:
                    raise UsageError(f"{name} is a number, in degrees", where=f"--value {name}") from None
        with Workspace.open(workspace, create=False) as opened:
            done = decide(
                opened,
                report_id,
                values or ("mine" if choice == "mine" else "theirs"),
                who=who or getpass.getuser(),
                field=field,
            )
        for item in done:
            if as_json:
                emit({"report_id": item.report_id, "field": item.field, "resolved": choice or values})
            else:
                click.echo(safe(f"{item.report_id}: {item.field} is decided"))


@reports.command("push")
@WORKSPACE
@SERVER
@PROFILE
@WHO
@click.option("--photos", is_flag=True, help="Send photos of new reports too (without metadata, but not blurred).")
@click.option("--again", multiple=True, metavar="ID", help="Send this one again although it may have been taken.")
@click.option("--taken", multiple=True, metavar="ID=SERVER_ID", help="This one is on the server under that id.")
@json_option
def push(
    workspace: Path,
    server: str,
    profile: str,
    who: str,
    photos: bool,
    again: tuple[str, ...],
    taken: tuple[str, ...],
    as_json: bool,
) -> None:
    """Send what persons made and changed here: new reports, states, comments."""
    from .. import transport
    from ..reports.sources.servers import find_server
    from ..reports.sync import push as pushing
    from ..reports.sync.identity import open_source_in
    from ..store import Workspace

    with session(quiet=as_json) as feedback, transport.new_session() as calls:
        name, known = find_server(server, profile=profile)
        with Workspace.open(workspace, create=False) as opened:
            source = open_source_in(opened, server, name, known, calls, feedback=feedback)
            pushed = pushing.push(
                opened,
                source,
                who=who or getpass.getuser(),
                photos=photos,
                again=again,
                taken=pairs(taken),
                feedback=feedback,
            )
        for kind in ("unknown", "refused", "kept"):
            for key, reason in getattr(pushed, kind).items():
                if as_json:
                    emit({kind: key, "reason": reason})
                else:
                    feedback.warning(safe(f"{key}: {kind}: {reason}"))
        if as_json:
            emit(pushed.counts())
        else:
            _table(name, pushed.counts(), feedback)
    sys.exit(REJECTED if pushed.unknown or pushed.refused or pushed.conflicts else DONE)


@reports.command("export")
@WORKSPACE
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The file: .csv, .geojson or .gpkg.")
@click.option("--source", help="Only reports of this source.")
@click.option("--language", type=click.Choice(["fr", "en"]), default="fr", show_default=True)
@json_option
def export(workspace: Path, out: Path, source: Optional[str], language: str, as_json: bool) -> None:
    """Write what no server takes (or not yet) for teams and partners."""
    from ..reports.sync.dispatch import dispatch
    from ..store import Workspace

    with session(quiet=as_json):
        with Workspace.open(workspace, create=False) as opened:
            count = dispatch(opened, out, language=language, source=source)
        if as_json:
            emit({"out": out, "reports": count})
        else:
            click.echo(f"{out}: {count} reports")


# --- servers -------------------------------------------------------------------------------------------------------


@click.group()
def servers() -> None:
    """The servers that reports come from, by name."""


@servers.command("add")
@click.argument("name")
@click.argument("url")
@click.option("--profile", default="", help="A shipped profile or a .yaml file (default: what the server shows).")
@click.option("--kind", help="georeport, folder, ogcapi, wfs … (an unknown one lists all; default: what it shows).")
@GIVEN
@click.option(
    "--sender", multiple=True, metavar="NAME=VALUE", help="Goes with what is sent (email=…); may be repeated."
)
@click.option("--area", help="Where positions should lie: WEST,SOUTH,EAST,NORTH in degrees.")
@click.option("--ask-key", is_flag=True, help="Ask for a key and put it into the keyring of the system.")
@click.option("--replace", is_flag=True, help="Replace the server of this name.")
@json_option
def add(
    name: str,
    url: str,
    profile: str,
    kind: Optional[str],
    given: tuple[str, ...],
    sender: tuple[str, ...],
    area: Optional[str],
    ask_key: bool,
    replace: bool,
    as_json: bool,
) -> None:
    """Give the server, collection or WFS at URL (or a folder) a NAME."""
    from .. import transport
    from ..errors import UsageError
    from ..reports.sources import probe as room
    from ..reports.sources.profile import GENERIC
    from ..reports.sources.registry import BY_KIND
    from ..reports.sources.servers import Server, key_variable, save_server, settings_file, store_key

    with session(quiet=as_json) as feedback:
        try:
            bounds = tuple(float(part) for part in area.split(",")) if area else ()
            if kind is None and Path(url).is_dir():
                kind = "folder"
            if kind in (None, "georeport") and not profile:
                with transport.new_session() as calls:
                    found = room.probe(url, calls, given=pairs(given), feedback=feedback)
                profile, url, kind = found.profile, found.url, found.kind
                feedback.info(f"It looks like {profile or kind}")
            kind = kind or "georeport"
            path = str(Path(url).resolve()) if kind in BY_KIND and BY_KIND[kind].is_folder else url
            made = Server(path, kind, profile or GENERIC, pairs(given), pairs(sender), bounds)
        except ValueError as error:
            raise UsageError(f"Can't be used: {error}", where=name) from error
        save_server(name, made, replace=replace)
        if ask_key:
            store_key(name, click.prompt("Key", hide_input=True, err=True))
        if as_json:
            emit({"name": name, "url": made.url, "kind": kind, "profile": made.profile, "file": settings_file()})
        else:
            what = made.profile if kind == "georeport" else kind
            click.echo(f"{name}: {made.url} ({what}); a key goes into {key_variable(name)} or the keyring")


@servers.command("list")
@json_option
def list_servers(as_json: bool) -> None:
    """List the servers; keys are never shown, only where they are found."""
    from ..reports.sources.servers import find_key, load_servers

    with session(quiet=as_json):
        for name, server in sorted(load_servers().items()):
            where = find_key(name)[1]
            if as_json:
                emit({"name": name, "url": server.url, "kind": server.kind, "profile": server.profile, "key": where})
            else:
                profile = f", {server.profile}" if server.kind == "georeport" else ""
                click.echo(safe(f"{name}\t{server.url}\t{server.kind}{profile}\tkey: {where or 'none'}"))


@servers.command("remove")
@click.argument("name")
@json_option
def remove(name: str, as_json: bool) -> None:
    """Take a server out of the list; workspaces keep what they have of it."""
    from ..reports.sources.servers import remove_server

    with session(quiet=as_json):
        remove_server(name)
        if as_json:
            emit({"removed": name})
        else:
            click.echo(f"{name} is removed from the list")


@servers.command("test")
@click.argument("name")
@json_option
def test(name: str, as_json: bool) -> None:
    """Ask a server for its services and one report, and say what it can do."""
    from .. import transport
    from ..reports.sources.check import try_server
    from ..reports.sources.servers import find_server

    with session(quiet=as_json) as feedback, transport.new_session() as calls:
        known_as, server = find_server(name)
        result = vars(try_server(known_as, server, calls, feedback))
        if as_json:
            emit(result)
        else:
            for key, value in result.items():
                click.echo(safe(f"{key}: {', '.join(value) if isinstance(value, tuple) else value}"))


# --- small -----------------------------------------------------------------------------------------------------------


def pairs(given: tuple[str, ...]) -> dict[str, str]:
    from ..errors import UsageError

    out = {}
    for item in given:
        name, sign, value = item.partition("=")
        if not sign or not name:
            raise UsageError(f"'{item}' is not NAME=VALUE")
        out[name] = value
    return out


def _words(version: Any) -> str:
    values = [f"{name}={value!r}" if len(version) > 1 else repr(value) for name, value in version.items()]
    return ", ".join(values)


def _rejected(where: str, reason: str, feedback: ConsoleFeedback, as_json: bool) -> None:
    if as_json:
        emit({"where": where, "rejected": reason})
    else:
        feedback.warning(f"{safe(where)}: {safe(reason)}")


def _table(title: str, counts: dict[str, Any], feedback: ConsoleFeedback) -> None:
    table = Table("", "", title=safe(title), show_header=False)
    for name, value in counts.items():
        table.add_row(name, str(value))
    feedback.progress.stop()
    feedback.console.print(table)
