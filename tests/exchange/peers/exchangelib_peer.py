#!/usr/bin/env python3
"""exchangelib judges the stand-in: events with recurrence and exceptions, contacts, tasks, and synchronisation; then
what exchangelib_more.py, exchangelib_notify.py and exchangelib_shortcuts.py have.

usage: exchangelib_peer.py EWS_URL CONTROL_URL USER
The password comes from the environment (STANDIN_PASSWORD). Ends with 0 when all steps passed, else with 1.
"""
import os
import sys
import traceback
from decimal import Decimal

from exchangelib import (
    BASIC, DELEGATE, Account, Build, CalendarItem, Configuration, Contact, Credentials, EWSDate, FileAttachment,
    HTMLBody, Mailbox, Task, Version,
)
from exchangelib.errors import ErrorItemNotFound, ErrorOccurrenceCrossingBoundary, UnauthorizedError
from exchangelib.fields import MONDAY, WEDNESDAY
from exchangelib.indexed_properties import EmailAddress, PhoneNumber, PhysicalAddress
from exchangelib.properties import Attendee
from exchangelib.recurrence import (
    AbsoluteMonthlyPattern, AbsoluteYearlyPattern, DailyPattern, Recurrence, RelativeMonthlyPattern, TaskRecurrence, WeeklyPattern,
)

import exchangelib_more
import exchangelib_notify
import exchangelib_shortcuts
from control import Control
from judging import BERLIN, PHOTO, at, plain, raises, same

def folders(account):
    same(account.calendar.folder_class, "IPF.Appointment", "class of the calendar")
    same(account.contacts.folder_class, "IPF.Contact", "class of the contacts")
    same(account.tasks.folder_class, "IPF.Task", "class of the tasks")
    names = {folder.name for folder in account.msg_folder_root.walk()}
    assert {"Calendar", "Contacts", "Tasks", "Inbox", "Deleted Items"} <= names, names


def single_event(account):
    item = CalendarItem(
        folder=account.calendar, subject="Lunch & <talk>", location="Café Zoë", body="Line one\nLine two",
        start=at(2026, 3, 27, 12, 0), end=at(2026, 3, 27, 13, 30), categories=["Blue", "Red"], sensitivity="Private",
        importance="High", legacy_free_busy_status="Tentative", reminder_is_set=True,
        reminder_minutes_before_start=10, uid="lunch-1@example.org",
    ).save()
    found = account.calendar.get(id=item.id, changekey=item.changekey)
    same(found.subject, "Lunch & <talk>", "subject")
    same(found.location, "Café Zoë", "location")
    same(plain(found.text_body), "Line one\nLine two", "body")
    same(found.start, at(2026, 3, 27, 12, 0), "start")
    same(found.end, at(2026, 3, 27, 13, 30), "end")
    same(found._start_timezone.key, "Europe/Berlin", "zone")
    same(found.categories, ["Blue", "Red"], "categories")
    same(found.sensitivity, "Private", "sensitivity")
    same(found.importance, "High", "importance")
    same(found.legacy_free_busy_status, "Tentative", "free or busy")
    same(found.reminder_minutes_before_start, 10, "reminder")
    same(found.uid, "lunch-1@example.org", "uid")
    same(found.type, "Single", "type")
    before = found.changekey
    found.subject, found.location, found.categories = "Dinner", None, None
    found.start, found.end = at(2026, 3, 30, 19, 0), at(2026, 3, 30, 21, 0)
    found.save(update_fields=["subject", "location", "categories", "start", "end"])
    assert found.changekey != before, "the change key stays the same"
    again = account.calendar.get(id=item.id)
    same((again.subject, again.location, again.categories), ("Dinner", None, None), "changed fields")
    same(again.start, at(2026, 3, 30, 19, 0), "changed start, across the change of the clock")
    again.delete()
    raises(ErrorItemNotFound, lambda: account.calendar.get(id=item.id), "reading a deleted event")


def html_body(account):
    item = CalendarItem(
        folder=account.calendar, subject="Page", start=at(2026, 4, 1, 9), end=at(2026, 4, 1, 10),
        body=HTMLBody("<html><body><p>Hello <b>you</b></p></body></html>"),
    ).save()
    found = account.calendar.get(id=item.id)
    assert isinstance(found.body, HTMLBody) and "<b>you</b>" in found.body, found.body
    same(plain(found.text_body), "Hello you", "text of a page")
    item.delete()


