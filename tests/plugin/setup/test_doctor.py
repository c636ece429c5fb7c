# SPDX-License-Identifier: GPL-2.0-or-later
"""The doctor's findings, its report without secrets, and an installation from a folder of wheels, with the real pip."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import shutil
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsApplication, QgsNetworkAccessManager, QgsSettings
from qgis.PyQt.QtNetwork import QNetworkProxy
from qgis.PyQt.QtWidgets import QPushButton
from sigma_communes.core.store import Workspace
from sigma_communes.plugin.base import runtime, settings
from sigma_communes.plugin.setup import install_runtime, python_program
from sigma_communes.plugin.setup.diagnosis import ERROR, OK, WARNING, Diagnosis
from sigma_communes.plugin.setup.doctor import DoctorDialog, InstallDialog, import_model


@pytest.fixture(autouse=True)
def profile(qgis_app: QgsApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a profile folder of its own, without settings of ours."""
    for name in settings.NAMES:
        monkeypatch.delenv(settings.variable(name), raising=False)
    QgsSettings().remove("sigma_communes")
    root = tmp_path / "profile" / "sigma_communes" / "runtime"
    for module in (runtime, install_runtime):
        monkeypatch.setattr(module, "runtime_root", lambda: root)
    monkeypatch.setattr("sigma_communes.plugin.setup.doctor.runtime_root", lambda: root)
    # The Python of Debian's QGIS has numpy, and neither shapely nor onnxruntime: unlike that of the tests.
    monkeypatch.setattr(install_runtime, "python_program", lambda: Path("/usr/bin/python3"))
    yield root
    QgsSettings().remove("sigma_communes")


def wheels(folder: Path, code: str, tag: str = "py3-none-any") -> Path:
    """Write wheels of packages that call themselves shapely (always good) and onnxruntime."""
    wheel(folder, "shapely", "__version__ = '8.8.8'", "py3-none-any")
    wheel(folder, "onnxruntime", code, tag)
    return folder


def wheel(folder: Path, name: str, code: str, tag: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    version = "9.9.9"
    path = folder / f"{name}-{version}-{tag}.whl"
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}/__init__.py": code,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nRequires-Dist: nothing\n",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n",
    }
    record = ""
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            record += f"{name},sha256={digest},{len(text.encode())}\n"
        archive.writestr(f"{info}/RECORD", record + f"{info}/RECORD,,\n")
    return path


def installed(qtbot: Any, **options: Any) -> tuple[bool, str]:
    """Run an installation to its end."""
    installation = install_runtime.RuntimeInstallation(**options)
    with qtbot.waitSignal(installation.ended, timeout=60_000) as blocker:
        installation.start()
    return tuple(blocker.args)


def test_an_installation_from_a_folder_of_wheels(qtbot: Any, tmp_path: Path, profile: Path) -> None:
    wheels(tmp_path / "wheels", "__version__ = '9.9.9'")
    before = list(sys.path)
    worked, said = installed(qtbot, wheels=tmp_path / "wheels")
    assert worked, said
    folder = runtime.runtime_folder()
    assert folder is not None and folder.parent == profile and str(folder) in said and "onnxruntime 9.9.9" in said
    assert (folder / "onnxruntime" / "__init__.py").is_file() and (folder / "shapely" / "__init__.py").is_file()
    # Nothing is on the path until the work asks for it; nothing half-done stays.
    assert sys.path == before and [p.name for p in profile.iterdir()] == [folder.name]
    worked, _ = installed(qtbot, wheels=tmp_path / "wheels")
    newer = runtime.runtime_folder()
    assert worked and newer is not None and newer.name > folder.name


