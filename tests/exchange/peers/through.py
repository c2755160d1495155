#!/usr/bin/env python3
"""What exchangelib writes arrives in files, and what files say is read by exchangelib, field by field: the engine's
reading of Exchange against an independent one. The engine is hosted by php/vdir.

usage: through.py EWS_URL CONTROL_URL USER
EXCHANGE_EXTENSION names the built extension; the password comes from the environment (STANDIN_PASSWORD). Ends with 0
when all steps passed, else with 1.
"""
import base64
import os
import re
import sys
import tempfile
import traceback
from decimal import Decimal

from exchangelib import (
    BASIC, DELEGATE, Account, Build, CalendarItem, Configuration, Contact, Credentials, DistributionList, EWSDate,
    FileAttachment, HTMLBody, Mailbox, Task, Version,
)
from exchangelib.fields import MONDAY, WEDNESDAY
from exchangelib.indexed_properties import EmailAddress, ImAddress, PhoneNumber, PhysicalAddress
from exchangelib.properties import ItemId, Member
from exchangelib.recurrence import DailyPattern, Recurrence, TaskRecurrence, WeeklyPattern

from control import Control
from files import Files, calendar, has, what_another_one_writes
from judging import BERLIN, PHOTO, at, plain, same

def an_event_arrives(account, files, _control):
    CalendarItem(
        folder=account.calendar, subject="Lunch & <talk>; more", location="Café Zoë", start=at(2026, 3, 27, 12, 0),
        end=at(2026, 3, 27, 13, 30), categories=["Blue", "Red"], sensitivity="Private", importance="High", uid="Lunch-1@example.org",
        legacy_free_busy_status="Tentative", reminder_is_set=True, reminder_minutes_before_start=20,
        body=HTMLBody("<p>Hello <b>you</b></p>"), required_attendees=["ben@example.com"], optional_attendees=["eve@example.com"],
    ).save(send_meeting_invitations="SendToNone")
    files.sync()
    has(files.text("Calendar", "UID:Lunch-1@example.org"),
        r"SUMMARY:Lunch & <talk>\\; more", "LOCATION:Café Zoë", r"DTSTART;TZID=Europe/Berlin:20260327T120000",
        r"DTEND;TZID=Europe/Berlin:20260327T133000", "CATEGORIES:Blue,Red", "CLASS:PRIVATE", "PRIORITY:1",
        "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE", r"TRIGGER.*:-PT20M", r"DESCRIPTION.*:Hello you.*", r".*<b>you</b>.*",
        "ORGANIZER.*:mailto:anna@example.org", "ATTENDEE.*:mailto:ben@example.com", "ATTENDEE.*OPT-PARTICIPANT.*:mailto:eve@example.com")


def a_whole_day_arrives(account, files, _control):
    CalendarItem(folder=account.calendar, subject="Holiday", is_all_day=True, start=EWSDate(2026, 5, 1), end=EWSDate(2026, 5, 3),
                 legacy_free_busy_status="Free").save()
    files.sync()
    has(files.text("Calendar", "SUMMARY:Holiday"), "DTSTART;VALUE=DATE:20260501", "DTEND;VALUE=DATE:20260504", "TRANSP:TRANSPARENT")


def a_series_arrives(account, files, _control):
    master = CalendarItem(
        folder=account.calendar, subject="Standup", start=at(2026, 3, 23, 9, 0), end=at(2026, 3, 23, 9, 15),
        recurrence=Recurrence(pattern=WeeklyPattern(interval=1, weekdays=[MONDAY, WEDNESDAY]), start=EWSDate(2026, 3, 23), number=6),
    ).save()
    second = master.occurrence(index=2)
    second.refresh()
    second.subject, second.start, second.end = "Moved", at(2026, 3, 26, 14), at(2026, 3, 26, 15)
    second.save(update_fields=["subject", "start", "end"])
    third = master.occurrence(index=3)
    third.refresh()
    third.delete()
    files.sync()
    has(files.text("Calendar", "SUMMARY:Standup"),
        r"RRULE:(?=.*FREQ=WEEKLY)(?=.*COUNT=6)(?=.*BYDAY=MO,WE).*", r"EXDATE;TZID=Europe/Berlin:20260330T090000",
        r"RECURRENCE-ID;TZID=Europe/Berlin:20260325T090000", "SUMMARY:Moved", r"DTSTART;TZID=Europe/Berlin:20260326T140000")


