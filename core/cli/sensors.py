# SPDX-License-Identifier: GPL-2.0-or-later
"""``sensors``: observations read into the workspace, rules checked over them; ``totem``: a page for a screen in a
hall.
"""

from __future__ import annotations

import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

import click
from rich.table import Table

from .console import DONE, REJECTED, ConsoleFeedback, emit, json_option, safe, session
from .reports import WORKSPACE

if TYPE_CHECKING:
    from ..sensors.rules import Rule
    from ..taxonomy import Taxonomy

_MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])
_LANGUAGE = click.option("--language", type=click.Choice(["fr", "en"]), default="fr", show_default=True)
_NOW = click.option("--now", type=_MOMENT, hidden=True, help="Another present (UTC), for tests.")


@click.group()
def sensors() -> None:
    """Sensors: read from servers and folders, checked by rules, reported to teams."""


@sensors.command("add")
@click.argument("name")
@click.argument("url")
@click.option("--dialect", default="", help="A shipped dialect or a .yaml file (default: what the root shows).")
@click.option("--header", default="Authorization", show_default=True, help="The header that a key goes into.")
@click.option("--prefix", default="Bearer ", show_default=True, help="What stands before the key there.")
@click.option("--overlap-days", default=3.0, show_default=True, help="Asked for again at each pull: packets come late.")
@click.option("--keep-days", default=60, show_default=True, help="Older observations become hourly sums.")
@click.option("--replace", is_flag=True, help="Replace the source of this name.")
@json_option
def add(
    name: str,
    url: str,
    dialect: str,
    header: str,
    prefix: str,
    overlap_days: float,
    keep_days: int,
    replace: bool,
    as_json: bool,
) -> None:
    """Give the SensorThings server at URL, or a folder of CSV and JSON, a NAME."""
    from ..errors import UsageError
    from ..sensors.sources import SensorSource, key_place, save_source, settings_file

    with session(quiet=as_json):
        folder = Path(url).is_dir()
        address = str(Path(url).resolve()) if folder else url
        try:
            made = SensorSource(
                address, "folder" if folder else "sensorthings", dialect, header, prefix, overlap_days, keep_days
            )
        except ValueError as error:
            raise UsageError(f"Can't be used: {error}", where=name) from error
        save_source(name, made, replace=replace)
        if as_json:
            emit({"name": name, "url": made.url, "kind": made.kind, "file": settings_file()})
        else:
            click.echo(safe(f"{name}: {made.url} ({made.kind}); a key goes into {key_place(name)} or the keyring"))


@sensors.command("list")
@click.option("--workspace", "-w", type=click.Path(path_type=Path), help="Its sensors, by state; else the sources.")
@json_option
def list_sensors(workspace: Optional[Path], as_json: bool) -> None:
    """List the sources, or the sensors of a workspace with their state and the age of their last value."""
    from ..base.keys import find_key
    from ..sensors.sources import key_name, load_sources
    from ..store import Workspace
    from ..store.sensors import sensor_states

    with session(quiet=as_json) as feedback:
        if workspace is None:
            for name, source in sorted(load_sources().items()):
                where = find_key(key_name(name))[1]
                if as_json:
                    emit({"name": name, "url": source.url, "kind": source.kind, "key": where})
                else:
                    click.echo(safe(f"{name}\t{source.url}\t{source.kind}\tkey: {where or 'none'}"))
            return
        with Workspace.open(workspace, create=False) as opened:
            rows = sensor_states(opened)
        if as_json:
            for row in rows:
                emit(row)
            return
        names = ("id", "name", "property", "last_value", "unit", "age_hours", "state", "episodes")
        table = Table(*names)
        for row in rows:
            table.add_row(*(safe("" if row[name] is None else row[name]) for name in names))
        feedback.console.print(table)


@sensors.command("test")
@click.argument("name")
@json_option
def test(name: str, as_json: bool) -> None:
    """Ask a source for its first streams and one page of observations, and say what came."""
    from .. import transport
    from ..sensors.sources import find_source, open_source, try_source

    with session(quiet=as_json) as feedback, transport.new_session() as calls:
        known_as, source = find_source(name)
        found = try_source(open_source(known_as, source, calls, feedback=feedback))
        if as_json:
            emit(found)
            return
        for key, value in found.items():
            click.echo(safe(f"{key}: {', '.join(value) if isinstance(value, list) else value}"))


