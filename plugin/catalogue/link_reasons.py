# SPDX-License-Identifier: GPL-2.0-or-later
"""Why a link or a source can't be used, in the language of QGIS, by the code that the core gives the reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..base.core_sentences import sentence
from ..base.translate import Translated

if TYPE_CHECKING:
    from ...core.catalogue import Refused

NETWORK_OFF = "network-off"
"""Code of the reason that the person wants no network."""


class LinkReasons(Translated):
    """Translates the reasons of :mod:`~..core.catalogue.links` and of errors; those without a code stay as they are."""

    def shown(self, code: str, text: str, values: Sequence[str] = ()) -> str:
        """Return a reason in the language of QGIS; ``text`` is the core's."""
        known = self._known().get(code)
        return sentence(text) if known is None else known.format(*values)

    def _known(self) -> dict[str, str]:
        return {
            "page": self.tr("a web page to read, no layer"),
            "document": self.tr("a document to read, no layer"),
            "csw": self.tr("a catalogue, no layer"),
            "style": self.tr("a style, which goes along with a layer"),
            "file": self.tr("a file of a format that is not loaded from here: download it"),
            "other-kind": self.tr("another kind of link ({0})"),
            "no-layer": self.tr("no layer ({0})"),
            "relative": self.tr("the address is incomplete: the record does not say of which server"),
            "runs-code": self.tr("a {0}: link would run code: refused"),
            "own-computer": self.tr("a file on somebody's own computer: refused"),
            "scheme": self.tr("the address begins with {0}:, only http and https load"),
            "no-address": self.tr("the address can't be read"),
            "credentials": self.tr("the address holds a password: use an authentication of QGIS"),
            "unasked": self.tr("the service must be asked: it is when the layer is added"),
            "no-service": self.tr("no such service is there"),
            "no-layers": self.tr("the {0} answers, and has no layers"),
            "no-such-layer": self.tr("the {0} has no layer “{2}”"),
            "which-layer": self.tr("the {0} has {1} layers and the record does not say which"),
            "several-layers": self.tr("the service has several layers: which one?"),
            "no-tiles": self.tr("the WMTS gives no tiles for this layer"),
            "no-template": self.tr("the address is no template of tiles"),
            "no-arcgis-layer": self.tr("an ArcGIS address that names no layer service"),
            "newer-qgis": self.tr("needs QGIS {0} or newer"),
            "private": self.tr("leads into a private network, where its catalogue is not"),
            "provider": self.tr("a project from the network may not open such a source ({0})"),
            "data-elsewhere": self.tr("its data lie on the computer of who made the project"),
            "in-project": self.tr("a layer that can't be loaded without its project"),
            "no-data": self.tr("what is there is no layer"),
            "web-page": self.tr("leads to a web page, no file: it may ask for a sign-in, or have moved"),
            "sign-in": self.tr("access is refused: choose an authentication for this source"),
            "gone": self.tr("nothing is at this address any more"),
            "busy": self.tr("the server wants fewer calls: try again later"),
            "refused": self.tr("the server refuses the call"),
            "server-fault": self.tr("the server has a fault: try again later"),
            "unknown-host": self.tr("no such server is known: check the network"),
            "unreachable": self.tr("the server can't be reached"),
            "no-answer": self.tr("the server does not answer"),
            "connection-lost": self.tr("the connection was lost"),
            "proxy": self.tr("the proxy refuses or does not answer: check the network settings of QGIS"),
            "certificate": self.tr("the server's certificate is not trusted"),
            "bad-answer": self.tr("the answer can't be read"),
            "too-large": self.tr("the answer is too large"),
            NETWORK_OFF: self.tr("the network is switched off in the options"),
        }


def reason(refused: Refused) -> str:
    """Return why a link can't be loaded, in the language of QGIS."""
    return LinkReasons().shown(refused.code, refused.reason, refused.values)


def error_reason(code: str, text: str) -> str:
    """Return what an error of the core says, in the language of QGIS where its code is known."""
    return LinkReasons().shown(code, text)
