#!/usr/bin/env python3
"""What DavMail writes arrives in files, and DavMail shows what files say: the engine's reading of Exchange against
DavMail's, which speaks iCalendar and MAPI properties where the engine speaks typed ones.

usage: through_davmail.py EWS_URL CONTROL_URL USER
EXCHANGE_EXTENSION names the built extension; the password comes from the environment (STANDIN_PASSWORD). Ends with 0
when all steps passed, 1 when one failed, 77 where there is no DavMail to ask.
"""
import os
import shutil
import sys
import tempfile
import traceback

from control import Control
from davmail import JAR, running
from davmail_cards import PHOTO
from files import Files, calendar, has, what_another_one_writes


def an_event_arrives(davmail, files):
    davmail.put("calendar/one.ics", calendar("""
        BEGIN:VEVENT
        UID:one@example.com
        DTSTAMP:20260101T000000Z
        DTSTART;VALUE=DATE:20260310
        DTEND;VALUE=DATE:20260312
        SUMMARY:Two days
        LOCATION:Room 4
        DESCRIPTION:First line\\nSecond
        CLASS:PRIVATE
        CATEGORIES:Work
        TRANSP:TRANSPARENT
        BEGIN:VALARM
        ACTION:DISPLAY
        TRIGGER:-PT20M
        END:VALARM
        END:VEVENT"""))
    files.sync()
    has(files.text("Calendar", "UID:one@example.com"), "SUMMARY:Two days", "LOCATION:Room 4", r"DESCRIPTION:First line\\nSecond",
        "DTSTART;VALUE=DATE:20260310", "DTEND;VALUE=DATE:20260312", "CLASS:PRIVATE", "CATEGORIES:Work", "TRANSP:TRANSPARENT",
        "TRIGGER.*:-PT20M")


def a_meeting_of_somebody_else_arrives(davmail, files):
    davmail.put("calendar/meeting.ics", calendar("""
        BEGIN:VEVENT
        UID:meeting@example.com
        DTSTART:20260511T120000Z
        DTEND:20260511T130000Z
        SUMMARY:Meeting 🎉
        ORGANIZER;CN=Bob Beispiel:mailto:bob@example.com
        ATTENDEE;CN=Anna;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION:mailto:anna@example.org
        ATTENDEE;CN=Zoë;ROLE=OPT-PARTICIPANT;PARTSTAT=ACCEPTED:mailto:zoe@example.com
        END:VEVENT"""))
    files.sync()
    has(files.text("Calendar", "UID:meeting@example.com"), "SUMMARY:Meeting 🎉", "ORGANIZER.*:mailto:bob@example.com",
        "ATTENDEE.*:mailto:anna@example.org", "ATTENDEE(?=.*OPT-PARTICIPANT)(?=.*ACCEPTED).*:mailto:zoe@example.com")


def a_contact_arrives(davmail, files):
    davmail.put("contacts/judit.vcf", f"""
        BEGIN:VCARD
        VERSION:3.0
        UID:judit
        FN:Judit Beispiel
        N:Beispiel;Judit;Maria;Dr.;
        NICKNAME:Judy
        EMAIL;TYPE=work:judit@example.org
        EMAIL;TYPE=home:judit@example.com
        TEL;TYPE=cell:+49 170 5550100
        TEL;TYPE=work:+49 30 5550 0100
        ADR;TYPE=home:;;Beispielstraße 1;Musterstadt;;01234;Germany
        ORG:Muster AG;Einkauf
        TITLE:Leiterin
        X-MANAGER:Eve
        X-SPOUSE:Ben
        BDAY:1980-02-29
        NOTE:Erste Zeile\\nZweite
        PHOTO;ENCODING=b;TYPE=PNG:{PHOTO}
        END:VCARD""")
    files.sync()
    has(files.text("Contacts", "FN:Judit Beispiel"), r"N:Beispiel;Judit;Maria;Dr\.;", "NICKNAME:Judy", "EMAIL.*:judit@example.org",
        "EMAIL.*:judit@example.com", r"TEL(?=.*(?i:cell)).*:\+49 170 5550100", r"TEL(?=.*(?i:work)).*:\+49 30 5550 0100",
        "ADR(?=.*(?i:home)).*:;;Beispielstraße 1;Musterstadt;;01234;Germany", "ORG:Muster AG;Einkauf", "TITLE:Leiterin",
        ".*(?i:manager).*Eve", ".*(?i:spouse).*Ben", r"BDAY.*:1980-?02-?29", r"NOTE:Erste Zeile\\nZweite", "PHOTO.*")


def a_task_arrives(davmail, files):
    davmail.put("calendar/task.ics", calendar("""
        BEGIN:VTODO
        UID:task@example.com
        DTSTAMP:20260101T000000Z
        SUMMARY:Davmail task
        DTSTART;VALUE=DATE:20260310
        DUE;VALUE=DATE:20260320
        PRIORITY:1
        STATUS:IN-PROCESS
        PERCENT-COMPLETE:30
        END:VTODO"""))
    files.sync()
    has(files.text("Tasks", "SUMMARY:Davmail task"), "DTSTART;VALUE=DATE:20260310", "DUE;VALUE=DATE:20260320", "PRIORITY:1",
        "STATUS:IN-PROCESS", "PERCENT-COMPLETE:30")


