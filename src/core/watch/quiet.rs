use super::pace::Pace;
use std::collections::BTreeSet;
use tokio::time::Instant;

/// Collects what happens until it is quiet.
#[derive(Debug, Default)]
pub struct Quiet {
    folders: BTreeSet<String>,
    /// Something happened of which the folder is not known.
    anywhere: bool,
    first: Option<Instant>,
    last: Option<Instant>,
}

impl Quiet {
    /// Something happened in these folders; none: somewhere.
    pub fn note(&mut self, folders: impl IntoIterator<Item = String>, now: Instant) {
        let mut named = false;
        for folder in folders {
            named = true;
            self.folders.insert(folder);
        }
        self.anywhere |= !named;
        self.first.get_or_insert(now);
        self.last = Some(now);
    }

    /// When it is to be told.
    pub fn due(&self, pace: &Pace) -> Option<Instant> {
        let (first, last) = (self.first?, self.last?);
        Some((last + pace.quiet).min(first + pace.impatient))
    }

    /// The folders, none where one of them is not known, once that is due.
    pub fn take(&mut self, pace: &Pace, now: Instant) -> Option<Vec<String>> {
        if self.due(pace)? > now {
            return None;
        }
        let told = std::mem::take(self);
        Some(if told.anywhere {
            Vec::new()
        } else {
            told.folders.into_iter().collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const PACE: fn() -> Pace = Pace::default;

    fn name(name: &str) -> Vec<String> {
        vec![name.to_owned()]
    }

    #[test]
    fn what_follows_closely_is_told_once() {
        let start = Instant::now();
        let mut quiet = Quiet::default();
        assert_eq!(quiet.due(&PACE()), None);
        quiet.note(name("a"), start);
        let later = start + Duration::from_millis(300);
        quiet.note(name("b"), later);
        quiet.note(name("a"), later);
        assert_eq!(quiet.due(&PACE()), Some(later + PACE().quiet));
        assert_eq!(quiet.take(&PACE(), later), None);
        let told = quiet.take(&PACE(), later + PACE().quiet).unwrap();
        assert_eq!(told, ["a", "b"]);
        assert_eq!(quiet.due(&PACE()), None);
    }

    #[test]
    fn it_is_told_even_if_it_never_gets_quiet() {
        let start = Instant::now();
        let mut quiet = Quiet::default();
        for step in 0..20 {
            quiet.note(name("a"), start + Duration::from_millis(100 * step));
        }
        assert_eq!(quiet.due(&PACE()), Some(start + PACE().impatient));
    }

    #[test]
    fn an_unknown_folder_makes_it_any() {
        let start = Instant::now();
        let mut quiet = Quiet::default();
        quiet.note(name("a"), start);
        quiet.note([], start);
        let told = quiet.take(&PACE(), start + PACE().quiet);
        assert_eq!(told, Some(Vec::new()));
    }
}
