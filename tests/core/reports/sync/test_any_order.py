# SPDX-License-Identifier: GPL-2.0-or-later
"""Two desks and a server, in any order: edits on all sides, reads, sends, faults, ends of processes, decisions.

Whatever comes in whatever order, no edit of a person disappears and nothing arrives twice; and once the faults are
over, each workspace says what the server says, but for what its person still has to decide or to send.

``SIGMA_ORDERS`` is how many orders are tried (then other ones each time), of ``SIGMA_STEPS`` events at most; with
``SIGMA_SHRINK`` a failure is told by the fewest events that lead to it.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any, Optional

from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sigma_communes.core.errors import SigmaError
from sigma_communes.core.jobs.handling import send_replies, set_state
from sigma_communes.core.reports.sync.conflicts import open_conflicts, resolve
from sigma_communes.core.reports.sync.pull import pull
from sigma_communes.core.reports.sync.push import Pushed, push
from sigma_communes.core.store import Workspace
from sigma_communes.core.store.file.geometry import point
from sigma_communes.core.store.states import load_states

from .town import Desk, Town, Wish, desk, fields_of

ORDERS = int(os.environ.get("SIGMA_ORDERS", "20"))
STEPS = int(os.environ.get("SIGMA_STEPS", "25"))
TEXTS = ("description", "address")
FIELDS = (*TEXTS, "geom", "service_code")
QUESTION = {"geom": "position", "service_code": "service"}
FAULTS = ["drop before", "drop after", "500", "503", "400", "html", "cut", "truncated",
          "error 200", "429", "mis-encoded"]  # fmt: skip
STATES = sorted(load_states())
CLOSED = {name for name, state in load_states().items() if state.status == "closed"}

which = st.integers(0, 1)
pick = st.integers(0, 99)
ends = st.one_of(st.none(), st.none(), st.integers(0, 60))
faults = st.lists(
    st.tuples(
        st.sampled_from(FAULTS), st.sampled_from(["POST", "PATCH", "GET", ""]), st.integers(0, 3), st.integers(1, 3)
    ),
    max_size=2,
)


class AnyOrder(RuleBasedStateMachine):
    folder: Path

    def __init__(self) -> None:
        super().__init__()
        self.numbers = 0
        self.wrong: Optional[BaseException] = None

    @initialize(patch=st.booleans(), flips=st.booleans(), tokens=st.booleans(), count=st.integers(1, 4))
    def begin(self, patch: bool, flips: bool, tokens: bool, count: int) -> None:
        self.town = Town(patch=patch, flips_case=flips, tokens=tokens)
        self.town.__enter__()
        self.town.settle(count)
        self.place = tempfile.TemporaryDirectory(dir=self.folder)
        self.desks = [desk(name, Path(self.place.name), self.town) for name in ("anne", "bob")]

    def teardown(self) -> None:
        if not hasattr(self, "desks"):
            return
        try:
            self._all_is_well_in_the_end()
        finally:
            for each in self.desks:
                each.close()
            self.town.__exit__()
            self.place.cleanup()

    def fresh(self) -> int:
        self.numbers += 1
        return self.numbers

    def value(self, name: str, by: str) -> Any:
        n = self.fresh()
        if name == "geom":
            return (round(5 + n / 1000, 6), 43.2)
        return f"S{n % 4}" if name == "service_code" else f"{name} {n} of {by}"

    # --- at a desk -------------------------------------------------------------------------------------------------

    @rule(who=which, n=pick, name=st.sampled_from(FIELDS))
    def edit(self, who: int, n: int, name: str) -> None:
        self._edit(self.desks[who], n, name)

    def _edit(self, here: Desk, n: int, name: str) -> None:
        key = self._some(here, n)
        if key:
            self._wish(here, key, name, self.value(name, here.name))

    @rule(who=which, n=pick, status=st.sampled_from(["open", "closed"]))
    def edit_status(self, who: int, n: int, status: str) -> None:
        key = self._some(self.desks[who], n, at_server=True)
        if key:
            self._wish(self.desks[who], key, "status", status)

    @rule(who=which, n=pick, state=st.sampled_from(STATES), by_sql=st.booleans())
    def edit_state(self, who: int, n: int, state: str, by_sql: bool) -> None:
        here = self.desks[who]
        key = self._some(here, n)
        if not key:
            return
        row = here.row(key)
        assert row
        since = len(self.town.log)
        if by_sql:
            here.write(key, "state", state)
        else:
            try:
                set_state(here.ws, [key], state, here.name)
            except SigmaError:
                return
        if row["state"] != state:
            here.wishes[key, "state"] = Wish(state, since)

    @rule(who=which, n=pick)
    def take_back(self, who: int, n: int) -> None:
        """Set a field that was edited to what it was before."""
        here = self.desks[who]
        waiting = here.rows(
            "SELECT report_id, field, old FROM change JOIN report ON report.id = report_id WHERE action = 'update'"
            " AND field IN ('description', 'address', 'service_code', 'status') AND old NOT NULL ORDER BY change.fid"
        )
        if not waiting:
            return
        key, name, old = waiting[n % len(waiting)]
        before = here.wishes.get((key, name))
        row = here.row(key)
        assert row
        now = row[name]
        if now == old:
            return
        since = len(self.town.log)
        here.write(key, name, old)
        here.wishes[key, name] = Wish(old, since, now, before.since if before else since)

    def _wish(self, here: Desk, key: str, name: str, value: Any) -> None:
        row = here.row(key)
        assert row
        since = len(self.town.log)
        before, queued = here.wishes.get((key, name)), here.queued(row["id"]).get(name)
        here.write(key, name, value)
        if row[name] != value:
            back = queued is not None and queued[0][1] == value  # what it was before all edits
            earlier = before.since if before else since
            here.wishes[key, name] = Wish(value, since, row[name], earlier) if back else Wish(value, since)

    @rule(who=which, alike=st.booleans())
    def draw(self, who: int, alike: bool) -> None:
        here, n = self.desks[who], self.fresh()
        mark = f"{here.name} {n}"
        text = f"alike of {here.name}" if alike else f"drawn {mark}"
        place = (5.1, 43.1) if alike else (round(5.1 + n / 1000, 6), 43.1)
        extra = f'{{"attributes": {{"MARK": "{mark}"}}}}'
        here.sql(
            "INSERT INTO report (geom, service_code, description, extra) VALUES (?, 'S1', ?, ?)",
            point(*place),
            text,
            extra,
        )
        here.drawn[mark] = here.rows("SELECT id FROM report ORDER BY fid DESC LIMIT 1")[0][0]

    @rule(who=which, n=pick, template=st.booleans())
    def say(self, who: int, n: int, template: bool) -> None:
        here = self.desks[who]
        if self.town.patch and (who or template):
            return  # a note is a field there: the last one stands
        key = self._some(here, n, at_server=True)
        if key:
            text = "Vu" if template else f"say {self.fresh()}"
            send_replies(here.ws, {key: text}, here.name)
            here.said.append((key, text))

    @rule(who=which, n=pick)
    def throw_away(self, who: int, n: int) -> None:
        here = self.desks[who]
        key = self._some(here, n)
        if key and len(here.thrown) < 3:
            here.sql("DELETE FROM report WHERE id = ?", key)
            self._thrown(here, key)

    def _thrown(self, here: Desk, key: str) -> None:
        here.thrown.add(key)
        for wish in [w for w in here.wishes if w[0] == key]:
            del here.wishes[wish]
        here.said = [(k, text) for k, text in here.said if k != key]

    def _some(self, here: Desk, n: int, *, at_server: bool = False) -> Optional[str]:
        condition = "WHERE service_request_id NOTNULL" if at_server else ""
        keys = here.rows(f"SELECT id FROM report {condition} ORDER BY fid")  # noqa: S608
        return str(keys[n % len(keys)][0]) if keys else None

    # --- at the server ---------------------------------------------------------------------------------------------

    @rule(n=pick, name=st.sampled_from((*FIELDS, "status")))
    def edit_there(self, n: int, name: str) -> None:
        self._edit_there(n, name)

    def _edit_there(self, n: int, name: str) -> None:
        keys = list(self.town.reports)
        if not keys:
            return
        key, self.town.actor = keys[n % len(keys)], "the town"
        if name == "status":
            self.town.edit(key, status="closed" if self.town.reports[key]["status"] == "open" else "open")
            return
        value = self.value(name, "the town")
        if name == "geom":
            self.town.edit(key, long=value[0], lat=value[1])
        elif name == "service_code":
            self.town.edit(key, service_code=value, service_name=f"Service {value}")
        else:
            self.town.edit(key, **{name: value})

    @rule()
    def place_there(self) -> None:
        self.town.place(f"a citizen {self.fresh()}", 5.7)

    @rule(n=pick)
    def delete_there(self, n: int) -> None:
        keys = list(self.town.reports)
        if len(keys) > 1:
            self.town.delete(keys[n % len(keys)])

    @rule(days=st.sampled_from([-400, -3, 3, 400]))
    def shift_clock(self, days: int) -> None:
        """Let the server's clock go ahead or back, once: what came from a time to come and back nobody could list."""
        if self.town.clock:
            return
        self.town.now += timedelta(days=days)
        self.town.clock += timedelta(days=days)

    # --- between them ----------------------------------------------------------------------------------------------

    @rule(who=which, full=st.booleans(), wrong=faults, end=ends)
    def receive(self, who: int, full: bool, wrong: Any, end: Optional[int]) -> None:
        here = self.desks[who]
        self._go_wrong(wrong)
        with here.dying(end):
            try:
                pull(here.ws, here.client(), full=full)
            except SigmaError as error:
                note(f"pull: {error.what}")
        self.town.faults.clear()

    @rule(who=which, wrong=faults, end=ends)
    def send(self, who: int, wrong: Any, end: Optional[int]) -> None:
        self._send(self.desks[who], wrong, end)

    @rule(who=which, wrong=faults, n=pick, name=st.sampled_from((*FIELDS, "pull", "there", "full pull", "push there")))
    def send_while(self, who: int, wrong: Any, n: int, name: str) -> None:
        """Send, and before the server answers somebody edits here or there, or another process reads."""
        here = self.desks[who]

        def act() -> None:
            if name == "there":
                actor = self.town.actor
                self._edit_there(n, TEXTS[n % 2])
                self.town.actor = actor
            elif "pull" in name:
                with Workspace.open(here.path, create=False) as other:
                    pull(other, here.client(), full="full" in name)
            elif name != "push there":
                self._edit(here, n, name)

        def kept() -> None:
            try:
                act()
            except BaseException as error:
                self.wrong = error

        self.wrong = None
        self.town.meanwhile = kept
        self._send(here, wrong, None)
        self.town.meanwhile = None
        if self.wrong is not None and not isinstance(self.wrong, SigmaError):
            raise self.wrong

    def _send(self, here: Desk, wrong: Any, end: Optional[int]) -> Optional[Pushed]:
        self._go_wrong(wrong)
        self._look(here)
        self.town.overwritten.clear()
        self.town.actor = here.name
        with here.dying(end):
            try:
                return push(here.ws, here.client(), who=here.name)
            except SigmaError as error:
                note(f"push: {error.what}")
            finally:
                self.town.faults.clear()
                unseen = [
                    (key, name, value)
                    for key, name, value, by in self.town.overwritten
                    if by == here.name
                    and name in TEXTS
                    and (key, name, value) not in here.known
                    and not any(entry[:3] == (key, name, value) and entry[3] == here.name for entry in self.town.log)
                ]
                assert not unseen, f"{here.name} wrote over what nobody there had seen: {unseen}"
        return None

    def _go_wrong(self, wrong: Any) -> None:
        for kind, method, after, times in wrong:
            self.town.fault(kind, times, method=method, after=after)

    @rule(who=which, n=pick, choice=st.sampled_from(["mine", "theirs", "value"]), end=ends)
    def decide(self, who: int, n: int, choice: str, end: Optional[int]) -> None:
        here = self.desks[who]
        found = [c for c in open_conflicts(here.ws)]
        if not found:
            return
        conflict = found[n % len(found)]
        name = {"position": "geom", "service": "service_code"}.get(conflict.field, conflict.field)
        given: Any = choice
        value = None
        if choice == "value":
            if name not in TEXTS:
                return
            value = self.value(name, here.name)
            given = {name: value}
        since = len(self.town.log)
        before = here.wishes.get((conflict.report_id, name))
        if choice == "theirs":
            here.wishes.pop((conflict.report_id, name), None)
        elif choice == "value":
            here.wishes[conflict.report_id, name] = Wish(value, since)
        with here.dying(end):
            resolve(here.ws, conflict.report_id, given, who=here.name, field=conflict.field)
            return
        if before is not None:  # it ended: either all or nothing of it was done
            still = [c for c in open_conflicts(here.ws, conflict.report_id) if c.field == conflict.field]
            if still:
                here.wishes[conflict.report_id, name] = before

    # --- what always holds -----------------------------------------------------------------------------------------

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        if not hasattr(self, "desks"):
            return
        for here in self.desks:
            self._look(here)
            self._is_whole(here)
            for (key, name), wish in here.wishes.items():
                self._is_kept(here, key, name, wish)
            for key, text in set(here.said):
                row = here.row(key)
                assert row, f"{key} disappeared"
                waits = sum(new == text for _, _, new in here.queued(row["id"]).get("comment", []))
                heard = self.town.comments.count((row["theirs"], text))
                asked = here.said.count((key, text))
                if text != "Vu":
                    assert heard <= 1, f"{text} was sent {heard} times"
                assert waits + heard >= asked, f"{here.name}: {text} to {key} is lost"
        if not any(here.thrown for here in self.desks):
            self._same_words_each_once()
        for group, marks in self._groups().items():
            made = [mark for key, mark in self.town.made if mark in marks and key not in self.town.deleted]
            assert len(made) <= len(marks), f"{group}: {made} for {marks}"

    def _same_words_each_once(self) -> None:
        asked: Counter[str] = Counter()
        waits: Counter[str] = Counter()
        for here in self.desks:
            asked.update(self._theirs(here, key) for key, text in here.said if text == "Vu")
            for key, text in here.rows("SELECT report_id, new FROM change WHERE action = 'comment'"):
                waits.update([self._theirs(here, key)] if text == "Vu" else [])
        for key, times in asked.items():
            heard = self.town.comments.count((key, "Vu"))
            assert heard <= times <= heard + waits[key], f"Vu to {key}: {times} asked, {heard} heard, {waits[key]} wait"

    def _theirs(self, here: Desk, key: str) -> str:
        row = here.row(key)
        return row["theirs"] if row else ""

    def _groups(self) -> dict[str, list[str]]:
        """Return marks of drawn reports, those together that nobody can tell apart."""
        alike: dict[str, list[str]] = {}
        for here in self.desks:
            for mark in here.drawn:
                alike.setdefault(here.name, []).append(mark)
        return alike

    def _look(self, here: Desk) -> None:
        """Remember what was seen at a desk of the server's values."""
        for key, theirs, description, address in here.rows(
            "SELECT id, lower(service_request_id), description, address FROM report WHERE service_request_id NOTNULL"
        ):
            here.known |= {(theirs, "description", description), (theirs, "address", address)}
            for name, (_, other) in here.conflicts(key).items():
                here.known |= {(theirs, name, other.get(name))}
            for name, edits in here.queued(key).items():
                here.known |= {(theirs, name, old) for _, old, _ in edits}

    def _is_whole(self, here: Desk) -> None:
        doubled = here.rows(
            "SELECT source, lower(service_request_id) FROM report WHERE service_request_id NOTNULL GROUP BY 1, 2"
            " HAVING count(*) > 1"
        )
        assert not doubled, f"{here.name} has {doubled} twice"
        assert here.rows("SELECT count(*) FROM writer") == [(0,)]
        triggers = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'report_%insert'"
        assert here.rows(triggers) == [(2,)]
        ((points, indexed),) = here.rows("SELECT count(geom), (SELECT count(*) FROM rtree_report_geom) FROM report")
        assert points == indexed
        history = here.rows("SELECT * FROM history ORDER BY fid")
        assert history[: len(here.history)] == here.history, "history was changed"
        here.history = history

    def _is_kept(self, here: Desk, key: str, name: str, wish: Wish) -> None:
        row = here.row(key)
        assert row, f"{here.name}: {key} disappeared"
        if name in ("state", "status") and {(key, "state"), (key, "status")} <= here.wishes.keys():
            return  # two columns for one answer: they may contradict each other
        there = "status" if name == "state" else name
        wanted = ("closed" if wish.value in CLOSED else "open") if name == "state" else wish.value
        if row[name] == wish.value:
            queued = here.queued(row["id"])
            conflict = here.conflicts(row["id"])
            if name in queued or "insert" in queued or QUESTION.get(name, name) in conflict:
                return
        log = [e for e in enumerate(self.town.log) if e[1][0] == row["theirs"] and e[1][1] == there]
        before = [value for at, (_, _, value, _) in log if at < wish.since][-1:]
        after = [value for at, (_, _, value, _) in log if at >= wish.since]
        if wanted in (*before, *after):
            return
        if wish.undone is not None and not any(
            value == wish.undone and by == here.name for at, (_, _, value, by) in log if at >= wish.undone_since
        ):
            return
        if here.rows("SELECT 1 FROM gone WHERE report_id = ?", row["id"]) and row[name] == wish.value:
            return
        raise AssertionError(
            f"{here.name}: {name} of {key} is to be {wish.value!r}, is {row[name]!r} here, was {after or before} there;"
            f" queue {here.queued(row['id'])}, conflicts {here.conflicts(row['id'])}"
        )

    # --- and in the end --------------------------------------------------------------------------------------------

    def _all_is_well_in_the_end(self) -> None:
        self.town.faults.clear()
        for turn in range(6):
            quiet = True
            for here in self.desks:
                read = pull(here.ws, here.client())
                sent = self._send(here, [], None)
                assert sent
                quiet = quiet and not (read.new or read.changed or sent.created or sent.updated or sent.tokens)
                if sent.unknown:
                    quiet = False
                    if turn > 1:
                        self._ask(here, sent)
            if quiet:
                break
        assert quiet, "it does not come to rest"
        self.nothing_is_lost_or_doubled()
        for here in self.desks:
            # A server that can't be asked for changes is asked for what was made lately, by its clock.
            if self.town.patch or not self.town.clock:
                self._says_what_the_server_says(here, "after the changes were read")
            pull(here.ws, here.client(), full=True)
            self._says_what_the_server_says(here, "after all was read")
            gone = {key for (key,) in here.rows("SELECT report_id FROM gone")}
            for key, theirs in here.rows("SELECT id, lower(service_request_id) FROM report WHERE source = 'city'"):
                assert (theirs in {k.casefold() for k in self.town.reports}) != (key in gone), f"{key} is gone?"
            assert not here.rows("SELECT * FROM outbox WHERE state NOT IN ('sent', 'refused')")
            for mark, key in here.drawn.items():
                if key not in here.thrown:
                    row = here.row(key)
                    assert row and row["theirs"], f"{mark} never arrived"
        for group, marks in self._groups().items():
            made = [mark for _, mark in self.town.made if mark in marks]
            least = [m for here in self.desks for m, key in here.drawn.items() if m in marks and key not in here.thrown]
            assert len(least) <= len(made), f"{group}: {made}, not {marks}"

    def _ask(self, here: Desk, done: Pushed) -> None:
        """Do what a person does about reports of which it is not known whether they were taken."""
        marks = {key: mark for mark, key in here.drawn.items()}
        ours = "SELECT lower(service_request_id) FROM report WHERE id LIKE 'local/%'"
        known = {theirs for (theirs,) in here.rows(ours)}
        there = {mark: key for key, mark in self.town.made if key.casefold() not in known}
        taken = {key: there[marks[key]] for key in done.unknown if marks.get(key) in there}
        again = [key for key in done.unknown if key not in taken]
        push(here.ws, here.client(), who=here.name, taken=taken, again=again)

    def _says_what_the_server_says(self, here: Desk, when: str) -> None:
        for key, record in self.town.reports.items():
            ours = here.rows(
                "SELECT id FROM report WHERE source = 'city' AND lower(service_request_id) = ?", key.casefold()
            )
            if not ours:
                gone = here.rows(
                    "SELECT count(*) FROM change WHERE action = 'delete' AND report_id IN (SELECT ?1 UNION"
                    " SELECT report_id FROM alias WHERE lower(key) = lower(?1))",
                    f"city/{key}",
                )
                assert gone != [(0,)] or here.thrown, f"{here.name} does not have {key}, {when}"
                continue
            row = here.row(ours[0][0])
            assert row
            queued, conflicts = here.queued(row["id"]), here.conflicts(row["id"])
            for name, value in fields_of(record).items():
                if name in queued:
                    continue
                if QUESTION.get(name, name) in conflicts:
                    theirs = conflicts[QUESTION.get(name, name)][1]
                    if name in theirs:
                        assert theirs[name] == value, f"{here.name}: theirs of {key} is {theirs}, not {value}"
                    continue
                assert row[name] == value, f"{here.name}: {name} of {key} is {row[name]!r}, there {value!r}, {when}"


def test_any_order(tmp_path: Path) -> None:
    class Here(AnyOrder):
        folder = tmp_path

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=ORDERS,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize="SIGMA_ORDERS" not in os.environ,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink) if "SIGMA_SHRINK" in os.environ else (Phase.generate,),
            report_multiple_bugs=False,
            print_blob=False,
        ),
    )
