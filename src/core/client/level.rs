use crate::ews::Version;
use parking_lot::Mutex;

/// The schema level of one server, found by asking for the newest and stepping down, and remembered.
#[derive(Debug)]
pub struct Level(Mutex<Version>);

impl Default for Level {
    fn default() -> Self {
        Self(Mutex::new(Version::NEWEST))
    }
}

impl Level {
    pub fn get(&self) -> Version {
        *self.0.lock()
    }

    /// Steps down below `refused`, unless another request did so already. False at the lowest.
    pub fn lower(&self, refused: Version) -> bool {
        let mut version = self.0.lock();
        if *version < refused {
            return true;
        }
        match refused.lower() {
            Some(lower) => {
                *version = lower;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn concurrent_refusals_step_down_once() {
        let level = Level::default();
        assert!(level.lower(Version::Exchange2016));
        assert!(level.lower(Version::Exchange2016));
        assert_eq!(level.get(), Version::Exchange2013Sp1);
        assert!(level.lower(Version::Exchange2013Sp1));
        assert!(level.lower(Version::Exchange2010Sp2));
        assert!(!level.lower(Version::Exchange2010Sp1));
    }
}
