use crate::ews::Version;
use parking_lot::Mutex;
use std::sync::Arc;

/// The newest schema level of a server, found by asking for the newest and stepping down.
#[derive(Debug)]
pub struct ServerLevel(Mutex<Version>);

impl Default for ServerLevel {
    fn default() -> Self {
        Self(Mutex::new(Version::NEWEST))
    }
}

/// The schema level to ask a mailbox in: the server's, or an older one where the mailbox lies on an older server behind
/// it.
#[derive(Debug)]
pub struct Level {
    server: Arc<ServerLevel>,
    own: Mutex<Version>,
}

impl Level {
    /// `remembered` from earlier, so that it is not asked for anew.
    pub fn new(server: Arc<ServerLevel>, remembered: Option<Version>) -> Self {
        Self {
            server,
            own: Mutex::new(remembered.unwrap_or(Version::NEWEST)),
        }
    }

    pub fn get(&self) -> Version {
        (*self.own.lock()).min(*self.server.0.lock())
    }

    /// Steps down below `refused`, unless another request did so already: for this mailbox, or for all of the server.
    /// False at the lowest.
    pub fn lower(&self, refused: Version, mailbox_only: bool) -> bool {
        if self.get() < refused {
            return true;
        }
        let Some(lower) = refused.lower() else {
            return false;
        };
        let mut level = if mailbox_only {
            self.own.lock()
        } else {
            self.server.0.lock()
        };
        *level = lower;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn concurrent_refusals_step_down_once() {
        let level = Level::new(Arc::default(), None);
        assert!(level.lower(Version::Exchange2016, false));
        assert!(level.lower(Version::Exchange2016, false));
        assert_eq!(level.get(), Version::Exchange2013Sp1);
        assert!(level.lower(Version::Exchange2013Sp1, false));
        assert!(level.lower(Version::Exchange2010Sp2, false));
        assert!(level.lower(Version::Exchange2010Sp1, false));
        assert!(!level.lower(Version::Exchange2007Sp1, false));
    }

    #[test]
    fn a_mailbox_on_an_older_server_does_not_hold_back_its_neighbours() {
        let server: Arc<ServerLevel> = Arc::default();
        let old = Level::new(Arc::clone(&server), None);
        let new = Level::new(Arc::clone(&server), None);
        assert!(old.lower(Version::Exchange2016, true));
        assert_eq!(
            (old.get(), new.get()),
            (Version::Exchange2013Sp1, Version::Exchange2016)
        );
        let remembered = Level::new(server, Some(Version::Exchange2010Sp2));
        assert_eq!(remembered.get(), Version::Exchange2010Sp2);
    }
}
