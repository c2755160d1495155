//! Lives that ended badly once, and some that are too rare to wait for. `SIMULATE_SEED=7` prints a new one in this form.
#![allow(clippy::enum_glob_use, reason = "a story shall read like one")]
#![allow(dead_code, reason = "each test program uses its own part")]

use crate::support::life::live;
use crate::support::story::{Setting, Step, Story};

/// A list of all stories of a file, and a test for each.
macro_rules! stories {
    (@wish) => { crate::support::story::Wish::NONE };
    (@wish $wish:expr) => { $wish };
    ($($name:ident: ($kind:expr, $policy:expr, $page:expr, $order:expr $(, $wish:expr)?), [$($step:expr),* $(,)?];)*) => {
        pub const ALL: &[super::Named] = &[$(
            (
                stringify!($name),
                crate::support::story::Setting {
                    kind: $kind,
                    policy: $policy,
                    page: $page,
                    order: $order,
                    wish: stories!(@wish $($wish)?),
                },
                &[$($step),*],
            ),
        )*];

        mod told {
            $(
                #[test]
                fn $name() {
                    super::super::passes(stringify!($name));
                }
            )*
        }
    };
}

mod chosen;
mod early;
mod later;
mod short;
mod windows;

pub type Named = (&'static str, Setting, &'static [Step]);

pub fn all() -> impl Iterator<Item = (&'static str, Story)> {
    let all = early::ALL
        .iter()
        .chain(short::ALL)
        .chain(later::ALL)
        .chain(chosen::ALL)
        .chain(windows::ALL);
    all.map(|(name, setting, steps)| {
        let story = Story {
            setting: *setting,
            steps: steps.to_vec(),
        };
        (*name, story)
    })
}

fn passes(name: &str) {
    let (_, story) = all().find(|(known, _)| *known == name).unwrap();
    if let (Err(why), trace) = live(&story, true) {
        panic!("{}\n{why}", trace.join("\n"));
    }
}
