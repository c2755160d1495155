use crate::dav::Line;

/// The types that tell numbers and addresses apart. The words after TEXTPHONE are no vCard's: Evolution and Apple
/// write them, and so do we where vCard has no word.
const TYPES: [&str; 19] = [
    "WORK",
    "HOME",
    "FAX",
    "PAGER",
    "CELL",
    "IPHONE",
    "CAR",
    "ISDN",
    "PREF",
    "VOICE",
    "TEXTPHONE",
    "TTYTDD",
    "ASSISTANT",
    "CALLBACK",
    "COMPANY",
    "MAIN",
    "RADIO",
    "TELEX",
    "OTHER",
];

/// The types of a line, read once: it is asked for many.
#[derive(Clone, Copy)]
pub struct Types(u32);

impl Types {
    /// Reads the types in any of the ways vCards have said them; a preference (RFC 6350 section 5.3) is one of them.
    pub fn of(line: &Line) -> Self {
        let mut found = 0;
        for (name, value) in line.params() {
            if name.eq_ignore_ascii_case("TYPE") {
                for word in value.split(',') {
                    found |= bit(word.trim_matches('"'));
                }
            } else if name.eq_ignore_ascii_case("PREF") {
                found |= bit("PREF");
            }
        }
        Self(found)
    }

    /// `word` as it stands in the table.
    pub fn has(self, word: &str) -> bool {
        let place = TYPES.iter().position(|known| *known == word);
        place.is_some_and(|place| self.0 & (1 << place) != 0)
    }
}

fn bit(word: &str) -> u32 {
    const PREFIXES: [&str; 2] = ["X-EVOLUTION-", "X-"];
    let prefix = PREFIXES.iter().find(|prefix| {
        word.get(..prefix.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    });
    let word = word.get(prefix.map_or(0, |prefix| prefix.len())..);
    TYPES
        .iter()
        .position(|known| word.is_some_and(|word| known.eq_ignore_ascii_case(word)))
        .map_or(0, |at| 1 << at)
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
