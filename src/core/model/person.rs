/// How someone takes part in a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    Required,
    Optional,
    Resource,
}

/// An organizer or attendee. The address is lower-case, without `mailto:`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Person {
    pub address: String,
    pub name: String,
    pub role: Role,
}
