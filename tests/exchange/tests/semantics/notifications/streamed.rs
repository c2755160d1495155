//! Streams.

use std::time::{Duration, Instant};

use exchange_standin::element::{Element, Ns};
use exchange_standin::item::Class;
use exchange_standin::remote;
use exchange_standin::sharing::Share;
use exchange_standin::version::Release;

use crate::client::{Fixture, Key, USER, codes, set};

use super::wire::{Piece, Stream, call_as, events_of, message, names, refused};
use super::{
    ALL, BEN, SERVICE, configure, folder, get_streaming_events, id, several, streaming, subscribe,
    unsubscribe,
};

const CONTACT: &str = "<t:Contact><t:Surname>A</t:Surname></t:Contact>";

fn folder_id(fixture: &Fixture, folder: &str) -> String {
    let response = fixture.call(&format!(
        "<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds>{}</m:FolderIds>\
         </m:GetFolder>",
        super::folder(folder)
    ));
    let id = response.descendant("FolderId").unwrap();
    id.attr("Id").unwrap().to_owned()
}

fn id_of(event: &Element, name: &str) -> String {
    event.get(name).unwrap().attr("Id").unwrap().to_owned()
}

#[test]
fn what_a_client_does_comes_as_events_of_the_item_and_of_its_folder() {
    let fixture = Fixture::new();
    let folders = ["contacts", "quickcontacts", "deleteditems"]
        .map(folder)
        .concat();
    let subscription = id(&fixture.call(&subscribe(&folders, ALL)));
    let mut stream = Stream::open(&fixture, &get_streaming_events(&[&subscription]));
    assert_eq!(stream.status(), "OK");
    let contacts = folder_id(&fixture, "contacts");
    let bin = folder_id(&fixture, "deleteditems");

    let key = fixture.create(CONTACT);
    let events = stream.events(2);
    assert_eq!(
        names(&events),
        ["CreatedEvent ItemId", "ModifiedEvent FolderId"]
    );
    let created = &events[0].1;
    assert_eq!(Key::of(created), key);
    assert_eq!(id_of(created, "ParentFolderId"), contacts);
    assert!(created.get("TimeStamp").is_some() && created.get("Watermark").is_none());
    assert_eq!(id_of(&events[1].1, "FolderId"), contacts);

    let surname = set("Contact", "contacts:Surname", "<t:Surname>B</t:Surname>");
    let key = fixture.update(&key, &surname).unwrap();
    assert_eq!(Key::of(&stream.wait_for("ModifiedEvent ItemId")), key);

    let copied = fixture.call(&format!(
        "<m:CopyItem><m:ToFolderId>{}</m:ToFolderId><m:ItemIds>{}</m:ItemIds></m:CopyItem>",
        folder("quickcontacts"),
        key.xml()
    ));
    assert_eq!(codes(&copied), ["NoError"]);
    let event = stream.wait_for("CopiedEvent ItemId");
    assert_eq!(Key::of(&event), Key::of(&copied));
    assert_eq!(id_of(&event, "OldItemId"), key.id);
    assert_eq!(id_of(&event, "OldParentFolderId"), contacts);

    fixture.delete(&key.xml(), "MoveToDeletedItems");
    let moved = stream.wait_for("MovedEvent ItemId");
    assert_eq!(id_of(&moved, "OldItemId"), key.id);
    assert_eq!(id_of(&moved, "ParentFolderId"), bin);
    fixture.delete(
        &format!("<t:ItemId Id=\"{}\"/>", id_of(&moved, "ItemId")),
        "HardDelete",
    );
    let deleted = stream.wait_for("DeletedEvent ItemId");
    assert_eq!(id_of(&deleted, "ItemId"), id_of(&moved, "ItemId"));
    assert_eq!(
        fixture.standin.notifications().figures(Some(USER)).streams,
        1
    );
}