@sensors.command("pull")
@WORKSPACE
@click.option("--source", "-s", "names", multiple=True, help="Only this source; may be repeated (default: all).")
@click.option("--full", is_flag=True, help="Ask for everything, not only since the last time.")
@_NOW
@json_option
def pull(workspace: Path, names: tuple[str, ...], full: bool, now: Optional[datetime], as_json: bool) -> None:
    """Read sources into the workspace: what is new, and again the last days."""
    from .. import transport
    from ..errors import SigmaError, UsageError
    from ..sensors.pull import pull as read
    from ..sensors.sources import find_source, load_sources, open_source
    from ..store import Workspace

    total = dict.fromkeys(("sensors", "observations_new", "duplicates", "late", "rejected"), 0)
    failed: Optional[SigmaError] = None
    with session(quiet=as_json) as feedback, transport.new_session() as calls:
        chosen = names or tuple(sorted(load_sources()))
        if not chosen:
            raise UsageError("No source of observations is set up", next_step="sigma-communes sensors add NAME URL")
        sources = [find_source(name) for name in chosen]
        with Workspace.open(workspace) as opened:
            for name, source in sources:
                try:
                    pulled = read(
                        opened,
                        open_source(name, source, calls, feedback=feedback),
                        overlap_days=source.overlap_days,
                        keep_days=source.keep_days,
                        full=full,
                        now=_ms(now),
                        feedback=feedback,
                    )
                except SigmaError as error:
                    feedback.check()
                    # One source that fails stops no other.
                    _say(f"{name}", str(error), feedback, as_json)
                    failed = failed or error
                    continue
                for item in pulled.reasons:
                    _say(item.where, item.reason, feedback, as_json)
                for note in pulled.notes:
                    if as_json:
                        emit({"source": name, "note": note})
                    else:
                        feedback.info(safe(note))
                for key, value in pulled.counts().items():
                    total[key] += value
        if failed is not None and len(sources) == 1:
            raise failed
        if as_json:
            emit(total)
        else:
            click.echo(", ".join(f"{key} {value}" for key, value in total.items()))
    sys.exit(REJECTED if total["rejected"] or failed else DONE)


@sensors.command("check")
@WORKSPACE
@click.option("--rules", "files", multiple=True, help="A shipped file of rules or a .yaml file (default: all shipped).")
@click.option(
    "--routing", type=click.Path(path_type=Path), help="The rule book of the teams (default: the last run's)."
)
@_LANGUAGE
@_NOW
@json_option
def check(
    workspace: Path,
    files: tuple[str, ...],
    routing: Optional[Path],
    language: str,
    now: Optional[datetime],
    as_json: bool,
) -> None:
    """Apply rules to all sensors: one line an episode, each a report with a team and the reason."""
    from .. import taxonomy
    from ..jobs.sensors import check_sensors
    from ..routing import load as load_book
    from ..store import Workspace
    from ..triage.again import rule_book_of

    with session(quiet=as_json) as feedback:
        classes = taxonomy.load()
        rules = _rules(files, classes)
        with Workspace.open(workspace, create=False) as opened:
            book, layers = (load_book(routing), {}) if routing is not None else rule_book_of(opened)
            checked, found = check_sensors(opened, rules, book, layers=layers, now=_ms(now), feedback=feedback)
        for item in checked.rejected:
            _say(item.where, item.reason, feedback, as_json)
        for one in found:
            line, episode = one.line, one.line.episode
            if not as_json:
                click.echo(
                    safe(f"{line.report_id} [{one.team or '?'}] {one.sentence('en' if language == 'en' else 'fr')}")
                )
                continue
            emit(
                {
                    "id": line.report_id,
                    "key": line.key,
                    "sensor": line.sensor.key,
                    "rule": episode.rule,
                    "class": str(line.rule.class_),
                    "urgency": line.rule.urgency,
                    "start": _iso(episode.start),
                    "raised": _iso(episode.raised),
                    "end": _iso(episode.cleared),
                    "ended": episode.ended,
                    "count": episode.count,
                    "value": episode.value,
                    "unit": line.rule.unit,
                    "what": line.what,
                    "team": one.team,
                    "commune": one.commune,
                    "reason_fr": one.reason_fr,
                    "reason_en": one.reason_en,
                    "also_reported": one.also,
                    "text_fr": one.sentence("fr"),
                    "text_en": one.sentence("en"),
                }
            )
        if not as_json:
            click.echo(f"{len(found)} episodes, {len(checked.replaced)} replaced, {len(checked.rejected)} verdicts")


