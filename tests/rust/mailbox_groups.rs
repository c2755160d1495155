//! Groups of contacts against the stand-in Exchange: distribution lists, whose members are contacts of the same folder or
//! somebody by address.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail"
)]

mod anna;
mod collection;

use anna::{VIENNA, client, mailbox, own_folder};
use collection::Collection;
use exchange_core::client::Client;
use exchange_core::engine::{Create, Mailbox as _, Named, RemoteItem, RemoteRef, Update, cycle};
use exchange_core::ews::{
    CreateItem, Element, FieldPath, FolderId, GetItem, ItemId, NewItem, Target,
};
use exchange_core::mailbox::EwsMailbox;
use exchange_core::mapping::{self};
use exchange_core::model::{Key, Kind, Record, Value};
use exchange_standin::Standin;

struct Desk {
    standin: Standin,
    client: Client,
    mailbox: EwsMailbox,
    folder: String,
}

impl Desk {
    async fn new() -> Self {
        let standin = anna::empty().await;
        let client = client(&standin);
        let mailbox = mailbox(&standin, VIENNA);
        let folder = own_folder(&mailbox, Kind::Contact).await;
        Self {
            standin,
            client,
            mailbox,
            folder,
        }
    }

    /// Creates items whose groups name others that are there already.
    async fn create(&self, cards: &[&str], named: &[Named]) -> Vec<RemoteRef> {
        let new: Vec<Create> = cards
            .iter()
            .enumerate()
            .map(|(at, text)| {
                let item = mapping::read_local(Kind::Contact, text, &VIENNA).unwrap();
                Create {
                    key: format!("key-{at}"),
                    uid: item.uid.unwrap(),
                    record: item.record,
                    named: named.to_vec(),
                }
            })
            .collect();
        let created = self.mailbox.create(Kind::Contact, &self.folder, &new);
        created.await.into_iter().map(Result::unwrap).collect()
    }

    async fn read(&self, reference: &RemoteRef) -> RemoteItem {
        let references = std::slice::from_ref(reference);
        let mut items = self.mailbox.read(Kind::Contact, references).await;
        items.remove(0).unwrap()
    }

    async fn update(
        &self,
        reference: &RemoteRef,
        now: &Record,
        target: &Record,
        named: &[Named],
    ) -> RemoteRef {
        let keys = now.iter().chain(target.iter()).map(|(key, _)| key);
        let mut changed: Vec<Key> = keys
            .filter(|key| now.get(*key) != target.get(*key))
            .collect();
        changed.sort_unstable();
        changed.dedup();
        let update = Update {
            reference: reference.clone(),
            target: target.clone(),
            changed,
            named: named.to_vec(),
        };
        let mut updated = self.mailbox.update(Kind::Contact, &[update]).await;
        updated.remove(0).unwrap()
    }

    /// The members as any program sees them: name, address and kind of each.
    async fn members(&self, reference: &RemoteRef) -> Vec<[String; 3]> {
        let target = target(reference);
        let item = self
            .client
            .call(&GetItem {
                items: vec![&target],
                fields: &[FieldPath::Field("distributionlist:Members")],
            })
            .await
            .unwrap()
            .remove(0)
            .unwrap();
        assert_eq!(item.name, "DistributionList");
        let list = item.child("Members").map_or(&[][..], |list| &list.children);
        let text = |member: &Element, name: &str| {
            let leaf = member.at(&["Mailbox", name]);
            leaf.map(|leaf| leaf.text.clone()).unwrap_or_default()
        };
        list.iter()
            .map(|member| ["Name", "EmailAddress", "MailboxType"].map(|name| text(member, name)))
            .collect()
    }
}

fn target(reference: &RemoteRef) -> Target {
    Target::Item(ItemId {
        id: reference.id.clone(),
        change_key: None,
    })
}

fn card(uid: &str, lines: &str) -> String {
    format!("BEGIN:VCARD\r\nVERSION:4.0\r\nUID:{uid}\r\n{lines}END:VCARD\r\n")
}

fn record(text: &str) -> Record {
    mapping::read_local(Kind::Contact, text, &VIENNA)
        .unwrap()
        .record
}

const ADA: &str = "03a0e51f-d1aa-4385-8a53-e29025acd8af";
const BOB: &str = "54fd5ff7-3d5e-4e3f-8c5b-6c7f4a6e9b10";

