# SPDX-License-Identifier: GPL-2.0-or-later
"""One report server, as lazy generators: a list is paged, freed of repeats and brought to an end here.

Every page is parsed whole before its first record is given, and reading is all that is ever repeated; what is sent
is sent once (see :func:`..transport.fetch`), and an error says whether the server may have taken it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any, Optional, TypeVar
from urllib.parse import quote, urljoin, urlsplit

import requests

from ... import transport
from ...errors import DataError, UsageError
from ...feedback import SILENT, Feedback
from ...model import Rejected, Report
from ...transport import (
    NO_CREDENTIALS,
    Answer,
    BadAnswer,
    BadRequest,
    Credentials,
    Limits,
    NotFound,
    ServerFailed,
    TooLarge,
    TransportError,
)
from ..formats.body import read_body
from ..formats.dates import iso_date
from ..formats.georeport import (
    Created,
    Service,
    ServiceDefinition,
    Update,
    parse_created,
    parse_errors,
    parse_requests,
    parse_service_definition,
    parse_services,
    parse_updates,
    plausible,
)
from ..formats.periods import EARLIEST, Period, cut, moment, stamp
from ..formats.position import Area
from .listing import Known, Reading, asked_for
from .profile import Profile, load_profile
from .registry import Opening
from .source import Abilities, ChangedRequest, NewRequest, identity_of

T = TypeVar("T")
__all__ = ["Client", "NewRequest"]

_FAR = 0.01  # degrees, a kilometre: a server that moves a report to its street moves it less
_READS = 3  # of one page whose text is damaged
_EARLIEST = f"{EARLIEST:%Y-%m-%d}"
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
# Where dates go that are none: .NET's empty date, a table's day 0, the epoch's, and the last ones that are too early.
_ODD_STARTS = tuple(
    datetime(*day, tzinfo=timezone.utc) for day in ((1, 1, 1), (1899, 12, 1), (1969, 12, 31), (1999, 10, 4))
)
_MOST_CALLS = 20_000  # of one list: two million records by pages of a hundred


class Client:
    """A server, its profile and a session.

    Parameters
    ----------
    url : str
        The address below which ``services`` and ``requests`` are.
    profile : Profile
        See :func:`.profile.load_profile`.
    session : requests.Session
        From :func:`..transport.new_session`.
    name : str
        ``Report.source``; the host where not given.
    key : str
        An API key; it goes where the profile says, never into a URL.
    given : mapping
        Parameters of every call that the profile needs from a person, e.g. ``jurisdiction_id``.
    sender : mapping, optional
        Who sends, as the server wants to know it (``email``, ``first_name``): goes into what is sent, never into a URL.
    area : tuple, optional
        Where positions should lie: west, south, east, north in degrees.

    Raises
    ------
    UsageError
        A parameter that the profile needs is not given, or the URL is none.
    """

    def __init__(
        self,
        url: str,
        profile: Profile,
        session: requests.Session,
        *,
        name: str = "",
        key: str = "",
        given: Optional[Mapping[str, str]] = None,
        sender: Optional[Mapping[str, str]] = None,
        area: Optional[Area] = None,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        feedback: Feedback = SILENT,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            step = "Give an address that begins with https://"
            raise UsageError("Is no address of a server", where=transport.scrubbed(url), next_step=step)
        given = dict(given or {})
        missing = [need for need in profile.needs if not given.get(need)]
        if missing:
            step = f"Give {', '.join(missing)} in the settings of this server"
            raise UsageError(
                f"Servers of the kind {profile.title} need {', '.join(missing)}", where=name, next_step=step
            )
        self.url = url.rstrip("/")
        self.identity = identity_of(url, given)
        self.profile = profile
        self.name = name or parts.hostname
        self._session = session
        self._params = {**profile.params, **given}
        self._sender = dict(sender or {})
        self._ahead = timedelta(0)
        self._calls, self._most_calls, self._ignores_dates = 0, _MOST_CALLS, False
        self._counted_from: Optional[int] = None
        self._hides_closed: Optional[bool] = None
        self._ready: Optional[tuple[Mapping[str, str], list[Report | Rejected]]] = (
            None  # a page that was read to compare
        )
        self._area = area
        self._limits = limits
        self._feedback = feedback
        self._credentials = replace(_credentials(profile, key), origin=url)

    # --- reading ---------------------------------------------------------------------------------------------------

    def services(self) -> Iterator[Service | Rejected]:
        """Give the kinds of requests that the server takes; nothing where it lists none."""
        if not self.profile.paths.services:
            return
        answer = self._get(self.profile.paths.services)
        yield from self._parsed(parse_services, answer, dialect=self.profile.service_dialect)

    def definition(self, service_code: str) -> ServiceDefinition:
        """Return the attributes that a service asks for (where ``Service.metadata`` is true)."""
        answer = self._get(self.profile.paths.definition, service_code)
        return parse_service_definition(answer.body, source=self.name, content_type=answer.content_type)

    def requests(
        self,
        *,
        since: Optional[datetime] = None,
        until: Optional[datetime] = None,
        changed: bool = False,
        status: str = "",
        service_codes: Sequence[str] = (),
    ) -> Iterator[Report | Rejected]:
        """Give requests, each id once, oldest period first.

        Parameters
        ----------
        since, until : datetime, optional
            When they were made, or with ``changed`` when they last changed. A time without zone is UTC.
        changed : bool
            Ask by the date of change; the profile must know how (``periods.changed_start``).
        status : str
            ``open`` or ``closed``: only these.
        service_codes : sequence of str
            Only these.

        Yields
        ------
        Report or Rejected
            Filtered here again, whatever the server did. A period that the server does not give whole, although
            it was halved as often as possible, ends with a Rejected that says so.

        Raises
        ------
        UsageError
            ``changed``, and the profile knows no such parameter.
        TransportError, DataError
            A page could not be read, after repeated tries. What was given before stands.
        """
        if changed and not self.profile.periods.changed_start:
            raise UsageError(f"{self.profile.title} can't be asked for changes", where=self.name)
        codes: Sequence[str] = service_codes or ("",)
        known = Known()
        self._calls = 0
        wanted = asked_for(since, until, status, frozenset(service_codes))
        for asked in self._statuses(status):
            for code in codes:
                fixed = {name: value for name, value in (("status", asked), ("service_code", code)) if value}
                for period in self.periods(since, until, changed=changed):
                    seen: set[str] = set()
                    for verdict in self._period(period, fixed, changed, known, wanted):
                        if isinstance(verdict, Report):
                            seen.add(verdict.status)
                        yield verdict
                    if not asked and not status and self._gives_open_only(seen, period, fixed, changed):
                        closed = {**fixed, "status": "closed"}
                        yield from self._period(period, closed, changed, known, wanted)

    def periods(
        self, since: Optional[datetime] = None, until: Optional[datetime] = None, *, changed: bool = False
    ) -> Iterator[Period]:
        """Give the periods that :meth:`requests` asks for one after the other, oldest first."""
        names = self._date_names(changed)
        return cut(since, until, self.profile.periods.days if names[0] else 0, now=self.now())

    def now(self) -> datetime:
        """Return the present time in UTC by this computer's clock or the server's, whichever is later."""
        return datetime.now(timezone.utc) + max(timedelta(0), self._ahead)

    def clock(self) -> datetime:
        """Return the present time in UTC by the server's clock: its last answer said how far it is ahead or behind."""
        return datetime.now(timezone.utc) + self._ahead

    @property
    def abilities(self) -> Abilities:
        """What the server can do."""
        writing = self.profile.writing
        updates = writing.updates != "none"
        return Abilities(
            changes=bool(self.profile.periods.changed_start),
            updates=bool(self.profile.paths.updates),
            create=writing.create,
            comments=updates,
            status=updates and writing.status,
            fields=frozenset(writing.fields) if writing.updates == "patch" else frozenset(),
            states=writing.states if updates and writing.status else {},
            state_field=writing.state_field,
            photos=writing.media == "multipart",
            longest=writing.longest,
            listed=writing.listed,
            settle=writing.settle,
        )

    def request(self, service_request_id: str) -> Optional[Report]:
        """Return one request, or None where the server has none of this id."""
        try:
            answer = self._get(self.profile.paths.request, service_request_id)
            verdicts = self._parsed(parse_requests, answer, dialect=self.profile.dialect, area=self._area)
        except NotFound:
            return None
        wanted = service_request_id.casefold()
        for verdict in verdicts:
            if isinstance(verdict, Report) and verdict.service_request_id.casefold() == wanted:
                return verdict
        return None

    def updates(
        self, since: Optional[datetime] = None, until: Optional[datetime] = None
    ) -> Iterator[Update | Rejected]:
        """Give comments and changes of status (``servicerequestupdates``), each once; nothing where there are none."""
        if not self.profile.paths.updates:
            return
        known: set[str] = set()
        for period in cut(since, until, self.profile.periods.days, now=self.now()):
            try:
                answer = self._get(self.profile.paths.updates, params=self._dates(period, ("start_date", "end_date")))
            except (BadRequest, NotFound) as error:
                self._feedback.info(f"{self.name} lists no updates: {error.what}")
                return
            for update in self._parsed(parse_updates, answer, dialect=self.profile.dialect):
                if isinstance(update, Update):
                    if update.update_id in known:
                        continue
                    known.add(update.update_id)
                yield update

    def token(self, token: str) -> Created:
        """Ask which id a request got that was accepted with a token; its id is empty as long as it has none."""
        answer = self._get(self.profile.paths.token, token)
        created = parse_created(answer.body, source=self.name, content_type=answer.content_type)
        return created[0] if created else Created(token=token)

    # --- sending ---------------------------------------------------------------------------------------------------

    def create(self, new: NewRequest) -> Created:
        """Send a new request, once.

        Raises
        ------
        UsageError
            The server takes none, or not this: no position nor address, a text that is too long, a photo.
        TransportError
            ``may_have_acted`` says whether the request may stand on the server all the same: then look for it
            before anything is sent again.
        """
        writing = self.profile.writing
        if not writing.create:
            raise UsageError(f"{self.profile.title} takes no new requests from here", where=self.name)
        if (new.lon is None or new.lat is None) and not new.address and not new.extra.get("address_id"):
            raise UsageError("A request needs a position or an address", where=self.name)
        if len(new.description) > writing.longest:
            what = f"The description has {len(new.description):,} characters; the server takes {writing.longest:,}"
            raise UsageError(what, where=self.name, next_step="Shorten it")
        if new.photo and writing.media != "multipart":
            raise UsageError("The server takes no photos, only their addresses", where=self.name)
        form: dict[str, Any] = {"service_code": new.service_code, "description": new.description}
        form.update({**self._sender, **new.extra})
        if new.lon is not None and new.lat is not None:
            form.update(lat=repr(float(new.lat)), long=repr(float(new.lon)))
        form.update({k: v for k, v in (("address_string", new.address), ("media_url", new.media_url)) if v})
        for code, value in new.attributes.items():
            single = isinstance(value, str)
            form[f"attribute[{code}]" if single else f"attribute[{code}][]"] = value if single else list(value)
        files = {"media": new.photo} if new.photo else None
        answer = self._send("POST", self.profile.paths.requests, "", form, files)
        return self._believed(answer, self._taken(answer), new)

    def update(self, service_request_id: str, edit: ChangedRequest) -> None:
        """Send a comment, a change of status or of other fields for a request, once; raises as :meth:`create` does.

        A state is sent in the server's own word where its profile knows one.
        """
        writing = self.profile.writing
        unknown = sorted(set(edit.fields) - self.abilities.fields)
        if writing.updates == "none" or (edit.status and not writing.status) or unknown:
            what = f"changes of {', '.join(unknown)}" if unknown else "changes of status" if edit.status else "comments"
            raise UsageError(f"{self.profile.title} takes no {what} from here", where=self.name)
        form = {k: v for k, v in (("status", edit.status), ("description", edit.comment)) if v}
        if edit.status and edit.state in writing.states:
            del form["status"]
            form[writing.state_field] = writing.states[edit.state]
        if writing.updates == "patch":
            form = {"status_notes" if name == "description" else name: value for name, value in form.items()}
            for name, value in edit.fields.items():
                theirs = writing.fields[name]
                pair = "," in theirs  # a position: "lat,long" takes "43.3,5.4"
                form.update(zip(theirs.split(","), value.split(",")) if pair else {theirs: value})
            sent = {**self._sender, **form}
            answer = self._send("PATCH", self.profile.paths.request, service_request_id, sent, None)
        else:
            form["service_request_id"] = service_request_id
            answer = self._send("POST", self.profile.paths.updates, "", {**self._sender, **form}, None)
        self._accept(answer)

    def media(self, url: str, *, max_bytes: int) -> Answer:
        """Fetch what ``media_url`` of a report names, without any key; raises as reading does."""
        address = urljoin(f"{self.url}/", url)
        if urlsplit(address).scheme not in ("http", "https"):
            raise UsageError("Is no address of a photo", where=transport.scrubbed(address))
        transport.wait(self.profile.pause, self._feedback)
        limits = replace(self._limits, max_bytes=max_bytes)
        return transport.fetch(self._session, address, limits=limits, feedback=self._feedback)

    # --- one period ------------------------------------------------------------------------------------------------

    def _period(
        self,
        period: Period,
        fixed: Mapping[str, str],
        changed: bool,
        known: Known,
        wanted: Callable[[Report], bool],
    ) -> Iterator[Report | Rejected]:
        if self._ignores_dates and period.said:
            return  # every period gives the same, and the first one gave it
        whole = yield from self._read(period, fixed, changed, known, wanted)
        if not whole.fits:
            yield from self._narrower(period, whole, fixed, changed, known, wanted)

    def _narrower(
        self,
        period: Period,
        whole: Reading,
        fixed: Mapping[str, str],
        changed: bool,
        known: Known,
        wanted: Callable[[Report], bool],
    ) -> Iterator[Report | Rejected]:
        """Give a period that does not fit one answer by its halves, and these by theirs.

        Two halves that give exactly what the whole gave say that dates are not looked at: nothing more will come.
        """
        halves = period.halves(self.profile.periods.seconds) if self._date_names(changed)[0] else ()
        if self._calls > self._most_calls or not halves:
            reason = "may be cut off: shorter periods can't be asked for"
            if halves:
                reason = f"does not end: stopped after {self._calls:,} calls"
            yield from whole.rejected
            yield Rejected(f"{self.name}: {period}", f"the list of {whole.came} records {reason}")
            return
        found = []
        for half in halves:
            reading = yield from self._read(half, fixed, changed, known, wanted)
            found.append((half, reading))
        if whole.ids and all(not reading.fits and reading.ids == whole.ids for _, reading in found):
            self._ignores_dates = True
            yield from whole.rejected
            yield from self._read(period, fixed, changed, known, lambda report: wanted(replace(report, **_UNDATED)))
            reason = "may be cut off: neither dates nor pages are looked at"
            yield Rejected(f"{self.name}: {period}", f"the list of {whole.came} records {reason}")
            return
        for half, reading in found:
            if not reading.fits:
                yield from self._narrower(half, reading, fixed, changed, known, wanted)

    def _read(
        self,
        period: Period,
        fixed: Mapping[str, str],
        changed: bool,
        known: Known,
        wanted: Callable[[Report], bool],
    ) -> Generator[Report | Rejected, None, Reading]:
        """Give what one period gives; return what became of it."""
        divisible = bool(self._date_names(changed)[0] and period.halves(self.profile.periods.seconds))
        reading = Reading()
        try:
            for report in self._pages(period, fixed, changed, divisible, reading):
                if wanted(report) and known.add(report):
                    yield report
        except TooLarge:
            if not divisible:
                raise
        if reading.endless:
            yield from reading.rejected
            what = f"the list of {reading.came} records does not end: stopped after {self._calls:,} calls"
            yield Rejected(f"{self.name}: {period}", what)
        elif reading.whole:
            yield from reading.rejected
        return reading

    def _pages(
        self, period: Period, fixed: Mapping[str, str], changed: bool, divisible: bool, reading: Reading
    ) -> Iterator[Report]:
        paging = self.profile.paging
        params = {**fixed, **(self._dates(period, self._date_names(changed)) if period.said else {})}
        if paging.size:
            params[paging.size] = str(paging.page_size)
        here: set[str] = set()
        first = repeats = empties = 0
        counted_from = self._first_page(params)
        for index in range(paging.most_pages):
            if self._calls > self._most_calls:
                break
            step = paging.page_size if paging.style == "offset" else 1
            page = {} if paging.style == "none" else {paging.page: str(counted_from + index * step)}
            verdicts = self._page({**params, **page}, later=reading.came > 0)
            reading.came += len(verdicts)
            place = f"{self.name}, page {counted_from + index * step} of {period}"
            ids = set()
            for at, verdict in enumerate(verdicts):
                if isinstance(verdict, Rejected):
                    ids.add(f"\0{at} {verdict.reason}")
                    reading.rejected.append(replace(verdict, where=verdict.where.replace(self.name, place, 1)))
                else:
                    ids.add(verdict.service_request_id)
                    yield verdict
            reading.ids |= ids
            count = len(verdicts)
            first = first or count
            if paging.style == "none":
                reading.whole = not self._looks_cut(count)
                return
            if not paging.ordered and divisible and count >= paging.page_size:
                return
            if paging.short_page_ends and count < paging.page_size:
                reading.whole = True
                return
            empties = 0 if count else empties + 1
            repeats = repeats + 1 if count and ids <= here else 0
            if empties >= paging.empties:
                reading.whole = True
                return
            if repeats >= paging.repeats:
                # Either the last page comes again and again, or pages are not known here and the first one does.
                ignored = len(here) <= first and index == paging.repeats
                reading.whole = not (ignored and self._looks_cut(first))
                return
            here |= ids
        reading.endless = True

    def _gives_open_only(self, seen: set[str], period: Period, fixed: Mapping[str, str], changed: bool) -> bool:
        """Say whether closed requests come only where they are asked for: found out at the first list of open ones."""
        if self._hides_closed is None and seen == {"open"} and not self.profile.statuses:
            found = self._period(period, {**fixed, "status": "closed"}, changed, Known(), lambda report: True)
            self._hides_closed = any(isinstance(v, Report) and v.status == "closed" for v in found)
            if self._hides_closed:
                self._feedback.info(f"{self.name} gives open reports only unless closed ones are asked for; they are")
        elif "closed" in seen:
            self._hides_closed = self._hides_closed or False
        return bool(self._hides_closed)

    def _first_page(self, params: Mapping[str, str]) -> int:
        """Return the number of the first page; where it is not known for sure, page 0 is compared with page 1 once."""
        paging = self.profile.paging
        if paging.style != "page" or not paging.look_at_zero:
            return paging.first
        if self._counted_from is None:
            found = []
            for number in (0, 1):
                try:
                    verdicts = self._page({**params, paging.page: str(number)}, later=True)
                except (BadRequest, NotFound, ServerFailed, DataError):
                    verdicts = []
                found.append({v.service_request_id for v in verdicts if isinstance(v, Report)})
                if number == 1:
                    self._ready = ({**params, paging.page: "1"}, verdicts)
            if not any(found):
                return paging.first  # nothing there: asked again with the next list
            self._counted_from = 0 if found[0] - found[1] else paging.first
        return self._counted_from

    def _page(self, params: Mapping[str, str], *, later: bool = False) -> list[Report | Rejected]:
        """Read a page; behind others (``later``) nothing found is the end of the list, as a 404 says it too."""
        ready, self._ready = self._ready, None
        if ready is not None and ready[0] == params:
            return ready[1]
        empty = frozenset({*self.profile.empty, *([404] if later else [])})
        for attempt in range(1, _READS + 1):
            self._calls += 1
            answer = self._get(self.profile.paths.requests, params=params, accept=empty)
            if answer.status in empty:
                self._check_empty(answer)
                return []
            try:
                verdicts = self._parsed(parse_requests, answer, dialect=self.profile.dialect, area=self._area)
                latest = (self.now() + timedelta(days=1)).isoformat()
                return [self._dated(verdict, latest) for verdict in verdicts]
            except DataError as error:
                if attempt == _READS:
                    raise
                self._feedback.info(f"{error.what}; reading the page again")
                transport.wait(self._limits.backoff * attempt, self._feedback)
        raise DataError("No page was read", where=self.name)  # not reached: the loop returns or raises

    @staticmethod
    def _dated(verdict: Report | Rejected, latest: str) -> Report | Rejected:
        """Return a report without dates that can't be: before any report server, or to come; ``extra`` keeps them.

        They come from empty fields and wrong clocks, and would hide the report from every period.
        """
        if isinstance(verdict, Rejected):
            return verdict
        wrong = {
            name: value
            for name, value in (
                ("requested_datetime", verdict.requested_datetime),
                ("updated_datetime", verdict.updated_datetime),
            )
            if value and not _EARLIEST <= value[:10] <= latest[:10]
        }
        if not wrong:
            return verdict
        dates: dict[str, Any] = dict.fromkeys(wrong)
        return replace(verdict, **dates, extra={**wrong, **verdict.extra})

    def outside(self) -> Iterator[Report | Rejected]:
        """Give the reports that no period of :meth:`periods` holds: dated before 2000, or after tomorrow.

        Nothing where the server is asked without dates. One that refuses such dates has none.
        """
        name, _ = self._date_names(False)
        days = timedelta(days=self.profile.periods.days)
        if not name or not days:
            return
        tomorrow = self.now() + timedelta(days=1)
        asked: list[tuple[dict[str, str], Period]] = [({}, Period(start, start + days)) for start in _ODD_STARTS]
        asked.append(({}, Period(_EPOCH, EARLIEST)))
        # Without an end: many servers give no more than some days from the start on.
        to_come = {name: stamp(tomorrow, self.profile.periods.dates)}
        asked.append((to_come, Period(tomorrow, tomorrow + timedelta(days=36500), said=False)))
        limits, known = self._limits, Known()
        self._limits, self._calls = replace(limits, retries=0), 0
        try:
            for status in self._statuses(""):
                for dates, period in asked:
                    fixed = {**dates, **({"status": status} if status else {})}
                    try:
                        yield from self._period(period, fixed, False, known, _odd)
                    except (BadRequest, NotFound, ServerFailed, DataError) as error:
                        self._feedback.info(f"{self.name} does not take the dates {period}: {error.what}")
        finally:
            self._limits = limits

    def _check_empty(self, answer: Answer) -> None:
        """Raise where a status that means an empty list comes with a web page: the address is wrong."""
        try:
            read_body(answer.body or b"[]", source=self.name, content_type=answer.content_type)
        except DataError as error:
            raise NotFound(
                f"Nothing is at this address ({answer.status})",
                where=answer.url,
                next_step="Check the address of the server",
                status=answer.status,
                body=answer.body[:2000],
                may_have_acted=False,
            ) from error

    def _looks_cut(self, count: int) -> bool:
        paging, caps = self.profile.paging, self.profile.periods.caps
        full = bool(paging.size) and count >= paging.page_size
        return count > 0 and (full or count in caps or (bool(caps) and count >= max(caps)))

    # --- calls -----------------------------------------------------------------------------------------------------

    def _statuses(self, status: str) -> tuple[str, ...]:
        """Return what to ask for, call by call: the words that the profile names, as far as they hold ``status``."""
        asked = self.profile.statuses or ("",)
        return tuple(word for word in asked if not status or not word or status in word.split(",")) or asked

    def _date_names(self, changed: bool) -> tuple[str, str]:
        periods = self.profile.periods
        return (periods.changed_start, periods.changed_end) if changed else (periods.start, periods.end)

    def _dates(self, period: Period, names: tuple[str, str]) -> dict[str, str]:
        form = self.profile.periods.dates
        pairs = ((names[0], period.start), (names[1], period.end))
        return {name: stamp(time, form) for name, time in pairs if name}

    def _address(self, path: str, identifier: str) -> str:
        if not path:
            raise UsageError(f"{self.profile.title} has no such list", where=self.name)
        return f"{self.url}/{path.format(format=self.profile.format, id=quote(identifier, safe=''))}"

    def _get(
        self,
        path: str,
        identifier: str = "",
        *,
        params: Optional[Mapping[str, str]] = None,
        accept: frozenset[int] = frozenset(),
    ) -> Answer:
        transport.wait(self.profile.pause, self._feedback)
        with words_of_the_server(self.name):
            answer = transport.fetch(
                self._session,
                self._address(path, identifier),
                params={**self._params, **(params or {})},
                headers=self.profile.headers,
                credentials=replace(self._credentials, form={}),
                limits=self._limits,
                accept=accept,
                feedback=self._feedback,
            )
        self._read_clock(answer)
        return answer

    def _read_clock(self, answer: Answer) -> None:
        """Learn from the header Date how far the server's clock is ahead or behind."""
        said = next((value for name, value in answer.headers.items() if name.lower() == "date"), "")
        at = moment(iso_date(said))
        if at is not None:
            self._ahead = at - datetime.now(timezone.utc)

    def _send(
        self, method: str, path: str, identifier: str, form: Mapping[str, Any], files: Optional[Mapping[str, Any]]
    ) -> Answer:
        transport.wait(self.profile.pause, self._feedback)
        with words_of_the_server(self.name):
            return transport.fetch(
                self._session,
                self._address(path, identifier),
                method=method,
                form={**self._params, **form},
                files=files,
                headers=self.profile.headers,
                credentials=self._credentials,
                limits=self._limits,
                feedback=self._feedback,
            )

    def _parsed(self, parse: Callable[..., Iterator[T]], answer: Answer, **options: Any) -> Iterator[T]:
        return parse(answer.body, source=self.name, content_type=answer.content_type, **options)

    def _accept(self, answer: Answer) -> None:
        """Raise BadAnswer where an answer to an update is a web page, an error or damaged: it may not have been taken.

        Nothing at all, or a word, is an answer.
        """
        if answer.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"<", b"{", b"["):
            return
        try:
            read_body(answer.body, source=self.name, content_type=answer.content_type)
            said = parse_errors(answer.body, source=self.name, content_type=answer.content_type)
        except DataError as error:
            what = f"Was sent a change, and its answer can't be read: {error.what}"
            raise BadAnswer(what, where=answer.url, status=answer.status) from error
        if said:
            what = f"Was sent a change, and answered {answer.status} with an error: {said[0]}"
            raise BadAnswer(what, where=answer.url, status=answer.status)

    def _believed(self, answer: Answer, created: tuple[Created, ...], new: NewRequest) -> Created:
        """Return what an answer says was made, where it can be about this request: some servers answer with their list.

        Raises
        ------
        BadAnswer
            It holds not one id or token, or a record of another service or place.
        """
        step = "Look on the server whether the request is there before sending it again"
        if len(created) != 1:
            what = f"Was sent a new request, and answered with {len(created)} records: it may not have been taken"
            raise BadAnswer(what, where=answer.url, next_step=step, status=answer.status)
        (one,) = created
        if not one.token and not plausible(one.service_request_id):
            raise BadAnswer("Took the request, and gave neither its id nor a token", where=answer.url, next_step=step)
        shown = (v for v in self._parsed(parse_requests, answer, dialect=self.profile.dialect) if isinstance(v, Report))
        report = next(shown, None)
        if one.service_request_id and report is not None:
            service = not report.service_code or new.service_code in (report.service_code, report.service_name)
            place = None in (report.lon, report.lat, new.lon, new.lat) or bool(report.position_flag)
            if not place and report.lon is not None and report.lat is not None:
                place = abs(report.lon - (new.lon or 0)) < _FAR and abs(report.lat - (new.lat or 0)) < _FAR
            if not (service and place):
                what = f"Was sent a new request, and answered with another one ({one.service_request_id})"
                raise BadAnswer(what, where=answer.url, next_step=step, status=answer.status)
        return one

    def _taken(self, answer: Answer) -> tuple[Created, ...]:
        """Read the answer to something sent: what can't be read may have been accepted."""
        try:
            return parse_created(answer.body, source=self.name, content_type=answer.content_type)
        except DataError as error:
            raise BadAnswer(
                f"Took what was sent, and its answer can't be read: {error.what}",
                where=answer.url,
                next_step="Look on the server whether the request is there before sending it again",
                status=answer.status,
                body=answer.body[:2000],
            ) from error


