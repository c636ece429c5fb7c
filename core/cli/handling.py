# SPDX-License-Identifier: GPL-2.0-or-later
"""``reports handle``, ``history`` and ``states``: what a person does with reports, one or many at a time."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

import click
from rich.table import Table

from .console import REJECTED, emit, json_option, safe, session
from .reports import WHO, WORKSPACE

if TYPE_CHECKING:
    from ..store import Workspace

_LANGUAGE = click.option("--language", type=click.Choice(["fr", "en"]), default="fr", show_default=True)
_FILTERS = ("source", "state", "insee", "class", "team")


@click.command()
@click.argument("report_ids", nargs=-1)
@WORKSPACE
@WHO
@click.option("--select", multiple=True, metavar="NAME=VALUE", help=f"Reports by {', '.join(_FILTERS)}; all must hold.")
@click.option("--state", help="Give them this state (see `reports states`).")
@click.option("--accept", is_flag=True, help="Take them on; with --team, for this team.")
@click.option("--refuse", is_flag=True, help="Reject them; --note is the reason.")
@click.option("--delegate", metavar="TO", help="Hand them on to another team, or with --outside to a commune or body.")
@click.option("--outside", is_flag=True, help="With --delegate: they are not ours.")
@click.option("--duplicate-of", metavar="ID", help="They are duplicates of this report.")
@click.option("--team", default="", help="With --accept: the team.")
@click.option("--note", default="", help="Kept in the history; alone, it is all that is done.")
@click.option("--reply", help="Write this to who reported; {id}, {service}, {address} and {team} are filled in.")
@click.option("--reply-template", is_flag=True, help="Write the text of their state to who reported.")
@_LANGUAGE
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def handle(
    report_ids: tuple[str, ...],
    workspace: Path,
    who: str,
    select: tuple[str, ...],
    state: Optional[str],
    accept: bool,
    refuse: bool,
    delegate: Optional[str],
    outside: bool,
    duplicate_of: Optional[str],
    team: str,
    note: str,
    reply: Optional[str],
    reply_template: bool,
    language: str,
    yes: bool,
    as_json: bool,
) -> None:
    """Work on reports: REPORT_IDS, or those that --select finds. All of it is done, or nothing.

    What is done here waits for the next `reports push`. Replies are shown first, and are written only after a yes.
    """
    from ..errors import UsageError
    from ..jobs import handling as room
    from ..store import Workspace as Opened

    ways = {
        "--state": state,
        "--accept": accept,
        "--refuse": refuse,
        "--delegate": delegate,
        "--duplicate-of": duplicate_of,
    }
    with session(quiet=as_json):
        chosen = [name for name, value in ways.items() if value]
        if len(chosen) > 1:
            raise UsageError(f"Choose one of {', '.join(chosen)}")
        if not (chosen or note or reply or reply_template):
            raise UsageError("Nothing is to be done", next_step=f"Give one of {', '.join(ways)}, --note, --reply")
        if (team and not accept) or (outside and not delegate):
            raise UsageError("--team goes with --accept, --outside with --delegate")
        by = who or getpass.getuser()
        with Opened.open(workspace, create=False) as opened:
            ids = _chosen(opened, report_ids, select)
            if not ids:
                raise UsageError("No report is chosen", next_step="Give ids, or another --select")
            if select and not yes and not (as_json or click.confirm(f"{len(ids)} reports. Go on?", err=True)):
                sys.exit(REJECTED)
            if select and as_json and not yes:
                raise UsageError(f"--select finds {len(ids)} reports", next_step="Say --yes where that is right")
            with opened.transaction():
                if state:
                    room.set_state(opened, ids, state, by, note)
                elif accept:
                    room.accept(opened, ids, by, team=team, note=note)
                elif refuse:
                    room.refuse(opened, ids, by, note)
                elif delegate:
                    room.delegate(opened, ids, delegate, by, note, outside=outside)
                elif duplicate_of:
                    room.mark_duplicates(opened, ids, duplicate_of, by, note)
                elif note:
                    room.add_note(opened, ids, note, by)
                texts = _texts(opened, ids, reply, reply_template, language, note if chosen else "")
                queued = bool(texts) and _agreed(texts, yes, as_json)
                if queued:
                    room.send_replies(opened, texts, by)
        done = chosen[0].lstrip("-") if chosen else "note" if note else "reply"
        if as_json:
            for key, text in texts.items():
                emit({"report_id": key, "reply": text, "queued": queued})
            emit({"done": done, "reports": len(ids), "replies": len(texts) if queued else 0})
        else:
            told = f", {len(texts)} replies wait to be sent" if queued else ""
            click.echo(f"{done}: {len(ids)} reports{told}")


def _chosen(workspace: Workspace, report_ids: Sequence[str], select: Sequence[str]) -> list[str]:
    from ..errors import UsageError
    from ..store.handling import select_reports
    from .reports import pairs

    wanted = pairs(tuple(select))
    unknown = sorted(set(wanted) - set(_FILTERS))
    if unknown:
        raise UsageError(f"There is no {', '.join(unknown)} to select by", next_step=f"One of {', '.join(_FILTERS)}")
    if report_ids and wanted:
        raise UsageError("Give ids or --select, not both")
    if not wanted:
        return list(dict.fromkeys(report_ids))
    label = wanted.pop("class", None)
    return select_reports(workspace, label=label, **wanted)


def _texts(
    workspace: Workspace, ids: Sequence[str], reply: Optional[str], template: bool, language: str, note: str
) -> dict[str, str]:
    from ..errors import UsageError
    from ..jobs.handling import fill, replies

    if reply and template:
        raise UsageError("Choose one of --reply and --reply-template")
    if reply:
        return fill(workspace, ids, reply, language=language)
    return replies(workspace, ids, language=language, note=note) if template else {}


def _agreed(texts: dict[str, str], yes: bool, as_json: bool) -> bool:
    if yes or as_json:
        return yes
    for key, text in list(texts.items())[:20]:
        click.echo(safe(f"{key}: {text}"), err=True)
    if len(texts) > 20:
        click.echo(f"… and {len(texts) - 20} more", err=True)
    return click.confirm("Send this with the next push?", err=True)


@click.command()
@click.argument("report_id")
@WORKSPACE
@json_option
def history(report_id: str, workspace: Path, as_json: bool) -> None:
    """Show what was done with REPORT_ID, by whom and when."""
    from ..store import Workspace as Opened
    from ..store.handling import history as entries_of
    from ..store.handling import states_of

    with session(quiet=as_json):
        with Opened.open(workspace, create=False) as opened:
            states_of(opened, [report_id])
            entries = entries_of(opened, report_id)
        for entry in entries:
            if as_json:
                emit(entry)
                continue
            change = f"{entry.old or '—'} → {entry.new}" if entry.new else ""
            said = " ".join(part for part in (entry.what, change) if part)
            note = f" — {entry.note}" if entry.note else ""
            click.echo(safe(f"{entry.at}  {entry.who or entry.origin}: {said}{note}"))
        if not entries and not as_json:
            click.echo("Nothing was done with it yet.")


@click.command()
@click.option("--profile", default="", help="Show the words of this profile, too.")
@_LANGUAGE
@json_option
def states(profile: str, language: str, as_json: bool) -> None:
    """Show the states of a report, which may follow which, and what servers know them as."""
    from ..reports.sources.profile import load_profile
    from ..store.states import load_states

    with session(quiet=as_json) as feedback:
        words = load_profile(profile).writing.states if profile else {}
        table = Table("state", "name", "GeoReport", *(["there"] if profile else []), "then")
        for state in load_states().values():
            theirs = words.get(state.id, state.status)
            if as_json:
                shown: dict[str, Any] = {"state": state.id, "fr": state.fr, "en": state.en, "status": state.status}
                emit({**shown, **({"there": theirs} if profile else {}), "next": state.next})
            else:
                there = [theirs] if profile else []
                table.add_row(state.id, state.name(language), state.status, *there, ", ".join(state.next))
        if not as_json:
            feedback.console.print(table)
