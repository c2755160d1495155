"""More that exchangelib judges: attachments, meetings, distribution lists, rarer fields, and configurations."""
from datetime import datetime, timedelta, timezone

from exchangelib import (
    BASIC, CalendarItem, Configuration, Contact, DistributionList, EWSDate, FileAttachment, HTMLBody, ItemAttachment, Mailbox, Task,
)
from exchangelib.autodiscover.protocol import AutodiscoverProtocol
from exchangelib.errors import (
    ErrorAttachmentSizeLimitExceeded, ErrorCalendarIsOrganizerForAccept, ErrorItemNotFound, ErrorNonExistentMailbox,
)
from exchangelib.fields import MONDAY
from exchangelib.indexed_properties import EmailAddress, ImAddress, PhysicalAddress
from exchangelib.properties import Attendee, ItemId, Member
from exchangelib.recurrence import DailyRegeneration, Recurrence, TaskRecurrence, WeeklyPattern

from judging import PHOTO, at, plain, raises, same


def names(item):
    return sorted(attachment.name for attachment in item.attachments)


def an_event(account, **more):
    item = CalendarItem(folder=account.calendar, subject="Judge", start=at(2026, 3, 2, 9), end=at(2026, 3, 2, 10), **more)
    return item.save()


def attachments(account):
    item = an_event(account, body=HTMLBody('<p>See <img src="cid:dot"></p>'))
    item.attach([
        FileAttachment(name="plan.txt", content=b"a plan\x00", content_type="text/plain"),
        FileAttachment(name="dot.png", content=PHOTO, is_inline=True, content_id="dot"),
        ItemAttachment(name="Note", item=Task(subject="Inner", body="inside")),
    ])
    found = account.calendar.get(id=item.id)
    same(names(found), ["Note", "dot.png", "plan.txt"], "names")
    note, dot, plan = sorted(found.attachments, key=lambda each: each.name)
    same((plan.content, plan.content_type, found.has_attachments), (b"a plan\x00", "text/plain", True), "file")
    same((dot.content, dot.is_inline, dot.content_id), (PHOTO, True, "dot"), "picture")
    same((note.item.subject, plain(note.item.text_body or note.item.body)), ("Inner", "inside"), "item")
    assert '<img src="cid:dot">' in found.body, found.body
    found.detach([plan, note])
    same(names(account.calendar.get(id=item.id)), ["dot.png"], "what is left")


def attachments_of_exceptions(account):
    master = an_event(account, recurrence=Recurrence(
        pattern=WeeklyPattern(interval=1, weekdays=[MONDAY]), start=EWSDate(2026, 3, 2), number=4))
    second = account.calendar.get(id=master.id).occurrence(index=2)
    second.refresh()
    same(second.type, "Occurrence", "type before")
    second.attach(FileAttachment(name="only.txt", content=b"only here"))
    second = account.calendar.get(id=master.id).occurrence(index=2)
    second.refresh()
    same((second.type, names(second)), ("Exception", ["only.txt"]), "type and files after")
    found = account.calendar.get(id=master.id)
    same((names(found), len(found.modified_occurrences)), ([], 1), "the series")
    found.attach(FileAttachment(name="all.txt", content=b"for all"))
    second.refresh()
    same(names(second), ["only.txt"], "the exception after its series")


def size_limit(control):
    def size_limit(account):
        item = an_event(account)
        settings = f"mailbox/{control.user}/settings"
        control.ask("PUT", settings, {"attachment_limit": 4})
        large = FileAttachment(name="large", content=b"12345")
        raises(ErrorAttachmentSizeLimitExceeded, lambda: item.attach(large), "a large file")
        control.ask("PUT", settings, {})
    return size_limit


