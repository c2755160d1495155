use super::colours::{self, Colours};
use super::{EwsMailbox, public};
use crate::engine::Folder;
use crate::error::{Error, ErrorKind, Result};
use crate::ews::{
    CreateFolder, DeleteFolder, Failure, FindFolder, FolderId, FolderInfo, GetFolder,
};
use crate::model::Kind;
use std::collections::HashMap;
use std::time::Duration;

/// Folders that a mailbox's programs keep for themselves. They are of the classes below, yet nobody's calendar or
/// address book.
const INTERNAL: [&str; 8] = [
    "IPF.Appointment.Birthday",
    "IPF.Contact.Company",
    "IPF.Contact.GalContacts",
    "IPF.Contact.MOC.ImContactList",
    "IPF.Contact.MOC.QuickContacts",
    "IPF.Contact.OrganizationalContacts",
    "IPF.Contact.PeopleCentricConversationBuddies",
    "IPF.Contact.RecipientCache",
];

/// The mailbox's own folders: those of [`Kind::ALL`] in that order, and the one whose folders are left out.
const OWN: [&str; 4] = ["calendar", "tasks", "contacts", "deleteditems"];

/// A list of folders does not wait longer than this for their colours.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whose folders are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The mailbox's own.
    Own,
    /// Those of another mailbox (a person's, a team's, a room's) as far as they are shared, by its e-mail address.
    Shared(String),
    /// The organisation's public folders.
    Public,
}

impl Place {
    fn folder(&self, name: &'static str) -> FolderId {
        match self {
            Self::Shared(owner) => FolderId::Of(name, owner.clone()),
            Self::Own | Self::Public => FolderId::Distinguished(name),
        }
    }
}

/// The folders that can be linked, the mailbox's own first, then by path.
pub async fn list(mailbox: &EwsMailbox, place: &Place) -> Result<Vec<Folder>> {
    if *place == Place::Public {
        let all = public::find(mailbox).await?;
        return Ok(public::marked(linkable(&all, &[], None, &Colours::new())));
    }
    let (own, refusal) = own(mailbox, place).await?;
    let [calendar, tasks, contacts, trash] = own.each_ref().map(|info| info.as_ref().map(id_of));
    // Not before the server has let us in: a wrong password counts once.
    let (all, colours) = tokio::join!(
        find(mailbox, place.folder("msgfolderroot")),
        tokio::time::timeout(PATIENCE, colours::find(mailbox)),
    );
    let all = match all {
        Ok(all) => all,
        // Who shares a calendar need not share the list of folders.
        Err(error)
            if matches!(place, Place::Shared(_)) && error.kind() != ErrorKind::Credentials =>
        {
            let shared: Vec<FolderInfo> = own.iter().flatten().cloned().collect();
            if shared.is_empty() {
                return Err(refusal.map_or(error, Error::from));
            }
            shared
        }
        Err(error) => return Err(error),
    };
    // A calendar without its colour is better than none.
    let colours = colours.ok().and_then(Result::ok).unwrap_or_default();
    Ok(linkable(
        &all,
        &[calendar, tasks, contacts],
        trash,
        &colours,
    ))
}

/// A folder for items of a kind, beside the mailbox's own.
pub async fn create(mailbox: &EwsMailbox, kind: Kind, name: &str) -> Result<String> {
    let question = CreateFolder {
        parent: FolderId::Distinguished("msgfolderroot"),
        kind,
        name: name.to_owned(),
    };
    mailbox.client.ask(&question).await
}

/// A folder and all that is in it, for good.
pub async fn delete(mailbox: &EwsMailbox, id: &str) -> Result<()> {
    let question = DeleteFolder {
        folder: FolderId::Id(id.to_owned()),
    };
    match mailbox.client.ask(&question).await {
        Err(error) if matches!(error.kind(), ErrorKind::Gone | ErrorKind::ItemGone) => Ok(()),
        outcome => outcome,
    }
}

fn id_of(info: &FolderInfo) -> &str {
    &info.id
}

fn linkable(
    all: &[FolderInfo],
    defaults: &[Option<&str>],
    trash: Option<&str>,
    colours: &Colours,
) -> Vec<Folder> {
    let by_id: HashMap<&str, &FolderInfo> =
        all.iter().map(|info| (info.id.as_str(), info)).collect();
    let mut folders: Vec<Folder> = all
        .iter()
        .filter(|info| !info.hidden)
        .filter_map(|info| {
            let kind = kind_of(&info.class)?;
            let (path, ancestors) = path_of(info, &by_id);
            if trash.is_some_and(|trash| ancestors.contains(&trash)) {
                return None;
            }
            Some(Folder {
                id: info.id.clone(),
                kind,
                name: info.name.clone(),
                path,
                default: defaults.contains(&Some(info.id.as_str())),
                writable: info.writable,
                count: info.count,
                colour: (info.entry_id.as_ref()).and_then(|id| colours.get(id).copied()),
            })
        })
        .collect();
    folders.sort_by(|a, b| (!a.default, a.kind, &a.path).cmp(&(!b.default, b.kind, &b.path)));
    folders
}

