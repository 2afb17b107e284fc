# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The same gestures of a doctor in calendars of different kinds."""

import json
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

from ..providers import ical
from ..providers.caldav import CalDav
from ..providers.google import GoogleCalendar
from ..providers.google_events import read_time, write_time
from ..providers.microsoft import MicrosoftCalendar
from ..providers.microsoft_events import read_time as read_graph_time
from ..providers.microsoft_events import write_time as write_graph_time
from .fake_entra import CLIENT, SECRET, TENANT
from .fake_google import MAILBOX, FakeGoogle
from .fake_graph import FakeGraph
from .radicale_server import LOGIN, PASSWORD, Radicale


@dataclass(frozen=True)
class Outside:
    """An event as the owner of the calendar sees it; ``text`` is all of it."""

    title: str
    start: int
    text: str


class CaldavRig:
    """A calendar on a real CalDAV server."""

    client = CalDav

    @classmethod
    def _open_server(cls):
        return Radicale()

    @classmethod
    def _account_values(cls):
        return {"url": cls.server.url, "login": LOGIN, "password": PASSWORD}

    def _empty_server(self):
        for path in self.server.list():
            self.server.delete(path)

    def _ics(self, hour, minute=0, day=0):
        """Return a moment as iCalendar writes it."""
        return self._at(hour, minute, day).strftime("%Y%m%dT%H%M%SZ")

    def _outside(self, path):
        text = self.server.get(path)
        copy = ical.read_copy(ical.Calendar.from_ical(text), "")
        return Outside(copy.payload["title"], copy.payload["start"], text)

    def _move_outside(self, path, hour, was=10):
        self.server.edit(path, self._ics(was), self._ics(hour))
        self.server.edit(path, self._ics(was, 30), self._ics(hour, 30))

    def _rename_outside(self, path, title):
        old = self._outside(path).title
        self.server.edit(path, f"SUMMARY:{old}", f"SUMMARY:{title}")

    def _put_busy(self, uid, hour, day=0, hours=1, *lines):
        start, stop = self._at(hour, day=day), self._at(hour + hours, day=day)
        return self.server.put(
            uid,
            f"DTSTART:{start:%Y%m%dT%H%M%SZ}",
            f"DTEND:{stop:%Y%m%dT%H%M%SZ}",
            "SUMMARY:Golf",
            *lines,
        )

    def _put_free(self, uid, hour):
        return self._put_busy(uid, hour, 0, 1, "TRANSP:TRANSPARENT")

    def _put_series(self, uid, hour, days, without):
        rule = f"RRULE:FREQ=DAILY;COUNT={days}"
        gap = f"EXDATE:{self._ics(hour, day=without)}"
        return self._put_busy(uid, hour, 0, 1, rule, gap)

    def _put_day(self, uid, date):
        return self.server.put(uid, f"DTSTART;VALUE=DATE:{date:%Y%m%d}", "SUMMARY:Off")

    def _add_alarm(self, path):
        alarm = "BEGIN:VALARM\r\nACTION:AUDIO\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\n"
        self.server.edit(path, "END:VEVENT", alarm + "END:VEVENT")

    def _has_alarm(self, path):
        return "TRIGGER:-PT15M" in self.server.get(path)

    def _forget_cursors(self):
        self.calendar.cursor = "http://radicale.org/ns/sync/" + "0" * 64


