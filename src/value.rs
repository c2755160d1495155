//! Between PHP values and JSON values: the one place where their differences are settled.

use exchange_core::error::{Error, ErrorKind, Result};
use ext_php_rs::boxed::ZBox;
use ext_php_rs::convert::IntoZval;
use ext_php_rs::types::{ArrayKey, ZendHashTable, Zval};
use serde::de::DeserializeOwned;
use serde_json::{Map, Number, Value};

/// A PHP array as JSON.
pub fn from_php_array(array: &ZendHashTable) -> Result<Value> {
    from_array(array, DEPTH)
}

/// Arrays nested deeper than this are refused rather than followed.
const DEPTH: usize = 32;

/// A PHP value as JSON. A list becomes an array, any other PHP array an object, a string that is not UTF-8 has its
/// stray bytes replaced.
pub fn from_php(zval: &Zval) -> Result<Value> {
    from_php_at(zval, DEPTH)
}

fn from_php_at(zval: &Zval, depth: usize) -> Result<Value> {
    let depth = depth
        .checked_sub(1)
        .ok_or_else(|| unusable("nested too deeply"))?;
    let zval = zval.dereference();
    if let Some(array) = zval.array() {
        return from_array(array, depth);
    }
    if zval.is_null() {
        return Ok(Value::Null);
    }
    if let Some(flag) = zval.bool() {
        return Ok(Value::Bool(flag));
    }
    if let Some(number) = zval.long() {
        return Ok(Value::Number(number.into()));
    }
    if let Some(number) = zval.double() {
        return Number::from_f64(number)
            .map(Value::Number)
            .ok_or_else(|| unusable("a number that is not finite"));
    }
    zval.zend_str()
        .map(|text| Value::String(String::from_utf8_lossy(text.as_bytes()).into_owned()))
        .ok_or_else(|| unusable("neither an array nor a plain value"))
}

fn from_array(array: &ZendHashTable, depth: usize) -> Result<Value> {
    if array.has_sequential_keys() {
        return array
            .iter()
            .map(|(_, item)| from_php_at(item, depth))
            .collect::<Result<Vec<_>>>()
            .map(Value::Array);
    }
    let mut object = Map::new();
    for (key, item) in array {
        object.insert(key_text(&key), from_php_at(item, depth)?);
    }
    Ok(Value::Object(object))
}

fn key_text(key: &ArrayKey) -> String {
    key.to_string()
}

/// A typed value from a PHP value; the error names the path to what does not fit.
pub fn typed<T: DeserializeOwned>(value: Value, what: &str) -> Result<T> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        Error::new(
            ErrorKind::Host,
            format!(
                "{what} does not have the expected shape at “{}”.",
                error.path()
            ),
        )
        .because(error.into_inner())
    })
}

/// A JSON value as PHP has it.
pub fn to_php(value: &Value) -> ext_php_rs::error::Result<Zval> {
    match value {
        Value::Null => Ok(Zval::null()),
        Value::Bool(flag) => flag.into_zval(false),
        Value::Number(number) => number.as_i64().map_or_else(
            || number.as_f64().unwrap_or(f64::MAX).into_zval(false),
            |n| n.into_zval(false),
        ),
        Value::String(text) => text.as_str().into_zval(false),
        Value::Array(_) | Value::Object(_) => to_php_array(value)?.into_zval(false),
    }
}

/// A JSON array or object as a PHP array; of anything else, an empty one.
pub fn to_php_array(value: &Value) -> ext_php_rs::error::Result<ZBox<ZendHashTable>> {
    match value {
        Value::Array(items) => {
            let mut array = with_room(items.len());
            for item in items {
                array.push(to_php(item)?)?;
            }
            Ok(array)
        }
        Value::Object(entries) => {
            let mut array = with_room(entries.len());
            for (key, item) in entries {
                array.insert(key.as_str(), to_php(item)?)?;
            }
            Ok(array)
        }
        _ => Ok(with_room(0)),
    }
}

fn with_room(size: usize) -> ZBox<ZendHashTable> {
    ZendHashTable::with_capacity(u32::try_from(size).unwrap_or(u32::MAX))
}

fn unusable(what: &str) -> Error {
    Error::new(
        ErrorKind::Host,
        format!("A value handed to the exchange extension cannot be used: it is {what}."),
    )
}
