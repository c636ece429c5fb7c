# SPDX-License-Identifier: GPL-2.0-or-later
"""Where a person's settings and keys are: a folder of his, the environment, the keyring of the system."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from pathlib import Path

from ..errors import MissingPackage, UsageError

KEYRING_SERVICE = "sigma-communes"


def settings_folder() -> Path:
    """Return the folder of a person's settings files; it may not exist yet."""
    if sys.platform == "win32":
        base = Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    else:
        base = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return base / "sigma-communes"


def key_variable(name: str) -> str:
    """Return the name of the environment variable for a server's key.

    No two names have the same: one with more than letters, digits and single hyphens gets a mark of its own.

    >>> key_variable("marseille-test"), key_variable("marseille.test")
    ('SIGMA_KEY_MARSEILLE_TEST', 'SIGMA_KEY_MARSEILLE_TEST__4C716F82')
    """
    plain = "SIGMA_KEY_" + re.sub(r"[^A-Z0-9]", "_", name.upper())
    if re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", name):
        return plain
    return f"{plain}__{hashlib.blake2b(name.encode('utf-8'), digest_size=4).hexdigest().upper()}"


def find_key(name: str) -> tuple[str, str]:
    """Return a server's key and where it was found; both empty where there is none."""
    variable = key_variable(name)
    if os.environ.get(variable):
        return os.environ[variable], f"the environment variable {variable}"
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return "", ""
    try:
        found = keyring.get_password(KEYRING_SERVICE, name)
    except KeyringError:
        return "", ""
    return (found, "the keyring") if found else ("", "")


def store_key(name: str, key: str) -> None:
    """Put a server's key into the keyring of the system.

    Raises
    ------
    MissingPackage
        The package keyring is not installed.
    UsageError
        The keyring can't be used here.
    """
    variable = key_variable(name)
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError as error:
        step = f"pip install keyring, or set the environment variable {variable}"
        raise MissingPackage("The keyring needs the package keyring", next_step=step) from error
    try:
        keyring.set_password(KEYRING_SERVICE, name, key)
    except KeyringError as error:
        step = f"Set the environment variable {variable} instead"
        raise UsageError("The keyring of this system can't be used", next_step=step) from error
