//! Items that are the same one on both sides, although no UID says so: somebody brought them to both by other ways, or they lost
//! their UID. They are looked for in a complete listing only, so that linking two filled sides makes no duplicates.

use super::RemoteItem;
use super::cycle::{CHUNK, Cycle};
use crate::error::Result;
use crate::mapping;
use crate::model::{Kind, Record};
use crate::sync::{Prints, fingerprint};
use std::collections::HashSet;

impl Cycle<'_> {
    /// Reads the local objects that no row pairs, and remembers what each is like.
    pub(super) async fn learn_likenesses(&mut self) -> Result<()> {
        let uris: Vec<String> = self.local_changed.keys().cloned().collect();
        for chunk in uris.chunks(CHUNK) {
            let rows = self.rows(chunk.to_vec()).await?;
            let unpaired: Vec<String> = chunk
                .iter()
                .filter(|uri| !rows.contains_key(*uri))
                .cloned()
                .collect();
            for object in self.host.read(&unpaired).await? {
                let link = self.link;
                let Ok(item) = mapping::read_local(link.kind, &object.text, &link.context) else {
                    continue;
                };
                if let Some(likeness) = likeness(link.kind, &item.record) {
                    self.alike.entry(likeness).or_default().push(object.uri);
                }
            }
        }
        Ok(())
    }

    /// A local object that is like the item, and that nothing else claims.
    pub(super) fn like(&mut self, item: &RemoteItem, claimed: &HashSet<String>) -> Option<String> {
        if self.alike.is_empty() {
            return None;
        }
        let likeness = likeness(self.link.kind, &item.record)?;
        let uris = self.alike.get_mut(&likeness)?;
        uris.retain(|uri| !claimed.contains(uri) && !self.handled.contains(uri));
        uris.pop()
    }
}

/// A key for what two items have in common that are the same one.
fn likeness(kind: Kind, record: &Record) -> Option<String> {
    let prints = fingerprint(&mapping::likeness(kind, record)?);
    let parts = prints.into_iter().map(|(name, print)| name + " " + &print);
    Some(parts.collect::<Vec<_>>().join(" "))
}

/// Whether an item is like what both sides agreed on last.
pub(super) fn is_like(kind: Kind, item: &RemoteItem, base: &Prints) -> bool {
    let Some(record) = mapping::likeness(kind, &item.record) else {
        return false;
    };
    let says = |name: &&String| mapping::tells_alike(kind, name);
    let prints = fingerprint(&record);
    prints.iter().eq(base.iter().filter(|(name, _)| says(name)))
}
