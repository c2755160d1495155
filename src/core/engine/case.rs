use super::{Link, LossRow, Pair, PairState, RemoteItem, RemoteRef};
use crate::error::{ErrorKind, Result};
use crate::mapping::{self, LocalItem, Span};
use crate::model::{Key, Kind, Loss, Record};
use crate::sync::{self, Direction, Rules, Side, Sight};

/// One item to be brought in step: its row of the journal and what is known of either side so far.
#[derive(Debug)]
pub(super) struct Case {
    pub row: Option<Pair>,
    pub local: Local,
    pub remote: Remote,
    /// A row that this case takes in: it goes when the case is done.
    pub forget: Option<String>,
    /// A UID to use in place of the item's own, which another item has taken.
    pub uid: Option<String>,
    /// How often the name for a new local object was taken.
    pub taken: u8,
    /// The key of its row where the item is left in Exchange.
    pub left_key: Option<String>,
}

#[derive(Debug)]
pub(super) enum Local {
    Absent,
    /// As the journal has it.
    Same,
    Gone,
    /// To be looked for by the remote item's UID.
    Unknown,
    /// To be read.
    Unread(String),
    Read(Object),
}

#[derive(Debug)]
pub(super) struct Object {
    pub uri: String,
    pub etag: String,
    pub text: String,
    /// The reason why it cannot cross, where it cannot.
    pub item: Result<LocalItem, String>,
}

#[derive(Debug)]
pub(super) enum Remote {
    Absent,
    /// As the journal has it.
    Same,
    Gone,
    /// Gone since the folder was listed: the next listing tells whether it was deleted or is another item now.
    Lost,
    /// To be read.
    Unread(RemoteRef),
    Read(Box<RemoteItem>),
    /// Exists, but cannot cross, and why.
    Unreadable(RemoteRef, String),
}

impl Remote {
    /// What reading came to.
    pub fn read(reference: RemoteRef, item: Result<RemoteItem>, link: &Link) -> Self {
        match item {
            Ok(mut item) => {
                if link.hides(&item.record) {
                    item.locked = item.record.own(mapping::ORGANIZER).is_some();
                    item.losses.clear();
                }
                item.record = link.seen(item.record);
                Self::Read(Box::new(item))
            }
            Err(error) if error.kind() == ErrorKind::ItemGone => Self::Lost,
            Err(error) => Self::Unreadable(reference, error.message().to_owned()),
        }
    }
}

impl Case {
    pub fn new(row: Option<Pair>, local: Local, remote: Remote) -> Self {
        Self {
            row,
            local,
            remote,
            forget: None,
            uid: None,
            taken: 0,
            left_key: None,
        }
    }

    /// The local side of an item that no object was found for: a row without a name and with an etag had one.
    pub fn without_object(&self) -> Local {
        let had = self.row.as_ref().is_some_and(|row| row.etag.is_some());
        if had { Local::Gone } else { Local::Absent }
    }

    pub fn is_set_aside(&self) -> bool {
        self.state() == Some(PairState::SetAside)
    }

    /// Whether the local object is a group of contacts: it names others of its collection.
    pub fn names_contacts(&self) -> bool {
        let Local::Read(object) = &self.local else {
            return false;
        };
        let item = object.item.as_ref();
        item.is_ok_and(|item| !mapping::named_uids(&item.record).is_empty())
    }

    /// An item that a write of ours broke off in counts as unchanged there and as changed here, so that it is written again.
    pub fn take_up(&mut self) {
        if let (Some(row), Remote::Read(item)) = (&mut self.row, &self.remote)
            && item.unfinished
        {
            row.base = sync::fingerprint(&item.record);
            // Without an etag the object is looked at.
            row.etag = row.etag.take().map(|_| String::new());
        }
    }

    fn state(&self) -> Option<PairState> {
        self.row.as_ref().map(|row| row.state)
    }

