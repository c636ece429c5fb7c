"""From end to end: the built ZIP, programs of their own, a screen under Xvfb."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))


@pytest.fixture(scope="session")
def plugin_zip() -> Path:
    """Give the ZIP that ``./dev package`` made."""
    path = ROOT / "dist" / "sigma_communes.zip"
    assert path.is_file(), "run ./dev package first (./dev test e2e does)"
    return path


class QgisProcess:
    """``qgis_process.bin`` with an empty profile in which the built ZIP is installed."""

    def __init__(self, home: Path, plugin_zip: Path) -> None:
        import install_plugin

        self.home = home
        self.plugin = install_plugin.install(plugin_zip, home)
        self.environment = {
            **os.environ,
            "HOME": str(home),
            "QGIS_PLUGINPATH": str(self.plugin.parent),
            # Debian's QGIS brings no shapely and no onnxruntime: they lie in a folder beside it, where the doctor puts
            # them. (Links of an editable install count in site folders only: the checkout is not found this way.)
            "PYTHONPATH": sysconfig.get_path("purelib"),
            "XDG_DATA_HOME": str(home / "share"),
            "XDG_CONFIG_HOME": str(home / "config"),
            "QT_QPA_PLATFORM": "offscreen",
            "LC_ALL": "C.UTF-8",
        }

    def __call__(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        # The wrapper `qgis_process` of Debian 12 fails; .bin is the program itself.
        program = shutil.which("qgis_process.bin") or shutil.which("qgis_process")
        if program is None:
            pytest.skip("qgis_process is not installed (package qgis)")
        result = subprocess.run(
            [program, *arguments], env=self.environment, capture_output=True, text=True, check=False, timeout=240
        )
        if check and result.returncode:
            raise AssertionError(f"{arguments}: exit {result.returncode}\n{result.stdout}\n{result.stderr}")
        return result


@pytest.fixture(scope="session")
def qgis_process(tmp_path_factory: pytest.TempPathFactory, plugin_zip: Path) -> QgisProcess:
    """Give a callable that runs ``qgis_process.bin`` with the plugin enabled."""
    run = QgisProcess(tmp_path_factory.mktemp("profile"), plugin_zip)
    enabled = run("plugins", "enable", "sigma_communes", check=False)
    assert enabled.returncode == 0 or "already enabled" in enabled.stderr, enabled.stderr
    return run
