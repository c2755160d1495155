use super::Named;
use super::cycle::{CHUNK, Cycle};
use crate::error::Result;
use crate::mapping;
use crate::model::Record;
use std::collections::HashMap;

/// UIDs are written as they are, or as URNs.
const URN: &str = "urn:uuid:";

impl Cycle<'_> {
    /// The items that a record names, as far as they are in step: the journal knows them by their local objects. So a group
    /// of contacts costs what it names, however large its folder is.
    pub(super) async fn named(&self, record: &Record) -> Result<Vec<Named>> {
        let uids = mapping::named_uids(record);
        let mut named = Vec::new();
        for chunk in uids.chunks(CHUNK) {
            let forms = chunk
                .iter()
                .flat_map(|uid| [uid.clone(), format!("{URN}{uid}")]);
            let found = self.host.find(&forms.collect::<Vec<_>>()).await?;
            let uids: HashMap<String, String> = found
                .into_iter()
                .map(|found| (found.uri, found.uid))
                .collect();
            let rows = self.rows(uids.keys().cloned().collect()).await?;
            named.extend(rows.into_iter().filter_map(|(uri, row)| {
                let uid = uids.get(&uri)?;
                Some(Named {
                    uid: uid.strip_prefix(URN).unwrap_or(uid).to_owned(),
                    id: row.remote_id?,
                })
            }));
        }
        named.sort_by(|a, b| a.uid.cmp(&b.uid));
        Ok(named)
    }
}
