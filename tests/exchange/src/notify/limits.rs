//! What is too much.

use crate::failure::Failure;

use super::State;
use super::subscription::Subscription;

/// Whether the mailbox may have another subscription.
pub fn check_count(state: &State, another: &Subscription) -> Result<(), Failure> {
    let numbers = state.of_mailbox.get(&another.mailbox);
    let live = numbers
        .into_iter()
        .flatten()
        .filter_map(|number| state.subscriptions.get(number))
        .filter(|one| !one.has_expired(&state.settings));
    let count: usize = live.map(Subscription::cost).sum();
    if count + another.cost() <= state.settings.subscriptions {
        return Ok(());
    }
    let text = "You have exceeded the available subscriptions for your account. Remove unnecessary subscriptions and \
                try your request again.";
    Err(Failure::new("ErrorExceededSubscriptionCount", text)
        .with_value("Policy", "MaxSubscriptions")
        .with_value("MaxSubscriptionsLimit", state.settings.subscriptions))
}

/// Streams that the new one takes over do not count.
pub fn check_streams(state: &State, numbers: &[u64], budget: &str) -> Result<(), Failure> {
    let taken = state.taken_over(numbers);
    let ends = taken
        .iter()
        .filter_map(|number| state.streams.get(number))
        .filter(|stream| stream.budget == budget)
        .count();
    let count = state.budgets.get(budget).copied().unwrap_or_default();
    if count - ends < state.settings.streams {
        return Ok(());
    }
    let text = "You have exceeded the available concurrent connections for your account. Try again once your other \
                requests have completed.";
    Err(Failure::new("ErrorExceededConnectionCount", text)
        .with_value("Policy", "HangingConnectionLimit")
        .with_value("HangingConnectionLimit", state.settings.streams))
}
