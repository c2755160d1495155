//! Subscribe, Unsubscribe, GetEvents and GetStreamingEvents.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use crate::element::Element;
use crate::envelope::{self, Call};
use crate::failure::{self, Failure};
use crate::id;
use crate::operation::respond;
use crate::server::{Account, Server};
use crate::sharing;
use crate::store::Mailbox;
use crate::target;
use crate::version::{Level, Release};

use super::limits::{check_count, check_streams};
use super::pump::lost;
use super::stream::{self, Reader, Stream};
use super::subscription::{Form, Subscription};
use super::{State, event};

/// About so many events come in one answer of GetEvents.
const MOST_EVENTS: usize = 50;

/// Who asks, and for whom.
pub struct Visit<'a> {
    /// Who signed in.
    pub caller: String,
    /// The account of that person, or of the one in whose name they ask.
    pub account: &'a Account,
    /// The server of the farm that is asked.
    pub server: u64,
}

pub enum Answer {
    Whole(Element),
    Stream(Reader),
}

/// Whether an operation is about notifications.
pub fn handles(operation: &str) -> bool {
    matches!(
        operation,
        "Subscribe" | "Unsubscribe" | "GetEvents" | "GetStreamingEvents"
    )
}

pub fn run(server: &Arc<Server>, call: &Call, visit: &Visit) -> Result<Answer, Failure> {
    check_age(server, call)?;
    let outcome = match call.operation.as_str() {
        "Subscribe" => subscribe(server, call, visit)?,
        "Unsubscribe" => unsubscribe(server, call, visit),
        "GetEvents" => get_events(server, call, visit),
        _ => return get_streaming_events(server, call, visit),
    };
    let message = match outcome {
        Ok(children) => failure::success(&call.operation, children),
        Err(failure) => failure::error(&call.operation, &failure, []),
    };
    Ok(Answer::Whole(respond(&call.operation, [message])))
}

/// Streams came with Exchange 2010 SP1: older servers do not know the words, newer ones mind the level of the request.
fn check_age(server: &Server, call: &Call) -> Result<(), Failure> {
    const NEW: [&str; 2] = ["GetStreamingEvents", "StreamingSubscriptionRequest"];
    let request = call
        .body
        .children
        .first()
        .map_or("", |request| &request.name);
    let Some(word) = NEW
        .into_iter()
        .find(|word| *word == call.operation || *word == request)
    else {
        return Ok(());
    };
    if server.release == Release::Exchange2007 {
        let text =
            format!("The request failed schema validation: The element '{word}' is not expected.");
        return Err(Failure::new("ErrorSchemaValidation", text));
    }
    if call.level < Level::of("Exchange2010_SP1") {
        let text = "The request is not valid for the schema version that it names.";
        return Err(Failure::new("ErrorIncorrectSchemaVersion", text));
    }
    Ok(())
}

type Outcome = Result<Vec<Element>, Failure>;

fn subscribe(server: &Server, call: &Call, visit: &Visit) -> Result<Outcome, Failure> {
    let Some(request) = call.body.children.first() else {
        return Ok(Err(invalid_request()));
    };
    let form = match request.name.as_str() {
        "StreamingSubscriptionRequest" => Form::Streaming,
        "PullSubscriptionRequest" => Form::Pull {
            minutes: number_of(request, "Timeout").unwrap_or(1),
        },
        other => {
            let text = format!("{other} is not implemented here.");
            return Err(Failure::new("ErrorInvalidRequest", text));
        }
    };
    Ok(enter(server, call, visit, request, form))
}

fn enter(server: &Server, call: &Call, visit: &Visit, request: &Element, form: Form) -> Outcome {
    check_mailboxes(server, visit.account, request)?;
    let (account, share) = sharing::owner(server, visit.account, call)?;
    let (folders, told, watermark) = {
        let mut mailbox = account.mailbox.lock();
        if !mailbox.is_public() && share.as_ref().is_some_and(|share| !share.is_full()) {
            let text = "Subscriptions are not supported for delegate user access.";
            let code = "ErrorSubscriptionDelegateAccessNotSupported";
            return Err(Failure::new(code, text));
        }
        mailbox.visitor = share;
        let found = wanted_folders(&mailbox, request).and_then(|folders| {
            let told = first_watermark(&mailbox, request)?;
            Ok((folders, told, event::watermark(&mailbox, told)))
        });
        mailbox.visitor = None;
        found?
    };
    let events = request
        .get("EventTypes")
        .map_or(&[][..], |types| &types.children);
    let subscription = Subscription {
        owner: visit.caller.clone(),
        server: visit.server,
        mailbox: account.key.clone(),
        folders,
        events: events
            .iter()
            .map(|event| event.text.trim().to_owned())
            .collect(),
        form,
        told,
        stream: None,
        asked: Instant::now(),
        lost: None,
    };
    let mut state = server.hub.state.lock();
    check_count(&state, &subscription)?;
    let number = state.add(subscription);
    let mut children = vec![Element::m("SubscriptionId").with_text(id::subscription(number))];
    if form != Form::Streaming {
        children.push(Element::m("Watermark").with_text(watermark.text));
    }
    Ok(children)
}

