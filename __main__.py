# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line: ``sigma-communes``, and ``python -m sigma_communes``."""

from __future__ import annotations

import sys

_NEEDED = """sigma-communes needs packages that are not installed here ({missing}).

The command line comes with the extra "headless": from a clone of the repository

    pip install '.[headless]'

or, in the clone, ./dev exec sigma-communes --help (which installs what it needs into an environment of its own).
"""


def main() -> None:
    """Run the command line, or say what it lacks."""
    try:
        import click  # noqa: F401
        import rich  # noqa: F401
    except ModuleNotFoundError as error:
        if error.name not in ("click", "rich"):
            raise
        sys.stderr.write(_NEEDED.format(missing=error.name))
        sys.exit(3)
    from .core.cli import main as command

    command(prog_name="sigma-communes")


if __name__ == "__main__":
    main()