def answers(control):
    lunch = {"Subject": "Lunch", "UID": "lunch@example.com", "Start": "2026-03-02T11:00:00Z", "End": "2026-03-02T12:00:00Z"}

    def answers(account):
        control.mails()
        for answer, mails, busy in [
            (lambda item: item.accept(message_disposition="SaveOnly", folder=account.drafts), [], "Busy"),
            (lambda item: item.tentatively_accept(), [("Tentative", ["ben@example.com"])], "Tentative"),
        ]:
            control.invite(lunch)
            item = account.calendar.get(subject="Lunch")
            same((item.my_response_type, item.is_meeting, item.is_cancelled), ("NoResponseReceived", True, False), "before")
            same(item.organizer.email_address, "ben@example.com", "organizer")
            answer(item)
            found = account.calendar.get(subject="Lunch")
            same(found.legacy_free_busy_status, busy, "free or busy")
            assert found.appointment_reply_time is not None, "no time of the answer"
            same(control.mails(), mails, "mails")
            if found.id != item.id:
                raises(ErrorItemNotFound, lambda: account.calendar.get(id=item.id), "reading under the old id")
            found.delete()
        control.invite(lunch)
        account.calendar.get(subject="Lunch").decline(message_disposition="SendOnly")
        same(list(account.calendar.filter(subject="Lunch")), [], "a declined meeting")
        same([item.my_response_type for item in account.trash.filter(subject="Lunch")], ["Decline"], "in the bin")
        same(control.mails(), [("Decline", ["ben@example.com"])], "mails of declining")
        own = an_event(account)
        raises(ErrorCalendarIsOrganizerForAccept, own.accept, "accepting an own event")
    return answers


def invitations(control):
    def invitations(account):
        control.mails()
        item = CalendarItem(folder=account.calendar, subject="Judge", start=at(2026, 3, 2, 9), end=at(2026, 3, 2, 10),
                            required_attendees=["ben@example.com", "eve@example.com"])
        item.save(send_meeting_invitations="SendToAllAndSaveCopy")
        same(control.mails(), [("Request", ["ben@example.com", "eve@example.com"])], "mails of creating")
        found = account.calendar.get(id=item.id)
        same(found.meeting_request_was_sent, True, "request sent")
        found.required_attendees = [Attendee(mailbox=Mailbox(email_address="ben@example.com"))]
        found.save(update_fields=["required_attendees"], send_meeting_invitations="SendToChangedAndSaveCopy")
        same(control.mails(), [("Cancellation", ["eve@example.com"])], "mails of leaving out")
        found.cancel()
        same(control.mails(), [("Cancellation", ["ben@example.com"])], "mails of cancelling")
        raises(ErrorItemNotFound, lambda: account.calendar.get(id=item.id), "reading a cancelled meeting")
    return invitations


def distribution_list(account):
    contact = Contact(folder=account.contacts, display_name="Zoë", email_addresses=[
        EmailAddress(label="EmailAddress1", email="zoe@example.com")]).save()
    item = DistributionList(folder=account.contacts, display_name="Team", members=[
        Member(mailbox=Mailbox(name="Ben", email_address="ben@example.com", mailbox_type="OneOff")),
    ]).save()
    found = account.contacts.get(id=item.id)
    assert isinstance(found, DistributionList), found
    same((found.display_name, found.file_as, found.item_class), ("Team", "Team", "IPM.DistList"), "names")
    same([(m.mailbox.name, m.mailbox.email_address, m.status) for m in found.members],
         [("Ben", "ben@example.com", "Normal")], "members")
    zoe = Mailbox(mailbox_type="Contact", item_id=ItemId(id=contact.id, changekey=contact.changekey))
    found.members = [Member(mailbox=zoe)]
    found.save(update_fields=["members"])
    found = account.contacts.get(id=item.id)
    same([(m.mailbox.name, m.mailbox.email_address, m.mailbox.mailbox_type) for m in found.members],
         [("Zoë", "zoe@example.com", "Contact")], "members after a change")
    kinds = {type(each).__name__ for each in account.contacts.all().only("display_name")}
    same(kinds, {"Contact", "DistributionList"}, "kinds in the folder")


