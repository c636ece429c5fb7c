# SPDX-License-Identifier: GPL-2.0-or-later
"""``routing check``: what is wrong with a rule book."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Optional

import click

from .console import DONE, REJECTED, emit, json_option, session


@click.group()
def routing() -> None:
    """Rule books: which team takes which incident, and why."""


@routing.command("check")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@json_option
def check(file: Optional[Path], as_json: bool) -> None:
    """List what is wrong or doubtful in the rule book FILE (default: the shipped example)."""
    from .. import routing as rules
    from .. import taxonomy, territory

    with session(quiet=as_json):
        book = rules.load(file or rules.example_path())
        findings = rules.check(book, taxonomy.load(), territory.load())
        for finding in findings:
            if as_json:
                emit(finding)
            else:
                click.echo(f"{finding.severity}: line {finding.line}: {finding.message}. {finding.next_step}")
        if not findings and not as_json:
            click.echo("Nothing found.")
    sys.exit(REJECTED if any(f.severity == "error" for f in findings) else DONE)
