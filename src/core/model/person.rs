/// How someone takes part in a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    Required,
    Optional,
    Resource,
}

/// What someone answered to an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    None,
    Accepted,
    Tentative,
    Declined,
}

/// An organizer or attendee. The address is lower-case, without `mailto:`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Person {
    pub address: String,
    pub name: String,
    pub role: Role,
    pub answer: Answer,
}
