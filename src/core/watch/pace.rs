use std::time::Duration;

/// How long things take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// A change is told once nothing followed it for so long: one action of a person makes several events.
    pub quiet: Duration,
    /// It is told after so long anyway.
    pub impatient: Duration,
    /// A connection without a sign of life for so long is dead. Exchange gives one every 45 seconds.
    pub silence: Duration,
    /// Minutes after which the server closes the stream, to be opened again. 30 is the most.
    pub minutes: u8,
    /// When a mailbox that cannot be watched is tried again.
    pub hopeless: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            quiet: Duration::from_millis(500),
            impatient: Duration::from_secs(2),
            silence: Duration::from_secs(100),
            minutes: 30,
            hopeless: Duration::from_mins(15),
        }
    }
}
