//! GetUserPhoto: the directory of the stand-in has no photos.

use crate::element::Element;
use crate::failure::{self, Failure};

/// Unlike most answers this one is a single message, and not in `ResponseMessages`.
pub fn run() -> Element {
    let none = Failure::new("ErrorItemNotFound", "There is no photo of that person.");
    let mut answer = failure::error(
        "GetUserPhoto",
        &none,
        [Element::m("HasChanged").with_text(false)],
    );
    answer.name = "GetUserPhotoResponse".to_owned();
    answer
}