    /// None: it cannot be read.
    pub fn local_sight(&self, link: &Link) -> Option<Sight> {
        let object = match &self.local {
            Local::Same => return Some(Sight::Unchanged),
            Local::Absent | Local::Unknown => return Some(Sight::Absent),
            Local::Gone => return Some(gone(self.row.as_ref().and_then(|row| row.etag.as_ref()))),
            Local::Unread(_) => return None,
            Local::Read(object) => object,
        };
        let item = object.item.as_ref().ok()?;
        let Some(row) = &self.row else {
            return Some(Sight::Changed);
        };
        if matches!(self.remote, Remote::Absent) {
            // An intent, or set aside before the other side had it: still to be created there.
            return Some(Sight::Changed);
        }
        let trusted = !matches!(row.state, PairState::SetAside | PairState::Outside);
        if trusted && row.etag.as_ref() == Some(&object.etag) {
            return Some(Sight::Unchanged);
        }
        // What cannot cross is no edit to keep.
        Some(seen(sync::differs(
            &row.base,
            &item.record,
            &link.rules(),
            Side::Local,
        )))
    }

    /// None: it cannot be read.
    pub fn remote_sight(&self, link: &Link) -> Option<Sight> {
        let item = match &self.remote {
            Remote::Same => return Some(Sight::Unchanged),
            Remote::Absent => return Some(Sight::Absent),
            Remote::Gone => {
                return Some(gone(
                    self.row.as_ref().and_then(|row| row.remote_id.as_ref()),
                ));
            }
            Remote::Lost | Remote::Unread(_) | Remote::Unreadable(..) => return None,
            Remote::Read(item) => item,
        };
        let Some(row) = &self.row else {
            return Some(Sight::Changed);
        };
        if matches!(self.local, Local::Absent) {
            return Some(Sight::Changed);
        }
        if row.state == PairState::Linked && row.version.as_ref() == Some(&item.reference.version) {
            return Some(Sight::Unchanged);
        }
        Some(seen(sync::differs(
            &row.base,
            &item.record,
            &link.rules(),
            Side::Remote,
        )))
    }

    /// The remote item's id and version, where it exists.
    pub fn reference(&self) -> Option<RemoteRef> {
        match &self.remote {
            Remote::Unread(reference) | Remote::Unreadable(reference, _) => Some(reference.clone()),
            Remote::Read(item) => Some(item.reference.clone()),
            Remote::Same => self.row.as_ref().and_then(reference),
            Remote::Absent | Remote::Gone | Remote::Lost => None,
        }
    }

    /// The local object's name and etag, where it exists.
    pub fn object(&self) -> Option<(String, String)> {
        match &self.local {
            Local::Read(object) => Some((object.uri.clone(), object.etag.clone())),
            Local::Same => {
                let row = self.row.as_ref()?;
                Some((row.uri.clone()?, row.etag.clone()?))
            }
            Local::Absent | Local::Gone | Local::Unknown | Local::Unread(_) => None,
        }
    }

    /// Whether the row says otherwise than what was found.
    pub fn is_news(&self) -> bool {
        let Some(row) = &self.row else { return true };
        let object = self.object().unzip();
        let reference = self
            .reference()
            .map(|reference| (reference.id, reference.version))
            .unzip();
        self.state() != Some(PairState::Linked)
            || self.forget.is_some()
            || (&row.uri, &row.etag) != (&object.0, &object.1)
            || (&row.remote_id, &row.version) != (&reference.0, &reference.1)
    }

    /// The row as it is when both sides are in step, as far as this case knows them now.
    pub fn row_after(&self, link: &Link) -> Pair {
        let object = self.object().unzip();
        let reference = self.reference().map(|item| (item.id, item.version)).unzip();
        let span = self.span(link);
        Pair {
            key: self
                .row
                .as_ref()
                .map_or_else(|| (link.keys)(), |row| row.key.clone()),
            state: PairState::Linked,
            uri: object.0,
            etag: object.1,
            remote_id: reference.0,
            version: reference.1,
            base: self
                .row
                .as_ref()
                .map(|row| row.base.clone())
                .unwrap_or_default(),
            reason: None,
            losses: self.losses(),
            starts: span.map(|span| span.starts),
            ends: span.and_then(|span| span.ends),
        }
    }