def an_invitation_arrives(account, files, control):
    control.invite({"Subject": "Invited", "UID": "invited@example.com", "Start": "2026-03-02T11:00:00Z", "End": "2026-03-02T12:00:00Z"})
    files.sync()
    has(files.text("Calendar", "UID:invited@example.com"), "ORGANIZER.*:mailto:ben@example.com",
        "ATTENDEE.*PARTSTAT=NEEDS-ACTION.*:mailto:anna@example.org")
    account.calendar.get(subject="Invited").accept(message_disposition="SendOnly")
    files.sync()
    has(files.text("Calendar", "UID:invited@example.com"), "ATTENDEE.*PARTSTAT=ACCEPTED.*:mailto:anna@example.org")


def a_file_arrives_with_its_event(account, files, _control):
    item = CalendarItem(folder=account.calendar, subject="Plan", start=at(2026, 3, 5, 9), end=at(2026, 3, 5, 10)).save()
    item.attach(FileAttachment(name="plan.txt", content=b"a plan", content_type="text/plain"))
    files.sync()
    has(files.text("Calendar", "SUMMARY:Plan"), f"ATTACH(?=.*plan.txt).*{base64.b64encode(b'a plan').decode()}")


def a_contact_arrives(account, files, _control):
    item = Contact(
        folder=account.contacts, given_name="Zoë", middle_name="Mia", surname="Adler", display_name="Zoë Adler", nickname="Zo",
        company_name="Example Ltd", department="R&D", job_title="Engineer", birthday=EWSDate(1980, 2, 29), manager="Eve",
        wedding_anniversary=EWSDate(2004, 2, 29), spouse_name="Ben", children=["Ada", "Max"], assistant_name="Kim", body="A note",
        email_addresses=[EmailAddress(label="EmailAddress1", email="zoe@example.com")], categories=["Work"],
        phone_numbers=[PhoneNumber(label="MobilePhone", phone_number="+1 555 0100"),
                       PhoneNumber(label="BusinessFax", phone_number="+1 555 0101")],
        physical_addresses=[PhysicalAddress(label="Home", street="Way 1", city="Bern", zipcode="3000", country="CH")],
        im_addresses=[ImAddress(label="ImAddress1", im_address="xmpp:zoe@example.org")],
    ).save()
    item.attach(FileAttachment(name="ContactPicture.jpg", content=PHOTO, is_contact_photo=True))
    files.sync()
    has(files.text("Contacts", "FN:Zoë Adler"),
        "N:Adler;Zoë;Mia;;", "NICKNAME:Zo", "ORG:Example Ltd;R&D", "TITLE:Engineer", r"BDAY.*:1980-?02-?29", r"ANNIVERSARY.*:2004-?02-?29",
        "EMAIL.*:zoe@example.com", r"TEL(?=.*(?i:cell)).*:\+1 555 0100", r"TEL(?=.*(?i:fax))(?=.*(?i:work)).*:\+1 555 0101",
        r"ADR(?=.*(?i:home)).*:;;Way 1;Bern;;3000;CH", "IMPP.*:xmpp:zoe@example.org", "NOTE:A note", "CATEGORIES:Work", "PHOTO.*",
        r".*(?i:spouse).*Ben", r".*(?i:child).*Ada", r".*(?i:manager).*Eve", r".*(?i:assistant).*Kim")


