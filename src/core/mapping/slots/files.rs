use super::image::BASE64;
use crate::dav::{Component, Line};
use crate::error::Result;
use crate::mapping::files::{self, FILES, LARGEST};
use crate::mapping::row::Slot;
use crate::mapping::scope::{Scope, refuse};
use crate::mapping::text;
use crate::model::{Content, File, Value};
use base64::Engine;
use std::sync::Arc;

/// ATTACH, with the file in it or with a link (RFC 5545 section 3.8.1.1).
pub struct Files;

/// Where the file's name stands; the first is RFC 8607's.
const NAMES: [&str; 4] = [
    "FILENAME",
    "X-FILENAME",
    "X-APPLE-FILENAME",
    "X-ORACLE-FILENAME",
];

/// What the HTML body shows the file by.
const CONTENT_ID: &str = "X-EXCHANGE-CONTENT-ID";

enum Attached {
    File(File),
    /// It stays in its line, for this reason.
    Kept(Option<String>),
}

fn read(line: &Line) -> Attached {
    let given = NAMES.iter().find_map(|name| line.param(name));
    let given = given.unwrap_or_default();
    let kind = line.param("FMTTYPE");
    let is = |param: &str, word: &str| {
        line.param(param)
            .is_some_and(|value| value.eq_ignore_ascii_case(word))
    };
    let value = line.value().trim();
    let (told, encoded) = if is("VALUE", "BINARY") || is("ENCODING", "BASE64") {
        ("", value)
    } else if let Some(inside) = data_uri(value) {
        inside
    } else {
        let kind = kind.unwrap_or_default();
        // What is left of a damaged file, without its control characters, would be read as one.
        let page = files::link(&given, &kind, value).filter(|page| !is_data(&page.content));
        return page.map_or(Attached::Kept(None), Attached::File);
    };
    let name = text::line(&given).unwrap_or_else(|| "attachment".to_owned());
    if encoded.len() / 4 * 3 > LARGEST + files::OVERHEAD {
        return Attached::Kept(Some(files::too_large(&name)));
    }
    let letters: Vec<u8> = encoded
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    match BASE64.decode(letters) {
        Ok(bytes) if bytes.is_empty() => Attached::Kept(None),
        Ok(bytes) if bytes.len() > LARGEST => Attached::Kept(Some(files::too_large(&name))),
        Ok(bytes) => {
            let id = line.param(CONTENT_ID);
            let kind = kind.as_deref().unwrap_or(told);
            Attached::File(files::file(&given, kind, id.as_deref(), Arc::from(bytes)))
        }
        Err(_) => Attached::Kept(Some(format!(
            "The attachment “{name}” cannot be read; it stays where it is."
        ))),
    }
}

/// The media type and the base64 text of `data:image/png;base64,…`.
fn data_uri(value: &str) -> Option<(&str, &str)> {
    let start = value.get(..5)?;
    let rest = start
        .eq_ignore_ascii_case("data:")
        .then(|| value.get(5..))??;
    let (head, encoded) = rest.split_once(',')?;
    let (kind, encoding) = head.rsplit_once(';')?;
    encoding
        .eq_ignore_ascii_case("base64")
        .then_some((kind, encoded))
}

fn is_data(content: &Content) -> bool {
    matches!(content, Content::Link(target) if data_uri(target).is_some())
}

fn write(file: &File) -> Line<'static> {
    let mut params = Vec::new();
    if !file.content_type.is_empty() {
        params.push(("FMTTYPE", file.content_type.as_str()));
    }
    params.push(("FILENAME", file.name.as_str()));
    match &file.content {
        Content::Link(target) => Line::new("ATTACH", &params, target),
        Content::Bytes(bytes) => {
            params.extend([("VALUE", "BINARY"), ("ENCODING", "BASE64")]);
            params.extend(file.content_id.as_deref().map(|id| (CONTENT_ID, id)));
            Line::new("ATTACH", &params, &BASE64.encode(bytes))
        }
    }
}

impl Slot for Files {
    fn names(&self) -> Vec<String> {
        vec!["ATTACH".to_owned()]
    }

    fn read(&self, component: &Component, scope: &mut Scope) -> Result<Option<Value>> {
        let mut found = Vec::new();
        let mut bytes = 0;
        for line in component.all("ATTACH") {
            match read(line) {
                Attached::File(file) => {
                    if let Content::Bytes(content) = &file.content {
                        bytes += content.len();
                    }
                    found.push(file);
                }
                Attached::Kept(Some(reason)) => scope.lose(FILES, reason),
                Attached::Kept(None) => {}
            }
        }
        match files::too_much(bytes) {
            Some(reason) => Err(refuse(reason)),
            None => Ok(Value::files(found)),
        }
    }

    fn write(
        &self,
        component: &mut Component<'_>,
        value: Option<&Value>,
        _: &mut Scope,
    ) -> Result<()> {
        let mut missing: Vec<&File> = match value {
            Some(Value::Files(files)) => files.iter().collect(),
            _ => Vec::new(),
        };
        component.retain_lines(|line| {
            if !line.is("ATTACH") {
                return true;
            }
            let Attached::File(file) = read(line) else {
                return true;
            };
            let wanted = missing.iter().position(|wanted| **wanted == file);
            wanted.map(|at| missing.remove(at)).is_some()
        });
        for file in missing {
            component.insert(write(file));
        }
        Ok(())
    }
}