@pytest.mark.parametrize("right", [True, False])
def test_from_the_registry_only_what_the_lock_has_is_installed(
    qtbot: Any, tmp_path: Path, profile: Path, monkeypatch: pytest.MonkeyPatch, right: bool
) -> None:
    folder = wheels(tmp_path / "registry", "__version__ = '9.9.9'")
    monkeypatch.setenv("PIP_NO_INDEX", "1")  # a folder stands for the registry
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setattr(install_runtime, "lacking", lambda: ("shapely", "onnxruntime"))
    lines = []
    for name in ("shapely", "onnxruntime"):
        digest = hashlib.sha256(next(folder.glob(f"{name}-*.whl")).read_bytes()).hexdigest()
        lines.append(f"{name}==9.9.9 --hash=sha256:{digest if right or name == 'shapely' else '0' * 64}")
    monkeypatch.setattr(install_runtime, "locked", lambda names: "\n".join(lines) + "\n")
    worked, said = installed(qtbot)
    assert worked is right, said
    assert right or "pip could not install" in said
    assert [path.name for path in profile.iterdir() if path.suffix == ".txt"] == []


@pytest.mark.parametrize("python", [(3, 9), (3, 10), (3, 11), (3, 13)])
def test_the_lock_has_one_version_of_each_package_for_a_python(python: tuple[int, int]) -> None:
    lines = runtime.locked(("shapely", "onnxruntime"), python).splitlines()
    named = [line.partition("==")[0] for line in lines if "==" in line]
    assert named == ["onnxruntime", "shapely"]
    hashes = [line for line in lines if "--hash=sha256:" in line]
    assert len(hashes) > 10 and len(lines) == len(hashes) + 2
    assert runtime.locked(("shapely",), python).count("==") == 1


