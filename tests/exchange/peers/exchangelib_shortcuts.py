"""exchangelib judges associated items and entry ids: the shortcuts that give calendars their colours."""
from exchangelib import ExtendedProperty, Message
from exchangelib.errors import ErrorItemNotFound
from exchangelib.folders import CommonViews, Folder
from exchangelib.items import ASSOCIATED, SHALLOW

from judging import raises, same


class EntryId(ExtendedProperty):
    property_tag = 0x0FFF
    property_type = "Binary"


class Target(ExtendedProperty):
    property_tag = 0x684C
    property_type = "Binary"


class Section(ExtendedProperty):
    property_tag = 0x6852
    property_type = "Integer"


class Colour(ExtendedProperty):
    property_tag = 0x6853
    property_type = "Integer"


def shortcuts(control):
    def shortcuts(account):
        path = f"mailbox/{control.user}/folders/calendar/colour"
        control.ask("PUT", path, {"colour": 3})
        Folder.register("entry_id", EntryId)
        for name, kind in (("target", Target), ("section", Section), ("colour", Colour)):
            Message.register(name, kind)
        try:
            account.root.clear_cache()
            views = account.root / "Common Views"
            assert isinstance(views, CommonViews), views
            same(views.total_count, 0, "items that count")
            assert views.name not in {folder.name for folder in account.msg_folder_root.walk()}, "below the visible folders"
            account.calendar.refresh()
            same(len(account.calendar.entry_id), 46, "length of an entry id")
            found = list(views.filter(section=3).only("subject", "is_associated", "target", "colour"))
            same([(one.subject, one.is_associated, one.target, one.colour) for one in found],
                 [("Calendar", True, account.calendar.entry_id, 3)], "the shortcut to the calendar")
            same(list(views.filter(section=1)), [], "shortcuts to mail")
            same(list(views.all().depth(SHALLOW)), [], "items of the folder itself")
            same(list(account.calendar.all().depth(ASSOCIATED)), [], "associated items of the calendar")
            item = views.get(id=found[0].id, changekey=found[0].changekey)
            item.colour = 7
            item.save(update_fields=["colour"])
            same([one.colour for one in views.filter(colour__gt=3).only("colour")], [7], "after a change")
            same([kind for kind, _ in views.sync_items(only_fields=["subject"])], [], "changes of normal items")
            views.item_sync_state = None
            scope = "NormalAndAssociatedItems"
            same([kind for kind, _ in views.sync_items(only_fields=["subject"], sync_scope=scope)], ["create"], "all changes")
            before = item.id
            item.delete()
            raises(ErrorItemNotFound, lambda: views.get(id=before), "reading a deleted shortcut")
            same(list(views.all()), [], "when it is gone")
        finally:
            Folder.deregister("entry_id")
            for name in ("target", "section", "colour"):
                Message.deregister(name)
            control.ask("PUT", path, {"colour": None})

    return shortcuts


def steps(control):
    return [shortcuts(control)]
