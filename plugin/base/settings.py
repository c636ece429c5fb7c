# SPDX-License-Identifier: GPL-2.0-or-later
"""What a person, or an administrator for all of them, has chosen.

:class:`Settings` is the schema: the options page is made from it, QGIS' settings hold its fields under
``sigma_communes/``, and an environment variable ``SIGMA_COMMUNES_<FIELD>`` goes before what is stored, so that a whole
territory can be set up from outside. A settings file (YAML or JSON) carries fields from one computer to another. It
holds no password: servers name an authentication configuration of QGIS.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple, Optional

from qgis.core import QgsApplication, QgsSettings

PREFIX = "SIGMA_COMMUNES_"
_SECTION = "sigma_communes"
_TRUE, _FALSE = ("1", "true", "yes", "on", "oui", "vrai"), ("0", "false", "no", "off", "non", "faux")
_LANGUAGES = ("", "fr", "en")


def _shown(kind: str, default: Any, **more: Any) -> Any:
    """Declare a field with how the options page asks for it."""
    return field(default=default, metadata={"kind": kind, **more})


@dataclass(frozen=True)
class Settings:
    """All that can be chosen; empty means the default.

    ``commune`` is an INSEE code; ``workspace`` a GeoPackage, ``servers`` and ``rules`` YAML files, ``model`` the folder
    of a model package; ``language`` is that of what is written, not of the screens (those follow QGIS); ``threshold``
    the confidence (0..1) below which the model suggests nothing, None for the model's own; ``fast`` one view a photo;
    ``keep_features`` whether numbers of each photo (no picture) are kept in the profile for a second time;
    ``network`` whether servers may be asked at all; ``timeout`` seconds without an answer.
    """

    commune: str = _shown("commune", "")
    workspace: str = _shown("file", "", filter="GeoPackage (*.gpkg)")
    servers: str = _shown("servers", "")
    rules: str = _shown("file", "", filter="YAML (*.yaml *.yml)")
    model: str = _shown("folder", "")
    threshold: Optional[float] = _shown("share", None)
    fast: bool = _shown("flag", False)
    keep_features: bool = _shown("flag", True)
    language: str = _shown("choice", "", choices=_LANGUAGES)
    network: bool = _shown("flag", True)
    timeout: int = _shown("seconds", 60, least=1, most=600)

    def __post_init__(self) -> None:
        if self.threshold is not None and not 0 <= self.threshold <= 1:
            raise ValueError("threshold: a number from 0 to 1 is due")
        if self.language not in _LANGUAGES:
            raise ValueError(f"language: '{self.language}' is neither fr nor en")
        if not 1 <= self.timeout <= 600:
            raise ValueError("timeout: a number of seconds from 1 to 600 is due")


class Problem(NamedTuple):
    """A value that was not taken: the field, the variable that gives it (``""``: the profile), and the value."""

    name: str
    variable: str
    value: str


@dataclass(frozen=True)
class Loaded:
    """The settings that hold; ``overridden`` maps a field to the environment variable that gives it."""

    values: Settings
    overridden: Mapping[str, str]
    problems: tuple[Problem, ...]


NAMES = tuple(f.name for f in fields(Settings))
DECLARED: Mapping[str, Mapping[str, Any]] = {f.name: f.metadata for f in fields(Settings)}
"""Field → how it is asked for: its ``kind``, and what that kind needs."""


def variable(name: str) -> str:
    """Return the environment variable of a field."""
    return f"{PREFIX}{name.upper()}"


def load(environment: Optional[Mapping[str, str]] = None) -> Loaded:
    """Return what holds: the environment, else what is stored, else the default. A wrong value is left out and told."""
    environment = os.environ if environment is None else environment
    stored = QgsSettings()
    values = Settings()
    overridden: dict[str, str] = {}
    problems: list[Problem] = []
    for name in NAMES:
        sources = []
        if variable(name) in environment:
            sources.append((variable(name), environment[variable(name)]))
            overridden[name] = variable(name)
        if stored.contains(f"{_SECTION}/{name}"):
            sources.append(("", stored.value(f"{_SECTION}/{name}")))
        for where, raw in sources:
            try:
                values = replace(values, **{name: _parsed(name, raw)})
                break
            except ValueError:
                problems.append(Problem(name, where, str(raw)))
                overridden.pop(name, None)
    return Loaded(values, overridden, tuple(problems))


def save(values: Settings) -> None:
    """Store the settings in the profile of QGIS; what an environment variable gives is not stored over."""
    overridden = load().overridden
    stored = QgsSettings()
    default = Settings()
    for name in NAMES:
        if name in overridden:
            continue
        value = getattr(values, name)
        if value == getattr(default, name):
            stored.remove(f"{_SECTION}/{name}")
        else:
            stored.setValue(f"{_SECTION}/{name}", value)


def replaced(values: Settings, **changes: Any) -> Settings:
    """Return the settings with other values; raises ValueError where one is out of its range."""
    return replace(values, **changes)


def language() -> Literal["fr", "en"]:
    """Return the language of what is written: the chosen one, else that of QGIS."""
    chosen = load().values.language or QgsApplication.locale()
    return "fr" if chosen.startswith("fr") else "en"


def is_first_run() -> bool:
    """Whether nobody went through, or skipped, the first-run panel of this profile, and nothing is set from outside."""
    if QgsSettings().value(f"{_SECTION}/first_run_done", False, type=bool):
        return False
    found = load()
    return not found.overridden and not found.values.workspace


def first_run_done() -> None:
    """Do not show the first-run panel again."""
    QgsSettings().setValue(f"{_SECTION}/first_run_done", True)


# --- a file of settings ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _File:
    """The form of a settings file."""

    version: Literal["1"]
    settings: Settings


def export_file(path: Path, values: Settings) -> None:
    """Write the settings that differ from the default, as YAML or, by the suffix ``.json``, as JSON.

    Raises
    ------
    DataError
        The file can't be written.
    """
    from ...core.base.files import replacing

    default = asdict(Settings())
    chosen = {name: value for name, value in asdict(values).items() if value != default[name]}
    # JSON is YAML: one text serves both suffixes.
    text = json.dumps({"version": "1", "settings": chosen}, ensure_ascii=False, indent=2) + "\n"
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def import_file(path: Path, values: Settings) -> Settings:
    """Return ``values`` with the fields that a settings file gives; nothing is stored.

    Raises
    ------
    DataError
        The file can't be read, names an unknown field, or a value is wrong; ``where`` has the line.
    """
    import yaml

    from ...core.base import checked_yaml

    read = checked_yaml.load(path, _File).settings
    # A field that the file gives counts, even where it gives the default; the schema can't tell the two.
    given = yaml.safe_load(path.read_text(encoding="utf-8-sig"))["settings"]
    return replace(values, **{name: getattr(read, name) for name in given})


# --- one value ---------------------------------------------------------------------------------------------------


def _parsed(name: str, raw: Any) -> Any:
    """Return a value from the environment or from QGIS' settings, which may give anything as text."""
    kind, text = DECLARED[name]["kind"], "" if raw is None else str(raw).strip()
    if kind == "flag":
        if text.lower() not in (*_TRUE, *_FALSE):
            raise ValueError(f"'{text}' is neither true nor false")
        return text.lower() in _TRUE
    if kind == "share" and not text:
        return None
    if kind in ("share", "seconds"):
        try:
            return float(text.replace(",", ".")) if kind == "share" else int(text)
        except ValueError:
            raise ValueError(f"'{text}' is no number") from None
    return text