def a_task_arrives(account, files, _control):
    Task(folder=account.tasks, subject="Water", start_date=EWSDate(2026, 3, 2), due_date=EWSDate(2026, 3, 4), status="InProgress",
         percent_complete=Decimal(40),
         recurrence=TaskRecurrence(pattern=DailyPattern(interval=7), start=EWSDate(2026, 3, 4), number=3)).save()
    files.sync()
    has(files.text("Tasks", "SUMMARY:Water"), "DTSTART;VALUE=DATE:20260302", "DUE;VALUE=DATE:20260304", "STATUS:IN-PROCESS",
        "PERCENT-COMPLETE:40", "RRULE:(?=.*FREQ=DAILY)(?=.*INTERVAL=7).*")


def an_event_of_a_file_is_read(account, files, _control):
    files.write("Calendar", "made.ics", calendar("""
        BEGIN:VEVENT
        UID:Made-Here@example.org
        DTSTAMP:20260101T000000Z
        DTSTART;TZID=Europe/Berlin:20260310T090000
        DTEND;TZID=Europe/Berlin:20260310T103000
        SUMMARY:Made here\\, with comma
        LOCATION:Room 4
        DESCRIPTION:First line\\nSecond
        CATEGORIES:Blue,Red
        CLASS:CONFIDENTIAL
        PRIORITY:9
        TRANSP:TRANSPARENT
        BEGIN:VALARM
        ACTION:DISPLAY
        DESCRIPTION:Ring
        TRIGGER:-PT25M
        END:VALARM
        END:VEVENT"""))
    files.sync()
    found = account.calendar.get(subject="Made here, with comma")
    same((found.start, found.end), (at(2026, 3, 10, 9), at(2026, 3, 10, 10, 30)), "times")
    same((found.uid, found.location, plain(found.text_body)), ("Made-Here@example.org", "Room 4", "First line\nSecond"), "texts")
    same((found.categories, found.sensitivity, found.importance), (["Blue", "Red"], "Confidential", "Low"), "marks")
    same((found.legacy_free_busy_status, found.reminder_is_set, found.reminder_minutes_before_start), ("Free", True, 25), "reminder")
    same(found._start_timezone.key, "Europe/Berlin", "zone")


def a_series_of_a_file_is_read(account, files, _control):
    files.write("Calendar", "series.ics", calendar("""
        BEGIN:VEVENT
        UID:series@example.org
        DTSTART;TZID=Europe/Berlin:20260316T090000
        DTEND;TZID=Europe/Berlin:20260316T093000
        SUMMARY:Series
        RRULE:FREQ=WEEKLY;COUNT=6;BYDAY=MO
        EXDATE;TZID=Europe/Berlin:20260406T090000
        END:VEVENT
        BEGIN:VEVENT
        UID:series@example.org
        RECURRENCE-ID;TZID=Europe/Berlin:20260330T090000
        DTSTART;TZID=Europe/Berlin:20260331T140000
        DTEND;TZID=Europe/Berlin:20260331T150000
        SUMMARY:Moved on
        END:VEVENT"""))
    files.sync()
    found = account.calendar.get(subject="Series")
    same((found.type, found.recurrence.boundary.number), ("RecurringMaster", 6), "series")
    same([(one.start, one.original_start) for one in found.modified_occurrences],
         [(at(2026, 3, 31, 14), at(2026, 3, 30, 9))], "moved")
    same([one.start for one in found.deleted_occurrences], [at(2026, 4, 6, 9)], "deleted")
    view = [(item.subject, item.start) for item in account.calendar.view(at(2026, 3, 15, 0), at(2026, 5, 1, 0))
            if item.subject in ("Series", "Moved on")]
    same(view, [("Series", at(2026, 3, 16, 9)), ("Series", at(2026, 3, 23, 9)), ("Moved on", at(2026, 3, 31, 14)),
                ("Series", at(2026, 4, 13, 9)), ("Series", at(2026, 4, 20, 9))], "all of them")


