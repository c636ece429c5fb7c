# SPDX-License-Identifier: GPL-2.0-or-later
"""Texts for those who reported: the templates as they stand, and filled in for one report or for several."""

from __future__ import annotations

from collections.abc import Sequence

from ..store import Workspace
from ..store.handling import About, about
from .states import filled, load_replies


def templates(language: str) -> dict[str, str]:
    """Return state → text with its blanks, in ``fr`` or ``en``."""
    return {state: reply.fr if language.startswith("fr") else reply.en for state, reply in load_replies().items()}


def fill(workspace: Workspace, report_ids: Sequence[str], text: str) -> dict[str, str]:
    """Return report id → ``text`` with ``{id}``, ``{service}``, ``{address}``, ``{team}`` filled in; nothing is queued.

    Raises
    ------
    DataError
        The text has another blank.
    """
    return {item.report_id: filled(text, _values(item)) for item in about(workspace, report_ids)}


def _values(item: About) -> dict[str, str]:
    return {
        "id": item.service_request_id,
        "service": item.service,
        "address": item.address,
        "team": item.team,
        "note": "",
    }