def all_day(account):
    item = CalendarItem(
        folder=account.calendar, subject="Holiday", is_all_day=True,
        start=EWSDate(2026, 5, 1), end=EWSDate(2026, 5, 3),
    ).save()
    found = account.calendar.get(id=item.id)
    same((found.is_all_day, found.start, found.end), (True, EWSDate(2026, 5, 1), EWSDate(2026, 5, 3)), "whole days")
    item.delete()


def attendees(account):
    item = CalendarItem(
        folder=account.calendar, subject="Meeting", start=at(2026, 6, 1, 9), end=at(2026, 6, 1, 10),
        required_attendees=[Attendee(mailbox=Mailbox(name="Ben", email_address="ben@example.com"))],
        optional_attendees=["eve@example.com"],
    )
    item.save(send_meeting_invitations="SendToNone")
    found = account.calendar.get(id=item.id)
    same([a.mailbox.email_address for a in found.required_attendees], ["ben@example.com"], "required")
    same([a.mailbox.email_address for a in found.optional_attendees], ["eve@example.com"], "optional")
    same(found.organizer.email_address, account.primary_smtp_address, "organizer")
    same(found.is_meeting, True, "is a meeting")
    item.delete(send_meeting_cancellations="SendToNone")


def series(account):
    master = CalendarItem(
        folder=account.calendar, subject="Standup", start=at(2026, 3, 23, 9, 0), end=at(2026, 3, 23, 9, 15),
        recurrence=Recurrence(
            pattern=WeeklyPattern(interval=1, weekdays=[MONDAY, WEDNESDAY]), start=EWSDate(2026, 3, 23), number=6,
        ),
    ).save()
    found = account.calendar.get(id=master.id)
    same(found.type, "RecurringMaster", "type of a series")
    same(found.recurrence.pattern.weekdays, [1, 3], "weekdays, from Monday as 1")
    same(found.recurrence.boundary.number, 6, "number")
    starts = [item.start for item in account.calendar.view(at(2026, 3, 1, 0), at(2026, 5, 1, 0))]
    wanted = [at(2026, 3, 23, 9), at(2026, 3, 25, 9), at(2026, 3, 30, 9), at(2026, 4, 1, 9), at(2026, 4, 6, 9),
              at(2026, 4, 8, 9)]
    same(starts, wanted, "occurrences, nine o'clock on both sides of the change of the clock")

    second = found.occurrence(index=2)
    second.refresh()
    same(second.original_start, at(2026, 3, 25, 9), "original start")
    second.subject, second.start, second.end = "Standup, moved", at(2026, 3, 26, 14), at(2026, 3, 26, 15)
    second.save(update_fields=["subject", "start", "end"])
    third = found.occurrence(index=3)
    third.refresh()
    third.delete()
    found = account.calendar.get(id=master.id)
    same([(o.start, o.original_start) for o in found.modified_occurrences],
         [(at(2026, 3, 26, 14), at(2026, 3, 25, 9))], "modified occurrences")
    same([o.start for o in found.deleted_occurrences], [at(2026, 3, 30, 9)], "deleted occurrences")
    exception = account.calendar.get(id=found.modified_occurrences[0].id)
    same((exception.type, exception.subject), ("Exception", "Standup, moved"), "exception")
    back = exception.recurring_master()
    back.refresh()
    same(back.id, master.id, "back to the master")
    view = [(i.type, i.subject, i.start) for i in account.calendar.view(at(2026, 3, 24, 0), at(2026, 4, 2, 0))]
    same(view, [("Exception", "Standup, moved", at(2026, 3, 26, 14)), ("Occurrence", "Standup", at(2026, 4, 1, 9))],
         "view of an exception and a hole")

    fourth = found.occurrence(index=4)
    fourth.refresh()
    fourth.start, fourth.end = at(2026, 4, 6, 12), at(2026, 4, 6, 13)
    raises(ErrorOccurrenceCrossingBoundary, lambda: fourth.save(update_fields=["start", "end"]), "moving past a neighbour")

    found.start, found.end = at(2026, 3, 23, 10), at(2026, 3, 23, 10, 15)
    found.save(update_fields=["start", "end"])
    found = account.calendar.get(id=master.id)
    same((found.modified_occurrences, found.deleted_occurrences), (None, None), "exceptions after moving the series")
    found.delete()


