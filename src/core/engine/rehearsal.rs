use super::case::Case;
use super::cycle::Cycle;
use super::plan::{Merging, Plan};
use super::{Operation, Pair, PairState, Step, StepAction};
use crate::mapping::Span;
use crate::model::Key;
use crate::sync::{Direction, Side};

const LEAVES: &str = "It lies outside of the link’s time window; its item in Exchange stays.";

/// A dry run: plans are told in the report, and not carried out.
impl Cycle<'_> {
    pub(super) fn rehearse(&mut self, case: &Case, plan: &Plan) {
        let report = &mut self.report;
        match plan {
            Plan::Nothing | Plan::Look | Plan::Forget(_) => {}
            Plan::Postpone => report.postponed += 1,
            Plan::Note(row) => {
                self.tell_match(case, row);
                self.tell_leaving(case, row);
            }
            Plan::SetAside(row) => {
                report.set_aside += 1;
                let side = if case.object().is_some() {
                    Side::Local
                } else {
                    Side::Remote
                };
                self.tell(case, StepAction::SetAside, side, &[], row.reason.clone());
            }
            Plan::Merge(Merging {
                row,
                update,
                text,
                changed,
                kept,
            }) => {
                report.conflicts += u64::from(super::work::is_conflict(kept));
                report.losses += row.losses.len() as u64;
                if update.is_none() && text.is_none() {
                    self.tell_match(case, row);
                }
                if let Some(update) = update {
                    self.report.remote_updated += 1;
                    self.tell(
                        case,
                        StepAction::Update,
                        Side::Remote,
                        &update.changed,
                        None,
                    );
                }
                if text.is_some() {
                    self.report.local_updated += 1;
                    self.tell(case, StepAction::Update, Side::Local, changed, None);
                }
                self.tell_leaving(case, row);
            }
            Plan::CreateRemote { row, .. } => {
                report.remote_created += 1;
                report.losses += row.losses.len() as u64;
                self.tell(case, StepAction::Create, Side::Remote, &[], None);
            }
            Plan::DeleteRemote { .. } => {
                report.remote_deleted += 1;
                self.tell(case, StepAction::Delete, Side::Remote, &[], None);
            }
            Plan::CreateLocal(write) | Plan::DeleteLocal(write) | Plan::LetGo(write) => {
                let created = matches!(write.operation, Operation::Create { .. });
                if created {
                    report.local_created += 1;
                } else {
                    report.local_deleted += 1;
                }
                let action = if created {
                    StepAction::Create
                } else {
                    StepAction::Delete
                };
                let reason = matches!(plan, Plan::LetGo(_)).then(|| LEAVES.to_owned());
                self.tell(case, action, Side::Local, &[], reason);
            }
        }
    }

    /// What is in step then, and leaves the window in the same cycle.
    fn tell_leaving(&mut self, case: &Case, row: &Pair) {
        let bounds = self.link.bounds().filter(|_| self.rolls());
        let Some((bounds, starts)) = bounds.zip(row.starts) else {
            return;
        };
        let (ends, copies) = (
            row.ends,
            self.link.options.direction != Direction::ToExchange,
        );
        let linked = row.state == PairState::Linked && copies;
        if linked && !bounds.contain(Span { starts, ends }) {
            self.report.local_deleted += 1;
            self.tell(
                case,
                StepAction::Delete,
                Side::Local,
                &[],
                Some(LEAVES.to_owned()),
            );
        }
    }

    /// Two items that become a pair.
    fn tell_match(&mut self, case: &Case, row: &Pair) {
        let known = case.row.as_ref().is_some_and(|old| {
            old.remote_id.is_some()
                && (old.uri.as_ref(), old.remote_id.as_ref())
                    == (row.uri.as_ref(), row.remote_id.as_ref())
        });
        if !known && row.uri.is_some() && row.remote_id.is_some() {
            self.tell(case, StepAction::Match, Side::Local, &[], None);
        }
    }

    fn tell(
        &mut self,
        case: &Case,
        action: StepAction,
        side: Side,
        changed: &[Key],
        reason: Option<String>,
    ) {
        let known = case.row.as_ref().and_then(|row| row.uri.clone());
        let mut properties: Vec<String> =
            changed.iter().map(|key| key.property.to_owned()).collect();
        properties.sort();
        properties.dedup();
        self.report.plan.push(Step {
            action,
            side,
            uri: case.object().map(|(uri, _)| uri).or(known),
            title: case.title(self.link),
            properties,
            reason,
        });
    }
}
