//! Who is not watched any more, and what is given back then: a server allows a mailbox few subscriptions, and keeps those that
//! nobody reads for half an hour.

use super::{Answer, Group, voice_of};
use crate::client::Client;
use crate::ews::Unsubscribe;
use crate::watch::line::Line;
use crate::watch::member::Phase;

impl Group {
    pub(super) fn remove(&mut self, id: i64) {
        self.exiles.remove(id);
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
        give_back(client, member.subscriptions);
    }

    /// The stream is opened without them.
    pub(super) fn give_back_unneeded(&mut self) {
        for (client, subscriptions) in self.unneeded.drain(..) {
            give_back(client, subscriptions);
        }
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
pub(super) fn give_back_answer(answer: Answer) {
    if let Ok(subscription) = answer.outcome {
        give_back(answer.client, subscription.ids);
    }
}

/// In the background.
pub(super) fn give_back(client: Client, subscriptions: Vec<String>) {
    tokio::spawn(async move {
        for subscription in subscriptions {
            let _ = client.outcome(&Unsubscribe { subscription }).await;
        }
    });
}