    /// When the event is, as far as this case knows: as the remote side has it, which has everything.
    fn span(&self, link: &Link) -> Option<Span> {
        if link.kind != Kind::Event {
            return None;
        }
        if let Remote::Read(item) = &self.remote {
            return mapping::span(&item.record, &link.context);
        }
        let known = self.row.as_ref().and_then(|row| {
            let (starts, ends) = (row.starts?, row.ends);
            Some(Span { starts, ends })
        });
        // Where it was moved here, and that stays here, it is still when the item is.
        let stays = link.options.direction == Direction::ToNextcloud;
        if stays && known.is_some() && matches!(self.remote, Remote::Same) {
            return known;
        }
        if let Local::Read(Object { item: Ok(item), .. }) = &self.local {
            return mapping::span(&item.record, &link.context);
        }
        known
    }

    /// Whether it is outside of the link's window.
    pub fn is_outside(&self, link: &Link) -> bool {
        let span = link
            .bounds()
            .and_then(|bounds| Some((bounds, self.span(link)?)));
        span.is_some_and(|(bounds, span)| !bounds.contain(span))
    }

    /// What the person calls it.
    pub fn title(&self, link: &Link) -> String {
        let record = match (&self.local, &self.remote) {
            (Local::Read(Object { item: Ok(item), .. }), _) => &item.record,
            (_, Remote::Read(item)) => &item.record,
            _ => return String::new(),
        };
        mapping::title(link.kind, record)
    }

    /// What is known of either side; a side that was not read keeps what the journal says.
    fn losses(&self) -> Vec<LossRow> {
        let mut losses: Vec<LossRow> = Vec::new();
        let mut add = |found: &[Loss]| losses.extend(found.iter().cloned().map(LossRow::from));
        if let Local::Read(Object { item: Ok(item), .. }) = &self.local {
            add(&item.losses);
        }
        if let Remote::Read(item) = &self.remote {
            add(&item.losses);
        }
        if matches!(self.local, Local::Same) || matches!(self.remote, Remote::Same) {
            let known = self.row.iter().flat_map(|row| row.losses.iter().cloned());
            losses.extend(known);
        }
        losses.sort_by(|a, b| (&a.property, &a.reason).cmp(&(&b.property, &b.reason)));
        losses.dedup();
        losses
    }
}

pub(super) fn reference(row: &Pair) -> Option<RemoteRef> {
    Some(RemoteRef {
        id: row.remote_id.clone()?,
        version: row.version.clone()?,
    })
}

fn gone<T>(known: Option<T>) -> Sight {
    known.map_or(Sight::Absent, |_| Sight::Gone)
}

const fn seen(differs: bool) -> Sight {
    if differs {
        Sight::Changed
    } else {
        Sight::Unchanged
    }
}

impl Link {
    /// Whether of an item only the time crosses.
    pub(super) fn hides(&self, record: &Record) -> bool {
        self.options.mask.is_some() && mapping::is_private(self.kind, record)
    }

    /// What the other side may see of an item.
    pub(super) fn seen(&self, record: Record) -> Record {
        match &self.options.mask {
            Some(title) => mapping::mask(self.kind, record, title),
            None => record,
        }
    }

    /// The text of a local object: patched where there is one, else new.
    pub(super) fn write(
        &self,
        text: Option<&str>,
        uid: &str,
        target: &Record,
        changed: &[Key],
    ) -> Result<String, String> {
        mapping::write_local(self.kind, text, uid, target, changed, &self.context)
            .map_err(|error| error.message().to_owned())
    }

    pub(super) fn rules(&self) -> Rules {
        Rules {
            terms: self.terms(),
            set: mapping::is_set,
            shield: None,
            detail: mapping::is_hidden,
            kind: self.kind,
            writable: mapping::remote_writable,
            property: mapping::property,
            agree: mapping::agree,
        }
    }
}

pub(super) fn keys(record: &Record) -> Vec<Key> {
    record.iter().map(|(key, _)| key).collect()
}
