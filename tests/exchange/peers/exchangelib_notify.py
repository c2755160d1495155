"""exchangelib judges notifications: streams, pulled events, and subscriptions that end."""
import queue
import threading
import time

from exchangelib import CalendarItem, Contact, Task
from exchangelib.errors import ErrorReadEventsFailed, ErrorSubscriptionNotFound
from exchangelib.properties import CopiedEvent, CreatedEvent, DeletedEvent, ModifiedEvent, MovedEvent, StatusEvent

from judging import at, raises, same


class Listener:
    """Reads a stream on a thread of its own until it ends."""

    def __init__(self, account, control, ids):
        self.events, self.failure, self.control = queue.Queue(), None, control
        self.account, self.ids = account, ids
        self.thread = threading.Thread(target=self.listen, daemon=True)
        before = control.ask("GET", "notifications")["streams"]
        self.thread.start()
        deadline = time.monotonic() + 20
        while control.ask("GET", "notifications")["streams"] == before:
            assert self.thread.is_alive() and time.monotonic() < deadline, f"no stream came to be: {self.failure}"

    def listen(self):
        try:
            for notification in self.account.root.get_streaming_events(self.ids, connection_timeout=1):
                for event in notification.events:
                    self.events.put((notification.subscription_id, event))
        except Exception as failure:
            self.failure = failure

    def wait(self, kind, item=True):
        """The next event of that kind about an item, or a folder."""
        while True:
            subscription, event = self.events.get(timeout=20)
            if isinstance(event, kind) and event.event_type == ("item" if item else "folder"):
                return subscription, event

    def end(self):
        self.thread.join(timeout=20)
        assert not self.thread.is_alive(), "the stream has not ended"


def streaming(account, control):
    with account.calendar.streaming_subscription() as subscription:
        listener = Listener(account, control, subscription)
        item = CalendarItem(folder=account.calendar, subject="One", start=at(2026, 3, 2, 9), end=at(2026, 3, 2, 10)).save()
        told, event = listener.wait(CreatedEvent)
        same((told, event.item_id.id, event.parent_folder_id.id), (subscription, item.id, account.calendar.id), "created")
        assert event.timestamp is not None
        same(listener.wait(ModifiedEvent, item=False)[1].folder_id.id, account.calendar.id, "its folder")
        item.subject = "Two"
        item.save(update_fields=["subject"])
        _, event = listener.wait(ModifiedEvent)
        same((event.item_id.id, event.item_id.changekey), (item.id, item.changekey), "modified")
        Task(folder=account.tasks, subject="nothing to the calendar").save()
        number = control.ask("POST", f"mailbox/{control.user}/items", {
            "folder": "calendar", "class": "CalendarItem", "set": {"Subject": "Another device's"}})["number"]
        other = listener.wait(CreatedEvent)[1].item_id.id
        same(account.calendar.get(id=other).subject, "Another device's", "created by another device")
        control.ask("DELETE", f"mailbox/{control.user}/items/{number}")
        same(listener.wait(DeletedEvent)[1].item_id.id, other, "deleted")
        before = item.id
        item.copy(to_folder=account.trash)
        _, event = listener.wait(CopiedEvent)
        same((event.old_item_id.id, event.parent_folder_id.id), (before, account.trash.id), "copied")
        item.move_to_trash()
        _, event = listener.wait(MovedEvent)
        same((event.old_item_id.id, event.old_parent_folder_id.id, event.parent_folder_id.id),
             (before, account.calendar.id, account.trash.id), "moved")
        control.ask("POST", "notifications/close", {})
        listener.end()
        same(listener.failure, None, "the end of the stream")
    same(control.ask("GET", "notifications")["subscriptions"], 0, "after unsubscribing")


def streaming_several(account, control):
    """One stream for the whole mailbox and for one of its folders."""
    everything, contacts = account.subscribe_to_streaming(), account.contacts.subscribe_to_streaming()
    listener = Listener(account, control, [everything, contacts])
    item = Contact(folder=account.contacts, display_name="New").save()
    told = {subscription: event.item_id.id for subscription, event in (listener.wait(CreatedEvent) for _ in range(2))}
    same(told, {everything: item.id, contacts: item.id}, "told to both")
    Task(folder=account.tasks, subject="New").save()
    same(listener.wait(CreatedEvent)[0], everything, "told to the one that hears of tasks")
    control.ask("POST", "notifications/lose", {"code": "ErrorReadEventsFailed"})
    item.delete()
    listener.end()
    assert isinstance(listener.failure, ErrorReadEventsFailed), repr(listener.failure)


def expired(account, control):
    subscription = account.contacts.subscribe_to_streaming()
    control.ask("POST", "notifications/lose", {})
    for _ in range(2):
        raises(ErrorSubscriptionNotFound, lambda: list(account.contacts.get_streaming_events(subscription)), "a lost subscription")
    raises(ErrorSubscriptionNotFound, lambda: account.contacts.unsubscribe(subscription), "unsubscribing it")


def pulling(account, control):
    with account.contacts.pull_subscription(timeout=5) as (subscription, watermark):
        def pull(since):
            [notification] = account.contacts.get_events(subscription, since)
            same((notification.subscription_id, notification.previous_watermark), (subscription, since), "whose, and since when")
            return notification.events

        [event] = pull(watermark)
        assert isinstance(event, StatusEvent), event
        watermark = event.watermark
        item = Contact(folder=account.contacts, display_name="New").save()
        created, folder = pull(watermark)
        same((type(created), created.item_id.id), (CreatedEvent, item.id), "created")
        same((type(folder), folder.folder_id.id), (ModifiedEvent, account.contacts.id), "its folder")
        item.delete()
        deleted = pull(folder.watermark)[0]
        same((type(deleted), deleted.item_id.id), (DeletedEvent, created.item_id.id), "deleted")
    raises(ErrorSubscriptionNotFound, lambda: list(account.contacts.get_events(subscription, watermark)), "after unsubscribing")


def steps(control):
    def with_control(step):
        def run(account):
            step(account, control)
        run.__name__ = step.__name__
        return run

    return [with_control(step) for step in (streaming, streaming_several, expired, pulling)]