def patterns(account):
    for pattern, wanted in [
        (DailyPattern(interval=3), [EWSDate(2026, 1, 30), EWSDate(2026, 2, 2)]),
        (AbsoluteMonthlyPattern(interval=1, day_of_month=31), [EWSDate(2026, 1, 31), EWSDate(2026, 2, 28)]),
        (RelativeMonthlyPattern(interval=1, weekday="Weekday", week_number="Last"),
         [EWSDate(2026, 1, 30), EWSDate(2026, 2, 27)]),
        (AbsoluteYearlyPattern(day_of_month=29, month="February"), [EWSDate(2026, 2, 28), EWSDate(2027, 2, 28)]),
    ]:
        item = CalendarItem(
            folder=account.calendar, subject="Rule", start=at(2026, 1, 30, 8), end=at(2026, 1, 30, 9),
            recurrence=Recurrence(pattern=pattern, start=EWSDate(2026, 1, 30), number=2),
        ).save()
        starts = [o.start.date() for o in account.calendar.view(at(2026, 1, 1, 0), at(2027, 12, 1, 0))]
        same(starts, wanted, str(pattern))
        item.delete()


def contact(account):
    item = Contact(
        folder=account.contacts, given_name="Zoë", surname="Adler", display_name="Zoë Adler", file_as="Adler, Zoë",
        company_name="Example Ltd", job_title="Engineer", birthday=EWSDate(1980, 2, 29), nickname="Zo",
        email_addresses=[EmailAddress(label="EmailAddress1", email="zoe@example.com")],
        phone_numbers=[PhoneNumber(label="MobilePhone", phone_number="+1 555 0100"),
                       PhoneNumber(label="HomePhone", phone_number="+1 555 0101")],
        physical_addresses=[PhysicalAddress(label="Home", street="Way 1", city="Bern", zipcode="3000", country="CH")],
        body="A note",
    ).save()
    found = account.contacts.get(id=item.id)
    same((found.given_name, found.surname, found.display_name), ("Zoë", "Adler", "Zoë Adler"), "names")
    same(found.birthday, EWSDate(1980, 2, 29), "birthday")
    same([e.email for e in found.email_addresses], ["zoe@example.com"], "addresses")
    same({p.label: p.phone_number for p in found.phone_numbers},
         {"MobilePhone": "+1 555 0100", "HomePhone": "+1 555 0101"}, "phones")
    home = found.physical_addresses[0]
    same((home.label, home.street, home.city, home.zipcode, home.country), ("Home", "Way 1", "Bern", "3000", "CH"),
         "home address")
    found.phone_numbers = [PhoneNumber(label="MobilePhone", phone_number="+1 555 0199")]
    found.company_name = None
    found.save(update_fields=["phone_numbers", "company_name"])
    found = account.contacts.get(id=item.id)
    same({p.label: p.phone_number for p in found.phone_numbers}, {"MobilePhone": "+1 555 0199"}, "phones after a change")
    same(found.company_name, None, "company after a change")
    found.attach(FileAttachment(name="ContactPicture.jpg", content=PHOTO, is_contact_photo=True))
    found = account.contacts.get(id=item.id)
    same(found.has_picture, True, "has a picture")
    same(found.attachments[0].content, PHOTO, "picture")
    found.detach(found.attachments)
    same(account.contacts.get(id=item.id).has_picture, False, "has a picture no more")
    account.contacts.get(id=item.id).delete()


def task(account):
    item = Task(
        folder=account.tasks, subject="Write", start_date=EWSDate(2026, 3, 1), due_date=EWSDate(2026, 3, 5),
        status="InProgress", percent_complete=Decimal(40),
    ).save()
    found = account.tasks.get(id=item.id)
    same((found.start_date, found.due_date), (EWSDate(2026, 3, 1), EWSDate(2026, 3, 5)), "dates")
    same((found.status, found.percent_complete), ("InProgress", 40), "progress")
    found.complete()
    found = account.tasks.get(id=item.id)
    same((found.status, found.percent_complete, found.is_complete), ("Completed", 100, True), "completed")
    assert found.complete_date is not None, "no date of completion"
    found.delete(affected_task_occurrences="AllOccurrences")


def recurring_task(account):
    item = Task(
        folder=account.tasks, subject="Water", start_date=EWSDate(2026, 3, 2), due_date=EWSDate(2026, 3, 2),
        recurrence=TaskRecurrence(pattern=DailyPattern(interval=2), start=EWSDate(2026, 3, 2), number=3),
    ).save()
    found = account.tasks.get(id=item.id)
    found.status = "Completed"
    found.save(update_fields=["status"])
    tasks = sorted(account.tasks.filter(subject="Water"), key=lambda each: each.due_date)
    same([(t.due_date, t.status, t.recurrence is not None) for t in tasks],
         [(EWSDate(2026, 3, 2), "Completed", False), (EWSDate(2026, 3, 4), "NotStarted", True)],
         "a finished copy and the next occurrence")
    for each in tasks:
        each.delete(affected_task_occurrences="AllOccurrences")