/// All folders of one request lie in one mailbox, or it is one public folder.
fn check_mailboxes(server: &Server, own: &Account, request: &Element) -> Result<(), Failure> {
    let folders = request
        .get("FolderIds")
        .map_or(&[][..], |ids| &ids.children);
    let owners: Vec<Option<String>> = folders
        .iter()
        .map(|folder| sharing::addressed(server, &own.address, folder))
        .collect();
    let several = owners.windows(2).any(|two| two[0] != two[1]);
    let public = owners.len() > 1 && owners[0].as_deref() == Some(sharing::PUBLIC);
    match several || public {
        true => Err(invalid_request()),
        false => Ok(()),
    }
}

/// The folders that a request names, `None` for all.
fn wanted_folders(mailbox: &Mailbox, request: &Element) -> Result<Option<BTreeSet<u64>>, Failure> {
    let all = request
        .attr("SubscribeToAllFolders")
        .and_then(envelope::boolean)
        == Some(true);
    match (all, request.get("FolderIds")) {
        (true, None) => Ok(None),
        (false, Some(ids)) => {
            let numbers = ids.children.iter().map(|id| target::folder(mailbox, id));
            numbers.collect::<Result<_, _>>().map(Some)
        }
        _ => Err(invalid_request()),
    }
}

/// Where events begin: at the Watermark of the request, else now.
fn first_watermark(mailbox: &Mailbox, request: &Element) -> Result<u64, Failure> {
    match request.text_of("Watermark") {
        Some(text) => sequence(mailbox, text).and_then(|at| match mailbox.journal.since(at) {
            Some(_) => Ok(at),
            None => Err(invalid_watermark()),
        }),
        None => Ok(mailbox.journal.head()),
    }
}

/// The entry that a watermark of this mailbox stands for.
fn sequence(mailbox: &Mailbox, watermark: &str) -> Result<u64, Failure> {
    id::sequence_of(&mailbox.era(), watermark)
        .filter(|sequence| *sequence <= mailbox.journal.head())
        .ok_or_else(invalid_watermark)
}

fn invalid_watermark() -> Failure {
    let text = "The watermark used for creating this subscription was not found.";
    Failure::new("ErrorInvalidWatermark", text)
}

fn unsubscribe(server: &Server, call: &Call, visit: &Visit) -> Outcome {
    let mut state = server.hub.state.lock();
    let number = find(&mut state, call.body.text_of("SubscriptionId"), visit)?;
    let over = state.remove(number).and_then(|gone| gone.stream);
    let failure = Failure::new(
        "ErrorSubscriptionUnsubscribed",
        "The subscription was unsubscribed.",
    );
    state.end_with(server, over, &failure, &[number]);
    Ok(vec![])
}

fn get_events(server: &Server, call: &Call, visit: &Visit) -> Outcome {
    let mut state = server.hub.state.lock();
    let number = find(&mut state, call.body.text_of("SubscriptionId"), visit)?;
    let subscription = state.subscriptions.get_mut(&number).ok_or_else(not_found)?;
    if subscription.streams() {
        let text = "The subscription is not a pull subscription.";
        return Err(Failure::new("ErrorInvalidPullSubscriptionId", text));
    }
    let account = server
        .accounts
        .get(&subscription.mailbox)
        .ok_or_else(not_found)?;
    let mailbox = account.mailbox.lock();
    let asked = call.body.text_of("Watermark").unwrap_or_default();
    let since = sequence(&mailbox, asked)?;
    subscription.asked = Instant::now();
    let Some(entries) = mailbox.journal.since(since) else {
        state.remove(number);
        let text = "The event that the watermark names is not kept any more.";
        return Err(Failure::new("ErrorEventNotFound", text));
    };
    let mut heard = entries
        .map(|entry| subscription.hears(entry, &mailbox, server.release))
        .filter(|heard| !heard.is_empty());
    let mut events = Vec::new();
    // What one entry tells has one watermark, and comes in one answer.
    while events.len() < MOST_EVENTS
        && let Some(together) = heard.next()
    {
        events.extend(together.iter().map(|one| event::event(&mailbox, one, true)));
    }
    let more = heard.next().is_some();
    if events.is_empty() {
        let here = event::watermark(&mailbox, mailbox.journal.head());
        events.push(Element::t("StatusEvent").with(here));
    }
    let head = [
        Element::leaf("PreviousWatermark", asked),
        Element::leaf("MoreEvents", more),
    ];
    Ok(vec![event::notification(number, head, events)])
}

