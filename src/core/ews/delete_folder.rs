use super::{Element, FolderId, Operation, Writer};
use crate::error::Result;

/// Deletes a folder with all that is in it, for good.
/// <https://learn.microsoft.com/exchange/client-developer/web-service-reference/deletefolder-operation>
#[derive(Clone, Debug)]
pub struct DeleteFolder {
    pub folder: FolderId,
}

impl Operation for DeleteFolder {
    const NAME: &'static str = "DeleteFolder";
    const REPEATABLE: bool = false;
    type Response = ();

    fn write(&self, w: &mut Writer) {
        w.element("m:DeleteFolder", &[("DeleteType", "HardDelete")], |w| {
            w.element("m:FolderIds", &[], |w| self.folder.write(w));
        });
    }

    fn read(_message: Element) -> Result<()> {
        Ok(())
    }
}
