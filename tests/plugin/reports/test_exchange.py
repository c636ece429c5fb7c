"""The button “⟳” with a real server: what leaves is confirmed first, what conflicts is decided, nothing is lost."""

from __future__ import annotations

import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from qgis.core import Qgis
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QPushButton
from sigma_communes.core.reports.sources.servers import Server, load_servers, save_server
from sigma_communes.plugin.reports.dock import BacklogDock
from sigma_communes.plugin.reports.exchange.conflicts import BASE, KEEP, MINE, THEIRS, ConflictsDialog
from sigma_communes.plugin.reports.exchange.server_list import ServerDialog, ServerList
from sigma_communes.plugin.reports.exchange.servers import servers_file
from sigma_communes.plugin.reports.exchange.sync_page import SyncPage
from sigma_communes.plugin.reports.listing.model import MARK
from sigma_communes.plugin.workspace_file import WorkspaceFile
from sigma_communes.tests.servers.georeport import STYLES, GeoReportServer

from ..base.test_transport import BASIC, Origin, authcfg, proxy
from ..base.test_transport import Server as ProxyServer

__all__ = ["authcfg", "proxy"]
HOSTILE = "<img src='http://spy.example/x.png'><b>gras</b>"


def rows(path: Path, statement: str, *values: Any) -> list[Any]:
    with sqlite3.connect(path) as connection:
        return connection.execute(statement, values).fetchall()


@pytest.fixture
def server(window: Any) -> Iterator[GeoReportServer]:
    """Give a server with three reports in Aubagne, named in the settings."""
    with GeoReportServer(STYLES["citysdk"]) as server:
        server.add(3, lat=43.2929, long=5.57065, service_name="Graffiti", description=HOSTILE, address=HOSTILE)
        save_server("ville", Server(server.url, profile="citysdk", title="Ville de test"), servers_file())
        yield server


@pytest.fixture
def dock(server: GeoReportServer, opened: WorkspaceFile, window: Any, qtbot: Any) -> BacklogDock:
    dock = BacklogDock(opened, window)
    qtbot.addWidget(dock)
    dock.resize(420, 800)
    dock.show()
    qtbot.waitUntil(lambda: dock._index is not None, timeout=20000)
    return dock


@pytest.fixture
def sync(dock: BacklogDock, qtbot: Any) -> Callable[[], None]:
    """Give a function that presses the button, confirms all that is listed, and waits for the end."""

    def run() -> None:
        dock.sync.click()
        qtbot.waitUntil(lambda: not dock.syncing.running, timeout=20000)
        page = dock.syncing.page
        if page is not None:
            page.send.click()
            qtbot.waitUntil(lambda: not dock.syncing.running, timeout=20000)
        settled(dock, qtbot)

    return run


def settled(dock: BacklogDock, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: not dock._workspace.tasks.busy(), timeout=20000)


def message(window: Any) -> str:
    return str(window.bar.currentItem().text()) if window.bar.currentItem() else ""


def choose(dock: BacklogDock, report: str) -> None:
    fid = rows(dock._workspace.path, "SELECT fid FROM report WHERE id = ?", report)[0][0]
    dock._select_fids([fid])


def test_a_first_round_brings_reports_that_are_placed_and_sends_nothing(
    dock: BacklogDock, server: GeoReportServer, sync: Callable[[], None], window: Any
) -> None:
    assert dock.sync.text() == "⟳ Receive"
    sync()
    assert dock.syncing.page is None  # nothing could leave, so nothing was asked
    path = dock._workspace.path
    assert rows(path, "SELECT count(*), min(class), min(commune) FROM incident WHERE source = 'ville'") == [
        (3, "graffiti", "Aubagne")
    ]
    assert rows(path, "SELECT count(*) FROM assignment JOIN report USING (fid) WHERE source = 'ville'") == [(3,)]
    assert "Ville de test: 3 new reports" in message(window)
    assert "Ville de test" in dock.freshness.text()
    assert {call.method for call in server.calls} == {"GET"}


