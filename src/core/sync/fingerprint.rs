use crate::model::{
    Content, File, Frequency, Moment, MonthDay, Nth, Pattern, Person, Range, Record, Recurrence,
    Shown, Value,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// A fingerprint per property, under the name [`Key`](crate::model::Key) displays: what the journal keeps of the
/// version both sides last agreed on.
pub type Prints = BTreeMap<String, String>;

pub fn fingerprint(record: &Record) -> Prints {
    record
        .iter()
        .map(|(key, value)| (key.to_string(), print(value)))
        .collect()
}

/// A short hash of a value: 64 bits of SHA-256 over the encoding below, which never changes between releases
/// (the journal outlives them). Every part carries its length, so that no two values share an encoding.
///
/// A rule that Exchange shows as another series has two: of the rule, and of what is shown.
pub fn print(value: &Value) -> String {
    let own = hash(value);
    match value {
        Value::Expanded(rule) => format!("{own}{SHOWN}{}", hash_of_shown(&rule.shown)),
        Value::List(_) | Value::People(_) | Value::Files(_) => {
            let elements = elements(value).into_iter();
            elements.fold(format!("{own}{ELEMENTS}"), |print, element| {
                print + &element.name + &element.print
            })
        }
        _ => own,
    }
}

const SHOWN: char = '.';
/// Behind it stand the elements of a set, each as its name and its value.
const ELEMENTS: char = '~';
/// Characters of the hash of a name, and of a value.
const SHORT: usize = 6;

/// An element of a set: what it is known by, and what it says. A word is known by itself, a person by the address, a file by its
/// name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ElementPrint {
    pub name: String,
    pub print: String,
}

