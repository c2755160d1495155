//! Who is not watched any more, and what is given back then: a server allows a mailbox few subscriptions, and keeps those that
//! nobody reads for half an hour.

use super::{Answer, Group, voice_of};
use crate::client::Client;
use crate::ews::Unsubscribe;
use crate::watch::line::Line;
use crate::watch::member::Phase;
use futures_util::future::join_all;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::mpsc::Sender;
use tokio::time::timeout;

/// Held by all that has not ended yet. Nothing is sent: the other side closes once nobody holds it any more.
pub type Unfinished = Sender<Infallible>;

/// How long an answer to who subscribes just now is waited for at the end.
const PATIENCE: Duration = Duration::from_secs(10);

impl Group {
    /// Nobody is watched any more.
    pub(super) async fn end(mut self) {
        self.line = Line::new();
        self.exiles.clear();
        self.give_back_unneeded();
        for member in std::mem::take(&mut self.members).into_values() {
            let client = voice_of(&member, self.anchor.as_ref());
            self.give_back(client, member.subscriptions);
        }
        let answers = async {
            while let Some(answer) = self.subscribing.join_next().await {
                if let Ok(answer) = answer {
                    give_back_answer(answer, &self.unfinished);
                }
            }
        };
        // Of a server that is silent for longer, nothing is known.
        let _ = timeout(PATIENCE, answers).await;
    }

    pub(super) fn remove(&mut self, id: i64) {
        self.exiles.remove(&id);
        self.pass_on_tokens(id);
        let Some(member) = self.members.remove(&id) else {
            return;
        };
        let client = voice_of(&member, self.anchor.as_ref());
        if self.members.is_empty() {
            self.line = Line::new();
            self.anchor = None;
        } else if member.phase == Phase::Streamed {
            // Its end would be the stream's, for all others.
            self.unneeded.push((client, member.subscriptions));
            return;
        }
        self.give_back(client, member.subscriptions);
    }

    /// The stream is opened without them.
    pub(super) fn give_back_unneeded(&mut self) {
        for (client, subscriptions) in std::mem::take(&mut self.unneeded) {
            self.give_back(client, subscriptions);
        }
    }

    fn give_back(&self, client: Client, subscriptions: Vec<String>) {
        give_back(client, subscriptions, &self.unfinished);
    }

    /// The connection stays the anchor's without it, but there may be no account any more that could be asked for tokens.
    fn pass_on_tokens(&mut self, leaving: i64) {
        let Some((anchor, client)) = self.anchor.take() else {
            return;
        };
        let heir = self.members.values().find(|member| member.id != leaving);
        self.anchor = Some(match heir {
            Some(heir) if anchor == leaving => (heir.id, client.with_tokens_of(&heir.client)),
            _ => (anchor, client),
        });
    }
}

/// The answer to an attempt that is not of interest any more.
pub(super) fn give_back_answer(answer: Answer, unfinished: &Unfinished) {
    if let Ok(subscription) = answer.outcome {
        give_back(answer.client, subscription.ids, unfinished);
    }
}

/// In the background.
pub(super) fn give_back(client: Client, subscriptions: Vec<String>, unfinished: &Unfinished) {
    let unfinished = unfinished.clone();
    tokio::spawn(async move {
        let ends = subscriptions.into_iter().map(|subscription| {
            let client = &client;
            async move { client.outcome(&Unsubscribe { subscription }).await }
        });
        join_all(ends).await;
        drop(unfinished);
    });
}
