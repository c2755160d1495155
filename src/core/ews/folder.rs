use super::operation::missing;
use super::{Element, FieldPath, PropertyType, Writer, extended};
use crate::error::Result;

/// A folder as `GetFolder` and `FindFolder` tell it.
/// <https://learn.microsoft.com/exchange/client-developer/web-service-reference/folder>
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FolderInfo {
    pub id: String,
    pub parent: Option<String>,
    pub name: String,
    /// For example `IPF.Appointment`.
    pub class: String,
    pub count: Option<u64>,
    /// Whether there are folders in it.
    pub has_children: bool,
    pub hidden: bool,
    /// Whether items may be created, changed and deleted; true where the server does not tell.
    pub writable: bool,
    /// When an item was last added, changed or removed (PidTagLocalCommitTimeMax), as the server writes it.
    pub committed: Option<String>,
    /// How many items were ever removed (PidTagDeletedCountTotal).
    pub removed: Option<String>,
    /// What MAPI programs know the folder by (PidTagEntryId), in Base64.
    pub entry_id: Option<String>,
}

/// PidTagAttributeHidden.
const HIDDEN: FieldPath = FieldPath::Tag(0x10F4, PropertyType::Boolean);
const COMMITTED: FieldPath = FieldPath::Tag(0x670A, PropertyType::SystemTime);
const REMOVED: FieldPath = FieldPath::Tag(0x670B, PropertyType::Integer);
const ENTRY_ID: FieldPath = FieldPath::Tag(0x0FFF, PropertyType::Binary);

const SHAPE: [FieldPath; 10] = [
    FieldPath::Field("folder:DisplayName"),
    FieldPath::Field("folder:FolderClass"),
    FieldPath::Field("folder:ParentFolderId"),
    FieldPath::Field("folder:TotalCount"),
    FieldPath::Field("folder:ChildFolderCount"),
    FieldPath::Field("folder:EffectiveRights"),
    HIDDEN,
    COMMITTED,
    REMOVED,
    ENTRY_ID,
];

pub(super) fn write_shape(w: &mut Writer) {
    w.element("m:FolderShape", &[], |w| {
        w.text("t:BaseShape", "IdOnly");
        w.element("t:AdditionalProperties", &[], |w| {
            for path in SHAPE {
                w.tree(&path.element());
            }
        });
    });
}

impl FolderInfo {
    /// The folders among the children of a `Folders` element.
    pub(super) fn read_all(folders: Option<&Element>) -> Result<Vec<Self>> {
        folders.map_or(Ok(Vec::new()), |folders| {
            folders.children.iter().map(Self::read).collect()
        })
    }

    fn read(folder: &Element) -> Result<Self> {
        let id_of = |name: &str| folder.child(name).and_then(|id| id.attribute("Id"));
        let number = |name: &str| folder.child_text(name)?.trim().parse::<u64>().ok();
        let tagged = |path| extended(folder, path);
        let rights = folder.child("EffectiveRights");
        let right = |name: &str| {
            rights
                .and_then(|rights| rights.child_text(name))
                .is_none_or(super::is_true)
        };
        Ok(Self {
            id: id_of("FolderId")
                .ok_or_else(|| missing("a folder's id"))?
                .to_owned(),
            parent: id_of("ParentFolderId").map(str::to_owned),
            name: folder
                .child_text("DisplayName")
                .unwrap_or_default()
                .to_owned(),
            class: folder
                .child_text("FolderClass")
                .unwrap_or_default()
                .to_owned(),
            count: number("TotalCount"),
            has_children: number("ChildFolderCount").is_none_or(|count| count > 0),
            hidden: tagged(HIDDEN).is_some_and(super::is_true),
            writable: right("CreateContents") && right("Modify") && right("Delete"),
            committed: tagged(COMMITTED).map(str::to_owned),
            removed: tagged(REMOVED).map(str::to_owned),
            entry_id: tagged(ENTRY_ID).map(str::to_owned),
        })
    }
}