@contextmanager
def words_of_the_server(source: str) -> Iterator[None]:
    """Add the server's own reason to an error that is raised in the block."""
    try:
        yield
    except TransportError as error:
        said = parse_errors(error.body, source=source, content_type=error.content_type) if error.body else ()
        if said:
            error.what = f"{error.what}; it says “{'; '.join(map(str, said[:3]))}”"
        raise


def _credentials(profile: Profile, key: str) -> Credentials:
    if not key or profile.key.place == "none":
        return NO_CREDENTIALS
    pair = {profile.key.name: profile.key.prefix + key}
    return Credentials(headers=pair) if profile.key.place == "header" else Credentials(form=pair)


_UNDATED: dict[str, Any] = {"requested_datetime": None, "updated_datetime": None}


def _odd(report: Report) -> bool:
    """Say whether a report has no date, or none that can be: what was read in a period is not read again."""
    return report.requested_datetime is None


def open_source(opening: Opening) -> Client:
    """Return the source that a person set up."""
    server = opening.server
    west, south, east, north = server.area or (0.0, 0.0, 0.0, 0.0)
    return Client(
        server.url,
        load_profile(server.profile),
        opening.session,
        name=opening.name,
        key=opening.key,
        given=server.given,
        sender=server.sender,
        area=(west, south, east, north) if server.area else None,
        limits=opening.limits,
        feedback=opening.feedback,
    )