/// [`OWN`], as far as the mailbox has them and they may be seen; and why one may not.
async fn own(
    mailbox: &EwsMailbox,
    place: &Place,
) -> Result<([Option<FolderInfo>; 4], Option<Failure>)> {
    let question = GetFolder {
        folders: OWN.map(|name| place.folder(name)).to_vec(),
    };
    let mut own = [const { None }; 4];
    let mut refusal = None;
    for (place, outcome) in own.iter_mut().zip(mailbox.client.call(&question).await?) {
        match outcome {
            Ok(info) => *place = Some(info),
            // A mailbox may lack one of them; it lacks none because a password is wrong.
            Err(failure) if failure.whole => return Err(failure.into()),
            Err(failure) => refusal = Some(failure),
        }
    }
    Ok((own, refusal))
}

/// All folders below one.
async fn find(mailbox: &EwsMailbox, root: FolderId) -> Result<Vec<FolderInfo>> {
    below(mailbox, root, true).await
}

/// The folders below one, page by page.
pub async fn below(mailbox: &EwsMailbox, root: FolderId, deep: bool) -> Result<Vec<FolderInfo>> {
    let mut all = Vec::new();
    let mut question = FindFolder {
        root,
        offset: 0,
        deep,
    };
    loop {
        let page = mailbox.client.ask(&question).await?;
        all.extend(page.folders);
        match page.next {
            None => return Ok(all),
            Some(next) if next > question.offset => question.offset = next,
            Some(_) => {
                return Err(Error::new(
                    ErrorKind::Protocol,
                    "Exchange announces more folders but does not move on. Try again later.",
                ));
            }
        }
    }
}

fn kind_of(class: &str) -> Option<Kind> {
    let is = |family: &str| {
        class
            .strip_prefix(family)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    if INTERNAL.contains(&class) {
        return None;
    }
    [
        ("IPF.Appointment", Kind::Event),
        ("IPF.Task", Kind::Task),
        ("IPF.Contact", Kind::Contact),
    ]
    .into_iter()
    .find_map(|(family, kind)| is(family).then_some(kind))
}

/// The names from the root down, and the ids of the folders above. A folder that names itself as an ancestor ends it.
fn path_of<'a>(
    info: &'a FolderInfo,
    by_id: &HashMap<&str, &'a FolderInfo>,
) -> (Vec<String>, Vec<&'a str>) {
    let mut path = vec![info.name.clone()];
    let mut ancestors = Vec::new();
    let mut parent = info.parent.as_deref();
    while let Some(id) = parent.filter(|id| !ancestors.contains(id) && *id != info.id) {
        ancestors.push(id);
        let folder = by_id.get(id);
        path.extend(folder.map(|folder| folder.name.clone()));
        parent = folder.and_then(|folder| folder.parent.as_deref());
    }
    path.reverse();
    (path, ancestors)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_tells_the_kind() {
        for (class, kind) in [
            ("IPF.Appointment", Some(Kind::Event)),
            ("IPF.Appointment.MySubclass", Some(Kind::Event)),
            ("IPF.Task", Some(Kind::Task)),
            ("IPF.Contact", Some(Kind::Contact)),
            ("IPF.Contact.RecipientCache", None),
            ("IPF.Contacts", None),
            ("IPF.Note", None),
            ("", None),
        ] {
            assert_eq!(kind_of(class), kind, "{class}");
        }
    }

    #[test]
    fn a_path_goes_from_the_root_down_and_survives_a_circle() {
        let folder = |id: &str, parent: &str| FolderInfo {
            id: id.to_owned(),
            parent: Some(parent.to_owned()),
            name: id.to_uppercase(),
            ..FolderInfo::default()
        };
        let all = [
            folder("a", "root"),
            folder("b", "a"),
            folder("x", "y"),
            folder("y", "x"),
        ];
        let by_id = all.iter().map(|info| (info.id.as_str(), info)).collect();
        assert_eq!(
            path_of(&all[1], &by_id),
            (vec!["A".to_owned(), "B".to_owned()], vec!["a", "root"])
        );
        assert_eq!(path_of(&all[2], &by_id).0, ["Y", "X"]);
    }
}