def test_the_runtime_comes_last_on_the_path(profile: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = profile / f"{runtime.python_tag()}-1.0"
    (folder / "onnxruntime_of_test").mkdir(parents=True)
    (folder / "onnxruntime_of_test" / "__init__.py").write_text("", encoding="utf-8")
    monkeypatch.setattr(runtime, "PACKAGES", ("onnxruntime_of_test", "shapely"))
    monkeypatch.setattr(sys, "path", list(sys.path))
    runtime.use_runtime()
    assert str(folder) not in sys.path and runtime.lacking() == ("onnxruntime_of_test",)
    (folder / runtime.COMPLETE).write_text("", encoding="utf-8")
    other = profile / "cp27-9.0"
    shutil.copytree(folder, other)
    runtime.use_runtime()
    runtime.use_runtime()
    assert sys.path[-1] == str(folder) and sys.path.count(str(folder)) == 1
    # It can be imported now, and still it is not QGIS that brings it.
    assert importlib.util.find_spec("onnxruntime_of_test") and runtime.lacking() == ("onnxruntime_of_test",)


@pytest.mark.parametrize(
    ("code", "tag", "said"),
    [
        ("raise ImportError('DLL load failed')", "py3-none-any", "DLL load failed"),
        ("__version__ = '1'", "cp27-cp27m-win32", "pip could not install"),
    ],
)
def test_what_does_not_work_is_told_and_nothing_stays(
    qtbot: Any, tmp_path: Path, profile: Path, code: str, tag: str, said: str
) -> None:
    wheels(tmp_path / "wheels", code, tag=tag)
    worked, text = installed(qtbot, wheels=tmp_path / "wheels")
    assert not worked and said in text
    assert runtime.runtime_folder() is None and list(profile.iterdir()) == []


def test_a_folder_without_the_wheel_says_how_to_get_it(qtbot: Any, tmp_path: Path, profile: Path) -> None:
    worked, text = installed(qtbot, wheels=tmp_path)
    assert not worked and "pip download" in text and not profile.exists()


def test_a_python_without_pip(qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "python3"
    program.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)
    worked, text = installed(qtbot, program=program)
    assert not worked and "python3-pip" in text
    worked, text = installed(qtbot, program=tmp_path / "nothing")
    assert not worked and "python3-pip" in text


def test_stopping_leaves_nothing(qtbot: Any, tmp_path: Path, profile: Path) -> None:
    wheels(tmp_path / "wheels", "import time\ntime.sleep(60)")
    installation = install_runtime.RuntimeInstallation(wheels=tmp_path / "wheels")
    lines: list[str] = []
    installation.told.connect(lines.append)
    with qtbot.waitSignal(installation.ended, timeout=30_000) as blocker:
        installation.start()
        qtbot.waitUntil(lambda: any("works here" in line for line in lines), timeout=30_000)
        installation.stop()
    assert blocker.args[0] is False and list(profile.iterdir()) == []


def test_the_proxy_reaches_pip_by_its_environment(qgis_app: QgsApplication) -> None:
    manager = QgsNetworkAccessManager.instance()
    proxy = QNetworkProxy(QNetworkProxy.ProxyType.HttpProxy, "proxy.example", 3128, "me", "p@ss")
    manager.setFallbackProxyAndExcludes(proxy, [], [])
    try:
        given = install_runtime._proxy_variables()
        finding = Diagnosis().network(True)
    finally:
        manager.setFallbackProxyAndExcludes(QNetworkProxy(QNetworkProxy.ProxyType.NoProxy), [], [])
    assert given["HTTPS_PROXY"] == "http://me:p%40ss@proxy.example:3128"
    assert "proxy.example:3128" in finding.text and "p@ss" not in finding.text and "me" not in finding.text.split()
    assert install_runtime._proxy_variables() == {}


def test_the_python_of_this_qgis_is_found_and_answers(qtbot: Any) -> None:
    program = python_program.python_program()
    process = python_program.PythonProcess()
    with qtbot.waitSignal(process.ended, timeout=20_000) as blocker:
        process.start(program, ["-c", "import sys; print(sys.version_info[:2])"], seconds=20)
    assert blocker.args == [0, f"{sys.version_info[:2]}\n"]


def test_a_process_that_takes_too_long_is_stopped(qtbot: Any) -> None:
    process = python_program.PythonProcess()
    with qtbot.waitSignal(process.ended, timeout=20_000) as blocker:
        process.start(python_program.python_program(), ["-c", "import time; time.sleep(60)"], seconds=1)
    assert blocker.args[0] == -1


# --- findings ----------------------------------------------------------------------------------------------------


def test_without_onnxruntime_there_are_ways_to_get_it(qgis_app: QgsApplication) -> None:
    said = Diagnosis()
    missing = said.runtime({"onnxruntime_error": "ModuleNotFoundError: No module named 'onnxruntime'"})
    assert missing.status == ERROR and missing.fixes == ("install", "install_wheels", "install_other")
    broken = said.runtime({"onnxruntime_error": "ImportError: DLL load failed"})
    assert "DLL load failed" in broken.text
    assert said.model({}).status == WARNING
    assert said.shapely({"shapely": "2.0"}) is None
    nowhere = said.shapely({"shapely_error": "ModuleNotFoundError: No module named 'shapely'"})
    assert nowhere is not None and nowhere.status == ERROR and "install" in nowhere.fixes
    assert said.model({"onnxruntime": "1", "model_error": "There is no model here"}).fixes == ("model",)


def test_a_damaged_setting_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGMA_COMMUNES_TIMEOUT", "soon")
    finding = Diagnosis().chosen(settings.load())
    assert finding is not None and finding.status == WARNING and "SIGMA_COMMUNES_TIMEOUT" in finding.text


def dialog_done(qtbot: Any) -> DoctorDialog:
    dialog = DoctorDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: not any(f.status == "waiting" for f in dialog.findings.values()), timeout=60_000)
    return dialog


def test_the_screen_looks_at_everything(qtbot: Any, tmp_path: Path) -> None:
    workspace = tmp_path / "aubagne.gpkg"
    Workspace.open(workspace).close()
    settings.save(settings.Settings(workspace=str(workspace)))
    dialog = dialog_done(qtbot)
    found = {key: finding.status for key, finding in dialog.findings.items()}
    assert set(found) == {"versions", "onnxruntime", "model", "communes", "workspace", "disk", "network", "servers"}
    assert found["workspace"] == found["communes"] == found["versions"] == OK
    assert "aubagne.gpkg" in dialog.findings["workspace"].text
    dialog.copy_report()
    report = QgsApplication.clipboard().text()
    assert report == dialog.report() and "aubagne.gpkg" in report
    dialog.close()