def shown(davmail, files, collection, folder, name, text):
    """What DavMail shows of a file."""
    before = set(davmail.list(collection))
    files.write(folder, name, text)
    files.sync()
    new = set(davmail.list(collection)) - before
    assert len(new) == 1, f"DavMail lists {len(new)} new items"
    return davmail.get(davmail.relative(new.pop())).replace("\r\n", "\n")


def a_series_of_a_file_is_shown(davmail, files):
    text = shown(davmail, files, "calendar", "Calendar", "series.ics", calendar("""
        BEGIN:VEVENT
        UID:series@example.org
        DTSTART;TZID=Europe/Berlin:20260316T090000
        DTEND;TZID=Europe/Berlin:20260316T093000
        SUMMARY:Series
        LOCATION:Room 4
        DESCRIPTION:First line\\nSecond
        CLASS:PRIVATE
        RRULE:FREQ=WEEKLY;COUNT=6;BYDAY=MO
        EXDATE;TZID=Europe/Berlin:20260406T090000
        BEGIN:VALARM
        ACTION:DISPLAY
        DESCRIPTION:Ring
        TRIGGER:-PT25M
        END:VALARM
        END:VEVENT
        BEGIN:VEVENT
        UID:series@example.org
        RECURRENCE-ID;TZID=Europe/Berlin:20260330T090000
        DTSTART;TZID=Europe/Berlin:20260331T140000
        DTEND;TZID=Europe/Berlin:20260331T150000
        SUMMARY:Moved on
        END:VEVENT"""))
    has(text, "UID:series@example.org", "SUMMARY:Series", "LOCATION:Room 4", r"DESCRIPTION:First line\\nSecond", "CLASS:PRIVATE",
        r"DTSTART;TZID=.*:20260316T090000", "RRULE:(?=.*FREQ=WEEKLY)(?=.*COUNT=6)(?=.*BYDAY=MO).*", "TRIGGER.*:-PT25M",
        r"EXDATE;TZID=.*:20260406T090000", "SUMMARY:Moved on", r"DTSTART;TZID=.*:20260331T140000")


def a_contact_of_a_file_is_shown(davmail, files):
    text = shown(davmail, files, "contacts", "Contacts", "kim.vcf", """
        BEGIN:VCARD
        VERSION:3.0
        UID:kim
        FN:Kim Sample
        N:Sample;Kim;Lee;Dr.;Jr.
        NICKNAME:Kimmy
        EMAIL;TYPE=work:kim@example.org
        TEL;TYPE=cell:+1 555 0100
        TEL;TYPE=fax,work:+1 555 0101
        ADR;TYPE=work:;;1 Example Way;Sampletown;CA;90000;United States
        ORG:Sample Inc.;Labs
        TITLE:Engineer
        ROLE:Surveyor
        BDAY:1980-02-29
        CATEGORIES:Work
        NOTE:A note
        END:VCARD""")
    has(text, "N:Sample;Kim;Lee;Dr.;Jr.", "FN:Kim Sample", "NICKNAME:Kimmy", "EMAIL;TYPE=work:kim@example.org",
        r"TEL;TYPE=cell:\+1 555 0100", r"TEL(?=.*fax).*:\+1 555 0101", "ADR;TYPE=work:;;1 Example Way;Sampletown;CA;90000;United States",
        r"ORG:Sample Inc\.;Labs", "TITLE:Engineer", "ROLE:Surveyor", "BDAY.*1980-?02-?29.*", "CATEGORIES:Work", "NOTE:A note")


def a_task_of_a_file_is_shown(davmail, files):
    text = shown(davmail, files, "calendar", "Tasks", "task.ics", calendar("""
        BEGIN:VTODO
        UID:todo@example.org
        SUMMARY:To do
        DTSTART;VALUE=DATE:20260310
        DUE;VALUE=DATE:20260320
        PRIORITY:1
        STATUS:IN-PROCESS
        PERCENT-COMPLETE:40
        END:VTODO"""))
    has(text, "SUMMARY:To do", "DUE;VALUE=DATE:20260320", "DTSTART;VALUE=DATE:20260310", "PRIORITY:1", "STATUS:IN-PROCESS",
        r"PERCENT-COMPLETE:40(\.0)?")


STEPS = [
    an_event_arrives, a_meeting_of_somebody_else_arrives, a_contact_arrives, a_task_arrives, a_series_of_a_file_is_shown,
    a_contact_of_a_file_is_shown, a_task_of_a_file_is_shown,
]


def main():
    if not JAR.is_file() or not shutil.which("java"):
        return 77
    url, control, user = sys.argv[1:4]
    control = Control(control, user)
    failed = 0
    with tempfile.TemporaryDirectory() as folder, running(url, user, os.environ["STANDIN_PASSWORD"]) as davmail:
        files = Files(url, user, folder)
        files.sync()
        for step in STEPS:
            name = step.__name__.replace("_", " ")
            try:
                step(davmail, files)
                print(f"✓ DavMail through the engine: {name}")
            except Exception:
                failed += 1
                print(f"✗ DavMail through the engine: {name}\n{traceback.format_exc()}")
        written = what_another_one_writes(files, control)
        if written:
            failed += 1
            print(f"✗ DavMail through the engine: another synchronisation wrote: {written}")
    print(f"DavMail through the engine: {len(STEPS) - failed} of {len(STEPS)} steps passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
