//! One connection and those who are heard of by it.

mod parting;
mod setback;

pub use parting::Unfinished;

use super::line::{Heard, Line};
use super::member::{Member, Phase};
use super::notice::{Listener, Reason, State};
use super::pace::Pace;
use super::subscription::{NotWatched, Subscription, subscribe};
use crate::client::{Client, Part};
use crate::error::{Error, ErrorKind, Result};
use crate::ews::{Happened, MOST_SUBSCRIPTIONS};
use parting::{give_back, give_back_answer};

use setback::{pause_after, state_of};
use std::collections::{BTreeMap, HashMap};
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

/// Requests to subscribe at a time.
const SUBSCRIBING: usize = 3;

/// Members that are subscribed shortly after each other are put into the stream together.
const TOGETHER: Duration = Duration::from_secs(3);

/// The longest pause between two attempts.
const LONGEST: Duration = Duration::from_mins(5);

pub enum Order {
    Add {
        id: i64,
        client: Box<Client>,
        folders: Vec<String>,
    },
    Remove {
        id: i64,
    },
}

pub struct Group {
    inbox: UnboundedReceiver<Order>,
    listener: Arc<dyn Listener>,
    pace: Pace,
    members: BTreeMap<i64, Member>,
    subscribing: JoinSet<Answer>,
    /// How often somebody was subscribed so far.
    attempts: u64,
    /// Subscriptions that nobody needs any more, and that are in the stream for now.
    unneeded: Vec<(Client, Vec<String>)>,
    /// Whose connection it is. All others subscribe over it, each in its own name.
    anchor: Option<(i64, Client)>,
    line: Line,
    /// Since when somebody waits to be heard of.
    waiting: Option<Instant>,
    /// How often the line failed in a row.
    failures: u32,
    /// Members whose subscriptions do not live where those of the group do: each has a connection of its own. (A farm of servers
    /// keeps a mailbox's subscriptions on the machine that has the mailbox.)
    exiles: HashMap<i64, UnboundedSender<Order>>,
    unfinished: Unfinished,
}

/// What became of an attempt to subscribe a member.
struct Answer {
    id: i64,
    attempt: u64,
    client: Client,
    outcome: std::result::Result<Subscription, NotWatched>,
}

enum Event {
    Ordered(Option<Order>),
    Subscribed(Answer),
    Heard(Heard),
    Time,
}

/// Until nobody has orders for it any more.
pub async fn run(mut group: Group) {
    loop {
        let next = group.next_time();
        let event = tokio::select! {
            biased;
            order = group.inbox.recv() => Event::Ordered(order),
            Some(done) = group.subscribing.join_next() => match done {
                Ok(answer) => Event::Subscribed(answer),
                Err(_) => continue,
            },
            heard = group.line.hear() => Event::Heard(heard),
            () = at(next) => Event::Time,
        };
        match event {
            Event::Ordered(None) => return group.end().await,
            Event::Ordered(Some(Order::Add {
                id,
                client,
                folders,
            })) => group.add(id, *client, folders),
            Event::Ordered(Some(Order::Remove { id })) => group.remove(id),
            Event::Subscribed(answer) => group.subscribed(answer),
            Event::Heard(Heard::Opened(Err(error))) => group.failed(&error),
            Event::Heard(Heard::Part(part)) => group.heard(part),
            Event::Heard(Heard::Late(Ok(happened))) => group.note(happened),
            // Whether it is a stream, its first part tells. That it takes over from the one before is what we wanted.
            Event::Heard(Heard::Opened(Ok(())) | Heard::Late(Err(_))) | Event::Time => {}
        }
        group.go_on();
    }
}

async fn at(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => pending().await,
    }
}

impl Group {
    pub fn new(
        listener: Arc<dyn Listener>,
        pace: Pace,
        unfinished: Unfinished,
    ) -> (UnboundedSender<Order>, Self) {
        let (orders, inbox) = unbounded_channel();
        let group = Self {
            inbox,
            listener,
            pace,
            members: BTreeMap::new(),
            subscribing: JoinSet::new(),
            attempts: 0,
            unneeded: Vec::new(),
            anchor: None,
            line: Line::new(),
            waiting: None,
            failures: 0,
            exiles: HashMap::new(),
            unfinished,
        };
        (orders, group)
    }

    fn add(&mut self, id: i64, client: Client, folders: Vec<String>) {
        self.members.insert(id, Member::new(id, client, folders));
    }

    /// When something is to be done.
    fn next_time(&self) -> Option<Instant> {
        let may_subscribe = self.may_subscribe();
        let of_members = self
            .members
            .values()
            .filter_map(|member| match member.phase {
                Phase::Due(_) if !may_subscribe => None,
                _ => member.next(&self.pace),
            });
        of_members.chain(self.open_at()).min()
    }

    /// When the line is to be opened, first or anew: once nobody is being subscribed any more, but slow ones are not waited for.
    fn open_at(&self) -> Option<Instant> {
        let waiting = self.waiting?;
        let together = if self.subscribing.is_empty() {
            waiting
        } else {
            waiting + TOGETHER
        };
        match self.line.down_until() {
            Some(until) => Some(together.max(until)),
            None => self.line.is_up().then_some(together),
        }
    }

    /// Without an anchor one has to come first.
    fn may_subscribe(&self) -> bool {
        self.subscribing.len()
            < if self.anchor.is_some() {
                SUBSCRIBING
            } else {
                1
            }
    }