#[test]
fn what_others_do_and_what_happens_to_folders_is_told_as_well() {
    let fixture = Fixture::new();
    let (_, mut stream) = streaming(&fixture);
    fixture.standin.mailbox(|mailbox| {
        let number = remote::create(mailbox, "tasks", Class::Task, &[]).unwrap();
        remote::delete(mailbox, number, None).unwrap();
        let root = mailbox.distinguished("msgfolderroot").unwrap();
        let bin = mailbox.distinguished("deleteditems").unwrap();
        let folder = mailbox.add_folder(Some(root), "Team", "IPF.Appointment");
        mailbox.move_folder(folder, bin);
        mailbox.move_folder(folder, root);
        mailbox.remove_folder(folder);
    });
    let events = stream.events(14);
    assert_eq!(
        names(&events),
        [
            "CreatedEvent ItemId",
            "ModifiedEvent FolderId",
            "DeletedEvent ItemId",
            // The search folder of all items sees it as well.
            "DeletedEvent ItemId",
            "ModifiedEvent FolderId",
            "CreatedEvent FolderId",
            "ModifiedEvent FolderId",
            // To the bin, of which its two folders tell alone, and back.
            "ModifiedEvent FolderId",
            "ModifiedEvent FolderId",
            "MovedEvent FolderId",
            "ModifiedEvent FolderId",
            "ModifiedEvent FolderId",
            "DeletedEvent FolderId",
            "ModifiedEvent FolderId",
        ]
    );
}

/// Microsoft's table of events that deletions raise.
#[test]
fn deletions_are_told_in_different_ways() {
    let told = |release: Release, folders: &str, how: &str| {
        let mut fixture = Fixture::with(|builder| builder.release(release));
        fixture.version = "Exchange2010_SP1";
        let key = fixture.create(CONTACT);
        let id = id(&fixture.call(&subscribe(folders, ALL)));
        let mut stream = Stream::open(&fixture, &get_streaming_events(&[&id]));
        assert_eq!(stream.status(), "OK");
        fixture.delete(&key.xml(), how);
        let events = events_of(&stream.message());
        let items = events
            .iter()
            .filter(|(_, event)| event.get("ItemId").is_some());
        items
            .map(|(name, _)| name.replace("Event ItemId", ""))
            .collect::<Vec<_>>()
    };
    let contacts = folder("contacts");
    for (how, of_one, of_all, of_all_before) in [
        ("HardDelete", "Deleted", "Deleted Deleted", "Deleted"),
        ("SoftDelete", "Moved", "Deleted Deleted", "Deleted"),
        ("MoveToDeletedItems", "Moved", "Deleted Created", "Moved"),
    ] {
        assert_eq!(told(Release::Se, &contacts, how).join(" "), of_one, "{how}");
        assert_eq!(told(Release::Se, "", how).join(" "), of_all, "{how}");
        assert_eq!(
            told(Release::Exchange2010, "", how).join(" "),
            of_all_before,
            "{how}"
        );
    }
}

#[test]
fn a_subscription_hears_of_its_folders_and_kinds_alone() {
    let fixture = Fixture::new();
    let id = id(&fixture.call(&subscribe(&folder("contacts"), "DeletedEvent MovedEvent")));
    let mut stream = Stream::open(&fixture, &get_streaming_events(&[&id]));
    assert_eq!(stream.status(), "OK");
    let task = fixture.create("<t:Task><t:Subject>T</t:Subject></t:Task>");
    fixture.delete(&task.xml(), "HardDelete");
    let contact = fixture.create(CONTACT);
    fixture.delete(&contact.xml(), "MoveToDeletedItems");
    assert_eq!(
        names(&stream.events(1)),
        ["MovedEvent ItemId"],
        "the folder that it left hears of it"
    );
}

#[test]
fn silence_is_filled_with_heartbeats() {
    let fixture = Fixture::new();
    configure(&fixture, |settings| settings.heartbeat_ms = 40);
    let begun = Instant::now();
    let (_, mut stream) = streaming(&fixture);
    for _ in 0..3 {
        assert_eq!(stream.status(), "OK");
    }
    assert!(
        begun.elapsed() >= Duration::from_millis(120),
        "each after a silence of its own"
    );
}

#[test]
fn the_end_is_announced_and_the_subscription_lives_on() {
    let fixture = Fixture::new();
    configure(&fixture, |settings| {
        settings.minute_ms = 50;
        settings.idle_minutes = 10_000;
    });
    let (id, mut stream) = streaming(&fixture);
    assert_eq!(
        (stream.status().as_str(), stream.piece()),
        ("Closed", Piece::End)
    );
    configure(&fixture, |settings| settings.minute_ms = 60_000);
    assert_eq!(fixture.standin.notifications().figures(None).streams, 0);
    // It tells what happened meanwhile as soon as there is a stream again.
    fixture.create(CONTACT);
    let mut again = Stream::open(&fixture, &get_streaming_events(&[&id]));
    assert_eq!(again.status(), "OK");
    again.wait_for("CreatedEvent ItemId");
}

