use super::operation::missing;
use super::{Element, FieldPath, Writer};
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
    pub hidden: bool,
    /// Whether items may be created, changed and deleted; true where the server does not tell.
    pub writable: bool,
}

/// PidTagAttributeHidden.
const HIDDEN: FieldPath = FieldPath::Tag(0x10F4, super::PropertyType::Boolean);

const SHAPE: [FieldPath; 6] = [
    FieldPath::Field("folder:DisplayName"),
    FieldPath::Field("folder:FolderClass"),
    FieldPath::Field("folder:ParentFolderId"),
    FieldPath::Field("folder:TotalCount"),
    FieldPath::Field("folder:EffectiveRights"),
    HIDDEN,
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
        let number = folder
            .child_text("TotalCount")
            .and_then(|count| count.trim().parse().ok());
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
            count: number,
            hidden: folder
                .child("ExtendedProperty")
                .and_then(|hidden| hidden.child_text("Value"))
                .is_some_and(super::is_true),
            writable: right("CreateContents") && right("Modify") && right("Delete"),
        })
    }
}
