//! Asks for many items in requests of a size the server bears, and isolates the one that spoils a request.

use super::same;
use crate::client::{Client, Limit};
use crate::error::{Error, ErrorKind, Result};
use crate::ews::{Action, Batch, Failure, Outcome};
use std::collections::VecDeque;

/// How many bytes of attachments go into one request. Exchange 2010 accepts 35 MB, base64 takes a third of it.
const MAX_WEIGHT: usize = 8 << 20;

/// How often an item is asked for again because the server was busy or did not come to it.
const MOST_TRIES: u32 = 5;

/// The result of each item, in order.
///
/// An error that is not per-item stands for all items that were not answered before it.
pub async fn run<O: Batch>(client: &Client, limit: &Limit, whole: &O) -> Vec<Result<O::Response>> {
    let mut run = Run::new(whole);
    while let Some(places) = run.next(limit.get()).filter(|_| !run.is_hopeless()) {
        let outcomes = client.call(&whole.part(&places)).await;
        match outcomes {
            Ok(outcomes) => run.sort(places, outcomes, limit),
            // An answer too large or cut off: perhaps one item's fault.
            Err(error)
                if error.kind() == ErrorKind::Protocol && O::REPEATABLE && places.len() > 1 =>
            {
                run.divide(places);
            }
            Err(error) => return run.end(&error),
        }
    }
    run.end(&Error::new(
        ErrorKind::Temporary,
        "Exchange reports a fault for every item. Synchronising tries again later; if it keeps happening, ask the \
         administrator of the mail server.",
    ))
}

struct Run<'a, O: Batch> {
    whole: &'a O,
    /// Requests to come, as places of their items.
    queue: VecDeque<Vec<usize>>,
    results: Vec<Option<Result<O::Response>>>,
    tries: Vec<u32>,
    /// Whether any item succeeded: then a fault that stays with one item is that item's.
    works: bool,
    /// Items that a fault stayed with to the last, or that are denied.
    suspects: Vec<usize>,
    /// How many requests failed for good with a fault that should have passed.
    strikes: u32,
}

impl<'a, O: Batch> Run<'a, O> {
    fn new(whole: &'a O) -> Self {
        let count = whole.count();
        Self {
            whole,
            queue: VecDeque::from([(0..count).collect()]),
            results: (0..count).map(|_| None).collect(),
            tries: vec![0; count],
            works: false,
            suspects: Vec::new(),
            strikes: 0,
        }
    }

    /// The next request's places: as many as fit.
    fn next(&mut self, limit: usize) -> Option<Vec<usize>> {
        loop {
            let mut places = self.queue.pop_front()?;
            let mut weight = 0;
            let fits = places.iter().take(limit).take_while(|place| {
                weight += self.whole.weight(**place);
                weight <= MAX_WEIGHT
            });
            let rest = places.split_off(fits.count().max(1).min(places.len()));
            if !rest.is_empty() {
                self.queue.push_front(rest);
            }
            if !places.is_empty() {
                return Some(places);
            }
        }
    }

    /// Several requests failed for good and none succeeded: the server is ill, and every further request would be a
    /// burden to it.
    const fn is_hopeless(&self) -> bool {
        const ENOUGH: u32 = 3;
        !self.works && self.strikes >= ENOUGH
    }

    fn divide(&mut self, mut places: Vec<usize>) {
        let rest = places.split_off(places.len().div_ceil(2));
        self.queue.push_front(rest);
        self.queue.push_front(places);
    }

