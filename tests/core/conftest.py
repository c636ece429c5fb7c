"""The core's tests: no QGIS, network blocked, warnings are errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Threads of BLAS that wait for each other take ten times as long on cores that are shared with other work.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# A test that needs QGIS is in the wrong tier: importing it here fails as if it were not installed.
for name in ("qgis", "PyQt5", "PyQt6"):
    sys.modules[name] = None  # type: ignore[assignment]

settings.register_profile(
    "gate", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("long", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "gate"))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("filterwarnings", "error")


@pytest.fixture(autouse=True)
def _no_network(socket_disabled: None) -> None:
    """Block every socket (pytest-socket)."""


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the features of the tests' photos out of the person's cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the folder of real data beside the checkout; skip where there is none."""
    default = Path(__file__).resolve().parents[2].parent / "shared" / "data"
    folder = Path(os.environ.get("SIGMA_SHARED_DATA", default))
    if not folder.is_dir():
        pytest.skip("no real data beside the checkout (set SIGMA_SHARED_DATA); this test is an extra")
    return folder
