# SPDX-License-Identifier: GPL-2.0-or-later
"""``reports sync``: what would leave, then one round with a server."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path

import click

from .console import DONE, REJECTED, emit, json_option, safe, session


@click.command("sync")
@click.option("--workspace", "-w", required=True, type=click.Path(path_type=Path), help="The workspace, a GeoPackage.")
@click.option("--server", "-s", required=True, help="A server by its name, its address, or a folder of files.")
@click.option("--who", default="", help="Who sends (default: the name of this account).")
@click.option("--send", is_flag=True, help="Send what is listed, without asking.")
@click.option("--receive", is_flag=True, help="Only receive; nothing is sent.")
@json_option
def sync(workspace: Path, server: str, who: str, send: bool, receive: bool, as_json: bool) -> None:
    """Show what would leave; receive, place what came, and send what was confirmed."""
    from .. import transport
    from ..errors import UsageError
    from ..jobs.sync import sync as one_round
    from ..reports.sources.servers import find_server
    from ..reports.sync.identity import open_source_in
    from ..reports.sync.outgoing import leaving
    from ..store import Workspace
    from ..triage import again

    if send and receive:
        raise click.UsageError("Choose one of --send and --receive")
    with session(quiet=as_json) as feedback, transport.new_session() as calls:
        name, known = find_server(server)
        with Workspace.open(workspace) as opened:
            source = open_source_in(opened, server, name, known, calls, feedback=feedback)
            name = source.name
            found = leaving(opened, source)
            book, layers = again.rule_book_of(opened)
        for report in found:
            for line in report.lines:
                if as_json:
                    emit({"report_id": report.report_id, **vars(line)})
                else:
                    stays = f" — stays here: {line.why}" if line.stays else ""
                    click.echo(safe(f"{report.report_id}: {line.what}: {line.old or '–'} → {line.new}{stays}"))
        keys = [key for report in found for key in report.keys]
        if keys and not send and not receive:
            if as_json or not sys.stdin.isatty():
                raise UsageError("Nobody confirmed what would leave", next_step="Give --send, or --receive")
            feedback.progress.stop()
            send = click.confirm(f"Send these {len(keys)} changes to {name}?")
        (done,) = one_round(
            workspace,
            {name: lambda _: source},
            book,
            confirmed={name: keys if send else []},
            who=who or getpass.getuser(),
            layers=layers,
            feedback=feedback,
        )
        if done.error is not None:
            raise done.error
        counts = {**(done.pulled.counts() if done.pulled else {}), "placed": done.placed}
        counts.update(done.pushed.counts() if done.pushed else {})
        if as_json:
            emit(counts)
        else:
            click.echo(", ".join(f"{key}: {value}" for key, value in counts.items()))
    unsettled = done.pushed is not None and (done.pushed.unknown or done.pushed.refused or done.pushed.conflicts)
    sys.exit(REJECTED if unsettled or (done.pulled and done.pulled.rejected) else DONE)
