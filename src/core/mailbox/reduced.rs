//! What goes without saying since Exchange 2010, and Exchange 2007 cannot hold.

use crate::error::{Error, ErrorKind, Result};
use crate::ews::Version;
use crate::mapping::{self, Context, Field, FieldChange};
use crate::model::{Kind, Moment, Record, Value};

/// Whether the item can be written at all. Exchange 2007 takes no time zone with an event, so that whole days and series
/// would come to lie elsewhere, and keeps the members of a group in a form of its own.
pub fn check(kind: Kind, record: &Record, context: &Context) -> Result<()> {
    if context.server > Version::Exchange2007Sp1 {
        return Ok(());
    }
    let whole_day = matches!(record.own("start"), Some(Value::Moment(Moment::Day(_))));
    let what = match kind {
        Kind::Event if whole_day => "all-day events",
        Kind::Event if record.own("recurrence").is_some() => "series of events",
        Kind::Contact if mapping::is_group(record) => "groups of contacts",
        _ => return Ok(()),
    };
    Err(Error::new(
        ErrorKind::Item,
        format!(
            "Exchange 2007 cannot take {what} from here: it lacks what they need. They go from Exchange to here only; make \
             the change there."
        ),
    ))
}

/// Without the properties that the server does not know.
pub fn fields(fields: Vec<Field>, context: &Context) -> impl Iterator<Item = Field> {
    let level = context.server;
    fields
        .into_iter()
        .filter(move |field| field.path.since() <= level)
}

/// Whether the server knows the property that is changed.
pub fn is_known(change: &FieldChange, context: &Context) -> bool {
    let path = match change {
        FieldChange::Set(field) => field.path,
        FieldChange::Delete(path) => *path,
    };
    path.since() <= context.server
}
