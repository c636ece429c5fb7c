# SPDX-License-Identifier: GPL-2.0-or-later
"""Which server an address means."""

from __future__ import annotations

import pytest
from sigma_communes.core.base.hosts import ALLOW_PRIVATE, is_private, may_lead_to, origin_of


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Geo.Example/wms?x=1", "https://geo.example"),
        ("https://geo.example:443/", "https://geo.example"),
        ("https://geo.example:8443/", "https://geo.example:8443"),
        ("http://geo.example:80", "http://geo.example"),
        ("http://[2001:db8::1]:8080/x", "http://[2001:db8::1]:8080"),
        ("https://user:word@geo.example/", "https://geo.example"),
        ("geo.example/wms", ""),
        ("https://geo.example:x/", ""),
        ("", ""),
    ],
)
def test_origin(url: str, origin: str) -> None:
    assert origin_of(url) == origin


@pytest.mark.parametrize(
    "host",
    ["localhost", "127.0.0.1", "127.8.9.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.1.1", "[::1]",
     "[fe80::1]", "[fd00::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433", "0x7f.1", "127.1",
     "intranet", "sig.local", "a.lan."],
)  # fmt: skip
def test_inside(host: str) -> None:
    assert is_private(f"http://{host}/x")
    assert not may_lead_to(f"http://{host}/x", "https://geo.example/csw")
    assert may_lead_to(f"http://{host}/x", "http://192.168.0.7/csw")


@pytest.mark.parametrize("host", ["geo.example", "1.1.1.1", "[2606:4700::1111]", "data.gouv.fr", "8.8.8.8:8080"])
def test_outside(host: str) -> None:
    assert not is_private(f"https://{host}/x")
    assert may_lead_to(f"https://{host}/x", "https://geo.example/csw")


def test_a_person_may_allow_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ALLOW_PRIVATE, "1")
    assert may_lead_to("http://10.0.0.1/", "https://geo.example")