def test_only_what_is_ticked_leaves(
    dock: BacklogDock, server: GeoReportServer, sync: Callable[[], None], qtbot: Any, window: Any
) -> None:
    sync()
    choose(dock, "ville/1")
    dock.set_state("resolved")
    choose(dock, "ville/2")
    dock.pane.ask_reply("received")
    assert "{" not in dock.pane.reply.text.toPlainText()
    dock.pane.reply.text.setPlainText("Merci <b>beaucoup</b>")
    qtbot.keyClick(dock.pane.reply.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert (dock.sync.text(), dock.waiting.text()) == ("⟳ Send…", "✎ 2 to send")
    dock.sync.click()
    qtbot.waitUntil(lambda: dock.syncing.page is not None, timeout=20000)
    page: SyncPage = dock.syncing.page
    assert page.send.text() == "Send 2 changes and receive"
    assert {call.method for call in server.calls} == {"GET"}
    top = page.tree.topLevelItem(0)
    assert top.text(0) == "Ville de test" and top.childCount() == 2
    shown = [top.child(i).text(1) for i in range(2)]
    assert shown == ["State: Received → Resolved", "Reply: “Merci <b>beaucoup</b>”"]
    top.child(0).setCheckState(0, Qt.CheckState.Unchecked)
    assert page.send.text() == "Send 1 change and receive"
    page.send.click()
    qtbot.waitUntil(lambda: not dock.syncing.running, timeout=20000)
    settled(dock, qtbot)
    assert [call.method for call in server.calls if call.method != "GET"] == ["PATCH"]
    assert server.reports["1"]["status"] == "open"
    assert rows(dock._workspace.path, "SELECT report_id, new FROM change") == [("ville/1", "resolved")]
    assert "1 sent" in message(window) and dock.waiting.text() == "✎ 1 to send"


def test_a_closed_confirmation_sends_nothing(
    dock: BacklogDock, server: GeoReportServer, sync: Callable[[], None], qtbot: Any
) -> None:
    sync()
    choose(dock, "ville/1")
    dock.set_state("resolved")
    dock.sync.click()
    qtbot.waitUntil(lambda: dock.syncing.page is not None, timeout=20000)
    before = len(server.calls)
    dock.syncing.page.reject()
    qtbot.wait(100)
    assert len(server.calls) == before and not dock.syncing.running
    assert rows(dock._workspace.path, "SELECT count(*) FROM change") == [(1,)]


@pytest.fixture
def conflict(dock: BacklogDock, server: GeoReportServer, sync: Callable[[], None], qtbot: Any) -> ConflictsDialog:
    """Give the dialog after a description and a position were changed on both sides, and an address here."""
    server.edit("1", address="Rue Basse")
    sync()
    with dock._workspace.writing() as workspace, workspace.transaction():
        connection = workspace._connection
        connection.execute("UPDATE report SET description = 'ici', service_name = 'Voirie' WHERE id = 'ville/1'")
        connection.execute(
            "UPDATE report SET geom = (SELECT geom FROM report WHERE source = 'photos' AND lon < 5.4) "
            "WHERE id = 'ville/1'"
        )
    server.edit("1", description="là-bas", lat=43.2140, long=5.5380)
    dock.sync.click()
    qtbot.waitUntil(lambda: dock.syncing.page is not None or not dock.syncing.running, timeout=20000)
    if dock.syncing.page is not None:
        dock.syncing.page.receive.click()
        qtbot.waitUntil(lambda: not dock.syncing.running, timeout=20000)
    settled(dock, qtbot)
    dock.decide_conflicts.click()
    dialog = dock._conflicts
    qtbot.addWidget(dialog)
    return dialog


def test_a_conflict_stands_side_by_side_and_is_decided_field_by_field(
    dock: BacklogDock, conflict: ConflictsDialog, server: GeoReportServer, sync: Callable[[], None]
) -> None:
    assert dock.conflicts.isVisible() and dock.conflicts.text() == "⚡ 1 conflict"
    table = conflict.table
    shown = {
        table.item(row, 0).text(): tuple(table.item(row, column).text() for column in (BASE, MINE, THEIRS))
        for row in range(table.rowCount())
    }
    assert shown["Description"] == (HOSTILE, "ici", "là-bas")
    assert shown["Position"][0] == "43.29290, 5.57065" and shown["Position"][2] == "43.21400, 5.53800"
    assert conflict.sketch.isVisible() and "m apart" in conflict.sketch.toolTip()
    merged = [row for row in range(table.rowCount()) if table.item(row, KEEP)]
    assert [table.item(row, 0).text() for row in merged] == ["Service"]
    choices = {choice.field.field: choice for choice in conflict._choices}
    choices["description"].set_other("les deux")
    choices["position"].choose("theirs")
    conflict.decide.click()
    path = dock._workspace.path
    assert rows(path, "SELECT description, lon, lat FROM report WHERE id = 'ville/1'") == [("les deux", 5.538, 43.214)]
    assert rows(path, "SELECT commune FROM incident WHERE id = 'ville/1'") == [("Cassis",)]  # placed anew
    assert rows(path, "SELECT count(*) FROM conflict") == [(0,)]
    assert not dock.conflicts.isVisible() and "No conflict" in conflict._title.text()
    assert ("description", "les deux") in rows(path, "SELECT field, new FROM change")


def test_a_conflict_is_marked_in_the_list_and_its_count_lists_it(
    dock: BacklogDock, conflict: ConflictsDialog, qtbot: Any
) -> None:
    conflict.close()
    dock.conflicts.click()
    assert [row.id for row in dock.model.rows_at(range(dock.model.rowCount()))] == ["ville/1"]
    mark = dock.model.index(0, MARK)
    assert dock.model.data(mark) == "⚡" and "conflict" in dock.model.data(mark, Qt.ItemDataRole.AccessibleTextRole)
    dock.waiting.click()  # what is in conflict waits too
    assert "ville/1" in [row.id for row in dock.model.rows_at(range(dock.model.rowCount()))]
    dock.conflicts.click()
    qtbot.mouseClick(dock.table.viewport(), Qt.MouseButton.LeftButton, pos=dock.table.visualRect(mark).center())
    assert dock._conflicts.isVisible()


def test_another_value_that_is_no_position_is_refused_with_what_is_due(
    dock: BacklogDock, conflict: ConflictsDialog, window: Any
) -> None:
    choices = {choice.field.field: choice for choice in conflict._choices}
    choices["position"].set_other("ici")
    conflict.decide.click()
    assert "latitude and longitude" in message(window)
    assert rows(dock._workspace.path, "SELECT count(*) FROM conflict") == [(2,)]


def test_a_report_that_is_gone_on_the_server_keeps_its_edits_until_a_person_says_so(
    dock: BacklogDock, server: GeoReportServer, sync: Callable[[], None], qtbot: Any
) -> None:
    sync()
    choose(dock, "ville/2")
    dock.set_state("resolved")
    server.delete("2")
    sync()
    path = dock._workspace.path
    assert rows(path, "SELECT report_id FROM gone") == [("ville/2",)]
    dock.show_conflicts("ville/2")
    dialog = dock._conflicts
    qtbot.addWidget(dialog)
    assert "does not show this report" in dialog._note.text() and dialog.keep_here.isVisible()
    dialog.keep_here.click()
    assert rows(path, "SELECT count(*) FROM change") == [(0,)]
    assert rows(path, "SELECT state FROM report WHERE id = 'ville/2'") == [("resolved",)]


def test_a_server_that_never_answers_is_given_up_at_once_when_asked(
    dock: BacklogDock, server: GeoReportServer, sync: Callable[[], None], qtbot: Any
) -> None:
    sync()
    choose(dock, "ville/1")
    dock.set_state("resolved")
    server.fault("hang before", times=99)
    dock.sync.click()
    qtbot.waitUntil(lambda: dock.syncing.page is not None, timeout=20000)
    dock.syncing.page.send.click()
    calls = len(server.calls)
    qtbot.waitUntil(lambda: len(server.calls) > calls, timeout=10000)
    task = dock.syncing._task
    assert "Stop" in dock.sync.text()
    dock.sync.click()
    assert task.over.wait(1.0)
    qtbot.waitUntil(lambda: not dock.syncing.running, timeout=10000)
    assert rows(dock._workspace.path, "SELECT new FROM change") == [("resolved",)]
    assert rows(dock._workspace.path, "PRAGMA integrity_check") == [("ok",)]


class Hung:
    """A server that takes a request and says nothing; it notices when the caller hangs up."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.asked, self.left = threading.Event(), threading.Event()
        threading.Thread(target=self._hang, daemon=True).start()

    def _hang(self) -> None:
        calling, _ = self._listening.accept()
        with calling:
            while data := calling.recv(4096):
                if b"\r\n\r\n" in data:
                    self.asked.set()
        self.left.set()

    def close(self) -> None:
        self._listening.close()


@pytest.fixture
def hung() -> Iterator[Hung]:
    server = Hung()
    yield server
    server.close()


def test_stop_aborts_the_request_while_the_server_still_hangs(
    dock: BacklogDock, hung: Hung, server: GeoReportServer, qtbot: Any, record_property: Callable[[str, Any], None]
) -> None:
    save_server("ville", Server(hung.url, profile="citysdk"), servers_file(), replace=True)
    dock.sync.click()
    qtbot.waitUntil(hung.asked.is_set, timeout=20000)
    task = dock.syncing._task
    start = time.monotonic()
    dock.sync.click()
    assert task.over.wait(5)
    record_property("milliseconds_until_stopped", round((time.monotonic() - start) * 1000))
    assert hung.left.wait(5)  # it never answered: the request itself was ended
    qtbot.waitUntil(lambda: not dock.syncing.running, timeout=10000)
    assert "Cancelled" in message(dock._iface)


class Forwarding(Origin):
    """A proxy that hands calls on."""

    def do(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.seen.append((self.command, self.path, dict(self.headers.items()), body))
        where = urlsplit(self.path)
        connection = HTTPConnection(where.netloc, timeout=10)
        kept = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "proxy-connection", "connection")}
        kept["Via"] = "1.1 test"
        connection.request(self.command, f"{where.path}?{where.query}".rstrip("?"), body or None, kept)
        answer = connection.getresponse()
        self.answer(answer.status, answer.read(), Content_Type=answer.getheader("Content-Type") or "text/plain")
        connection.close()

    do_GET = do_POST = do_PATCH = do_HEAD = do


def test_the_button_goes_through_the_proxy_of_qgis_with_its_authentication(
    dock: BacklogDock,
    server: GeoReportServer,
    sync: Callable[[], None],
    proxy: ProxyServer,
    authcfg: str,
) -> None:
    proxy.RequestHandlerClass = Forwarding
    known = Server(server.url, profile="citysdk", authcfg=authcfg)
    save_server("ville", known, servers_file(), replace=True)
    sync()
    choose(dock, "ville/1")
    dock.set_state("resolved")
    sync()
    assert server.reports["1"]["status"] == "closed"
    assert {"GET", "PATCH"} <= {call.method for call in server.calls}
    assert all(call.headers["Via"] == "1.1 test" for call in server.calls)  # nothing went beside it
    assert all(call.headers["Authorization"] == BASIC for call in server.calls)


def test_the_plugin_or_qgis_goes_away_during_a_round(
    dock: BacklogDock, server: GeoReportServer, sync: Callable[[], None], qtbot: Any
) -> None:
    sync()
    choose(dock, "ville/1")
    dock.set_state("resolved")
    server.fault("hang before", times=99)
    dock.sync.click()
    qtbot.waitUntil(lambda: dock.syncing.page is not None, timeout=20000)
    dock.syncing.page.send.click()
    calls = len(server.calls)
    qtbot.waitUntil(lambda: len(server.calls) > calls, timeout=10000)
    task = dock.syncing._task
    start = time.monotonic()
    dock._workspace.tasks.stop()  # what unload and QGIS' end do
    assert task.over.is_set() and time.monotonic() - start < 5
    assert rows(dock._workspace.path, "SELECT new FROM change") == [("resolved",)]
    assert rows(dock._workspace.path, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize(("kind", "said"), [("401", "ville"), ("html", "ville"), ("drop before", "ville")])
def test_a_server_that_fails_is_told_with_a_next_step(
    dock: BacklogDock, server: GeoReportServer, sync: Callable[[], None], window: Any, kind: Any, said: str
) -> None:
    server.fault(kind, times=99)
    sync()
    item = window.bar.currentItem()
    assert item.level() == Qgis.MessageLevel.Warning and item.text().startswith("Ville de test: ")
    assert {"Try again", "Details"} <= {b.text() for b in item.findChildren(QPushButton)}


def test_without_a_server_or_network_the_way_to_the_options_is_shown(
    dock: BacklogDock, window: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    window.showOptionsDialog = lambda parent, page: asked.append(page)
    monkeypatch.setenv("SIGMA_COMMUNES_NETWORK", "off")
    dock.sync.click()
    assert "switched off" in message(window)
    monkeypatch.delenv("SIGMA_COMMUNES_NETWORK")
    servers_file().unlink()
    dock.sync.click()
    assert "No report server is set up" in message(window)
    next(b for b in window.bar.currentItem().findChildren(QPushButton) if b.text() == "Options…").click()
    assert asked == ["sigma_communes_options"]


# --- the servers themselves ---------------------------------------------------------------------------------------


def test_servers_are_added_edited_and_removed_in_their_file(window: Any, qtbot: Any) -> None:
    page = ServerList()
    qtbot.addWidget(page)
    dialog = ServerDialog(page)
    ok = dialog.buttons.button(dialog.buttons.Ok)
    assert not ok.isEnabled()
    dialog.title.setText("Ville de Test")
    dialog.url.setText("https://ville.example/open311/v2")
    dialog.kind.setCurrentIndex(dialog.kind.findText("FixMyStreet"))
    assert ok.isEnabled()
    dialog.given.setText("api_key=abc")
    assert not ok.isEnabled() and "Passwords and keys" in dialog._message.text()
    dialog.given.setText("jurisdiction_id=ville.example")
    page.keep(*dialog.server())
    (made,) = load_servers(servers_file()).items()
    assert made == (
        "ville-de-test",
        Server(
            "https://ville.example/open311/v2",
            profile="fixmystreet",
            given={"jurisdiction_id": "ville.example"},
            title="Ville de Test",
        ),
    )
    page.table.selectRow(0)
    assert page.chosen() == "ville-de-test"
    again = ServerDialog(page, *made)
    assert again.server() == made
    page.remove()
    assert load_servers(servers_file()) == {} and "No server yet" in page._message.text()


def test_the_kind_of_a_server_is_found_by_asking(window: Any, qtbot: Any) -> None:
    with GeoReportServer(STYLES["markaspot"]) as server:
        server.add(2, lat=43.2929, long=5.57065, service_name="Graffiti")
        page = ServerList()
        qtbot.addWidget(page)
        dialog = ServerDialog(page)
        dialog.title.setText("Ville de Test")
        dialog.url.setText(server.url)
        assert dialog.kind.currentText() == "Recognise it by asking"
        with qtbot.waitSignal(dialog.accepted, timeout=20000):
            dialog.buttons.button(dialog.buttons.Ok).click()
        page.keep(*dialog.server())
        made = load_servers(servers_file())["ville-de-test"]
        assert (made.kind, made.profile) == ("georeport", "markaspot")
        assert {call.method for call in server.calls} <= {"GET", "HEAD"}


def test_a_server_that_does_not_answer_can_be_kept_all_the_same(window: Any, qtbot: Any) -> None:
    page = ServerList()
    qtbot.addWidget(page)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    dialog = ServerDialog(page)
    dialog.title.setText("Ville")
    dialog.url.setText(f"http://127.0.0.1:{port}")
    ok = dialog.buttons.button(dialog.buttons.Ok)
    ok.click()
    qtbot.waitUntil(lambda: dialog._asking is None, timeout=20000)
    assert "It is not clear what it is" in dialog._message.text() and not dialog.result()
    ok.click()
    assert dialog.result() and dialog.server()[1].profile == "generic"


def test_what_stays_here_is_told_with_its_reason(
    dock: BacklogDock, server: GeoReportServer, sync: Callable[[], None], window: Any, qtbot: Any
) -> None:
    sync()
    save_server("ville", Server(server.url, title="Ville de test"), servers_file(), replace=True)  # takes no states
    sync()
    choose(dock, "ville/1")
    dock.set_state("resolved")
    window.bar.clearWidgets()
    sync()
    assert "1 change stays here" in message(window) and "nothing new" not in message(window)
    assert window.bar.currentItem().level() == Qgis.MessageLevel.Warning
    next(b for b in window.bar.currentItem().findChildren(QPushButton) if b.text() == "See…").click()
    assert dock.syncing.page is not None and not dock.syncing.page.send.isEnabled()
    dock.syncing.page.close()


def test_a_damaged_file_of_servers_is_told(window: Any, qtbot: Any) -> None:
    servers_file().write_text("servers: [1, 2", encoding="utf-8")
    page = ServerList()
    qtbot.addWidget(page)
    assert str(servers_file()) in page._message.text()


def test_what_a_pack_and_the_desk_changed_is_not_sent_until_it_is_decided(
    dock: BacklogDock, server: GeoReportServer, sync: Callable[[], None], tmp_path: Path, qtbot: Any
) -> None:
    from sigma_communes.core import territory
    from sigma_communes.core.jobs import packs
    from sigma_communes.core.pack import Order, find, make
    from sigma_communes.core.store import Workspace

    sync()
    path, known = dock._workspace.path, territory.load()
    made = make(find(known, "Aubagne"), Order((), path), tmp_path / "packs", territory=known)
    with Workspace.open(made.path / "pack.gpkg") as pack:
        pack._connection.execute("UPDATE report SET state = 'resolved' WHERE id = 'ville/1'")
    choose(dock, "ville/1")
    dock.set_state("in_progress")
    settled(dock, qtbot)
    assert packs.bring_pack_home(made.path, path).conflicts == 1
    sync()
    assert {call.method for call in server.calls} == {"GET"}  # neither version has left
    dock.show_conflicts("ville/1")
    dialog = dock._conflicts
    qtbot.addWidget(dialog)
    row = [dialog.table.item(0, column).text() for column in (0, MINE, THEIRS)]
    assert row == ["State", "In progress", "Resolved\npack Aubagne"]
    assert dialog.table.horizontalHeaderItem(THEIRS).text().startswith("In the pack\nAubagne")
    assert "pack: Aubagne" in dialog._note.text() and dialog.all_theirs.text() == "All of the pack"
    dialog.all_theirs.click()
    dialog.decide.click()
    assert rows(path, "SELECT state FROM report WHERE id = 'ville/1'") == [("resolved",)]
    sync()
    assert [call.method for call in server.calls if call.method != "GET"] == ["PATCH"]
    assert rows(path, "SELECT count(*) FROM change") == rows(path, "SELECT count(*) FROM conflict") == [(0,)]
