# SPDX-License-Identifier: GPL-2.0-or-later
"""``model``: what a model package says of itself; building the default one."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

import click

from .console import emit, json_option, safe, session


@click.group()
def model() -> None:
    """The classifier: a folder with model.onnx and its card."""


@model.command("info")
@click.option("--model", "folder", type=click.Path(path_type=Path), help="Folder of a model package.")
@json_option
def info(folder: Optional[Path], as_json: bool) -> None:
    """Show what a model package says of itself, and which head answers for it."""
    from .. import classify
    from ..classify.learning.running import running

    with session(quiet=as_json):
        described = running(classify.load_package(folder or classify.default_package_dir())).describe()
        if as_json:
            emit(described)
        else:
            for key, value in described.items():
                click.echo(f"{key}: {safe(value)}")


@model.command("build")
@click.option("--out", type=click.Path(path_type=Path), help="Where to build it (default: where it is looked for).")
@click.option("--precision", type=click.Choice(["auto", "int8", "fp32"]), default="auto", show_default=True)
@json_option
def build(out: Optional[Path], precision: str, as_json: bool) -> None:
    """Build the default package from its pinned weights and the shipped head."""
    from .. import classify

    with session(quiet=as_json) as feedback:
        folder = classify.build_default(
            out, quantise={"auto": None, "int8": True, "fp32": False}[precision], feedback=feedback
        )
        if as_json:
            emit({"model": folder})
        else:
            click.echo(str(folder))
