//! The story of a seed.

use super::fields::{DAYS, Slot, slots};
use super::rng::Rng;
use super::story::{Call, Edit, Fault, Here, Setting, Side, Step, Story, There, Wish};
use exchange_core::engine::Window;
use exchange_core::model::Kind;
use exchange_core::sync::{DeletePolicy, Direction, Policy};

struct Teller {
    rng: Rng,
    kind: Kind,
    /// Whether the link has a window: an item and another one of its UID, or in its place, are at the same time then.
    dated: bool,
    /// How many items there are so far.
    labels: u32,
    backups: u32,
}

pub fn story(seed: u64) -> Story {
    let mut rng = Rng(seed);
    let kind = *rng
        .pick(&[Kind::Contact, Kind::Contact, Kind::Event])
        .unwrap();
    let policies = [Policy::Exchange, Policy::Nextcloud, Policy::Newest];
    let setting = Setting {
        kind,
        policy: *rng.pick(&policies).unwrap(),
        page: u8::try_from(1 + rng.below(6)).unwrap(),
        order: u8::try_from(rng.below(100)).unwrap(),
        wish: wish(&mut rng, kind),
    };
    let mut teller = Teller {
        rng,
        kind,
        dated: setting.wish.window.is_some(),
        labels: 0,
        backups: 0,
    };
    Story {
        setting,
        steps: teller.steps(),
    }
}

/// Most links are as they are by default.
fn wish(rng: &mut Rng, kind: Kind) -> Wish {
    let window = (kind == Kind::Event && rng.chance(500)).then(|| window(rng));
    if rng.chance(500) {
        return Wish {
            window,
            ..Wish::NONE
        };
    }
    let directions = [
        Direction::Both,
        Direction::ToNextcloud,
        Direction::ToExchange,
    ];
    let deletes = [DeletePolicy::EditWins, DeletePolicy::AsConflict];
    Wish {
        direction: *rng.pick(&directions).unwrap(),
        deletes: *rng.pick(&deletes).unwrap(),
        window,
    }
}

fn window(rng: &mut Rng) -> Window {
    let mut days = || u32::try_from(rng.below(120)).unwrap();
    Window {
        past: days(),
        future: days(),
    }
}

impl Teller {
    fn steps(&mut self) -> Vec<Step> {
        let mut steps = Vec::new();
        let level = |rng: &mut Rng, most: usize| if rng.chance(400) { 0 } else { rng.below(most) };
        let (faults, meanwhile) = (level(&mut self.rng, 4), level(&mut self.rng, 4));
        let disasters = self.rng.chance(250);
        let mut hurt = false;
        if self.rng.chance(200) {
            // Two filled sides.
            for _ in 0..self.rng.below(8) {
                self.create(&mut steps);
            }
        }
        for _ in 0..=self.rng.below(5) {
            for _ in 0..self.rng.below(7) {
                self.edit(&mut steps);
            }
            if self.rng.chance(300) {
                self.clash(&mut steps);
            }
            if disasters && self.rng.chance(350) {
                let edit = self.disaster();
                steps.push(Step::Do(edit));
            }
            if hurt && self.rng.chance(400) {
                self.aftermath(&mut steps);
            }
            hurt = false;
            for _ in 0..self.rng.below(faults + 1) {
                let step = self.fault();
                steps.push(step);
                hurt = true;
            }
            for _ in 0..self.rng.below(meanwhile + 1) {
                let (call, at) = self.moment();
                let mut edits = Vec::new();
                self.edit(&mut edits);
                steps.extend(edits.into_iter().map(|edit| match edit {
                    Step::Do(edit) => Step::During(call, at, edit),
                    step => step,
                }));
            }
            if self.rng.chance(150) {
                steps.push(Step::Limit(self.rng.below(3) as u64));
            }
            if self.rng.chance(80) {
                steps.push(Step::Full);
            }
            if self.dated && self.rng.chance(250) {
                steps.push(Step::Do(Edit::Clock(
                    i16::try_from(self.rng.below(90)).unwrap(),
                )));
            }
            if self.dated && self.rng.chance(100) {
                let window = self.rng.chance(700).then(|| window(&mut self.rng));
                steps.push(Step::Window(window));
            }
            if self.rng.chance(40) {
                steps.push(Step::Bring);
            }
            if self.rng.chance(80) {
                steps.push(Step::Rehearse);
            }
            steps.push(Step::Cycle);
        }
        steps
    }

    fn new_label(&mut self) -> u32 {
        self.labels += 1;
        self.labels
    }

    /// The next one that is at the same time as this item.
    fn new_like(&mut self, label: u32) -> u32 {
        self.labels += 1;
        while self.dated && self.labels % 3 != label % 3 {
            self.labels += 1;
        }
        self.labels
    }

    fn label(&mut self) -> u32 {
        let labels = self.labels.max(1) as usize;
        1 + u32::try_from(self.rng.below(labels)).unwrap()
    }

    fn side(&mut self) -> Side {
        if self.rng.chance(500) { Here } else { There }
    }

    fn slot(&mut self, label: u32) -> Slot {
        let slots = slots(self.kind);
        let single = self.dated && label % 3 == 2;
        if self.kind == Kind::Event && !single && self.rng.chance(400) {
            let day = self.day();
            return (Some(day), slots[self.rng.below(2)]);
        }
        (None, slots[self.rng.below(slots.len())])
    }

    fn day(&mut self) -> u8 {
        *self.rng.pick(&DAYS).unwrap()
    }

