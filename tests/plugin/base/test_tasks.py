"""Jobs in threads: they tell, stop, survive what goes away, and leave the main loop alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from qgis.core import Qgis, QgsApplication, QgsProject
from qgis.gui import QgsMessageBar
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QPushButton
from sigma_communes.core.errors import WorkspaceError
from sigma_communes.core.feedback import Feedback
from sigma_communes.plugin.base.tasks import DetailsDialog, Outcome, Tasks


@pytest.fixture
def bar(qgis_app: QgsApplication, qtbot: Any) -> QgsMessageBar:
    bar = QgsMessageBar()
    qtbot.addWidget(bar)
    return bar


@pytest.fixture
def tasks(bar: QgsMessageBar) -> Iterator[Tasks]:
    tasks = Tasks(bar)
    yield tasks
    tasks.stop()


def buttons(bar: QgsMessageBar) -> dict[str, QPushButton]:
    item = bar.currentItem()
    return {b.text(): b for b in item.findChildren(QPushButton) if b.text()} if item else {}


def until_cancelled(feedback: Feedback) -> None:
    feedback.stage("waiting", 1000)
    while True:
        feedback.check()
        feedback.advance()
        time.sleep(0.005)


def test_the_result_is_published_in_the_main_thread_with_one_message(
    tasks: Tasks, bar: QgsMessageBar, qtbot: Any
) -> None:
    seen: dict[str, Any] = {}

    def work(feedback: Feedback) -> int:
        seen["work"] = threading.current_thread()
        feedback.warning("one file was skipped")
        return 42

    def publish(result: int) -> Outcome:
        seen.update(publish=threading.current_thread(), result=result)
        return Outcome("Done.", "Open", lambda: seen.update(next=True))

    tasks.start("A job", work, publish)
    qtbot.waitUntil(lambda: bool(bar.items()), timeout=5000)
    assert seen["result"] == 42
    assert seen["publish"] is threading.main_thread() and seen["work"] is not threading.main_thread()
    assert len(bar.items()) == 1 and bar.currentItem().text() == "Done."
    assert set(buttons(bar)) == {"Open", "Details"}
    buttons(bar)["Open"].click()
    assert seen["next"] is True
    assert not tasks.busy()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            WorkspaceError("The workspace is in use by another program (x)", where="a.gpkg"),
            "a.gpkg: The workspace is in use by another program",
        ),
        (ZeroDivisionError("boom"), "An error of the plugin itself"),
    ],
)
def test_an_error_is_told_with_details_to_copy(
    tasks: Tasks, bar: QgsMessageBar, qtbot: Any, error: Exception, said: str
) -> None:
    failed: list[Exception] = []

    def work(feedback: Feedback) -> None:
        raise error

    tasks.start("A job", work, failed=failed.append)
    qtbot.waitUntil(lambda: bool(bar.items()), timeout=5000)
    assert bar.currentItem().text().startswith(said)
    assert bar.currentItem().level() == Qgis.MessageLevel.Critical
    assert failed == [error]
    buttons(bar)["Details"].click()
    dialog = next(w for w in QgsApplication.topLevelWidgets() if isinstance(w, DetailsDialog) and w.isVisible())
    dialog.copy()
    dialog.close()
    assert str(error) in QgsApplication.clipboard().text()


def test_an_error_of_publish_is_told(tasks: Tasks, bar: QgsMessageBar, qtbot: Any) -> None:
    def publish(_: None) -> Outcome:
        raise WorkspaceError("There is no such workspace", where="a.gpkg")

    tasks.start("A job", lambda feedback: None, publish)
    qtbot.waitUntil(lambda: bool(bar.items()), timeout=5000)
    assert "a.gpkg" in bar.currentItem().text()


def test_cancel_ends_the_work_soon(tasks: Tasks, bar: QgsMessageBar, qtbot: Any) -> None:
    cancelled: list[bool] = []
    task = tasks.start(
        "A job", until_cancelled, lambda result: pytest.fail("published"), cancelled=lambda: cancelled.append(True)
    )
    qtbot.waitUntil(lambda: task.progress() > 0, timeout=5000)
    start = time.monotonic()
    task.cancel()
    assert task.over.wait(0.2), f"still running after {time.monotonic() - start:.3f} s"
    qtbot.waitUntil(lambda: bool(cancelled), timeout=5000)
    assert "Cancelled" in bar.currentItem().text()


def test_a_project_closed_meanwhile_is_not_filled_unasked(tasks: Tasks, bar: QgsMessageBar, qtbot: Any) -> None:
    go, published = threading.Event(), []
    tasks.start("A job", lambda feedback: go.wait(5), lambda result: published.append(result), in_project=True)
    QgsProject.instance().clear()
    go.set()
    qtbot.waitUntil(lambda: bool(bar.items()), timeout=5000)
    assert published == [] and "project was closed" in bar.currentItem().text()
    buttons(bar)["Show in this project"].click()
    assert published == [True]


def test_stop_ends_the_threads_and_nobody_is_called_back(bar: QgsMessageBar, qtbot: Any) -> None:
    tasks = Tasks(bar)
    called: list[Any] = []
    started = [
        tasks.start("A job", until_cancelled, called.append, failed=called.append, cancelled=lambda: called.append(0))
        for _ in range(3)
    ]
    qtbot.waitUntil(lambda: any(task.progress() > 0 for task in started), timeout=5000)
    tasks.stop()
    assert all(task.over.is_set() or not task.isActive() for task in started)
    qtbot.wait(100)
    assert called == [] and bar.items() == []


def longest_pause(run: Callable[[], None], done: Callable[[], bool], qtbot: Any) -> float:
    """Run a job and give the longest time, in seconds, in which the main loop answered no timer."""
    pauses, last = [0.0], [time.perf_counter()]

    def tick() -> None:
        now = time.perf_counter()
        pauses.append(now - last[0])
        last[0] = now

    timer = QTimer()
    timer.timeout.connect(tick)
    timer.start(5)
    run()
    qtbot.waitUntil(done, timeout=60000)
    timer.stop()
    return max(pauses)


def test_the_main_loop_goes_on_during_the_main_job(
    tasks: Tasks, demo_inputs: tuple[tuple[Path, ...], tuple[Path, ...]], tmp_path: Path, qtbot: Any
) -> None:
    from sigma_communes.core.jobs import run as main_job

    photos, reports = demo_inputs
    longest = []
    for attempt in range(5):  # a machine that does something else may stop us once, not five times
        results: list[Any] = []
        longest.append(
            longest_pause(
                lambda results=results, attempt=attempt: tasks.start(
                    "Main job",
                    lambda feedback: main_job.run(
                        photos=photos, reports=reports, out=tmp_path / str(attempt), feedback=feedback
                    ),
                    results.append,
                    failed=results.append,
                ),
                lambda results=results: bool(results),
                qtbot,
            )
        )
        assert results[0].incidents == 304
        if longest[-1] <= 0.1:
            break
    assert min(longest) <= 0.1, longest


def test_a_dropped_job_tells_nobody(tasks: Tasks, bar: QgsMessageBar, qtbot: Any) -> None:
    called: list[Any] = []
    task = tasks.start(
        "A job", until_cancelled, called.append, failed=called.append, cancelled=lambda: called.append(0)
    )
    tasks.drop(task)
    assert not tasks.busy()
    qtbot.wait(150)
    tasks.drop(task)
    tasks.drop(None)
    assert called == [] and bar.items() == []
