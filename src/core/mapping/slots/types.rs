use crate::dav::Line;

/// The types that tell numbers and addresses apart. The words after TEXTPHONE are no vCard's: Evolution and Apple
/// write them, and so do we where vCard has no word.
const WORDS: [(&str, Types); 19] = [
    ("WORK", Types::WORK),
    ("HOME", Types::HOME),
    ("FAX", Types::FAX),
    ("PAGER", Types::PAGER),
    ("CELL", Types::CELL),
    ("IPHONE", Types::CELL),
    ("CAR", Types::CAR),
    ("ISDN", Types::ISDN),
    ("PREF", Types::PREF),
    ("VOICE", Types::VOICE),
    ("TEXTPHONE", Types::TEXTPHONE),
    ("TTYTDD", Types::TEXTPHONE),
    ("ASSISTANT", Types::ASSISTANT),
    ("CALLBACK", Types::CALLBACK),
    ("COMPANY", Types::COMPANY),
    ("MAIN", Types::MAIN),
    ("RADIO", Types::RADIO),
    ("TELEX", Types::TELEX),
    ("OTHER", Types::OTHER),
];

/// The types of a line, read once: it is asked for many.
#[derive(Clone, Copy)]
pub struct Types(u32);

impl Types {
    pub const WORK: Self = Self(1);
    pub const HOME: Self = Self(1 << 1);
    pub const FAX: Self = Self(1 << 2);
    pub const PAGER: Self = Self(1 << 3);
    pub const CELL: Self = Self(1 << 4);
    pub const CAR: Self = Self(1 << 5);
    pub const ISDN: Self = Self(1 << 6);
    pub const PREF: Self = Self(1 << 7);
    pub const VOICE: Self = Self(1 << 8);
    pub const TEXTPHONE: Self = Self(1 << 9);
    pub const ASSISTANT: Self = Self(1 << 10);
    pub const CALLBACK: Self = Self(1 << 11);
    pub const COMPANY: Self = Self(1 << 12);
    pub const MAIN: Self = Self(1 << 13);
    pub const RADIO: Self = Self(1 << 14);
    pub const TELEX: Self = Self(1 << 15);
    pub const OTHER: Self = Self(1 << 16);

    /// Reads the types in any of the ways vCards have said them; a preference (RFC 6350 section 5.3) is one of them.
    pub fn of(line: &Line) -> Self {
        let mut found = 0;
        for (name, value) in line.params() {
            if name.eq_ignore_ascii_case("TYPE") {
                for word in value.split(',') {
                    found |= type_of(word.trim_matches('"'));
                }
            } else if name.eq_ignore_ascii_case("PREF") {
                found |= Self::PREF.0;
            }
        }
        Self(found)
    }

    /// Whether it is of one of these.
    pub const fn has(self, any: Self) -> bool {
        self.0 & any.0 != 0
    }
}

fn type_of(word: &str) -> u32 {
    const PREFIXES: [&str; 2] = ["X-EVOLUTION-", "X-"];
    let prefix = PREFIXES.iter().find(|prefix| {
        word.get(..prefix.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    });
    let word = word.get(prefix.map_or(0, |prefix| prefix.len())..);
    WORDS
        .iter()
        .find(|(known, _)| word.is_some_and(|word| known.eq_ignore_ascii_case(word)))
        .map_or(0, |(_, found)| found.0)
}

/// The same line with or without the mark of being preferred: `PREF=1` in vCard 4.0, a type before.
pub fn with_preference(line: &Line, preferred: bool, four: bool) -> Line<'static> {
    let line = line.with_param("PREF", None);
    let kept: Vec<String> = line
        .param_values("TYPE")
        .filter(|word| !word.eq_ignore_ascii_case("PREF"))
        .collect();
    let plain = line.with_values("TYPE", &kept);
    match (preferred, four) {
        (false, _) => plain,
        (true, true) => plain.with_param("PREF", Some("1")),
        (true, false) => {
            let types: Vec<&str> = kept.iter().map(String::as_str).chain(["PREF"]).collect();
            plain.with_values("TYPE", &types)
        }
    }
}