fn ada() -> String {
    card(ADA, "FN:Ada Example\r\nEMAIL:ada@example.org\r\n")
}

fn bob() -> String {
    card(BOB, "FN:Bob Example\r\nTEL:1\r\n")
}

fn named(uid: &str, item: &RemoteRef) -> Named {
    Named {
        uid: uid.to_owned(),
        id: item.id.clone(),
    }
}

#[tokio::test]
async fn a_group_names_contacts_by_uid_and_others_by_address() {
    let desk = Desk::new().await;
    let group = card(
        "g@example.org",
        &format!(
            "KIND:group\r\nFN:Choir\r\nMEMBER:urn:uuid:{ADA}\r\nMEMBER:urn:uuid:{BOB}\r\nMEMBER:mailto:eve@example.org\r\nNOTE:Mondays\r\n"
        ),
    );
    let members = desk.create(&[&ada(), &bob()], &[]).await;
    let named = [named(ADA, &members[0]), named(BOB, &members[1])];
    let created = desk.create(&[&group], &named).await;
    assert_eq!(
        desk.members(&created[0]).await,
        [
            ["eve@example.org", "eve@example.org", "OneOff"],
            ["Ada Example", "ada@example.org", "Contact"],
        ]
    );
    let read = desk.read(&created[0]).await;
    assert_eq!(read.record, record(&group));
    assert_eq!(read.uid.as_deref(), Some("g@example.org"));
    let lost: Vec<&str> = read
        .losses
        .iter()
        .map(|loss| loss.property.as_str())
        .collect();
    assert_eq!(
        lost,
        ["members"],
        "one without an address cannot be shown: {:?}",
        read.losses
    );
    // Taking it over writes nothing.
    let all: Vec<Key> = read.record.iter().map(|(key, _)| key).collect();
    let same = mapping::write_local(
        Kind::Contact,
        Some(&group),
        "g",
        &read.record,
        &all,
        &VIENNA,
    );
    assert_eq!(same.unwrap(), group);
    assert_eq!(desk.standin.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn members_come_and_go() {
    let desk = Desk::new().await;
    let group = card(
        "g",
        "KIND:group\r\nFN:Choir\r\nMEMBER:mailto:eve@example.org\r\n",
    );
    let created = desk.create(&[&group, &ada()], &[]).await;
    let ada = named(ADA, &created[1]);
    let one = record(&group);
    let mut two = one.clone();
    let members = |members: &[&str]| Value::list(members.iter().map(|member| (*member).to_owned()));
    let urn = format!("urn:uuid:{ADA}");
    two.set(
        Key::of("members"),
        members(&[&urn, "Eve Example <eve@example.org>"]),
    );
    let reference = desk.update(&created[0], &one, &two, &[ada]).await;
    assert_eq!(
        desk.members(&reference).await,
        [
            ["Eve Example", "eve@example.org", "OneOff"],
            ["Ada Example", "ada@example.org", "Contact"],
        ]
    );
    assert_eq!(desk.read(&reference).await.record, two);

    let mut none = two.clone();
    none.remove(Key::of("members"));
    let reference = desk.update(&reference, &two, &none, &[]).await;
    assert_eq!(desk.members(&reference).await, Vec::<[String; 3]>::new());
    assert_eq!(desk.read(&reference).await.record, none);
    assert_eq!(desk.standin.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn a_list_made_in_outlook_names_the_cards_of_its_contacts() {
    let desk = Desk::new().await;
    let leaf = |name: &str, text: &str| Element {
        name: name.to_owned(),
        text: text.to_owned(),
        ..Element::default()
    };
    let node = |name: &str, children: Vec<Element>| Element {
        name: name.to_owned(),
        children,
        ..Element::default()
    };
    let folder = FolderId::Id(desk.folder.clone());
    let new = async |item: NewItem| {
        let question = CreateItem {
            folder: &folder,
            kind: Kind::Contact,
            items: vec![&item],
            notify: false,
        };
        let mut created = desk.client.call(&question).await.unwrap();
        RemoteRef::from(created.remove(0).unwrap())
    };
    let mut entry = leaf("Entry", "ada@example.org");
    entry
        .attributes
        .push(("Key".to_owned(), "EmailAddress1".to_owned()));
    let contact = new(NewItem {
        content: vec![
            leaf("DisplayName", "Ada Example"),
            node("EmailAddresses", vec![entry]),
        ],
        ..NewItem::default()
    })
    .await;
    let mut id = leaf("ItemId", "");
    id.attributes.push(("Id".to_owned(), contact.id.clone()));
    let mailbox = node("Mailbox", vec![leaf("MailboxType", "Contact"), id]);
    let list = new(NewItem {
        content: vec![
            leaf("DisplayName", "Choir"),
            node("Members", vec![node("Member", vec![mailbox])]),
        ],
        group: true,
        ..NewItem::default()
    })
    .await;

    let read = desk.read(&list).await.record;
    assert_eq!(read.own("group"), Some(&Value::Bool(true)));
    let Some(Value::List(members)) = read.own("members") else {
        panic!("{read:?}")
    };
    // The UID that the contact's card gets, having none of its own.
    assert!(members[0].starts_with("urn:uuid:exchange-"), "{members:?}");
    let text = mapping::write_local(Kind::Contact, None, "list", &read, &[], &VIENNA).unwrap();
    assert!(
        text.contains("X-ADDRESSBOOKSERVER-KIND:group\r\n"),
        "{text}"
    );
    assert_eq!(record(&text), read);

    // A group of Nextcloud's that names it by that UID has it as a member.
    let group = card(
        "g",
        &format!("KIND:group\r\nFN:Band\r\nMEMBER:{}\r\n", members[0]),
    );
    let ada = named(members[0].trim_start_matches("urn:uuid:"), &contact);
    let band = desk.create(&[&group], &[ada]).await.remove(0);
    let expected = [["Ada Example", "ada@example.org", "Contact"]];
    assert_eq!(desk.members(&band).await, expected);
    assert_eq!(desk.read(&band).await.record, record(&group));
    assert_eq!(desk.standin.violations(), Vec::<String>::new());
}

/// A whole address book goes to Exchange in many batches, and the group is the first of its cards.
#[tokio::test]
async fn a_group_is_written_after_all_its_members() {
    let desk = Desk::new().await;
    let here = Collection::default();
    let uid = |number: usize| format!("card-{number:03}");
    // The cards of these numbers are new, and the group has all so far.
    let put = |numbers: std::ops::Range<usize>| {
        let mut state = here.0.lock().unwrap();
        let members = (0..numbers.end).map(|number| format!("MEMBER:urn:uuid:{}", uid(number)));
        let members = members.collect::<Vec<_>>().join("\r\n");
        let group = card("group", &format!("KIND:group\r\nFN:All\r\n{members}\r\n"));
        state.put("a.vcf", &group);
        for uid in numbers.map(uid) {
            let text = card(&uid, &format!("FN:{uid}\r\nEMAIL:{uid}@example.org\r\n"));
            state.put(&format!("b-{uid}.vcf"), &text);
        }
    };
    let synchronise = async || {
        let link = here.link(Kind::Contact, &desk.folder, VIENNA);
        let report = cycle(&link, &desk.mailbox, &here).await;
        assert!(report.done && report.error.is_none(), "{report:?}");
        let state = here.0.lock().unwrap();
        let mut rows = state.rows.values();
        let row = rows.find(|row| row.uri.as_deref() == Some("a.vcf"));
        let row = row.unwrap().clone();
        RemoteRef {
            id: row.remote_id.unwrap(),
            version: row.version.unwrap(),
        }
    };
    let known = async |list: RemoteRef| {
        let members = desk.members(&list).await;
        let known = members.iter().filter(|[_, _, kind]| kind == "Contact");
        known.count()
    };
    put(0..250);
    assert_eq!(known(synchronise().await).await, 250);
    put(250..400);
    assert_eq!(known(synchronise().await).await, 400);

    // A group costs what it names, and not what the folder holds.
    let pair = format!(
        "MEMBER:urn:uuid:{}\r\nMEMBER:urn:uuid:{}\r\n",
        uid(1),
        uid(2)
    );
    let pair = card("pair", &format!("KIND:group\r\nFN:Pair\r\n{pair}"));
    here.0.lock().unwrap().put("c.vcf", &pair);
    desk.standin.calls().reset();
    synchronise().await;
    let calls = desk.standin.calls().counts();
    let calls: Vec<(&str, usize)> = calls
        .iter()
        .map(|(name, count)| (name.as_str(), *count))
        .collect();
    assert_eq!(
        calls,
        [("CreateItem", 1), ("GetItem", 1), ("SyncFolderItems", 2)]
    );
}