    fn go_on(&mut self) {
        let now = Instant::now();
        for member in self.members.values_mut() {
            member.tell_changes(&self.pace, self.listener.as_ref(), now);
        }
        self.subscribe_due(now);
        if self.open_at().is_some_and(|at| at <= now) {
            self.open();
        }
    }

    fn subscribe_due(&mut self, now: Instant) {
        while self.may_subscribe() {
            let due = |member: &&mut Member| matches!(member.phase, Phase::Due(at) if at <= now);
            let Some(member) = self.members.values_mut().find(due) else {
                return;
            };
            self.attempts += 1;
            let (id, attempt, folders) = (member.id, self.attempts, member.folders.clone());
            member.phase = Phase::Subscribing(attempt);
            let client = voice_of(member, self.anchor.as_ref());
            self.subscribing.spawn(async move {
                let outcome = subscribe(&client, &folders).await;
                Answer {
                    id,
                    attempt,
                    client,
                    outcome,
                }
            });
        }
    }

    fn subscribed(&mut self, answer: Answer) {
        let (id, phase) = (answer.id, Phase::Subscribing(answer.attempt));
        let member = self.members.get_mut(&id);
        let Some(member) = member.filter(|member| member.phase == phase) else {
            // It was removed, or replaced, meanwhile.
            return give_back_answer(answer, &self.unfinished);
        };
        let (state, error, wait) = match answer.outcome {
            Ok(subscription) => {
                member.failures = 0;
                member.subscriptions = subscription.ids;
                member.lacks = subscription
                    .lacks
                    .map(|error| Reason::new(&error, self.pace.hopeless));
                member.phase = Phase::Subscribed;
                self.waiting.get_or_insert_with(Instant::now);
                if self.anchor.is_none() {
                    self.anchor = Some((id, member.client.in_name_of(&member.client)));
                }
                return;
            }
            Err(NotWatched::Cannot(error)) => (State::Polled, error, self.pace.hopeless),
            Err(NotWatched::Failed(error)) => {
                let wait = pause_after(&error, member.failures);
                (state_of(&error), error, wait)
            }
        };
        member.failures += 1;
        if state == State::Refused {
            let member = self.members.remove(&id);
            if let Some(mut member) = member {
                member.tell_down(state, &Reason::new(&error, wait), self.listener.as_ref());
            }
            return;
        }
        member.phase = Phase::Due(Instant::now() + wait);
        member.tell_down(state, &Reason::new(&error, wait), self.listener.as_ref());
    }

    fn open(&mut self) {
        self.waiting = None;
        self.give_back_unneeded();
        let Some((_, anchor)) = &self.anchor else {
            return;
        };
        let mut subscriptions = Vec::new();
        for member in self.members.values_mut() {
            if !matches!(member.phase, Phase::Subscribed | Phase::Streamed) {
                continue;
            }
            if subscriptions.len() + member.subscriptions.len() > MOST_SUBSCRIPTIONS {
                let (state, reason) = (State::Polled, crowded(self.pace.hopeless));
                member.tell_down(state, &reason, self.listener.as_ref());
                let client = anchor.in_name_of(&member.client);
                let ids = std::mem::take(&mut member.subscriptions);
                give_back(client, ids, &self.unfinished);
                member.resubscribe(Instant::now() + self.pace.hopeless);
                continue;
            }
            member.phase = Phase::Streamed;
            subscriptions.extend(member.subscriptions.iter().cloned());
        }
        if !subscriptions.is_empty() {
            self.line.open(anchor, subscriptions, &self.pace);
        }
    }

    fn heard(&mut self, part: Result<Option<Part>>) {
        match part {
            Ok(Some(Ok(happened))) => {
                if self.line.has_lasted() {
                    self.failures = 0;
                }
                let closed = happened.closed;
                self.live();
                self.note(happened);
                if closed {
                    self.out_of_stream(false);
                    self.line.close(Instant::now());
                }
            }
            Ok(Some(Err(failure))) => self.told(failure),
            Ok(None) => self.failed(&Error::new(
                ErrorKind::Unreachable,
                "The server closed the connection by which it tells of changes. It is opened again.",
            )),
            Err(error) => self.failed(&error),
        }
    }

    fn live(&mut self) {
        for member in self.members.values_mut() {
            if member.phase == Phase::Streamed {
                member.tell_live(self.listener.as_ref());
            }
        }
    }

    fn note(&mut self, happened: Happened) {
        let now = Instant::now();
        for event in happened.events {
            let owner = self
                .members
                .values_mut()
                .find(|member| member.subscriptions.contains(&event.subscription));
            if let Some(member) = owner {
                member.note(&event.folders, now);
                member.lost = 0;
            }
        }
    }
}

/// A group's mailboxes ask over one connection, each in its own name.
fn voice_of(member: &Member, anchor: Option<&(i64, Client)>) -> Client {
    let connection = anchor.map_or(&member.client, |(_, anchor)| anchor);
    connection.in_name_of(&member.client)
}

fn crowded(retry_after: Duration) -> Reason {
    let error = Error::new(
        ErrorKind::Temporary,
        "The folders of this service account's mailboxes have no place in one stream. Some are asked by the clock instead.",
    );
    Reason::new(&error, retry_after)
}
