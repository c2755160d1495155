#!/usr/bin/env python3
"""DavMail judges the stand-in: events, a series with exceptions, an answered meeting, a task, contacts and a list of them.

usage: STANDIN_PASSWORD=... davmail_peer.py EWS_URL CONTROL_URL USER

DavMail (Debian's davmail-server) is started between this script and the stand-in at EWS_URL. Every step looks at two
things: what DavMail shows, and what the stand-in holds, as JSON from its control endpoint. Ends with 0 when all steps
passed, 1 when one failed, 77 where there is no DavMail to ask.
"""

import json
import os
import re
import shutil
import sys
import traceback
import urllib.request

import davmail_cards
from davmail import JAR, Failed, crlf, expect, has, running


class StandIn:
    """What the stand-in holds."""

    def __init__(self, control_url, user):
        self.control_url = control_url.rstrip("/")
        self.user = user

    def ask(self, path):
        with urllib.request.urlopen(f"{self.control_url}/{path}", timeout=30) as answer:
            return json.load(answer)

    def items(self):
        return self.ask(f"mailbox/{self.user}")["items"]

    def send(self, path, content):
        data = json.dumps(content).encode()
        request = urllib.request.Request(f"{self.control_url}/{path}", data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def find(self, subject):
        """The items of that subject that are not in Deleted Items."""
        found = [item for item in self.items() if item["properties"].get("0x0037") == subject]
        return [item for item in found if item["folder"] != "Deleted Items"]

    def one(self, subject):
        found = self.find(subject)
        expect(len(found) == 1, f"the stand-in has {len(found)} items {subject!r}: {found}")
        return found[0]


def calendar(*components):
    return "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//example.org//judge//EN\n" + "\n".join(components) + "\nEND:VCALENDAR"


BERLIN = """BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE"""


def an_event(davmail, standin):
    path = "calendar/judge-event.ics"
    event = """BEGIN:VEVENT
        UID:judge-event@example.com
        DTSTAMP:20260101T000000Z
        DTSTART;TZID=Europe/Berlin:20260310T090000
        DTEND;TZID=Europe/Berlin:20260310T103000
        SUMMARY:{summary}
        LOCATION:Room 4
        DESCRIPTION:First line\\nSecond\\, with comma
        CLASS:PRIVATE
        BEGIN:VALARM
        ACTION:DISPLAY
        TRIGGER:-PT20M
        END:VALARM
        END:VEVENT"""
    before = set(davmail.list("calendar"))
    davmail.put(path, calendar(BERLIN, event.format(summary="Judge: event")))
    item = standin.one("Judge: event")
    properties = item["properties"]
    expect(item["folder"] == "Calendar" and item["class"] == "CalendarItem", item)
    expect(properties["Appointment/0x820d"] == "2026-03-10T08:00:00Z", properties)
    expect(properties["Appointment/0x820e"] == "2026-03-10T09:30:00Z", properties)
    expect(properties["Appointment/0x8208"] == "Room 4", properties)
    expect(properties["0x1000"].splitlines() == ["First line", "Second, with comma"], properties)
    expect(properties["Common/0x8501"] == 20 and properties["Common/0x8503"] is True, properties)
    expect(properties["0x0036"] == 2, properties)
    expect(item["uid"] == "judge-event@example.com", item)
    shown = davmail.get(path)
    has(shown, "SUMMARY:Judge: event", "LOCATION:Room 4", r"DTSTART;TZID=.*:20260310T090000", "CLASS:PRIVATE")
    # DavMail writes commas without their escape.
    has(shown, r"TRIGGER.*:-PT20M", r"DESCRIPTION:First line\\nSecond\\?, with comma")
    new = set(davmail.list("calendar")) - before
    expect(len(new) == 1, f"the listing has {len(new)} new entries")
    has(davmail.get(davmail.relative(new.pop())), "UID:judge-event@example.com")

    davmail.put(path, calendar(BERLIN, event.format(summary="Judge: changed").replace("T103000", "T110000")))
    expect(standin.find("Judge: event") == [], "the old subject is still there")
    changed = standin.one("Judge: changed")
    expect(changed["properties"]["Appointment/0x820e"] == "2026-03-10T10:00:00Z", changed)
    expect(changed["number"] == item["number"] and changed["version"] > item["version"], changed)
    has(davmail.get(path), "SUMMARY:Judge: changed", r"DTEND;TZID=.*:20260310T110000")

    davmail.delete(path)
    expect(standin.find("Judge: changed") == [], "the event is not deleted")
    expect(davmail.call("GET", path)[0] == 404, "the deleted event is still shown")


def a_stale_etag_is_refused(davmail, standin):
    path = "calendar/judge-etag.ics"
    event = calendar("BEGIN:VEVENT\nUID:judge-etag@example.com\nDTSTART:20260401T080000Z\nDTEND:20260401T090000Z\n"
                     "SUMMARY:Judge: etag\nEND:VEVENT")
    davmail.put(path, event)
    status, _, _ = davmail.call("PUT", path, crlf(event.replace("etag\n", "lost\n")), If_Match='"stale"',
                                Content_Type="text/calendar")
    expect(status == 412, f"a stale etag was answered with {status}")
    standin.one("Judge: etag")
    davmail.delete(path)


def a_series(davmail, standin):
    path = "calendar/judge-series.ics"
    master = """BEGIN:VEVENT
        UID:judge-series@example.com
        DTSTART;TZID=Europe/Berlin:20260316T090000
        DTEND;TZID=Europe/Berlin:20260316T093000
        SUMMARY:Judge: series
        RRULE:FREQ=WEEKLY;COUNT=6;BYDAY=MO
        {exdate}
        END:VEVENT"""
    moved = """BEGIN:VEVENT
        UID:judge-series@example.com
        RECURRENCE-ID;TZID=Europe/Berlin:20260330T090000
        DTSTART;TZID=Europe/Berlin:20260331T140000
        DTEND;TZID=Europe/Berlin:20260331T150000
        SUMMARY:Judge: moved
        END:VEVENT"""
    davmail.put(path, calendar(BERLIN, master.format(exdate="").replace("\n        \n", "\n")))
    item = standin.one("Judge: series")
    expect(item["rrule"].startswith("FREQ=WEEKLY;BYDAY=MO") and item["rrule"].endswith("COUNT=6"), item["rrule"])
    expect(item["exceptions"] == {} and item["deleted"] == [], item)

    # The change of the clock (29 March) lies between the first and the deleted occurrence. EXDATE is in UTC because
    # DavMail 6.0.1 takes its local time for UTC.
    davmail.put(path, calendar(BERLIN, master.format(exdate="EXDATE:20260406T070000Z"), moved))
    item = standin.one("Judge: series")
    expect(item["deleted"] == [4], item["deleted"])
    expect(list(item["exceptions"]) == ["3"], item["exceptions"])
    changes = item["exceptions"]["3"]
    expect(changes["original_start"].startswith("2026-03-30T07:00:00"), changes)
    expect(changes["properties"]["Appointment/0x820d"] == "2026-03-31T12:00:00Z", changes)
    expect(changes["properties"]["0x0037"] == "Judge: moved", changes)
    shown = davmail.get(path)
    has(shown, "SUMMARY:Judge: series", "SUMMARY:Judge: moved", r"RRULE:.*FREQ=WEEKLY.*", r"DTSTART;TZID=.*:20260316T090000")
    has(shown, r"EXDATE;TZID=.*:20260406T090000", r"RECURRENCE-ID.*:20260330T0[79]0000Z?", r"DTSTART;TZID=.*:20260331T140000")
    expect(shown.count("BEGIN:VEVENT") == 2, shown)
    davmail.delete(path)
    expect(standin.find("Judge: series") == [], "the series is not deleted")


def a_series_with_exceptions_at_once(davmail, standin):
    path = "calendar/judge-whole.ics"
    whole = calendar(
        "BEGIN:VEVENT\nUID:judge-whole@example.com\nDTSTART;VALUE=DATE:20260501\nDTEND;VALUE=DATE:20260502\n"
        "SUMMARY:Judge: days\nRRULE:FREQ=MONTHLY;BYDAY=1FR;COUNT=5\nEXDATE;VALUE=DATE:20260605\nEND:VEVENT"
    )
    davmail.put(path, whole)
    item = standin.one("Judge: days")
    expect(item["properties"]["Appointment/0x8215"] is True, item)
    expect(item["rrule"] == "FREQ=MONTHLY;BYDAY=1FR;COUNT=5", item["rrule"])
    expect(item["deleted"] == [2], item)
    has(davmail.get(path), "DTSTART;VALUE=DATE:20260501", "DTEND;VALUE=DATE:20260502")
    davmail.delete(path)


def a_meeting_of_somebody_else(davmail, standin):
    path = "calendar/judge-meeting.ics"
    meeting = calendar(
        "BEGIN:VEVENT\nUID:judge-meeting@example.com\nDTSTART:20260511T120000Z\nDTEND:20260511T130000Z\n"
        "SUMMARY:Judge: meeting 🎉\nCATEGORIES:Work\n"
        "ORGANIZER;CN=Bob Beispiel:mailto:bob@example.com\n"
        "ATTENDEE;CN=Anna;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION:mailto:anna@example.org\n"
        "ATTENDEE;CN=Zoë;ROLE=OPT-PARTICIPANT;PARTSTAT=ACCEPTED:mailto:zoe@example.com\nEND:VEVENT"
    )
    davmail.put(path, meeting)
    properties = standin.one("Judge: meeting 🎉")["properties"]
    emails = lambda key: [person["email"] for person in properties[f"internal/{key}"]]
    expect(emails("Organizer") == ["bob@example.com"], properties)
    expect(emails("RequiredAttendees") == ["anna@example.org"], properties)
    expect(emails("OptionalAttendees") == ["zoe@example.com"], properties)
    expect(properties["Appointment/0x8217"] == 3, properties)
    expect(properties["PublicStrings/Keywords"] == ["Work"], properties)
    shown = davmail.get(path)
    has(shown, "ORGANIZER.*:mailto:bob@example.com", "ATTENDEE.*:mailto:zoe@example.com", "SUMMARY:Judge: meeting 🎉")
    # Unlike creating, DavMail's way of deleting tells the others.
    expect(standin.ask("status")["mails_sent"] == 0, "creating a meeting sent mail")
    davmail.delete(path)
    expect(standin.find("Judge: meeting 🎉") == [], "the meeting is not deleted")


def a_task(davmail, standin):
    # DavMail shows tasks as part of the calendar and keeps them in the task folder.
    path = "calendar/judge-task.ics"
    task = """BEGIN:VTODO
        UID:judge-task@example.com
        DTSTAMP:20260101T000000Z
        SUMMARY:Judge: task
        DESCRIPTION:To do
        DTSTART;VALUE=DATE:20260310
        DUE;VALUE=DATE:20260320
        PRIORITY:1
        STATUS:{status}
        PERCENT-COMPLETE:{percent}
        END:VTODO"""
    davmail.put(path, calendar(task.format(status="IN-PROCESS", percent=30)))
    item = standin.one("Judge: task")
    properties = item["properties"]
    expect(item["folder"] == "Tasks" and item["class"] == "Task", item)
    expect(properties["Task/0x8101"] == 1 and abs(properties["Task/0x8102"] - 0.3) < 1e-9, properties)
    expect(properties["Task/0x8105"].startswith("2026-03-20"), properties)
    expect(properties["Task/0x8104"].startswith("2026-03-10"), properties)
    expect(properties["0x0017"] == 2, properties)
    shown = davmail.get(path)
    has(shown, "SUMMARY:Judge: task", "STATUS:IN-PROCESS", "PERCENT-COMPLETE:30(.0)?", "DUE;VALUE=DATE:20260320")

    davmail.put(path, calendar(task.format(status="COMPLETED", percent=100)))
    properties = standin.one("Judge: task")["properties"]
    expect(properties["Task/0x8101"] == 2 and properties["Task/0x811c"] is True, properties)
    has(davmail.get(path), "STATUS:COMPLETED")
    davmail.delete(path.replace(".ics", ".EML"))  # The name that it lists the task under.
    expect(standin.find("Judge: task") == [], "the task is not deleted")


def a_received_meeting_is_accepted(davmail, standin):
    lunch = {"Subject": "Judge: lunch", "UID": "judge-lunch@example.com", "Start": "2026-05-12T11:00:00Z",
             "End": "2026-05-12T12:00:00Z"}
    organizer = {"name": "Bob", "email": "bob@example.com"}
    before = set(davmail.list("calendar"))
    standin.send(f"mailbox/{standin.user}/invitations", {"organizer": organizer, "set": lunch})
    properties = standin.one("Judge: lunch")["properties"]
    expect(properties["Appointment/0x8218"] == 5, properties)
    path = davmail.relative((set(davmail.list("calendar")) - before).pop())
    shown = davmail.get(path)
    has(shown, "ORGANIZER.*:mailto:bob@example.com", "ATTENDEE.*:mailto:anna@example.org")
    unfolded = shown.replace("\r\n ", "")
    answer = re.sub(r"^(ATTENDEE.*?)PARTSTAT=NEEDS-ACTION(.*:mailto:anna@example.org)\r?$", r"\1PARTSTAT=ACCEPTED\2", unfolded,
                    flags=re.M)
    expect(answer != unfolded, f"there is nothing to answer in\n{unfolded}")
    davmail.put(path, answer.replace("\r\n", "\n"))
    properties = standin.one("Judge: lunch")["properties"]
    expect(properties["Appointment/0x8218"] == 3, properties)
    # DavMail lets Exchange tell the organizer.
    mail = standin.ask("mails")[-1]
    expect((mail["kind"], mail["to"]) == ("Accept", ["bob@example.com"]), mail)


def what_was_there_before(davmail, standin):
    """The seeded items are listed and their content can be read."""
    for collection, folders, kinds in (
        ("calendar", ("Calendar", "Tasks"), ("BEGIN:VEVENT", "BEGIN:VTODO")),
        ("contacts", ("Contacts",), ("BEGIN:VCARD",)),
    ):
        # DavMail leaves out tasks that were completed (Task/0x810f) at any time.
        shown = [item for item in standin.items() if "Task/0x810f" not in item["properties"]]
        there = sum(item["folder"] in folders for item in shown)
        listed = davmail.list(collection)
        expect(len(listed) == there, f"{collection} lists {len(listed)} of {there} items")
        for href in sorted(listed):
            status, _, text = davmail.call("GET", davmail.relative(href))
            known = any(kind in text for kind in kinds)
            expect(status == 200 and known, f"GET {href} answered {status}: {text}")


def all_of_it_was_valid(_davmail, standin):
    """No request or answer broke the schema."""
    status = standin.ask("status")
    expect(status["violations"] == [], status["violations"])
    if not status["checks_requests"]:
        print("  (no schema at hand: requests were not checked against it)")


STEPS = [
    an_event,
    a_stale_etag_is_refused,
    a_series,
    a_series_with_exceptions_at_once,
    a_meeting_of_somebody_else,
    a_received_meeting_is_accepted,
    a_task,
    *davmail_cards.STEPS,
    what_was_there_before,
    all_of_it_was_valid,
]


def main():
    if len(sys.argv) != 4 or "STANDIN_PASSWORD" not in os.environ:
        sys.exit(__doc__)
    if not JAR.is_file() or not shutil.which("java"):
        print("skipped: there is no DavMail (apt-get install davmail-server, or set DAVMAIL_JAR)")
        return 77
    ews_url, control_url, user = sys.argv[1:]
    password = os.environ["STANDIN_PASSWORD"]
    failed = 0
    with running(ews_url, user, password) as davmail:
        standin = StandIn(control_url, user)
        for step in STEPS:
            name = step.__name__.replace("_", " ")
            try:
                step(davmail, standin)
                print(f"✓ DavMail: {name}")
            except Failed as why:
                failed += 1
                print(f"✗ DavMail: {name}\n  {why}")
            except Exception:
                failed += 1
                print(f"✗ DavMail: {name}\n{traceback.format_exc()}")
    print("SKIPPED: DavMail did not judge Autodiscover: 6.0.1 has a class for it (AutoDiscoverMethod) that nothing calls", file=sys.stderr)
    print(f"DavMail: {len(STEPS) - failed} of {len(STEPS)} steps passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