def an_attachment_of_a_file_is_read(account, files, _control):
    content = base64.b64encode(b"an agenda").decode()
    files.write("Calendar", "agenda.ics", calendar(f"""
        BEGIN:VEVENT
        UID:agenda@example.org
        DTSTART:20260310T090000Z
        DTEND:20260310T100000Z
        SUMMARY:Agenda
        ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY;FILENAME=agenda.txt:{content}
        END:VEVENT"""))
    files.sync()
    found = account.calendar.get(subject="Agenda").attachments
    same([(each.name, each.content_type, each.content) for each in found], [("agenda.txt", "text/plain", b"an agenda")], "files")


def a_page_of_a_file_is_read(account, files, _control):
    files.write("Calendar", "page.ics", calendar("""
        BEGIN:VEVENT
        UID:page@example.org
        DTSTART:20260311T090000Z
        DTEND:20260311T100000Z
        SUMMARY:Page
        DESCRIPTION:Hello you
        X-ALT-DESC;FMTTYPE=text/html:<html><body><p>Hello <b>you</b></p></body></html>
        END:VEVENT"""))
    files.sync()
    found = account.calendar.get(subject="Page")
    assert isinstance(found.body, HTMLBody) and "<p>Hello <b>you</b></p>" in found.body, found.body
    same(plain(found.text_body), "Hello you", "its text")


def a_meeting_of_a_file_is_read(account, files, control):
    control.mails()
    files.write("Calendar", "meeting.ics", calendar("""
        BEGIN:VEVENT
        UID:own-meeting@example.org
        DTSTART:20260312T090000Z
        DTEND:20260312T100000Z
        SUMMARY:Own meeting
        ORGANIZER;CN=Anna:mailto:anna@example.org
        ATTENDEE;CN=Ben;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:ben@example.com
        ATTENDEE;CN=Eve;ROLE=OPT-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:eve@example.com
        ATTENDEE;CN=Room;CUTYPE=ROOM:mailto:room@example.com
        END:VEVENT"""))
    files.sync()
    found = account.calendar.get(subject="Own meeting")
    addresses = [[one.mailbox.email_address for one in people or []]
                 for people in (found.required_attendees, found.optional_attendees, found.resources)]
    same(addresses, [["ben@example.com"], ["eve@example.com"], ["room@example.com"]], "attendees")
    same((found.is_meeting, found.my_response_type, control.mails()), (True, "Organizer", []), "an own meeting, no mails")


def an_answer_in_a_file_is_read(account, files, control):
    times = {"Start": "2026-03-13T11:00:00Z", "End": "2026-03-13T12:00:00Z"}
    control.invite({"Subject": "Answer me", "UID": "answer@example.com", **times})
    files.sync()
    path = files.path("Calendar", "UID:answer@example.com")
    text = path.read_bytes().decode().replace("\r\n ", "")
    assert "PARTSTAT=NEEDS-ACTION" in text, text
    path.write_bytes(text.replace("PARTSTAT=NEEDS-ACTION", "PARTSTAT=ACCEPTED").encode())
    files.sync()
    found = account.calendar.get(subject="Answer me")
    same((found.my_response_type, found.legacy_free_busy_status, control.mails()), ("Accept", "Busy", []), "an answer, no mails")


def files_of_exceptions_go_both_ways(account, files, _control):
    rule = Recurrence(pattern=WeeklyPattern(interval=1, weekdays=[MONDAY]), start=EWSDate(2026, 6, 1), number=4)
    master = CalendarItem(folder=account.calendar, subject="Weekly", start=at(2026, 6, 1, 9), end=at(2026, 6, 1, 10),
                          recurrence=rule).save()
    second = master.occurrence(index=2)
    second.refresh()
    second.attach(FileAttachment(name="only.txt", content=b"only here", content_type="text/plain"))
    files.sync()
    _, first, exception = files.text("Calendar", "SUMMARY:Weekly").split("BEGIN:VEVENT")
    content = base64.b64encode(b"only here").decode()
    assert content not in first, first
    has(exception, "RECURRENCE-ID.*20260608T090000", f"ATTACH.*{content}")
    path = files.path("Calendar", "SUMMARY:Weekly")
    text = path.read_bytes().decode().replace("\r\n ", "")
    path.write_bytes(text.replace(content, base64.b64encode(b"another").decode()).encode())
    files.sync()
    second = account.calendar.get(id=master.id).occurrence(index=2)
    second.refresh()
    same([each.content for each in second.attachments], [b"another"], "the file of the exception")


