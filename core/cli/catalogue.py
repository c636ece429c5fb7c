# SPDX-License-Identifier: GPL-2.0-or-later
"""``catalogue``: which sources there are, reading them, searching off line, what QGIS will load."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Optional, TypeVar

import click

from .console import DONE, FAILED, REJECTED, emit, json_option, safe, session

if TYPE_CHECKING:
    from ..catalogue import Loadable
    from ..model import Link, Record
    from ..store.catalogue import Hit

F = TypeVar("F", bound=Callable[..., Any])
DEFAULT_WORKSPACE = "workspace.gpkg"


def _workspace_option(command: F) -> F:
    return click.option(
        "--workspace",
        "workspace_path",
        type=click.Path(path_type=Path),
        default=DEFAULT_WORKSPACE,
        show_default=True,
        envvar="SIGMA_WORKSPACE",
        help="The GeoPackage that keeps sources and records.",
    )(command)


def _list(context: click.Context, option: click.Parameter, value: Optional[str]) -> tuple[str, ...]:
    return tuple(part.strip() for part in (value or "").split(",") if part.strip())


@click.group()
def catalogue() -> None:
    """Layers of the metropolis and beyond: harvest catalogues, search them off line, load what is found."""


@catalogue.command("add")
@click.argument("name")
@click.argument("url", required=False)
@click.option(
    "--kind",
    help="csw, geonetwork, ogc-records, ckan, opendatasoft, dcat, wms, ... (an unknown one lists all; default: ask)",
)
@click.option("--title", default="", help="What people call it.")
@click.option("--filter", "filters", multiple=True, metavar="NAME=VALUE", help="A parameter of every call, e.g. fq=...")
@click.option("--page-size", type=click.IntRange(1, 1000), default=100, show_default=True)
@click.option("--authcfg", default="", help="Id of the QGIS authentication configuration that its layers need.")
@_workspace_option
@json_option
def add(
    name: str,
    url: Optional[str],
    kind: Optional[str],
    title: str,
    filters: Sequence[str],
    page_size: int,
    authcfg: str,
    workspace_path: Path,
    as_json: bool,
) -> None:
    """Add the source NAME at URL; without URL, one that ships with the product (see: catalogue list --known)."""
    from .. import transport
    from ..catalogue import Calls, Catalogue, CatalogueSource, guess_kind, profiles
    from ..errors import UsageError
    from ..store import Workspace

    with session(quiet=as_json) as feedback:
        given = dict(part.partition("=")[::2] for part in filters)
        if url is None:
            profile = profiles().get(name)
            if profile is None:
                raise UsageError(
                    f"No source '{name}' ships with the product", next_step=f"Known: {', '.join(profiles())}"
                )
            source = profile.source()
        else:
            if kind is None:
                with transport.new_session() as opened:
                    kind = guess_kind(Calls(opened, feedback=feedback), url)
            try:
                source = CatalogueSource(name, kind, url, title, given, page_size, 0.0, authcfg)
            except ValueError as error:
                raise UsageError(str(error)) from error
        with Workspace.open(workspace_path) as workspace:
            Catalogue(workspace).add(source)
        if as_json:
            emit({"name": source.name, "kind": source.kind, "url": source.url})
        else:
            click.echo(f"{safe(source.name)}: {source.kind}, {safe(source.url)}")


@catalogue.command("remove")
@click.argument("name")
@_workspace_option
@json_option
def remove(name: str, workspace_path: Path, as_json: bool) -> None:
    """Remove the source NAME and the records that no other source has."""
    from ..catalogue import Catalogue
    from ..store import Workspace

    with session(quiet=as_json), Workspace.open(workspace_path, create=False) as workspace:
        changed = Catalogue(workspace).records.remove_source(name)
        if as_json:
            emit({"name": name, "removed": changed.removed})
        else:
            click.echo(f"{safe(name)}: removed, with {changed.removed} records")


@catalogue.command("list")
@click.option("--known", is_flag=True, help="The sources and bundles that ship with the product.")
@_workspace_option
@json_option
def list_sources(known: bool, workspace_path: Path, as_json: bool) -> None:
    """Say which sources there are and how they are."""
    from ..catalogue import Catalogue, bundles, profiles
    from ..store import Workspace

    with session(quiet=as_json):
        if known:
            for profile in profiles().values():
                if as_json:
                    emit(profile)
                else:
                    tried = f"tried {profile.tried}" if profile.tried else "not tried yet"
                    click.echo(f"{profile.name}: {profile.title} ({profile.kind}, {profile.url}, {tried})")
            for theme in bundles().values():
                if as_json:
                    emit({"bundle": theme.id, "en": theme.en, "fr": theme.fr, "words": theme.words})
                else:
                    click.echo(f"bundle {theme.id}: {theme.fr} / {theme.en}")
            return
        with Workspace.open(workspace_path, create=False) as workspace:
            for source, row in Catalogue(workspace).sources():
                if as_json:
                    emit({**row, "etag": None, "last_modified": None})
                    continue
                state = row["error"] or (f"read {row['read_at'][:16]}" if row["read_at"] else "not read yet")
                speed = f", {row['latency_ms']:.0f} ms a call" if row["calls"] else ""
                click.echo(
                    f"{safe(source.name)}: {row['records']} records ({row['flawed']} with flaws), {source.kind}, "
                    f"{safe(source.url)}; {safe(state)}{speed}"
                )


@catalogue.command("test")
@click.argument("name")
@click.argument("url", required=False)
@click.option("--kind", help="The kind of catalogue (default: ask).")
@_workspace_option
@json_option
def test(name: str, url: Optional[str], kind: Optional[str], workspace_path: Path, as_json: bool) -> None:
    """Try the source NAME, of the workspace or shipped, or the one at URL: read its first page, store nothing."""
    from .. import transport
    from ..catalogue import Calls, Catalogue, CatalogueSource, checked_address, guess_kind, likely, profiles, try_source
    from ..errors import SigmaError, UsageError
    from ..store import Workspace

    failed = False
    with session(quiet=as_json) as feedback, transport.new_session() as opened:
        calls = Calls(opened, feedback=feedback)
        if url is not None:
            address = checked_address(url, kind or likely(url.strip())[0])
            source = CatalogueSource(name, kind or guess_kind(calls, address), address)
        elif workspace_path.exists():
            with Workspace.open(workspace_path, create=False) as workspace:
                names = {known.name: known for known, _ in Catalogue(workspace).sources()}
            source = names[name] if name in names else _shipped(name)
        elif name in profiles():
            source = _shipped(name)
        else:
            raise UsageError(f"There is no source '{name}'", next_step="Give its URL, or add it first")
        said: dict[str, Any] = {"name": name, "kind": source.kind, "url": source.url}
        try:
            said["records"], said["example"] = try_source(calls, source)
            said["ok"] = said["records"] > 0
        except SigmaError as error:
            said.update(ok=False, records=0, error=str(error))
        said.update(latency_ms=round(calls.health.latency_ms, 1), calls=calls.health.calls)
        failed = not said["ok"]
        if as_json:
            emit(said)
        elif failed:
            click.echo(f"{safe(name)}: does not work as {source.kind}: {safe(said.get('error', 'it has no records'))}")
        else:
            click.echo(
                f"{safe(name)}: works as {source.kind}; {said['records']} records on its first page, e.g. "
                f"“{safe(said['example'])}”; {said['latency_ms']:.0f} ms a call"
            )
    sys.exit(FAILED if failed else DONE)


def _shipped(name: str) -> Any:
    from ..catalogue import profiles
    from ..errors import UsageError

    if name not in profiles():
        raise UsageError(f"There is no source '{name}'", next_step=f"Known: {', '.join(profiles())}, or add yours")
    return profiles()[name].source()


@catalogue.command("harvest")
@click.option("--source", "names", multiple=True, help="Only this source (again for more).")
@click.option("--whole", is_flag=True, help="Read all, not only what changed; finds what a source no longer has.")
@_workspace_option
@json_option
def harvest(names: Sequence[str], whole: bool, workspace_path: Path, as_json: bool) -> None:
    """Read the sources into the workspace; a source that fails does not stop the others."""
    from .. import transport
    from ..catalogue import Catalogue
    from ..errors import UsageError
    from ..store import Workspace

    failed = rejected = total = 0
    with session(quiet=as_json) as feedback, Workspace.open(workspace_path, create=False) as workspace:
        found = Catalogue(workspace)
        wanted = [found.source(name).name for name in names] or [source.name for source, _ in found.sources()]
        if not wanted:
            raise UsageError("There is no source yet", next_step="Add one with: catalogue add NAME URL")
        for name in wanted:
            total += 1
            with transport.new_session() as opened:
                outcome = found.harvest(name, opened, whole=whole, feedback=feedback)
            failed += bool(outcome.error)
            rejected += outcome.rejected
            if as_json:
                emit(outcome)
                continue
            for item in outcome.reasons:
                feedback.warning(f"{safe(item.where)}: {safe(item.reason)}")
            if outcome.error:
                feedback.warning(f"{safe(name)}: {safe(outcome.error)}; what was known stays")
            changed = outcome.changed
            click.echo(
                f"{safe(name)}: {outcome.records} records ({outcome.flawed} with flaws, {outcome.rejected} unusable) "
                f"in {outcome.seconds:.1f} s: {changed.new} new, {changed.joined} known from another source, "
                f"{changed.changed} changed, {changed.removed} gone"
            )
    sys.exit(FAILED if failed == total else REJECTED if failed or rejected else DONE)


@catalogue.command("search")
@click.argument("words", nargs=-1)
@click.option("--commune", default="", help="INSEE code or name: only what touches it.")
@click.option("--kind", "kinds", callback=_list, help="Kinds of links, e.g. wms,wfs.")
@click.option("--theme", "themes", callback=_list, help="INSPIRE themes or ISO topics.")
@click.option("--organisation", default="", help="A part of the name.")
@click.option("--licence", default="", help="A part of the name, e.g. ouverte.")
@click.option("--since", default="", metavar="DATE", help="Modified from this date on (2025-01-31).")
@click.option("--source", "sources", multiple=True, help="Only from this source.")
@click.option("--favourites", is_flag=True, help="Only favourites.")
@click.option("--recent", is_flag=True, help="Only what was looked at.")
@click.option("--new", "only_new", is_flag=True, help="Only what is new since the last visit; notes this visit.")
@click.option("--bundle", "theme", default="", help="A thematic bundle instead of words (catalogue list --known).")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True)
@_workspace_option
@json_option
def search(
    words: Sequence[str],
    commune: str,
    kinds: tuple[str, ...],
    themes: tuple[str, ...],
    organisation: str,
    licence: str,
    since: str,
    sources: Sequence[str],
    favourites: bool,
    recent: bool,
    only_new: bool,
    theme: str,
    limit: int,
    workspace_path: Path,
    as_json: bool,
) -> None:
    """Search the harvested records, off line: WORDS with or without accents, whole ones first, then beginnings."""
    from .. import territory
    from ..catalogue import KINDS, OTHERS, Catalogue, Filters
    from ..errors import UsageError
    from ..store import Workspace
    from ..store.catalogue import RANKED

    with session(quiet=as_json) as feedback, Workspace.open(workspace_path, create=False) as workspace:
        unknown = [kind for kind in kinds if kind not in KINDS + OTHERS]
        if unknown:
            raise UsageError(f"Unknown kind '{unknown[0]}'", next_step=f"Known: {', '.join(KINDS + OTHERS)}")
        found = Catalogue(workspace)
        filters = Filters(
            kinds=kinds,
            themes=themes,
            organisation=organisation,
            licence=licence,
            since=since,
            sources=tuple(sources),
            favourites=favourites,
            viewed=recent,
            newer_than=found.records.visit() if only_new else 0,
        )
        place = territory.load() if commune else None
        if theme:
            hits = found.search_bundle(theme, filters=filters, commune=commune, territory=place, limit=limit)
        else:
            hits = found.search(" ".join(words), filters=filters, commune=commune, territory=place, limit=limit)
        for hit in hits:
            if as_json:
                emit(_result(hit))
            else:
                kinds_shown = ", ".join(dict.fromkeys(link.kind or "?" for link in hit.record.links)) or "no links"
                star = "★ " if hit.favourite else ""
                click.echo(f"{star}{safe(hit.record.title)}")
                click.echo(f"    {safe(hit.record.organisation)} · {kinds_shown} · {safe(hit.id)}")
        if hits and len(hits) == limit and not theme and not as_json:
            fitting = found.matches(" ".join(words), filters=filters, commune=commune, territory=place, most=RANKED + 1)
            if fitting > RANKED:
                feedback.info(f"More than {RANKED} records fit, and not all were compared: add a word or a filter")
            elif fitting > limit:
                feedback.info(f"The {limit} best of {fitting}; more with --limit, or add a word")
        if not hits:
            count = found.records.count()
            feedback.info(
                f"Nothing fits among {count} records; try fewer words or filters"
                if count
                else "The workspace has no records yet; run: catalogue harvest"
            )


def _result(hit: Hit) -> dict[str, Any]:
    return {
        "id": hit.id,
        "title": hit.record.title,
        "organisation": hit.record.organisation,
        "links": [{"kind": link.kind, "url": link.url, "layer": link.layer} for link in hit.record.links],
        "sources": hit.sources,
        "score": hit.score,
        "favourite": hit.favourite,
    }


@catalogue.command("show")
@click.argument("identifier", metavar="ID")
@click.option("--favourite/--no-favourite", default=None, help="Make it a favourite, or none.")
@_workspace_option
@json_option
def show(identifier: str, favourite: Optional[bool], workspace_path: Path, as_json: bool) -> None:
    """Show all that is known of one record."""
    from ..catalogue import Catalogue
    from ..store import Workspace

    with session(quiet=as_json), Workspace.open(workspace_path, create=False) as workspace:
        found = Catalogue(workspace)
        hit = found.open(identifier)
        if favourite is not None:
            found.records.mark(hit.id, favourite=favourite)
            hit = found.records.get(hit.id)
        if as_json:
            emit({**vars(hit.record), "id": hit.id, "sources": hit.sources, "favourite": hit.favourite})
        else:
            _print_record(hit)


def _print_record(hit: Hit) -> None:
    record: Record = hit.record
    click.echo(safe(record.title))
    for name, text in (
        ("id", hit.id),
        ("sources", ", ".join(hit.sources)),
        ("organisation", record.organisation),
        ("contact", record.contact),
        ("licence", record.licence),
        ("constraints", " / ".join(record.constraints)),
        ("modified", record.modified),
        ("published", record.published),
        ("extent (W S E N)", " ".join(f"{side:g}" for side in record.extent or ())),
        ("CRS", ", ".join(record.crs)),
        ("scale", f"1:{record.scale}" if record.scale else ""),
        ("themes", ", ".join((*record.inspire_themes, *record.iso_topics))),
        ("keywords", ", ".join(record.keywords)),
        ("lineage", record.lineage),
        ("page", record.page),
        ("flaws", "; ".join(record.flaws)),
    ):
        if text:
            click.echo(f"  {name}: {safe(text)}")
    if record.abstract:
        click.echo("\n".join(f"  {safe(line)}" for line in record.abstract.splitlines()))
    for link in record.links:
        click.echo(f"  - {_described(link)}")


def _described(link: Link) -> str:
    parts = (link.kind or "?", link.layer, link.title, link.url)
    return safe(" · ".join(part for part in parts if part))


def _plain_loadable(loadable: Loadable) -> dict[str, Any]:
    return {name: value for name, value in vars(loadable).items() if name != "qml"}


@catalogue.command("link")
@click.argument("identifier", metavar="ID")
@click.option("--kind", "kinds", callback=_list, help="Only these kinds, best first, e.g. wfs,geojson.")
@click.option("--crs", default="", help="The CRS of the map: taken where the service has it.")
@click.option(
    "--qgis", "qgis_version", default="", metavar="VERSION", help="Leave out what needs a newer QGIS, e.g. 3.22."
)
@click.option("--offline", is_flag=True, help="Ask no service; say what the record alone tells.")
@click.option(
    "--style",
    "style_folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the layer's style (QML or SLD), where there is one.",
)
@_workspace_option
@json_option
def link(
    identifier: str,
    kinds: tuple[str, ...],
    crs: str,
    qgis_version: str,
    offline: bool,
    style_folder: Optional[Path],
    workspace_path: Path,
    as_json: bool,
) -> None:
    """Say what QGIS will load for one record: provider and URI, and why the other links can't be loaded."""
    from .. import transport
    from ..base.files import replacing
    from ..catalogue import Catalogue
    from ..store import Workspace
    from ..store.catalogue_rows import folded

    with session(quiet=as_json) as feedback, Workspace.open(workspace_path, create=False) as workspace:
        with transport.new_session() as opened:
            found = Catalogue(workspace).layer(
                identifier,
                None if offline else opened,
                kinds=kinds,
                crs=crs,
                qgis=qgis_version,
                feedback=feedback,
            )
        hit, choice = found.hit, found.choice
        written = ""
        if found.style is not None and style_folder is not None:
            written = str(style_folder / f"{folded(hit.record.title)[:60] or 'style'}.{found.style.form}")
            with replacing(Path(written)) as part:
                part.write_bytes(found.style.data)
        if as_json:
            best = _plain_loadable(choice.best) if choice.best else {"provider": None, "uri": None}
            others = [_plain_loadable(each) for each in choice.loadable[1:]]
            style = {"form": found.style.form, "url": found.style.url, "file": written} if found.style else None
            said = {"id": hit.id, "title": hit.record.title, **best, "style_document": style}
            emit({**said, "others": others, "refused": choice.refused})
        else:
            for loadable in choice.loadable:
                click.echo(f"{loadable.kind}: {loadable.provider} {safe(loadable.uri)}")
                if loadable.note:
                    click.echo(f"    {safe(loadable.note)}")
            if found.style is not None:
                click.echo(f"style: {found.style.form} {safe(written or found.style.url)}")
            for refused in choice.refused:
                feedback.warning(f"{safe(refused.url)}: {safe(refused.reason)}")
    sys.exit(DONE if choice.loadable else REJECTED)