@pytest.mark.parametrize(
    ("content", "said"), [(b"", "empty"), (b"SQLite format 3\0" + b"x" * 5000, "damaged"), (None, "no such workspace")]
)
def test_a_workspace_that_is_not_whole(qtbot: Any, tmp_path: Path, content: Any, said: str) -> None:
    path = tmp_path / "w.gpkg"
    if content is not None:
        path.write_bytes(content)
    settings.save(settings.Settings(workspace=str(path)))
    dialog = dialog_done(qtbot)
    finding = dialog.findings["workspace"]
    assert finding.status == ERROR and said in finding.text and "workspace" in finding.fixes
    assert dialog.findChild(QPushButton, "fix_workspace") is not None
    dialog.close()


def test_looking_does_not_change_the_workspace(qtbot: Any, tmp_path: Path) -> None:
    path = tmp_path / "w.gpkg"
    Workspace.open(path).close()
    before = path.read_bytes()
    settings.save(settings.Settings(workspace=str(path)))
    dialog_done(qtbot).close()
    assert path.read_bytes() == before and [p.name for p in tmp_path.glob("w.gpkg*")] == ["w.gpkg"]


def test_closing_while_it_looks(qtbot: Any) -> None:
    dialog = DoctorDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.close()
    assert dialog.findings == {}
    qtbot.wait(500)
    assert dialog.findings == {}


def test_the_report_names_no_home_and_no_password(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.save(settings.Settings(rules=str(Path.home() / "rules.yaml")))
    dialog = DoctorDialog()
    qtbot.addWidget(dialog)
    report = dialog.report()
    assert "~/rules.yaml" in report and str(Path.home()) not in report


def test_a_model_is_imported_into_the_profile(tmp_path: Path, profile: Path) -> None:
    source = tmp_path / "mine"
    (source / "deeper").mkdir(parents=True)
    assert import_model(source) is None
    (source / "model.onnx").write_bytes(b"1")
    (source / "MODEL_CARD.md").write_text("card", encoding="utf-8")
    copied = import_model(source)
    assert copied == profile.parent / "models" / "mine"
    assert sorted(p.name for p in copied.iterdir()) == ["MODEL_CARD.md", "model.onnx"]
    assert import_model(copied) == copied


def test_the_installation_asks_first(qtbot: Any, tmp_path: Path, profile: Path) -> None:
    wheels(tmp_path / "wheels", "__version__ = '9.9.9'")
    dialog = InstallDialog(wheels=tmp_path / "wheels")
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.wait(100)
    assert not profile.exists()
    dialog.start()
    qtbot.waitUntil(lambda: dialog.worked, timeout=60_000)
    assert runtime.runtime_folder() is not None


def test_drift_is_told_where_recent_photos_are_left_unanswered() -> None:
    from sigma_communes.core.classify.learning.judge.drift import drift_of
    from sigma_communes.core.store.decisions import PastPrediction

    def past(n: int, unanswered: int, camera: str) -> list[PastPrediction]:
        return [
            PastPrediction(f"{camera}{i}", "m", "none", 0.5, i < unanswered, "", "2026-11-02T00:00:00Z", camera)
            for i in range(n)
        ]

    said, learned = Diagnosis(), {"held_out": {"unanswered": 0.2}}
    finding = said.drift(drift_of([*past(200, 30, "old"), *past(40, 30, "new")], learned))
    assert finding is not None and finding.status == WARNING and "new (75 % of 40" in finding.text
    same = said.drift(drift_of(past(200, 30, "old"), learned))
    assert same is not None and same.status == OK
    assert said.drift(None) is None and said.drift(drift_of([])) is None
