# SPDX-License-Identifier: GPL-2.0-or-later
"""Small charts as inline SVG: pure functions, text in and markup out.

A chart has no width of its own: its columns are placed in percent and its text keeps its size in pixels, so the
same chart serves a phone, a screen and a sheet of paper. Colours are those of the page's style sheet or a class'.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markupsafe import Markup

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
NEUTRAL = "#6b7280"


def colour(text: str) -> str:
    """Return ``text`` if it is a colour ``#rrggbb``, else a grey: what is not a colour never reaches the page."""
    return text.lower() if _COLOUR.fullmatch(text) else NEUTRAL


def luminance(text: str) -> float:
    """Return the relative luminance (0 black .. 1 white) of ``#rrggbb``, as WCAG 2.2 defines it."""
    channels = [int(text[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio (1..21) of two colours ``#rrggbb``, as WCAG 2.2 defines it."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def ink(background: str) -> str:
    """Return black or white, whichever is easier to read on ``background``; the contrast is at least 4.5."""
    return max(("#ffffff", "#000000"), key=lambda candidate: contrast(candidate, background))


def bar(part: float, css: str = "") -> Markup:
    """Return a horizontal bar that fills ``part`` (0..1) of its cell; the figure itself stands beside it."""
    width = 100 * min(max(part, 0.0), 1.0)
    return Markup(
        '<svg class="bar {css}" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="rail" width="100" height="10"/><rect class="full" width="{width}" height="10"/></svg>'
    ).format(css=css, width=f"{max(width, 0.8) if width else 0:.4g}")


def columns(
    values: Sequence[int], figures: Sequence[Markup], labels: Sequence[Markup], running: bool, height: int = 160
) -> Markup:
    """Return a column chart: one column a value, its figure above it and its label under it.

    ``figures`` and ``labels`` are markup for SVG text (``tspan``), one a value. ``running``: the last column is
    drawn as unfinished (dashed), for the week that still runs.
    """
    step = 100 / max(len(values), 1)
    top, base = 22, height - 26
    highest = max([*values, 1])
    parts = [Markup('<line class="axis" x1="0" x2="100%" y1="{base}" y2="{base}"/>').format(base=base)]
    for i, (value, figure, label) in enumerate(zip(values, figures, labels)):
        tall = (base - top) * value / highest
        middle, left = f"{(i + 0.5) * step:.2f}%", f"{(i + 0.16) * step:.2f}%"
        if value:
            parts.append(
                Markup('<rect class="{css}" x="{x}" y="{y}" width="{w}%" height="{h}"/>').format(
                    css="column running" if running and i == len(values) - 1 else "column",
                    x=left,
                    y=f"{base - tall:.1f}",
                    w=f"{0.68 * step:.2f}",
                    h=f"{tall:.1f}",
                )
            )
        parts.append(
            Markup(
                '<text class="figure" x="{x}" y="{y}">{figure}</text>'
                '<text class="tick" x="{x}" y="{tick}">{label}</text>'
            ).format(x=middle, y=f"{base - tall - 6:.1f}", figure=figure, tick=base + 17, label=label)
        )
    return Markup('<svg class="columns" width="100%" height="{height}" aria-hidden="true">{parts}</svg>').format(
        height=height, parts=Markup("").join(parts)
    )