@catalogue.command("bundle")
@click.argument("name", required=False)
@click.option("--commune", default="", help="INSEE code or name (default: the whole territory).")
@click.option("--on/--off", "on", default=None, help="Switch it on or off.")
@_workspace_option
@json_option
def bundle(name: Optional[str], commune: str, on: Optional[bool], workspace_path: Path, as_json: bool) -> None:
    """Say which thematic bundles a commune has switched on; with NAME and --on or --off, switch one."""
    from .. import territory
    from ..catalogue import Catalogue, bundles, commune_index
    from ..errors import UsageError
    from ..store import Workspace

    with session(quiet=as_json), Workspace.open(workspace_path, create=False) as workspace:
        found = Catalogue(workspace)
        insee = ""
        place = territory.load() if commune else None
        if place is not None:
            insee = str(place.insee[commune_index(place, commune)])
        if (name is None) != (on is None):
            raise UsageError("Give a bundle and --on or --off, or neither", next_step=f"Known: {', '.join(bundles())}")
        if name is not None and on is not None:
            found.switch_bundle(name, insee, on=on)
        switched = {theme.id for theme in found.bundles_on(insee)}
        for theme in bundles().values():
            state = theme.id in switched
            hits = found.search_bundle(theme.id, commune=insee, territory=place, limit=1000) if state else []
            if as_json:
                emit({"bundle": theme.id, "fr": theme.fr, "en": theme.en, "on": state, "records": len(hits)})
            else:
                click.echo(f"{theme.id}: {theme.fr}, {f'{len(hits)} records' if state else 'off'}")