    fn create(&mut self, steps: &mut Vec<Step>) {
        let label = self.new_label();
        let uid = match self.rng.below(8) {
            0 => {
                let other = self.new_like(label);
                steps.push(Step::Do(Edit::Create(Here, label, Some(label))));
                steps.push(Step::Do(Edit::Create(There, other, Some(label))));
                return;
            }
            1 => {
                let other = self.label();
                let label = if self.dated {
                    self.new_like(other)
                } else {
                    label
                };
                steps.push(Step::Do(Edit::Squat(label, other)));
                return;
            }
            2 | 3 => None,
            _ => Some(label),
        };
        let side = self.side();
        steps.push(Step::Do(Edit::Create(side, label, uid)));
    }

    fn edit(&mut self, steps: &mut Vec<Step>) {
        let label = self.label();
        let choice = self
            .rng
            .below(if self.kind == Kind::Event { 23 } else { 20 });
        let side = self.side();
        let edit = match choice {
            0..=4 => return self.create(steps),
            5..=8 => Edit::Set(side, label, self.slot(label)),
            9 => Edit::Drop(side, label, self.slot(label)),
            10 => Edit::Touch(side, label),
            11..=13 => Edit::Delete(side, label),
            14 => {
                let copy = self.new_like(label);
                Edit::Copy(label, copy)
            }
            15 => Edit::Move(label),
            16 if self.rng.chance(500) => Edit::Leave(label),
            16 => Edit::Return(label),
            17 if self.rng.chance(500) => Edit::Spoil(label),
            17 => {
                let new = self.new_like(label);
                Edit::Heal(label, new)
            }
            18 if self.rng.chance(600) => Edit::Bad(label),
            18 => Edit::Good(label),
            19 if self.rng.chance(500) => Edit::Expire,
            19 if self.dated => Edit::Clock(i16::try_from(self.rng.below(150)).unwrap() - 30),
            19 => Edit::Clock(i16::try_from(self.rng.below(800)).unwrap() - 300),
            20..=22 if self.dated && label % 3 == 2 => {
                Edit::Shift(side, label, u8::try_from(1 + self.rng.below(6)).unwrap())
            }
            20 | 21 => Edit::Cancel(side, label, self.day()),
            _ => Edit::Reset(side, label, self.day()),
        };
        steps.push(Step::Do(edit));
    }

    /// Both sides do something to one item.
    fn clash(&mut self, steps: &mut Vec<Step>) {
        let (label, side) = (self.label(), self.side());
        let slot = self.slot(label);
        let one = Edit::Set(side, label, slot);
        let other = side.other();
        let two = match (self.rng.below(4), slot.0) {
            (0 | 1, Some(day)) => Edit::Cancel(other, label, day),
            (0, None) => Edit::Delete(other, label),
            (1, None) => Edit::Drop(other, label, slot),
            (2, _) => Edit::Set(other, label, slot),
            _ => Edit::Set(other, label, self.slot(label)),
        };
        steps.extend([Step::Do(one), Step::Do(two)]);
    }

    /// After a cycle that met a fault, its last items move or go while the next one looks for them.
    fn aftermath(&mut self, steps: &mut Vec<Step>) {
        let label = self
            .labels
            .saturating_sub(u32::try_from(self.rng.below(3)).unwrap());
        let side = self.side();
        let edit = match self.rng.below(6) {
            0 | 1 => Edit::Move(label),
            2 => {
                let copy = self.new_like(label);
                Edit::Copy(label, copy)
            }
            3 => Edit::Touch(side, label),
            _ => Edit::Delete(side, label),
        };
        steps.push(match self.rng.below(3) {
            0 => Step::Do(edit),
            1 => Step::During(Call::Fetch, 0, edit),
            _ => Step::During(Call::List, 0, edit),
        });
    }

    fn disaster(&mut self) -> Edit {
        if self.backups == 0 || self.rng.chance(400) {
            self.backups += 1;
            return match self.rng.below(6) {
                0 => Edit::LoseJournal,
                1 => Edit::Empty(self.side()),
                _ => Edit::Backup,
            };
        }
        match self.rng.below(4) {
            0 => Edit::RestoreJournal,
            1 => Edit::RestoreHere,
            2 => Edit::RestoreThere,
            _ => Edit::RestoreNextcloud,
        }
    }

    fn moment(&mut self) -> (Call, u8) {
        // Where most happens, most goes wrong.
        let busy = [Call::Write, Call::Save, Call::Creates, Call::Updates];
        let all: &[Call] = if self.rng.chance(400) {
            &busy
        } else {
            &Call::ALL
        };
        let call = *self.rng.pick(all).unwrap();
        let many = if call == Call::Write || call == Call::Save || call == Call::Load {
            5
        } else {
            2
        };
        (call, u8::try_from(self.rng.below(many)).unwrap())
    }

    fn fault(&mut self) -> Step {
        let (call, at) = self.moment();
        let faults: &[Fault] = match call {
            Call::OneFetch | Call::OneCreate => &[Fault::Refuse],
            Call::OneUpdate | Call::OneDelete => &[Fault::Refuse, Fault::Race],
            Call::Creates | Call::Updates | Call::Deletes => &[
                Fault::CrashBefore,
                Fault::CrashAfter,
                Fault::FailBefore,
                Fault::FailAfter,
                Fault::FailHalf,
            ],
            Call::Write => &[
                Fault::CrashBefore,
                Fault::CrashAfter,
                Fault::FailBefore,
                Fault::FailAfter,
                Fault::Refuse,
                Fault::Race,
            ],
            _ => &[
                Fault::CrashBefore,
                Fault::CrashAfter,
                Fault::FailBefore,
                Fault::FailAfter,
            ],
        };
        let fault = *self.rng.pick(faults).unwrap();
        Step::At(call, at, fault)
    }
}