    fn sort(&mut self, places: Vec<usize>, outcomes: Vec<Outcome<O::Response>>, limit: &Limit) {
        let asked = places.len();
        let alone = asked == 1;
        let mut again = Vec::new();
        let mut smaller = Vec::new();
        let mut too_slow = false;
        let mut passed = false;
        let mut done = 0;
        let mut outcomes = outcomes.into_iter();
        for place in places {
            let failure = match outcomes.next() {
                Some(Ok(response)) => {
                    done += 1;
                    self.set(place, Ok(response));
                    continue;
                }
                Some(Err(failure)) => failure,
                None => not_reached(),
            };
            let action = failure.action();
            too_slow |= action == Action::Halve;
            // A fault of the whole request, or one that a smaller request may pass.
            let divides = !alone
                && (failure.whole || matches!(action, Action::Halve | Action::Retry))
                && (O::GUARDED || !failure.whole || is_refusal(action));
            match action {
                Action::Wait | Action::Resend if self.try_again(place) => again.push(place),
                // It may have been a moment's weakness, and nothing else tells whether it is the item.
                Action::Retry if !failure.whole && O::GUARDED && self.is_first_of_one(place) => {
                    again.push(place);
                }
                _ if divides && !is_lasting(action) => smaller.push(place),
                _ => passed |= self.fail(place, failure, alone),
            }
        }
        self.works |= done > 0;
        if too_slow {
            limit.exceeded(asked);
        } else if done == asked {
            limit.borne(asked);
        }
        self.strikes += u32::from(passed);
        if !again.is_empty() {
            self.queue.push_front(again);
        }
        if !smaller.is_empty() {
            self.divide(smaller);
        }
    }

    /// Whether it is the only item of all, and was not tried before. It was then.
    fn is_first_of_one(&mut self, place: usize) -> bool {
        let only = self.results.len() == 1;
        let tries = self.tries.get_mut(place).filter(|_| only);
        tries.is_some_and(|tries| std::mem::replace(tries, 1) == 0)
    }

    fn try_again(&mut self, place: usize) -> bool {
        self.tries.get_mut(place).is_some_and(|tries| {
            *tries += 1;
            *tries < MOST_TRIES
        })
    }

    /// Whether it was a passing fault that did not pass.
    fn fail(&mut self, place: usize, failure: Failure, alone: bool) -> bool {
        let action = failure.action();
        let passing = matches!(action, Action::Retry | Action::Halve);
        if (passing && alone) || (action == Action::Denied && !failure.whole) {
            self.suspects.push(place);
            // The only item of all: a server that is ill says so for the request, this it says about the item.
            let of_item = matches!(
                failure.code.as_str(),
                "ErrorInternalServerError" | "ErrorAccessDenied"
            );
            self.works |= self.results.len() == 1 && !failure.whole && of_item;
        }
        self.set(place, Err(failure.into()));
        passing
    }

    fn set(&mut self, place: usize, result: Result<O::Response>) {
        if let Some(slot) = self.results.get_mut(place) {
            *slot = Some(result);
        }
    }

    fn end(mut self, error: &Error) -> Vec<Result<O::Response>> {
        // What keeps failing where others work is set aside, and the others go on.
        for place in std::mem::take(&mut self.suspects) {
            if let Some(Some(Err(error))) = self.results.get_mut(place).filter(|_| self.works) {
                *error = Error::new(ErrorKind::Item, error.message());
            }
        }
        self.results
            .into_iter()
            .map(|result| result.unwrap_or_else(|| Err(same(error))))
            .collect()
    }
}

/// The request was refused before anything was applied.
const fn is_refusal(action: Action) -> bool {
    matches!(action, Action::Bug | Action::Item | Action::Full)
}

/// Smaller requests would fail in the same way.
const fn is_lasting(action: Action) -> bool {
    matches!(
        action,
        Action::LowerVersion
            | Action::SignIn
            | Action::NoMailbox
            | Action::Denied
            | Action::FolderGone
            | Action::Later
            | Action::NotInTheirName
            | Action::Disabled
            | Action::Rediscover
    )
}

/// For items the answer does not mention.
fn not_reached() -> Failure {
    Failure {
        code: "ErrorBatchProcessingStopped".to_owned(),
        text: String::new(),
        back_off: None,
        whole: false,
    }
}