def all_of_a_contact_of_a_file_is_read(account, files, _control):
    photo = base64.b64encode(PHOTO).decode()
    files.write("Contacts", "all.vcf", f"""
        BEGIN:VCARD
        VERSION:4.0
        UID:all
        FN:Kim Sample
        N:Sample;Kim;;Dr.;Jr.
        ANNIVERSARY:20040229
        BDAY:--0229
        IMPP:xmpp:kim@example.org
        RELATED;TYPE=spouse;VALUE=text:Ben
        RELATED;TYPE=child;VALUE=text:Ada
        RELATED;TYPE=child;VALUE=text:Max
        ROLE:Surveyor
        TEL;VALUE=uri;TYPE=home:tel:+1-555-0100
        EMAIL;TYPE=work;PREF=1:kim@example.org
        EMAIL;TYPE=home:kim@example.com
        URL;TYPE=work:https://example.org/kim
        PHOTO:data:image/png;base64,{photo}
        END:VCARD""")
    files.sync()
    found = account.contacts.get(display_name="Kim Sample")
    same((found.spouse_name, found.children, found.profession, found.generation), ("Ben", ["Ada", "Max"], "Surveyor", "Jr."), "people")
    same((found.wedding_anniversary, found.birthday.month, found.birthday.day), (EWSDate(2004, 2, 29), 2, 29), "days")
    same(found.business_homepage, "https://example.org/kim", "page")
    assert any("kim@example.org" in im.im_address for im in found.im_addresses), found.im_addresses
    same({e.email for e in found.email_addresses}, {"kim@example.org", "kim@example.com"}, "e-mail")
    same(found.has_picture, True, "picture")


def a_contact_of_a_file_is_read(account, files, _control):
    files.write("Contacts", "made.vcf", """
        BEGIN:VCARD
        VERSION:3.0
        UID:judit
        FN:Judit Beispiel
        N:Beispiel;Judit;Maria;;
        NICKNAME:Judy
        EMAIL;TYPE=work:judit@example.org
        TEL;TYPE=cell:+49 170 5550100
        ADR;TYPE=work:;;Beispielstraße 1;Musterstadt;;01234;Germany
        ORG:Muster AG;Einkauf
        TITLE:Leiterin
        BDAY:1980-02-29
        CATEGORIES:Work
        NOTE:Erste Zeile\\nZweite
        END:VCARD""")
    files.sync()
    found = account.contacts.get(display_name="Judit Beispiel")
    same((found.given_name, found.middle_name, found.surname, found.nickname), ("Judit", "Maria", "Beispiel", "Judy"), "names")
    same((found.company_name, found.department, found.job_title), ("Muster AG", "Einkauf", "Leiterin"), "work")
    same((found.birthday, found.categories, plain(found.text_body)), (EWSDate(1980, 2, 29), ["Work"], "Erste Zeile\nZweite"), "more")
    same([(e.label, e.email) for e in found.email_addresses], [("EmailAddress1", "judit@example.org")], "e-mail")
    same([(p.label, p.phone_number) for p in found.phone_numbers], [("MobilePhone", "+49 170 5550100")], "phone")
    work = found.physical_addresses[0]
    same((work.label, work.street, work.city, work.zipcode, work.country),
         ("Business", "Beispielstraße 1", "Musterstadt", "01234", "Germany"), "address")


