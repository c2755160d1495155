//! What the person writes: topics, places, notes, categories.

use super::dice::Dice;

pub const TOPICS: [&str; 24] = [
    "Budget review",
    "Team meeting",
    "Lunch",
    "Dentist",
    "Zahnarzt 🦷",
    "Réunion d’équipe",
    "Project kick-off",
    "1:1",
    "Parents’ evening",
    "Piano lesson",
    "Übergabe",
    "Quarterly planning",
    "Code review",
    "Yoga 🧘‍♀️",
    "企画会議",
    "Совещание",
    "اجتماع",
    "Train to Hamburg",
    "Release 2.0; go/no-go, final",
    "Interview",
    "Bücherei: zurückgeben",
    "Call with \"the others\" <again>",
    "Gym & shower",
    "Visit",
];
pub const PLACES: [&str; 12] = [
    "",
    "Room 4.12",
    "Kantine",
    "Online",
    "Example Street 1, 10115 Example Town",
    "Café Beispiel",
    "第三会議室",
    "",
    "Room A; Room B",
    "Building 7, 2nd floor, left",
    "https://meet.example.org/room-4",
    "Zoë’s place",
];
pub const CHORES: [&str; 12] = [
    "Tax return",
    "Renew passport",
    "Call the landlord",
    "Water the plants 🌱",
    "Angebot schreiben",
    "Préparer le rapport",
    "Back up the laptop",
    "Order toner",
    "Read chapter 3",
    "Steuerunterlagen; sortieren, scannen",
    "報告書を書く",
    "Book flights",
];
/// The master category list of the mailbox: name and colour number.
const CATEGORIES: [(&str, i32); 6] = [
    ("Work", 7),
    ("Family", 4),
    ("Travel", 1),
    ("Wichtig, eilig", 0),
    ("Santé & sport", 5),
    ("プロジェクト", 8),
];

/// What stands in the body of an item.
pub enum Note {
    None,
    Plain(String),
    Html(String),
}

const SENTENCES: [&str; 10] = [
    "Please bring the figures of last month.",
    "Die Unterlagen liegen im Ordner auf dem Schreibtisch.",
    "On en reparle après le déjeuner.",
    "Remember: doors close at 18:00, no exceptions; bring an ID.",
    "The plan (v3) is at https://example.org/plans/3?tab=all&view=day.",
    "次回までに資料を確認してください。",
    "Don’t forget the \"other\" list — it has 7 items.",
    "Prices: 1,000.00 / 1.000,00 / 1 000,00.",
    "Встреча переносится, если придут не все.",
    "C:\\temp\\example is not a place for it \\n (sic).",
];

/// Characters that XML allows and programs stumble over: tab, C1 controls, separators, marks, private use, four bytes.
const ODD: &str = "tab\there, next line\u{85}, no-break\u{a0}space, zero\u{200b}width, line\u{2028}separator, \
                   marks \u{202b}עברית\u{202c}, private \u{e000}, byte order \u{feff}, replaced \u{fffd}, 𝔉𝔯𝔞𝔨𝔱𝔲𝔯, 👩‍👩‍👧‍👦, e\u{301}";

/// The note of a number: most have none or a short one, some are long, some are HTML, a few are odd.
pub fn note(number: usize, dice: &mut Dice) -> Note {
    match number % 12 {
        1 | 5 | 9 => Note::Plain(paragraphs(1, dice)),
        2 => Note::Html(page(dice)),
        3 => Note::Plain(format!(
            "{}\r\n\r\n  - one\r\n  - two\r\n",
            paragraphs(2, dice)
        )),
        6 => Note::Plain(paragraphs(40, dice)),
        8 => Note::Plain(format!("{ODD}\r\n{}", paragraphs(1, dice))),
        10 => Note::Plain("<b>This is no HTML</b> & never was.\r\nBEGIN:VEVENT".to_owned()),
        _ => Note::None,
    }
}

fn paragraphs(count: usize, dice: &mut Dice) -> String {
    let mut paragraph = || {
        (0..=dice.below(4))
            .map(|_| dice.pick(&SENTENCES))
            .collect::<Vec<_>>()
            .join(" ")
    };
    (0..count)
        .map(|_| paragraph())
        .collect::<Vec<_>>()
        .join("\r\n\r\n")
}

fn page(dice: &mut Dice) -> String {
    let sentence = dice
        .pick(&SENTENCES)
        .replace('&', "&amp;")
        .replace('"', "&quot;");
    format!(
        "<html>\r\n<head>\r\n<style>p {{ margin: 0 }}</style>\r\n</head>\r\n<body>\r\n<p>Hello <b>all</b>,</p>\r\n\
         <p>{sentence}</p>\r\n<ul><li>first&nbsp;point</li><li>second</li></ul>\r\n</body>\r\n</html>\r\n"
    )
}

/// None for most, then one, then several; one that the master list does not have.
pub fn categories(number: usize) -> Vec<String> {
    let name = |at: usize| CATEGORIES[at % CATEGORIES.len()].0.to_owned();
    match number % 9 {
        0 | 4 => vec![name(number / 9)],
        2 => vec![name(number / 9), name(number / 9 + 1)],
        7 if number % 2 == 1 => vec!["Not in the list".to_owned()],
        _ => vec![],
    }
}

/// The XML of IPM.Configuration.CategoryList (MS-OXOCFG 2.2.5.2.2).
pub fn category_list() -> String {
    let time = "2026-01-05T08:00:00.000";
    let category = |(at, (name, color)): (usize, (&str, i32))| {
        let name = name.replace('&', "&amp;");
        format!(
            "<category name=\"{name}\" color=\"{color}\" keyboardShortcut=\"0\" usageCount=\"{at}\" \
             lastTimeUsedNotes=\"1601-01-01T00:00:00.000\" lastTimeUsedJournal=\"1601-01-01T00:00:00.000\" \
             lastTimeUsedContacts=\"1601-01-01T00:00:00.000\" lastTimeUsedTasks=\"1601-01-01T00:00:00.000\" \
             lastTimeUsedCalendar=\"{time}\" lastTimeUsedMail=\"1601-01-01T00:00:00.000\" lastTimeUsed=\"{time}\" \
             lastSessionUsed=\"1\" guid=\"{{00000000-0000-4000-8000-{at:012}}}\" renameOnFirstUse=\"0\"/>"
        )
    };
    let all: String = CATEGORIES.into_iter().enumerate().map(category).collect();
    format!(
        "<?xml version=\"1.0\"?><categories default=\"Work\" lastSavedSession=\"1\" lastSavedTime=\"{time}\" \
         xmlns=\"CategoryList.xsd\">{all}</categories>"
    )
}
