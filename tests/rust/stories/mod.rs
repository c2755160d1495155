//! Lives that ended badly once. `SIMULATE_SEED=7` prints a new one in this form.
#![allow(clippy::enum_glob_use, reason = "a story shall read like one")]
#![allow(clippy::too_many_lines, reason = "the early ones are long")]

mod early;
mod short;

use crate::support::life::live;
use crate::support::story::{Setting, Step, Story};
use exchange_core::model::Kind;
use exchange_core::sync::Policy;

const fn setting(kind: Kind, policy: Policy, page: u8, order: u8) -> Setting {
    Setting {
        kind,
        policy,
        page,
        order,
    }
}

fn passes(setting: Setting, steps: &[Step]) {
    let steps = steps.to_vec();
    live(&Story { setting, steps }, false).0.unwrap();
}