#[test]
fn what_was_not_kept_until_a_stream_opened_is_missed() {
    let fixture = Fixture::new();
    let id = id(&fixture.call(&subscribe("", ALL)));
    fixture.standin.mailbox(|mailbox| {
        let number = remote::create(mailbox, "tasks", Class::Task, &[]).unwrap();
        for _ in 0..600 {
            remote::update(mailbox, number, None, &[], &[]).unwrap();
        }
    });
    let mut stream = Stream::open(&fixture, &get_streaming_events(&[&id]));
    assert_eq!(stream.status(), "OK");
    let missed = ("ErrorMissedNotificationEvents".to_owned(), vec![id.clone()]);
    assert_eq!(refused(&stream.message()), missed);
    assert_eq!(stream.piece(), Piece::End);
    let gone = fixture.call(&get_streaming_events(&[&id]));
    assert_eq!(codes(&gone), ["ErrorSubscriptionNotFound"]);
}

#[test]
fn another_stream_takes_a_subscription_over() {
    let fixture = Fixture::new();
    let (one, other) = (
        id(&fixture.call(&subscribe("", ALL))),
        id(&fixture.call(&subscribe("", ALL))),
    );
    let mut older = Stream::open(&fixture, &get_streaming_events(&[&one, &other]));
    assert_eq!(older.status(), "OK");
    let mut newer = Stream::open(&fixture, &get_streaming_events(&[&one]));
    assert_eq!(newer.status(), "OK");
    let taken = ("ErrorNewEventStreamConnectionOpened".to_owned(), vec![one]);
    assert_eq!(refused(&older.message()), taken);
    assert_eq!(older.piece(), Piece::End);
    fixture.create(CONTACT);
    newer.wait_for("CreatedEvent ItemId");
}

#[test]
fn one_bad_id_spoils_the_request_and_the_words_are_those_of_real_servers() {
    let fixture = Fixture::new();
    let good = id(&fixture.call(&subscribe("", ALL)));
    let gone = id(&fixture.call(&subscribe("", ALL)));
    assert_eq!(fixture.codes(&unsubscribe(&gone)), ["NoError"]);
    assert_eq!(
        fixture.codes(&unsubscribe(&gone)),
        ["ErrorSubscriptionNotFound"]
    );
    let reply = fixture
        .send(&get_streaming_events(&[&good, &gone]))
        .unwrap();
    let refusal = message(&reply.text());
    assert_eq!(
        refused(&refusal),
        ("ErrorSubscriptionNotFound".to_owned(), vec![gone])
    );
    assert_eq!(
        refusal.get("ErrorSubscriptionIds").unwrap().children[0].ns,
        Ns::Messages
    );
    assert_eq!(
        fixture.codes(&get_streaming_events(&["nonsense"])),
        ["ErrorInvalidSubscription"]
    );

    let mut stream = Stream::open(&fixture, &get_streaming_events(&[&good]));
    assert_eq!(stream.status(), "OK");
    fixture.create(CONTACT);
    let Piece::Envelope(xml) = stream.piece() else {
        panic!("no envelope");
    };
    assert!(
        xml.starts_with("<?xml"),
        "every envelope is a document of its own: {xml}"
    );
    let told = message(&xml);
    let notification = &told.get("Notifications").unwrap().children[0];
    assert_eq!(
        (notification.ns, &notification.name[..]),
        (Ns::Messages, "Notification")
    );
    assert_eq!(id(notification), good);
}

#[test]
fn unsubscribing_ends_the_stream() {
    let fixture = Fixture::new();
    let (id, mut stream) = streaming(&fixture);
    assert_eq!(fixture.codes(&unsubscribe(&id)), ["NoError"]);
    let ended = ("ErrorSubscriptionUnsubscribed".to_owned(), vec![id]);
    assert_eq!(refused(&stream.message()), ended);
    assert_eq!(stream.piece(), Piece::End);
    assert_eq!(
        fixture.standin.notifications().figures(None).subscriptions,
        0
    );
}

#[test]
fn a_client_that_goes_away_is_noticed() {
    let fixture = Fixture::new();
    let (_, stream) = streaming(&fixture);
    drop(stream);
    let begun = Instant::now();
    while fixture.standin.notifications().figures(None).streams > 0 {
        assert!(begun.elapsed().as_secs() < 20, "the stream is still open");
        std::thread::yield_now();
    }
    assert_eq!(
        fixture.standin.notifications().figures(None).subscriptions,
        1
    );
}

