# SPDX-License-Identifier: GPL-2.0-or-later
"""``model cache``, and the options of the commands that look at photos: what is kept for a second time."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any, Callable, Optional

import click

from .console import emit, json_option, safe, session

FILE = click.Path(path_type=Path, dir_okay=False)


def features_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add ``--cache`` and ``--no-cache``; the command gets ``features``, a file or None."""

    @functools.wraps(command)
    def with_features(*args: Any, cache: Optional[Path], no_cache: bool, **options: Any) -> None:
        from ..classify.features import cache_file

        command(*args, features=None if no_cache else cache or cache_file(), **options)

    without = click.option("--no-cache", is_flag=True, help="Keep nothing of the photos for a second time.")
    where = click.option("--cache", type=FILE, help="Where numbers of each photo are kept (default: the person's own).")
    return where(without(with_features))


@click.command("cache")
@click.option("--clear", is_flag=True, help="Forget everything; the next look at each photo takes its full time.")
@click.option("--cache", "file", type=FILE, help="A cache (default: the person's own).")
@json_option
def model_cache(clear: bool, file: Optional[Path], as_json: bool) -> None:
    """Tell how much is kept of photos that were looked at (numbers, never a picture), or clear it."""
    from ..classify.features import LARGEST, FeatureCache

    with session(quiet=as_json), FeatureCache(file) as cache:
        if clear:
            cache.clear()
        told = {"file": cache.path, "photos": cache.photos, "bytes": cache.size, "largest": LARGEST, "cleared": clear}
        if as_json:
            emit(told)
        else:
            click.echo(f"{safe(cache.path)}\t{told['photos']} photos\t{cache.size / 1e6:.1f} MB of {LARGEST / 1e6:.0f}")