def a_list_arrives(account, files, _control):
    contact = Contact(folder=account.contacts, display_name="Member of it", email_addresses=[
        EmailAddress(label="EmailAddress1", email="member@example.com")]).save()
    zoe = Mailbox(mailbox_type="Contact", item_id=ItemId(id=contact.id, changekey=contact.changekey))
    DistributionList(folder=account.contacts, display_name="Choir", members=[
        Member(mailbox=Mailbox(name="Ben", email_address="ben@example.com", mailbox_type="OneOff")), Member(mailbox=zoe)]).save()
    files.sync()
    has(files.text("Contacts", "FN:Choir"), "KIND:group|X-ADDRESSBOOKSERVER-KIND:group", ".*MEMBER.*ben@example.com")
    uid = re.search(r"^UID:(.*)$", files.text("Contacts", "FN:Member of it"), re.M).group(1)
    has(files.text("Contacts", "FN:Choir"), f".*MEMBER.*({re.escape(uid)}|member@example.com)")


def a_list_of_a_file_is_read(account, files, _control):
    files.write("Contacts", "group.vcf", """
        BEGIN:VCARD
        VERSION:4.0
        UID:group
        KIND:group
        FN:Orchestra
        MEMBER:mailto:ben@example.com
        MEMBER:mailto:eve@example.com
        END:VCARD""")
    files.sync()
    found = account.contacts.get(display_name="Orchestra")
    assert isinstance(found, DistributionList), found
    same([member.mailbox.email_address for member in found.members], ["ben@example.com", "eve@example.com"], "members")


def a_task_of_a_file_is_read(account, files, _control):
    files.write("Tasks", "made.ics", calendar("""
        BEGIN:VTODO
        UID:todo@example.org
        SUMMARY:To do
        DTSTART;VALUE=DATE:20260310
        DUE;VALUE=DATE:20260320
        PRIORITY:1
        STATUS:COMPLETED
        PERCENT-COMPLETE:100
        COMPLETED:20260315T080000Z
        END:VTODO"""))
    files.sync()
    found = account.tasks.get(subject="To do")
    same((found.start_date, found.due_date), (EWSDate(2026, 3, 10), EWSDate(2026, 3, 20)), "dates")
    same((found.status, found.percent_complete, found.importance), ("Completed", 100, "High"), "state")


STEPS = [
    an_event_arrives, a_whole_day_arrives, a_series_arrives, an_invitation_arrives, a_file_arrives_with_its_event,
    a_contact_arrives, a_task_arrives, an_event_of_a_file_is_read, a_series_of_a_file_is_read, an_attachment_of_a_file_is_read,
    a_page_of_a_file_is_read, a_meeting_of_a_file_is_read, an_answer_in_a_file_is_read, files_of_exceptions_go_both_ways,
    a_contact_of_a_file_is_read, all_of_a_contact_of_a_file_is_read, a_list_arrives, a_list_of_a_file_is_read,
    a_task_of_a_file_is_read,
]


def main():
    url, control, user = sys.argv[1:4]
    config = Configuration(
        service_endpoint=url, credentials=Credentials(user, os.environ["STANDIN_PASSWORD"]), auth_type=BASIC,
        version=Version(Build(15, 2, 2562, 17)), max_connections=1,
    )
    account = Account(user, config=config, autodiscover=False, access_type=DELEGATE, default_timezone=BERLIN)
    control = Control(control, user)
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        files = Files(url, user, folder)
        files.sync()
        for step in STEPS:
            name = step.__name__.replace("_", " ")
            try:
                step(account, files, control)
                print(f"  through the engine: {name}")
            except Exception:
                failed += 1
                print(f"  through the engine: {name} FAILED")
                traceback.print_exc()
        written = what_another_one_writes(files, control)
        if written:
            failed += 1
            print(f"  through the engine: another synchronisation wrote: {written}")
    print(f"through the engine: {len(STEPS) - failed} of {len(STEPS)} steps passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