def rarer_fields(account):
    item = Contact(
        folder=account.contacts, given_name="Zoë", surname="Adler", display_name="Zoë Adler", children=["Ada", "Max"], manager="Eve", spouse_name="Ben",
        assistant_name="Kim", companies=["Example"], mileage="12 km", office="4.12", profession="Surveyor",
        postal_address_index="Home", wedding_anniversary=EWSDate(2004, 2, 29), file_as_mapping="LastCommaFirst",
        im_addresses=[ImAddress(label="ImAddress1", im_address="xmpp:zoe@example.org"),
                      ImAddress(label="ImAddress2", im_address="sip:zoe@example.org")],
        physical_addresses=[PhysicalAddress(label="Home", city="Bern")],
    ).save()
    found = account.contacts.get(id=item.id)
    same((found.children, found.manager, found.spouse_name, found.assistant_name), (["Ada", "Max"], "Eve", "Ben", "Kim"),
         "people")
    same((found.companies, found.mileage, found.office, found.profession), (["Example"], "12 km", "4.12", "Surveyor"), "work")
    same((found.postal_address_index, found.wedding_anniversary), ("Home", EWSDate(2004, 2, 29)), "address and day")
    same({(im.label, im.im_address) for im in found.im_addresses},
         {("ImAddress1", "xmpp:zoe@example.org"), ("ImAddress2", "sip:zoe@example.org")}, "messengers")
    same(found.file_as, "Adler, Zoë", "file as")
    found.surname = "Berg"
    found.save(update_fields=["surname"])
    same(account.contacts.get(id=item.id).file_as, "Berg, Zoë", "file as after another name")


def regenerating_task(account):
    item = Task(folder=account.tasks, subject="Filter", due_date=EWSDate(2026, 3, 2), recurrence=TaskRecurrence(
        pattern=DailyRegeneration(interval=10), start=EWSDate(2026, 3, 2))).save()
    days = {datetime.now(timezone.utc).date()}
    found = account.tasks.get(id=item.id)
    found.status = "Completed"
    found.save(update_fields=["status"])
    days.add(datetime.now(timezone.utc).date())
    open_tasks = [task for task in account.tasks.filter(subject="Filter") if task.status != "Completed"]
    same(len(open_tasks), 1, "open tasks")
    assert open_tasks[0].due_date in {EWSDate.from_date(day + timedelta(days=10)) for day in days}, open_tasks[0].due_date


def category_list(account):
    found = account.calendar.get_user_configuration(name="CategoryList", properties="XmlData")
    before = found.xml_data
    assert b"CategoryList.xsd" in before, before
    after = before.replace(b"</categories>", b'<category name="Garden" color="4"/></categories>')
    account.calendar.update_user_configuration(name="CategoryList", xml_data=after)
    same(account.calendar.get_user_configuration(name="CategoryList", properties="XmlData").xml_data, after, "categories")


def autodiscover(control):
    """The form of SOAP, by exchangelib's own reader: found, sent on, and refused. (It has none for the plain form any more.)"""
    def step(account):
        url, user = account.protocol.service_endpoint, control.user
        place = url.replace("/EWS/Exchange.asmx", "/autodiscover/autodiscover.svc")
        config = Configuration(service_endpoint=place, credentials=account.protocol.credentials, auth_type=BASIC,
                               version=account.version)
        before = control.ask("GET", "discovery")
        try:
            control.ask("PUT", "discovery", {"url": url})
            # All settings that it knows, of which the stand-in has few: the others are told as missing, which is no error.
            found = AutodiscoverProtocol(config).get_user_settings(user)
            found.raise_errors()
            same(found.ews_url, url, "address of Exchange Web Services")
            wanted = ["external_ews_url"]
            control.ask("PUT", "discovery", {"redirect_address": "anna@other.example"})
            sent_on = AutodiscoverProtocol(config).get_user_settings(user, wanted)
            same(sent_on.redirect_address, "anna@other.example", "another address")
            elsewhere = "https://other.example/autodiscover/autodiscover.svc"
            control.ask("PUT", "discovery", {"redirect_url": elsewhere})
            sent_on = AutodiscoverProtocol(config).get_user_settings(user, wanted)
            same(sent_on.redirect_url, elsewhere, "another place")
            control.ask("PUT", "discovery", {"url": url})
            refused = AutodiscoverProtocol(config).get_user_settings("nobody@example.org", wanted)
            raises(ErrorNonExistentMailbox, refused.raise_errors, "an unknown address")
        finally:
            control.ask("PUT", "discovery", before)

    step.__name__ = "autodiscover"
    return step


def steps(control):
    return [autodiscover(control), attachments, attachments_of_exceptions, size_limit(control), answers(control), invitations(control),
            distribution_list, rarer_fields, regenerating_task, category_list]