class GoogleRig:
    """A calendar at the stand-in for Google, by a service account."""

    client = GoogleCalendar

    @classmethod
    def _open_server(cls):
        return FakeGoogle()

    @classmethod
    def _account_values(cls):
        return {
            "provider": "google",
            "mode": "app",
            "login": MAILBOX,
            "service_key": cls.server.service_key(),
        }

    def _empty_server(self):
        self.server.reset()

    def _outside(self, event_id):
        event = self.server.get(event_id)
        return Outside(event["summary"], read_time(event["start"]), json.dumps(event))

    def _times(self, start, stop):
        times = {"start": write_time(epoch(start)), "end": write_time(epoch(stop))}
        for value in times.values():
            del value["date"]
        return times

    def _move_outside(self, event_id, hour, was=10):
        self.assertEqual(self._outside(event_id).start, epoch(self._at(was)))
        times = self._times(self._at(hour), self._at(hour, 30))
        self.server.put(event_id, **times)

    def _rename_outside(self, event_id, title):
        self.server.put(event_id, summary=title)

    def _put_busy(self, event_id, hour, day=0, hours=1, **values):
        times = self._times(self._at(hour, day=day), self._at(hour + hours, day=day))
        return self.server.put(event_id, summary="Golf", **times, **values)

    def _put_free(self, event_id, hour):
        return self._put_busy(event_id, hour, transparency="transparent")

    def _put_series(self, event_id, hour, days, without):
        gap = self._at(hour, day=without)
        rules = [f"RRULE:FREQ=DAILY;COUNT={days}", f"EXDATE:{gap:%Y%m%dT%H%M%SZ}"]
        return self._put_busy(event_id, hour, recurrence=rules)

    def _put_day(self, event_id, date):
        end = date + timedelta(days=1)
        days = {"start": {"date": f"{date}"}, "end": {"date": f"{end}"}}
        return self.server.put(event_id, summary="Off", **days)

    def _add_alarm(self, event_id):
        self.server.put(event_id, colorId="5", reminders={"useDefault": False})

    def _has_alarm(self, event_id):
        return {"colorId", "reminders"} <= self.server.get(event_id).keys()

    def _forget_cursors(self):
        self.server.expire_cursors()


class MicrosoftRig:
    """A calendar at the stand-in for Microsoft Graph, by an application."""

    client = MicrosoftCalendar

    @classmethod
    def _open_server(cls):
        return FakeGraph()

    @classmethod
    def _account_values(cls):
        return {
            "provider": "microsoft",
            "mode": "app",
            "login": MAILBOX,
            "tenant": TENANT,
            "client_id": CLIENT,
            "client_secret": SECRET,
        }

    def _empty_server(self):
        self.server.reset()

    def _outside(self, event_id):
        event = self.server.get(event_id)
        start = read_graph_time(event["start"])
        return Outside(event["subject"], start, json.dumps(event))

    def _times(self, start, stop):
        return {
            "start": write_graph_time(epoch(start)),
            "end": write_graph_time(epoch(stop)),
        }

    def _move_outside(self, event_id, hour, was=10):
        self.assertEqual(self._outside(event_id).start, epoch(self._at(was)))
        times = self._times(self._at(hour), self._at(hour, 30))
        self.server.put(event_id, **times)

    def _rename_outside(self, event_id, title):
        self.server.put(event_id, subject=title)

    def _put_busy(self, event_id, hour, day=0, hours=1, **values):
        times = self._times(self._at(hour, day=day), self._at(hour + hours, day=day))
        return self.server.put(event_id, subject="Golf", **times, **values)

    def _put_free(self, event_id, hour):
        return self._put_busy(event_id, hour, showAs="free")

    def _put_series(self, event_id, hour, days, without):
        rule = {
            "pattern": {"type": "daily", "interval": 1},
            "range": {"type": "numbered", "numberOfOccurrences": days},
        }
        return self._put_busy(event_id, hour, recurrence=rule, gone=[without])

    def _put_day(self, event_id, date):
        midnight = datetime.combine(date, time())
        times = self._times(midnight, midnight + timedelta(days=1))
        return self.server.put(event_id, subject="Off", isAllDay=True, **times)

    def _add_alarm(self, event_id):
        self.server.put(event_id, reminderMinutesBeforeStart=15, isReminderOn=True)

    def _has_alarm(self, event_id):
        return self.server.get(event_id).get("reminderMinutesBeforeStart") == 15

    def _forget_cursors(self):
        self.server.expire_cursors()