fn get_streaming_events(
    server: &Arc<Server>,
    call: &Call,
    visit: &Visit,
) -> Result<Answer, Failure> {
    let ids = call
        .body
        .get("SubscriptionIds")
        .map_or(&[][..], |ids| &ids.children);
    let mut state = server.hub.state.lock();
    if ids.len() > state.settings.ids {
        let text = format!(
            "A request names at most {} subscriptions.",
            state.settings.ids
        );
        return Err(Failure::new("ErrorInvalidRequest", text));
    }
    let found: Vec<Result<u64, (String, Failure)>> = ids
        .iter()
        .map(|id| {
            let number = find(&mut state, Some(&id.text), visit);
            let streams = number.and_then(|number| match state.subscriptions.get(&number) {
                Some(one) if one.streams() => Ok(number),
                _ => {
                    let text = "The subscription is not a streaming subscription.";
                    Err(Failure::new("ErrorInvalidSubscription", text))
                }
            });
            streams.map_err(|failure| (id.text.trim().to_owned(), failure))
        })
        .collect();
    // The first thing that is wrong is told, with all the ids with which something is.
    let wrong: Vec<&(String, Failure)> =
        found.iter().filter_map(|one| one.as_ref().err()).collect();
    if let Some((_, failure)) = wrong.first() {
        let ids: Vec<String> = wrong.iter().map(|(id, _)| id.clone()).collect();
        let message = stream::refusal(failure, &ids);
        return Ok(Answer::Whole(respond(&call.operation, [message])));
    }
    let numbers: Vec<u64> = found.into_iter().flatten().collect();
    let minutes = number_of(&call.body, "ConnectionTimeout").unwrap_or(1);
    let budget = format!("{} as {}", visit.caller, visit.account.key);
    check_streams(&state, &numbers, &budget)?;
    let reader = open(server, &mut state, numbers, &budget, minutes);
    drop(state);
    Ok(Answer::Stream(reader))
}

/// Opens a stream for these subscriptions; streams that were open for them end.
fn open(
    server: &Arc<Server>,
    state: &mut State,
    numbers: Vec<u64>,
    budget: &str,
    minutes: u64,
) -> Reader {
    for older in state.taken_over(&numbers) {
        let about: Vec<u64> = state.streams.get(&older).map_or_else(Vec::new, |stream| {
            let all = stream.subscriptions.iter();
            all.filter(|one| numbers.contains(one)).copied().collect()
        });
        let text = "Another connection was opened for the subscription.";
        let failure = Failure::new("ErrorNewEventStreamConnectionOpened", text);
        state.end_with(server, Some(older), &failure, &about);
    }
    let number = state.next();
    let until = Instant::now() + state.settings.minutes(minutes);
    let (mut stream, chunks) = Stream::open(numbers.clone(), budget, until);
    stream.send(stream::envelope(server, stream::status("OK")));
    state.streams.insert(number, stream);
    *state.budgets.entry(budget.to_owned()).or_default() += 1;
    for told in numbers {
        if let Some(subscription) = state.subscriptions.get_mut(&told) {
            subscription.stream = Some(number);
            // What happened since it was last told goes out at once.
            server.hub.bell(&subscription.mailbox).ring();
        }
    }
    Reader::new(server.clone(), number, state.settings.chunk, chunks)
}

/// The number of the subscription of that id, which has to be the caller's.
fn find(state: &mut State, id: Option<&str>, visit: &Visit) -> Result<u64, Failure> {
    let number = id.and_then(id::subscription_of).ok_or_else(|| {
        let text = "The subscription id is invalid.";
        Failure::new("ErrorInvalidSubscription", text)
    })?;
    let subscription = state.subscriptions.get(&number).ok_or_else(not_found)?;
    if subscription.server != visit.server || subscription.has_expired(&state.settings) {
        return Err(not_found());
    }
    if subscription.owner != visit.caller {
        let text = "You are not the owner of the subscription.";
        return Err(Failure::new("ErrorSubscriptionAccessDenied", text));
    }
    if let Some(code) = subscription.lost {
        state.remove(number);
        return Err(lost(code));
    }
    Ok(number)
}

fn not_found() -> Failure {
    let text = "The specified subscription was not found.";
    Failure::new("ErrorSubscriptionNotFound", text)
}

fn invalid_request() -> Failure {
    let text = "Subscriptions are for folders of one mailbox or for all of them, or for one public folder.";
    Failure::new("ErrorInvalidSubscriptionRequest", text)
}

fn number_of(element: &Element, name: &str) -> Option<u64> {
    element.text_of(name)?.parse().ok()
}