#[test]
fn a_service_account_hears_of_many_mailboxes_and_nobody_else_reads_its_subscriptions() {
    let fixture = Fixture::with(several);
    let ids = [USER, BEN].map(|user| id(&call_as(&fixture, SERVICE, user, &subscribe("", ALL))));
    let ask = get_streaming_events(&[&ids[0], &ids[1]]);
    let denied = call_as(&fixture, USER, "", &get_streaming_events(&[&ids[0]]));
    assert_eq!(codes(&denied), ["ErrorSubscriptionAccessDenied"]);
    assert_eq!(
        codes(&call_as(&fixture, BEN, "", &unsubscribe(&ids[1]))),
        ["ErrorSubscriptionAccessDenied"]
    );
    let mut stream = Stream::open_as(&fixture, SERVICE, USER, &ask, &[]);
    assert_eq!(stream.status(), "OK");
    for (user, wanted) in [(BEN, &ids[1]), (USER, &ids[0])] {
        let create = |mailbox: &mut _| remote::create(mailbox, "tasks", Class::Task, &[]);
        fixture.standin.mailbox_of(user, create).unwrap().unwrap();
        let told = stream.message();
        assert_eq!(id(&told), *wanted);
        assert_eq!(
            names(&events_of(&told)),
            ["CreatedEvent ItemId", "ModifiedEvent FolderId"]
        );
    }
}

#[test]
fn one_subscription_is_about_one_mailbox() {
    let fixture = Fixture::with(several);
    let bens = format!(
        "<t:DistinguishedFolderId Id=\"calendar\"><t:Mailbox><t:EmailAddress>{BEN}</t:EmailAddress></t:Mailbox>\
         </t:DistinguishedFolderId>"
    );
    let code = |folders: &str| fixture.codes(&subscribe(folders, ALL)).remove(0);
    assert_eq!(
        code(&format!("{}{bens}", folder("calendar"))),
        "ErrorInvalidSubscriptionRequest"
    );
    let share = |folder: &str| {
        let share = Share {
            folders: vec![folder.to_owned()],
            writable: true,
        };
        fixture.standin.mailbox_of(BEN, |mailbox| {
            mailbox.settings.shares.insert(USER.to_owned(), share);
        });
    };
    assert_eq!(code(&bens), "ErrorSubscriptionDelegateAccessNotSupported");
    share("calendar");
    assert_eq!(code(&bens), "ErrorSubscriptionDelegateAccessNotSupported");
    share("msgfolderroot");
    let shared = id(&fixture.call(&subscribe(&bens, ALL)));
    let mut stream = Stream::open(&fixture, &get_streaming_events(&[&shared]));
    assert_eq!(stream.status(), "OK");
    fixture.standin.mailbox_of(BEN, |mailbox| {
        remote::create(mailbox, "tasks", Class::Task, &[]).unwrap();
        remote::create(mailbox, "calendar", Class::Event, &[]).unwrap();
    });
    assert_eq!(names(&stream.events(1))[0], "CreatedEvent ItemId");
    let both = subscribe(&folder("tasks"), ALL).replace(
        "Request><t:Folder",
        "Request SubscribeToAllFolders=\"true\"><t:Folder",
    );
    assert_eq!(fixture.codes(&both), ["ErrorInvalidSubscriptionRequest"]);
    assert_eq!(code(&folder("favorites")), "ErrorFolderNotFound");
}

#[test]
fn streams_came_with_2010_sp1() {
    let mut fixture = Fixture::with(|builder| builder.release(Release::Exchange2007));
    fixture.version = "Exchange2007_SP1";
    assert_eq!(fixture.fault(&subscribe("", ALL)), "ErrorSchemaValidation");
    assert_eq!(
        fixture.fault(&get_streaming_events(&["x"])),
        "ErrorSchemaValidation"
    );
    let mut fixture = Fixture::with(|builder| builder.release(Release::Exchange2010));
    fixture.version = "Exchange2010";
    assert_eq!(
        fixture.fault(&subscribe("", ALL)),
        "ErrorIncorrectSchemaVersion"
    );
    fixture.version = "Exchange2010_SP1";
    assert_eq!(fixture.codes(&subscribe("", ALL)), ["NoError"]);
}
