use super::place::{Looked, Places};
use futures_util::future::{BoxFuture, FutureExt as _};
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// How long a place that was found waits for those that come before it in the documented order.
const GRACE: Duration = Duration::from_secs(3);

/// The four places of a domain, looked at side by side and handed out in the documented order.
pub struct Race<'a> {
    looking: FuturesUnordered<BoxFuture<'a, (usize, Looked)>>,
    /// What was seen and not handed out yet, by its place in the order.
    seen: BTreeMap<usize, Looked>,
    /// Which were not seen yet.
    missing: Vec<usize>,
    /// When the first one found has waited long enough.
    patience: Option<Instant>,
}

impl<'a> Race<'a> {
    pub fn start(places: Places<'a>, domain: &str) -> Self {
        let host = format!("autodiscover.{domain}");
        let all: [BoxFuture<'a, Looked>; 4] = [
            places.at(domain.to_owned()).boxed(),
            places.at(host.clone()).boxed(),
            places.redirected(host).boxed(),
            places.service(domain.to_owned()).boxed(),
        ];
        Self {
            missing: (0..all.len()).collect(),
            looking: all
                .into_iter()
                .enumerate()
                .map(|(rank, look)| look.map(move |looked| (rank, looked)).boxed())
                .collect(),
            seen: BTreeMap::new(),
            patience: None,
        }
    }

    /// The next in order; one that is found does not wait for slow ones before it for long.
    pub async fn next(&mut self) -> Option<Looked> {
        loop {
            let late = self.patience.is_some_and(|until| until <= Instant::now());
            let first = self
                .seen
                .iter()
                .find(|(rank, _)| late || self.missing.iter().all(|missing| missing > *rank))
                .map(|(rank, _)| *rank);
            if let Some(rank) = first {
                return self.seen.remove(&rank);
            }
            let patience = self.patience;
            tokio::select! {
                looked = self.looking.next() => self.keep(looked?),
                () = until(patience) => {}
            }
        }
    }

    fn keep(&mut self, (rank, looked): (usize, Looked)) {
        self.missing.retain(|missing| *missing != rank);
        if looked.is_ok() {
            self.patience.get_or_insert(Instant::now() + GRACE);
        }
        self.seen.insert(rank, looked);
    }
}

async fn until(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
    }
}
