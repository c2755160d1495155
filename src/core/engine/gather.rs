use super::case::{Case, Local, Object, Remote};
use super::changed::answers;
use super::cycle::Cycle;
use super::link::{derived_uid, uri};
use super::{Finding, LocalObject, Pair, PairState, RemoteItem};
use crate::error::Result;
use crate::mapping;
use std::collections::{HashMap, HashSet};

/// What a search for the local object of an unpaired remote item came to.
pub(super) enum Found {
    /// Nothing has its UID.
    Nothing,
    /// This object, and the row that it belongs to, if any.
    Object(String, Option<Box<Pair>>),
    /// The row of an object that is deleted.
    Deleted(Box<Pair>),
    /// An object that belongs to another item: this one is a copy, and needs a UID of its own.
    Taken,
}

impl Cycle<'_> {
    /// Reads whatever the cases do not know yet, in at most one question of each sort.
    pub(super) async fn gather(&mut self, cases: &mut [Case]) -> Result<()> {
        self.read_remote(cases).await?;
        self.identify(cases).await?;
        // The copies, by the UIDs that they were given.
        self.identify(cases).await?;
        self.read_local(cases).await?;
        self.renamed(cases).await?;
        self.namesakes(cases).await
    }

    async fn read_remote(&self, cases: &mut [Case]) -> Result<()> {
        let (mut unread, mut references) = (Vec::new(), Vec::new());
        for case in cases {
            if let Remote::Unread(reference) = &case.remote {
                references.push(reference.clone());
                unread.push(case);
            }
        }
        let items = if references.is_empty() {
            Vec::new()
        } else {
            self.mailbox.read(self.link.kind, &references).await
        };
        for ((case, reference), item) in unread.into_iter().zip(references).zip(answers(items)?) {
            case.remote = Remote::read(reference, item, self.link);
        }
        Ok(())
    }

    /// Looks for the local object of items that no row pairs: by the key of an intent, then by UID.
    async fn identify(&mut self, cases: &mut [Case]) -> Result<()> {
        let mut claimed: HashSet<String> = cases.iter().filter_map(claim).collect();
        let (mut unknown, mut uids) = (Vec::new(), Vec::new());
        let mut aliases = Vec::new();
        for case in cases {
            if !matches!(case.local, Local::Unknown) {
                continue;
            }
            let item = match &case.remote {
                Remote::Read(item) => item,
                // It may be known by its id, where the journal was lost.
                Remote::Unreadable(reference, _) if case.row.is_none() => {
                    uids.push(derived_uid(&reference.id));
                    aliases.push(Vec::new());
                    unknown.push(case);
                    continue;
                }
                _ => {
                    case.local = case.without_object();
                    continue;
                }
            };
            let intent = item.key.as_ref().filter(|_| case.row.is_none());
            if let Some(intent) = intent.and_then(|key| self.intents.remove(key)) {
                case.local = intent.uri.clone().map_or(Local::Absent, Local::Unread);
                claimed.extend(intent.uri.clone());
                self.handled.extend(intent.uri.clone());
                case.row = Some(as_created(intent, item));
                continue;
            }
            let uid = case.uid.as_ref().or(item.uid.as_ref());
            uids.push(
                uid.cloned()
                    .unwrap_or_else(|| derived_uid(&item.reference.id)),
            );
            // A copy has the tag of the item that it was copied from.
            aliases.push(match &case.uid {
                Some(_) => Vec::new(),
                None => item.aliases.clone(),
            });
            unknown.push(case);
        }
        if unknown.is_empty() {
            return Ok(());
        }
        let wanted: Vec<String> = uids
            .iter()
            .chain(aliases.iter().flatten())
            .cloned()
            .collect();
        let found = self.find(&wanted).await?;
        let deleted = self.deleted_rows(&uids, &found).await?;
        let moved = self.moved_rows(&unknown, &uids, &found).await?;
        let departed = self.departed_rows().await?;
        for ((case, uid), aliases) in unknown.into_iter().zip(uids).zip(aliases) {
            let gone = uri(self.link.kind, &uid);
            // An item with a row of its own is no other's under another id.
            let by_name = deleted.get(&gone).filter(|_| case.row.is_none());
            let alias = aliases.iter().find_map(|alias| found.get(alias));
            let found = match (found.get(&uid), by_name, alias) {
                (None, _, _) if moved.contains_key(&uid) => Found::Nothing,
                (Some((object, row)), _, _) => {
                    self.judge(case, &object.uri, row.as_ref(), &claimed)
                }
                (None, Some(row), _) => self.judge(case, &gone, Some(row), &claimed),
                (None, None, Some((object, row))) => {
                    match self.judge(case, &object.uri, row.as_ref(), &claimed) {
                        // Its own UID is free.
                        Found::Taken => Found::Nothing,
                        found => found,
                    }
                }
                (None, None, None) => Found::Nothing,
            };
            // What we created is known by its key, whatever its object was called.
            let found = match (found, moved.get(&uid)) {
                (Found::Nothing, Some(row)) => self.moved(case, row, &claimed),
                (found, _) => found,
            };
            let found = match (found, &case.remote) {
                (Found::Nothing, Remote::Read(item)) if case.row.is_none() => self
                    .like(item, &claimed)
                    .map_or(Found::Nothing, |uri| Found::Object(uri, None)),
                (found, _) => found,
            };
            let found = match (found, &case.remote) {
                (Found::Nothing, Remote::Read(item)) if case.row.is_none() => {
                    self.departed(case, item, &departed, &claimed)
                }
                (found, _) => found,
            };
            let deleted = deleted.contains_key(&gone).then_some(&gone);
            self.adopt(case, found, &uid, deleted, &mut claimed);
        }
        Ok(())
    }

    /// Gives a case what was found for it. `deleted`: the name of an object that does not exist any more.
    fn adopt(
        &mut self,
        case: &mut Case,
        found: Found,
        looked_for: &str,
        deleted: Option<&String>,
        claimed: &mut HashSet<String>,
    ) {
        match found {
            Found::Object(uri, row) => {
                claimed.insert(uri.clone());
                self.handled.insert(uri.clone());
                case.local = if deleted == Some(&uri) {
                    Local::Gone
                } else {
                    Local::Unread(uri)
                };
                if let Some(row) = row {
                    case.forget = case.row.replace(*row).map(|own| own.key);
                }
            }
            Found::Deleted(row) => {
                case.local = Local::Gone;
                case.forget = case.row.replace(*row).map(|own| own.key);
            }
            Found::Taken => {
                let given = case.uid.is_some();
                if given {
                    case.local = case.without_object();
                }
                let item = case.reference();
                case.uid = item.map(|item| next_uid(&item.id, looked_for, given));
                case.taken = 0;
            }
            Found::Nothing => case.local = case.without_object(),
        }
    }

    /// Rows of objects that were deleted, in this very cycle perhaps, by the names that items which were not found would get.
    async fn deleted_rows(
        &self,
        uids: &[String],
        found: &HashMap<String, (Finding, Option<Pair>)>,
    ) -> Result<HashMap<String, Pair>> {
        let names = uids
            .iter()
            .filter(|uid| !found.contains_key(*uid))
            .map(|uid| uri(self.link.kind, uid))
            .filter(|uri| !self.gone.is_empty() || self.local_deleted.contains(uri))
            .collect();
        let mut rows = self.rows(names).await?;
        let doubtful: Vec<String> = rows
            .keys()
            .filter(|uri| !self.local_deleted.contains(*uri))
            .cloned()
            .collect();
        if !doubtful.is_empty() {
            // An object of another UID may have that name.
            for object in self.host.read(&doubtful).await? {
                rows.remove(&object.uri);
            }
        }
        Ok(rows)
    }

    /// Local objects by UID, each with its row.
    async fn find(&self, uids: &[String]) -> Result<HashMap<String, (Finding, Option<Pair>)>> {
        let findings = self.host.find(uids).await?;
        if findings.is_empty() {
            return Ok(HashMap::new());
        }
        let uris = findings.iter().map(|found| found.uri.clone()).collect();
        let mut rows = self.rows(uris).await?;
        Ok(findings
            .into_iter()
            .map(|found| {
                let row = rows.remove(&found.uri);
                (found.uid.clone(), (found, row))
            })
            .collect())
    }

    pub(super) fn judge(
        &mut self,
        case: &Case,
        uri: &str,
        row: Option<&Pair>,
        claimed: &HashSet<String>,
    ) -> Found {
        if claimed.contains(uri) {
            return Found::Taken;
        }
        let uri = uri.to_owned();
        let Some(row) = row else {
            return Found::Object(uri, None);
        };
        let own = case.row.as_ref().is_some_and(|own| own.key == row.key);
        match &row.remote_id {
            _ if own => Found::Object(uri, None),
            // The item it belonged to has gone: moved away and back, or made anew by the server.
            Some(id) if self.gone.remove(id) => Found::Object(uri, Some(Box::new(row.clone()))),
            Some(_) => Found::Taken,
            // An intent, or set aside: nothing was ever agreed on with this item.
            None => {
                self.intents.remove(&row.key);
                let row = Pair {
                    state: PairState::SetAside,
                    base: std::collections::BTreeMap::new(),
                    ..row.clone()
                };
                Found::Object(uri, Some(Box::new(row)))
            }
        }
    }

    async fn read_local(&self, cases: &mut [Case]) -> Result<()> {
        let (mut unread, mut uris) = (Vec::new(), Vec::new());
        for case in cases {
            if let Local::Unread(uri) = &case.local {
                uris.push(uri.clone());
                unread.push(case);
            }
        }
        if uris.is_empty() {
            return Ok(());
        }
        let mut objects: HashMap<String, LocalObject> = self
            .host
            .read(&uris)
            .await?
            .into_iter()
            .map(|object| (object.uri.clone(), object))
            .collect();
        for (case, uri) in unread.into_iter().zip(uris) {
            case.local = objects.remove(&uri).map_or(Local::Gone, |object| {
                let item = mapping::read_local(self.link.kind, &object.text, &self.link.context)
                    .map(|mut item| {
                        if self.link.hides(&item.record) {
                            item.losses.clear();
                        }
                        item.record = self.link.seen(item.record);
                        item
                    })
                    .map_err(|error| error.message().to_owned());
                Local::Read(Object {
                    uri: object.uri,
                    etag: object.etag,
                    text: object.text,
                    item,
                })
            });
        }
        Ok(())
    }
}

/// The row of an item that was found by its intent's key. It may have been created in part: what it lacks was never agreed on,
/// so it is no change of the remote side, and the local one is looked at again.
fn as_created(mut intent: Pair, item: &RemoteItem) -> Pair {
    let has: HashSet<String> = item.record.iter().map(|(key, _)| key.to_string()).collect();
    let agreed = intent.base.len();
    intent
        .base
        .retain(|name, _| has.contains(name) || super::base::is_note(name));
    if intent.base.len() < agreed {
        intent.state = PairState::SetAside;
    }
    intent
}

/// The UID to try after one that is taken: the one that goes with the item's id, or where an object has that too, the one that
/// goes with it.
fn next_uid(id: &str, taken: &str, given: bool) -> String {
    let own = derived_uid(id);
    if given || taken == own {
        derived_uid(taken)
    } else {
        own
    }
}

/// The local object that a case is about already.
fn claim(case: &Case) -> Option<String> {
    match &case.local {
        Local::Unread(uri) => Some(uri.clone()),
        Local::Read(object) => Some(object.uri.clone()),
        Local::Same => case.row.as_ref().and_then(|row| row.uri.clone()),
        Local::Absent | Local::Gone | Local::Unknown => None,
    }
}
