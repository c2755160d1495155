//! Schema levels and server builds: which RequestServerVersion a server understands, and what it says it is.

use crate::element::Element;

/// Levels in the order of their age.
const LEVELS: [&str; 20] = [
    "Exchange2007",
    "Exchange2007_SP1",
    "Exchange2009",
    "Exchange2010",
    "Exchange2010_SP1",
    "Exchange2010_SP2",
    "Exchange2012",
    "Exchange2013",
    "Exchange2013_SP1",
    "Exchange2015",
    "Exchange2016",
    "V2015_10_05",
    "V2016_01_06",
    "V2016_04_13",
    "V2016_07_13",
    "V2016_10_10",
    "V2017_01_07",
    "V2017_04_14",
    "V2017_07_11",
    "V2018_01_08",
];

/// A level as a number; larger is newer. Unknown ones are newer than everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Level(usize);

impl Level {
    pub fn of(name: &str) -> Level {
        Level(
            LEVELS
                .iter()
                .position(|level| *level == name)
                .unwrap_or(LEVELS.len()),
        )
    }
}

/// The release that the stand-in plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, clap::ValueEnum, serde::Deserialize)]
pub enum Release {
    #[value(name = "2007")]
    #[serde(rename = "2007")]
    Exchange2007,
    #[value(name = "2010")]
    #[serde(rename = "2010")]
    Exchange2010,
    #[value(name = "2013")]
    #[serde(rename = "2013")]
    Exchange2013,
    #[value(name = "2016")]
    #[serde(rename = "2016")]
    Exchange2016,
    #[value(name = "2019")]
    #[serde(rename = "2019")]
    Exchange2019,
    /// Subscription edition.
    #[default]
    #[value(name = "SE")]
    #[serde(rename = "SE")]
    Se,
}

impl Release {
    /// Its newest level, and major, minor, build, revision.
    fn facts(self) -> (&'static str, [u32; 4]) {
        match self {
            Release::Exchange2007 => ("Exchange2007_SP1", [8, 3, 517, 0]),
            Release::Exchange2010 => ("Exchange2010_SP2", [14, 3, 513, 0]),
            Release::Exchange2013 => ("Exchange2013_SP1", [15, 0, 1497, 48]),
            Release::Exchange2016 => ("Exchange2016", [15, 1, 2507, 39]),
            Release::Exchange2019 => ("V2017_07_11", [15, 2, 1544, 14]),
            Release::Se => ("V2017_07_11", [15, 2, 2562, 17]),
        }
    }

    /// Whether it answers requests of that level.
    pub fn understands(self, level: Level) -> bool {
        level <= Level::of(self.facts().0)
    }

    /// `t:ServerVersionInfo`.
    pub fn header(self) -> Element {
        let (level, [major, minor, build, revision]) = self.facts();
        Element::t("ServerVersionInfo")
            .with_attr("MajorVersion", major)
            .with_attr("MinorVersion", minor)
            .with_attr("MajorBuildNumber", build)
            .with_attr("MinorBuildNumber", revision)
            .with_attr("Version", level)
    }
}

/// [`introduced`] by the name of the property's element.
pub fn introduced_element(name: &str) -> Level {
    ["item", "calendar", "contacts", "distributionlist"]
        .into_iter()
        .map(|set| introduced(&format!("{set}:{name}")))
        .max()
        .unwrap_or(Level::of("Exchange2007"))
}

/// Properties that came after Exchange 2007, and the level from which they may be asked for.
pub fn introduced(property: &str) -> Level {
    Level::of(match property {
        "calendar:DoNotForwardMeeting" => "Exchange2016",
        "item:TextBody"
        | "item:Preview"
        | "item:InstanceKey"
        | "item:Flag"
        | "item:IconIndex"
        | "item:NormalizedBody"
        | "calendar:EnhancedLocation"
        | "calendar:StartWallClock"
        | "calendar:EndWallClock"
        | "calendar:StartTimeZoneId"
        | "calendar:EndTimeZoneId"
        | "calendar:JoinOnlineMeetingUrl"
        | "calendar:IsOrganizer"
        | "calendar:InboxReminders" => "Exchange2013",
        "calendar:StartTimeZone"
        | "calendar:EndTimeZone"
        | "contacts:HasPicture"
        | "distributionlist:Members"
        | "item:IsAssociated"
        | "item:UniqueBody"
        | "item:WebClientReadFormQueryString" => "Exchange2010",
        "item:ConversationId" => "Exchange2010_SP1",
        _ => "Exchange2007",
    })
}
