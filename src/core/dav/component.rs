use super::Line;

/// What a component holds, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry<'a> {
    Line(Line<'a>),
    Component(Component<'a>),
}

impl Entry<'_> {
    /// The name of the line or of the component.
    pub fn name(&self) -> &str {
        match self {
            Self::Line(line) => line.name(),
            Self::Component(component) => component.name(),
        }
    }
}

/// `BEGIN:NAME` … `END:NAME` and what is between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component<'a> {
    pub(super) begin: Line<'a>,
    pub(super) entries: Vec<Entry<'a>>,
    pub(super) end: Line<'a>,
}

impl<'a> Component<'a> {
    pub fn new(name: &str) -> Self {
        Self {
            begin: Line::new("BEGIN", &[], name),
            entries: Vec::new(),
            end: Line::new("END", &[], name),
        }
    }

    pub fn is(&self, name: &str) -> bool {
        self.name().eq_ignore_ascii_case(name)
    }

    pub fn name(&self) -> &str {
        self.begin.value().trim()
    }

    /// Lines and components within, in order.
    pub fn entries(&self) -> &[Entry<'a>] {
        &self.entries
    }

    /// Where among the entries those of a name stand, in order.
    pub fn places<'s>(&'s self, name: &'s str) -> impl Iterator<Item = usize> + 's {
        let entries = self.entries.iter().enumerate();
        entries
            .filter(move |(_, entry)| entry.name().eq_ignore_ascii_case(name))
            .map(|(at, _)| at)
    }

    /// Removes the entries at the places for which `gone` holds.
    pub fn remove_places(&mut self, gone: impl Fn(usize) -> bool) {
        let mut at = 0..;
        self.entries.retain(|_| !at.next().is_some_and(&gone));
    }

    pub fn lines(&self) -> impl Iterator<Item = &Line<'a>> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Line(line) => Some(line),
            Entry::Component(_) => None,
        })
    }

    pub fn lines_mut(&mut self) -> impl Iterator<Item = &mut Line<'a>> {
        self.entries.iter_mut().filter_map(|entry| match entry {
            Entry::Line(line) => Some(line),
            Entry::Component(_) => None,
        })
    }

    /// The lines of one name, in order.
    pub fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s Line<'a>> {
        self.lines().filter(move |line| line.is(name))
    }

    /// The first line of a name.
    pub fn line(&self, name: &str) -> Option<&Line<'a>> {
        self.lines().find(|line| line.is(name))
    }

    /// Whether a line of it, or of a component within, is encoded as vCard 2.1 and vCalendar 1.0 do.
    pub fn is_quoted_printable(&self) -> bool {
        self.lines().any(Line::is_quoted_printable)
            || self.components().any(Self::is_quoted_printable)
    }

    pub fn components(&self) -> impl Iterator<Item = &Component<'a>> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Component(component) => Some(component),
            Entry::Line(_) => None,
        })
    }

    pub fn components_mut(&mut self) -> impl Iterator<Item = &mut Component<'a>> {
        self.entries.iter_mut().filter_map(|entry| match entry {
            Entry::Component(component) => Some(component),
            Entry::Line(_) => None,
        })
    }

    /// The line at a place among the entries.
    pub fn line_at_mut(&mut self, place: usize) -> Option<&mut Line<'a>> {
        match self.entries.get_mut(place)? {
            Entry::Line(line) => Some(line),
            Entry::Component(_) => None,
        }
    }

    pub fn component_at_mut(&mut self, place: usize) -> Option<&mut Self> {
        match self.entries.get_mut(place)? {
            Entry::Component(component) => Some(component),
            Entry::Line(_) => None,
        }
    }

    pub fn retain_lines(&mut self, mut keep: impl FnMut(&Line<'a>) -> bool) {
        self.entries.retain(|entry| match entry {
            Entry::Line(line) => keep(line),
            Entry::Component(_) => true,
        });
    }

    pub fn retain_components(&mut self, mut keep: impl FnMut(&Component<'a>) -> bool) {
        self.entries.retain(|entry| match entry {
            Entry::Component(component) => keep(component),
            Entry::Line(_) => true,
        });
    }

    /// Removes every line of a name.
    pub fn remove(&mut self, name: &str) {
        self.retain_lines(|line| !line.is(name));
    }

    /// Puts a line in the place of the first one of its name and removes the others of that name.
    pub fn set(&mut self, line: Line<'a>) {
        let line = line.with_eol(self.begin.eol());
        let name = line.name().to_owned();
        let place = self
            .lines_mut()
            .find(|other| other.is(&name))
            .map(|old| *old = line.clone());
        if place.is_none() {
            self.insert(line);
            return;
        }
        let mut first = true;
        self.retain_lines(|line| !line.is(&name) || std::mem::take(&mut first));
    }

    /// Adds a line after the last one, before the components within; answers its place.
    pub fn insert(&mut self, line: Line<'a>) -> usize {
        let line = line.with_eol(self.begin.eol());
        let place = self
            .entries
            .iter()
            .position(|entry| matches!(entry, Entry::Component(_)))
            .unwrap_or(self.entries.len());
        self.entries.insert(place, Entry::Line(line));
        place
    }

    /// Adds a component after the last entry; answers its place.
    pub fn push(&mut self, component: Component<'a>) -> usize {
        let place = self.entries.len();
        self.push_at(place, component);
        place
    }

    /// Adds a component before the first component within, for example a VTIMEZONE before the events.
    pub fn push_first(&mut self, component: Component<'a>) {
        let place = self
            .entries
            .iter()
            .position(|entry| matches!(entry, Entry::Component(_)))
            .unwrap_or(self.entries.len());
        self.push_at(place, component);
    }

    fn push_at(&mut self, place: usize, component: Component<'a>) {
        let component = component.with_eol(self.begin.eol());
        self.entries.insert(place, Entry::Component(component));
    }

    fn with_eol(self, eol: &'static str) -> Self {
        Self {
            begin: self.begin.with_eol(eol),
            entries: self
                .entries
                .into_iter()
                .map(|entry| match entry {
                    Entry::Line(line) => Entry::Line(line.with_eol(eol)),
                    Entry::Component(component) => Entry::Component(component.with_eol(eol)),
                })
                .collect(),
            end: self.end.with_eol(eol),
        }
    }

    pub fn into_owned(self) -> Component<'static> {
        Component {
            begin: self.begin.into_owned(),
            entries: self
                .entries
                .into_iter()
                .map(|entry| match entry {
                    Entry::Line(line) => Entry::Line(line.into_owned()),
                    Entry::Component(component) => Entry::Component(component.into_owned()),
                })
                .collect(),
            end: self.end.into_owned(),
        }
    }

    pub(super) fn write(&self, text: &mut String) {
        self.begin.write(text);
        for entry in &self.entries {
            match entry {
                Entry::Line(line) => line.write(text),
                Entry::Component(component) => component.write(text),
            }
        }
        self.end.write(text);
    }
}