def search(account):
    items = [
        CalendarItem(folder=account.calendar, subject=f"Item {n}", start=at(2026, 7, n, 9), end=at(2026, 7, n, 10))
        for n in range(1, 8)
    ]
    created = account.bulk_create(folder=account.calendar, items=items)
    same(len(created), 7, "bulk")
    found = account.calendar.filter(start__gte=at(2026, 7, 3, 0), subject__contains="Item").order_by("-start")
    same([i.subject for i in found.only("subject", "start")], ["Item 7", "Item 6", "Item 5", "Item 4", "Item 3"],
         "restriction and order")
    found = account.calendar.filter(subject__contains="Item").order_by("start").only("subject", "start")
    found.page_size = 2
    same(len(list(found)), 7, "pages of two")
    account.bulk_delete(created)
    same(account.calendar.filter(subject__contains="Item").count(), 0, "after deleting all")


def synchronisation(account):
    same(list(account.calendar.sync_items(only_fields=["subject"])), [], "a calendar that is empty again")
    list(account.contacts.sync_items(only_fields=["display_name"]))
    state = account.contacts.item_sync_state
    item = Contact(folder=account.contacts, display_name="New").save()
    changes = list(account.contacts.sync_items(sync_state=state, only_fields=["display_name"]))
    same([(kind, i.id) for kind, i in changes], [("create", item.id)], "a created item")
    state = account.contacts.item_sync_state
    item.display_name = "Newer"
    item.save(update_fields=["display_name"])
    changes = list(account.contacts.sync_items(sync_state=state, only_fields=["display_name"]))
    same([(kind, i.id, i.display_name) for kind, i in changes], [("update", item.id, "Newer")], "a changed item")
    state, id_before = account.contacts.item_sync_state, item.id
    item.delete()
    changes = list(account.contacts.sync_items(sync_state=state, only_fields=["display_name"]))
    same([(kind, i.id) for kind, i in changes], [("delete", id_before)], "a deleted item")


def moving(account):
    item = Contact(folder=account.contacts, display_name="Mover").save()
    before = item.id
    item.move_to_trash()
    raises(ErrorItemNotFound, lambda: account.contacts.get(id=before), "reading under the old id")
    found = list(account.trash.filter(display_name="Mover"))
    same([i.display_name for i in found], ["Mover"], "in the bin")
    found[0].delete()


def wrong_password(account, url, user):
    def connect():
        config = Configuration(service_endpoint=url, credentials=Credentials(user, "wrong"), auth_type=BASIC,
                               version=Version(Build(15, 2, 2562, 17)), max_connections=1)
        other = Account(user, config=config, autodiscover=False, access_type=DELEGATE)
        return other.root.refresh()

    raises(UnauthorizedError, connect, "a wrong password")


def clear(account):
    """Every step begins with empty folders, whatever the one before left behind."""
    for folder in (account.calendar, account.contacts, account.tasks):
        ids = [(item.id, item.changekey) for item in folder.all().only("id", "changekey")]
        account.bulk_delete(ids, affected_task_occurrences="AllOccurrences")


def main():
    url, control, user = sys.argv[1:4]
    config = Configuration(
        service_endpoint=url, credentials=Credentials(user, os.environ["STANDIN_PASSWORD"]), auth_type=BASIC,
        version=Version(Build(15, 2, 2562, 17)), max_connections=3,
    )
    account = Account(user, config=config, autodiscover=False, access_type=DELEGATE, default_timezone=BERLIN)
    steps = [folders, single_event, html_body, all_day, attendees, series, patterns, contact, task, recurring_task,
             search, synchronisation, moving] + exchangelib_more.steps(Control(control, user))
    steps += exchangelib_notify.steps(Control(control, user)) + exchangelib_shortcuts.steps(Control(control, user))
    failed = 0
    for step in steps + [lambda a: wrong_password(a, url, user)]:
        name = getattr(step, "__name__", "").replace("<lambda>", "wrong_password")
        try:
            clear(account)
            step(account)
            print(f"  exchangelib: {name} passed")
        except Exception:
            failed += 1
            print(f"  exchangelib: {name} FAILED")
            traceback.print_exc()
    print(f"exchangelib: {len(steps) + 1 - failed} of {len(steps) + 1} steps passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
