# SPDX-License-Identifier: GPL-2.0-or-later
"""Why a link can't be loaded, in the language of QGIS: the core says it in English."""

from __future__ import annotations

import re

from .translate import Translated


class LinkReasons(Translated):
    """Translates the reasons of :mod:`~..core.catalogue.links`; others stay as they are."""

    def shown(self, reason: str) -> str:
        """Return a reason in the language of QGIS."""
        for pattern, text in self._known():
            found = re.search(pattern, reason)
            if found:
                return text.format(*(group or "" for group in found.groups()))
        return reason

    def _known(self) -> tuple[tuple[str, str], ...]:
        return (
            ("^Is a web page", self.tr("a web page to read, no layer")),
            ("^Is a document", self.tr("a document to read, no layer")),
            ("^Is a catalogue", self.tr("a catalogue, no layer")),
            ("^Is a file of a format", self.tr("a file of a format that is not loaded from here: download it")),
            ("^Is ([^,]+), which was not asked for", self.tr("another kind of link ({0})")),
            ("^Is (\\S+), no layer", self.tr("no layer ({0})")),
            ("^Is a relative address", self.tr("the address is incomplete: the record does not say of which server")),
            ("^Is a (\\w+): link, which would run code", self.tr("a {0}: link would run code: refused")),
            ("^Is a file on somebody", self.tr("a file on somebody's own computer: refused")),
            ("^Its address begins with (.+):, only", self.tr("the address begins with {0}:, only http and https load")),
            ("^Its address has no host|^Is no address", self.tr("the address can't be read")),
            ("^Its address holds a password", self.tr("the address holds a password: use an authentication of QGIS")),
            (
                "^The record alone doesn't tell|^Nothing tells what|^Nobody was asked|^The project must be fetched",
                self.tr("the service must be asked: it is when the layer is added"),
            ),
            ("^Is no service that answers", self.tr("no service answers there")),
            ("^The (\\w+) answers, and has no layers", self.tr("the {0} answers, and has no layers")),
            ("^The (\\w+) has (\\d+) layers and none is called '(.*)'", self.tr("the {0} has no layer “{2}”")),
            (
                "^The (\\w+) has (\\d+) layers and the record",
                self.tr("the {0} has {1} layers and the record does not say which"),
            ),
            (
                "has several layers and the record",
                self.tr("the service has several layers: which one?"),
            ),
            ("gives no tile matrix set", self.tr("the WMTS gives no tiles for this layer")),
            ("^Its address is no template", self.tr("the address is no template of tiles")),
            ("^Is an ArcGIS address", self.tr("an ArcGIS address that names no layer service")),
            ("^Needs QGIS ([\\d.]+)", self.tr("needs QGIS {0} or newer")),
            (
                "^Its data are a file on the computer",
                self.tr("its data lie on the computer of who made the project"),
            ),
            ("which can't be loaded alone$", self.tr("a layer that can't be loaded without its project")),
            ("^Leads to a web page", self.tr("leads to a web page, no file: it may ask for a sign-in, or have moved")),
            ("^Answers with ", self.tr("what is there is no layer")),
            ("^Is no (.+) service|^Is no (.+) capabilities", self.tr("no such service is there")),
            ("refused the key, or wants one", self.tr("access is refused: choose an authentication for this source")),
            ("^Nothing is at this address", self.tr("nothing is at this address any more")),
            ("wants fewer calls", self.tr("the server wants fewer calls: try again later")),
            ("^The server refused the call", self.tr("the server refuses the call")),
            ("^The server failed|server error", self.tr("the server has a fault: try again later")),
            ("^No such host", self.tr("no such server is known: check the network")),
            ("^Can't be reached", self.tr("the server can't be reached")),
            ("did not answer in time|^Did not answer", self.tr("the server does not answer")),
            ("^The connection was lost|^Was cut off", self.tr("the connection was lost")),
            ("^The proxy refused", self.tr("the proxy refuses or does not answer: check the network settings of QGIS")),
            ("certificate is not trusted", self.tr("the server's certificate is not trusted")),
            ("^The network is switched off", self.tr("the network is switched off in the options")),
            ("^Answered with a web page", self.tr("answers with a web page: it may ask for a sign-in, or have moved")),
            ("^Answered with nothing|^Is not (whole )?XML|^Declares entities", self.tr("the answer can't be read")),
            ("^Is larger than", self.tr("the answer is too large")),
        )


def reason(text: str) -> str:
    """Return a reason in the language of QGIS."""
    return LinkReasons().shown(text)


def not_asked_yet(text: str) -> bool:
    """Whether a reason says only that the service has to be asked first."""
    return text.startswith(
        ("The record alone doesn't tell", "Nothing tells what", "Nobody was asked", "The project must be fetched")
    )