@sensors.command("replay")
@WORKSPACE
@click.option("--rules", "files", multiple=True, required=True, help="A shipped file of rules or a .yaml file.")
@click.option("--rule", "only", help="Only the rule of this id.")
@click.option("--since", type=_MOMENT, help="From then on (UTC).")
@click.option("--until", type=_MOMENT, help="Until then (UTC).")
@click.option("--threshold", type=float, multiple=True, help="A threshold to try; may be repeated.")
@click.option("--within", default=100.0, show_default=True, help="Metres to a citizen's report of the same thing.")
@json_option
def replay(
    workspace: Path,
    files: tuple[str, ...],
    only: Optional[str],
    since: Optional[datetime],
    until: Optional[datetime],
    threshold: tuple[float, ...],
    within: float,
    as_json: bool,
) -> None:
    """Run rules over the past: what each would have reported, and its precision against citizens' reports."""
    from .. import taxonomy
    from ..errors import UsageError
    from ..sensors.replay import replay as run
    from ..store import Workspace

    with session(quiet=as_json) as feedback:
        rules = [rule for rule in _rules(files, taxonomy.load()) if only in (None, str(rule.id))]
        if not rules:
            raise UsageError(f"There is no rule {only} in these files")
        with Workspace.open(workspace, create=False) as opened:
            for rule in rules:
                done = run(
                    opened,
                    rule,
                    since=_ms(since) or 0,
                    until=_ms(until),
                    thresholds=threshold,
                    within=within,
                    feedback=feedback,
                )
                for item in done.rejected:
                    _say(item.where, item.reason, feedback, as_json)
                for sensor, episode, right in done.episodes:
                    if as_json:
                        emit(
                            {
                                "rule": str(rule.id),
                                "sensor": sensor.key,
                                "start": _iso(episode.start),
                                "end": _iso(episode.cleared),
                                "count": episode.count,
                                "value": episode.value,
                                "reported_by_citizens": right,
                            }
                        )
                for point in (done.figures, *done.curve):
                    shown = {
                        "rule": str(rule.id),
                        "threshold": point.threshold,
                        "episodes": point.episodes,
                        "precision": point.precision,
                        "recall": point.recall,
                        "reports": point.reports,
                    }
                    if as_json:
                        emit(shown)
                    else:
                        click.echo(", ".join(f"{k} {'-' if v is None else v}" for k, v in shown.items()))


@click.command()
@WORKSPACE
@click.option("--commune", required=True, help="INSEE code of the commune.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The page, .html.")
@click.option("--valid-hours", default=24.0, show_default=True, help="Later the page says that its data are too old.")
@_LANGUAGE
@_NOW
@json_option
def totem(
    workspace: Path,
    commune: str,
    out: Path,
    valid_hours: float,
    language: str,
    now: Optional[datetime],
    as_json: bool,
) -> None:
    """Write a self-contained page for a screen in a hall, which says by itself when its data are too old."""
    from ..publish.totem import write_totem
    from ..store import Workspace

    with session(quiet=as_json):
        with Workspace.open(workspace, create=False) as opened:
            written = write_totem(
                opened,
                commune,
                out,
                valid_hours=valid_hours,
                language="en" if language == "en" else "fr",
                now=_ms(now),
            )
        if as_json:
            emit({"out": out, **written})
        else:
            click.echo(safe(f"{out}: data of {written['data_at']}, valid until {written['valid_until']}"))


def _rules(files: tuple[str, ...], classes: Taxonomy) -> list[Rule]:
    from ..errors import UsageError
    from ..sensors.rules import load_rules, rule_names

    rules = [rule for name in files or rule_names() for rule in load_rules(name, classes)]
    ids = [str(rule.id) for rule in rules]
    twice = next((name for name in ids if ids.count(name) > 1), None)
    if twice:
        raise UsageError(f"Two files have a rule {twice}", next_step="Give one of them another id")
    return rules


def _say(where: str, reason: str, feedback: ConsoleFeedback, as_json: bool) -> None:
    if as_json:
        emit({"where": where, "rejected": reason})
    else:
        feedback.warning(f"{safe(where)}: {safe(reason)}")


def _ms(moment: Optional[datetime]) -> Optional[int]:
    return None if moment is None else round(moment.replace(tzinfo=timezone.utc).timestamp() * 1000)


def _iso(ms: Optional[int]) -> Any:
    return None if ms is None else datetime.fromtimestamp(ms / 1000, timezone.utc).isoformat(timespec="seconds")
