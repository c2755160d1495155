use super::folder::write_shape;
use super::operation::missing;
use super::{Element, FolderId, FolderInfo, Operation, Writer};
use crate::error::Result;

/// <https://learn.microsoft.com/exchange/client-developer/web-service-reference/getfolder-operation>
#[derive(Clone, Debug)]
pub struct GetFolder {
    pub folders: Vec<FolderId>,
}

impl Operation for GetFolder {
    const NAME: &'static str = "GetFolder";
    const REPEATABLE: bool = true;
    type Response = FolderInfo;

    fn count(&self) -> usize {
        self.folders.len()
    }

    fn write(&self, w: &mut Writer) {
        w.element("m:GetFolder", &[], |w| {
            write_shape(w);
            w.element("m:FolderIds", &[], |w| {
                for folder in &self.folders {
                    folder.write(w);
                }
            });
        });
    }

    fn read(message: Element) -> Result<FolderInfo> {
        FolderInfo::read_all(message.child("Folders"))?
            .pop()
            .ok_or_else(|| missing("the folder"))
    }
}