/// The elements of a set, in its order; of no other value.
pub(super) fn elements(value: &Value) -> Vec<ElementPrint> {
    let print = |name: &str, write: &dyn Fn(&mut Encoding)| {
        let mut named = Encoding(Sha256::new());
        named.part(name);
        let mut valued = Encoding(Sha256::new());
        write(&mut valued);
        let short = |encoding: Encoding| encoding.short().chars().take(SHORT).collect();
        ElementPrint {
            name: short(named),
            print: short(valued),
        }
    };
    match value {
        Value::List(words) => {
            let words = words.iter();
            words
                .map(|word| print(word, &|encoding| encoding.part(word)))
                .collect()
        }
        Value::People(people) => {
            let people = people.iter();
            people
                .map(|person| print(&person.address, &|encoding| encoding.person(person)))
                .collect()
        }
        Value::Files(files) => {
            let files = files.iter();
            files
                .map(|file| print(&file.name, &|encoding| encoding.file(file)))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// The elements that a fingerprint tells of.
pub(super) fn elements_of(print: &str) -> Vec<ElementPrint> {
    let Some((_, elements)) = print.split_once(ELEMENTS) else {
        return Vec::new();
    };
    let (characters, width) = (elements.as_bytes(), 2 * SHORT);
    let element = |chunk: &[u8]| {
        let (name, print) = chunk.split_at_checked(SHORT)?;
        Some(ElementPrint {
            name: String::from_utf8(name.to_vec()).ok()?,
            print: String::from_utf8(print.to_vec()).ok()?,
        })
    };
    characters.chunks(width).filter_map(element).collect()
}

/// Whether it is the fingerprint of a rule that Exchange shows as another series.
pub fn is_expanded(print: &str) -> bool {
    print.contains(SHOWN)
}

/// What two fingerprints are compared by to find out who changed something: how far a rule is shown does not count.
pub fn meaning(print: &str) -> &str {
    print.split([SHOWN, ELEMENTS]).next().unwrap_or(print)
}

fn hash_of_shown(shown: &Shown) -> String {
    let mut encoding = Encoding(Sha256::new());
    encoding.part(shown.first.to_string());
    encoding.recurrence(&shown.recurrence);
    encoding.number(shown.complete);
    encoding.short()
}

fn hash(value: &Value) -> String {
    let mut encoding = Encoding(Sha256::new());
    encoding.value(value);
    encoding.short()
}

struct Encoding(Sha256);

impl Encoding {
    fn short(self) -> String {
        let hash = self.0.finalize();
        let (short, _) = hash.split_at(8);
        URL_SAFE_NO_PAD.encode(short)
    }

    fn part(&mut self, bytes: impl AsRef<[u8]>) {
        let bytes = bytes.as_ref();
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }

    fn number(&mut self, number: impl Into<i64>) {
        self.part(number.into().to_string());
    }

    fn instant(&mut self, instant: &DateTime<Utc>) {
        self.number(instant.timestamp());
        self.number(instant.timestamp_subsec_nanos());
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Text(text) => {
                self.part("text");
                self.part(text);
            }
            Value::Bool(truth) => {
                self.part("bool");
                self.number(*truth);
            }
            Value::Number(number) => {
                self.part("number");
                self.number(*number);
            }
            Value::Day(day) => {
                self.part("day");
                self.part(day.to_string());
            }
            Value::Instant(instant) => {
                self.part("instant");
                self.instant(instant);
            }
            Value::Moment(moment) => {
                self.part("moment");
                self.moment(moment);
            }
            Value::List(words) => {
                self.part("list");
                for word in words {
                    self.part(word);
                }
            }
            Value::Recurrence(recurrence) => {
                self.part("recurrence");
                self.recurrence(recurrence);
            }
            Value::Expanded(rule) => {
                self.part("expanded");
                self.part(&rule.rule);
            }
            Value::People(people) => {
                self.part("people");
                for person in people {
                    self.person(person);
                }
            }
            Value::Bytes(bytes) => {
                self.part("bytes");
                self.part(bytes);
            }
            Value::Files(files) => {
                self.part("files");
                for file in files {
                    self.file(file);
                }
            }
            Value::Cleared => self.part("cleared"),
        }
    }

    fn moment(&mut self, moment: &Moment) {
        match moment {
            Moment::Day(day) => {
                self.part("day");
                self.part(day.to_string());
            }
            Moment::At { instant, zone } => {
                self.part("at");
                self.instant(instant);
                self.part(zone.0.as_bytes());
            }
        }
    }

    fn file(&mut self, file: &File) {
        self.part(&file.name);
        self.part(&file.content_type);
        self.part(file.content_id.as_deref().unwrap_or_default());
        match &file.content {
            Content::Bytes(bytes) => {
                self.part("bytes");
                self.part(bytes);
            }
            Content::Link(target) => {
                self.part("link");
                self.part(target);
            }
        }
    }

    fn person(&mut self, person: &Person) {
        use crate::model::Role;
        self.part(&person.address);
        self.part(&person.name);
        self.part(match person.role {
            Role::Required => "required",
            Role::Optional => "optional",
            Role::Resource => "resource",
        });
    }

    fn recurrence(&mut self, recurrence: &Recurrence) {
        match recurrence.pattern {
            Pattern::Daily { interval } => {
                self.part("daily");
                self.number(interval);
            }
            Pattern::Weekly {
                interval,
                days,
                week_start,
            } => {
                self.part("weekly");
                self.number(interval);
                self.number(days.0);
                self.number(week_start.num_days_from_monday());
            }
            Pattern::Monthly { interval, on } => {
                self.part("monthly");
                self.number(interval);
                self.month_day(on);
            }
            Pattern::Yearly { month, on } => {
                self.part("yearly");
                self.number(month);
                self.month_day(on);
            }
            Pattern::Regenerating { every, interval } => {
                self.part(match every {
                    Frequency::Daily => "after days",
                    Frequency::Weekly => "after weeks",
                    Frequency::Monthly => "after months",
                    Frequency::Yearly => "after years",
                });
                self.number(interval);
            }
        }
        match recurrence.range {
            Range::Forever => self.part("forever"),
            Range::Until(day) => {
                self.part("until");
                self.part(day.to_string());
            }
            Range::Count(count) => {
                self.part("count");
                self.number(count);
            }
        }
    }

    fn month_day(&mut self, on: MonthDay) {
        match on {
            MonthDay::Day(day) => {
                self.part("day");
                self.number(day);
            }
            MonthDay::Nth(nth, days) => {
                self.part(match nth {
                    Nth::First => "first",
                    Nth::Second => "second",
                    Nth::Third => "third",
                    Nth::Fourth => "fourth",
                    Nth::Last => "last",
                });
                self.number(days.0);
            }
        }
    }
}
